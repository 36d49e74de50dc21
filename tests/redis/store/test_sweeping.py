"""Which moves are swept away, and with what."""

from dataclasses import replace

import pytest

from bot.alias_move.names import AliasName
from bot.redis.store import RedisStore
from tests.redis.store.contents import ENTRY, cancelled, everything
from tests.rich_move import AT, a_rich_move, an_opened_move


async def test_final_moves_that_ended_long_ago_are_swept_with_everything_about_them(store: RedisStore):
    created = await store.create(a_rich_move(), ENTRY)
    assert cancelled(created.move).effects
    await store.commit(created, cancelled(created.move), ENTRY)

    swept = await store.sweep(older_than_s=3600)

    assert swept == 1
    assert [key async for key in store.client.scan_iter()] == []


async def test_open_moves_and_those_that_ended_lately_are_kept(store: RedisStore):
    now = await store.now()
    await store.create(an_opened_move("open"), ENTRY)
    lately = await store.create(an_opened_move("lately", AliasName("api.example.com")), ENTRY)
    ended = replace(cancelled(lately.move), state_since=now - 3500)
    await store.commit(lately, ended, ENTRY)
    before = await everything(store.client)

    swept = await store.sweep(older_than_s=3600)

    assert swept == 0
    assert await everything(store.client) == before


async def test_one_sweep_removes_at_most_a_hundred(store: RedisStore):
    for number in range(105):
        move = an_opened_move(f"m{number}", AliasName(f"w{number}.example.com"))
        created = await store.create(move, ENTRY)
        await store.commit(created, cancelled(move), None)

    swept = [await store.sweep(3600) for _ in range(3)]

    assert swept == [100, 5, 0]


async def test_a_sweep_reaches_final_moves_behind_many_old_open_ones(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.redis.store.LOOKED_AT_ONCE", 5)
    for number in range(12):
        await store.create(an_opened_move(f"m{number}", AliasName(f"w{number}.example.com"), AT + number), ENTRY)
    ended = await store.create(an_opened_move("last", AliasName("api.example.com"), AT + 99), ENTRY)
    await store.commit(ended, cancelled(ended.move), ENTRY)

    swept = await store.sweep(3600)

    assert swept == 1
    assert await store.load("last") is None
    assert len(await store.recent(100)) == 12
