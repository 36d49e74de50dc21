"""One authoritative name server: any number of zones, its own lag, its own faults. Never asks another server."""

from collections.abc import Callable
from typing import Final

import dns.message
import dns.name

from playground.dns.answers import answer
from playground.dns.endpoint import Endpoint, Reply, Sockets
from playground.dns.faults import Fault, Over, damage
from playground.dns.questions import QuestionLog
from playground.dns.zones import Snapshot, Zone


class Authority:
    """A name server at one address.

    `faults` may be changed at any time and applies from the next question on; `delay_seconds` postpones every answer
    that is sent over a socket.
    """

    def __init__(self, sockets: Sockets, clock: Callable[[], float]) -> None:
        self.faults: Final[set[Fault]] = set()
        self.delay_seconds = 0.0
        self.questions: Final = QuestionLog(clock)
        self._zones: Final[dict[dns.name.Name, Zone]] = {}
        self._held: Final[dict[dns.name.Name, Snapshot]] = {}
        self._endpoint: Final = Endpoint(sockets, self.respond)

    @property
    def ip(self) -> str:
        return self._endpoint.ip

    @property
    def port(self) -> int:
        return self._endpoint.port

    async def open(self) -> None:
        await self._endpoint.open()

    async def close(self) -> None:
        await self._endpoint.close()

    def serve(self, zone: Zone) -> None:
        self._zones[zone.origin] = zone

    def stop_serving(self, origin: str) -> None:
        """From now on this zone is unknown here: REFUSED, or what a zone above it says."""
        name = dns.name.from_text(origin)
        del self._zones[name]
        self._held.pop(name, None)

    def hold(self, origin: str) -> None:
        """Keep answering from what the zone says now, under its serial of now, until released."""
        name = dns.name.from_text(origin)
        self._held[name] = self._zones[name].snapshot()

    def release(self, origin: str) -> None:
        """Catch up with the zone."""
        del self._held[dns.name.from_text(origin)]

    def respond(self, query: dns.message.Message, over: Over) -> Reply | None:
        """What this server says now, faults included; None is silence."""
        self.questions.note(query.question[0].name, query.question[0].rdtype, over)
        zones = {origin: self._held.get(origin) or zone.snapshot() for origin, zone in self._zones.items()}
        response = damage(self.faults, query, answer(zones, query), over)
        return Reply(response, self.delay_seconds) if response else None
