"""Sockets: one address and port that answers DNS messages over UDP and TCP; knows nothing of zones or caches.

Answers are computed at once, in the event loop, by a plain function; only sending may wait.
"""

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self, cast

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from playground.dns.faults import Over

_HEADER_BYTES: Final = 12
_PLAIN_UDP_BYTES: Final = 512
_LARGEST_UDP_BYTES: Final = 4096
_ATTEMPTS_TO_FIND_A_PORT: Final = 50


@dataclass(frozen=True, slots=True)
class Reply:
    """A message to send, some seconds from now."""

    message: dns.message.Message
    after_seconds: float = 0.0


Respond = Callable[[dns.message.Message, Over], Reply | None]
"""What a server says to a well-formed query; None is silence."""


@dataclass(frozen=True, slots=True)
class Sockets:
    """A UDP and a TCP socket bound to the same address and port."""

    udp: socket.socket
    tcp: socket.socket
    ip: str
    port: int

    @classmethod
    def bind(cls, ip: str, port: int = 0) -> Self:
        """Port 0 takes any that is free for both. OSError when one of the two is not."""
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            tcp.bind((ip, port))
            port = tcp.getsockname()[1]
            udp.bind((ip, port))
        except OSError:
            tcp.close()
            udp.close()
            raise
        return cls(udp, tcp, ip, port)

    def close(self) -> None:
        self.udp.close()
        self.tcp.close()


def bind_together(ips: Sequence[str]) -> list[Sockets]:
    """Bind all addresses under one port number, which is what a client with one port setting can talk to.

    Addresses this system does not have are left out: macOS has 127.0.0.1 only unless told otherwise.
    """
    for _ in range(_ATTEMPTS_TO_FIND_A_PORT):
        bound: list[Sockets] = []
        try:
            for ip in ips:
                try:
                    bound.append(Sockets.bind(ip, bound[0].port if bound else 0))
                except OSError as error:
                    if error.errno != errno.EADDRNOTAVAIL:
                        raise
        except OSError as error:
            for sockets in bound:
                sockets.close()
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            return bound
    raise OSError(errno.EADDRINUSE, f"No port number is free on all of {', '.join(ips)}.")


class Endpoint:
    """Serves one pair of sockets until closed."""

    def __init__(self, sockets: Sockets, respond: Respond) -> None:
        self.ip: Final = sockets.ip
        self.port: Final = sockets.port
        self._sockets: Final = sockets
        self._respond: Final = respond
        self._udp: asyncio.DatagramTransport | None = None
        self._tcp: asyncio.Server | None = None
        self._connections: Final[set[asyncio.Transport]] = set()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._udp, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self._respond), sock=self._sockets.udp)
        self._tcp = await loop.create_server(
            lambda: _Connection(self._respond, self._connections), sock=self._sockets.tcp
        )

    async def close(self) -> None:
        """Stop listening and drop open connections; answers still waiting to be sent are never sent."""
        if self._tcp is not None:
            self._tcp.close()
        for connection in list(self._connections):
            connection.abort()
        if self._udp is not None:
            self._udp.abort()
        await asyncio.sleep(0)  # transports close their sockets in the next turn of the loop
        self._sockets.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, respond: Respond) -> None:
        self._respond: Final = respond
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A cast, for Python 3.11's own datagram transport is no DatagramTransport by inheritance.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        def send(wire: bytes) -> None:
            if self._transport is not None and not self._transport.is_closing():
                self._transport.sendto(wire, addr)

        _answer(data, Over.UDP, self._respond, send)


class _Connection(asyncio.Protocol):
    """Any number of queries over one connection, each after its length in two bytes."""

    def __init__(self, respond: Respond, connections: set[asyncio.Transport]) -> None:
        self._respond: Final = respond
        self._connections: Final = connections
        self._received: bytes = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        if self._transport is not None:
            self._connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while len(self._received) >= 2 + (length := int.from_bytes(self._received[:2])) > 2:
            wire, self._received = self._received[2 : 2 + length], self._received[2 + length :]
            _answer(wire, Over.TCP, self._respond, self._send)

    def _send(self, wire: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(len(wire).to_bytes(2) + wire)


def _answer(wire: bytes, over: Over, respond: Respond, send: Callable[[bytes], None]) -> None:
    if len(wire) < _HEADER_BYTES or wire[2] & 0x80:
        return  # no header, or itself an answer: answering those makes loops
    try:
        query = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        send(_formerr(wire))
        return
    rcode = _unanswerable(query)
    if rcode is None:
        reply = respond(query, over)
    else:
        reply = Reply(dns.message.make_response(query))
        reply.message.set_rcode(rcode)
    if reply is None:
        return
    size = _room(query) if over is Over.UDP else 0xFFFF
    encoded = reply.message.to_wire(max_size=size, prefer_truncation=True)
    if reply.after_seconds:
        asyncio.get_running_loop().call_later(reply.after_seconds, send, encoded)
    else:
        send(encoded)


def _unanswerable(query: dns.message.Message) -> dns.rcode.Rcode | None:
    if query.opcode() != dns.opcode.QUERY:
        return dns.rcode.NOTIMP
    if len(query.question) != 1:
        return dns.rcode.FORMERR
    question = query.question[0]
    transfers = {dns.rdatatype.AXFR, dns.rdatatype.IXFR}
    if question.rdclass != dns.rdataclass.IN or question.rdtype in transfers:
        return dns.rcode.REFUSED
    return None


def _room(query: dns.message.Message) -> int:
    """Bytes the asker can take over UDP."""
    offered = query.payload if query.edns >= 0 else 0
    return min(max(_PLAIN_UDP_BYTES, offered), _LARGEST_UDP_BYTES)


def _formerr(wire: bytes) -> bytes:
    """A bare header: of a query that cannot be read only the id is known."""
    flags = dns.flags.QR | dns.rcode.FORMERR
    return wire[:2] + int(flags).to_bytes(2) + bytes(8)
