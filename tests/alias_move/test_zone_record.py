"""Creating the record and removing it again: who may, when, bound to what, and what becomes of it at every turn."""

from dataclasses import replace

import pytest

from bot.alias_move.approval import Person
from bot.alias_move.events import (
    Cancelled,
    EffectAbandoned,
    RecordApproved,
    RecordChanged,
    RecordDelayed,
    RecordRefused,
    RemovalRequested,
)
from bot.alias_move.findings import inspect
from bot.alias_move.hosting import HostedTxt, RecordPhase, TxtSet, ZoneRecord
from bot.alias_move.move import EffectKind, MoveState, RefusalCause
from bot.alias_move.names import AccountId
from bot.alias_move.zone_record import in_words, key_of, to_create, to_remove
from tests.alias_move.evidence import (
    ABSENT_RECORD,
    APPROVER,
    GUEST,
    HOSTED,
    NOT_COVERED,
    OUTSIDER,
    REQUESTER,
    RULES,
    registrable_name,
)
from tests.alias_move.walks import (
    RECORD_CHANGES,
    Walk,
    cancelled_with_record,
    created,
    creating,
    outstanding,
    refusal,
    removing,
    told,
)

SHOWN = HOSTED.hosted()


def record(walk: Walk) -> ZoneRecord:
    assert walk.move.zone_record is not None
    return walk.move.zone_record


# What may be asked for


@pytest.mark.parametrize("world", [HOSTED, replace(NOT_COVERED, is_hosted=True)], ids=["awaiting txt", "blocked"])
def test_it_is_offered_while_the_record_is_missing_from_a_zone_of_ours(world):
    assert to_create(Walk().looks(world).move, RULES) == SHOWN


@pytest.mark.parametrize(
    "walk",
    [Walk(), Walk().looks(ABSENT_RECORD), Walk().looks(replace(HOSTED, is_live=True)), creating(), created()],
    ids=["not looked at", "no zone of ours", "live", "creating already", "not looked at since"],
)
def test_it_is_not_offered_otherwise(walk: Walk):
    assert to_create(walk.move, RULES) is None


def test_it_is_not_offered_where_the_zone_has_the_value_and_the_servers_not_yet():
    walk = Walk().looks(HOSTED)
    assert walk.move.inspection is not None
    there = replace(SHOWN, present=TxtSet(300, (SHOWN.quoted,)))

    assert to_create(replace(walk.move, inspection=replace(walk.move.inspection, hosted=there)), RULES) is None


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (
            replace(RULES, route53_records=False),
            "Creating records in Route 53 is switched off (ROUTE53_RECORDS=false).",
        ),
        (replace(RULES, moves_enabled=False), "There is no record that I could create now."),
    ],
)
def test_it_is_not_offered_where_the_operator_does_not_want_it(rules, says: str):
    walk = Walk(rules=rules).looks(HOSTED).record_approved()

    assert walk.ignored.startswith(says)
    assert not walk.move.has_effect(*RECORD_CHANGES)


@pytest.mark.parametrize(
    ("by", "says"),
    [
        (OUTSIDER, "Only approvers can do that"),
        (GUEST, "Only full members"),
        (replace(REQUESTER, is_approver=True), "You can't approve this one"),
    ],
    ids=["no approver", "a guest", "the requester"],
)
def test_who_may_not_approve_may_not_have_it_created(by: Person, says: str):
    walk = Walk().looks(HOSTED).record_approved(by)

    assert walk.ignored.startswith(says)
    assert walk.move.zone_record is None


@pytest.mark.parametrize(
    "shown",
    [
        replace(SHOWN, present=None),
        replace(SHOWN, present=TxtSet(60, SHOWN.others)),
        replace(SHOWN, present=TxtSet(300, (*SHOWN.others, '"another"'))),
        replace(SHOWN, zone_id="Z2OTHER"),
        replace(SHOWN, account=AccountId("444455556666")),
    ],
    ids=["nothing there", "another TTL", "another value", "another zone", "another account"],
)
def test_an_approval_counts_for_what_was_shown_alone(shown: HostedTxt):
    walk = Walk().looks(HOSTED).happens(RecordApproved(APPROVER, key_of(shown)))

    assert walk.ignored.startswith("What stands in the zone has changed since you were asked.")
    assert not walk.move.has_effect(*RECORD_CHANGES)


def test_the_order_of_values_is_no_difference():
    two = TxtSet(300, ('"a"', '"b"'))
    turned = TxtSet(300, ('"b"', '"a"'))

    assert key_of(replace(SHOWN, present=two)) == key_of(replace(SHOWN, present=turned))
    assert two.equals(turned)
    assert not two.equals(None)


# Creating


