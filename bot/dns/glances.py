"""Is there anything new at thousands of records? One UDP question for each, to one server of its zone, in turn.

Never a verdict: whatever is not a plain "still nothing" leads to a whole look. Never more than five questions a second
to one server for one zone, whole looks included, which is why all looks into a zone come through here.
"""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import dns.name

from bot.alias_move.watching import Glance, Watch
from bot.dns.questions import Questions, is_from_authority, says_nothing
from bot.dns.zones import Zone, Zones
from bot.ports import TryAgainLater

EVERY_S = 0.2
"""Between two questions to one server about one zone."""
ZONE_WITHIN_S = 0.4
"""For so long a zone nobody has learnt yet is waited for; learning goes on meanwhile."""
TURN_WITHIN_S = 1.0
"""Who does not get a turn within this time is put off."""
MOST_LEARNT_AT_ONCE = 8
"""After a start no zone is known, and to learn one takes ten questions; all at once, none would be learnt in time."""
PASSED_OVER_S = 60.0
"""A server that was silent, or spoke without authority, is not asked for so long."""
UNKNOWN_S = 5.0
"""Between two attempts to learn a zone that could not be learnt."""


class Glances:
    """Belongs to one event loop."""

    def __init__(self, zones: Zones, questions: Questions, port: int) -> None:
        self._zones: Final = zones
        self._questions: Final = questions
        self._port: Final = port
        self._learning: Final[dict[dns.name.Name, asyncio.Task[Zone]]] = {}
        self._unknown_until: Final[dict[dns.name.Name, float]] = {}
        self._free = MOST_LEARNT_AT_ONCE

    async def glance(self, watches: Sequence[Watch]) -> list[Glance]:
        """What one question has told about each."""
        together: dict[dns.name.Name, list[int]] = {}
        for number, watch in enumerate(watches):
            together.setdefault(_names(watch.name)[1], []).append(number)
        told = [Glance.LATER] * len(watches)
        await asyncio.gather(*(self._below(parent, numbers, watches, told) for parent, numbers in together.items()))
        return told

    async def close(self) -> None:
        """Stop learning, and close all sockets."""
        for task in self._learning.values():
            task.cancel()
        await asyncio.gather(*self._learning.values(), return_exceptions=True)
        self._questions.close()

    async def _below(
        self, parent: dns.name.Name, numbers: list[int], watches: Sequence[Watch], told: list[Glance]
    ) -> None:
        """All of them have this parent, so they are in one zone, and take turns."""
        loop = asyncio.get_running_loop()
        until = loop.time() + TURN_WITHIN_S
        try:
            zone = await self._zone(parent, [_names(watches[number].name)[0] for number in numbers])
        except TryAgainLater:
            told[numbers[0]] = Glance.LOOK  # which will find out, and say, what is wrong
            return
        if zone is None:
            return
        for number in numbers:
            servers = [each for each in zone.servers if zone.passed_over.get(each.address, 0.0) <= loop.time()]
            is_brief = watches[number].is_brief and bool(servers)
            begins = max(loop.time(), zone.free_at)
            if begins > until:
                return
            zone.free_at = begins + (EVERY_S / len(servers) if is_brief else EVERY_S)
            await asyncio.sleep(begins - loop.time())
            if is_brief:
                zone.turn += 1
                address = servers[zone.turn % len(servers)].address
                told[number] = await self._ask(zone, address, _names(watches[number].name)[0])
            else:
                told[number] = Glance.LOOK

    async def _ask(self, zone: Zone, address: str, name: dns.name.Name) -> Glance:
        reply = await self._questions.ask(address, self._port, name)
        if reply is not None and says_nothing(reply):
            return Glance.NOTHING
        now = asyncio.get_running_loop().time()
        if reply is None or not is_from_authority(reply):
            zone.passed_over[address] = now + PASSED_OVER_S
        zone.free_at = max(zone.free_at, now + EVERY_S)  # the whole look asks every server
        return Glance.LOOK

    async def _zone(self, parent: dns.name.Name, names: list[dns.name.Name]) -> Zone | None:
        """None: not learnt yet.

        Raises:
            TryAgainLater: it can't be learnt now.
        """
        known = self._zones.known(parent)
        if known is not None:
            return known
        now = asyncio.get_running_loop().time()
        if self._unknown_until.get(parent, 0.0) > now:
            return None
        if parent not in self._learning:
            if self._free == 0:
                return None
            self._free -= 1
            self._learning[parent] = asyncio.create_task(self._learn(parent, tuple(names)))
        task = self._learning[parent]
        await asyncio.wait([task], timeout=ZONE_WITHIN_S)
        if not task.done():
            return None
        self._learning.pop(parent, None)
        self._unknown_until.pop(parent, None)
        try:
            return task.result()
        except TryAgainLater:
            self._unknown_until[parent] = now + UNKNOWN_S
            raise

    async def _learn(self, parent: dns.name.Name, names: tuple[dns.name.Name, ...]) -> Zone:
        try:
            return await self._zones.around(parent, names)
        finally:
            self._free += 1


@lru_cache(maxsize=50_000)
def _names(record: str) -> tuple[dns.name.Name, dns.name.Name]:
    """The record's and its parent's, which nobody has to publish first."""
    name = dns.name.from_text(record)
    return name, name.parent()
