"""What evidence means: findings for people, and a plan that changes only when something that decides has changed."""

import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.alias_move.evidence import Authority, HoldingService, MissingPermission, ServiceAnswer, ServiceHolding
from bot.alias_move.findings import (
    Account,
    Certificate,
    CertificateKind,
    ConflictingAlias,
    Distribution,
    Evidence,
    FindingCode,
    Holder,
    Inspection,
    KnownSource,
    Level,
    Operation,
    holder_of,
    inspect,
    required_record,
    target_of,
    why_not,
)
from bot.alias_move.names import AccountId, AliasName, DistributionId
from bot.alias_move.visitors import Further
from tests.alias_move.evidence import (
    ALIAS,
    BLUE,
    GREEN,
    LIVE,
    OURS,
    START,
    TEAL,
    World,
    certificate,
    distribution,
    record_for,
    registrable_name,
    sighting,
)

ELSEWHERE = AccountId("444455556666")
HOLDER = distribution(BLUE, aliases=(ALIAS.text,))
FIT = distribution(GREEN)
FOREIGN = ConflictingAlias(ALIAS.text, "*******FOREIGN", "******445566")
IAM = Certificate("ASCAEXAMPLE", CertificateKind.IAM, unreadable="AccessDenied")


def evidence(
    *targets: Distribution,
    holder: Distribution | None = HOLDER,
    wanted: DistributionId | None = GREEN,
    conflicts: tuple[ConflictingAlias, ...] | None = (),
    at: float = START,
) -> Evidence:
    inventory = (holder, *targets) if holder else targets
    return Evidence(ALIAS, at, wanted, inventory, conflicts, sighting())


def inspected(seen: Evidence) -> Inspection:
    return inspect(seen, registrable_name)


def codes(seen: Evidence, level: Level | None = None) -> list[FindingCode]:
    return [finding.code for finding in inspected(seen).findings if level in {None, finding.level}]


def green(**changes: object) -> Distribution:
    return replace(FIT, **changes)  # type: ignore[arg-type] # the rows below name fields of Distribution


def with_certificate(**changes: object) -> Distribution:
    return green(certificate=replace(certificate(), **changes))  # type: ignore[arg-type] # fields of Certificate


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
        evidence(green(account=ELSEWHERE), holder=replace(HOLDER, enabled=False)),
        "E1BLUE4CLDFRNT is in account 111122223333, and E2GREEN4CLDFRNT in account 444455556666. AWS moves",
    ),
    FindingCode.SOURCE_STILL_DISABLING: (
        Level.BLOCKS,
        evidence(green(account=ELSEWHERE), holder=replace(HOLDER, enabled=False, deployed=False)),
        "E1BLUE4CLDFRNT is in account 111122223333, and E2GREEN4CLDFRNT in account 444455556666. E1BLUE4CLDFRNT is",
    ),
    FindingCode.ACCOUNT_UNREAD: (
        Level.BLOCKS,
        replace(evidence(FIT, holder=None), accounts=(Account(OURS), Account(ELSEWHERE, "legacy", "No answer."))),
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


DENIED = MissingPermission("iam:GetServerCertificate", "arn:i")


def test_an_iam_certificate_that_can_not_be_read_does_not_stand_in_the_way():
    [finding] = inspected(evidence(green(certificate=IAM))).findings

    assert (finding.code, finding.level) == (FindingCode.CERTIFICATE_UNREADABLE, Level.WARNS)
    assert finding.sentence.endswith("AccessDenied")
    assert finding.remedy == "See for yourself that it covers www.example.com."


def test_an_iam_certificate_that_was_read_is_judged_as_any_other():
    read = Certificate(
        "ASCAEXAMPLE",
        CertificateKind.IAM,
        ("shop.example.com",),
        "ISSUED",
        key="EC_secp384r1",
        authority=Authority.ITSELF,
    )

    assert codes(evidence(green(certificate=read)), Level.BLOCKS) == [
        FindingCode.CERTIFICATE_DOES_NOT_COVER,
        FindingCode.CERTIFICATE_UNTRUSTED,
        FindingCode.CERTIFICATE_KEY,
    ]


@pytest.mark.parametrize(
    ("unread", "to_copy"),
    [
        (
            replace(certificate(), unreadable="No.", denied=MissingPermission("acm:DescribeCertificate", "arn:c")),
            "acm:DescribeCertificate on arn:c",
        ),
        (replace(IAM, denied=DENIED), "iam:GetServerCertificate on arn:i"),
    ],
    ids=["acm", "iam"],
)
def test_a_certificate_that_may_not_be_read_names_action_and_resource(unread: Certificate, to_copy: str):
    [finding] = inspected(evidence(green(certificate=unread))).findings

    assert finding.remedy == "Allow this to the credentials that look into account 111122223333:"
    assert finding.to_copy == to_copy


@pytest.mark.parametrize("key", ["", "RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1"])
def test_keys_that_cloudfront_takes_are_not_mentioned(key: str):
    assert codes(evidence(with_certificate(key=key))) == []


@pytest.mark.parametrize("key", ["RSA_512", "RSA_8192", "EC_secp384r1", "EC_secp521r1", "DSA_2048", "RSA_big"])
def test_keys_that_cloudfront_does_not_take_stand_in_the_way_and_its_own_words_are_called_misleading(key: str):
    [finding] = inspected(evidence(with_certificate(key=key))).blocking

    assert key in finding.sentence
    assert "prime256v1" in finding.sentence
    assert "Its own words for this mislead" in finding.sentence
    assert "aws acm request-certificate --region us-east-1" in finding.remedy


def test_a_self_signed_certificate_is_called_that():
    [finding] = inspected(evidence(with_certificate(authority=Authority.ITSELF))).blocking

    assert "is signed by itself alone" in finding.sentence


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


def test_a_certificate_without_names_is_told_as_that():
    found = inspected(evidence(with_certificate(names=())))

    assert "covers no name, not www.example.com." in found.findings[0].sentence


def test_a_certificate_without_dates_is_judged_by_its_status():
    assert codes(evidence(with_certificate(not_before=None, not_after=None))) == []


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
    seen = evidence(green(account=ELSEWHERE, enabled=False, certificate=None), conflicts=overlapping)

    assert codes(seen) == [
        FindingCode.TARGET_DISABLED,
        FindingCode.CERTIFICATE_MISSING,
        FindingCode.HOLDER_IN_OTHER_ACCOUNT,
        FindingCode.OVERLAP,
    ]


def test_a_distribution_is_called_by_its_comment_and_its_id():
    assert distribution(GREEN, comment="green").label == "green (E2GREEN4CLDFRNT)"
    assert distribution(GREEN).label == "E2GREEN4CLDFRNT"


# Holder and target


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


# The digest


def _noisy(seen: Evidence) -> Evidence:
    """The same world, as another look might describe it."""
    changed = tuple(
        replace(
            one,
            deployed=False,
            comment=f"{one.comment} edited",
            aliases=(*one.aliases, "other.example.org"),
            certificate=replace(one.certificate, not_after=START + 40 * HOUR, not_before=None, names=("*.example.com",))
            if one.certificate
            else None,
        )
        for one in seen.inventory
    )
    late = (
        replace(seen.sighting, negative_ttl_s=17, answers=tuple(reversed(seen.sighting.answers)))
        if seen.sighting
        else None
    )
    conflicts = (ConflictingAlias("*.example.com", "*******OTHER", "******999999"),)
    return Evidence(seen.alias, seen.looked_at + 77, seen.wanted_target, tuple(reversed(changed)), conflicts, late)


def test_what_changes_by_itself_does_not_change_the_digest():
    seen = World(is_live=True).evidence(wanted=GREEN)

    noisy = inspected(_noisy(seen))

    assert noisy != inspected(seen)
    assert noisy.plan.digest == inspected(seen).plan.digest


def test_an_equal_plan_has_the_same_digest_in_another_process():
    plan = World(is_live=True).inspection(wanted=GREEN).plan
    program = "import pickle, sys; print(pickle.load(sys.stdin.buffer).digest)"

    elsewhere = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps(plan), capture_output=True, check=True
    )

    assert elsewhere.stdout.decode().strip() == plan.digest
    assert len(plan.digest) == 16
    assert World(is_live=True).inspection(wanted=GREEN).plan.digest == plan.digest


