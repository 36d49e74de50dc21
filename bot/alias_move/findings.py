"""From evidence to an inspection: what is true about an alias, what stands in the way, and the plan to approve.

Pure: evidence goes in, `inspect()` gives findings for people and the plan. The plan's digest is what an approval is
for, so nothing may enter the plan that changes by itself (ETags, deployment status, other aliases, dates, latencies).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import Enum

from bot.alias_move.names import (
    AccountId,
    AliasName,
    DistributionId,
    RegistrableName,
    TxtRecord,
    certificate_name_covers,
)
from bot.alias_move.sightings import TxtSighting

EXPIRES_SOON_S = 24 * 3600
MOST_CANDIDATES = 100
"""As many as a Slack select menu holds."""
DIGEST_CHARACTERS = 16


class CertificateKind(Enum):
    """Where the viewer certificate of a distribution comes from."""

    ACM = "acm"
    IAM = "iam"
    """An IAM server certificate: its names can't be read by id."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate attached to a distribution. Source: ACM DescribeCertificate."""

    reference: str
    """ARN, or the id of an IAM certificate."""
    kind: CertificateKind
    names: tuple[str, ...] = ()
    """Subject alternative names."""
    status: str = ""
    """ACM's word: `ISSUED`, `PENDING_VALIDATION`, `EXPIRED` …"""
    not_before: float | None = None
    """Unix seconds."""
    not_after: float | None = None
    """Unix seconds."""
    unreadable: str = ""
    """Why it could not be read (a permission, a region), in AWS's words; empty when it was read."""

    def covers(self, alias: AliasName) -> bool:
        """Whether one of its names covers the alias."""
        return any(certificate_name_covers(name, alias) for name in self.names)


@dataclass(frozen=True, slots=True)
class Distribution:
    """What the bot knows of one distribution of an account it can read. Origin custom headers are never in here."""

    id: DistributionId
    account: AccountId
    domain_name: str
    """Its own name: `d111111abcdef8.cloudfront.net`."""
    aliases: tuple[str, ...]
    enabled: bool
    deployed: bool
    staging: bool
    certificate: Certificate | None
    """None: CloudFront's own certificate, which covers no alias."""
    origins: tuple[str, ...] = ()
    """Names of the origins."""
    comment: str = ""
    """Text of whoever made it: for reading only, to be escaped."""

    @property
    def label(self) -> str:
        """How people call it: `green (E2GREEN4CLDFRNT)`, or the id alone."""
        return f"{self.comment} ({self.id})" if self.comment else str(self.id)


@dataclass(frozen=True, slots=True)
class ConflictingAlias:
    """One row of ListConflictingAliases; ids masked by AWS (`*******EXAMPLE`, `******112233`)."""

    alias: str
    distribution_id: str
    account: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything one look brought back. Nothing in it has been judged yet."""

    alias: AliasName
    looked_at: float
    """Unix seconds."""
    wanted_target: DistributionId | None
    inventory: tuple[Distribution, ...]
    conflicts: tuple[ConflictingAlias, ...] | None
    """None: CloudFront could not be asked, since no own distribution's certificate covers the alias."""
    sighting: TxtSighting | None = None


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
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing people should know, with what to do about it. Plain text, to be escaped where it is shown."""

    code: FindingCode
    level: Level
    sentence: str
    remedy: str = ""


class Operation(Enum):
    """The AWS call that moves the alias."""

    ASSOCIATE_ALIAS = "AssociateAlias"

    @property
    def requires_record(self) -> bool:
        """Whether AWS wants the TXT record. AssociateAlias: reported even where the guide says it may be skipped."""
        return True


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has exactly this alias now."""

    distribution_id: str
    """Whole where the account is ours, else masked by AWS."""
    account: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, and the verdicts that decide whether it may be done."""

    alias: AliasName
    holder: Holder | None
    target: DistributionId | None
    target_account: AccountId | None
    target_domain_name: str | None
    target_origins: tuple[str, ...]
    """Whoever approves, approves traffic to these."""
    operation: Operation | None
    """None: there is nothing to move."""
    record: TxtRecord | None
    record_is_live: bool
    blocking: tuple[FindingCode, ...]
    choices: tuple[DistributionId, ...]
    """Targets that fit, when a person has to choose."""

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal characters that name this plan; equal for equal plans, in every process."""
        words = json.dumps(asdict(self), sort_keys=True, default=lambda member: member.value)
        return hashlib.sha256(words.encode()).hexdigest()[:DIGEST_CHARACTERS]

    @property
    def is_on_target(self) -> bool:
        """Whether the target holds the alias already."""
        return self.holder is not None and self.target is not None and self.holder.distribution_id == self.target.text


