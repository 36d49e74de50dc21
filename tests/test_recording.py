"""A worker dies while it creates a record: whoever comes next finishes it, and never creates it by surprise."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from enum import Enum
from typing import cast

import pytest

from bot.alias_move.events import Cancelled
from bot.alias_move.hosting import HostedTxt, RecordPhase, ZoneRecord
from bot.alias_move.move import EffectKind, Move, MoveState
from bot.alias_move.names import AccountId
from bot.deciding import Decider
from bot.performing import MOST_ATTEMPTS, Performer
from bot.ports import Announcer, AuditEntry, Aws, Dns, Due, NotPermitted, RecordChange
from bot.redis_client import connect_worker
from bot.store import RedisStore
from tests.alias_move.evidence import PACE, REQUESTER, RULES, creating, registrable_name

QUICK = replace(PACE, read_back_first_s=0.0, read_back_slowest_s=0.0, retry_first_s=0.0, retry_slowest_s=0.0)


class PowerFailure(BaseException):
    """Nothing behind this line happens in this process."""


class Moment(Enum):
    BEFORE_EFFECT = "before Route 53 has changed anything"
    AFTER_EFFECT = "after Route 53 has changed it"


class OneZone:
    """Route 53, with one record, and moments at which the worker dies."""

    def __init__(self) -> None:
        self.has_it = False
        self.changes = 0
        self.polls = 0
        self.dies: Moment | None = None
        self.trouble: Exception | None = None

    async def change_record(self, wanted: RecordChange) -> str:
        if self.dies is Moment.BEFORE_EFFECT:
            raise PowerFailure
        if self.has_it is wanted.is_wanted:
            return ""
        self.has_it, self.changes = wanted.is_wanted, self.changes + 1
        if self.dies is Moment.AFTER_EFFECT:
            raise PowerFailure
        return "C1CHANGE"

    async def is_in_sync(self, _change_id: str, _account: AccountId) -> bool:
        if self.trouble:
            raise self.trouble
        self.polls += 1
        return self.polls > 1

    async def has_record(self, _hosted: HostedTxt) -> bool:
        if self.trouble:
            raise self.trouble
        return self.has_it


async def no_nudge(due: tuple[Due, ...]) -> None:
    """The test is the task engine."""
    assert all(one.move_id == "m1" for one in due)


@pytest.fixture
def zone() -> OneZone:
    return OneZone()


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[RedisStore]:
    made = RedisStore(connect_worker(redis_url))
    move = creating().move
    # The builders live in a year of their own; what is planned there has to be due here.
    due = replace(move, effects=tuple(replace(one, not_before=0.0) for one in move.effects), updated_at=0.0)
    known = record(due)
    due = replace(due, zone_record=replace(known, approved_at=await made.now(), since=await made.now()))
    await made.create(due, AuditEntry("Opened", "U0JOON", "awaiting_txt", "", 1))
    yield made
    await made.aclose()


Perform = Callable[[], Awaitable[Move]]


@pytest.fixture
def perform(store: RedisStore, zone: OneZone) -> Perform:
    """Another worker comes, and performs the outstanding change; the move afterwards."""

    async def once() -> Move:
        nobody = cast("Dns", None), cast("Announcer", None)
        worker = Performer(store, cast("Aws", zone), *nobody, no_nudge, RULES, QUICK, registrable_name)
        [effect] = [one for one in (await moved(store)).effects if one.kind is EffectKind.CREATE_RECORD]
        await worker.perform("m1", effect.id)
        return await moved(store)

    return once


async def moved(store: RedisStore) -> Move:
    stored = await store.load("m1")
    assert stored is not None
    return stored.move


def record(move: Move) -> ZoneRecord:
    assert move.zone_record is not None
    return move.zone_record


async def test_a_change_is_asked_about_until_all_servers_have_it(perform: Perform, zone: OneZone):
    assert record(await perform()).change_id == "C1CHANGE"
    assert record(await perform()).phase is RecordPhase.CREATING

    after = await perform()

    assert record(after).phase is RecordPhase.CREATED
    assert (zone.changes, zone.polls) == (1, 2)
    assert after.has_effect(EffectKind.LOOK)


@pytest.mark.parametrize("moment", Moment)
async def test_the_next_worker_finishes_what_a_dead_one_began(perform: Perform, zone: OneZone, moment: Moment):
    zone.dies = moment
    with pytest.raises(PowerFailure):
        await perform()

    zone.dies, zone.polls = None, 1
    after = await perform()
    if record(after).is_under_way:
        after = await perform()

    assert record(after).phase is RecordPhase.CREATED
    assert (zone.has_it, zone.changes) == (True, 1)


@pytest.mark.parametrize(
    ("moment", "phase"),
    [(Moment.BEFORE_EFFECT, RecordPhase.CREATING), (Moment.AFTER_EFFECT, RecordPhase.CREATED)],
)
async def test_a_move_that_was_cancelled_meanwhile_is_only_told_what_is_true(
    perform: Perform, store: RedisStore, zone: OneZone, moment: Moment, phase: RecordPhase
):
    zone.dies = moment
    with pytest.raises(PowerFailure):
        await perform()
    await Decider(store, no_nudge, RULES, QUICK).happened("m1", Cancelled(REQUESTER), by=REQUESTER.id)
    changes = zone.changes

    zone.dies = None
    after = await perform()

    # Not there so soon after it was asked for proves nothing yet: the zone is read again.
    assert (after.state, record(after).phase) == (MoveState.CANCELLED, phase)
    assert zone.changes == changes


async def test_what_can_not_be_read_is_read_later(perform: Perform, store: RedisStore, zone: OneZone):
    await Decider(store, no_nudge, RULES, QUICK).happened("m1", Cancelled(REQUESTER), by=REQUESTER.id)
    zone.trouble = NotPermitted("My AWS credentials don't allow route53:ListResourceRecordSets.")

    after = await perform()

    assert record(after).why == str(zone.trouble)
    assert after.has_effect(EffectKind.CREATE_RECORD)


async def test_a_change_that_can_not_be_asked_about_is_asked_about_later(perform: Perform, zone: OneZone):
    await perform()
    zone.trouble = NotPermitted("My AWS credentials don't allow route53:GetChange.")

    after = await perform()

    assert (record(after).why, record(after).change_id) == (str(zone.trouble), "C1CHANGE")
    assert zone.changes == 1


async def test_a_worker_that_dies_every_time_ends_with_a_sentence(perform: Perform, zone: OneZone):
    zone.dies = Moment.BEFORE_EFFECT
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(PowerFailure):
            await perform()

    after = await perform()

    assert record(after).phase is RecordPhase.UNKNOWN
    assert "its log says why" in record(after).why
    assert not zone.has_it