CHANGES: dict[str, Callable[[Evidence], Evidence]] = {
    "alias": lambda seen: replace(seen, alias=AliasName("shop.example.com")),
    "holder": lambda seen: replace(seen, inventory=seen.inventory[1:], conflicts=(FOREIGN,)),
    "holder's account": lambda seen: replace(
        seen, inventory=(replace(seen.inventory[0], account=AccountId("444455556666")), *seen.inventory[1:])
    ),
    "target": lambda seen: replace(seen, wanted_target=TEAL, inventory=(*seen.inventory, distribution(TEAL))),
    "target's origins": lambda seen: replace(seen, inventory=(seen.inventory[0], green(origins=("evil.example",)))),
    "target's own name": lambda seen: replace(
        seen, inventory=(seen.inventory[0], green(domain_name="d9.cloudfront.net"))
    ),
    "target's account": lambda seen: replace(
        seen, inventory=(seen.inventory[0], green(account=AccountId("444455556666")))
    ),
    "record": lambda seen: replace(seen, sighting=None),
    "blocking finding": lambda seen: replace(seen, inventory=(seen.inventory[0], green(enabled=False))),
    "choices": lambda seen: replace(seen, wanted_target=None, inventory=(*seen.inventory, distribution(TEAL))),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_decides_changes_the_digest(what: str):
    seen = evidence(FIT)

    changed = CHANGES[what](seen)

    assert inspected(changed).plan.digest != inspected(seen).plan.digest


def test_forty_moves_onto_one_target_void_none_of_each_other():
    names = [AliasName(f"a{number}.example.com") for number in range(40)]
    covering = replace(FIT, certificate=certificate("*.example.com"))
    held = tuple(name.text for name in names)

    def digests(moved: int) -> list[str]:
        inventory = (
            distribution(BLUE, aliases=held[moved:]),
            replace(covering, aliases=held[:moved], deployed=not moved),
        )
        return [inspected(Evidence(name, START + moved, GREEN, inventory, ())).plan.digest for name in names[moved:]]

    before = digests(0)

    for moved in range(40):
        assert digests(moved) == before[moved:]


# Nobody holds it


@pytest.mark.parametrize("there", ["", FIT.domain_name, "www.cdn.example.net"])
def test_dns_that_leads_to_the_target_or_to_no_distribution_stands_in_nobodys_way(there: str):
    found = inspected(replace(evidence(FIT, holder=None, conflicts=()), points_at=there))

    assert found.findings == ()


def test_dns_that_leads_to_one_of_ours_is_told_with_its_name():
    blue = replace(green(), id=BLUE, domain_name="d9old.cloudfront.net", comment="blue")

    found = inspected(replace(evidence(FIT, blue, holder=None, conflicts=()), points_at="d9old.cloudfront.net"))

    [finding] = [one for one in found.findings if one.code is FindingCode.DNS_POINTS_ELSEWHERE]
    assert "its DNS points at d9old.cloudfront.net, which is blue (E1BLUE4CLDFRNT). While" in finding.sentence
