"""What a probe finds in the playground's DNS, with how many questions, and whom it asks."""

from dataclasses import replace

import pytest

from bot.alias_move.diagnosis import diagnosis
from bot.alias_move.mistakes import MistakeKind
from bot.alias_move.names import TxtRecord
from bot.alias_move.probes import Nearby, Place, Probe
from bot.dns import AuthoritativeDns
from bot.dns.around import MOST_QUESTIONS
from bot.ports import TryAgainLater
from playground.dns import Dns, Fault, Zone
from playground.dns.faults import Over
from tests.alias_move.evidence import registrable_name
from tests.dns.conftest import OTHER_TARGET, TARGET, WWW, Clock, looking_at

pytestmark = pytest.mark.wide

SHOP = TxtRecord("_shop.example.com", TARGET)


async def probed(dns: AuthoritativeDns, record: TxtRecord = WWW) -> Probe:
    """As a worker does it: a look first, then a probe."""
    try:
        sighting = await dns.look_up(record)
    except TryAgainLater:
        sighting = None
    return await dns.probe(record, sighting)


def kinds(probe: Probe) -> list[MistakeKind]:
    """What is named by it."""
    return [mistake.kind for mistake in diagnosis(probe, registrable_name, at=1.0).mistakes]


def questions(world: Dns) -> int:
    """How many packets have arrived anywhere so far."""
    everywhere = (*(server.questions for server in world.servers), world.resolver.questions)
    return sum(each.over is not Over.MEMORY for log in everywhere for each in log)


async def test_where_nothing_is_wrong_nothing_is_named(dns: AuthoritativeDns):
    probe = await probed(dns)

    assert probe.sighting is not None
    assert probe == Probe(
        WWW,
        probe.sighting,
        "example.com",
        delegated_to=(),  # where one server serves both zones, it tells no delegation
        listed=("ns1.example.com", "ns2.example.com"),
    )
    assert kinds(probe) == []


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("_www.example.com.example.com", Place.DOUBLED),
        ("www.example.com", Place.WITHOUT_UNDERSCORE),
        ("-www.example.com", Place.DASH),
        ("_.www.example.com", Place.OTHER_FORM),
        ("_www.www.example.com", Place.BELOW_ALIAS),
        ("example.com", Place.ZONE_ITSELF),
        ("_acme-challenge.www.example.com", Place.ACME),
    ],
)
async def test_a_record_in_the_wrong_place_is_found(world: Dns, dns: AuthoritativeDns, name: str, place: Place):
    world.add_txt(name, TARGET)
    sighting = await dns.look_up(WWW)
    before = questions(world)

    probe = await dns.probe(WWW, sighting)

    assert questions(world) - before <= MOST_QUESTIONS
    assert probe.nearby == (Nearby(place, name, (TARGET,)),)
    assert kinds(probe) == [MistakeKind.MISPLACED]


async def test_letters_typed_as_they_are_read_are_found(world: Dns, dns: AuthoritativeDns):
    record = TxtRecord("_xn--bcher-kva.example.com", TARGET)
    world.add_txt("xn--_bcher-4ya.example.com", TARGET)

    probe = await probed(dns, record)

    assert [one.place for one in probe.nearby] == [Place.RAW_UNICODE]


async def test_a_cname_instead_of_a_txt_is_found(world: Dns, dns: AuthoritativeDns):
    world.add_zone("cloudfront.net")
    world.add("_www.example.com", "CNAME", f"{TARGET}.")

    probe = await probed(dns)

    assert probe.cname == TARGET
    assert kinds(probe) == [MistakeKind.WRONG_TYPE]


async def test_a_wrong_value_takes_few_questions(world: Dns, dns: AuthoritativeDns):
    world.add_txt("_www.example.com", OTHER_TARGET)
    sighting = await dns.look_up(WWW)
    before = questions(world)

    probe = await dns.probe(WWW, sighting)

    assert kinds(probe) == [MistakeKind.WRONG_VALUE]
    assert questions(world) - before <= 6


