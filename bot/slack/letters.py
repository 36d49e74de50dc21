"""Texts for people outside: to the owner of a distribution that nobody here can read, and to AWS Support.

Pure, plain text to be copied; the bot sends nothing anywhere. Holds only what the card shows as well.
"""

from datetime import UTC, datetime

from bot.alias_move.findings import Holder, Plan
from bot.alias_move.move import Move, MoveState
from bot.alias_move.services import service_of
from bot.slack.blocks import Json, modal, preformatted_lines, section
from bot.slack.text import code, escape

_STATES = frozenset({MoveState.BLOCKED, MoveState.AWAITING_TXT, MoveState.AWAITING_APPROVAL})

NO_LETTERS = "There are no texts to send for this move now: the card shows how it stands."


def has_letters(move: Move) -> bool:
    """Whether somebody else's distribution is in the way, and it is known what it should give the alias to."""
    plan = move.plan
    return move.state in _STATES and plan is not None and plan.target is not None and _is_foreign(plan.holder)


def _is_foreign(holder: Holder | None) -> bool:
    return holder is not None and not holder.is_ours


def mail_to_owner(move: Move) -> list[str]:
    """The lines of a mail that asks to give the alias free."""
    alias = move.alias.text
    return [
        f"Subject: Please let go of {alias} in CloudFront",
        "",
        "Hello,",
        "",
        f"{alias} is an alternate domain name (CNAME) of a CloudFront distribution of yours:",
        f"distribution {_held_by(move)}. AWS shows us no more of it than that.",
        "",
        f"We run the DNS of {alias}, and want to serve it from our own distribution, {_target(move)}.",
        "",
        "Please do one of these, and tell us the time beforehand:",
        "1. Disable that distribution, and wait until it is deployed. We can then take the name over ourselves.",
        "   This stops every other name of that distribution too.",
        f"2. Or remove {alias} from its alternate domain names. Until we have added it, visitors get errors.",
        "",
        "Please don't delete anything before we have spoken: visitors may still be served by it.",
        "",
        "Thank you",
    ]


def support_case(move: Move) -> list[str]:
    """The lines of a case for AWS Support."""
    alias, plan = move.alias.text, move.plan
    return [
        f"Subject: Please move the alternate domain name {alias} to our CloudFront distribution",
        "",
        "Service: CloudFront",
        f"Alternate domain name: {alias}",
        f"Target distribution: {_target(move)}",
        f"Target account: {plan.target_account if plan else 'unknown'}",
        f"Held by, as ListConflictingAliases shows it: distribution {_held_by(move)}",
        _record_line(move),
        "",
        "Why we can't do it ourselves:",
        "- AssociateAlias moves a name between accounts only while the source distribution is disabled.",
        "- The source is in an account that we have no access to, so we can neither disable it nor take the name off.",
        *_refusal_lines(move),
        "",
        f"Please associate {alias} with the target distribution, and tell us the time beforehand: DNS has to be",
        "changed at once when it has happened.",
    ]


def letters_modal(move: Move) -> Json:
    """Both texts, to be read and copied."""
    holder = move.plan.holder if move.plan else None
    service = service_of(holder.account) if holder else None
    blocks = [
        *section(
            [
                f"I send nothing. Copy what you need for {code(move.alias.text)}.",
                f"That account {escape(service.seeming)}: what to do there stands on the card." if service else "",
                "*To its owner.* Quicker than AWS Support, if you can find out who it is.",
            ]
        ),
        preformatted_lines(mail_to_owner(move)),
        *section(
            [
                (
                    "*To AWS Support*, from the account of the target. They look for the TXT record first, so create it"
                    " before you send this. Technical cases need a paid support plan."
                )
            ]
        ),
        preformatted_lines(support_case(move)),
    ]
    return modal("Texts to send", blocks, close="Close")


def _held_by(move: Move) -> str:
    holder = move.plan.holder if move.plan else None
    return f"{holder.distribution_id} in AWS account {holder.account}" if holder else "unknown"


def _target(move: Move) -> str:
    plan: Plan | None = move.plan
    if plan is None or plan.target is None:
        return "unknown"
    return f"{plan.target} ({plan.target_domain_name})"


def _record_line(move: Move) -> str:
    record = move.plan.record if move.plan else None
    if record is None:
        return "TXT record: none needed"
    sighting = move.sighting
    seen = (
        f"seen on {sighting.seen_on} of {len(sighting.answers)} authoritative servers"
        if sighting is not None and sighting.record == record
        else "not looked up yet"
    )
    return f'TXT record: {record.name} TXT "{record.value}", {seen}'


def _refusal_lines(move: Move) -> list[str]:
    if move.refusal is None:
        return []
    refusal, when = move.refusal, datetime.fromtimestamp(move.refusal.at, UTC)
    return [
        f"- AWS answered our call with {refusal.code}: {refusal.text}",
        f"  (request id {refusal.request_id}, {when:%Y-%m-%d %H:%M:%S} UTC)",
    ]
