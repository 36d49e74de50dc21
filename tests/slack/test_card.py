"""The card, state by state, as a person reads it."""

import re
from dataclasses import replace

import pytest

from bot.alias_move.approval import Rules
from bot.alias_move.events import Approved
from bot.alias_move.findings import ConflictingAlias, Distribution
from bot.alias_move.move import Move, MoveState, RefusalCause
from bot.alias_move.names import DistributionId
from bot.alias_move.sightings import AnswerKind
from bot.alias_move.visibility import CacheAnswer, CacheKind, Visibility
from bot.slack.messages import card
from playground.slack import plain_text
from tests.slack.every_move import every_move
from tests.slack.made_moves import AT, GREEN, INVALID_TXT, JOON, NASTY, RULES, World, a_distribution

EVERY_MOVE = dict(every_move(World()))
NASTY_MOVES = dict(every_move(World(nasty=NASTY)))
ASK_AGAIN = "/cname-conflict www.example.com E2GREEN4CLDFRNT"


def certified(one: Distribution, alias: str) -> Distribution:
    assert one.certificate is not None
    return replace(one, certificate=replace(one.certificate, names=(alias,)))


def read(move: Move, rules: Rules = RULES, **account_names: str) -> str:
    shown = card(move, rules, {key.removeprefix("a"): name for key, name in account_names.items()})
    return plain_text.of_blocks(tuple(shown.blocks), str)


def steps(move: Move) -> list[str]:
    plans = [block for block in card(move, RULES).blocks if block["type"] == "plan"]
    return [task["status"] for block in plans for task in block["tasks"]]


@pytest.mark.parametrize("name", EVERY_MOVE)
def test_the_first_line_says_what_is_true_now_and_the_last_where_it_comes_from(name):
    move = EVERY_MOVE[name]

    shown = card(move, RULES)

    assert shown.blocks[0]["type"] == "header"
    assert shown.blocks[0]["text"]["text"].startswith("www.example.com")
    assert shown.blocks[-1]["type"] == "context"
    assert "asked by <@U0MINA>" in shown.blocks[-1]["elements"][0]["text"]
    assert f"round {move.round}" in shown.blocks[-1]["elements"][0]["text"]


@pytest.mark.parametrize("name", EVERY_MOVE)
def test_telephones_get_a_whole_sentence(name):
    text = card(EVERY_MOVE[name], RULES).text

    assert text.startswith("www.example.com")
    assert text.endswith(".")


@pytest.mark.parametrize("name", EVERY_MOVE)
def test_the_words_people_search_for_stand_only_where_they_are_true(name):
    move = EVERY_MOVE[name]

    whole = (card(move, RULES).text + str(card(move, RULES).blocks)).lower()

    assert ("moved" in whole) == (move.state is MoveState.MOVED)
    assert ("rejected" in whole) == (move.state is MoveState.REJECTED)
    assert ("expired" in whole) == (move.state is MoveState.EXPIRED)


@pytest.mark.parametrize("name", EVERY_MOVE)
def test_nothing_is_promised_that_aws_does_not_promise(name):
    whole = str(card(EVERY_MOVE[name], RULES).blocks).lower()

    assert not re.search(r"zero.downtime|no downtime|instant|immediately|successfully|please wait|oops", whole)


@pytest.mark.parametrize("name", [name for name, move in EVERY_MOVE.items() if move.state.is_waiting])
def test_every_waiting_card_says_at_once_that_nobody_can_approve(name):
    text = read(EVERY_MOVE[name], Rules())

    assert text.count("Nobody can approve: APPROVERS is empty") == 1
    assert "Nobody can approve: APPROVERS is empty" in card(EVERY_MOVE[name], Rules()).text


@pytest.mark.parametrize("name", [name for name, move in EVERY_MOVE.items() if not move.state.is_waiting])
def test_where_nobody_has_to_approve_nobody_is_missed(name):
    assert "APPROVERS" not in read(EVERY_MOVE[name], Rules())


def test_approvers_are_mentioned_only_where_they_are_asked():
    asked = [name for name, move in EVERY_MOVE.items() if "subteam" in str(card(move, RULES).blocks)]

    assert {EVERY_MOVE[name].state for name in asked} == {MoveState.AWAITING_APPROVAL}


def test_an_account_is_called_by_its_name():
    text = read(World().inspected(), a111122223333="prod-web")

    assert "blue · E1BLUE4CLDFRNT · prod-web (111122223333) · enabled" in text


