"""Entering, leaving and closing states: a state is a promise to wait for something, kept here.

Pure, and called by `lifecycle.decide()` alone. Entering a state plans the effects that wait for it and drops all
others; which state to enter is not decided here.
"""

from dataclasses import dataclass, replace

from bot.alias_move.approval import Rules
from bot.alias_move.move import Effect, EffectKind, Move, MoveState, Notice, NoticeKind, Obstacle
from bot.alias_move.pacing import Pace


@dataclass(frozen=True, slots=True)
class Now:
    """The moment of a decision, and the terms it is made on."""

    at: float
    rules: Rules
    pace: Pace


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
    kept = tuple(one for one in move.effects if one.kind in {EffectKind.NOTIFY, EffectKind.EXPIRE_MOVE})
    obstacle = move.obstacle if state is MoveState.BLOCKED else None
    entered = replace(move, state=state, state_since=now.at, effects=kept, obstacle=obstacle)
    if state is MoveState.AWAITING_TXT and move.state is not MoveState.AWAITING_TXT:
        entered = replace(entered, watch_since=now.at)
    if state is MoveState.AWAITING_APPROVAL and not _told_of_approval(entered):
        entered = notify(entered, NoticeKind.APPROVAL_NEEDED, now)
    return ensure(entered, now)


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
        effects=tuple(one for one in move.effects if one.kind is EffectKind.NOTIFY),
    )
    kind = _CLOSING_NOTICES.get(state)
    return closed if kind is None else notify(closed, kind, now, by=by, words=words)


def block(move: Move, obstacle: Obstacle, now: Now, kind: NoticeKind | None, words: str = "") -> Move:
    """BLOCKED for a reason that no plan names; approvals given for the old hope do not survive it."""
    blocked = move if kind is None else notify(move, kind, now, words=words)
    return go(replace(void(blocked, now, tell=False), obstacle=obstacle), MoveState.BLOCKED, now)


def void(move: Move, now: Now, *, tell: bool) -> Move:
    """Begin a new round: approvals given so far count no more."""
    told = notify(move, NoticeKind.APPROVAL_VOID, now) if tell and move.votes else move
    return replace(told, votes=(), round=move.round + 1)


def ensure(move: Move, now: Now) -> Move:
    """Plan what this state waits by, where it is not outstanding already."""
    match move.state:
        case MoveState.INSPECTING:
            return plan_once(move, EffectKind.LOOK, now.at)
        case MoveState.BLOCKED:
            is_live = move.plan is not None and move.plan.record_is_live
            return _plan_routine(move if is_live else _watch(move, now), now)
        case MoveState.AWAITING_TXT:
            return _watch(move, now)
        case MoveState.AWAITING_APPROVAL:
            expiring = plan_once(move, EffectKind.EXPIRE_APPROVAL, now.at + now.rules.approval_deadline_s)
            return _plan_routine(_watch(expiring, now), now)
        case MoveState.CONFIRMING:
            return _watch(plan_once(move, EffectKind.LOOK, max(now.at, move.ask_not_before)), now)
        case MoveState.ASSOCIATING:
            return plan_once(move, EffectKind.ASSOCIATE_ALIAS, now.at)
        case _:
            return move


def _watch(move: Move, now: Now) -> Move:
    if move.plan is None or move.plan.record is None:
        return move
    waited_s = now.at - move.watch_since
    every_s = now.pace.watch_live_s if move.plan.record_is_live else now.pace.watch_interval(waited_s)
    return plan_once(move, EffectKind.WATCH_TXT, now.at + every_s)


def _plan_routine(move: Move, now: Now) -> Move:
    if move.has_effect(EffectKind.LOOK):
        return move
    return plan_once(move, EffectKind.ROUTINE_LOOK, now.at + now.pace.routine_look_s)


def plan_read_back(move: Move, now: Now, *, after_s: float) -> Move:
    """Ask which side holds the alias, `after_s` seconds from now."""
    return plan_once(move, EffectKind.READ_BACK, now.at + after_s)


def plan_once(move: Move, kind: EffectKind, not_before: float) -> Move:
    """Plan an effect, unless one of its kind is outstanding."""
    return move if move.has_effect(kind) else plan_effect(move, kind, not_before)


def notify(move: Move, kind: NoticeKind, now: Now, *, by: str | None = None, words: str = "") -> Move:
    """Tell people once per plan and round."""
    notice = Notice(kind, move.digest, move.round, by, words, now.at)
    if notice.key in move.noticed:
        return move
    return plan_effect(replace(move, noticed=(*move.noticed, notice.key)), EffectKind.NOTIFY, now.at, notice)


def plan_effect(move: Move, kind: EffectKind, not_before: float, notice: Notice | None = None) -> Move:
    """Add an outstanding effect under an id that was never used."""
    number = move.effects_planned + 1
    effect = Effect(f"{move.id}.{number}", kind, not_before, notice)
    return replace(move, effects=(*move.effects, effect), effects_planned=number)
