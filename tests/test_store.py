"""Moves in a real Valkey: what is saved together, who wins a race, and what a replay may not do twice."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from unittest.mock import ANY

import pytest

from bot.alias_move.events import Cancelled
from bot.alias_move.move import EffectKind, Move, MoveState
from bot.alias_move.names import AliasName, DistributionId
from bot.alias_move.watching import SHARDS, Watched
from bot.ports import AlreadyOpen, AuditEntry, Conflict, Due, NonceSpent, PortError, Store, Stored
from bot.redis_client import connect_worker
from bot.store import CLAIMED_FOR_S, LONG_OVERDUE_AT_ONCE, RedisStore
from bot.stored_move import SCHEMA
from tests.rich_move import ANNE, AT, a_move_awaiting_txt, a_recheck, a_rich_move, an_opened_move, decided

ENTRY = AuditEntry("Opened", "UANNE", "inspecting", "", 1)
EVER = 4e9
LOT = Watched("_www.example.com", "example.com", is_brief=True, since=0.0, stirred_at=0.0).shard
WATCH = f"{{cname}}:watch:{LOT}"


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[RedisStore]:
    opened = RedisStore(connect_worker(redis_url))
    yield opened
    await opened.aclose()


def cancelled(move: Move) -> Move:
    return decided(move, Cancelled(ANNE), move.updated_at + 1)


async def everything(client: Any) -> dict[str, Any]:
    """All that is stored, to see that nothing has changed."""
    read = {
        "hash": client.hgetall,
        "string": client.get,
        "zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        "stream": client.xrange,
        "set": client.smembers,
    }
    return {str(key): await read[str(await client.type(key))](key) async for key in client.scan_iter()}


async def history_of(store: RedisStore, move_id: str) -> list[dict[str, str]]:
    entries: Any = await store.client.xrange(f"{{cname}}:audit:{move_id}")
    return [fields for _, fields in entries]


async def due_of(store: RedisStore) -> list[str]:
    return [one.effect_id for one in await store.due(EVER, 100)] + await watched_of(store)


async def watched_of(store: RedisStore) -> list[str]:
    """Effect ids in the lot that looks into example.com are in."""
    return [str(one).split("|")[1] for one in await store.client.zrange(f"{{cname}}:watch:{LOT}", 0, -1)]


def test_it_is_the_store_of_the_ports(store: RedisStore):
    as_port: Store = store

    assert as_port is store


# Saving and loading


async def test_a_created_move_is_loaded_as_it_was_with_the_time_of_the_server(store: RedisStore):
    move = an_opened_move()

    created = await store.create(move, ENTRY)
    loaded = await store.load("m1")

    assert (created.move, created.version, created.card_version) == (move, 1, 0)
    assert loaded is not None
    assert (loaded.move, loaded.version, loaded.card_version) == (move, 1, 0)
    assert created.now <= loaded.now <= await store.now()


async def test_a_move_that_nobody_created_is_none(store: RedisStore):
    loaded = await store.load("m1")

    assert loaded is None


async def test_a_committed_move_is_loaded_as_it_was(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)

    committed = await store.commit(created, a_rich_move(), ENTRY)

    loaded = await store.load("m1")
    assert loaded is not None
    assert loaded.move == committed.move == a_rich_move()
    assert loaded.version == committed.version == 2


async def test_an_open_move_is_found_by_its_alias(store: RedisStore):
    await store.create(an_opened_move(), ENTRY)

    found = await store.find_open(AliasName("www.example.com"))

    assert found is not None
    assert found.move.id == "m1"
    assert await store.find_open(AliasName("api.example.com")) is None


async def test_a_second_move_of_an_alias_is_refused_with_the_id_of_the_first(store: RedisStore):
    await store.create(an_opened_move("m1"), ENTRY)
    before = await everything(store.client)

    with pytest.raises(AlreadyOpen) as refused:
        await store.create(an_opened_move("m2"), ENTRY)

    assert refused.value.move_id == "m1"
    assert await everything(store.client) == before


async def test_of_many_who_open_the_same_alias_at_once_exactly_one_does(store: RedisStore):
    moves = [an_opened_move(f"m{number}") for number in range(20)]

    outcomes = await asyncio.gather(*(store.create(move, ENTRY) for move in moves), return_exceptions=True)

    opened = [one for one in outcomes if isinstance(one, Stored)]
    refused = [one.move_id for one in outcomes if isinstance(one, AlreadyOpen)]
    assert len(opened) == 1
    assert refused == [opened[0].move.id] * 19


async def test_a_move_id_is_never_given_to_a_second_move(store: RedisStore):
    await store.create(an_opened_move("m1"), ENTRY)

    with pytest.raises(Conflict):
        await store.create(an_opened_move("m1", AliasName("api.example.com")), ENTRY)

    assert await store.find_open(AliasName("api.example.com")) is None


async def test_a_final_move_frees_its_alias(store: RedisStore):
    created = await store.create(an_opened_move("m1"), ENTRY)

    await store.commit(created, cancelled(created.move), ENTRY)

    assert await store.find_open(created.move.alias) is None
    assert (await store.create(an_opened_move("m2"), ENTRY)).version == 1


async def test_what_is_committed_to_a_final_move_leaves_its_successor_alone(store: RedisStore):
    created = await store.create(an_opened_move("m1"), ENTRY)
    final = await store.commit(created, cancelled(created.move), ENTRY)
    await store.create(an_opened_move("m2"), ENTRY)

    await store.commit(final, replace(final.move, effects=()), None)

    found = await store.find_open(AliasName("www.example.com"))
    assert found is not None
    assert found.move.id == "m2"


async def test_an_alias_whose_move_was_deleted_by_hand_can_be_opened_again(store: RedisStore):
    await store.create(an_opened_move("m1"), ENTRY)
    await store.client.delete("{cname}:move:m1")

    await store.create(an_opened_move("m2"), ENTRY)

    found = await store.find_open(AliasName("www.example.com"))
    assert found is not None
    assert found.move.id == "m2"


async def test_a_move_deleted_by_hand_is_not_brought_back_by_a_commit(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)
    await store.client.delete("{cname}:move:m1")

    with pytest.raises(Conflict):
        await store.commit(created, cancelled(created.move), ENTRY)

    assert await store.load("m1") is None


async def test_of_two_who_commit_at_once_exactly_one_wins(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)
    deeds = [replace(created.move, look_trouble=f"trouble {number}") for number in range(20)]

    outcomes = await asyncio.gather(*(store.commit(created, deed, ENTRY) for deed in deeds), return_exceptions=True)

    winners = [one for one in outcomes if isinstance(one, Stored)]
    assert len(winners) == 1
    assert [type(one) for one in outcomes].count(Conflict) == 19
    loaded = await store.load("m1")
    assert loaded is not None
    assert (loaded.move, loaded.version) == (winners[0].move, 2)


async def test_a_lost_race_changes_nothing(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)
    await store.commit(created, replace(created.move, look_trouble="first"), ENTRY)
    nonce = await store.new_nonce("approve")
    before = await everything(store.client)

    with pytest.raises(Conflict, match="Nothing was saved"):
        await store.commit(created, cancelled(created.move), ENTRY, nonce=nonce)

    assert await everything(store.client) == before


# Where open moves go


def going_to(target: DistributionId | None, move_id: str) -> Move:
    return replace(an_opened_move(move_id, AliasName(f"{move_id}.example.com")), wanted_target=target)


GREEN, TEAL = DistributionId("E2GREEN"), DistributionId("E3TEAL")


async def test_other_open_moves_to_a_target_are_counted(store: RedisStore):
    for number in range(3):
        await store.create(going_to(GREEN, f"m{number}"), ENTRY)
    await store.create(going_to(None, "m3"), ENTRY)

    assert await store.open_moves_to(GREEN, besides="m0") == 2
    assert await store.open_moves_to(GREEN, besides="m3") == 3
    assert await store.open_moves_to(TEAL, besides="m0") == 0


async def test_a_move_whose_target_changes_is_counted_where_it_goes_now(store: RedisStore):
    undecided = await store.create(going_to(None, "m1"), ENTRY)
    first = await store.commit(undecided, replace(undecided.move, wanted_target=GREEN), ENTRY)
    assert await store.open_moves_to(GREEN, besides="") == 1

    await store.commit(first, replace(first.move, wanted_target=TEAL), ENTRY)

    assert (await store.open_moves_to(GREEN, besides=""), await store.open_moves_to(TEAL, besides="")) == (0, 1)


async def test_a_final_move_goes_nowhere_and_leaves_no_key(store: RedisStore):
    created = await store.create(going_to(GREEN, "m1"), ENTRY)

    await store.commit(created, cancelled(created.move), ENTRY)

    assert await store.open_moves_to(GREEN, besides="") == 0
    assert not await store.client.exists("{cname}:to:E2GREEN")


async def test_what_nobody_took_out_of_the_count_is_found_and_taken_out(store: RedisStore):
    ended = await store.create(going_to(GREEN, "m1"), ENTRY)
    await store.commit(ended, cancelled(ended.move), ENTRY)
    await store.create(going_to(GREEN, "m2"), ENTRY)
    await store.client.sadd("{cname}:to:E2GREEN", "m1", "deleted-by-hand")

    assert await store.open_moves_to(GREEN, besides="") == 1
    assert await store.client.smembers("{cname}:to:E2GREEN") == {"m2"}


async def test_the_history_says_what_happened_when_and_in_which_version(store: RedisStore):
    created = await store.create(an_opened_move(), ENTRY)
    silent = await store.commit(created, created.move, None)
    words = "»Nö«: 不要 🛑\n\0"
    await store.commit(silent, cancelled(created.move), AuditEntry("Cancelled", "UANNE", "cancelled", "d1", 2, words))

    history = await history_of(store, "m1")

    times = [float(fields.pop("at")) for fields in history]
    assert history == [
        {
            "version": "1",
            "event": "Opened",
            "by": "UANNE",
            "state": "inspecting",
            "digest": "",
            "round": "1",
            "words": "",
        },
        {
            "version": "3",
            "event": "Cancelled",
            "by": "UANNE",
            "state": "cancelled",
            "digest": "d1",
            "round": "2",
            "words": words,
        },
    ]
    assert times[0] == created.now < times[1] <= await store.now()


async def test_recent_moves_come_newest_first_open_and_final(store: RedisStore):
    for number in range(3):
        move = an_opened_move(f"m{number}", AliasName(f"w{number}.example.com"), AT + number)
        created = await store.create(move, ENTRY)
        if number == 1:
            await store.commit(created, cancelled(move), ENTRY)

    recent = await store.recent(2)

    assert [stored.move.id for stored in recent] == ["m2", "m1"]
    assert [stored.move.state for stored in recent] == [MoveState.INSPECTING, MoveState.CANCELLED]
    assert [stored.move.id for stored in await store.recent(10)] == ["m2", "m1", "m0"]


async def test_all_keys_share_one_hash_tag(store: RedisStore):
    created = await store.create(a_rich_move(), ENTRY)
    await store.new_nonce("approve")
    await store.beat("worker")
    await store.commit(created, created.move, ENTRY)

    keys = {str(key) async for key in store.client.scan_iter()}

    assert {re.sub(r"nonce:.*", "nonce:", key) for key in keys} == {
        f"{{cname}}:watch:{LOT}",
        "{cname}:move:m1",
        "{cname}:open:www.example.com",
        "{cname}:to:E2GREEN4CLDFRNT",
        "{cname}:due",
        "{cname}:recent",
        "{cname}:audit:m1",
        "{cname}:workers",
        "{cname}:nonce:",
    }


# What is due


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


# Looks that are taken in lots


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


# Sweeping


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
    monkeypatch.setattr("bot.store.LOOKED_AT_ONCE", 5)
    for number in range(12):
        await store.create(an_opened_move(f"m{number}", AliasName(f"w{number}.example.com"), AT + number), ENTRY)
    ended = await store.create(an_opened_move("last", AliasName("api.example.com"), AT + 99), ENTRY)
    await store.commit(ended, cancelled(ended.move), ENTRY)

    swept = await store.sweep(3600)

    assert swept == 1
    assert await store.load("last") is None
    assert len(await store.recent(100)) == 12
