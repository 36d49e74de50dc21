"""Moves from their opening to their end: what follows from what, over several events."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.alias_move.events import (
    AliasAssociated,
    AliasOnSource,
    Approved,
    AssociationUnclear,
    CallSent,
    Inspected,
    RecheckRequested,
    TargetChosen,
    TxtUnchanged,
)
from bot.alias_move.lifecycle import decide
from bot.alias_move.move import EffectKind, Loss, MoveState, Obstacle, RefusalCause
from bot.alias_move.sightings import AnswerKind
from tests.alias_move.evidence import (
    ABSENT_RECORD,
    APPROVER,
    GREEN,
    HELD_BY_FOREIGN,
    HELD_BY_NOBODY,
    NEEDS_NO_RECORD,
    NOT_COVERED,
    ON_TARGET,
    OUTSIDER,
    READY,
    REQUESTER,
    SEVERAL_FIT,
    START,
    TEAL,
    record_for,
    sighting,
)
from tests.alias_move.walks import (
    Walk,
    associating,
    awaiting_approval,
    blocked_by_refusal,
    call_sent,
    confirming,
    lost,
    outstanding,
    reading_back,
    seen,
    told,
    walk_to,
)

ONE_HOUR = 3_600.0


# The usual way


def test_a_move_goes_from_the_command_to_its_proof():
    walk = Walk().looks(ABSENT_RECORD)
    states = [walk.move.state]

    states.append(seen(walk.after(ONE_HOUR)).after(1).looks(READY).move.state)
    walk.after(60).approved().after(1).looks(READY).sends_call().after(2).accepted().after(1).reads_back(
        AliasAssociated
    )

    assert [*states, walk.move.state] == [MoveState.AWAITING_TXT, MoveState.AWAITING_APPROVAL, MoveState.MOVED]
    assert told(walk.move) == ["dns_verified", "moved"]
    assert walk.move.call is not None
    assert walk.move.call.accepted


def test_a_record_that_is_there_from_the_beginning_asks_for_approval_at_once():
    assert told(awaiting_approval().move) == ["approval_needed"]


def test_the_chosen_target_is_looked_at_anew():
    walk = walk_to(MoveState.CHOOSING_TARGET)

    walk.happens(TargetChosen(REQUESTER, TEAL)).looks(replace(SEVERAL_FIT, is_live=True))

    assert (walk.move.state, walk.move.chosen_by) == (MoveState.AWAITING_APPROVAL, REQUESTER.id)
    assert walk.move.plan is not None
    assert walk.move.plan.target == TEAL


def test_a_target_chosen_because_it_was_the_only_one_stays_chosen():
    walk = Walk(wanted=None).looks(READY)
    assert walk.move.wanted_target == GREEN

    walk.looks(replace(READY, is_alone=False))

    assert (walk.move.state, walk.move.round) == (MoveState.AWAITING_APPROVAL, 1)


# The record comes and goes


def test_a_record_that_is_lost_voids_the_votes_and_must_come_back():
    walk = confirming()
    approved_in = walk.move.round

    lost(walk)

    assert (walk.move.state, walk.move.votes, walk.move.round) == (MoveState.AWAITING_TXT, (), approved_in + 1)
    assert told(walk.move) == ["approval_needed", "approval_void"]
    assert seen(walk).looks(READY).move.state is MoveState.AWAITING_APPROVAL
    assert told(walk.move)[-1] == "dns_verified"


@pytest.mark.parametrize("sees_it", [lost, lambda walk: walk.looks(ABSENT_RECORD)], ids=["the watch", "a look"])
def test_a_record_that_is_lost_before_anybody_voted_is_told_with_the_times(sees_it: Callable[[Walk], Walk]):
    walk = awaiting_approval()
    began = walk.at

    sees_it(walk.after(60))

    assert (walk.move.state, walk.move.lost) == (MoveState.AWAITING_TXT, Loss(began, began + 60))
    assert told(walk.move) == ["approval_needed", "record_lost"]
    assert seen(walk.after(1)).looks(READY).move.lost is None
    assert told(walk.move) == ["approval_needed", "record_lost", "dns_verified"]


def test_the_loss_of_a_record_is_forgotten_with_the_record():
    walk = lost(awaiting_approval())

    walk.happens(RecheckRequested(REQUESTER)).looks(NEEDS_NO_RECORD)

    assert walk.move.lost is None


def test_a_press_after_the_loss_of_the_record_is_told_the_reason():
    walk = awaiting_approval()
    old = Approved(APPROVER, walk.move.digest, walk.move.round)

    lost(walk).happens(old)

    assert walk.ignored == (
        "The record is no longer verified on all servers of its zone; nothing waits for an approval now."
    )


def test_a_look_that_does_not_confirm_what_the_watch_saw_waits_on():
    walk = seen(walk_to(MoveState.AWAITING_TXT))

    walk.looks(ABSENT_RECORD)

    assert (walk.move.state, walk.move.round, told(walk.move)) == (MoveState.AWAITING_TXT, 1, [])


def test_a_record_that_appears_while_something_else_blocks_is_told_and_asked_for_when_that_is_repaired():
    walk = seen(walk_to(MoveState.BLOCKED)).looks(replace(NOT_COVERED, is_live=True))
    assert (walk.move.state, told(walk.move)) == (MoveState.BLOCKED, ["dns_verified"])

    walk.looks(READY)

    assert (walk.move.state, told(walk.move)) == (MoveState.AWAITING_APPROVAL, ["dns_verified", "approval_needed"])


def test_the_watch_slows_down_and_a_sign_of_life_wakes_it():
    walk = walk_to(MoveState.AWAITING_TXT).after(ONE_HOUR)
    nothing = ABSENT_RECORD.sighting()
    walk.happens(TxtUnchanged(walk.id_of(EffectKind.WATCH_TXT), nothing))
    assert outstanding(walk.move, EffectKind.WATCH_TXT).not_before == walk.at + 30

    first = sighting(record_for(), AnswerKind.OTHER, AnswerKind.NOTHING)
    walk.happens(TxtUnchanged(walk.id_of(EffectKind.WATCH_TXT), first))

    assert outstanding(walk.move, EffectKind.WATCH_TXT).not_before == walk.at + 1


def test_looks_at_a_record_are_spread_by_a_throw_of_the_dice():
    walk = walk_to(MoveState.AWAITING_TXT).after(500)
    unchanged = TxtUnchanged(walk.id_of(EffectKind.WATCH_TXT), ABSENT_RECORD.sighting())

    pauses = []
    for jitter in (-1.0, 0.0, 1.0):
        after = decide(walk.move, unchanged, at=walk.at, rules=walk.rules, pace=walk.pace, jitter=jitter).move
        pauses.append(outstanding(after, EffectKind.WATCH_TXT).not_before - walk.at)

    assert pauses == pytest.approx([9, 10, 11])


def test_a_watch_that_nobody_answers_keeps_what_was_known():
    walk = walk_to(MoveState.AWAITING_TXT)
    known = walk.move.sighting

    walk.happens(TxtUnchanged(walk.id_of(EffectKind.WATCH_TXT), None))

    assert walk.move.sighting is known
    assert walk.move.has_effect(EffectKind.WATCH_TXT)


def test_whoever_asks_for_a_recheck_has_the_record_watched_closely_again():
    walk = walk_to(MoveState.AWAITING_TXT).after(2 * 86_400)
    walk.happens(TxtUnchanged(walk.id_of(EffectKind.WATCH_TXT), ABSENT_RECORD.sighting()))
    assert outstanding(walk.move, EffectKind.WATCH_TXT).not_before == walk.at + 300

    walk.after(1).happens(RecheckRequested(OUTSIDER)).after(1).looks(ABSENT_RECORD)

    assert outstanding(walk.move, EffectKind.WATCH_TXT).not_before == walk.at


def test_a_recheck_brings_the_next_look_forward_and_plans_one_only():
    walk = awaiting_approval().after(1).happens(RecheckRequested(OUTSIDER)).happens(RecheckRequested(OUTSIDER))

    looks = [effect for effect in walk.move.effects if effect.kind in {EffectKind.LOOK, EffectKind.ROUTINE_LOOK}]
    assert [(look.kind, look.not_before) for look in looks] == [(EffectKind.LOOK, walk.at)]

    walk.looks(READY)

    assert outstanding(walk.move, EffectKind.ROUTINE_LOOK).not_before == walk.at + 900


# The world changes


def test_a_world_that_changed_after_the_approval_is_approved_anew():
    walk = confirming().looks(HELD_BY_FOREIGN)
    assert (walk.move.state, walk.move.votes) == (MoveState.BLOCKED, ())
    assert told(walk.move) == ["approval_needed", "approval_void"]

    walk.hears_owner().looks(HELD_BY_FOREIGN).approved().looks(HELD_BY_FOREIGN)

    assert walk.move.state is MoveState.ASSOCIATING


def test_a_plan_that_comes_back_does_not_bring_its_votes_back():
    walk = confirming().looks(NOT_COVERED).looks(READY)

    assert (walk.move.state, walk.move.votes, walk.move.round) == (MoveState.AWAITING_APPROVAL, (), 3)


def test_an_alias_that_somebody_else_moved_leaves_nothing_to_do_and_says_that_the_approval_is_void():
    walk = confirming().looks(HELD_BY_NOBODY)

    assert walk.move.state is MoveState.NOTHING_TO_MOVE
    assert told(walk.move)[-1] == "approval_void"


def test_an_old_look_that_comes_late_counts_for_nothing():
    walk = awaiting_approval()
    old = Inspected(walk.id_of(EffectKind.ROUTINE_LOOK), READY.inspection(walk.at, GREEN))
    walk.approved()

    walk.happens(old)

    assert walk.ignored == "This result is no longer waited for."
    assert walk.move.state is MoveState.CONFIRMING


def test_a_result_that_comes_twice_counts_once():
    walk = associating()
    sent = CallSent(walk.id_of(EffectKind.ASSOCIATE_ALIAS))
    walk.happens(sent).accepted()
    before = walk.move

    walk.happens(sent)

    assert walk.move is before


def test_time_within_a_move_does_not_run_backwards():
    walk = awaiting_approval()
    walk.at -= ONE_HOUR

    walk.approved()

    assert walk.move.updated_at == walk.move.votes[0].at == START


# CloudFront refuses, or does not answer


def test_when_aws_remembers_an_early_no_the_same_approval_goes_through_later():
    walk = call_sent().refused(RefusalCause.RECORD_NOT_SEEN)
    first_call, not_before = walk.move.call, walk.move.ask_not_before
    assert outstanding(walk.move, EffectKind.LOOK).not_before == not_before == walk.at + 301

    walk.after(100).looks(READY)
    assert outstanding(walk.move, EffectKind.LOOK).not_before == not_before

    walk.after(201).looks(READY).sends_call().accepted().reads_back(AliasAssociated)

    assert walk.move.state is MoveState.MOVED
    assert walk.move.call != first_call
    assert [vote.by for vote in walk.move.votes] == [APPROVER.id]


def test_throttling_is_answered_with_longer_and_longer_pauses():
    walk, pauses = call_sent(), []
    for _ in range(3):
        walk.refused(RefusalCause.THROTTLED)
        pauses.append(walk.move.ask_not_before - walk.at)
        walk.after(pauses[-1]).looks(READY).sends_call()

    assert pauses == [2, 4, 8]


def test_what_only_people_can_repair_waits_until_one_of_them_says_so():
    walk = blocked_by_refusal(RefusalCause.SOURCE_ENABLED)
    assert told(walk.move) == ["approval_needed", "refused"]

    walk.after(900).looks(READY)
    assert (walk.move.state, walk.move.obstacle) == (MoveState.BLOCKED, Obstacle.REFUSED)

    walk.happens(RecheckRequested(REQUESTER)).looks(READY)

    assert (walk.move.state, walk.move.round, walk.move.votes) == (MoveState.AWAITING_APPROVAL, 2, ())


def test_no_answer_from_cloudfront_is_read_back_and_never_repeated():
    walk = call_sent()

    walk.happens(AssociationUnclear(walk.id_of(EffectKind.ASSOCIATE_ALIAS)))

    assert not walk.move.has_effect(EffectKind.ASSOCIATE_ALIAS)
    assert walk.reads_back(AliasAssociated).move.state is MoveState.MOVED


def test_a_call_that_does_nothing_is_sent_once_more_and_then_people_are_told():
    walk = reading_back().after(60).reads_back(AliasOnSource)
    assert (walk.move.state, len(walk.move.votes)) == (MoveState.CONFIRMING, 1)

    walk.looks(READY).sends_call().accepted().after(60).reads_back(AliasOnSource)

    assert (walk.move.state, walk.move.obstacle) == (MoveState.BLOCKED, Obstacle.NOT_PROVED)
    assert told(walk.move)[-1] == "not_proved"


def test_a_call_that_took_effect_late_is_a_move_and_voids_nothing():
    walk = reading_back().after(60).reads_back(AliasOnSource)

    walk.after(1).looks(ON_TARGET)

    assert walk.move.state is MoveState.MOVED
    assert told(walk.move) == ["approval_needed", "moved"]


def test_a_read_back_ends_even_if_the_call_was_never_written_down():
    walk = associating()
    walk.happens(AssociationUnclear(walk.id_of(EffectKind.ASSOCIATE_ALIAS)))

    walk.after(60).reads_back(AliasOnSource)

    assert walk.move.state is MoveState.CONFIRMING


def test_an_answer_of_200_is_believed_even_if_the_call_was_never_written_down():
    walk = associating().accepted()

    assert walk.move.call is not None
    assert (walk.move.call.at, walk.move.call.accepted) == (walk.at, True)


def test_an_accepted_call_ends_the_row_of_refusals():
    walk = call_sent().refused(RefusalCause.THROTTLED).after(2).looks(READY).sends_call().accepted()

    assert (walk.move.refusal, walk.move.refused_in_a_row) == (None, 0)
