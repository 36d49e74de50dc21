"""What a card says about recursive resolvers, and the question whether AWS was asked too early. Pure."""

from bot.alias_move.caches import of_another_view
from bot.alias_move.move import Move, RefusalCause
from bot.alias_move.visibility import CacheAnswer, CacheKind
from bot.slack import situation
from bot.slack.blocks import Json, actions, button, section
from bot.slack.buttons import NOT_TRIED, TRIED_BY_HAND, ButtonValue
from bot.slack.text import clock, code, escape, in_words

MOST_NAMED = 3
LOOKED_TOO_EARLY = "AWS looked for the record before there was one, and may remember that."
_NOTE_CHARACTERS = 60


def lines(move: Move) -> list[str]:
    """Who sees the record, who still denies it and until when; nothing before anybody was asked."""
    seen = move.visibility
    if seen is None or not move.record_is_live:
        return []
    strange = of_another_view(move)
    late = tuple(answer for answer in seen.behind if answer not in strange)
    shown = [_behind(late, seen.until(late))] if late else []
    if strange:
        shown.append(_strange(strange))
    if seen.is_visible:
        shown.append(f"Resolvers  {_named(seen.answers, CacheKind.SEES)} {_sees(seen.answers)} it too.")
    if silent := [answer for answer in seen.answers if answer.kind is CacheKind.SILENT]:
        shown.append(f"No answer about it from the resolver {_named(tuple(silent), CacheKind.SILENT)}.")
    return shown


def _behind(behind: tuple[CacheAnswer, ...], agree_at: float | None) -> str:
    names = in_words([code(answer.address) for answer in behind[:MOST_NAMED]], "and")
    what = "an older value" if all(one.kind is CacheKind.OTHER for one in behind) else "that there was no such record"
    verb, word = ("remembers", "its own word") if len(behind) == 1 else ("remember", "their own word")
    return f"*Caches*  {names} still {verb} {what}, by {word} until {clock(agree_at or 0)}."


def _strange(answers: tuple[CacheAnswer, ...]) -> str:
    names = in_words([code(answer.address) for answer in answers[:MOST_NAMED]], "and")
    one = len(answers) == 1
    return (
        f"*Another view*  {names} still {'does' if one else 'do'} not see the record, for longer than"
        f" {'it' if one else 'they'} may remember a time without it: most likely {'it sees' if one else 'they see'}"
        " another version of the zone, as inside a company's network. Every server of the zone that answers has it."
    )


def _sees(answers: tuple[CacheAnswer, ...]) -> str:
    return "sees" if sum(answer.kind is CacheKind.SEES for answer in answers) == 1 else "see"


def _named(answers: tuple[CacheAnswer, ...], kind: CacheKind) -> str:
    ours = [answer for answer in answers if answer.kind is kind]
    named = [code(one.address) + (f" ({escape(one.note, _NOTE_CHARACTERS)})" if one.note else "") for one in ours]
    more = [f"{len(named) - MOST_NAMED} more"] if len(named) > MOST_NAMED else []
    return in_words([*named[:MOST_NAMED], *more], "and")


def looked_too_early(move: Move) -> bool:
    """Whether a call without the record made AWS look for one, and that decides when it may be asked again."""
    refusal = move.refused_without_record
    looked = refusal is not None and refusal.cause is RefusalCause.RECORD_NOT_SEEN
    return looked and move.refusal is None and move.ask_not_before >= move.caches_agree_at


def wait_line(move: Move) -> str:
    """That AWS is asked only later, and why; empty where nothing speaks for that."""
    if looked_too_early(move) and move.asks_at > move.updated_at:
        return f"{LOOKED_TOO_EARLY} I do not ask it before {clock(move.asks_at)}. An approval can be given now."
    if move.caches_agree_at <= move.updated_at:
        return ""
    when = clock(move.caches_agree_at)
    if move.tried_by_hand:
        return (
            f"Somebody tried the move by hand, so AWS may remember that there was no such record. I ask it at {when}."
        )
    return f"AWS may remember the same, so I do not ask it before {when}. An approval can be given now."


def question(move: Move) -> list[Json]:
    """To the requester; nothing once it is answered, or once it makes no difference."""
    if not move.asks_about_hand_try:
        return []
    value = ButtonValue.of(move).encode()
    asked = (
        f"<@{move.requester}>, did anybody try the move by hand in the last 15 minutes? AWS would remember that the"
        " record was missing. Without an answer I go by what the resolvers say."
    )
    alias = situation.short_alias(move)
    buttons = [
        button("Yes, somebody tried", TRIED_BY_HAND, value, f"Somebody tried to move {alias} by hand"),
        button("No, nobody did", NOT_TRIED, value, f"Nobody tried to move {alias} by hand"),
    ]
    return [*section([asked]), *actions(f"tried/{value}/{round(move.updated_at * 1000)}", buttons)]
