"""The move role: assumed for one call, for the distributions of one move, and named after the move and who approved."""

import json

import pytest

from bot.alias_move.findings import Holder, Operation
from bot.alias_move.move import RefusalCause
from bot.aws import CloudFront, Roles
from bot.aws.roles import to_move
from bot.ports import Refused, TryAgainLater
from playground.aws import HOME, NEIGHBOUR, SHOP, Aws, Distribution
from tests.aws.conftest import ALIAS, Connect, Resolver, errand, ours

pytestmark = pytest.mark.wide

EXTERNAL_ID = "cname-conflict-7c1f2e"
ROLE = "cname-conflict-move"
MOVE_ACTIONS = [
    "cloudfront:AssociateAlias",
    "cloudfront:UpdateDomainAssociation",
    "cloudfront:UpdateDistribution*",
    "cloudfront:GetDistribution*",
]


@pytest.fixture
def target(world: Aws) -> Distribution:
    """In an account whose distributions our own credentials can't touch."""
    return world.cloudfront.create(SHOP, certificate=world.certificates.issue(SHOP, ["*.example.com"]))


@pytest.fixture
def moving(world: Aws, connect: Connect) -> CloudFront:
    role = world.add_role(SHOP, ROLE, trusted_external_id=EXTERNAL_ID, actions=MOVE_ACTIONS)
    return connect(roles=Roles(move=(role,), external_id=EXTERNAL_ID))


def assumed(world: Aws) -> dict[str, str]:
    [asked] = [one for one in world.roles.requests if one.operation == "AssumeRole"]
    return dict(asked.params)


async def test_the_move_role_of_the_targets_account_moves_the_alias(
    world: Aws, moving: CloudFront, target: Distribution, resolver: Resolver
):
    source = world.cloudfront.create(SHOP, aliases=[ALIAS.text])
    resolver.publish(target)

    await moving.associate(errand(target.id, source=ours(source), account=SHOP))

    assert world.cloudfront.holder_of(ALIAS.text) is target
    asked = assumed(world)
    policy = json.loads(asked.pop("Policy"))
    assert asked == {
        "RoleArn": f"arn:aws:iam::{SHOP}:role/{ROLE}",
        "RoleSessionName": "move-7c1f2e-U0JOON",
        "SourceIdentity": "U0JOON",
        "ExternalId": EXTERNAL_ID,
        "DurationSeconds": "900",
    }
    [statement] = policy["Statement"]
    assert set(statement["Resource"]) == {source.arn, target.arn}
    assert "cloudfront:AssociateAlias" in statement["Action"]


async def test_the_session_of_a_move_to_a_tenant_names_the_tenant_and_is_enough_for_it(world: Aws, moving: CloudFront):
    source = world.cloudfront.create(SHOP, aliases=[ALIAS.text])
    certificate = world.certificates.issue(SHOP, ["*.example.com"])
    site = world.cloudfront.create(SHOP, certificate=certificate, connection_mode="tenant-only")
    tenant = world.cloudfront.create_tenant(SHOP, site, ["other.example.com"])

    await moving.associate(errand(tenant.id, source=ours(source), account=SHOP, operation=Operation.WITHOUT_RECORD))

    assert world.cloudfront.holder_of(ALIAS.text) is tenant
    of_distributions, of_tenants = json.loads(assumed(world)["Policy"])["Statement"]
    assert (of_distributions["Resource"], of_tenants["Resource"]) == ([source.arn], [tenant.arn])
    assert "cloudfront:AssociateAlias" not in of_distributions["Action"]


async def test_a_source_in_another_account_is_not_in_the_session_policy(
    world: Aws, moving: CloudFront, target: Distribution, resolver: Resolver
):
    source = world.cloudfront.create(NEIGHBOUR, aliases=[ALIAS.text], enabled=False)
    resolver.publish(target)

    await moving.associate(errand(target.id, source=ours(source), account=SHOP))

    assert world.cloudfront.holder_of(ALIAS.text) is target
    assert json.loads(assumed(world)["Policy"])["Statement"][0]["Resource"] == [target.arn]


async def test_a_holder_that_is_only_known_by_masked_ids_is_not_in_the_session_policy(
    world: Aws, moving: CloudFront, target: Distribution, resolver: Resolver
):
    world.cloudfront.create(NEIGHBOUR, aliases=[ALIAS.text], enabled=False)
    resolver.publish(target)

    await moving.associate(
        errand(target.id, source=Holder("*******EXAMPLE", "******556666", is_ours=False), account=SHOP)
    )

    assert json.loads(assumed(world)["Policy"])["Statement"][0]["Resource"] == [target.arn]


async def test_every_move_has_a_session_of_its_own(
    world: Aws, moving: CloudFront, target: Distribution, resolver: Resolver
):
    source = world.cloudfront.create(SHOP, aliases=[ALIAS.text])
    resolver.publish(target)

    for person in ("U0JOON", "U0SORA"):
        await moving.associate(errand(target.id, source=ours(source), account=SHOP, person=person))

    names = [one.params["RoleSessionName"] for one in world.roles.requests if one.operation == "AssumeRole"]
    assert names == ["move-7c1f2e-U0JOON", "move-7c1f2e-U0SORA"]


