"""Disabling a source and enabling it again: who may, when, bound to what, and what becomes of it at every turn."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.alias_move.approval import Person
from bot.alias_move.events import (
    Cancelled,
    DisablingApproved,
    EffectAbandoned,
    Inspected,
    RecheckRequested,
    SourceChanged,
    SourceRead,
    SwitchDelayed,
    SwitchRefused,
    SwitchResult,
)
from bot.alias_move.findings import Distribution
from bot.alias_move.move import EffectKind, MoveState, NoticeKind, RefusalCause
from bot.alias_move.source_off import in_words, key_of, to_disable, to_enable
from bot.alias_move.switch import SwitchPhase
from bot.alias_move.transitions import waits_for_cloudfront
from tests.alias_move.evidence import (
    APPROVER,
    BLUE,
    ELSEWHERE,
    GREEN,
    GUEST,
    LEGACY,
    NOT_COVERED,
    OFF_EVERYWHERE,
    OUTSIDER,
    READY,
    REQUESTER,
    RULES,
    SOURCE,
    START,
    STILL_DISABLING,
    TEAL,
    distribution,
)
from tests.alias_move.walks import (
    SWITCHES,
    Walk,
    blocked_elsewhere,
    disabled,
    disabling,
    enabling,
    not_proved,
    off,
    outstanding,
    refusal,
    told,
)

# What may be asked for


def test_it_is_offered_while_only_the_enabled_source_stands_in_the_way():
    assert to_disable(blocked_elsewhere().move, RULES) == SOURCE


@pytest.mark.parametrize(
    "walk",
    [Walk(), Walk().looks(NOT_COVERED), Walk().looks(replace(ELSEWHERE, is_covered=False)), not_proved(), disabling()],
    ids=["not looked at", "no certificate", "no certificate either", "call not proved", "disabling already"],
)
def test_it_is_not_offered_otherwise(walk: Walk):
    assert to_disable(walk.move, RULES) is None


@pytest.mark.parametrize("rules", [replace(RULES, disable_source=False), replace(RULES, moves_enabled=False)])
def test_it_is_not_offered_where_the_operator_does_not_want_it(rules):
    walk = blocked_elsewhere()
    walk.rules = rules

    walk.disabling_approved()

    assert walk.ignored
    assert not walk.move.has_effect(*SWITCHES)


def test_it_is_not_offered_without_credentials_that_can_change_the_source():
    walk = blocked_elsewhere()
    assert walk.move.inspection is not None

    without = replace(walk.move, inspection=replace(walk.move.inspection, can_switch_source=False))

    assert to_disable(without, RULES) is None


def test_it_is_not_offered_for_a_tenant_which_is_disabled_in_another_way():
    walk = blocked_elsewhere()
    assert walk.move.inspection is not None
    tenant = replace(SOURCE, tenant_of=GREEN)

    assert to_disable(replace(walk.move, inspection=replace(walk.move.inspection, source=tenant)), RULES) is None


def test_it_is_not_offered_for_more_names_than_a_modal_can_show():
    walk = blocked_elsewhere()
    assert walk.move.inspection is not None
    many = replace(SOURCE, aliases=tuple(f"n{number}.example.com" for number in range(501)))

    assert to_disable(replace(walk.move, inspection=replace(walk.move.inspection, source=many)), RULES) is None


@pytest.mark.parametrize(
    ("by", "says"),
    [
        (OUTSIDER, "Only approvers can do that"),
        (GUEST, "Only full members"),
        (replace(REQUESTER, is_approver=True), "You can't approve this one"),
    ],
    ids=["no approver", "a guest", "the requester"],
)
def test_who_may_not_approve_may_not_disable(by: Person, says: str):
    walk = blocked_elsewhere().disabling_approved(by)

    assert walk.ignored.startswith(says)
    assert walk.move.source_off is None


@pytest.mark.parametrize("typed", ["", "e1blue4cldfrnt", f"{BLUE.text} ", GREEN.text])
def test_the_id_has_to_be_typed_exactly(typed: str):
    walk = blocked_elsewhere().happens(DisablingApproved(APPROVER, key_of(SOURCE), typed))

    assert walk.ignored == "That is not the id. Nothing happened; type E1BLUE4CLDFRNT exactly."
    assert walk.move.source_off is None


@pytest.mark.parametrize(
    "shown",
    [
        replace(SOURCE, aliases=(*SOURCE.aliases, "new.example.com")),
        replace(SOURCE, account=distribution().account),
        replace(SOURCE, id=GREEN),
    ],
    ids=["another name", "another account", "another distribution"],
)
def test_an_approval_counts_for_the_source_that_was_shown_alone(shown: Distribution):
    walk = blocked_elsewhere().happens(DisablingApproved(APPROVER, key_of(shown), BLUE.text))

    assert walk.ignored.startswith("The source has changed since you were asked.")
    assert not walk.move.has_effect(*SWITCHES)


def test_the_order_of_names_is_no_difference():
    assert key_of(SOURCE) == key_of(replace(SOURCE, aliases=SOURCE.aliases[::-1]))


# Disabling


def test_the_approval_is_of_disabling_and_not_of_the_move():
    walk = disabling()

    assert off(walk).approved_by == APPROVER.id
    assert off(walk).aliases == ("shop.example.com", "www.example.com")
    assert off(walk).account == LEGACY
    assert outstanding(walk.move, EffectKind.DISABLE_SOURCE).not_before == walk.at
    assert told(walk.move) == ["source_disabling"]
    assert (walk.move.votes, walk.move.round, walk.move.state) == ((), 1, MoveState.BLOCKED)


def test_from_disabled_to_deployed_the_bot_looks_every_few_seconds_and_then_asks_for_approval():
    walk = disabled()
    assert outstanding(walk.move, EffectKind.LOOK).not_before == walk.at

    walk.looks(STILL_DISABLING)
    assert outstanding(walk.move, EffectKind.ROUTINE_LOOK).not_before == walk.at + 3

    walk.after(200).looks(STILL_DISABLING)
    assert outstanding(walk.move, EffectKind.ROUTINE_LOOK).not_before == walk.at + 10

    walk.after(10).looks(OFF_EVERYWHERE)
    assert walk.move.state is MoveState.AWAITING_APPROVAL
    assert off(walk).deployed_at == walk.at
    assert told(walk.move) == ["source_disabling", "source_disabled", "approval_needed"]


def test_a_look_that_still_shows_it_enabled_is_repeated_soon():
    walk = disabled().looks(ELSEWHERE)

    assert walk.move.state is MoveState.BLOCKED
    assert outstanding(walk.move, EffectKind.ROUTINE_LOOK).not_before == walk.at + 3


def test_a_look_from_before_does_not_count():
    walk = disabled()
    found = OFF_EVERYWHERE.inspection(walk.at - 5, GREEN)
    assert walk.move.inspection is not None

    before = replace(walk.move, inspection=ELSEWHERE.inspection(walk.at - 5, GREEN))

    assert to_disable(before, RULES) is None
    assert found.source is not None
    assert off(walk).deployed_at is None


def test_a_source_that_somebody_enables_meanwhile_can_be_disabled_again():
    walk = disabled().looks(STILL_DISABLING).after(20).looks(ELSEWHERE)
    assert to_disable(walk.move, RULES) == SOURCE

    walk.disabling_approved()

    assert walk.ignored == ""
    assert told(walk.move).count("source_disabling") == 2


def test_a_source_that_somebody_enables_is_called_enabled_and_looked_at_rarely():
    walk = disabled().looks(STILL_DISABLING).after(60).looks(ELSEWHERE)

    assert (off(walk).phase, off(walk).since) == (SwitchPhase.ENABLED, walk.at)
    assert not waits_for_cloudfront(walk.move)
    assert outstanding(walk.move, EffectKind.ROUTINE_LOOK).not_before == walk.at + 900
    assert to_disable(walk.move, RULES) == SOURCE

    walk.happens(Cancelled(REQUESTER))
    assert to_enable(walk.move) is None


def test_a_source_that_somebody_enables_after_it_was_off_everywhere_is_off_no_more():
    walk = disabled().looks(OFF_EVERYWHERE).after(60).looks(ELSEWHERE)

    assert (off(walk).phase, off(walk).deployed_at) == (SwitchPhase.ENABLED, None)
    assert not off(walk).may_be_off


def test_a_look_soon_after_the_request_does_not_call_it_enabled():
    walk = disabled().after(57).looks(ELSEWHERE)

    assert off(walk).phase is SwitchPhase.DISABLED
    assert waits_for_cloudfront(walk.move)


def test_what_else_stands_in_the_way_is_not_looked_at_every_few_seconds():
    walk = disabled().looks(replace(STILL_DISABLING, is_covered=False))

    assert off(walk).phase is SwitchPhase.DISABLED
    assert not waits_for_cloudfront(walk.move)


def test_another_holder_is_not_waited_for():
    walk = disabled()
    inspection = ELSEWHERE.inspection(walk.at, GREEN)

    other = replace(inspection, source=replace(SOURCE, id=TEAL))

    assert not waits_for_cloudfront(replace(walk.move, inspection=other))
    assert not waits_for_cloudfront(replace(walk.move, inspection=replace(inspection, source=None)))


def test_a_source_that_deploys_again_does_not_stop_a_move_that_had_it_off_everywhere():
    walk = disabled().looks(OFF_EVERYWHERE)
    assert walk.move.off_before == BLUE.text

    walk.after(900).looks(STILL_DISABLING)

    assert walk.move.state is MoveState.AWAITING_APPROVAL


def test_a_source_that_nobody_has_seen_off_everywhere_is_waited_for():
    """The target is in its account first, where it does not stand in the way that it deploys."""
    here = replace(STILL_DISABLING, is_elsewhere=False)
    deploying = replace(here.inspection(START, GREEN), source=STILL_DISABLING.blue(distribution(BLUE)))
    walk = Walk()
    walk.happens(Inspected(walk.id_of(EffectKind.LOOK), deploying))
    assert told(walk.move) == ["approval_needed"]

    walk.after(900).looks(STILL_DISABLING)

    assert walk.move.state is MoveState.BLOCKED
    assert waits_for_cloudfront(walk.move)


def test_a_source_that_is_enabled_again_has_to_be_off_everywhere_once_more():
    walk = disabled().looks(OFF_EVERYWHERE).after(60).looks(ELSEWHERE).after(900)

    walk.looks(STILL_DISABLING)

    assert waits_for_cloudfront(walk.move)


def test_an_unclear_answer_is_settled_by_trying_again_which_reads_first():
    walk = disabling().asks_to_switch()
    first = walk.id_of(EffectKind.DISABLE_SOURCE)

    walk.happens(SwitchDelayed(first, "CloudFront gave no answer.", is_unclear=True))
    again = outstanding(walk.move, EffectKind.DISABLE_SOURCE)
    assert (again.id != first, again.not_before) == (True, walk.at + 2)
    assert off(walk).is_unclear

    walk.after(2).asks_to_switch().reads_source(is_enabled=False)
    assert off(walk).phase is SwitchPhase.DISABLED
    assert not off(walk).is_unclear


@pytest.mark.parametrize("begun", [disabling, enabling])
def test_a_source_that_is_deleted_meanwhile_is_gone_and_nothing_is_left_to_do(begun: Callable[[], Walk]):
    walk = begun().asks_to_switch()

    walk.happens(SourceRead(walk.id_of(*SWITCHES), is_enabled=None))

    assert off(walk).phase is SwitchPhase.GONE
    assert not off(walk).may_be_off
    assert to_enable(walk.happens(Cancelled(REQUESTER)).move) is None
    assert told(walk.move)[-1] in {"source_refused", "cancelled"}
    assert not walk.move.has_effect(*SWITCHES)


def test_throttling_is_waited_out_and_the_approval_keeps_counting():
    walk = disabling().asks_to_switch()
    switch = walk.id_of(EffectKind.DISABLE_SOURCE)

    walk.happens(SwitchRefused(switch, refusal(RefusalCause.THROTTLED)))

    assert outstanding(walk.move, EffectKind.DISABLE_SOURCE).not_before == walk.at + 2
    assert off(walk).phase is SwitchPhase.DISABLING


def test_a_refusal_changes_nothing_and_it_can_be_asked_for_again():
    walk = disabling().asks_to_switch()
    said = refusal(RefusalCause.ACCESS_DENIED)

    walk.happens(SwitchRefused(walk.id_of(EffectKind.DISABLE_SOURCE), said))

    assert off(walk).phase is SwitchPhase.NOT_DISABLED
    assert walk.move.source_refusal == said
    assert told(walk.move)[-1] == NoticeKind.SOURCE_REFUSED.value
    assert to_disable(walk.move, RULES) == SOURCE
    assert walk.disabling_approved().move.source_refusal is None


def test_a_source_that_changed_is_looked_at_again_and_asked_about_again():
    walk = disabling().asks_to_switch()

    walk.happens(SourceChanged(walk.id_of(EffectKind.DISABLE_SOURCE), "Somebody else changed it."))

    assert off(walk).phase is SwitchPhase.NOT_DISABLED
    assert outstanding(walk.move, EffectKind.LOOK).not_before == walk.at


def test_after_a_quarter_of_an_hour_without_an_answer_nobody_tries_any_more():
    walk = disabling().asks_to_switch().after(901)
    switch = walk.id_of(EffectKind.DISABLE_SOURCE)

    walk.happens(SwitchDelayed(switch, "CloudFront can't be reached.", is_unclear=False))

    assert off(walk).phase is SwitchPhase.NOT_DISABLED
    assert not walk.move.has_effect(*SWITCHES)


def test_what_was_sent_and_never_answered_is_called_unknown_until_a_look_shows_it():
    walk = disabling().asks_to_switch().after(901)
    walk.happens(SwitchDelayed(walk.id_of(EffectKind.DISABLE_SOURCE), "No answer.", is_unclear=True))
    assert off(walk).phase is SwitchPhase.UNKNOWN

    walk.after(1).looks(STILL_DISABLING)

    assert off(walk).phase is SwitchPhase.DISABLED


def test_what_was_sent_and_never_answered_came_to_nothing_when_a_later_look_shows_it_enabled():
    walk = disabling().asks_to_switch().after(901)
    walk.happens(SwitchDelayed(walk.id_of(EffectKind.DISABLE_SOURCE), "No answer.", is_unclear=True))

    walk.after(1).looks(ELSEWHERE)

    assert (off(walk).phase, off(walk).is_unclear, off(walk).why) == (SwitchPhase.ENABLED, False, "")


@pytest.mark.parametrize(("was_sent", "phase"), [(False, SwitchPhase.NOT_DISABLED), (True, SwitchPhase.UNKNOWN)])
def test_a_worker_that_fails_again_and_again_gives_up(was_sent: bool, phase: SwitchPhase):  # noqa: FBT001
    walk = disabling().asks_to_switch() if was_sent else disabling()

    walk.happens(EffectAbandoned(walk.id_of(EffectKind.DISABLE_SOURCE)))

    assert off(walk).phase is phase
    assert told(walk.move)[-1] == NoticeKind.SOURCE_REFUSED.value


# Its place in the history


def test_the_history_names_the_source_and_why_it_failed():
    walk = disabling().asks_to_switch()
    key = key_of(SOURCE)
    assert in_words(walk.move) == f"E1BLUE4CLDFRNT in 444455556666, {key}: disabling"

    walk.happens(SwitchRefused(walk.id_of(EffectKind.DISABLE_SOURCE), refusal()))
    assert in_words(walk.move).endswith(f"{key}: not_disabled; IllegalUpdate: CloudFront's own words.")

    walk.disabling_approved().happens(SwitchDelayed(walk.id_of(EffectKind.DISABLE_SOURCE), "No answer.", False))
    assert in_words(walk.move).endswith(f"{key}: disabling; No answer.")


def test_a_move_that_needs_no_disabling_has_nothing_to_do_with_all_this():
    walk = Walk().looks(READY)

    assert walk.move.source_off is None
    assert walk.move.off_before == ""


REFUSALS = (
    lambda effect: SwitchRefused(effect, refusal(RefusalCause.ACCESS_DENIED)),
    lambda effect: SourceChanged(effect, "Somebody else changed it at the same moment."),
)


@pytest.mark.parametrize("no", REFUSALS, ids=["refused", "changed"])
def test_a_no_to_a_second_worker_says_nothing_of_what_the_first_may_still_send(no: Callable[[str], SwitchResult]):
    walk = disabling().asks_to_switch().after(10).asks_to_switch()

    walk.after(1).happens(no(walk.id_of(EffectKind.DISABLE_SOURCE)))

    assert off(walk).phase is SwitchPhase.UNKNOWN


def test_what_the_first_worker_has_done_meanwhile_is_seen_by_the_next_look():
    walk = disabling().asks_to_switch().after(10).asks_to_switch()
    walk.after(1).happens(REFUSALS[0](walk.id_of(EffectKind.DISABLE_SOURCE)))

    walk.after(60).happens(RecheckRequested(REQUESTER)).looks(STILL_DISABLING)

    assert off(walk).phase is SwitchPhase.DISABLED


def test_a_no_to_a_worker_that_asks_alone_settles_it():
    walk = disabling().asks_to_switch()
    walk.happens(SwitchDelayed(walk.id_of(EffectKind.DISABLE_SOURCE), "It can't be reached.", is_unclear=False))

    walk.after(2).asks_to_switch().happens(REFUSALS[0](walk.id_of(EffectKind.DISABLE_SOURCE)))

    assert off(walk).phase is SwitchPhase.NOT_DISABLED
