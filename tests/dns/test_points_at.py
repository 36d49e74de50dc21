"""Where an alias's own CNAMEs end: the one question about an alias that a recursive resolver is asked."""

import pytest

from bot.alias_move.names import AliasName
from bot.dns import AuthoritativeDns
from bot.ports import TryAgainLater
from playground.dns import Dns, Fault
from tests.dns.conftest import TARGET

ALIAS = AliasName("www.example.com")


async def test_the_end_of_a_chain_is_told(world: Dns, dns: AuthoritativeDns):
    world.add_zone("cloudfront.net")
    world.add(ALIAS.text, "CNAME", "cdn.example.com.")
    world.add("cdn.example.com", "CNAME", f"{TARGET}.")
    world.add(TARGET, "A", "192.0.2.1")

    assert await dns.points_at(ALIAS) == TARGET


async def test_a_distribution_that_is_gone_is_told_too(world: Dns, dns: AuthoritativeDns):
    world.add_zone("cloudfront.net")
    world.add(ALIAS.text, "CNAME", f"{TARGET}.")

    assert await dns.points_at(ALIAS) == TARGET


async def test_a_wildcard_alias_is_asked_for_as_it_stands_in_the_zone(world: Dns, dns: AuthoritativeDns):
    world.add_zone("cloudfront.net")
    world.add("*.example.com", "CNAME", f"{TARGET}.")

    assert await dns.points_at(AliasName("*.example.com")) == TARGET


async def test_addresses_of_its_own_lead_nowhere_else(world: Dns, dns: AuthoritativeDns):
    world.add(ALIAS.text, "A", "192.0.2.1")

    assert await dns.points_at(ALIAS) == ""


async def test_a_name_that_does_not_exist_leads_nowhere(dns: AuthoritativeDns):
    assert await dns.points_at(ALIAS) == ""


async def test_the_record_to_come_is_not_asked_for(world: Dns, dns: AuthoritativeDns):
    await dns.points_at(ALIAS)

    assert {question.name for question in world.resolver.questions} == {ALIAS.text}


async def test_a_resolver_that_does_not_answer_says_nothing(world: Dns, dns: AuthoritativeDns):
    world.resolver.faults.add(Fault.DEAD)

    with pytest.raises(TryAgainLater):
        await dns.points_at(ALIAS)
