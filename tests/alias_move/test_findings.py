"""What evidence means for people: each finding by the least evidence that shows it, and the order they are told in."""

import re
from dataclasses import replace

import pytest

from bot.alias_move.evidence import Authority, HoldingService, MissingPermission, ServiceAnswer, ServiceHolding
from bot.alias_move.findings import Account, ConflictingAlias, Evidence, FindingCode, Holder, KnownSource, Level
from bot.alias_move.visitors import Further
from tests.alias_move.evidence import (
    BLUE,
    FIT,
    FOREIGN,
    GREEN,
    HOLDER,
    LEGACY,
    OURS,
    START,
    TEAL,
    codes,
    distribution,
    evidence,
    green,
    inspected,
    with_certificate,
)

HOUR = 3_600.0
A_HUNDRED_NAMES = tuple(f"{number}.example.com" for number in range(100))
MAY_NOT_ASK = MissingPermission(
    "cloudfront:ListDomainConflicts",
    f"arn:aws:cloudfront::{OURS}:distribution/{GREEN}",
    "User: reader is not authorized.",
)
# Each finding once, by the smallest evidence that shows it.
FINDINGS: dict[FindingCode, tuple[Level, Evidence, str]] = {
    FindingCode.TARGET_UNKNOWN: (
        Level.BLOCKS,
        evidence(FIT, wanted=TEAL),
        "There is no distribution E3TEAL4CLDFRNT in the account I can read.",
    ),
    FindingCode.TARGET_DISABLED: (
        Level.BLOCKS,
        evidence(green(enabled=False)),
        "E2GREEN4CLDFRNT is disabled: the name would stop working the moment it got there.",
    ),
    FindingCode.TARGET_STAGING: (
        Level.BLOCKS,
        evidence(green(staging=True)),
        "E2GREEN4CLDFRNT is a staging distribution, which can't hold names of its own.",
    ),
    FindingCode.TARGET_MULTI_TENANT: (
        Level.BLOCKS,
        evidence(green(is_multi_tenant=True, certificate=None)),
        "E2GREEN4CLDFRNT is a multi-tenant distribution: its tenants hold names, and it can hold none itself.",
    ),
    FindingCode.TARGET_FULL: (
        Level.WARNS,
        evidence(green(aliases=A_HUNDRED_NAMES)),
        "E2GREEN4CLDFRNT has 100 names: with this one that makes 101. AWS allows 100 for one distribution;",
    ),
    FindingCode.TARGET_DEPLOYING: (Level.NOTES, evidence(green(deployed=False)), "E2GREEN4CLDFRNT is still deploying."),
    FindingCode.NO_TARGET_FITS: (
        Level.BLOCKS,
        evidence(green(enabled=False), wanted=None),
        "No distribution I can read could take",
    ),
    FindingCode.CERTIFICATE_MISSING: (
        Level.BLOCKS,
        evidence(green(certificate=None)),
        "E2GREEN4CLDFRNT has only CloudFront's own certificate",
    ),
    FindingCode.CERTIFICATE_UNREADABLE: (
        Level.BLOCKS,
        evidence(with_certificate(unreadable="AccessDenied: acm:DescribeCertificate")),
        "I could not read the certificate of E2GREEN4CLDFRNT: AccessDenied: acm:DescribeCertificate",
    ),
    FindingCode.CERTIFICATE_DOES_NOT_COVER: (
        Level.BLOCKS,
        evidence(with_certificate(names=("a.example.org", "b.example.org", "c.example.org", "d.example.org"))),
        "The certificate of E2GREEN4CLDFRNT covers a.example.org, b.example.org, c.example.org and 1 more, not www.",
    ),
    FindingCode.CERTIFICATE_NOT_ISSUED: (
        Level.BLOCKS,
        evidence(with_certificate(status="PENDING_VALIDATION")),
        "The certificate of E2GREEN4CLDFRNT is PENDING_VALIDATION, not ISSUED.",
    ),
    FindingCode.CERTIFICATE_EXPIRED: (
        Level.BLOCKS,
        evidence(with_certificate(not_after=START, status="EXPIRED")),
        "The certificate of E2GREEN4CLDFRNT is past",
    ),
    FindingCode.CERTIFICATE_NOT_YET_VALID: (
        Level.BLOCKS,
        evidence(with_certificate(not_before=START + 1)),
        "The certificate of E2GREEN4CLDFRNT is not valid yet.",
    ),
    FindingCode.CERTIFICATE_EXPIRES_SOON: (
        Level.WARNS,
        evidence(with_certificate(not_after=START + 23 * HOUR)),
        "The certificate of E2GREEN4CLDFRNT expires within 24 hours.",
    ),
    FindingCode.CERTIFICATE_IN_OTHER_REGION: (
        Level.BLOCKS,
        evidence(
            with_certificate(
                reference="arn:aws:acm:eu-west-1:111122223333:certificate/0f1e", unreadable="Could not find it."
            )
        ),
        "The certificate of E2GREEN4CLDFRNT is in eu-west-1. CloudFront takes those of us-east-1 alone.",
    ),
    FindingCode.CERTIFICATE_UNTRUSTED: (
        Level.BLOCKS,
        evidence(with_certificate(authority=Authority.PRIVATE)),
        "The certificate of E2GREEN4CLDFRNT is signed by a private authority.",
    ),
    FindingCode.CERTIFICATE_KEY: (
        Level.BLOCKS,
        evidence(with_certificate(key="EC_secp384r1")),
        "The key of E2GREEN4CLDFRNT's certificate is EC_secp384r1.",
    ),
    FindingCode.PERMISSION_MISSING: (
        Level.BLOCKS,
        replace(evidence(FIT, holder=None, conflicts=None), denied=MAY_NOT_ASK),
        "I am not allowed to ask CloudFront who holds www.example.com, and none of the distributions I can read does.",
    ),
    FindingCode.HOLDER_UNKNOWN: (
        Level.BLOCKS,
        evidence(FIT, holder=None, conflicts=None),
        "I can't ask CloudFront who holds www.example.com",
    ),
    FindingCode.HOLDER_ELSEWHERE: (
        Level.BLOCKS,
        evidence(FIT, holder=None, conflicts=(FOREIGN,)),
        "www.example.com is held by distribution *******FOREIGN in account ******445566, which I can't read.",
    ),
    FindingCode.HOLDER_LOOKS_LIKE_A_SERVICE: (
        Level.BLOCKS,
        evidence(FIT, holder=None, conflicts=(replace(FOREIGN, account="******002099"),)),
        "www.example.com is held by distribution *******FOREIGN, which I can't read. Its account, ******002099, looks",
    ),
    FindingCode.HOLDER_IS_A_SERVICE: (
        Level.BLOCKS,
        replace(
            evidence(FIT, holder=None, conflicts=(FOREIGN,)),
            services=ServiceAnswer(
                START,
                Holder(FOREIGN.distribution_id, FOREIGN.account, is_ours=False),
                ServiceHolding(HoldingService.LIGHTSAIL, "us-east-1", OURS, "distribution shop"),
            ),
        ),
        "www.example.com belongs to Lightsail: distribution shop in us-east-1, account 111122223333. It is served",
    ),
    FindingCode.HOLDER_IN_OTHER_ACCOUNT: (
        Level.NOTES,
        evidence(green(account=LEGACY), holder=replace(HOLDER, enabled=False)),
        "E1BLUE4CLDFRNT is in account 111122223333, and E2GREEN4CLDFRNT in account 444455556666. AWS moves",
    ),
    FindingCode.SOURCE_STILL_DISABLING: (
        Level.BLOCKS,
        evidence(green(account=LEGACY), holder=replace(HOLDER, enabled=False, deployed=False)),
        "E1BLUE4CLDFRNT is in account 111122223333, and E2GREEN4CLDFRNT in account 444455556666. E1BLUE4CLDFRNT is",
    ),
    FindingCode.ACCOUNT_UNREAD: (
        Level.BLOCKS,
        replace(evidence(FIT, holder=None), accounts=(Account(OURS), Account(LEGACY, "legacy", "No answer."))),
        "I looked into 1 of 2 accounts, not into legacy (444455556666). The holder may be there. No answer.",
    ),
    FindingCode.TARGET_ACCOUNT_WITHOUT_MOVE_ROLE: (
        Level.BLOCKS,
        replace(evidence(FIT), accounts=(Account(OURS, "production", can_take=False),)),
        "I have no role with which to move a name to a distribution of production (111122223333).",
    ),
    FindingCode.DNS_POINTS_ELSEWHERE: (
        Level.WARNS,
        replace(evidence(FIT, holder=None, conflicts=()), points_at="d9old.cloudfront.net"),
        "Nobody holds www.example.com, but its DNS points at d9old.cloudfront.net. While it does",
    ),
    FindingCode.NEXT_STEP: (
        Level.BLOCKS,
        replace(evidence(FIT, holder=None), former_source=KnownSource(BLUE, "blue")),
        "Nobody has www.example.com by itself now; visitors get errors. Step 4 of 6 comes next.",
    ),
    FindingCode.OVERLAP: (
        Level.NOTES,
        evidence(FIT, conflicts=(ConflictingAlias("*.example.com", "*******FOREIGN", "******445566"),)),
        "Also in use: *.example.com. An exact name wins over a wildcard, so this does not stand in the way.",
    ),
}


