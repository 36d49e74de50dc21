"""Enabling a source again, once the move that had it disabled is over."""

from dataclasses import replace

import pytest

from bot.alias_move.approval import Person
from bot.alias_move.events import EnablingRequested, SwitchRefused
from bot.alias_move.move import EffectKind, MoveState, RefusalCause
from bot.alias_move.source_off import to_enable
from bot.alias_move.switch import SwitchPhase
from tests.alias_move.evidence import ALIAS, APPROVER, OUTSIDER, REQUESTER, RULES, STILL_DISABLING
from tests.alias_move.walks import (
    SWITCHES,
    cancelled_while_disabled,
    disabled,
    enabling,
    moved_and_off,
    off,
    outstanding,
    refusal,
    told,
)


def test_nothing_is_to_be_enabled_while_the_move_is_open():
    walk = disabled().looks(STILL_DISABLING).happens(EnablingRequested(APPROVER))

    assert walk.ignored == "There is nothing to enable again now."


def test_a_move_that_ended_otherwise_offers_to_enable_its_source_again():
    walk = enabling()
    assert outstanding(walk.move, EffectKind.ENABLE_SOURCE).not_before == walk.at

    walk.asks_to_switch().reads_source(is_enabled=True)

    assert off(walk).phase is SwitchPhase.ENABLED
    assert off(walk).enabled_by == APPROVER.id
    assert told(walk.move)[-1] == "source_enabled"
    assert walk.move.state is MoveState.CANCELLED
    assert to_enable(walk.move) is None


def test_after_the_move_it_is_offered_for_the_sake_of_the_other_names():
    walk = moved_and_off()
    assert walk.move.state is MoveState.MOVED

    assert to_enable(walk.move) == off(walk)


def test_a_source_that_served_the_alias_alone_may_stay_off():
    walk = moved_and_off()

    alone = replace(walk.move, source_off=replace(off(walk), aliases=(ALIAS.text,)))

    assert to_enable(alone) is None


@pytest.mark.parametrize(("by", "says"), [(OUTSIDER, "Only approvers"), (REQUESTER, "Only approvers")])
def test_only_approvers_may_enable_it(by: Person, says: str):
    walk = cancelled_while_disabled().happens(EnablingRequested(by))

    assert walk.ignored.startswith(says)
    assert not walk.move.has_effect(*SWITCHES)


def test_enabling_is_not_asked_for_twice_at_once():
    assert enabling().happens(EnablingRequested(APPROVER)).ignored == "There is nothing to enable again now."


def test_it_may_be_undone_when_disabling_has_been_switched_off_since():
    walk = cancelled_while_disabled()
    walk.rules = replace(RULES, disable_source=False, moves_enabled=False)

    walk.happens(EnablingRequested(APPROVER)).asks_to_switch()

    assert walk.ignored == ""


def test_a_refused_undoing_can_be_asked_for_again():
    walk = enabling().asks_to_switch()

    walk.happens(SwitchRefused(walk.id_of(EffectKind.ENABLE_SOURCE), refusal(RefusalCause.ACCESS_DENIED)))

    assert off(walk).phase is SwitchPhase.DISABLED
    assert told(walk.move)[-1] == "source_refused"
    assert to_enable(walk.move) == off(walk)


def test_a_source_that_still_reads_disabled_is_asked_for_again():
    walk = enabling().asks_to_switch().reads_source(is_enabled=False)

    assert outstanding(walk.move, EffectKind.ENABLE_SOURCE).not_before == walk.at + 2
