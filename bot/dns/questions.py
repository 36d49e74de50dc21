"""Many questions at once over few UDP sockets, each answered by the datagram that fits it, or by nothing.

Never says what an answer means beyond "still nothing", and never calls a question failed: silence and truncation give
None, and whoever asked goes on over TCP. What it hears may be forged by somebody who sees the question pass; so it may
start a look, and never a verdict.

A reply has to come from the address asked, to the port asked from, with the id, and repeat the question as it was
spelled, in a random mixture of upper and lower case (0x20): about 16 bits of id, 3 of socket, 15 of port and one for
each letter. A reply that comes late, when its id is used again already, does not fit the newer question's spelling.
"""

import asyncio
import os
import socket
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

import dns.name
import dns.rdatatype

SOCKETS = 8
"""For each family: so many random source ports."""
SWEEP_EVERY_S = 0.05
"""One timer for all questions instead of one for each."""

_HEADER_BYTES = 12
_IS_RESPONSE = 0x80  # of the third byte
_OPCODE = 0x78
_AUTHORITATIVE = 0x04
_TRUNCATED = 0x02
_RCODE = 0x0F  # of the fourth
_NOTHING = frozenset({0, 3})  # NOERROR without an answer, NXDOMAIN
_COUNTS = b"\x00\x01\x00\x00\x00\x00\x00\x01"  # one question, and in the additional section EDNS
_EDNS = b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"  # the root, OPT, 1232 bytes, no flags
_MOST_TRIES = 16
_Key = tuple[int, str, int]


@dataclass(slots=True, eq=False)
class _Slot:
    """One question that waits for its reply."""

    question: bytes
    reply: "asyncio.Future[bytes | None]"
    deadline: float


class Questions:
    """UDP for everybody who asks; `patience_s` is how long one question waits. Belongs to one event loop."""

    def __init__(self, patience_s: float, sockets: int = SOCKETS) -> None:
        self._patience_s: Final = patience_s
        self._count: Final = sockets
        self._ports: Final[dict[socket.AddressFamily, list[_Port]]] = {}
        self._opening: Final = asyncio.Lock()
        self._sweeping: asyncio.TimerHandle | None = None

    async def ask(
        self, address: str, port: int, name: dns.name.Name, rdtype: dns.rdatatype.RdataType = dns.rdatatype.TXT
    ) -> bytes | None:
        """The reply of this address, without recursion; None: silence, or an answer cut short."""
        ports = await self._opened(socket.AF_INET6 if ":" in address else socket.AF_INET)
        if not ports:
            return None
        spelled, letters = _spelling(name.labels)
        loop = asyncio.get_running_loop()
        for _ in range(_MOST_TRIES):
            dice = os.urandom(3 + len(spelled))
            via, number = ports[dice[0] % len(ports)], int.from_bytes(dice[1:3])
            key = (number, address, port)
            if key not in via.waiting:
                break
        else:
            return None
        mixed = int.from_bytes(spelled) ^ (int.from_bytes(dice[3:]) & letters)
        question = mixed.to_bytes(len(spelled)) + rdtype.to_bytes(2) + b"\x00\x01"
        slot = _Slot(question, loop.create_future(), loop.time() + self._patience_s)
        via.waiting[key] = slot
        self._sweep_later(loop)
        try:
            via.send(dice[1:3] + b"\x00\x00" + _COUNTS + question + _EDNS, (address, port))
            return await slot.reply
        finally:
            # The number may belong to a newer question by now.
            if via.waiting.get(key) is slot:
                del via.waiting[key]

    def close(self) -> None:
        """Close all sockets; whoever still waits hears nothing."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for ports in self._ports.values():
            for port in ports:
                port.close()
        self._ports.clear()

    async def _opened(self, family: socket.AddressFamily) -> "list[_Port]":
        known = self._ports.get(family)
        if known is not None:
            return known
        async with self._opening:
            if family not in self._ports:
                self._ports[family] = await _open(family, self._count)
        return self._ports[family]

    def _sweep_later(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._sweeping is None:
            self._sweeping = loop.call_later(SWEEP_EVERY_S, self._sweep, loop)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        self._sweeping = None
        for ports in self._ports.values():
            for port in ports:
                port.give_up(loop.time())
        if any(port.waiting for ports in self._ports.values() for port in ports):
            self._sweep_later(loop)


class _Port(asyncio.DatagramProtocol):
    """One socket at a port of the system's random choice, and the questions that wait there, oldest first."""

    def __init__(self) -> None:
        self.waiting: Final[dict[_Key, _Slot]] = {}
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A cast, for Python 3.11's own datagram transport is no DatagramTransport by inheritance.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def send(self, wire: bytes, where: tuple[str, int]) -> None:
        if self._transport is not None:
            self._transport.sendto(wire, where)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) < _HEADER_BYTES or not data[2] & _IS_RESPONSE or data[4:6] != b"\x00\x01":
            return
        key = (int.from_bytes(data[:2]), addr[0], addr[1])
        slot = self.waiting.get(key)
        if slot is None or not data.startswith(slot.question, _HEADER_BYTES):
            return
        del self.waiting[key]
        if not slot.reply.done():
            slot.reply.set_result(None if data[2] & _TRUNCATED else data)

    def error_received(self, exc: Exception) -> None:
        """Nothing could be sent: silence, which the sweep will find."""

    def give_up(self, now: float) -> None:
        """Answer with None whoever has waited long enough; all wait equally long, so the first are the oldest."""
        for key, slot in list(self.waiting.items()):
            if slot.deadline > now:
                return
            del self.waiting[key]
            if not slot.reply.done():
                slot.reply.set_result(None)

    def close(self) -> None:
        for slot in self.waiting.values():
            if not slot.reply.done():
                slot.reply.set_result(None)
        self.waiting.clear()
        if self._transport is not None:
            self._transport.abort()


def says_nothing(reply: bytes) -> bool:
    """Whether this reply says, with authority, that there is no such record; read from its header alone."""
    has_authority = reply[2] & (_AUTHORITATIVE | _OPCODE) == _AUTHORITATIVE
    return has_authority and reply[3] & _RCODE in _NOTHING and reply[6:8] == b"\x00\x00"


def is_from_authority(reply: bytes) -> bool:
    """Whether it comes from a server that serves the zone, whatever it says."""
    return bool(reply[2] & _AUTHORITATIVE) and reply[3] & _RCODE in _NOTHING


async def _open(family: socket.AddressFamily, count: int) -> list[_Port]:
    """None at all where this machine has no such family."""
    loop = asyncio.get_running_loop()
    anywhere = "::" if family == socket.AF_INET6 else "0.0.0.0"  # noqa: S104 - replies may come in on any interface
    ports: list[_Port] = []
    for _ in range(count):
        try:
            _, port = await loop.create_datagram_endpoint(_Port, local_addr=(anywhere, 0), family=family)
        except OSError:
            break
        ports.append(port)
    return ports


@lru_cache(maxsize=50_000)
def _spelling(labels: tuple[bytes, ...]) -> tuple[bytes, int]:
    """The name on the wire, and a number with a bit wherever a letter's case may be turned.

    By its labels: dnspython's names are compared in Python, which takes longer than all the rest of a question.
    """
    wire = b"".join(len(label).to_bytes(1) + label.lower() for label in labels)
    letters = bytes(0x20 if b"a" <= bytes([each]) <= b"z" else 0 for each in wire)
    return wire, int.from_bytes(letters)
