"""What IAM has to allow: neither less than this package calls in AWS, nor more."""

import ast
from pathlib import Path
from typing import Any

import botocore.session
import pytest

import bot.aws
from bot.aws import policies
from bot.aws.calls import CERTIFICATE_REGION
from bot.aws.refusals import Service

WORKER = "arn:aws:iam::333333333333:role/bot"
BLUE = "arn:aws:cloudfront::111122223333:distribution/E1BLUE"
GREEN = "arn:aws:cloudfront::111122223333:distribution/E2GREEN"
ELSEWHERE = "arn:aws:cloudfront::444455556666:distribution/E7OLD"
TENANT = "arn:aws:cloudfront::111122223333:distribution-tenant/dt_2wjDZi3hD1ivOXf6rpZJO1AB3vs"


def actions(policy: Any) -> set[str]:
    return {action for statement in policy["Statement"] for action in statement.get("Action", [])}


def resources(policy: Any, action: str) -> set[str]:
    """Where a policy allows an action."""
    named = [statement["Resource"] for statement in policy["Statement"] if action in statement.get("Action", [])]
    return {one for resource in named for one in ([resource] if isinstance(resource, str) else resource)}


def operations_called() -> set[str]:
    """Every operation of AWS that `bot/aws` names anywhere, as `service:Operation`."""
    found = set()
    models = botocore.session.get_session()
    known = {one.value: set(models.get_service_model(one.value).operation_names) for one in Service}
    for file in sorted(Path(bot.aws.__path__[0]).glob("*.py")):
        nodes = list(ast.walk(ast.parse(file.read_text())))
        # An operation may be named far from where it is sent; its service stands in the same file.
        asked = {
            Service[one.attr].value
            for one in nodes
            if isinstance(one, ast.Attribute) and one.attr in Service.__members__
        }
        texts = {one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)}
        for text in texts:
            services = {service for service, names in known.items() if text in names}
            found |= {f"{service}:{text}" for service in (services & asked or services)}
    return found


def is_a_question(action: str) -> bool:
    return action.split(":")[1].startswith(("Describe", "Get", "GET", "List", "Verify"))


OF_SERVICES = {
    "amplify:ListApps",
    "amplify:ListDomainAssociations",
    "cognito-idp:DescribeUserPoolDomain",
    "lightsail:GetDistributions",
}
NAMED_OTHERWISE = {"apigateway:GetDomainName": "apigateway:GET"}
"""API Gateway's actions are the methods of HTTP."""


NEEDS_NO_PERMISSION = {"sts:GetCallerIdentity"}
OF_THE_WORKER_ITSELF = {"organizations:ListAccounts"}
"""Asked with the worker's own credentials, and left out of every policy here: the bot does as well without it."""
FOR_SWITCHING = {"cloudfront:GetDistributionConfig", "cloudfront:UpdateDistribution"}
"""Asked and changed by nobody but who disables a source."""
FOR_RECORDS = {
    "route53:ChangeResourceRecordSets",
    "route53:GetChange",
    "route53:GetHostedZone",
    "route53:ListHostedZonesByName",
    "route53:ListResourceRecordSets",
}
"""Asked and changed only where records may be created."""


