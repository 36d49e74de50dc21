"""What is known about a hosted zone of ours that the TXT record belongs into, and about a record created there.

Pure values; only `zone_record` makes new ones of `ZoneRecord`, which is stored with the move. Kept beside the move's
state: a record is taken away again when the move is over.
"""

from dataclasses import dataclass
from enum import Enum

from bot.alias_move.names import AccountId, TxtRecord

NEW_TTL_S = 60
"""Of a set that we begin: short, since after the move the record is of no use."""


@dataclass(frozen=True, slots=True)
class TxtSet:
    """All TXT values at one name, which Route 53 keeps and changes as one."""

    ttl_s: int
    values: tuple[str, ...]
    """As Route 53 writes them, in double quotes; to be escaped."""

    def equals(self, other: "TxtSet | None") -> bool:
        """Whether they are the same to Route 53, which does not care for the order."""
        return other is not None and (self.ttl_s, sorted(self.values)) == (other.ttl_s, sorted(other.values))


@dataclass(frozen=True, slots=True)
class HostedTxt:
    """The hosted zone that the world asks for this record, and what stood at the record's name when it was read."""

    record: TxtRecord
    zone_id: str
    """`Z1D633PJN98FT9`"""
    zone: str
    """`example.com`"""
    account: AccountId
    """Empty: that of the bot's own credentials, which could not be learnt."""
    present: TxtSet | None = None
    """None: no TXT record has that name."""

    @property
    def quoted(self) -> str:
        """The value as Route 53 writes it."""
        return f'"{self.record.value}"'

    @property
    def others(self) -> tuple[str, ...]:
        """The values that are not ours."""
        return tuple(one for one in (self.present.values if self.present else ()) if one != self.quoted)

    @property
    def has_value(self) -> bool:
        """Whether the value was there."""
        return self.present is not None and self.quoted in self.present.values


class RecordPhase(Enum):
    """How far it has come. The values are stored names."""

    CREATING = "creating"
    """Approved; Route 53 is to be asked, or has been."""
    NOT_CREATED = "not_created"
    """Route 53 said no, or was not asked: the zone is as it was."""
    CREATED = "created"
    UNKNOWN = "unknown"
    """Route 53 was asked to create it, and nobody has seen what came of it."""
    REMOVING = "removing"
    """An approver wants it taken away; Route 53 is to be asked, or has been."""
    REMOVED = "removed"
    """The value is not there any more."""


@dataclass(frozen=True, slots=True)
class ZoneRecord:
    """One record, and somebody's approval of creating it. All times in Unix seconds."""

    hosted: HostedTxt
    """As it was shown: the approval is for this zone with these values at the name, and for nothing else."""
    approved_by: str
    approved_at: float
    since: float
    """When this phase began."""
    phase: RecordPhase = RecordPhase.CREATING
    sent_at: float | None = None
    """When a worker was last about to ask for this phase's change; None: not yet."""
    sent_for: str = ""
    """Id of the effect that it was about to ask for then."""
    change_id: str = ""
    """Of the change that Route 53 has taken and is bringing to its servers; empty: none."""
    is_unclear: bool = False
    """Whether a request was sent whose answer nobody has."""
    failures: int = 0
    """Attempts in a row that brought no answer."""
    why: str = ""
    """Why the newest attempt came to nothing, as a sentence; empty when it did not."""
    removed_by: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether Route 53 is being asked."""
        return self.phase in {RecordPhase.CREATING, RecordPhase.REMOVING}

    @property
    def may_be_there(self) -> bool:
        """Whether this move has created it, or may have."""
        return self.phase not in {RecordPhase.NOT_CREATED, RecordPhase.REMOVED}