def test_the_record_can_be_copied_and_the_name_field_typed():
    shown = card(World().inspected(), RULES)

    text = plain_text.of_blocks(tuple(shown.blocks), str)
    pre = next(block for block in shown.blocks if block["type"] == "rich_text")["elements"][0]
    assert pre["type"] == "rich_text_preformatted"
    assert pre["elements"][0]["text"] == '_www.example.com   TXT   "d111111abcdef8.cloudfront.net"'
    assert "Name   _www   only this: most panels add .example.com by themselves" in text
    assert "dig @8.8.8.8" in text
    assert "15 minutes" in text


@pytest.mark.parametrize(
    ("alias", "zone", "field"),
    [
        ("example.com", "example.com", "_"),
        ("a.b.example.com", "b.example.com", "_a"),
        ("shop.example.com", "example.com", "_shop"),
        ("*.example.com", "example.com", "_*"),
        ("www.example.com", "elsewhere.example", "_www.example.com"),
    ],
)
def test_what_to_type_depends_on_the_zone(alias, zone, field):
    world = World(alias=alias, zone=zone)
    targets = [certified(one, alias) for one in world.inventory]

    text = read(replace(world, inventory=tuple(targets)).inspected())

    assert f"Name   {field}   " in text


def test_a_record_with_another_value_is_shown_as_it_is():
    text = read(World(kinds=(AnswerKind.OTHER, AnswerKind.OTHER)).inspected())

    assert "www.example.com: I found a record with another value" in text
    assert "There is another value at that name:  d999.cloudfront.net" in text


def test_servers_that_lag_lie_or_sleep_are_named():
    kinds = (AnswerKind.EXACT, AnswerKind.NOTHING, AnswerKind.LAME, AnswerKind.SILENT)

    text = read(World(kinds=kinds).inspected())

    assert "Seen on 1 of 4 servers" in text
    assert "Not there yet:  ns2.dns-host.example (192.0.2.2)" in text
    assert "Doesn't serve this zone:  ns3.dns-host.example (192.0.2.3, REFUSED)" in text
    assert "No answer from  ns4.dns-host.example (192.0.2.4)" in text


def test_a_server_behind_is_told_with_its_serial_and_that_of_the_others():
    move = World(kinds=(AnswerKind.EXACT, AnswerKind.EXACT, AnswerKind.NOTHING)).inspected()
    assert move.sighting is not None
    serials = zip(move.sighting.answers, (42, 43, 41), strict=True)
    behind = replace(move.sighting, answers=tuple(replace(answer, serial=serial) for answer, serial in serials))

    text = read(replace(move, sighting=behind))

    assert "Seen on 2 of 3 servers" in text
    assert "ns3.dns-host.example (192.0.2.3), still at serial 41; the others are at 42 and 43" in text


def test_servers_that_only_the_zone_above_or_only_the_zone_names_are_told():
    move = World().inspected()
    assert move.sighting is not None
    differing = replace(move.sighting, only_delegated=("ns-old.example.net",), only_listed=("ns2.example.com",))

    text = read(replace(move, sighting=differing))

    assert (
        "Two lists of name servers  of example.com: only the zone above names ns-old.example.net, only the zone" in text
    )
    assert "itself, as seen from here, names ns2.example.com. Compare registrar and DNS provider." in text


SEES = CacheAnswer("192.0.2.53:53", CacheKind.SEES)
MISSES = CacheAnswer("[2001:db8::53]:53", CacheKind.MISSES, ttl_s=120)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ((SEES,), "Resolvers  192.0.2.53:53 sees it too."),
        ((SEES, MISSES), "[2001:db8::53]:53 still remembers that there was no such record, by its own word until"),
        ((replace(MISSES, kind=CacheKind.OTHER),), "still remembers an older value, by its own word until"),
        ((replace(SEES, kind=CacheKind.SILENT, note="SERVFAIL"),), "resolver 192.0.2.53:53 (SERVFAIL)."),
    ],
)
def test_what_the_resolvers_say_about_a_live_record_is_on_the_card(answers, sentence):
    move = World().live().inspected()

    assert sentence in read(replace(move, visibility=Visibility(AT, answers)))