class TestReadRole:
    def test_it_allows_every_question_the_bot_asks_and_no_other(self):
        questions = {one for one in operations_called() if is_a_question(one)}
        questions -= NEEDS_NO_PERMISSION | OF_THE_WORKER_ITSELF | FOR_SWITCHING | FOR_RECORDS
        asked = {NAMED_OTHERWISE.get(one, one) for one in questions}

        allowed = actions(policies.read_policy("aws", "111122223333"))

        assert allowed == asked

    def test_it_can_change_nothing(self):
        assert all(is_a_question(action) for action in actions(policies.read_policy("aws", "111122223333")))

    def test_everything_is_the_accounts_own_but_what_aws_cannot_narrow(self):
        policy = policies.read_policy("aws", "111122223333")

        wide = {action for action in actions(policy) if "*" in resources(policy, action)}
        narrow = {one for action in actions(policy) - wide for one in resources(policy, action)}

        assert wide == {
            "cloudfront:ListDistributions",
            "iam:ListServerCertificates",
            *OF_SERVICES,
        }
        assert narrow
        assert {one for one in narrow if one.split(":")[4] != "111122223333"} == {
            "arn:aws:apigateway:*::/domainnames/*"
        }

    def test_certificates_are_read_in_the_region_the_bot_asks(self):
        policy = policies.read_policy("aws", "111122223333")

        assert resources(policy, "acm:DescribeCertificate") == {
            f"arn:aws:acm:{CERTIFICATE_REGION}:111122223333:certificate/*"
        }

    def test_in_china_it_leaves_out_acm_and_names_the_partition(self):
        policy = policies.read_policy("aws-cn", "111122223333")

        assert "acm:DescribeCertificate" not in actions(policy)
        assert not OF_SERVICES & actions(policy)
        assert resources(policy, "cloudfront:GetDistribution") == {"arn:aws-cn:cloudfront::111122223333:distribution/*"}
        assert resources(policy, "iam:GetServerCertificate") == {"arn:aws-cn:iam::111122223333:server-certificate/*"}


class TestMoveRole:
    def test_it_allows_every_call_that_moves_an_alias(self):
        moving = {one for one in operations_called() if one.startswith("cloudfront:") and not is_a_question(one)}

        assert "cloudfront:AssociateAlias" in moving
        assert moving <= actions(policies.move_policy("aws", "111122223333"))

    @pytest.mark.parametrize("tag", ["allowed", "target"])
    def test_it_changes_only_what_has_the_tag(self, tag):
        statements = policies.move_policy("aws", "111122223333", tag)["Statement"]

        changing = [one for one in statements if any(not is_a_question(action) for action in one.get("Action", []))]

        assert changing
        for one in changing:
            assert one["Condition"] == {"StringEquals": {"aws:ResourceTag/cname-conflict": tag}}
            assert one["Resource"].startswith("arn:aws:cloudfront::111122223333:distribution")

    def test_everything_it_does_not_allow_is_denied_in_so_many_words(self):
        policy = policies.move_policy("aws", "111122223333")

        (deny,) = [one for one in policy["Statement"] if one["Effect"] == "Deny"]

        assert set(deny["NotAction"]) == actions(policy)
        assert deny["Resource"] == "*"
        assert "Condition" not in deny


