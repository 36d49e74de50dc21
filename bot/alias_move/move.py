"""What is known about one move: its state, its votes, and the effects it still has to cause. This is what is stored.

Pure values. Only `lifecycle.decide()` makes a new `Move` out of an old one.
"""

from dataclasses import dataclass
from enum import Enum

from bot.alias_move.approval import Vote
from bot.alias_move.findings import Inspection, Plan
from bot.alias_move.names import AliasName, DistributionId
from bot.alias_move.sightings import TxtSighting


class MoveState(Enum):
    """Named after what is being waited for. The values are stored names."""

    INSPECTING = "inspecting"
    """Our own look at CloudFront, certificates and DNS."""
    CHOOSING_TARGET = "choosing_target"
    """The requester or an approver, to pick one of several targets."""
    BLOCKED = "blocked"
    """A person, to repair what a finding names."""
    AWAITING_TXT = "awaiting_txt"
    """The owner of the DNS zone, to create the record."""
    AWAITING_APPROVAL = "awaiting_approval"
    """An approver."""
    CONFIRMING = "confirming"
    """The time before which AWS may not be asked, then our last look."""
    ASSOCIATING = "associating"
    """CloudFront's answer, and its proof."""
    MOVED = "moved"
    NOTHING_TO_MOVE = "nothing_to_move"
    """Already there, or held by nobody we can find."""
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_final(self) -> bool:
        """Nothing changes any more; the alias is free for another move."""
        return self in _FINAL

    @property
    def is_waiting(self) -> bool:
        """INSPECTING to CONFIRMING: nothing has been asked of AWS that could change anything."""
        return not self.is_final and self is not MoveState.ASSOCIATING


_FINAL = frozenset(
    {MoveState.MOVED, MoveState.NOTHING_TO_MOVE, MoveState.REJECTED, MoveState.CANCELLED, MoveState.EXPIRED}
)


class EffectKind(Enum):
    """What a worker has to do. The values are stored names."""

    LOOK = "look"
    """At everything, because somebody or something asks for it now."""
    ROUTINE_LOOK = "routine_look"
    """At everything, because a quarter of an hour has passed."""
    WATCH_TXT = "watch_txt"
    """At the record alone."""
    ASSOCIATE_ALIAS = "associate_alias"
    """The call that moves the alias. Sent at most once per effect."""
    READ_BACK = "read_back"
    """Which side holds the alias now?"""
    NOTIFY = "notify"
    """A message in the card's thread."""
    EXPIRE_MOVE = "expire_move"
    EXPIRE_APPROVAL = "expire_approval"


class NoticeKind(Enum):
    """What people are told in the card's thread, each once per plan and round. The values are stored names."""

    DNS_VERIFIED = "dns_verified"
    APPROVAL_NEEDED = "approval_needed"
    APPROVAL_VOID = "approval_void"
    REFUSED = "refused"
    NOT_PROVED = "not_proved"
    MOVED = "moved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a message in the thread is about."""

    kind: NoticeKind
    digest: str
    round: int
    by: str | None = None
    words: str = ""
    """A reason somebody typed, or AWS's text; to be escaped."""
    at: float = 0.0
    """When it came up, Unix seconds."""

    @property
    def key(self) -> str:
        """Equal keys are the same message."""
        return f"{self.kind.value}:{self.digest}:{self.round}"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something a worker still has to do; stored with the move in the write that plans it."""

    id: str
    """`<move id>.<number>`: never used twice."""
    kind: EffectKind
    not_before: float
    """Unix seconds."""
    notice: Notice | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether a person waits for it; the others may queue behind each other."""
        return self.kind not in {EffectKind.ROUTINE_LOOK, EffectKind.WATCH_TXT}


