"""What is wrong with the record, for people: each mistake with what to do about it, and where characters differ.

Pure. What somebody else has written in DNS is shown as it is, and harmless.
"""

from bot.alias_move.mistakes import Mistake, MistakeKind
from bot.alias_move.move import Move
from bot.alias_move.wrong_values import marks, revealed
from bot.slack.blocks import Json, preformatted_lines, section
from bot.slack.text import clock, code, escape_sentence

_FOUND_CHARACTERS = 120
_NAMED_ABOVE = frozenset({MistakeKind.BEHIND, MistakeKind.LAME_SERVER, MistakeKind.BLOCKED_TCP})
"""The servers stand in the lines about what was seen."""


def mistake_blocks(move: Move) -> list[Json]:
    """Below the record; nothing before anybody has looked for mistakes."""
    diagnosis = move.diagnosis
    if diagnosis is None:
        return []
    if not diagnosis.mistakes:
        is_there = move.sighting is not None and (move.sighting.seen_on or move.sighting.other_values)
        at = clock(diagnosis.at)
        return [] if is_there else section([f"I looked for the usual mistakes at {at}, and found none."])
    first, *others = diagnosis.mistakes
    return [*described(first), *section(f"*Also*  {_in_one_line(one)}" for one in others)]


def has_mistake(move: Move) -> bool:
    """Whether the card has something more urgent to say than that nobody should look too early."""
    return move.diagnosis is not None and any(not one.is_quiet for one in move.diagnosis.mistakes)


def _in_one_line(mistake: Mistake) -> str:
    parts = [escape_sentence(mistake.sentence), *_found(mistake), escape_sentence(mistake.remedy)]
    return "  ".join(part for part in parts if part)


def described(mistake: Mistake) -> list[Json]:
    """One mistake; a wrong value has its wrong characters marked, where that helps."""
    mark = "*Note*" if mistake.is_quiet else "*What is wrong*"
    lines = [
        f"{mark}  {escape_sentence(mistake.sentence)}",
        f"*To do*  {escape_sentence(mistake.remedy)}" if mistake.remedy else "",
    ]
    compared = _compared(mistake)
    if compared:
        return [*section(lines), preformatted_lines(compared)]
    return section([lines[0], *_found(mistake), lines[1]])


def _found(mistake: Mistake) -> list[str]:
    if not mistake.found or mistake.kind in _NAMED_ABOVE:
        return []
    wanted = f"   instead of  {code(mistake.wanted, _FOUND_CHARACTERS)}" if mistake.wanted else ""
    return [f"Found  {code(revealed(mistake.found), _FOUND_CHARACTERS)}{wanted}"]


def _compared(mistake: Mistake) -> list[str]:
    """Found, carets, wanted, one below the other."""
    found = revealed(mistake.found)
    if mistake.kind is not MistakeKind.WRONG_VALUE or len(found) > _FOUND_CHARACTERS:
        return []
    carets = marks(found, mistake.wanted)
    # A line of blanks alone would be cut off at its beginning, so each line has a word in front.
    return [f"found   {found}", f"        {carets}", f"wanted  {mistake.wanted}"] if carets else []
