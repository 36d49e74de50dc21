"""Learning where a zone lives: what the resolver is asked, what is remembered, and for how long."""

import pytest

from bot.alias_move.names import TxtRecord
from bot.alias_move.sightings import AnswerKind
from bot.dns import AuthoritativeDns
from bot.ports import TryAgainLater
from playground.dns import Dns, Fault, Zone
from tests.dns.conftest import TARGET, WWW, Clock, looking_at


async def test_the_resolver_never_hears_the_records_name_nor_anything_below_it(world: Dns, dns: AuthoritativeDns):
    names = ["_www.example.com", "_.example.com", "_*.example.com", "_a.b.example.com"]
    for name in names:
        await dns.look_up(TxtRecord(name, TARGET))
        world.add_txt(name, TARGET)
        assert (await dns.look_up(TxtRecord(name, TARGET))).is_live

    asked = {question.name for question in world.resolver.questions}

    above = {"com", "ns1.com", "ns2.com"}  # whose servers are asked for the delegation
    assert asked == {"example.com", "ns1.example.com", "ns2.example.com"} | above


async def test_after_any_number_of_looks_the_resolver_sees_the_record_at_once(world: Dns, dns: AuthoritativeDns):
    for _ in range(3):
        await dns.look_up(WWW)
    world.add_txt("_www.example.com", TARGET)

    seen = await world.resolver.lookup_txt("_www.example.com")

    assert seen == [TARGET]


async def test_a_parent_that_does_not_exist_yet_is_not_asked_of_the_resolver(world: Dns, dns: AuthoritativeDns):
    record = TxtRecord("_www.new.example.com", TARGET)

    before = await dns.look_up(record)
    world.add_txt("_www.new.example.com", TARGET)
    after = await dns.look_up(record)

    assert (before.is_live, after.is_live) == (False, True)
    assert not world.resolver.questions.about("new.example.com")


async def test_a_second_look_asks_the_resolver_nothing(world: Dns, dns: AuthoritativeDns):
    await dns.look_up(WWW)
    world.resolver.questions.clear()

    await dns.look_up(WWW)
    await dns.look_up(TxtRecord("_shop.example.com", TARGET))

    assert len(world.resolver.questions) == 0


async def test_a_zone_is_learnt_again_when_its_name_servers_ttl_has_passed(
    world: Dns, dns: AuthoritativeDns, clock: Clock
):
    world.replace("example.com", "NS", "ns1.example.com", ttl=120)
    await dns.look_up(WWW)
    world.resolver.flush()
    world.replace("example.com", "NS", "ns2.example.com", ttl=120)

    clock.now += 100
    remembered = await dns.look_up(WWW)
    clock.now += 21
    learnt_again = await dns.look_up(WWW)

    assert [answer.server for answer in remembered.answers] == ["ns1.example.com"]
    assert [answer.server for answer in learnt_again.answers] == ["ns2.example.com"]


async def test_no_zone_is_remembered_for_more_than_an_hour(world: Dns, dns: AuthoritativeDns, clock: Clock):
    world.replace("example.com", "NS", "ns1.example.com", "ns2.example.com", ttl=86400)
    await dns.look_up(WWW)
    world.resolver.questions.clear()

    clock.now += 3601
    await dns.look_up(WWW)

    assert world.resolver.questions.about("example.com", "NS")


async def test_after_three_failures_in_a_row_the_servers_are_learnt_again(world: Dns, dns: AuthoritativeDns):
    world.add_txt("_www.example.com", TARGET)
    world.replace("example.com", "NS", "ns1.example.com")
    await dns.look_up(WWW)
    world.servers[0].faults.add(Fault.REFUSED)
    world.resolver.flush()
    world.replace("ns1.example.com", "A", world.servers[1].ip)
    for _ in range(3):
        with pytest.raises(TryAgainLater):
            await dns.look_up(WWW)

    sighting = await dns.look_up(WWW)

    assert [(answer.address, answer.kind) for answer in sighting.answers] == [("127.0.0.2", AnswerKind.EXACT)]


async def test_failures_that_are_not_in_a_row_leave_the_zone_remembered(world: Dns, dns: AuthoritativeDns):
    await dns.look_up(WWW)
    world.resolver.questions.clear()
    for _ in range(3):
        for server in world.servers:
            server.faults.add(Fault.REFUSED)
        with pytest.raises(TryAgainLater):
            await dns.look_up(WWW)
        for server in world.servers:
            server.faults.clear()
        await dns.look_up(WWW)

    assert len(world.resolver.questions) == 0


async def test_two_names_of_one_address_are_asked_once(world: Dns, dns: AuthoritativeDns):
    world.replace("ns2.example.com", "A", "127.0.0.1", "127.0.0.2")

    sighting = await dns.look_up(WWW)

    assert [(answer.server, answer.address) for answer in sighting.answers] == [
        ("ns1.example.com", "127.0.0.1"),
        ("ns2.example.com", "127.0.0.2"),
    ]


