"""What must be true of a move whatever has happened to it; `decide()` is never asked what it should do."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from bot.alias_move.approval import Person, Rules
from bot.alias_move.events import (
    AliasOnSource,
    AssociationUnclear,
    CallSent,
    DeadlinePassed,
    DisablingApproved,
    EnablingRequested,
    Event,
    RecordApproved,
    RecordSent,
    RemovalRequested,
    SwitchSent,
)
from bot.alias_move.findings import Level
from bot.alias_move.hosting import HostedTxt
from bot.alias_move.lifecycle import decide
from bot.alias_move.move import OUTLIVING, Effect, EffectKind, Move, MoveState
from bot.alias_move.names import AccountId, DistributionId
from bot.alias_move.source_off import key_of
from bot.alias_move.zone_record import key_of as key_of_record
from tests.alias_move.evidence import APPROVER, GUEST, OUTSIDER, PACE, REQUESTER, SECOND_APPROVER, START
from tests.alias_move.walks import RECORD_CHANGES, SWITCHES

REQUESTER_WHO_MAY = Person(REQUESTER.id, is_full_member=True, is_approver=True)
PEOPLE = (REQUESTER, REQUESTER_WHO_MAY, APPROVER, SECOND_APPROVER, OUTSIDER, GUEST)
WAITS_BY = {
    MoveState.INSPECTING: {EffectKind.LOOK},
    MoveState.BLOCKED: {EffectKind.LOOK, EffectKind.ROUTINE_LOOK},
    MoveState.AWAITING_TXT: {EffectKind.WATCH_TXT},
    MoveState.AWAITING_APPROVAL: {EffectKind.LOOK, EffectKind.ROUTINE_LOOK},
    MoveState.CONFIRMING: {EffectKind.LOOK},
    MoveState.ASSOCIATING: {EffectKind.ASSOCIATE_ALIAS, EffectKind.READ_BACK},
}
STEPS_TO_THE_END = 8
MAY_HAND_OVER = {
    MoveState.BLOCKED,
    MoveState.AWAITING_TXT,
    MoveState.AWAITING_APPROVAL,
    MoveState.CONFIRMING,
}
MAY_HAVE_VOTES = {MoveState.AWAITING_APPROVAL, MoveState.CONFIRMING, MoveState.ASSOCIATING}

seen: Counter[str] = Counter()
"""What the sequences came to; a test that never gets as far as CloudFront proves nothing."""


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
    """While nobody here can read the holder, the target is read again and again; and only then."""
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


class WatchedMove:
    """A move to which nothing may happen that is not sound."""

    def __init__(self, move: Move, at: float, rules: Rules, tell: Callable[[str], object]) -> None:
        self.move, self.at, self.rules, self.tell = move, at, rules, tell
        self.permitted = {move.call.effect_id} if move.call else set()
        off, known = move.source_off, move.zone_record
        self.approved = (off.source, off.account, off.aliases, off.approved_by) if off else None
        """What may be disabled."""
        self.record_approved = (known.hosted, known.approved_by) if known else None
        """What may be created."""
        self.effects = {effect.id: effect for effect in move.effects}
        """Every one that there ever was."""

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
