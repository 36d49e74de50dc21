"""Inside one account without a record: where the operator wants it, until AWS says no."""

from dataclasses import replace

import pytest

from bot.alias_move.events import AliasAssociated
from bot.alias_move.findings import Operation, Way
from bot.alias_move.move import EffectKind, MoveState, Obstacle, RefusalCause
from tests.alias_move.evidence import NEEDS_NO_RECORD, World
from tests.alias_move.walks import Walk, seen, told


def asked() -> Walk:
    """Approved, and asked for."""
    return Walk().looks(NEEDS_NO_RECORD).approved().looks(NEEDS_NO_RECORD).sends_call()


def test_it_waits_for_an_approval_and_for_no_record():
    walk = Walk().looks(NEEDS_NO_RECORD)

    assert walk.move.state is MoveState.AWAITING_APPROVAL
    assert walk.move.plan is not None
    assert (walk.move.plan.operation, walk.move.plan.record) == (Operation.WITHOUT_RECORD, None)
    assert walk.move.inspection is not None
    assert walk.move.inspection.way is Way.SAME_ACCOUNT_WITHOUT_RECORD
    assert not walk.move.has_effect(EffectKind.WATCH_TXT)
    assert told(walk.move) == ["approval_needed"]


def test_it_is_read_back_like_any_other_move():
    walk = asked().accepted().reads_back(AliasAssociated)

    assert walk.move.state is MoveState.MOVED


@pytest.mark.parametrize("cause", [RefusalCause.SOURCE_ENABLED, RefusalCause.RECORD_NOT_SEEN, RefusalCause.OTHER])
def test_a_no_to_it_leads_to_the_record_and_to_a_new_approval(cause: RefusalCause):
    walk = asked().refused(cause)
    refused = walk.move

    walk.looks(NEEDS_NO_RECORD)

    assert (refused.state, refused.votes, told(refused)[-1]) == (MoveState.INSPECTING, (), "refused")
    assert walk.move.state is MoveState.AWAITING_TXT
    assert walk.move.plan is not None
    assert walk.move.plan.operation is Operation.ASSOCIATE_ALIAS
    assert walk.move.refused_without_record == refused.refusal


def test_a_second_no_is_one_to_the_call_with_the_record():
    ready = replace(NEEDS_NO_RECORD, is_live=True)
    walk = asked().refused().looks(ready).approved().looks(ready).sends_call().refused()

    assert (walk.move.state, walk.move.obstacle) == (MoveState.BLOCKED, Obstacle.REFUSED)


def test_aws_is_given_the_time_to_forget_that_it_looked_for_a_record_too_early():
    walk = asked().refused(RefusalCause.RECORD_NOT_SEEN)

    assert walk.move.ask_not_before == walk.at + 901
    assert asked().refused(RefusalCause.OTHER).move.ask_not_before <= walk.at


@pytest.mark.parametrize(("later_s", "is_asked"), [(60, False), (899, False), (902, True)])
def test_nobody_is_asked_about_a_try_by_hand_that_aws_would_have_answered_out_of_what_it_remembers(
    later_s: float,
    is_asked: bool,  # noqa: FBT001 - a column of the table above
):
    walk = asked().refused(RefusalCause.RECORD_NOT_SEEN).looks(NEEDS_NO_RECORD).after(later_s)

    seen(walk).looks(replace(NEEDS_NO_RECORD, is_live=True))

    assert walk.move.state is MoveState.AWAITING_APPROVAL
    assert walk.move.asks_about_hand_try is is_asked


def test_a_target_that_was_changed_meanwhile_is_asked_for_again_after_a_look_with_the_same_approval():
    walk = asked().refused(RefusalCause.CHANGED_MEANWHILE)
    waiting = walk.move

    walk.after(3).looks(NEEDS_NO_RECORD)

    assert (waiting.state, len(waiting.votes)) == (MoveState.CONFIRMING, 1)
    assert walk.move.state is MoveState.ASSOCIATING
    assert walk.move.refused_without_record is None


def test_a_missing_permission_says_nothing_about_the_record():
    walk = asked().refused(RefusalCause.ACCESS_DENIED)

    assert (walk.move.state, walk.move.obstacle) == (MoveState.BLOCKED, Obstacle.REFUSED)
    assert walk.move.refused_without_record is None


def test_when_the_operator_changes_his_mind_the_approval_is_void():
    walk = Walk().looks(NEEDS_NO_RECORD).approved().looks(World())

    assert walk.move.state is MoveState.AWAITING_TXT
    assert walk.move.votes == ()
