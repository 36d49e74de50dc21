"""The shared AWS module: CloudFront, its certificates and the caller's identity, through boto3. Workers only.

`CloudFront` is `bot.ports.Aws` for the bot's own account and for every account that it has a read role in; what is
found elsewhere is masked. Must never hold a secret longer than it is good for, and never change anything but through
`associate`, with credentials that are made for that one call where there is a move role.

Reading order: calls (threads, time-outs), refusals (errors), roles and accounts (whose credentials), inventory,
certificates, conflicts, association.
"""

import time
from collections.abc import Callable, Mapping

import boto3

from bot.alias_move.findings import Distribution
from bot.alias_move.names import AccountId, AliasName, DistributionId
from bot.alias_move.visitors import Further
from bot.aws.accounts import NO_NAMES, Accounts
from bot.aws.association import associate_alias, associate_as, whereabouts
from bot.aws.calls import Calls, Patience, together
from bot.aws.conflicts import Conflicts, Unfit, ask_through, ask_through_any, confirm
from bot.aws.further import read_further
from bot.aws.refusals import Service
from bot.aws.roles import Roles
from bot.ports import CloudFrontLook, Errand, Whereabouts

__all__ = ["CloudFront", "Patience", "Roles"]


class CloudFront:
    """`bot.ports.Aws`. Cheap to make: boto3's clients are made at the first call."""

    def __init__(
        self,
        new_session: Callable[[], boto3.Session] = boto3.Session,
        patience: Patience | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        roles: Roles | None = None,
        account_names: Mapping[str, str] = NO_NAMES,
    ) -> None:
        self._accounts = Accounts(new_session, patience or Patience(), monotonic, roles or Roles(), account_names)
        self._homes: dict[DistributionId, AccountId] = {}

    async def look(self, errand: Errand) -> CloudFrontLook:
        """See `bot.ports.Aws.look`."""
        # Conflicts are asked through the wanted target before anybody knows whether its certificate covers the alias:
        # mostly it does, and then the look is two round trips instead of three.
        alias, wanted = errand.alias, errand.target
        async with together() as group:
            listing = group.create_task(self._accounts.inventory())
            early = group.create_task(self._asked_early(wanted, alias)) if wanted else None
        found, inventory = listing.result(), listing.result().distributions
        self._homes = {one.id: one.account for one in inventory}
        target = next((one for one in inventory if one.id == wanted), None)
        answer = early.result() if early is not None and target is not None and not target.staging else None
        if isinstance(answer, tuple):
            inventory = await confirm(self._calls_of, alias, inventory, answer)
            inventory = await self._accounts.with_certificates(inventory, wanted, only_wanted=True)
            return CloudFrontLook(inventory, answer, found.accounts)
        inventory = await self._accounts.with_certificates(inventory, wanted)
        tried = {wanted: answer} if wanted is not None and answer is not None else {}
        conflicts = await ask_through_any(self._calls_of, alias, inventory, tried)
        inventory = await confirm(self._calls_of, alias, inventory, conflicts or ())
        return CloudFrontLook(inventory, conflicts, found.accounts)

    async def _asked_early(self, wanted: DistributionId, alias: AliasName) -> Conflicts | Unfit | None:
        """Through the account that had it at the last look; None where nobody knows which of several that is."""
        home = self._homes.get(wanted)
        if home is None and self._accounts.has_several:
            return None
        return await ask_through(self._calls_of(home), wanted, alias)

    def _calls_of(self, account: str | None) -> Calls:
        return self._accounts.reader_of(account).calls

    async def further(self, one: Distribution) -> Further:
        """See `bot.ports.Aws.further`."""
        return await read_further(self._calls_of(one.account), one)

    async def associate(self, errand: Errand) -> None:
        """See `bot.ports.Aws.associate`."""
        becoming = self._accounts.to_move(errand)
        if becoming is None:
            await associate_alias(self._accounts.base.calls, errand)
            return
        mover = Calls(becoming, self._accounts.patience)
        try:
            await associate_as(mover, errand)
        finally:
            await mover.close()

    async def who_holds(self, errand: Errand) -> Whereabouts:
        """See `bot.ports.Aws.who_holds`."""
        return await whereabouts(self._calls_of, errand)

    async def identity(self) -> tuple[AccountId, str]:
        """See `bot.ports.Aws.identity`."""
        caller = await self._accounts.base.calls.ask(Service.STS, "GetCallerIdentity")
        return AccountId(caller["Account"]), caller["Arn"]

    async def close(self) -> None:
        """At the very end; waits for requests on their way."""
        await self._accounts.close()
