"""A recursive resolver that remembers: what it has once said stays its answer for a while, also "there is nothing".

It asks the authorities of this world in memory, in their order, and knows no other servers: a name outside the world
is SERVFAIL, never a packet to the internet. Like BIND it takes an NXDOMAIN for all types of a name, so that asking for
any type at a name too early hides the TXT published there later.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rdtypes.ANY.CNAME
import dns.rdtypes.ANY.SOA
import dns.rdtypes.txtbase
import dns.rrset

from playground.dns.authority import Authority
from playground.dns.endpoint import Endpoint, Reply, Sockets
from playground.dns.faults import Fault, Over, damage
from playground.dns.questions import QuestionLog, spelled

_LONGEST_CHAIN: Final = 8
_Key = tuple[dns.name.Name, dns.rdatatype.RdataType]
_EVERY_TYPE: Final = dns.rdatatype.NONE
"""Under it an NXDOMAIN is remembered, which is about the name and not about a type."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known about one name until a time of the world's clock: its records, or for a miss the zone's SOA."""

    rcode: dns.rcode.Rcode
    rrset: dns.rrset.RRset
    is_miss: bool
    until: float


@dataclass(frozen=True, slots=True)
class _Outcome:
    rcode: dns.rcode.Rcode
    chain: list[dns.rrset.RRset]
    soa: dns.rrset.RRset | None
    from_cache: bool


