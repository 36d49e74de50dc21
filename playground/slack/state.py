"""The workspace as data: messages, modals, recorded calls, and waiting for any of it to change.

It does what it is told and refuses nothing; Slack's rules are in the modules that change it.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from playground.slack.block_kit import with_ids
from playground.slack.directory import App, Channel, Directory
from playground.slack.faults import Faults
from playground.slack.screen import Message, NotOnScreen, View
from playground.slack.tickets import ResponseUrls, Triggers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the app; `answer` is None where the app got no JSON."""

    method: str
    arguments: Mapping[str, Any]
    answer: Json | None
    status: int | None
    at: float
    """Seconds of the workspace's clock."""


@dataclass(eq=False)
class State:
    """`clock` gives seconds since the epoch; a test may pass one it can move."""

    directory: Directory = field(default_factory=lambda: Directory(App()))
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self.triggers = Triggers(self.clock)
        self.response_urls = ResponseUrls(self.clock)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.base_url = ""
        self._messages: dict[tuple[str, str], Message] = {}
        self._views: dict[str, list[View]] = {}
        self._last_ts = 0
        self._condition = asyncio.Condition()

    @property
    def app(self) -> App:
        return self.directory.app

    # What is on the screens

    def messages(self, channel: str) -> list[Message]:
        """What everybody in the channel sees at its top level, oldest first, as it reads now."""
        return [message for message in self._in(channel) if message.thread_ts is None or message.is_broadcast]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The replies to one message, without the message itself."""
        return [message for message in self._in(channel) if message.thread_ts == ts]

    def ephemerals(self, user: str) -> list[Message]:
        """What only this person saw, in every channel, oldest first."""
        return [message for message in self._messages.values() if message.visible_to == user]

    def direct_messages(self, user: str) -> list[Message]:
        """What the bot wrote to this person alone."""
        return self._in(self.directory.direct_channel(user).id)

    def views(self, user: str) -> list[View]:
        """The open modals of this person; the last one lies on top."""
        return list(self._views.get(user, []))

    def message(self, channel: str, ts: str) -> Message | None:
        return self._messages.get((channel, ts))

    def current(self, message: Message) -> Message:
        """The message as it reads now."""
        now = self._messages.get((message.channel, message.ts))
        if now is None:
            raise NotOnScreen(f"the message of {message.ts} is no longer there")
        return now

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def _in(self, channel: str) -> list[Message]:
        return [
            message for message in self._messages.values() if message.channel == channel and not message.is_ephemeral
        ]

    # Changes

    def post(
        self,
        channel: Channel,
        text: str,
        blocks: list[Json],
        *,
        thread_ts: str | None = None,
        is_broadcast: bool = False,
        visible_to: str | None = None,
        user: str | None = None,
    ) -> Message:
        message = Message(
            channel=channel.id,
            ts=self._next_ts(),
            user=user or self.app.bot_user_id,
            text=text,
            blocks=tuple(with_ids(blocks)),
            name_of=self.directory.name,
            thread_ts=thread_ts,
            is_broadcast=is_broadcast,
            visible_to=visible_to,
        )
        self._messages[channel.id, message.ts] = message
        return message

    def edit(self, message: Message, text: str, blocks: list[Json]) -> Message:
        edited = replace(message, text=text, blocks=tuple(with_ids(blocks)), edits=message.edits + 1)
        self._messages[message.channel, message.ts] = edited
        return edited

    def delete(self, message: Message) -> None:
        self._messages.pop((message.channel, message.ts), None)

    def push_view(self, user: str, definition: Json) -> View:
        stack = self._views.setdefault(user, [])
        identity = f"V{uuid.uuid4().hex[:10].upper()}"
        view = View(
            id=identity,
            hash=self._hash(),
            user=user,
            definition=_stored(definition),
            name_of=self.directory.name,
            root_id=stack[0].id if stack else identity,
            previous_id=stack[-1].id if stack else None,
        )
        stack.append(view)
        return view

    def open_view(self, view_id: str) -> View | None:
        return next((view for stack in self._views.values() for view in stack if view.id == view_id), None)

    def change_view(self, view: View, definition: Json) -> View:
        return self._swap(replace(view, definition=_stored(definition), hash=self._hash(), errors=()))

    def mark_view(self, view: View, errors: Mapping[str, str]) -> View:
        return self._swap(replace(view, errors=tuple(errors.items())))

    def close_view(self, view: View, *, all_of_them: bool = False) -> None:
        kept = [] if all_of_them else [other for other in self._views.get(view.user, []) if other.id != view.id]
        self._views[view.user] = kept

    def _swap(self, changed: View) -> View:
        stack = self._views[changed.user]
        self._views[changed.user] = [changed if view.id == changed.id else view for view in stack]
        return changed

    def _next_ts(self) -> str:
        # Two messages of one microsecond still get different ids, as in Slack.
        self._last_ts = max(self._last_ts + 1, int(self.clock() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def _hash(self) -> str:
        return f"{int(self.clock())}.{uuid.uuid4().hex[:8]}"

    # Waiting

    async def changed(self) -> None:
        """Tell everybody who waits that something is different now."""
        async with self._condition:
            self._condition.notify_all()

    async def until(self, predicate: Callable[[], T], timeout: float = 10.0) -> T:  # noqa: ASYNC109  a test's own limit, seconds
        """Wait until the predicate gives something true, and give that back; asked after every change.

        A button or modal that is not on the screen yet counts as not true yet. Raises TimeoutError, with what
        everybody has on the screen, after `timeout` seconds.
        """
        found: list[T] = []

        def is_true() -> bool:
            with suppress(NotOnScreen):
                found.append(predicate())
                return bool(found[-1])
            return False

        try:
            async with asyncio.timeout(timeout), self._condition:
                await self._condition.wait_for(is_true)
                return found[-1]
        except TimeoutError:
            raise TimeoutError(f"not within {timeout} s; on the screens:\n{self.transcript()}") from None

    def transcript(self) -> str:
        """Everything that is on a screen now, for a terminal."""
        lines: list[str] = []
        for message in self._messages.values():
            place = self.directory.name(message.channel) + (" (thread)" if message.thread_ts else "")
            seen = f", only {self.directory.name(message.visible_to)} sees this" if message.visible_to else ""
            lines += [f"{place}, {self.directory.name(message.user)}{seen}:"]
            lines += [f"    {line}" for line in message.plain().split("\n")]
        for view in (view for stack in self._views.values() for view in stack):
            lines += [f"modal of {self.directory.name(view.user)}:"]
            lines += [f"    {line}" for line in view.plain().split("\n")]
        return "\n".join(lines)


def _stored(definition: Json) -> Json:
    return {**definition, "blocks": with_ids(definition["blocks"])}
