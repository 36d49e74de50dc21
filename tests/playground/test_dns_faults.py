"""The playground's name servers when answers are large, servers lag or are broken, and when they start and stop."""

import asyncio
import contextlib
import struct
import time

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype
import pytest

from playground.dns import Dns, Fault
from playground.dns.endpoint import Sockets, bind_together
from tests.playground.dns_client import (
    SILENCE_SECONDS,
    TARGET,
    Clock,
    ask,
    exchange_raw,
    has_aa,
    needs_two_servers,
    query,
    texts,
)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def world(clock):
    async with Dns(clock=clock) as dns_of_world:
        dns_of_world.add_zone("example.com", negative_ttl=900, soa_ttl=300)
        yield dns_of_world


async def test_an_answer_too_large_for_the_client_is_cut_over_udp_and_whole_over_tcp(world):
    world.add_txt("_www.example.com", *(f"value {number:02} " + "x" * 100 for number in range(20)))

    small = await ask(world.servers[0], "_www.example.com", payload=None)
    usual = await ask(world.servers[0], "_www.example.com", payload=1232)
    large = await ask(world.servers[0], "_www.example.com", payload=4096)
    over_tcp = await ask(world.servers[0], "_www.example.com", over="tcp")

    for cut in (small, usual):
        assert cut.flags & dns.flags.TC
        assert cut.answer == []
    assert not (large.flags | over_tcp.flags) & dns.flags.TC
    assert len(texts(large)) == len(texts(over_tcp)) == 20


async def test_edns_is_answered_with_edns_only(world):
    with_edns = await ask(world.servers[0], "example.com", "SOA")
    without = await ask(world.servers[0], "example.com", "SOA", payload=None)

    assert (with_edns.edns, without.edns) == (0, -1)


async def test_one_connection_carries_several_questions_even_in_pieces(world):
    world.add_txt("_www.example.com", TARGET)
    questions = [query("_www.example.com"), query("_none.example.com")]
    stream = b"".join(struct.pack("!H", len(wire)) + wire for wire in (each.to_wire() for each in questions))
    reader, writer = await asyncio.open_connection(world.servers[0].ip, world.port)

    for start in range(0, len(stream), 7):
        writer.write(stream[start : start + 7])
        await writer.drain()
    responses = []
    for _ in questions:
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        responses.append(dns.message.from_wire(await reader.readexactly(length)))
    writer.close()
    await writer.wait_closed()

    assert [each.id for each in responses] == [each.id for each in questions]
    assert [each.rcode() for each in responses] == [dns.rcode.NOERROR, dns.rcode.NXDOMAIN]


async def test_what_is_no_question_gets_formerr_notimp_or_silence(world, caplog):
    server = world.servers[0]
    broken = query("_www.example.com").to_wire()[:-15]
    notify = dns.message.make_query("example.com", "SOA")
    notify.set_opcode(dns.opcode.NOTIFY)
    transfer = dns.message.make_query("example.com", "AXFR")

    answer_to_broken = await exchange_raw(server, broken)
    answer_to_notify = dns.message.from_wire(await exchange_raw(server, notify.to_wire()))
    answer_to_transfer = dns.message.from_wire(await exchange_raw(server, transfer.to_wire()))

    assert answer_to_broken[:2] == broken[:2]
    assert answer_to_broken[3] & 0xF == dns.rcode.FORMERR
    assert answer_to_notify.rcode() == dns.rcode.NOTIMP
    assert answer_to_transfer.rcode() == dns.rcode.REFUSED
    for noise in (b"", b"short", dns.message.make_response(query("example.com")).to_wire()):
        with pytest.raises(TimeoutError):
            await exchange_raw(server, noise, SILENCE_SECONDS)
    assert caplog.records == []


@needs_two_servers
async def test_a_held_server_keeps_the_old_serial_until_released(world):
    ahead, behind = world.servers
    behind.hold("example.com")
    world.add_txt("_www.example.com", TARGET)

    seen_ahead = await ask(ahead, "_www.example.com")
    seen_behind = await ask(behind, "_www.example.com")
    serials = [(await ask(each, "example.com", "SOA")).answer[0][0].serial for each in world.servers]
    behind.release("example.com")
    seen_later = await ask(behind, "_www.example.com")

    assert texts(seen_ahead) == texts(seen_later) == [TARGET]
    assert seen_behind.rcode() == dns.rcode.NXDOMAIN
    assert serials[0] > serials[1]


@needs_two_servers
@pytest.mark.parametrize("over", ["udp", "tcp"])
async def test_a_dead_server_says_nothing_and_the_other_lives(world, over):
    world.servers[0].faults.add(Fault.DEAD)

    with pytest.raises(dns.exception.Timeout):
        await ask(world.servers[0], "example.com", "SOA", over=over, timeout_seconds=SILENCE_SECONDS)

    assert (await ask(world.servers[1], "example.com", "SOA", over=over)).answer
    assert world.servers[0].questions.about("example.com", "SOA")


