"""Whether a distribution could take an alias, told in the order in which AWS would refuse.

Pure. The form of every finding is here too: one sentence for people, and what to do about it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bot.alias_move.evidence import Certificate, CertificateKind, Distribution, Evidence, holder_of

EXPIRES_SOON_S = 24 * 3600


class Level(Enum):
    """How much a finding weighs."""

    BLOCKS = "blocks"
    """The move can't be asked for until somebody repairs it."""
    WARNS = "warns"
    """An approver must know it."""
    NOTES = "notes"
    """Good to know."""


class FindingCode(Enum):
    """What was found; the value is a stored name and part of the digest."""

    TARGET_UNKNOWN = "target_unknown"
    TARGET_DISABLED = "target_disabled"
    TARGET_STAGING = "target_staging"
    TARGET_DEPLOYING = "target_deploying"
    TARGET_ACCOUNT_WITHOUT_MOVE_ROLE = "target_account_without_move_role"
    NO_TARGET_FITS = "no_target_fits"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_UNREADABLE = "certificate_unreadable"
    CERTIFICATE_DOES_NOT_COVER = "certificate_does_not_cover"
    CERTIFICATE_NOT_ISSUED = "certificate_not_issued"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NOT_YET_VALID = "certificate_not_yet_valid"
    CERTIFICATE_EXPIRES_SOON = "certificate_expires_soon"
    HOLDER_UNKNOWN = "holder_unknown"
    HOLDER_ELSEWHERE = "holder_elsewhere"
    HOLDER_LOOKS_LIKE_A_SERVICE = "holder_looks_like_a_service"
    HOLDER_IN_OTHER_ACCOUNT = "holder_in_other_account"
    ACCOUNT_UNREAD = "account_unread"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing people should know, with what to do about it. Plain text, to be escaped where it is shown."""

    code: FindingCode
    level: Level
    sentence: str
    remedy: str = ""


def target_of(evidence: Evidence) -> Distribution | None:
    """The distribution the alias would move to: the one asked for, else the only one that fits."""
    if evidence.wanted_target is not None:
        return next((one for one in evidence.inventory if one.id == evidence.wanted_target), None)
    fitting = [one for one in possible_targets(evidence) if not why_not(one, evidence)]
    return fitting[0] if len(fitting) == 1 else None


def possible_targets(evidence: Evidence) -> list[Distribution]:
    """Whatever can be read, but for the holder."""
    holder = holder_of(evidence)
    return [one for one in evidence.inventory if holder is None or one.id.text != holder.distribution_id]


def why_not(distribution: Distribution, evidence: Evidence) -> str:
    """Why this distribution can't be the target, as a short sentence; empty when it can."""
    return next((f.sentence for f in target_findings(distribution, evidence) if f.level is Level.BLOCKS), "")


def target_findings(target: Distribution, evidence: Evidence) -> Iterator[Finding]:
    """In the order in which AWS would refuse."""
    if not target.enabled:
        yield Finding(
            FindingCode.TARGET_DISABLED,
            Level.BLOCKS,
            f"{target.label} is disabled: the name would stop working the moment it got there.",
            f"Enable {target.id}.",
        )
    if target.staging:
        yield Finding(
            FindingCode.TARGET_STAGING,
            Level.BLOCKS,
            f"{target.label} is a staging distribution, which can't hold names of its own.",
            "Choose its primary distribution.",
        )
    yield from _certificate_findings(target, evidence)
    account = evidence.account(target.account)
    if not account.can_take:
        yield Finding(
            FindingCode.TARGET_ACCOUNT_WITHOUT_MOVE_ROLE,
            Level.BLOCKS,
            f"I have no role with which to move a name to a distribution of {account.label}.",
            "The operator adds a role of that account to AWS_MOVE_ROLE_ARNS.",
        )
    if not target.deployed:
        yield Finding(
            FindingCode.TARGET_DEPLOYING,
            Level.NOTES,
            f"{target.label} is still deploying. CloudFront applies changes in order, so this can go ahead.",
        )


def _certificate_findings(target: Distribution, evidence: Evidence) -> Iterator[Finding]:
    alias, certificate, now = evidence.alias, target.certificate, evidence.looked_at
    request = (
        f"In us-east-1 request a certificate for {alias}, attach it to {target.id}, and do not add the name there:"
        f" aws acm request-certificate --region us-east-1 --domain-name '{alias}' --validation-method DNS"
    )
    if certificate is None:
        yield Finding(
            FindingCode.CERTIFICATE_MISSING,
            Level.BLOCKS,
            f"{target.label} has only CloudFront's own certificate, which covers no name of yours.",
            request,
        )
    elif certificate.unreadable or certificate.kind is CertificateKind.IAM:
        yield Finding(
            FindingCode.CERTIFICATE_UNREADABLE,
            Level.WARNS if certificate.kind is CertificateKind.IAM else Level.BLOCKS,
            f"I could not read the certificate of {target.label}: "
            + (certificate.unreadable or "it is an IAM server certificate.").strip(),
            f"See for yourself that it covers {alias}."
            if certificate.kind is CertificateKind.IAM
            else "Allow acm:DescribeCertificate on it to the bot's worker.",
        )
    elif not certificate.covers(alias):
        yield Finding(
            FindingCode.CERTIFICATE_DOES_NOT_COVER,
            Level.BLOCKS,
            f"The certificate of {target.label} covers {_listed(certificate.names)}, not {alias}.",
            request,
        )
    else:
        yield from _validity(target, certificate, now, request)


def _validity(target: Distribution, certificate: Certificate, now: float, request: str) -> Iterator[Finding]:
    if certificate.not_after is not None and certificate.not_after <= now:
        code, sentence = FindingCode.CERTIFICATE_EXPIRED, "is past its end date"
    elif certificate.status != "ISSUED":
        code, sentence = FindingCode.CERTIFICATE_NOT_ISSUED, f"is {certificate.status}, not ISSUED"
    elif certificate.not_before is not None and certificate.not_before > now:
        code, sentence = FindingCode.CERTIFICATE_NOT_YET_VALID, "is not valid yet"
    elif certificate.not_after is not None and certificate.not_after < now + EXPIRES_SOON_S:
        yield Finding(
            FindingCode.CERTIFICATE_EXPIRES_SOON,
            Level.WARNS,
            f"The certificate of {target.label} expires within 24 hours.",
            "Renew it first.",
        )
        return
    else:
        return
    yield Finding(code, Level.BLOCKS, f"The certificate of {target.label} {sentence}.", request)


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:3]) or "no name"
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"  # noqa: PLR2004 - fits a line
