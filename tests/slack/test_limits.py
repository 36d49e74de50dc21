"""Every message fits Slack's limits, whatever people, AWS and DNS have written; judged by two that did not write it."""

import warnings

import pytest
from slack_sdk.models.blocks import Block

from bot.alias_move.approval import Rules
from bot.slack.blocks import Json
from bot.slack.messages import card, help_text, list_of_moves, not_understood, notice, without_plans
from playground.slack.block_kit import Surface, is_message_too_long, refusals_of_blocks
from tests.slack.every_move import every_move
from tests.slack.made_moves import NASTY, RULES, World, notices_of

WORLDS = {"plain": World(), "nasty": World(nasty=NASTY)}
MOVES = {f"{kind}, {name}": move for kind, world in WORLDS.items() for name, move in every_move(world)}
MANY = Rules(approvers=tuple(f"U{number:010d}" for number in range(60)))


def is_fine(blocks: list[Json]) -> None:
    assert refusals_of_blocks(blocks, Surface.MESSAGE) == []
    assert not is_message_too_long(blocks)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for block in blocks:
            parsed = Block.parse(block)
            assert parsed is not None
            parsed.validate_json()


@pytest.mark.parametrize("name", MOVES)
def test_cards_and_notices_fit(name):
    move = MOVES[name]

    shown, with_many_approvers = card(move, RULES).blocks, card(move, MANY).blocks
    without = without_plans(shown)

    for blocks in (shown, without, with_many_approvers):
        is_fine(blocks)
    for one in notices_of(move):
        is_fine(notice(move, one, RULES).blocks)
    assert "plan" not in {block["type"] for block in without}


def test_answers_fit():
    is_fine(help_text().blocks)
    is_fine(list_of_moves([World(nasty=NASTY).inspected()] * 50).blocks)
    is_fine(not_understood(NASTY).blocks)
