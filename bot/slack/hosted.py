"""What people read about a record that the bot creates in Route 53: the offer, its state, how to take it away again.

Pure. Must never say that nothing has changed while the record is there, or that it is there while nobody knows. Whoever
searches for "moved" means the alias, so that no record is said to be "removed" here.
"""

from bot.alias_move.approval import Rules
from bot.alias_move.hosting import HostedTxt, RecordPhase, ZoneRecord
from bot.alias_move.move import Move, Notice, NoticeKind, RefusalCause
from bot.alias_move.zone_record import to_create, to_remove
from bot.slack.blocks import Json, preformatted, section
from bot.slack.text import called, clock, code, escape, person, plain

_WHY_CHARACTERS = 500
_REFUSAL_CHARACTERS = 1000


def state_line(move: Move) -> str:
    """What has become of the record, as far as anybody knows; empty: this move has created none."""
    known = move.zone_record
    if known is None:
        return ""
    what, approved = _named(known), f"as {person(known.approved_by)} approved at {clock(known.approved_at)}"
    match known.phase:
        case RecordPhase.CREATING:
            return f"{what} is being created, {approved}. {_asking(known)}".rstrip()
        case RecordPhase.NOT_CREATED:
            return ""
        case RecordPhase.CREATED:
            return f"I created {what}, {approved}."
        case RecordPhase.UNKNOWN:
            return (
                f"Whether {what} was created is not known. Route 53 was asked at {_asked_at(known)}, {approved}, and I"
                " could not see what came of it. Look at it in Route 53."
            )
        case RecordPhase.REMOVING:
            return f"{what} is being taken away, as {person(known.removed_by)} asked. {_asking(known)}".rstrip()
        case RecordPhase.REMOVED:
            return f"I had created {what}, and took it away again at {clock(known.since)}."


def _named(known: ZoneRecord) -> str:
    return f"the TXT record {code(known.hosted.record.name)} in the hosted zone {code(known.hosted.zone_id)}"


def _asked_at(known: ZoneRecord) -> str:
    return clock(known.since if known.sent_at is None else known.sent_at)


def _asking(known: ZoneRecord) -> str:
    if known.why:
        return f"{escape(known.why, _WHY_CHARACTERS)} Trying again."
    if known.change_id:
        return "Route 53 has taken it, and is bringing it to its servers."
    return "" if known.sent_at is None else f"Route 53 was asked at {_asked_at(known)}."


# On the card


def while_missing(move: Move, rules: Rules) -> list[Json]:
    """What can be done about the record here, or why that failed when it was last tried."""
    hosted = to_create(move, rules)
    offer = f"*Or here*  An approver can have it created in {_where(hosted)}, with the button." if hosted else ""
    return [*section([_capital(state_line(move))]), *_failure(move), *section([offer])]


def _where(hosted: HostedTxt) -> str:
    account = f" of account {code(hosted.account)}" if hosted.account else ""
    return f"the hosted zone {code(hosted.zone_id)}{account}"


def when_over(move: Move) -> list[Json]:
    """What is left to do about the record."""
    known = to_remove(move)
    to_do = "An approver can remove it with the button; other values at that name are kept." if known else ""
    return [*section([_capital(state_line(move))]), *_failure(move), *section([to_do])]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _failure(move: Move) -> list[Json]:
    known, refusal = move.zone_record, move.record_refusal
    if known is None or known.is_under_way:
        return []
    if refusal is not None:
        request_id = f" AWS request id {code(refusal.request_id)}, {clock(refusal.at)}." if refusal.request_id else ""
        return [
            *section([f"AWS said no when I asked to {_attempted(known)}. {_unchanged(known)}{request_id}"]),
            preformatted(plain(f"{refusal.code}: {refusal.text}", _REFUSAL_CHARACTERS)),
            *section([f"*To do*  {_remedy(refusal.cause)} Then press the button again."]),
        ]
    if known.why:
        return section([f"I could not {_attempted(known)}. {escape(known.why, _WHY_CHARACTERS)} {_unchanged(known)}"])
    return []


def _remedy(cause: RefusalCause) -> str:
    if cause is RefusalCause.ACCESS_DENIED:
        return (
            "Allow the bot what is named here: `ROUTE53_RECORDS=true python -m bot iam` prints the policies. Or create"
            " the record by hand."
        )
    return "Repair in the zone what is named here, or change the record by hand."


def _attempted(known: ZoneRecord) -> str:
    return f"{'create' if known.removed_by is None else 'remove'} {_named(known)}"


def _unchanged(known: ZoneRecord) -> str:
    if known.phase is RecordPhase.UNKNOWN:
        return "Whether it was created is not known."
    return "Nothing has changed by that: the zone is as it was."


# In the thread


def told(move: Move, about: Notice) -> tuple[list[str], list[Json]]:
    """The three messages about the record."""
    known = move.zone_record
    if known is None:
        return [f"{person(move.requester)} the card says how the record for {code(move.alias.text)} stands."], []
    whom = called(move.requester, about.by)
    match about.kind:
        case NoticeKind.RECORD_CREATED:
            kept = "The other values at that name are kept. " if known.hosted.others else ""
            return [
                f"{whom} {_named(known)} is created, and all of Route 53's servers have it.",
                f"{kept}This was no approval of the move. When all is over the card offers to remove it.",
            ], []
        case NoticeKind.RECORD_REMOVED:
            return [
                f"{whom} {_named(known)} is taken away again; it was created for {code(move.alias.text)}.",
                "Other values at that name, if there are any, are kept.",
            ], []
        case _:
            whom = called(move.requester, known.removed_by or known.approved_by)
            return [f"{whom} I could not {_attempted(known)}, for {code(move.alias.text)}."], _failure(move)