async def test_an_address_at_the_name_is_found_unless_a_wildcard_gives_it(world: Dns, dns: AuthoritativeDns):
    world.add("_www.example.com", "A", "192.0.2.7")
    own = await probed(dns)
    world.remove("_www.example.com")
    world.add("*.example.com", "A", "192.0.2.7")

    wild = await probed(dns)

    assert own.other_types == ("A",)
    assert wild.other_types == ()


async def test_a_wildcard_is_told_from_a_record(world: Dns, dns: AuthoritativeDns):
    world.add_zone("example.net")
    world.add("*.example.com", "CNAME", "blog.example.net")

    probe = await probed(dns)

    assert (probe.cname, probe.wild_cname) == ("blog.example.net", "blog.example.net")
    assert kinds(probe) == [MistakeKind.WILDCARD]


async def test_one_server_behind_is_told_with_its_serial(world: Dns, dns: AuthoritativeDns):
    world.servers[1].hold("example.com")
    world.add_txt("_www.example.com", TARGET)

    probe = await probed(dns)

    assert [(one.server, one.has_record) for one in probe.serials] == [
        ("ns1.example.com", True),
        ("ns2.example.com", False),
    ]
    assert probe.serials[0].serial > probe.serials[1].serial
    assert kinds(probe) == [MistakeKind.BEHIND]


async def test_broken_signatures_are_told_whether_or_not_the_zone_is_known(world: Dns, clock: Clock):
    knowing, ignorant = looking_at(world, clock), looking_at(world, clock)
    await knowing.look_up(WWW)
    world.resolver.faults.add(Fault.BOGUS)

    probes = [await probed(knowing), await probed(ignorant)]

    assert [probe.is_bogus for probe in probes] == [True, True]
    assert [probe.zone for probe in probes] == ["example.com", ""]


async def test_a_resolver_that_is_only_broken_does_not_make_signatures_look_so(world: Dns, dns: AuthoritativeDns):
    await dns.look_up(WWW)
    world.resolver.faults.add(Fault.SERVFAIL)

    assert not (await probed(dns)).is_bogus


async def test_a_zone_that_its_servers_do_not_have_is_an_orphan(world: Dns, dns: AuthoritativeDns):
    await dns.look_up(WWW)
    for server in world.servers:
        server.faults.add(Fault.REFUSED)

    probe = await probed(dns)

    assert probe.refused_by == ("ns1.example.com", "ns2.example.com")
    assert kinds(probe) == [MistakeKind.ORPHAN_ZONE]


async def test_an_alias_that_is_a_zone_of_its_own_is_told_and_looked_into(world: Dns, dns: AuthoritativeDns):
    above, own = world.servers
    world.add_zone("example.net", servers=[above])
    world.add_zone("shop.example.net", servers=[own])
    world.add_txt("_shop.shop.example.net", TARGET)

    probe = await probed(dns, TxtRecord("_shop.example.net", TARGET))

    assert probe.child_zone == "shop.example.net"
    assert Nearby(Place.CHILD_ZONE, "_shop.shop.example.net", (TARGET,), "ns2.shop.example.net") in probe.nearby
    assert kinds(probe) == [MistakeKind.WRONG_ZONE]


async def test_servers_that_the_zone_above_does_not_name_are_looked_into(clock: Clock):
    record = TxtRecord("_www.example.net", TARGET)
    async with Dns(("127.0.0.1", "127.0.0.2", "127.0.0.3")) as world:
        above, delegated, forgotten = world.servers
        world.add_zone("example.net", servers=[delegated])
        world.add_zone("elsewhere.example", servers=[above])
        world.add("ns9.elsewhere.example", "A", forgotten.ip)
        orphan = Zone("example.net", {"ns9.elsewhere.example": forgotten.ip}, negative_ttl=60)
        orphan.add_txt(record.name, TARGET)
        forgotten.serve(orphan)
        dns = looking_at(world, clock)
        sighting = await dns.look_up(record)
        world.replace("example.net", "NS", "ns9.elsewhere.example.")

        probe = await dns.probe(record, sighting)

    assert (probe.delegated_to, probe.listed) == (("ns2.example.net",), ("ns9.elsewhere.example",))
    assert probe.nearby == (Nearby(Place.UNDELEGATED, record.name, (TARGET,), "ns9.elsewhere.example"),)
    assert kinds(probe) == [MistakeKind.WRONG_ZONE]


