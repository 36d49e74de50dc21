"""What one look brings back about an alias, before anybody judges it; and who holds the alias by that.

Pure values. Nothing here says what should be done, and secrets in a distribution's configuration never get this far.
"""

from dataclasses import dataclass
from enum import Enum

from bot.alias_move.names import AccountId, AliasName, DistributionId, certificate_name_covers, is_masked_form
from bot.alias_move.sightings import TxtSighting
from bot.alias_move.visitors import Behaviour, Further


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
    arn: str = ""
    """Empty: read by a release that did not keep it."""
    behaviour: Behaviour | None = None
    """How it treats visitors; None: read by a release that did not know of it."""
    further: Further | None = None
    """None: not read."""

    @property
    def label(self) -> str:
        """How people call it: `green (E2GREEN4CLDFRNT)`, or the id alone."""
        return f"{self.comment} ({self.id})" if self.comment else str(self.id)


@dataclass(frozen=True, slots=True)
class ConflictingAlias:
    """One row of ListDomainConflicts; ids masked by AWS (`*******EXAMPLE`, `******112233`)."""

    alias: str
    distribution_id: str
    """Of a tenant, where it is one."""
    account: str
    is_tenant: bool = False

    def looks_like(self, distribution: Distribution) -> bool:
        """Whether the ids could be those of this distribution; by itself that proves nothing."""
        return is_masked_form(self.distribution_id, distribution.id.text) and is_masked_form(
            self.account, distribution.account
        )


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the bot was told to look into."""

    id: AccountId
    """Empty: that of the bot's own credentials, which could not be learnt."""
    name: str = ""
    """What people call it."""
    trouble: str = ""
    """Why it could not be looked into, as a sentence; empty when it was."""
    was_named: bool = True
    """Whether somebody asked for it. The account of the worker's own credentials may be good for nothing but that."""
    can_take: bool = True
    """Whether the bot has credentials with which to move an alias to a distribution of this account."""

    @property
    def label(self) -> str:
        """The name before the number: `production (111122223333)`."""
        number = self.id or "the account of my own credentials"
        return f"{self.name} ({number})" if self.name else (f"account {number}" if self.id else number)


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
    accounts: tuple[Account, ...] = ()
    """Where it was looked, and where that was tried in vain; empty: not known."""

    def account(self, account_id: str) -> Account:
        """What is known of this account; where that is nothing, its number."""
        found = (one for one in self.accounts if one.id == account_id)
        return next(found, Account(AccountId(account_id)))

    @property
    def unread(self) -> tuple[Account, ...]:
        """Accounts that could not be looked into."""
        return tuple(one for one in self.accounts if one.trouble)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has exactly this alias now."""

    distribution_id: str
    """Whole where the account is ours, else masked by AWS."""
    account: str
    is_ours: bool


def holder_of(evidence: Evidence) -> Holder | None:
    """The holder of exactly this alias: from our own inventory (whole ids), else as AWS masks it."""
    for distribution in evidence.inventory:
        if evidence.alias.text in distribution.aliases:
            return Holder(distribution.id.text, distribution.account, is_ours=True)
    for conflict in evidence.conflicts or ():
        if conflict.alias == evidence.alias.text:
            return Holder(conflict.distribution_id, conflict.account, is_ours=False)
    return None
