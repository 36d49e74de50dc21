"""Nonces of dialogs, and heartbeats of workers."""

import asyncio

import pytest

from bot.alias_move.names import AliasName
from bot.ports import NonceSpent
from bot.redis.store import RedisStore
from tests.redis.store.contents import ENTRY, cancelled, everything
from tests.rich_move import a_rich_move, an_opened_move

# Dialogs


async def test_a_nonce_tells_what_it_was_made_for_until_it_is_spent(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)
    nonce = await store.new_nonce("approve m1 ☃")
    before = await store.read_nonce(nonce)

    await store.commit(created, a_rich_move(), ENTRY, nonce=nonce)

    assert before == "approve m1 ☃"
    assert await store.read_nonce(nonce) is None
    assert await store.read_nonce("never made") is None


async def test_a_nonce_lives_for_ten_minutes(store: RedisStore):
    nonce = await store.new_nonce("approve")

    left_s = await store.client.ttl(f"{{cname}}:nonce:{nonce}")

    assert 595 < left_s <= 600


async def test_a_nonce_that_was_spent_changes_nothing(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)
    nonce = await store.new_nonce("approve")
    committed = await store.commit(created, created.move, ENTRY, nonce=nonce)
    before = await everything(store.client)

    with pytest.raises(NonceSpent, match="Nothing has changed"):
        await store.commit(committed, cancelled(committed.move), ENTRY, nonce=nonce)

    assert await everything(store.client) == before


async def test_a_dialog_submitted_twice_at_once_counts_once(store: RedisStore):
    one = await store.create(an_opened_move("m1"), ENTRY)
    other = await store.create(an_opened_move("m2", AliasName("api.example.com")), ENTRY)
    nonce = await store.new_nonce("approve")

    outcomes = await asyncio.gather(
        *(store.commit(stored, stored.move, ENTRY, nonce=nonce) for stored in (one, other)), return_exceptions=True
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NonceSpent", "Stored"]


# Workers


async def test_a_worker_is_alive_for_ten_seconds_after_a_beat(store: RedisStore):
    before = await store.has_worker()

    await store.beat("w1")

    assert before is False
    assert await store.has_worker() is True
    await store.client.zadd("{cname}:workers", {"w1": await store.now() - 10.5})
    assert await store.has_worker() is False


async def test_a_beat_forgets_workers_that_are_long_dead(store: RedisStore):
    await store.client.zadd("{cname}:workers", {"dead": await store.now() - 11})

    await store.beat("w1")

    assert await store.client.zrange("{cname}:workers", 0, -1) == ["w1"]
