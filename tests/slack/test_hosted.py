"""What people read about a record that the bot creates in Route 53."""

from dataclasses import replace

import pytest

from bot.alias_move.hosting import TxtSet
from bot.alias_move.move import Move, MoveState, Notice, NoticeKind, RefusalCause
from bot.alias_move.names import AccountId
from bot.slack.messages import CREATE_RECORD_MODAL, card, creating_modal, notice, rejection_modal
from playground.slack import plain_text
from playground.slack.block_kit import refusals_of_view
from tests.slack.made_moves import AT, JOON, NASTY, RULES, World, notices_of
from tests.slack.reading import buttons, read, shown

RECORD = "the TXT record _www.example.com in the hosted zone Z1D633PJN98FT9"


def told(move: Move, kind: NoticeKind) -> str:
    [about] = [one for one in notices_of(move) if one.kind is kind]
    return read(notice(move, about, RULES).blocks)


def test_the_modal_shows_zone_record_and_the_values_that_are_kept():
    view = creating_modal(World().in_route53().inspected(), "a-nonce", {"444455556666": "dns"})

    text = read(view["blocks"])
    assert (view["callback_id"], view["private_metadata"]) == (CREATE_RECORD_MODAL, "a-nonce")
    assert CREATE_RECORD_MODAL == "move.create_record"
    assert "Hosted zone  example.com · Z1D633PJN98FT9 · dns (444455556666)" in text
    assert '_www.example.com. 300 IN TXT "d111111abcdef8.cloudfront.net"' in text
    assert "TXT values that stand at that name already, and are kept" in text
    assert '"owner=web-team"' in text
    assert "This is no approval of the move" in text
    assert refusals_of_view(view) == []


def test_where_nothing_is_there_the_modal_says_so():
    move = World().in_route53().inspected()
    assert move.inspection is not None
    assert move.inspection.hosted is not None
    bare = replace(move.inspection.hosted, present=None, account=AccountId(""))

    text = read(creating_modal(replace(move, inspection=replace(move.inspection, hosted=bare)), "n")["blocks"])

    assert "No TXT record of that name was there at" in text
    assert "_www.example.com. 60 IN TXT" in text
    assert "the account of my own credentials" in text


def test_nasty_values_in_the_greatest_number_fit_into_the_modal():
    move = World(nasty=NASTY).in_route53().inspected()
    assert move.inspection is not None
    assert move.inspection.hosted is not None
    many = replace(move.inspection.hosted, present=TxtSet(300, (f'"{NASTY}"',) * 400))

    view = creating_modal(replace(move, inspection=replace(move.inspection, hosted=many)), "n" * 64)

    assert refusals_of_view(view) == []
    assert "U0EVIL" not in plain_text.mentioned("", tuple(view["blocks"]))


def test_the_button_is_offered_only_where_it_works():
    move = World().in_route53().inspected()

    assert "move.create_record" in buttons(move)
    assert "An approver can have it created in the hosted zone Z1D633PJN98FT9 of account 444455556666" in shown(move)
    assert "move.create_record" not in buttons(move, replace(RULES, route53_records=False))
    assert "Or here" not in shown(World().inspected())


def test_while_route53_is_asked_the_card_says_so_and_by_whom_it_was_approved():
    assert f"The{RECORD[3:]} is being created, as U0JOON approved at" in shown(World().asked_for_record())
    assert "Route 53 has taken it, and is bringing it to its servers." in shown(World().record_on_its_way())
    assert "Route 53 gave no answer. Trying again." in shown(World().record_delayed())


