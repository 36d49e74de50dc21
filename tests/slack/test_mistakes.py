"""What is wrong with the record, as a person reads it; what to type where; and the record as texts."""

import json
from dataclasses import replace

import pytest

from bot.alias_move.events import Diagnosed
from bot.alias_move.mistakes import Diagnosis, Mistake, MistakeKind
from bot.alias_move.move import EffectKind, Move
from bot.alias_move.names import TxtRecord
from bot.alias_move.sightings import AnswerKind
from bot.alias_move.wrong_records import wrong_value
from bot.slack.messages import card, has_record_texts, record_texts_modal
from bot.slack.record_texts import change_batch, terraform, zone_file
from playground.slack import plain_text
from playground.slack.block_kit import Surface, refusals_of_blocks
from tests.slack.made_moves import NASTY, RULES, World, effect_of

TARGET = "d111111abcdef8.cloudfront.net"
DOUBLED = Mistake(
    MistakeKind.MISPLACED,
    "The record was created with the zone's name twice.",
    "In the name field enter only `_www`.",
    "_www.example.com.example.com",
    "_www.example.com",
)


def read(move: Move) -> str:
    return plain_text.of_blocks(tuple(card(move, RULES).blocks), str)


def at(*servers: str) -> Move:
    """The zone is at these servers."""
    move = World().inspected()
    assert move.sighting is not None
    answers = tuple(replace(move.sighting.answers[0], server=server) for server in servers)
    return replace(move, sighting=replace(move.sighting, answers=answers))


def test_a_mistake_comes_with_what_was_found_and_what_to_do():
    text = read(World().diagnosed(DOUBLED))

    assert text.startswith("www.example.com: I found a record, in the wrong place")
    assert "What is wrong  The record was created with the zone's name twice." in text
    assert "Found  _www.example.com.example.com   instead of  _www.example.com" in text
    assert "To do  In the name field enter only _www." in text


def test_wrong_characters_are_marked_below_the_value():
    text = read(World().diagnosed(wrong_value("d111111abcdef9.cloudfront.net", TARGET)))

    assert (
        "found   d111111abcdef9.cloudfront.net\n                     ^\nwanted  d111111abcdef8.cloudfront.net" in text
    )


def test_characters_that_nobody_sees_are_named():
    text = read(World().diagnosed(wrong_value("d111111abcdef8\u200b.cloudfront.net", TARGET)))

    assert "found   d111111abcdef8<U+200B>.cloudfront.net" in text


def test_what_is_no_fault_of_anybody_here_is_a_note():
    text = read(World().diagnosed(Mistake(MistakeKind.WILDCARD, "A wildcard answers.", "Create it.", "x.example")))

    assert "Note  A wildcard answers." in text
    assert "What is wrong" not in text


def test_that_nothing_was_found_is_said_with_the_time():
    move = World().inspected()
    none = World().after(move, Diagnosed(effect_of(move, EffectKind.DIAGNOSE), Diagnosis(move.updated_at)))

    assert "I looked for the usual mistakes at" in read(none)
    assert "and found none" in read(none)


def test_nothing_is_said_of_mistakes_while_part_of_the_servers_have_it():
    move = World(kinds=(AnswerKind.EXACT, AnswerKind.NOTHING)).inspected()
    none = World().after(move, Diagnosed(effect_of(move, EffectKind.DIAGNOSE), Diagnosis(move.updated_at)))

    assert "usual mistakes" not in read(none)


def test_foreign_text_stays_what_it_is():
    text = str(card(World(nasty=NASTY).diagnosed(), RULES).blocks)

    assert "<!channel>" not in text
    assert "<@U0EVIL>" not in text


def test_a_zone_of_its_own_is_told_to_belong_elsewhere():
    move = World().inspected()
    found = Diagnosis(move.updated_at, (), "www.example.com")
    told = World().after(move, Diagnosed(effect_of(move, EffectKind.DIAGNOSE), found))

    assert "www.example.com is a zone of its own, but this record belongs into the zone above it, example.com." in read(
        told
    )


@pytest.mark.parametrize(
    ("servers", "lines"),
    [
        (
            ("ns-1.awsdns-01.com", "ns-2.awsdns-02.co.uk"),
            (
                "which is at Route 53.",
                "Record name   _www   only this: Route 53 adds .example.com by itself",
                f'Value   "{TARGET}"   with the double quotes',
            ),
        ),
        (
            ("amy.ns.cloudflare.com", "bob.ns.cloudflare.com"),
            ("which is at Cloudflare.", "Name   _www   only this", f"Content   {TARGET}   without quotes"),
        ),
        (
            ("dns1.registrar-servers.com",),
            ("which is at Namecheap. It is on the page “Advanced DNS”.", "Host   _www   only this"),
        ),
        (("ns1.dns-host.example",), ("Name   _www   only this: most panels add .example.com by themselves",)),
        (
            ("amy.ns.cloudflare.com", "ns-1.awsdns-01.com"),
            ("Name   _www   only this: most panels add .example.com by themselves",),
        ),
    ],
    ids=["route 53", "cloudflare", "namecheap", "unknown", "two at once"],
)
def test_what_to_type_is_said_in_the_words_of_the_provider(servers, lines):
    text = read(at(*servers))

    for line in lines:
        assert line in text
    assert '_www.example.com   TXT   "d111111abcdef8.cloudfront.net"' in text


# The record as texts


def test_the_texts_can_be_used_as_they_are():
    record = TxtRecord("_www.example.com", TARGET)

    batch = json.loads("\n".join(change_batch(record)))

    assert zone_file(record) == f'_www.example.com. 60 IN TXT "{TARGET}"'
    [change] = batch["Changes"]
    assert change["Action"] == "CREATE"
    assert change["ResourceRecordSet"]["ResourceRecords"] == [{"Value": f'"{TARGET}"'}]
    assert terraform(record, "example.com") == [
        'resource "aws_route53_record" "cloudfront_www_example_com" {',
        '  zone_id = "the id of the hosted zone example.com"',
        '  name    = "_www.example.com"',
        '  type    = "TXT"',
        "  ttl     = 60",
        f'  records = ["{TARGET}"]',
        "}",
    ]


def test_the_modal_has_all_three():
    view = record_texts_modal(World().inspected())

    text = plain_text.of_blocks(tuple(view["blocks"]), str)
    assert refusals_of_blocks(view["blocks"], Surface.MODAL) == []
    assert f'_www.example.com. 60 IN TXT "{TARGET}"' in text
    assert '"Action": "CREATE"' in text
    assert 'resource "aws_route53_record"' in text


def test_there_are_texts_only_while_a_record_is_waited_for():
    assert has_record_texts(World().inspected())
    assert has_record_texts(World().blocked())
    assert not has_record_texts(World().live().inspected())
    assert "There is no record to create" in str(record_texts_modal(World().opened()))
