"""What visitors will get, for cards and for the approving modal: serious differences first, and whose deploy undoes it.

Pure. Where the source can't be read, that is said: silence would be taken for "no difference".
"""

from bot.alias_move.evidence import Distribution
from bot.alias_move.move import Move
from bot.alias_move.visitors import Difference, Names, Weight, differences, further_differences
from bot.slack import situation
from bot.slack.blocks import Json, section
from bot.slack.text import SENTENCE_CHARACTERS, escape

MOST_ON_A_CARD = 4
_LINES_PER_SECTION = 5
_NAME_CHARACTERS = 60


def brief_lines(move: Move) -> list[str]:
    """For a card: what is serious, and how much else there is."""
    found = _found(move)
    if found is None:
        return _why_not(move)
    if not found:
        return [_none(move)]
    serious = [one for one in found if one.weight is Weight.SERIOUS]
    notes = len(found) - len(serious)
    more = len(serious) - MOST_ON_A_CARD
    return [
        *(_line(one) for one in serious[:MOST_ON_A_CARD]),
        f"*Serious*  and {more} more, listed where it is approved." if more > 0 else "",
        f"{_counted(notes)} for visitors, listed where it is approved." if notes else "",
    ]


def in_full(move: Move) -> list[Json]:
    """For the modal: everything that was found."""
    found = _found(move)
    if found is None:
        return section(_why_not(move))
    lines = [_line(one) for one in found] or [_none(move)]
    chunks = [lines[first : first + _LINES_PER_SECTION] for first in range(0, len(lines), _LINES_PER_SECTION)]
    return [block for chunk in chunks for block in section(chunk)]


def deploy_lines(move: Move) -> list[str]:
    """Whose next deploy would undo the move, or fail because of it."""
    if move.inspection is None:
        return []
    target = _deployer(move.inspection.target)
    source = _deployer(move.inspection.source)
    alias = escape(situation.short_alias(move))
    return [
        f"*Also*  {escape(situation.target_name(move))} belongs to {target}: its next deploy would undo this, unless"
        f" {alias} is written into it."
        if target
        else "",
        f"*Also*  {escape(situation.source_name(move))} belongs to {source}: its next deploy fails, unless {alias} is"
        " taken out of it."
        if source
        else "",
    ]


def _deployer(one: Distribution | None) -> str:
    return escape(one.further.deployed_by, _NAME_CHARACTERS) if one is not None and one.further is not None else ""


def _found(move: Move) -> tuple[Difference, ...] | None:
    """None: there is nothing to compare with."""
    source, target = _sides(move)
    if source is None or target is None or source.behaviour is None or target.behaviour is None:
        return None
    names = Names(situation.source_name(move), situation.target_name(move))
    found = differences(source.behaviour, target.behaviour, names)
    if source.further is not None and target.further is not None:
        found += further_differences(source.further, target.further, names)
    return tuple(sorted(found, key=lambda one: one.weight is not Weight.SERIOUS))


def _sides(move: Move) -> tuple[Distribution | None, Distribution | None]:
    return (move.inspection.source, move.inspection.target) if move.inspection else (None, None)


def _why_not(move: Move) -> list[str]:
    source, target = _sides(move)
    foreign = source is None and move.plan is not None and move.plan.holder is not None
    return ["I can't compare what visitors get: I can't read the distribution that holds it."] * (
        foreign and target is not None
    )


def _none(move: Move) -> str:
    source, target = (escape(name) for name in (situation.source_name(move), situation.target_name(move)))
    return f"Visitors get the same: I find no setting in which {target} differs from {source} for them."


def _counted(notes: int) -> str:
    return "*Note*  1 smaller difference" if notes == 1 else f"*Note*  {notes} smaller differences"


_MARKS = {Weight.SERIOUS: "*Serious*  ", Weight.NOTE: "*Note*  "}


def _line(one: Difference) -> str:
    return _MARKS[one.weight] + escape(one.sentence, SENTENCE_CHARACTERS)
