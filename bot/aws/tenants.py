"""Distribution tenants: the one that has an alias, or is wanted as its target, told as what distributions are told as.

A tenant serves names with the configuration of a multi-tenant distribution, through the endpoint of a connection group.
Asked for by the alias and by id, never listed: an account may have very many. Must never hide that a wanted tenant
could not be read.
"""

from dataclasses import replace
from typing import Any

from bot.alias_move.findings import Certificate, CertificateKind, Distribution
from bot.alias_move.names import AccountId, AliasName, DistributionId
from bot.alias_move.visitors import Behaviour
from bot.aws.calls import Answer, Calls, together
from bot.aws.inventory import NOT_LOOKED_AT, read_distribution
from bot.aws.refusals import Declined, Denied, NotOffered, Service

_NO_SUCH_TENANT = "EntityNotFound"


async def tenants_of(calls: Calls, alias: AliasName, wanted: DistributionId | None) -> tuple[Distribution, ...]:
    """The account's tenant that has the alias, and the wanted one; none of them twice. Raises as `Calls.ask`."""
    async with together() as group:
        holding = group.create_task(_holder(calls, alias))
        asked_for = group.create_task(read_tenant(calls, wanted)) if wanted is not None and wanted.is_tenant else None
    found = [holding.result(), asked_for.result() if asked_for else None]
    return tuple({one.id: one for one in found if one is not None}.values())


async def read_tenant(calls: Calls, tenant_id: DistributionId) -> Distribution | None:
    """One tenant of the account as it is now; None if there is none. Raises as `Calls.ask`."""
    answer = await ask_for_tenant(calls, tenant_id)
    return None if answer is None else await _completed(calls, answer["DistributionTenant"])


async def read_side(calls: Calls, side: DistributionId) -> Distribution | None:
    """A distribution or a tenant, whichever has that id. Raises as `Calls.ask`."""
    return await (read_tenant(calls, side) if side.is_tenant else read_distribution(calls, side.text))


def resource_of(side: DistributionId) -> dict[str, str]:
    """How operations that know both kinds want one to be named."""
    return {"DistributionTenantId" if side.is_tenant else "DistributionId": side.text}


async def ask_for_tenant(calls: Calls, tenant_id: DistributionId) -> Answer | None:
    """GetDistributionTenant; None if there is none in the account. Raises as `Calls.ask`."""
    try:
        return await calls.ask(Service.CLOUDFRONT, "GetDistributionTenant", Identifier=tenant_id.text)
    except Declined as no:
        if no.code == _NO_SUCH_TENANT:
            return None
        raise


def domains_of(tenant: dict[str, Any]) -> tuple[str, ...]:
    """Its aliases, under the word that distributions use."""
    return tuple(one["Domain"] for one in tenant.get("Domains") or ())


async def _holder(calls: Calls, alias: AliasName) -> Distribution | None:
    try:
        answer = await calls.ask(Service.CLOUDFRONT, "GetDistributionTenantByDomain", Domain=alias.text)
        return await _completed(calls, answer["DistributionTenant"])
    except (Denied, Declined, NotOffered):
        # Roles made before the bot asked this do not allow it. A tenant is then told as AWS masks it, among conflicts.
        return None


async def _completed(calls: Calls, tenant: dict[str, Any]) -> Distribution | None:
    """With what it has from its distribution and its connection group."""
    of = DistributionId(tenant["DistributionId"])
    async with together() as group:
        reading = group.create_task(read_distribution(calls, of.text))
        connecting = group.create_task(_routing_endpoint(calls, tenant["ConnectionGroupId"]))
    shared = reading.result()
    if shared is None:
        return None  # deleted meanwhile
    own = tenant.get("Customizations") or {}
    return replace(
        shared,
        id=DistributionId(tenant["Id"]),
        account=AccountId(tenant["Arn"].split(":")[4]),
        domain_name=connecting.result(),
        aliases=domains_of(tenant),
        enabled=tenant["Enabled"] and shared.enabled,
        deployed=tenant["Status"] == "Deployed",
        certificate=_certificate(own) or shared.certificate,
        comment=tenant["Name"],
        arn=tenant["Arn"],
        behaviour=_behaviour(shared.behaviour, own) if shared.behaviour is not None else None,
        is_multi_tenant=False,
        tenant_of=of,
    )


async def _routing_endpoint(calls: Calls, group_id: str) -> str:
    answer = await calls.ask(Service.CLOUDFRONT, "GetConnectionGroup", Identifier=group_id)
    endpoint: str = answer["ConnectionGroup"]["RoutingEndpoint"]
    return endpoint


def _certificate(own: dict[str, Any]) -> Certificate | None:
    arn = (own.get("Certificate") or {}).get("Arn")
    return Certificate(arn, CertificateKind.ACM, unreadable=NOT_LOOKED_AT) if arn else None


def _behaviour(shared: Behaviour, own: dict[str, Any]) -> Behaviour:
    """What a tenant may have of its own: a firewall or none, and countries."""
    acl, places = own.get("WebAcl"), own.get("GeoRestrictions")
    if acl:
        shared = replace(shared, web_acl=acl.get("Arn") or "" if acl.get("Action") == "override" else "")
    if places:
        countries = tuple(sorted(places.get("Locations") or ()))
        shared = replace(shared, geo_restriction=places["RestrictionType"], countries=countries)
    return shared
