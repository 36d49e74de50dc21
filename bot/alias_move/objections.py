"""Why a deed of somebody changes nothing: it does not fit the move as it is, or is not theirs to do.

Pure. Every objection is a sentence for whoever did it; an empty string means that there is none.
"""

from typing import assert_never

from bot.alias_move import approval
from bot.alias_move.approval import Rules
from bot.alias_move.events import (
    Approved,
    Cancelled,
    Deed,
    HandTryTold,
    OwnerSaysOff,
    RecheckRequested,
    Rejected,
    TargetChosen,
)
from bot.alias_move.move import Move, MoveState
from bot.alias_move.owner_word import waits_for_word

RECHECKABLE = frozenset({MoveState.BLOCKED, MoveState.AWAITING_TXT, MoveState.AWAITING_APPROVAL})
REJECTABLE = frozenset({MoveState.AWAITING_APPROVAL, MoveState.CONFIRMING})

_ENDINGS = {
    MoveState.MOVED: "the alias has been moved",
    MoveState.NOTHING_TO_MOVE: "there was nothing to move",
    MoveState.REJECTED: "it was rejected",
    MoveState.CANCELLED: "it was cancelled",
    MoveState.EXPIRED: "it expired",
}

_ASKED = "Too late: CloudFront has been asked. I am finding out what came of it."


def why_not_now(move: Move, event: Deed) -> str:
    """Why this deed does not fit the move as it is; asked before rights, so that everybody hears what is going on."""
    if move.state.is_final:
        # Whether a call that was sent has changed anything is for the card to say.
        is_untouched = move.call is None and move.source_off is None and move.zone_record is None
        return f"This move is over: {_ENDINGS[move.state]}." + (" Nothing was changed." if is_untouched else "")
    if move.state is MoveState.ASSOCIATING:
        return _ASKED
    match event:
        case TargetChosen():
            offered = move.plan.choices if move.plan else ()
            if move.state is not MoveState.CHOOSING_TARGET:
                return "There is no target to choose now."
            return "" if event.target in offered else "That distribution is not one of those on offer."
        case RecheckRequested():
            return "" if move.state in RECHECKABLE else "There is nothing to look at again now."
        case HandTryTold():
            return "" if move.asks_about_hand_try else "That question is not open now."
        case OwnerSaysOff():
            if move.state is not MoveState.BLOCKED or not waits_for_word(move.inspection):
                return "No distribution that I can't read stands in the way now."
            return _why_stale(move, event.digest, event.round)
        case Approved():
            if move.state is not MoveState.AWAITING_APPROVAL:
                return _nothing_waits(move)
            return _why_stale(move, event.digest, event.round)
        case Rejected():
            if move.state not in REJECTABLE:
                return _nothing_waits(move)
            return _why_stale(move, event.digest, event.round)
        case Cancelled():
            return ""
        case _:  # pragma: no cover - the type checker proves it
            assert_never(event)


def _nothing_waits(move: Move) -> str:
    if move.lost is None:
        return "Nothing waits for an approval now."
    return "The record is no longer verified on all servers of its zone; nothing waits for an approval now."


def _why_stale(move: Move, digest: str, round_: int) -> str:
    if (digest, round_) == (move.digest, move.round):
        return ""
    return "Something has changed since you were asked. Nothing happened; look at the card as it is now."


def why_may_not(move: Move, event: Deed, rules: Rules) -> str:
    """Why this person may not do that."""
    match event:
        case TargetChosen() | HandTryTold() | OwnerSaysOff() | Cancelled():
            return approval.why_may_not_steer(event.by, move.requester)
        case RecheckRequested():
            return approval.why_may_not_take_part(event.by)
        case Rejected():
            return approval.why_may_not_reject(event.by, rules)
        case Approved():
            if not rules.moves_enabled:
                return "Moves are switched off (MOVES_ENABLED=false), so nobody can approve one."
            return approval.why_may_not_approve(event.by, (move.requester, move.chosen_by), rules)
        case _:  # pragma: no cover - the type checker proves it
            assert_never(event)