@dataclass(frozen=True, slots=True)
class Candidate:
    """A distribution that could be the target, or why it could not."""

    id: DistributionId
    label: str
    why_not: str = ""
    """Empty: it fits."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one look means. Stored with the move; the card is drawn from it."""

    looked_at: float
    """Unix seconds."""
    plan: Plan
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]
    candidates_left_out: int
    """How many more there are than a menu holds."""
    source: Distribution | None
    """The holder, where we can read it."""
    target: Distribution | None
    sighting: TxtSighting | None

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What stands in the way."""
        return tuple(finding for finding in self.findings if finding.level is Level.BLOCKS)


def holder_of(evidence: Evidence) -> Holder | None:
    """The holder of exactly this alias: from our own inventory (whole ids), else as AWS masks it."""
    for distribution in evidence.inventory:
        if evidence.alias.text in distribution.aliases:
            return Holder(distribution.id.text, distribution.account, is_ours=True)
    for conflict in evidence.conflicts or ():
        if conflict.alias == evidence.alias.text:
            return Holder(conflict.distribution_id, conflict.account, is_ours=False)
    return None


def target_of(evidence: Evidence) -> Distribution | None:
    """The distribution the alias would move to: the one asked for, else the only one that fits."""
    if evidence.wanted_target is not None:
        return next((one for one in evidence.inventory if one.id == evidence.wanted_target), None)
    fitting = [one for one in _possible_targets(evidence) if not why_not(one, evidence)]
    return fitting[0] if len(fitting) == 1 else None


def required_record(evidence: Evidence, registrable_name: RegistrableName) -> TxtRecord | None:
    """The TXT record this move needs; None while there is no target, or nothing to move."""
    target, holder = target_of(evidence), holder_of(evidence)
    if target is None or (holder is not None and holder.distribution_id == target.id.text):
        return None
    if holder is None and evidence.conflicts is not None:
        return None
    return TxtRecord.proving(evidence.alias, target.domain_name, registrable_name)


def _possible_targets(evidence: Evidence) -> list[Distribution]:
    holder = holder_of(evidence)
    return [one for one in evidence.inventory if holder is None or one.id.text != holder.distribution_id]


def why_not(distribution: Distribution, evidence: Evidence) -> str:
    """Why this distribution can't be the target, as a short sentence; empty when it can."""
    return next((f.sentence for f in _target_findings(distribution, evidence) if f.level is Level.BLOCKS), "")


def inspect(evidence: Evidence, registrable_name: RegistrableName) -> Inspection:
    """What the evidence means: findings for people, and the plan that an approval would be for."""
    holder, target = holder_of(evidence), target_of(evidence)
    findings = tuple(_findings(evidence, holder, target))
    fitting = [one for one in _possible_targets(evidence) if not why_not(one, evidence)]
    must_choose = evidence.wanted_target is None and holder is not None and len(fitting) > 1
    record = required_record(evidence, registrable_name)
    return Inspection(
        looked_at=evidence.looked_at,
        plan=Plan(
            alias=evidence.alias,
            holder=holder,
            target=target.id if target else None,
            target_account=target.account if target else None,
            target_domain_name=target.domain_name if target else None,
            target_origins=target.origins if target else (),
            operation=Operation.ASSOCIATE_ALIAS if record else None,
            record=record,
            record_is_live=evidence.sighting is not None and evidence.sighting.is_live,
            blocking=tuple(sorted((f.code for f in findings if f.level is Level.BLOCKS), key=lambda code: code.value)),
            choices=tuple(sorted(one.id for one in fitting)) if must_choose else (),
        ),
        findings=findings,
        candidates=_candidates(evidence),
        candidates_left_out=max(0, len(fitting) - MOST_CANDIDATES),
        source=next((one for one in evidence.inventory if holder and one.id.text == holder.distribution_id), None),
        target=target,
        sighting=evidence.sighting if record else None,
    )


