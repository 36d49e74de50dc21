"""The world with a person at the keyboard, or with a script in the pipe: one line after the other is done.

It ends with the last line, with `quit` and with Ctrl-C, and leaves nothing running. Nothing here knows the bot but by
what it shows in Slack.
"""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from playground import sights
from playground.bot_processes import BotFailed, BotProcesses
from playground.deeds import Deeds
from playground.phrases import NotUnderstood, Quit, parse
from playground.screens import Screens
from playground.slack import NotOnScreen
from playground.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playground.scenarios import Scenario
    from playground.terminal import Terminal

_PATIENCE_AT_THE_KEYBOARD_SECONDS: Final = 3.0
_PATIENCE_OF_A_SCRIPT_SECONDS: Final = 20.0
_READ_BYTES: Final = 4096


async def play(terminal: Terminal, scenario: Scenario, keyboard: int, *, socket_mode: bool = False) -> int:
    """Obey the lines of a file descriptor until it ends; 1 if a script had a line that could not be obeyed."""
    is_script = not os.isatty(keyboard)
    terminal.remark(f"Starting the world of “{scenario.name}” …")
    try:
        async with (
            World.start(scenario) as world,
            BotProcesses.start(world.environment(socket_mode=socket_mode)) as bot,
        ):
            await world.connect(bot.url, socket_mode=socket_mode)
            _welcome(world, terminal)
            failures = await _Table(world, bot, terminal, is_script=is_script).obey(lines_of(keyboard))
            if is_script and failures:
                terminal.line(bot.tails())
            terminal.line("Stopping everything …")
    except (BotFailed, TimeoutError) as why:
        terminal.line(str(why) or "The bot has not connected in Socket Mode.")
        return 1
    for sentence in bot.late:
        terminal.line(sentence)
    return 1 if bot.late or (is_script and failures) else 0


def _welcome(world: World, terminal: Terminal) -> None:
    command, text = world.command
    terminal.heading(world.scenario.name)
    terminal.remark(world.scenario.what_to_try)
    terminal.line()
    terminal.remark("In #cdn are mina, joon and sora, who may approve, and gil, a guest. CloudFront has:")
    terminal.line(sights.cloudfront(world))
    terminal.line()
    terminal.line(f"Begin with:   mina: {command} {text}")
    terminal.line("Everything else:   help")


class _Table:
    """Where somebody plays."""

    def __init__(self, world: World, bot: BotProcesses, terminal: Terminal, *, is_script: bool) -> None:
        patience_seconds = _PATIENCE_OF_A_SCRIPT_SECONDS if is_script else _PATIENCE_AT_THE_KEYBOARD_SECONDS
        self._terminal: Final = terminal
        self._screens: Final = Screens(world, terminal)
        self._deeds: Final = Deeds(world, bot, self._screens, patience_seconds)
        self._is_script: Final = is_script
        self._is_at_prompt = False

    async def obey(self, lines: AsyncIterator[str]) -> int:
        """Do what the lines say, and draw meanwhile what changes; how many could not be obeyed."""
        following = asyncio.create_task(self._screens.follow(self._make_room, self._drawn))
        failures = 0
        try:
            self._prompt()
            async for line in lines:
                self._is_at_prompt = False
                try:
                    phrase = parse(line)
                    if isinstance(phrase, Quit):
                        break
                    if phrase is not None:
                        self._echo(line)
                        self._answer(await self._deeds.do(phrase))
                except (NotUnderstood, NotOnScreen, ValueError, LookupError) as why:
                    failures += 1
                    self._answer(str(why))
                self._prompt()
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
        return failures

    def _answer(self, sentence: str) -> None:
        self._screens.draw()
        if sentence:
            self._terminal.line(sentence)

    def _echo(self, line: str) -> None:
        # At the keyboard it stands there already.
        if self._is_script:
            self._terminal.line()
            self._terminal.line(f"> {line}")

    def _prompt(self) -> None:
        if not self._is_script:
            self._terminal.prompt()
            self._is_at_prompt = True

    def _drawn(self) -> None:
        if self._is_at_prompt:
            self._terminal.prompt()

    def _make_room(self) -> None:
        if self._is_at_prompt:
            self._terminal.line()


async def lines_of(descriptor: int) -> AsyncIterator[str]:
    """The lines of a file, a pipe or a terminal, as they come.

    A thread reads the bare descriptor: asyncio cannot watch files, would make the terminal non-blocking for everybody
    else, and a thread in Python's own buffered reader makes the interpreter crash when it ends on Ctrl-C.
    """
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def hand_over(line: str | None) -> None:
        with suppress(RuntimeError):  # the loop is over, and so is the game
            loop.call_soon_threadsafe(lines.put_nowait, line)

    def read() -> None:
        rest = b""
        with suppress(OSError):  # a terminal that was closed
            while chunk := os.read(descriptor, _READ_BYTES):
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    hand_over(line.decode(errors="replace").strip())
        if rest:
            hand_over(rest.decode(errors="replace").strip())
        hand_over(None)

    threading.Thread(target=read, name="keyboard", daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line
