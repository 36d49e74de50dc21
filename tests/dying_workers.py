"""Workers that die while they ask AWS for a change, each followed by another; the store is a real one.

For the tests of what is approved beside the move: a source that is switched, a record in Route 53.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import Enum
from typing import cast

from bot.alias_move.events import Cancelled
from bot.alias_move.move import Effect, EffectKind, Move
from bot.alias_move.pacing import Pace
from bot.deciding import Decider
from bot.performing import Performer
from bot.ports import Announcer, AuditEntry, Aws, Dns, Due
from bot.redis.client import connect_worker
from bot.redis.store import RedisStore
from tests.alias_move.evidence import REQUESTER, RULES, registrable_name


class PowerFailure(BaseException):
    """Nothing behind this line happens in this process."""


class Moment(Enum):
    BEFORE_EFFECT = "before AWS has changed anything"
    AFTER_EFFECT = "after AWS has changed it"


async def no_nudge(due: tuple[Due, ...]) -> None:
    """The test is the task engine."""
    assert all(one.move_id == "m1" for one in due)


@asynccontextmanager
async def store_with(redis_url: str, move: Move) -> AsyncIterator[RedisStore]:
    """The builders live in a year of their own; what is planned there is due here."""
    store = RedisStore(connect_worker(redis_url))
    due = replace(move, effects=tuple(replace(one, not_before=0.0) for one in move.effects))
    await store.create(due, AuditEntry("Opened", REQUESTER.id, move.state.value, "", 1))
    yield store
    await store.aclose()


@dataclass(frozen=True, slots=True)
class Workers:
    """One after the other, all for the same outstanding change."""

    store: RedisStore
    aws: object
    """What of `Aws` the change needs."""
    kind: EffectKind
    pace: Pace

    async def move(self) -> Move:
        stored = await self.store.load("m1")
        assert stored is not None
        return stored.move

    async def change(self) -> Effect:
        [effect] = [one for one in (await self.move()).effects if one.kind is self.kind]
        return effect

    async def perform(self) -> Move:
        """Another worker comes, and performs the change; the move afterwards."""
        nobody = cast("Dns", None), cast("Announcer", None)
        worker = Performer(self.store, cast("Aws", self.aws), *nobody, no_nudge, RULES, self.pace, registrable_name)
        await worker.perform("m1", (await self.change()).id)
        return await self.move()

    async def cancel(self) -> None:
        """A person is in between."""
        await Decider(self.store, no_nudge, RULES, self.pace).happened("m1", Cancelled(REQUESTER), by=REQUESTER.id)
