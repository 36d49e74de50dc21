"""One question to one address, in two ways. Judges no answer.

`ask` is for what may be wrong without harm: UDP, then TCP where UDP was truncated or brought nothing. `ask_surely` is
for what a verdict hangs on: TCP, since a datagram can be forged by anybody who guesses sixteen bits and a port.
"""

import errno
from collections.abc import Awaitable
from dataclasses import dataclass

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

EDNS_PAYLOAD_BYTES = 1232
"""Fits every path without fragments (DNS flag day 2020)."""

_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})
_NO_EDNS = frozenset({dns.rcode.FORMERR, dns.rcode.NOTIMP})


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer that could be used, over UDP and TCP."""

    note: str
    has_route: bool = True
    """False: nothing could be sent from here, as to an IPv6 address from a network without IPv6."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long one address may take, in seconds, over UDP and then over TCP."""

    udp_s: float
    tcp_s: float


async def ask(
    address: str,
    port: int,
    name: dns.name.Name,
    rdtype: dns.rdatatype.RdataType,
    times: Times,
    *,
    recursion_desired: bool = False,
    edns: bool = True,
) -> dns.message.Message | Silence:
    """What this address says about the name; any rcode is an answer."""
    query = dns.message.make_query(
        name,
        rdtype,
        flags=dns.flags.RD if recursion_desired else 0,
        use_edns=0 if edns else -1,
        payload=EDNS_PAYLOAD_BYTES,
    )
    response = await _send(query, address, port, times)
    if edns and isinstance(response, dns.message.Message) and response.rcode() in _NO_EDNS:
        # A server from before EDNS may know the record all the same.
        return await ask(address, port, name, rdtype, times, recursion_desired=recursion_desired, edns=False)
    return response


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and whether it came from the address beyond doubt."""

    message: dns.message.Message
    is_sure: bool


async def ask_surely(
    address: str, port: int, name: dns.name.Name, rdtype: dns.rdatatype.RdataType, times: Times, *, edns: bool = True
) -> Told | Silence:
    """The same over TCP; where that brings nothing, over UDP, so that people can be told what is wrong there."""
    query = dns.message.make_query(name, rdtype, flags=0, use_edns=0 if edns else -1, payload=EDNS_PAYLOAD_BYTES)
    told = await _outcome(dns.asyncquery.tcp(query, address, timeout=times.tcp_s, port=port))
    is_sure = not isinstance(told, Silence)
    if isinstance(told, Silence):
        over_udp = await _over_udp(query, address, port, times)
        if isinstance(over_udp, Silence):
            return _silence(over_udp, told)
        told = over_udp
    if edns and told.rcode() in _NO_EDNS:
        return await ask_surely(address, port, name, rdtype, times, edns=False)
    return Told(told, is_sure)


async def _send(query: dns.message.Message, address: str, port: int, times: Times) -> dns.message.Message | Silence:
    over_udp = await _over_udp(query, address, port, times)
    if isinstance(over_udp, dns.message.Message) or not over_udp.has_route:
        return over_udp
    over_tcp = await _outcome(dns.asyncquery.tcp(query, address, timeout=times.tcp_s, port=port))
    return _silence(over_udp, over_tcp) if isinstance(over_tcp, Silence) else over_tcp


def _silence(over_udp: Silence, over_tcp: Silence) -> Silence:
    # Only sending a datagram fails for reasons of our own network; a connection also for those of the other side.
    if not over_udp.has_route:
        return over_udp
    return Silence(f"{over_udp.note} over UDP, {over_tcp.note} over TCP")


async def _over_udp(query: dns.message.Message, address: str, port: int, times: Times) -> dns.message.Message | Silence:
    # By default one stray or forged datagram would end the wait, and a truncated answer look like an empty one.
    return await _outcome(
        dns.asyncquery.udp(
            query,
            address,
            timeout=times.udp_s,
            port=port,
            ignore_unexpected=True,
            raise_on_truncation=True,
            ignore_errors=True,
        )
    )


async def _outcome(attempt: Awaitable[dns.message.Message]) -> dns.message.Message | Silence:
    try:
        return await attempt
    except dns.message.Truncated:
        return Silence("an answer cut short")
    except dns.exception.Timeout:
        return Silence("no answer")
    except OSError as error:
        if error.errno in _NO_ROUTE:
            return Silence("no way there from this network", has_route=False)
        return Silence("no connection")
    except (dns.exception.DNSException, EOFError):
        return Silence("no readable answer")
