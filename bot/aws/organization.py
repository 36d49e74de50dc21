"""What the accounts are called, where AWS Organizations tells it.

Good to know, and no more: asked with the bot's own credentials, once an hour at most, whatever comes of it. Must never
fail or hold up a look, and never stand in the way of a name that the operator has given.
"""

import asyncio
import logging
from collections.abc import Callable, Collection

from bot.alias_move.names import AccountId
from bot.aws.calls import Calls
from bot.aws.refusals import Service
from bot.ports import PortError

ASKED_EVERY_S = 3600.0
WAIT_AT_MOST_S = 3.0
_PAGE_ITEMS = 20  # as many as it gives

log = logging.getLogger(__name__)


class Organization:
    """The organization of the bot's own account, if that may know its members."""

    def __init__(self, calls: Calls, now: Callable[[], float]) -> None:
        self.names: dict[str, str] = {}
        """Account id to name; what nobody could tell is not in it."""
        self._calls = calls
        self._now = now
        self._not_before = float("-inf")

    async def learn(self, wanted: Collection[AccountId]) -> None:
        """Have the names of these accounts within WAIT_AT_MOST_S seconds, or go without."""
        if self._now() < self._not_before or set(wanted) <= self.names.keys():
            return
        self._not_before = self._now() + ASKED_EVERY_S
        try:
            async with asyncio.timeout(WAIT_AT_MOST_S):
                await self._read(set(wanted))
        except (PortError, TimeoutError) as trouble:
            log.info("account names not learnt why=%s", trouble)

    async def _read(self, wanted: set[AccountId]) -> None:
        """No more pages than it takes: an organization may have thousands of accounts."""
        async for page in self._calls.pages(Service.ORGANIZATIONS, "ListAccounts", page_items=_PAGE_ITEMS):
            self.names |= {
                one["Id"]: one["Name"] for one in page["Accounts"] if one["Id"] in wanted and one.get("Name")
            }
            if wanted <= self.names.keys():
                return
