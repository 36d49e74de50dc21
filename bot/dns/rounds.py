"""One question to all servers of one zone at once, over TCP, waiting long only for those that may still answer.

Never leaves a task or a socket behind, and never judges a zone by an address that this machine cannot send to.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import dns.flags
import dns.name
import dns.rdatatype
import dns.rrset

from bot.alias_move.sightings import FEWEST_ADDRESSES, AnswerKind
from bot.dns.answers import Said, read
from bot.dns.exchange import Silence, Times, Told, ask, ask_surely
from bot.dns.records import answered, negative_ttl_s, serial
from bot.dns.zones import Server, Zone

_LEEWAY_S = 0.1
"""So that a try over TCP ends by its own time-out, and can say so."""

WAITED_FOR_EVERY_S = 10.0
"""Of the looks at one name that follow each other only the first waits for servers that are known to be silent."""

Outcome = Told | Silence

_UNSURE = "answers over UDP only, where anybody could have answered in its place"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one round waits, in seconds."""

    whole_s: float
    """For a server that has not proved silent: UDP and TCP together."""
    udp_s: float
    """How much of that UDP gets."""
    silent_s: float
    """For a server that let a whole round pass before, counted from the beginning."""

    @property
    def times(self) -> Times:
        """For one address."""
        return Times(udp_s=self.udp_s, tcp_s=self.whole_s - self.udp_s)


class Rounds:
    """Asks the servers of a zone, and notes in the zone which of them are silent and what negative TTL they tell."""

    def __init__(self, port: int, patience: Patience) -> None:
        self._port: Final = port
        self._patience: Final = patience

    async def ask_all(self, zone: Zone, name: dns.name.Name, value: str) -> dict[Server, Said]:
        """What each address says about the TXT record at `name` that should hold `value`."""
        outcomes = _without_unreachable(await self._outcomes(zone, name))
        said = {server: _judged(outcome, zone, name, value) for server, outcome in outcomes.items()}
        ttls_s = [each.negative_ttl_s for each in said.values() if each.negative_ttl_s is not None]
        zone.negative_ttl_s = max(ttls_s, default=zone.negative_ttl_s)
        return said

    async def negative_ttl_s(self, zone: Zone) -> int | None:
        """How long a cache may keep a "no" about names in the zone; asked for if no "no" has told it yet."""
        if zone.negative_ttl_s is None:
            speaking = [server for server in zone.servers if server.address not in zone.silent]
            for server in speaking or zone.servers[:1]:
                zone.negative_ttl_s = negative_ttl_s(await self._soa(server, zone))
                if zone.negative_ttl_s is not None:
                    break
        return zone.negative_ttl_s

    async def serials(self, zone: Zone) -> dict[str, int]:
        """The zone's serial number at each address that tells it."""
        speaking = [server for server in zone.servers if server.address not in zone.silent]
        soas = await asyncio.gather(*(self._soa(server, zone) for server in speaking))
        told = {server.address: serial(soa) for server, soa in zip(speaking, soas, strict=True)}
        return {address: number for address, number in told.items() if number is not None}

    async def _soa(self, server: Server, zone: Zone) -> dns.rrset.RRset | None:
        response = await ask(server.address, self._port, zone.origin, dns.rdatatype.SOA, self._patience.times)
        if isinstance(response, Silence) or not response.flags & dns.flags.AA:
            return None
        return answered(response, zone.origin, dns.rdatatype.SOA)

    async def _outcomes(self, zone: Zone, name: dns.name.Name) -> dict[Server, Outcome]:
        began = asyncio.get_running_loop().time()
        zone.waited_at = {each: at for each, at in zone.waited_at.items() if began - at < WAITED_FOR_EVERY_S}
        asking = {
            server: asyncio.create_task(
                ask_surely(server.address, self._port, name, dns.rdatatype.TXT, self._patience.times),
                name=server.address,
            )
            for server in zone.servers
        }
        hopeful = [task for server, task in asking.items() if server.address not in zone.silent]
        if len(hopeful) < FEWEST_ADDRESSES:
            # Without the silent ones no record can be live; one that answers over TCP only would never be heard again.
            hopeful = list(asking.values())
        try:
            await asyncio.wait(hopeful, timeout=self._patience.whole_s + _LEEWAY_S)
            if name not in zone.waited_at:
                zone.waited_at[name] = began
                left_s = began + self._patience.silent_s - asyncio.get_running_loop().time()
                await asyncio.wait(asking.values(), timeout=max(left_s, 0))
        finally:
            for task in asking.values():
                task.cancel()
            await asyncio.wait(asking.values())
        outcomes = {
            server: Silence("no answer") if task.cancelled() else task.result() for server, task in asking.items()
        }
        _note_silence(zone, outcomes)
        return outcomes


def _note_silence(zone: Zone, outcomes: Mapping[Server, Outcome]) -> None:
    silent = {server.address for server, outcome in outcomes.items() if isinstance(outcome, Silence)}
    # Where nobody answered, it may as well have been our own network.
    zone.silent = silent if len(silent) < len(outcomes) else set()


def _without_unreachable(outcomes: dict[Server, Outcome]) -> dict[Server, Outcome]:
    """Without those nothing can be sent to from here, unless that is all there are.

    On a network without IPv6 a server's second address must not count as one that failed to answer.
    """
    reachable = {
        server: outcome for server, outcome in outcomes.items() if not isinstance(outcome, Silence) or outcome.has_route
    }
    return reachable or outcomes


def _judged(outcome: Outcome, zone: Zone, name: dns.name.Name, value: str) -> Said:
    if isinstance(outcome, Silence):
        return Said(AnswerKind.SILENT, note=outcome.note)
    said = read(outcome.message, name, zone.origin, value)
    if not outcome.is_sure and (said.onward is not None or said.kind is AnswerKind.EXACT):
        # It may keep a record from counting as live, but never make it.
        return Said(AnswerKind.SILENT, note=_UNSURE)
    return said