def test_every_finding_has_its_evidence():
    assert set(FINDINGS) == set(FindingCode)


@pytest.mark.parametrize("code", FindingCode, ids=lambda code: code.value)
def test_each_finding_is_told_alone_with_its_weight_and_a_remedy_where_something_blocks(code: FindingCode):
    level, seen, sentence = FINDINGS[code]

    found = inspected(seen)

    assert [finding.code for finding in found.findings] == [code]
    assert found.findings[0].level is level
    assert found.findings[0].sentence.startswith(sentence)
    assert bool(found.findings[0].remedy) is (level is not Level.NOTES)
    assert found.plan.blocking == ((code,) if level is Level.BLOCKS else ())
    assert found.blocking == (found.findings if level is Level.BLOCKS else ())


@pytest.mark.parametrize("code", FindingCode, ids=lambda code: code.value)
def test_no_finding_says_a_word_by_which_people_find_the_end_of_a_move(code: FindingCode):
    [finding] = inspected(FINDINGS[code][1]).findings

    assert not {"moved", "rejected", "expired"} & set(re.findall("[a-z]+", f"{finding.sentence} {finding.remedy}"))


def test_nothing_is_found_where_everything_fits():
    assert codes(evidence(FIT)) == []


@pytest.mark.parametrize(
    ("names", "others", "words"),
    [
        (99, 0, None),
        (98, 1, None),
        (100, 0, "has 100 names: with this one that makes 101."),
        (99, 1, "has 99 names, and another open move goes there: with this one that makes 101."),
        (1, 120, "has 1 name, and 120 other open moves go there: with this one that makes 122."),
    ],
)
def test_names_on_the_target_and_other_open_moves_count_together_and_never_stand_in_the_way(
    names: int, others: int, words: str | None
):
    seen = replace(evidence(green(aliases=A_HUNDRED_NAMES[:names])), other_moves_to_target=others)

    found = inspected(seen)

    assert [words in one.sentence for one in found.findings if words] == [True] * bool(words)
    assert [one.code for one in found.findings] == [FindingCode.TARGET_FULL] * bool(words)
    assert found.plan == inspected(evidence(green())).plan


