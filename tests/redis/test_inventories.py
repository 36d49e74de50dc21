"""What accounts had in the last minute, in a real Valkey: read once for all workers, and never in a look's way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from bot.alias_move.evidence import Certificate, CertificateKind, Distribution
from bot.alias_move.names import AccountId, DistributionId
from bot.alias_move.visitors import Behaviour, Further, Origin, Route
from bot.ports import AccountInventory, Inventories, TryAgainLater
from bot.redis import inventories
from bot.redis.client import connect_worker
from bot.redis.inventories import COUNTS_S, SHAPE, RedisInventories
from tests.valkey_server import ValkeyServer

pytestmark = pytest.mark.wide

SHOP = AccountId("777788889999")
ENTRY = "{cname}:inventory:777788889999"
LEASE = "{cname}:inventory-lease:777788889999"
FOUND = AccountInventory(
    SHOP,
    (
        Distribution(
            DistributionId("E1BLUE4CLDFRNT"),
            SHOP,
            "d1blue.cloudfront.net",
            ("www.example.com",),
            enabled=True,
            deployed=False,
            staging=False,
            certificate=Certificate("arn:aws:acm:us-east-1:777788889999:certificate/1", CertificateKind.ACM),
            origins=("blue.origin.example.net",),
            comment="blue",
            behaviour=Behaviour(
                routes=(Route("*", fetches_from=("blue.origin.example.net",)),), origins=(Origin("blue"),)
            ),
            further=Further(is_read=True),
        ),
    ),
)


@dataclass
class Account:
    """One that is read, and how often."""

    inventory: AccountInventory = FOUND
    trouble: TryAgainLater | None = None
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    times: int = 0

    def __post_init__(self) -> None:
        self.answers.set()

    async def read(self) -> AccountInventory:
        self.times += 1
        await self.answers.wait()
        if self.trouble is not None:
            raise self.trouble
        return self.inventory


async def until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_true():  # noqa: ASYNC110 - nothing tells when it is
            await asyncio.sleep(0.005)


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[RedisInventories]:
    client = connect_worker(redis_url)
    yield RedisInventories(client)
    await client.aclose()


def test_it_is_what_the_port_wants(cache: RedisInventories):
    as_port: Inventories = cache

    assert as_port is cache


async def test_what_was_read_is_remembered_whole_and_for_a_minute(cache: RedisInventories):
    assert await cache.recall(SHOP) is None

    read = await cache.refresh(SHOP, Account().read)
    remembered = await cache.recall(SHOP)

    assert read.inventory == FOUND
    assert read.age_s == 0
    assert remembered is not None
    assert remembered.inventory == FOUND
    assert 0 < remembered.age_s < COUNTS_S
    assert 0 < await cache._client.pttl(ENTRY) <= COUNTS_S * 1000
    assert not await cache._client.exists(LEASE)


def slow(cache: RedisInventories, took_s: float) -> RedisInventories:
    """The same, to which every reading seems to take so long."""
    clock = count(100.0, took_s)
    return RedisInventories(cache._client, monotonic=lambda: next(clock))


async def test_its_age_is_counted_from_when_the_reading_began(cache: RedisInventories):
    await slow(cache, 40.0).read_anew(SHOP, Account().read)
    remembered = await cache.recall(SHOP)

    assert remembered is not None
    assert remembered.age_s >= 40


async def test_what_took_too_long_to_read_is_not_kept(cache: RedisInventories):
    await slow(cache, COUNTS_S).read_anew(SHOP, Account().read)

    assert await cache.recall(SHOP) is None


async def test_a_fresh_reading_replaces_what_was_remembered(cache: RedisInventories):
    await cache.refresh(SHOP, Account().read)
    nothing = Account(AccountInventory(SHOP, ()))

    read = await cache.read_anew(SHOP, nothing.read)
    remembered = await cache.recall(SHOP)

    assert (read.age_s, nothing.times) == (0, 1)
    assert remembered is not None
    assert remembered.inventory == nothing.inventory


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no line feed",
        f"{SHAPE}\n",
        f"{SHAPE}\n{{",
        f'{SHAPE}\n{{"account": "777788889999", "distributions": [{{"id": 1}}]}}',
        '0000000000000000\n{"account": "777788889999", "distributions": []}',
        '{"account": "777788889999", "distributions": []}',
    ],
    ids=["empty", "cut", "bare", "broken", "another shape inside", "of another release", "without a shape"],
)
async def test_what_is_damaged_or_of_another_release_is_not_there(cache: RedisInventories, text: str):
    await cache._client.set(ENTRY, text, ex=60)
    account = Account()

    assert await cache.recall(SHOP) is None

    assert (await cache.refresh(SHOP, account.read)).inventory == FOUND
    assert account.times == 1


async def test_a_copy_that_would_never_expire_is_not_believed(cache: RedisInventories):
    await cache.read_anew(SHOP, Account().read)
    await cache._client.persist(ENTRY)

    assert await cache.recall(SHOP) is None

    await cache._client.delete(ENTRY)


# One worker at a time


async def test_whoever_comes_while_another_is_reading_gets_what_that_one_finds(cache: RedisInventories):
    account = Account()
    account.answers.clear()
    first = asyncio.create_task(cache.refresh(SHOP, account.read))
    await until(lambda: account.times == 1)
    others = [asyncio.create_task(cache.refresh(SHOP, account.read)) for _ in range(3)]
    await asyncio.sleep(0)

    account.answers.set()
    found = [(await one).inventory for one in (first, *others)]

    assert found == [FOUND] * 4
    assert account.times == 1


async def test_nobody_waits_for_one_that_failed(cache: RedisInventories):
    failing, account = Account(trouble=TryAgainLater("CloudFront does not answer.")), Account()
    failing.answers.clear()
    first = asyncio.create_task(cache.refresh(SHOP, failing.read))
    await until(lambda: failing.times == 1)
    second = asyncio.create_task(cache.refresh(SHOP, account.read))

    failing.answers.set()
    found = await second

    assert found.inventory == FOUND
    with pytest.raises(TryAgainLater):
        await first


async def test_the_waiting_has_an_end_and_a_lease_of_a_dead_worker_too(cache: RedisInventories):
    await cache._client.set(LEASE, "a worker that died", px=15_000)
    hasty, account = RedisInventories(cache._client, wait_s=0.05), Account()

    found = await hasty.refresh(SHOP, account.read)

    assert (found.inventory, account.times) == (FOUND, 1)
    assert await cache._client.get(LEASE) == "a worker that died"


async def test_a_lease_that_has_gone_over_to_another_is_left_to_that_one(cache: RedisInventories):
    account = Account()
    account.answers.clear()
    reading = asyncio.create_task(cache.refresh(SHOP, account.read))
    await until(lambda: account.times == 1)
    assert 0 < await cache._client.pttl(LEASE) <= 15_000
    await cache._client.set(LEASE, "another", px=15_000)

    account.answers.set()
    await reading

    assert await cache._client.get(LEASE) == "another"


async def test_a_lease_that_was_sent_twice_is_ours(cache: RedisInventories):
    assert await cache._lease(SHOP, "us")

    assert await cache._lease(SHOP, "us")
    assert not await cache._lease(SHOP, "them")


# When Redis does not answer


async def test_without_redis_everything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inventories, "PATIENCE_S", 0.1)
    client = connect_worker(f"unix://{tmp_path}/nobody")
    cache, account = RedisInventories(client), Account()

    assert await cache.recall(SHOP) is None
    found = await cache.refresh(SHOP, account.read)

    assert (found.inventory, found.age_s, account.times) == (FOUND, 0, 1)
    await client.aclose()


async def test_a_redis_that_does_not_answer_in_time_holds_nobody_up(
    start_valkey: Callable[..., ValkeyServer], monkeypatch: pytest.MonkeyPatch
):
    server = start_valkey()
    client = connect_worker(server.url)
    cache, account = RedisInventories(client), Account()
    await cache.recall(SHOP)
    monkeypatch.setattr(inventories, "PATIENCE_S", 0.1)
    server.pause()

    async with asyncio.timeout(10):
        found = await cache.refresh(SHOP, account.read)

    assert (found.inventory, account.times) == (FOUND, 1)
    server.resume()
    await client.aclose()


async def test_a_key_of_another_kind_is_no_reason_to_fail(cache: RedisInventories):
    await cache._client.rpush(ENTRY, "a list")
    account = Account()

    assert await cache.recall(SHOP) is None
    assert (await cache.refresh(SHOP, account.read)).inventory == FOUND
