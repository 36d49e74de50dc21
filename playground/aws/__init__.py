"""The playground's AWS on loopback: CloudFront strictly by its own rules, the rest as far as it is needed.

Reading order: resources, estate, distributions and domains (the rules), cloudfront (the wire); certificates,
server_certificates, roles, organization, name_services, hosted_zones and route53; endpoint, faults, signing and
permissions stand in front of each. It is reached by boto3 through `environment`, and by the world through its switches.
Must never know anything of whoever calls it.
"""

import asyncio
import random
import string
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Self

from playground.aws.certificates import KEYS_CLOUDFRONT_TAKES, Certificates, Coverage, Oddity
from playground.aws.cloudfront import CloudFront
from playground.aws.distributions import ALIASES_PER_DISTRIBUTION, LookUpCname, LookUpTxt, no_cname
from playground.aws.endpoint import LoggedRequest
from playground.aws.faults import EVERY_OPERATION, Barrier, Faults, Moment
from playground.aws.hosted_zones import HostedZone, RecordSet, Unasked, normalized
from playground.aws.moto_server import MotoServer
from playground.aws.name_services import CustomName, NameServices
from playground.aws.organization import Organization
from playground.aws.resources import ConnectionGroup, Distribution, Tenant
from playground.aws.roles import Roles
from playground.aws.round_trips import in_a_row
from playground.aws.route53 import Route53
from playground.aws.server_certificates import ServerCertificate, ServerCertificates
from playground.aws.signing import REGION, Identity, utc_now

__all__ = [
    "ACCOUNTS",
    "ALIASES_PER_DISTRIBUTION",
    "EVERY_OPERATION",
    "HOME",
    "KEYS_CLOUDFRONT_TAKES",
    "LEGACY",
    "MEDIA",
    "NEIGHBOUR",
    "SHOP",
    "Aws",
    "Barrier",
    "Certificates",
    "CloudFront",
    "ConnectionGroup",
    "Coverage",
    "CustomName",
    "Distribution",
    "Faults",
    "HostedZone",
    "LoggedRequest",
    "LookUpCname",
    "LookUpTxt",
    "Moment",
    "MotoServer",
    "Oddity",
    "Organization",
    "RecordSet",
    "Roles",
    "Route53",
    "ServerCertificate",
    "ServerCertificates",
    "Tenant",
    "Unasked",
    "normalized",
]

HOME = "111122223333"
NEIGHBOUR = "444455556666"
SHOP = "777788889999"
MEDIA = "999900001111"
LEGACY = "123456789012"
"""Account ids as AWS's documentation writes them; all have keys. Further accounts may hold distributions."""
ACCOUNTS = (HOME, NEIGHBOUR, SHOP, MEDIA, LEGACY)


class Aws:
    """All of it, running inside `async with`. A shared `moto` must have been started and is left running."""

    def __init__(
        self,
        *,
        lookup_txt: LookUpTxt,
        lookup_cname: LookUpCname = no_cname,
        accounts: Iterable[str] = ACCOUNTS,
        moto: MotoServer | None = None,
        seed: int = 1,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._identities = {account: _user_of(account) for account in accounts}
        self._moto = moto or MotoServer()
        self._moto_is_ours = moto is None
        self._running = AsyncExitStack()
        self.certificates = Certificates(self._moto, identity_of=self.identity_of, now=now)
        self.server_certificates = ServerCertificates(identity_of=self.identity_of, seed=seed, now=now)
        self.roles = Roles(self._moto, identity_of=self.identity_of, now=now)
        self.organization = Organization(identity_of=self.identity_of, now=now)
        self.cloudfront = CloudFront(
            certificates=self.certificates,
            server_certificates=self.server_certificates,
            lookup_txt=lookup_txt,
            lookup_cname=lookup_cname,
            identity_of=self.identity_of,
            seed=seed,
            now=now,
        )
        self.names = NameServices(identity_of=self.identity_of, now=now)
        self.route53 = Route53(identity_of=self.identity_of, seed=seed, now=now)
        self._services = (
            self.certificates,
            self.server_certificates,
            self.roles,
            self.organization,
            self.names,
            self.route53,
            self.cloudfront,
        )

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as starting:
            if self._moto_is_ours:
                await asyncio.to_thread(self._moto.start)
                starting.push_async_callback(asyncio.to_thread, self._moto.stop)
            self._moto.register(self._identities.values())
            for service in self._services:
                starting.push_async_callback(service.stop)
                await service.start()
            self._running = starting.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._running.aclose()

    def environment(self, account: str) -> dict[str, str]:
        """The variables with which boto3 finds this AWS and is this account's user."""
        identity = self._identities[account]
        return {
            "AWS_ENDPOINT_URL_CLOUDFRONT": self.cloudfront.url,
            "AWS_ENDPOINT_URL_ACM": self.certificates.url,
            "AWS_ENDPOINT_URL_STS": self.roles.url,
            "AWS_ENDPOINT_URL_IAM": self.server_certificates.url,
            "AWS_ENDPOINT_URL_ORGANIZATIONS": self.organization.url,
            "AWS_ENDPOINT_URL_ROUTE_53": self.route53.url,
            **self.names.environment(),
            "AWS_ACCESS_KEY_ID": identity.access_key,
            "AWS_SECRET_ACCESS_KEY": identity.secret,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def identity_of(self, access_key: str) -> Identity | None:
        """Whose key this is: one of our users', or the session of a role that somebody assumed."""
        ours = (identity for identity in self._identities.values() if identity.access_key == access_key)
        return next(ours, None) or self.roles.session_of(access_key)

    def add_role(
        self,
        account: str,
        name: str,
        *,
        trusted_external_id: str | None = None,
        actions: Iterable[str] | None = None,
    ) -> str:
        """ARN of a new role, as `Roles.add` makes it."""
        return self.roles.add(account, name, trusted_external_id=trusted_external_id, actions=actions)

    def found_organization(self, management: str, names: Mapping[str, str]) -> None:
        """From now on these accounts (id to name) belong to an organization that `management` manages."""
        self.organization.found(management, names)

    # Counting round trips.

    @property
    def latency_seconds(self) -> float:
        """Every answer of every service takes at least this long."""
        return self.cloudfront.faults.latency_seconds

    @latency_seconds.setter
    def latency_seconds(self, seconds: float) -> None:
        for service in self._services:
            service.faults.latency_seconds = seconds

    def requests_since(self, began: float = 0.0) -> list[LoggedRequest]:
        """The requests to all services that arrived at this moment of the monotonic clock or later, oldest first."""
        everything = (each for service in self._services for each in service.requests if each.began >= began)
        return sorted(everything, key=lambda each: each.began)

    def depth(self, began: float = 0.0) -> int:
        """How many of these requests ran one after another; those that ran side by side count once."""
        return in_a_row(self.requests_since(began))


def _user_of(account: str) -> Identity:
    """The same key for the same account in every run, so that a shared moto keeps knowing it."""
    letters = random.Random(account)  # noqa: S311 - made up, and to be the same every time
    return Identity(
        account=account,
        arn=f"arn:aws:iam::{account}:user/cname-bot",
        access_key="AKIA" + "".join(letters.choices(string.ascii_uppercase + "234567", k=16)),
        secret="".join(letters.choices(string.ascii_letters + string.digits, k=40)),
    )
