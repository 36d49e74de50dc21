"""What a store says is due: effects and cards, and every attempt at them counted."""

from dataclasses import replace
from typing import Any

import pytest

from bot.alias_move.move import EffectKind
from bot.alias_move.names import AliasName
from bot.ports import Due, PortError
from bot.redis.store import RedisStore
from bot.redis.stored_move import SCHEMA
from tests.redis.store.contents import ENTRY, EVER, LOT, WATCH, cancelled, due_of, watched_of
from tests.rich_move import AT, a_move_awaiting_txt, a_recheck, a_rich_move, an_opened_move


async def test_a_new_move_makes_its_effects_and_its_card_due(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)

    due = await store.due(EVER, 100)

    look = next(one for one in created.move.effects if one.kind is EffectKind.LOOK)
    deadline = next(one for one in created.move.effects if one.kind is EffectKind.EXPIRE_MOVE)
    assert due == (
        Due("m1", look.id, AT, is_urgent=True),
        Due("m1", deadline.id, deadline.not_before, is_urgent=True),
        Due("m1", "card", created.now, is_urgent=True),
    )


async def test_due_is_earliest_first_up_to_a_time_and_a_limit(store: RedisStore):
    for number in (3, 1, 2, 0):
        move = an_opened_move(f"m{number}", AliasName(f"w{number}.example.com"), AT + number)
        await store.create(move, ENTRY)

    assert [one.move_id for one in await store.due(AT + 1, 100)] == ["m0", "m1"]
    assert [one.move_id for one in await store.due(AT + 3, 3)] == ["m0", "m1", "m2"]
    assert await store.due(AT - 1, 100) == ()


async def test_a_commit_makes_due_what_it_plans_and_drops_what_is_gone(store: RedisStore):
    waiting = a_move_awaiting_txt()
    created = await store.create(an_opened_move(), ENTRY)
    committed = await store.commit(created, waiting, ENTRY)

    assert set(await due_of(store)) == {effect.id for effect in waiting.effects} | {"card"}
    assert len(await watched_of(store)) == 1

    rechecked = a_recheck(waiting, waiting.updated_at + 1)
    committed = await store.commit(committed, rechecked, ENTRY)

    assert set(await due_of(store)) == {effect.id for effect in rechecked.effects} | {"card"}

    final = cancelled(rechecked)
    await store.commit(committed, final, ENTRY)

    assert set(await due_of(store)) == {effect.id for effect in final.effects} | {"card"}
    fields = [str(one) for one in await store.client.hkeys("{cname}:move:m1")]
    assert {one for one in fields if one.startswith("effect:")} == {f"effect:{effect.id}" for effect in final.effects}


async def test_a_change_that_nobody_would_notice_does_not_make_the_card_due(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)
    await store.card_shown("m1", 1)

    await store.commit(created, created.move, None, show=False)

    assert "card" not in await due_of(store)


async def test_a_card_that_waits_does_not_go_to_the_end_of_the_line(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)

    await store.commit(created, created.move, ENTRY)

    (card,) = [one for one in await store.due(EVER, 100) if one.effect_id == "card"]
    assert card.not_before == created.now


async def test_a_card_that_shows_the_newest_version_is_due_no_more(store: RedisStore):
    await store.create(an_opened_move(), ENTRY)

    await store.card_shown("m1", 1)

    loaded = await store.load("m1")
    assert loaded is not None
    assert loaded.card_version == 1
    assert "card" not in await due_of(store)


async def test_a_card_that_was_overtaken_stays_due(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)
    committed = await store.commit(created, a_rich_move(), ENTRY)

    await store.card_shown("m1", created.version)

    assert "card" in await due_of(store)
    loaded = await store.load("m1")
    assert loaded is not None
    assert (loaded.card_version, loaded.version) == (1, committed.version)


async def test_what_the_card_shows_never_goes_back_nor_ahead_of_what_is_stored(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)
    await store.commit(created, created.move, ENTRY)

    await store.card_shown("m1", 9)
    await store.card_shown("m1", 1)

    loaded = await store.load("m1")
    assert loaded is not None
    assert loaded.card_version == loaded.version == 2
    assert "card" not in await due_of(store)


async def test_the_card_of_a_move_deleted_by_hand_is_due_no_more(store: RedisStore):
    await store.create(an_opened_move(), ENTRY)
    await store.client.delete("{cname}:move:m1")

    await store.card_shown("m1", 1)

    assert "card" not in await due_of(store)
    assert await store.load("m1") is None


# Attempts


async def test_every_attempt_at_an_outstanding_effect_is_counted(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)
    effect_id = created.move.effects[0].id

    attempts = [await store.take("m1", effect_id) for _ in range(3)]

    assert [taken.attempts for taken in attempts if taken] == [1, 2, 3]
    assert attempts[0] is not None
    assert attempts[0].stored.move == created.move
    assert created.now < attempts[0].stored.now <= await store.now()


async def test_attempts_survive_a_commit_that_keeps_the_effect(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)
    effect_id = created.move.effects[0].id
    await store.take("m1", effect_id)

    await store.commit(created, replace(created.move, look_trouble="?"), ENTRY)

    taken = await store.take("m1", effect_id)
    assert taken is not None
    assert taken.attempts == 2


async def test_an_effect_that_is_not_outstanding_is_not_taken(store: RedisStore):
    created = await store.create(a_move_awaiting_txt(), ENTRY)
    gone = created.move.effects
    await store.commit(created, cancelled(created.move), ENTRY)

    assert [await store.take("m1", effect.id) for effect in gone] == [None] * len(gone)
    assert await store.take("m1", "card") is None
    assert await store.take("m2", "m2.1") is None


async def test_an_effect_of_a_move_deleted_by_hand_is_due_no_more_once_somebody_has_tried_it(store: RedisStore):
    created = await store.create(a_move_awaiting_txt(), ENTRY)
    await store.client.delete("{cname}:move:m1")

    for effect in created.move.effects:
        await store.take("m1", effect.id)
    entries: Any = await store.client.zrange(WATCH, 0, -1)
    await store.client.zadd(WATCH, dict.fromkeys(entries, 0))
    await store.claim(LOT, 10)

    assert await due_of(store) == ["card"]


async def test_a_move_of_a_newer_release_is_refused_and_no_attempt_at_it_is_used_up(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)
    effect_id = created.move.effects[0].id
    await store.client.hset("{cname}:move:m1", "schema", str(SCHEMA + 1))

    with pytest.raises(PortError, match="newer release"):
        await store.load("m1")
    with pytest.raises(PortError, match="newer release"):
        await store.take("m1", effect_id)

    assert await store.client.hget("{cname}:move:m1", f"effect:{effect_id}") == "0"