def test_the_approval_is_of_the_record_and_not_of_the_move():
    walk = creating()

    assert (record(walk).approved_by, record(walk).hosted) == (APPROVER.id, SHOWN)
    assert outstanding(walk.move, EffectKind.CREATE_RECORD).not_before == walk.at
    assert (walk.move.votes, walk.move.round, walk.move.state) == ((), 1, MoveState.AWAITING_TXT)


def test_it_is_asked_about_until_all_servers_have_it_and_then_everything_is_looked_at():
    walk = creating().after(1).asks_route53().after(1).accepted_by_route53()
    assert outstanding(walk.move, EffectKind.CREATE_RECORD).not_before == walk.at + 1
    assert record(walk).change_id == "C1CHANGE"

    walk.after(40).accepted_by_route53()
    assert outstanding(walk.move, EffectKind.CREATE_RECORD).not_before == walk.at + 5

    walk.after(5).reads_zone(is_there=True)
    assert (record(walk).phase, record(walk).change_id) == (RecordPhase.CREATED, "")
    assert outstanding(walk.move, EffectKind.LOOK).not_before == walk.at
    assert walk.move.watch_since == walk.at
    assert told(walk.move) == ["record_created"]

    walk.looks(replace(HOSTED, is_live=True))
    assert walk.move.state is MoveState.AWAITING_APPROVAL


def test_a_change_that_route53_has_taken_counts_as_done_in_the_end():
    walk = creating().asks_route53().accepted_by_route53().after(901).accepted_by_route53()
    silent = creating().asks_route53().accepted_by_route53().after(901)

    silent.happens(RecordDelayed(silent.id_of(*RECORD_CHANGES), "No answer.", is_unclear=False))

    assert record(walk).phase is record(silent).phase is RecordPhase.CREATED


def test_a_refusal_is_kept_and_it_can_be_tried_again():
    walk = creating().asks_route53()

    walk.happens(RecordRefused(walk.id_of(*RECORD_CHANGES), refusal(RefusalCause.ACCESS_DENIED)))

    assert (record(walk).phase, walk.move.record_refusal) == (
        RecordPhase.NOT_CREATED,
        refusal(RefusalCause.ACCESS_DENIED),
    )
    assert told(walk.move) == ["record_refused"]
    assert to_create(walk.move, RULES) == SHOWN
    walk.record_approved()
    assert walk.move.record_refusal is None


def test_throttling_is_waited_for():
    walk = creating().asks_route53()

    walk.happens(RecordRefused(walk.id_of(*RECORD_CHANGES), refusal(RefusalCause.THROTTLED)))

    assert outstanding(walk.move, EffectKind.CREATE_RECORD).not_before == walk.at + 2
    assert not told(walk.move)


def test_values_that_have_changed_are_looked_at_anew():
    walk = creating().asks_route53()

    walk.happens(RecordChanged(walk.id_of(*RECORD_CHANGES), "They are not those that were shown."))

    assert (record(walk).phase, record(walk).why) == (
        RecordPhase.NOT_CREATED,
        "They are not those that were shown.",
    )
    assert outstanding(walk.move, EffectKind.LOOK).not_before == walk.at


@pytest.mark.parametrize(("is_unclear", "phase"), [(True, RecordPhase.UNKNOWN), (False, RecordPhase.NOT_CREATED)])
def test_after_a_quarter_of_an_hour_without_an_answer_nobody_tries_any_more(*, is_unclear: bool, phase: RecordPhase):
    walk = creating().asks_route53()
    walk.happens(RecordDelayed(walk.id_of(*RECORD_CHANGES), "No answer.", is_unclear=is_unclear)).after(901)

    walk.happens(RecordDelayed(walk.id_of(*RECORD_CHANGES), "No answer.", is_unclear=False))

    assert record(walk).phase is phase
    assert not walk.move.has_effect(*RECORD_CHANGES)


@pytest.mark.parametrize(
    ("asks", "is_there", "phase"),
    [
        (False, False, RecordPhase.NOT_CREATED),
        (False, True, RecordPhase.NOT_CREATED),
        (True, True, RecordPhase.CREATED),
        (True, False, RecordPhase.CREATING),
    ],
    ids=["never sent", "somebody else's", "sent and there", "sent a moment ago"],
)
def test_after_a_cancelled_move_the_zone_is_only_read(*, asks: bool, is_there: bool, phase: RecordPhase):
    walk = creating()
    if asks:
        walk.asks_route53()
    walk.happens(Cancelled(REQUESTER)).asks_route53()
    assert walk.ignored

    walk.reads_zone(is_there=is_there)

    assert record(walk).phase is phase


