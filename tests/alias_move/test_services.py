"""Holders that are AWS services: told as a fact where the service says so, else by what their account looks like."""

import re
from dataclasses import replace

import pytest

from bot.alias_move.evidence import Evidence, HoldingService, ServiceAnswer, ServiceHolding
from bot.alias_move.findings import ConflictingAlias, Distribution, Finding, FindingCode, Holder, Level, inspect
from bot.alias_move.services import API_GATEWAY_ACCOUNTS, regions_to_ask, service_finding, service_of, to_be_asked
from tests.alias_move.evidence import ALIAS, OURS, START, TEAL, distribution, evidence, registrable_name

IRELAND = "631144002099"


FOREIGN = Holder("*******FOREIGN", "******445566", is_ours=False)
POOL = ServiceHolding(HoldingService.COGNITO, "eu-central-1", OURS, "user pool eu-central-1_Pool12345")


def held_by(holder: Holder, *inventory: Distribution) -> Evidence:
    conflict = ConflictingAlias(ALIAS.text, holder.distribution_id, holder.account)
    return evidence(distribution(), *inventory, holder=None, conflicts=(conflict,))


def found_about(account: str) -> Finding | None:
    holder = replace(FOREIGN, account=account)
    return service_finding(held_by(holder), holder)


def masked(account: str) -> str:
    return "*" * 6 + account[6:]


@pytest.mark.parametrize(("region", "account"), API_GATEWAY_ACCOUNTS.items(), ids=API_GATEWAY_ACCOUNTS)
def test_every_documented_account_of_api_gateway_is_told_by_its_end(region, account):
    service = service_of(masked(account))

    assert service is not None
    assert (service.name, service.region) == ("API Gateway", region)
    assert service.seeming == f"looks like API Gateway in {region}"


def test_the_ends_of_these_accounts_are_all_different():
    assert len(API_GATEWAY_ACCOUNTS) == 26
    assert len({account[6:] for account in API_GATEWAY_ACCOUNTS.values()}) == 26
    assert all(re.fullmatch(r"[0-9]{12}", account) for account in API_GATEWAY_ACCOUNTS.values())


def test_only_a_whole_number_is_a_fact():
    whole = service_of(IRELAND)

    assert whole is not None
    assert whole.seeming == "belongs to API Gateway in eu-west-1"


@pytest.mark.parametrize("account", ["******200621", "111122200621", "******359175"])
def test_an_account_that_ends_like_one_of_amplify_looks_like_amplify(account):
    service = service_of(account)

    assert service is not None
    assert service.seeming == "looks like AWS Amplify"


@pytest.mark.parametrize("account", ["******445566", "111122223333", "*******02099", "", "***", "999944002099"])
def test_all_other_accounts_look_like_nothing(account):
    assert service_of(account) is None


@pytest.mark.parametrize(
    ("account", "remedy"),
    [
        (masked(IRELAND), "Without a gap: add REGIONAL beside EDGE"),
        ("******200621", "There is no way without a gap."),
    ],
)
def test_the_finding_blocks_and_says_how_the_name_is_freed(account, remedy):
    conflicts = (ConflictingAlias(ALIAS.text, "*******FOREIGN", account),)

    found = inspect(evidence(distribution(), holder=None, conflicts=conflicts), registrable_name)

    (finding,) = [one for one in found.findings if one.code is FindingCode.HOLDER_LOOKS_LIKE_A_SERVICE]
    assert finding.level is Level.BLOCKS
    assert f"Its account, {account}, looks like" in finding.sentence
    assert finding.remedy.startswith(remedy)
    assert found.plan.blocking == (FindingCode.HOLDER_LOOKS_LIKE_A_SERVICE,)


def test_the_command_to_see_it_names_the_region_and_the_alias():
    finding = found_about(masked(IRELAND))

    assert finding is not None
    command = "aws apigateway get-domain-name --region eu-west-1 --domain-name 'www.example.com'"
    assert finding.remedy.endswith(command)


def test_about_all_others_there_is_nothing_to_say():
    assert found_about("******445566") is None


# What the services themselves say


def answered(found: ServiceHolding | None, holder: Holder = FOREIGN, asked_at: float = START) -> ServiceAnswer:
    return ServiceAnswer(asked_at, holder, found)


@pytest.mark.parametrize("service", HoldingService)
def test_what_a_service_says_is_told_as_a_fact_with_the_way_to_free_the_name(service):
    told = answered(replace(POOL, service=service))

    found = inspect(replace(held_by(FOREIGN), services=told), registrable_name)

    (finding,) = [one for one in found.findings if one.code is FindingCode.HOLDER_IS_A_SERVICE]
    assert finding.level is Level.BLOCKS
    assert finding.sentence.startswith(
        f"www.example.com belongs to {service.value}: user pool eu-central-1_Pool12345 in eu-central-1, account"
        " 111122223333. It is served from distribution *******FOREIGN, which is AWS's own"
    )
    assert "without a gap" in finding.remedy.lower()
    assert found.services == told


def test_an_account_that_nobody_knows_is_named_by_its_credentials():
    told = answered(replace(POOL, account=""))

    finding = service_finding(replace(held_by(FOREIGN), services=told), FOREIGN)

    assert finding is not None
    assert "in eu-central-1, the account of my own credentials." in finding.sentence


def test_what_was_said_of_another_holder_counts_for_nothing():
    told = answered(POOL, replace(FOREIGN, distribution_id="*******ANOTHER"))

    assert service_finding(replace(held_by(FOREIGN), services=told), FOREIGN) is None


@pytest.mark.parametrize(
    ("known", "is_asked"),
    [
        (None, True),
        (answered(None, asked_at=START - 3599), False),
        (answered(None, asked_at=START - 3600), True),
        (answered(POOL, asked_at=START - 3599), False),
        (answered(POOL, asked_at=START - 3600), True),
        (answered(POOL, replace(FOREIGN, distribution_id="*******ANOTHER")), True),
    ],
    ids=["never", "within the hour", "an hour ago", "found", "found an hour ago", "of another holder"],
)
def test_services_are_asked_once_an_hour(known, is_asked):
    assert to_be_asked(held_by(FOREIGN), known, 3600.0) == (FOREIGN if is_asked else None)


def test_nobody_is_asked_about_a_holder_of_ours_or_about_none():
    assert to_be_asked(evidence(distribution()), None, 3600.0) is None
    assert to_be_asked(evidence(distribution(), holder=None), None, 3600.0) is None


def test_services_are_asked_where_the_holder_seems_to_be_and_where_our_origins_are():
    origins = (
        "alb-1.ap-northeast-2.elb.amazonaws.com",
        "assets.s3.ap-northeast-2.amazonaws.com",
        "x1.lambda-url.us-west-2.on.aws",
        "eu-north-1.example.com",
        "assets.s3.amazonaws.com",
    )
    many = tuple(replace(distribution(TEAL), origins=(one,)) for one in origins)
    holder = replace(FOREIGN, account=masked(IRELAND))

    assert regions_to_ask(held_by(holder, *many), holder) == ("eu-west-1", "us-east-1", "ap-northeast-2", "us-west-2")
    assert regions_to_ask(held_by(FOREIGN), FOREIGN) == ("us-east-1",)