class RefusalCause(Enum):
    """What can be done about a refusal of CloudFront. The values are stored names."""

    RECORD_NOT_SEEN = "record_not_seen"
    """AWS does not see the TXT record; it may remember an earlier "no"."""
    THROTTLED = "throttled"
    ACCESS_DENIED = "access_denied"
    SOURCE_ENABLED = "source_enabled"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Refusal:
    """CloudFront's "no", as it said it."""

    cause: RefusalCause
    code: str
    """`IllegalUpdate`"""
    text: str
    request_id: str
    at: float
    """Unix seconds."""


class Obstacle(Enum):
    """Why a move is BLOCKED although its plan names nothing that blocks. The values are stored names."""

    REFUSED = "refused"
    """CloudFront said no; a person must repair the cause and say so."""
    LOOKS_FAIL = "looks_fail"
    """We have not been able to look for a quarter of an hour."""
    NOT_PROVED = "not_proved"
    """The call was sent, and the alias is not where it should be."""
    WORKER_FAILS = "worker_fails"
    """The same effect failed again and again."""


@dataclass(frozen=True, slots=True)
class Call:
    """The move call this move has sent last."""

    effect_id: str
    at: float
    """Unix seconds; just before it was sent."""
    accepted: bool = False
    """Whether CloudFront answered 200."""


@dataclass(frozen=True, slots=True)
class CardPlace:
    """Where the card is. A press counts only from here."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Move:
    """One alias on its way from one distribution to another. All times in Unix seconds."""

    id: str
    team: str
    alias: AliasName
    requester: str
    channel: str
    opened_at: float
    answer_url: str
    """Slack's response_url of the command: a secret good for half an hour."""
    expires_at: float
    state: MoveState
    state_since: float
    updated_at: float
    """Time within a move never runs backwards."""
    round: int = 1
    wanted_target: DistributionId | None = None
    chosen_by: str | None = None
    inspection: Inspection | None = None
    sighting: TxtSighting | None = None
    """The newest answer about the record; the one in `inspection` may be older."""
    votes: tuple[Vote, ...] = ()
    effects: tuple[Effect, ...] = ()
    """Outstanding."""
    effects_planned: int = 0
    noticed: tuple[str, ...] = ()
    """Keys of notices already planned."""
    card: CardPlace | None = None
    obstacle: Obstacle | None = None
    refusal: Refusal | None = None
    call: Call | None = None
    returned_once: bool = False
    """Whether a call that did nothing has already been followed by another look and call."""
    ask_not_before: float = 0.0
    """AWS may not be asked before."""
    refused_in_a_row: int = 0
    looks_failed: int = 0
    looks_failing_since: float | None = None
    look_trouble: str = ""
    """Why the newest look failed; empty when it did not."""
    watch_trouble: str = ""
    """Why the newest look at the record alone brought nothing; empty when it did."""
    watch_since: float = 0.0
    """From when the waiting for the record is counted; a sign of life begins it anew."""
    deadline_passed: bool = False
    closed_by: str | None = None
    closing_words: str = ""
    """A reason somebody typed; to be escaped."""

    @property
    def plan(self) -> Plan | None:
        """The plan of the newest inspection."""
        return self.inspection.plan if self.inspection else None

    @property
    def digest(self) -> str:
        """The plan's digest; empty before the first inspection."""
        return self.inspection.plan.digest if self.inspection else ""

    @property
    def asked(self) -> Call | None:
        """The call whose answer is waited for; None while the one that is planned has not been sent."""
        planned = next((one for one in self.effects if one.kind is EffectKind.ASSOCIATE_ALIAS), None)
        return None if planned is not None and (self.call is None or self.call.effect_id != planned.id) else self.call

    def effect(self, effect_id: str) -> Effect | None:
        """The outstanding effect with that id."""
        return next((effect for effect in self.effects if effect.id == effect_id), None)

    def has_effect(self, *kinds: EffectKind) -> bool:
        """Whether an effect of one of these kinds is outstanding."""
        return any(effect.kind in kinds for effect in self.effects)
