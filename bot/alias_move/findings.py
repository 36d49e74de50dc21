"""From evidence to an inspection: what is true about an alias, what stands in the way, and the plan to approve.

Pure: evidence goes in, `inspect()` gives findings for people and the plan. The plan's digest is what an approval is
for, so nothing may enter the plan that changes by itself (ETags, deployment status, other aliases, dates, latencies).
What a look brings back is in `evidence`, and what is asked of a target in `preflight`; both are to be had from here.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import Enum

from bot.alias_move.accounts import account_findings, target_unknown
from bot.alias_move.evidence import (
    Account,
    Certificate,
    CertificateKind,
    ConflictingAlias,
    Distribution,
    Evidence,
    Holder,
    holder_of,
)
from bot.alias_move.names import AccountId, AliasName, DistributionId, RegistrableName, TxtRecord
from bot.alias_move.preflight import (
    Finding,
    FindingCode,
    Level,
    possible_targets,
    target_findings,
    target_of,
    why_not,
)
from bot.alias_move.sightings import TxtSighting
from bot.alias_move.visitors import DifferenceCode, serious_codes

__all__ = [
    "Account",
    "Candidate",
    "Certificate",
    "CertificateKind",
    "ConflictingAlias",
    "Distribution",
    "Evidence",
    "Finding",
    "FindingCode",
    "Holder",
    "Inspection",
    "Level",
    "Operation",
    "Plan",
    "holder_of",
    "inspect",
    "required_record",
    "target_of",
    "why_not",
]

MOST_CANDIDATES = 100
"""As many as a Slack select menu holds."""
DIGEST_CHARACTERS = 16


class Operation(Enum):
    """The AWS call that moves the alias."""

    ASSOCIATE_ALIAS = "AssociateAlias"

    @property
    def requires_record(self) -> bool:
        """Whether AWS wants the TXT record. AssociateAlias: reported even where the guide says it may be skipped."""
        return True


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
    serious: tuple[DifferenceCode, ...] = ()
    """Serious differences for visitors. Notes are left out: a small setting must not void an approval."""

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


def required_record(evidence: Evidence, registrable_name: RegistrableName) -> TxtRecord | None:
    """The TXT record this move needs; None while there is no target, or nothing to move."""
    target, holder = target_of(evidence), holder_of(evidence)
    nobody_holds_it = holder is None and evidence.conflicts is not None
    if target is None or nobody_holds_it or (holder and holder.distribution_id == target.id.text):
        return None
    return TxtRecord.proving(evidence.alias, target.domain_name, registrable_name)


def inspect(evidence: Evidence, registrable_name: RegistrableName) -> Inspection:
    """What the evidence means: findings for people, and the plan that an approval would be for."""
    holder, target = holder_of(evidence), target_of(evidence)
    source = next((one for one in evidence.inventory if holder and one.id.text == holder.distribution_id), None)
    findings = tuple(_findings(evidence, holder, target))
    fitting = [one for one in possible_targets(evidence) if not why_not(one, evidence)]
    must_choose = evidence.wanted_target is None and holder is not None and len(fitting) > 1
    record = required_record(evidence, registrable_name)
    # Only an answer about the very record counts: one about another target's proves nothing here.
    sighting = evidence.sighting if evidence.sighting and evidence.sighting.record == record else None
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
            record_is_live=sighting is not None and sighting.is_live,
            blocking=tuple(sorted((f.code for f in findings if f.level is Level.BLOCKS), key=lambda code: code.value)),
            choices=tuple(sorted(one.id for one in fitting)) if must_choose else (),
            serious=serious_codes(source.behaviour, target.behaviour) if source and target else (),
        ),
        findings=findings,
        candidates=_candidates(evidence),
        candidates_left_out=max(0, len(fitting) - MOST_CANDIDATES),
        source=source,
        target=target,
        sighting=sighting,
    )


def _candidates(evidence: Evidence) -> tuple[Candidate, ...]:
    judged = [Candidate(one.id, _label(one, evidence), why_not(one, evidence)) for one in possible_targets(evidence)]
    judged.sort(key=lambda candidate: (bool(candidate.why_not), candidate.label, candidate.id))
    return tuple(judged[:MOST_CANDIDATES])


def _label(one: Distribution, evidence: Evidence) -> str:
    """With its account, where there are several."""
    account = evidence.account(one.account)
    return f"{one.label}, {account.name or account.id}" if len(evidence.accounts) > 1 else one.label


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
    yield from account_findings(evidence, holder, target)
    yield from _overlap(evidence)
    if target is not None:
        yield from target_findings(target, evidence)
    elif evidence.wanted_target is not None:
        yield target_unknown(evidence)
    elif holder is not None and all(why_not(one, evidence) for one in possible_targets(evidence)):
        yield Finding(
            FindingCode.NO_TARGET_FITS,
            Level.BLOCKS,
            f"No distribution I can read could take {alias}.",
            f"Attach a certificate that covers {alias} to the distribution it should move to, without adding the name.",
        )


def _overlap(evidence: Evidence) -> Iterator[Finding]:
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