def test_a_resolver_that_denies_the_record_for_too_long_is_said_to_see_another_version_of_the_zone():
    move = World().live().inspected()
    strange = replace(MISSES, ttl_s=5_000)

    one = read(replace(move, visibility=Visibility(AT, (SEES, strange))))
    several = read(
        replace(move, visibility=Visibility(AT, (MISSES, strange, replace(strange, address="192.0.2.54:53"))))
    )

    assert "Another view  [2001:db8::53]:53 still does not see the record, for longer than it may remember" in one
    assert "another version of the zone, as inside a company's network" in one
    assert "still remembers" not in one
    assert "[2001:db8::53]:53 and 192.0.2.54:53 still do not see the record" in several
    assert "[2001:db8::53]:53 still remembers that there was no such record" in several


def test_a_wait_for_caches_is_told_before_and_after_the_approval():
    for move in (World().live().inspected(), World().live().approved()):
        waiting = replace(move, visibility=Visibility(AT, (MISSES,)), caches_agree_at=move.updated_at + 100)

        assert re.search(r"AWS may remember .* \d\d:\d\d:\d\d UTC", read(waiting))

    told = replace(World().live().inspected(), tried_by_hand=True, caches_agree_at=AT + 1000)
    assert "Somebody tried the move by hand, so AWS may remember" in read(told)


def test_what_stands_in_the_way_comes_with_what_to_do():
    text = read(World().blocked())

    assert "In the way  The certificate of green (E2GREEN4CLDFRNT) covers *.shop.example.com, not www" in text
    assert "aws acm request-certificate --region us-east-1 --domain-name 'www.example.com'" in text
    assert "The record will be needed too" in text
    assert steps(World().blocked()) == ["error", "pending", "pending", "pending"]


def test_a_holder_that_nobody_can_read_is_shown_masked_and_stands_in_the_way():
    text = read(World().held_elsewhere().inspected())

    assert "Held by  distribution *******MEZWLBW in account ******200621, which I can't read" in text
    assert "In the way  www.example.com is held by distribution" in text
    assert "If AWS Support moves it, I notice within a minute" in text


def test_what_its_owner_is_said_to_have_done_is_shown_with_who_said_it_and_when():
    text = read(World().foreign())

    assert "Careful  www.example.com is held by distribution" in text
    assert re.search(r"U0MINA said at .* that its owner has switched it off. If it is not so, CloudFront", text)
    assert "To do" not in text


def test_an_alias_that_others_have_brought_to_the_target_is_told_with_what_is_left_to_do():
    shown = card(World().handed_over(), RULES)

    text = plain_text.of_blocks(tuple(shown.blocks), str)
    assert "www.example.com is on green now: change DNS" in text
    assert "I did not move it: AWS Support or somebody else did. Change DNS now." in text
    assert "1. Now: point DNS at d111111abcdef8.cloudfront.net" in text
    assert "Remove the TXT record _www.example.com" in text
    assert "moved" not in text.lower()
    assert "Change DNS now" in shown.text


def test_a_call_that_was_refused_before_others_moved_it_is_not_hidden():
    world = World().held_elsewhere()
    refused = world.refused(RefusalCause.SOURCE_ENABLED)

    text = read(replace(World(), inventory=(a_distribution("E2GREEN4CLDFRNT", "green", world.alias),)).look(refused))

    assert "I did not move it" in text
    assert "I had asked AWS for it at" in text


def test_an_approver_reads_who_may_what_happens_and_until_when():
    text = read(World().live().inspected())

    assert "U0JOON, S0SRE can approve. U0MINA asked for it, and can't." in text
    assert "Origins  alb-green.example.net" in text
    assert "Edges change over one by one" in text
    assert "Open until 23 Nov 14:03 UTC" in text


def test_an_only_approver_who_asked_can_not_approve_and_hears_it():
    text = read(World().live().inspected(), Rules(approvers=("U0MINA",)))

    assert "Nobody can approve this one: U0MINA asked for it, and APPROVERS names nobody else." in text


def test_with_self_approval_everybody_named_can():
    text = read(World().live().inspected(), Rules(approvers=("U0MINA",), allow_self_approval=True))

    assert "U0MINA can approve." in text


def test_a_look_that_fails_is_told_and_tried_again():
    text = read(EVERY_MOVE["inspecting, failing"])

    assert "I could not look just now: CloudFront does not answer. Trying again." in text


