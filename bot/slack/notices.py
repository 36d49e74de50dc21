"""Messages in a card's thread: what must be noticed, mentioning whom it concerns.

Pure. A notice may be posted late, when the move has gone on already; so it says nothing of what comes next that the
move as it is now does not bear out.
"""

from bot.alias_move.approval import Rules
from bot.alias_move.move import Move, MoveState, Notice, NoticeKind, Obstacle
from bot.slack import hosted, record, refusals, situation, source
from bot.slack.blocks import Json, Message, preformatted, section
from bot.slack.endings import by_others_line, own_name
from bot.slack.mistakes import described
from bot.slack.text import called, clock, code, escape, person, plain

_REASON_CHARACTERS = 500
_REFUSAL_CHARACTERS = 1000


def notice(move: Move, about: Notice, rules: Rules) -> Message:
    """One message in the thread."""
    lines, more = _told(move, about, rules)
    shown = section(lines)
    return Message(text=shown[0]["text"]["text"], blocks=[*shown, *more])


def _told(move: Move, about: Notice, rules: Rules) -> tuple[list[str], list[Json]]:
    match about.kind:
        case NoticeKind.DNS_VERIFIED:
            return _dns_verified(move, rules), []
        case NoticeKind.MISTAKE:
            return _mistake(move, about)
        case NoticeKind.APPROVAL_NEEDED:
            return _approval_needed(move, rules), []
        case NoticeKind.APPROVAL_VOID:
            return _approval_void(move, rules), []
        case NoticeKind.RECORD_LOST:
            return _record_lost(move, about, rules), []
        case NoticeKind.REFUSED:
            return _refused(move, about, rules)
        case NoticeKind.NOT_PROVED:
            return _not_proved(move, rules), []
        case NoticeKind.MOVED:
            return _moved(move), []
        case NoticeKind.MOVED_BY_OTHERS:
            return _moved_by_others(move), []
        case NoticeKind.REJECTED:
            return _rejected(move, about), []
        case NoticeKind.CANCELLED:
            return _cancelled(move, about), []
        case NoticeKind.EXPIRED:
            return _expired(move, rules), []
        case (
            NoticeKind.SOURCE_DISABLING
            | NoticeKind.SOURCE_DISABLED
            | NoticeKind.SOURCE_ENABLED
            | NoticeKind.SOURCE_REFUSED
        ):
            return source.told(move, about)
        case NoticeKind.RECORD_CREATED | NoticeKind.RECORD_REMOVED | NoticeKind.RECORD_REFUSED:
            return hosted.told(move, about)


def _involved(move: Move, rules: Rules) -> str:
    return called(move.requester, *rules.approvers)


def _alias(move: Move) -> str:
    return code(move.alias.text)


def _dns_verified(move: Move, rules: Rules) -> list[str]:
    return [
        f"{called(move.requester)} DNS verified: the TXT record for {_alias(move)} is live."
        f" {record.seen_line(move.sighting)}".rstrip(),
        *_ready(move, rules),
    ]


def _mistake(move: Move, about: Notice) -> tuple[list[str], list[Json]]:
    is_waited_for = move.state in {MoveState.AWAITING_TXT, MoveState.BLOCKED}
    watching = "The card has the record as it should be; I keep watching." if is_waited_for else ""
    return [
        f"{called(move.requester)} the TXT record for {_alias(move)} was not right at {clock(about.at)}. {watching}"
    ], [block for one in about.mistakes for block in described(one)]


def _approval_needed(move: Move, rules: Rules) -> list[str]:
    if move.state is MoveState.AWAITING_APPROVAL:
        return _ready(move, rules)
    whom = called(*rules.approvers)
    return [f"{whom} an approval was asked for {_alias(move)}; the card says how it stands now.".lstrip()]


def _ready(move: Move, rules: Rules) -> list[str]:
    """The request to the approvers, while there is one."""
    if move.state is not MoveState.AWAITING_APPROVAL:
        return []
    target = escape(situation.target_name(move))
    return [
        f"Moving {_alias(move)} to {target} is ready for approval: the buttons are on the card.",
        situation.may_approve(move, rules),
        situation.unchanged(move),
    ]


