"""The shared AWS module: CloudFront, its certificates and the caller's identity, through boto3. Workers only.

`CloudFront` is `bot.ports.Aws` for the bot's own account and for every account that it has a read role in; what is
found elsewhere is masked. Must never hold a secret longer than it is good for, and never change anything but through
`associate`, `switch` and `change_record`, with credentials that are made for that one call where there is a move role.

Reading order: calls (threads, time-outs), refusals (errors), roles and accounts (whose credentials), organization (what
those are called), inventory, tenants, certificates and server_certificates, conflicts, services, further (source and
target by themselves), association, source_switch, hosted_zones, record_change.
"""

import asyncio
import time
from collections.abc import Callable, Mapping

import boto3

from bot.alias_move.evidence import MissingPermission, ServiceHolding
from bot.alias_move.findings import Distribution
from bot.alias_move.hosting import HostedTxt
from bot.alias_move.names import AccountId, AliasName, DistributionId, TxtRecord
from bot.aws import hosted_zones
from bot.aws.accounts import NO_NAMES, NO_TENANTS, Accounts, Unremembered
from bot.aws.association import associate_alias, associate_as, whereabouts
from bot.aws.calls import Calls, Patience, together
from bot.aws.conflicts import Conflicts, Unfit, ask_through, ask_through_any, can_be_lens, confirm
from bot.aws.further import read_side
from bot.aws.inventory import read_distribution
from bot.aws.record_change import change
from bot.aws.refusals import Service
from bot.aws.roles import Roles, account_of
from bot.aws.services import find_service
from bot.aws.source_switch import switch
from bot.ports import CloudFrontLook, Conflict, Errand, Gone, Inventories, RecordChange, Switch, Whereabouts

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
        inventories: Inventories | None = None,
    ) -> None:
        self._accounts = Accounts(
            new_session,
            patience or Patience(),
            monotonic,
            roles or Roles(),
            account_names,
            inventories or Unremembered(),
        )
        self._homes: dict[DistributionId, AccountId] = {}

    async def get_ready(self) -> None:
        """Best before the first look: become every read role."""
        await self._accounts.get_ready()

    async def look(self, errand: Errand, *, fresh: bool = True) -> CloudFrontLook:
        """See `bot.ports.Aws.look`."""
        # All that can run side by side does: one look may read many accounts, and a person waits.
        alias, wanted = errand.alias, errand.target
        asking: dict[DistributionId, asyncio.Task[Conflicts | Unfit]] = {}
        async with together() as group:
            if wanted is not None and self._knows_account_of(wanted):
                # Before anybody knows whether its certificate covers the alias: mostly it does.
                asking[wanted] = self._ask_through(group, wanted, self._homes.get(wanted), alias)
            found = await self._accounts.inventory(fresh=fresh)
            inventory = found.distributions
            self._homes = {one.id: one.account for one in inventory}
            target = next((one for one in inventory if one.id == wanted), None)
            holder = next((one for one in inventory if alias.text in one.aliases), None)
            # An alias has one holder at most, so where a distribution has it no tenant does.
            may_be_tenant = holder is None or (wanted is not None and wanted.is_tenant)
            asking_tenants = group.create_task(self._accounts.tenants(alias, wanted)) if may_be_tenant else None
            lens = _as_lens(target) or _as_lens(holder)
            if lens is not None and lens.id not in asking:
                asking[lens.id] = self._ask_through(group, lens.id, lens.account, alias)
            reading = group.create_task(self._accounts.with_certificates(inventory, wanted, only_wanted=bool(target)))
            # They will be read by themselves next.
            group.create_task(self._accounts.get_ready({one.account for one in (target, holder) if one is not None}))
        tenants = asking_tenants.result() if asking_tenants is not None else NO_TENANTS
        read = reading.result() + await self._accounts.with_certificates(tenants.found, wanted)
        self._homes |= {one.id: one.account for one in tenants.found}
        lens = next((one for one in tenants.found if one.id == wanted and one.id in asking), lens)
        tried = {lens.id: asking[lens.id].result()} if lens is not None else {}
        inventory, conflicts = await self._completed(errand, read, tried)
        accounts = tenants.told(found.accounts)
        if isinstance(conflicts, MissingPermission):
            return CloudFrontLook(inventory, None, accounts, denied=conflicts, age_s=found.age_s)
        return CloudFrontLook(inventory, conflicts, accounts, age_s=found.age_s)

    async def _completed(
        self, errand: Errand, inventory: tuple[Distribution, ...], tried: dict[DistributionId, Conflicts | Unfit]
    ) -> tuple[tuple[Distribution, ...], Conflicts | MissingPermission | None]:
        """With the conflicts: those that were answered already, else those through another distribution."""
        conflicts: Conflicts | MissingPermission | None = next(
            (answer for answer in tried.values() if isinstance(answer, tuple)), None
        )
        if conflicts is None:
            unfit = {lens: answer for lens, answer in tried.items() if not isinstance(answer, tuple)}
            inventory = await self._accounts.with_certificates(inventory, errand.target)
            conflicts = await ask_through_any(self._calls_of, errand.alias, inventory, unfit)
        if isinstance(conflicts, MissingPermission):
            return inventory, conflicts
        return await confirm(self._calls_of, errand.alias, inventory, conflicts or ()), conflicts

    def _knows_account_of(self, wanted: DistributionId) -> bool:
        """Since there is only one, or from the last look."""
        return wanted in self._homes or not self._accounts.has_several

    def _ask_through(
        self, group: asyncio.TaskGroup, lens: DistributionId, account: str | None, alias: AliasName
    ) -> asyncio.Task[Conflicts | Unfit]:
        return group.create_task(ask_through(self._calls_of(account), lens, alias))

    def _calls_of(self, account: str | None) -> Calls:
        return self._accounts.reader_of(account).calls

    async def side(self, one: Distribution) -> Distribution | None:
        """See `bot.ports.Aws.side`."""
        return await read_side(self._accounts.reader_of(one.account), one)

    async def service_holding(self, alias: AliasName, regions: tuple[str, ...]) -> ServiceHolding | None:
        """See `bot.ports.Aws.service_holding`."""
        asked = (find_service(one.calls, one.account or "", alias, regions) for one in self._accounts.readers)
        return next((found for found in await asyncio.gather(*asked) if found is not None), None)

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

    async def switch(self, wanted: Switch) -> None:
        """See `bot.ports.Aws.switch`."""
        await switch(self._accounts.to_switch(wanted), self._accounts.patience, wanted)

    async def is_enabled(self, distribution: DistributionId, account: AccountId) -> bool:
        """See `bot.ports.Aws.is_enabled`."""
        found = await read_distribution(self._calls_of(account), distribution.text)
        if found is None:
            raise Gone(f"{distribution} does not exist any more.")
        return found.enabled

    async def hosted_txt(self, record: TxtRecord, zone: str, servers: tuple[str, ...]) -> HostedTxt | None:
        """See `bot.ports.Aws.hosted_txt`."""
        return await hosted_zones.find(self._accounts, record, zone, servers)

    async def change_record(self, wanted: RecordChange) -> str:
        """See `bot.ports.Aws.change_record`."""
        return await change(self._accounts.to_change(wanted), self._accounts.patience, wanted)

    async def is_in_sync(self, change_id: str, account: AccountId) -> bool:
        """See `bot.ports.Aws.is_in_sync`."""
        return await hosted_zones.is_in_sync(self._calls_of(account), change_id)

    async def has_record(self, hosted: HostedTxt) -> bool:
        """See `bot.ports.Aws.has_record`."""
        try:
            found = await hosted_zones.read_txt(self._calls_of(hosted.account), hosted.zone_id, hosted.record)
        except Conflict:
            return False
        return found is not None and hosted.quoted in found.values

    async def identity(self) -> tuple[AccountId, str]:
        """See `bot.ports.Aws.identity`."""
        caller = await self._accounts.base.calls.ask(Service.STS, "GetCallerIdentity")
        return AccountId(caller["Account"]), caller["Arn"]

    async def try_read_role(self, role: str) -> None:
        """See `bot.ports.Aws.try_read_role`."""
        await self._accounts.try_read_role(role)

    async def try_hosted_zones(self, role: str) -> str:
        """See `bot.ports.Aws.try_hosted_zones`."""
        reader = self._accounts.reader_of(account_of(role)) if role else self._accounts.base
        return await hosted_zones.read_any(reader.calls)

    async def try_move_role(self, role: str) -> None:
        """See `bot.ports.Aws.try_move_role`."""
        await self._accounts.try_move_role(role)

    async def close(self) -> None:
        """At the very end; waits for requests on their way."""
        await self._accounts.close()


def _as_lens(one: Distribution | None) -> Distribution | None:
    """A target mostly has a certificate that covers the alias, and whoever holds it has one, but for some old ones."""
    return one if one is not None and one.certificate is not None and can_be_lens(one) else None
