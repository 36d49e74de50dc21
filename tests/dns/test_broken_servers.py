"""Name servers that lag, lie, refuse, stall or are gone."""

import asyncio
import errno
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import dns.asyncquery as dns_over
import pytest
from dns.message import Message, from_wire, make_query, make_response
from dns.name import from_text
from dns.rdatatype import TXT

from bot.alias_move.names import TxtRecord
from bot.alias_move.sightings import AnswerKind, TxtSighting
from bot.dns import AuthoritativeDns
from bot.dns.exchange import Times, ask
from bot.dns.rounds import Patience, Rounds
from bot.dns.zones import Server, Zone
from bot.ports import TryAgainLater
from playground.dns import Authority, Dns, Fault
from playground.dns.faults import Over
from tests.dns.conftest import TARGET, WWW, Clock, looking_at

Answers = Callable[[Message, bytes], list[bytes]]
"""The datagrams that go back for a query, given the good answer."""


def second(sighting: TxtSighting) -> tuple[AnswerKind, str]:
    answer = next(each for each in sighting.answers if each.address == "127.0.0.2")
    return answer.kind, answer.note


@pytest.fixture
def published(world: Dns) -> Dns:
    world.add_txt("_www.example.com", TARGET)
    return world


async def test_one_server_that_lags_keeps_the_record_from_being_live(world: Dns, dns: AuthoritativeDns):
    world.servers[1].hold("example.com")
    world.add_txt("_www.example.com", TARGET)

    sighting = await dns.look_up(WWW)

    assert (sighting.seen_on, sighting.is_live, sighting.is_denied) == (1, False, True)
    ahead, behind = (answer.serial for answer in sighting.answers)
    assert ahead is not None
    assert behind == ahead - 1


@pytest.mark.usefixtures("published")
async def test_serials_are_asked_for_only_where_the_servers_do_not_agree(dns: AuthoritativeDns):
    sighting = await dns.look_up(WWW)

    assert [answer.serial for answer in sighting.answers] == [None, None]


async def test_what_is_heard_over_udp_alone_makes_no_record_live_and_may_deny_one(
    published: Dns, dns: AuthoritativeDns
):
    published.servers[1].faults.add(Fault.NO_TCP)

    unsure = await dns.look_up(WWW)
    published.servers[0].faults.add(Fault.DEAD)
    published.remove("_www.example.com")
    denied = await dns.look_up(WWW)

    assert second(unsure)[0] is AnswerKind.SILENT
    assert "over UDP only" in second(unsure)[1]
    assert not unsure.is_live
    assert second(denied)[0] is AnswerKind.NOTHING
    assert denied.is_denied


@pytest.mark.parametrize(
    ("fault", "kind", "note"),
    [
        (Fault.REFUSED, AnswerKind.LAME, "REFUSED"),
        (Fault.SERVFAIL, AnswerKind.LAME, "SERVFAIL"),
        (Fault.LAME, AnswerKind.LAME, "answers without authority"),
        (Fault.DEAD, AnswerKind.SILENT, "no answer over UDP, no answer over TCP"),
        (Fault.WRONG_ID, AnswerKind.SILENT, "no answer over UDP, no readable answer over TCP"),
    ],
)
async def test_a_broken_server_is_named_and_does_not_count(
    published: Dns, dns: AuthoritativeDns, fault: Fault, kind: AnswerKind, note: str
):
    published.servers[1].faults.add(fault)

    sighting = await dns.look_up(WWW)

    assert second(sighting) == (kind, note)
    assert (sighting.seen_on, sighting.is_live, sighting.is_denied) == (1, False, False)


@pytest.mark.parametrize("fault", [Fault.DEAD, Fault.REFUSED, Fault.SERVFAIL, Fault.LAME, Fault.WRONG_ID])
async def test_when_no_server_speaks_with_authority_the_sentence_names_zone_and_servers(
    published: Dns, dns: AuthoritativeDns, fault: Fault
):
    await dns.look_up(WWW)  # else the resolver could find no zone
    for server in published.servers:
        server.faults.add(fault)

    with pytest.raises(TryAgainLater) as caught:
        await dns.look_up(WWW)

    sentence = str(caught.value)
    assert sentence.startswith("None of the name servers of example.com answered")
    assert "ns1.example.com (127.0.0.1: " in sentence
    assert "ns2.example.com (127.0.0.2: " in sentence


