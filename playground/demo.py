"""One whole move as a transcript: what people type and see, from the slash command to the moved alias.

Ends by itself, within 90 seconds whatever happens; the exit code is 0 only if CloudFront really has the alias on the
target and the card says so.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from playground.bot_processes import BotFailed, BotProcesses
from playground.phrases import record_asked_for
from playground.scenarios import HAPPY
from playground.screens import Screens
from playground.slack import NotOnScreen
from playground.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playground.slack import View
    from playground.terminal import Terminal

T = TypeVar("T")

OVER_WITHIN_SECONDS: Final = 90.0
_PLAYED_WITHIN_SECONDS: Final = 40.0
_STEP_WITHIN_SECONDS: Final = 20.0
_APPROVE: Final = "move.approve"
_WORKERS: Final = 2


class DemoFailed(Exception):  # noqa: N818 - it names what happened
    """The alias has not moved as it should; the text says why."""


async def demo(terminal: Terminal, *, socket_mode: bool = False) -> int:
    """Play it; the exit code."""
    began = time.monotonic()
    bots: list[BotProcesses] = []
    with _watchdog(bots, terminal):
        try:
            has_moved = await _play(terminal, bots, socket_mode=socket_mode)
        except BotFailed as why:
            terminal.heading("The bot has not started")
            terminal.line(str(why))
            has_moved = False
    late = [sentence for bot in bots for sentence in bot.late]
    for sentence in late:
        terminal.line(sentence)
    terminal.line(f"Everything is stopped; {time.monotonic() - began:.1f} seconds in all.")
    return 0 if has_moved and not late else 1


async def _play(terminal: Terminal, bots: list[BotProcesses], *, socket_mode: bool) -> bool:
    """Whether the alias has moved, and the card says so."""
    setting_up = time.monotonic()
    terminal.remark(
        "A Slack workspace, AWS accounts and a DNS zone start on this machine; the bot starts in them as in"
        " production: one web process, two workers, and a Valkey that it brings along."
    )
    async with World.start(HAPPY) as world, BotProcesses.start(world.environment(socket_mode=socket_mode)) as bot:
        bots.append(bot)
        play = _Play(world, terminal)
        try:
            await world.connect(bot.url, socket_mode=socket_mode)
            play.over("everything started", since=setting_up)
            async with asyncio.timeout(_PLAYED_WITHIN_SECONDS):
                await play.from_command_to_moved_alias()
        except (DemoFailed, NotOnScreen, TimeoutError) as why:
            terminal.heading("The demo has failed")
            terminal.line(str(why) or f"It was not over after {_PLAYED_WITHIN_SECONDS:.0f} seconds.")
            terminal.line(bot.tails())
            return False
        return True


@contextmanager
def _watchdog(bots: list[BotProcesses], terminal: Terminal) -> Iterator[None]:
    """For whatever hangs so badly that nothing else ends it."""

    def end() -> None:
        terminal.line(f"The demo was not over after {OVER_WITHIN_SECONDS:.0f} seconds; ending it by force.")
        for bot in bots:
            terminal.line(bot.tails())
            bot.end_by_force()
        os._exit(1)

    timer = threading.Timer(OVER_WITHIN_SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class _Play:
    """The acts, and how long each of them took."""

    def __init__(self, world: World, terminal: Terminal) -> None:
        self._world: Final = world
        self._terminal: Final = terminal
        self._screens: Final = Screens(world, terminal)
        self._since = time.monotonic()
        self._steps: Final[list[tuple[str, float]]] = []

    async def from_command_to_moved_alias(self) -> None:
        name, value = await self._ask()
        await self._create_record(name, value)
        view = await self._review()
        await self._approve(view)
        self._look_at_cloudfront()
        self._sum_up()

    def over(self, step: str, *, since: float | None = None) -> None:
        """Note a step that has ended now."""
        now = time.monotonic()
        self._steps.append((step, now - (self._since if since is None else since)))
        self._since = now

    async def _ask(self) -> tuple[str, str]:
        command, text = self._world.command
        self._terminal.heading("1. Somebody asks for the alias")
        self._terminal.deed("mina", f"{command} {text}")
        mina = self._world.people["mina"].id
        reply = await self._world.slack.command(mina, self._world.channel.id, command, text)
        if reply.error:
            raise DemoFailed(f"Slack says: {reply.error}")
        self.over("the bot answered the command")
        asked_for = await self._until(
            lambda: record_asked_for(self._world.card().plain()), "the card asked for no record"
        )
        self.over("the card asked for the record")
        return asked_for

    async def _create_record(self, name: str, value: str) -> None:
        self._terminal.heading("2. Somebody creates the record")
        self._terminal.deed("mina", f'creates {name} TXT "{value}" in the DNS zone {self._world.scenario.zone}')
        self._world.create_record(name, value)
        await self._until(lambda: self._world.card().button(_APPROVE), "the card offered nothing to approve")
        self.over("the record was verified")

    async def _review(self) -> View:
        self._terminal.heading("3. An approver looks at it, and approves")
        joon, card = self._world.people["joon"].id, self._world.card()
        self._terminal.deed("joon", f"presses [ {card.button(_APPROVE).text} ]")
        reply = await self._world.slack.press(joon, card, _APPROVE)
        if reply.error:
            raise DemoFailed(f"Slack says: {reply.error}")
        views = await self._until(lambda: self._world.slack.views(joon), "no dialog opened")
        self.over("the dialog opened")
        return views[-1]

    async def _approve(self, view: View) -> None:
        self._terminal.deed("joon", f"presses [ {view.submit} ]")
        submission = await self._world.slack.submit(self._world.people["joon"].id, view)
        if submission.action != "close":
            raise DemoFailed(f"The dialog did not close: {submission.error or submission.action}")
        await self._until(self._is_told, "neither card nor thread told that the alias has moved")
        self.over("the alias was moved, and read back from CloudFront")

    def _is_told(self) -> bool:
        card = self._world.card()
        thread = self._world.slack.thread(card.channel, card.ts)
        return all("moved" in text.lower() for text in (card.plain(), thread[-1].plain() if thread else ""))

    def _look_at_cloudfront(self) -> None:
        self._terminal.heading("4. CloudFront has the last word")
        alias, holder = self._world.scenario.alias, self._world.holder()
        self._terminal.remark(f"{alias} is on the distribution {holder or 'of nobody'}.")
        if holder != "green":
            raise DemoFailed(f"The card says that {alias} has moved, but CloudFront has it elsewhere.")

    def _sum_up(self) -> None:
        self._terminal.heading("How long it took")
        for step, seconds in self._steps:
            self._terminal.line(f"  {seconds:5.1f} s  {step}")
        self._terminal.line()
        self._terminal.remark("The alias has moved. To try it yourself: make play")

    async def _until(self, predicate: Callable[[], T | None], otherwise: str) -> T:
        try:
            return await self._screens.until(predicate, _STEP_WITHIN_SECONDS)
        except TimeoutError:
            raise DemoFailed(f"Within {_STEP_WITHIN_SECONDS:.0f} seconds {otherwise}.") from None