@pytest.mark.parametrize("cause", [RefusalCause.ACCESS_DENIED, RefusalCause.SOURCE_ENABLED, RefusalCause.OTHER])
def test_a_refusal_is_shown_as_aws_wrote_it(cause):
    text = read(World().refused(cause, "IllegalUpdate", INVALID_TXT))

    assert "www.example.com: AWS said no" in text
    assert f"IllegalUpdate: {INVALID_TXT}" in text
    assert "request id 410c2a4b" in text
    assert "Nothing has changed" in text


def test_waiting_for_caches_names_the_clock_time():
    text = read(World().refused(RefusalCause.RECORD_NOT_SEEN))

    assert "AWS most likely remembers" in text
    assert "I ask at 14:18:07 UTC. The approval still counts" in text


def test_an_approval_given_before_moves_were_switched_off_is_on_hold():
    text = read(World().approved(), Rules(approvers=("U0JOON",), moves_enabled=False))

    assert "On hold until the operator switches moves on" in text


def test_a_call_without_proof_never_says_that_nothing_has_changed():
    world = World()
    move = world.not_proved()

    assert "Nothing has changed" not in read(move)
    assert "I could not prove what came of it" in read(move)
    assert steps(move) == ["complete", "complete", "pending", "error"]


def test_a_call_without_proof_is_settled_by_a_later_look():
    world = World().live()
    move = world.look(world.not_proved(), later_s=901)
    settled = replace(move, obstacle=None)

    assert "Nothing has changed: blue still holds it." in read(settled)


def test_a_moved_alias_comes_with_what_is_left_to_do():
    text = read(World().moved())

    assert "www.example.com has moved to green" in text
    assert "point DNS at d111111abcdef8.cloudfront.net: the A, AAAA and HTTPS alias records, or the CNAME" in text
    assert "Keep blue enabled until DNS is changed and the TTL of its old records is over." in text
    assert "infrastructure code" in text
    assert "Remove the TXT record _www.example.com" in text
    assert "for some minutes visitors get either distribution" in text
    assert "approved by U0JOON" in text
    assert steps(World().moved()) == ["complete"] * 4


def test_a_source_that_its_owner_had_disabled_is_not_to_be_kept_enabled():
    text = read(World().off(deployed=True).moved())

    assert "Leave no DNS record that names blue: it is disabled." in text
    assert "Keep blue enabled" not in text


def test_a_distribution_of_somebody_else_is_not_ours_to_keep():
    masked = ConflictingAlias("www.example.com", "*******MEZWLBW", "******200621")
    world = replace(World(), inventory=(a_distribution(GREEN.text, "green"),), conflicts=(masked,))

    assert "somebody else's: ask its owner to keep it" in read(world.moved())


def test_nothing_to_move_has_two_different_truths():
    there, nobody = read(World().already_there()), read(World().held_by_nobody())

    assert "www.example.com is on green already" in there
    assert "No distribution that I can ask about holds www.example.com" in nobody
    assert "CNAMEAlreadyExists" in nobody
    assert "Point DNS at green (d111111abcdef8.cloudfront.net) first" in nobody
    assert "free" not in nobody


def test_a_rejection_says_who_and_why():
    text = read(World().rejected())

    assert "www.example.com was rejected by U0JOON at 14:03:03 UTC: “not during the sale”" in text
    assert "The TXT record _www.example.com is still there" in text
    assert ASK_AGAIN in text


def test_both_ways_of_expiring_are_told_apart():
    assert "nobody finished it" in read(World().expired())
    assert "nobody answered in time" in read(World().unanswered())


@pytest.mark.parametrize("name", EVERY_MOVE)
def test_cards_stay_short(name):
    blocks = tuple(block for block in card(EVERY_MOVE[name], RULES).blocks if block["type"] not in {"plan", "actions"})

    assert len(plain_text.of_blocks(blocks, str).splitlines()) <= 18


def test_a_name_too_long_for_the_headline_is_still_there_in_full():
    alias = ".".join(["a" * 60] * 4) + ".com"
    world = World(alias=alias, zone="com")
    covering = [certified(one, alias) for one in world.inventory]

    shown = card(replace(world, inventory=tuple(covering)).inspected(), RULES)

    assert len(shown.blocks[0]["text"]["text"]) <= 150
    assert shown.blocks[1]["text"]["text"] == f"`{alias}`"


