import json
from typing import Any

import pytest

from playground.aws import ACCOUNTS, HOME, LEGACY, MEDIA, NEIGHBOUR, SHOP, Aws, Distribution, Oddity
from tests.playground.conftest import Clock, Connect, Resolver, ask, publish, refusal_of

ALIAS = "www.example.com"
USER = f"arn:aws:iam::{HOME}:user/cname-bot"


async def assume(connect: Connect, role: str, **more: Any) -> dict[str, str]:
    """Credentials for connect()."""
    given = await ask(connect("sts").assume_role, **{"RoleArn": role, "RoleSessionName": "move-1"} | more)
    credentials = given["Credentials"]
    return {
        "key": credentials["AccessKeyId"],
        "secret": credentials["SecretAccessKey"],
        "token": credentials["SessionToken"],
    }


def policy(*resources: str, actions: list[str] | None = None, effect: str = "Allow", **more: Any) -> str:
    statement = {"Effect": effect, "Action": actions or ["cloudfront:*"], "Resource": list(resources)} | more
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


# Assuming a role


async def test_every_account_has_a_user_and_an_ending_of_its_own(connect: Connect):
    assert (HOME, NEIGHBOUR, SHOP, MEDIA, LEGACY) == ACCOUNTS

    identities = [await ask(connect("sts", account).get_caller_identity) for account in ACCOUNTS]

    assert [each["Account"] for each in identities] == list(ACCOUNTS)
    assert len({account[-6:] for account in ACCOUNTS}) == len(ACCOUNTS)


async def test_a_session_works_in_the_account_of_its_role(aws: Aws, connect: Connect):
    role = aws.add_role(NEIGHBOUR, "cname-conflict-read")
    theirs = aws.cloudfront.create(NEIGHBOUR)
    odd = aws.certificates.issue_odd(NEIGHBOUR, [ALIAS], Oddity.EXPIRED)

    session = await assume(connect, role)

    identity = await ask(connect("sts", **session).get_caller_identity)
    shown = await ask(connect("cloudfront", **session).get_distribution, Id=theirs.id)
    certificate = await ask(connect("acm", **session).describe_certificate, CertificateArn=odd)
    assert identity["Account"] == NEIGHBOUR
    assert identity["Arn"] == f"arn:aws:sts::{NEIGHBOUR}:assumed-role/cname-conflict-read/move-1"
    assert shown["Distribution"]["Id"] == theirs.id
    assert certificate["Certificate"]["Status"] == "EXPIRED"
    assert aws.cloudfront.requests[-1].account == NEIGHBOUR
    assert aws.cloudfront.requests[-1].caller == identity["Arn"]


async def test_a_key_of_a_session_is_nothing_without_its_token(aws: Aws, connect: Connect):
    session = await assume(connect, aws.add_role(NEIGHBOUR, "read"))

    tokenless = connect("cloudfront", key=session["key"], secret=session["secret"])

    assert (await refusal_of(tokenless.list_distributions))[:2] == (403, "InvalidClientTokenId")


async def test_the_log_tells_what_was_asked_for(aws: Aws, connect: Connect):
    role = aws.add_role(SHOP, "move", trusted_external_id="secret-1")
    wish = {
        "SourceIdentity": "U02JOON",
        "ExternalId": "secret-1",
        "Policy": policy("*"),
        "DurationSeconds": 900,
        "RoleSessionName": "move-7c1f2e-U02JOON",
    }

    answer = await ask(connect("sts").assume_role, RoleArn=role, **wish)

    assert answer["SourceIdentity"] == "U02JOON"
    assert aws.roles.requests[0].operation == "AssumeRole"
    assert aws.roles.requests[0].account == HOME
    assert aws.roles.requests[0].params == {"RoleArn": role} | {name: str(value) for name, value in wish.items()}


@pytest.mark.parametrize("external_id", [None, "wrong"])
async def test_a_role_wants_its_external_id(aws: Aws, connect: Connect, external_id: str | None):
    role = aws.add_role(SHOP, "read", trusted_external_id="right")
    given = {"ExternalId": external_id} if external_id else {}

    refused = await refusal_of(connect("sts").assume_role, RoleArn=role, RoleSessionName="look", **given)

    text = f"User: {USER} is not authorized to perform: sts:AssumeRole on resource: {role}"
    assert refused == (403, "AccessDenied", text)
    await assume(connect, role, ExternalId="right")


