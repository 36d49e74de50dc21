"""What is known about one move: its state, its votes, and the effects it still has to cause. This is what is stored.

Pure values. Only `lifecycle.decide()` makes a new `Move` out of an old one.
"""

from dataclasses import dataclass
from enum import Enum

from bot.alias_move.approval import Vote
from bot.alias_move.findings import Inspection, Plan
from bot.alias_move.hosting import ZoneRecord
from bot.alias_move.mistakes import Diagnosis, Mistake
from bot.alias_move.names import AliasName, DistributionId
from bot.alias_move.owner_word import OwnerWord
from bot.alias_move.sightings import TxtSighting
from bot.alias_move.switch import SourceOff
from bot.alias_move.visibility import Visibility
from bot.alias_move.watching import Watched


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
    WATCH_TARGET = "watch_target"
    """At the target alone: AWS Support may hand it an alias that nobody here can move."""
    DIAGNOSE = "diagnose"
    """Around the record, for mistakes: it is not there, or not as it should be."""
    ASSOCIATE_ALIAS = "associate_alias"
    """The call that moves the alias. Sent at most once per effect."""
    READ_BACK = "read_back"
    """Which side holds the alias now?"""
    DISABLE_SOURCE = "disable_source"
    """Disable the source that somebody has approved to be disabled. May be tried again."""
    ENABLE_SOURCE = "enable_source"
    """Undo that. May be tried again."""
    CREATE_RECORD = "create_record"
    """Create the TXT record in a hosted zone, as somebody has approved. May be tried again."""
    REMOVE_RECORD = "remove_record"
    """Undo that. May be tried again."""
    NOTIFY = "notify"
    """A message in the card's thread."""
    EXPIRE_MOVE = "expire_move"
    EXPIRE_APPROVAL = "expire_approval"


OUTLIVING = frozenset(
    {
        EffectKind.NOTIFY,
        EffectKind.DISABLE_SOURCE,
        EffectKind.ENABLE_SOURCE,
        EffectKind.CREATE_RECORD,
        EffectKind.REMOVE_RECORD,
    }
)
"""What is outstanding whatever the move waits for, and when it is over too."""


class NoticeKind(Enum):
    """What people are told in the card's thread, each once per plan and round. The values are stored names."""

    DNS_VERIFIED = "dns_verified"
    MISTAKE = "mistake"
    """Each mistake once in the life of a move."""
    APPROVAL_NEEDED = "approval_needed"
    APPROVAL_VOID = "approval_void"
    REFUSED = "refused"
    NOT_PROVED = "not_proved"
    MOVED = "moved"
    MOVED_BY_OTHERS = "moved_by_others"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    SOURCE_DISABLING = "source_disabling"
    SOURCE_DISABLED = "source_disabled"
    """Everywhere."""
    SOURCE_ENABLED = "source_enabled"
    SOURCE_REFUSED = "source_refused"
    """The source could not be disabled, or not be enabled again."""
    RECORD_CREATED = "record_created"
    """In the hosted zone, on all its servers."""
    RECORD_REMOVED = "record_removed"
    RECORD_REFUSED = "record_refused"
    """The record could not be created, or not be removed."""
    RECORD_LOST = "record_lost"
    """What was verified is so no more, and nobody had approved yet."""


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
    subject: str = ""
    """What tells two messages of one kind apart that belong to the same plan and round."""
    mistakes: tuple[Mistake, ...] = ()
    """Only of MISTAKE: those that were not told before."""

    @property
    def key(self) -> str:
        """Equal keys are the same message."""
        return f"{self.kind.value}:{self.digest}:{self.round}" + (f":{self.subject}" if self.subject else "")


@dataclass(frozen=True, slots=True)
class Effect:
    """Something a worker still has to do; stored with the move in the write that plans it."""

    id: str
    """`<move id>.<number>`: never used twice."""
    kind: EffectKind
    not_before: float
    """Unix seconds."""
    notice: Notice | None = None
    watched: Watched | None = None
    """Only for WATCH_TXT; None: nobody knows the zone yet."""

    @property
    def is_urgent(self) -> bool:
        """Whether a person waits for it; the others may queue behind each other."""
        return self.kind not in {
            EffectKind.ROUTINE_LOOK,
            EffectKind.WATCH_TXT,
            EffectKind.WATCH_TARGET,
            EffectKind.DIAGNOSE,
        }


