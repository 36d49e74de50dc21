"""A workspace on loopback, with slack_sdk's own client in front of it and a move whose card belongs there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.alias_move.move import CardPlace, Move
from playground.slack import ALL_SCOPES, App, Channel, Directory, Person, Standing, UserGroup, Workspace
from playground.slack.directory import TEAM_ID


@dataclass
class Office:
    """People, channels, and a client that sends with the SDK's default retries, as somebody might pass it in."""

    slack: Workspace
    client: AsyncWebClient
    channel: Channel
    mina: Person
    joon: Person
    approvers: UserGroup
    team_id: str = TEAM_ID

    def here(self, move: Move, ts: str = "") -> Move:
        """The move as one of this channel; with `ts`, its card is that message."""
        return replace(move, channel=self.channel.id, card=CardPlace(self.channel.id, ts) if ts else None)

    def person(self, name: str, standing: Standing) -> Person:
        return self.slack.directory.add_person(name, standing)


@pytest.fixture
def scopes() -> frozenset[str]:
    return ALL_SCOPES


@pytest.fixture
async def office(scopes: frozenset[str]) -> AsyncIterator[Office]:
    directory = Directory(App(scopes=scopes))
    mina, joon = directory.add_person("mina"), directory.add_person("joon")
    approvers = directory.add_group("sre-approvers", joon)
    channel = directory.add_channel("cdn", mina, joon)
    async with Workspace(directory) as slack:
        yield Office(slack, AsyncWebClient(slack.app.bot_token, slack.api_url), channel, mina, joon, approvers)
