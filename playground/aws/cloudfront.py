"""CloudFront over HTTP: which operation a request means, who may ask for it, and its answer in REST-XML.

The rules are in distributions and domains. An operation that is not here is refused, never guessed.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from aiohttp import web

from playground.aws import presentation, refusals, routes, wire
from playground.aws.certificates import Certificates
from playground.aws.distributions import LookUpCname, LookUpTxt, Permit, no_cname
from playground.aws.domains import Domains, Named
from playground.aws.endpoint import Call, Served
from playground.aws.names import record_name
from playground.aws.refusals import Refusal
from playground.aws.resources import ConnectionGroup, Distribution, Tenant
from playground.aws.server_certificates import ServerCertificates
from playground.aws.signing import Identity, utc_now

T = TypeVar("T", Tenant, ConnectionGroup)


@dataclass(frozen=True, slots=True)
class _Caller:
    account: str
    permit: Permit


class CloudFront(Domains, Served):
    """Everything of every account, served over HTTP; `create` and the other switches need no signature."""

    signing_name = "cloudfront"

    def __init__(
        self,
        *,
        certificates: Certificates,
        server_certificates: ServerCertificates,
        lookup_txt: LookUpTxt,
        lookup_cname: LookUpCname = no_cname,
        identity_of: Callable[[str], Identity | None],
        seed: int = 1,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(
            certificates=certificates,
            server_certificates=server_certificates,
            lookup_txt=lookup_txt,
            lookup_cname=lookup_cname,
            seed=seed,
            now=now,
        )
        self.largest_page = 100
        """Items on one page at most, whatever the caller asks for; lower it to see pages."""
        self._denied: set[tuple[str, str]] = set()
        Served.__init__(self, identity_of, now)
        self._answers: dict[str, Callable[[Call, _Caller], Awaitable[web.Response]]] = {
            "ListDistributions": self._list_distributions,
            "GetDistribution": self._get_distribution,
            "GetDistributionConfig": self._get_distribution_config,
            "UpdateDistribution": self._update_distribution,
            "ListConflictingAliases": self._list_conflicting_aliases,
            "AssociateAlias": self._associate_alias,
            "ListDomainConflicts": self._list_domain_conflicts,
            "UpdateDomainAssociation": self._update_domain_association,
            "ListDistributionTenants": self._list_distribution_tenants,
            "GetDistributionTenant": self._get_distribution_tenant,
            "GetDistributionTenantByDomain": self._get_distribution_tenant_by_domain,
            "ListConnectionGroups": self._list_connection_groups,
            "GetConnectionGroup": self._get_connection_group,
            "GetConnectionGroupByRoutingEndpoint": self._get_connection_group,
            "ListTagsForResource": self._list_tags_for_resource,
        }

    async def start(self) -> None:
        # Both read big files at their first use, which must not stop the world in the middle of a call.
        await asyncio.to_thread(wire.model)
        await asyncio.to_thread(record_name, "example.com")
        await super().start()

    def deny(self, account: str, operation: str) -> None:
        """No policy of this account allows the operation any more."""
        self._denied.add((account, operation))

    def allow(self, account: str, operation: str) -> None:
        self._denied.discard((account, operation))

    def read(self, request: web.Request, body: bytes) -> Call:
        return routes.read(request, body)

    async def perform(self, call: Call, caller: Identity) -> web.Response:
        answer = self._answers.get(call.operation)
        if answer is None:
            raise refusals.unknown_operation()
        return await answer(call, _Caller(caller.account, self._permit_of(caller)))

    def refuse(self, refusal: Refusal) -> web.Response:
        request_id = str(uuid.uuid4())
        body = wire.write_error(refusal.code, refusal.message, request_id)
        return _response(body, status=refusal.status, request_id=request_id)

    def _permit_of(self, caller: Identity) -> Permit:
        def permit(operation: str, arn: str) -> None:
            action = f"cloudfront:{operation}"
            if (caller.account, operation) in self._denied:
                raise refusals.access_denied(caller.arn, operation, arn)
            if (because := caller.permissions.why_not(action, arn)) is not None:
                raise refusals.not_authorized(caller.arn, action, arn, because)

        return permit

    # Standard distributions

    async def _list_distributions(self, call: Call, caller: _Caller) -> web.Response:
        caller.permit(call.operation, "*")
        marker, size = call.params.get("Marker", ""), self._page_size(call)
        everything = self.of_account(caller.account)
        ids = [each.id for each in everything]
        if marker and marker not in ids:
            raise refusals.invalid_argument("The parameter Marker is not valid.")
        rest = everything[ids.index(marker) + 1 :] if marker else everything
        page = rest[:size]
        listed: dict[str, Any] = {
            "Marker": marker,
            "MaxItems": size,
            "IsTruncated": len(rest) > size,
            "NextMarker": page[-1].id if len(rest) > size else None,
            "Quantity": len(page),
            "Items": [presentation.distribution_summary(each, self.status(each)) for each in page] or None,
        }
        # A hundred whole configurations take a while; other requests arrive meanwhile, and are counted when they do.
        return _response(await asyncio.to_thread(wire.write, "DistributionList", listed))

    async def _get_distribution(self, call: Call, caller: _Caller) -> web.Response:
        caller.permit(call.operation, _distribution_arn(caller, call.params["Id"]))
        return self._shown(self.own(caller.account, call.params["Id"]))

    async def _get_distribution_config(self, call: Call, caller: _Caller) -> web.Response:
        caller.permit(call.operation, _distribution_arn(caller, call.params["Id"]))
        found = self.own(caller.account, call.params["Id"])
        return _response(wire.write("DistributionConfig", found.config), etag=found.etag)

    async def _update_distribution(self, call: Call, caller: _Caller) -> web.Response:
        caller.permit(call.operation, _distribution_arn(caller, call.params["Id"]))
        config = wire.read_distribution_config(call.body)
        if_match = call.headers.get("If-Match")
        return self._shown(await self.update(caller.account, call.params["Id"], if_match, config))

    async def _list_conflicting_aliases(self, call: Call, caller: _Caller) -> web.Response:
        validating = call.params.get("DistributionId", "")
        caller.permit(call.operation, _distribution_arn(caller, validating))
        found = self.conflicting(caller.account, validating, call.params.get("Alias", ""))
        size = self._page_size(call)
        page, next_marker = self._page(call, found)
        listed: dict[str, Any] = {
            # AWS sends no IsTruncated here: only the marker tells that there is more.
            "NextMarker": next_marker,
            "MaxItems": size,
            "Quantity": len(page),
            "Items": [presentation.conflicting_alias(alias, holder) for alias, holder in page] or None,
        }
        return _response(wire.write("ConflictingAliasesList", listed))

    async def _associate_alias(self, call: Call, caller: _Caller) -> web.Response:
        target = call.params["TargetDistributionId"]
        for operation in (call.operation, "UpdateDistribution"):
            caller.permit(operation, _distribution_arn(caller, target))
        await self.associate(caller.account, target, call.params.get("Alias", ""), caller.permit)
        return _response(b"")

    # Distributions and tenants

    async def _list_domain_conflicts(self, call: Call, caller: _Caller) -> web.Response:
        params = wire.read_request(call.operation, call.body)
        validating = _named(params)
        caller.permit(call.operation, validating.arn(caller.account))
        found = self.domain_conflicts(caller.account, validating, params.get("Domain", ""))
        page, next_marker = self._page(call, found)
        conflicts = [presentation.domain_conflict(domain, holder) for domain, holder in page]
        listed = {"DomainConflicts": conflicts, "NextMarker": next_marker}
        return _response(wire.write("ListDomainConflictsResult", listed))

    async def _update_domain_association(self, call: Call, caller: _Caller) -> web.Response:
        params = wire.read_request(call.operation, call.body)
        target, domain = _named(params), params.get("Domain", "")
        for operation in (call.operation, target.updating):
            caller.permit(operation, target.arn(caller.account))
        if_match = call.headers.get("If-Match")
        changed = await self.update_domain_association(caller.account, target, domain, if_match, caller.permit)
        shown = {"Domain": domain, "ResourceId": changed.id}
        return _response(wire.write("UpdateDomainAssociationResult", shown), etag=changed.etag)

    async def _list_distribution_tenants(self, call: Call, caller: _Caller) -> web.Response:
        params = wire.read_request(call.operation, call.body)
        caller.permit(call.operation, "*")
        distribution_id, group_id = params.get("DistributionId", ""), params.get("ConnectionGroupId", "")
        found = self.tenants_of(caller.account, distribution_id=distribution_id, group_id=group_id)
        page, next_marker = self._page(call, found)
        tenants = [presentation.tenant_summary(each, self.status(each)) for each in page]
        listed = {"NextMarker": next_marker, "DistributionTenantList": tenants}
        return _response(wire.write("ListDistributionTenantsResult", listed))

    async def _get_distribution_tenant(self, call: Call, caller: _Caller) -> web.Response:
        return self._tenant_shown(call, caller, self.own_tenant, call.params["Identifier"])

    async def _get_distribution_tenant_by_domain(self, call: Call, caller: _Caller) -> web.Response:
        return self._tenant_shown(call, caller, self.own_tenant_of, call.params.get("domain", ""))

    async def _list_connection_groups(self, call: Call, caller: _Caller) -> web.Response:
        caller.permit(call.operation, "*")
        page, next_marker = self._page(call, self.groups_of(caller.account))
        groups = [presentation.connection_group_summary(each, self.status(each)) for each in page]
        listed = {"NextMarker": next_marker, "ConnectionGroups": groups}
        return _response(wire.write("ListConnectionGroupsResult", listed))

    async def _get_connection_group(self, call: Call, caller: _Caller) -> web.Response:
        identifier = call.params.get("Identifier") or call.params.get("RoutingEndpoint", "")
        found = _found(self.own_group, caller.account, identifier)
        arn = f"arn:aws:cloudfront::{caller.account}:connection-group/{identifier}"
        caller.permit(call.operation, found.arn if found else arn)
        if found is None:
            raise refusals.entity_not_found()
        shown = presentation.connection_group(found, self.status(found))
        return _response(wire.write("ConnectionGroup", shown), etag=found.etag)

    async def _list_tags_for_resource(self, call: Call, caller: _Caller) -> web.Response:
        arn = call.params.get("Resource", "")
        caller.permit(call.operation, arn)
        if not arn.startswith("arn:aws:cloudfront::"):
            raise refusals.invalid_argument("The parameter Resource is not valid.")
        return _response(wire.write("Tags", presentation.tags_of(self.own_tags(caller.account, arn))))

    # Parts of answers

    def _shown(self, found: Distribution) -> web.Response:
        shown = presentation.distribution(found, self.status(found))
        return _response(wire.write("Distribution", shown), etag=found.etag)

    def _tenant_shown(
        self, call: Call, caller: _Caller, find: Callable[[str, str], Tenant], identifier: str
    ) -> web.Response:
        found = _found(find, caller.account, identifier)
        arn = f"arn:aws:cloudfront::{caller.account}:distribution-tenant/{identifier}"
        caller.permit(call.operation, found.arn if found else arn)
        if found is None:
            raise refusals.entity_not_found()
        shown = presentation.tenant(found, self.status(found), self.own_tags(caller.account, found.arn))
        return _response(wire.write("DistributionTenant", shown), etag=found.etag)

    def _page(self, call: Call, found: Sequence[Any]) -> tuple[Sequence[Any], str | None]:
        """The items after the marker, and the marker of the next page, if there is one."""
        size, marker = self._page_size(call), call.params.get("Marker") or "0"
        if not marker.isdecimal():
            raise refusals.invalid_argument("The parameter Marker is not valid.")
        end = int(marker) + size
        return found[int(marker) : end], str(end) if end < len(found) else None

    def _page_size(self, call: Call) -> int:
        asked = call.params.get("MaxItems") or "100"
        if not asked.isdecimal() or not 1 <= int(asked) <= 100:
            raise refusals.invalid_argument("The parameter MaxItems must be a number from 1 to 100.")
        return min(int(asked), self.largest_page)


def _named(params: dict[str, str]) -> Named:
    return Named(params.get("DistributionId", ""), params.get("DistributionTenantId", ""))


def _found(find: Callable[[str, str], T], account: str, identifier: str) -> T | None:
    """None instead of a refusal: what a caller may not read must not be told from what does not exist."""
    try:
        return find(account, identifier)
    except Refusal:
        return None


def _distribution_arn(caller: _Caller, distribution_id: str) -> str:
    return f"arn:aws:cloudfront::{caller.account}:distribution/{distribution_id}"


def _response(
    body: bytes, *, status: int = 200, etag: str | None = None, request_id: str | None = None
) -> web.Response:
    headers = {"x-amzn-RequestId": request_id or str(uuid.uuid4())}
    if body:
        headers["Content-Type"] = "text/xml"
    if etag:
        headers["ETag"] = etag
    return web.Response(status=status, body=body, headers=headers)
