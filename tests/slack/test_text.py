"""Foreign text is harmless, and clock times can be read everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.text import clip, clock, code, day_and_clock, escape, escape_sentence, plain
from tests.slack.made_moves import NASTY


def test_mentions_and_links_come_out_as_what_was_typed():
    shown = escape("<!channel> & <@U1> <https://evil.example|bank>")

    assert shown == "&lt;!channel&gt; &amp; &lt;@U1&gt; &lt;https://evil.example|bank&gt;"


def test_what_nobody_can_see_is_taken_out():
    shown = plain("a\u202eb\u200bc\u2066d\x00e\x1bf\u00adg")

    assert shown == "abcdefg"


def test_lines_become_one_line():
    assert escape("one\ntwo\r\n\tthree\u2028four") == "one two three four"


def test_a_single_star_stays_so_that_a_wildcard_can_be_copied():
    assert escape("covers *.example.com only") == "covers *.example.com only"


@pytest.mark.parametrize("mark", ["*", "_", "~"])
def test_pairs_of_marks_format_nothing(mark):
    shown = escape(f"{mark}loud{mark}")

    assert shown == f"{mark}\u200bloud{mark}\u200b"


def test_names_of_emoji_stay_words():
    assert ":tada:" not in escape("done :tada:")


def test_code_can_not_be_left():
    assert code("a` <!channel> `b") == "`a' &lt;!channel&gt; 'b`"


def test_empty_code_is_still_something_to_see():
    assert code("\u200b") == "`…`"


def test_a_sentence_keeps_its_code_and_loses_its_mentions():
    assert escape_sentence("`foo<!here>` has no dot") == "`foo&lt;!here&gt;` has no dot"


def test_long_text_tells_that_something_is_missing():
    assert clip("a" * 10, 5) == "aaaa…"
    assert clip("abc  def", 6) == "abc…"
    assert clip("abc", 3) == "abc"


def test_clock_times_are_the_readers_with_utc_where_slack_can_not():
    assert clock(1_763_820_180) == "<!date^1763820180^{time_secs}|14:03:00 UTC>"


def test_clock_times_are_rounded_up_so_that_nobody_is_early():
    assert clock(1_763_820_180.2) == "<!date^1763820181^{time_secs}|14:03:01 UTC>"


def test_what_is_days_away_has_a_day():
    assert day_and_clock(1_763_820_180) == "<!date^1763820180^{date_short_pretty} {time}|22 Nov 14:03 UTC>"


@given(st.text() | st.just(NASTY))
def test_no_text_at_all_can_mention_anybody_or_break_a_line(text):
    for shown in (escape(text), code(text), escape_sentence(text)):
        assert not set("<>\n\r\u2028\u202e") & set(shown)
    assert code(text).count("`") == 2
    assert "`" not in escape(text)
