"""Looks at records, which are taken in lots."""

from dataclasses import replace
from unittest.mock import ANY

import pytest

from bot.alias_move.move import EffectKind, Move
from bot.alias_move.names import AliasName
from bot.alias_move.watching import SHARDS
from bot.redis.store import CLAIMED_FOR_S, LONG_OVERDUE_AT_ONCE, RedisStore
from tests.redis.store.contents import ENTRY, EVER, LOT, WATCH, cancelled, watched_of
from tests.rich_move import a_move_awaiting_txt, an_opened_move


async def an_overdue_watch(store: RedisStore, move_id: str = "m1", *, ago_s: float = 1.0) -> Move:
    """A move whose record is to be looked at; its clock is the store's."""
    created = await store.create(an_opened_move(move_id, AliasName(f"{move_id}.example.com")), ENTRY)
    waiting = replace(a_move_awaiting_txt(move_id), alias=created.move.alias)
    saved = (await store.commit(created, waiting, ENTRY)).move
    for entry in await store.client.zrange(WATCH, 0, -1):
        if str(entry).startswith(f"{move_id}|"):
            await store.client.zadd(WATCH, {str(entry): await store.now() - ago_s})
    return saved


async def test_looks_of_a_lot_are_claimed_once_with_all_that_they_need(store: RedisStore):
    move = await an_overdue_watch(store)
    effect = next(one for one in move.effects if one.kind is EffectKind.WATCH_TXT)
    assert effect.watched is not None

    claim, again = await store.claim(LOT, 10), await store.claim(LOT, 10)

    [watch] = claim.watches
    assert (watch.move_id, watch.effect_id) == (move.id, effect.id)
    assert (watch.name, watch.is_brief) == ("_www.example.com", True)
    assert (watch.since, watch.stirred_at) == (effect.watched.since, effect.watched.stirred_at)
    assert again.watches == ()
    assert claim.next_at == pytest.approx(claim.now + CLAIMED_FOR_S, abs=0.001)
    assert await store.claim((LOT + 1) % SHARDS, 10) == replace(again, now=ANY, next_at=None)


async def test_a_look_that_is_put_off_is_due_then_and_one_that_is_done_with_is_never(store: RedisStore):
    move = await an_overdue_watch(store)
    claim = await store.claim(LOT, 10)
    [watch] = claim.watches

    await store.put_off(LOT, {watch.key: claim.now - 0.5})
    assert (await store.shards_due(claim.now))[0].shard == LOT
    assert (await store.claim(LOT, 10)).watches == (watch,)

    stored = await store.load(move.id)
    assert stored is not None
    await store.commit(stored, cancelled(move), ENTRY)
    await store.put_off(LOT, {watch.key: claim.now})

    assert await watched_of(store) == []
    assert await store.shards_due(EVER) == ()


async def test_another_change_of_the_move_does_not_make_a_look_due_that_was_put_off(store: RedisStore):
    move = await an_overdue_watch(store)
    claim = await store.claim(LOT, 10)
    await store.put_off(LOT, {claim.watches[0].key: claim.now + 60})
    stored = await store.load(move.id)
    assert stored is not None

    await store.commit(stored, replace(move, look_trouble="something"), ENTRY)

    assert (await store.claim(LOT, 10)).next_at == pytest.approx(claim.now + 60)


async def test_of_looks_long_overdue_only_few_are_given_at_a_time(store: RedisStore):
    for number in range(LONG_OVERDUE_AT_ONCE + 3):
        await an_overdue_watch(store, f"m{number}", ago_s=600)
    await an_overdue_watch(store, "punctual")

    claims = [await store.claim(LOT, 100) for _ in range(3)]

    assert [len(claim.watches) for claim in claims] == [LONG_OVERDUE_AT_ONCE + 1, 3, 0]
    assert claims[0].watches[0].move_id == "punctual"


async def test_an_entry_that_no_move_knows_is_dropped(store: RedisStore):
    move = await an_overdue_watch(store)
    await store.client.delete(f"{{cname}}:move:{move.id}")

    assert (await store.claim(LOT, 10)).watches == ()
    assert await watched_of(store) == []