@pytest.mark.parametrize("name", EVERY_MOVE)
def test_text_of_other_people_calls_nobody_and_formats_nothing(name):
    shown = card(NASTY_MOVES[name], RULES)

    mentioned = plain_text.mentioned("", tuple(shown.blocks)) | plain_text.mentioned(shown.text, ())
    assert mentioned <= {"U0MINA", "U0JOON", "S0SRE"}
    assert "\u202e" not in str(shown.blocks)
    for mark_up in (block["text"]["text"] for block in shown.blocks if block["type"] == "section"):
        assert "*bold*" not in re.sub(r"`[^`\n]*`", "", mark_up)


def test_where_no_target_fits_the_nearest_are_named_with_the_reason_and_the_others_counted():
    move = World().choosing(fitting=0, unfit=30)

    text = read(move)

    assert "No distribution I can read could take www.example.com." in text
    assert text.count("Doesn't fit: shop (E3BARE") == 5
    assert "It has only CloudFront's own certificate, which covers no name of yours." in text
    assert "25 more don't fit." in text


def test_a_way_without_a_record_says_what_it_is_and_asks_for_none():
    shown = read(World().without_record().inspected())

    assert "documents this, and it is not proved yet. If AWS says no, nothing changes" in shown
    assert "No TXT record is needed" in shown
    assert "_www" not in shown


def test_a_no_to_it_is_told_in_aws_words_beside_the_record_that_is_wanted_then():
    shown = read(World().refused_without_record())

    assert "AWS did not take it without a record, and nothing has changed: “IllegalUpdate: Invalid or missing" in shown
    assert "request id 410c2a4b). So it goes with the record." in shown
    assert '_www.example.com   TXT   "' in shown


def test_that_no_leaves_nothing_in_doubt_though_the_look_after_it_used_what_was_remembered():
    move = World().refused_without_record()
    assert (move.inspection, move.asked) != (None, None)
    remembered = replace(move, inspection=replace(move.inspection, looked_at=move.asked.at))  # type: ignore[type-var, union-attr]

    shown = read(remembered)

    assert "Nothing has changed: blue still holds it." in shown
    assert "could not prove" not in shown


def test_a_wait_after_that_no_comes_with_its_reason():
    with_record = replace(World(), may_skip_record=True, record_demanded=True).live()
    ready = with_record.look(World().without_record().refused(RefusalCause.RECORD_NOT_SEEN))
    approved = with_record.look(with_record.after(ready, Approved(JOON, ready.digest, ready.round)))
    why = "AWS looked for the record before there was one, and may remember that. I "

    assert (ready.state, approved.state) == (MoveState.AWAITING_APPROVAL, MoveState.CONFIRMING)
    assert why + "do not ask it before" in read(ready)
    assert why + "ask at" in read(approved)


@pytest.mark.parametrize(
    ("kind", "headline", "what"),
    [
        (AnswerKind.NOTHING, "the DNS record has gone again", "has gone again, as I saw at"),
        (AnswerKind.SILENT, "needs one DNS record", "is not verified any more, as I saw at"),
    ],
)
def test_a_record_that_was_verified_before_is_told_apart_from_one_that_never_was(
    kind: AnswerKind, headline: str, what: str
):
    move = replace(World(), kinds=(kind, kind)).look(World().ready())

    shown = read(move)

    assert headline in shown
    assert "The record was verified at 14:03:02 UTC, and " + what in shown
    assert "was verified at" not in read(World().inspected())
    assert "was verified at" not in read(replace(move, sighting=World().live().ready().sighting))


def test_a_target_that_was_changed_meanwhile_is_no_refusal_for_people():
    shown = read(World().refused(RefusalCause.CHANGED_MEANWHILE, "PreconditionFailed", "Evaluated to false."))

    assert "Somebody changed green at the same moment, so AWS changed nothing. I look again first." in shown


def test_a_tenant_is_shown_with_its_distribution_and_where_dns_has_to_point():
    tenant = DistributionId("dt_2wjDZi3hD1ivOXf6rpZJO1AB3vs")
    shop = replace(a_distribution("E2GREEN4CLDFRNT", "shop"), id=tenant, tenant_of=DistributionId("E5SITES4CLDFRNT"))
    world = World(inventory=(World().inventory[0], shop), wanted=tenant)

    assert f"Target  shop · {tenant} · tenant of E5SITES4CLDFRNT · account" in read(world.inspected())
    assert "point DNS at d111111abcdef8.cloudfront.net, the endpoint of its connection group" in read(world.moved())
