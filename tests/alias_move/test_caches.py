"""An early "no such record" that caches may remember: when AWS is not asked because of it, and when it is."""

from dataclasses import replace

import pytest

from bot.alias_move.caches import may_ask, of_another_view
from bot.alias_move.events import HandTryTold, Inspected
from bot.alias_move.move import EffectKind, MoveState
from bot.alias_move.visibility import CacheAnswer, CacheKind, Visibility
from tests.alias_move.evidence import ABSENT_RECORD, APPROVER, GUEST, OUTSIDER, PACE, READY, REQUESTER
from tests.alias_move.walks import Walk, blocked_by_refusal, lost, outstanding, seen

SEES = CacheAnswer("192.0.2.53:53", CacheKind.SEES)
MISSES = CacheAnswer("192.0.2.54:53", CacheKind.MISSES, ttl_s=200)
OLD_VALUE = CacheAnswer("192.0.2.55:53", CacheKind.OTHER, ttl_s=100)
SILENT = CacheAnswer("192.0.2.56:53", CacheKind.SILENT, note="no answer")


def looks(walk: Walk, *answers: CacheAnswer) -> Walk:
    """The outstanding look finds the record live, and these resolvers say so about it."""
    look = walk.id_of(EffectKind.LOOK, EffectKind.ROUTINE_LOOK)
    inspection = READY.inspection(walk.at, walk.move.wanted_target)
    return walk.happens(Inspected(look, replace(inspection, visibility=Visibility(walk.at, answers))))


def verified(*answers: CacheAnswer) -> Walk:
    """The record appears after an hour, and these resolvers are asked about it."""
    return looks(seen(Walk().looks(ABSENT_RECORD).after(3_600)), *answers)


@pytest.mark.parametrize(
    ("answers", "is_visible", "after_s"),
    [
        ((SEES,), True, None),
        ((SEES, SILENT), True, None),
        ((SEES, MISSES), False, 200),
        ((OLD_VALUE, MISSES), False, 200),
        ((OLD_VALUE,), False, 100),
        ((SILENT,), False, None),
        ((), False, None),
    ],
)
def test_it_is_visible_when_somebody_sees_it_and_nobody_says_otherwise(
    answers: tuple[CacheAnswer, ...],
    is_visible: bool,  # noqa: FBT001 - a column of the table above
    after_s: float | None,
):
    visibility = Visibility(1000.0, answers)

    assert visibility.is_visible is is_visible
    assert visibility.agree_at == (None if after_s is None else 1000 + after_s)


@pytest.mark.parametrize(
    ("answers", "was_tried", "wait_s"),
    [
        pytest.param((SEES,), None, 0, id="everybody sees it, and nobody has answered"),
        pytest.param((SILENT,), None, 0, id="no resolver says anything"),
        pytest.param((SEES, MISSES), None, 201, id="one remembers a miss"),
        pytest.param((replace(MISSES, ttl_s=5_000),), None, 301, id="one would remember it longer than the zone says"),
        pytest.param((SEES, MISSES), False, 0, id="but nobody has asked AWS"),
        pytest.param((SEES,), True, 301, id="somebody has asked AWS, whose caches nobody sees"),
    ],
)
def test_aws_is_asked_as_soon_as_nothing_can_make_it_say_no_for_an_early_question(
    answers: tuple[CacheAnswer, ...],
    was_tried: bool | None,  # noqa: FBT001 - a column of the table above
    wait_s: float,
):
    walk = verified(*answers)
    if was_tried is not None:
        walk.happens(HandTryTold(REQUESTER, was_tried))

    walk.after(0.5).approved().after(0.5)
    asked_at = walk.at + wait_s - 1
    walk.looks(READY)

    if wait_s:
        assert walk.move.state is MoveState.CONFIRMING
        assert outstanding(walk.move, EffectKind.LOOK).not_before == asked_at
        walk.after(wait_s - 1).looks(READY)
    assert walk.move.state is MoveState.ASSOCIATING


def test_an_answer_after_the_approval_ends_the_wait_at_once_and_costs_no_vote():
    walk = verified(MISSES).after(1).approved().after(1).looks(READY)
    assert outstanding(walk.move, EffectKind.LOOK).not_before > walk.at

    walk.after(1).happens(HandTryTold(REQUESTER, was_tried=False))

    assert outstanding(walk.move, EffectKind.LOOK).not_before == walk.at
    assert walk.looks(READY).move.state is MoveState.ASSOCIATING


