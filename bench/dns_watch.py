"""What watching thousands of records costs one worker: `python -m bench.dns_watch [records ...]`.

The bot's own engine, store and watch, on a real Valkey, against NSD and Unbound; ten records in a zone, each looked for
every 30 s, which is the slowest of the first day. The moves behind them are hollow: a look that finds nothing new needs
none. Printed is the CPU time of this process alone, when all zones are known, and what one look costs.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bot.alias_move.pacing import Pace
from bot.alias_move.watching import Glance, Watch, Watched
from bot.dns import AuthoritativeDns
from bot.lots import Watcher
from bot.redis.client import connect_worker
from bot.redis.store import RedisStore
from bot.redis.turns import RedisTurns
from bot.tasks import Engine
from tests.real_dns import NSD, UNBOUND, nsd, unbound, zone
from tests.valkey_server import ValkeyServer

if TYPE_CHECKING:
    from bot.performing import Performer

RECORDS_IN_A_ZONE = 10
EVERY_S = 30.0
WARMING_S = 3 * EVERY_S
MEASURED_S = EVERY_S


class Nobody:
    """In place of a performer: a whole look of a hollow move does nothing."""

    async def perform(self, _move_id: str, _effect_id: str) -> None:
        """Nothing."""


class Counting:
    """The bot's DNS, and how often it was asked for what."""

    def __init__(self, dns: AuthoritativeDns) -> None:
        self._dns = dns
        self.told: list[Glance] = []

    async def glance(self, watches: tuple[Watch, ...]) -> list[Glance]:
        """As the bot does it."""
        told = await self._dns.glance(watches)
        self.told += told
        return told


async def due_at_all_times(store: RedisStore, records: int, zones: list[str]) -> None:
    """Hollow moves, and looks spread over one interval."""
    now = await store.now()
    for number in range(records):
        origin = zones[number % len(zones)]
        watched = Watched(f"_n{number}.{origin}", origin, is_brief=True, since=now - 3_000, stirred_at=0.0)
        entry = f"m{number}|m{number}.1|b|{watched.since!r}|0.0|{watched.name}"
        await store.client.hset(f"{{cname}}:move:m{number}", f"effect:m{number}.1", "0")
        await store.client.zadd(f"{{cname}}:watch:{watched.shard}", {entry: now + EVERY_S * number / records})


async def measured(records: int, url: str, where: tuple[str, int], port: int, zones: list[str]) -> None:
    """Watch so many records, and print what it cost."""
    client = connect_worker(url)
    store, dns = RedisStore(client), AuthoritativeDns((where,), port, turns=RedisTurns(client))
    await store.client.flushall()
    await due_at_all_times(store, records, zones)
    counting, engine = Counting(dns), Engine(url, store)
    watcher = Watcher(store, cast("AuthoritativeDns", counting), Pace(), engine.nudge)
    async with engine.connected():
        working = asyncio.create_task(engine.work(cast("Performer", Nobody()), watcher))
        await asyncio.sleep(WARMING_S)
        counting.told.clear()
        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.sleep(MEASURED_S)
        took_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    looks, plain = len(counting.told), counting.told.count(Glance.NOTHING)
    print(
        f"{records:>6} records in {len(zones)} zones: {looks / took_s:6.0f} looks/s, {cpu_s / took_s:6.1%} of a core,"
        f" {cpu_s / max(looks, 1) * 1e6:5.0f} us each; {plain / max(looks, 1):.1%} still nothing"
    )
    await dns.close()
    await store.aclose()


def main(sizes: list[int]) -> None:
    """One size after the other, in the same process."""
    if NSD is None or UNBOUND is None:
        sys.exit("This needs NSD and Unbound (Debian's packages nsd and unbound).")
    origins = [f"z{number}.example" for number in range(max(1, max(sizes) // RECORDS_IN_A_ZONE))]
    zones = {origin: zone(origin, ttl=3600) for origin in (*origins, "example")}
    with tempfile.TemporaryDirectory(prefix="vk-") as folder, nsd(zones) as authority:
        server = ValkeyServer(Path(folder))
        server.start()
        with unbound(authority, tuple(zones)) as resolver:
            for size in sizes:
                used = origins[: max(1, size // RECORDS_IN_A_ZONE)]
                asyncio.run(measured(size, server.url, resolver.where, authority.port, used))
        server.stop()


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or [1_000, 20_000])
