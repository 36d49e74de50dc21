"""Everything that changes a move lives here: an event and a move give a decision, which is a new move.

Pure. Buttons, timers and workers all go through `decide()`. The rules:

- A result counts only while its effect is outstanding, and ends it.
- A state is a promise to wait for something, so entering one plans the effects that wait for it and drops all others.
- Where a look leads is read from its plan alone (`_destination`), never from the state it was asked in.
- The call that moves the alias is planned in one place (`_confirmed`) and written down before it is sent.
- Whatever is not named here changes nothing and answers a sentence.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from bot.alias_move import source_off, zone_record
from bot.alias_move.approval import Rules, Vote
from bot.alias_move.caches import noted, waiting
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
    Deed,
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
    Opened,
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
    SwitchResult,
    SwitchSent,
    TargetChosen,
    TargetRead,
    TxtLost,
    TxtSeen,
    TxtUnchanged,
)
from bot.alias_move.findings import Operation, Plan
from bot.alias_move.mistakes import Diagnosis
from bot.alias_move.move import (
    Call,
    CardPlace,
    Effect,
    EffectKind,
    Move,
    MoveState,
    NoticeKind,
    Obstacle,
    RefusalCause,
)
from bot.alias_move.objections import why_may_not, why_not_now
from bot.alias_move.owner_word import OwnerWord, believed, doubted
from bot.alias_move.pacing import Pace
from bot.alias_move.sightings import DEFAULT_NEGATIVE_TTL_S
from bot.alias_move.transitions import (
    Now,
    block,
    close,
    demand_record,
    ensure,
    go,
    look_now,
    note_diagnosis,
    notify,
    plan_effect,
    plan_once,
    plan_read_back,
    sighted,
    stirred,
    void,
    without_later_looks,
)

_FOR_PEOPLE = frozenset({Obstacle.REFUSED, Obstacle.NOT_PROVED})
"""No look can see that these are repaired; a person says so by asking for another look."""

_ABOUT_THE_WAY = frozenset({RefusalCause.RECORD_NOT_SEEN, RefusalCause.SOURCE_ENABLED, RefusalCause.OTHER})
"""Refusals that may mean that AWS wants the record after all."""

_NOT_OUTSTANDING = "This result is no longer waited for."
_NOT_NOW = "The source must not be switched any more; what became of it is read."
_NO_RECORD_NOW = "The record must not be created any more; what became of it is read."


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a move."""

    move: Move
    ignored: str = ""
    """Why nothing changed, as a sentence for whoever caused the event; empty when something did."""


def open_move(event: Opened, *, at: float, rules: Rules) -> Move:
    """The first state of a move. Whether this person may open one is asked before (`approval`)."""
    move = Move(
        id=event.move_id,
        team=event.team,
        alias=event.alias,
        requester=event.by.id,
        channel=event.channel,
        opened_at=at,
        answer_url=event.answer_url,
        expires_at=at + rules.move_deadline_s,
        state=MoveState.INSPECTING,
        state_since=at,
        updated_at=at,
        wanted_target=event.wanted_target,
        watch_since=at,
    )
    move = plan_effect(move, EffectKind.EXPIRE_MOVE, move.expires_at)
    return plan_effect(move, EffectKind.LOOK, at)


def decide(move: Move, event: Event, *, at: float, rules: Rules, pace: Pace, jitter: float = 0.0) -> Decision:
    """What `event` makes of `move` at Unix second `at`; `jitter` is a throw of the dice, from -1 to 1.

    Time within a move never runs backwards, whatever the server's clock does.
    """
    now = Now(max(at, move.updated_at), rules, pace, jitter)
    decision = _decide(move, event, now)
    if decision.ignored:
        return Decision(move, decision.ignored)
    return Decision(replace(decision.move, updated_at=now.at))


