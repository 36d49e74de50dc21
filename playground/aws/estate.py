"""What every account has in CloudFront, and the world's switches on it. None of them asks CloudFront's rules.

One thing is true all the same, whoever changes what: a name has at most one holder, distribution or tenant.
"""

import random
import string
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from playground.aws import wire
from playground.aws.configuration import config_of, merged, with_aliases, with_certificate
from playground.aws.refusals import Refusal
from playground.aws.resources import ConnectionGroup, Distribution, Holder, Tenant
from playground.aws.signing import utc_now

_CAPITALS = string.ascii_uppercase + string.digits
_SMALL = string.ascii_lowercase + string.digits
_LETTERS = string.ascii_letters + string.digits


class Estate:
    """Distributions, tenants, connection groups and tags of all accounts."""

    def __init__(self, *, seed: int = 1, now: Callable[[], datetime] = utc_now) -> None:
        self.deployment_seconds = 1.0
        """How long a changed distribution or tenant stays InProgress."""
        self._now = now
        self._random = random.Random(seed)  # noqa: S311 - ids that look real and are the same in every run
        self._by_id: dict[str, Distribution] = {}
        self._tenants: dict[str, Tenant] = {}
        self._groups: dict[str, ConnectionGroup] = {}
        self._tags: dict[str, dict[str, str]] = {}

    # The world's switches.

    def create(
        self,
        account: str,
        *,
        aliases: Iterable[str] = (),
        certificate: str | None = None,
        enabled: bool = True,
        staging: bool = False,
        connection_mode: str = "direct",
        comment: str = "",
        origin: str = "origin.example.net",
        origin_headers: Mapping[str, str] | None = None,
        config: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Distribution:
        """A new distribution, already deployed; ValueError if somebody holds one of the aliases.

        `certificate` is an ARN of ACM's or the id of a server certificate. `config` is merged into the rest: a dict
        like boto3's DistributionConfig, with only the members that are to be different.
        """
        names = list(aliases)
        self._demand_free(names)
        complete = config_of(
            reference=self._identifier("", 20, string.digits),
            aliases=names,
            certificate=certificate,
            enabled=enabled,
            staging=staging,
            connection_mode=connection_mode,
            comment=comment,
            origin=origin,
            origin_headers=origin_headers or {},
        )
        now = self._now()
        new = Distribution(
            id=self._identifier("E", 13, _CAPITALS),
            account=account,
            domain_name=self._domain_name(),
            config=deepcopy(_configured(complete, config or {})),
            etag=self._new_etag(),
            changed_at=now,
            deployed_at=now,
        )
        if names and new.is_multi_tenant:
            raise ValueError("a multi-tenant distribution has no aliases; its tenants have them")
        self._by_id[new.id] = new
        self.set_tags(new.arn, tags or {})
        return new

    def create_tenant(
        self,
        account: str,
        distribution: Distribution,
        domains: Iterable[str],
        *,
        name: str = "",
        enabled: bool = True,
        certificate: str | None = None,
        web_acl: str | None = None,
        connection_group: ConnectionGroup | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Tenant:
        """A new tenant of a distribution made with connection_mode="tenant-only", already deployed.

        ValueError if somebody holds one of the names, or if the distribution is no multi-tenant one of this account.
        """
        names = list(domains)
        self._demand_free(names)
        if not distribution.is_multi_tenant or distribution.account != account:
            raise ValueError(f"{distribution.id} is no multi-tenant distribution of {account}")
        now = self._now()
        identifier = self._identifier("dt_", 27, _LETTERS)
        new = Tenant(
            id=identifier,
            account=account,
            name=name or f"tenant-{len(self._tenants) + 1}",
            distribution=distribution,
            connection_group=connection_group or self._default_group(account),
            domains=names,
            enabled=enabled,
            certificate=certificate,
            web_acl=web_acl,
            created_at=now,
            etag=self._new_etag(),
            changed_at=now,
            deployed_at=now,
        )
        self._tenants[new.id] = new
        self.set_tags(new.arn, tags or {})
        return new

    def create_connection_group(self, account: str, name: str, *, is_default: bool = False) -> ConnectionGroup:
        """Another routing endpoint for tenants; an account's first tenant makes the default one by itself."""
        now = self._now()
        new = ConnectionGroup(
            id=self._identifier("cg_", 27, _LETTERS),
            account=account,
            name=name,
            routing_endpoint=self._domain_name(),
            is_default=is_default,
            etag=self._new_etag(),
            changed_at=now,
            deployed_at=now,
        )
        self._groups[new.id] = new
        self.set_tags(new.arn, {})
        return new

    def set_enabled(self, resource_id: str, enabled: bool) -> None:  # noqa: FBT001 - the name says what it is
        """Switch a distribution or a tenant on or off."""
        changed = self._tenants.get(resource_id) or self.distribution(resource_id)
        if isinstance(changed, Tenant):
            changed.enabled = enabled
            self._touch(changed)
        else:
            self._put(changed, changed.config | {"Enabled": enabled})

    def set_certificate(self, distribution_id: str, certificate: str | None) -> None:
        """Attach another certificate by ARN or id; None means CloudFront's own default certificate."""
        changed = self.distribution(distribution_id)
        self._put(changed, with_certificate(changed.config, certificate))

    def configure(self, distribution_id: str, config: Mapping[str, Any]) -> None:
        """Change members of a configuration, merged as `create` does."""
        changed = self.distribution(distribution_id)
        self._put(changed, _configured(changed.config, config))

    def set_aliases(self, distribution_id: str, aliases: Iterable[str]) -> None:
        """Give a distribution these aliases and take them from whoever holds them now."""
        wanted = list(aliases)
        changed = self.distribution(distribution_id)
        if wanted and changed.is_multi_tenant:
            raise ValueError("a multi-tenant distribution has no aliases; its tenants have them")
        for alias in wanted:
            holder = self.holder_of(alias)
            if holder is not None and holder is not changed:
                self._drop_alias(holder, alias)
        self._put(changed, with_aliases(changed.config, wanted))

    def swap(self, alias: str, to_distribution: Distribution) -> None:
        """What AWS Support does: the alias goes over, whoever had it, and nobody's permission is asked."""
        if alias not in to_distribution.aliases:
            self.set_aliases(to_distribution.id, [*to_distribution.aliases, alias])

    def set_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        """Replace the tags of a distribution, tenant or connection group."""
        self._tags[arn] = dict(tags)

    def delete(self, resource_id: str) -> None:
        """Delete a distribution or a tenant."""
        deleted = self._tenants.pop(resource_id, None) or self._by_id.pop(resource_id)
        self._tags.pop(deleted.arn, None)

    # Looking.

    def distribution(self, distribution_id: str) -> Distribution:
        """Any account's distribution; KeyError if there is none."""
        return self._by_id[distribution_id]

    def tenant(self, tenant_id: str) -> Tenant:
        """Any account's tenant; KeyError if there is none."""
        return self._tenants[tenant_id]

    def holder_of(self, alias: str) -> Holder | None:
        """Whoever has exactly this alias."""
        return next((each for each in self._holders() if alias in each.aliases), None)

    def status(self, resource: Holder | ConnectionGroup) -> str:
        return "Deployed" if self._now() >= resource.deployed_at else "InProgress"

    def of_account(self, account: str) -> list[Distribution]:
        return [each for each in self._by_id.values() if each.account == account]

    # For the rules.

    def _holders(self) -> list[Holder]:
        return [*self._by_id.values(), *self._tenants.values()]

    def _demand_free(self, aliases: Iterable[str]) -> None:
        for alias in aliases:
            if (holder := self.holder_of(alias)) is not None:
                raise ValueError(f"{alias} is held by {holder.id}")

    def _default_group(self, account: str) -> ConnectionGroup:
        mine = (each for each in self._groups.values() if each.account == account and each.is_default)
        return next(mine, None) or self.create_connection_group(account, "CreatedByCloudFront", is_default=True)

    def _give_alias(self, holder: Holder, alias: str) -> None:
        if isinstance(holder, Tenant):
            holder.domains = [*holder.domains, alias]
            self._touch(holder)
        else:
            self._put(holder, with_aliases(holder.config, [*holder.aliases, alias]))

    def _drop_alias(self, holder: Holder, alias: str) -> None:
        rest = [each for each in holder.aliases if each != alias]
        if isinstance(holder, Tenant):
            holder.domains = rest
            self._touch(holder)
        else:
            self._put(holder, with_aliases(holder.config, rest))

    def _put(self, changed: Distribution, config: dict[str, Any]) -> None:
        changed.config = deepcopy(config)
        self._touch(changed)

    def _touch(self, changed: Holder) -> None:
        changed.etag = self._new_etag()
        changed.changed_at = self._now()
        changed.deployed_at = changed.changed_at + timedelta(seconds=self.deployment_seconds)

    def _new_etag(self) -> str:
        return self._identifier("E", 13, _CAPITALS)

    def _domain_name(self) -> str:
        return self._identifier("d", 13, _SMALL) + ".cloudfront.net"

    def _identifier(self, prefix: str, length: int, alphabet: str) -> str:
        return prefix + "".join(self._random.choices(alphabet, k=length))


def _configured(config: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """ValueError for what AWS's model does not know, so that a mistake of the world is no rule of CloudFront's."""
    if not changes:
        return config
    if "Aliases" in changes:
        raise ValueError("aliases have an argument of their own: somebody else may hold them")
    result = merged(config, changes)
    try:
        wire.refuse_incomplete(result)
    except Refusal as refusal:
        raise ValueError(refusal.message) from refusal
    return result
