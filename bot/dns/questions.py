"""Many questions at once over few UDP sockets, each answered by the datagram that fits it, or by nothing.

Never says what an answer means beyond "still nothing", and never calls a question failed: silence and truncation give
None, and whoever asked goes on over TCP. What it hears may be forged by somebody who sees the question pass; so it may
start a look, and never a verdict.

A reply has to come from the address asked, to the port asked from, with the id, and repeat the question as it was
spelled, in a random mixture of upper and lower case (0x20): about 16 bits of id, 3 of socket, 15 of port and one for
each letter. A reply that comes late, when its id is used again already, does not fit the newer question's spelling.

Plain sockets that the event loop only watches: asyncio's datagram transports read one datagram for each turn of the
loop, and a turn costs more than a question.
"""

import asyncio
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import dns.name

SOCKETS = 8
"""For each family: so many random source ports."""
SWEEP_EVERY_S = 0.05
"""One timer for all questions instead of one for each."""
MOST_HEARD_IN_A_ROW = 64
"""Datagrams read from one socket before others have their turn."""
HEARING_BYTES = 1 << 20
"""Asked of the system for each socket's replies that have not been read yet; it may give less."""

_HEADER_BYTES = 12
_LONGEST_BYTES = 4096
_IS_RESPONSE = 0x80  # of the third byte
_OPCODE = 0x78
_AUTHORITATIVE = 0x04
_TRUNCATED = 0x02
_RCODE = 0x0F  # of the fourth
_NOTHING = frozenset({0, 3})  # NOERROR without an answer, NXDOMAIN
_COUNTS = b"\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01"  # no flags; one question, and in the additional section EDNS
_TXT_IN = b"\x00\x10\x00\x01"
_EDNS = b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"  # the root, OPT, 1232 bytes, no flags
_MOST_TRIES = 16

Where = tuple[str, int]
"""Address and port."""


@dataclass(slots=True, eq=False)
class _Batch:
    """Questions asked together: one wake-up for all of them, since that costs more than a question."""

    replies: list[bytes | None]
    left: int
    deadline: float
    done: asyncio.Future[list[bytes | None]]


@dataclass(slots=True, eq=False)
class _Slot:
    """One question that waits for its reply."""

    question: bytes
    where: Where
    batch: _Batch
    place: int

    def settle(self, reply: bytes | None) -> None:
        batch = self.batch
        batch.replies[self.place] = reply
        batch.left -= 1
        if not batch.left and not batch.done.done():
            batch.done.set_result(batch.replies)


