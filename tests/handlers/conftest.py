"""The listeners in a Bolt app of their own, behind the real HTTP door, with a Slack workspace in front of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import pytest
from aiohttp import ClientSession, web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.alias_move.approval import Rules
from bot.alias_move.pacing import Pace
from bot.moves import Moves
from bot.ports import Due, People, Store
from bot.slack.people import SlackPeople
from handlers import register
from handlers.http import PATH, slack_routes
from playground.slack import App, Channel, Directory, Person, Workspace


@dataclass
class Door:
    """A running bot without workers, and somebody who talks to it."""

    slack: Workspace
    channel: Channel
    mina: Person
    url: str
    http: ClientSession


class Broken:
    """A store, or whoever knows people, of which everything raises."""

    def __init__(self, trouble: Exception | None) -> None:
        """None: it never answers."""
        self._trouble = trouble

    def __getattr__(self, name: str) -> Any:
        async def fail(*_: object, **__: object) -> None:
            if self._trouble is None:
                await asyncio.Event().wait()
            else:
                raise self._trouble

        return fail


OpenDoor = Callable[..., AbstractAsyncContextManager[Door]]


@pytest.fixture
def open_door() -> OpenDoor:
    """open_door(store, people): `people` is Slack's own word unless something else is passed in."""

    @asynccontextmanager
    async def start(store: object, people: object = None) -> AsyncIterator[Door]:
        directory = Directory(App())
        mina = directory.add_person("mina")
        channel = directory.add_channel("cdn", mina)
        async with Workspace(directory) as slack, ClientSession() as session:
            client = AsyncWebClient(slack.app.bot_token, slack.api_url, session=session)
            asked = cast("People", people) if people else SlackPeople(client, [mina.id])
            moves = Moves(cast("Store", store), asked, _no_nudge, Rules(approvers=(mina.id,)), Pace())
            app = AsyncApp(name="tests", client=client, authorize=_authorize, signing_secret=slack.app.signing_secret)
            boundary = register(app, moves, {})
            runner = web.AppRunner(slack_routes(app, slack.app.signing_secret))
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
            slack.connect_http(url)
            try:
                yield Door(slack, channel, mina, url, session)
            finally:
                await boundary.drained()
                await runner.cleanup()

    return start


async def _authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb-not-used")


async def _no_nudge(due: tuple[Due, ...]) -> None:
    assert due
