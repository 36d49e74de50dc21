"""What is posted into the thread, and whom it mentions."""

import re
from dataclasses import replace

import pytest

from bot.alias_move.approval import Rules
from bot.alias_move.events import Inspected, TxtSeen
from bot.alias_move.findings import inspect
from bot.alias_move.move import EffectKind, Move, Notice, NoticeKind, RefusalCause
from bot.slack.messages import notice
from playground.slack import plain_text
from tests.slack.made_moves import NASTY, RULES, World, effect_of, look_of, notices_of, registrable


def dns_verified(world: World) -> Move:
    move = world.inspected()
    live = world.live()
    sighting = live.sighting(live.evidence(move.updated_at))
    assert sighting is not None
    move = world.after(move, TxtSeen(effect_of(move, EffectKind.WATCH_TXT), sighting))
    return world.after(move, Inspected(look_of(move), inspect(live.evidence(move.updated_at), registrable)))


def made(world: World) -> dict[NoticeKind, Move]:
    return {
        NoticeKind.DNS_VERIFIED: dns_verified(world),
        NoticeKind.MISTAKE: world.diagnosed(),
        NoticeKind.APPROVAL_NEEDED: world.live().inspected(),
        NoticeKind.APPROVAL_VOID: world.lost(),
        NoticeKind.RECORD_LOST: world.losing(world.ready()),
        NoticeKind.REFUSED: world.refused(RefusalCause.ACCESS_DENIED, "AccessDenied", "not authorized"),
        NoticeKind.NOT_PROVED: world.not_proved(),
        NoticeKind.MOVED: world.moved(),
        NoticeKind.MOVED_BY_OTHERS: world.handed_over(),
        NoticeKind.REJECTED: world.rejected(),
        NoticeKind.CANCELLED: world.cancelled(),
        NoticeKind.EXPIRED: world.unanswered(),
        NoticeKind.SOURCE_DISABLING: world.disabling(),
        NoticeKind.SOURCE_DISABLED: world.off_everywhere(),
        NoticeKind.SOURCE_ENABLED: world.enabled_again(),
        NoticeKind.SOURCE_REFUSED: world.not_disabled(),
        NoticeKind.RECORD_CREATED: world.record_created(),
        NoticeKind.RECORD_REMOVED: world.record_removed(),
        NoticeKind.RECORD_REFUSED: world.record_refused(),
    }


MADE, NASTILY_MADE = made(World()), made(World(nasty=NASTY))
MENTIONED = {
    NoticeKind.DNS_VERIFIED: {"U0MINA", "U0JOON", "S0SRE"},
    NoticeKind.MISTAKE: {"U0MINA"},
    NoticeKind.APPROVAL_NEEDED: {"U0MINA", "U0JOON", "S0SRE"},
    NoticeKind.APPROVAL_VOID: {"U0MINA", "U0JOON", "S0SRE"},
    NoticeKind.RECORD_LOST: {"U0MINA", "U0JOON", "S0SRE"},
    NoticeKind.REFUSED: {"U0MINA", "U0JOON", "S0SRE"},
    NoticeKind.NOT_PROVED: {"U0MINA", "U0JOON", "S0SRE"},
    NoticeKind.MOVED: {"U0MINA", "U0JOON"},
    NoticeKind.MOVED_BY_OTHERS: {"U0MINA"},
    NoticeKind.REJECTED: {"U0MINA", "U0JOON"},
    NoticeKind.CANCELLED: {"U0MINA", "U0JOON"},
    NoticeKind.EXPIRED: {"U0MINA", "U0JOON", "S0SRE"},
    NoticeKind.SOURCE_DISABLING: {"U0MINA", "U0JOON"},
    NoticeKind.SOURCE_DISABLED: {"U0MINA", "U0JOON"},
    NoticeKind.SOURCE_ENABLED: {"U0MINA", "U0JOON"},
    NoticeKind.SOURCE_REFUSED: {"U0MINA", "U0JOON"},
    NoticeKind.RECORD_CREATED: {"U0MINA", "U0JOON"},
    NoticeKind.RECORD_REMOVED: {"U0MINA", "U0JOON"},
    NoticeKind.RECORD_REFUSED: {"U0MINA", "U0JOON"},
}


def about(move: Move, kind: NoticeKind) -> Notice:
    return next(one for one in notices_of(move) if one.kind is kind)


def read(kind: NoticeKind, move: Move | None = None, rules: Rules = RULES) -> str:
    move = move or MADE[kind]
    return plain_text.of_blocks(tuple(notice(move, about(move, kind), rules).blocks), str)


def test_every_kind_is_among_those():
    assert set(MADE) == set(NoticeKind)


@pytest.mark.parametrize("kind", NoticeKind)
def test_each_mentions_whom_it_concerns(kind):
    message = notice(MADE[kind], about(MADE[kind], kind), RULES)

    assert plain_text.mentioned("", tuple(message.blocks)) == MENTIONED[kind]
    assert plain_text.mentioned(message.text, ()) == MENTIONED[kind]


