"""One question to one server in turn: what is plain is believed for now, and everything else leads to a whole look."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.alias_move.watching import Glance, Watch
from bot.dns import AuthoritativeDns
from bot.dns.glances import EVERY_S
from playground.dns import Dns, Fault
from tests.dns.conftest import TARGET, Clock, looking_at

pytestmark = pytest.mark.wide

NOTHING, LOOK, LATER = Glance.NOTHING, Glance.LOOK, Glance.LATER


def watch(name: str = "_www.example.com", *, is_brief: bool = True) -> Watch:
    return Watch(f"key of {name}", "m1", "m1.1", name, is_brief, 0.0, 0.0)


@pytest.fixture
async def glancing(world: Dns, clock: Clock) -> AsyncIterator[AuthoritativeDns]:
    dns = looking_at(world, clock)
    await dns.glance([watch(is_brief=False)])  # learns the zone
    yield dns
    await dns.close()


def asked(world: Dns, name: str = "_www.example.com") -> list[int]:
    """How often each server has been asked for the record."""
    return [len(server.questions.about(name)) for server in world.servers]


async def glances(dns: AuthoritativeDns, count: int, name: str = "_www.example.com") -> list[Glance]:
    return [(await dns.glance([watch(name)]))[0] for _ in range(count)]


async def test_servers_are_asked_in_turn_once_for_each_glance(world: Dns, glancing: AuthoritativeDns):
    told = await glances(glancing, 4)

    assert told == [NOTHING] * 4
    assert asked(world) == [2, 2]


@pytest.mark.parametrize(
    ("rdtype", "value"), [("TXT", TARGET), ("TXT", "something else"), ("CNAME", "elsewhere.example.com.")]
)
async def test_whatever_stands_at_the_name_leads_to_a_whole_look(
    world: Dns, glancing: AuthoritativeDns, rdtype: str, value: str
):
    world.add("_www.example.com", rdtype, value)

    assert await glances(glancing, 2) == [LOOK, LOOK]


async def test_a_record_of_another_type_at_the_name_is_still_nothing(world: Dns, glancing: AuthoritativeDns):
    world.add("_www.example.com", "A", "192.0.2.1")

    assert await glances(glancing, 2) == [NOTHING, NOTHING]


@pytest.mark.parametrize("fault", [Fault.DEAD, Fault.REFUSED, Fault.LAME, Fault.WRONG_ID, Fault.TRUNCATED])
async def test_a_server_that_says_nothing_of_use_leads_to_a_whole_look_and_is_passed_over_for_a_while(
    world: Dns, glancing: AuthoritativeDns, fault: Fault
):
    world.servers[1].faults.add(fault)

    told = await glances(glancing, 5)

    assert sorted(told, key=str) == [LOOK, NOTHING, NOTHING, NOTHING, NOTHING]
    assert asked(world)[1] == 1


async def test_where_no_server_is_of_use_only_whole_looks_are_left(world: Dns, glancing: AuthoritativeDns):
    for server in world.servers:
        server.faults.add(Fault.REFUSED)

    assert await glances(glancing, 3) == [LOOK] * 3
    assert asked(world) == [1, 1]


async def test_a_zone_that_cannot_be_learnt_leads_to_one_look_and_is_left_alone_for_a_while(world: Dns, clock: Clock):
    world.resolver.faults.add(Fault.SERVFAIL)
    dns = looking_at(world, clock)

    first = await dns.glance([watch("_a.example.com"), watch("_b.example.com")])
    questions = len(world.resolver.questions)
    again = await dns.glance([watch("_a.example.com"), watch("_b.example.com")])

    assert (first, again) == ([LOOK, LATER], [LATER, LATER])
    assert len(world.resolver.questions) == questions
    await dns.close()


async def test_one_server_gets_five_questions_a_second_at_most_whole_looks_included(
    world: Dns, glancing: AuthoritativeDns
):
    await asyncio.sleep(2 * EVERY_S)
    names = [f"_n{number}.example.com" for number in range(40)]
    began = asyncio.get_running_loop().time()

    told = await glancing.glance([watch(name, is_brief=number % 10 != 0) for number, name in enumerate(names)])

    took_s = asyncio.get_running_loop().time() - began
    assert told[0] is LOOK
    assert told[-1] is LATER
    assert set(told) == {NOTHING, LOOK, LATER}
    for server in world.servers:
        at = [question.at for name in names for question in server.questions.about(name)]
        assert len(at) + told.count(LOOK) <= took_s / EVERY_S + 2


async def test_names_of_many_zones_are_asked_at_the_same_time(world: Dns, clock: Clock):
    for number in range(8):
        world.add_zone(f"zone{number}.example")
    dns = looking_at(world, clock)
    watches = [watch(f"_www.zone{number}.example") for number in range(8)]
    async with asyncio.timeout(10):
        while set(await dns.glance(watches)) != {NOTHING}:
            pass  # each waits a while for zones that are being learnt

    assert await dns.glance(watches) == [NOTHING] * 8
    await dns.close()


async def test_no_resolver_hears_of_a_record_that_is_glanced_at(world: Dns, glancing: AuthoritativeDns):
    await glances(glancing, 3)

    assert world.resolver.questions.about("_www.example.com") == []