async def test_nothing_is_assumed_to_look_or_to_read_back(world: Aws, moving: CloudFront, target: Distribution):
    await moving.look(errand())
    await moving.who_holds(errand(target.id, account=SHOP))

    assert world.roles.count("AssumeRole") == 0


@pytest.mark.usefixtures("source")
async def test_without_a_role_for_the_targets_account_the_bots_own_credentials_move(
    world: Aws, moving: CloudFront, resolver: Resolver
):
    at_home = world.cloudfront.create(HOME, certificate=world.certificates.issue(HOME, ["*.example.com"]))
    resolver.publish(at_home)

    await moving.associate(errand(at_home.id))

    assert world.cloudfront.holder_of(ALIAS.text) is at_home
    assert world.roles.count("AssumeRole") == 0


# No role, no call


async def test_a_role_that_does_not_let_us_in_is_a_refusal_and_cloudfront_is_not_asked(
    world: Aws, moving: CloudFront, target: Distribution
):
    world.roles.remove(f"arn:aws:iam::{SHOP}:role/{ROLE}")

    with pytest.raises(Refused) as caught:
        await moving.associate(errand(target.id, account=SHOP))

    refusal = caught.value.refusal
    assert (refusal.cause, refusal.code) == (RefusalCause.ACCESS_DENIED, "AccessDenied")
    assert f"sts:AssumeRole on resource: arn:aws:iam::{SHOP}:role/{ROLE}" in refusal.text
    assert refusal.request_id
    assert world.cloudfront.count("AssociateAlias") == 0


async def test_another_no_of_sts_is_told_in_its_words(world: Aws, moving: CloudFront, target: Distribution):
    world.roles.faults.answer("AssumeRole", 400, "PackedPolicyTooLarge", "The policies are too big.")

    with pytest.raises(Refused) as caught:
        await moving.associate(errand(target.id, account=SHOP))

    refusal = caught.value.refusal
    assert (refusal.cause, refusal.code) == (RefusalCause.NOT_ASKED, "PackedPolicyTooLarge")
    assert world.cloudfront.count("AssociateAlias") == 0


async def test_without_an_answer_of_sts_the_call_was_certainly_not_sent(
    world: Aws, moving: CloudFront, target: Distribution
):
    world.roles.faults.throttle("AssumeRole")

    with pytest.raises(TryAgainLater, match="too many requests"):
        await moving.associate(errand(target.id, account=SHOP))

    assert world.cloudfront.count("AssociateAlias") == 0


async def test_what_the_role_does_not_allow_is_refused_by_cloudfront(
    world: Aws, connect: Connect, target: Distribution, resolver: Resolver
):
    role = world.add_role(SHOP, ROLE, actions=["cloudfront:Get*"])
    resolver.publish(target)

    with pytest.raises(Refused) as caught:
        await connect(roles=Roles(move=(role,))).associate(errand(target.id, account=SHOP))

    assert caught.value.refusal.cause is RefusalCause.ACCESS_DENIED
    assert "cloudfront:AssociateAlias" in caught.value.refusal.text


# Who it was


async def test_a_trust_policy_that_lets_nobody_be_named_gets_a_session_name_alone(
    world: Aws, moving: CloudFront, target: Distribution, resolver: Resolver
):
    source = world.cloudfront.create(SHOP, aliases=[ALIAS.text])
    resolver.publish(target)
    text = "User: arn:aws:iam::111122223333:user/cname-bot is not authorized to perform: sts:SetSourceIdentity"
    world.roles.faults.answer("AssumeRole", 403, "AccessDenied", text)

    await moving.associate(errand(target.id, source=ours(source), account=SHOP))

    first, second = [one.params for one in world.roles.requests if one.operation == "AssumeRole"]
    assert (first["SourceIdentity"], "SourceIdentity" in second) == ("U0JOON", False)
    assert second["RoleSessionName"] == "move-7c1f2e-U0JOON"
    assert world.cloudfront.holder_of(ALIAS.text) is target


def test_a_session_name_holds_only_what_sts_takes():
    role = f"arn:aws:iam::{SHOP}:role/{ROLE}"

    asked = to_move(role, None, errand("E2GREEN4CLDFRNT", person="U0 <joon>" + "x" * 80)).parameters

    assert str(asked["RoleSessionName"]).startswith("move-7c1f2e-U0--joon-x")
    assert len(str(asked["RoleSessionName"])) == 64
    assert len(str(asked["SourceIdentity"])) == 64
    assert "ExternalId" not in asked


def test_a_policy_of_another_partition_names_its_own_arns():
    role = f"arn:aws-cn:iam::{SHOP}:role/{ROLE}"

    asked = to_move(role, None, errand("E2GREEN4CLDFRNT")).parameters

    assert f"arn:aws-cn:cloudfront::{SHOP}:distribution/E2GREEN4CLDFRNT" in str(asked["Policy"])
