"""What people read about a source that is disabled for a move."""

from dataclasses import replace

import pytest

from bot.alias_move.events import EnablingRequested, Rejected, SourceRead
from bot.alias_move.move import EffectKind, Move, Notice, NoticeKind
from bot.slack.messages import DISABLE_SOURCE_MODAL, SOURCE_ID, card, disabling_modal, notice, rejection_modal
from playground.slack import plain_text
from playground.slack.block_kit import refusals_of_view
from tests.slack.made_moves import AT, JOON, NASTY, RULES, World
from tests.slack.reading import read, shown

OTHERS = "api.example.com, shop.example.com"


def test_the_modal_lists_every_other_name_and_asks_for_the_id():
    view = disabling_modal(World().elsewhere().inspected(), "a-nonce", {"444455556666": "legacy"})

    text = read(view["blocks"])
    [field] = [block for block in view["blocks"] if block["type"] == "input"]
    assert (view["callback_id"], view["private_metadata"]) == (DISABLE_SOURCE_MODAL, "a-nonce")
    assert DISABLE_SOURCE_MODAL == "move.disable_source"
    assert (field["block_id"], field["element"]["action_id"]) == (SOURCE_ID, SOURCE_ID)
    assert "blue · E1BLUE4CLDFRNT · legacy (444455556666) · enabled" in text
    assert "2 other names go down with it:\napi.example.com\nshop.example.com" in text
    assert "This is no approval of the move" in text
    assert "Cancel the move: its card then offers to enable the source again" in text
    assert refusals_of_view(view) == []


def test_it_warns_where_the_record_is_missing_and_visitors_would_wait_for_it():
    missing = disabling_modal(World().elsewhere().inspected(), "a-nonce")
    there = disabling_modal(World().elsewhere().live().inspected(), "a-nonce")

    assert "The record is not live yet:" in read(missing["blocks"])
    assert "The record is not live yet" not in read(there["blocks"])


def test_a_source_with_the_alias_alone_takes_nothing_else_down():
    view = disabling_modal(World().elsewhere(aliases=("www.example.com",)).inspected(), "a-nonce")

    assert "It serves no other name." in read(view["blocks"])


def test_the_longest_names_in_the_greatest_number_are_all_shown():
    long = ".".join(["n" * 60] * 4)
    names = tuple(f"{number:03}.{long}"[:253] for number in range(499))
    world = World().elsewhere()
    many = replace(world.inventory[0], aliases=("www.example.com", *names), comment=NASTY)

    view = disabling_modal(replace(world, inventory=(many, world.inventory[1])).inspected(), "n" * 64)

    assert all(name in read(view["blocks"]) for name in names)
    assert refusals_of_view(view) == []


def test_a_card_says_how_to_disable_the_source_here_only_where_that_is_possible():
    move = World().elsewhere().inspected()

    assert "An approver can disable it with the button" in shown(move)
    assert "with the button" not in shown(move, replace(RULES, disable_source=False))


def test_while_cloudfront_is_asked_the_card_says_so_and_by_whom_it_was_approved():
    text = shown(World().asked_to_disable())

    assert text.startswith("www.example.com: disabling blue")
    assert "blue (E1BLUE4CLDFRNT) is being disabled, as U0JOON approved at" in text
    assert "Nothing has changed" not in text


def test_while_cloudfront_disables_it_nobody_has_to_do_anything():
    text = shown(World().disabled())

    assert text.startswith("www.example.com: waiting until blue is disabled everywhere")
    assert "Nothing but wait" in text
    assert "I look again every few seconds" in text


def test_a_refusal_names_action_and_resource_and_that_nothing_has_changed():
    denied = (
        "not authorized to perform: cloudfront:UpdateDistribution on resource: arn:aws:cloudfront::4:distribution/E1"
    )

    text = shown(World().not_disabled(text=denied))

    assert "AWS said no when I asked to disable blue (E1BLUE4CLDFRNT). Nothing has changed: it is as it was." in text
    assert "cloudfront:UpdateDistribution on arn:aws:cloudfront::4:distribution/E1 is missing" in text
    assert "request id 410c2a4b" in text


def test_what_nobody_knows_is_not_called_unchanged():
    text = shown(World().disabling_unclear())

    assert "Whether blue (E1BLUE4CLDFRNT) is disabled is not known." in text
    assert "Nothing has changed" not in text


