"""Moves in a real Valkey: what is saved together, who wins a race, and what is kept besides."""

import asyncio
import re
from dataclasses import replace

import pytest

from bot.alias_move.move import MoveState
from bot.alias_move.names import AliasName
from bot.ports import AlreadyOpen, AuditEntry, Conflict, Store, Stored
from bot.redis.store import RedisStore
from tests.redis.store.contents import ENTRY, LOT, cancelled, everything, history_of
from tests.rich_move import AT, a_rich_move, an_opened_move


def test_it_is_the_store_of_the_ports(store: RedisStore):
    as_port: Store = store

    assert as_port is store


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
