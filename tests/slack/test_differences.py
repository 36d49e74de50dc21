"""What visitors will get, on the card and in the approving modal."""

from dataclasses import replace

import pytest

from bot.alias_move.visitors import Further
from bot.slack.messages import approval_modal
from playground.slack import plain_text
from playground.slack.block_kit import refusals_of_view
from tests.slack.made_moves import NASTY, RULES, World, a_behaviour
from tests.slack.reading import read, shown

UNLIKE = World().unlike()
FIREWALL = "Serious  blue has a firewall (waf-prod), green has none."


def in_modal(move) -> str:
    return read(approval_modal(move, RULES, "a-nonce")["blocks"])


@pytest.mark.parametrize("world", [UNLIKE, UNLIKE.live()], ids=["awaiting txt", "awaiting approval"])
def test_a_card_shows_what_is_serious_and_counts_the_rest(world):
    text = shown(world.inspected())

    assert FIREWALL in text
    assert "Note  1 smaller difference for visitors, listed where it is approved." in text
    assert "HTTP versions" not in text


def test_a_blocked_card_shows_it_too():
    blue, green = UNLIKE.inventory
    move = replace(UNLIKE, inventory=(blue, replace(green, enabled=False))).inspected()

    assert FIREWALL in shown(move)


def test_the_modal_lists_everything_serious_first():
    text = in_modal(UNLIKE.live().inspected())

    assert FIREWALL in text
    assert "Note  HTTP versions: blue http2and3, green http2." in text
    assert text.index("Serious  ") < text.index("Note  ")


def test_many_serious_differences_do_not_flood_a_card():
    worse = {
        "viewer_mtls": "required",
        "anycast_ip_list": "aip_1",
        "geo_restriction": "whitelist",
        "countries": ("DE",),
    }
    world = World().unlike(routes=(replace(a_behaviour().routes[0], signers=("kg_1",)),), **worse)

    text = shown(world.live().inspected())

    assert text.count("Serious  ") == 5
    assert "Serious  and 1 more, listed where it is approved." in text


def test_where_nothing_differs_one_line_says_so():
    move = World().live().inspected()

    same = "Visitors get the same: I find no setting in which green differs from blue for them."
    assert same in shown(move)
    assert same in in_modal(move)


def test_a_source_that_nobody_can_read_is_not_called_the_same():
    move = World().foreign()

    cannot = "I can't compare what visitors get: I can't read the distribution that holds it."
    assert cannot in shown(move)
    assert cannot in in_modal(move)
    assert "Visitors get the same" not in shown(move)


def test_what_an_older_release_has_stored_is_not_called_the_same():
    blue, green = World().inventory
    move = replace(World(), inventory=(blue, replace(green, behaviour=None, further=None))).live().inspected()

    assert "Visitors get the same" not in shown(move) + in_modal(move)


def test_without_a_target_there_is_nothing_to_compare():
    assert "Visitors" not in shown(World().choosing())


def test_the_stacks_whose_next_deploy_would_undo_it_are_named():
    move = UNLIKE.live().inspected()

    for text in (shown(move), in_modal(move)):
        assert (
            "Also  green belongs to stack web-blue (CloudFormation): its next deploy would undo this, unless"
            " www.example.com is written into it." in text
        )
        assert "Also  blue belongs to stack web-blue (CloudFormation): its next deploy fails, unless" in text


def test_a_split_of_traffic_is_serious_though_the_list_does_not_tell_it():
    blue, green = World().inventory
    split = replace(blue, further=Further(is_read=True, continuous_deployment_policy="cd_1"))
    move = replace(World(), inventory=(split, green)).live().inspected()

    assert "Serious  blue has a continuous deployment policy" in shown(move)
    assert move.plan is not None
    assert move.plan.serious == ()


def test_hostile_names_stay_harmless_and_fit():
    view = approval_modal(World(nasty=NASTY).unlike().live().inspected(), RULES, "n" * 64)

    assert refusals_of_view(view) == []
    assert "!channel" not in plain_text.mentioned("", tuple(view["blocks"]))
