"""What holds for every sequence of events, however late, doubled or out of order, in a world that changes meanwhile.

Chance plays the people, the workers, CloudFront, DNS and the clock; Hypothesis chooses the seeds, and when something
fails the shortest sequence. `decide()` is never asked what it should do.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from random import Random

from hypothesis import given, note, settings
from hypothesis import strategies as st

from bot.alias_move.approval import Person, Rules
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
    Event,
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
from bot.alias_move.findings import Level
from bot.alias_move.hosting import HostedTxt
from bot.alias_move.lifecycle import decide, open_move
from bot.alias_move.mistakes import Diagnosis, Mistake, MistakeKind
from bot.alias_move.move import OUTLIVING, Effect, EffectKind, Move, MoveState, RefusalCause
from bot.alias_move.names import AccountId, DistributionId
from bot.alias_move.source_off import key_of, to_disable, to_enable
from bot.alias_move.zone_record import key_of as key_of_record
from bot.alias_move.zone_record import to_create, to_remove
from tests.alias_move.evidence import (
    APPROVER,
    ELSEWHERE,
    GREEN,
    GUEST,
    HELD_BY_FOREIGN,
    HOSTED,
    OUTSIDER,
    PACE,
    READY,
    REQUESTER,
    RULES,
    SECOND_APPROVER,
    START,
    STILL_DISABLING,
    TEAL,
    World,
)
from tests.alias_move.walks import (
    RECORD_CHANGES,
    SWITCHES,
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

REQUESTER_WHO_MAY = Person(REQUESTER.id, is_full_member=True, is_approver=True)
PEOPLE = (REQUESTER, REQUESTER_WHO_MAY, APPROVER, SECOND_APPROVER, OUTSIDER, GUEST)
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
STEPS_TO_THE_END = 8
DEADLINES = {EffectKind.EXPIRE_MOVE, EffectKind.EXPIRE_APPROVAL}
ANSWERS = (
    *("yes", "yes", "yes", "yes, but it does nothing", "no answer, done", "no answer, not done"),
    *(cause.value for cause in RefusalCause),
)
SWITCHED = ("yes", "yes", "no answer, done", "no answer, not done", "not sent", "changed", "gone", "throttled", "other")
CHANGED = ("yes", "yes", "taken", "no answer, done", "no answer, not done", "not sent", "changed", "throttled", "other")
WAITS_BY = {
    MoveState.INSPECTING: {EffectKind.LOOK},
    MoveState.BLOCKED: {EffectKind.LOOK, EffectKind.ROUTINE_LOOK},
    MoveState.AWAITING_TXT: {EffectKind.WATCH_TXT},
    MoveState.AWAITING_APPROVAL: {EffectKind.LOOK, EffectKind.ROUTINE_LOOK},
    MoveState.CONFIRMING: {EffectKind.LOOK},
    MoveState.ASSOCIATING: {EffectKind.ASSOCIATE_ALIAS, EffectKind.READ_BACK},
}
MAY_HAND_OVER = {
    MoveState.BLOCKED,
    MoveState.AWAITING_TXT,
    MoveState.AWAITING_APPROVAL,
    MoveState.CONFIRMING,
}
MAY_HAVE_VOTES = {MoveState.AWAITING_APPROVAL, MoveState.CONFIRMING, MoveState.ASSOCIATING}

seen: Counter[str] = Counter()
"""What the sequences came to; a test that never gets as far as CloudFront proves nothing."""


@cache
def begun(start: Callable[[], Walk]) -> Walk:
    """Walked once: nobody steps further with it."""
    return start()


def assert_may_call(move: Move, rules: Rules) -> None:
    """Everything that must be true at the moment when the call is permitted."""
    inspection = move.inspection
    assert inspection is not None
    plan = inspection.plan
    voices = {vote.by for vote in move.votes if (vote.digest, vote.round) == (plan.digest, move.round)}
    assert len(voices) >= rules.approvals_needed
    assert rules.allow_self_approval or not voices & {move.requester, move.chosen_by}
    assert not voices & {OUTSIDER.id, GUEST.id}
    assert plan.operation is not None
    assert plan.target is not None
    if plan.operation.requires_record:
        assert plan.record_is_live
        assert inspection.sighting is not None
        assert inspection.sighting.is_live
        assert inspection.sighting.record == plan.record
    else:
        assert plan.record is None
        assert move.refused_without_record is None
        seen["without a record"] += 1
    assert not plan.blocking
    assert not any(finding.level is Level.BLOCKS for finding in inspection.findings)
    assert plan.holder is not None
    if not plan.holder.is_ours:
        assert move.owner_word is not None
        assert move.owner_word.holder == plan.holder
        assert move.owner_word.by != OUTSIDER.id
    assert 0 <= move.updated_at - inspection.looked_at <= 10
    assert move.updated_at >= move.asks_at
    assert rules.moves_enabled


Approval = tuple[DistributionId, AccountId, tuple[str, ...], str]


def approval_of(move: Move, event: DisablingApproved, rules: Rules) -> Approval:
    """What somebody who may has approved to be disabled: exactly the source that was before their eyes."""
    assert rules.disable_source
    assert rules.moves_enabled
    assert event.by in {APPROVER, SECOND_APPROVER} or (event.by == REQUESTER_WHO_MAY and rules.allow_self_approval)
    assert rules.allow_self_approval or event.by.id not in {move.requester, move.chosen_by}
    assert move.state is MoveState.BLOCKED
    assert move.inspection is not None
    source, target = move.inspection.source, move.inspection.target
    assert source is not None
    assert target is not None
    assert source.enabled
    assert source.account != target.account
    assert (event.key, event.typed) == (key_of(source), source.id.text)
    return source.id, source.account, tuple(sorted(source.aliases)), event.by.id


def record_approval_of(move: Move, event: RecordApproved, rules: Rules) -> tuple[HostedTxt, str]:
    """What somebody who may has approved to be created: exactly what was before their eyes."""
    assert rules.route53_records
    assert rules.moves_enabled
    assert event.by in {APPROVER, SECOND_APPROVER} or (event.by == REQUESTER_WHO_MAY and rules.allow_self_approval)
    assert rules.allow_self_approval or event.by.id not in {move.requester, move.chosen_by}
    assert move.state in {MoveState.BLOCKED, MoveState.AWAITING_TXT}
    assert move.inspection is not None
    hosted = move.inspection.hosted
    assert hosted is not None
    assert not hosted.has_value
    assert hosted.record == move.inspection.plan.record
    assert event.key == key_of_record(hosted)
    return hosted, event.by.id


def assert_waits(move: Move) -> None:
    """A state is a promise to wait for something, and to end."""
    if move.state.is_final:
        assert {effect.kind for effect in move.effects} <= OUTLIVING
        return
    is_past = move.deadline_passed and move.state is MoveState.ASSOCIATING
    assert move.has_effect(EffectKind.EXPIRE_MOVE) or is_past
    assert move.state is MoveState.CHOOSING_TARGET or move.has_effect(*WAITS_BY[move.state])
    assert move.obstacle is None or move.state is MoveState.BLOCKED
    assert not move.votes or move.state in MAY_HAVE_VOTES
    assert_watches_for_others(move)
    if move.state is MoveState.AWAITING_APPROVAL:
        assert move.has_effect(EffectKind.EXPIRE_APPROVAL)
        assert move.plan is not None
        assert move.plan.operation is not None
        assert move.has_effect(EffectKind.WATCH_TXT) is move.plan.operation.requires_record
        assert move.plan.record_is_live is move.plan.operation.requires_record
        assert not move.plan.blocking


def assert_watches_for_others(move: Move) -> None:
    """While nobody here can read the holder, the target is read every minute; and only then."""
    plan = move.plan
    is_hidden = plan is not None and plan.target is not None and plan.holder is not None and not plan.holder.is_ours
    if is_hidden and move.state in MAY_HAND_OVER:
        assert move.has_effect(EffectKind.WATCH_TARGET)
    assert is_hidden or not move.has_effect(EffectKind.WATCH_TARGET)


def assert_can_end(move: Move, at: float, rules: Rules) -> None:
    """The deadline passes, and CloudFront, if it is asked, changes nothing: soon all is over."""
    for _ in range(STEPS_TO_THE_END):
        if move.state.is_final:
            return
        kinds = {effect.kind: effect.id for effect in move.effects}
        event: Event
        if EffectKind.EXPIRE_MOVE in kinds:
            event = DeadlinePassed(kinds[EffectKind.EXPIRE_MOVE])
        elif EffectKind.READ_BACK in kinds:
            event = AliasOnSource(kinds[EffectKind.READ_BACK])
        else:
            event = AssociationUnclear(kinds[EffectKind.ASSOCIATE_ALIAS])
        at += 61
        decision = decide(move, event, at=at, rules=rules, pace=PACE)
        assert not decision.ignored
        move = decision.move
    raise AssertionError(f"No end after {STEPS_TO_THE_END} steps: {move}")


def assert_outcome_is_kept(before: Move, after: Move) -> None:
    """Of a final move nothing changes but what still has to be told, where its card is, its source and its record."""

    def outcome(move: Move) -> Move:
        switched = replace(
            move, source_off=None, source_refusal=None, zone_record=None, record_refusal=None, noticed=()
        )
        return replace(switched, effects=(), effects_planned=0, updated_at=0.0, card=None)

    assert outcome(after) == outcome(before)
    has_touched = before.source_off is not None or before.zone_record is not None
    assert has_touched or len(after.effects) <= len(before.effects)
    assert (before.zone_record is None) is (after.zone_record is None)
    assert (before.source_off is None) is (after.source_off is None)


class AnyMove:
    """One move, and whatever happens to it."""

    def __init__(self, chance: Random, tell: Callable[[str], object] = str) -> None:
        self.chance = chance
        self.tell = tell
        self.rules = replace(
            RULES,
            allow_self_approval=chance.random() < 0.3,
            approvals_needed=chance.choice((1, 1, 1, 2)),
            disable_source=chance.random() < 0.8,
            route53_records=chance.random() < 0.8,
        )
        start = chance.choice(STARTS)
        walk = begun(start)
        if start is Walk or self.rules.approvals_needed > 1:
            self.world = self.any_world()
            self.at = START
            self.move = open_move(opened(chance.choice((GREEN, None))), at=START, rules=self.rules)
        else:
            self.world, self.at, self.move = WORLDS.get(start, READY), walk.at, walk.move
        self.results: list[Result] = []
        """Everything any worker has ever brought back. It may arrive now, later, twice or never."""
        self.permitted = {self.move.call.effect_id} if self.move.call else set()
        off = self.move.source_off
        self.approved = (off.source, off.account, off.aliases, off.approved_by) if off else None
        """What may be disabled."""
        known = self.move.zone_record
        self.record_approved = (known.hosted, known.approved_by) if known else None
        """What may be created."""
        self.effects = {effect.id: effect for effect in self.move.effects}

    def steps(self, count: int) -> None:
        """Let so many things happen."""
        deeds = (self.a_deed_of_somebody, self.the_right_deed, self.the_right_deed)
        work = (self.a_worker_tries, *[self.the_next_effect_is_due] * 5, *[self.a_result_arrives] * 3)
        rest = (self.the_clock_moves, self.the_world_changes, self.all_is_repaired, self.something_rare)
        for _ in range(count):
            self.chance.choice((*deeds, *work, *rest))()

    def happens(self, event: Event) -> None:
        self.tell(f"{self.at - START:+.1f} s: {event}")
        before = self.move
        decision = decide(before, event, at=self.at, rules=self.rules, pace=PACE)
        after = self.move = decision.move
        if decision.ignored:
            assert after is before
            return
        if isinstance(event, DisablingApproved):
            self.approved = approval_of(before, event, self.rules)
        if isinstance(event, RecordApproved):
            self.record_approved = record_approval_of(before, event, self.rules)
        if isinstance(event, RemovalRequested):
            assert event.by.is_approver
            assert event.by.is_full_member
            assert before.state.is_final
            seen["records removed"] += 1
        if isinstance(event, EnablingRequested):
            assert event.by.is_approver
            assert event.by.is_full_member
            assert before.state.is_final
            seen["sources enabled again"] += 1
        self._assert_sound(before, after)
        if isinstance(event, SwitchSent):
            self._assert_may_switch(after, self.effects[event.effect_id])
        if isinstance(event, RecordSent):
            self._assert_may_change_record(after, self.effects[event.effect_id])
        if isinstance(event, CallSent) and after.state is MoveState.ASSOCIATING:
            assert event.effect_id not in self.permitted
            assert after.call is not None
            assert after.call.effect_id == event.effect_id
            assert_may_call(after, self.rules)
            self.permitted.add(event.effect_id)
            seen["calls permitted"] += 1

    def _assert_sound(self, before: Move, after: Move) -> None:
        assert after.updated_at >= max(before.updated_at, self.at)
        assert len(after.noticed) == len(set(after.noticed))
        assert after.noticed[: len(before.noticed)] == before.noticed
        assert after.round >= before.round
        assert len({effect.id for effect in after.effects}) == len(after.effects)
        for effect in after.effects:
            assert self.effects.setdefault(effect.id, effect) == effect
            assert effect in before.effects or int(effect.id.rpartition(".")[2]) > before.effects_planned
        switches = [effect for effect in after.effects if effect.kind in SWITCHES]
        assert len(switches) <= 1
        assert bool(switches) is (after.source_off is not None and after.source_off.is_under_way)
        changes = [effect for effect in after.effects if effect.kind in RECORD_CHANGES]
        assert len(changes) <= 1
        assert bool(changes) is (after.zone_record is not None and after.zone_record.is_under_way)
        assert_waits(after)
        assert_can_end(after, max(self.at, after.updated_at), self.rules)
        if before.state.is_final:
            assert_outcome_is_kept(before, after)
        elif before.state is not after.state:
            seen[after.state.value] += 1

    def _assert_may_switch(self, move: Move, effect: Effect) -> None:
        off = move.source_off
        assert off is not None
        assert off.sent_at == move.updated_at
        if effect.kind is EffectKind.DISABLE_SOURCE:
            assert (off.source, off.account, off.aliases, off.approved_by) == self.approved
            assert move.state is MoveState.BLOCKED
            assert move.obstacle is None
            assert move.updated_at - off.approved_at <= 900
            assert self.rules.disable_source
            assert self.rules.moves_enabled
            seen["sources disabled"] += 1
        else:
            assert move.state.is_final

    def _assert_may_change_record(self, move: Move, effect: Effect) -> None:
        known = move.zone_record
        assert known is not None
        assert known.sent_at == move.updated_at
        assert (known.hosted, known.approved_by) == self.record_approved
        if effect.kind is EffectKind.CREATE_RECORD:
            assert move.state in {MoveState.BLOCKED, MoveState.AWAITING_TXT}
            assert move.updated_at - known.approved_at <= 900
            assert self.rules.route53_records
            assert self.rules.moves_enabled
            seen["records created"] += 1

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


@settings(max_examples=200)
@given(seed=st.integers(0, 2**48), steps=st.integers(1, 80))
def test_whatever_happens_nothing_is_called_that_was_not_approved_and_every_move_can_end(seed: int, steps: int):
    AnyMove(Random(seed), note).steps(steps)


def test_random_sequences_come_as_far_as_every_state():
    seen.clear()

    for seed in range(120):
        AnyMove(Random(seed)).steps(60)

    assert seen["calls permitted"] > 20
    assert seen["sources disabled"] > 20
    assert seen["records created"] > 10
    assert seen["records removed"] > 2
    assert seen["sources enabled again"] > 2
    assert seen["without a record"] > 2
    assert {state.value for state in MoveState} <= set(seen)