async def test_a_role_that_does_not_exist_is_refused_like_one_that_does_not_trust_us(aws: Aws, connect: Connect):
    role = f"arn:aws:iam::{SHOP}:role/nobody-made-this"

    refused = await refusal_of(connect("sts").assume_role, RoleArn=role, RoleSessionName="look")

    text = f"User: {USER} is not authorized to perform: sts:AssumeRole on resource: {role}"
    assert refused == (403, "AccessDenied", text)
    assert aws.roles.count("AssumeRole") == 1


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"DurationSeconds": 3601}, "ValidationError"),
        ({"RoleSessionName": "move 1"}, "ValidationError"),
        ({"SourceIdentity": "Jörg"}, "ValidationError"),
        ({"Policy": "{"}, "MalformedPolicyDocument"),
        ({"Policy": policy("*", Condition={"Bool": {"aws:SecureTransport": "true"}})}, "MalformedPolicyDocument"),
        ({"Policy": policy("*" * 2048)}, "ValidationError"),
    ],
)
async def test_a_wish_that_sts_does_not_take_is_refused(aws: Aws, connect: Connect, wish: dict[str, Any], code: str):
    role = aws.add_role(SHOP, "read")
    asked = {"RoleArn": role, "RoleSessionName": "look"} | wish

    refused = await refusal_of(connect("sts").assume_role, **asked)

    assert refused[:2] == (400, code)


async def test_a_session_ends_when_its_time_is_over(aws: Aws, connect: Connect, clock: Clock):
    session = await assume(connect, aws.add_role(SHOP, "read"), DurationSeconds=900)
    client = connect("cloudfront", SHOP, **session)
    clock.advance(seconds=899)
    await ask(client.list_distributions)

    clock.advance(seconds=1)
    refused = await refusal_of(client.list_distributions)

    assert refused == (403, "ExpiredToken", "The security token included in the request is expired")
    acm = connect("acm", SHOP, **session)
    assert (await refusal_of(acm.list_certificates))[1] == "ExpiredTokenException"


async def test_a_role_can_be_taken_away_with_its_sessions(aws: Aws, connect: Connect):
    role = aws.add_role(SHOP, "read")
    session = await assume(connect, role)

    aws.roles.remove(role)

    client = connect("cloudfront", **session)
    assert (await refusal_of(client.list_distributions))[:2] == (403, "InvalidClientTokenId")
    assert (await refusal_of(connect("sts").assume_role, RoleArn=role, RoleSessionName="look"))[1] == "AccessDenied"


async def test_sts_can_be_throttled_and_checks_signatures(aws: Aws, connect: Connect):
    aws.roles.faults.throttle("AssumeRole")
    role = aws.add_role(SHOP, "read")

    throttled = await refusal_of(connect("sts").assume_role, RoleArn=role, RoleSessionName="look")
    forged = await refusal_of(connect("sts", secret="wrong").get_caller_identity)

    assert throttled == (400, "Throttling", "Rate exceeded")
    assert forged[:2] == (403, "SignatureDoesNotMatch")


# What a session may do


async def test_a_role_may_do_only_what_its_policy_allows(aws: Aws, connect: Connect, target: Distribution):
    role = aws.add_role(HOME, "read", actions=["cloudfront:List*", "cloudfront:GetDistribution"])
    session = await assume(connect, role)
    cloudfront = connect("cloudfront", **session)

    await ask(cloudfront.list_distributions)
    await ask(cloudfront.get_distribution, Id=target.id)
    refused = await refusal_of(cloudfront.associate_alias, TargetDistributionId=target.id, Alias=ALIAS)

    assert refused[:2] == (403, "AccessDenied")
    assert refused[2] == (
        f"User: arn:aws:sts::{HOME}:assumed-role/read/move-1 is not authorized to perform: cloudfront:AssociateAlias "
        f"on resource: {target.arn} because no identity-based policy allows the cloudfront:AssociateAlias action"
    )