@pytest.mark.parametrize(
    ("is_there", "kind"), [(True, MistakeKind.WRONG_ZONE), (False, MistakeKind.ORPHAN_ZONE)], ids=["there", "not yet"]
)
async def test_a_zone_that_only_our_own_network_sees_is_told_and_no_resolver_hears_of_the_record(
    clock: Clock,
    is_there: bool,  # noqa: FBT001 - a column of the table above
    kind: MistakeKind,
):
    record = TxtRecord("_www.example.net", TARGET)
    async with Dns(("127.0.0.1", "127.0.0.2", "127.0.0.3")) as world:
        own, _, public = world.servers
        world.add_zone("example.net", servers=[public])
        inside = Zone("example.net", {"ns.inside.example.net": own.ip}, negative_ttl=60)
        own.serve(inside)  # the first that the resolver asks
        if is_there:
            inside.add_txt(record.name, TARGET)
        dns = looking_at(world, clock)
        sighting = await dns.look_up(record)
        before = questions(world)

        probe = await dns.probe(record, sighting)

        asked = questions(world) - before
    assert asked <= MOST_QUESTIONS
    assert not sighting.is_live
    assert kinds(probe)[0] is kind
    assert diagnosis(probe, registrable_name, at=1.0).mistakes[0].found == "ns.inside.example.net"
    assert not [each for each in world.resolver.questions if each.name.startswith("_")]


async def test_a_name_that_nobody_has_registered_is_told(world: Dns, dns: AuthoritativeDns):
    probe = await probed(dns, TxtRecord("_www.never-registered.com", TARGET))

    assert probe.zone == "com"
    assert kinds(probe) == [MistakeKind.NOT_DELEGATED]
    assert not [each for server in world.servers for each in server.questions if each.name.endswith(".com.com")]


@pytest.mark.parametrize(
    "record",
    [WWW, SHOP, TxtRecord("_.example.com", TARGET), TxtRecord("_xn--bcher-kva.b.c.example.com", TARGET)],
    ids=lambda record: record.name,
)
async def test_a_probe_asks_no_more_than_it_may(world: Dns, dns: AuthoritativeDns, record: TxtRecord):
    sighting = await dns.look_up(record)
    before = questions(world)

    await dns.probe(record, sighting)

    assert 0 < questions(world) - before <= MOST_QUESTIONS


async def test_resolvers_hear_nothing_of_the_name_nor_of_its_misspellings(world: Dns, dns: AuthoritativeDns):
    world.add_txt("_www.example.com.example.com", TARGET)

    await probed(dns)
    world.add_txt("_www.example.com", OTHER_TARGET)
    await probed(dns)

    heard = {each.name for each in world.resolver.questions}
    assert heard <= {"example.com", "com", "ns1.example.com", "ns2.example.com", "ns1.com", "ns2.com"}


async def test_where_nobody_answers_a_probe_is_empty_and_does_not_fail(world: Dns, dns: AuthoritativeDns):
    for faults in (*(server.faults for server in world.servers), world.resolver.faults):
        faults.add(Fault.DEAD)

    probe = await dns.probe(WWW, None)

    assert probe == Probe(WWW)


async def test_servers_that_fall_silent_before_the_probe_are_no_proof_of_anything(world: Dns, dns: AuthoritativeDns):
    sighting = await dns.look_up(WWW)
    for server in world.servers:
        server.faults.add(Fault.DEAD)

    probe = await dns.probe(WWW, sighting)

    assert replace(probe, sighting=None) == Probe(WWW, zone="example.com")


async def test_a_name_too_long_for_the_dns_is_not_asked_for(dns: AuthoritativeDns):
    long = TxtRecord(f"_{'a' * 62}.{'b' * 60}.{'c' * 60}.{'d' * 40}.example.com", TARGET)
    impossible = TxtRecord(f"_{'a' * 63}.example.com", TARGET)
    longest = TxtRecord(f"_a.{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 53}.example.com", TARGET)

    assert (await probed(dns, longest)).nearby == ()
    assert (await probed(dns, long)).zone == "example.com"
    assert await dns.probe(impossible, None) == Probe(impossible)
