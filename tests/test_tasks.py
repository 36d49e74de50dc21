"""The task engine on a real Valkey: what the state says is due gets done, whatever became of the nudge."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

import pytest

from bot import tasks
from bot.alias_move.move import CardPlace, Effect, EffectKind, Move, Obstacle
from bot.alias_move.names import AliasName
from bot.deciding import CARD
from bot.performing import MOST_ATTEMPTS, Performer
from bot.ports import Announcer, AuditEntry, Aws, Dns, Due, TryAgainLater
from bot.redis.client import connect_web, connect_worker
from bot.redis.store import RedisStore
from bot.tasks import CONCURRENCY, Engine
from tests.rich_move import PACE, RULES, a_move_awaiting_txt, an_opened_move

if TYPE_CHECKING:
    from bot.lots import Watcher

ENTRY = AuditEntry("Opened", "UANNE", "inspecting", "", 1)
PATIENCE_S = 15.0


@dataclass
class Notebook:
    """In place of a performer: writes down what it is asked to do, and does what the test says."""

    performed: list[tuple[str, str]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    does: Callable[[str], Awaitable[None]] | None = None
    lots: list[int] = field(default_factory=list)
    again_s: float | None = None

    async def perform(self, move_id: str, effect_id: str) -> None:
        self.performed.append((move_id, effect_id))
        if self.does is not None:
            await self.does(effect_id)

    async def show_card(self, move_id: str) -> bool:
        self.shown.append(move_id)
        return False

    async def look(self, shard: int, leaving: asyncio.Event) -> float | None:
        assert not leaving.is_set()
        self.lots.append(shard)
        if self.does is not None:
            await self.does(f"lot{shard}")
        return self.again_s


async def until(is_true: Callable[[], bool]) -> None:
    async def is_so() -> bool:
        return is_true()

    await until_stored(is_so)


async def until_stored(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await is_so():  # noqa: ASYNC110 - neither engine nor store has an event for it
            await asyncio.sleep(0.01)


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[RedisStore]:
    opened = RedisStore(connect_worker(redis_url))
    yield opened
    await opened.aclose()


Start = Callable[[object], AbstractAsyncContextManager[Engine]]


@pytest.fixture
def start(redis_url: str, store: RedisStore) -> Start:
    """start(performer) is an engine at work."""

    @asynccontextmanager
    async def running(performer: object) -> AsyncIterator[Engine]:
        engine = Engine(redis_url, store)
        async with engine.connected():
            working = asyncio.create_task(engine.work(*cast("tuple[Performer, Watcher]", (performer, performer))))
            await until(lambda: len(engine._dockets) == 2)
            try:
                yield engine
            finally:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)

    return running


@pytest.fixture
def no_heal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "HEAL_EVERY", timedelta(hours=1))


async def saved(store: RedisStore, move_id: str = "m1") -> Move:
    """A new move whose nudge was lost: nobody has told the engine."""
    move = an_opened_move(move_id, AliasName(f"{move_id}.example.com"), at=await store.now())
    return (await store.create(move, ENTRY)).move


def look_of(move: Move) -> Effect:
    return next(one for one in move.effects if one.kind is EffectKind.LOOK)


async def test_what_nobody_nudged_is_found_and_done_and_what_is_not_due_is_not(store: RedisStore, start: Start) -> None:
    moves = [await saved(store, f"m{number}") for number in range(3)]
    notebook = Notebook()

    async with start(notebook):
        await until(lambda: len(set(notebook.performed)) == 3 and len(set(notebook.shown)) == 3)

    assert set(notebook.performed) == {(each.id, look_of(each).id) for each in moves}
    assert set(notebook.shown) == {each.id for each in moves}


async def test_what_stays_outstanding_is_brought_back_until_it_is_done(
    store: RedisStore, start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tasks, "HEAL_EVERY", timedelta(milliseconds=100))
    move = await saved(store)
    troubles = [TryAgainLater("not now"), RuntimeError("a mistake")]

    async def fails_at_first(_effect_id: str) -> None:
        if len(notebook.performed) <= len(troubles):
            raise troubles[len(notebook.performed) - 1]

    notebook = Notebook(does=fails_at_first)
    async with start(notebook):
        await until(lambda: len(notebook.performed) >= 4)

    assert set(notebook.performed) == {(move.id, look_of(move).id)}
    assert "effect delayed move=m1" in caplog.text
    assert "it stays outstanding" in caplog.text


@pytest.mark.usefixtures("no_heal")
async def test_a_nudge_is_done_at_once_and_the_same_effect_stands_in_the_queue_once(
    store: RedisStore, start: Start
) -> None:
    notebook = Notebook()
    async with start(notebook) as engine:
        now = await store.now()
        soon = Due("m1", "m1.7", now + 0.5, is_urgent=True)
        for _ in range(3):
            await engine.nudge((soon, Due("m1", CARD, now + 0.5, is_urgent=True)))
        await engine.nudge((Due("m1", "m1.8", now, is_urgent=True), Due("m1", "m1.9", now + 3600, is_urgent=True)))

        await until(lambda: len(notebook.performed) >= 2 and bool(notebook.shown))

        assert notebook.performed == [("m1", "m1.8"), ("m1", "m1.7")]
        assert notebook.shown == ["m1"]


@pytest.mark.usefixtures("no_heal")
async def test_what_a_person_waits_for_does_not_wait_behind_looks(store: RedisStore, start: Start) -> None:
    released = asyncio.Event()

    async def hangs(effect_id: str) -> None:
        if effect_id.startswith("look"):
            await released.wait()

    notebook = Notebook(does=hangs)
    async with start(notebook) as engine:
        now = await store.now()
        looks = tuple(Due("m1", f"look{number}", now, is_urgent=False) for number in range(CONCURRENCY + 20))
        await engine.nudge(looks)
        await until(lambda: len(notebook.performed) == CONCURRENCY)

        await engine.nudge((Due("m2", "approval", now, is_urgent=True),))

        await until(lambda: ("m2", "approval") in notebook.performed)
        assert len(notebook.performed) == CONCURRENCY + 1
        released.set()
        await until(lambda: len(notebook.performed) == CONCURRENCY + 21)


def in_lot(shard: int, at: float) -> Due:
    return Due("m1", f"m1.{shard}", at, is_urgent=False, shard=shard)


@pytest.mark.usefixtures("no_heal")
async def test_a_lot_of_looks_is_taken_once_however_many_are_due_and_again_until_it_is_empty(
    store: RedisStore, start: Start
) -> None:
    notebook = Notebook(again_s=0.05)
    async with start(notebook) as engine:
        now = await store.now()
        await engine.nudge((in_lot(3, now), in_lot(3, now + 0.3), in_lot(5, now + 0.2), in_lot(6, now + 3600)))
        await until(lambda: notebook.lots.count(3) >= 3 and 5 in notebook.lots)

        notebook.again_s = None
        await asyncio.sleep(0.5)
        taken = len(notebook.lots)
        await engine.nudge((in_lot(3, now),))
        await until(lambda: len(notebook.lots) > taken)

    assert set(notebook.lots) == {3, 5}
    assert notebook.performed == []


async def test_a_lot_that_nobody_nudged_is_found_and_a_mistake_in_it_stops_nothing(
    store: RedisStore, start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tasks, "HEAL_EVERY", timedelta(milliseconds=100))
    monkeypatch.setattr(tasks, "TAKE_AGAIN_AFTER", timedelta(milliseconds=50))
    created = await store.create(an_opened_move("m1", AliasName("www.example.com")), ENTRY)
    await store.commit(created, a_move_awaiting_txt(), ENTRY)

    async def fails_at_first(_: str) -> None:
        if notebook.lots:
            troubles = [TryAgainLater("not now"), RuntimeError("a mistake")]
            if len(notebook.lots) <= len(troubles):
                raise troubles[len(notebook.lots) - 1]

    notebook = Notebook(does=fails_at_first)
    async with start(notebook):
        await until(lambda: len(notebook.lots) >= 3)

    assert len(set(notebook.lots)) == 1
    assert "looks delayed lot=" in caplog.text
    assert "they stay due" in caplog.text


async def test_names_of_dockets_and_tasks_are_a_stored_format(store: RedisStore, start: Start) -> None:
    ours = {"perform", "look", "card", "heal", "watch"}
    async with start(Notebook()) as engine:
        found = {docket.name: ours & set(docket.tasks) for docket in engine._dockets.values()}

        assert found == {"cname-effects": ours - {"watch"}, "cname-looks": ours - {"heal"}}
        await until_stored(store.has_worker)


async def test_without_redis_a_nudge_is_lost_in_time_and_harms_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"unix://{tmp_path}/nobody.sock"
    store = RedisStore(connect_web(url))
    engine = Engine(url, store)
    began = asyncio.get_running_loop().time()

    async with engine.connected():
        await engine.nudge((Due("m1", "m1.1", 0.0, is_urgent=True),))
        await engine.heal()

    assert asyncio.get_running_loop().time() - began < 5
    assert "heal delayed" in caplog.text
    await store.aclose()


# An effect that can't be performed


class Careless:
    """AWS and Slack: one has a mistake that nobody has foreseen, the other one works."""

    async def look(self, *_: object) -> NoReturn:
        raise ZeroDivisionError("a mistake that nobody has foreseen")

    async def post_card(self, move: Move) -> CardPlace:
        return CardPlace(move.channel, "1763820180.000100")

    async def update_card(self, _move: Move) -> None:
        return


async def test_an_effect_that_fails_again_and_again_is_given_up_and_the_move_says_so(
    store: RedisStore,
    start: Start,
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(tasks, "HEAL_EVERY", timedelta(milliseconds=50))
    caplog.set_level(logging.ERROR)
    move, other = await saved(store), Careless()
    nudging = Engine(redis_url, store)
    performer = Performer(
        store,
        cast("Aws", other),
        cast("Dns", other),
        cast("Announcer", other),
        nudging.nudge,
        RULES,
        replace(PACE, routine_look_s=3600.0),
        lambda name: name,
    )

    async def is_blocked() -> bool:
        stored = await store.load(move.id)
        return stored is not None and stored.move.obstacle is Obstacle.WORKER_FAILS

    async with start(performer):
        await until_stored(is_blocked)

    stored = await store.load(move.id)
    assert stored is not None
    failed = [each for each in caplog.records if each.getMessage().startswith(f"effect failed move={move.id}")]
    assert len(failed) == MOST_ATTEMPTS
    assert f"abandoned move={move.id}" in caplog.text
    assert look_of(move).id not in {one.id for one in stored.move.effects}