async def test_a_truncated_answer_is_fetched_over_tcp(published: Dns, dns: AuthoritativeDns):
    for server in published.servers:
        server.faults.add(Fault.TRUNCATED)

    sighting = await dns.look_up(WWW)

    assert sighting.is_live


async def test_more_values_than_fit_a_datagram_are_all_seen(published: Dns, dns: AuthoritativeDns):
    published.add_txt("_www.example.com", *(f"filler-{number:03}-{'x' * 60}" for number in range(60)))

    sighting = await dns.look_up(WWW)

    assert sighting.is_live
    assert len(sighting.answers[0].values) == 61


async def test_a_truncated_answer_that_tcp_cannot_complete_is_silence_not_absence(
    published: Dns, dns: AuthoritativeDns
):
    published.servers[1].faults.update({Fault.TRUNCATED, Fault.NO_TCP})

    sighting = await dns.look_up(WWW)

    assert second(sighting) == (AnswerKind.SILENT, "an answer cut short over UDP, no answer over TCP")


async def test_a_slow_server_is_waited_for_and_may_still_deny(world: Dns, dns: AuthoritativeDns):
    world.servers[1].hold("example.com")
    world.servers[1].delay_seconds = 0.1
    world.add_txt("_www.example.com", TARGET)

    sighting = await dns.look_up(WWW)

    assert second(sighting)[0] is AnswerKind.NOTHING
    assert sighting.is_denied


async def test_a_server_known_to_be_dead_delays_no_further_look(three: Dns, clock: Clock):
    dns = looking_at(three, clock)
    three.servers[1].faults.add(Fault.DEAD)
    first = await dns.look_up(WWW)

    began = time.perf_counter()
    sighting = await dns.look_up(WWW)
    took_s = time.perf_counter() - began

    assert (second(first)[0], first.is_live) == (AnswerKind.SILENT, True)
    assert (second(sighting)[0], sighting.is_live) == (AnswerKind.SILENT, True)
    assert took_s < 0.4  # a whole round takes 0.5


async def test_a_server_known_to_be_dead_is_waited_for_in_the_first_of_several_looks_alone(three: Dns):
    three.servers[1].faults.add(Fault.DEAD)
    servers = tuple(Server(f"ns{n}.example.com", each.ip) for n, each in enumerate(three.servers, start=1))
    zone = Zone(from_text("example.com"), servers, math.inf, silent={three.servers[1].ip})
    name, began = from_text("_www.example.com"), time.monotonic()

    await Rounds(three.port, Patience(whole_s=60.0, udp_s=30.0, silent_s=0.2)).ask_all(zone, name, TARGET)
    took_s = time.monotonic() - began
    async with asyncio.timeout(25):
        said = await Rounds(three.port, Patience(whole_s=60.0, udp_s=30.0, silent_s=50.0)).ask_all(zone, name, TARGET)

    assert took_s >= 0.19
    assert [each.kind for each in said.values()] == [AnswerKind.EXACT, AnswerKind.SILENT, AnswerKind.EXACT]


async def test_a_server_that_was_dead_and_comes_back_slowly_is_heard_where_it_is_needed(
    published: Dns, dns: AuthoritativeDns
):
    published.servers[1].faults.add(Fault.DEAD)
    dead = await dns.look_up(WWW)
    published.servers[1].faults.clear()
    published.servers[1].delay_seconds = 0.1  # twice as long as one known to be silent is given

    back = await dns.look_up(WWW)

    assert (dead.is_live, back.is_live) == (False, True)


async def test_a_server_that_comes_back_counts_again_at_once(published: Dns, dns: AuthoritativeDns):
    published.servers[1].faults.add(Fault.DEAD)
    without = await dns.look_up(WWW)
    published.servers[1].faults.clear()

    again = await dns.look_up(WWW)

    assert (without.is_live, again.is_live) == (False, True)


@pytest.fixture
async def three() -> AsyncIterator[Dns]:
    """A world of three name servers, with the record published."""
    async with Dns(("127.0.0.1", "127.0.0.2", "127.0.0.3")) as running:
        if len(running.servers) < 3:
            pytest.skip("this system has 127.0.0.1 only")
        running.add_zone("example.com")
        running.add_txt("_www.example.com", TARGET)
        yield running


