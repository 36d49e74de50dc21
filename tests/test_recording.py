"""A worker dies while it creates a record: whoever comes next finishes it, and never creates it by surprise."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.alias_move.hosting import HostedTxt, RecordPhase, ZoneRecord
from bot.alias_move.move import EffectKind, Move, MoveState
from bot.alias_move.names import AccountId
from bot.performing import MOST_ATTEMPTS
from bot.ports import NotPermitted, RecordChange
from tests.alias_move.evidence import PACE
from tests.alias_move.walks import creating
from tests.dying_workers import Moment, PowerFailure, Workers, store_with

QUICK = replace(PACE, read_back_first_s=0.0, read_back_slowest_s=0.0, retry_first_s=0.0, retry_slowest_s=0.0)


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


@pytest.fixture
def zone() -> OneZone:
    return OneZone()


@pytest.fixture
async def workers(redis_url: str, zone: OneZone) -> AsyncIterator[Workers]:
    # A change is asked about again and again, so what the builders did in a year of their own has to be of today.
    move, now = replace(creating().move, updated_at=0.0), time.time()
    known = replace(record(move), approved_at=now, since=now)
    async with store_with(redis_url, replace(move, zone_record=known)) as store:
        yield Workers(store, zone, EffectKind.CREATE_RECORD, QUICK)


def record(move: Move) -> ZoneRecord:
    assert move.zone_record is not None
    return move.zone_record


async def test_a_change_is_asked_about_until_all_servers_have_it(workers: Workers, zone: OneZone):
    assert record(await workers.perform()).change_id == "C1CHANGE"
    assert record(await workers.perform()).phase is RecordPhase.CREATING

    after = await workers.perform()

    assert record(after).phase is RecordPhase.CREATED
    assert (zone.changes, zone.polls) == (1, 2)
    assert after.has_effect(EffectKind.LOOK)


@pytest.mark.parametrize("moment", Moment)
async def test_the_next_worker_finishes_what_a_dead_one_began(workers: Workers, zone: OneZone, moment: Moment):
    zone.dies = moment
    with pytest.raises(PowerFailure):
        await workers.perform()

    zone.dies, zone.polls = None, 1
    after = await workers.perform()
    if record(after).is_under_way:
        after = await workers.perform()

    assert record(after).phase is RecordPhase.CREATED
    assert (zone.has_it, zone.changes) == (True, 1)


@pytest.mark.parametrize(
    ("moment", "phase"),
    [(Moment.BEFORE_EFFECT, RecordPhase.CREATING), (Moment.AFTER_EFFECT, RecordPhase.CREATED)],
)
async def test_a_move_that_was_cancelled_meanwhile_is_only_told_what_is_true(
    workers: Workers, zone: OneZone, moment: Moment, phase: RecordPhase
):
    zone.dies = moment
    with pytest.raises(PowerFailure):
        await workers.perform()
    await workers.cancel()
    changes = zone.changes

    zone.dies = None
    after = await workers.perform()

    # Not there so soon after it was asked for proves nothing yet: the zone is read again.
    assert (after.state, record(after).phase) == (MoveState.CANCELLED, phase)
    assert zone.changes == changes


async def test_what_can_not_be_read_is_read_later(workers: Workers, zone: OneZone):
    await workers.cancel()
    zone.trouble = NotPermitted("My AWS credentials don't allow route53:ListResourceRecordSets.")

    after = await workers.perform()

    assert record(after).why == str(zone.trouble)
    assert after.has_effect(EffectKind.CREATE_RECORD)


async def test_a_change_that_can_not_be_asked_about_is_asked_about_later(workers: Workers, zone: OneZone):
    await workers.perform()
    zone.trouble = NotPermitted("My AWS credentials don't allow route53:GetChange.")

    after = await workers.perform()

    assert (record(after).why, record(after).change_id) == (str(zone.trouble), "C1CHANGE")
    assert zone.changes == 1


async def test_a_worker_that_dies_every_time_ends_with_a_sentence(workers: Workers, zone: OneZone):
    zone.dies = Moment.BEFORE_EFFECT
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(PowerFailure):
            await workers.perform()

    after = await workers.perform()

    assert record(after).phase is RecordPhase.UNKNOWN
    assert "its log says why" in record(after).why
    assert not zone.has_it