def test_a_permission_to_ask_for_conflicts_is_missed_aloud_even_where_the_holder_is_known():
    [finding] = inspected(replace(evidence(FIT, conflicts=None), denied=MAY_NOT_ASK)).findings

    assert (finding.code, finding.level) == (FindingCode.PERMISSION_MISSING, Level.WARNS)
    assert "which names of others overlap with www.example.com." in finding.sentence
    assert finding.sentence.endswith("AWS says: User: reader is not authorized.")
    assert finding.remedy == "Allow this to the credentials that look into account 111122223333:"
    assert finding.to_copy == (
        "cloudfront:ListDomainConflicts, or the older cloudfront:ListConflictingAliases,"
        f" on arn:aws:cloudfront::{OURS}:distribution/{GREEN}"
    )


def test_a_permission_that_another_account_made_good_is_not_missed():
    assert codes(replace(evidence(FIT), denied=MAY_NOT_ASK)) == []


def test_a_target_that_may_not_be_read_back_is_told_before_anything_is_asked_of_aws():
    arn = f"arn:aws:cloudfront::{OURS}:distribution/{GREEN}"

    [finding] = inspected(evidence(green(arn=arn, further=Further(is_read=False, is_denied=True)))).findings

    assert (finding.code, finding.level) == (FindingCode.PERMISSION_MISSING, Level.WARNS)
    assert finding.to_copy == f"cloudfront:GetDistribution on {arn}"


def test_what_aws_would_refuse_first_is_told_first():
    worst = green(
        enabled=False,
        staging=True,
        deployed=False,
        certificate=None,
        aliases=A_HUNDRED_NAMES,
    )

    assert codes(evidence(worst)) == [
        FindingCode.TARGET_DISABLED,
        FindingCode.TARGET_STAGING,
        FindingCode.TARGET_FULL,
        FindingCode.CERTIFICATE_MISSING,
        FindingCode.TARGET_DEPLOYING,
    ]


def test_what_is_wrong_with_the_target_comes_before_what_is_wrong_with_the_source():
    overlapping = (ConflictingAlias("*.example.com", "*******FOREIGN", "******445566"),)
    seen = evidence(green(account=LEGACY, enabled=False, certificate=None), conflicts=overlapping)

    assert codes(seen) == [
        FindingCode.TARGET_DISABLED,
        FindingCode.CERTIFICATE_MISSING,
        FindingCode.HOLDER_IN_OTHER_ACCOUNT,
        FindingCode.OVERLAP,
    ]


def test_a_distribution_is_called_by_its_comment_and_its_id():
    assert distribution(GREEN, comment="green").label == "green (E2GREEN4CLDFRNT)"
    assert distribution(GREEN).label == "E2GREEN4CLDFRNT"
