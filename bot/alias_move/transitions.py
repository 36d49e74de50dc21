"""Entering, leaving and closing states: a state is a promise to wait for something, kept here.

Pure, and called by `lifecycle.decide()` alone. Entering a state plans the effects that wait for it and drops all
others; which state to enter is not decided here.
"""

import math
from dataclasses import dataclass, replace

from bot.alias_move.approval import Rules
from bot.alias_move.caches import next_question
from bot.alias_move.diagnosis import next_diagnosis
from bot.alias_move.findings import FindingCode
from bot.alias_move.mistakes import Diagnosis
from bot.alias_move.move import (
    OUTLIVING,
    Effect,
    EffectKind,
    Move,
    MoveState,
    Notice,
    NoticeKind,
    Obstacle,
    Refusal,
    RefusalCause,
)
from bot.alias_move.names import TxtRecord
from bot.alias_move.pacing import Pace
from bot.alias_move.sightings import DEFAULT_NEGATIVE_TTL_S, TxtSighting
from bot.alias_move.switch import SwitchPhase
from bot.alias_move.watching import Watched


@dataclass(frozen=True, slots=True)
class Now:
    """The moment of a decision, and the terms it is made on."""

    at: float
    rules: Rules
    pace: Pace
    jitter: float = 0.0
    """A throw of the dice, from -1 to 1: the core has none of its own."""


_WATCHING_TARGET = frozenset(
    {MoveState.BLOCKED, MoveState.AWAITING_TXT, MoveState.AWAITING_APPROVAL, MoveState.CONFIRMING}
)
_VIEWS = frozenset({EffectKind.LOOK, EffectKind.ROUTINE_LOOK, EffectKind.WATCH_TXT, EffectKind.WATCH_TARGET})
_ABOUT_SOURCE = frozenset({FindingCode.HOLDER_IN_OTHER_ACCOUNT, FindingCode.SOURCE_STILL_DISABLING})
MOST_MISTAKES_TOLD = 12
"""In one thread: whoever runs the zone could make up new ones for ever."""
MOST_TOLD_ALIKE = 30
"""Of each of these in one thread: a record that comes and goes would fill it. The card goes on telling all."""
_TOLD_BY_DNS = frozenset({NoticeKind.DNS_VERIFIED, NoticeKind.APPROVAL_NEEDED, NoticeKind.RECORD_LOST})

_CLOSING_NOTICES = {
    MoveState.MOVED: NoticeKind.MOVED,
    MoveState.REJECTED: NoticeKind.REJECTED,
    MoveState.CANCELLED: NoticeKind.CANCELLED,
    MoveState.EXPIRED: NoticeKind.EXPIRED,
}


def go(move: Move, state: MoveState, now: Now) -> Move:
    """Enter `state`, also when it is the present one: what waited for the old plan is dropped."""
    if state.is_final:
        return close(move, state, now)
    if move.deadline_passed and state.is_waiting:
        return close(move, MoveState.EXPIRED, now)
    kept = tuple(one for one in move.effects if one.kind in {*OUTLIVING, EffectKind.EXPIRE_MOVE})
    obstacle = move.obstacle if state is MoveState.BLOCKED else None
    entered = replace(move, state=state, state_since=now.at, effects=kept, obstacle=obstacle)
    if state is MoveState.AWAITING_TXT and move.state is not MoveState.AWAITING_TXT and _begins_to_wait(move, now):
        entered = replace(entered, watch_since=now.at)
    if state is MoveState.AWAITING_APPROVAL and not _told_of_approval(entered):
        entered = notify(entered, NoticeKind.APPROVAL_NEEDED, now)
    return ensure(entered, now)


def _begins_to_wait(move: Move, now: Now) -> bool:
    """Whether the waiting for the record is counted anew: a record that comes and goes is waited for all the time."""
    was_live = move.state in {MoveState.AWAITING_APPROVAL, MoveState.CONFIRMING}
    return not was_live or move.stirred_at == now.at


def _told_of_approval(move: Move) -> bool:
    return Notice(NoticeKind.DNS_VERIFIED, move.digest, move.round).key in move.noticed


def close(move: Move, state: MoveState, now: Now, *, by: str | None = None, words: str = "") -> Move:
    """Enter a final state: nothing is left to do but to tell people."""
    closed = replace(
        move,
        state=state,
        state_since=now.at,
        closed_by=by,
        closing_words=words,
        obstacle=None,
        effects=tuple(one for one in move.effects if one.kind in OUTLIVING),
    )
    kind = NoticeKind.MOVED_BY_OTHERS if move.moved_by_others else _CLOSING_NOTICES.get(state)
    return closed if kind is None else notify(closed, kind, now, by=by, words=words)


def block(move: Move, obstacle: Obstacle, now: Now, kind: NoticeKind | None, words: str = "") -> Move:
    """BLOCKED for a reason that no plan names; approvals given for the old hope do not survive it."""
    blocked = move if kind is None else notify(move, kind, now, words=words)
    return go(replace(void(blocked, now, tell=False), obstacle=obstacle), MoveState.BLOCKED, now)