class Questions:
    """UDP for everybody who asks; `patience_s` is how long one question waits. Belongs to one event loop."""

    def __init__(self, patience_s: float, sockets: int = SOCKETS) -> None:
        self._patience_s: Final = patience_s
        self._count: Final = sockets
        self._ports: Final[dict[socket.AddressFamily, list[_Port]]] = {}
        self._sweeping: asyncio.TimerHandle | None = None

    async def ask(self, asked: Sequence[tuple[Where, str]]) -> list[bytes | None]:
        """What these servers say of TXT records with these names, without recursion; None: silence, or cut short."""
        loop = asyncio.get_running_loop()
        batch = _Batch([None] * len(asked), len(asked), loop.time() + self._patience_s, loop.create_future())
        for place, (where, record) in enumerate(asked):
            ports = self._opened(socket.AF_INET6 if ":" in where[0] else socket.AF_INET, loop)
            _send(ports, record, where, batch, place)
        if self._sweeping is None:
            self._sweeping = loop.call_later(SWEEP_EVERY_S, self._sweep, loop)
        return await batch.done if asked else []

    def close(self) -> None:
        """Close all sockets; whoever still waits hears nothing."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            self._sweeping = None
        for port in self._all():
            asyncio.get_running_loop().remove_reader(port.socket)
            port.close()
        self._ports.clear()

    def _all(self) -> "list[_Port]":
        return [port for ports in self._ports.values() for port in ports]

    def _opened(self, family: socket.AddressFamily, loop: asyncio.AbstractEventLoop) -> "list[_Port]":
        if family not in self._ports:
            self._ports[family] = _open(family, self._count, loop)
        return self._ports[family]

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        for port in self._all():
            port.give_up(loop.time())
        waiting = any(port.waiting for port in self._all())
        self._sweeping = loop.call_later(SWEEP_EVERY_S, self._sweep, loop) if waiting else None


class _Port:
    """One socket at a port of the system's random choice, and the questions that wait there by id, oldest first."""

    def __init__(self, socket: socket.socket) -> None:
        self.waiting: Final[dict[bytes, _Slot]] = {}
        self.socket: Final = socket

    def send(self, wire: bytes, where: Where) -> None:
        try:
            self.socket.sendto(wire, where)
        except OSError:
            """Nothing could be sent: silence, which the sweep will find."""

    def hear(self, data: bytes, source: Where) -> None:
        """Give it to the question that it fits; else it is as if it had never come."""
        if len(data) < _HEADER_BYTES or not data[2] & _IS_RESPONSE or data[4:6] != b"\x00\x01":
            return
        number = data[:2]
        slot = self.waiting.get(number)
        if slot is None or slot.where != source or not data.startswith(slot.question, _HEADER_BYTES):
            return
        del self.waiting[number]
        slot.settle(None if data[2] & _TRUNCATED else data)

    def give_up(self, now: float) -> None:
        """Answer with None whoever has waited long enough; all wait equally long, so the first are the oldest."""
        for number, slot in list(self.waiting.items()):
            if slot.batch.deadline > now:
                return
            del self.waiting[number]
            slot.settle(None)

    def close(self) -> None:
        self.give_up(float("inf"))
        self.socket.close()

    def listen(self) -> None:
        try:
            for _ in range(MOST_HEARD_IN_A_ROW):
                data, source = self.socket.recvfrom(_LONGEST_BYTES)
                self.hear(data, source[:2])  # of IPv6 it has four parts
        except BlockingIOError:
            """All is read."""
        except OSError:
            """An earlier question could not be delivered; the sweep will find its silence."""


def _send(ports: Sequence[_Port], record: str, where: Where, batch: _Batch, place: int) -> None:
    spelled, letters, length = _spelling(record)
    for _ in range(_MOST_TRIES if ports else 0):
        dice = os.urandom(3 + length)
        via, number = ports[dice[0] % len(ports)], dice[1:3]
        if number not in via.waiting:
            break
    else:
        _Slot(b"", where, batch, place).settle(None)
        return
    question = (spelled ^ (int.from_bytes(dice[3:]) & letters)).to_bytes(length) + _TXT_IN
    via.waiting[number] = _Slot(question, where, batch, place)
    via.send(number + _COUNTS + question + _EDNS, where)


def says_nothing(reply: bytes) -> bool:
    """Whether this reply says, with authority, that there is no such record; read from its header alone."""
    has_authority = reply[2] & (_AUTHORITATIVE | _OPCODE) == _AUTHORITATIVE
    return has_authority and reply[3] & _RCODE in _NOTHING and reply[6:8] == b"\x00\x00"


def is_from_authority(reply: bytes) -> bool:
    """Whether it comes from a server that serves the zone, whatever it says."""
    return bool(reply[2] & _AUTHORITATIVE) and reply[3] & _RCODE in _NOTHING


def _open(family: socket.AddressFamily, count: int, loop: asyncio.AbstractEventLoop) -> list[_Port]:
    """None at all where this machine has no such family."""
    anywhere = "::" if family == socket.AF_INET6 else "0.0.0.0"  # noqa: S104 - replies may come in on any interface
    ports: list[_Port] = []
    for _ in range(count):
        try:
            one = socket.socket(family, socket.SOCK_DGRAM)
        except OSError:
            break
        try:
            one.setblocking(False)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, HEARING_BYTES)
            one.bind((anywhere, 0))
        except OSError:
            one.close()
            break
        ports.append(_Port(one))
        loop.add_reader(one, ports[-1].listen)
    return ports


@lru_cache(maxsize=50_000)
def _spelling(record: str) -> tuple[int, int, int]:
    """The name on the wire as a number; another with a bit wherever a letter's case may be turned; how many bytes."""
    labels = dns.name.from_text(record).labels
    wire = b"".join(len(label).to_bytes(1) + label.lower() for label in labels)
    letters = bytes(0x20 if b"a" <= bytes([each]) <= b"z" else 0 for each in wire)
    return int.from_bytes(wire), int.from_bytes(letters), len(wire)
