"""Names as people type and Slack sends them, and the names that follow from them."""

import re
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.alias_move.names import (
    AliasName,
    DistributionId,
    NotAName,
    TxtRecord,
    certificate_name_covers,
    clean_text,
    is_masked_form,
)
from tests.alias_move.evidence import registrable_name

Name = TypeVar("Name", AliasName, DistributionId)

WWW = "www.example.com"
LABEL_63 = "a" * 63
NAME_253 = ".".join([LABEL_63, LABEL_63, LABEL_63, "b" * 57, "com"])


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (WWW, WWW),
        ("  www.example.com\n", WWW),
        ("WWW.Example.COM", WWW),
        ("www.example.com.", WWW),
        ("`www.example.com`", WWW),
        ('"www.example.com"', WWW),
        ("'www.example.com'", WWW),
        ("\u201cwww.example.com\u201d", WWW),
        ("<http://www.example.com|www.example.com>", WWW),
        ("<http://www.example.com>", WWW),
        ("<www.example.com|www.example.com>", WWW),
        ("<www.example.com>", WWW),
        ("`<https://www.example.com/|www.example.com>`", WWW),
        ("&lt;http://www.example.com|www.example.com&gt;", WWW),
        ("<https://www.example.com|shop.example.org>", WWW),
        ("<https://www.example.com|see this page>", WWW),
        ("http://www.example.com", WWW),
        ("HTTPS://WWW.EXAMPLE.COM/Path?a=1&amp;b=2#there", WWW),
        ("https://www.example.com:8443/", WWW),
        ("https://www.example.com?next=/", WWW),
        ("https://www.example.com./", WWW),
        ("www.example.com/path", WWW),
        ("www.example.com:443", WWW),
        ("\u00a0www.example.com\u00a0", WWW),
        ("www\u200b.example\u2060.com\ufeff", WWW),
        ("www.exam\u00adple.com", WWW),
        ("www\u3002example\uff0ecom", WWW),
        ("\uff57\uff57\uff57.example.com", WWW),
        ("*.example.com", "*.example.com"),
        ("example.com", "example.com"),
        ("b\u00fccher.de", "xn--bcher-kva.de"),
        ("B\u00dcCHER.de", "xn--bcher-kva.de"),
        ("fa\u00df.de", "xn--fa-hia.de"),
        ("xn--fa-hia.de", "xn--fa-hia.de"),
        ("_dmarc.my_shop.example.com", "_dmarc.my_shop.example.com"),
        ("1.example.com", "1.example.com"),
        (f"{LABEL_63}.example.com", f"{LABEL_63}.example.com"),
        (NAME_253, NAME_253),
    ],
    ids=ascii,
)
def test_what_slack_sends_is_read_as_the_name_that_was_meant(typed: str, name: str):
    assert AliasName.parse(typed) == AliasName(name)


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ("", "There is no name in that."),
        ("``", "There is no name in that."),
        ("\u200b", "There is no name in that."),
        ("<|www.example.com>", "There is no name in that."),
        ("https:///path", "There is no name in that."),
        ("www.example.com shop.example.com", "That is more than one word."),
        ("www.example.com/path shop.example.com", "That is more than one word."),
        ("www.exa\u00a0mple.com", "That is more than one word."),
        ("localhost", "`localhost` is too short"),
        ("*.com", "`*.com` is too short"),
        ("<!channel>", "That is a mention, not a name."),
        ("<@U1>", "That is a mention, not a name."),
        ("<#C1|general>", "That is a mention, not a name."),
        ("<!subteam^S1|@sre>", "That is a mention, not a name."),
        ("<http://www.example.com", "I can't read that link."),
        ("<http://a.example.com|a><http://b.example.com|b>", "I can't read that link."),
        ("ftp://www.example.com", "I read http and https addresses only, not `ftp://`."),
        ("https://me:secret@www.example.com", "That address holds a user name before an @."),
        ("<mailto:me@example.com|me@example.com>", "That is an e-mail address"),
        ("www.\u202eexample.com", "That text holds invisible characters that change its reading direction."),
        ("www.\u200eexample.com", "That text holds invisible characters that change its reading direction."),
        ("a" * 3_001, "That is 3,001 characters long; I read at most 3,000."),
        ("www..example.com", "There are two dots in a row, or one at the beginning."),
        (".example.com", "There are two dots in a row, or one at the beginning."),
        ("www.example.com..", "There are two dots in a row, or one at the beginning."),
        ("-www.example.com", "`-www` holds a character that no name can have, or begins or ends with a hyphen."),
        ("www-.example.com", "`www-` holds a character"),
        ("w+w.example.com", "`w+w` holds a character"),
        ("www.example.com`;rm", "`com?;rm` holds a character"),
        ("www\x07.example.com", "`www?` holds a character"),
        ("a.*.example.com", "A `*` may stand only as the whole first part, like `*.example.com`."),
        ("a*.example.com", "A `*` may stand only as the whole first part"),
        ("*.*.example.com", "A `*` may stand only as the whole first part"),
        ("192.0.2.1", "That is an address made of numbers, not a name."),
        ("http://192.0.2.1:80/", "That is an address made of numbers, not a name."),
        ("\U0001f4a9.example.com", "`\U0001f4a9` can't be written as an internationalised name (IDNA 2008)."),
        ("a\u2024b.example.com", "`a\u2024b` can't be written as an internationalised name (IDNA 2008)."),
        ("xn--zzzzzz.example.com", "`xn--zzzzzz` looks like an encoded international name, but does not decode."),
        ("xn--.example.com", "`xn--` looks like an encoded international name, but does not decode."),
        (f"{LABEL_63}a.example.com", f"`{'a' * 40}…` has 64 characters; a part of a name has at most 63."),
        (f"b{NAME_253}", "`b" + "a" * 39 + "…` has 64 characters"),
        (NAME_253.replace(".com", "b.com"), "That name has 254 characters; CloudFront takes at most 253."),
        ("d111111abcdef8.cloudfront.net", "That is a distribution's own name;"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_is_not_clearly_one_name_is_refused_with_the_reason(typed: str, because: str):
    with pytest.raises(NotAName) as refused:
        AliasName.parse(typed)

    assert str(refused.value).startswith(because)


def tried(parse: Callable[[str], Name], text: str) -> tuple[Name | None, str]:
    """The name or the reason; anything else that is raised fails the test."""
    try:
        return parse(text), ""
    except NotAName as refused:
        return None, str(refused)


FRAGMENTS = st.sampled_from(
    "www example com de . . . * < > | / : @ - _ xn-- :// http:// ` &amp; &lt; 443 cloudfront.net".split()  # noqa: SIM905 - a line
    # Zero width, another dot, umlaut, sharp s, dotted I, Kelvin sign, Arabic one, white space, one dot leader.
    + list("\u200b\u3002\u00fc\u00df\u0130\u212a\u06f1 \n\u2024")
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(FRAGMENTS, max_size=14).map("".join))


@settings(max_examples=200)
@given(TEXTS)
@example("x" * 3_000)
@example("\u00fc" * 3_000)
def test_any_text_is_a_name_that_reads_back_as_itself_or_is_refused_in_one_short_sentence(text: str):
    name, refused = tried(AliasName.parse, text)

    if name is None:
        assert refused.isprintable()
        assert len(refused) < 250
        assert refused.endswith((".", "`"))
    else:
        assert AliasName.parse(str(name)) == name
        assert AliasName.parse(f"<http://{name}|www.evil.example>") == name
        assert re.fullmatch(r"(\*\.)?([a-z0-9_-]{1,63}\.)+[a-z0-9_-]{1,63}", name.text)
        assert len(name.text) <= 253


@settings(max_examples=200)
@given(st.text(max_size=40))
@example("e\u00df\u00df\u00df\u00df")
@example("E\u017f\u017f\u017f\u017f\u017f")
def test_any_text_is_a_distribution_id_or_is_refused(text: str):
    found, refused = tried(DistributionId.parse, text)

    if found is None:
        assert "like `E1A2B3C4D5E6F7`" in refused or "reading direction" in refused
    else:
        assert re.fullmatch("E[A-Z0-9]{5,24}|dt_[A-Za-z0-9]{6,60}", found.text)
        assert text.isascii() or clean_text(text).isascii()


@pytest.mark.parametrize("typed", ["E1A2B3C4D5E6F7", " e1a2b3c4d5e6f7 ", "`E1A2B3C4D5E6F7`", "E1A2\u200bB3C4D5E6F7"])
def test_a_distribution_id_is_read_in_any_case(typed: str):
    assert str(DistributionId.parse(typed)) == "E1A2B3C4D5E6F7"


def test_a_tenants_id_is_read_as_it_is_since_its_case_means_something():
    tenant = DistributionId.parse(" `dt_2wjDZi3hD1ivOXf6rpZJO1AB3vs` ")

    assert (str(tenant), tenant.is_tenant) == ("dt_2wjDZi3hD1ivOXf6rpZJO1AB3vs", True)
    assert not DistributionId.parse("E1A2B3C4D5E6F7").is_tenant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "E123",
        "dt_",
        "DT_2wjDZi3hD1ivOXf6rpZJO1AB3vs",
        "***************ohWzv1b9It8JABC",
        "*******EXAMPLE",
        "d111111abcdef8.cloudfront.net",
        "E1A2 B3C4",
        "E\u00df\u00df\u00df\u00df",
        "X1A2B3C4D5E6F7",
    ],
)
def test_what_is_no_distribution_id_is_refused_with_an_example(typed: str):
    with pytest.raises(NotAName, match="like `E1A2B3C4D5E6F7`"):
        DistributionId.parse(typed)


