"""Plain text for a terminal: who says what, boxes around what is on a screen, colours only where somebody can see them.

It writes and remembers nothing; whatever the terminal cannot spell becomes a question mark, never an error.
"""

import os
import shutil
import textwrap
from typing import Final, TextIO

_WIDEST_COLUMNS: Final = 110
_NARROWEST_COLUMNS: Final = 40
_COPIED: Final = ("_", "aws ", "/")
_BOLD: Final = "1"
_DIM: Final = "2"
_CYAN: Final = "36"


class Terminal:
    """A stream to write on. Lines appear at once, also through a pipe."""

    def __init__(self, stream: TextIO) -> None:
        self._stream: Final = stream
        self._has_colours: Final = stream.isatty() and "NO_COLOR" not in os.environ
        columns = shutil.get_terminal_size((100, 24)).columns
        self._columns: Final = min(_WIDEST_COLUMNS, max(_NARROWEST_COLUMNS, columns))

    def line(self, text: str = "") -> None:
        print(text, file=self._stream, flush=True)

    def heading(self, text: str) -> None:
        self.line()
        self.line(self._in(_BOLD, text))

    def deed(self, who: str, what: str) -> None:
        """Something that a person does."""
        self.line(f"{self._in(_CYAN, f'{who}:')} {what}")

    def remark(self, text: str) -> None:
        """A sentence of the narrator."""
        self.line(textwrap.fill(text, self._columns))

    def box(self, title: str, body: str) -> None:
        """What somebody has on the screen; long lines are folded, and keep their indent."""
        self.line(self._in(_DIM, f"  ┌─ {title}"))
        for line in body.split("\n"):
            for part in _folded(line, self._columns - 6):
                self.line(f"  {self._in(_DIM, '│')} {part}".rstrip())
        self.line(self._in(_DIM, "  └─"))

    def prompt(self) -> None:
        print("> ", end="", file=self._stream, flush=True)

    def _in(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._has_colours else text


def _folded(line: str, width: int) -> list[str]:
    # A record and a command have to survive copying, so they are left to the terminal.
    if line.startswith(_COPIED):
        return [line]
    return textwrap.wrap(line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False) or [""]
