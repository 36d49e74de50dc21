"""What is known about a source that this move has had disabled, or is having disabled. This is stored with the move.

Pure values; only `source_off` makes new ones. Kept beside the move's state: disabling takes minutes, and enabling
again happens when the move is over.
"""

from dataclasses import dataclass
from enum import Enum

from bot.alias_move.names import AccountId, DistributionId


class SwitchPhase(Enum):
    """How far it has come. The values are stored names."""

    DISABLING = "disabling"
    """Approved; CloudFront is to be asked, or has been."""
    NOT_DISABLED = "not_disabled"
    """CloudFront said no, or was not asked: the source is as it was."""
    DISABLED = "disabled"
    """CloudFront says so; it may still take minutes until that is true everywhere."""
    UNKNOWN = "unknown"
    """CloudFront was asked to disable it, and nobody has seen what came of it."""
    ENABLING = "enabling"
    """An approver wants it back; CloudFront is to be asked, or has been."""
    ENABLED = "enabled"
    """It is enabled again, by us or, where nobody asked us to (`enabled_by`), by somebody else."""
    GONE = "gone"
    """There is no such distribution any more; nobody can enable it."""


@dataclass(frozen=True, slots=True)
class SourceOff:
    """One source, and somebody's approval of disabling it. All times in Unix seconds."""

    source: DistributionId
    account: AccountId
    name: str
    """What people call it; to be escaped, and empty where it has no comment."""
    aliases: tuple[str, ...]
    """Everything that was shown to go down with it: the approval is of these, and of no other set."""
    approved_by: str
    approved_at: float
    since: float
    """When this phase began."""
    phase: SwitchPhase = SwitchPhase.DISABLING
    sent_at: float | None = None
    """When a worker was last about to ask for this phase's change; None: not yet."""
    sent_for: str = ""
    """Id of the effect that it was about to ask for then."""
    is_unclear: bool = False
    """Whether a request was sent whose answer nobody has."""
    failures: int = 0
    """Attempts in a row that brought no answer."""
    why: str = ""
    """Why the newest attempt came to nothing, as a sentence; empty when it did not."""
    deployed_at: float | None = None
    """When it was first seen disabled everywhere."""
    enabled_by: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether CloudFront is being asked."""
        return self.phase in {SwitchPhase.DISABLING, SwitchPhase.ENABLING}

    @property
    def may_be_off(self) -> bool:
        """Whether this move has disabled it, or may have."""
        return self.phase not in {SwitchPhase.NOT_DISABLED, SwitchPhase.ENABLED, SwitchPhase.GONE}

    def others(self, alias: str) -> tuple[str, ...]:
        """What goes down with it besides the alias that is to move."""
        return tuple(one for one in self.aliases if one != alias)
