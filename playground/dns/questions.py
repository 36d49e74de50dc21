"""A record of who asked which name when, so that a test can say "nobody asked for this before it was live"."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import dns.name
import dns.rdatatype

from playground.dns.faults import Over

_REMEMBERED_QUESTIONS: Final = 100_000
"""A playground left running overnight must not eat the machine."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the name in lower case without the final dot, the time in seconds of the world's clock."""

    name: str
    rdtype: str
    at: float
    over: Over
    from_cache: bool


class QuestionLog:
    """All questions one server was asked, in order; also those that a fault left without an answer."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock: Final = clock
        self._questions: Final[deque[Question]] = deque(maxlen=_REMEMBERED_QUESTIONS)

    def __iter__(self) -> Iterator[Question]:
        return iter(self._questions)

    def __len__(self) -> int:
        return len(self._questions)

    def note(
        self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType, over: Over, *, from_cache: bool = False
    ) -> None:
        question = Question(spelled(name), dns.rdatatype.to_text(rdtype), self._clock(), over, from_cache)
        self._questions.append(question)

    def about(self, name: str, rdtype: str | None = None) -> list[Question]:
        """Those about exactly this name, of one type or of any."""
        wanted = spelled(dns.name.from_text(name))
        return [each for each in self._questions if each.name == wanted and rdtype in {None, each.rdtype}]

    def clear(self) -> None:
        self._questions.clear()


def spelled(name: dns.name.Name) -> str:
    """A name as people write it: lower case, no final dot."""
    return name.canonicalize().to_text(omit_final_dot=True)
