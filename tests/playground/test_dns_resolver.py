"""The playground's caching resolver: what it remembers, what its CloudFront sees, and the log of who asked what."""

import dns.asyncquery
import dns.asyncresolver
import dns.flags
import dns.rcode
import dns.rdatatype
import dns.rdtypes.ANY.SOA
import pytest

from playground.dns import Dns, Fault
from playground.dns.faults import Over
from tests.playground.dns_client import TARGET, Clock, ask, has_aa, needs_two_servers, query, soa_of, texts


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def world(clock):
    async with Dns(clock=clock) as dns_of_world:
        dns_of_world.add_zone("example.com", negative_ttl=900, soa_ttl=300)
        yield dns_of_world


@needs_two_servers
async def test_the_resolver_answers_what_a_bot_asks_of_it(world):
    addresses = dns.asyncresolver.Resolver(configure=False)
    addresses.nameservers, addresses.port = ["127.0.0.1"], world.resolver.port

    servers = await addresses.resolve("example.com", "NS")
    address = await addresses.resolve("ns2.example.com", "A")
    soa = await addresses.resolve("example.com", "SOA")
    raw = await ask(world.resolver, "com", "NS", over="tcp")

    assert sorted(str(each) for each in servers) == ["ns1.example.com.", "ns2.example.com."]
    assert [str(each) for each in address] == ["127.0.0.2"]
    assert isinstance(soa[0], dns.rdtypes.ANY.SOA.SOA)
    assert raw.flags & dns.flags.RA
    assert not has_aa(raw)


async def test_a_name_outside_the_world_fails_without_a_packet_to_the_internet(world):
    world.add("www.example.com", "CNAME", TARGET)

    outside = await ask(world.resolver, "www.example.net", "A")
    leads_outside = await ask(world.resolver, "www.example.com", "A")

    assert outside.rcode() == leads_outside.rcode() == dns.rcode.SERVFAIL
    assert leads_outside.answer == []


async def test_the_resolver_follows_a_cname_into_another_zone(world):
    world.add_zone("cloudfront.net")
    world.add("www.example.com", "CNAME", TARGET)
    world.add(TARGET, "A", "192.0.2.7")

    response = await ask(world.resolver, "www.example.com", "A")

    assert [rrset.rdtype for rrset in response.answer] == [dns.rdatatype.CNAME, dns.rdatatype.A]


async def test_a_question_without_recursion_is_refused_by_the_resolver(world):
    response = await dns.asyncquery.udp(query("example.com", "NS"), "127.0.0.1", timeout=2, port=world.resolver.port)

    assert response.rcode() == dns.rcode.REFUSED


async def test_a_remembered_record_counts_down_and_is_then_asked_for_again(world, clock):
    world.add_txt("_www.example.com", "old", ttl=60)
    await ask(world.resolver, "_www.example.com")
    world.replace_txt("_www.example.com", "new", ttl=60)

    clock.now += 45
    remembered = await ask(world.resolver, "_www.example.com")
    clock.now += 15
    fresh = await ask(world.resolver, "_www.example.com")

    assert (texts(remembered), remembered.answer[0].ttl) == (["old"], 15)
    assert (texts(fresh), fresh.answer[0].ttl) == (["new"], 60)


@pytest.mark.parametrize(("minimum", "soa_ttl", "effective"), [(900, 300, 300), (60, 3600, 60)])
async def test_a_miss_is_remembered_for_the_lower_of_soa_ttl_and_minimum(clock, minimum, soa_ttl, effective):
    async with Dns(clock=clock) as world:
        world.add_zone("example.org", negative_ttl=minimum, soa_ttl=soa_ttl)
        await ask(world.resolver, "_www.example.org")
        world.add_txt("_www.example.org", TARGET)

        clock.now += effective - 10
        remembered = await ask(world.resolver, "_www.example.org")
        clock.now += 9.9
        seen_by_cloudfront_before = await world.resolver.lookup_txt("_www.example.org")
        clock.now += 0.1
        seen_by_cloudfront_after = await world.resolver.lookup_txt("_www.example.org")

    assert (remembered.rcode(), soa_of(remembered).ttl) == (dns.rcode.NXDOMAIN, 10)
    assert seen_by_cloudfront_before == []
    assert seen_by_cloudfront_after == [TARGET]


