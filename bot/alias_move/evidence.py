"""What one look brings back about an alias, before anybody judges it; and who holds the alias by that.

Pure values. Nothing here says what should be done, and secrets in a distribution's configuration never get this far.
"""

from dataclasses import dataclass
from enum import Enum

from bot.alias_move.hosting import HostedTxt
from bot.alias_move.names import AccountId, AliasName, DistributionId, certificate_name_covers, is_masked_form
from bot.alias_move.sightings import TxtSighting
from bot.alias_move.visibility import Visibility
from bot.alias_move.visitors import Behaviour, Further


@dataclass(frozen=True, slots=True)
class MissingPermission:
    """What AWS does not allow to the credentials that look."""

    action: str
    """As IAM writes it: `acm:DescribeCertificate`."""
    resource: str
    """ARN, or `*` where AWS knows nothing narrower."""
    said: str = ""
    """AWS's own words."""


class CertificateKind(Enum):
    """Where the viewer certificate of a distribution comes from."""

    ACM = "acm"
    IAM = "iam"
    """A server certificate of IAM, which a distribution names by its id."""


class Authority(Enum):
    """Who signed a certificate, as far as that can be known."""

    OTHER = "other"
    """Somebody; nothing shows that browsers would not trust them."""
    PRIVATE = "private"
    """A private authority of ACM's, which no browser knows."""
    ITSELF = "itself"
    """Nobody but the certificate itself."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate attached to a distribution. Source: ACM DescribeCertificate, or IAM GetServerCertificate."""

    reference: str
    """ARN, or the id of an IAM certificate."""
    kind: CertificateKind
    names: tuple[str, ...] = ()
    """Subject alternative names."""
    status: str = ""
    """ACM's word: `ISSUED`, `PENDING_VALIDATION`, `EXPIRED` … What was uploaded to IAM had been issued before."""
    not_before: float | None = None
    """Unix seconds."""
    not_after: float | None = None
    """Unix seconds."""
    unreadable: str = ""
    """Why it could not be read (a permission, a region), in AWS's words; empty when it was read."""
    key: str = ""
    """Kind of its key in ACM's words: `RSA_2048`, `EC_prime256v1` …; empty: not told."""
    authority: Authority = Authority.OTHER
    denied: MissingPermission | None = None
    """Without which it could not be read."""

    @property
    def region(self) -> str:
        """Of a certificate of ACM; those of IAM are of no region."""
        return self.reference.partition(":acm:")[2].partition(":")[0]

    def covers(self, alias: AliasName) -> bool:
        """Whether one of its names covers the alias."""
        return any(certificate_name_covers(name, alias) for name in self.names)


@dataclass(frozen=True, slots=True)
class Distribution:
    """What the bot knows of one distribution, or tenant of one, in an account it can read.

    Origin custom headers are never in here.
    """

    id: DistributionId
    account: AccountId
    domain_name: str
    """Its own name: `d111111abcdef8.cloudfront.net`; of a tenant, the endpoint of its connection group."""
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
    is_multi_tenant: bool = False
    """Whether its tenants hold the aliases (ConnectionMode tenant-only), and it can hold none."""
    account_name: str = ""
    """What whoever looked knows its account to be called; empty: nothing, or it is in an inventory."""
    tenant_of: DistributionId | None = None
    """The multi-tenant distribution whose tenant this is; None: a distribution by itself."""

    @property
    def label(self) -> str:
        """How people call it: `green (E2GREEN4CLDFRNT)`, or the id alone."""
        named = f"{self.comment} ({self.id})" if self.comment else str(self.id)
        return f"tenant {named} of {self.tenant_of}" if self.tenant_of else named


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
class Holder:
    """Who has exactly this alias now."""

    distribution_id: str
    """Whole where the account is ours, else masked by AWS."""
    account: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source of ours, by what is known of it even after it has let go of the alias."""

    id: DistributionId
    label: str
    """With its account."""


class HoldingService(Enum):
    """AWS services that put names on distributions of their own, in accounts of AWS. The values are stored names."""

    API_GATEWAY = "API Gateway"
    AMPLIFY = "AWS Amplify"
    COGNITO = "Amazon Cognito"
    LIGHTSAIL = "Lightsail"


@dataclass(frozen=True, slots=True)
class ServiceHolding:
    """A service says that something of one of our accounts has the alias."""

    service: HoldingService
    region: str
    account: str
    """Empty: that of the bot's own credentials, which could not be learnt."""
    owner: str = ""
    """What has it there, as the service calls it: an app, a user pool, a distribution of Lightsail's."""


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """What the services of our accounts said when asked about an alias that somebody unreadable holds."""

    asked_at: float
    """Unix seconds."""
    holder: Holder
    """About whom it is."""
    found: ServiceHolding | None


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
    visibility: Visibility | None = None
    """What recursive resolvers say; None: not asked, as nobody is before the record is live."""
    off_before: str = ""
    """Id of the source that an earlier look for the same move has found disabled everywhere; empty: none."""
    denied: MissingPermission | None = None
    """Without which CloudFront could not be asked for conflicts."""
    other_moves_to_target: int = 0
    """Other open moves that would bring an alias to the same target."""
    services: ServiceAnswer | None = None
    """None: not asked, since the holder is ours or nobody."""
    hosted: HostedTxt | None = None
    """The hosted zone of ours that the record belongs into; None: there is none, or it was not asked for."""
    points_at: str = ""
    """Where the alias's own CNAMEs end; empty: nowhere, or not known.

    Asked only when nobody is found to hold it, or when people may move it over by hand.
    """
    may_skip_record: bool = False
    """Whether the operator lets names change over inside one account without a record."""
    record_demanded: bool = False
    """Whether AWS has refused to do without the record in this move."""
    former_source: KnownSource | None = None
    """From which people are taking the alias by hand, as an earlier look of this move saw it."""

    @property
    def is_free(self) -> bool:
        """Whether CloudFront could be asked, and names nobody who holds exactly this alias."""
        return self.conflicts is not None and holder_of(self) is None

    def account(self, account_id: str) -> Account:
        """What is known of this account; where that is nothing, its number."""
        found = (one for one in self.accounts if one.id == account_id)
        return next(found, Account(AccountId(account_id)))

    @property
    def unread(self) -> tuple[Account, ...]:
        """Accounts that could not be looked into."""
        return tuple(one for one in self.accounts if one.trouble)


def holder_of(evidence: Evidence) -> Holder | None:
    """The holder of exactly this alias: from our own inventory (whole ids), else as AWS masks it."""
    for distribution in evidence.inventory:
        if evidence.alias.text in distribution.aliases:
            return Holder(distribution.id.text, distribution.account, is_ours=True)
    for conflict in evidence.conflicts or ():
        if conflict.alias == evidence.alias.text:
            return Holder(conflict.distribution_id, conflict.account, is_ours=False)
    return None