def _approval_void(move: Move, rules: Rules) -> list[str]:
    return [
        f"{_involved(move, rules)} the approval for {_alias(move)} no longer counts: {_why_void(move)}",
        (
            f"{situation.unchanged(move) if situation.is_in_doubt(move) else 'The alias is where it was.'}"
            " The card shows how it stands now."
        ),
    ]


def _why_void(move: Move) -> str:
    match move.state:
        case MoveState.AWAITING_TXT:
            return "the TXT record is no longer on all servers of its zone."
        case MoveState.BLOCKED if move.obstacle is not None:
            trouble = escape(move.look_trouble, _REASON_CHARACTERS)
            return f"I can't look any more, so I can't tell whether it still fits. {trouble}".rstrip()
        case _:
            return "something has changed since it was given."


def _record_lost(move: Move, about: Notice, rules: Rules) -> list[str]:
    whom = _involved(move, rules)
    line = situation.lost_line(move)
    if not line:
        return [
            f"{whom} the TXT record for {_alias(move)} was not verified at {clock(about.at)} any more.",
            "The card says how it stands now.",
        ]
    to_do = "*To do*  Create it again, as the card shows it. I notice it by myself, and ask for an approval again."
    return [
        f"{whom} {_alias(move)}: {line} {record.seen_line(move.sighting)}".rstrip(),
        f"No approval counts without it. {situation.unchanged(move)}",
        to_do if move.state is MoveState.AWAITING_TXT else "",
    ]


def _refused(move: Move, about: Notice, rules: Rules) -> tuple[list[str], list[Json]]:
    lines = [
        f"{_involved(move, rules)} AWS said no to {_alias(move)}. {situation.unchanged(move)}",
        situation.request_id_line(move),
    ]
    words = situation.refusal_text(move) or plain(about.words, _REFUSAL_CHARACTERS)
    if move.obstacle is Obstacle.REFUSED:
        to_do = refusals.explained(move)
    else:
        falls_back = " It goes with the record instead." if move.refused_without_record else ""
        to_do = [f"The card says how it stands now; another try needs a new approval.{falls_back}"]
    return lines, [*([preformatted(words)] if words else []), *section(to_do)]


def _not_proved(move: Move, rules: Rules) -> list[str]:
    return [
        f"{_involved(move, rules)} AWS was asked for {_alias(move)}, and I could not prove the result.",
        "Please look in CloudFront now which distribution lists it, and whether visitors get answers.",
        situation.trouble_line(move),
    ]


def _moved(move: Move) -> list[str]:
    return [
        (
            f"{called(move.requester, *(vote.by for vote in move.votes))} {_alias(move)} has *moved* to"
            f" {escape(situation.target_name(move))}, read back at {clock(move.state_since)}."
        ),
        f"Point DNS at {own_name(move)} at once: A, AAAA and HTTPS, or the CNAME. The card lists the rest.",
        situation.spreading(move),
    ]


def _moved_by_others(move: Move) -> list[str]:
    return [
        f"{called(move.requester)} {by_others_line(move)}",
        f"Point it at {own_name(move)}: A, AAAA and HTTPS, or the CNAME. Until then visitors may get errors.",
    ]


def _rejected(move: Move, about: Notice) -> list[str]:
    reason = f": “{escape(about.words, _REASON_CHARACTERS)}”" if about.words else "."
    return [
        f"{called(move.requester)} moving {_alias(move)} was *rejected* by {person(about.by)}{reason}",
        situation.unchanged(move),
    ]


def _cancelled(move: Move, about: Notice) -> list[str]:
    who = f" by {person(about.by)}" if about.by else ""
    return [
        f"{called(move.requester, *(vote.by for vote in move.votes))} moving {_alias(move)} was *cancelled*{who}.",
        situation.unchanged(move),
    ]


def _expired(move: Move, rules: Rules) -> list[str]:
    waited_for_approval = move.state_since < move.expires_at
    whom = called(move.requester, *(rules.approvers if waited_for_approval else ()))
    why = "nobody approved it in time" if waited_for_approval else "nobody finished it in time"
    return [f"{whom} moving {_alias(move)} has *expired*: {why}.", situation.unchanged(move)]
