"""One move, and whatever happens to it, however late, doubled or out of order, in a world that changes meanwhile.

Chance plays the people, the workers, CloudFront, DNS and the clock.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from random import Random

from bot.alias_move.approval import Person
from bot.alias_move.events import (
    AliasAssociated,
    AliasElsewhere,
    AliasOnSource,
    Approved,
    AssociationAccepted,
    AssociationRefused,
    AssociationUnclear,
    CallSent,
    Cancelled,
    CardImpossible,
    CardPosted,
    DeadlinePassed,
    Diagnosed,
    DisablingApproved,
    EffectAbandoned,
    EnablingRequested,
    HandTryTold,
    Inspected,
    InspectionFailed,
    NoticeDelayed,
    NoticePosted,
    OwnerSaysOff,
    ReadBackFailed,
    RecheckRequested,
    RecordAccepted,
    RecordApproved,
    RecordChanged,
    RecordDelayed,
    RecordRead,
    RecordRefused,
    RecordSent,
    Rejected,
    RemovalRequested,
    Result,
    SourceChanged,
    SourceRead,
    SwitchDelayed,
    SwitchRefused,
    SwitchSent,
    TargetChosen,
    TargetRead,
    TxtLost,
    TxtSeen,
    TxtUnchanged,
)
from bot.alias_move.lifecycle import open_move
from bot.alias_move.mistakes import Diagnosis, Mistake, MistakeKind
from bot.alias_move.move import Effect, EffectKind, MoveState, RefusalCause
from bot.alias_move.source_off import key_of, to_disable, to_enable
from bot.alias_move.zone_record import key_of as key_of_record
from bot.alias_move.zone_record import to_create, to_remove
from tests.alias_move.evidence import (
    APPROVER,
    ELSEWHERE,
    GREEN,
    HELD_BY_FOREIGN,
    HOSTED,
    READY,
    REQUESTER,
    RULES,
    SECOND_APPROVER,
    START,
    STILL_DISABLING,
    TEAL,
    World,
)
from tests.alias_move.soundness import PEOPLE, WatchedMove
from tests.alias_move.walks import (
    Walk,
    associating,
    awaiting_approval,
    blocked_elsewhere,
    call_sent,
    confirming,
    created,
    creating,
    disabled,
    opened,
    owner_said_off,
    reading_back,
    refusal,
)

WORLDS = {
    owner_said_off: HELD_BY_FOREIGN,
    blocked_elsewhere: ELSEWHERE,
    disabled: STILL_DISABLING,
    creating: HOSTED,
    created: HOSTED,
}
"""In which the starts stand; the others have everything ready."""
STARTS = (Walk, Walk, awaiting_approval, confirming, associating, call_sent, reading_back, *WORLDS)
SECONDS = (0.1, 1, 3, 9, 15, 61, 301, 901, 3_700, 90_000)
DEADLINES = {EffectKind.EXPIRE_MOVE, EffectKind.EXPIRE_APPROVAL}
ANSWERS = (
    *("yes", "yes", "yes", "yes, but it does nothing", "no answer, done", "no answer, not done"),
    *(cause.value for cause in RefusalCause),
)
SWITCHED = ("yes", "yes", "no answer, done", "no answer, not done", "not sent", "changed", "gone", "throttled", "other")
CHANGED = ("yes", "yes", "taken", "no answer, done", "no answer, not done", "not sent", "changed", "throttled", "other")


@cache
def begun(start: Callable[[], Walk]) -> Walk:
    """Walked once: nobody steps further with it."""
    return start()


class AnyMove(WatchedMove):
    """One move, and whatever happens to it."""

    def __init__(self, chance: Random, tell: Callable[[str], object] = str) -> None:
        self.chance = chance
        rules = replace(
            RULES,
            allow_self_approval=chance.random() < 0.3,
            approvals_needed=chance.choice((1, 1, 1, 2)),
            disable_source=chance.random() < 0.8,
            route53_records=chance.random() < 0.8,
        )
        start = chance.choice(STARTS)
        walk = begun(start)
        if start is Walk or rules.approvals_needed > 1:
            self.world = self.any_world()
            move = open_move(opened(chance.choice((GREEN, None))), at=START, rules=rules)
            super().__init__(move, START, rules, tell)
        else:
            self.world = WORLDS.get(start, READY)
            super().__init__(walk.move, walk.at, rules, tell)
        self.results: list[Result] = []
        """Everything any worker has ever brought back. It may arrive now, later, twice or never."""

    def steps(self, count: int) -> None:
        """Let so many things happen."""
        deeds = (self.a_deed_of_somebody, self.the_right_deed, self.the_right_deed)
        work = (self.a_worker_tries, *[self.the_next_effect_is_due] * 5, *[self.a_result_arrives] * 3)
        rest = (self.the_clock_moves, self.the_world_changes, self.all_is_repaired, self.something_rare)
        for _ in range(count):
            self.chance.choice((*deeds, *work, *rest))()

    # The clock and the world

    def any_world(self) -> World:
        return World(
            holder=self.chance.choice(("blue",) * 8 + ("green", "foreign", "nobody")),
            is_covered=self.chance.random() < 0.8,
            is_live=self.chance.random() < 0.6,
            is_alone=self.chance.random() < 0.5,
            is_asked=self.chance.random() < 0.8,
            is_elsewhere=self.chance.random() < 0.4,
            is_on=self.chance.random() < 0.7,
            is_deployed=self.chance.random() < 0.7,
            may_skip_record=self.chance.random() < 0.4,
            is_hosted=self.chance.random() < 0.6,
        )

    def the_clock_moves(self) -> None:
        if self.chance.random() < 0.2:
            self.at -= self.chance.choice((0.2, 5, 3_600))
        else:
            self.at += self.chance.choice(SECONDS)

    def the_world_changes(self) -> None:
        if self.chance.random() < 0.5:
            self.world = self.any_world()
        else:
            world = self.world
            changed = (
                replace(world, is_live=not world.is_live),
                replace(world, is_on=not world.is_on, is_deployed=False),
                replace(world, is_deployed=True),
            )
            self.world = self.chance.choice(changed)

    def all_is_repaired(self) -> None:
        repaired = READY if self.chance.random() < 0.5 else self.chance.choice((ELSEWHERE, HOSTED))
        self.world = replace(repaired, may_skip_record=self.world.may_skip_record)
        self.rules = replace(self.rules, moves_enabled=True)

    def something_rare(self) -> None:
        deadlines = [effect for effect in self.move.effects if effect.kind in DEADLINES]
        match self.chance.randrange(12):
            case 0 if deadlines:
                self._comes_back(DeadlinePassed(self.chance.choice(deadlines).id))
            case 1:
                self.happens(CardImpossible("I am not in this channel."))
            case 2 if self.move.effects:
                self._comes_back(EffectAbandoned(self.chance.choice(self.move.effects).id))
            case 3 | 4:
                self.rules = replace(self.rules, moves_enabled=not self.rules.moves_enabled)
            case 5:
                self.happens(Cancelled(self.chance.choice(PEOPLE)))
            case 7 | 8:
                self.happens(HandTryTold(REQUESTER, was_tried=self.chance.random() < 0.5))
            case 6:
                self.happens(Rejected(APPROVER, self.move.digest, self.move.round, "not now"))
            case _:
                self.happens(CardPosted("C0OPS", self.chance.choice(("1.1", "2.2"))))

    # People

    def a_deed_of_somebody(self) -> None:
        by = self.chance.choice(PEOPLE)
        digest = self.chance.choice((self.move.digest, self.move.digest, "0" * 16))
        round_ = self.move.round - self.chance.choice((0, 0, 1))
        self.happens(
            self.chance.choice(
                (
                    TargetChosen(by, self.chance.choice((GREEN, TEAL))),
                    RecheckRequested(by),
                    OwnerSaysOff(by, digest, round_),
                    Approved(by, digest, round_),
                    Approved(by, digest, round_),
                    Rejected(by, digest, round_, "not now"),
                    self._a_wish_to_disable(by),
                    EnablingRequested(by),
                    self._a_wish_for_the_record(by),
                    RemovalRequested(by),
                )
            )
        )

    def _a_wish_to_disable(self, by: Person) -> DisablingApproved:
        source = self.move.inspection.source if self.move.inspection else None
        key = key_of(source) if source and self.chance.random() < 0.8 else "0" * 16
        typed = source.id.text if source and self.chance.random() < 0.8 else GREEN.text
        return DisablingApproved(by, key, typed)

    def _a_wish_for_the_record(self, by: Person) -> RecordApproved:
        hosted = self.move.inspection.hosted if self.move.inspection else None
        return RecordApproved(by, key_of_record(hosted) if hosted and self.chance.random() < 0.8 else "0" * 16)

    def the_right_deed(self) -> None:
        hosted = to_create(self.move, self.rules)
        if hosted is not None and self.chance.random() < 0.5:
            self.happens(RecordApproved(APPROVER, key_of_record(hosted)))
        if to_remove(self.move) is not None and self.chance.random() < 0.5:
            self.happens(RemovalRequested(APPROVER))
        source = to_disable(self.move, self.rules)
        if source is not None and self.chance.random() < 0.7:
            self.happens(DisablingApproved(APPROVER, key_of(source), source.id.text))
        if to_enable(self.move) is not None and self.chance.random() < 0.3:
            self.happens(EnablingRequested(APPROVER))
        if self.move.state is MoveState.CHOOSING_TARGET:
            self.happens(TargetChosen(self.chance.choice((REQUESTER, APPROVER)), GREEN))
        elif self.move.state is MoveState.BLOCKED:
            self.happens(OwnerSaysOff(REQUESTER, self.move.digest, self.move.round))
        elif self.move.state is MoveState.AWAITING_APPROVAL:
            by = self.chance.choice((APPROVER, SECOND_APPROVER))
            self.happens(Approved(by, self.move.digest, self.move.round))

    # Workers

    def _comes_back(self, result: Result) -> None:
        """Usually at once; and it may always come again."""
        self.results.append(result)
        if self.chance.random() < 0.7:
            self.happens(result)

    def a_result_arrives(self) -> None:
        if self.results:
            self.happens(self.chance.choice((self.results[-1], self.chance.choice(self.results))))

    def a_worker_tries(self) -> None:
        effects = [effect for effect in self.move.effects if effect.kind not in DEADLINES]
        if effects:
            self._comes_back(self._result_of(self.chance.choice(effects)))

    def the_next_effect_is_due(self) -> None:
        effects = [effect for effect in self.move.effects if effect.kind not in {*DEADLINES, EffectKind.NOTIFY}]
        if effects:
            effect = min(effects, key=lambda one: one.not_before)
            self.at = max(self.at, effect.not_before)
            self._comes_back(self._result_of(effect))

    def _result_of(self, effect: Effect) -> Result:
        fails = self.chance.random() < 0.15
        match effect.kind:
            case EffectKind.LOOK | EffectKind.ROUTINE_LOOK if fails:
                return InspectionFailed(effect.id, "CloudFront did not answer.")
            case EffectKind.LOOK | EffectKind.ROUTINE_LOOK:
                looked_at = self.at - self.chance.choice((0, 0, 0, 4, 12))
                demanded = self.move.refused_without_record is not None
                found = self.world.inspection(
                    looked_at, self.move.wanted_target, self.move.off_before, record_demanded=demanded
                )
                return Inspected(effect.id, found)
            case EffectKind.WATCH_TXT:
                return self._watched(effect, is_silent=fails)
            case EffectKind.WATCH_TARGET:
                return TargetRead(effect.id, has_alias=self.world.holder == "green" and not fails)
            case EffectKind.DIAGNOSE:
                named = (Mistake(MistakeKind.MISPLACED, f"Mistake {self.chance.randrange(40)}.", ""),)
                return Diagnosed(effect.id, Diagnosis(self.at - self.chance.choice((0, 3)), named))
            case EffectKind.ASSOCIATE_ALIAS:
                return self._called(effect, self.chance.choice(ANSWERS))
            case EffectKind.READ_BACK:
                return ReadBackFailed(effect.id, "No answer.") if fails else self._read_back(effect)
            case EffectKind.DISABLE_SOURCE | EffectKind.ENABLE_SOURCE:
                return self._switched(effect, self.chance.choice(SWITCHED))
            case EffectKind.CREATE_RECORD | EffectKind.REMOVE_RECORD:
                return self._record_changed(effect, self.chance.choice(CHANGED))
            case EffectKind.NOTIFY:
                return NoticeDelayed(effect.id) if fails else NoticePosted(effect.id)
            case EffectKind.EXPIRE_MOVE | EffectKind.EXPIRE_APPROVAL:
                return DeadlinePassed(effect.id)

    def _switched(self, effect: Effect, answer: str) -> Result:
        """As the worker does it: written down first, and only read where that is not allowed."""
        before = self.move
        self.happens(SwitchSent(effect.id))
        if self.move is before:
            return SourceRead(effect.id, self.world.is_on)
        if answer in {"yes", "no answer, done"}:
            self.world = replace(self.world, is_on=effect.kind is EffectKind.ENABLE_SOURCE)
        match answer:
            case "yes":
                return SourceRead(effect.id, self.world.is_on)
            case "gone":
                return SourceRead(effect.id, is_enabled=None)
            case "changed":
                return SourceChanged(effect.id, "Somebody else changed it.")
            case "throttled" | "other":
                return SwitchRefused(effect.id, refusal(RefusalCause(answer), self.at))
            case _:
                return SwitchDelayed(effect.id, "No answer.", is_unclear=answer.startswith("no answer"))

    def _record_changed(self, effect: Effect, answer: str) -> Result:
        """As the worker does it: written down first, and only read where that is not allowed."""
        is_wanted = effect.kind is EffectKind.CREATE_RECORD
        if self.move.zone_record is not None and self.move.zone_record.change_id:
            return RecordRead(effect.id, is_wanted) if answer == "yes" else RecordAccepted(effect.id, "C1CHANGE")
        before = self.move
        self.happens(RecordSent(effect.id))
        if self.move is before:
            return RecordRead(effect.id, self.world.is_live)
        if answer in {"yes", "taken", "no answer, done"}:
            self.world = replace(self.world, is_live=is_wanted)
        match answer:
            case "yes":
                return RecordRead(effect.id, is_wanted)
            case "taken":
                return RecordAccepted(effect.id, "C1CHANGE")
            case "changed":
                return RecordChanged(effect.id, "Somebody else changed it.")
            case "throttled" | "other":
                return RecordRefused(effect.id, refusal(RefusalCause(answer), self.at))
            case _:
                return RecordDelayed(effect.id, "No answer.", is_unclear=answer.startswith("no answer"))

    def _watched(self, effect: Effect, *, is_silent: bool) -> Result:
        plan = self.move.plan
        if is_silent or plan is None or plan.record is None:
            return TxtUnchanged(effect.id, None)
        sighting = self.world.sighting(plan.record)
        if sighting.is_live and not plan.record_is_live:
            return TxtSeen(effect.id, sighting)
        if sighting.is_denied and plan.record_is_live:
            return TxtLost(effect.id, sighting)
        return TxtUnchanged(effect.id, sighting)

    def _read_back(self, effect: Effect) -> Result:
        match self.world.holder:
            case "green":
                return AliasAssociated(effect.id)
            case "blue":
                return AliasOnSource(effect.id)
            case _:
                return AliasElsewhere(effect.id)

    def _called(self, effect: Effect, answer: str) -> Result:
        """As the worker does it: written down first, and sent only by whoever wrote it down."""
        was_permitted = effect.id in self.permitted
        self.happens(CallSent(effect.id))
        if was_permitted or effect.id not in self.permitted:
            return AssociationUnclear(effect.id)
        if answer in {"yes", "no answer, done"}:
            self.world = replace(self.world, holder="green")
        if answer.startswith("yes"):
            return AssociationAccepted(effect.id)
        if answer.startswith("no answer"):
            return AssociationUnclear(effect.id)
        return AssociationRefused(effect.id, refusal(RefusalCause(answer), self.at))
