"""A holder that nobody here can read: what its owner's word is worth, and who else may move the alias."""

from dataclasses import replace

import pytest

from bot.alias_move.approval import Person
from bot.alias_move.events import EffectAbandoned, Inspected, OwnerSaysOff, RecheckRequested, TargetRead
from bot.alias_move.evidence import ConflictingAlias
from bot.alias_move.findings import FindingCode, Inspection, Level, inspect
from bot.alias_move.move import EffectKind, MoveState, Obstacle, RefusalCause
from tests.alias_move.evidence import (
    APPROVER,
    GREEN,
    GUEST,
    HELD_BY_FOREIGN,
    NOT_COVERED,
    ON_TARGET,
    OUTSIDER,
    READY,
    REQUESTER,
    registrable_name,
)
from tests.alias_move.walks import Walk, outstanding, owner_said_off, told, walk_to


def weight(walk: Walk) -> Level:
    """Of the one finding about the holder."""
    assert walk.move.inspection is not None
    [level] = [one.level for one in walk.move.inspection.findings if one.code is FindingCode.HOLDER_ELSEWHERE]
    return level


def held_by_another(walk: Walk) -> Inspection:
    """A look that finds the alias with yet another foreign distribution."""
    seen = HELD_BY_FOREIGN.evidence(walk.at, GREEN)
    other = ConflictingAlias(seen.alias.text, "*******ANOTHER", "******445566")
    return inspect(replace(seen, conflicts=(other,)), registrable_name)


def looks_and_finds(walk: Walk, inspection: Inspection) -> Walk:
    return walk.happens(Inspected(walk.id_of(EffectKind.LOOK, EffectKind.ROUTINE_LOOK), inspection))


# The word


def test_a_holder_that_nobody_can_read_stands_in_the_way_until_its_owner_is_said_to_have_disabled_it():
    walk = Walk().looks(HELD_BY_FOREIGN)
    assert (walk.move.state, weight(walk)) == (MoveState.BLOCKED, Level.BLOCKS)

    walk.after(60).hears_owner().looks(HELD_BY_FOREIGN)

    assert (walk.move.state, weight(walk)) == (MoveState.AWAITING_APPROVAL, Level.WARNS)


def test_what_else_stands_in_the_way_goes_on_to_do_so():
    walk = Walk().looks(replace(NOT_COVERED, holder="foreign"))

    walk.hears_owner().looks(replace(NOT_COVERED, holder="foreign"))

    assert walk.move.state is MoveState.BLOCKED
    assert walk.move.plan is not None
    assert walk.move.plan.blocking == (FindingCode.CERTIFICATE_DOES_NOT_COVER,)


def test_a_look_that_was_under_way_when_it_was_said_counts_with_it():
    walk = Walk().looks(HELD_BY_FOREIGN).happens(RecheckRequested(OUTSIDER))
    before = HELD_BY_FOREIGN.inspection(walk.at, GREEN)

    walk.hears_owner()
    looks_and_finds(walk, before)

    assert walk.move.state is MoveState.AWAITING_APPROVAL


@pytest.mark.parametrize("by", [REQUESTER, APPROVER])
def test_requester_and_approvers_may_say_it(by: Person):
    walk = Walk().looks(HELD_BY_FOREIGN).hears_owner(by)

    assert walk.ignored == ""
    assert walk.move.owner_word is not None
    assert (walk.move.owner_word.by, walk.move.owner_word.at) == (by.id, walk.at)


@pytest.mark.parametrize("by", [OUTSIDER, GUEST])
def test_nobody_else_may(by: Person):
    walk = Walk().looks(HELD_BY_FOREIGN).hears_owner(by)

    assert walk.ignored.startswith("Only ")
    assert walk.move.owner_word is None


def test_it_is_about_the_holder_that_the_card_showed():
    walk = Walk().looks(HELD_BY_FOREIGN)
    digest, round_ = walk.move.digest, walk.move.round
    looks_and_finds(walk, held_by_another(walk))

    walk.happens(OwnerSaysOff(REQUESTER, digest, round_))

    assert walk.ignored.startswith("Something has changed since you were asked.")


def test_it_counts_for_no_other_holder_and_does_not_come_back_with_the_first():
    walk = owner_said_off()

    looks_and_finds(walk, held_by_another(walk))
    assert (walk.move.state, walk.move.owner_word) == (MoveState.BLOCKED, None)
    walk.looks(HELD_BY_FOREIGN)

    assert (walk.move.state, weight(walk)) == (MoveState.BLOCKED, Level.BLOCKS)


def test_a_holder_that_stays_is_believed_of_by_every_later_look():
    walk = owner_said_off()

    walk.after(900).looks(HELD_BY_FOREIGN)

    assert (walk.move.state, walk.move.round) == (MoveState.AWAITING_APPROVAL, 2)


