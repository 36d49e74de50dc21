"""What may be answered from an inventory of the last minute, and what has to be looked at anew.

Pure. A remembered inventory saves the reading of every account, and may be wrong: about a name that was moved by hand,
about a distribution made just now. So nothing that people ask for, nothing after an approval, and no "there is none"
may rest on it; and whoever holds the alias or is to get it is read by itself in any case.
"""

from bot.alias_move.evidence import Evidence, holder_of
from bot.alias_move.move import Effect, EffectKind, Move, MoveState
from bot.alias_move.preflight import possible_targets, target_of, why_not


def may_remember(move: Move, effect: Effect) -> bool:
    """Whether this look may use what was read in the last minute.

    The first card may, and a routine look while approvers decide. Every other look is there because somebody pressed a
    button, a record appeared, something has to be repaired, or AWS is about to be asked.
    """
    is_routine = effect.kind is EffectKind.ROUTINE_LOOK and move.state is MoveState.AWAITING_APPROVAL
    return is_routine or move.state is MoveState.INSPECTING


def stands(evidence: Evidence) -> bool:
    """Whether evidence from a remembered inventory can be believed: both sides are in it, and were read just now.

    Where no target fits, or nobody seems to hold the alias, the reason may be younger than the inventory.
    """
    holder, target = holder_of(evidence), target_of(evidence)
    if holder is None or not holder.is_ours:
        return False
    if target is None and (evidence.wanted_target is not None or not _may_choose(evidence)):
        return False
    sides = {holder.distribution_id} | ({target.id.text} if target is not None else set())
    read = {one.id.text for one in evidence.inventory if one.further is not None and one.further.is_read}
    return sides <= read


def _may_choose(evidence: Evidence) -> bool:
    return any(not why_not(one, evidence) for one in possible_targets(evidence))
