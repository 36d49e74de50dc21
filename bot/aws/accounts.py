"""The accounts that the bot can look into: the one of its own credentials, and one for each read role.

They are asked side by side. One that does not answer is told, and holds up nobody; only when none answers there is no
look. Must never say of an account that it was looked into when a page of it is missing.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import boto3

from bot.alias_move.findings import Account, Distribution
from bot.alias_move.names import AccountId, AliasName, DistributionId
from bot.aws.calls import Calls, Patience, together
from bot.aws.certificates import Certificates
from bot.aws.inventory import list_distributions
from bot.aws.organization import Organization
from bot.aws.refusals import Denied, Service
from bot.aws.roles import Assumption, Becoming, Roles, account_of, to_change, to_look, to_move, to_switch, to_try
from bot.aws.tenants import tenants_of
from bot.ports import (
    AccountInventory,
    Errand,
    Inventories,
    NotPermitted,
    PortError,
    ReadInventory,
    RecordChange,
    Remembered,
    Switch,
    TryAgainLater,
)

log = logging.getLogger(__name__)

FURTHER_ATTEMPTS = 2
OWN = "own"
"""The name of the inventory of the bot's own credentials, whose account is not known from the beginning."""
NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True, eq=False)
class Reader:
    """One account, as the credentials that can read it show it."""

    calls: Calls
    certificates: Certificates
    account: AccountId | None
    """None: that of the bot's own credentials, before anybody has learnt it."""
    name: str
    """Under which its inventory is remembered."""

    async def read(self) -> AccountInventory:
        """What it lists now. Raises as `Calls.ask`."""
        distributions = await list_distributions(self.calls)
        return AccountInventory(distributions[0].account if distributions else self.account, distributions)


@dataclass(frozen=True, slots=True)
class Inventory:
    """What all accounts together have, and which of them could not be read."""

    distributions: tuple[Distribution, ...]
    accounts: tuple[Account, ...]
    age_s: float
    """Of the oldest list in it, in seconds; 0: all were read now."""


@dataclass(frozen=True, slots=True)
class Tenants:
    """The tenants that matter, of all accounts, and which accounts did not answer about theirs."""

    found: tuple[Distribution, ...]
    troubles: Mapping[AccountId | None, PortError]

    def told(self, accounts: tuple[Account, ...]) -> tuple[Account, ...]:
        """The accounts, with what kept their tenants from being asked for."""
        return tuple(
            replace(one, trouble=one.trouble or str(self.troubles[one.id])) if one.id in self.troubles else one
            for one in accounts
        )


NO_TENANTS = Tenants((), MappingProxyType({}))


@dataclass(slots=True)
class _Report:
    """What one reader brought back."""

    reader: Reader
    distributions: tuple[Distribution, ...] = ()
    age_s: float = 0.0
    trouble: PortError | None = None


class Unremembered:
    """`bot.ports.Inventories` that remembers nothing."""

    async def recall(self, name: str) -> Remembered | None:  # noqa: ARG002 - a port's
        """Nothing."""
        return None

    async def refresh(self, name: str, read: ReadInventory) -> Remembered:
        """Read it."""
        return await self.read_anew(name, read)

    async def read_anew(self, name: str, read: ReadInventory) -> Remembered:  # noqa: ARG002 - a port's
        """Read it."""
        return Remembered(await read(), 0.0)


def of_further_accounts(patience: Patience) -> Patience:
    """Less of it: a look that waits too long for a silent account is too old to be acted on when it ends."""
    return replace(patience, attempts=min(patience.attempts, FURTHER_ATTEMPTS))