async def test_an_alias_in_the_middle_of_the_name_does_not_lead_astray(world: Dns, dns: AuthoritativeDns):
    world.add_zone("proofs.net")
    world.add("b.example.com", "CNAME", "www.proofs.net")
    world.add_txt("_a.b.example.com", TARGET)

    sighting = await dns.look_up(TxtRecord("_a.b.example.com", TARGET))

    assert sighting.zone == "example.com"
    assert sighting.is_live


async def test_name_servers_without_an_address_are_named(world: Dns, dns: AuthoritativeDns):
    world.replace("example.com", "NS", "ns9.example.com")

    with pytest.raises(TryAgainLater, match=r"No address .* name servers of example\.com: ns9\.example\.com\."):
        await dns.look_up(WWW)


async def test_a_list_of_servers_with_one_that_could_not_be_looked_up_is_not_used_for_long(
    world: Dns, dns: AuthoritativeDns, clock: Clock
):
    world.add("example.com", "NS", "ns1.elsewhere.test", ttl=3600)
    incomplete = await dns.look_up(WWW)
    world.resolver.questions.clear()

    clock.now += 31
    await dns.look_up(WWW)

    # The third counts as one that does not answer: the zone must not look smaller than it is.
    assert [answer.kind for answer in incomplete.answers] == [AnswerKind.NOTHING, AnswerKind.NOTHING, AnswerKind.SILENT]
    assert world.resolver.questions.about("ns1.elsewhere.test")


async def test_one_server_alone_is_not_enough_where_the_address_of_the_other_is_unknown(
    world: Dns, dns: AuthoritativeDns
):
    world.replace("example.com", "NS", "ns1.example.com.", "ns1.elsewhere.test.")
    world.add_txt("_www.example.com", TARGET)

    sighting = await dns.look_up(WWW)

    assert [answer.kind for answer in sighting.answers] == [AnswerKind.EXACT, AnswerKind.SILENT]
    assert not sighting.is_live


async def test_an_alias_at_the_top_of_the_name_does_not_lead_astray(world: Dns, dns: AuthoritativeDns):
    world.add_zone("org")
    world.add("example.org", "CNAME", "www.example.com")
    world.add_txt("_www.example.org", TARGET)

    sighting = await dns.look_up(TxtRecord("_www.example.org", TARGET))

    assert sighting.zone == "org"
    assert sighting.is_live


async def test_a_resolver_that_does_not_answer_is_named(world: Dns, dns: AuthoritativeDns):
    world.resolver.faults.add(Fault.DEAD)

    with pytest.raises(TryAgainLater, match=r"could not find the SOA record of example\.com"):
        await dns.look_up(WWW)


async def test_a_name_longer_than_dns_allows_is_said_to_be_so(dns: AuthoritativeDns):
    with pytest.raises(TryAgainLater, match="too long"):
        await dns.look_up(TxtRecord(f"_{'a' * 63}.example.com", TARGET))


async def test_where_the_zone_above_names_other_servers_those_are_asked_too_and_both_are_told(
    world: Dns, dns: AuthoritativeDns
):
    first, second = world.servers
    above = world.add_zone("com")
    above.replace("example.com", "NS", "ns1.example.com.", "ns-old.example.com.")
    above.add("ns-old.example.com", "A", second.ip)
    first.stop_serving("example.com")
    world.add_txt("_www.example.com", TARGET)

    sighting = await dns.look_up(WWW)

    assert sighting.only_delegated == ("ns-old.example.com",)
    assert sighting.only_listed == ("ns2.example.com",)
    assert {answer.address: answer.kind for answer in sighting.answers} == {
        first.ip: AnswerKind.LAME,
        second.ip: AnswerKind.EXACT,
    }
    assert not sighting.is_live


async def test_an_address_that_only_the_zone_above_tells_is_asked_too(clock: Clock):
    async with Dns(("127.0.0.1", "127.0.0.2", "127.0.0.3")) as world:
        own, _, public = world.servers
        world.add_zone("example.net", servers=[public])
        # Inside this network the same name leads to another server.
        inside = Zone("example.net", {"ns3.example.net": own.ip}, negative_ttl=60)
        inside.add_txt("_www.example.net", TARGET)
        own.serve(inside)

        sighting = await looking_at(world, clock).look_up(TxtRecord("_www.example.net", TARGET))

    assert [(answer.address, answer.kind) for answer in sighting.answers] == [
        (own.ip, AnswerKind.EXACT),
        (public.ip, AnswerKind.NOTHING),
    ]
    assert not sighting.is_live


async def test_a_delegation_that_nobody_tells_is_not_compared(world: Dns, dns: AuthoritativeDns):
    for server in world.servers:
        server.stop_serving("com")

    sighting = await dns.look_up(WWW)

    assert (sighting.only_delegated, sighting.only_listed) == ((), ())
