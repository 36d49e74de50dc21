"""The six steps on cards and in their modal."""

from dataclasses import replace

import pytest

from bot.alias_move.evidence import KnownSource
from bot.alias_move.findings import Certificate, CertificateKind, inspect
from bot.alias_move.move import Move
from bot.alias_move.names import AccountId, DistributionId
from bot.slack.letters import support_case
from bot.slack.messages import card, reading_modal
from bot.slack.steps import steps_for
from playground.slack.block_kit import Surface, refusals_of_blocks, refusals_of_view
from tests.slack.made_moves import NASTY, RULES, World, a_distribution, registrable
from tests.slack.reading import read

LEGACY = AccountId("444455556666")
BOTH = Certificate("arn:1", CertificateKind.ACM, ("example.com", "*.example.com"), "ISSUED")


def must_stay_up(nasty: str = "", alias: str = "www.example.com") -> World:
    blue = a_distribution("E1BLUE4CLDFRNT", nasty or "blue", alias, account=LEGACY)
    return World(alias=alias, inventory=(blue, a_distribution("E2GREEN4CLDFRNT", nasty or "green", certificate=BOTH)))


def by_hand() -> Move:
    """The target has it, and an earlier look saw the steps."""
    world = must_stay_up()
    green = replace(world.inventory[1], aliases=("*.example.com", "www.example.com"))
    former = KnownSource(DistributionId("E1BLUE4CLDFRNT"), "blue (E1BLUE4CLDFRNT)")
    evidence = replace(world.evidence(0.0), inventory=(green,), former_source=former)
    return replace(replace(world, inventory=(green,)).inspected(), inspection=inspect(evidence, registrable))


def test_a_card_tells_the_next_step_and_offers_all_six():
    shown = card(must_stay_up().inspected(), RULES)

    assert "go by the six steps behind the button" in read(shown.blocks)
    assert "Keep it up: six steps…" in str(shown.blocks)


@pytest.mark.parametrize("nasty", ["", NASTY], ids=["plain", "nasty"])
def test_the_modal_fits_and_can_be_copied_from(nasty: str):
    view = reading_modal(must_stay_up(nasty).inspected())

    assert view is not None
    assert refusals_of_view(view) == []
    text = read(view["blocks"])
    assert "Add *.example.com to the names of" in text
    assert "Step 6 of 6" in text


def test_only_a_blocked_move_has_steps():
    assert steps_for(must_stay_up().inspected()) is not None
    assert steps_for(must_stay_up().opened()) is None
    assert steps_for(by_hand()) is None


def test_the_last_card_says_what_is_left():
    shown = card(by_hand(), RULES).blocks

    assert refusals_of_blocks(shown, Surface.MESSAGE) == []
    assert "put there by hand, step by step; I changed nothing." in read(shown)
    assert "take *.example.com off the names of green" in read(shown)


def test_a_source_of_ours_that_must_stay_up_has_a_text_for_support_alone():
    move = must_stay_up(alias="example.com").inspected()

    view = reading_modal(move)

    assert view is not None
    assert refusals_of_view(view) == []
    assert "*To its owner.*" not in str(view)
    assert "- The source is ours, but has to go on serving, so we can't disable it." in support_case(move)


def test_a_move_without_either_has_no_such_modal():
    assert reading_modal(World().inspected()) is None