class Accounts:
    """Every account that the bot can look into."""

    def __init__(
        self,
        new_session: Callable[[], boto3.Session],
        patience: Patience,
        monotonic: Callable[[], float],
        roles: Roles,
        names: Mapping[str, str],
        inventories: Inventories,
    ) -> None:
        self.patience = patience
        self._new_session = new_session
        self._monotonic = monotonic
        self._roles = roles
        self._names = names
        self._inventories = inventories
        self.base = self._reader(new_session, patience)
        self._organization = Organization(self.base.calls, monotonic)
        self._readers = [self.base]
        further = of_further_accounts(patience)
        self._becoming = Becoming(new_session, patience)
        reading = Becoming(new_session, further)
        for role in roles.read:
            becoming = partial(reading.session_of, to_look(role, roles.external_id))
            self._readers.append(self._reader(becoming, further, account_of(role)))

    def _reader(
        self, new_session: Callable[[], boto3.Session], patience: Patience, account: AccountId | None = None
    ) -> Reader:
        calls = Calls(new_session, patience)
        return Reader(calls, Certificates(calls, self._monotonic), account, account or OWN)

    def reader_of(self, account: str | None) -> Reader:
        """Whose credentials read this account; the bot's own, where there is no role for it."""
        return next((one for one in self._readers[1:] if one.account == account), self.base)

    @property
    def readers(self) -> tuple[Reader, ...]:
        """All of them, the bot's own credentials first."""
        return tuple(self._readers)

    @property
    def has_several(self) -> bool:
        """Whether there is any role to look with."""
        return len(self._readers) > 1

    async def get_ready(self, accounts: Collection[AccountId] | None = None) -> None:
        """Become the roles of these accounts, or all, before they are needed. What fails is tried again when it is."""
        wanted = [one for one in self._readers[1:] if accounts is None or one.account in accounts]
        await asyncio.gather(*(_connected(reader) for reader in wanted))

    async def inventory(self, *, fresh: bool) -> Inventory:
        """The distributions of every account that answers; certificates unread.

        Raises:
            TryAgainLater, NotPermitted: no account answers.
        """
        remembered = [None] * len(self._readers) if fresh else await self._remembered()
        async with together() as group:
            if self.has_several:  # one account alone needs neither number nor name
                group.create_task(self._learn_who_is_who())
            tasks = [
                group.create_task(self._report(reader, known, fresh=fresh))
                for reader, known in zip(self._readers, remembered, strict=True)
            ]
        reports = [task.result() for task in tasks]
        self._raise_if_none_answers(reports)
        return Inventory(
            # By id, since a role may read the account of the bot's own credentials once more.
            tuple({one.id: one for report in reports for one in report.distributions}.values()),
            self._told(reports),
            max(report.age_s for report in reports),
        )

    async def tenants(self, alias: AliasName, wanted: DistributionId | None) -> Tenants:
        """The tenants that have the alias, or are wanted, in every account that answers; certificates unread.

        Raises:
            TryAgainLater, NotPermitted: a tenant is wanted, and no account answers.
        """
        asked = await asyncio.gather(*(self._tenants_of(reader, alias, wanted) for reader in self._readers))
        found = tuple({one.id: one for each in asked if not isinstance(each, PortError) for one in each}.values())
        troubles = [
            (reader, each) for reader, each in zip(self._readers, asked, strict=True) if isinstance(each, PortError)
        ]
        if wanted is not None and wanted.is_tenant and len(troubles) == len(self._readers):
            raise troubles[0][1]
        return Tenants(found, {reader.account: trouble for reader, trouble in troubles})

    async def _tenants_of(
        self, reader: Reader, alias: AliasName, wanted: DistributionId | None
    ) -> tuple[Distribution, ...] | PortError:
        try:
            return await tenants_of(reader.calls, alias, wanted)
        except (TryAgainLater, NotPermitted) as trouble:
            log.warning("tenants not read account=%s why=%s", reader.account or "base", trouble)
            return trouble

    async def _remembered(self) -> list[Remembered | None]:
        remembered = await asyncio.gather(*(self._inventories.recall(reader.name) for reader in self._readers))
        for reader, known in zip(self._readers, remembered, strict=True):
            if reader.account is None and known is not None:
                reader.account = known.inventory.account
        return remembered

    async def _report(self, reader: Reader, known: Remembered | None, *, fresh: bool) -> _Report:
        read = self._inventories.read_anew if fresh else self._inventories.refresh
        try:
            found = known or await read(reader.name, reader.read)
        except (TryAgainLater, NotPermitted) as trouble:
            log.warning("account not read account=%s why=%s", reader.account or "base", trouble)
            return _Report(reader, trouble=trouble)
        if reader.account is None:
            reader.account = found.inventory.account
        return _Report(reader, found.inventory.distributions, found.age_s)

    async def _learn_who_is_who(self) -> None:
        if self.base.account is None:
            await self._learn_base()
        known = (reader.account for reader in self._readers)
        if nameless := [account for account in known if account is not None and account not in self._names]:
            await self._organization.learn(nameless)

    async def _learn_base(self) -> None:
        """Good to know, and no more: without it the account stays without a number."""
        try:
            caller = await self.base.calls.ask(Service.STS, "GetCallerIdentity")
        except PortError as trouble:
            log.info("own account not learnt why=%s", trouble)
        else:
            self.base.account = AccountId(caller["Account"])

    def _raise_if_none_answers(self, reports: list[_Report]) -> None:
        troubles = [report.trouble for report in reports if report.trouble is not None]
        if len(troubles) == len(reports):
            # That somebody does not answer passes by itself; a missing permission does not.
            raise next((one for one in troubles if isinstance(one, TryAgainLater)), troubles[0])

    def _told(self, reports: list[_Report]) -> tuple[Account, ...]:
        read = {report.reader.account for report in reports if report.trouble is None}
        accounts: dict[str, Account] = {}
        for report in reports:
            reader = report.reader
            if reader.account is None and report.trouble is None:
                continue  # it has no distributions, and nobody knows its number
            told = self._account(reader)
            if report.trouble is not None and reader.account not in read:
                # A worker whose own credentials may do nothing but become other roles is a good one.
                was_named = not (reader is self.base and isinstance(report.trouble, Denied))
                told = replace(told, trouble=str(report.trouble), was_named=was_named)
            accounts.setdefault(told.id, told)
        return tuple(accounts.values())

    def _account(self, reader: Reader) -> Account:
        account = reader.account or AccountId("")
        can_take = self.move_role_of(account) is not None or account == (self.base.account or "")
        name = self._names.get(account) or self._organization.names.get(account, "")
        return Account(account, name, can_take=can_take)

    def move_role_of(self, account: str | None) -> str | None:
        """The role that moves aliases to distributions of this account."""
        return next((role for role in self._roles.move if account_of(role) == account), None)

    def to_move(self, errand: Errand) -> Callable[[], boto3.Session] | None:
        """Sessions for this move alone; None: the bot's own credentials move."""
        role = self.move_role_of(errand.target_account)
        if role is None:
            return None
        return partial(self._becoming.session_of, to_move(role, self._roles.external_id, errand))

    async def try_read_role(self, role: str) -> None:
        """Become it, and list. Raises as `Calls.ask`."""
        await self._tried(to_look(role, self._roles.external_id), Service.CLOUDFRONT, "ListDistributions", MaxItems="1")

    async def try_move_role(self, role: str) -> None:
        """Become it, in a session that may do nothing. Raises as `Calls.ask`."""
        await self._tried(to_try(role, self._roles.external_id), Service.STS, "GetCallerIdentity")

    async def _tried(self, assumption: Assumption, service: Service, operation: str, **parameters: object) -> None:
        patience = of_further_accounts(self.patience)
        calls = Calls(partial(self._becoming.session_of, assumption), patience)
        try:
            await calls.ask(service, operation, **parameters)
        finally:
            await calls.close()

    def to_switch(self, wanted: Switch) -> Callable[[], boto3.Session]:
        """Sessions for one source alone; where its account has no move role, the bot's own credentials."""
        role = self.move_role_of(wanted.account)
        if role is None:
            return self._new_session
        return partial(self._becoming.session_of, to_switch(role, self._roles.external_id, wanted))

    async def can_change(self, reader: Reader) -> bool:
        """Whether there are credentials with which to change something in this account; learns which it is."""
        if self.base.account is None:
            await self._learn_base()
        return reader is self.base or reader.account == self.base.account or bool(self.move_role_of(reader.account))

    def to_change(self, wanted: RecordChange) -> Callable[[], boto3.Session]:
        """Sessions for one record alone; where its account has no move role, the bot's own credentials."""
        role = self.move_role_of(wanted.hosted.account)
        if role is None:
            return self._new_session
        return partial(self._becoming.session_of, to_change(role, self._roles.external_id, wanted))

    async def with_certificates(
        self,
        inventory: tuple[Distribution, ...],
        wanted: DistributionId | None,
        *,
        only_wanted: bool = False,
    ) -> tuple[Distribution, ...]:
        """The same inventory with its certificates read, or that of the wanted target alone.

        Raises:
            TryAgainLater: ACM or IAM did not answer for the only account, or for that of the wanted target.
        """
        target = next((one for one in inventory if one.id == wanted), None)
        if only_wanted and target is not None:
            return await self.reader_of(target.account).certificates.attach(inventory, only=wanted)
        by_account: dict[str, list[Distribution]] = {}
        for one in inventory:
            by_account.setdefault(one.account, []).append(one)
        async with together() as group:
            reading = {
                account: group.create_task(self._attached(tuple(those), must=target))
                for account, those in by_account.items()
            }
        attached = {one.id: one for task in reading.values() for one in task.result()}
        return tuple(attached[one.id] for one in inventory)

    async def _attached(
        self, inventory: tuple[Distribution, ...], must: Distribution | None
    ) -> tuple[Distribution, ...]:
        reader = self.reader_of(inventory[0].account)
        try:
            return await reader.certificates.attach(inventory)
        except TryAgainLater as trouble:
            if not self.has_several or must in inventory:
                raise
            log.warning("certificates not read account=%s why=%s", inventory[0].account, trouble)
            return tuple(
                replace(one, certificate=one.certificate and replace(one.certificate, unreadable=str(trouble)))
                for one in inventory
            )

    async def close(self) -> None:
        """At the very end; waits for requests on their way."""
        await asyncio.gather(*(reader.calls.close() for reader in self._readers))


async def _connected(reader: Reader) -> None:
    try:
        await reader.calls.connect()
    except PortError as trouble:
        log.info("role not assumed yet account=%s why=%s", reader.account, trouble)