def demand_record(move: Move, refusal: Refusal, now: Now) -> Move:
    """Nobody knows all that AWS may say to a call without the record; the older call with it is known to work."""
    told = notify(move, NoticeKind.REFUSED, now, words=refusal.text)
    looked_for_it = refusal.cause is RefusalCause.RECORD_NOT_SEEN
    # AWS has asked DNS for the record before anybody could create it, and remembers the "no".
    wait_s = now.pace.negative_cache_wait(DEFAULT_NEGATIVE_TTL_S) if looked_for_it else 0.0
    demanded = replace(void(told, now, tell=False), refused_without_record=refusal, ask_not_before=now.at + wait_s)
    return go(demanded, MoveState.INSPECTING, now)


def void(move: Move, now: Now, *, tell: bool, lost: bool = False) -> Move:
    """Begin a new round: approvals given so far count no more. `lost`: because the record is not live any more."""
    # One message for one event: the word on the approval says why.
    kind = NoticeKind.APPROVAL_VOID if move.votes else NoticeKind.RECORD_LOST if lost else None
    told = notify(move, kind, now) if tell and kind is not None else move
    return replace(told, votes=(), round=move.round + 1)


def ensure(move: Move, now: Now) -> Move:
    """Plan what this state waits by, where it is not outstanding already."""
    return _ensure_state(_watch_target(move, now), now)


def _ensure_state(move: Move, now: Now) -> Move:
    match move.state:
        case MoveState.INSPECTING:
            return plan_once(move, EffectKind.LOOK, now.at)
        case MoveState.BLOCKED:
            is_live = move.plan is not None and move.plan.record_is_live
            return _plan_routine(move if is_live else _diagnose(_watch(move, now), now), now)
        case MoveState.AWAITING_TXT:
            return _diagnose(_watch(move, now), now)
        case MoveState.AWAITING_APPROVAL:
            expiring = plan_once(move, EffectKind.EXPIRE_APPROVAL, now.at + now.rules.approval_deadline_s)
            return _plan_routine(_watch(expiring, now), now)
        case MoveState.CONFIRMING:
            return _watch(plan_once(move, EffectKind.LOOK, max(now.at, move.asks_at)), now)
        case MoveState.ASSOCIATING:
            return plan_once(move, EffectKind.ASSOCIATE_ALIAS, now.at)
        case _:
            return move


def _watch(move: Move, now: Now) -> Move:
    if move.plan is None or move.plan.record is None:
        return move
    every_s = now.pace.watch_interval(now.at - move.watch_since, now.at - move.stirred_at, now.jitter)
    every_s = now.pace.watch_live_s if move.plan.record_is_live else every_s
    return plan_once(move, EffectKind.WATCH_TXT, now.at + every_s, _watched(move, move.plan.record))


def _watched(move: Move, record: TxtRecord) -> Watched | None:
    seen = move.sighting
    if seen is None or seen.record != record:
        return None
    # After a trouble somebody has to load the move, to take the trouble off the card.
    is_brief = seen.says_nothing and not move.watch_trouble
    return Watched(record.name, seen.zone, is_brief, move.watch_since, move.stirred_at)


def _watch_target(move: Move, now: Now) -> Move:
    """Nobody tells us when AWS Support has handed the alias over, and then DNS has to be changed at once."""
    plan = move.plan
    is_hidden = plan is not None and plan.holder is not None and not plan.holder.is_ours
    if move.state not in _WATCHING_TARGET or plan is None or plan.target is None or not is_hidden:
        return move
    every_s = now.pace.watch_target_interval(now.at - move.stirred_since)
    return plan_once(move, EffectKind.WATCH_TARGET, now.at + every_s)


def _diagnose(move: Move, now: Now) -> Move:
    """Look for mistakes soon after a sign of life, and ever more rarely when there is none."""
    if move.plan is None or move.plan.record is None or move.plan.record_is_live:
        return move
    last = move.diagnosis.at if move.diagnosis else None
    at = max(now.at, next_diagnosis(move.stirred_since, last))
    later = {one.id for one in move.effects if one.kind is EffectKind.DIAGNOSE and one.not_before > at}
    sooner = replace(move, effects=tuple(one for one in move.effects if one.id not in later))
    return plan_once(sooner, EffectKind.DIAGNOSE, at)


def sighted(move: Move, sighting: TxtSighting | None, now: Now) -> Move:
    """Keep what the servers said; None: there was no answer."""
    if sighting is None:
        return move
    if move.sighting is not None and sighting.said == move.sighting.said:
        return replace(move, sighting=sighting)
    # A changed answer is a sign of life: somebody is at work on the record, so look often again. What was wrong with it
    # before may be so no more.
    stirs = now.pace.stirred_once_more(move.stirs, now.at - move.stirred_at)
    if stirs is None:
        # It comes and goes, and so does what is wrong with it.
        return replace(move, sighting=sighting)
    known = replace(move.diagnosis, mistakes=()) if move.diagnosis else None
    return replace(move, sighting=sighting, stirred_at=now.at, stirs=stirs, diagnosis=known)


