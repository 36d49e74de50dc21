"""Builders for tests: people, distributions, and what a look at a world finds, as it is found out in earnest."""

from dataclasses import dataclass, replace
from functools import cache

from publicsuffixlist import PublicSuffixList

from bot.alias_move.approval import Person, Rules
from bot.alias_move.findings import (
    Certificate,
    CertificateKind,
    ConflictingAlias,
    Distribution,
    Evidence,
    FindingCode,
    Inspection,
    Level,
    inspect,
    required_record,
)
from bot.alias_move.hosting import HostedTxt, TxtSet
from bot.alias_move.names import AccountId, AliasName, DistributionId, TxtRecord
from bot.alias_move.pacing import Pace
from bot.alias_move.sightings import AnswerKind, ServerAnswer, TxtSighting

ALIAS = AliasName("www.example.com")
OURS = AccountId("111122223333")
LEGACY = AccountId("444455556666")
BLUE = DistributionId("E1BLUE4CLDFRNT")
GREEN = DistributionId("E2GREEN4CLDFRNT")
TEAL = DistributionId("E3TEAL4CLDFRNT")
START = 1_800_000_000.0
"""Unix seconds at which every walk begins."""

REQUESTER = Person("U0JOON", is_full_member=True)
APPROVER = Person("U0HANA", is_full_member=True, is_approver=True)
SECOND_APPROVER = Person("U0SORA", is_full_member=True, is_approver=True)
OUTSIDER = Person("U0MINA", is_full_member=True)
GUEST = Person("U0GUEST", is_full_member=False, is_approver=True)
"""Named in APPROVERS, and yet nobody who may do anything."""

RULES = Rules(approvers=(APPROVER.id, SECOND_APPROVER.id), disable_source=True, route53_records=True)
OFF = replace(RULES, moves_enabled=False)
PACE = Pace()


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


def registrable_name(name: str) -> str | None:
    """By the public suffix list, as in production."""
    found: str | None = _public_suffixes().privatesuffix(name)
    return found


def certificate(*names: str, status: str = "ISSUED", days_left: float = 300.0) -> Certificate:
    """An ACM certificate, valid since yesterday."""
    return Certificate(
        reference="arn:aws:acm:us-east-1:111122223333:certificate/0f1e",
        kind=CertificateKind.ACM,
        names=names or (ALIAS.text,),
        status=status,
        not_before=START - 86_400,
        not_after=START + days_left * 86_400,
    )


def distribution(
    which: DistributionId = GREEN,
    *,
    aliases: tuple[str, ...] = (),
    enabled: bool = True,
    deployed: bool = True,
    staging: bool = False,
    attached: Certificate | None = None,
    comment: str = "",
) -> Distribution:
    """One that could take the alias, with a certificate for it unless told otherwise (`attached`)."""
    return Distribution(
        id=which,
        account=OURS,
        domain_name=f"d{which.text[2:].lower()}.cloudfront.net",
        aliases=aliases,
        enabled=enabled,
        deployed=deployed,
        staging=staging,
        certificate=certificate() if attached is None else attached,
        origins=(f"{which.text[2:6].lower()}-origin.example.net",),
        comment=comment,
    )


def record_for(target: DistributionId = GREEN, alias: AliasName = ALIAS) -> TxtRecord:
    """What the owner of the zone has to create."""
    return TxtRecord.proving(alias, distribution(target).domain_name, registrable_name)


def sighting(record: TxtRecord | None = None, *kinds: AnswerKind, negative_ttl_s: int | None = 300) -> TxtSighting:
    """One answer per kind, each from a server of its own; two exact ones unless told otherwise."""
    wanted = record or record_for()
    values = {AnswerKind.EXACT: (wanted.value,), AnswerKind.OTHER: ("something else",)}
    answers = tuple(
        ServerAnswer(f"ns{number}.example.com", f"192.0.2.{number}", kind, values.get(kind, ()))
        for number, kind in enumerate(kinds or (AnswerKind.EXACT, AnswerKind.EXACT), start=1)
    )
    return TxtSighting(wanted, "example.com", answers, negative_ttl_s)


LIVE = (AnswerKind.EXACT, AnswerKind.EXACT)
ABSENT = (AnswerKind.NOTHING, AnswerKind.NOTHING)


