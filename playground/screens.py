"""Everybody's screens in one terminal: each message, card and dialog is drawn when it appears and when it changes.

It only looks. What nobody could see in Slack is never drawn, and the same text is never drawn twice.
"""

from __future__ import annotations

import difflib
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playground.slack import Message, View
    from playground.terminal import Terminal
    from playground.world import World

T = TypeVar("T")
_A_LONG_TIME_SECONDS: Final = 3600.0
_FEW_LINES: Final = 4
_LEFT_OUT: Final = "⋮"


class Screens:
    """What was drawn last of every message and dialog."""

    def __init__(self, world: World, terminal: Terminal) -> None:
        self._world: Final = world
        self._slack: Final = world.slack
        self._terminal: Final = terminal
        self._messages: Final[dict[tuple[str, str], str]] = {}
        self._views: Final[dict[str, str]] = {}

    async def until(self, predicate: Callable[[], T | None], within_seconds: float) -> T:
        """Draw what changes until the predicate gives something true; TimeoutError, as Workspace.until raises it."""
        found: list[T] = []

        def drawn() -> bool:
            self.draw()
            if value := predicate():
                found.append(value)
            return bool(found)

        await self._slack.until(drawn, within_seconds)
        return found[-1]

    async def follow(self, before: Callable[[], None], after: Callable[[], None]) -> None:
        """Draw what changes, for ever; the two are called around each drawing."""

        def drawn() -> bool:
            if self._has_news():
                before()
                self.draw()
                after()
            return False

        while True:
            with suppress(TimeoutError):
                await self._slack.until(drawn, _A_LONG_TIME_SECONDS)

    def draw(self) -> None:
        """Everything that is not drawn yet, in the order of writing."""
        for message in self._news():
            key, now = (message.channel, message.ts), message.plain()
            before = self._messages.get(key)
            self._messages[key] = now
            title = self._title(message, is_new=before is None)
            self._terminal.box(title, now if before is None else what_changed(before, now))
        for view in self._new_views():
            self._views[view.id] = view.plain()
            self._terminal.box(f"a dialog opens for {self._slack.directory.name(view.user)}", view.plain())

    def draw_again(self) -> None:
        """Everything that is on the screens now."""
        self._messages.clear()
        self._views.clear()
        self.draw()

    def visible(self) -> Iterator[str]:
        """The text of everything that somebody sees now."""
        yield from (message.plain() for message in self._all())
        yield from (view.plain() for view in self._open_views())

    def _has_news(self) -> bool:
        return bool(self._news() or self._new_views())

    def _news(self) -> list[Message]:
        drawn = self._messages
        changed = [each for each in self._all() if drawn.get((each.channel, each.ts)) != each.plain()]
        return sorted(changed, key=lambda message: message.ts)

    def _new_views(self) -> list[View]:
        return [view for view in self._open_views() if self._views.get(view.id) != view.plain()]

    def _all(self) -> Iterator[Message]:
        for channel in self._slack.directory.channels:
            for message in self._slack.messages(channel):
                yield message
                yield from self._slack.thread(channel, message.ts)
        for person in self._slack.directory.people:
            yield from self._slack.ephemerals(person)

    def _open_views(self) -> list[View]:
        return [view for person in self._slack.directory.people for view in self._slack.views(person)]

    def _title(self, message: Message, *, is_new: bool) -> str:
        name = self._slack.directory.name
        place = name(message.channel)
        if message.visible_to is not None:
            return f"{place}, only {name(message.visible_to)} sees this"
        if message.channel != self._world.channel.id:
            return f"direct message of {name(message.user)}"
        if message.thread_ts is not None:
            return f"{place}, {name(message.user)} in the card's thread"
        return f"{place}, {name(message.user)}" if is_new else f"{place}, the card now reads"


def what_changed(before: str, now: str) -> str:
    """The text as it reads now; where only a few lines differ, those alone, with a mark for what stayed the same."""
    old, new = before.split("\n"), now.split("\n")
    parts = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    if sum(end - start for kind, _, _, start, end in parts if kind != "equal") > _FEW_LINES:
        return now
    shown = [[_LEFT_OUT] if kind == "equal" else new[start:end] for kind, _, _, start, end in parts]
    return "\n".join(line for lines in shown for line in lines)