# CloudFront's own word


def said_wrongly() -> Walk:
    """Approved on the owner's word, and CloudFront says that the source is enabled."""
    approved = owner_said_off().approved().looks(HELD_BY_FOREIGN)
    return approved.sends_call().refused(RefusalCause.SOURCE_ENABLED)


def test_when_cloudfront_says_that_it_is_enabled_the_word_counts_no_more():
    walk = said_wrongly()

    assert (walk.move.state, walk.move.obstacle) == (MoveState.BLOCKED, Obstacle.REFUSED)
    assert (walk.move.owner_word, weight(walk)) == (None, Level.BLOCKS)
    assert told(walk.move)[-1] == "refused"


def test_later_looks_keep_what_cloudfront_said_before_people():
    walk = said_wrongly().after(900).looks(HELD_BY_FOREIGN)

    assert (walk.move.state, walk.move.obstacle) == (MoveState.BLOCKED, Obstacle.REFUSED)
    assert walk.move.refusal is not None


def test_another_look_alone_does_not_bring_it_to_approval_again():
    walk = said_wrongly().happens(RecheckRequested(REQUESTER)).looks(HELD_BY_FOREIGN)

    assert walk.move.state is MoveState.BLOCKED


def test_the_owner_may_be_heard_again():
    walk = said_wrongly().after(60).hears_owner().looks(HELD_BY_FOREIGN)

    assert (walk.move.state, walk.move.refusal) == (MoveState.AWAITING_APPROVAL, None)


@pytest.mark.parametrize("cause", [RefusalCause.OTHER, RefusalCause.ACCESS_DENIED, RefusalCause.RECORD_NOT_SEEN])
def test_a_refusal_for_another_reason_says_nothing_about_the_owner(cause: RefusalCause):
    walk = owner_said_off().approved().looks(HELD_BY_FOREIGN).sends_call().refused(cause)

    assert walk.move.owner_word is not None
    assert weight(walk) is Level.WARNS


# Others who may move it


def test_while_the_holder_cannot_be_read_the_target_is_read_within_every_minute():
    walk = Walk().looks(HELD_BY_FOREIGN)
    assert outstanding(walk.move, EffectKind.WATCH_TARGET).not_before == walk.at + 45

    walk.after(45).happens(TargetRead(walk.id_of(EffectKind.WATCH_TARGET), has_alias=False))

    assert outstanding(walk.move, EffectKind.WATCH_TARGET).not_before == walk.at + 45


def test_the_longer_it_takes_the_more_rarely_the_target_is_read_until_somebody_asks_for_a_look():
    walk = Walk().looks(HELD_BY_FOREIGN).after(5 * 3_600)
    walk.happens(TargetRead(walk.id_of(EffectKind.WATCH_TARGET), has_alias=False))
    assert outstanding(walk.move, EffectKind.WATCH_TARGET).not_before == walk.at + 360

    walk.happens(RecheckRequested(OUTSIDER))

    assert outstanding(walk.move, EffectKind.WATCH_TARGET).not_before == walk.at + 45


@pytest.mark.parametrize("state", [MoveState.BLOCKED, MoveState.AWAITING_TXT, MoveState.AWAITING_APPROVAL])
def test_where_the_holder_is_ours_nobody_else_moves_it(state: MoveState):
    assert not walk_to(state).move.has_effect(EffectKind.WATCH_TARGET)


def test_an_alias_that_others_have_brought_to_the_target_ends_the_move_with_a_notice():
    walk = Walk().looks(HELD_BY_FOREIGN)

    walk.after(45).happens(TargetRead(walk.id_of(EffectKind.WATCH_TARGET), has_alias=True)).looks(ON_TARGET)

    assert (walk.move.state, walk.move.moved_by_others) == (MoveState.NOTHING_TO_MOVE, True)
    assert told(walk.move) == ["moved_by_others"]


def test_an_alias_that_was_there_at_the_first_look_was_moved_by_nobody():
    walk = Walk().looks(ON_TARGET)

    assert (walk.move.state, walk.move.moved_by_others) == (MoveState.NOTHING_TO_MOVE, False)
    assert told(walk.move) == []


def test_a_reading_that_fails_too_often_is_begun_again():
    walk = Walk().looks(HELD_BY_FOREIGN)

    walk.happens(EffectAbandoned(walk.id_of(EffectKind.WATCH_TARGET)))

    assert outstanding(walk.move, EffectKind.WATCH_TARGET).not_before == walk.at + 45


def test_a_holder_of_our_own_ends_the_reading():
    walk = Walk().looks(HELD_BY_FOREIGN).looks(READY)

    assert not walk.move.has_effect(EffectKind.WATCH_TARGET)