async def test_an_nxdomain_for_one_type_hides_the_others_and_a_missing_type_hides_itself_only(world):
    world.add("www.example.com", "A", "192.0.2.1")
    await ask(world.resolver, "_www.example.com", "SOA")
    await ask(world.resolver, "www.example.com", "AAAA")
    await ask(world.resolver, "www.example.com", "CNAME")

    world.add_txt("_www.example.com", TARGET)
    world.add_txt("www.example.com", "visible")

    assert (await ask(world.resolver, "_www.example.com")).rcode() == dns.rcode.NXDOMAIN
    assert await world.resolver.lookup_txt("www.example.com") == ["visible"]


async def test_cloudfront_shares_the_memory_of_the_resolver(world):
    world.resolver.poison("_www.example.com")
    world.add_txt("_www.example.com", TARGET, "x" * 300)

    poisoned = await world.resolver.lookup_txt("_www.example.com")
    world.resolver.flush()
    flushed = await world.resolver.lookup_txt("_WWW.example.com.")

    assert poisoned == []
    assert sorted(flushed) == [TARGET, "x" * 300]


async def test_only_a_miss_can_be_remembered_as_one(world):
    world.add_txt("_www.example.com", TARGET)

    with pytest.raises(ValueError, match="No miss to remember"):
        world.resolver.poison("_www.example.com")
    with pytest.raises(ValueError, match="SERVFAIL"):
        world.resolver.poison("_www.example.net")


async def test_cloudfront_sees_a_txt_through_a_cname(world):
    world.add("_www.example.com", "CNAME", "proof.example.com")
    world.add_txt("proof.example.com", TARGET)
    world.add("_dangling.example.com", "CNAME", "gone.example.com")
    world.add("_loop.example.com", "CNAME", "_loop.example.com")

    assert await world.resolver.lookup_txt("_www.example.com") == [TARGET]
    assert await world.resolver.lookup_txt("_dangling.example.com") == []
    assert await world.resolver.lookup_txt("_loop.example.com") == []


@needs_two_servers
@pytest.mark.parametrize("fault", [Fault.DEAD, Fault.REFUSED, Fault.SERVFAIL, Fault.LAME, Fault.WRONG_ID])
async def test_the_resolver_goes_on_to_the_next_server_and_fails_when_there_is_none(world, fault):
    world.add_txt("_www.example.com", TARGET)
    first, second = world.servers

    first.faults.add(fault)
    with_one_left = await ask(world.resolver, "_www.example.com")
    world.resolver.flush()
    second.faults.add(fault)
    with_none_left = await ask(world.resolver, "_www.example.com")
    second.faults.clear()
    repaired = await ask(world.resolver, "_www.example.com")

    assert texts(with_one_left) == texts(repaired) == [TARGET]
    assert with_none_left.rcode() == dns.rcode.SERVFAIL


@needs_two_servers
async def test_the_resolver_finds_a_child_zone_behind_a_referral(world):
    world.add_zone("shop.example.com", servers=world.servers[1:])
    world.add_txt("_www.shop.example.com", TARGET)

    assert await world.resolver.lookup_txt("_www.shop.example.com") == [TARGET]


async def test_the_resolver_itself_can_be_broken_while_cloudfront_still_sees(world):
    world.add_txt("_www.example.com", TARGET)
    world.resolver.faults.add(Fault.SERVFAIL)

    response = await ask(world.resolver, "_www.example.com")

    assert response.rcode() == dns.rcode.SERVFAIL
    assert await world.resolver.lookup_txt("_www.example.com") == [TARGET]


async def test_the_log_tells_who_asked_what_when_and_whether_memory_answered(world, clock):
    await ask(world.resolver, "example.com", "NS")
    clock.now += 2
    await ask(world.resolver, "Example.com", "NS", over="tcp")
    unasked_so_far = world.resolver.questions.about("_www.example.com")
    await world.resolver.lookup_txt("_www.example.com")

    asked = [(each.name, each.rdtype, each.at, each.over, each.from_cache) for each in world.resolver.questions]
    assert unasked_so_far == []
    assert asked == [
        ("example.com", "NS", 1000.0, Over.UDP, False),
        ("example.com", "NS", 1002.0, Over.TCP, True),
        ("_www.example.com", "TXT", 1002.0, Over.MEMORY, False),
    ]


async def test_a_server_logs_its_questions_and_tells_packets_from_the_resolver(world):
    await ask(world.servers[0], "_www.example.com")
    await ask(world.resolver, "_www.example.com")

    assert [each.over for each in world.servers[0].questions.about("_www.example.com", "TXT")] == [
        Over.UDP,
        Over.MEMORY,
    ]
    world.servers[0].questions.clear()
    assert len(world.servers[0].questions) == 0