@pytest.mark.parametrize("kind", NoticeKind)
def test_each_names_the_alias(kind):
    assert "www.example.com" in read(kind)


@pytest.mark.parametrize("kind", NoticeKind)
def test_the_words_people_search_for_stand_only_where_they_are_true(kind):
    whole = read(kind).lower()

    assert ("moved" in whole) == (kind is NoticeKind.MOVED)
    assert ("rejected" in whole) == (kind is NoticeKind.REJECTED)
    assert ("expired" in whole) == (kind is NoticeKind.EXPIRED)


def test_dns_verified_asks_the_approvers_too():
    text = read(NoticeKind.DNS_VERIFIED)

    assert "U0MINA DNS verified: the TXT record for www.example.com is live. Seen on 2 of 2 servers" in text
    assert "U0JOON, S0SRE can approve. U0MINA asked for it, and can't." in text


def test_dns_verified_says_when_nobody_can_approve():
    assert "Nobody can approve: APPROVERS is empty" in read(NoticeKind.DNS_VERIFIED, rules=Rules())


def test_a_mistake_is_told_with_what_to_do_and_what_the_card_has_instead():
    text = read(NoticeKind.MISTAKE)

    assert "U0MINA the TXT record for www.example.com was not right at" in text
    assert "It was created twice." in text
    assert "Enter _www." in text
    assert "I keep watching" in text
    assert "Not every server serves it." not in text  # goes on the card alone


def test_a_mistake_told_late_does_not_say_that_the_record_is_still_waited_for():
    move, later = World().diagnosed(), World().approved()

    late = notice(later, about(move, NoticeKind.MISTAKE), RULES)

    assert "I keep watching" not in late.text


def test_a_request_posted_late_does_not_ask_for_what_is_done():
    move = World().approved()

    text = read(NoticeKind.APPROVAL_NEEDED, move)

    assert "can approve" not in text
    assert "the card says how it stands now" in text


def test_a_void_approval_says_why():
    assert "the TXT record is no longer on all servers" in read(NoticeKind.APPROVAL_VOID)
    assert "CloudFront does not answer." in read(NoticeKind.APPROVAL_VOID, World().looks_fail())


def test_an_approval_voided_by_a_changed_plan_says_so():
    world = World().live()
    other = replace(world.inventory[1], origins=("elsewhere.example.net",))
    move = replace(world, inventory=(world.inventory[0], other)).look(world.approved())

    assert "something has changed since it was given" in read(NoticeKind.APPROVAL_VOID, move)


def test_a_record_that_has_gone_says_since_when_and_what_to_do():
    text = read(NoticeKind.RECORD_LOST)

    assert "The record was verified at 14:03:02 UTC, and has gone again, as I saw at 14:03:03 UTC." in text
    assert "Seen on 0 of 2 servers of the zone." in text
    assert "No approval counts without it. Nothing has changed: blue still holds it." in text
    assert "Create it again, as the card shows it. I notice it by myself, and ask for an approval again." in text


def test_a_loss_told_late_asks_for_nothing_that_is_there_again():
    lost = MADE[NoticeKind.RECORD_LOST]

    late = notice(World().ready(), about(lost, NoticeKind.RECORD_LOST), RULES)

    assert "was not verified at" in late.text
    assert "To do" not in late.text


def test_a_refusal_is_told_in_aws_words():
    text = read(NoticeKind.REFUSED)

    assert "AccessDenied: not authorized" in text
    assert "request id 410c2a4b" in text
    assert "Nothing has changed" in text


def test_a_rejection_tells_the_reason():
    assert "was rejected by U0JOON: “not during the sale”" in read(NoticeKind.REJECTED)


def test_a_moved_alias_says_what_to_do_at_once():
    assert "Point DNS at d111111abcdef8.cloudfront.net at once" in read(NoticeKind.MOVED)


def test_an_alias_that_others_have_brought_there_asks_for_dns_at_once():
    text = read(NoticeKind.MOVED_BY_OTHERS)

    assert "CloudFront now shows www.example.com on green" in text
    assert "I did not move it: AWS Support or somebody else did. Change DNS now." in text
    assert "Point it at d111111abcdef8.cloudfront.net" in text


def test_a_move_nobody_finished_concerns_its_requester_alone():
    move = World().expired()

    message = notice(move, about(move, NoticeKind.EXPIRED), RULES)

    assert plain_text.mentioned("", tuple(message.blocks)) == {"U0MINA"}


@pytest.mark.parametrize("kind", NoticeKind)
def test_text_of_other_people_calls_nobody(kind):
    move = NASTILY_MADE[kind]

    message = notice(move, about(move, kind), RULES)

    assert plain_text.mentioned("", tuple(message.blocks)) == MENTIONED[kind]
    assert "*bold*" not in re.sub(r"`[^`\n]*`", "", message.text)
