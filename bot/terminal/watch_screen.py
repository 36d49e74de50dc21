"""What `python -m bot watch` shows: a table that stays in place in a terminal, and a line per change elsewhere.

What DNS says is foreign text: it is shown as plain text, with whatever a terminal might obey spelled out.
"""

from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bot.alias_move.mistakes import Mistake
from bot.alias_move.names import TxtRecord
from bot.alias_move.providers import provider_of
from bot.alias_move.sightings import AnswerKind, ServerAnswer, TxtSighting
from bot.alias_move.wrong_values import marks, revealed

_VALUE_CHARACTERS = 100
_WORDS = {
    AnswerKind.EXACT: ("has it", "green"),
    AnswerKind.OTHER: ("has another value", "yellow"),
    AnswerKind.NOTHING: ("not yet", ""),
    AnswerKind.LAME: ("does not serve the zone", "red"),
    AnswerKind.SILENT: ("no answer", "red"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to see now."""

    sighting: TxtSighting | None
    trouble: str
    mistakes: tuple[Mistake, ...]
    looks: int
    gives_up: datetime


class Screen:
    """Shows; to be left before anything else is printed."""

    def __init__(self, console: Console, record: TxtRecord) -> None:
        self._console = console
        self._record = record
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("servers,"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("watching:", total=None)
        self._live = Live(console=console, auto_refresh=console.is_terminal, refresh_per_second=8)
        self._last: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        self._say(_what_to_create(self._record))
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def show(self, shown: Shown) -> None:
        """The newest state."""
        if self._console.is_terminal:
            sighting = shown.sighting
            if sighting is not None:
                self._progress.update(self._task, total=len(sighting.answers), completed=sighting.seen_on)
            self._live.update(self._picture(shown), refresh=True)
            return
        lines = tuple(_lines(shown))
        if lines != self._last:
            self._last = lines
            for line in lines:
                self._say(line)

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def _picture(self, shown: Shown) -> RenderableType:
        parts: list[RenderableType] = []
        if shown.sighting is not None:
            parts.append(_table(shown.sighting))
        if shown.trouble:
            parts.append(Text(f"I could not look just now: {revealed(shown.trouble)}", style="yellow"))
        parts += [Text(line) for mistake in shown.mistakes for line in mistake_lines(mistake)]
        gives_up = f"{shown.gives_up.astimezone():%d %b %H:%M:%S}"
        return Group(*parts, self._progress, Text(f"{_counted(shown.looks)}; gives up at {gives_up}", style="dim"))


def mistake_lines(mistake: Mistake) -> list[str]:
    """One mistake, with wrong characters marked."""
    found = revealed(mistake.found)[:_VALUE_CHARACTERS]
    carets = marks(found, mistake.wanted) if found and mistake.wanted else ""
    return [
        f"! {mistake.sentence.replace('`', '')}",
        *([f"  found   {found}"] if found else []),
        *([f"          {carets}"] if carets else []),
        *([f"  wanted  {mistake.wanted}"] if found and mistake.wanted else []),
        *([f"  {mistake.remedy.replace('`', '')}"] if mistake.remedy else []),
    ]


def _what_to_create(record: TxtRecord) -> str:
    return f'Watching for  {record.name}.  TXT  "{record.value}"'


def _counted(looks: int) -> str:
    return "looked once" if looks == 1 else f"looked {looks} times"


def _table(sighting: TxtSighting) -> Table:
    provider = provider_of([answer.server for answer in sighting.answers])
    where = f"zone {sighting.zone}" + (f" at {provider.name}" if provider else "")
    table = Table(title=Text(where, style="bold"), title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("server", "address", "record", ""):
        table.add_column(heading)
    for answer in sighting.answers:
        words, style = _WORDS[answer.kind]
        table.add_row(
            Text(revealed(answer.server)), Text(answer.address), Text(words, style=style), Text(_detail(answer))
        )
    return table


def _detail(answer: ServerAnswer) -> str:
    values = ", ".join(answer.values) if answer.kind is AnswerKind.OTHER else ""
    return revealed(" ".join(filter(None, [values, answer.note])))[:_VALUE_CHARACTERS]


def _lines(shown: Shown) -> list[str]:
    """The same as plain lines, without what changes with every look."""
    lines = []
    if shown.sighting is not None:
        lines.append(f"{shown.sighting.seen_on} of {len(shown.sighting.answers)} servers of {shown.sighting.zone}:")
        lines += [
            f"  {revealed(one.server)} ({one.address}) {_WORDS[one.kind][0]} {_detail(one)}".rstrip()
            for one in shown.sighting.answers
        ]
    if shown.trouble:
        lines.append(f"I could not look just now: {revealed(shown.trouble)}")
    return [*lines, *(line for mistake in shown.mistakes for line in mistake_lines(mistake))]