async def test_a_repaired_server_answers_again(world):
    server = world.servers[0]
    server.faults.update({Fault.SERVFAIL, Fault.LAME})
    broken = await ask(server, "example.com", "SOA")

    server.faults.clear()
    repaired = await ask(server, "example.com", "SOA")

    assert (broken.rcode(), repaired.rcode()) == (dns.rcode.SERVFAIL, dns.rcode.NOERROR)


@pytest.mark.parametrize(("fault", "rcode"), [(Fault.REFUSED, dns.rcode.REFUSED), (Fault.SERVFAIL, dns.rcode.SERVFAIL)])
async def test_a_refusing_or_failing_server_answers_with_that_code(world, fault, rcode):
    world.servers[0].faults.add(fault)

    response = await ask(world.servers[0], "example.com", "SOA")

    assert (response.rcode(), response.answer, has_aa(response)) == (rcode, [], False)


async def test_a_lame_server_has_the_record_but_no_authority(world):
    world.add_txt("_www.example.com", TARGET)
    world.servers[0].faults.add(Fault.LAME)

    response = await ask(world.servers[0], "_www.example.com")

    assert (texts(response), has_aa(response)) == ([TARGET], False)


async def test_a_truncating_server_gives_everything_over_tcp(world):
    world.add_txt("_www.example.com", TARGET)
    world.servers[0].faults.add(Fault.TRUNCATED)

    message = query("_www.example.com")
    cut = await ask(world.servers[0], "_www.example.com")
    response, used_tcp = await dns.asyncquery.udp_with_fallback(
        message, world.servers[0].ip, timeout=2, port=world.port
    )

    assert (bool(cut.flags & dns.flags.TC), cut.answer) == (True, [])
    assert (used_tcp, texts(response)) == (True, [TARGET])


async def test_a_firewall_that_knows_only_udp_leaves_tcp_silent(world):
    world.servers[0].faults.update({Fault.TRUNCATED, Fault.NO_TCP})

    with pytest.raises(dns.exception.Timeout):
        await ask(world.servers[0], "example.com", "SOA", over="tcp", timeout_seconds=SILENCE_SECONDS)

    assert (await ask(world.servers[0], "example.com", "SOA")).flags & dns.flags.TC


async def test_a_wrong_id_is_no_answer_to_a_careful_client(world):
    world.servers[0].faults.add(Fault.WRONG_ID)

    wire = await exchange_raw(world.servers[0], (message := query("example.com", "SOA")).to_wire())

    assert dns.message.from_wire(wire).id == message.id ^ 0xFFFF
    with pytest.raises(dns.exception.Timeout):
        await dns.asyncquery.udp(
            message,
            world.servers[0].ip,
            timeout=SILENCE_SECONDS,
            port=world.port,
            ignore_unexpected=True,
            ignore_errors=True,
        )


@pytest.mark.parametrize("over", ["udp", "tcp"])
async def test_a_slow_server_answers_after_its_delay(world, over):
    world.servers[0].delay_seconds = 0.1

    started = time.monotonic()
    response = await ask(world.servers[0], "example.com", "SOA", over=over)

    assert response.answer
    assert time.monotonic() - started >= 0.1


@needs_two_servers
async def test_a_server_that_stopped_serving_a_zone_no_longer_has_authority_over_it():
    async with Dns() as world:
        world.add_zone("example.com")
        world.servers[0].stop_serving("example.com")

        response = await ask(world.servers[0], "_www.example.com")

    assert (has_aa(response), response.authority[0].rdtype) == (False, dns.rdatatype.NS)


async def test_an_address_the_system_lacks_is_left_out():
    async with Dns(addresses=("127.0.0.1", "192.0.2.1")) as world:
        world.add_zone("example.com")

        response = await ask(world.servers[0], "example.com", "NS")

    assert [server.ip for server in world.servers] == ["127.0.0.1"]
    assert [str(rdata) for rdata in response.answer[0]] == ["ns1.example.com."]


@needs_two_servers
def test_a_port_taken_on_one_address_makes_both_look_for_another(monkeypatch):
    first_choice = Sockets.bind("127.0.0.2")
    really_bind = Sockets.bind
    choices = iter([first_choice.port])

    def bind(ip, port=0):
        return really_bind(ip, next(choices, 0) if ip == "127.0.0.1" else port)

    monkeypatch.setattr(Sockets, "bind", bind)

    bound = bind_together(("127.0.0.1", "127.0.0.2"))

    assert bound[0].port == bound[1].port != first_choice.port
    for sockets in (first_choice, *bound):
        sockets.close()


@needs_two_servers
async def test_after_the_world_ends_its_port_is_free_and_connections_are_gone():
    async with Dns() as world:
        world.add_zone("example.com")
        world.servers[0].faults.add(Fault.DEAD)
        reader, writer = await asyncio.open_connection(world.servers[0].ip, world.port)
        world.servers[1].delay_seconds = 0.05
        with contextlib.suppress(dns.exception.Timeout):
            await ask(world.servers[1], "example.com", "SOA", timeout_seconds=0.01)

    with contextlib.suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), 2) == b""
    writer.close()
    with contextlib.suppress(ConnectionResetError):
        await writer.wait_closed()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(world.servers[0].ip, world.port)