def test_entities_are_undone_once():
    assert clean_text("a &amp;lt; b") == "a &lt; b"


@pytest.mark.parametrize(
    ("name", "is_apex"),
    [
        ("example.com", True),
        ("www.example.com", False),
        ("example.co.uk", True),
        ("www.example.co.uk", False),
        ("co.uk", False),
        ("shop.example.com", False),
        ("*.example.com", False),
        ("*.co.uk", False),
        ("me.github.io", False),
        ("xn--bcher-kva.de", True),
    ],
)
def test_an_apex_is_what_somebody_registered(name: str, is_apex: bool):  # noqa: FBT001 - a column of the table
    assert AliasName(name).is_apex(registrable_name) is is_apex


@pytest.mark.parametrize(
    ("alias", "record", "parent"),
    [
        ("www.example.com", "_www.example.com", "example.com"),
        ("a.b.example.com", "_a.b.example.com", "b.example.com"),
        ("example.com", "_.example.com", "example.com"),
        ("example.co.uk", "_.example.co.uk", "example.co.uk"),
        ("shop.example.com", "_shop.example.com", "example.com"),
        ("*.example.com", "_*.example.com", "example.com"),
        ("*.co.uk", "_*.co.uk", "co.uk"),
    ],
)
def test_the_record_is_the_alias_behind_an_underscore_and_names_the_target(alias: str, record: str, parent: str):
    wanted = TxtRecord.proving(AliasName(alias), "D111111ABCDEF8.cloudfront.net", registrable_name)

    assert wanted == TxtRecord(record, "d111111abcdef8.cloudfront.net")
    assert wanted.parent == parent


