"""Whether a distribution could take an alias, told in the order in which AWS would refuse.

Pure. The form of every finding is here too: one sentence for people, and what to do about it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bot.alias_move.evidence import Authority, Certificate, CertificateKind, Distribution, Evidence, holder_of

EXPIRES_SOON_S = 24 * 3600
ALIASES_PER_DISTRIBUTION = 100
"""The default of a quota that AWS raises on request."""
CERTIFICATE_REGION = "us-east-1"
"""The only one from which CloudFront takes certificates of ACM."""
_SMALLEST_RSA, _LARGEST_RSA = 1024, 4096
_CURVE = "EC_prime256v1"


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
    TARGET_MULTI_TENANT = "target_multi_tenant"
    TARGET_STAGING = "target_staging"
    TARGET_FULL = "target_full"
    TARGET_DEPLOYING = "target_deploying"
    TARGET_ACCOUNT_WITHOUT_MOVE_ROLE = "target_account_without_move_role"
    NO_TARGET_FITS = "no_target_fits"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_IN_OTHER_REGION = "certificate_in_other_region"
    CERTIFICATE_UNREADABLE = "certificate_unreadable"
    CERTIFICATE_DOES_NOT_COVER = "certificate_does_not_cover"
    CERTIFICATE_NOT_ISSUED = "certificate_not_issued"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NOT_YET_VALID = "certificate_not_yet_valid"
    CERTIFICATE_EXPIRES_SOON = "certificate_expires_soon"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    CERTIFICATE_KEY = "certificate_key"
    HOLDER_UNKNOWN = "holder_unknown"
    HOLDER_ELSEWHERE = "holder_elsewhere"
    HOLDER_LOOKS_LIKE_A_SERVICE = "holder_looks_like_a_service"
    HOLDER_IS_A_SERVICE = "holder_is_a_service"
    HOLDER_IN_OTHER_ACCOUNT = "holder_in_other_account"
    SOURCE_STILL_DISABLING = "source_still_disabling"
    ACCOUNT_UNREAD = "account_unread"
    PERMISSION_MISSING = "permission_missing"
    OVERLAP = "overlap"
    DNS_POINTS_ELSEWHERE = "dns_points_elsewhere"
    NEXT_STEP = "next_step"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing people should know, with what to do about it. Plain text, to be escaped where it is shown."""

    code: FindingCode
    level: Level
    sentence: str
    remedy: str = ""
    to_copy: str = ""
    """What the remedy ends with, to be shown exactly as it is."""


def target_of(evidence: Evidence) -> Distribution | None:
    """The distribution the alias would move to: the one asked for, else the only one that fits."""
    if evidence.wanted_target is not None:
        return next((one for one in evidence.inventory if one.id == evidence.wanted_target), None)
    fitting = [one for one in possible_targets(evidence) if not why_not(one, evidence)]
    return fitting[0] if len(fitting) == 1 else None


def possible_targets(evidence: Evidence) -> list[Distribution]:
    """Whatever can be read, but for the holder, and for tenants, which are somebody's site and have to be named."""
    holder = holder_of(evidence)
    distributions = [one for one in evidence.inventory if one.tenant_of is None]
    return [one for one in distributions if holder is None or one.id.text != holder.distribution_id]


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
    if target.is_multi_tenant:
        yield Finding(
            FindingCode.TARGET_MULTI_TENANT,
            Level.BLOCKS,
            f"{target.label} is a multi-tenant distribution: its tenants hold names, and it can hold none itself.",
            "Ask for one of its tenants, or choose another distribution.",
        )
        return
    if target.staging:
        yield Finding(
            FindingCode.TARGET_STAGING,
            Level.BLOCKS,
            f"{target.label} is a staging distribution, which can't hold names of its own.",
            "Choose its primary distribution.",
        )
    yield from _quota(target, evidence)
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


