"""Is there anything new at thousands of records? One UDP question for each, to one server of its zone, in turn.

Never a verdict: whatever is not a plain "still nothing" leads to a whole look. Never more than five questions a second
to one server about one zone: every question is paid for with a turn, which all workers take from the same place.
"""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import dns.name

from bot.alias_move.watching import Glance, Watch
from bot.dns.questions import Questions, is_from_authority, says_nothing
from bot.dns.zones import Server, Zone, Zones
from bot.ports import TryAgainLater, Turns

EVERY_S = 0.2
"""Between two questions to one server about one zone."""
ZONE_WITHIN_S = 0.4
"""For so long a zone nobody has learnt yet is waited for; learning goes on meanwhile."""
TURN_WITHIN_S = 1.0
"""Who does not get a turn within this time is put off."""
TOGETHER_S = 0.05
"""Turns that begin so close to each other are taken at once."""
MOST_LEARNT_AT_ONCE = 8
"""After a start no zone is known, and to learn one takes ten questions; all at once, none would be learnt in time."""
PASSED_OVER_S = 60.0
"""A server that was silent, or spoke without authority, is not asked for so long."""
UNKNOWN_S = 5.0
"""Between two attempts to learn a zone that could not be learnt."""


class Glances:
    """Belongs to one event loop."""

    def __init__(self, zones: Zones, questions: Questions, turns: Turns, port: int) -> None:
        self._zones: Final = zones
        self._questions: Final = questions
        self._turns: Final = turns
        self._port: Final = port
        self._learning: Final[dict[dns.name.Name, asyncio.Task[Zone]]] = {}
        self._unknown_until: Final[dict[dns.name.Name, float]] = {}
        self._free = MOST_LEARNT_AT_ONCE

    async def glance(self, watches: Sequence[Watch]) -> list[Glance]:
        """What one question has told about each.

        Raises:
            TryAgainLater: turns can't be taken now.
        """
        told = [Glance.LATER] * len(watches)
        known: list[tuple[int, Zone]] = []
        unknown: dict[dns.name.Name, list[int]] = {}
        for number, watch in enumerate(watches):
            parent = _parent(watch.name)
            zone = self._zones.known(parent)
            if zone is not None:
                known.append((number, zone))
            else:
                unknown.setdefault(parent, []).append(number)
        await asyncio.gather(
            self._in_turn(known, watches, told),
            *(self._when_learnt(parent, numbers, watches, told) for parent, numbers in unknown.items()),
        )
        return told

    async def close(self) -> None:
        """Stop learning, and close all sockets."""
        for task in self._learning.values():
            task.cancel()
        await asyncio.gather(*self._learning.values(), return_exceptions=True)
        self._questions.close()

    async def _when_learnt(
        self, parent: dns.name.Name, numbers: list[int], watches: Sequence[Watch], told: list[Glance]
    ) -> None:
        """All of them have this parent, so they are in one zone."""
        try:
            zone = await self._zone(parent, [dns.name.from_text(watches[number].name) for number in numbers])
        except TryAgainLater:
            told[numbers[0]] = Glance.LOOK  # which will find out, and say, what is wrong
            return
        if zone is not None:
            await self._in_turn([(number, zone) for number in numbers], watches, told)

    async def _in_turn(self, numbers: Sequence[tuple[int, Zone]], watches: Sequence[Watch], told: list[Glance]) -> None:
        """Those whose turn begins soon enough; all others stay put off."""
        now = asyncio.get_running_loop().time()
        wanted = [(zone.name, _cost_s(watches[number], zone, now)) for number, zone in numbers]
        begins = await self._turns.take(wanted, within_s=TURN_WITHIN_S)
        waves: dict[int, list[tuple[int, Zone]]] = {}
        for one, begin in zip(numbers, begins, strict=True):
            if begin is not None:
                waves.setdefault(round(begin / TOGETHER_S), []).append(one)
        await asyncio.gather(
            *(self._wave(wait * TOGETHER_S, members, watches, told) for wait, members in waves.items())
        )

    async def _wave(
        self, wait_s: float, members: Sequence[tuple[int, Zone]], watches: Sequence[Watch], told: list[Glance]
    ) -> None:
        if wait_s:
            await asyncio.sleep(wait_s)
        now = asyncio.get_running_loop().time()
        asked: list[tuple[int, Zone, str]] = []
        for number, zone in members:
            servers = _to_be_asked(zone, now)
            if watches[number].is_brief and servers:
                zone.turn += 1
                asked.append((number, zone, servers[zone.turn % len(servers)].address))
            else:
                told[number] = Glance.LOOK
        questions = [((address, self._port), watches[number].name) for number, _, address in asked]
        replies = await self._questions.ask(questions)
        for (number, zone, address), reply in zip(asked, replies, strict=True):
            told[number] = Glance.NOTHING if reply is not None and says_nothing(reply) else Glance.LOOK
            if reply is None or not is_from_authority(reply):
                zone.passed_over[address] = asyncio.get_running_loop().time() + PASSED_OVER_S

    async def _zone(self, parent: dns.name.Name, names: list[dns.name.Name]) -> Zone | None:
        """None: not learnt yet.

        Raises:
            TryAgainLater: it can't be learnt now.
        """
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


def _to_be_asked(zone: Zone, now: float) -> tuple[Server, ...]:
    if not zone.passed_over:
        return zone.servers
    return tuple(each for each in zone.servers if zone.passed_over.get(each.address, 0.0) <= now)


def _cost_s(watch: Watch, zone: Zone, now: float) -> float:
    """For how long it takes the zone's servers: all of them, where it leads to a whole look, else one.

    The whole look pays for itself once more; what matters here is that not a hundred of them begin at once.
    """
    servers = _to_be_asked(zone, now)
    return EVERY_S / len(servers) if watch.is_brief and servers else EVERY_S


@lru_cache(maxsize=50_000)
def _parent(record: str) -> dns.name.Name:
    """Of the record's name: that nobody has to publish first."""
    return dns.name.from_text(record).parent()
