"""What the servers of the zone above say about who serves a zone: where every resolver that knows nothing begins.

Never a verdict: where nobody can tell, there is nothing to compare, and the zone's own list stands alone.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import dns.name
import dns.rdatatype

from bot.dns.answers import Referral, referral
from bot.dns.exchange import Silence, Times, ask
from bot.dns.resolvers import Resolvers

SERVERS_ASKED = 2
_QUICK = Times(udp_s=0.4, tcp_s=0.4)


class Delegations:
    """Asks the zone above; remembers where its servers are until a time of the clock."""

    def __init__(self, resolvers: Resolvers, port: int, clock: Callable[[], float]) -> None:
        self._resolvers: Final = resolvers
        self._port: Final = port
        self._clock: Final = clock
        self._above: Final[dict[dns.name.Name, tuple[float, tuple[str, ...]]]] = {}

    async def of(self, origin: dns.name.Name, above: dns.name.Name) -> Referral | None:
        """The delegation of the zone `origin` in the zone `above`; None where no server there tells it.

        A server that serves both answers for the zone itself, and tells nothing of the delegation.

        Raises:
            TryAgainLater: the servers of the zone above could not be learnt.
        """
        addresses = await self._addresses(above)
        responses = await asyncio.gather(
            *(ask(each, self._port, origin, dns.rdatatype.NS, _QUICK) for each in addresses)
        )
        found = (referral(each, origin, above) for each in responses if not isinstance(each, Silence))
        return next((each for each in found if each is not None and each.cut == origin), None)

    async def _addresses(self, above: dns.name.Name) -> tuple[str, ...]:
        until, known = self._above.get(above, (0.0, ()))
        if until > self._clock():
            return known
        names, ttl_s = await self._resolvers.name_servers(above)
        found = await asyncio.gather(*map(self._resolvers.addresses, names[:SERVERS_ASKED]))
        addresses = tuple(many[0] for many in found if many)
        self._above[above] = (self._clock() + min(ttl_s, 3600), addresses)
        return addresses
