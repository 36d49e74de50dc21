"""Texts for people outside: to the owner of a distribution that nobody here can read, and to AWS Support.

Pure, plain text to be copied; the bot sends nothing anywhere. The steps that people do by hand are in `steps`.
"""

from datetime import UTC, datetime

from bot.alias_move.findings import Holder, Plan
from bot.alias_move.move import Move, MoveState
from bot.alias_move.services import service_of
from bot.alias_move.ways import Way
from bot.slack.blocks import Json, modal, preformatted_lines, section
from bot.slack.text import code, escape

_STATES = frozenset({MoveState.BLOCKED, MoveState.AWAITING_TXT, MoveState.AWAITING_APPROVAL})

NO_LETTERS = "There are no texts to send for this move now: the card shows how it stands."


def has_letters(move: Move) -> bool:
    """Whether somebody outside may have to act, and it is known what the alias should go to."""
    plan = move.plan
    outside = plan is not None and (_is_foreign(plan.holder) or _needs_support(move))
    return move.state in _STATES and plan is not None and plan.target is not None and outside


def _is_foreign(holder: Holder | None) -> bool:
    return holder is not None and not holder.is_ours


def _needs_support(move: Move) -> bool:
    """Whether a source of our own has no way but that, where it must stay up."""
    return move.inspection is not None and move.inspection.way is Way.DISABLE_OR_SUPPORT


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
        "With the AWS CLI and jq, in the account of that distribution:",
        *_commands(alias),
        "",
        "Please don't delete anything before we have spoken: visitors may still be served by it.",
        "",
        "Thank you",
    ]


def _commands(alias: str) -> list[str]:
    """Step by step, to be pasted; UpdateDistribution wants everything back, and the ETag of what was read."""
    listing = f"DistributionList.Items[?contains(to_string(Aliases.Items), '{alias}')].[Id,Enabled]"
    without = f'.Aliases.Items -= ["{alias}"] | .Aliases.Quantity = (.Aliases.Items | length)'
    sending = '--if-match "$(jq -r .ETag now.json)" --distribution-config file://wanted.json'
    return [
        "# Its id, and whether it is enabled:",
        f'aws cloudfront list-distributions --output text --query "{listing}"',
        "ID=the-id-that-this-shows",
        'aws cloudfront get-distribution-config --id "$ID" > now.json',
        "# 1. To disable it:",
        "jq '.DistributionConfig | .Enabled = false' now.json > wanted.json",
        "# 2. Or, to remove the name alone:",
        f"jq '.DistributionConfig | {without}' now.json > wanted.json",
        "# Either way:",
        f'aws cloudfront update-distribution --id "$ID" {sending}',
        'aws cloudfront wait distribution-deployed --id "$ID"',
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
        f"Held by, as CloudFront shows it to us, half of it hidden: distribution {_held_by(move)}",
        _record_line(move),
        "",
        "Why we can't do it ourselves:",
        "- AssociateAlias moves a name between accounts only while the source distribution is disabled.",
        *_why_not_ourselves(move),
        *_refusal_lines(move),
        "",
        f"Please associate {alias} with the target distribution, and tell us the time beforehand: DNS has to be",
        "changed at once when it has happened.",
    ]


def letters_modal(move: Move) -> Json:
    """Both texts, to be read and copied."""
    blocks = [
        *section([f"I send nothing. Copy what you need for {code(move.alias.text)}."]),
        *([] if _needs_support(move) else _to_owner(move)),
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


def _to_owner(move: Move) -> list[Json]:
    holder = move.plan.holder if move.plan else None
    service = service_of(holder.account) if holder else None
    return [
        *section(
            [
                f"That account {escape(service.seeming)}: what to do there stands on the card." if service else "",
                "*To its owner.* Quicker than AWS Support, if you can find out who it is.",
            ]
        ),
        preformatted_lines(mail_to_owner(move)),
    ]


def _why_not_ourselves(move: Move) -> list[str]:
    if _needs_support(move):
        return [
            "- The source is ours, but has to go on serving, so we can't disable it.",
            "- No wildcard name can stand in for this one meanwhile.",
        ]
    no_access = (
        "- The source is in an account that we have no access to: we can neither disable it, nor take the name off it,"
    )
    return [no_access, "  nor see whether it is disabled.", *_service_lines(move), *_word_lines(move)]


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
        f"seen on {sighting.seen_on} of {len(sighting.answers)} authoritative servers{_looked(move)}"
        if sighting is not None and sighting.record == record
        else "not looked up yet"
    )
    return f'TXT record: {record.name} TXT "{record.value}", {seen}'


def _looked(move: Move) -> str:
    return f" ({_utc(move.inspection.looked_at)})" if move.inspection else ""


def _service_lines(move: Move) -> list[str]:
    told = move.inspection.services if move.inspection else None
    if told is not None and told.found is not None and move.plan and told.holder == move.plan.holder:
        owner = f" ({told.found.owner})" if told.found.owner else ""
        return [f"- It belongs to {told.found.service.value}{owner}, so only the service can change that distribution."]
    service = service_of(move.plan.holder.account) if move.plan and move.plan.holder else None
    if service is None:
        return []
    return [f"- That account {service.seeming}: then only the service can change the distribution, not its customer."]


def _word_lines(move: Move) -> list[str]:
    if move.owner_word is None:
        return []
    return [f"- Its owner has told us that it is disabled ({_utc(move.owner_word.at)})."]


def _refusal_lines(move: Move) -> list[str]:
    if move.refusal is None:
        return []
    refusal = move.refusal
    return [
        f"- AWS answered our call with {refusal.code}: {refusal.text}",
        f"  (request id {refusal.request_id}, {_utc(refusal.at)})",
    ]


def _utc(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
