"""Who and what is in the workspace: people, user groups, channels and the app.

It holds facts and answers look-ups; it never posts anything and calls nobody.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from enum import Enum

TEAM_ID = "T0PLAYGRND"
OTHER_TEAM_ID = "T0ELSEWHERE"

# What the app of the playground is granted unless a test takes a scope away.
ALL_SCOPES = frozenset(
    {
        "commands",
        "chat:write",
        "users:read",
        "usergroups:read",
        "channels:read",
        "groups:read",
        "im:read",
        "im:write",
    }
)


class Standing(Enum):
    """What a person is to the workspace."""

    MEMBER = "full member"
    GUEST = "multi-channel guest"
    SINGLE_CHANNEL_GUEST = "single-channel guest"
    BOT = "bot user"
    DEACTIVATED = "deactivated account"
    EXTERNAL = "member of another workspace in a shared channel"


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    real_name: str
    standing: Standing = Standing.MEMBER

    @property
    def team_id(self) -> str:
        return OTHER_TEAM_ID if self.standing is Standing.EXTERNAL else TEAM_ID


@dataclass(frozen=True, slots=True)
class UserGroup:
    id: str
    name: str
    members: tuple[str, ...]


@dataclass(slots=True)
class Channel:
    """A channel (C…) or a direct message (D…) with the ids of its members."""

    id: str
    name: str
    members: set[str]
    is_private: bool = False
    is_archived: bool = False

    @property
    def is_direct(self) -> bool:
        return self.id.startswith("D")


@dataclass(frozen=True, slots=True)
class App:
    """The installed app; every token is made up anew, so that none is worth anything elsewhere."""

    id: str = "A0PLAYGRND"
    bot_id: str = "B0PLAYGRND"
    bot_user_id: str = "U0CNAMEBOT"
    bot_name: str = "cname-conflict"
    bot_token: str = field(default_factory=lambda: f"xoxb-playground-{secrets.token_hex(12)}")
    app_token: str = field(default_factory=lambda: f"xapp-playground-{secrets.token_hex(12)}")
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    scopes: frozenset[str] = ALL_SCOPES
    app_scopes: frozenset[str] = frozenset({"connections:write"})


@dataclass(slots=True)
class Directory:
    app: App
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        bot = Person(self.app.bot_user_id, self.app.bot_name, "CNAME conflict", Standing.BOT)
        self.people[bot.id] = bot

    def add_person(self, name: str, standing: Standing = Standing.MEMBER, *, real_name: str = "") -> Person:
        person = Person(self._next("U", len(self.people)), name, real_name or name.title(), standing)
        self.people[person.id] = person
        return person

    def add_group(self, name: str, *members: Person) -> UserGroup:
        group = UserGroup(self._next("S", len(self.groups)), name, tuple(person.id for person in members))
        self.groups[group.id] = group
        return group

    def add_channel(self, name: str, *members: Person, bot: bool = True, is_private: bool = False) -> Channel:
        ids = {person.id for person in members} | ({self.app.bot_user_id} if bot else set())
        channel = Channel(self._next("C", len(self.channels)), name, ids, is_private)
        self.channels[channel.id] = channel
        return channel

    def deactivate(self, user: str) -> None:
        self.people[user] = replace(self.people[user], standing=Standing.DEACTIVATED)

    def direct_channel(self, user: str) -> Channel:
        """The one conversation between the bot and this person, opened when first asked for."""
        for channel in self.channels.values():
            if channel.is_direct and user in channel.members:
                return channel
        channel = Channel(self._next("D", len(self.channels)), "directmessage", {user, self.app.bot_user_id}, True)
        self.channels[channel.id] = channel
        return channel

    def name(self, identity: str) -> str:
        """How a mention of this id is shown; an unknown id is shown as it is."""
        if identity in self.people:
            return f"@{self.people[identity].name}"
        if identity in self.groups:
            return f"@{self.groups[identity].name}"
        if identity in self.channels:
            return f"#{self.channels[identity].name}"
        return identity

    @staticmethod
    def _next(letter: str, count: int) -> str:
        return f"{letter}0PLAY{count + 1:05d}"
