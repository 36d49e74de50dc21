"""Values that are not the right one: shown so that a person sees where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alias_move.wrong_values import WrongValue, is_about_cloudfront, is_distribution, marks, revealed, wrongness

TARGET = "d111111abcdef8.cloudfront.net"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("d111111abcdef8.cloudfront.net.example.com", WrongValue.WHOLE_LINE),
        ("d111111\u0430bcdef8.cloudfront.net", WrongValue.TYPO),
        ("d111111abcdef8.s3-website.cloudfront.net", WrongValue.TYPO),
        ("abc", WrongValue.OTHER_VALUE),
        ("", WrongValue.OTHER_VALUE),
        ("d11", WrongValue.OTHER_VALUE),
    ],
)
def test_values_between_the_kinds_are_called_what_people_would_call_them(value: str, kind: WrongValue):
    assert wrongness(value, TARGET) is kind


@given(st.text(max_size=400))
def test_any_text_can_be_judged_shown_and_marked(value: str):
    shown = revealed(value)

    assert wrongness(value, TARGET) in WrongValue
    assert shown.isprintable()
    assert set(marks(shown, TARGET)) <= {" ", "^"}


@pytest.mark.parametrize(
    ("found", "caret"),
    [
        ("d111111abcdef9.cloudfront.net", "             ^"),
        ("d111111abcdf8.cloudfront.net", "           ^"),
        ("d111111abcdef8.cloudfront.net.", "                             ^"),
        ("d111111abcdef8.cloudfront", "                         ^"),
        ("v=spf1 include:_spf.example.net -all", ""),
    ],
)
def test_differing_characters_are_marked_where_that_helps(found: str, caret: str):
    assert marks(found, TARGET) == caret


def test_what_nobody_sees_is_named():
    assert revealed("d1\u200b11\u00a0“x” \u0430") == "d1<U+200B>11<U+00A0>“x” <U+0430>"


def test_values_meant_for_such_a_record_are_told_from_others():
    assert is_about_cloudfront(f'"{TARGET.upper()}"', TARGET)
    assert is_about_cloudfront("TXT d0123abc.cloudfront.net", TARGET)
    assert is_about_cloudfront("proof.example.net", "proof.example.net")
    assert not is_about_cloudfront("v=spf1 include:_spf.google.com ~all", TARGET)
    assert is_distribution("D0123abc.CloudFront.net.")
    assert not is_distribution("www.example.com")
