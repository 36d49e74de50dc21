"""An independent DNS client for the tests: dnspython's own queries over real sockets."""

import asyncio

import dns.asyncquery
import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
import pytest

from playground.dns import Authority, CachingResolver
from playground.dns.endpoint import bind_together

Server = Authority | CachingResolver
TARGET = "d111111abcdef8.cloudfront.net"
SILENCE_SECONDS = 0.15
"""How long a client waits before it calls a server silent; on loopback an answer takes about a millisecond."""


def has_second_loopback_address() -> bool:
    first, *more = bind_together(("127.0.0.1", "127.0.0.2"))
    for sockets in (first, *more):
        sockets.close()
    return bool(more)


needs_two_servers = pytest.mark.skipif(
    not has_second_loopback_address(), reason="this system has only 127.0.0.1, so the world has one name server"
)


class Clock:
    """Stands still until moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def query(
    name: str, rdtype: str = "TXT", *, recursive: bool = False, payload: int | None = 1232
) -> dns.message.QueryMessage:
    flags = dns.flags.RD if recursive else 0
    return dns.message.make_query(name, rdtype, flags=flags, use_edns=0 if payload else -1, payload=payload or 0)


async def ask(
    server: Server,
    name: str,
    rdtype: str = "TXT",
    *,
    over: str = "udp",
    payload: int | None = 1232,
    timeout_seconds: float = 2.0,
) -> dns.message.Message:
    message = query(name, rdtype, recursive=isinstance(server, CachingResolver), payload=payload)
    send = dns.asyncquery.udp if over == "udp" else dns.asyncquery.tcp
    return await send(message, server.ip, timeout=timeout_seconds, port=server.port)


def texts(response: dns.message.Message) -> list[str]:
    return sorted(b"".join(rdata.strings).decode() for rrset in response.answer for rdata in rrset)


def has_aa(response: dns.message.Message) -> bool:
    return bool(response.flags & dns.flags.AA)


def soa_of(response: dns.message.Message) -> dns.rrset.RRset:
    (rrset,) = response.authority
    assert rrset.rdtype == dns.rdatatype.SOA
    return rrset


async def exchange_raw(server: Server, wire: bytes, timeout_seconds: float = 2.0) -> bytes:
    """One datagram out, one in; nothing in between tries to understand them."""
    loop = asyncio.get_running_loop()
    received: asyncio.Future[bytes] = loop.create_future()

    class Once(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _addr: object) -> None:
            received.set_result(data)

    transport, _ = await loop.create_datagram_endpoint(Once, remote_addr=(server.ip, server.port))
    try:
        transport.sendto(wire)
        return await asyncio.wait_for(received, timeout_seconds)
    finally:
        transport.close()
