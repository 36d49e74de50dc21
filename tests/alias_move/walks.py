"""Moves on their way into every state, for tests.

Nothing here sets the state of a move: `Walk` gets there through `decide()`, one event after the other.
"""

from dataclasses import dataclass, field

from bot.alias_move.approval import Person, Rules
from bot.alias_move.events import (
    AliasAssociated,
    AliasElsewhere,
    AliasOnSource,
    Approved,
    AssociationAccepted,
    AssociationRefused,
    CallSent,
    Cancelled,
    DeadlinePassed,
    DisablingApproved,
    EnablingRequested,
    Event,
    Inspected,
    InspectionFailed,
    Opened,
    OwnerSaysOff,
    RecordAccepted,
    RecordApproved,
    RecordRead,
    RecordSent,
    Rejected,
    RemovalRequested,
    SourceRead,
    SwitchSent,
    TxtLost,
    TxtSeen,
)
from bot.alias_move.lifecycle import decide, open_move
from bot.alias_move.move import Effect, EffectKind, Move, MoveState, Refusal, RefusalCause
from bot.alias_move.names import DistributionId
from bot.alias_move.pacing import Pace
from bot.alias_move.source_off import key_of
from bot.alias_move.switch import SourceOff
from bot.alias_move.zone_record import key_of as key_of_record
from tests.alias_move.evidence import (
    ABSENT_RECORD,
    ALIAS,
    APPROVER,
    ELSEWHERE,
    GREEN,
    HELD_BY_FOREIGN,
    HOSTED,
    NOT_COVERED,
    OFF_EVERYWHERE,
    ON_TARGET,
    PACE,
    READY,
    REQUESTER,
    RULES,
    SEVERAL_FIT,
    START,
    STILL_DISABLING,
    World,
)


def refusal(cause: RefusalCause = RefusalCause.OTHER, at: float = START) -> Refusal:
    """CloudFront's no."""
    return Refusal(cause, "IllegalUpdate", "CloudFront's own words.", "req-1", at)


def opened(wanted: DistributionId | None = GREEN, by: Person = REQUESTER) -> Opened:
    """Somebody asks for the move."""
    return Opened("m1", "T0TEAM", ALIAS, wanted, by, "C0OPS", "https://hooks.example.com/answer")


