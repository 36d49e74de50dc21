"""The golden table: every mistake that people make with such a record before it is live, and how it is named.

The numbers are those of the list this was written from: 27 and 28 (what caches remember) can be known only once the
record is live, and 26 (gone again) is the lifecycle's `TxtLost`.
"""

import re
from dataclasses import dataclass, replace

import pytest

from bot.alias_move.mistakes import MistakeKind
from bot.alias_move.names import TxtRecord
from bot.alias_move.probes import Nearby, Place, Probe, Serial
from bot.alias_move.sightings import AnswerKind, TxtSighting
from tests.alias_move.probes import (
    ABSENT,
    APEX,
    CUT_SHORT,
    EXACT,
    IDN,
    LAME,
    NOTHING,
    SHOP,
    SILENT,
    SOURCE,
    TARGET,
    WWW,
    named,
    placed,
    pointed,
    seen,
    valued,
)


def split(sighting: TxtSighting) -> Probe:
    """Resolvers name ns1, which nobody else does; the zone above, and the zone as the world has it, name ns2."""
    public = ("ns2.dns-host.example",)
    sighting = replace(sighting, only_delegated=public, only_listed=("ns1.dns-host.example",))
    return replace(ABSENT, sighting=sighting, delegated_to=public, listed=public)


def at_addresses(sighting: TxtSighting, *addresses: str) -> TxtSighting:
    pairs = zip(sighting.answers, addresses, strict=True)
    return replace(sighting, answers=tuple(replace(answer, address=address) for answer, address in pairs))


@dataclass(frozen=True)
class Row:
    """A mistake, and how it is named; without a kind nothing is wrong."""

    number: str
    probe: Probe
    kind: MistakeKind | None = None
    says: str = ""
    remedy: str = ""
    found: str = ""


