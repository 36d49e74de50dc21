"""How moves wait, fail and end, and what people are told on the way."""

from dataclasses import replace

import pytest

from bot.alias_move.events import (
    AliasAssociated,
    AliasElsewhere,
    Cancelled,
    CardImpossible,
    DeadlinePassed,
    NoticeDelayed,
    RecheckRequested,
    TxtUnchanged,
)
from bot.alias_move.move import EffectKind, MoveState, NoticeKind, Obstacle, RefusalCause
from bot.alias_move.sightings import AnswerKind
from bot.alias_move.transitions import Now, notify
from tests.alias_move.evidence import (
    ABSENT_RECORD,
    HELD_BY_NOBODY,
    LIVE,
    PACE,
    READY,
    REQUESTER,
    RULES,
    START,
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
    not_proved,
    outstanding,
    reading_back,
    refusal,
    told,
    walk_to,
)

SWITCHED_OFF = replace(RULES, moves_enabled=False)


# Switched off, too late, over


def test_with_moves_switched_off_an_approval_waits():
    walk = confirming()
    walk.rules = SWITCHED_OFF
    walk.looks(READY)
    assert outstanding(walk.move, EffectKind.LOOK).not_before == walk.at + 30

    walk.rules = RULES
    walk.after(30).looks(READY)

    assert walk.move.state is MoveState.ASSOCIATING


def test_looks_that_fail_keep_the_votes_and_come_again():
    walk = confirming().looks_in_vain().after(2).looks_in_vain()
    assert outstanding(walk.move, EffectKind.LOOK).not_before == walk.at + 4

    walk.after(4).looks(READY)

    assert (walk.move.state, walk.move.look_trouble) == (MoveState.ASSOCIATING, "")


def test_looks_that_failed_for_too_long_say_that_the_approval_is_void_and_go_on_once_they_work():
    walk = confirming().looks_in_vain().after(900).looks_in_vain()
    assert (walk.move.state, told(walk.move)[-1]) == (MoveState.BLOCKED, "approval_void")

    walk.after(900).looks(READY)

    assert (walk.move.state, walk.move.obstacle) == (MoveState.AWAITING_APPROVAL, None)


def test_a_move_that_could_not_be_looked_at_has_nothing_to_watch():
    walk = Walk().looks_in_vain().after(900).looks_in_vain()

    assert (walk.move.state, walk.move.digest) == (MoveState.BLOCKED, "")
    assert not walk.move.has_effect(EffectKind.WATCH_TXT)


@pytest.mark.parametrize(
    ("ends_by", "state"),
    [
        pytest.param(lambda walk: walk.refused(RefusalCause.RECORD_NOT_SEEN), MoveState.EXPIRED, id="early no"),
        pytest.param(lambda walk: walk.refused(), MoveState.EXPIRED, id="refused"),
        pytest.param(lambda walk: walk.accepted().reads_back(AliasElsewhere), MoveState.EXPIRED, id="not proved"),
        pytest.param(lambda walk: walk.accepted().reads_back(AliasAssociated), MoveState.MOVED, id="moved"),
    ],
)
def test_a_deadline_that_passes_while_cloudfront_is_asked_counts_afterwards(ends_by, state: MoveState):
    walk = call_sent()
    walk.happens(DeadlinePassed(walk.id_of(EffectKind.EXPIRE_MOVE)))
    assert walk.move.state is MoveState.ASSOCIATING

    ends_by(walk)

    assert walk.move.state is state


def test_an_unanswered_request_for_approval_expires_and_an_answered_one_does_not():
    walk = awaiting_approval()
    expiry = outstanding(walk.move, EffectKind.EXPIRE_APPROVAL)
    assert expiry.not_before == START + RULES.approval_deadline_s

    assert not confirming().move.has_effect(EffectKind.EXPIRE_APPROVAL)
    assert walk.happens(DeadlinePassed(expiry.id)).move.state is MoveState.EXPIRED


def test_the_deadline_of_a_move_is_set_when_it_is_opened_and_never_put_off():
    walk = Walk()
    deadline = outstanding(walk.move, EffectKind.EXPIRE_MOVE)

    lost(walk.looks(READY).after(60).approved())

    assert deadline.not_before == walk.move.expires_at == START + RULES.move_deadline_s
    assert outstanding(walk.move, EffectKind.EXPIRE_MOVE) == deadline


