"""Looks in lots: what is still nothing is put off, what may be news is handed on, and nothing else is touched."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from bot import lots
from bot.alias_move.pacing import Pace
from bot.alias_move.watching import Claim, Glance, Watch
from bot.lots import Watcher
from bot.ports import Dns, Due, Store

pytestmark = pytest.mark.wide

NOW = 1_000_000.0
HOUR = 3_600.0


def watch(name: str, *, since: float = NOW - HOUR, stirred_at: float = 0.0) -> Watch:
    return Watch(f"key of {name}", "m1", f"m1.{name}", name, is_brief=True, since=since, stirred_at=stirred_at)


@dataclass
class World:
    """A store with one lot that is claimed once, servers that answer as told, and what is handed on."""

    watches: tuple[Watch, ...] = ()
    next_at: float | None = NOW + 100
    answers: Mapping[str, Glance] = field(default_factory=dict)
    claims: int = 0
    put_off_until: dict[str, float] = field(default_factory=dict)
    handed_on: list[Due] = field(default_factory=list)
    when_claimed: Callable[[], None] = lambda: None

    async def claim(self, _shard: int, _limit: int) -> Claim:
        self.claims += 1
        self.when_claimed()
        watches, self.watches = self.watches, ()
        return Claim(NOW, watches, self.next_at)

    async def put_off(self, _shard: int, until: Mapping[str, float]) -> None:
        self.put_off_until |= until

    async def glance(self, watches: Sequence[Watch]) -> list[Glance]:
        return [self.answers.get(one.name, Glance.NOTHING) for one in watches]

    async def hand_on(self, due: tuple[Due, ...]) -> None:
        self.handed_on += due

    async def look(self) -> float | None:
        leaving = asyncio.Event()
        return await Watcher(cast("Store", self), cast("Dns", self), Pace(), self.hand_on).look(3, leaving)


@pytest.mark.parametrize(
    ("one", "glance", "every_s"),
    [
        (watch("a"), Glance.NOTHING, 30),
        (watch("a", since=NOW - 500), Glance.NOTHING, 10),
        (watch("a", stirred_at=NOW - 59), Glance.NOTHING, 1),
        (watch("a"), Glance.LATER, 5),
        (watch("a", since=NOW), Glance.LATER, 1),
    ],
)
async def test_what_is_no_news_is_put_off_as_the_schedule_says(one: Watch, glance: Glance, every_s: float):
    world = World((one,), answers={"a": glance})

    await world.look()

    assert world.put_off_until[one.key] - NOW == pytest.approx(every_s, rel=0.11, abs=0.1)
    assert world.handed_on == []


async def test_what_may_be_news_is_handed_on_and_stays_claimed():
    world = World((watch("a"), watch("b")), answers={"b": Glance.LOOK})

    await world.look()

    assert [(due.move_id, due.effect_id, due.is_urgent) for due in world.handed_on] == [("m1", "m1.b", False)]
    assert set(world.put_off_until) == {"key of a"}


async def test_an_empty_lot_is_given_up_only_after_a_whole_turn(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lots, "TURN_S", 0.1)
    monkeypatch.setattr(lots, "PAUSE_S", 0.01)
    world = World(next_at=None)

    assert await world.look() is None
    assert world.claims > 2


async def test_a_lot_is_taken_again_when_its_next_look_is_due_and_within_a_second_in_any_case(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(lots, "TURN_S", 0.0)

    assert await World(next_at=NOW + 0.6).look() == pytest.approx(0.6)
    assert await World(next_at=NOW + 100).look() == 1.0
    assert await World(next_at=NOW - 100).look() == lots.PAUSE_S


async def test_a_process_that_leaves_gives_its_lot_back_at_once():
    world, leaving = World(), asyncio.Event()
    world.when_claimed = leaving.set
    watcher = Watcher(cast("Store", world), cast("Dns", world), Pace(), world.hand_on)

    async with asyncio.timeout(lots.TURN_S):
        await watcher.look(3, leaving)

    assert world.claims == 1
