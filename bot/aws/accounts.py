"""The accounts that the bot can look into: the one of its own credentials, and one for each read role.

They are asked side by side. One that does not answer is told, and holds up nobody; only when none answers there is no
look. Must never say of an account that it was looked into when a page of it is missing.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import boto3

from bot.alias_move.findings import Account, Distribution
from bot.alias_move.names import AccountId, DistributionId
from bot.aws.calls import Calls, Patience, together
from bot.aws.certificates import Certificates
from bot.aws.inventory import list_distributions
from bot.aws.refusals import Denied, Service
from bot.aws.roles import Roles, account_of, session_of, to_look, to_move
from bot.ports import Errand, NotPermitted, PortError, TryAgainLater

log = logging.getLogger(__name__)

FURTHER_ATTEMPTS = 2
NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True, eq=False)
class Reader:
    """One account, as the credentials that can read it show it."""

    calls: Calls
    certificates: Certificates
    account: AccountId | None
    """None: that of the bot's own credentials, before anybody has learnt it."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What all accounts together have, and which of them could not be read."""

    distributions: tuple[Distribution, ...]
    accounts: tuple[Account, ...]


@dataclass(slots=True)
class _Report:
    """What one reader brought back."""

    reader: Reader
    distributions: tuple[Distribution, ...] = ()
    trouble: PortError | None = None


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
    ) -> None:
        self.patience = patience
        self._new_session = new_session
        self._monotonic = monotonic
        self._roles = roles
        self._names = names
        self.base = self._reader(new_session, patience)
        self._readers = [self.base]
        further = of_further_accounts(patience)
        for role in roles.read:
            becoming = partial(session_of, new_session, further, to_look(role, roles.external_id))
            self._readers.append(self._reader(becoming, further, account_of(role)))

    def _reader(
        self, new_session: Callable[[], boto3.Session], patience: Patience, account: AccountId | None = None
    ) -> Reader:
        calls = Calls(new_session, patience)
        return Reader(calls, Certificates(calls, self._monotonic), account)

    def reader_of(self, account: str | None) -> Reader:
        """Whose credentials read this account; the bot's own, where there is no role for it."""
        return next((one for one in self._readers[1:] if one.account == account), self.base)

    @property
    def has_several(self) -> bool:
        """Whether there is any role to look with."""
        return len(self._readers) > 1

    async def inventory(self) -> Inventory:
        """The distributions of every account that answers; ACM certificates unread.

        Raises:
            TryAgainLater, NotPermitted: no account answers.
        """
        async with together() as group:
            if self.has_several and self.base.account is None:
                group.create_task(self._learn_base())
            tasks = [group.create_task(self._report(reader)) for reader in self._readers]
        reports = [task.result() for task in tasks]
        self._raise_if_none_answers(reports)
        return Inventory(
            # By id, since a role may read the account of the bot's own credentials once more.
            tuple({one.id: one for report in reports for one in report.distributions}.values()),
            self._told(reports),
        )

    async def _report(self, reader: Reader) -> _Report:
        try:
            distributions = await list_distributions(reader.calls)
        except (TryAgainLater, NotPermitted) as trouble:
            log.warning("account not read account=%s why=%s", reader.account or "base", trouble)
            return _Report(reader, trouble=trouble)
        if reader.account is None and distributions:
            reader.account = distributions[0].account
        return _Report(reader, distributions)

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
        return Account(account, self._names.get(account, ""), can_take=can_take)

    def move_role_of(self, account: str | None) -> str | None:
        """The role that moves aliases to distributions of this account."""
        return next((role for role in self._roles.move if account_of(role) == account), None)

    def to_move(self, errand: Errand) -> Callable[[], boto3.Session] | None:
        """Sessions for this move alone; None: the bot's own credentials move."""
        role = self.move_role_of(errand.target_account)
        if role is None:
            return None
        return partial(session_of, self._new_session, self.patience, to_move(role, self._roles.external_id, errand))

    async def with_certificates(
        self,
        inventory: tuple[Distribution, ...],
        wanted: DistributionId | None,
        *,
        only_wanted: bool = False,
    ) -> tuple[Distribution, ...]:
        """The same inventory with its ACM certificates read, or that of the wanted target alone.

        Raises:
            TryAgainLater: ACM did not answer for the only account, or for that of the wanted target.
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