class RefusalCause(Enum):
    """What can be done about a refusal of CloudFront. The values are stored names."""

    RECORD_NOT_SEEN = "record_not_seen"
    """AWS does not see the TXT record; it may remember an earlier "no"."""
    THROTTLED = "throttled"
    ACCESS_DENIED = "access_denied"
    SOURCE_ENABLED = "source_enabled"
    CHANGED_MEANWHILE = "changed_meanwhile"
    """Somebody changed the target between our reading it and the call."""
    NOT_ASKED = "not_asked"
    """What the call needs was refused by somebody before CloudFront."""
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
class Loss:
    """A record that was live, and then was not. Unix seconds."""

    live_since: float
    at: float
    """When that was seen."""


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
    diagnosis: Diagnosis | None = None
    """What the newest look for mistakes has shown."""
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
    was_only_refused: bool = False
    """Whether CloudFront has said no to every call of this move (one without an answer aside): it has moved nothing."""
    source_off: SourceOff | None = None
    """None: nobody has approved to disable the source."""
    source_refusal: Refusal | None = None
    """CloudFront's newest "no" to switching the source; None: it has said none."""
    off_before: str = ""
    """Id of the source that was off everywhere and has not been enabled since; empty: none."""
    zone_record: ZoneRecord | None = None
    """None: nobody has approved to create the record in a hosted zone."""
    record_refusal: Refusal | None = None
    """Route 53's newest "no" to changing the record; None: it has said none."""
    returned_once: bool = False
    """Whether a call that did nothing has already been followed by another look and call."""
    ask_not_before: float = 0.0
    """AWS may not be asked before."""
    refused_without_record: Refusal | None = None
    """CloudFront's "no" to doing without the record; from then on this move needs it."""
    refused_in_a_row: int = 0
    looks_failed: int = 0
    looks_failing_since: float | None = None
    look_trouble: str = ""
    """Why the newest look failed; empty when it did not."""
    watch_trouble: str = ""
    """Why the newest look at the record alone brought nothing; empty when it did."""
    watch_since: float = 0.0
    """From when the waiting for the record is counted."""
    stirred_at: float = 0.0
    """The newest sign of life: somebody pressed "look again", or the servers' answer changed."""
    stirs: float = 0.0
    """How many of these in a row were changed answers, less what has been forgotten until `stirred_at`."""
    live_since: float | None = None
    """When a look first found the record live, Unix seconds; None while it is not."""
    lost: Loss | None = None
    """None: the record that is wanted now was never live, or is so again."""
    visibility: Visibility | None = None
    """What recursive resolvers said about the live record."""
    caches_asked: int = 0
    """How often they have been asked since it is live."""
    tried_by_hand: bool | None = None
    """Whether somebody asked AWS before the record was there, as the requester says; None: nobody has said."""
    caches_agree_at: float = 0.0
    """Until then AWS may be told an early "no"; 0: nothing speaks for that."""
    owner_word: OwnerWord | None = None
    """None: nobody has said anything about the present holder, or CloudFront has said that it was not so."""
    moved_by_others: bool = False
    """Whether the alias has come to the target while this move was open, and not by a call of it."""
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
    def stirred_since(self) -> float:
        """The newest sign of life, or where there was none, since when the record is waited for."""
        return max(self.watch_since, self.stirred_at)

    @property
    def record_is_live(self) -> bool:
        """As the plan says."""
        return self.inspection is not None and self.inspection.plan.record_is_live

    @property
    def asks_about_hand_try(self) -> bool:
        """Whether the requester's answer can still make a difference: an "AWS said no" has answered it.

        So has a "no" that AWS still remembers from before the record was live: an early try is answered out of the same
        memory, and does not prolong it.
        """
        if self.live_since is not None and self.live_since < self.ask_not_before:
            return False
        waits = self.state in {MoveState.AWAITING_APPROVAL, MoveState.CONFIRMING}
        return waits and self.record_is_live and self.tried_by_hand is None and self.refusal is None

    @property
    def asks_at(self) -> float:
        """AWS is not asked before, for whatever reason."""
        return max(self.ask_not_before, self.caches_agree_at)

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
