"""What a press carries, and which state has which buttons."""

import pytest

from bot.alias_move.approval import Rules
from bot.alias_move.events import RecheckRequested
from bot.alias_move.move import MoveState
from bot.slack.blocks import Json
from bot.slack.messages import (
    APPROVE,
    CANCEL,
    CHOOSE_TARGET,
    LETTERS,
    RECHECK,
    REJECT,
    UNREADABLE_PRESS,
    ButtonValue,
    NotOurButton,
    card,
)
from tests.slack.made_moves import MINA, RULES, World

EVERY_MOVE = dict(World().every_move())
EXPECTED = {
    MoveState.INSPECTING: [CANCEL],
    MoveState.CHOOSING_TARGET: [CHOOSE_TARGET, CANCEL],
    MoveState.BLOCKED: [RECHECK, CANCEL],
    MoveState.AWAITING_TXT: [RECHECK, CANCEL],
    MoveState.AWAITING_APPROVAL: [APPROVE, REJECT, RECHECK, CANCEL],
    MoveState.CONFIRMING: [CANCEL],
    MoveState.ASSOCIATING: [],
    MoveState.MOVED: [],
    MoveState.NOTHING_TO_MOVE: [],
    MoveState.REJECTED: [],
    MoveState.CANCELLED: [],
    MoveState.EXPIRED: [],
}


def elements_of(blocks: list[Json]) -> list[Json]:
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]


@pytest.mark.parametrize("name", EVERY_MOVE)
def test_each_state_has_its_buttons(name):
    move = EVERY_MOVE[name]

    shown = elements_of(card(move, RULES).blocks)

    letters = [LETTERS] if "foreign" in name else []
    first, last = EXPECTED[move.state][:-1], EXPECTED[move.state][-1:]
    assert [element["action_id"] for element in shown] == [*first, *letters, *last]


def test_every_state_is_among_those_moves():
    assert {move.state for move in EVERY_MOVE.values()} == set(MoveState)


@pytest.mark.parametrize("name", EVERY_MOVE)
def test_every_button_carries_the_move_its_plan_and_its_round(name):
    move = EVERY_MOVE[name]

    buttons = [one for one in elements_of(card(move, RULES).blocks) if one["type"] == "button"]

    for button in buttons:
        assert ButtonValue.decode(button["value"]) == ButtonValue("m1", move.digest, move.round)
        assert "www.example.com" in button["accessibility_label"]


def test_only_one_button_is_primary():
    for move in EVERY_MOVE.values():
        styles = [element.get("style") for element in elements_of(card(move, RULES).blocks)]

        assert styles.count("primary") <= 1


def test_the_menus_block_carries_what_its_options_do_not():
    move = World().choosing()

    menu = next(block for block in card(move, RULES).blocks if block["type"] == "actions")

    assert ButtonValue.decode(menu["block_id"]) == ButtonValue("m1", move.digest, 1)
    assert [option["value"] for option in menu["elements"][0]["options"]] == ["E2FITS00000", "E2FITS00001"]


def test_a_later_version_of_the_card_has_new_block_ids():
    world = World()
    move = world.inspected()
    later = world.failing(world.after(move, RecheckRequested(MINA)))

    def ids(blocks: list[Json]) -> set[str]:
        return {block["block_id"] for block in blocks if block["type"] == "actions"}

    assert not ids(card(move, RULES).blocks) & ids(card(later, RULES).blocks)


def test_a_menu_holds_a_hundred_and_says_what_is_left_out():
    shown = card(World().choosing(fitting=130), RULES)

    assert len(elements_of(shown.blocks)[0]["options"]) == 100
    assert "*30 more fit*" in str(shown.blocks)


def test_moves_that_are_switched_off_have_no_approve_button_and_say_why():
    shown = card(World().live().inspected(), Rules(approvers=("U0JOON",), moves_enabled=False))

    assert APPROVE not in [element["action_id"] for element in elements_of(shown.blocks)]
    assert "MOVES_ENABLED=false" in str(shown.blocks)


def test_cancelling_asks_once_more():
    cancel = elements_of(card(World().inspected(), RULES).blocks)[-1]

    assert "stays where it is" in cancel["confirm"]["text"]["text"]


def test_a_move_that_was_never_looked_at_can_be_cancelled():
    assert ButtonValue.decode("m1::1") == ButtonValue("m1", "", 1)


GARBAGE = ["", "m1", "m1:1", "m1:xyz:1", "m1:0123456789abcdef:-1", "m1:0123456789abcdef:٣", "m1:0123456789abcdef:1\n"]
MORE_GARBAGE: list[object] = ["a b:0123456789abcdef:1", "m1::1/x", "m" * 65 + "::1", "<!channel>::1", None, 7, {}]


@pytest.mark.parametrize("garbage", [*GARBAGE, *MORE_GARBAGE])
def test_garbage_is_refused_with_a_sentence(garbage):
    with pytest.raises(NotOurButton) as refused:
        ButtonValue.decode(garbage)

    assert str(refused.value) == UNREADABLE_PRESS