K, P = MistakeKind, Place
GOLDEN = [
    Row("1 nothing there yet", ABSENT),
    Row(
        "2 doubled name",
        placed(P.DOUBLED, "_www.example.com.example.com"),
        K.MISPLACED,
        "The record was created with the zone's name twice: your DNS panel adds it by itself. The value is right.",
        "In the name field enter only `_www`.",
        "_www.example.com.example.com",
    ),
    Row(
        "3 underscore forgotten",
        placed(P.WITHOUT_UNDERSCORE, "www.example.com"),
        K.MISPLACED,
        "without the underscore",
        "Its name must begin with an underscore: `_www.example.com`.",
        "www.example.com",
    ),
    Row(
        "3 dash instead",
        placed(P.DASH, "-www.example.com"),
        K.MISPLACED,
        "with a dash in place of the underscore",
        "begin with an underscore",
        "-www.example.com",
    ),
    Row(
        "4 at the zone's own name, among others",
        placed(P.ZONE_ITSELF, "example.com", "v=spf1 -all", TARGET),
        K.MISPLACED,
        "at the zone's own name. The value is right.",
        "enter `_www`",
        "example.com",
    ),
    Row("4 other values at the zone's own name", placed(P.ZONE_ITSELF, "example.com", "v=spf1 -all")),
    Row(
        "4 below the alias",
        placed(P.BELOW_ALIAS, "_www.www.example.com"),
        K.MISPLACED,
        "one level too low",
        "enter only `_www`, in the zone `example.com`",
    ),
    Row(
        "4 a part missing",
        placed(P.SHORTENED, "_a.example.com", record=TxtRecord("_a.b.example.com", TARGET)),
        K.MISPLACED,
        "with a part of its name missing",
        "in the name field of `example.com` enter `_a.b`",
    ),
    Row(
        "4 as for a certificate",
        placed(P.ACME, "_acme-challenge.www.example.com", SOURCE),
        K.MISPLACED,
        "which is for certificates. Its value is not right either",
        "enter only `_www`",
    ),
    Row("4 a certificate's own record", placed(P.ACME, "_acme-challenge.www.example.com", "gfj9Xq...Rg85nM")),
    Row(
        "5 apex form for a subdomain",
        placed(P.OTHER_FORM, "_.www.example.com"),
        K.MISPLACED,
        "in the form for another kind of name",
        "stands right before it, without a dot: `_www.example.com`",
        "_.www.example.com",
    ),
    Row(
        "5 subdomain form for an apex",
        placed(P.OTHER_FORM, "_example.example.com", record=APEX),
        K.MISPLACED,
        "in the form for another kind of name",
        "followed by a dot: `_.example.com`. In the name field enter only `_`.",
    ),
    Row(
        "6 CNAME to the target",
        pointed(TARGET, f"CNAME to {TARGET}"),
        K.WRONG_TYPE,
        "is a CNAME; AWS reads only a TXT record. Its value is right.",
        "only the type changes",
        TARGET,
    ),
    Row(
        "6 CNAME to another distribution",
        pointed(SOURCE, f"CNAME to {SOURCE}"),
        K.WRONG_TYPE,
        "It also names another distribution.",
        "Delete the CNAME",
        SOURCE,
    ),
    Row(
        "7 another type",
        replace(ABSENT, other_types=("A",)),
        K.WRONG_TYPE,
        "but none of type TXT",
        "the one of type A is of no use",
    ),
    Row(
        "8 wrong distribution",
        valued("d222222ghijkl3.cloudfront.net"),
        K.WRONG_VALUE,
        "names another distribution than the target",
        "Change the value",
        "d222222ghijkl3.cloudfront.net",
    ),
    Row(
        "8 the one that holds it now",
        valued(SOURCE),
        K.WRONG_VALUE,
        "names the distribution that holds the alias now",
        "Change the value",
        SOURCE,
    ),
    Row("9 quotes", valued(f'"{TARGET}"'), K.WRONG_VALUE, "quotes or backslashes", "without any quotes"),
    Row("9 smart quotes", valued(f"“{TARGET}”"), K.WRONG_VALUE, "quotes or backslashes", "without any quotes"),
    Row("9 backslashes", valued(f'\\"{TARGET}\\"'), K.WRONG_VALUE, "quotes or backslashes", "without any quotes"),
    Row("10 trailing dot", valued(f"{TARGET}."), K.WRONG_VALUE, "right but for a dot at the end", "exactly"),
    Row("10 capitals", valued(TARGET.upper()), K.WRONG_VALUE, "right but for capital letters", "exactly"),
    Row("10 spaces", valued(f" {TARGET} "), K.WRONG_VALUE, "right but for spaces", "exactly"),
    Row(
        "10 invisible",
        valued("d111111\u200babcdef8.cloudfront.net\u00a0"),
        K.WRONG_VALUE,
        "spaces and invisible characters",
        "exactly",
    ),
    Row("11 address", valued(f"https://{TARGET}/"), K.WRONG_VALUE, "a web address", "no https://"),
    Row("11 path", valued(f"{TARGET}/index.html"), K.WRONG_VALUE, "a web address", "no path"),
    Row("12 whole line", valued(f"_www TXT {TARGET}"), K.WRONG_VALUE, "more than that was pasted", "Leave only"),
    Row("12 name=value", valued(f"TXT={TARGET}"), K.WRONG_VALUE, "more than that was pasted", "Leave only"),
    Row("13 typo", valued("d11111abcdef8.cloudfront.net"), K.WRONG_VALUE, "a typing error", "Copy the value"),
    Row("13 two typos", valued("d111111abcdef8.cluodfront.net"), K.WRONG_VALUE, "a typing error", "Copy the value"),
    Row("14 several values, one exact", replace(ABSENT, sighting=seen((AnswerKind.EXACT, (TARGET, "x"), "")))),
    Row("14 something else", valued("v=spf1 -all"), K.WRONG_VALUE, "with another value", "beside it"),
    Row("15 several strings, joined", replace(ABSENT, sighting=seen(EXACT, EXACT))),
    Row(
        "16 in the zone of the alias itself",
        replace(placed(P.CHILD_ZONE, "_shop.shop.example.com", record=SHOP), child_zone="shop.example.com"),
        K.WRONG_ZONE,
        "was created in the zone `shop.example.com`; it belongs into the zone above, `example.com`.",
        "In the zone `example.com` create `_shop`.",
        "_shop.shop.example.com",
    ),
    Row(
        "16 at servers that nobody asks",
        replace(
            ABSENT,
            nearby=(Nearby(P.UNDELEGATED, "_www.example.com", (TARGET,), "ns-b.example"),),
            delegated_to=("ns-a.example",),
            listed=("ns-b.example",),
        ),
        K.WRONG_ZONE,
        "at a server that nobody asks",
        "at the servers that the registrar names",
        "ns-b.example",
    ),
    Row(
        "17 orphan zone, refused",
        Probe(WWW, None, "example.com", refused_by=("ns-1.awsdns-01.com", "ns-2.awsdns-02.net")),
        K.ORPHAN_ZONE,
        "they refuse to answer",
        "set the provider's at the registrar",
        "ns-1.awsdns-01.com, ns-2.awsdns-02.net",
    ),
    Row(
        "17 two zones of one name",
        replace(ABSENT, delegated_to=("ns-a.example",), listed=("ns-b.example", "ns-c.example")),
        K.ORPHAN_ZONE,
        "name different name servers",
        "in the zone at the servers that the registrar names",
        "ns-b.example, ns-c.example",
    ),
    Row("17 a server on its way out", replace(ABSENT, delegated_to=("a.ns", "b.ns"), listed=("b.ns", "c.ns"))),
    Row(
        "18 one server behind",
        replace(
            ABSENT,
            sighting=seen(EXACT, EXACT, EXACT, NOTHING),
            serials=(Serial("ns1", 42, has_record=True), Serial("ns4", 41, has_record=False)),
        ),
        K.BEHIND,
        "The record is on 3 of 4 servers: still at serial 41, the others at 42.",
        "within a minute",
        "ns4.dns-host.example",
    ),
    Row(
        "19 lame and dead",
        replace(ABSENT, sighting=seen(NOTHING, LAME, SILENT)),
        K.LAME_SERVER,
        "Not every name server of example.com serves it",
        "takes it off the list",
        "ns2.dns-host.example, ns3.dns-host.example",
    ),
    Row(
        "20 wildcard CNAME",
        replace(
            pointed("blog.example.net", "CNAME to blog.example.net"),
            wild_cname="blog.example.net",
            nearby=(Nearby(P.DOUBLED, "_www.example.com.example.com", ("some",)),),
        ),
        K.WILDCARD,
        "A wildcard CNAME answers for `_www.example.com`",
        "comes before the wildcard",
        "blog.example.net",
    ),
    Row(
        "20 wildcard TXT",
        replace(valued(SOURCE), wild_values=(SOURCE,), nearby=(Nearby(P.DASH, "-www.example.com", (SOURCE,)),)),
        K.WILDCARD,
        "A wildcard TXT record answers",
        "Create the record all the same",
        SOURCE,
    ),
    Row(
        "21 CNAME to where the value is",
        replace(pointed("p.net", ""), sighting=seen((AnswerKind.EXACT, (TARGET,), "CNAME to p.net"))),
    ),
    Row(
        "22 CNAME to nowhere",
        pointed("gone.example.net", "CNAME to gone.example.net"),
        K.DEAD_END,
        "where it leads there is no TXT record",
        "Delete the CNAME",
        "gone.example.net",
    ),
    Row(
        "22 CNAMEs in a circle",
        pointed("a.example.com", "CNAMEs in a circle, back to _www.example.com"),
        K.DEAD_END,
        "where it leads there is no TXT record",
        "Delete the CNAME",
    ),
    Row(
        "23 broken DNSSEC",
        replace(ABSENT, is_bogus=True),
        K.BROKEN_DNSSEC,
        "signatures of example.com are broken",
        "take the DS record out",
    ),
    Row(
        "24 not registered",
        Probe(WWW, seen(NOTHING, NOTHING), "com"),
        K.NOT_DELEGATED,
        "example.com does not exist in the DNS",
        "Look at the registrar",
    ),
    Row(
        "24 parked",
        replace(ABSENT, delegated_to=("ns1.sedoparking.com", "ns2.sedoparking.com")),
        K.NOT_DELEGATED,
        "example.com is parked",
        "Renew it",
        "ns1.sedoparking.com, ns2.sedoparking.com",
    ),
    Row(
        "25 in a version for our own network",
        split(seen(EXACT, NOTHING)),
        K.WRONG_ZONE,
        "in a version of example.com that is seen inside your network only",
        "at the name servers that the registrar names",
        "ns1.dns-host.example",
    ),
    Row(
        "25 not there yet",
        split(seen(LAME, NOTHING)),
        K.ORPHAN_ZONE,
        "know other name servers of example.com than the world does",
        "in the public zone",
        "ns1.dns-host.example",
    ),
    Row(
        "25 at an address inside",
        replace(ABSENT, sighting=at_addresses(seen(EXACT, NOTHING), "10.0.0.53", "unknown")),
        K.WRONG_ZONE,
        "inside your network only",
        "in the public zone",
        "ns1.dns-host.example",
    ),
    Row(
        "19 an address inside that nobody hears",
        replace(ABSENT, sighting=at_addresses(seen(SILENT, NOTHING, NOTHING), "10.0.0.53", "192.0.2.2", "192.0.2.3")),
        K.LAME_SERVER,
        "Not every name server of example.com serves it",
        "takes it off the list",
        "ns1.dns-host.example",
    ),
    Row("25 a list just changed", replace(split(seen(NOTHING, NOTHING)), delegated_to=("ns2.dns-host.example", "ns3"))),
    Row(
        "17 two zones of one name, as far as anybody here can tell",
        replace(split(seen(NOTHING, NOTHING)), listed=("ns1.dns-host.example",)),
        K.ORPHAN_ZONE,
        "name different name servers",
    ),
    Row(
        "29 too long, and no TCP",
        replace(ABSENT, sighting=seen(EXACT, CUT_SHORT)),
        K.BLOCKED_TCP,
        "too long for UDP",
        "port 53 over TCP",
        "ns2.dns-host.example",
    ),
    Row(
        "30 unicode typed raw",
        placed(P.RAW_UNICODE, "_bücher.example.com", record=IDN),
        K.MISPLACED,
        "letters that the DNS does not have",
        "`_xn--bcher-kva.example.com`",
        "_bücher.example.com",
    ),
    Row("31 cut off", valued("d111111abcdef8.cloudfr"), K.WRONG_VALUE, "Only the beginning", "not proxied"),
    Row("31 its first label alone", valued("d111111abcdef8"), K.WRONG_VALUE, "Only the beginning", "whole value"),
]


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row.number)
def test_every_mistake_is_named_with_what_to_do_about_it(row: Row):
    mistakes = named(row.probe).mistakes

    if row.kind is None:
        assert mistakes == ()
        return
    first = mistakes[0]
    assert first.kind is row.kind
    assert row.says in first.sentence
    assert row.remedy in first.remedy
    assert row.found in ("", first.found)


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row.number)
def test_one_mistake_is_named_as_one(row: Row):
    assert len(named(row.probe).mistakes) <= 1


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row.number)
def test_sentences_hold_nothing_that_somebody_else_has_written(row: Row):
    foreign = ("dns-host", "ns-", "sedo", "d222", "spf", "gone.", "blog.", "bücher", "d999")

    for mistake in named(row.probe).mistakes:
        assert not any(word in mistake.sentence + mistake.remedy for word in foreign)


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row.number)
def test_no_word_stands_in_them_by_which_people_search_for_the_end_of_a_move(row: Row):
    for mistake in named(row.probe).mistakes:
        assert not re.search("moved|rejected|expired", mistake.sentence + mistake.remedy)


def test_the_table_has_every_number_but_those_that_need_a_live_record():
    numbers = {int(row.number.split()[0]) for row in GOLDEN}

    assert numbers == set(range(1, 32)) - {26, 27, 28}
