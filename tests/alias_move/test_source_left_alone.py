"""A source that somebody approved to disable is left alone once that would come as a surprise."""

from dataclasses import replace

import pytest

from bot.alias_move.events import Cancelled, EffectAbandoned, SourceRead, SwitchDelayed
from bot.alias_move.move import EffectKind, MoveState, Obstacle
from bot.alias_move.source_off import to_enable
from bot.alias_move.switch import SwitchPhase
from tests.alias_move.evidence import ELSEWHERE, OFF_EVERYWHERE, REQUESTER, RULES
from tests.alias_move.walks import SWITCHES, blocked_elsewhere, disabling, off


def test_an_approval_of_yesterday_disables_nothing():
    walk = disabling().after(901).asks_to_switch()
    assert walk.ignored == "The source must not be switched any more; what became of it is read."

    walk.reads_source(is_enabled=True)

    assert off(walk).phase is SwitchPhase.NOT_DISABLED
    assert "older than a quarter of an hour" in off(walk).why


@pytest.mark.parametrize("rules", [replace(RULES, disable_source=False), replace(RULES, moves_enabled=False)])
def test_what_is_switched_off_meanwhile_is_not_done(rules):
    walk = disabling()
    walk.rules = rules

    assert walk.asks_to_switch().ignored


def test_a_cancelled_move_disables_nothing_any_more():
    walk = disabling().happens(Cancelled(REQUESTER))
    assert walk.asks_to_switch().ignored

    walk.reads_source(is_enabled=True)

    assert off(walk).phase is SwitchPhase.NOT_DISABLED
    assert to_enable(walk.move) is None


def test_a_source_is_left_alone_when_something_else_stands_in_the_way_by_then():
    walk = disabling().looks(replace(ELSEWHERE, is_covered=False))
    assert walk.move.state is MoveState.BLOCKED

    walk.asks_to_switch()
    assert walk.ignored == "The source must not be switched any more; what became of it is read."

    walk.reads_source(is_enabled=True)
    assert off(walk).phase is SwitchPhase.NOT_DISABLED
    assert "something else had come in its way" in off(walk).why


def test_a_source_is_left_alone_when_the_bot_can_not_go_on_by_then():
    walk = disabling()

    walk.happens(EffectAbandoned(walk.id_of(EffectKind.ROUTINE_LOOK)))

    assert walk.move.obstacle is Obstacle.WORKER_FAILS
    assert walk.asks_to_switch().ignored


def test_a_move_that_is_cancelled_while_cloudfront_is_asked_finds_out_what_came_of_it():
    walk = disabling().asks_to_switch().happens(Cancelled(REQUESTER))
    walk.after(1).reads_source(is_enabled=True)
    assert walk.move.has_effect(EffectKind.DISABLE_SOURCE)

    walk.after(2).reads_source(is_enabled=False)

    assert off(walk).phase is SwitchPhase.DISABLED
    assert to_enable(walk.move) == off(walk)
    assert walk.move.state is MoveState.CANCELLED


def test_a_move_that_goes_on_by_itself_keeps_what_is_outstanding():
    walk = disabling().asks_to_switch()
    walk.move = walk.happens(SwitchDelayed(walk.id_of(*SWITCHES), "No answer.", is_unclear=True)).move
    watching = walk.after(1).move
    assert watching.has_effect(EffectKind.DISABLE_SOURCE)

    walk.after(900).looks(OFF_EVERYWHERE)

    assert walk.move.state is MoveState.AWAITING_APPROVAL
    assert walk.move.has_effect(EffectKind.DISABLE_SOURCE)
    assert walk.asks_to_switch().ignored


def test_a_switch_that_nobody_approved_is_a_mistake():
    walk = blocked_elsewhere()

    with pytest.raises(AssertionError, match="nobody has approved"):
        walk.happens(SourceRead(walk.id_of(EffectKind.ROUTINE_LOOK), is_enabled=False))