class TestSessionOfAMove:
    def test_inside_an_account_it_names_source_and_target_and_nothing_else(self):
        policy = policies.move_session_policy(BLUE, GREEN)

        (statement,) = policy["Statement"]
        assert statement["Resource"] == [BLUE, GREEN]
        assert statement["Action"] == [
            "cloudfront:AssociateAlias",
            "cloudfront:GetDistribution",
            "cloudfront:UpdateDistribution",
            "cloudfront:UpdateDomainAssociation",
        ]

    @pytest.mark.parametrize("source", [None, ELSEWHERE])
    def test_from_another_account_it_names_the_target_alone(self, source):
        policy = policies.move_session_policy(source, GREEN)

        assert {one for action in actions(policy) for one in resources(policy, action)} == {GREEN}

    @pytest.mark.parametrize(("source", "target"), [(BLUE, TENANT), (TENANT, BLUE), (None, TENANT)])
    def test_a_tenant_moves_by_the_newer_call_alone(self, source, target):
        policy = policies.move_session_policy(source, target)

        assert "cloudfront:AssociateAlias" not in actions(policy)
        assert resources(policy, "cloudfront:UpdateDomainAssociation") == {source, target} - {None}
        assert resources(policy, "cloudfront:UpdateDistributionTenant") == {TENANT}
        assert resources(policy, "cloudfront:UpdateDistribution") == {source, target} - {None, TENANT}

    def test_it_gives_no_right_that_the_move_role_does_not_have(self):
        role = policies.move_policy("aws", "111122223333")

        for source, target in [(BLUE, GREEN), (None, GREEN), (BLUE, TENANT), (TENANT, GREEN)]:
            assert actions(policies.move_session_policy(source, target)) <= actions(role)

    @pytest.mark.parametrize(
        "arn",
        [
            "*",
            "E2GREEN",
            "arn:aws:cloudfront::111122223333:distribution/*",
            "arn:aws:cloudfront::111122223333:distribution/E2?",
            "arn:aws:cloudfront::111122223333:function/E2GREEN",
            "arn:aws:cloudfront::*:distribution/E2GREEN",
            "arn:aws:iam::111122223333:role/admin",
        ],
    )
    def test_whatever_is_not_one_distribution_is_refused(self, arn):
        with pytest.raises(ValueError, match="not the ARN of one distribution"):
            policies.move_session_policy(None, arn)
        with pytest.raises(ValueError, match="not the ARN of one distribution"):
            policies.move_session_policy(arn, GREEN)

    def test_sts_takes_it_even_with_the_longest_ids(self):
        longest = [f"arn:aws-us-gov:cloudfront::111122223333:distribution/E{letter * 24}" for letter in "AB"]
        tenant = f"arn:aws-us-gov:cloudfront::111122223333:distribution-tenant/dt_{'x' * 60}"

        for source, target in [longest, (longest[0], tenant)]:
            text = policies.compact(policies.move_session_policy(source, target))
            assert len(text) <= policies.SESSION_POLICY_CHARACTERS / 2  # its packed size has a limit of its own


class TestDisablingASource:
    def test_without_the_option_the_move_role_may_not_read_whole_configurations(self):
        assert "cloudfront:GetDistributionConfig" not in actions(policies.move_policy("aws", "111122223333"))

    def test_with_it_only_what_has_a_tag_of_its_own_can_be_disabled(self):
        policy = policies.move_policy("aws", "111122223333", disables=True)

        (statement,) = [one for one in policy["Statement"] if one["Sid"] == "DisableSources"]
        assert set(statement["Action"]) == FOR_SWITCHING
        assert statement["Condition"] == {"StringEquals": {"aws:ResourceTag/cname-conflict-disable": "allowed"}}
        assert statement["Resource"] == "arn:aws:cloudfront::111122223333:distribution/*"
        (deny,) = [one for one in policy["Statement"] if one["Effect"] == "Deny"]
        assert set(deny["NotAction"]) == actions(policy)

    def test_its_session_names_one_source_and_gives_no_right_that_the_role_does_not_have(self):
        policy = policies.switch_session_policy(BLUE)

        (statement,) = policy["Statement"]
        assert statement["Resource"] == BLUE
        assert set(statement["Action"]) == FOR_SWITCHING
        assert actions(policy) <= actions(policies.move_policy("aws", "111122223333", disables=True))

    @pytest.mark.parametrize("arn", ["*", TENANT, "arn:aws:cloudfront::111122223333:distribution/*"])
    def test_whatever_is_not_one_distribution_is_refused(self, arn):
        with pytest.raises(ValueError, match="not the ARN of one distribution"):
            policies.switch_session_policy(arn)

    def test_everything_that_switching_calls_is_allowed(self):
        assert {one for one in operations_called() if one in FOR_SWITCHING} == FOR_SWITCHING