@dataclass
class Walk:
    """One move on its way. Every step goes through `decide()`; each returns the walk, so that steps can be chained."""

    wanted: DistributionId | None = GREEN
    by: Person = REQUESTER
    rules: Rules = RULES
    pace: Pace = PACE
    at: float = START
    ignored: str = ""
    """What the newest event was answered with, when it changed nothing."""
    move: Move = field(init=False)

    def __post_init__(self) -> None:
        self.move = open_move(opened(self.wanted, self.by), at=self.at, rules=self.rules)

    def happens(self, event: Event) -> "Walk":
        """The event, at this walk's time."""
        decision = decide(self.move, event, at=self.at, rules=self.rules, pace=self.pace)
        self.move, self.ignored = decision.move, decision.ignored
        return self

    def after(self, seconds: float) -> "Walk":
        """The clock goes on."""
        self.at += seconds
        return self

    def id_of(self, *kinds: EffectKind) -> str:
        """The outstanding effect of that kind."""
        found = [effect.id for effect in self.move.effects if effect.kind in kinds]
        assert found, f"no {kinds} outstanding in {self.move.state}, only {self.move.effects}"
        return found[0]

    def looks(self, world: World) -> "Walk":
        """The outstanding look finds this world."""
        look = self.id_of(EffectKind.LOOK, EffectKind.ROUTINE_LOOK)
        demanded = self.move.refused_without_record is not None
        found = world.inspection(self.at, self.move.wanted_target, self.move.off_before, record_demanded=demanded)
        return self.happens(Inspected(look, found))

    def looks_in_vain(self) -> "Walk":
        """The outstanding look fails."""
        look = self.id_of(EffectKind.LOOK, EffectKind.ROUTINE_LOOK)
        return self.happens(InspectionFailed(look, "CloudFront did not answer."))

    def approved(self, by: Person = APPROVER) -> "Walk":
        """Somebody approves what the card shows now."""
        return self.happens(Approved(by, self.move.digest, self.move.round))

    def hears_owner(self, by: Person = REQUESTER) -> "Walk":
        """Somebody says that the owner of the holder has disabled it."""
        return self.happens(OwnerSaysOff(by, self.move.digest, self.move.round))

    def sends_call(self) -> "Walk":
        """The worker writes down that it is about to send the call."""
        return self.happens(CallSent(self.id_of(EffectKind.ASSOCIATE_ALIAS)))

    def refused(self, cause: RefusalCause = RefusalCause.OTHER) -> "Walk":
        """CloudFront says no."""
        call = self.id_of(EffectKind.ASSOCIATE_ALIAS)
        return self.happens(AssociationRefused(call, refusal(cause, self.at)))

    def accepted(self) -> "Walk":
        """CloudFront answers 200."""
        return self.happens(AssociationAccepted(self.id_of(EffectKind.ASSOCIATE_ALIAS)))

    def reads_back(self, event: type[AliasAssociated | AliasOnSource | AliasElsewhere]) -> "Walk":
        """The read-back shows that."""
        return self.happens(event(self.id_of(EffectKind.READ_BACK)))

    def disabling_approved(self, by: Person = APPROVER) -> "Walk":
        """Somebody has read what goes down with the source, and typed its id."""
        source = self.move.inspection.source if self.move.inspection else None
        assert source is not None
        return self.happens(DisablingApproved(by, key_of(source), source.id.text))

    def record_approved(self, by: Person = APPROVER) -> "Walk":
        """Somebody has read what stands in the zone, and wants the record beside it."""
        hosted = self.move.inspection.hosted if self.move.inspection else None
        assert hosted is not None
        return self.happens(RecordApproved(by, key_of_record(hosted)))

    def asks_route53(self) -> "Walk":
        """The worker writes down that it is about to ask Route 53."""
        return self.happens(RecordSent(self.id_of(*RECORD_CHANGES)))

    def accepted_by_route53(self) -> "Walk":
        """Route 53 has taken it, and says PENDING."""
        return self.happens(RecordAccepted(self.id_of(*RECORD_CHANGES), "C1CHANGE"))

    def reads_zone(self, *, is_there: bool) -> "Walk":
        """The zone has the value, or not."""
        return self.happens(RecordRead(self.id_of(*RECORD_CHANGES), is_there))

    def asks_to_switch(self) -> "Walk":
        """The worker writes down that it is about to ask CloudFront."""
        return self.happens(SwitchSent(self.id_of(*SWITCHES)))

    def reads_source(self, *, is_enabled: bool) -> "Walk":
        """CloudFront shows the source like that."""
        return self.happens(SourceRead(self.id_of(*SWITCHES), is_enabled))


RECORD_CHANGES = (EffectKind.CREATE_RECORD, EffectKind.REMOVE_RECORD)
SWITCHES = (EffectKind.DISABLE_SOURCE, EffectKind.ENABLE_SOURCE)


def blocked_elsewhere() -> Walk:
    """Only that the source is enabled, in another account, stands in the way."""
    return Walk().looks(ELSEWHERE)


def disabling() -> Walk:
    """An approver wants it disabled; CloudFront has not been asked."""
    return blocked_elsewhere().after(60).disabling_approved()


def disabled() -> Walk:
    """CloudFront has taken that, and our look at it is outstanding."""
    return disabling().after(1).asks_to_switch().after(1).reads_source(is_enabled=False)


def cancelled_while_disabled() -> Walk:
    """The move is over, and the source still off."""
    return disabled().looks(STILL_DISABLING).after(1).happens(Cancelled(REQUESTER))


def moved_and_off() -> Walk:
    """The alias has moved; shop.example.com is still down."""
    walk = disabled().looks(OFF_EVERYWHERE).after(60).approved().after(1).looks(OFF_EVERYWHERE)
    return walk.sends_call().accepted().reads_back(AliasAssociated)


def enabling() -> Walk:
    """An approver wants it back."""
    return cancelled_while_disabled().after(60).happens(EnablingRequested(APPROVER))


