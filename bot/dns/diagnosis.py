"""Up to sixteen questions around a record that is not live, most of them at once: what people usually do wrong.

The record's own name and its misspellings are asked of the zone's own servers alone; resolvers hear of zones and of
name servers, never of those names. Finds facts only: what they mean is named in `bot.alias_move.diagnosis`.
"""

import asyncio
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeGuard

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rdtypes.ANY.SOA

from bot.alias_move.names import TxtRecord
from bot.alias_move.probes import Nearby, Place, Probe, Serial, alias_of
from bot.alias_move.sightings import AnswerKind, TxtSighting
from bot.dns.answers import Referral, Said, read
from bot.dns.around import LABELS_OF_TOP, Around, Questions, spoken
from bot.dns.exchange import EDNS_PAYLOAD_BYTES, Silence, Times, ask
from bot.dns.records import addresses, answered, cname_target, name_servers, spelled, txt_values
from bot.dns.resolvers import Resolvers
from bot.dns.zones import QUESTIONS_ABOUT_DELEGATION, Server, Zones
from bot.ports import TryAgainLater

_AT_ONCE = 7
"""Misspellings in the first round; the others are asked for when nothing else is worth the questions left."""
_MOST_SERIALS = 6


class Diagnostics:
    """Asks around one record; holds nothing between two probes."""

    def __init__(self, zones: Zones, resolvers: Resolvers, port: int, times: Times) -> None:
        self._zones: Final = zones
        self._resolvers: Final = resolvers
        self._port: Final = port
        self._times: Final = times

    async def probe(self, record: TxtRecord, sighting: TxtSighting | None) -> Probe:
        """What there is to be known; silence everywhere makes an empty probe, never an error."""
        try:
            name, parent = dns.name.from_text(record.name), dns.name.from_text(record.parent)
        except dns.exception.DNSException:
            return Probe(record, sighting)
        try:
            zone = await self._zones.around(parent, avoid=(name,))
        except TryAgainLater:
            # Nobody knows where the zone begins; two labels exist already, so asking for them hides nothing.
            top = parent.split(min(LABELS_OF_TOP, len(parent)))[1]
            return Probe(record, sighting, is_bogus=await self._is_bogus(top, Questions()))
        around = Around(record, name, zone, sighting, Questions())
        own, delegated, is_bogus = await asyncio.gather(
            self._at_the_name(around) if _is_something_there(sighting) else self._where_it_is_not(around),
            self._delegation(around),
            self._is_bogus(zone.origin, around.questions),
        )
        probe = replace(own, is_bogus=is_bogus, delegated_to=delegated)
        return await self._further(around, probe)

    # Where something is at the right name

    async def _at_the_name(self, around: Around) -> Probe:
        cname, wild, serials, listed = await asyncio.gather(
            self._ask(around, around.name, dns.rdatatype.CNAME),
            self._wildcard(around),
            self._serials(around),
            self._listed(around, is_wanted=bool(around.zone.only_listed)),
        )
        target = cname_target(cname, around.name) if _has_authority(cname) else None
        return replace(
            around.empty_probe,
            cname=spelled(target) if target is not None else "",
            wild_values=wild.values,
            wild_cname=wild.cname,
            serials=serials,
            listed=listed,
        )

    async def _serials(self, around: Around) -> tuple[Serial, ...]:
        """Asked only where some servers have the record and others have not."""
        sighting = around.sighting
        if sighting is None or not sighting.seen_on:
            return ()
        having = {answer.address: answer.kind is AnswerKind.EXACT for answer in sighting.answers if answer.counts}
        servers = [server for server in around.zone.servers if server.address in having][:_MOST_SERIALS]
        origin, soa = around.zone.origin, dns.rdatatype.SOA
        responses = await asyncio.gather(*(self._ask(around, origin, soa, server) for server in servers))
        numbers = [_serial(response, origin) for response in responses]
        return tuple(
            Serial(server.name, number, having[server.address])
            for server, number in zip(servers, numbers, strict=True)
            if number is not None
        )

    # Where nothing is

    async def _where_it_is_not(self, around: Around) -> Probe:
        names = around.misspellings[:_AT_ONCE]
        found, address, wild, listed = await asyncio.gather(
            self._nearby(around, names),
            self._ask(around, around.name, dns.rdatatype.A),
            self._wildcard(around),
            self._listed(around),
        )
        has_address = _has_authority(address) and bool(answered(address, around.name, dns.rdatatype.A))
        return replace(
            around.empty_probe,
            nearby=found,
            # An address that a wildcard gives was put there by nobody.
            other_types=("A",) if has_address and not wild.exists else (),
            wild_values=wild.values,
            wild_cname=wild.cname,
            listed=listed,
            child_zone=around.child_zone,
            refused_by=around.refused_by,
        )

    async def _nearby(self, around: Around, names: Iterable[tuple[Place, str]]) -> tuple[Nearby, ...]:
        named = tuple(names)
        said = await asyncio.gather(*(self._said(around, name) for _, name in named))
        pairs = zip(named, said, strict=True)
        return tuple(Nearby(place, name, one.values) for (place, name), one in pairs if one.values and not one.note)

    async def _said(self, around: Around, text: str) -> Said:
        name = spoken(text)
        if name is None:
            return _NOTHING
        server = next(around.servers)
        response = await self._ask(around, name, dns.rdatatype.TXT, server)
        if response is None:
            return _NOTHING
        said = read(response, name, around.zone.origin, around.record.value)
        around.note(server, said)
        if isinstance(said.onward, Referral):
            around.note_referral(said.onward)
        return said

    async def _wildcard(self, around: Around) -> "_Wild":
        """What a name has that nobody can have made."""
        sibling = spoken(f"_chk-{secrets.token_hex(6)}.{around.record.parent}")
        if sibling is None:
            return _Wild()
        response = await self._ask(around, sibling, dns.rdatatype.TXT)
        if not _has_authority(response):
            return _Wild()
        target = cname_target(response, sibling)
        return _Wild(
            exists=response.rcode() == dns.rcode.NOERROR,
            values=txt_values(response, sibling),
            cname=spelled(target) if target is not None else "",
        )

    # Above, below and beside the zone

    async def _listed(self, around: Around, *, is_wanted: bool = True) -> tuple[str, ...]:
        """The name servers that the zone itself names; empty where none of its servers says."""
        origin = around.zone.origin
        response = await self._ask(around, origin, dns.rdatatype.NS, around.public) if is_wanted else None
        own = name_servers(answered(response, origin, dns.rdatatype.NS)) if _has_authority(response) else ()
        return tuple(map(spelled, own))

    async def _delegation(self, around: Around) -> tuple[str, ...]:
        """The name servers that the zone above names; empty where it could not be asked."""
        if around.is_at_top or not around.questions.may_ask(QUESTIONS_ABOUT_DELEGATION):
            return ()
        above = await self._zones.delegation(around.zone.origin)
        return tuple(map(spelled, above.servers)) if above is not None else ()

    async def _is_bogus(self, origin: dns.name.Name, questions: Questions) -> bool:
        """Whether a resolver that validates refuses the zone's own SOA, and has it when told not to validate."""
        for host, port in self._resolvers.where[:1]:
            if not questions.may_ask():
                return False
            strict = await self._resolved(origin, host, port, dns.flags.RD)
            if strict is None or strict.rcode() != dns.rcode.SERVFAIL or not questions.may_ask():
                return False
            lax = await self._resolved(origin, host, port, dns.flags.RD | dns.flags.CD)
            return lax is not None and lax.rcode() == dns.rcode.NOERROR
        return False

    async def _resolved(self, origin: dns.name.Name, host: str, port: int, flags: int) -> dns.message.Message | None:
        query = dns.message.make_query(
            origin, dns.rdatatype.SOA, flags=flags, use_edns=0, want_dnssec=True, payload=EDNS_PAYLOAD_BYTES
        )
        whole_s = self._times.udp_s + self._times.tcp_s
        try:
            response, _ = await dns.asyncquery.udp_with_fallback(
                query, host, whole_s, port, ignore_unexpected=True, ignore_errors=True
            )
        except (dns.exception.DNSException, OSError, EOFError):
            return None
        return response

    async def _further(self, around: Around, probe: Probe) -> Probe:
        """With the questions that are left: the zone of the alias itself, servers that nobody asks, other names."""
        found = list(probe.nearby)
        if around.referral is not None:
            found += await self._in_child_zone(around, around.referral)
        elif probe.delegated_to and not set(probe.delegated_to) & set(probe.listed):
            found += await self._at_undelegated(around, probe.listed)
        if not found and not _is_something_there(around.sighting):
            found += await self._nearby(around, around.misspellings[_AT_ONCE:])
        return replace(probe, nearby=tuple(found))

    async def _in_child_zone(self, around: Around, referral: Referral) -> tuple[Nearby, ...]:
        glue = dict(referral.glue)
        server = next(iter(referral.servers))
        address = glue.get(server) or await self._address(around, server)
        if address is None:
            return ()
        label = alias_of(around.record).split(".", 1)[0]
        name = f"_{label}.{spelled(referral.cut)}"
        return await self._there(around, Server(spelled(server), address), referral.cut, Place.CHILD_ZONE, name)

    async def _at_undelegated(self, around: Around, listed: tuple[str, ...]) -> tuple[Nearby, ...]:
        asked = {server.name for server in around.zone.servers}
        for text in listed:
            server = spoken(text)
            if text in asked or server is None:
                continue
            address = await self._address(around, server)
            if address is None:
                return ()
            there = Server(text, address)
            return await self._there(around, there, around.zone.origin, Place.UNDELEGATED, around.record.name)
        return ()

    async def _there(
        self, around: Around, server: Server, origin: dns.name.Name, place: Place, text: str
    ) -> tuple[Nearby, ...]:
        name = spoken(text)
        response = await self._ask(around, name, dns.rdatatype.TXT, server) if name is not None else None
        if name is None or response is None:
            return ()
        values = read(response, name, origin, around.record.value).values
        return (Nearby(place, text, values, server.name),) if values else ()

    async def _address(self, around: Around, server: dns.name.Name) -> str | None:
        if server.is_subdomain(around.name) or not around.questions.may_ask():
            return None
        try:
            response = await self._resolvers.ask(server, dns.rdatatype.A)
        except TryAgainLater:
            return None
        return next(iter(addresses(response.answer)), None)

    async def _ask(
        self, around: Around, name: dns.name.Name, rdtype: dns.rdatatype.RdataType, server: Server | None = None
    ) -> dns.message.Message | None:
        if not around.questions.may_ask():
            return None
        where = server or next(around.servers)
        response = await ask(where.address, self._port, name, rdtype, self._times)
        return None if isinstance(response, Silence) else response


@dataclass(frozen=True, slots=True)
class _Wild:
    """What a wildcard answers; nothing where there is none."""

    exists: bool = False
    values: tuple[str, ...] = ()
    cname: str = ""


_NOTHING = Said(AnswerKind.NOTHING)


def _is_something_there(sighting: TxtSighting | None) -> bool:
    """Whether the look has found anything at the right name, be it a CNAME."""
    return sighting is not None and any(
        answer.counts and (answer.values or answer.note or answer.kind is AnswerKind.EXACT)
        for answer in sighting.answers
    )


def _has_authority(response: dns.message.Message | None) -> TypeGuard[dns.message.Message]:
    return response is not None and bool(response.flags & dns.flags.AA)


def _serial(response: dns.message.Message | None, origin: dns.name.Name) -> int | None:
    soa = answered(response, origin, dns.rdatatype.SOA) if response is not None else None
    rdata = soa[0] if soa else None
    return rdata.serial if isinstance(rdata, dns.rdtypes.ANY.SOA.SOA) else None