async def test_the_other_services_ask_for_permission_too(aws: Aws, connect: Connect, target: Distribution):
    session = await assume(connect, aws.add_role(HOME, "read", actions=["cloudfront:*"]))

    of_acm = await refusal_of(connect("acm", **session).describe_certificate, CertificateArn=target.certificate)
    of_iam = await refusal_of(connect("iam", **session).list_server_certificates)
    of_sts = await refusal_of(
        connect("sts", **session).assume_role, RoleArn=aws.add_role(SHOP, "read"), RoleSessionName="look"
    )

    assert of_acm[:2] == (400, "AccessDeniedException")
    assert f"perform: acm:DescribeCertificate on resource: {target.certificate} because no identity" in of_acm[2]
    assert of_iam[:2] == (403, "AccessDenied")
    assert "perform: iam:ListServerCertificates on resource: * because" in of_iam[2]
    assert of_sts[2].endswith("because no identity-based policy allows the sts:AssumeRole action")


async def test_a_session_policy_narrows_the_role_to_two_distributions(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver
):
    source = aws.cloudfront.create(HOME, aliases=[ALIAS])
    other = aws.cloudfront.create(HOME)
    publish(resolver, ALIAS, target)
    role = aws.add_role(HOME, "move")
    actions = ["cloudfront:AssociateAlias", "cloudfront:UpdateDistribution", "cloudfront:GetDistribution"]
    session = await assume(connect, role, Policy=policy(source.arn, target.arn, actions=actions))
    cloudfront = connect("cloudfront", **session)

    await ask(cloudfront.associate_alias, TargetDistributionId=target.id, Alias=ALIAS)
    elsewhere = await refusal_of(cloudfront.get_distribution, Id=other.id)
    something_else = await refusal_of(cloudfront.list_distributions)

    assert target.aliases == [ALIAS]
    assert elsewhere[:2] == (403, "AccessDenied")
    assert f"{other.arn} because no session policy allows the cloudfront:GetDistribution action" in elsewhere[2]
    assert something_else[2].endswith(
        "on resource: * because no session policy allows the cloudfront:ListDistributions action"
    )


@pytest.mark.parametrize(
    "missing", ["AssociateAlias", "UpdateDistribution on the target", "UpdateDistribution on the source"]
)
async def test_a_move_inside_an_account_changes_target_and_source(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver, missing: str
):
    source = aws.cloudfront.create(HOME, aliases=[ALIAS])
    publish(resolver, ALIAS, target)
    moving, updating = ["cloudfront:AssociateAlias"], ["cloudfront:UpdateDistribution"]
    statements = {
        "AssociateAlias": {"Effect": "Allow", "Action": moving, "Resource": target.arn},
        "UpdateDistribution on the target": {"Effect": "Allow", "Action": updating, "Resource": target.arn},
        "UpdateDistribution on the source": {"Effect": "Allow", "Action": updating, "Resource": source.arn},
    }
    del statements[missing]
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements.values())})
    session = await assume(connect, aws.add_role(HOME, "move"), Policy=document)

    refused = await refusal_of(
        connect("cloudfront", **session).associate_alias, TargetDistributionId=target.id, Alias=ALIAS
    )

    assert refused[1] == "AccessDenied"
    assert f"cloudfront:{missing.partition(' ')[0]} on resource" in refused[2]
    assert source.aliases == [ALIAS]


async def test_a_move_out_of_another_account_needs_rights_on_the_target_alone(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver
):
    aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS], enabled=False)
    publish(resolver, ALIAS, target)
    session = await assume(connect, aws.add_role(HOME, "move"), Policy=policy(target.arn))

    await ask(connect("cloudfront", **session).associate_alias, TargetDistributionId=target.id, Alias=ALIAS)

    assert target.aliases == [ALIAS]


async def test_a_session_policy_can_deny(aws: Aws, connect: Connect, target: Distribution):
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "cloudfront:getdistribution", "Resource": "arn:aws:cloudfront::*"},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    session = await assume(connect, aws.add_role(HOME, "move"), Policy=document)

    refused = await refusal_of(connect("cloudfront", **session).get_distribution, Id=target.id)

    assert refused[2].endswith(f"on resource: {target.arn} with an explicit deny in a session policy")


async def test_a_session_can_assume_the_next_role_but_for_an_hour_only(aws: Aws, connect: Connect):
    first = await assume(connect, aws.add_role(MEDIA, "tools"))
    next_role = aws.add_role(LEGACY, "read")
    sts = connect("sts", **first)

    given = await ask(sts.assume_role, RoleArn=next_role, RoleSessionName="look")
    refused = await refusal_of(sts.assume_role, RoleArn=next_role, RoleSessionName="look", DurationSeconds=7200)

    assert given["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{LEGACY}:assumed-role/read/look"
    assert refused[1:] == (
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    )
