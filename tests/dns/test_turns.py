"""Looks and probes are paid for with turns, so that no name server is asked too often however many people look."""

import asyncio

import pytest

from bot.dns import AuthoritativeDns
from bot.dns.glances import EVERY_S
from bot.dns.look_up import AHEAD_S, TURN_WITHIN_S
from bot.dns.turns import OwnTurns
from bot.ports import TryAgainLater
from playground.dns import Dns
from tests.dns.conftest import WWW, Clock, looking_at

LOOKS = 12


async def test_looks_into_one_zone_keep_to_five_a_second_after_the_first_ones(world: Dns, dns: AuthoritativeDns):
    await asyncio.gather(*(dns.look_up(WWW) for _ in range(LOOKS)))

    for server in world.servers:
        at = [question.at for question in server.questions.about(WWW.name)]
        assert len(at) == LOOKS
        assert at[-1] - at[0] >= (LOOKS - 1) * EVERY_S - AHEAD_S - 0.1


async def test_a_look_that_gets_no_turn_says_why(world: Dns, clock: Clock):
    turns = OwnTurns()
    dns = looking_at(world, clock, turns=turns)
    await turns.take([("example.com", 2 * TURN_WITHIN_S)], within_s=0)

    with pytest.raises(TryAgainLater, match=r"example\.com have been asked a lot"):
        await dns.look_up(WWW)

    assert not any(server.questions.about(WWW.name) for server in world.servers)


async def test_a_probe_takes_a_turn_for_all_of_its_questions_and_asks_nothing_without(world: Dns, clock: Clock):
    turns = OwnTurns()
    dns = looking_at(world, clock, turns=turns)
    sighting = await dns.look_up(WWW)
    await turns.take([("example.com", 2 * TURN_WITHIN_S)], within_s=EVERY_S)
    questions = [len(server.questions) for server in world.servers]

    probe = await dns.probe(WWW, sighting)

    assert probe.sighting == sighting
    assert [len(server.questions) for server in world.servers] == questions