def _candidates(evidence: Evidence) -> tuple[Candidate, ...]:
    judged = [Candidate(one.id, one.label, why_not(one, evidence)) for one in _possible_targets(evidence)]
    judged.sort(key=lambda candidate: (bool(candidate.why_not), candidate.label, candidate.id))
    return tuple(judged[:MOST_CANDIDATES])


def _findings(evidence: Evidence, holder: Holder | None, target: Distribution | None) -> Iterator[Finding]:
    alias = evidence.alias
    if holder is None and evidence.conflicts is None:
        yield Finding(
            FindingCode.HOLDER_UNKNOWN,
            Level.BLOCKS,
            f"I can't ask CloudFront who holds {alias}: none of the distributions I can read has a certificate for it,"
            " and none of them holds it.",
            f"Attach a certificate that covers {alias} to the target, without adding the name there.",
        )
    if holder is not None and target is not None and holder.distribution_id == target.id.text:
        return  # already there: nothing about the target can stand in the way any more
    yield from _whereabouts(evidence, holder)
    if target is not None:
        yield from _target_findings(target, evidence)
    elif evidence.wanted_target is not None:
        yield Finding(
            FindingCode.TARGET_UNKNOWN,
            Level.BLOCKS,
            f"There is no distribution {evidence.wanted_target} in the account I can read.",
            "Check the id, or leave it out and I list the distributions that fit.",
        )
    elif holder is not None and all(why_not(one, evidence) for one in _possible_targets(evidence)):
        yield Finding(
            FindingCode.NO_TARGET_FITS,
            Level.BLOCKS,
            f"No distribution I can read could take {alias}.",
            f"Attach a certificate that covers {alias} to the distribution it should move to, without adding the name.",
        )


def _whereabouts(evidence: Evidence, holder: Holder | None) -> Iterator[Finding]:
    if holder is not None and not holder.is_ours:
        yield Finding(
            FindingCode.HOLDER_ELSEWHERE,
            Level.WARNS,
            f"{evidence.alias} is held by distribution {holder.distribution_id} in account {holder.account}, which I"
            " can't read. AWS moves it only while that distribution is disabled, and I can't see whether it is.",
            "Ask its owner to disable it. If it is still enabled, AWS refuses the move and nothing changes.",
        )
    overlapping = sorted(
        {name for one in evidence.inventory for name in one.aliases}
        | {conflict.alias for conflict in evidence.conflicts or ()}
    )
    names = [name for name in overlapping if _overlaps(name, evidence.alias)]
    if names:
        yield Finding(
            FindingCode.OVERLAP,
            Level.NOTES,
            f"Also in use: {', '.join(names[:5])}{' and more' if len(names) > 5 else ''}."  # noqa: PLR2004 - a line
            " An exact name wins over a wildcard, so this does not stand in the way.",
        )


def _overlaps(name: str, alias: AliasName) -> bool:
    other = AliasName(name)
    return other.covers(alias) or alias.covers(other)


def _target_findings(target: Distribution, evidence: Evidence) -> Iterator[Finding]:
    """In the order in which AWS would refuse."""
    if not target.enabled:
        yield Finding(
            FindingCode.TARGET_DISABLED,
            Level.BLOCKS,
            f"{target.label} is disabled: the name would stop working the moment it moved.",
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
    if not target.deployed:
        yield Finding(
            FindingCode.TARGET_DEPLOYING,
            Level.NOTES,
            f"{target.label} is still deploying an earlier change. CloudFront applies changes in order, so this can"
            " go ahead.",
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
        code, sentence = FindingCode.CERTIFICATE_EXPIRED, "has expired"
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
