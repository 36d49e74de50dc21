"""What the playground's name servers answer while all is well."""

import dns.name
import dns.rcode
import dns.rdatatype
import pytest

from playground.dns import Dns
from tests.playground.dns_client import (
    TARGET,
    Clock,
    ask,
    exchange_raw,
    has_aa,
    needs_two_servers,
    query,
    soa_of,
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


@needs_two_servers
async def test_two_servers_on_two_addresses_share_one_port(world):
    assert [server.ip for server in world.servers] == ["127.0.0.1", "127.0.0.2"]
    assert {server.port for server in world.servers} == {world.port}
    assert world.resolver_address == f"127.0.0.1:{world.resolver.port}"


@pytest.mark.parametrize("over", ["udp", "tcp"])
@pytest.mark.parametrize("name", ["_www.example.com", "_.example.com", "_*.example.com"])
async def test_the_record_names_of_cloudfront_are_ordinary_names(world, name, over):
    world.add_txt(name, TARGET)

    response = await ask(world.servers[-1], name, over=over)
    beside = await ask(world.servers[-1], "_other.example.com", over=over)

    assert texts(response) == [TARGET]
    assert has_aa(response)
    assert beside.rcode() == dns.rcode.NXDOMAIN


async def test_a_missing_name_is_nxdomain_and_a_missing_type_is_not(world):
    world.add("www.example.com", "A", "192.0.2.1")

    nothing = await ask(world.servers[0], "_www.example.com")
    other_type = await ask(world.servers[0], "www.example.com")

    assert (nothing.rcode(), has_aa(nothing), nothing.answer) == (dns.rcode.NXDOMAIN, True, [])
    assert (other_type.rcode(), has_aa(other_type), other_type.answer) == (dns.rcode.NOERROR, True, [])
    assert soa_of(nothing).name == soa_of(other_type).name == dns.name.from_text("example.com")


async def test_a_name_that_only_has_names_below_it_exists(world):
    world.add_txt("_www.shop.example.com", TARGET)

    response = await ask(world.servers[0], "shop.example.com")

    assert response.rcode() == dns.rcode.NOERROR
    assert soa_of(response)


@pytest.mark.parametrize(("minimum", "soa_ttl", "expected"), [(900, 300, 300), (60, 300, 60), (120, None, 120)])
async def test_a_negative_answer_carries_the_lower_of_soa_ttl_and_minimum(minimum, soa_ttl, expected):
    async with Dns() as world:
        world.add_zone("example.org", negative_ttl=minimum, soa_ttl=soa_ttl)

        negative = await ask(world.servers[0], "_www.example.org")
        positive = await ask(world.servers[0], "example.org", "SOA")

    assert soa_of(negative).ttl == expected
    assert positive.answer[0].ttl == (soa_ttl or minimum)
    assert positive.answer[0][0].minimum == minimum


async def test_a_name_outside_all_zones_is_refused(world):
    response = await ask(world.servers[0], "_www.example.net")

    assert (response.rcode(), has_aa(response)) == (dns.rcode.REFUSED, False)


async def test_a_cname_is_answered_with_its_target_if_that_lies_in_the_zone(world):
    world.add("_www.example.com", "CNAME", "proof.example.com")
    world.add_txt("proof.example.com", TARGET)
    world.add("www.example.com", "CNAME", TARGET)

    inside = await ask(world.servers[0], "_www.example.com")
    outside = await ask(world.servers[0], "www.example.com", "A")

    assert [rrset.rdtype for rrset in inside.answer] == [dns.rdatatype.CNAME, dns.rdatatype.TXT]
    assert [str(rrset[0]) for rrset in outside.answer] == [f"{TARGET}."]
    assert has_aa(outside)


async def test_a_cname_to_a_missing_name_is_nxdomain_and_a_loop_ends(world):
    world.add("_www.example.com", "CNAME", "gone.example.com")
    world.add("_a.example.com", "CNAME", "_b.example.com")
    world.add("_b.example.com", "CNAME", "_a.example.com")

    dangling = await ask(world.servers[0], "_www.example.com")
    loop = await exchange_raw(world.servers[0], query("_a.example.com").to_wire())

    assert (dangling.rcode(), len(dangling.answer)) == (dns.rcode.NXDOMAIN, 1)
    assert (loop[3] & 0xF, int.from_bytes(loop[6:8])) == (dns.rcode.NOERROR, 2)


async def test_a_wildcard_covers_missing_names_but_not_existing_ones(world):
    world.add_txt("*.example.com", "from the wildcard")
    world.add("www.example.com", "A", "192.0.2.1")

    covered = await ask(world.servers[0], "_www.example.com")
    deeper = await ask(world.servers[0], "a.b.example.com")
    existing = await ask(world.servers[0], "www.example.com")
    below_existing = await ask(world.servers[0], "x.www.example.com")

    assert texts(covered) == texts(deeper) == ["from the wildcard"]
    assert covered.answer[0].name == dns.name.from_text("_www.example.com")
    assert (existing.rcode(), existing.answer) == (dns.rcode.NOERROR, [])
    assert below_existing.rcode() == dns.rcode.NXDOMAIN


async def test_the_case_of_the_question_comes_back_unchanged(world):
    world.add_txt("_www.example.com", TARGET)

    response = await ask(world.servers[0], "_wWw.ExAmple.cOm")

    assert response.question[0].name.labels[:2] == (b"_wWw", b"ExAmple")
    assert texts(response) == [TARGET]


@needs_two_servers
async def test_name_servers_are_found_from_the_parent_down(world):
    referral = await ask(world.servers[0], "com", "NS")
    own = await ask(world.servers[0], "example.com", "NS")
    address = await ask(world.servers[0], "ns2.example.com", "A")

    assert has_aa(referral)
    assert sorted(str(rdata) for rdata in own.answer[0]) == ["ns1.example.com.", "ns2.example.com."]
    assert len(own.additional) == 2
    assert str(address.answer[0][0]) == "127.0.0.2"


@needs_two_servers
async def test_a_server_that_serves_only_the_parent_refers_to_the_child(world):
    world.add_zone("shop.example.com", servers=world.servers[1:])
    world.add_txt("_www.shop.example.com", TARGET)
    world.add_txt("_shop.example.com", TARGET)

    referral = await ask(world.servers[0], "_www.shop.example.com")
    from_child = await ask(world.servers[1], "_www.shop.example.com")
    beside_the_cut = await ask(world.servers[0], "_shop.example.com")

    assert (referral.rcode(), has_aa(referral), referral.answer) == (dns.rcode.NOERROR, False, [])
    assert [str(rdata) for rdata in referral.authority[0]] == ["ns2.shop.example.com."]
    assert [str(rrset[0]) for rrset in referral.additional] == ["127.0.0.2"]
    assert texts(from_child) == texts(beside_the_cut) == [TARGET]
    assert has_aa(from_child)


async def test_a_top_level_zone_with_two_labels_is_delegated_too():
    async with Dns() as world:
        world.add_zone("example.co.uk")

        response = await ask(world.servers[0], "co.uk", "SOA")

    assert response.answer[0].name == dns.name.from_text("co.uk")


async def test_a_parent_made_for_a_child_can_be_added_afterwards():
    async with Dns() as world:
        world.add_zone("shop.example.com")
        world.add_zone("example.com", negative_ttl=5)
        world.add_txt("_shop.example.com", TARGET)

        present = await ask(world.servers[0], "_shop.example.com")
        missing = await ask(world.servers[0], "_www.example.com")

    assert texts(present) == [TARGET]
    assert soa_of(missing).ttl == 5


async def test_an_any_question_gets_everything(world):
    response = await ask(world.servers[0], "example.com", "ANY")

    assert {rrset.rdtype for rrset in response.answer} == {dns.rdatatype.SOA, dns.rdatatype.NS}


async def test_every_change_raises_the_serial(world):
    zone = world.zone("example.com")
    serials = [zone.serial]

    world.add_txt("_www.example.com", "first")
    serials.append(zone.serial)
    world.replace_txt("_www.example.com", "second")
    serials.append(zone.serial)
    world.remove("_www.example.com", "TXT")
    serials.append(zone.serial)
    zone.set_negative_ttl(5)
    serials.append(zone.serial)

    assert serials == sorted(set(serials))
    response = await ask(world.servers[-1], "example.com", "SOA")
    assert response.answer[0][0].serial == serials[-1]


async def test_many_names_are_published_in_one_change(world):
    zone = world.zone("example.com")
    zone.add("www.example.com", "CNAME", "d1.cloudfront.net")
    serial = zone.serial

    zone.add_each(["a.example.com", "b.example.com"], "TXT", "same", ttl=30)
    with pytest.raises(ValueError, match="A CNAME stands alone"):
        zone.add_each(["c.example.com", "www.example.com"], "TXT", "same")

    assert [texts(await ask(world.servers[0], f"{name}.example.com")) for name in "abc"] == [["same"], ["same"], []]
    assert zone.serial == serial + 1


async def test_values_stand_side_by_side_until_they_are_replaced(world):
    world.add_txt("_www.example.com", "first", "second", ttl=30)
    side_by_side = await ask(world.servers[0], "_www.example.com")

    world.replace("_www.example.com", "TXT", '"third" " in two strings"', ttl=7)
    replaced = await ask(world.servers[0], "_www.example.com")

    assert texts(side_by_side) == ["first", "second"]
    assert side_by_side.answer[0].ttl == 30
    assert texts(replaced) == ["third in two strings"]
    assert replaced.answer[0].ttl == 7


@pytest.mark.parametrize("value", ["", "x" * 255, "x" * 256, "x" * 700, 'a "quoted" \\ value', "d1.cloudfront.net "])
async def test_a_txt_value_arrives_as_it_was_given(world, value):
    world.add_txt("_www.example.com", value)

    response = await ask(world.servers[0], "_www.example.com")

    assert texts(response) == [value]


async def test_removing_takes_one_type_or_the_whole_name(world):
    world.add("www.example.com", "A", "192.0.2.1")
    world.add("www.example.com", "AAAA", "2001:db8::1")

    world.remove("www.example.com", "A")
    without_one = await ask(world.servers[0], "www.example.com", "A")
    world.remove("www.example.com")
    without_all = await ask(world.servers[0], "www.example.com", "AAAA")

    assert (without_one.rcode(), without_one.answer) == (dns.rcode.NOERROR, [])
    assert without_all.rcode() == dns.rcode.NXDOMAIN


async def test_mistakes_in_changing_records_say_what_is_wrong(world):
    world.add_txt("_www.example.com", TARGET)

    with pytest.raises(LookupError, match=r"_nothing\.example\.com has no records to remove"):
        world.remove("_nothing.example.com")
    with pytest.raises(LookupError, match="has no A to remove"):
        world.remove("_www.example.com", "A")
    with pytest.raises(ValueError, match="cannot be removed"):
        world.remove("example.com")
    with pytest.raises(ValueError, match="CNAME stands alone"):
        world.add("_www.example.com", "CNAME", TARGET)
    with pytest.raises(ValueError, match=r"_example\.com is in none of the zones of this world \(example\.com\)"):
        world.add_txt("_example.com", TARGET)
    with pytest.raises(ValueError, match="exists already"):
        world.add_zone("example.com")
    with pytest.raises(ValueError, match="outside the zone"):
        world.zone("example.com").add("www.example.net", "A", "192.0.2.1")


async def test_the_records_of_our_own_zones_can_be_listed(world):
    world.add_txt("_*.example.com", TARGET, ttl=5)

    listed = [(each.name, each.rdtype, each.value, each.ttl) for each in world.records()]

    assert ("_*.example.com", "TXT", f'"{TARGET}"', 5) in listed
    assert ("ns1.example.com", "A", "127.0.0.1", 3600) in listed
    assert not [name for name, *_ in listed if name == "com"]