def _decide(move: Move, event: Event, now: Now) -> Decision:
    match event:
        case CardPosted():
            return Decision(replace(move, card=CardPlace(event.channel, event.ts)))
        case CardImpossible():
            return _without_card(move, event, now)
        case (
            TargetChosen() | RecheckRequested() | HandTryTold() | OwnerSaysOff() | Approved() | Rejected() | Cancelled()
        ):
            return _decide_deed(move, event, now)
        case DisablingApproved() | EnablingRequested():
            asked = source_off.asked(move, event, now)
            return Decision(move, asked) if isinstance(asked, str) else Decision(asked)
        case RecordApproved() | RemovalRequested():
            wished = zone_record.asked(move, event, now)
            return Decision(move, wished) if isinstance(wished, str) else Decision(wished)
        case _:
            effect = move.effect(event.effect_id)
            if effect is None:
                return Decision(move, _NOT_OUTSTANDING)
            if isinstance(event, CallSent):
                return _about_to_call(move, effect, now)
            if isinstance(event, SwitchSent):
                switching = source_off.sent(move, effect, now)
                return Decision(switching) if switching else Decision(move, _NOT_NOW)
            if isinstance(event, RecordSent):
                changing = zone_record.sent(move, effect, now)
                return Decision(changing) if changing else Decision(move, _NO_RECORD_NOW)
            rest = replace(move, effects=tuple(one for one in move.effects if one.id != effect.id))
            return Decision(_decide_result(rest, effect, event, now))


def _without_card(move: Move, event: CardImpossible, now: Now) -> Decision:
    """Without a card nobody can approve, and notices have no thread to stand in: nobody shall offer them for ever."""
    ended = close(move, MoveState.CANCELLED, now, words=event.why) if move.state.is_waiting else move
    effects = tuple(one for one in ended.effects if one.kind is not EffectKind.NOTIFY)
    if ended is move and effects == move.effects:
        return Decision(move, "The move is past waiting; only its card is missing.")
    return Decision(replace(ended, effects=effects))


# What people do


def _decide_deed(move: Move, event: Deed, now: Now) -> Decision:
    if why := why_not_now(move, event) or why_may_not(move, event, now.rules):
        return Decision(move, why)
    match event:
        case TargetChosen():
            chosen = replace(move, wanted_target=event.target, chosen_by=event.by.id)
            return Decision(go(chosen, MoveState.INSPECTING, now))
        case RecheckRequested():
            obstacle = None if move.obstacle in _FOR_PEOPLE else move.obstacle
            return Decision(look_now(replace(stirred(move, now), obstacle=obstacle), now))
        case HandTryTold():
            told = waiting(replace(move, tried_by_hand=event.was_tried), now.pace)
            return Decision(ensure(without_later_looks(told, now), now))
        case OwnerSaysOff():
            return Decision(_after_word(move, event, now))
        case Approved():
            vote = Vote(event.by.id, now.at, event.digest, event.round)
            return Decision(_vote(replace(move, votes=(*move.votes, vote)), now))
        case Rejected():
            return Decision(close(move, MoveState.REJECTED, now, by=event.by.id, words=event.reason))
        case Cancelled():
            return Decision(close(move, MoveState.CANCELLED, now, by=event.by.id))
        case _:  # pragma: no cover - the type checker proves it
            assert_never(event)


def _after_word(move: Move, event: OwnerSaysOff, now: Now) -> Move:
    """What stood in the way becomes a warning with the look that follows, and with every later one."""
    holder = move.plan.holder if move.plan else None
    word = OwnerWord(event.by.id, now.at, holder) if holder else None
    return look_now(replace(stirred(move, now), owner_word=word, obstacle=None), now)


def _vote(move: Move, now: Now) -> Move:
    voters = {vote.by for vote in move.votes if (vote.digest, vote.round) == (move.digest, move.round)}
    if len(voters) < now.rules.approvals_needed:
        return move
    return go(move, MoveState.CONFIRMING, now)


# What workers bring back


