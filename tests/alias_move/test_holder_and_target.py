"""Who holds the alias, where it may go, and what is said where nobody holds it."""

from dataclasses import replace

import pytest

from bot.alias_move.findings import (
    ConflictingAlias,
    Distribution,
    Evidence,
    FindingCode,
    Operation,
    holder_of,
    required_record,
    target_of,
    why_not,
)
from bot.alias_move.names import AliasName
from tests.alias_move.evidence import (
    ALIAS,
    BLUE,
    FIT,
    FOREIGN,
    GREEN,
    IAM,
    LIVE,
    START,
    TEAL,
    codes,
    distribution,
    evidence,
    green,
    inspected,
    record_for,
    registrable_name,
    sighting,
    with_certificate,
)


def test_the_holder_is_found_in_our_own_account_before_aws_is_believed():
    holder = holder_of(evidence(FIT, conflicts=(FOREIGN,)))

    assert holder is not None
    assert (holder.distribution_id, holder.is_ours) == (BLUE.text, True)


def test_a_holder_elsewhere_keeps_its_masks_and_is_no_source():
    found = inspected(evidence(FIT, holder=None, conflicts=(FOREIGN,)))

    assert found.plan.holder is not None
    assert (found.plan.holder.distribution_id, found.plan.holder.is_ours) == ("*******FOREIGN", False)
    assert found.source is None
    assert found.plan.operation is Operation.ASSOCIATE_ALIAS


def test_a_wildcard_elsewhere_does_not_hold_the_exact_name():
    wildcard = ConflictingAlias("*.example.com", "*******FOREIGN", "******445566")

    assert holder_of(evidence(FIT, holder=None, conflicts=(wildcard,))) is None


def test_the_only_one_that_fits_is_the_target():
    seen = evidence(FIT, distribution(TEAL, enabled=False), wanted=None)

    found = inspected(seen)

    assert (found.plan.target, found.plan.choices) == (GREEN, ())
    assert target_of(seen) == found.target == FIT


def test_where_several_fit_a_person_chooses_and_no_target_is_judged():
    found = inspected(evidence(distribution(TEAL), green(deployed=False), wanted=None))

    assert (found.plan.target, found.plan.choices) == (None, (GREEN, TEAL))
    assert (found.plan.record, found.plan.operation, found.findings) == (None, None, ())


def test_a_target_that_was_asked_for_is_not_put_to_a_choice():
    found = inspected(evidence(FIT, distribution(TEAL)))

    assert (found.plan.target, found.plan.choices) == (GREEN, ())


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (FIT, ""),
        (green(deployed=False), ""),
        (green(certificate=IAM), ""),
        (green(enabled=False, certificate=None), "E2GREEN4CLDFRNT is disabled: the name would stop working"),
        (green(certificate=None), "E2GREEN4CLDFRNT has only CloudFront's own certificate"),
    ],
    ids=["fits", "deploying", "iam", "the first of two reasons", "no certificate"],
)
def test_why_not_is_the_first_thing_that_blocks(target: Distribution, reason: str):
    answer = why_not(target, evidence(target))

    assert answer.startswith(reason) if reason else not answer


def test_an_alias_that_is_there_already_is_held_up_by_nothing():
    there = green(aliases=(ALIAS.text,), enabled=False, staging=True, certificate=None)

    found = inspected(evidence(there, holder=None))

    assert found.plan.is_on_target
    assert (found.findings, found.plan.blocking, found.plan.record, found.sighting) == ((), (), None, None)
    assert not found.plan.record_is_live


def test_an_alias_that_nobody_holds_needs_no_move():
    found = inspected(evidence(FIT, holder=None))

    assert (found.plan.holder, found.plan.operation, found.plan.record) == (None, None, None)
    assert not found.plan.is_on_target
    assert found.plan.blocking == ()


def test_without_a_holder_nobody_chooses_a_target():
    found = inspected(evidence(FIT, distribution(TEAL), holder=None, wanted=None))

    assert (found.plan.target, found.plan.choices, found.plan.blocking) == (None, (), ())


def test_where_cloudfront_could_not_be_asked_the_record_is_prepared_all_the_same():
    seen = evidence(with_certificate(unreadable="AccessDenied"), holder=None, conflicts=None)

    assert required_record(seen, registrable_name) == record_for(GREEN)
    assert codes(seen) == [FindingCode.HOLDER_UNKNOWN, FindingCode.CERTIFICATE_UNREADABLE]


def test_the_holder_in_our_account_is_known_even_if_cloudfront_could_not_be_asked():
    assert codes(evidence(FIT, conflicts=None)) == []


def test_overlapping_names_are_told_once_each_and_not_for_ever():
    names = tuple(f"{letter}.example.com" for letter in "fedcba")
    alias = AliasName("*.example.com")
    seen = Evidence(alias, START, None, (distribution(BLUE, aliases=(*names, alias.text)),), ())

    [finding] = [one for one in inspected(seen).findings if one.code is FindingCode.OVERLAP]

    assert finding.sentence.startswith("Also in use: a.example.com, b.example.com, c.example.com, d.example.com, e.")
    assert "e.example.com and more." in finding.sentence


def test_only_an_answer_about_the_very_record_makes_it_live():
    about_another = replace(evidence(FIT), sighting=sighting(record_for(TEAL), *LIVE))

    found = inspected(about_another)

    assert not found.plan.record_is_live
    assert found.sighting is None
    assert inspected(evidence(FIT)).plan.record_is_live


@pytest.mark.parametrize("there", ["", FIT.domain_name, "www.cdn.example.net"])
def test_dns_that_leads_to_the_target_or_to_no_distribution_stands_in_nobodys_way(there: str):
    found = inspected(replace(evidence(FIT, holder=None, conflicts=()), points_at=there))

    assert found.findings == ()


def test_dns_that_leads_to_one_of_ours_is_told_with_its_name():
    blue = replace(green(), id=BLUE, domain_name="d9old.cloudfront.net", comment="blue")

    found = inspected(replace(evidence(FIT, blue, holder=None, conflicts=()), points_at="d9old.cloudfront.net"))

    [finding] = [one for one in found.findings if one.code is FindingCode.DNS_POINTS_ELSEWHERE]
    assert "its DNS points at d9old.cloudfront.net, which is blue (E1BLUE4CLDFRNT). While" in finding.sentence
