"""The modals: built from the stored move, so that nobody approves what a forged card shows.

Pure. A modal carries nothing but a nonce; what it stands for is kept in the store.
"""

from bot.alias_move.approval import Rules
from bot.alias_move.findings import Level
from bot.alias_move.move import Move
from bot.slack import differences, record, situation
from bot.slack.blocks import Json, modal, mrkdwn, preformatted, section, sections, words
from bot.slack.buttons import APPROVE, REJECT
from bot.slack.hosted import state_line as record_line
from bot.slack.letters import has_letters, letters_modal
from bot.slack.situation import NO_NAMES, AccountNames
from bot.slack.source import state_line
from bot.slack.steps import steps_for, steps_modal
from bot.slack.text import code, escape, person
from bot.slack.waiting import traffic, way_line

APPROVE_MODAL = APPROVE
REJECT_MODAL = REJECT
REASON = "reason"
"""Block id and action id of the one input of the rejecting modal."""
REASON_CHARACTERS = 500


def approval_modal(move: Move, rules: Rules, nonce: str, account_names: AccountNames = NO_NAMES) -> Json:
    """Everything that an approval means; needs no input."""
    plan = move.plan
    blocks = [
        *section(
            [
                f"Alias  {code(move.alias.text)}",
                situation.holder_line(move, account_names),
                situation.target_line(move, account_names),
                way_line(move),
                f"Origins of the target  {situation.origins(plan.target_origins)}" if plan else "",
                f"Asked for by {person(move.requester)}"
                + (f", target chosen by {person(move.chosen_by)}" if move.chosen_by else ""),
            ]
        ),
        *differences.in_full(move),
        *section(differences.deploy_lines(move)),
        *sections(situation.finding_lines(move, Level.WARNS, Level.NOTES)),
        *section([f"*What happens to traffic*  {traffic(move)}", f"*How to undo it*  {_undo(move)}"]),
        *_record(move),
        *section([_what_follows(rules)]),
    ]
    return modal(
        "Approve this move?",
        blocks,
        callback_id=APPROVE_MODAL,
        private_metadata=nonce,
        submit="Approve this move",
        close="Not now",
    )


def _record(move: Move) -> list[Json]:
    if move.plan is None or move.plan.record is None:
        return []
    seen = record.seen_line(move.sighting)
    return [*section([f"*Record*  {seen}"]), preformatted(record.zone_file_line(move.plan.record))]


def _undo(move: Move) -> str:
    target = escape(situation.target_name(move))
    plan = move.plan
    if plan is not None and plan.holder is not None and plan.holder.account == plan.target_account:
        record = "its own record and " if plan.operation is None or plan.operation.requires_record else ""
        return f"a new move in the other direction, with {record}its own approval."
    return (
        f"going back to another account means that {target} is disabled first, or that AWS Support does it. Treat this"
        " as one way."
    )


def _what_follows(rules: Rules) -> str:
    others = f" {rules.approvals_needed} approvals are needed." if rules.approvals_needed > 1 else ""
    return f"I look at everything once more before I ask AWS. If anything here has changed by then, I don't.{others}"


def rejection_modal(move: Move, nonce: str) -> Json:
    """Asks for the reason."""
    blocks: list[Json] = [
        *section([f"{code(move.alias.text)} stays where it is. {_left_as_it_is(move)}"]),
        {
            "type": "input",
            "block_id": REASON,
            "label": words("Why?", REASON_CHARACTERS),
            "hint": words("Shown on the card and to whoever asked for the move.", REASON_CHARACTERS),
            "element": {
                "type": "plain_text_input",
                "action_id": REASON,
                "min_length": 1,
                "max_length": REASON_CHARACTERS,
            },
        },
    ]
    return modal(
        "Reject this move?",
        blocks,
        callback_id=REJECT_MODAL,
        private_metadata=nonce,
        submit="Reject it",
        close="Not now",
    )


def reading_modal(move: Move) -> Json | None:
    """What people outside Slack have to do or to send; None where there is nothing of that kind."""
    steps = steps_for(move)
    if steps is not None:
        return steps_modal(steps)
    return letters_modal(move) if has_letters(move) else None


def _left_as_it_is(move: Move) -> str:
    return " ".join(filter(None, (state_line(move), record_line(move)))) or "Nothing is changed."


def outcome_view(title: str, sentence: str) -> Json:
    """What became of a submission, in place of the modal. `sentence` is mrkdwn of ours: it may mention people."""
    return modal(title, [{"type": "section", "text": mrkdwn(sentence or "Nothing happened.")}], close="Close")
