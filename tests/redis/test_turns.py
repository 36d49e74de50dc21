"""A zone's servers are asked in turn: by one process that is alone, and by all workers through a real Valkey."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.dns.turns import OwnTurns
from bot.ports import TryAgainLater, Turns
from bot.redis.client import connect_web, connect_worker
from bot.redis.turns import RedisTurns

NEAR_S = 5.0
"""Turns are much longer than this machine may take for a call."""
LONG_S = 1000.0


@pytest.fixture(params=["own", "shared"])
async def turns(request: pytest.FixtureRequest, redis_url: str) -> AsyncIterator[Turns]:
    client = connect_worker(redis_url)
    yield OwnTurns() if request.param == "own" else RedisTurns(client)
    await client.aclose()


def near(*seconds: float) -> list[object]:
    return [pytest.approx(each, abs=NEAR_S) for each in seconds]


async def test_turns_into_one_zone_begin_one_after_the_other_and_zones_do_not_wait_for_each_other(turns: Turns):
    wanted = [("a.example", 100.0), ("a.example", 300.0), ("b.example", 100.0), ("a.example", 100.0)]

    begins = await turns.take(wanted, within_s=LONG_S)

    assert begins == near(0, 100, 0, 400)
    assert await turns.take([("a.example", 1.0), ("b.example", 1.0)], within_s=LONG_S) == near(500, 100)


async def test_who_cannot_begin_in_time_takes_nothing(turns: Turns):
    wanted = [("a.example", 100.0), ("a.example", 100.0), ("a.example", 100.0)]

    begins = await turns.take(wanted, within_s=50.0)

    assert begins == [*near(0), None, None]
    assert await turns.take([("a.example", 1.0)], within_s=LONG_S) == near(100)


async def test_who_may_begin_ahead_does_so_to_the_charge_of_those_who_come_later(turns: Turns):
    await turns.take([("a.example", 100.0)], within_s=LONG_S)

    ahead = await turns.take([("a.example", 100.0), ("a.example", 100.0)], within_s=LONG_S, ahead_s=150.0)

    assert ahead == near(0, 50)
    assert await turns.take([("a.example", 1.0)], within_s=LONG_S) == near(300)


async def test_a_zone_that_is_free_again_is_forgotten(turns: Turns):
    await turns.take([("a.example", 0.05)], within_s=LONG_S)
    await asyncio.sleep(0.1)

    assert await turns.take([], within_s=LONG_S) == []
    assert (await turns.take([("a.example", 1.0)], within_s=0.0))[0] == 0.0


async def test_nothing_is_left_behind_in_redis(redis_url: str):
    client = connect_worker(redis_url)
    await RedisTurns(client).take([("a.example", 0.05)], within_s=LONG_S)

    async with asyncio.timeout(10):
        while await client.keys("{cname}:asked:*"):  # noqa: ASYNC110 - an expiry has no event
            await asyncio.sleep(0.02)

    await client.aclose()


async def test_a_redis_that_is_gone_is_said_so():
    client = connect_web("redis://127.0.0.1:1")

    with pytest.raises(TryAgainLater):
        await RedisTurns(client).take([("a.example", 1.0)], within_s=LONG_S)

    await client.aclose()


async def test_a_clock_that_was_set_back_silences_no_zone(redis_url: str):
    client = connect_worker(redis_url)
    await client.set("{cname}:asked:a.example", "9999999999.000000", px=60_000)

    begins = await RedisTurns(client).take([("a.example", 100.0), ("a.example", 1.0)], within_s=LONG_S)

    assert begins == near(0, 100)
    await client.aclose()
