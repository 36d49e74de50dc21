"""Slack as the use cases see it: who somebody is, and moves shown to people."""

from typing import Protocol

from bot.alias_move.approval import Person
from bot.alias_move.move import CardPlace, Move, Notice


class People(Protocol):
    """Who somebody is, as Slack says at this moment."""

    async def member(self, user_id: str, team_id: str) -> Person:
        """For deeds that need no approver: whether this is one is not asked. Raises as `person` does."""
        ...

    async def person(self, user_id: str, team_id: str) -> Person:
        """Raises TryAgainLater when Slack does not answer in time."""
        ...


class Announcer(Protocol):
    """Shows moves to people. Only workers have one."""

    async def post_card(self, move: Move) -> CardPlace:
        """Raises ChannelClosed, TryAgainLater or NotPermitted."""
        ...

    async def update_card(self, move: Move) -> None:
        """Raises ChannelClosed, TryAgainLater or NotPermitted."""
        ...

    async def post_notice(self, move: Move, notice: Notice) -> None:
        """Raises ChannelClosed, TryAgainLater or NotPermitted."""
        ...

    async def answer(self, answer_url: str, text: str) -> None:
        """Answer a command for its sender alone. Raises TryAgainLater."""
        ...
