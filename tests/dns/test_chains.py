"""Records that a CNAME or a delegation keeps somewhere else."""

from itertools import pairwise

import pytest

from bot.alias_move.names import TxtRecord
from bot.alias_move.sightings import AnswerKind
from bot.dns import AuthoritativeDns
from bot.ports import TryAgainLater
from playground.dns import Dns, Fault
from tests.dns.conftest import OTHER_TARGET, TARGET, WWW


async def test_a_cname_inside_the_zone_is_followed(world: Dns, dns: AuthoritativeDns):
    world.add("_www.example.com", "CNAME", "proof.example.com")
    world.add_txt("proof.example.com", TARGET)

    sighting = await dns.look_up(WWW)

    assert sighting.is_live
    assert {answer.note for answer in sighting.answers} == {"CNAME to proof.example.com"}


async def test_a_cname_into_another_zone_is_followed_to_that_zones_servers(world: Dns, dns: AuthoritativeDns):
    world.add_zone("proofs.net")
    world.add("_www.example.com", "CNAME", "www.proofs.net")
    world.add_txt("www.proofs.net", TARGET)

    sighting = await dns.look_up(WWW)

    assert sighting.is_live
    assert sighting.zone == "example.com"
    assert [answer.server for answer in sighting.answers] == ["ns1.example.com", "ns2.example.com"]
    assert {answer.note for answer in sighting.answers} == {"CNAME to www.proofs.net"}


async def test_a_target_in_another_zone_is_not_live_while_one_of_its_servers_lags(world: Dns, dns: AuthoritativeDns):
    world.add_zone("proofs.net")
    world.add("_www.example.com", "CNAME", "www.proofs.net")
    world.servers[1].hold("proofs.net")
    world.add_txt("www.proofs.net", TARGET)

    lagging = await dns.look_up(WWW)
    world.servers[1].release("proofs.net")
    caught_up = await dns.look_up(WWW)

    assert not lagging.is_live
    assert "not yet on ns2.proofs.net (127.0.0.2)" in lagging.answers[0].note
    assert caught_up.is_live


async def test_a_target_with_another_value_is_told_with_that_value(world: Dns, dns: AuthoritativeDns):
    world.add_zone("proofs.net")
    world.add("_www.example.com", "CNAME", "www.proofs.net")
    world.add_txt("www.proofs.net", OTHER_TARGET)

    sighting = await dns.look_up(WWW)

    assert [answer.kind for answer in sighting.answers] == [AnswerKind.OTHER, AnswerKind.OTHER]
    assert sighting.other_values == (OTHER_TARGET,)


async def test_a_target_of_whose_two_servers_one_answers_is_not_enough(world: Dns, dns: AuthoritativeDns):
    world.add_zone("proofs.net")
    world.add("_www.example.com", "CNAME", "www.proofs.net")
    world.add_txt("www.proofs.net", TARGET)
    world.servers[1].stop_serving("proofs.net")

    with pytest.raises(TryAgainLater, match=r"too few servers of proofs\.net answer"):
        await dns.look_up(WWW)


async def test_the_targets_name_is_not_asked_of_the_resolver_either(world: Dns, dns: AuthoritativeDns):
    world.add_zone("proofs.net")
    world.add("_www.example.com", "CNAME", "www.proofs.net")

    sighting = await dns.look_up(WWW)

    assert [answer.kind for answer in sighting.answers] == [AnswerKind.NOTHING, AnswerKind.NOTHING]
    assert not world.resolver.questions.about("www.proofs.net")
    assert world.resolver.questions.about("proofs.net")


async def test_the_longest_negative_ttl_of_the_zones_on_the_way_counts(world: Dns, dns: AuthoritativeDns):
    world.add_zone("proofs.net", negative_ttl=1800)
    world.add("_www.example.com", "CNAME", "www.proofs.net")
    world.add_txt("www.proofs.net", TARGET)

    sighting = await dns.look_up(WWW)

    assert sighting.negative_ttl_s == 1800


@pytest.mark.parametrize(
    "chain",
    [
        ["_www.example.com", "_www.example.com"],
        ["_www.example.com", "a.example.com", "b.example.com", "a.example.com"],
        ["_www.example.com", "a.proofs.net", "_www.example.com"],
        ["_www.example.com", "a.proofs.net", "b._www.example.com", "a.proofs.net"],
    ],
    ids=["to itself", "in the zone", "through another zone", "below itself"],
)
async def test_cnames_in_a_circle_are_nothing_and_come_to_an_end(world: Dns, dns: AuthoritativeDns, chain: list[str]):
    world.add_zone("proofs.net")
    for owner, target in pairwise(chain):
        world.add(owner, "CNAME", target)

    sighting = await dns.look_up(WWW)

    assert [answer.kind for answer in sighting.answers] == [AnswerKind.NOTHING, AnswerKind.NOTHING]
    assert not [each for each in world.resolver.questions if each.name.endswith("_www.example.com")]


async def test_a_chain_from_zone_to_zone_is_followed_so_far_and_no_further(world: Dns, dns: AuthoritativeDns):
    world.add_zone("proofs.net")
    names = ["_www.example.com"]
    for number in range(1, 10):
        names.append(f"n{number}.{'proofs.net' if number % 2 else 'example.com'}")
        world.add(names[-2], "CNAME", names[-1])
    world.add_txt("n9.proofs.net", TARGET)

    too_long = await dns.look_up(WWW)
    just_short_enough = await dns.look_up(TxtRecord("n1.proofs.net", TARGET))

    assert [answer.kind for answer in too_long.answers] == [AnswerKind.NOTHING, AnswerKind.NOTHING]
    assert just_short_enough.is_live


async def test_a_record_name_that_is_delegated_itself_is_asked_of_the_servers_it_is_delegated_to(
    world: Dns, dns: AuthoritativeDns
):
    parent, child = world.servers
    world.add_zone("example.net", servers=[parent])
    world.add_zone("_www.example.net", servers=[child])
    world.add_txt("_www.example.net", TARGET)

    sighting = await dns.look_up(TxtRecord("_www.example.net", TARGET))

    assert sighting.is_live
    assert sighting.zone == "_www.example.net"
    assert [answer.server for answer in sighting.answers] == ["ns2._www.example.net"]
    assert not [each for each in world.resolver.questions if each.name.endswith("_www.example.net")]


async def test_a_target_that_is_delegated_is_asked_of_the_servers_it_is_delegated_to(world: Dns, dns: AuthoritativeDns):
    parent, child = world.servers
    world.add_zone("example.net", servers=[parent])
    world.add_zone("proofs.example.net", servers=[child])
    world.add("_www.example.net", "CNAME", "www.proofs.example.net")
    world.add_txt("www.proofs.example.net", TARGET)

    there = await dns.look_up(TxtRecord("_www.example.net", TARGET))
    child.faults.add(Fault.LAME)
    with pytest.raises(TryAgainLater, match="with authority"):
        await dns.look_up(TxtRecord("_www.example.net", TARGET))

    assert there.is_live