@dataclass(frozen=True, slots=True)
class World:
    """What a look would find: BLUE holds the alias and GREEN is ready to take it, but for the record."""

    holder: str = "blue"
    """blue, green (the target), foreign (an account we can't read), or nobody."""
    is_covered: bool = True
    """Whether the certificates cover the alias."""
    is_live: bool = False
    """Whether every server has the record."""
    is_alone: bool = True
    """Whether GREEN is the only one that fits; else TEAL does as well."""
    is_asked: bool = True
    """Whether CloudFront could be asked for conflicting aliases."""
    may_skip_record: bool = False
    """Whether the operator lets names change over without a record."""
    is_elsewhere: bool = False
    """Whether BLUE is in another account, and serves shop.example.com too."""
    is_on: bool = True
    """Whether BLUE is enabled."""
    is_deployed: bool = True
    """Whether BLUE is that everywhere."""
    is_hosted: bool = False
    """Whether a hosted zone of ours has the name of the record."""

    def evidence(
        self,
        at: float = START,
        wanted: DistributionId | None = None,
        off_before: str = "",
        *,
        record_demanded: bool = False,
    ) -> Evidence:
        """What one look at this world brings back, with the answers about the record that it requires."""
        held = {"blue": BLUE, "green": GREEN}.get(self.holder)
        attached = certificate() if self.is_covered else certificate("other.example.org")
        inventory = tuple(
            distribution(one, aliases=(ALIAS.text,) if one == held else (), attached=attached)
            for one in (BLUE, GREEN, TEAL)
            if one != TEAL or not self.is_alone
        )
        if self.is_elsewhere:
            inventory = (self.blue(inventory[0]), *inventory[1:])
        masked = ConflictingAlias(ALIAS.text, "*******FOREIGN", "******445566")
        conflicts = (masked,) if self.holder == "foreign" else ()
        seen = Evidence(
            ALIAS,
            at,
            wanted,
            inventory,
            conflicts if self.is_asked else None,
            off_before=off_before,
            may_skip_record=self.may_skip_record,
            record_demanded=record_demanded,
        )
        record = required_record(seen, registrable_name)
        if record is None:
            return seen
        return replace(seen, sighting=self.sighting(record), hosted=self.hosted(record) if self.is_hosted else None)

    def blue(self, usual: Distribution) -> Distribution:
        """As it is in its other account."""
        others = (*usual.aliases, "shop.example.com")
        return replace(usual, account=LEGACY, aliases=others, enabled=self.is_on, deployed=self.is_deployed)

    def hosted(self, record: TxtRecord | None = None) -> HostedTxt:
        """The zone of ours, with a value of somebody else's at the name."""
        wanted = record or record_for()
        ours = (f'"{wanted.value}"',) if self.is_live else ()
        return HostedTxt(wanted, "Z1ZONE", "example.com", OURS, TxtSet(300, ('"owner=web-team"', *ours)))

    def sighting(self, record: TxtRecord | None = None) -> TxtSighting:
        """What the authoritative servers say in this world."""
        return sighting(record, *(LIVE if self.is_live else ABSENT))

    def inspection(
        self,
        at: float = START,
        wanted: DistributionId | None = None,
        off_before: str = "",
        *,
        record_demanded: bool = False,
    ) -> Inspection:
        """What one look at this world means."""
        return inspect(self.evidence(at, wanted, off_before, record_demanded=record_demanded), registrable_name)


ABSENT_RECORD = World()
READY = World(is_live=True)
NEEDS_NO_RECORD = World(may_skip_record=True)
HOSTED = World(is_hosted=True)
"""The record is missing, and could be created by us."""
SEVERAL_FIT = World(is_alone=False)
NOT_COVERED = World(is_covered=False)
ON_TARGET = World(holder="green")
HELD_BY_NOBODY = World(holder="nobody")
HELD_BY_FOREIGN = World(holder="foreign", is_live=True)
ELSEWHERE = World(is_live=True, is_elsewhere=True)
"""All is ready, but that BLUE is in another account, and enabled."""
STILL_DISABLING = replace(ELSEWHERE, is_on=False, is_deployed=False)
OFF_EVERYWHERE = replace(ELSEWHERE, is_on=False)
SOURCE = ELSEWHERE.blue(distribution(BLUE, aliases=(ALIAS.text,)))
"""BLUE there."""


# One look, put together by hand

HOLDER = distribution(BLUE, aliases=(ALIAS.text,))
FIT = distribution(GREEN)
FOREIGN = ConflictingAlias(ALIAS.text, "*******FOREIGN", "******445566")
IAM = Certificate("ASCAEXAMPLE", CertificateKind.IAM, unreadable="AccessDenied")


def evidence(
    *targets: Distribution,
    holder: Distribution | None = HOLDER,
    wanted: DistributionId | None = GREEN,
    conflicts: tuple[ConflictingAlias, ...] | None = (),
    at: float = START,
) -> Evidence:
    """What a look brings back that finds these distributions, and the record live."""
    inventory = (holder, *targets) if holder else targets
    return Evidence(ALIAS, at, wanted, inventory, conflicts, sighting())


def inspected(seen: Evidence) -> Inspection:
    """What it means."""
    return inspect(seen, registrable_name)


def codes(seen: Evidence, level: Level | None = None) -> list[FindingCode]:
    """What is found in it."""
    return [finding.code for finding in inspected(seen).findings if level in {None, finding.level}]


def green(**changes: object) -> Distribution:
    """A target that differs from one that fits in this alone."""
    return replace(FIT, **changes)  # type: ignore[arg-type] # tests name fields of Distribution


def with_certificate(**changes: object) -> Distribution:
    """The same of its certificate."""
    return green(certificate=replace(certificate(), **changes))  # type: ignore[arg-type] # fields of Certificate
