"""Which zone a name lies in, and at which addresses its servers are: learnt from the resolvers, kept for a while.

A resolver is never asked for a name that may not exist yet, nor for one below it: the miss it remembers would hide the
record that is about to be published. So a zone is looked for from the top down, and before a resolver is asked for a
name the servers above must have said that it exists.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

import dns.flags
import dns.name
import dns.rcode
import dns.rdatatype

from bot.dns.answers import Referral
from bot.dns.delegations import SERVERS_ASKED, Delegations
from bot.dns.exchange import Silence, Times, ask
from bot.dns.records import answered, cname_target, soa_above, spelled
from bot.dns.resolvers import Resolvers
from bot.ports import TryAgainLater

LONGEST_BELIEF_S = 3600
INCOMPLETE_BELIEF_S = 5
"""How long a list of servers is used when the addresses of one of them could not be learnt."""
FAILURES_BEFORE_RELEARNING = 3

_LABELS_OF_TOP = 3  # `example.com.` and the root's empty label: nobody waits for a record to make this one exist
_SERVERS_ASKED_FOR_EXISTENCE = 3
_DELEGATION_WITHIN_S = 1.0
QUESTIONS_ABOUT_DELEGATION = 1 + SERVERS_ASKED
"""Once the servers of the zone above are known: where that zone begins, and who serves this one."""
_QUICK = Times(udp_s=0.4, tcp_s=0.4)


@dataclass(frozen=True, slots=True)
class Server:
    """One address of one name server."""

    name: str
    address: str


@dataclass(slots=True, eq=False)
class Zone:
    """What is known of one zone, until a time of the clock of `Zones`."""

    origin: dns.name.Name
    servers: tuple[Server, ...]
    expires: float
    unaddressed: tuple[str, ...] = ()
    """Servers whose addresses could not be learnt: they are there, and what they would say nobody knows."""
    only_delegated: tuple[str, ...] = ()
    """Servers that the zone above names and the zone itself does not."""
    only_listed: tuple[str, ...] = ()
    """The other way round."""
    silent: set[str] = field(default_factory=set)
    """Addresses that let a whole look pass without an answer: asked again at every look, but hardly waited for."""
    waited_at: dict[dns.name.Name, float] = field(default_factory=dict)
    """When a look at a name last waited for those, by the event loop's clock."""
    failures: int = 0
    """Looks in a row in which none of its servers spoke with authority."""
    negative_ttl_s: int | None = None
    """As its servers said last."""
    turn: int = 0
    """Whose turn it is to be asked whether there is anything new."""
    passed_over: dict[str, float] = field(default_factory=dict)
    """Addresses not to be asked that, and until when, by the event loop's clock."""
    name: str = field(init=False)
    """The origin, spelled."""

    def __post_init__(self) -> None:
        self.name = spelled(self.origin)


