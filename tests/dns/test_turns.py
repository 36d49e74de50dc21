"""Looks and probes are paid for with turns, so that no name server is asked too often however many people look."""

import asyncio
from collections.abc import Sequence
from inspect import signature

import pytest

from bot.alias_move.pacing import Pace
from bot.dns import AuthoritativeDns
from bot.dns.around import MOST_QUESTIONS
from bot.dns.glances import EVERY_S
from bot.dns.look_up import AHEAD_S, TURN_WITHIN_S
from bot.dns.turns import OwnTurns
from bot.ports import TryAgainLater
from playground.dns import Dns
from tests.dns.conftest import WWW, Clock, looking_at

LOOKS = 12


class _Noting(OwnTurns):
    """Counts who asks for a turn, and tells when those of looks begin."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.looks: list[float | None] = []

    async def take(
        self, wanted: Sequence[tuple[str, float]], *, within_s: float, ahead_s: float = 0.0
    ) -> list[float | None]:
        begins = await super().take(wanted, within_s=within_s, ahead_s=ahead_s)
        self.asked += len(wanted)
        self.looks += begins if within_s == TURN_WITHIN_S else []
        return begins

    async def asked_for(self, count: int) -> None:
        async with asyncio.timeout(10):
            while self.asked < count:  # noqa: ASYNC110 - a turn has no event
                await asyncio.sleep(0)


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


async def test_probes_never_queue_up_in_front_of_a_look(world: Dns, clock: Clock):
    turns = _Noting()
    dns = looking_at(world, clock, turns=turns)
    sighting = await dns.look_up(WWW)

    probes = [asyncio.create_task(dns.probe(WWW, sighting)) for _ in range(8)]
    await turns.asked_for(1 + len(probes))
    await dns.look_up(WWW)

    for probe in probes:
        probe.cancel()
    await asyncio.gather(*probes, return_exceptions=True)
    waited_s = turns.looks[-1]
    assert waited_s is not None
    # It waits for one of them at most.
    assert waited_s <= EVERY_S * MOST_QUESTIONS / len(world.servers)


def test_a_look_that_has_waited_for_its_turn_is_still_young_enough_for_the_call():
    longest_round_s = signature(AuthoritativeDns).parameters["patience_s"].default

    assert TURN_WITHIN_S + longest_round_s < Pace().look_counts_s


async def test_a_probe_takes_a_turn_for_all_of_its_questions_and_asks_nothing_without(
    world: Dns, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.dns.look_up.PROBE_WITHIN_S", 0.0)
    monkeypatch.setattr("bot.dns.look_up.PROBE_AGAIN_S", 0.01)
    turns = OwnTurns()
    dns = looking_at(world, clock, turns=turns)
    sighting = await dns.look_up(WWW)
    await turns.take([("example.com", 2 * TURN_WITHIN_S)], within_s=EVERY_S)
    questions = [len(server.questions) for server in world.servers]

    with pytest.raises(TryAgainLater):
        await dns.probe(WWW, sighting)

    assert [len(server.questions) for server in world.servers] == questions
