"""The call that moves an alias, and the reading that proves it.

A 200 is a promise; only what both sides list afterwards is a proof. Must never send the call twice, and never take a
lost answer for a "no". Which call of AWS an operation is, is known here alone.
"""

import time
from collections.abc import Callable

from bot.alias_move.findings import Operation
from bot.alias_move.names import AliasName, DistributionId
from bot.aws.calls import Calls, together
from bot.aws.inventory import read_distribution
from bot.aws.refusals import Declined, Denied, Service, refused_before_call
from bot.aws.tenants import ask_for_tenant, domains_of, resource_of
from bot.ports import Errand, NotPermitted, Whereabouts

CallsOf = Callable[[str | None], Calls]
"""With which credentials an account is read."""


async def associate_alias(calls: Calls, errand: Errand) -> None:
    """Returns when CloudFront answers 200. Raises as `bot.ports.Aws.associate`."""
    if errand.target is None:
        raise AssertionError("A move without a target.")
    alias, target = errand.alias.text, errand.target.text
    if errand.operation is Operation.ASSOCIATE_ALIAS:
        await calls.send_once("AssociateAlias", TargetDistributionId=target, Alias=alias)
        return
    # Read now, so that whoever changes the target from here on is not overruled.
    etag = await _etag(calls, errand.target)
    await calls.send_once(
        "UpdateDomainAssociation", Domain=alias, TargetResource=resource_of(errand.target), IfMatch=etag
    )


async def _etag(calls: Calls, target: DistributionId) -> str:
    asked = (
        calls.ask(Service.CLOUDFRONT, "GetDistributionTenant", Identifier=target.text)
        if target.is_tenant
        else calls.ask(Service.CLOUDFRONT, "GetDistribution", Id=target.text)
    )
    try:
        etag: str = (await asked)["ETag"]
    except (Denied, Declined) as no:
        raise refused_before_call(no, time.time()) from no
    return etag


async def associate_as(mover: Calls, errand: Errand) -> None:
    """The same in the session of a move role; what STS refuses was never sent to CloudFront."""
    try:
        await mover.become()
    except (Denied, Declined) as no:
        raise refused_before_call(no, time.time()) from no
    await associate_alias(mover, errand)


async def whereabouts(calls_of: CallsOf, errand: Errand) -> Whereabouts:
    """Both sides at the same time, each in its own account. Raises as `bot.ports.Aws.who_holds`."""
    if errand.target is None:
        raise AssertionError("A move without a target.")
    source, target = errand.source, errand.target
    async with together() as group:
        on_target = group.create_task(_lists(calls_of(errand.target_account), errand.alias, target))
        on_source = (
            group.create_task(
                _lists_if_readable(calls_of(source.account), errand.alias, DistributionId(source.distribution_id))
            )
            if source is not None and source.is_ours
            else None
        )
    return Whereabouts(on_target.result(), on_source.result() if on_source is not None else None)


async def _lists(calls: Calls, alias: AliasName, side: DistributionId) -> bool:
    """What is gone lists nothing."""
    if side.is_tenant:
        answer = await ask_for_tenant(calls, side)
        return answer is not None and alias.text in domains_of(answer["DistributionTenant"])
    distribution = await read_distribution(calls, side.text)
    return distribution is not None and alias.text in distribution.aliases


async def _lists_if_readable(calls: Calls, alias: AliasName, side: DistributionId) -> bool | None:
    # A policy may name the target alone; what the target lists is proof enough.
    try:
        return await _lists(calls, alias, side)
    except NotPermitted:
        return None
