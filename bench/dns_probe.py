"""What naming a mistake takes: `python -m bench.dns_probe [rounds]`, against NSD and Unbound on loopback.

The bot's probe around records with a mistake each, once the look before it has been made; beside it the same questions,
to the same addresses, one after the other with dnspython's resolver. Medians of all rounds. On loopback nobody waits,
so both columns are computing time; over a network each question in a row adds a round trip.
"""

import asyncio
import statistics
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest.mock import patch

import dns.asyncquery
import dns.message
import dns.name
import dns.rdatatype
import dns.resolver

from bot.alias_move.diagnosis import diagnosis
from bot.alias_move.names import TxtRecord
from bot.dns import AuthoritativeDns
from tests.alias_move.evidence import registrable_name
from tests.real_dns import NSD, UNBOUND, AtOnce, Authority, Resolver, nsd, unbound, zone

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

VALUE = "d111111abcdef8.cloudfront.net"
PLANTED = {
    "nothing there yet": "",
    "the zone's name twice": "_www.{zone} TXT {value}",
    "underscore forgotten": "www TXT {value}",
    "a dash instead": "-www TXT {value}",
    "form of an apex": "_.www TXT {value}",
    "below the alias": "_www.www TXT {value}",
    "as for a certificate": "_acme-challenge.www TXT {value}",
    "at the zone itself": "@ TXT {value}",
    "a CNAME": "_www CNAME {value}.",
    "an address": "_www A 192.0.2.7",
    "another value": "_www TXT d222222abcdef8.cloudfront.net",
    "a wildcard": "* CNAME elsewhere.example.",
}


@dataclass(frozen=True)
class Asked:
    """One question as it was sent."""

    address: str
    port: int
    name: dns.name.Name
    rdtype: dns.rdatatype.RdataType


class Noting:
    """In place of dnspython's way to ask over UDP: the same, and notes what was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._udp: Callable[..., Awaitable[dns.message.Message]] = dns.asyncquery.udp

    async def udp(self, query: dns.message.Message, where: str, *args: object, **named: object) -> dns.message.Message:
        """As `dns.asyncquery.udp`."""
        port = named.get("port", args[1] if len(args) > 1 else 53)
        assert isinstance(port, int)  # noqa: S101 - for the type checker
        self.asked.append(Asked(where, port, query.question[0].name, query.question[0].rdtype))
        return await self._udp(query, where, *args, **named)


def one_after_the_other(asked: list[Asked]) -> float:
    """How long that takes, in ms."""
    began = time.perf_counter()
    for each in asked:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [each.address], each.port
        try:
            resolver.resolve(each.name, each.rdtype, raise_on_no_answer=False, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoNameservers):
            continue
    return (time.perf_counter() - began) * 1000


async def measured(authority: Authority, resolver: Resolver, origins: dict[str, str], rounds: int) -> None:
    """Print a line for each mistake."""
    bot = AuthoritativeDns((resolver.where,), authority.port, turns=AtOnce())
    print(f"{'':<24}{'questions':>10}{'the bot, ms':>13}{'in a row, ms':>14}   named as")
    for mistake, origin in origins.items():
        record = TxtRecord(f"_www.{origin}", VALUE)
        sighting = await bot.look_up(record)
        probe, ours, theirs, count = await bot.probe(record, sighting), [], [], 0
        for _ in range(rounds):
            began = time.perf_counter()
            await bot.probe(record, sighting)
            ours.append((time.perf_counter() - began) * 1000)
            noting = Noting()
            with patch.object(dns.asyncquery, "udp", noting.udp):
                await bot.probe(record, sighting)
            count = max(count, len(noting.asked))
            theirs.append(one_after_the_other(noting.asked))
        named = ", ".join(one.kind.value for one in diagnosis(probe, registrable_name, at=0.0).mistakes)
        print(f"{mistake:<24}{count:>10}{statistics.median(ours):>13.1f}{statistics.median(theirs):>14.1f}   {named}")
    await bot.close()


def main(rounds: int) -> None:
    """One zone for each mistake, below one that delegates them."""
    if NSD is None or UNBOUND is None:
        sys.exit("This needs NSD and Unbound (Debian's packages nsd and unbound).")
    origins = {mistake: f"m{number}.example" for number, mistake in enumerate(PLANTED)}
    zones = {
        origin: zone(origin, PLANTED[mistake].format(zone=origin, value=VALUE) + "\n")
        for mistake, origin in origins.items()
    }
    zones |= {each: zone(each) for each in ("example", "cloudfront.net")}
    with nsd(zones) as authority, unbound(authority, tuple(zones)) as resolver:
        asyncio.run(measured(authority, resolver, origins, rounds))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