class CachingResolver:
    """A resolver at one address, and the eyes of the world's CloudFront.

    Args:
        sockets: where packets are answered.
        authorities: asked in this order, the first that answers with authority counts; may grow later.
        clock: seconds; what the remembered answers age by.

    `faults` and `delay_seconds` break what is sent over its sockets, never `lookup_txt`. Everything runs in the event
    loop's thread.
    """

    def __init__(
        self, sockets: Sockets, authorities: Sequence[Authority], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.faults: Final[set[Fault]] = set()
        self.delay_seconds = 0.0
        self.questions: Final = QuestionLog(clock)
        self._authorities: Final = authorities
        self._clock: Final = clock
        self._cache: Final[dict[_Key, _Known]] = {}
        self._endpoint: Final = Endpoint(sockets, self.respond)

    @property
    def address(self) -> str:
        """The host and port, as `127.0.0.1:5301`."""
        return f"{self._endpoint.ip}:{self._endpoint.port}"

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

    async def lookup_txt(self, name: str) -> list[str]:
        """The TXT values at a name as this resolver sees them now, strings joined; empty for a miss or a failure."""
        outcome = self._resolve(dns.name.from_text(name), dns.rdatatype.TXT, Over.MEMORY)
        found = outcome.chain[-1:] if outcome.rcode == dns.rcode.NOERROR and outcome.soa is None else []
        return [_joined(rdata) for rrset in found for rdata in rrset if isinstance(rdata, dns.rdtypes.txtbase.TXTBase)]

    async def lookup_cname(self, name: str) -> str | None:
        """Where the CNAME record of a name points to, as this resolver sees it now; None where it has none."""
        outcome = self._resolve(dns.name.from_text(name), dns.rdatatype.CNAME, Over.MEMORY)
        records = [rdata for rrset in outcome.chain for rdata in rrset]
        targets = [rdata.target for rdata in records if isinstance(rdata, dns.rdtypes.ANY.CNAME.CNAME)]
        return spelled(targets[0]) if targets else None

    def flush(self) -> None:
        """Forget every answer; the log of questions stays."""
        self._cache.clear()

    def misses(self) -> dict[str, float]:
        """The names whose TXT it would not see, because it remembers a no, and for how many more seconds."""
        now = self._clock()
        left = {
            spelled(name): known.until - now
            for (name, kind), known in self._cache.items()
            if known.is_miss and kind in {_EVERY_TYPE, dns.rdatatype.TXT}
        }
        return {name: seconds for name, seconds in left.items() if seconds > 0}

    def poison(self, name: str) -> None:
        """Remember that there is no TXT at this name, as if somebody had asked too early.

        Raises:
            ValueError: there is one, or nobody can say: nothing is remembered that could hide it.
        """
        outcome = self._resolve(dns.name.from_text(name), dns.rdatatype.TXT, Over.MEMORY)
        if outcome.soa is None:
            raise ValueError(f"No miss to remember: {name} answers {dns.rcode.to_text(outcome.rcode)}.")

    def respond(self, query: dns.message.Message, over: Over) -> Reply | None:
        """What goes back to an asker; None is silence."""
        response = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
        if query.flags & dns.flags.RD:
            outcome = self._resolve(question.name, question.rdtype, over)
            response.set_rcode(outcome.rcode)
            response.answer = outcome.chain
            response.authority = [outcome.soa] if outcome.soa else []
        else:  # looking into the cache without recursion is refused, as Unbound does
            response.set_rcode(dns.rcode.REFUSED)
        damaged = damage(self.faults, query, response, over)
        return Reply(damaged, self.delay_seconds) if damaged else None

    def _resolve(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType, over: Over) -> _Outcome:
        outcome = self._follow(name, rdtype)
        self.questions.note(name, rdtype, over, from_cache=outcome.from_cache)
        return outcome

    def _follow(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> _Outcome:
        chain: list[dns.rrset.RRset] = []
        from_cache = True
        for _ in range(_LONGEST_CHAIN):
            known = self._remembered(name, rdtype)
            if known is None:
                from_cache = False
                known = self._ask(name, rdtype)
            if known is None:
                break
            aged = self._aged(known)
            if known.is_miss:
                return _Outcome(known.rcode, chain, aged, from_cache)
            chain.append(aged)
            target = aged[0]
            if aged.rdtype == rdtype or not isinstance(target, dns.rdtypes.ANY.CNAME.CNAME):
                return _Outcome(dns.rcode.NOERROR, chain, None, from_cache)
            name = target.target
        return _Outcome(dns.rcode.SERVFAIL, [], None, from_cache=False)

    def _remembered(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> _Known | None:
        for kind in (rdtype, dns.rdatatype.CNAME, _EVERY_TYPE):
            known = self._cache.get((name, kind))
            # A type that is not there says nothing about the others: a remembered NODATA for CNAME hides no TXT.
            if known and known.until > self._clock() and (kind in {rdtype, _EVERY_TYPE} or not known.is_miss):
                return known
        return None

    def _ask(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> _Known | None:
        """The first answer with authority, remembered from now on; None when nobody gives one."""
        for authority in self._authorities:
            query = dns.message.make_query(name, rdtype, use_edns=True, flags=0)
            reply = authority.respond(query, Over.MEMORY)
            if reply is not None and _counts(query, reply.message):
                return self._remember(name, rdtype, reply.message)
        return None

    def _remember(
        self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType, response: dns.message.Message
    ) -> _Known | None:
        now = self._clock()
        records = _first(response.answer, name, (rdtype, dns.rdatatype.CNAME))
        soa = next((each for each in response.authority if each.rdtype == dns.rdatatype.SOA), None)
        if records is not None:
            kind, known = records.rdtype, _Known(dns.rcode.NOERROR, records, is_miss=False, until=now + records.ttl)
        elif soa is not None:
            kind = _EVERY_TYPE if response.rcode() == dns.rcode.NXDOMAIN else rdtype
            known = _Known(response.rcode(), soa, is_miss=True, until=now + _negative_ttl_seconds(soa))
        else:
            return None
        self._cache[name, kind] = known
        return known

    def _aged(self, known: _Known) -> dns.rrset.RRset:
        """Its records with the whole seconds left to them."""
        seconds = max(0, int(known.until - self._clock()))
        return dns.rrset.from_rdata_list(known.rrset.name, seconds, list(known.rrset))


def _counts(query: dns.message.Message, response: dns.message.Message) -> bool:
    """A referral has no AA and needs no following: the servers it names are asked next anyway, or outside the world."""
    has_authority = bool(response.flags & dns.flags.AA)
    says_something = response.rcode() in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}
    return response.id == query.id and has_authority and says_something


def _first(
    rrsets: Iterable[dns.rrset.RRset], name: dns.name.Name, rdtypes: tuple[dns.rdatatype.RdataType, ...]
) -> dns.rrset.RRset | None:
    return next((each for each in rrsets if each.name == name and each.rdtype in rdtypes), None)


def _negative_ttl_seconds(soa: dns.rrset.RRset) -> int:
    """RFC 2308, 5: the lower of the SOA's TTL and its MINIMUM."""
    rdata = soa[0]
    assert isinstance(rdata, dns.rdtypes.ANY.SOA.SOA)  # noqa: S101 - narrows dnspython's type
    return min(soa.ttl, rdata.minimum)


def _joined(rdata: dns.rdtypes.txtbase.TXTBase) -> str:
    return b"".join(rdata.strings).decode(errors="replace")
