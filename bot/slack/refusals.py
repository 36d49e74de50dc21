"""AWS's "no" for people: its own words, why it was said, and what to do about it; for card and notice alike.

Pure. AWS's text is shown as AWS wrote it, with the request id by which AWS Support finds the call.
"""

from bot.alias_move.move import Move
from bot.alias_move.remedies import Asked, explain
from bot.slack import situation
from bot.slack.blocks import Json, preformatted, section
from bot.slack.text import escape_sentence

_EXPLAINED_CHARACTERS = 1000


def in_aws_words(move: Move) -> list[Json]:
    """What AWS said, and that nothing has changed by it."""
    if move.refusal is None:
        return []
    return [
        *section([f"AWS said no. {situation.unchanged(move)}"]),
        preformatted(situation.refusal_text(move)),
        *section([situation.request_id_line(move)]),
    ]


def explained(move: Move) -> list[str]:
    """Why, and what to do; a person says when it is done."""
    if move.refusal is None:
        return []
    found = explain(move.refusal, _asked(move))
    return [
        "*Why*  " + escape_sentence(found.cause, _EXPLAINED_CHARACTERS),
        "*To do*  "
        + escape_sentence(found.remedy, _EXPLAINED_CHARACTERS)
        + " Then press the button on the card; it needs a new approval.",
    ]


def _asked(move: Move) -> Asked:
    plan = move.plan
    target = plan.target.text if plan is not None and plan.target is not None else "the target"
    holder = plan.holder if plan is not None else None
    return Asked(move.alias, target, holder is not None and plan is not None and holder.account == plan.target_account)
