"""Which distributions could take the alias: the best first, the others with the reason, none left out in silence."""

from dataclasses import replace

import pytest

from bot.alias_move.candidates import MOST_UNFIT, candidates_of
from bot.alias_move.findings import Account, Certificate, CertificateKind, Distribution, Evidence, inspect
from bot.alias_move.names import AccountId, AliasName, DistributionId
from tests.alias_move.evidence import ALIAS, BLUE, GREEN, OURS, START, TEAL, certificate, distribution, registrable_name

HOLDER = distribution(BLUE, aliases=(ALIAS.text,))
FIT = distribution(GREEN)
OTHER_ACCOUNT = AccountId("777788889999")
IAM = Certificate("ASCAEXAMPLE", CertificateKind.IAM, unreadable="I may not read it.")
WILDCARD = certificate("*.example.com")


def evidence(
    *targets: Distribution, alias: AliasName = ALIAS, holder: bool = True, accounts: tuple[Account, ...] = ()
) -> Evidence:
    held = (replace(HOLDER, aliases=(alias.text,)),) if holder else ()
    return Evidence(alias, START, None, (*held, *targets), (), accounts=accounts)


def order(*targets: Distribution, alias: AliasName = ALIAS, holder: bool = True) -> list[str]:
    return [one.label.split(" ")[0] for one in candidates_of(evidence(*targets, alias=alias, holder=holder)).shown]


def named(name: str, number: int, **changes: object) -> Distribution:
    made = distribution(DistributionId(f"E{number}CANDIDATE0"), comment=name)
    return replace(made, **changes)  # type: ignore[arg-type] # the tests name fields of Distribution


def test_the_best_comes_first():
    candidates = [
        named("exact", 8),
        named("exact,deploying", 7, deployed=False),
        named("exact,elsewhere", 6, account=OTHER_ACCOUNT),
        named("wildcard", 5, certificate=WILDCARD),
        named("wildcard,elsewhere", 4, certificate=WILDCARD, account=OTHER_ACCOUNT),
        named("iam", 3, certificate=IAM),
        named("exact,disabled", 2, enabled=False),
        named("wildcard,disabled", 1, enabled=False, certificate=WILDCARD),
        named("bare", 0, certificate=None),
    ]

    found = order(*reversed(candidates))

    assert found == [
        "exact",
        "exact,elsewhere",
        "exact,deploying",
        "wildcard",
        "wildcard,elsewhere",
        "iam",
        "exact,disabled",
        "wildcard,disabled",
        "bare",
    ]


def test_what_is_equally_good_is_in_the_order_of_names():
    assert order(named("beech", 1), named("oak", 3), named("ash", 2)) == ["ash", "beech", "oak"]


def test_without_a_holder_no_account_is_better_than_another():
    elsewhere, here = named("ash", 2, account=OTHER_ACCOUNT), named("beech", 1)

    assert order(elsewhere, here) == ["beech", "ash"]
    assert order(elsewhere, here, holder=False) == ["ash", "beech"]


def test_for_a_wildcard_alias_the_same_wildcard_is_its_own_name():
    [found] = candidates_of(evidence(named("ash", 1, certificate=WILDCARD), alias=AliasName("*.example.com"))).shown

    assert (found.why_not, found.covered_by) == ("", "*.example.com")


@pytest.mark.parametrize(
    ("names", "covered_by"),
    [
        (("*.example.com", "www.example.com"), "www.example.com"),
        (("example.com", "*.example.com"), "*.example.com"),
        (("example.com",), ""),
    ],
)
def test_the_name_that_covers_the_alias_is_told(names: tuple[str, ...], covered_by: str):
    [found] = candidates_of(evidence(named("ash", 1, certificate=certificate(*names)))).shown

    assert found.covered_by == covered_by


@pytest.mark.parametrize(
    ("changes", "why_not"),
    [
        ({"enabled": False}, "It is disabled: the name would stop working the moment it got there."),
        ({"staging": True}, "It is a staging distribution, which can't hold names of its own."),
        ({"certificate": None}, "It has only CloudFront's own certificate, which covers no name of yours."),
        (
            {"certificate": certificate("shop.example.com")},
            "Its certificate covers shop.example.com, not www.example.com.",
        ),
        ({"certificate": certificate(status="EXPIRED")}, "Its certificate is EXPIRED, not ISSUED."),
        (
            {"certificate": replace(WILDCARD, unreadable="AWS says no.")},
            "I could not read its certificate: AWS says no.",
        ),
    ],
)
def test_why_one_does_not_fit_is_a_short_sentence_beside_its_name(changes: dict[str, object], why_not: str):
    found = candidates_of(evidence(FIT, named("ash", 1, **changes))).shown

    assert [(one.label, one.why_not) for one in found] == [("E2GREEN4CLDFRNT", ""), ("ash (E1CANDIDATE0)", why_not)]


def test_a_reason_that_is_not_about_the_distribution_stays_as_it_is():
    accounts = (Account(OURS, "production"), Account(OTHER_ACCOUNT, "shop", can_take=False))
    elsewhere = replace(distribution(TEAL), account=OTHER_ACCOUNT)

    [found] = candidates_of(evidence(elsewhere, accounts=accounts)).shown

    assert found.label == "E3TEAL4CLDFRNT, shop"
    assert found.why_not == "I have no role with which to move a name to a distribution of shop (777788889999)."


def test_the_holder_is_none():
    assert candidates_of(evidence()).shown == ()


@pytest.mark.parametrize(("count", "shown", "left_out"), [(100, 100, 0), (101, 100, 1), (250, 100, 150)])
def test_a_menu_holds_a_hundred_and_the_rest_is_counted(count: int, shown: int, left_out: int):
    fitting = [distribution(DistributionId(f"E{number:013d}")) for number in range(count)]

    found = inspect(evidence(*fitting), registrable_name)

    assert (len(found.candidates), found.candidates_left_out, found.unfit_left_out) == (shown, left_out, 0)
    assert len(found.plan.choices) == count


def test_of_those_that_do_not_fit_the_nearest_are_kept_and_the_rest_is_counted():
    bare = [named("bare", number, certificate=None) for number in range(MOST_UNFIT + 5)]
    disabled = named("disabled", 99, enabled=False)

    found = inspect(evidence(*bare, FIT, disabled), registrable_name)

    assert len(found.candidates) == 1 + MOST_UNFIT
    assert [one.label.split(" ")[0] for one in found.candidates[:3]] == ["E2GREEN4CLDFRNT", "disabled", "bare"]
    assert found.unfit_left_out == 6