def test_the_question_is_for_the_requester_or_an_approver_and_is_answered_once():
    walk = verified(SEES)
    for person in (OUTSIDER, GUEST):
        assert walk.happens(HandTryTold(person, was_tried=True)).ignored.startswith("Only ")

    assert not walk.happens(HandTryTold(APPROVER, was_tried=True)).ignored
    assert walk.happens(HandTryTold(REQUESTER, was_tried=False)).ignored == "That question is not open now."


def test_a_refusal_answers_the_question():
    assert not blocked_by_refusal().move.asks_about_hand_try


def test_resolvers_are_asked_once_and_once_more_when_they_must_have_forgotten():
    walk = verified(SEES, MISSES)
    asked_at = walk.at

    assert not may_ask(walk.move, asked_at + 199)
    assert may_ask(walk.move, asked_at + 200)
    assert outstanding(walk.move, EffectKind.ROUTINE_LOOK).not_before == asked_at + 201

    looks(walk.after(201), MISSES)

    assert outstanding(walk.move, EffectKind.ROUTINE_LOOK).not_before == walk.at + PACE.routine_look_s


@pytest.mark.parametrize(
    ("first", "second", "are_strange"),
    [
        pytest.param(MISSES, SEES, (False, False), id="it remembered, and has forgotten"),
        pytest.param(MISSES, MISSES, (False, True), id="it denies the record again, when that must be over"),
        pytest.param(replace(MISSES, ttl_s=5_000), None, (True, True), id="it would deny it for longer than allowed"),
        pytest.param(replace(OLD_VALUE, ttl_s=5_000), None, (False, False), id="it has an older value, with its TTL"),
        pytest.param(OLD_VALUE, replace(OLD_VALUE, ttl_s=300), (False, True), id="it has it when that must be over"),
        pytest.param(OLD_VALUE, replace(MISSES, ttl_s=20), (False, False), id="a miss from before the record"),
        pytest.param(SILENT, None, (False, False), id="it says nothing"),
    ],
)
def test_who_denies_the_record_for_longer_than_it_may_remember_sees_another_version_of_the_zone(
    first: CacheAnswer, second: CacheAnswer | None, are_strange: tuple[bool, bool]
):
    walk = verified(SEES, first)
    found = [of_another_view(walk.move)]
    if second is not None:
        looks(walk.after(first.ttl_s + 1), SEES, second)
    found.append(of_another_view(walk.move))

    assert tuple(map(bool, found)) == are_strange
    assert all(answer in (first, second) for each in found for answer in each)


def test_nobody_sees_another_version_of_a_zone_that_does_not_say_how_long_a_miss_lasts():
    walk = verified(replace(MISSES, ttl_s=5_000))
    assert walk.move.sighting is not None

    unsaid = replace(walk.move, sighting=replace(walk.move.sighting, negative_ttl_s=None))

    assert (of_another_view(unsaid), of_another_view(Walk().looks(ABSENT_RECORD).move)) == ((), ())


def test_where_all_see_it_they_are_not_asked_again():
    walk = verified(SEES, SILENT)

    assert not may_ask(walk.move, walk.at + 10_000)
    assert outstanding(walk.move, EffectKind.ROUTINE_LOOK).not_before == walk.at + PACE.routine_look_s


def test_with_the_record_goes_what_was_said_about_it():
    walk = lost(verified(MISSES).happens(HandTryTold(REQUESTER, was_tried=True)).after(1))

    gone = walk.move
    assert (gone.visibility, gone.live_since, gone.tried_by_hand, gone.asks_at) == (None, None, None, 0.0)
    assert may_ask(gone, walk.at)

    looks(seen(walk.after(60)), SEES)

    assert walk.move.live_since == walk.at
    assert walk.move.asks_about_hand_try


def test_a_record_for_another_target_is_another_record():
    walk = verified(SEES)
    other = READY.inspection(walk.after(1).at)
    assert other.plan.record is not None
    record = replace(other.plan.record, value="d999.cloudfront.net")
    inspection = replace(other, plan=replace(other.plan, record=record))

    walk.happens(Inspected(walk.id_of(EffectKind.ROUTINE_LOOK), inspection))

    assert (walk.move.live_since, walk.move.visibility) == (walk.at, None)
