"""The task engine: docket on Redis runs what the state says is due. The queue is only a plan; the state is the truth.

Two dockets, so that an approval never waits behind a thousand looks. Tasks are keyed by effect id and carry two
strings. `heal` adds, every two seconds, whatever the due index names and no queue knows: lost nudges, restarts and
outages of Redis end there. Looks at records alone are taken in lots, one task for each, keyed by the lot's number. The
five task names are a stored format; a worker that does not know one would swallow it.
"""

import asyncio
import contextlib
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

from docket import Docket, Perpetual, Worker
from redis.exceptions import RedisError

from bot.deciding import CARD
from bot.lots import Watcher
from bot.performing import Performer
from bot.ports import Due, Store, TryAgainLater

log = logging.getLogger(__name__)

EFFECTS_DOCKET = "cname-effects"
LOOKS_DOCKET = "cname-looks"
HEAL_EVERY = timedelta(seconds=2)
HEAL_AT_MOST = 500
SWEEP_EVERY_S = 600.0
KEEP_FINAL_MOVES_S = 90 * 24 * 3600.0
HEARTBEAT_EVERY_S = 3.0
NUDGE_AT_MOST_S = 0.5
NUDGE_AHEAD_S = 60.0
"""What is due later is left to `heal`: a month's deadline has no business in a queue."""
CARD_EVERY_S = 1.0
"""Slack takes about one update a second."""
CARD_ROUNDS = 5
CONCURRENCY = 40
"""Far below the 100 connections of a redis-py pool: beyond about 90, claims fail and throughput collapses."""
REDELIVERY = timedelta(seconds=30)
CHECK_EVERY = timedelta(milliseconds=25)
SCHEDULE_EVERY = timedelta(milliseconds=100)
RECONNECT_AFTER = timedelta(seconds=1)
TAKE_AGAIN_AFTER = timedelta(seconds=1)

Task = Callable[[str, str], Awaitable[None]]


