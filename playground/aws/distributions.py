"""CloudFront's rules about the aliases of standard distributions. No HTTP, no XML, no waiting but for DNS.

Rules and their order are those of the public API reference and of the error texts people report; where AWS does not
say, the stricter reading is taken. Must never be kinder than CloudFront: a bot that passes here must pass there.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from playground.aws import refusals
from playground.aws.certificates import Certificates, Coverage
from playground.aws.configuration import aliases_of, certificate_of, is_of_acm, with_defaults
from playground.aws.estate import Estate
from playground.aws.names import conflicts, is_alias, record_name
from playground.aws.resources import Distribution, Holder, Tenant, dns_name
from playground.aws.server_certificates import ServerCertificates
from playground.aws.signing import utc_now

ALIASES_PER_DISTRIBUTION = 100
"""The default quota."""
_LONGEST_CHAIN = 8

LookUpTxt = Callable[[str], Awaitable[list[str]]]
"""The TXT values of a name as a caching resolver sees them, strings of one value joined; none is an empty list."""
LookUpCname = Callable[[str], Awaitable[str | None]]
"""Where the CNAME record of a name points to, without a dot at its end; None if it has none."""
Permit = Callable[[str, str], None]
"""Permit(operation, arn) raises the Refusal of a caller who may not do that to this resource."""


def everything_permitted(_operation: str, _arn: str) -> None:
    """The permission of the world itself."""


async def no_cname(_name: str) -> str | None:
    """A world without CNAME records."""
    await asyncio.sleep(0)
    return None


class Distributions(Estate):
    """The operations that look for conflicts of standard distributions, move their aliases, or replace them whole."""

    def __init__(
        self,
        *,
        certificates: Certificates,
        server_certificates: ServerCertificates,
        lookup_txt: LookUpTxt,
        lookup_cname: LookUpCname = no_cname,
        seed: int = 1,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(seed=seed, now=now)
        self.alias_quota = ALIASES_PER_DISTRIBUTION
        """Aliases that a distribution may have."""
        self._certificates = certificates
        self._server_certificates = server_certificates
        self._lookup_txt = lookup_txt
        self._lookup_cname = lookup_cname

    def own(self, account: str, distribution_id: str) -> Distribution:
        """The account's distribution; a foreign one is answered like one that does not exist."""
        found = self._by_id.get(distribution_id)
        if found is None or found.account != account:
            raise refusals.no_such_distribution()
        return found

    def conflicting(self, account: str, distribution_id: str, alias: str) -> list[tuple[str, Distribution]]:
        """ListConflictingAliases: (alias, holder), without the validating distribution itself.

        Tenants are left out: AWS documents this operation for standard distributions only.
        """
        validating = self.own(account, distribution_id)
        self._refuse_malformed([alias])
        self._refuse_uncovered(validating, alias)
        found = self._conflicts_with(validating, alias)
        return [(held, each) for held, each in found if isinstance(each, Distribution)]

    async def associate(self, account: str, target_id: str, alias: str, permit: Permit = everything_permitted) -> None:
        """AssociateAlias, with its conditions in the order in which people report them."""
        target = self.own(account, target_id)
        self._refuse_malformed([alias])
        if alias in target.aliases:
            return
        self._permit_taking(alias, account, permit)
        self._refuse_unfit_target(target)
        self._refuse_uncovered(target, alias)
        await self._demand_record(target, alias)
        # The look-up took time: somebody else may have moved the alias, or deleted the target, meanwhile.
        target = self.own(account, target_id)
        source = self.holder_of(alias)
        if source is target:
            return
        if isinstance(source, Tenant):
            raise refusals.invalid_argument("The alias is associated with a distribution tenant.")
        self._permit_taking(alias, account, permit)
        self._refuse_enabled_elsewhere(source, account)
        self._refuse_full(target)
        self._move(alias, source, target)

    async def update(
        self, account: str, distribution_id: str, if_match: str | None, config: dict[str, Any]
    ) -> Distribution:
        """UpdateDistribution: replaces the whole configuration."""
        wanted = with_defaults(config)
        added = [each for each in aliases_of(wanted) if each not in self.own(account, distribution_id).aliases]
        points_elsewhere = await self._points_elsewhere(self.own(account, distribution_id), added)
        changed = self.own(account, distribution_id)
        if not if_match:
            raise refusals.no_if_match()
        if if_match != changed.etag:
            raise refusals.precondition_failed()
        if config["CallerReference"] != changed.config["CallerReference"]:
            raise refusals.caller_reference_changed()
        self._refuse_aliases(changed, wanted)
        if points_elsewhere:
            raise refusals.alias_points_elsewhere()
        self._put(changed, wanted)
        return changed

    async def _points_elsewhere(self, changed: Distribution, added: list[str]) -> bool:
        """Whether DNS leads any of these names to CloudFront, but not to this distribution."""
        for alias in added:
            name, hops = alias, 0
            while hops < _LONGEST_CHAIN and (points_to := await self._lookup_cname(name)) is not None:
                name, hops = points_to.rstrip(".").lower(), hops + 1
            if name.endswith(".cloudfront.net") and name != changed.domain_name:
                return True
        return False

    def _refuse_aliases(self, changed: Distribution, wanted: dict[str, Any]) -> None:
        aliases = aliases_of(wanted)
        self._refuse_malformed(aliases)
        if aliases and wanted["ConnectionMode"] == "tenant-only":
            raise refusals.invalid_argument("A multi-tenant distribution can't have aliases.")
        certificate = certificate_of(wanted)
        if certificate != changed.attached_certificate or not set(aliases) <= set(changed.aliases):
            self._refuse_certificate(changed.account, certificate, aliases)
        if len(aliases) > self.alias_quota:
            raise refusals.too_many_aliases()
        if any(self.holder_of(alias) not in {None, changed} for alias in aliases):
            raise refusals.alias_already_exists()

    def _refuse_certificate(self, account: str, certificate: str | None, aliases: list[str]) -> None:
        if certificate is None:
            if aliases:
                raise refusals.no_trusted_certificate("InvalidViewerCertificate")
            return
        coverage = self._coverage(account, certificate, aliases)
        if coverage is Coverage.NOT_USABLE:
            raise refusals.unusable_certificate()
        if coverage is Coverage.DOES_NOT_COVER:
            raise refusals.certificate_does_not_cover()

    # Conditions that several operations share.

    def _conflicts_with(self, validating: Holder, alias: str) -> list[tuple[str, Holder]]:
        found = [
            (held, each)
            for each in self._holders()
            if each is not validating
            for held in each.aliases
            if conflicts(alias, held)
        ]
        return sorted(found, key=lambda pair: (pair[0] != alias, pair[0]))

    def _refuse_malformed(self, aliases: list[str]) -> None:
        for alias in aliases:
            if not is_alias(alias):
                raise refusals.invalid_argument(f"The parameter Alias contains a value that is not valid: {alias}")

    def _refuse_unfit_target(self, target: Distribution) -> None:
        if target.is_multi_tenant or target.config["Staging"]:
            raise refusals.invalid_argument("The target must be a standard distribution that is not a staging one.")
        if not target.enabled:
            raise refusals.invalid_argument("The target distribution must be enabled.")

    def _refuse_uncovered(self, holder: Holder, alias: str) -> None:
        attached = holder.attached_certificate
        if attached is None or self._coverage(holder.account, attached, [alias]) is not Coverage.COVERS:
            raise refusals.no_trusted_certificate("InvalidArgument")

    def _coverage(self, account: str, certificate: str, aliases: list[str]) -> Coverage:
        store = self._certificates if is_of_acm(certificate) else self._server_certificates
        return store.coverage(account, certificate, aliases)

    async def _demand_record(self, target: Holder, alias: str) -> None:
        if dns_name(target) not in await self._lookup_txt(record_name(alias)):
            raise refusals.missing_txt()

    def _permit_taking(self, alias: str, account: str, permit: Permit) -> None:
        """Taking a name from somebody of the same account changes him too."""
        source = self.holder_of(alias)
        if source is not None and source.account == account:
            permit("UpdateDistribution" if isinstance(source, Distribution) else "UpdateDistributionTenant", source.arn)

    def _refuse_enabled_elsewhere(self, source: Holder | None, account: str) -> None:
        if source is not None and source.account != account and _is_serving(source):
            raise refusals.source_enabled()

    def _refuse_full(self, target: Distribution) -> None:
        if len(target.aliases) >= self.alias_quota:
            raise refusals.too_many_aliases()

    def _move(self, alias: str, source: Holder | None, target: Holder) -> None:
        if source is not None:
            self._drop_alias(source, alias)
        self._give_alias(target, alias)


def _is_serving(holder: Holder) -> bool:
    return holder.enabled and (isinstance(holder, Distribution) or holder.distribution.enabled)
