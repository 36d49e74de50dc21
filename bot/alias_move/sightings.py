"""What the authoritative servers said about a TXT record, and the one rule that turns it into "live".

Pure: the questions are asked in `bot.dns`. A sighting never says "verified" because most servers agree; see `is_live`.
"""

from dataclasses import dataclass
from enum import Enum

from bot.alias_move.names import TxtRecord

FEWEST_ADDRESSES = 2
DEFAULT_NEGATIVE_TTL_S = 900
"""Route 53's, where a zone's own could not be learnt."""


class AnswerKind(Enum):
    """What one address of one server said."""

    EXACT = "exact"
    """The exact value is among the record's values, with the AA bit."""
    OTHER = "other"
    """The record is there with other values, with the AA bit."""
    NOTHING = "nothing"
    """No such record, with the AA bit."""
    LAME = "lame"
    """It answered without authority, or refused: it does not serve this zone."""
    SILENT = "silent"
    """No answer in time, over UDP and TCP."""


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """One address of one authoritative server."""

    server: str
    address: str
    kind: AnswerKind
    values: tuple[str, ...] = ()
    """The strings of each TXT value joined; only for EXACT and OTHER."""
    note: str = ""
    """What was seen that explains it: `CNAME to d1….cloudfront.net`, `REFUSED`."""
    serial: int | None = None
    """Of the zone there; asked only where the servers do not agree about the record."""

    @property
    def counts(self) -> bool:
        """Whether it spoke with authority; only such answers make a verdict."""
        return self.kind in {AnswerKind.EXACT, AnswerKind.OTHER, AnswerKind.NOTHING}


@dataclass(frozen=True, slots=True)
class TxtSighting:
    """One look at one record through every authoritative server of its zone."""

    record: TxtRecord
    zone: str
    answers: tuple[ServerAnswer, ...]
    negative_ttl_s: int | None = None
    """min(SOA TTL, SOA MINIMUM) as the zone's servers say: how long a cache may keep an early "no"."""
    only_delegated: tuple[str, ...] = ()
    """Servers that the zone above names and the zone itself does not; asked like all others."""
    only_listed: tuple[str, ...] = ()
    """The other way round."""

    @property
    def is_live(self) -> bool:
        """Every server that answers has the exact value, and enough of them answer.

        One address is enough only where the zone has no second; otherwise one server alone could be the one that a
        lagging or hijacked transfer reached first.
        """
        speaking = [answer for answer in self.answers if answer.counts]
        enough = len(speaking) >= min(FEWEST_ADDRESSES, len(self.answers))
        return bool(speaking) and enough and all(answer.kind is AnswerKind.EXACT for answer in speaking)

    @property
    def said(self) -> frozenset[tuple[AnswerKind, tuple[str, ...], str]]:
        """What is said with authority, by however many: a server that falls silent and comes back changes nothing."""
        return frozenset((answer.kind, answer.values, answer.note) for answer in self.answers if answer.counts)

    @property
    def is_denied(self) -> bool:
        """Whether a server that speaks with authority says otherwise. Silence denies nothing."""
        return any(answer.counts and answer.kind is not AnswerKind.EXACT for answer in self.answers)

    @property
    def seen_on(self) -> int:
        """How many addresses have the exact value."""
        return sum(answer.kind is AnswerKind.EXACT for answer in self.answers)

    @property
    def other_values(self) -> tuple[str, ...]:
        """Values at the name that are not the wanted one, without repetition."""
        values = (value for answer in self.answers for value in answer.values if value != self.record.value)
        return tuple(dict.fromkeys(values))

    @property
    def is_partial(self) -> bool:
        """Whether some servers have it and others deny it."""
        return self.is_denied and self.seen_on > 0

    @property
    def says_nothing(self) -> bool:
        """Whether everybody who speaks says plainly that there is nothing, so that any other answer is news."""
        speaking = [answer for answer in self.answers if answer.counts]
        return bool(speaking) and all(one.kind is AnswerKind.NOTHING and not one.note for one in speaking)

    @property
    def silent_servers(self) -> tuple[ServerAnswer, ...]:
        """Servers that gave no answer worth counting; tolerated, but named."""
        return tuple(answer for answer in self.answers if not answer.counts)
