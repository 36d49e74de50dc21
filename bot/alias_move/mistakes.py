"""Mistakes with a record that is not live: what each kind is, and what is kept of a diagnosis.

Pure values; `diagnosis` names them. Sentences hold our own names only; what somebody else has written stands in `found`
and `wanted`, to be escaped by whoever shows it.
"""

from dataclasses import dataclass
from enum import Enum


class MistakeKind(Enum):
    """What can be wrong. The values are stored names."""

    MISPLACED = "misplaced"
    """The record is there, under another name."""
    WRONG_ZONE = "wrong_zone"
    """The record is there, in a zone that nobody asks, or nobody outside."""
    WRONG_TYPE = "wrong_type"
    """A CNAME or an A instead of a TXT."""
    WRONG_VALUE = "wrong_value"
    DEAD_END = "dead_end"
    """A CNAME that leads nowhere."""
    ORPHAN_ZONE = "orphan_zone"
    """The registrar's name servers and the zone, or the one that is seen from here, do not belong together."""
    NOT_DELEGATED = "not_delegated"
    """The registry does not know the zone, or has put it on hold."""
    BROKEN_DNSSEC = "broken_dnssec"
    BEHIND = "behind"
    """Not every server has the newest zone."""
    WILDCARD = "wildcard"
    """A wildcard answers for the name."""
    LAME_SERVER = "lame_server"
    """A server that does not serve the zone, or not at all."""
    BLOCKED_TCP = "blocked_tcp"
    """An answer too long for UDP, and no way over TCP."""


_QUIET = frozenset({MistakeKind.BEHIND, MistakeKind.WILDCARD, MistakeKind.LAME_SERVER, MistakeKind.BLOCKED_TCP})


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong."""

    kind: MistakeKind
    sentence: str
    """Names only what is ours; backticks may stand in it."""
    remedy: str
    found: str = ""
    """The wrong name or value, as somebody else has written it."""
    wanted: str = ""
    """What should stand there instead, where comparing the two helps."""

    @property
    def is_quiet(self) -> bool:
        """Whether the card is enough: it goes by itself, or is no fault of whoever creates the record."""
        return self.kind in _QUIET

    @property
    def key(self) -> str:
        """Equal keys are the same mistake, to be told once."""
        return f"{self.kind.value}:{self.found or self.sentence}"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What one probe has shown."""

    at: float
    """When it began, Unix seconds."""
    mistakes: tuple[Mistake, ...] = ()
    child_zone: str = ""
    """The alias, where it is a zone of its own; the record belongs into the zone above."""


_MOST_LISTED = 4


def listed(names: list[str] | tuple[str, ...]) -> str:
    """A few of them, each once."""
    different = list(dict.fromkeys(names))
    shown = ", ".join(different[:_MOST_LISTED])
    return shown if len(different) <= _MOST_LISTED else f"{shown} and {len(different) - _MOST_LISTED} more"
