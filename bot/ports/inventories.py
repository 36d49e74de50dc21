"""What accounts had in the last minute: a help and no more, which nothing may depend on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.alias_move.findings import Distribution
from bot.alias_move.names import AccountId


@dataclass(frozen=True, slots=True)
class AccountInventory:
    """The distributions that one set of credentials has listed. No secrets: origin headers never get into it."""

    account: AccountId | None
    """None: it has no distributions, and nobody knows its number."""
    distributions: tuple[Distribution, ...]


@dataclass(frozen=True, slots=True)
class Remembered:
    """An inventory, and how old it is."""

    inventory: AccountInventory
    age_s: float
    """Since the reading of it began, in seconds."""


ReadInventory = Callable[[], Awaitable[AccountInventory]]


class Inventories(Protocol):
    """What accounts had in the last minute, shared by all workers. Only workers have one.

    It is a help and no more: where it can't be reached or read, nothing is remembered, and nothing is raised.
    """

    async def recall(self, name: str) -> Remembered | None:
        """What was read under this name in the last minute."""
        ...

    async def refresh(self, name: str, read: ReadInventory) -> Remembered:
        """Read and keep it; where another worker is at it already, wait a moment for what that one finds.

        Raises:
            PortError: as `read`.
        """
        ...

    async def read_anew(self, name: str, read: ReadInventory) -> Remembered:
        """Read and keep it, whoever else is at it. Raises as `read`."""
        ...
