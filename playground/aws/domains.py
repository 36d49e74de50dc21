"""CloudFront's newer way to look for conflicts and to move names: of distributions and of tenants alike.

AWS quotes no failure texts for these operations; conditions and texts are those of the older ones, and where AWS does
not say whether a condition holds, it holds.
"""

from dataclasses import dataclass

from playground.aws import refusals
from playground.aws.distributions import Distributions, Permit, everything_permitted
from playground.aws.resources import ConnectionGroup, Distribution, Holder, Tenant

DOMAINS_PER_TENANT = 5


@dataclass(frozen=True, slots=True)
class Named:
    """A distribution or a tenant by its id; a caller must give exactly one of them."""

    distribution_id: str
    tenant_id: str

    def arn(self, account: str) -> str:
        if self.distribution_id:
            return f"arn:aws:cloudfront::{account}:distribution/{self.distribution_id}"
        return f"arn:aws:cloudfront::{account}:distribution-tenant/{self.tenant_id}"

    @property
    def updating(self) -> str:
        """The operation that a caller must be allowed on whatever he changes."""
        return "UpdateDistribution" if self.distribution_id else "UpdateDistributionTenant"


class Domains(Distributions):
    """ListDomainConflicts, UpdateDomainAssociation, and what is read of tenants and connection groups."""

    def domain_conflicts(self, account: str, validating: Named, domain: str) -> list[tuple[str, Holder]]:
        """ListDomainConflicts: (name, holder), without the validating resource itself."""
        own = self._own_named(account, validating)
        self._refuse_malformed([domain])
        self._refuse_uncovered(own, domain)
        return self._conflicts_with(own, domain)

    async def update_domain_association(
        self,
        account: str,
        target: Named,
        domain: str,
        if_match: str | None,
        permit: Permit = everything_permitted,
    ) -> Holder:
        """UpdateDomainAssociation; the target as it is afterwards.

        A source of the same account may go on serving, and needs no record. Any other name does, also one that nobody
        holds: AWS does not say so, and without it anybody could take a name that is free for a moment.
        """
        taking = self._fit_target(account, target, domain, if_match)
        if domain in taking.aliases:
            return taking
        self._permit_taking(domain, account, permit)
        source = self.holder_of(domain)
        if source is None or source.account != account:
            await self._demand_record(taking, domain)
            # The look-up took time, in which everything may have changed.
            taking, source = self._fit_target(account, target, domain, if_match), self.holder_of(domain)
            if source is taking:
                return taking
            self._permit_taking(domain, account, permit)
            self._refuse_enabled_elsewhere(source, account)
        if isinstance(taking, Tenant) and len(taking.domains) >= DOMAINS_PER_TENANT:
            raise refusals.entity_limit_exceeded()
        if isinstance(taking, Distribution):
            self._refuse_full(taking)
        self._move(domain, source, taking)
        return taking

    def own_tenant(self, account: str, identifier: str) -> Tenant:
        """The account's tenant of this id, ARN or name."""
        for each in self._tenants.values():
            if each.account == account and identifier in {each.id, each.arn, each.name}:
                return each
        raise refusals.entity_not_found()

    def own_tenant_of(self, account: str, domain: str) -> Tenant:
        """The account's tenant that has exactly this name."""
        holder = self.holder_of(domain)
        if isinstance(holder, Tenant) and holder.account == account:
            return holder
        raise refusals.entity_not_found()

    def tenants_of(self, account: str, *, distribution_id: str = "", group_id: str = "") -> list[Tenant]:
        """The account's tenants, all or those of a distribution or a connection group."""
        return [
            each
            for each in self._tenants.values()
            if each.account == account
            and distribution_id in {"", each.distribution.id}
            and group_id in {"", each.connection_group.id}
        ]

    def own_group(self, account: str, identifier: str) -> ConnectionGroup:
        """The account's connection group of this id, ARN, name or routing endpoint."""
        for each in self.groups_of(account):
            if identifier in {each.id, each.arn, each.name, each.routing_endpoint}:
                return each
        raise refusals.entity_not_found()

    def groups_of(self, account: str) -> list[ConnectionGroup]:
        return [each for each in self._groups.values() if each.account == account]

    def own_tags(self, account: str, arn: str) -> dict[str, str]:
        """The tags of something of this account."""
        if arn not in self._tags or arn.split(":")[4] != account:
            raise refusals.no_such_resource()
        return self._tags[arn]

    def _fit_target(self, account: str, target: Named, domain: str, if_match: str | None) -> Holder:
        taking = self._own_named(account, target)
        if if_match is not None and if_match != taking.etag:
            raise refusals.precondition_failed()
        self._refuse_malformed([domain])
        if domain in taking.aliases:
            return taking
        if isinstance(taking, Distribution):
            self._refuse_unfit_target(taking)
        elif not taking.enabled:
            raise refusals.invalid_argument("The target distribution tenant must be enabled.")
        self._refuse_uncovered(taking, domain)
        return taking

    def _own_named(self, account: str, named: Named) -> Holder:
        if bool(named.distribution_id) == bool(named.tenant_id):
            raise refusals.invalid_argument("Specify either DistributionId or DistributionTenantId.")
        found: Holder | None = self._by_id.get(named.distribution_id) or self._tenants.get(named.tenant_id)
        if found is None or found.account != account:
            raise refusals.entity_not_found()
        return found
