"""AWS's "no" for people: its own words, why it was said, and what to do about it; for card and notice alike.

Pure. AWS's text is shown as AWS wrote it, with the request id by which AWS Support finds the call.
"""

from bot.alias_move.move import Move
from bot.alias_move.owner_word import waits_for_word
from bot.alias_move.remedies import Asked, explain
from bot.slack import situation
from bot.slack.blocks import Json, preformatted, section
from bot.slack.text import NAME_CHARACTERS, clock, code, escape, escape_sentence

OWNER_LABEL = "Its owner says it is off…"
"""Of the button that says so."""
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
        + f" Then press {_the_button(move)} on the card; it needs a new approval.",
    ]


def _the_button(move: Move) -> str:
    return f"“{OWNER_LABEL}”" if waits_for_word(move.inspection) else "the button"


def without_record(move: Move) -> str:
    """That AWS did not do without the record; empty where it was not asked to."""
    refusal = move.refused_without_record
    if refusal is None:
        return ""
    said = escape(f"{refusal.code}: {refusal.text}", _EXPLAINED_CHARACTERS)
    return (
        f"At {clock(refusal.at)} AWS did not take it without a record, and nothing has changed: “{said}” (request id"
        f" {code(refusal.request_id, NAME_CHARACTERS)}). So it goes with the record."
    )


def _asked(move: Move) -> Asked:
    plan = move.plan
    target = plan.target.text if plan is not None and plan.target is not None else "the target"
    holder = plan.holder if plan is not None else None
    return Asked(move.alias, target, holder is not None and plan is not None and holder.account == plan.target_account)
