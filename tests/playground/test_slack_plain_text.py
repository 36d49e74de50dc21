"""How messages read in a terminal, and whom they mention."""

import pytest

from playground.slack.plain_text import mentioned, of_blocks, of_mrkdwn
from tests.playground.slack_office import actions, button, section
from tests.playground.test_slack_blocks import CARD, rich, rich_section

NAMES = {"U1": "@mina", "S1": "@approvers", "C1": "#cdn"}


def name_of(identity: str) -> str:
    return NAMES.get(identity, identity)


@pytest.mark.parametrize(
    ("marked_up", "shown"),
    [
        ("*moved* to `E2GREEN`", "moved to E2GREEN"),
        ("<@U1> and <!subteam^S1> in <#C1>", "@mina and @approvers in #cdn"),
        ("<@U9>", "U9"),
        ("until <!date^1763856000^{date} {time}|23 Nov 00:00 UTC>", "until 23 Nov 00:00 UTC"),
        ("<https://example.com|the guide>", "the guide (https://example.com)"),
        ("<https://example.com>", "https://example.com"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("`*.example.com` and `*.example.org`", "*.example.com and *.example.org"),
        ("_www.example.com", "_www.example.com"),
        ("```\nkey value\n```", "key value"),
        ("<!channel> look", "@channel look"),
        ("&lt;@U1&gt;", "<@U1>"),
    ],
)
def test_markup_reads_as_slack_shows_it(marked_up: str, shown: str):
    assert of_mrkdwn(marked_up, name_of) == shown


def test_a_whole_card_reads_from_top_to_bottom():
    assert of_blocks(tuple(CARD), name_of).split("\n") == [
        "www.example.com",
        "Held by blue",
        "[ Press ]",
        "Source",
        "Target",
        "_www.example.com TXT",
        "Create it@mina",
        "• one",
        "14:00",
        "https://example.com@approvers",
        "Progress",
        "✓ Look up the record",
        "· Ask",
        "────────",
        "[ Press ]  [ One ▾ ]",
        "asked by @mina  14:02",
        "a",
        "**bold**",
    ]


def test_mentions_are_found_in_markup_and_rich_text():
    blocks = (section("<@U1> asks"), rich(rich_section({"type": "usergroup", "usergroup_id": "S1"})))

    assert mentioned("", blocks) == {"U1", "S1"}
    assert mentioned("<!subteam^S1|@approvers>, <!here>", ()) == {"S1", "!here"}


def test_an_escaped_or_plain_text_mention_calls_nobody():
    blocks = (section("&lt;@U1&gt;"), actions(button("b", "<@U1>")))

    assert mentioned("", blocks) == frozenset()


def test_a_mention_only_in_the_fallback_text_calls_nobody():
    assert mentioned("<@U1>", (section("Done"),)) == frozenset()