class Engine:
    """Both dockets, connected as soon as Redis answers. The web process uses it only to nudge."""

    def __init__(self, url: str, store: Store) -> None:
        self._url = url
        self._store = store
        self._performer: Performer | None = None
        self._watcher: Watcher | None = None
        self._leaving = asyncio.Event()
        self._dockets: dict[bool, Docket] = {}
        self._connected = asyncio.Event()
        self._swept_at = 0.0
        self._perform, self._look, self._card = self._tasks()
        self._watch = self._watch_task()

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Connect in the background: a process must be able to say "our database is down"."""
        async with contextlib.AsyncExitStack() as stack:
            connecting = asyncio.create_task(self._connect(stack), name="connect the task engine")
            try:
                yield
            finally:
                connecting.cancel()
                await asyncio.gather(connecting, return_exceptions=True)

    async def _connect(self, stack: contextlib.AsyncExitStack) -> None:
        for urgent, name in ((True, EFFECTS_DOCKET), (False, LOOKS_DOCKET)):
            while urgent not in self._dockets:
                try:
                    docket = await stack.enter_async_context(Docket(name=name, url=self._url))
                except (RedisError, OSError) as trouble:
                    log.warning("task engine waits for redis: %s", trouble)
                    await asyncio.sleep(RECONNECT_AFTER.total_seconds())
                    continue
                for task in (self._perform, self._look, self._card):
                    docket.register(task)
                docket.register(self._heal_task() if urgent else self._watch)
                self._dockets[urgent] = docket
        self._connected.set()

    async def nudge(self, due: tuple[Due, ...]) -> None:
        """Queue what has just become due. Best effort: bounded in time, never raises, `heal` covers the rest."""
        soon = time.time() + NUDGE_AHEAD_S
        try:
            async with asyncio.timeout(NUDGE_AT_MOST_S):
                await self._add(tuple(one for one in due if one.not_before <= soon))
        except (TimeoutError, RedisError, OSError) as trouble:
            log.warning("nudge lost, heal will find it: %r", trouble)

    async def _add(self, due: tuple[Due, ...]) -> None:
        for urgent, docket in self._dockets.items():
            calls = [
                docket.call(self._task_of(one), when=datetime.fromtimestamp(one.not_before, UTC), key=_key(one))(
                    one.move_id, one.effect_id
                )
                for one in due
                if one.is_urgent is urgent and one.shard is None
            ]
            if calls:
                await docket.add_many(calls)
        looks = self._dockets.get(False)
        if looks is None:
            return
        for shard, not_before in _earliest(due).items():
            # Where the lot is taken already this does nothing: whoever has it finds what has become due.
            when = datetime.fromtimestamp(not_before, UTC)
            await looks.add(self._watch, when=when, key=f"watch:{shard}")(shard)

    def _task_of(self, due: Due) -> Task:
        if due.effect_id == CARD:
            return self._card
        return self._perform if due.is_urgent else self._look

    def _tasks(self) -> tuple[Task, Task, Task]:
        async def perform(move_id: str, effect_id: str) -> None:
            await self._run(move_id, effect_id)

        async def look(move_id: str, effect_id: str) -> None:
            await self._run(move_id, effect_id)

        async def card(move_id: str, effect_id: str) -> None:
            await self._show(move_id, effect_id)

        return perform, look, card

    def _heal_task(self) -> Callable[..., Awaitable[None]]:
        async def heal(perpetual: Perpetual = Perpetual(every=HEAL_EVERY, automatic=True)) -> None:  # noqa: ARG001, B008
            await self.heal()

        return heal

    def _watch_task(self) -> Callable[..., Awaitable[None]]:
        async def watch(shard: int, perpetual: Perpetual = Perpetual(every=TAKE_AGAIN_AFTER)) -> None:  # noqa: B008
            again_s = await self._take(shard)
            if again_s is None:
                perpetual.cancel()
            else:
                perpetual.after(timedelta(seconds=again_s))

        return watch

    async def _take(self, shard: int) -> float | None:
        """Another of the places where any exception is caught: the lot is taken again."""
        if self._watcher is None:
            raise AssertionError("A process without a watcher runs no tasks.")
        try:
            return await self._watcher.look(shard, self._leaving)
        except TryAgainLater as trouble:
            log.warning("looks delayed lot=%d why=%s", shard, trouble)
        except Exception:
            log.exception("looks failed lot=%d; they stay due", shard)
        return TAKE_AGAIN_AFTER.total_seconds()

    async def _run(self, move_id: str, effect_id: str) -> None:
        """One of the two places where any exception is caught: the effect stays outstanding, `heal` brings it back."""
        if self._performer is None:
            raise AssertionError("A process without a performer runs no tasks.")
        try:
            await self._performer.perform(move_id, effect_id)
        except TryAgainLater as trouble:
            log.warning("effect delayed move=%s effect=%s why=%s", move_id, effect_id, trouble)
        except Exception:
            log.exception("effect failed move=%s effect=%s; it stays outstanding", move_id, effect_id)

    async def _show(self, move_id: str, effect_id: str) -> None:
        if self._performer is None:
            raise AssertionError("A process without a performer runs no tasks.")
        try:
            for _ in range(CARD_ROUNDS):
                if not await self._performer.show_card(move_id):
                    return
                await asyncio.sleep(CARD_EVERY_S)
        except TryAgainLater as trouble:
            log.warning("card delayed move=%s why=%s", move_id, trouble)
        except Exception:
            log.exception("card failed move=%s effect=%s; it stays due", move_id, effect_id)

    async def heal(self) -> None:
        """Queue everything that is due and that no queue knows."""
        try:
            now = await self._store.now()
            await self._add(await self._store.due(now, HEAL_AT_MOST))
            await self._add(await self._store.shards_due(now))
            if now - self._swept_at > SWEEP_EVERY_S:
                self._swept_at = now
                if gone := await self._store.sweep(KEEP_FINAL_MOVES_S):
                    log.info("swept moves=%d", gone)
        except TryAgainLater as trouble:
            log.warning("heal delayed: %s", trouble)

    async def work(self, performer: Performer, watcher: Watcher) -> None:
        """Run tasks until cancelled; running ones are finished first."""
        self._performer, self._watcher = performer, watcher
        await self._connected.wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._until_leaving())
            group.create_task(self._beat(f"{socket.gethostname()}:{os.getpid()}"))
            for docket in self._dockets.values():
                group.create_task(_run_worker(docket))

    async def _until_leaving(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self._leaving.set()

    async def _beat(self, worker: str) -> None:
        while True:
            try:
                await self._store.beat(worker)
            except TryAgainLater as trouble:
                log.warning("heartbeat delayed: %s", trouble)
            await asyncio.sleep(HEARTBEAT_EVERY_S)


async def _run_worker(docket: Docket) -> None:
    worker = Worker(
        docket,
        concurrency=CONCURRENCY,
        redelivery_timeout=REDELIVERY,
        reconnection_delay=RECONNECT_AFTER,
        minimum_check_interval=CHECK_EVERY,
        scheduling_resolution=SCHEDULE_EVERY,
    )
    while True:
        try:
            async with worker:
                return await worker.run_forever()
        except (RedisError, OSError) as trouble:
            # Once it runs, docket survives outages by itself; this is for a start that falls into one.
            log.warning("worker of %s waits for redis: %s", docket.name, trouble)
            await asyncio.sleep(RECONNECT_AFTER.total_seconds())


def _earliest(due: tuple[Due, ...]) -> dict[int, float]:
    """When each lot among them is due."""
    lots: dict[int, float] = {}
    for one in due:
        if one.shard is not None:
            lots[one.shard] = min(one.not_before, lots.get(one.shard, one.not_before))
    return lots


def _key(due: Due) -> str:
    return f"card:{due.move_id}" if due.effect_id == CARD else due.effect_id
