"""The world with a person at the keyboard, at the page, or with a script in the pipe: one line after the other is done.

It ends with the last line, with `quit` and with Ctrl-C, and leaves nothing running; where nothing at all can be read,
the page stays until Ctrl-C. Nothing here knows the bot but by what it shows in Slack.
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
from playground.page.server import Page
from playground.phrases import Begin, NotUnderstood, Quit, parse
from playground.scenarios import SCENARIOS, Scenario
from playground.screens import Screens
from playground.slack import NotOnScreen
from playground.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playground.terminal import Terminal

_PATIENCE_AT_THE_KEYBOARD_SECONDS: Final = 3.0
_PATIENCE_OF_A_SCRIPT_SECONDS: Final = 20.0
_READ_BYTES: Final = 4096
_DEADLINES: Final = {"MOVE_DEADLINE": "30m", "APPROVAL_DEADLINE": "10m"}
"""Short enough to be seen passing, long enough to read a card."""


async def play(terminal: Terminal, scenario: Scenario, keyboard: int, *, socket_mode: bool = False) -> int:
    """Obey the lines of a file descriptor until it ends; 1 if a script had a line that could not be obeyed."""
    wishes: asyncio.Queue[str | None] = asyncio.Queue()
    async with Page.start(lambda name: wishes.put_nowait(f"start {name}")) as page:
        game = _Game(terminal, page, lines_of(keyboard, wishes), is_script=not os.isatty(keyboard))
        following: Scenario | None = scenario
        try:
            while following is not None:
                following = await game.play(following, socket_mode=socket_mode)
        except (BotFailed, TimeoutError) as why:
            terminal.line(str(why) or "The bot has not connected in Socket Mode.")
            return 1
    return 1 if game.failed else 0


class _Game:
    """One world after the other, in one terminal and on one page."""

    def __init__(self, terminal: Terminal, page: Page, lines: AsyncIterator[str], *, is_script: bool) -> None:
        self._terminal: Final = terminal
        self._page: Final = page
        self._lines: Final = lines
        self._is_script: Final = is_script
        self.failed = False

    async def play(self, scenario: Scenario, *, socket_mode: bool) -> Scenario | None:
        """From the first screen to the last; the scenario to begin next, if one was asked for."""
        self._page.show_nothing(f"The world of “{scenario.name}” is starting …")
        self._terminal.remark(f"Starting the world of “{scenario.name}” …")
        async with (
            World.start(scenario) as world,
            BotProcesses.start(_DEADLINES | world.environment(socket_mode=socket_mode)) as bot,
        ):
            await world.connect(bot.url, socket_mode=socket_mode)
            table = _Table(world, bot, self._terminal, is_script=self._is_script)
            self._page.show(world, bot, table.deeds)
            _welcome(world, self._terminal, self._page.url)
            following = await table.obey(self._lines)
            if self._is_script and table.failures:
                self._terminal.line(bot.tails())
            self._page.show_nothing("Everything is being stopped …")
            self._terminal.line("Stopping everything …")
        for sentence in bot.late:
            self._terminal.line(sentence)
        self.failed |= bool(bot.late or (self._is_script and table.failures))
        return following


def _welcome(world: World, terminal: Terminal, page: str) -> None:
    command, text = world.command
    terminal.heading(world.scenario.name)
    terminal.remark(world.scenario.what_to_try)
    terminal.line()
    terminal.remark("In #cdn are mina, joon and sora, who may approve, and gil, a guest. CloudFront has:")
    terminal.line(sights.cloudfront(world))
    terminal.line()
    terminal.line(f"Begin with:   mina: {command} {text}")
    terminal.line("Everything else:   help")
    terminal.line(f"The same in a browser, as Slack would show it:   {page}")


class _Table:
    """Where somebody plays."""

    def __init__(self, world: World, bot: BotProcesses, terminal: Terminal, *, is_script: bool) -> None:
        patience_seconds = _PATIENCE_OF_A_SCRIPT_SECONDS if is_script else _PATIENCE_AT_THE_KEYBOARD_SECONDS
        self._terminal: Final = terminal
        self._screens: Final = Screens(world, terminal)
        self.deeds: Final = Deeds(world, bot, self._screens, patience_seconds)
        self.failures = 0
        """Lines that could not be obeyed."""
        self._is_script: Final = is_script
        self._is_at_prompt = False

    async def obey(self, lines: AsyncIterator[str]) -> Scenario | None:
        """Do what the lines say, and draw meanwhile what changes; the scenario to begin then, if one was asked for."""
        following = asyncio.create_task(self._screens.follow(self._make_room, self._drawn))
        try:
            self._prompt()
            async for line in lines:
                self._is_at_prompt = False
                try:
                    phrase = parse(line)
                    if isinstance(phrase, Quit):
                        break
                    if isinstance(phrase, Begin):
                        self._echo(line)
                        return _scenario(phrase.scenario)
                    if phrase is not None:
                        self._echo(line)
                        self._answer(await self.deeds.do(phrase))
                except (NotUnderstood, NotOnScreen, ValueError, LookupError) as why:
                    self.failures += 1
                    self._answer(str(why))
                self._prompt()
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
        return None

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


def _scenario(name: str) -> Scenario:
    if name not in SCENARIOS:
        raise NotUnderstood(f"There is no scenario {name}; there is {', '.join(SCENARIOS)}.")
    return SCENARIOS[name]


async def lines_of(descriptor: int, also: asyncio.Queue[str | None] | None = None) -> AsyncIterator[str]:
    """The lines of a file, a pipe or a terminal, as they come; between them those that are put into the queue `also`.

    They end with the descriptor; but where it is empty from the beginning, as without a terminal, those of the queue
    go on.

    A thread reads the bare descriptor: asyncio cannot watch files, would make the terminal non-blocking for everybody
    else, and a thread in Python's own buffered reader makes the interpreter crash when it ends on Ctrl-C.
    """
    lines: asyncio.Queue[str | None] = asyncio.Queue() if also is None else also
    loop = asyncio.get_running_loop()

    def hand_over(line: str | None) -> None:
        with suppress(RuntimeError):  # the loop is over, and so is the game
            loop.call_soon_threadsafe(lines.put_nowait, line)

    def read() -> None:
        rest, is_empty = b"", True
        with suppress(OSError):  # a terminal that was closed
            while chunk := os.read(descriptor, _READ_BYTES):
                is_empty = False
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    hand_over(line.decode(errors="replace").strip())
        if rest:
            hand_over(rest.decode(errors="replace").strip())
        if also is None or not is_empty or os.isatty(descriptor):
            hand_over(None)

    threading.Thread(target=read, name="keyboard", daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line
