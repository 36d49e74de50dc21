"""What an account of CloudFront has: distributions, distribution tenants and connection groups, as they are now.

Read them, and change them through `Estate`; must never change by themselves.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from playground.aws.configuration import aliases_of, certificate_of, is_of_acm


@dataclass(slots=True, eq=False)
class Distribution:
    """A distribution as it is now; read it, and change it through the switches of CloudFront."""

    id: str
    account: str
    domain_name: str
    config: dict[str, Any]
    etag: str
    changed_at: datetime
    deployed_at: datetime

    @property
    def arn(self) -> str:
        return f"arn:aws:cloudfront::{self.account}:distribution/{self.id}"

    @property
    def aliases(self) -> list[str]:
        return aliases_of(self.config)

    @property
    def enabled(self) -> bool:
        return bool(self.config["Enabled"])

    @property
    def is_multi_tenant(self) -> bool:
        """Whether its names belong to its tenants, and it can have none of its own."""
        return bool(self.config["ConnectionMode"] == "tenant-only")

    @property
    def certificate(self) -> str | None:
        """ARN of the attached ACM certificate; None for one of IAM's and for CloudFront's own default certificate."""
        named = certificate_of(self.config)
        return named if named is not None and is_of_acm(named) else None

    @property
    def attached_certificate(self) -> str | None:
        """ARN of a certificate of ACM, or id of a server certificate of IAM."""
        return certificate_of(self.config)


@dataclass(slots=True, eq=False)
class ConnectionGroup:
    """Where the names of some tenants point to in DNS."""

    id: str
    account: str
    name: str
    routing_endpoint: str
    is_default: bool
    etag: str
    changed_at: datetime
    deployed_at: datetime

    @property
    def arn(self) -> str:
        return f"arn:aws:cloudfront::{self.account}:connection-group/{self.id}"


@dataclass(slots=True, eq=False)
class Tenant:
    """A distribution tenant: names served with the configuration of a multi-tenant distribution."""

    id: str
    account: str
    name: str
    distribution: Distribution
    connection_group: ConnectionGroup
    domains: list[str]
    enabled: bool
    certificate: str | None
    """ARN of its own certificate; None: it uses the one of its distribution."""
    web_acl: str | None
    """ARN of its own web ACL; None likewise."""
    created_at: datetime
    etag: str
    changed_at: datetime
    deployed_at: datetime

    @property
    def arn(self) -> str:
        return f"arn:aws:cloudfront::{self.account}:distribution-tenant/{self.id}"

    @property
    def aliases(self) -> list[str]:
        """Its domains, under the word that distributions use."""
        return list(self.domains)

    @property
    def attached_certificate(self) -> str | None:
        return self.certificate or self.distribution.attached_certificate


Holder = Distribution | Tenant
"""Whatever can hold a name."""


def resource_type(holder: Holder) -> str:
    """As ListDomainConflicts calls it."""
    return "distribution" if isinstance(holder, Distribution) else "distribution-tenant"


def dns_name(holder: Holder) -> str:
    """Where the names of this holder point to in DNS, and what a TXT record must say to let it take one."""
    return holder.domain_name if isinstance(holder, Distribution) else holder.connection_group.routing_endpoint
