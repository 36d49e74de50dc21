"""What may rest on an inventory of the last minute: a first card, and nothing that anybody acts on."""

from dataclasses import replace

import pytest

from bot.alias_move.events import RecheckRequested
from bot.alias_move.findings import ConflictingAlias, Distribution, Evidence
from bot.alias_move.move import EffectKind, MoveState
from bot.alias_move.names import DistributionId
from bot.alias_move.remembering import may_remember, stands
from bot.alias_move.visitors import Further
from tests.alias_move.evidence import ABSENT_RECORD, ALIAS, BLUE, GREEN, REQUESTER, START, TEAL, distribution
from tests.alias_move.walks import Walk, outstanding, seen, walk_to

LOOKS = (EffectKind.LOOK, EffectKind.ROUTINE_LOOK)


def looks(walk: Walk) -> dict[EffectKind, bool]:
    """The outstanding looks, and whether each may use what is remembered."""
    return {one.kind: may_remember(walk.move, one) for one in walk.move.effects if one.kind in LOOKS}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (MoveState.INSPECTING, {EffectKind.LOOK: True}),
        (MoveState.AWAITING_APPROVAL, {EffectKind.ROUTINE_LOOK: True}),
        (MoveState.BLOCKED, {EffectKind.ROUTINE_LOOK: False}),
        (MoveState.CONFIRMING, {EffectKind.LOOK: False}),
    ],
)
def test_only_the_first_card_and_a_routine_look_while_approvers_decide(
    state: MoveState, expected: dict[EffectKind, bool]
):
    assert looks(walk_to(state)) == expected


@pytest.mark.parametrize("state", [MoveState.BLOCKED, MoveState.AWAITING_TXT, MoveState.AWAITING_APPROVAL])
def test_whoever_asks_for_another_look_gets_one_at_what_is_there_now(state: MoveState):
    walk = walk_to(state).happens(RecheckRequested(REQUESTER))

    assert not may_remember(walk.move, outstanding(walk.move, EffectKind.LOOK))


def test_the_record_that_appears_is_followed_by_a_look_at_what_is_there_now():
    walk = seen(Walk().looks(ABSENT_RECORD))

    assert looks(walk) == {EffectKind.LOOK: False}


READ = Further(is_read=True)
HOLDER = replace(distribution(BLUE, aliases=(ALIAS.text,)), further=READ)
TARGET = replace(distribution(GREEN), further=READ)
OTHER = distribution(TEAL)
UNREAD = Further(is_read=False)
FOREIGN = ConflictingAlias(ALIAS.text, "*******FOREIGN", "******445566")


def evidence(
    *inventory: Distribution,
    wanted: DistributionId | None = GREEN,
    conflicts: tuple[ConflictingAlias, ...] | None = (),
) -> Evidence:
    return Evidence(ALIAS, START, wanted, inventory, conflicts)


def test_what_is_remembered_stands_when_both_sides_were_read_just_now():
    assert stands(evidence(HOLDER, TARGET, OTHER))
    assert stands(evidence(HOLDER, TARGET, wanted=None))


def test_a_target_that_was_read_just_now_may_be_in_the_way():
    assert stands(evidence(HOLDER, replace(TARGET, enabled=False)))


def test_a_choice_may_be_offered_when_the_holder_was_read_just_now():
    assert stands(evidence(HOLDER, distribution(GREEN), OTHER, wanted=None))
    assert not stands(evidence(replace(HOLDER, further=UNREAD), distribution(GREEN), OTHER, wanted=None))


def test_an_alias_that_is_on_its_target_already_was_read_there_just_now():
    assert stands(evidence(replace(TARGET, aliases=(ALIAS.text,))))


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (evidence(TARGET), "nobody seems to hold it"),
        (evidence(TARGET, conflicts=None), "nobody can be asked who holds it"),
        (evidence(TARGET, conflicts=(FOREIGN,)), "the holder may be one of ours, made just now"),
        (evidence(HOLDER), "the wanted target is not in it, or gone"),
        (evidence(HOLDER, wanted=None), "there is no target"),
        (evidence(HOLDER, replace(OTHER, enabled=False), wanted=None), "no target fits"),
        (evidence(replace(HOLDER, further=UNREAD), TARGET), "the holder could not be read"),
        (evidence(HOLDER, replace(TARGET, further=None)), "the target was not read"),
        (evidence(replace(HOLDER, aliases=()), TARGET), "the holder has it no more"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_everything_is_read_anew_when(found: Evidence, why: str):
    assert not stands(found), why
