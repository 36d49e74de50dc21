"""The modal that disables a source: everything that goes down with it, and one input for its id.

Pure, and built from the stored move like every modal; it carries nothing but a nonce.
"""

from bot.alias_move.findings import Distribution
from bot.alias_move.move import Move
from bot.slack import situation
from bot.slack.blocks import Json, modal, section, sections, words
from bot.slack.situation import NO_NAMES, AccountNames
from bot.slack.text import code

DISABLE_SOURCE_MODAL = "move.disable_source"
SOURCE_ID = "source_id"
"""Block id and action id of its one input."""
_ID_CHARACTERS = 50
_LABEL_CHARACTERS = 200


def disabling_modal(move: Move, nonce: str, account_names: AccountNames = NO_NAMES) -> Json:
    """What it means to disable the source of this move."""
    source = move.inspection.source if move.inspection else None
    if source is None:
        raise AssertionError("There is no source to be disabled.")
    blocks = [
        *section(
            [
                f"Source  {situation.described(source, account_names)}",
                f"It is disabled so that {code(move.alias.text)} can leave it.",
                "*This is no approval of the move*, which is asked for later.",
                _record_line(move),
            ]
        ),
        *sections(_down(move, source)),
        *section(
            [
                (
                    "*What visitors get*  Errors, for all of these names, within minutes; until the source is enabled"
                    " again, and for the alias until it is on its target and CloudFront has that everywhere."
                ),
                (
                    "*How to undo it*  Cancel the move: its card then offers to enable the source again, with"
                    " everything else as it is then. CloudFront takes some minutes for that as well."
                ),
                "I change nothing if it serves other names by then, or if somebody changes it at the same moment.",
            ]
        ),
        _input(source),
    ]
    return modal(
        "Disable the source?",
        blocks,
        callback_id=DISABLE_SOURCE_MODAL,
        private_metadata=nonce,
        submit="Disable it",
        close="Not now",
    )


def _record_line(move: Move) -> str:
    plan = move.plan
    if plan is None or plan.record is None or plan.record_is_live:
        return ""
    return (
        f"*The record is not live yet:* {code(plan.record.name)}. Have it created first: without it the move can't"
        " follow, and visitors get errors until it does."
    )


def _down(move: Move, source: Distribution) -> list[str]:
    others = sorted(one for one in source.aliases if one != move.alias.text)
    if not others:
        return [f"*What goes down*  {code(move.alias.text)}. It serves no other name."]
    count = "1 other name goes" if len(others) == 1 else f"{len(others)} other names go"
    return [f"*{count} down with it:*", *(code(one) for one in others)]


def _input(source: Distribution) -> Json:
    return {
        "type": "input",
        "block_id": SOURCE_ID,
        "label": words("Type the id of the distribution that you disable", _LABEL_CHARACTERS),
        "hint": words(f"Exactly as it stands above: {source.id}", _LABEL_CHARACTERS),
        "element": {
            "type": "plain_text_input",
            "action_id": SOURCE_ID,
            "min_length": 1,
            "max_length": _ID_CHARACTERS,
        },
    }
