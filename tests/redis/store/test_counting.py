"""How many open moves go to a target."""

from dataclasses import replace

from bot.alias_move.move import Move
from bot.alias_move.names import AliasName, DistributionId
from bot.redis.store import RedisStore
from tests.redis.store.contents import ENTRY, cancelled
from tests.rich_move import an_opened_move


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