def test_what_was_sent_and_is_not_there_after_a_minute_never_will_be():
    walk = creating().asks_route53().happens(Cancelled(REQUESTER)).after(61).reads_zone(is_there=False)

    assert record(walk).phase is RecordPhase.NOT_CREATED
    assert to_remove(walk.move) is None


@pytest.mark.parametrize("spoil", [901.0, 0.0], ids=["an old approval", "switched off meanwhile"])
def test_what_may_not_be_asked_for_any_more_is_not_sent(spoil: float):
    walk = creating().after(spoil)
    walk.rules = RULES if spoil else replace(RULES, route53_records=False)

    walk.asks_route53()

    assert walk.ignored
    assert record(walk).sent_at is None


def test_a_no_to_a_second_worker_says_nothing_of_what_the_first_may_still_send():
    walk = creating().asks_route53().after(10).asks_route53()

    walk.after(1).happens(RecordRefused(walk.id_of(*RECORD_CHANGES), refusal(RefusalCause.ACCESS_DENIED)))

    assert record(walk).phase is RecordPhase.UNKNOWN


@pytest.mark.parametrize(("asks", "phase"), [(True, RecordPhase.UNKNOWN), (False, RecordPhase.NOT_CREATED)])
def test_a_worker_that_fails_again_and_again_ends_with_a_sentence(*, asks: bool, phase: RecordPhase):
    walk = creating().asks_route53() if asks else creating()

    walk.happens(EffectAbandoned(walk.id_of(*RECORD_CHANGES)))

    assert record(walk).phase is phase
    assert "its log says why" in record(walk).why


# Removing


def test_an_approver_has_it_removed_when_the_move_is_over():
    walk = removing()
    assert outstanding(walk.move, EffectKind.REMOVE_RECORD).not_before == walk.at
    assert record(walk).removed_by == APPROVER.id

    walk.asks_route53().accepted_by_route53().after(30).reads_zone(is_there=False)

    assert record(walk).phase is RecordPhase.REMOVED
    assert told(walk.move)[-1] == "record_removed"
    assert to_remove(walk.move) is None
    assert not walk.move.has_effect(EffectKind.LOOK)


def test_while_the_move_is_open_it_stays():
    walk = created().happens(RemovalRequested(APPROVER))

    assert walk.ignored == "There is no record of mine to remove now."


@pytest.mark.parametrize("by", [OUTSIDER, REQUESTER])
def test_who_is_no_approver_may_not_remove_it(by: Person):
    walk = cancelled_with_record().happens(RemovalRequested(by))

    assert walk.ignored.startswith("Only approvers can do that")


def test_what_can_not_be_removed_is_still_there_and_offered_again():
    walk = removing().asks_route53()
    walk.happens(RecordRefused(walk.id_of(*RECORD_CHANGES), refusal()))

    assert record(walk).phase is RecordPhase.CREATED
    assert to_remove(walk.move) == record(walk)


def test_what_is_still_there_is_read_again_for_a_minute():
    walk = removing().asks_route53().reads_zone(is_there=True)
    assert outstanding(walk.move, EffectKind.REMOVE_RECORD).not_before == walk.at + 2

    walk.after(61).reads_zone(is_there=True)

    assert (record(walk).phase, record(walk).why) == (RecordPhase.CREATED, "Route 53 still shows it.")


def test_a_record_that_somebody_took_away_can_be_created_once_more():
    walk = created().after(5).looks(HOSTED)

    assert to_create(walk.move, RULES) == SHOWN


def test_the_history_says_which_record_and_what_became_of_it():
    taken = creating().asks_route53().accepted_by_route53()
    refused = creating().asks_route53()
    refused.happens(RecordRefused(refused.id_of(*RECORD_CHANGES), refusal()))
    delayed = creating().asks_route53()
    delayed.happens(RecordDelayed(delayed.id_of(*RECORD_CHANGES), "No answer.", is_unclear=True))

    where = "_www.example.com in Z1ZONE of 111122223333"
    assert in_words(taken.move) == f"{where}: creating; change C1CHANGE"
    assert in_words(refused.move) == f"{where}: not_created; IllegalUpdate: CloudFront's own words."
    assert in_words(delayed.move) == f"{where}: creating; No answer."


def test_nothing_is_changed_that_nobody_has_approved():
    with pytest.raises(AssertionError, match="nobody has approved"):
        in_words(Walk().move)


def test_the_record_of_another_target_is_not_offered():
    evidence = HOSTED.evidence()
    assert evidence.hosted is not None
    other = replace(evidence.hosted, record=replace(evidence.hosted.record, value="d9.cloudfront.net"))

    found = inspect(replace(evidence, hosted=other), registrable_name)

    assert inspect(evidence, registrable_name).hosted == SHOWN
    assert found.hosted is None