def _quota(target: Distribution, evidence: Evidence) -> Iterator[Finding]:
    """Only a warning: how far the quota was raised can't be seen here."""
    others = evidence.other_moves_to_target
    together = len(target.aliases) + others + 1
    if together <= ALIASES_PER_DISTRIBUTION:
        return
    moves = {0: "", 1: ", and another open move goes there"}.get(others, f", and {others} other open moves go there")
    yield Finding(
        FindingCode.TARGET_FULL,
        Level.WARNS,
        f"{target.label} has {_names(len(target.aliases))}{moves}: with this one that makes {together}. AWS allows"
        f" {ALIASES_PER_DISTRIBUTION} for one distribution; whether that was raised for you I can't see.",
        "Look in Service Quotas: CloudFront, L-AAD4943E. If it is full, AWS refuses, and nothing changes: take a name"
        " off it, or ask for more there.",
    )


def _names(count: int) -> str:
    return "1 name" if count == 1 else f"{count} names"


def _certificate_findings(target: Distribution, evidence: Evidence) -> Iterator[Finding]:
    """All that is wrong with it: whoever requests another one wants to do that once."""
    alias, certificate = evidence.alias, target.certificate
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
    elif certificate.region not in {"", CERTIFICATE_REGION}:
        yield Finding(
            FindingCode.CERTIFICATE_IN_OTHER_REGION,
            Level.BLOCKS,
            f"The certificate of {target.label} is in {certificate.region}. CloudFront takes those of us-east-1 alone.",
            request,
        )
    elif certificate.unreadable:
        yield _unreadable(target, certificate, evidence)
    else:
        yield from _flaws(target, certificate, evidence, request)


def _unreadable(target: Distribution, certificate: Certificate, evidence: Evidence) -> Finding:
    is_of_iam, denied = certificate.kind is CertificateKind.IAM, certificate.denied
    remedy = f"Repair what AWS names, or attach another one to {target.id}."
    if denied is not None:
        remedy = allow(evidence, target.account)
    elif is_of_iam:
        remedy = f"See for yourself that it covers {evidence.alias}."
    return Finding(
        FindingCode.CERTIFICATE_UNREADABLE,
        Level.WARNS if is_of_iam else Level.BLOCKS,
        f"I could not read the certificate of {target.label}: {certificate.unreadable}",
        remedy,
        f"{denied.action} on {denied.resource}" if denied is not None else "",
    )


def allow(evidence: Evidence, account_id: str) -> str:
    """The remedy for a missing permission; the permission itself is what to copy."""
    return f"Allow this to the credentials that look into {evidence.account(account_id).label}:"


def _flaws(target: Distribution, certificate: Certificate, evidence: Evidence, request: str) -> Iterator[Finding]:
    if not certificate.covers(evidence.alias):
        yield Finding(
            FindingCode.CERTIFICATE_DOES_NOT_COVER,
            Level.BLOCKS,
            f"The certificate of {target.label} covers {_listed(certificate.names)}, not {evidence.alias}.",
            request,
        )
    yield from _validity(target, certificate, evidence.looked_at, request)
    if certificate.authority is not Authority.OTHER:
        signed = "by itself alone" if certificate.authority is Authority.ITSELF else "by a private authority"
        yield Finding(
            FindingCode.CERTIFICATE_UNTRUSTED,
            Level.BLOCKS,
            f"The certificate of {target.label} is signed {signed}. CloudFront takes only what browsers trust.",
            request,
        )
    if certificate.key and not _is_taken(certificate.key):
        yield Finding(
            FindingCode.CERTIFICATE_KEY,
            Level.BLOCKS,
            f"The key of {target.label}'s certificate is {certificate.key}. CloudFront takes RSA keys of"
            f" {_SMALLEST_RSA} to {_LARGEST_RSA} bits, and of elliptic curves prime256v1 alone. Its own words for"
            " this mislead: they say that the certificate doesn't exist, or isn't valid.",
            request,
        )


def _is_taken(key: str) -> bool:
    kind, _, size = key.partition("_")
    if kind == "RSA" and size.isdecimal():
        return _SMALLEST_RSA <= int(size) <= _LARGEST_RSA
    return key == _CURVE


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
