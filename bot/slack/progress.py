"""The steps of a move as a checklist; and as plain lines, where Slack does not take the `plan` block.

Pure. No step says that an alias has moved: people search for that word to find out whether it has.
"""

from bot.alias_move.move import Move, MoveState, Obstacle
from bot.alias_move.switch import SwitchPhase
from bot.alias_move.transitions import waits_for_cloudfront
from bot.slack.blocks import Json, Step, plan, section
from bot.slack.text import escape

TITLE = "Steps"

_WORDS: tuple[tuple[str, str], ...] = (
    ("Look at CloudFront and certificates", "Looked at CloudFront and certificates"),
    ("Create and verify the TXT record", "TXT record created and verified"),
    ("Approval", "Approved"),
    ("Put the alias on the target", "Alias on the target"),
)
_NO_RECORD = ("No TXT record is needed", "No TXT record is needed")
_SIGNS: dict[Step, str] = {"complete": "done", "in_progress": "now", "pending": "to come", "error": "stopped"}


def steps(move: Move) -> list[tuple[str, Step]]:
    """Each step with its status; none for a move that is over without having moved anything."""
    looked, recorded, approved, put = _WORDS
    words = (looked, _NO_RECORD if _needs_no_record(move) else recorded, approved, put)
    return [(words[status == "complete"], status) for words, status in zip(words, _statuses(move), strict=True)]


def checklist(move: Move) -> Json:
    """As Slack's own block."""
    return plan(TITLE, steps(move))


def without_plans(blocks: list[Json]) -> list[Json]:
    """The same message for a Slack that refuses the `plan` block."""
    return [replaced for block in blocks for replaced in (_as_lines(block) if block["type"] == "plan" else [block])]


def _as_lines(block: Json) -> list[Json]:
    return section(f"{escape(task['title'])}: {_SIGNS[task['status']]}" for task in block["tasks"])


def _needs_no_record(move: Move) -> bool:
    operation = move.plan.operation if move.plan else None
    return operation is not None and not operation.requires_record


def _statuses(move: Move) -> tuple[Step, Step, Step, Step]:
    match move.state:
        case MoveState.INSPECTING:
            return ("error" if move.look_trouble else "in_progress", "pending", "pending", "pending")
        case MoveState.CHOOSING_TARGET:
            return ("complete", "pending", "pending", "pending")
        case MoveState.BLOCKED:
            return _of_blocked(move)
        case MoveState.AWAITING_TXT:
            return ("complete", "in_progress", "pending", "pending")
        case MoveState.AWAITING_APPROVAL:
            return ("complete", "complete", "in_progress", "pending")
        case MoveState.CONFIRMING | MoveState.ASSOCIATING:
            return ("complete", "complete", "complete", "in_progress")
        case _:
            return ("complete", "complete", "complete", "complete")


def _of_blocked(move: Move) -> tuple[Step, Step, Step, Step]:
    live: Step = "complete" if _needs_no_record(move) or (move.plan and move.plan.record_is_live) else "pending"
    is_on_its_way = move.source_off is not None and move.source_off.phase is SwitchPhase.DISABLING
    if is_on_its_way or waits_for_cloudfront(move):
        return ("in_progress", live, "pending", "pending")
    if move.obstacle in {Obstacle.REFUSED, Obstacle.NOT_PROVED}:
        return ("complete", live, "pending", "error")
    return ("error", live, "pending", "pending")