class _Relay(asyncio.DatagramProtocol):
    """Stands at another address before a name server, and sends what `answers` makes of a query and its reply."""

    def __init__(self, behind: Authority, answers: Answers) -> None:
        self._behind = behind
        self._answers = answers
        self._transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = from_wire(data)
        reply = self._behind.respond(query, Over.UDP)
        assert reply is not None
        for each in self._answers(query, reply.message.to_wire()):
            self._transport.sendto(each, addr)


@asynccontextmanager
async def relay(world: Dns, address: str, answers: Answers) -> AsyncIterator[None]:
    """The second name server is at this address, too; over TCP only the last of the answers comes."""
    behind = world.servers[1]

    async def over_tcp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        query = from_wire(await reader.readexactly(int.from_bytes(await reader.readexactly(2))))
        reply = behind.respond(query, Over.TCP)
        assert reply is not None
        wire = answers(query, reply.message.to_wire())[-1]
        writer.write(len(wire).to_bytes(2) + wire)
        writer.close()

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Relay(behind, answers), local_addr=(address, world.port)
    )
    async with await asyncio.start_server(over_tcp, address, world.port):
        world.add("ns2.example.com", "AAAA" if ":" in address else "A", address)
        yield
    transport.close()


def damage_first(query: Message, wire: bytes) -> list[bytes]:
    forged = bytes([wire[0] ^ 0xFF]) + wire[1:]
    other_name = make_response(make_query("elsewhere.example.com", "TXT", id=query.id))
    return [b"", b"\x00", wire[:20], forged, query.to_wire(), other_name.to_wire(), wire]


def only_without_edns(query: Message, wire: bytes) -> list[bytes]:
    formerr = wire[:2] + b"\x80\x01" + bytes(8)
    return [wire if query.edns < 0 else formerr]


@pytest.mark.parametrize("answers", [damage_first, only_without_edns])
async def test_what_comes_before_the_good_answer_is_passed_over(
    published: Dns, dns: AuthoritativeDns, answers: Answers
):
    async with relay(published, "127.0.0.3", answers):
        over_udp = await ask("127.0.0.3", published.port, from_text("_www.example.com"), TXT, Times(0.2, 0.0))
        sighting = await dns.look_up(WWW)

    assert isinstance(over_udp, Message)
    assert len(over_udp.answer) == 1
    assert [(answer.address, answer.kind) for answer in sighting.answers] == [
        ("127.0.0.1", AnswerKind.EXACT),
        ("127.0.0.2", AnswerKind.EXACT),
        ("127.0.0.3", AnswerKind.EXACT),
    ]


async def test_an_ipv6_address_is_asked_as_well(published: Dns, dns: AuthoritativeDns):
    try:
        async with relay(published, "::1", lambda _, wire: [wire]):
            sighting = await dns.look_up(WWW)
    except OSError:
        pytest.skip("this system has no IPv6")

    assert [(answer.server, answer.address, answer.kind) for answer in sighting.answers] == [
        ("ns1.example.com", "127.0.0.1", AnswerKind.EXACT),
        ("ns2.example.com", "127.0.0.2", AnswerKind.EXACT),
        ("ns2.example.com", "::1", AnswerKind.EXACT),
    ]


async def test_without_ipv6_a_servers_second_address_does_not_keep_its_only_other_from_sufficing(
    world: Dns, dns: AuthoritativeDns, monkeypatch: pytest.MonkeyPatch
):
    world.add_zone("example.net", servers=world.servers[:1])
    world.add("ns1.example.net", "AAAA", "2001:db8::53")
    world.add_txt("_www.example.net", TARGET)
    send = dns_over.udp

    async def without_ipv6(query: Message, where: str, **options: Any) -> Message:
        if ":" in where:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        return await send(query, where, **options)

    monkeypatch.setattr(dns_over, "udp", without_ipv6)

    sighting = await dns.look_up(TxtRecord("_www.example.net", TARGET))

    assert [answer.address for answer in sighting.answers] == ["127.0.0.1"]
    assert sighting.is_live


async def test_a_port_where_nobody_listens_is_silence(world: Dns, clock: Clock):
    dns_at_closed_port = looking_at(world, clock, port=1)

    with pytest.raises(TryAgainLater, match="no connection over TCP"):
        await dns_at_closed_port.look_up(WWW)