def test_before_the_move_visitors_are_said_to_get_errors():
    text = shown(World().off_everywhere())

    assert "until one has, visitors get errors there, since blue is disabled" in text
    assert "visitors get either" not in text


@pytest.mark.parametrize("move", [World().cancelled_while_off(), World().moved_while_off()], ids=["cancelled", "moved"])
def test_when_all_is_over_the_card_says_what_is_still_down(move: Move):
    text = shown(move)

    assert "blue (E1BLUE4CLDFRNT) is disabled" in text
    assert f"visitors get errors for {OTHERS}" in text
    assert "An approver can enable it again with the button." in text
    assert "Nothing has changed" not in text


def test_enabled_again_there_is_nothing_left_to_do():
    text = shown(World().enabled_again())

    assert "was disabled for this move, and is enabled again since" in text
    assert "with the button" not in text


def test_what_somebody_else_has_enabled_is_not_called_disabled():
    there = World().elsewhere().look(World().disabled(), later_s=61)

    text = shown(there)

    assert "blue (E1BLUE4CLDFRNT) was to be disabled for this move, as U0JOON approved" in text
    assert "CloudFront showed it enabled at" in text
    assert "is disabled" not in text.replace("while blue (E1BLUE4CLDFRNT) is disabled, and it is enabled", "")


def gone(move: Move) -> Move:
    [switch] = [one.id for one in move.effects if one.kind in {EffectKind.DISABLE_SOURCE, EffectKind.ENABLE_SOURCE}]
    return World().after(move, SourceRead(switch, is_enabled=None))


@pytest.mark.parametrize("move", [World().asked_to_disable(), World().enabling()], ids=["disabling", "enabling"])
def test_a_source_that_is_deleted_meanwhile_is_not_called_disabled(move: Move):
    after = gone(move)
    about = next(one.notice for one in after.effects if one.notice and one.notice.kind is NoticeKind.SOURCE_REFUSED)

    text, thread = shown(after), read(notice(after, about, RULES).blocks)

    for said in (text, thread):
        assert "blue (E1BLUE4CLDFRNT) does not exist any more: somebody has deleted it." in said
        assert "Nothing has changed" not in said
        assert "is disabled, as" not in said
        assert "is disabled since" not in said
    assert "with the button" not in text
    assert "Enable blue again" not in str(card(after, RULES).blocks)


def test_after_the_move_nobody_is_told_to_keep_a_source_that_is_gone():
    move = World().moved_while_off()
    enabling = World().after(move, EnablingRequested(JOON))

    text = shown(gone(enabling))

    assert "Leave no DNS record that names blue: it does not exist any more." in text
    assert "Keep blue enabled" not in text


def test_rejecting_says_that_the_source_is_off():
    text = read(rejection_modal(World().off_everywhere(), "a-nonce")["blocks"])

    assert "www.example.com stays where it is. blue (E1BLUE4CLDFRNT) is disabled" in text
    assert "Nothing is changed" not in text


def test_a_rejected_move_does_not_say_that_nothing_has_changed():
    move = World().off_everywhere()

    text = shown(World().after(move, Rejected(JOON, move.digest, move.round, "not now")))

    assert "blue (E1BLUE4CLDFRNT) is disabled, as U0JOON approved" in text
    assert "Nothing has changed" not in text


def test_the_notice_names_what_goes_down_and_how_to_undo_it():
    move = World().disabling()
    about = next(one.notice for one in move.effects if one.notice and one.notice.kind is NoticeKind.SOURCE_DISABLING)

    text = read(notice(move, about, RULES).blocks)

    assert f"With it go down: {OTHERS}." in text
    assert "U0JOON approved that at" in text
    assert "cancel the move" in text


def test_a_notice_about_a_source_that_is_forgotten_by_then_points_to_the_card():
    lost = Notice(NoticeKind.SOURCE_ENABLED, "", 1, at=AT)

    assert "the card says how" in read(notice(World().inspected(), lost, RULES).blocks)


def test_text_of_other_people_stays_text():
    for move in (World(nasty=NASTY).not_disabled(), World(nasty=NASTY).disabling_unclear()):
        assert "U0EVIL" not in plain_text.mentioned("", tuple(card(move, RULES).blocks))
        assert not move.has_effect(EffectKind.DISABLE_SOURCE)
