"""All DNS of the playground together: two name servers under one port number and a caching resolver, on loopback.

    async with Dns() as dns:
        dns.add_zone("example.com", negative_ttl=900)
        dns.add_txt("_www.example.com", "d111111abcdef8.cloudfront.net")

A zone's parents up to the top-level domain come into being with it and delegate to it, so that whoever walks the tree
finds a tree. They belong to nobody here: records can be put only into zones that were added by name.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Final, Self

import dns.name

from playground.dns.authority import Authority
from playground.dns.endpoint import bind_together
from playground.dns.questions import spelled
from playground.dns.resolver import CachingResolver
from playground.dns.zones import DEFAULT_TTL_SECONDS, Record, Zone

_PARENTS_NEGATIVE_TTL_SECONDS: Final = 900


class Dns:
    """The DNS of one world.

    Args:
        addresses: loopback addresses for the name servers; those the system does not have are left out.
        clock: seconds; what the resolver's remembered answers age by and what questions are dated with.
    """

    resolver: CachingResolver

    def __init__(
        self,
        addresses: Sequence[str] = ("127.0.0.1", "127.0.0.2"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.servers: Final[list[Authority]] = []
        self._addresses: Final = addresses
        self._clock: Final = clock
        self._zones: Final[dict[dns.name.Name, Zone]] = {}
        self._own: Final[set[dns.name.Name]] = set()
        self._open: Final = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            for sockets in bind_together(self._addresses):
                authority = Authority(sockets, self._clock)
                opening.push_async_callback(authority.close)
                self.servers.append(authority)
            (own,) = bind_together(("127.0.0.1",))
            self.resolver = CachingResolver(own, self.servers, self._clock)
            opening.push_async_callback(self.resolver.close)
            for server in self.servers:
                await server.open()
            await self.resolver.open()
            self._open.push_async_callback(opening.pop_all().aclose)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._open.aclose()

    @property
    def port(self) -> int:
        """Of all authoritative servers."""
        return self.servers[0].port

    @property
    def resolver_address(self) -> str:
        """`127.0.0.1:port` of the recursive resolver."""
        return self.resolver.address

    def add_zone(
        self,
        origin: str,
        *,
        negative_ttl: int = 60,
        soa_ttl: int | None = None,
        servers: Sequence[Authority] | None = None,
    ) -> Zone:
        """A zone of our own, delegated from its parent.

        Args:
            origin: the zone's name.
            negative_ttl: MINIMUM of its SOA, in seconds.
            soa_ttl: the SOA's own TTL in seconds; the same as `negative_ttl` if not given.
            servers: those that serve it, all if not given. A server that serves only the parent answers with a
                referral, as one that serves both never does.
        """
        name = dns.name.from_text(origin)
        if name in self._own:
            raise ValueError(f"The zone {origin} exists already.")
        self._own.add(name)
        if name in self._zones:
            self._zones[name].set_negative_ttl(negative_ttl, soa_ttl)
            return self._zones[name]
        return self._create(name, negative_ttl, soa_ttl, self.servers if servers is None else servers)

    def zone(self, name: str) -> Zone:
        """The closest zone of our own that the name lies in.

        Raises:
            ValueError: none does, as `_example.com` lies beside the zone example.com and not in it.
        """
        wanted = dns.name.from_text(name)
        above = [origin for origin in self._own if wanted.is_subdomain(origin)]
        if not above:
            own = ", ".join(sorted(spelled(origin) for origin in self._own)) or "none yet"
            raise ValueError(f"{name} is in none of the zones of this world ({own}).")
        return self._zones[max(above, key=len)]

    def add(self, name: str, rdtype: str, *values: str, ttl: int = DEFAULT_TTL_SECONDS) -> None:
        """Publish values in zone-file form beside those already there; TTL in seconds."""
        self.zone(name).add(name, rdtype, *values, ttl=ttl)

    def add_txt(self, name: str, *values: str, ttl: int = DEFAULT_TTL_SECONDS) -> None:
        """Publish TXT values, taken as they are, beside those already there; TTL in seconds."""
        self.zone(name).add_txt(name, *values, ttl=ttl)

    def replace(self, name: str, rdtype: str, *values: str, ttl: int = DEFAULT_TTL_SECONDS) -> None:
        """Publish values in zone-file form instead of those of this type; TTL in seconds."""
        self.zone(name).replace(name, rdtype, *values, ttl=ttl)

    def replace_txt(self, name: str, *values: str, ttl: int = DEFAULT_TTL_SECONDS) -> None:
        """Publish TXT values, taken as they are, instead of those there; TTL in seconds."""
        self.zone(name).replace_txt(name, *values, ttl=ttl)

    def remove(self, name: str, rdtype: str | None = None) -> None:
        """Take away one type, or everything, at this name; LookupError when there is nothing like that."""
        self.zone(name).remove(name, rdtype)

    def zones(self) -> dict[str, list[Record]]:
        """Our own zones by name, with everything published in each."""
        return {spelled(origin): self._zones[origin].records() for origin in sorted(self._own)}

    def records(self) -> list[Record]:
        """Everything published in our own zones."""
        return [record for records in self.zones().values() for record in records]

    def _create(
        self, origin: dns.name.Name, negative_ttl: int, soa_ttl: int | None, servers: Sequence[Authority]
    ) -> Zone:
        text = spelled(origin)
        numbered = [(number, each) for number, each in enumerate(self.servers, start=1) if each in servers]
        name_servers = {f"ns{number}.{text}": each.ip for number, each in numbered}
        zone = Zone(text, name_servers, negative_ttl=negative_ttl, soa_ttl=soa_ttl)
        self._delegate(origin, name_servers)
        self._zones[origin] = zone
        for server in servers:
            server.serve(zone)
        return zone

    def _delegate(self, origin: dns.name.Name, name_servers: dict[str, str]) -> None:
        """NS records and glue in the zone above; no root, so that a server still refuses what is outside its zones."""
        if origin.parent() == dns.name.root:
            return
        above = [each for each in self._zones if origin.is_subdomain(each)]
        if above:
            parent = self._zones[max(above, key=len)]
        else:
            parent = self._create(origin.parent(), _PARENTS_NEGATIVE_TTL_SECONDS, None, self.servers)
        parent.delegate(spelled(origin), name_servers)
