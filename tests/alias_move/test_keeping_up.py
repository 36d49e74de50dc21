"""The six steps with a wildcard: which comes next, by what is seen, and what people are told."""

from dataclasses import replace
from itertools import product

import pytest

from bot.alias_move.evidence import KnownSource
from bot.alias_move.findings import Account, Evidence, FindingCode, Inspection, Level, inspect
from bot.alias_move.keeping_up import Seen, Step, Steps, caught_too, next_step
from bot.alias_move.names import AccountId
from tests.alias_move.evidence import ALIAS, BLUE, GREEN, OURS, START, certificate, distribution, registrable_name

LEGACY = AccountId("444455556666")
FORMER = KnownSource(BLUE, "blue (E1BLUE4CLDFRNT) in legacy (444455556666)")
AT_GREEN = distribution(GREEN).domain_name


def look(
    *,
    at_source: tuple[str, ...] = (ALIAS.text,),
    at_target: tuple[str, ...] = (),
    leads_to: str = "",
    former: KnownSource | None = None,
    covered: tuple[str, ...] = ("*.example.com", "www.example.com"),
    deployed: bool = True,
    enabled: bool = True,
) -> Inspection:
    """BLUE in legacy, GREEN in production."""
    source = distribution(BLUE, aliases=at_source, comment="blue", enabled=enabled)
    target = distribution(GREEN, aliases=at_target, attached=certificate(*covered), comment="green", deployed=deployed)
    seen = Evidence(
        ALIAS,
        START,
        GREEN,
        (replace(source, account=LEGACY), target),
        (),
        accounts=(Account(OURS, "production"), Account(LEGACY, "legacy")),
        points_at=leads_to,
        former_source=former,
    )
    return inspect(seen, registrable_name)


def steps(inspection: Inspection) -> Steps:
    assert inspection.steps is not None
    return inspection.steps


def said(inspection: Inspection) -> tuple[Level, str]:
    [finding] = [one for one in inspection.findings if one.code is FindingCode.NEXT_STEP]
    return finding.level, f"{finding.sentence} {finding.remedy}"


ROWS = {
    # wildcard, DNS at target, source has it, target has it
    (False, False, True, False): Step.ADD_WILDCARD,
    (False, True, True, False): Step.ADD_WILDCARD,
    (True, False, True, False): Step.POINT_DNS,
    (True, True, True, False): Step.REMOVE_FROM_SOURCE,
}


@pytest.mark.parametrize("seen", list(product((False, True), repeat=4)), ids=str)
def test_the_next_step_is_read_from_what_is_seen(seen: tuple[bool, bool, bool, bool]):
    _, _, at_source, at_target = seen
    otherwise = Step.CHECK if at_target else Step.ADD_TO_TARGET

    assert next_step(Seen(*seen)) is (ROWS[seen] if at_source and not at_target else otherwise)


def test_one_move_goes_through_all_of_them():
    walked = [
        look(),
        look(at_target=("*.example.com",), leads_to="d0old.cloudfront.net"),
        look(at_target=("*.example.com",), leads_to=AT_GREEN),
        look(at_source=(), at_target=("*.example.com",), leads_to=AT_GREEN, former=FORMER),
        look(at_source=(), at_target=("*.example.com", ALIAS.text), leads_to=AT_GREEN, former=FORMER),
    ]

    assert [steps(one).next.value for one in walked] == [1, 2, 3, 4, 5]
    assert [steps(one).source for one in walked] == [FORMER] * 5
    assert [bool(one.plan.blocking) for one in walked] == [True, True, True, True, False]
    assert walked[-1].plan.is_on_target


def test_before_they_begin_they_are_one_way_of_two_and_told_with_the_real_names():
    found = look()

    assert [one.code for one in found.findings] == [FindingCode.HOLDER_IN_OTHER_ACCOUNT]
    first = steps(found).told[0]
    assert first.what.startswith(
        "Add *.example.com to the names of green (E2GREEN4CLDFRNT) in production (111122223333)"
    )
    assert "aws cloudfront get-distribution --id E2GREEN4CLDFRNT" in first.how_to_see


def test_once_begun_the_next_step_is_told_beside_what_stands_in_the_way():
    level, text = said(look(at_target=("*.example.com",)))

    assert level is Level.NOTES
    assert "there are six steps, with *.example.com on E2GREEN4CLDFRNT; step 2 of 6 comes next." in text


def test_a_certificate_without_the_wildcard_comes_before_the_first_step():
    found = steps(look(covered=("www.example.com",)))

    assert found.needs_certificate
    assert "Its certificate lacks that name: first attach one that has it too." in found.told[0].what


@pytest.mark.parametrize(
    ("leads_to", "sentence"),
    [
        ("d0old.cloudfront.net", "It leads to d0old.cloudfront.net now."),
        ("", "I see no CNAME there, so I can't tell where it leads"),
        (AT_GREEN, "It leads there already."),
    ],
    ids=["elsewhere", "not seen", "there"],
)
def test_where_dns_leads_is_told_as_it_is_seen(leads_to: str, sentence: str):
    found = steps(look(at_target=("*.example.com",), leads_to=leads_to))

    assert sentence in found.told[1].what


def test_between_two_steps_nobody_has_the_name_and_the_move_goes_on():
    found = look(at_source=(), at_target=("*.example.com",), leads_to=AT_GREEN, former=FORMER)

    level, text = said(found)

    assert level is Level.BLOCKS
    assert text.startswith(
        "Nobody has www.example.com by itself now; *.example.com on E2GREEN4CLDFRNT answers for it. Step 4 of 6"
    )
    assert found.plan.blocking == (FindingCode.NEXT_STEP,)


def test_a_name_that_was_taken_away_too_early_is_called_an_outage():
    _, text = said(look(at_source=(), former=FORMER))

    assert "visitors get errors. Step 4 of 6 comes next." in text


def test_what_still_deploys_is_waited_for():
    _, text = said(look(at_target=("*.example.com",), deployed=False))

    assert "Wait until E2GREEN4CLDFRNT is deployed. Point the DNS" in text


def test_a_wildcard_that_the_target_has_already_is_taken_whichever_it_is():
    found = steps(look(at_target=("*.com", "*.example.com")))

    assert found.wildcard.text == "*.example.com"


def test_the_warning_names_what_the_wildcard_catches_and_what_it_does_not():
    alone = caught_too(steps(look()))
    one = caught_too(steps(look(at_source=(ALIAS.text, "shop.example.com", "other.example.org"))))
    many = caught_too(steps(look(at_source=(ALIAS.text, *(f"n{number}.example.com" for number in range(7))))))

    assert "every name below example.com that leads to CloudFront" in alone
    assert alone.endswith("forgotten ones too.")
    assert one.endswith("shop.example.com stays where somebody has it by itself.")
    assert "n4.example.com and 2 more stay where" in many


def test_once_the_source_is_disabled_or_somebody_else_holds_it_the_steps_are_over():
    assert look(enabled=False).steps is None
    assert look(enabled=False, former=FORMER).steps is None


def test_a_name_that_nobody_ever_took_away_by_hand_needs_no_steps():
    assert look(at_source=(), at_target=("*.example.com",)).steps is None


def test_every_step_says_what_to_do_and_how_to_see_that_it_is_done():
    told = steps(look()).told

    assert [one.step for one in told] == list(Step)
    assert all(one.what.endswith(".") and one.how_to_see for one in told)