def _decide_result(move: Move, effect: Effect, event: Result, now: Now) -> Move:
    match event:
        case Inspected():
            return _after_look(move, event, now)
        case InspectionFailed():
            return _after_failed_look(move, effect, event.why, now)
        case TxtSeen():
            return look_now(sighted(move, event.sighting, now), now)
        case TxtUnchanged():
            return ensure(replace(sighted(move, event.sighting, now), watch_trouble=event.why), now)
        case TxtLost():
            return _after_loss(sighted(move, event.sighting, now), now)
        case TargetRead():
            return look_now(move, now) if event.has_alias else ensure(move, now)
        case Diagnosed():
            return note_diagnosis(move, event.diagnosis, now)
        case AssociationAccepted():
            return plan_read_back(_accepted(move, effect), now, after_s=0)
        case AssociationUnclear():
            return plan_read_back(replace(move, was_only_refused=False), now, after_s=0)
        case AssociationRefused():
            return _after_refusal(move, event, now)
        case AliasAssociated():
            return close(move, MoveState.MOVED, now)
        case AliasOnSource():
            return _after_no_effect(move, now)
        case AliasElsewhere():
            return block(move, Obstacle.NOT_PROVED, now, NoticeKind.NOT_PROVED)
        case ReadBackFailed():
            return _after_failed_read_back(move, event.why, now)
        case SourceRead() | SourceChanged() | SwitchRefused() | SwitchDelayed():
            return _after_switch(move, effect, event, now)
        case RecordAccepted() | RecordRead() | RecordChanged() | RecordRefused() | RecordDelayed():
            return zone_record.after_result(move, effect, event, now)
        case NoticePosted():
            return move
        case NoticeDelayed():
            waited_s = now.at - (effect.notice.at if effect.notice else now.at)
            return plan_effect(move, effect.kind, now.at + now.pace.notice_delay(waited_s), effect.notice)
        case DeadlinePassed():
            return _after_deadline(move, now)
        case EffectAbandoned():
            return _after_abandoned(move, effect, now)
        case _:  # pragma: no cover - the type checker proves it
            assert_never(event)


def _after_switch(move: Move, effect: Effect, event: SwitchResult, now: Now) -> Move:
    settled = source_off.settled(move, effect, event, now)
    is_news = isinstance(event, SourceRead | SourceChanged) and settled.state is MoveState.BLOCKED
    return look_now(settled, now) if is_news else settled


def _after_look(move: Move, event: Inspected, now: Now) -> Move:
    before, inspection = move.plan, believed(event.inspection, move.owner_word)
    plan = inspection.plan
    seen = replace(
        sighted(move, inspection.sighting, now),
        inspection=inspection,
        owner_word=move.owner_word if move.owner_word and move.owner_word.holder == plan.holder else None,
        # What was chosen for the requester stays chosen: a second distribution that fits must not reopen the question.
        wanted_target=move.wanted_target or plan.target,
        off_before=source_off.off_before(move, inspection),
        lost=move.lost if before is not None and before.record == plan.record else None,
        looks_failed=0,
        looks_failing_since=None,
        look_trouble="",
        watch_trouble="",
    )
    is_new = before is None or not before.record_is_live or before.record != plan.record
    seen = noted(seen, event.inspection.visibility, now.pace, now.at, is_new=is_new)
    seen = source_off.seen(seen, event.inspection, now)
    if before is not None and before.digest != plan.digest:
        destination = _destination(seen, plan)
        # Whoever approved is told when that counts no more, but not when it has come true.
        is_lost = move.state is MoveState.AWAITING_APPROVAL and seen.lost is not None and destination.is_waiting
        voided = void(seen, now, tell=destination is not MoveState.MOVED, lost=is_lost)
        if seen.obstacle is Obstacle.NOT_PROVED and plan.holder is None:
            # The call was sent, and now nobody has the alias: an alarm, which must not end by itself.
            return go(voided, MoveState.BLOCKED, now)
        is_new = before.holder is not None and not before.is_on_target
        by_others = plan.is_on_target and is_new and destination is MoveState.NOTHING_TO_MOVE
        seen = replace(voided, obstacle=None, refusal=None, moved_by_others=by_others)
        if plan.record_is_live and not before.record_is_live:
            seen = notify(seen, NoticeKind.DNS_VERIFIED, now)
        return go(seen, destination, now)
    if seen.state is MoveState.CONFIRMING:
        return _confirmed(seen, now)
    if seen.obstacle in _FOR_PEOPLE:
        return ensure(seen, now)
    seen = replace(seen, obstacle=None)
    destination = _destination(seen, plan)
    return ensure(seen, now) if destination is seen.state else go(seen, destination, now)


