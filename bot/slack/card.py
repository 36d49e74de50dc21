"""The card: one message per move, edited in place. First what is true now, then who has to do what.

Pure: a stored move in, a message out; the same move always gives the same card.
"""

from bot.alias_move.approval import Rules
from bot.alias_move.move import Move, MoveState
from bot.slack import buttons, hosted, situation, source
from bot.slack.blocks import Json, Message, context, header, section
from bot.slack.endings import BY_OTHERS, ENDINGS
from bot.slack.progress import checklist
from bot.slack.situation import NO_NAMES, AccountNames
from bot.slack.text import clock, code, escape, person
from bot.slack.waiting import WAITING, why_later

_DIGEST_SHOWN_CHARACTERS = 7


def card(move: Move, rules: Rules, account_names: AccountNames = NO_NAMES) -> Message:
    """The card of a move in any state."""
    return Message(
        text=" ".join(filter(None, [summary(move), situation.nobody_line(move, rules).replace("*", "")])),
        blocks=[
            header(situation.headline(move)),
            *_whole_alias(move),
            *_body(move, rules, account_names),
            *_nobody(move, rules),
            *_progress(move),
            *buttons.row(move, rules),
            context(_context(move)),
        ],
    )


def _whole_alias(move: Move) -> list[Json]:
    """Where the headline had to cut it: what is approved must be readable in full."""
    return [] if situation.short_alias(move) == move.alias.text else section([code(move.alias.text)])


def _body(move: Move, rules: Rules, account_names: AccountNames) -> list[Json]:
    if move.state.is_final:
        return [*ENDINGS[move.state](move), *source.when_over(move), *hosted.when_over(move)]
    return WAITING[move.state](move, rules, account_names)


def _nobody(move: Move, rules: Rules) -> list[Json]:
    # Where an approval is waited for, the line that says who may approve says it.
    return [] if move.state is MoveState.AWAITING_APPROVAL else section([situation.nobody_line(move, rules)])


def _progress(move: Move) -> list[Json]:
    if move.state.is_final and move.state is not MoveState.MOVED:
        return []
    return [checklist(move)]


def _context(move: Move) -> list[str]:
    looked_at = move.inspection.looked_at if move.inspection else None
    return [
        f"plan {code(move.digest[:_DIGEST_SHOWN_CHARACTERS])}" if move.digest else "",
        f"round {move.round}",
        f"asked by {person(move.requester)}",
        f"target chosen by {person(move.chosen_by)}" if move.chosen_by else "",
        f"looked at {clock(looked_at)}" if looked_at is not None else f"opened at {clock(move.opened_at)}",
    ]


_NEXT = {
    MoveState.INSPECTING: "I am asking CloudFront who holds it.",
    MoveState.CHOOSING_TARGET: "Several distributions could take it; somebody has to choose one on the card.",
    MoveState.BLOCKED: "Something is in the way; the card says what to do.",
    MoveState.AWAITING_TXT: "Create the TXT record that the card shows; I notice it by myself.",
    MoveState.AWAITING_APPROVAL: "Everything is verified; an approver has to decide.",
    MoveState.CONFIRMING: "It is approved; I look once more before I ask AWS.",
    MoveState.ASSOCIATING: "I am finding out which side has it.",
    MoveState.MOVED: "Point DNS at the target at once; the card says what else to do.",
    MoveState.NOTHING_TO_MOVE: "There is nothing to move, and nothing was changed.",
}


def summary(move: Move) -> str:
    """The card in two sentences, for telephones, screen readers and `status`."""
    headline = escape(situation.headline(move))
    stop = "" if headline.endswith("?") else "."
    if move.moved_by_others:
        return f"{headline}{stop} {BY_OTHERS}"
    return f"{headline}{stop} {_asked_later(move) or _NEXT.get(move.state) or situation.unchanged(move)}"


def _asked_later(move: Move) -> str:
    """From when AWS may be asked, and why not at once. Says no more: moves may be switched off."""
    if move.state is not MoveState.CONFIRMING or move.asks_at <= move.updated_at:
        return ""
    return f"{why_later(move)} I ask AWS at {clock(move.asks_at)} at the earliest.".lstrip()