@pytest.mark.parametrize(
    ("in_certificate", "alias", "covers"),
    [
        ("www.example.com", "www.example.com", True),
        ("WWW.Example.com.", "www.example.com", True),
        ("*.example.com", "www.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.b.example.com", False),
        ("*.example.com", "*.example.com", True),
        ("*.example.com", "*.b.example.com", False),
        ("*.com", "*.example.com", False),
        ("www.example.com", "*.example.com", False),
        ("example.com", "www.example.com", False),
    ],
)
def test_a_certificate_covers_one_label_only(in_certificate: str, alias: str, covers: bool):  # noqa: FBT001
    assert certificate_name_covers(in_certificate, AliasName(alias)) is covers


@pytest.mark.parametrize(
    ("wildcard", "other", "covers"),
    [
        ("*.example.com", "www.example.com", True),
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "*.b.example.com", True),
        ("*.example.com", "*.example.com", False),
        ("*.example.com", "example.com", False),
        ("*.example.com", "wwwexample.com", False),
        ("www.example.com", "www.example.com", False),
    ],
)
def test_a_wildcard_answers_for_everything_below_it(wildcard: str, other: str, covers: bool):  # noqa: FBT001
    assert AliasName(wildcard).covers(AliasName(other)) is covers


@pytest.mark.parametrize(
    ("hidden", "whole", "expected"),
    [
        ("*******MEZWLBW", "E1ABCDEMEZWLBW", True),
        ("******112233", "445566112233", True),
        ("445566112233", "445566112233", True),
        ("*******MEZWLBW", "E1ABCDMEZWLBW", False),
        ("*******MEZWLBW", "E1ABCDEMEZWLBX", False),
        ("**************", "E1ABCDEMEZWLBW", False),
    ],
)
def test_a_masked_id_fits_ids_of_its_length_and_visible_end(hidden: str, whole: str, expected: bool):  # noqa: FBT001 - a table
    assert is_masked_form(hidden, whole) is expected
