"""What a press carries, and which state has which buttons."""

from dataclasses import replace

import pytest

from bot.alias_move.approval import Rules
from bot.alias_move.events import RecheckRequested
from bot.alias_move.move import MoveState
from bot.slack.blocks import Json
from bot.slack.buttons import target_menu
from bot.slack.messages import (
    APPROVE,
    CANCEL,
    CHOOSE_TARGET,
    CREATE_RECORD,
    DISABLE_SOURCE,
    ENABLE_SOURCE,
    LETTERS,
    NOT_TRIED,
    OWNER_SAYS_OFF,
    RECHECK,
    RECORD_TEXTS,
    REJECT,
    REMOVE_RECORD,
    TRIED_BY_HAND,
    UNREADABLE_PRESS,
    ButtonValue,
    NotOurButton,
    card,
)
from bot.slack.steps import steps_for
from tests.slack.every_move import every_move
from tests.slack.made_moves import MINA, RULES, World

EVERY_MOVE = dict(every_move(World()))
EXPECTED = {
    MoveState.INSPECTING: [CANCEL],
    MoveState.CHOOSING_TARGET: [CHOOSE_TARGET, CANCEL],
    MoveState.BLOCKED: [RECHECK, CANCEL],
    MoveState.AWAITING_TXT: [RECHECK, CANCEL],
    MoveState.AWAITING_APPROVAL: [TRIED_BY_HAND, NOT_TRIED, APPROVE, REJECT, RECHECK, CANCEL],
    MoveState.CONFIRMING: [TRIED_BY_HAND, NOT_TRIED, CANCEL],
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

    further = []
    if name in {"blocked, source can be disabled", "blocked, source not disabled"}:
        further += [DISABLE_SOURCE]
    if name.removeprefix("awaiting txt, record ") in {"can be created", "refused", "changed"}:
        further += [CREATE_RECORD]
    if name in {"cancelled, record there", "moved, record there", "moved, record not removed"}:
        further += [REMOVE_RECORD]
    is_missing = move.state in {MoveState.BLOCKED, MoveState.AWAITING_TXT}
    if is_missing and move.plan and move.plan.record and not move.plan.record_is_live:
        further += [RECORD_TEXTS]
    if "foreign" in name or steps_for(move) is not None:
        further += [LETTERS]
    if name in {"cancelled, source off", "moved, source off"}:
        further += [ENABLE_SOURCE]
    owner = [OWNER_SAYS_OFF] if name == "blocked by a foreign holder" else []
    expected = EXPECTED[move.state]
    if move.state is MoveState.CONFIRMING and move.refusal is not None:
        expected = [CANCEL]  # AWS has answered whether it was asked too early
    if move.plan and move.plan.operation and not move.plan.record:
        expected = [one for one in expected if one not in {TRIED_BY_HAND, NOT_TRIED}]
    first, last = expected[:-1], expected[-1:]
    assert [element["action_id"] for element in shown] == [*owner, *first, *further, *last]


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


def test_each_option_of_the_menu_says_by_which_certificate_it_fits():
    inspection = World().choosing(fitting=3).inspection
    assert inspection is not None
    exact, wildcard, unseen = inspection.candidates[:3]
    candidates = (
        replace(exact, covered_by="www.example.com"),
        replace(wildcard, covered_by="*.example.com", deployed=False),
        replace(unseen, covered_by=""),
    )

    [menu] = elements_of(target_menu(World().choosing(), candidates))

    assert [option["description"]["text"] for option in menu["options"]] == [
        "certificate for www.example.com",
        "still deploying, certificate for *.example.com",
        "certificate not readable",
    ]


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
