"""Moves as they are kept, what their state says is due, and how the task engine hears of that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.alias_move.move import Move
from bot.alias_move.names import AliasName, DistributionId
from bot.alias_move.watching import Claim


@dataclass(frozen=True, slots=True)
class Stored:
    """A move as loaded, with what a later commit needs."""

    move: Move
    version: int
    now: float
    """The store's clock at that moment, Unix seconds."""
    card_version: int = 0
    """The version that the card in the channel shows; 0: none."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An outstanding effect, about to be tried."""

    stored: Stored
    attempts: int
    """This one included."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something the state says is due: an effect of a move, or its card."""

    move_id: str
    effect_id: str
    """`card` for the card."""
    not_before: float
    """Unix seconds."""
    is_urgent: bool
    shard: int | None = None
    """The lot that it is taken with; None: it is done by itself."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of a move's history."""

    event: str
    by: str
    state: str
    digest: str
    round: int
    words: str = ""


class Store(Protocol):
    """Moves in Redis. Every write is one atomic step, and safe to be sent twice.

    Every method raises TryAgainLater when Redis can't be reached in time.
    """

    async def now(self) -> float:
        """The store's clock, Unix seconds."""
        ...

    async def create(self, move: Move, entry: AuditEntry) -> Stored:
        """Save a new move and take its alias.

        Raises:
            AlreadyOpen: with the id of the open move.
        """
        ...

    async def load(self, move_id: str) -> Stored | None:
        """The move, or None when there is none (any more)."""
        ...

    async def find_open(self, alias: AliasName) -> Stored | None:
        """The open move of this alias."""
        ...

    async def commit(
        self, stored: Stored, move: Move, entry: AuditEntry | None, *, nonce: str = "", show: bool = True
    ) -> Stored:
        """Replace the move, its due effects and its hold on the alias; append to its history.

        `show` says that people would notice the change, so the card becomes due. `nonce` is spent in the same step.

        Raises:
            Conflict: the move is no longer what was loaded.
            NonceSpent: the nonce is unknown.
        """
        ...

    async def open_moves_to(self, target: DistributionId, besides: str) -> int:
        """How many open moves go to this distribution, apart from the one with the id `besides`."""
        ...

    async def take(self, move_id: str, effect_id: str) -> Taken | None:
        """Count an attempt at an outstanding effect, before it is tried. None: it is not outstanding."""
        ...

    async def due(self, until: float, limit: int) -> tuple[Due, ...]:
        """What is due before `until`, earliest first."""
        ...

    async def claim(self, shard: int, limit: int) -> Claim:
        """Looks of this lot that are due, earliest first; who does not come back with them gives them up after a while.

        Of those long overdue, as after an outage, only few at a time.
        """
        ...

    async def put_off(self, shard: int, until: Mapping[str, float]) -> None:
        """When claimed looks are due again, by their keys; nothing happens to what is outstanding no more."""
        ...

    async def shards_due(self, until: float) -> tuple[Due, ...]:
        """The lots with a look that is due before `until`."""
        ...

    async def card_shown(self, move_id: str, version: int) -> None:
        """The card in the channel shows this version; it is due no more if nothing newer exists."""
        ...

    async def recent(self, limit: int) -> tuple[Stored, ...]:
        """Newest moves first, open and final."""
        ...

    async def new_nonce(self, meaning: str) -> str:
        """A secret that can be spent once within ten minutes; `meaning` comes back from `read_nonce`."""
        ...

    async def read_nonce(self, nonce: str) -> str | None:
        """What it was made for, or None when it is unknown, spent or too old."""
        ...

    async def beat(self, worker: str) -> None:
        """This worker is alive."""
        ...

    async def has_worker(self) -> bool:
        """Whether any worker has been alive in the last seconds."""
        ...

    async def sweep(self, older_than_s: float) -> int:
        """Remove final moves that ended longer ago; how many."""
        ...


class Nudge(Protocol):
    """Tells the task engine what has just become due. Best effort and bounded in time: `heal` covers what it misses."""

    async def __call__(self, due: tuple[Due, ...]) -> None:
        """Never raises."""
        ...
