"""A store on the Valkey of the tests."""

from collections.abc import AsyncIterator

import pytest

from bot.redis.client import connect_worker
from bot.redis.store import RedisStore


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[RedisStore]:
    opened = RedisStore(connect_worker(redis_url))
    yield opened
    await opened.aclose()