@pytest.mark.parametrize(
    ("cause", "to_do"),
    [
        (RefusalCause.OTHER, "Repair in the zone what is named here"),
        (RefusalCause.ACCESS_DENIED, "python -m bot iam"),
    ],
)
def test_a_refusal_is_shown_word_for_word_and_that_nothing_has_changed(cause: RefusalCause, to_do: str):
    move = World().record_refused(cause)

    text = shown(move)

    assert f"AWS said no when I asked to create {RECORD}. Nothing has changed by that: the zone is as it was." in text
    assert "InvalidChangeBatch: [it already exists]" in text
    assert "AWS request id 410c2a4b" in text
    assert to_do in text
    assert "Nothing has changed: blue still holds it." in text
    assert "move.create_record" in buttons(move)
    assert "I could not create" in told(move, NoticeKind.RECORD_REFUSED)


def test_values_that_have_changed_are_named_as_the_reason():
    text = shown(World().record_changed())

    assert "are not those any more that were shown, so I changed nothing." in text
    assert "Nothing has changed by that: the zone is as it was." in text


def test_what_nobody_knows_is_not_called_unchanged():
    text = shown(World().record_delayed(901))

    assert f"Whether {RECORD} was created is not known. Route 53 was asked at" in text
    assert "Nothing has changed" not in text


def test_created_it_is_not_called_unchanged_and_the_notice_says_what_was_kept():
    move = World().record_created()

    assert f"I created {RECORD}, as U0JOON approved" in shown(move)
    assert "Nothing has changed" not in shown(move)
    assert "The other values at that name are kept." in told(move, NoticeKind.RECORD_CREATED)
    assert "This was no approval of the move." in told(move, NoticeKind.RECORD_CREATED)


@pytest.mark.parametrize(
    "move", [World().cancelled_with_record(), World().moved_with_record()], ids=["cancelled", "moved"]
)
def test_when_all_is_over_the_card_offers_to_remove_it(move: Move):
    text = shown(move)

    assert buttons(move) == {"move.remove_record"}
    assert f"I created {RECORD}" in text
    assert "An approver can remove it with the button; other values at that name are kept." in text
    assert "Remove the TXT record" not in text
    assert "Nothing has changed" not in text


def test_the_button_asks_once_more_and_names_the_value():
    [row] = [block for block in card(World().moved_with_record(), RULES).blocks if block["type"] == "actions"]

    confirm = row["elements"][0]["confirm"]["text"]["text"]

    assert "The value d111111abcdef8.cloudfront.net is taken out of _www.example.com" in confirm
    assert "Other values at that name are kept." in confirm


def test_removed_there_is_nothing_left_to_do():
    move = World().record_removed()

    assert f"I had created {RECORD}, and took it away again at" in shown(move)
    assert not buttons(move)
    assert "is taken away again; it was created for www.example.com" in told(move, NoticeKind.RECORD_REMOVED)
    assert "is being taken away, as U0JOON asked." in shown(World().removing_record())


def test_what_could_not_be_removed_is_said_to_be_as_it_was():
    move = World().record_not_removed()

    assert f"AWS said no when I asked to remove {RECORD}. Nothing has changed by that" in shown(move)
    assert buttons(move) == {"move.remove_record"}


def test_rejecting_says_that_the_record_is_there():
    move = replace(World().live().look(World().record_created()), state=MoveState.AWAITING_APPROVAL)

    text = read(rejection_modal(move, "a-nonce")["blocks"])

    assert f"I created {RECORD}" in text
    assert "Nothing is changed" not in text


def test_cancelling_says_that_the_record_stays():
    [row] = [block for block in card(World().record_created(), RULES).blocks if block["type"] == "actions"]
    [cancel] = [one for one in row["elements"] if one["action_id"] == "move.cancel"]

    confirm = cancel["confirm"]["text"]["text"]

    assert "The record stays where I created it; the card then offers to remove it." in confirm
    assert "nothing is changed" not in confirm


def test_a_notice_about_a_record_that_is_forgotten_by_then_points_to_the_card():
    lost = Notice(NoticeKind.RECORD_CREATED, "", 1, by=JOON.id, at=AT)

    assert "the card says how" in read(notice(World().inspected(), lost, RULES).blocks)
