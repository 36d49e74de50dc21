"""Recursive resolvers as vantage points: they see the record, or say for how long they will not."""

import pytest

from bot.alias_move.visibility import CacheAnswer, CacheKind
from bot.dns import AuthoritativeDns
from playground.dns import Dns, Fault
from tests.dns.conftest import OTHER_TARGET, TARGET, WWW, Clock, looking_at

pytestmark = pytest.mark.wide


async def test_a_record_that_nobody_asked_for_too_early_is_visible_at_once(world: Dns, dns: AuthoritativeDns):
    world.add_txt("_www.example.com", TARGET)

    answers = await dns.ask_caches(WWW)

    assert answers == (CacheAnswer(world.resolver_address, CacheKind.SEES),)


@pytest.mark.parametrize("name", ["_www.example.com", "elsewhere.example.com"], ids=["the name", "the CNAME's target"])
async def test_a_miss_is_told_with_what_is_left_of_it(world: Dns, dns: AuthoritativeDns, name: str):
    if name != "_www.example.com":
        world.add("_www.example.com", "CNAME", name, ttl=5)
    world.resolver.poison(name)
    world.add_txt(name, TARGET)

    (answer,) = await dns.ask_caches(WWW)

    assert answer.kind is CacheKind.MISSES
    assert 298 <= answer.ttl_s <= 300  # the lower of the SOA's TTL (300) and its MINIMUM (900)


async def test_an_old_value_is_told_with_what_is_left_of_it(world: Dns, dns: AuthoritativeDns):
    world.add_txt("_www.example.com", OTHER_TARGET, ttl=120)
    await world.resolver.lookup_txt("_www.example.com")
    world.replace_txt("_www.example.com", TARGET)

    (answer,) = await dns.ask_caches(WWW)

    assert (answer.kind, answer.ttl_s in range(118, 121)) == (CacheKind.OTHER, True)


@pytest.mark.parametrize(("fault", "note"), [(Fault.DEAD, "no answer"), (Fault.SERVFAIL, "SERVFAIL")])
async def test_a_resolver_that_cannot_say_is_named_and_says_nothing(world: Dns, clock: Clock, fault: Fault, note: str):
    world.resolver.faults.add(fault)

    answers = await looking_at(world, clock).ask_caches(WWW)

    assert answers == (CacheAnswer(world.resolver_address, CacheKind.SILENT, note=note),)


async def test_further_vantage_points_are_asked_beside_the_resolvers_and_each_once(world: Dns):
    world.add_txt("_www.example.com", TARGET)
    resolver = (world.resolver.ip, world.resolver.port)
    closed = ("127.0.0.1", 1)

    answers = await AuthoritativeDns((resolver,), world.port, (resolver, closed)).ask_caches(WWW)

    assert [answer.kind for answer in answers] == [CacheKind.SEES, CacheKind.SILENT]
