"""Questions over UDP: what fits is heard, and whatever does not fit is as if it had never come."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import cast

import pytest
from dns.flags import AA, TC
from dns.message import Message, from_wire, make_query, make_response
from dns.name import from_text
from dns.rcode import NXDOMAIN, REFUSED, Rcode
from dns.rrset import from_text as records

from bot.dns.questions import Questions, is_from_authority, says_nothing
from tests.dns.conftest import TARGET

WWW = "_www.example.com"
PATIENCE_S = 5.0


async def ask(questions: Questions, port: int, record: str = WWW) -> bytes | None:
    return (await questions.ask([(("127.0.0.1", port), record)]))[0]


Replies = Callable[[bytes, Message], Iterable[bytes]]


class _Server(asyncio.DatagramProtocol):
    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self.queries: list[bytes] = []
        self.askers: list[tuple[str, int]] = []
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.queries.append(data)
        self.askers.append(addr)
        for reply in self._replies(data, from_wire(data)):
            self.transport.sendto(reply, addr)


@asynccontextmanager
async def server(replies: Replies, address: str = "127.0.0.1") -> AsyncIterator[tuple[_Server, int]]:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(lambda: _Server(replies), local_addr=(address, 0))
    yield protocol, transport.get_extra_info("sockname")[1]
    transport.abort()


async def until_asked(one: _Server) -> None:
    async with asyncio.timeout(10):
        while not one.queries:  # noqa: ASYNC110 - a datagram has no event
            await asyncio.sleep(0)


@pytest.fixture
async def questions() -> AsyncIterator[Questions]:
    asking = Questions(PATIENCE_S)
    yield asking
    asking.close()


def positive(query: Message) -> bytes:
    response = make_response(query)
    response.flags |= AA
    response.answer = [records(query.question[0].name, 60, "IN", "TXT", f'"{TARGET}"')]
    return response.to_wire()


def nothing(query: Message) -> bytes:
    response = make_response(query)
    response.flags |= AA
    response.set_rcode(NXDOMAIN)
    return response.to_wire()


def changed(wire: bytes, at: int, to: bytes) -> bytes:
    return wire[:at] + to + wire[at + len(to) :]


MISFITS: dict[str, Callable[[bytes, Message], bytes]] = {
    "empty": lambda *_: b"",
    "too short": lambda _, query: positive(query)[:11],
    "another id": lambda _, query: changed(positive(query), 0, bytes([query.id >> 8 ^ 1, query.id & 0xFF])),
    "a question, not a response": lambda data, _: data,
    "no question": lambda _, query: changed(positive(query), 4, b"\0\0"),
    "another question": lambda _, query: positive(make_query("_wwx.example.com", "TXT", id=query.id)),
    "another type": lambda _, query: positive(make_query(query.question[0].name, "A", id=query.id)),
    "another class": lambda _, query: positive(make_query(query.question[0].name, "TXT", "CH", id=query.id)),
    "another spelling": lambda _, query: changed(
        positive(query),
        12,
        query.question[0].name.to_wire().swapcase(),  # type: ignore[union-attr]
    ),
}


@pytest.mark.parametrize("misfit", MISFITS.values(), ids=MISFITS)
async def test_what_does_not_fit_is_passed_over_and_what_fits_is_heard(
    questions: Questions, misfit: Callable[[bytes, Message], bytes]
):
    async with server(lambda data, query: [misfit(data, query), positive(query)]) as (_, port):
        reply = await ask(questions, port)

    assert reply is not None
    assert from_wire(reply).answer


async def test_a_reply_from_another_address_or_port_is_not_heard():
    questions = Questions(0.2)
    async with server(lambda *_: []) as (silent, port), server(lambda *_: []) as (forger, _):
        asking = asyncio.create_task(ask(questions, port))
        await until_asked(silent)
        forger.transport.sendto(positive(from_wire(silent.queries[0])), silent.askers[0])

        assert await asking is None
    questions.close()


@pytest.mark.parametrize("silence", [lambda *_: [], lambda _, query: [truncated(query)]], ids=["silence", "truncation"])
async def test_silence_and_truncation_are_none_and_leave_nothing_behind(silence: Replies):
    questions = Questions(0.2)
    async with server(silence) as (_, port):
        assert await ask(questions, port) is None

    assert not any(via.waiting for ports in questions._ports.values() for via in ports)
    questions.close()


def truncated(query: Message) -> bytes:
    response = make_response(query)
    response.flags |= AA | TC
    return response.to_wire()


async def test_a_question_that_is_given_up_by_its_asker_leaves_nothing_behind_after_its_patience():
    questions = Questions(0.2)
    async with server(lambda *_: []) as (silent, port):
        asking = asyncio.create_task(ask(questions, port))
        await until_asked(silent)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

        assert await ask(questions, port) is None

    assert not any(via.waiting for ports in questions._ports.values() for via in ports)
    questions.close()


async def test_a_late_reply_takes_no_newer_questions_place(monkeypatch: pytest.MonkeyPatch):
    # Every question has the same id and the same socket, so that the second stands where the first has stood.
    monkeypatch.setattr("bot.dns.questions.os.urandom", lambda count: bytes([0, 1, 2]) + bytes(count - 3))
    questions = Questions(0.2, sockets=1)
    late: list[tuple[bytes, tuple[str, int]]] = []

    def replies(_: bytes, query: Message) -> Iterable[bytes]:
        if query.question[0].name != from_text(WWW):
            late.append((positive(query), asked.askers[-1]))
            return []
        asked.transport.sendto(*late[0])
        return [nothing(query)]

    async with server(replies) as (asked, port):
        assert await ask(questions, port, "_old.example.com") is None

        reply = await ask(questions, port)

    assert reply is not None
    assert says_nothing(reply)
    questions.close()


async def test_ids_case_and_source_ports_are_thrown_anew_for_every_question(questions: Questions):
    async with server(lambda _, query: [nothing(query)]) as (asked, port):
        for _ in range(60):
            await ask(questions, port)

    assert len({query[:2] for query in asked.queries}) > 50
    assert len({query[12:28] for query in asked.queries}) > 50
    assert len({port for _, port in asked.askers}) == 8
    assert all(not query[2] & 0x01 for query in asked.queries), "recursion is never asked for"


@pytest.mark.parametrize(
    ("rcode", "flags", "has_answer", "is_nothing", "has_authority"),
    [
        (NXDOMAIN, AA, False, True, True),
        (Rcode.NOERROR, AA, False, True, True),
        (Rcode.NOERROR, AA, True, False, True),
        (NXDOMAIN, AA, True, False, True),
        (NXDOMAIN, 0, False, False, False),
        (REFUSED, AA, False, False, False),
        (REFUSED, 0, False, False, False),
    ],
)
def test_still_nothing_is_read_from_the_header(
    rcode: Rcode,
    flags: int,
    has_answer: bool,  # noqa: FBT001 - a column of the table above
    is_nothing: bool,  # noqa: FBT001
    has_authority: bool,  # noqa: FBT001
):
    response = make_response(make_query(WWW, "TXT"))
    response.flags |= flags
    response.set_rcode(rcode)
    if has_answer:
        response.answer = [records(from_text(WWW), 60, "IN", "CNAME", "elsewhere.example.com.")]

    assert (says_nothing(response.to_wire()), is_from_authority(response.to_wire())) == (is_nothing, has_authority)


async def test_hundreds_of_questions_at_once_are_all_answered(questions: Questions):
    seven = from_text("_n7.example.com")
    room = asyncio.Semaphore(50)

    async def is_nothing(port: int, number: int) -> bool:
        async with room:
            reply = await ask(questions, port, f"_n{number}.example.com")
        assert reply is not None, "lost"
        return says_nothing(reply)

    async with server(lambda _, query: [(positive if query.question[0].name == seven else nothing)(query)]) as (
        _,
        port,
    ):
        answers = await asyncio.gather(*(is_nothing(port, number % 100) for number in range(500)))

    assert answers == [number % 100 != 7 for number in range(500)]