def creating() -> Walk:
    """An approver wants the record created; Route 53 has not been asked."""
    return Walk().looks(HOSTED).after(60).record_approved()


def created() -> Walk:
    """Route 53 has it on all its servers, and our look at it is outstanding."""
    return creating().after(1).asks_route53().accepted_by_route53().after(30).reads_zone(is_there=True)


def cancelled_with_record() -> Walk:
    """The move is over, and the record still there."""
    return created().after(1).happens(Cancelled(REQUESTER))


def removing() -> Walk:
    """An approver wants the record taken away."""
    return cancelled_with_record().after(60).happens(RemovalRequested(APPROVER))


def awaiting_approval() -> Walk:
    """Everything is ready, and an approver is asked."""
    return Walk().looks(READY)


def owner_said_off() -> Walk:
    """The holder is in an account we can't read, its owner is said to have disabled it, and an approver is asked."""
    return Walk().looks(HELD_BY_FOREIGN).after(60).hears_owner().looks(HELD_BY_FOREIGN)


def confirming() -> Walk:
    """Approved a second ago; our last look is outstanding."""
    return awaiting_approval().after(60).approved().after(1)


def associating() -> Walk:
    """The call is planned, and not sent yet."""
    return confirming().looks(READY)


def call_sent() -> Walk:
    """The call is written down; CloudFront has not answered."""
    return associating().sends_call()


def reading_back() -> Walk:
    """CloudFront answered 200; whether that is true is being found out."""
    return call_sent().accepted()


def blocked_by_refusal(cause: RefusalCause = RefusalCause.OTHER) -> Walk:
    """CloudFront said no for a reason that a person must repair."""
    return call_sent().refused(cause)


def not_proved() -> Walk:
    """The call was sent, and the alias is neither here nor there."""
    return reading_back().reads_back(AliasElsewhere)


def walk_to(state: MoveState) -> Walk:
    """A move in that state, by the usual way."""
    match state:
        case MoveState.INSPECTING:
            return Walk()
        case MoveState.CHOOSING_TARGET:
            return Walk(wanted=None).looks(SEVERAL_FIT)
        case MoveState.BLOCKED:
            return Walk().looks(NOT_COVERED)
        case MoveState.AWAITING_TXT:
            return Walk().looks(ABSENT_RECORD)
        case MoveState.AWAITING_APPROVAL:
            return awaiting_approval()
        case MoveState.CONFIRMING:
            return confirming()
        case MoveState.ASSOCIATING:
            return call_sent()
        case MoveState.MOVED:
            return reading_back().reads_back(AliasAssociated)
        case MoveState.NOTHING_TO_MOVE:
            return Walk().looks(ON_TARGET)
        case MoveState.REJECTED:
            walk = awaiting_approval()
            return walk.happens(Rejected(APPROVER, walk.move.digest, walk.move.round, "not during the sale"))
        case MoveState.CANCELLED:
            return awaiting_approval().happens(Cancelled(REQUESTER))
        case MoveState.EXPIRED:
            walk = awaiting_approval()
            return walk.happens(DeadlinePassed(walk.id_of(EffectKind.EXPIRE_MOVE)))


def seen(walk: Walk) -> Walk:
    """The watch finds the record."""
    return walk.happens(TxtSeen(walk.id_of(EffectKind.WATCH_TXT), READY.sighting()))


def lost(walk: Walk) -> Walk:
    """The watch misses the record."""
    return walk.happens(TxtLost(walk.id_of(EffectKind.WATCH_TXT), ABSENT_RECORD.sighting()))


def told(move: Move) -> list[str]:
    """What people are told in the thread, in order, whether or not it has been posted yet."""
    return [key.split(":")[0] for key in move.noticed]


def outstanding(move: Move, kind: EffectKind) -> Effect:
    """The only outstanding effect of that kind."""
    [found] = [effect for effect in move.effects if effect.kind is kind]
    return found


def off(walk: Walk) -> SourceOff:
    """What is known of its source, which somebody has approved to disable."""
    assert walk.move.source_off is not None
    return walk.move.source_off