def stirred(move: Move, now: Now) -> Move:
    """A person says that something has changed: the surest sign of life."""
    return replace(move, stirred_at=now.at, stirs=0.0)


def note_diagnosis(move: Move, found: Diagnosis, now: Now) -> Move:
    """Keep what was found, and tell in the thread what was not told before.

    What was begun before the newest sign of life has looked at another world; it is looked again.
    """
    if found.at < move.stirred_since:
        return ensure(replace(move, diagnosis=Diagnosis(found.at)), now)
    noted = replace(move, diagnosis=found)
    room = MOST_MISTAKES_TOLD - sum(key.startswith(f"{NoticeKind.MISTAKE.value}:") for key in move.noticed)
    keys = {f"{NoticeKind.MISTAKE.value}:{one.key}": one for one in found.mistakes if not one.is_quiet}
    new = {key: one for key, one in keys.items() if key not in move.noticed}
    if new and len(new) <= room:
        notice = Notice(NoticeKind.MISTAKE, move.digest, move.round, at=now.at, mistakes=tuple(new.values()))
        noted = plan_effect(replace(noted, noticed=(*move.noticed, *new)), EffectKind.NOTIFY, now.at, notice)
    return ensure(noted, now)


def _plan_routine(move: Move, now: Now) -> Move:
    if move.has_effect(EffectKind.LOOK):
        return move
    every_s = now.pace.routine_look_s
    if waits_for_cloudfront(move):
        since = max(move.state_since, move.source_off.since if move.source_off else 0.0)
        every_s = min(every_s, now.pace.source_look_interval(now.at - since))
    sooner = next_question(move, now.pace, now.at) if move.state is MoveState.AWAITING_APPROVAL else None
    return plan_once(move, EffectKind.ROUTINE_LOOK, min(now.at + every_s, sooner or math.inf))


def waits_for_cloudfront(move: Move) -> bool:
    """Whether a BLOCKED move waits for nothing but that the source is off everywhere.

    A source that this move has disabled counts as such until a look that is late enough shows it enabled.
    """
    if not is_blocked_by_source_alone(move) or move.inspection is None:
        return False
    off, source = move.source_off, move.inspection.source
    if move.inspection.plan.blocking == (FindingCode.SOURCE_STILL_DISABLING,):
        return True
    if off is None or source is None or source.id != off.source:
        return False
    return off.phase is SwitchPhase.DISABLED and off.deployed_at is None


def look_now(move: Move, now: Now) -> Move:
    """At everything; and where the record is watched, its watching begins anew."""
    return ensure(plan_once(without_later_looks(move, now), EffectKind.LOOK, now.at), now)


def without_later_looks(move: Move, now: Now) -> Move:
    """Without those that wait for their time; what is being looked at already goes on."""
    later = {one.id for one in move.effects if one.kind in _VIEWS and one.not_before > now.at}
    return replace(move, effects=tuple(one for one in move.effects if one.id not in later))


def is_blocked_by_source_alone(move: Move) -> bool:
    """Whether the move can follow as soon as its source is off everywhere."""
    if move.state is not MoveState.BLOCKED or move.obstacle is not None or move.plan is None:
        return False
    return _ABOUT_SOURCE.issuperset(move.plan.blocking)


def plan_read_back(move: Move, now: Now, *, after_s: float) -> Move:
    """Ask which side holds the alias, `after_s` seconds from now."""
    return plan_once(move, EffectKind.READ_BACK, now.at + after_s)


def plan_once(move: Move, kind: EffectKind, not_before: float, watched: Watched | None = None) -> Move:
    """Plan an effect, unless one of its kind is outstanding."""
    return move if move.has_effect(kind) else plan_effect(move, kind, not_before, watched=watched)


def notify(
    move: Move, kind: NoticeKind, now: Now, *, by: str | None = None, words: str = "", subject: str = ""
) -> Move:
    """Tell people once per plan and round."""
    notice = Notice(kind, move.digest, move.round, by, words, now.at, subject)
    alike = sum(key.startswith(f"{kind.value}:") for key in move.noticed) if kind in _TOLD_BY_DNS else 0
    if notice.key in move.noticed or alike >= MOST_TOLD_ALIKE:
        return move
    return plan_effect(replace(move, noticed=(*move.noticed, notice.key)), EffectKind.NOTIFY, now.at, notice)


def plan_effect(
    move: Move, kind: EffectKind, not_before: float, notice: Notice | None = None, watched: Watched | None = None
) -> Move:
    """Add an outstanding effect under an id that was never used."""
    number = move.effects_planned + 1
    effect = Effect(f"{move.id}.{number}", kind, not_before, notice, watched)
    return replace(move, effects=(*move.effects, effect), effects_planned=number)