def _destination(move: Move, plan: Plan) -> MoveState:
    if plan.choices:
        return MoveState.CHOOSING_TARGET
    if plan.blocking:
        return MoveState.BLOCKED
    if plan.operation is not None and plan.operation.requires_record and not plan.record_is_live:
        return MoveState.AWAITING_TXT
    if plan.is_on_target and move.call is not None and not move.was_only_refused:
        return MoveState.MOVED
    if plan.is_on_target or plan.holder is None:
        return MoveState.NOTHING_TO_MOVE
    return MoveState.AWAITING_APPROVAL


def _confirmed(move: Move, now: Now) -> Move:
    """The last look shows what was approved."""
    if not now.rules.moves_enabled:
        return plan_once(move, EffectKind.LOOK, now.at + now.pace.paused_s)
    if now.at < move.asks_at:
        return plan_once(move, EffectKind.LOOK, move.asks_at)
    return go(move, MoveState.ASSOCIATING, now)


def _after_failed_look(move: Move, effect: Effect, why: str, now: Now) -> Move:
    since = move.looks_failing_since if move.looks_failing_since is not None else now.at
    failed = replace(move, looks_failed=move.looks_failed + 1, looks_failing_since=since, look_trouble=why)
    too_long = now.at - since >= now.pace.looks_fail_limit_s
    if too_long and move.state in {MoveState.INSPECTING, MoveState.CONFIRMING}:
        return block(failed, Obstacle.LOOKS_FAIL, now, NoticeKind.APPROVAL_VOID if move.votes else None)
    return ensure(plan_once(failed, effect.kind, now.at + now.pace.retry_delay(failed.looks_failed)), now)


def _after_loss(move: Move, now: Now) -> Move:
    if move.state not in {MoveState.AWAITING_APPROVAL, MoveState.CONFIRMING} or move.inspection is None:
        return ensure(move, now)
    lost = replace(move.inspection, plan=replace(move.inspection.plan, record_is_live=False))
    voided = replace(void(move, now, tell=True, lost=True), inspection=lost)
    return go(noted(voided, None, now.pace, now.at, is_new=False), MoveState.AWAITING_TXT, now)


def _about_to_call(move: Move, effect: Effect, now: Now) -> Decision:
    """Permission to send the call, given once per effect and only on a fresh look."""
    if effect.kind is not EffectKind.ASSOCIATE_ALIAS:
        return Decision(move, _NOT_OUTSTANDING)
    if move.call is not None and move.call.effect_id == effect.id:
        return Decision(move, "The call was sent before; what became of it must be read, never repeated.")
    age_s = now.at - (move.inspection.looked_at if move.inspection else 0.0)
    # A look from the future: the clock was set back, and nobody knows how old the look is.
    if not 0.0 <= age_s <= now.pace.look_counts_s:
        # Said aloud, since where AWS is always so slow this would go round without a word until the deadline.
        slow = replace(move, look_trouble="it took so long that I could not act on what I saw.")
        return Decision(go(slow, MoveState.CONFIRMING, now))
    if not now.rules.moves_enabled:
        return Decision(go(move, MoveState.CONFIRMING, now))
    were_all_refused = move.call is None or move.was_only_refused
    return Decision(replace(move, call=Call(effect.id, now.at), was_only_refused=were_all_refused))


def _accepted(move: Move, effect: Effect) -> Move:
    at = move.call.at if move.call else move.updated_at
    call = Call(effect.id, at, accepted=True)
    return replace(move, call=call, was_only_refused=False, refusal=None, refused_in_a_row=0)


