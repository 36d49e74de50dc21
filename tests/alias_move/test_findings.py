"""What evidence means: findings for people, and a plan that changes only when something that decides has changed."""

import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.alias_move.findings import (
    Account,
    Certificate,
    CertificateKind,
    ConflictingAlias,
    Distribution,
    Evidence,
    FindingCode,
    Inspection,
    Level,
    Operation,
    holder_of,
    inspect,
    required_record,
    target_of,
    why_not,
)
from bot.alias_move.names import AccountId, AliasName, DistributionId
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
IAM = Certificate("ASCAEXAMPLE", CertificateKind.IAM)


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
    FindingCode.HOLDER_UNKNOWN: (
        Level.BLOCKS,
        evidence(FIT, holder=None, conflicts=None),
        "I can't ask CloudFront who holds www.example.com",
    ),
    FindingCode.HOLDER_ELSEWHERE: (
        Level.WARNS,
        evidence(FIT, holder=None, conflicts=(FOREIGN,)),
        "www.example.com is held by distribution *******FOREIGN in account ******445566, which I can't read.",
    ),
    FindingCode.HOLDER_LOOKS_LIKE_A_SERVICE: (
        Level.WARNS,
        evidence(FIT, holder=None, conflicts=(replace(FOREIGN, account="******002099"),)),
        "www.example.com is held by distribution *******FOREIGN, which I can't read. Its account, ******002099, looks",
    ),
    FindingCode.HOLDER_IN_OTHER_ACCOUNT: (
        Level.BLOCKS,
        evidence(green(account=ELSEWHERE)),
        "E1BLUE4CLDFRNT is in account 111122223333, and E2GREEN4CLDFRNT in account 444455556666. AWS moves",
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


@pytest.mark.parametrize("unreadable", ["", "AccessDenied"])
def test_an_iam_certificate_does_not_stand_in_the_way(unreadable: str):
    [finding] = inspected(evidence(green(certificate=replace(IAM, unreadable=unreadable)))).findings

    assert (finding.code, finding.level) == (FindingCode.CERTIFICATE_UNREADABLE, Level.WARNS)
    assert finding.sentence.endswith(unreadable or "it is an IAM server certificate.")
    assert finding.remedy == "See for yourself that it covers www.example.com."


def test_a_certificate_without_names_is_told_as_that():
    found = inspected(evidence(with_certificate(names=())))

    assert "covers no name, not www.example.com." in found.findings[0].sentence


def test_a_certificate_without_dates_is_judged_by_its_status():
    assert codes(evidence(with_certificate(not_before=None, not_after=None))) == []


def test_what_aws_would_refuse_first_is_told_first():
    worst = green(enabled=False, staging=True, deployed=False, certificate=None)

    assert codes(evidence(worst)) == [
        FindingCode.TARGET_DISABLED,
        FindingCode.TARGET_STAGING,
        FindingCode.CERTIFICATE_MISSING,
        FindingCode.TARGET_DEPLOYING,
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


def test_the_holder_is_no_candidate_and_the_others_say_why_not():
    found = inspected(evidence(distribution(TEAL, enabled=False, comment="teal"), FIT, wanted=None))

    assert [(one.id, bool(one.why_not)) for one in found.candidates] == [(GREEN, False), (TEAL, True)]
    assert found.candidates[1].why_not.startswith("teal (E3TEAL4CLDFRNT) is disabled")
    assert found.candidates[1].label == "teal (E3TEAL4CLDFRNT)"


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


@pytest.mark.parametrize(("count", "shown", "left_out"), [(100, 100, 0), (101, 100, 1), (250, 100, 150)])
def test_a_menu_holds_a_hundred_and_the_rest_is_counted(count: int, shown: int, left_out: int):
    fitting = [distribution(DistributionId(f"E{number:013d}")) for number in range(count)]

    found = inspected(evidence(*fitting, wanted=None))

    assert (len(found.candidates), found.candidates_left_out) == (shown, left_out)
    assert len(found.plan.choices) == count


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
