"""What one person reads after a command: having a look, help, lists, and how to invite the bot.

Pure.
"""

from collections.abc import Iterable

from bot.alias_move.move import Move
from bot.alias_move.names import AliasName
from bot.slack import situation
from bot.slack.blocks import Message, context, section
from bot.slack.card import summary
from bot.slack.text import clock, code, day_and_clock, escape, escape_sentence, person

MOST_LISTED = 20

NO_WORKER = (
    "*No worker is running*, so nothing happens yet. Your request is saved, and begins as soon as the operator starts"
    " one (`python -m bot worker`)."
)


def having_a_look(alias: AliasName, *, has_worker: bool) -> Message:
    """The answer to a new move, within a moment."""
    if not has_worker:
        return _said([f"{code(alias.text)}: your request is saved.", NO_WORKER])
    return _said(
        [
            f"{code(alias.text)}: having a look. The card appears in this channel within seconds.",
            "Nothing is being changed.",
        ]
    )


def help_text() -> Message:
    """Every form of the command."""
    return _said(
        [
            (
                "*I move an alternate domain name (alias) of CloudFront from one distribution to another*, when"
                " CloudFront says `CNAMEAlreadyExists`."
            ),
            "`/cname-conflict www.example.com`: finds out who holds it, and shows what is needed to move it",
            "`/cname-conflict www.example.com E1A2B3C4D5E6F7`: the same, to this distribution, or tenant (`dt_…`)",
            "`/cname-conflict status www.example.com`: how it stands",
            "`/cname-conflict list`: the newest moves",
            "`/cname-conflict cancel www.example.com`: ends it; nothing is changed",
            "Nothing changes in AWS before an approver has agreed.",
        ]
    )


def list_of_moves(moves: Iterable[Move]) -> Message:
    """Newest first, as given."""
    listed = list(moves)
    if not listed:
        return _said(["No moves yet. Ask for one: `/cname-conflict www.example.com`"])
    lines = [
        f"{escape(situation.headline(move))} · asked by {person(move.requester)} · {day_and_clock(move.state_since)}"
        for move in listed[:MOST_LISTED]
    ]
    return _said([*lines, f"and {len(listed) - MOST_LISTED} older ones" if len(listed) > MOST_LISTED else ""])


def already_open(move: Move) -> Message:
    """Somebody asked for a move that exists; nothing new was opened."""
    return _said(
        [
            (
                f"There is an open move of {code(move.alias.text)} already, since {day_and_clock(move.opened_at)},"
                f" asked for by {person(move.requester)}; its card is in <#{move.channel}>. I opened no second one."
            ),
            summary(move),
        ]
    )


def whisper(sentence: str) -> Message:
    """A sentence of our own, which may mention people; foreign text in it has been made harmless."""
    return _said([sentence])


def not_understood(why: str) -> Message:
    """What somebody typed can't be read. `why` repeats some of it, so it is made harmless; its code stays code."""
    return _said([escape_sentence(why), "Nothing happened. `/cname-conflict help` shows every form."])


def status_of(move: Move) -> Message:
    """How one move stands."""
    message = _said([summary(move)])
    when = f"since {clock(move.state_since)}"
    until = f"open until {day_and_clock(move.expires_at)}" if not move.state.is_final else ""
    return Message(message.text, [*message.blocks, context([f"asked by {person(move.requester)}", when, until])])


def invite_me(bot_user_id: str, alias: AliasName) -> Message:
    """Where the card can't be posted."""
    me = person(bot_user_id) if bot_user_id else "the bot's name"
    return _said(
        [
            f"I can't post in this channel, so I closed the request for {code(alias.text)}. Nothing was changed.",
            f"Invite me (type `/invite` and {me}), then ask again.",
        ]
    )


def _said(lines: list[str]) -> Message:
    blocks = section(lines)
    return Message(text=blocks[0]["text"]["text"], blocks=blocks)