class Zones:
    """Finds zones, and remembers each for min(TTL of its NS records, 1 h) or until three looks in a row have failed.

    Args:
        resolvers: the recursive ones.
        port: of authoritative servers.
        patience_s: for learning everything about one zone, in seconds.
        clock: any that runs forward, in seconds.
    """

    def __init__(
        self, resolvers: Resolvers, port: int, patience_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._resolvers: Final = resolvers
        self._port: Final = port
        self._patience_s: Final = patience_s
        self._clock: Final = clock
        self._delegations: Final = Delegations(resolvers, port, clock)
        self._known: Final[dict[dns.name.Name, Zone]] = {}

    async def around(self, name: dns.name.Name, avoid: tuple[dns.name.Name, ...]) -> Zone:
        """The zone that `name` lies in; the resolvers hear nothing of the names to avoid and what is below them.

        Raises:
            TryAgainLater: it, or every address of its servers, could not be learnt.
        """
        while any(name.is_subdomain(each) for each in avoid):
            name = name.parent()
        return self.known(name) or await self._in_time(name, self._search(name, avoid))

    async def below(self, referral: Referral, avoid: tuple[dns.name.Name, ...]) -> Zone:
        """The zone that a server referred to.

        Raises:
            TryAgainLater: no address of its servers could be learnt.
        """
        known = self.known(referral.cut)
        if known is not None:
            return known
        learning = self._learn(referral.cut, referral.servers, referral.ttl_s, avoid, referral.glue)
        return await self._in_time(referral.cut, learning)

    def note_look(self, zone: Zone, *, has_spoken: bool) -> None:
        """Count a look, and forget the zone after too many failures: its servers may have moved."""
        zone.failures = 0 if has_spoken else zone.failures + 1
        if zone.failures >= FAILURES_BEFORE_RELEARNING:
            self._drop(lambda known: known is zone)

    def known(self, name: dns.name.Name) -> Zone | None:
        """The zone that `name` lies in, if somebody has looked for it and it may still be believed."""
        zone = self._known.get(name)
        return zone if zone is not None and zone.expires > self._clock() else None

    def _drop(self, is_unwanted: Callable[[Zone], bool]) -> None:
        for name in [name for name, zone in self._known.items() if is_unwanted(zone)]:
            del self._known[name]

    async def _in_time(self, name: dns.name.Name, learning: Coroutine[Any, Any, Zone]) -> Zone:
        try:
            async with asyncio.timeout(self._patience_s):
                return await learning
        except TimeoutError:
            sentence = f"Learning the name servers of {spelled(name)} took longer than {self._patience_s:g} seconds."
            raise TryAgainLater(sentence) from None

    async def _search(self, name: dns.name.Name, avoid: tuple[dns.name.Name, ...]) -> Zone:
        top = name.split(min(_LABELS_OF_TOP, len(name)))[1]
        zone = await self._zone(await self._origin_above(top), avoid)
        for depth in range(len(top) + 1, len(name) + 1):
            deeper = name.split(depth)[1]
            if await self._is_missing(deeper, zone):
                break
            origin = await self._origin_at(deeper)
            if origin is not None:
                zone = await self._zone(origin, avoid)
        self._known[name] = zone
        return zone

    async def _origin_above(self, name: dns.name.Name) -> dns.name.Name:
        while True:
            origin = await self._origin_at(name)
            if origin is not None:
                return origin
            if name == dns.name.root:
                raise TryAgainLater("The DNS resolvers do not even know the root of the DNS.")
            name = name.parent()

    async def _origin_at(self, name: dns.name.Name) -> dns.name.Name | None:
        """The zone that a resolver says the name lies in; None where it cannot tell."""
        response = await self._resolvers.ask(name, dns.rdatatype.SOA)
        if answered(response, name, dns.rdatatype.SOA):
            return name
        if cname_target(response, name) is not None:
            return None  # what else it says is about the target's zone
        soa = soa_above(name, response.authority)
        return soa.name if soa else None

    async def _is_missing(self, name: dns.name.Name, zone: Zone) -> bool:
        """Whether the zone's servers say that there is no such name, nor anything below it (RFC 8020).

        A resolver that heard so would go on denying everything below. When no server can be asked, the resolver is:
        a network may hide all but its own.
        """
        servers = zone.servers[:_SERVERS_ASKED_FOR_EXISTENCE]
        responses = await asyncio.gather(
            *(ask(each.address, self._port, name, dns.rdatatype.SOA, _QUICK) for each in servers)
        )
        return any(
            not isinstance(response, Silence)
            and response.rcode() == dns.rcode.NXDOMAIN
            and bool(response.flags & dns.flags.AA)
            for response in responses
        )

    async def _zone(self, origin: dns.name.Name, avoid: tuple[dns.name.Name, ...]) -> Zone:
        known = self.known(origin)
        if known is not None:
            return known
        asking = asyncio.create_task(self.delegation(origin))
        try:
            listed, ttl_s = await self._resolvers.name_servers(origin)
            above = await asking
        finally:
            asking.cancel()
        if above is None:
            return await self._learn(origin, listed, ttl_s, avoid)
        # Resolvers begin with those that the zone above names, so they have to have the record as well.
        only_delegated = tuple(name for name in above.servers if name not in listed)
        glue = tuple(pair for pair in above.glue if pair[0] in only_delegated)
        zone = await self._learn(origin, (*listed, *only_delegated), ttl_s, avoid, glue)
        # A network may tell other addresses inside than the world is told.
        glued = {address: Server(spelled(name), address) for name, address in above.glue}
        asked = {server.address: server for server in zone.servers}
        zone.servers = tuple(sorted((glued | asked).values(), key=_order))
        zone.only_delegated = tuple(map(spelled, only_delegated))
        zone.only_listed = tuple(spelled(name) for name in listed if name not in above.servers)
        return zone

    async def delegation(self, origin: dns.name.Name) -> Referral | None:
        """What the zone above says about who serves this one; None where nobody tells it soon."""
        if len(origin) <= _LABELS_OF_TOP - 1:
            return None  # a top-level domain, or the root
        try:
            async with asyncio.timeout(_DELEGATION_WITHIN_S):
                above = await self._origin_above(origin.parent())
                return await self._delegations.of(origin, above)
        except (TimeoutError, TryAgainLater):
            return None

    async def _learn(
        self,
        origin: dns.name.Name,
        names: tuple[dns.name.Name, ...],
        ttl_s: int,
        avoid: tuple[dns.name.Name, ...],
        glue: tuple[tuple[dns.name.Name, str], ...] = (),
    ) -> Zone:
        glued = {name for name, _ in glue}
        asked = [name for name in names if name not in glued and not any(name.is_subdomain(each) for each in avoid)]
        found = await asyncio.gather(*map(self._addresses, asked))
        pairs = [*glue, *((name, address) for name, many in zip(asked, found, strict=True) for address in many or ())]
        # Several names may stand for one machine; it is asked once, under the first of them.
        servers = {address: Server(spelled(name), address) for name, address in reversed(pairs)}
        if not servers:
            listed = ", ".join(map(spelled, names))
            raise TryAgainLater(f"No address could be found for the name servers of {spelled(origin)}: {listed}.")
        belief_s = min(ttl_s, INCOMPLETE_BELIEF_S if None in found else LONGEST_BELIEF_S)
        now = self._clock()
        self._drop(lambda zone: zone.expires <= now)
        unaddressed = tuple(spelled(name) for name, many in zip(asked, found, strict=True) if many is None)
        zone = Zone(origin, tuple(sorted(servers.values(), key=_order)), now + belief_s, unaddressed)
        self._known[origin] = zone
        return zone

    async def _addresses(self, name: dns.name.Name) -> tuple[str, ...] | None:
        """Of a server; None when the resolvers gave no answer, so that it may well have some."""
        try:
            return await self._resolvers.addresses(name)
        except TryAgainLater:
            return None


def _order(server: Server) -> tuple[str, bool, str]:
    return (server.name, ":" in server.address, server.address)
