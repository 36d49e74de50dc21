"""The call that moves an alias, and the reading that proves it.

A 200 of AssociateAlias is a promise; only what both distributions list afterwards is a proof. Must never send the call
twice, and never take a lost answer for a "no".
"""

import time
from collections.abc import Callable

from bot.alias_move.names import AliasName
from bot.aws.calls import Calls, together
from bot.aws.inventory import read_distribution
from bot.aws.refusals import Declined, Denied, no_credentials_for_call
from bot.ports import Errand, NotPermitted, Whereabouts

CallsOf = Callable[[str | None], Calls]
"""With which credentials an account is read."""


async def associate_alias(calls: Calls, errand: Errand) -> None:
    """Returns when CloudFront answers 200. Raises as `bot.ports.Aws.associate`."""
    if errand.target is None:
        raise AssertionError("A move without a target.")
    await calls.send_once("AssociateAlias", TargetDistributionId=errand.target.text, Alias=errand.alias.text)


async def associate_as(mover: Calls, errand: Errand) -> None:
    """The same in the session of a move role; what STS refuses was never sent to CloudFront."""
    try:
        await mover.become()
    except (Denied, Declined) as no:
        raise no_credentials_for_call(no, time.time()) from no
    await associate_alias(mover, errand)


async def whereabouts(calls_of: CallsOf, errand: Errand) -> Whereabouts:
    """Both sides at the same time, each in its own account. Raises as `bot.ports.Aws.who_holds`."""
    if errand.target is None:
        raise AssertionError("A move without a target.")
    source, target = errand.source, errand.target
    async with together() as group:
        on_target = group.create_task(_lists(calls_of(errand.target_account), errand.alias, target.text))
        on_source = (
            group.create_task(_lists_if_readable(calls_of(source.account), errand.alias, source.distribution_id))
            if source is not None and source.is_ours
            else None
        )
    return Whereabouts(on_target.result(), on_source.result() if on_source is not None else None)


async def _lists(calls: Calls, alias: AliasName, distribution_id: str) -> bool:
    """A distribution that is gone lists nothing."""
    distribution = await read_distribution(calls, distribution_id)
    return distribution is not None and alias.text in distribution.aliases


async def _lists_if_readable(calls: Calls, alias: AliasName, distribution_id: str) -> bool | None:
    # A policy may name the target alone; what the target lists is proof enough.
    try:
        return await _lists(calls, alias, distribution_id)
    except NotPermitted:
        return None
