"""Modals, and what one person reads after a command."""

import json

import pytest

from bot.alias_move.move import RefusalCause
from bot.alias_move.names import AliasName
from bot.slack.messages import (
    APPROVE_MODAL,
    REASON,
    REJECT_MODAL,
    already_open,
    approval_modal,
    clock,
    having_a_look,
    help_text,
    invite_me,
    list_of_moves,
    not_understood,
    outcome_view,
    rejection_modal,
    status_of,
    whisper,
)
from playground.slack import plain_text
from playground.slack.block_kit import refusals_of_view
from tests.slack.made_moves import NASTY, RULES, World
from tests.slack.reading import read

WWW = AliasName("www.example.com")


def test_the_approving_modal_shows_everything_that_is_approved_and_asks_for_nothing():
    view = approval_modal(World().live().inspected(), RULES, "a-nonce", {"111122223333": "prod-web"})

    text = read(view["blocks"])
    assert view["callback_id"] == APPROVE_MODAL == "move.approve"
    assert view["private_metadata"] == "a-nonce"
    assert view["submit"]["text"] == "Approve this move"
    assert "Alias  www.example.com" in text
    assert "blue · E1BLUE4CLDFRNT · prod-web (111122223333) · enabled" in text
    assert "green · E2GREEN4CLDFRNT · prod-web (111122223333) · enabled" in text
    assert "alb-green.example.net" in text
    assert '_www.example.com   TXT   "d111111abcdef8.cloudfront.net"' in text
    assert "What happens to traffic" in text
    assert "a new move in the other direction" in text
    assert not [block for block in view["blocks"] if block["type"] == "input"]


def test_the_approving_modal_says_that_a_way_without_a_record_is_not_proved():
    text = read(approval_modal(World().without_record().inspected(), RULES, "a-nonce")["blocks"])

    assert "AWS documents this, and it is not proved yet" in text
    assert "a new move in the other direction, with its own approval." in text


def test_a_move_between_accounts_is_called_one_way():
    text = read(approval_modal(World().foreign(), RULES, "a-nonce")["blocks"])

    assert "Treat this as one way." in text
    assert "Careful" in text


def test_the_rejecting_modal_asks_for_the_reason_alone():
    view = rejection_modal(World().live().inspected(), "a-nonce")

    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    assert view["callback_id"] == REJECT_MODAL == "move.reject"
    assert view["private_metadata"] == "a-nonce"
    assert [(one["block_id"], one["element"]["action_id"]) for one in inputs] == [(REASON, REASON)]
    assert inputs[0]["element"]["max_length"] == 500


def test_modals_fit_whatever_is_written_in_them():
    move = World(nasty=NASTY).live().inspected()
    views = [
        approval_modal(move, RULES, "n" * 64, {"111122223333": NASTY}),
        rejection_modal(move, "n" * 64),
        outcome_view("Nothing happened at all, sorry", "Somebody was faster: <@U0JOON>."),
    ]

    for view in views:
        assert refusals_of_view(view) == []
        assert "!channel" not in plain_text.mentioned("", tuple(view["blocks"]))
        assert len(json.dumps(view)) < 250_000


def test_an_outcome_can_only_be_closed_and_may_mention_people():
    view = outcome_view("Nothing happened", "You can't approve this one. <@U0JOON> can.")

    assert "submit" not in view
    assert plain_text.mentioned("", tuple(view["blocks"])) == {"U0JOON"}


def test_having_a_look_says_that_nothing_changes():
    assert "having a look" in having_a_look(WWW, has_worker=True).text


def test_without_a_worker_it_says_so():
    assert "No worker is running" in having_a_look(WWW, has_worker=False).text


def test_help_names_every_form_of_the_command():
    text = help_text().text

    for form in ("www.example.com", "E1A2B3C4D5E6F7", "list", "status", "cancel"):
        assert form in text


def test_a_list_has_a_line_for_each_move():
    text = list_of_moves([World().inspected(), World().moved()]).text

    assert text.splitlines()[0].startswith("www.example.com needs one DNS record · asked by <@U0MINA>")
    assert text.splitlines()[1].startswith("www.example.com has moved to green")


def test_a_long_list_says_how_many_are_left_out():
    assert "and 5 older ones" in list_of_moves([World().inspected()] * 25).text


def test_an_empty_list_says_how_to_begin():
    assert "No moves yet" in list_of_moves([]).text


def test_status_is_the_cards_own_summary():
    assert "needs one DNS record" in status_of(World().inspected()).text


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        (RefusalCause.RECORD_NOT_SEEN, "AWS most likely remembers an earlier “no such record”."),
        (RefusalCause.THROTTLED, "waiting before I ask AWS."),
    ],
)
def test_status_of_a_move_that_waits_to_ask_aws_says_until_when_and_why(cause: RefusalCause, why: str):
    move = World().refused(cause)

    said = status_of(move).text

    assert f"{why} I ask AWS at {clock(move.asks_at)} at the earliest." in said


def test_a_move_that_is_open_already_names_who_asked_and_where_the_card_is():
    text = already_open(World().inspected()).text

    assert "asked for by <@U0MINA>" in text
    assert "<#C0PLAY00001>" in text


def test_an_invitation_names_whom_to_invite():
    text = invite_me("U0CNAMEBOT", WWW).text

    assert "Invite me" in text
    assert "<@U0CNAMEBOT>" in text
    assert "Nothing was changed" in text


def test_what_was_not_understood_is_repeated_harmlessly():
    text = not_understood("`foo<!channel>bar` has no dot; an alias is a full name.").text

    assert "`foo&lt;!channel&gt;bar` has no dot" in text
    assert "help" in text


def test_a_sentence_of_ours_may_mention_people():
    assert whisper("Only <@U0MINA> can do that.").text == "Only <@U0MINA> can do that."
