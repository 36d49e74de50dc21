"""From evidence to an inspection: what is true about an alias, what stands in the way, and the plan to approve.

Pure: evidence goes in, `inspect()` gives findings for people and the plan. The plan's digest is what an approval is
for, so nothing may enter the plan that changes by itself (ETags, deployment status, other aliases, dates, latencies).
What a look brings back is in `evidence`, what is asked of a target in `preflight`, and which could be one in
`candidates`; all are to be had from here.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from bot.alias_move.accounts import account_findings, target_unknown
from bot.alias_move.candidates import Candidate, candidates_of
from bot.alias_move.evidence import (
    Account,
    Certificate,
    CertificateKind,
    ConflictingAlias,
    Distribution,
    Evidence,
    Holder,
    KnownSource,
    ServiceAnswer,
    holder_of,
)
from bot.alias_move.hosting import HostedTxt
from bot.alias_move.keeping_up import Steps, step_finding, steps_of
from bot.alias_move.names import AccountId, AliasName, DistributionId, RegistrableName, TxtRecord
from bot.alias_move.permissions import permission_findings
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
from bot.alias_move.visibility import Visibility
from bot.alias_move.visitors import DifferenceCode, serious_codes
from bot.alias_move.ways import Operation, Way, has_tenant, operation_of, source_of, way_of

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
    "KnownSource",
    "Level",
    "Operation",
    "Plan",
    "Steps",
    "Way",
    "blocking_codes",
    "holder_of",
    "inspect",
    "required_record",
    "target_of",
    "why_not",
]

CLOUDFRONT_SUFFIX = ".cloudfront.net"
DIGEST_CHARACTERS = 16


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
class Inspection:
    """What one look means. Stored with the move; the card is drawn from it."""

    looked_at: float
    """Unix seconds."""
    plan: Plan
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]
    candidates_left_out: int
    """How many more fit than a menu holds."""
    source: Distribution | None
    """The holder, where we can read it."""
    target: Distribution | None
    sighting: TxtSighting | None
    visibility: Visibility | None = None
    """None: this look did not ask the resolvers."""
    services: ServiceAnswer | None = None
    can_switch_source: bool = False
    """Whether the bot has credentials with which to disable the source."""
    hosted: HostedTxt | None = None
    """Where the bot could create the record that is missing."""
    unfit_left_out: int = 0
    """How many more don't fit than are in `candidates`."""
    way: Way | None = None
    """None: there is nothing to move, no target yet, or an older release looked."""
    steps: Steps | None = None
    """Where people keep the name up by hand, or could."""

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What stands in the way."""
        return tuple(finding for finding in self.findings if finding.level is Level.BLOCKS)


def required_record(evidence: Evidence, registrable_name: RegistrableName) -> TxtRecord | None:
    """The TXT record this move needs; None while there is no target, or nothing to move."""
    target, holder = target_of(evidence), holder_of(evidence)
    way = way_of(evidence, holder, target, is_apex=evidence.alias.is_apex(registrable_name))
    operation = _operation(evidence, holder, target, way)
    if target is None or operation is None or not operation.requires_record:
        return None
    return TxtRecord.proving(evidence.alias, target.domain_name, registrable_name)


def _operation(
    evidence: Evidence, holder: Holder | None, target: Distribution | None, way: Way | None
) -> Operation | None:
    """None: there is nothing to move, or no target."""
    if target is None or evidence.is_free or (holder and holder.distribution_id == target.id.text):
        return None
    return operation_of(way, with_tenant=has_tenant(evidence, holder, target))


def inspect(evidence: Evidence, registrable_name: RegistrableName) -> Inspection:
    """What the evidence means: findings for people, and the plan that an approval would be for."""
    holder, target = holder_of(evidence), target_of(evidence)
    source, is_apex = source_of(evidence, holder), evidence.alias.is_apex(registrable_name)
    way = way_of(evidence, holder, target, is_apex=is_apex)
    steps = steps_of(evidence, holder, target, way)
    findings = tuple(_findings(evidence, holder, target, way, steps))
    fitting = [one for one in possible_targets(evidence) if not why_not(one, evidence)]
    candidates = candidates_of(evidence)
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
            operation=_operation(evidence, holder, target, way),
            record=record,
            record_is_live=sighting is not None and sighting.is_live,
            blocking=blocking_codes(findings),
            choices=tuple(sorted(one.id for one in fitting)) if must_choose else (),
            serious=serious_codes(source.behaviour, target.behaviour) if source and target else (),
        ),
        findings=findings,
        candidates=candidates.shown,
        candidates_left_out=candidates.left_out,
        unfit_left_out=candidates.unfit_left_out,
        source=_with_account(source, evidence),
        target=_with_account(target, evidence),
        sighting=sighting,
        visibility=evidence.visibility if sighting is not None and sighting.is_live else None,
        services=evidence.services,
        hosted=evidence.hosted if evidence.hosted and evidence.hosted.record == record else None,
        can_switch_source=source is not None and evidence.account(source.account).can_take,
        way=way,
        steps=steps,
    )


def _with_account(one: Distribution | None, evidence: Evidence) -> Distribution | None:
    """A move is shown where nobody has the accounts at hand."""
    return one and replace(one, account_name=evidence.account(one.account).name)


def blocking_codes(findings: tuple[Finding, ...]) -> tuple[FindingCode, ...]:
    """What stands in the way, for the plan; in an order that does not change from look to look."""
    return tuple(sorted((one.code for one in findings if one.level is Level.BLOCKS), key=lambda code: code.value))


def _findings(
    evidence: Evidence, holder: Holder | None, target: Distribution | None, way: Way | None, steps: Steps | None
) -> Iterator[Finding]:
    """Like AWS: first what is wrong with the target, then with the source; at last what it would not mind."""
    alias = evidence.alias
    if holder is None and evidence.conflicts is None and evidence.denied is None:
        yield Finding(
            FindingCode.HOLDER_UNKNOWN,
            Level.BLOCKS,
            f"I can't ask CloudFront who holds {alias}: none of the distributions I can read has a certificate for it,"
            " and none of them holds it.",
            f"Attach a certificate that covers {alias} to the target, without adding the name there.",
        )
    if holder is not None and target is not None and holder.distribution_id == target.id.text:
        return  # already there: nothing about the target can stand in the way any more
    if evidence.is_free:
        yield from _points_elsewhere(evidence, target)
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
    yield from account_findings(evidence, holder, target, way)
    if steps is not None and steps.have_begun:
        yield step_finding(steps)
    yield from permission_findings(evidence, holder, target)
    yield from _overlap(evidence)


def _points_elsewhere(evidence: Evidence, target: Distribution | None) -> Iterator[Finding]:
    """The other cause of CNAMEAlreadyExists: same code, other text, and no holder at all."""
    there = evidence.points_at
    if not there.endswith(CLOUDFRONT_SUFFIX) or (target is not None and there == target.domain_name):
        return
    ours = next((f", which is {one.label}" for one in evidence.inventory if one.domain_name == there), "")
    yield Finding(
        FindingCode.DNS_POINTS_ELSEWHERE,
        Level.WARNS,
        f"Nobody holds {evidence.alias}, but its DNS points at {there}{ours}. While it does, CloudFront refuses to add"
        " the name to any other distribution: CNAMEAlreadyExists, with the text that speaks of an “incorrectly"
        " configured DNS record”.",
        "Point that DNS record at the target, or remove it, wait until its TTL is over, then add the name.",
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