class TestRecordsInRoute53:
    NAME = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
    ZONE = "arn:aws:route53:::hostedzone/Z1D633PJN98FT9"

    def test_without_the_option_no_role_may_look_at_or_change_a_zone(self):
        read, move = policies.read_policy("aws", "111122223333"), policies.move_policy("aws", "111122223333")

        assert not {one for one in actions(read) | actions(move) if one.startswith("route53:")}

    def test_with_it_every_question_and_the_change_are_allowed_and_nothing_else(self):
        read = policies.read_policy("aws", "111122223333", records=True)
        move = policies.move_policy("aws", "111122223333", records=True)
        asked = {one for one in operations_called() if one.startswith("route53:")}

        assert asked == FOR_RECORDS
        assert actions(read) - actions(policies.read_policy("aws", "111122223333")) == {
            one for one in asked if is_a_question(one)
        }
        assert actions(move) - actions(policies.move_policy("aws", "111122223333")) == {
            "route53:ChangeResourceRecordSets",
            "route53:ListResourceRecordSets",
        }

    def test_the_move_role_creates_and_deletes_txt_records_at_names_with_an_underscore(self):
        policy = policies.move_policy("aws", "111122223333", records=True)

        (statement,) = [one for one in policy["Statement"] if one["Sid"] == "ChangeRecords"]
        assert statement["Condition"] == {
            "ForAllValues:StringLike": {self.NAME: ["_*"]},
            "ForAllValues:StringEquals": {
                "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
                "route53:ChangeResourceRecordSetsActions": ["CREATE", "DELETE"],
            },
        }
        (of_others,) = [one for one in policy["Statement"] if one["Sid"] == "NeverRecordsOfOthers"]
        assert of_others["Effect"] == "Deny"
        assert "_dmarc.*" in of_others["Condition"]["ForAnyValue:StringLike"][self.NAME]

    def test_the_session_names_one_zone_and_one_record(self):
        policy = policies.record_session_policy("aws", "Z1D633PJN98FT9", "_www.Example.com")

        assert {one["Resource"] for one in policy["Statement"]} == {self.ZONE}
        (change,) = [one for one in policy["Statement"] if "Condition" in one]
        assert change["Condition"]["ForAllValues:StringEquals"][self.NAME] == ["_www.example.com"]
        assert actions(policy) <= actions(policies.move_policy("aws", "111122223333", records=True))

    def test_a_wildcard_is_written_as_iam_compares_it(self):
        assert policies.normalized_name("_*.example.com.") == "_\\052.example.com"

    @pytest.mark.parametrize("zone", ["*", "", "Z1/../Z2", "z1?"])
    def test_whatever_is_not_one_hosted_zone_is_refused(self, zone):
        with pytest.raises(ValueError, match="not the id of one hosted zone"):
            policies.record_session_policy("aws", zone, "_www.example.com")

    def test_iam_takes_the_role_with_every_option(self):
        for tag in ("allowed", "target"):
            text = policies.compact(policies.move_policy("aws-us-gov", "1" * 12, tag, disables=True, records=True))
            assert len(text) <= policies.MANAGED_POLICY_CHARACTERS


class TestTrust:
    def test_only_the_worker_with_the_external_id_and_for_somebody_named(self):
        become, say_for_whom = policies.trust_policy(WORKER, "cname-7f3a")["Statement"]

        assert become["Principal"] == say_for_whom["Principal"] == {"AWS": WORKER}
        assert (become["Action"], say_for_whom["Action"]) == (["sts:AssumeRole"], ["sts:SetSourceIdentity"])
        assert become["Condition"] == {
            "StringEquals": {"sts:ExternalId": "cname-7f3a"},
            "StringLike": {"sts:SourceIdentity": ["U*", "W*"]},
        }
        assert say_for_whom["Condition"] == {"StringLike": {"sts:SourceIdentity": ["U*", "W*"]}}

    def test_without_an_external_id_it_asks_for_none(self):
        become, _ = policies.trust_policy(WORKER, None)["Statement"]

        assert become["Condition"] == {"StringLike": {"sts:SourceIdentity": ["U*", "W*"]}}


class TestWorker:
    def test_it_may_only_become_the_roles_that_are_set(self):
        roles = ("arn:aws:iam::222222222222:role/reader", "arn:aws:iam::111111111111:role/teams/web/mover")

        policy = policies.worker_policy(roles)

        assert actions(policy) == {"sts:AssumeRole", "sts:SetSourceIdentity"}
        assert resources(policy, "sts:AssumeRole") == set(roles)
