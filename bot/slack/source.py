"""What people read about a source that is disabled for a move: its state, what goes down with it, how to undo it.

Pure. Must never say that nothing has changed while the source is off, or that it is off while nobody knows.
"""

from bot.alias_move.approval import Rules
from bot.alias_move.move import Move, MoveState, Notice, NoticeKind
from bot.alias_move.remedies import Asked, explain
from bot.alias_move.source_off import to_disable, to_enable
from bot.alias_move.switch import SourceOff, SwitchPhase
from bot.slack.blocks import Json, preformatted, section
from bot.slack.text import called, clip, clock, code, escape, escape_sentence, person, plain

MOST_NAMED = 10
_NAME_CHARACTERS = 30
_WHY_CHARACTERS = 500
_REFUSAL_CHARACTERS = 1000


def name_of(off: SourceOff) -> str:
    """How people call it: plain text."""
    return clip(plain(off.name), _NAME_CHARACTERS) or off.source.text


def state_line(move: Move) -> str:
    """What has become of the source, as far as anybody knows; empty: this move has not touched it."""
    off = move.source_off
    if off is None:
        return ""
    name, approved = _named(off), f"as {person(off.approved_by)} approved at {clock(off.approved_at)}"
    match off.phase:
        case SwitchPhase.DISABLING:
            return f"{name} is being disabled, {approved}. {_asking(off)}".rstrip()
        case SwitchPhase.NOT_DISABLED:
            return ""
        case SwitchPhase.DISABLED if off.deployed_at is not None:
            return f"{name} is disabled, {approved}; everywhere at {clock(off.deployed_at)} at the latest."
        case SwitchPhase.DISABLED:
            return f"{name} is disabled since {clock(off.since)}, {approved}; everywhere a few minutes after that."
        case SwitchPhase.UNKNOWN:
            return (
                f"Whether {name} is disabled is not known. CloudFront was asked at {_asked_at(off)}, {approved}, and"
                " I could not see what came of it. Look at it in CloudFront."
            )
        case SwitchPhase.ENABLING:
            return f"{name} is being enabled again, as {person(off.enabled_by)} asked. {_asking(off)}".rstrip()
        case SwitchPhase.GONE:
            return f"{name} was to be disabled for this move, {approved}. {_gone(off)}"
        case SwitchPhase.ENABLED if off.enabled_by is None:
            return (
                f"{name} was to be disabled for this move, {approved}; CloudFront showed it enabled at"
                f" {clock(off.since)}."
            )
        case SwitchPhase.ENABLED:
            return f"{name} was disabled for this move, and is enabled again since {clock(off.since)}."


def _named(off: SourceOff) -> str:
    return f"{escape(name_of(off))} ({code(off.source.text)})" if off.name else code(off.source.text)


def _gone(off: SourceOff) -> str:
    return f"{_named(off)} does not exist any more: somebody has deleted it."


def _asked_at(off: SourceOff) -> str:
    return clock(off.since if off.sent_at is None else off.sent_at)


def _asking(off: SourceOff) -> str:
    if off.why:
        return f"{escape(off.why, _WHY_CHARACTERS)} Trying again."
    return "" if off.sent_at is None else f"CloudFront was asked at {_asked_at(off)}."


# On the card


def while_blocked(move: Move, rules: Rules) -> list[Json]:
    """What can be done about the source here, or why that failed when it was last tried."""
    if failure := _failure(move):
        return failure
    offer = (
        "*Or here*  An approver can disable it with the button: that shows everything that goes down with it, and how"
        " to undo it. It is no approval of the move."
        if to_disable(move, rules)
        else ""
    )
    return section([offer])


def when_over(move: Move) -> list[Json]:
    """What is left to do about the source."""
    says_it_already = move.state in {MoveState.REJECTED, MoveState.CANCELLED, MoveState.EXPIRED}
    off = to_enable(move)
    to_do = f"*To do*  {_down(move, off)} An approver can enable it again with the button." if off else ""
    return [*section(["" if says_it_already else state_line(move)]), *_failure(move), *section([to_do])]


def _down(move: Move, off: SourceOff) -> str:
    """Which names have nobody who serves them."""
    names = off.others(move.alias.text) if move.state is MoveState.MOVED else off.aliases
    return f"While it is disabled, visitors get errors for {_listed(names)}."


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(code(one) for one in names[:MOST_NAMED])
    return shown + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")


def _failure(move: Move) -> list[Json]:
    """Of the newest attempt to disable or enable it."""
    off, refusal = move.source_off, move.source_refusal
    if off is None or off.is_under_way:
        return []
    what = _attempted(off)
    if refusal is not None:
        found = explain(refusal, Asked(move.alias, off.source.text, within_one_account=False))
        request_id = f" AWS request id {code(refusal.request_id)}, {clock(refusal.at)}." if refusal.request_id else ""
        cause, remedy = (escape_sentence(one, _REFUSAL_CHARACTERS) for one in (found.cause, found.remedy))
        return [
            *section([f"AWS said no when I asked to {what}. {_unchanged(off)}{request_id}"]),
            preformatted(plain(f"{refusal.code}: {refusal.text}", _REFUSAL_CHARACTERS)),
            *section([f"*Why*  {cause} *To do*  {remedy} Then press the button again."]),
        ]
    if off.why:
        return section([f"I could not {what}. {escape(off.why, _WHY_CHARACTERS)} {_unchanged(off)}"])
    return []


def _attempted(off: SourceOff) -> str:
    return f"disable {_named(off)}" if off.enabled_by is None else f"enable {_named(off)} again"


def _unchanged(off: SourceOff) -> str:
    if off.phase is SwitchPhase.UNKNOWN:
        return "Whether it is disabled is not known."
    return "Nothing has changed: it is as it was."


# In the thread


def told(move: Move, about: Notice) -> tuple[list[str], list[Json]]:
    """The four messages about the source."""
    off = move.source_off
    if off is None:
        return [f"{person(move.requester)} the card says how the source of {code(move.alias.text)} stands."], []
    whom = called(move.requester, about.by)
    match about.kind:
        case NoticeKind.SOURCE_DISABLING:
            return _disabling(move, off, about, whom), []
        case NoticeKind.SOURCE_DISABLED:
            return [
                f"{whom} {_named(off)} is disabled everywhere, so {code(move.alias.text)} is free to go.",
                "The card says what is next. To undo it instead, cancel the move: its card then offers to enable it.",
            ], []
        case NoticeKind.SOURCE_ENABLED:
            return [
                f"{whom} {_named(off)} is enabled again; it was disabled for {code(move.alias.text)}.",
                "CloudFront takes some minutes until it serves everywhere.",
            ], []
        case _:
            whom = called(move.requester, off.enabled_by or off.approved_by)
            why = _gone(off) if off.phase is SwitchPhase.GONE else ""
            return [f"{whom} I could not {_attempted(off)}, for {code(move.alias.text)}. {why}".rstrip()], _failure(
                move
            )


def _disabling(move: Move, off: SourceOff, about: Notice, whom: str) -> list[str]:
    others = off.others(move.alias.text)
    return [
        (
            f"{whom} {_named(off)} is being disabled, so that {code(move.alias.text)} can leave it: {person(about.by)}"
            f" approved that at {clock(about.at)}."
        ),
        f"With it go down: {_listed(others)}." if others else "It serves no other name.",
        "This was no approval of the move, which is asked for later. To undo it, cancel the move.",
    ]
