"""Holders that are AWS services: named by what can be seen of their account, and never as a fact."""

import re

import pytest

from bot.alias_move.findings import ConflictingAlias, FindingCode, Holder, Level, inspect
from bot.alias_move.services import API_GATEWAY_ACCOUNTS, service_finding, service_of
from tests.alias_move.evidence import ALIAS, distribution, registrable_name
from tests.alias_move.test_findings import evidence

IRELAND = "631144002099"


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
def test_the_finding_warns_and_says_how_the_name_is_freed(account, remedy):
    conflicts = (ConflictingAlias(ALIAS.text, "*******FOREIGN", account),)

    found = inspect(evidence(distribution(), holder=None, conflicts=conflicts), registrable_name)

    (finding,) = [one for one in found.findings if one.code is FindingCode.HOLDER_LOOKS_LIKE_A_SERVICE]
    assert finding.level is Level.WARNS
    assert f"Its account, {account}, looks like" in finding.sentence
    assert finding.remedy.startswith(remedy)
    assert found.plan.blocking == ()


def test_the_command_to_see_it_names_the_region_and_the_alias():
    finding = service_finding(ALIAS, Holder("*******FOREIGN", masked(IRELAND), is_ours=False))

    assert finding is not None
    command = "aws apigateway get-domain-name --region eu-west-1 --domain-name 'www.example.com'"
    assert finding.remedy.endswith(command)


def test_about_all_others_there_is_nothing_to_say():
    assert service_finding(ALIAS, Holder("*******FOREIGN", "******445566", is_ours=False)) is None
