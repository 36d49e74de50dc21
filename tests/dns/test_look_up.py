"""What one look says about a record, for everything its zone may say."""

import time

import pytest

from bot.alias_move.names import AliasName, TxtRecord
from bot.alias_move.sightings import AnswerKind, TxtSighting
from bot.dns import AuthoritativeDns
from playground.dns import Dns
from tests.dns.conftest import OTHER_TARGET, TARGET, WWW


def kinds(sighting: TxtSighting) -> list[AnswerKind]:
    return [answer.kind for answer in sighting.answers]


async def test_before_publication_every_server_says_that_there_is_nothing(dns: AuthoritativeDns):
    sighting = await dns.look_up(WWW)

    assert kinds(sighting) == [AnswerKind.NOTHING, AnswerKind.NOTHING]
    assert sighting.is_denied
    assert sighting.zone == "example.com"
    assert [(answer.server, answer.address) for answer in sighting.answers] == [
        ("ns1.example.com", "127.0.0.1"),
        ("ns2.example.com", "127.0.0.2"),
    ]


async def test_another_type_at_the_name_is_nothing_too(world: Dns, dns: AuthoritativeDns):
    world.add("_www.example.com", "A", "192.0.2.1")

    sighting = await dns.look_up(WWW)

    assert kinds(sighting) == [AnswerKind.NOTHING, AnswerKind.NOTHING]


async def test_the_exact_value_everywhere_is_live(world: Dns, dns: AuthoritativeDns):
    world.add_txt("_www.example.com", TARGET)

    sighting = await dns.look_up(WWW)

    assert kinds(sighting) == [AnswerKind.EXACT, AnswerKind.EXACT]
    assert sighting.is_live


async def test_publication_is_seen_by_the_very_next_look(world: Dns, dns: AuthoritativeDns):
    before = await dns.look_up(WWW)
    world.add_txt("_www.example.com", TARGET)

    after = await dns.look_up(WWW)

    assert (before.is_live, after.is_live) == (False, True)


async def test_one_exact_value_among_several_suffices(world: Dns, dns: AuthoritativeDns):
    world.add_txt("_www.example.com", "another=proof", TARGET, OTHER_TARGET)

    sighting = await dns.look_up(WWW)

    assert sighting.is_live
    assert set(sighting.other_values) == {"another=proof", OTHER_TARGET}


async def test_the_strings_of_one_value_are_joined(world: Dns, dns: AuthoritativeDns):
    world.add("_www.example.com", "TXT", f'"{TARGET[:9]}" "{TARGET[9:]}"')

    sighting = await dns.look_up(WWW)

    assert sighting.is_live


async def test_two_values_are_not_joined(world: Dns, dns: AuthoritativeDns):
    world.add_txt("_www.example.com", TARGET[:9], TARGET[9:])

    sighting = await dns.look_up(WWW)

    assert kinds(sighting) == [AnswerKind.OTHER, AnswerKind.OTHER]


@pytest.mark.parametrize(
    "value",
    [OTHER_TARGET, TARGET.upper(), f"{TARGET}.", f'"{TARGET}"', f" {TARGET}", f"x{TARGET}", ""],
    ids=["another", "upper case", "dot", "quotes", "space", "longer", "empty"],
)
async def test_a_value_that_differs_at_all_is_another_value(world: Dns, dns: AuthoritativeDns, value: str):
    world.add_txt("_www.example.com", value)

    sighting = await dns.look_up(WWW)

    assert kinds(sighting) == [AnswerKind.OTHER, AnswerKind.OTHER]
    assert sighting.other_values == (value,)


async def test_bytes_that_are_no_text_are_shown_and_harmless(world: Dns, dns: AuthoritativeDns):
    world.add("_www.example.com", "TXT", r'"\255\000"')

    sighting = await dns.look_up(WWW)

    assert sighting.other_values == ("\\xff\x00",)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("example.com", "_.example.com"),
        ("*.example.com", "_*.example.com"),
        ("a.b.c.example.com", "_a.b.c.example.com"),
    ],
)
async def test_the_names_of_apex_wildcard_and_deep_aliases_are_found(
    world: Dns, dns: AuthoritativeDns, alias: str, name: str
):
    record = TxtRecord.proving(AliasName.parse(alias), TARGET, lambda _: "example.com")
    world.add_txt(name, TARGET)

    sighting = await dns.look_up(record)

    assert record.name == name
    assert sighting.is_live
    assert sighting.zone == "example.com"


async def test_a_record_at_the_wildcard_itself_covers_the_name(world: Dns, dns: AuthoritativeDns):
    world.add_txt("*.example.com", TARGET)

    sighting = await dns.look_up(WWW)

    assert sighting.is_live


async def test_the_record_of_a_delegated_child_lives_in_the_parent_zone(world: Dns, dns: AuthoritativeDns):
    world.add_zone("shop.example.com")
    world.add_txt("_shop.shop.example.com", TARGET)
    in_the_child = await dns.look_up(TxtRecord("_shop.example.com", TARGET))
    world.add_txt("_shop.example.com", TARGET)

    in_the_parent = await dns.look_up(TxtRecord("_shop.example.com", TARGET))

    assert (in_the_child.zone, in_the_child.is_live) == ("example.com", False)
    assert (in_the_parent.zone, in_the_parent.is_live) == ("example.com", True)


async def test_the_record_of_a_name_in_a_delegated_child_lives_in_the_child(world: Dns, dns: AuthoritativeDns):
    world.add_zone("shop.example.com", servers=world.servers[1:])
    world.add_txt("_www.shop.example.com", TARGET)

    sighting = await dns.look_up(TxtRecord("_www.shop.example.com", TARGET))

    assert sighting.zone == "shop.example.com"
    assert [answer.server for answer in sighting.answers] == ["ns2.shop.example.com"]
    assert sighting.is_live


async def test_a_zone_with_one_address_needs_no_second(world: Dns, dns: AuthoritativeDns):
    world.add_zone("example.net", servers=world.servers[:1])
    world.add_txt("_www.example.net", TARGET)

    sighting = await dns.look_up(TxtRecord("_www.example.net", TARGET))

    assert len(sighting.answers) == 1
    assert sighting.is_live


@pytest.mark.parametrize(("minimum_s", "soa_ttl_s"), [(900, 300), (300, 900)])
async def test_the_negative_ttl_is_the_lower_of_the_two_whether_the_record_is_there_or_not(
    world: Dns, dns: AuthoritativeDns, minimum_s: int, soa_ttl_s: int
):
    world.add_zone("example.net", negative_ttl=minimum_s, soa_ttl=soa_ttl_s)
    world.add_zone("example.org", negative_ttl=minimum_s, soa_ttl=soa_ttl_s)
    world.add_txt("_www.example.org", TARGET)

    absent = await dns.look_up(TxtRecord("_www.example.net", TARGET))
    present = await dns.look_up(TxtRecord("_www.example.org", TARGET))

    assert (absent.is_live, absent.negative_ttl_s) == (False, 300)
    assert (present.is_live, present.negative_ttl_s) == (True, 300)


async def test_a_look_at_a_known_zone_takes_milliseconds(world: Dns, dns: AuthoritativeDns):
    world.add_txt("_www.example.com", TARGET)
    await dns.look_up(WWW)

    took_s = []
    for _ in range(10):
        began = time.perf_counter()
        await dns.look_up(WWW)
        took_s.append(time.perf_counter() - began)

    assert min(took_s) < 0.05
