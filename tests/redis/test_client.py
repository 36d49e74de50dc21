"""What our connections to Redis do beyond redis-py's."""

import asyncio

import pytest

from bot.redis.client import connect_worker


@pytest.mark.parametrize("steps", range(12))
async def test_whoever_is_cancelled_at_any_moment_of_a_command_ends(redis_url: str, steps: int) -> None:
    redis = connect_worker(redis_url)
    await redis.ping()

    async def for_ever() -> None:
        while True:
            await redis.ping()

    task = asyncio.create_task(for_ever())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task], timeout=1)

    assert task.cancelled()
    await redis.aclose()