def _after_refusal(move: Move, event: AssociationRefused, now: Now) -> Move:
    refused = replace(move, refusal=event.refusal, refused_in_a_row=move.refused_in_a_row + 1)
    without_record = move.plan is not None and move.plan.operation is Operation.WITHOUT_RECORD
    if without_record and event.refusal.cause in _ABOUT_THE_WAY:
        return demand_record(refused, event.refusal, now)
    match event.refusal.cause:
        case RefusalCause.RECORD_NOT_SEEN:
            ttl_s = move.sighting.negative_ttl_s if move.sighting else None
            # A zone that forbids caching must not make us ask AWS without a pause.
            wait_s = max(
                now.pace.negative_cache_wait(DEFAULT_NEGATIVE_TTL_S if ttl_s is None else ttl_s),
                now.pace.retry_delay(refused.refused_in_a_row),
            )
        case RefusalCause.THROTTLED | RefusalCause.CHANGED_MEANWHILE:
            wait_s = now.pace.retry_delay(refused.refused_in_a_row)
        case RefusalCause.SOURCE_ENABLED if move.owner_word is not None and move.inspection is not None:
            refuted = replace(refused, owner_word=None, inspection=doubted(move.inspection))
            return block(refuted, Obstacle.REFUSED, now, NoticeKind.REFUSED, event.refusal.text)
        case _:
            return block(refused, Obstacle.REFUSED, now, NoticeKind.REFUSED, event.refusal.text)
    return go(replace(refused, ask_not_before=now.at + wait_s), MoveState.CONFIRMING, now)


def _after_no_effect(move: Move, now: Now) -> Move:
    since_call_s = now.at - (move.call.at if move.call else move.state_since)
    if since_call_s < now.pace.read_back_limit_s:
        return plan_read_back(move, now, after_s=now.pace.read_back_delay(since_call_s))
    if not move.returned_once:
        return go(replace(move, returned_once=True), MoveState.CONFIRMING, now)
    return block(move, Obstacle.NOT_PROVED, now, NoticeKind.NOT_PROVED)


def _after_failed_read_back(move: Move, why: str, now: Now) -> Move:
    since = move.looks_failing_since if move.looks_failing_since is not None else now.at
    failed = replace(move, looks_failed=move.looks_failed + 1, looks_failing_since=since, look_trouble=why)
    if now.at - since >= now.pace.looks_fail_limit_s:
        return block(failed, Obstacle.NOT_PROVED, now, NoticeKind.NOT_PROVED)
    return plan_read_back(failed, now, after_s=now.pace.retry_delay(failed.looks_failed))


def _after_deadline(move: Move, now: Now) -> Move:
    """Both deadlines close a waiting move. One that passes while CloudFront is being asked counts afterwards."""
    if move.state is MoveState.ASSOCIATING:
        return replace(move, deadline_passed=True)
    return close(move, MoveState.EXPIRED, now)


def _after_abandoned(move: Move, effect: Effect, now: Now) -> Move:
    match effect.kind:
        case EffectKind.NOTIFY:
            return move
        case EffectKind.DISABLE_SOURCE | EffectKind.ENABLE_SOURCE:
            return source_off.given_up(move, effect, now)
        case EffectKind.CREATE_RECORD | EffectKind.REMOVE_RECORD:
            return zone_record.given_up(move, effect, now)
        case EffectKind.EXPIRE_MOVE | EffectKind.EXPIRE_APPROVAL:
            return _after_deadline(move, now)
        case EffectKind.WATCH_TXT:
            since = min(move.watch_since, now.at - now.pace.looks_fail_limit_s)
            return ensure(replace(move, watch_since=since, stirred_at=0.0), now)
        case EffectKind.WATCH_TARGET:
            return ensure(move, now)
        case EffectKind.DIAGNOSE:
            return ensure(replace(move, diagnosis=Diagnosis(now.at)), now)
        case EffectKind.READ_BACK:
            return block(move, Obstacle.NOT_PROVED, now, NoticeKind.NOT_PROVED)
        case EffectKind.ASSOCIATE_ALIAS if move.call is not None and move.call.effect_id == effect.id:
            return block(replace(move, was_only_refused=False), Obstacle.NOT_PROVED, now, NoticeKind.NOT_PROVED)
        case EffectKind.LOOK | EffectKind.ROUTINE_LOOK | EffectKind.ASSOCIATE_ALIAS:
            # What only a person can call repaired is not repaired by a worker that fails.
            obstacle = move.obstacle if move.obstacle in _FOR_PEOPLE else Obstacle.WORKER_FAILS
            return block(move, obstacle, now, NoticeKind.APPROVAL_VOID if move.votes else None)
        case _:  # pragma: no cover - the type checker proves it
            assert_never(effect.kind)
