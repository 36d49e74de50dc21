"""A small workspace for the tests of the playground's Slack, with slack_sdk's own client in front of it."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import App, Channel, Directory, Person, Standing, UserGroup, Workspace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Json = dict[str, Any]


class Clock:
    """Runs like the wall clock and can be moved forward."""

    def __init__(self) -> None:
        self.ahead_seconds = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_seconds


@dataclass
class Office:
    slack: Workspace
    clock: Clock
    mina: Person
    jo: Person
    guest: Person
    approvers: UserGroup
    channel: Channel
    client: AsyncWebClient

    async def post(self, *blocks: Json, text: str = "A card") -> Any:
        await self.client.chat_postMessage(channel=self.channel.id, text=text, blocks=list(blocks))
        return self.slack.messages(self.channel.id)[-1]


@asynccontextmanager
async def open_office(**changed: Any) -> AsyncIterator[Office]:
    """`changed` are fields of the app that differ, like its scopes."""
    clock = Clock()
    directory = Directory(replace(App(), **changed))
    mina = directory.add_person("mina", real_name="Mina Park")
    jo = directory.add_person("jo")
    guest = directory.add_person("gil", Standing.GUEST)
    approvers = directory.add_group("cdn-approvers", jo)
    channel = directory.add_channel("cdn", mina, jo, guest)
    async with Workspace(directory, clock) as slack:
        client = AsyncWebClient(slack.app.bot_token, slack.api_url, retry_handlers=[])
        yield Office(slack, clock, mina, jo, guest, approvers, channel, client)


async def refusal(call: Any) -> Json:
    """What Slack answers to a call that it refuses."""
    with pytest.raises(SlackApiError) as caught:
        await call
    answer: Json = caught.value.response.data
    return answer


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str, text: str = "Press", **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, **more}


def actions(*elements: Json, block_id: str = "actions") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def modal(*blocks: Json, **more: object) -> Json:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Approve the move"},
        "submit": {"type": "plain_text", "text": "Approve"},
        "callback_id": "approve",
        "blocks": list(blocks),
        **more,
    }


def reason_input(**more: object) -> Json:
    return {
        "type": "input",
        "block_id": "why",
        "label": {"type": "plain_text", "text": "Reason"},
        "element": {"type": "plain_text_input", "action_id": "reason"},
        **more,
    }