def test_without_a_card_the_move_ends_and_nobody_offers_notices_for_ever():
    walk = awaiting_approval().happens(CardImpossible("I am not in that channel: invite me."))

    assert (walk.move.state, walk.move.effects) == (MoveState.CANCELLED, ())
    assert walk.move.closing_words == "I am not in that channel: invite me."


@pytest.mark.parametrize(
    ("walk", "sentence"),
    [
        (walk_to(MoveState.MOVED), "This move is over: the alias has been moved."),
        (walk_to(MoveState.NOTHING_TO_MOVE), "This move is over: there was nothing to move. Nothing was changed."),
        (walk_to(MoveState.REJECTED), "This move is over: it was rejected. Nothing was changed."),
        (walk_to(MoveState.CANCELLED), "This move is over: it was cancelled. Nothing was changed."),
        (walk_to(MoveState.EXPIRED), "This move is over: it expired. Nothing was changed."),
        (not_proved().happens(Cancelled(REQUESTER)), "This move is over: it was cancelled."),
    ],
    ids=["moved", "nothing to move", "rejected", "cancelled", "expired", "cancelled after a call"],
)
def test_whoever_comes_too_late_hears_how_it_ended(walk: Walk, sentence: str):
    assert walk.happens(RecheckRequested(REQUESTER)).ignored == sentence


# Notices and effects


def test_a_notice_is_planned_once_per_plan_and_round():
    walk = awaiting_approval()
    now = Now(walk.at, RULES, PACE)

    again = notify(walk.move, NoticeKind.APPROVAL_NEEDED, now)

    assert again is walk.move


def test_a_notice_that_slack_does_not_take_keeps_what_it_says_and_when_it_came_up():
    walk = awaiting_approval()
    notice = outstanding(walk.move, EffectKind.NOTIFY)

    walk.after(10).happens(NoticeDelayed(notice.id))

    later = outstanding(walk.move, EffectKind.NOTIFY)
    assert (later.notice, later.not_before) == (notice.notice, walk.at + 10)
    assert later.id != notice.id


def test_what_people_wait_for_is_urgent():
    urgent = {effect.kind for effect in awaiting_approval().move.effects if effect.is_urgent}

    assert urgent == {EffectKind.EXPIRE_MOVE, EffectKind.EXPIRE_APPROVAL, EffectKind.NOTIFY}


def test_a_call_is_asked_from_the_moment_it_is_written_down_and_a_second_one_is_not_the_first():
    first = call_sent()
    assert associating().move.asked is None
    assert first.move.asked == first.move.call
    assert reading_back().move.asked is not None

    second = first.refused(RefusalCause.THROTTLED).after(2).looks(READY)

    assert second.move.call is not None
    assert second.move.asked is None


def test_a_refusal_is_kept_with_its_words_and_its_number():
    walk = blocked_by_refusal()

    assert walk.move.refusal == refusal(at=walk.at)
    [notice] = [one.notice for one in walk.move.effects if one.notice and one.notice.kind is NoticeKind.REFUSED]
    assert notice.words == "CloudFront's own words."


def test_the_newest_answer_about_the_record_is_kept_apart_from_the_look():
    walk = awaiting_approval()
    newer = sighting(record_for(), *LIVE, AnswerKind.SILENT)

    walk.happens(TxtUnchanged(walk.id_of(EffectKind.WATCH_TXT), newer))

    assert walk.move.sighting == newer
    assert walk.move.inspection is not None
    assert walk.move.inspection.sighting != newer


# An alarm is no ending


def test_an_alias_that_nobody_has_after_a_call_stays_an_alarm_until_a_person_looks():
    walk = not_proved().looks(HELD_BY_NOBODY)

    assert (walk.move.state, walk.move.obstacle) == (MoveState.BLOCKED, Obstacle.NOT_PROVED)

    walk.happens(RecheckRequested(REQUESTER)).looks(HELD_BY_NOBODY)

    assert walk.move.state is MoveState.NOTHING_TO_MOVE


def test_silent_name_servers_are_told_until_one_answers():
    walk = walk_to(MoveState.AWAITING_TXT)

    walk.happens(TxtUnchanged(walk.id_of(EffectKind.WATCH_TXT), None, "None of the name servers answered."))
    told_of = walk.move.watch_trouble
    walk.happens(TxtUnchanged(walk.id_of(EffectKind.WATCH_TXT), ABSENT_RECORD.sighting()))

    assert told_of == "None of the name servers answered."
    assert walk.move.watch_trouble == ""
