"""What recursive resolvers say about a record that is live: that they see it, or for how long they may still deny it.

Pure. Says nothing about AWS's own resolvers, which nobody can ask; what follows for them is in `caches`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class CacheKind(Enum):
    """What one resolver said. The values are stored names."""

    SEES = "sees"
    """The exact value is among the record's values."""
    MISSES = "misses"
    """It remembers that there was no such record."""
    OTHER = "other"
    """It remembers other values."""
    SILENT = "silent"
    """No answer that says anything about the record."""


@dataclass(frozen=True, slots=True)
class CacheAnswer:
    """One resolver."""

    address: str
    """As people write it: `192.0.2.53:53`."""
    kind: CacheKind
    ttl_s: int = 0
    """For how long it may go on saying so; only for MISSES and OTHER."""
    note: str = ""
    """Why it says nothing: `SERVFAIL`, `no answer`."""

    @property
    def is_behind(self) -> bool:
        """Whether it tells what has been true before."""
        return self.kind in {CacheKind.MISSES, CacheKind.OTHER}


@dataclass(frozen=True, slots=True)
class Visibility:
    """All vantage points, asked at the same moment."""

    asked_at: float
    """Unix seconds."""
    answers: tuple[CacheAnswer, ...]

    @property
    def behind(self) -> tuple[CacheAnswer, ...]:
        """Those that do not see the record as it is."""
        return tuple(answer for answer in self.answers if answer.is_behind)

    @property
    def is_visible(self) -> bool:
        """Whether somebody sees it and nobody says otherwise; silence says nothing."""
        return not self.behind and any(answer.kind is CacheKind.SEES for answer in self.answers)

    @property
    def agree_at(self) -> float | None:
        """When the last of those that are behind must have forgotten, Unix seconds; None where nobody is behind."""
        return self.until(self.behind)

    def until(self, answers: Iterable[CacheAnswer]) -> float | None:
        """How long the last of these may say so, Unix seconds; None where there are none."""
        return max((self.asked_at + answer.ttl_s for answer in answers), default=None)
