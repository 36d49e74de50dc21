"""Distribution tenants at the playground's CloudFront: found, named whole, moved from and to, and proved."""

import pytest

from bot.alias_move.findings import Holder, Operation
from bot.alias_move.move import RefusalCause
from bot.alias_move.names import AccountId
from bot.aws import CloudFront
from bot.ports import Errand, NotPermitted, Refused, Whereabouts
from playground.aws import HOME, NEIGHBOUR, Aws, Distribution, Tenant
from tests.aws.conftest import ALIAS, Resolver, errand, holder, seen

pytestmark = pytest.mark.wide

OTHER = "other.example.com"


@pytest.fixture
def site(world: Aws) -> Distribution:
    """A multi-tenant distribution, whose certificate its tenants share."""
    certificate = world.certificates.issue(HOME, ["*.example.com"])
    return world.cloudfront.create(
        HOME, certificate=certificate, connection_mode="tenant-only", comment="sites", origin="alb-sites.example.net"
    )


@pytest.fixture
def shop(world: Aws, site: Distribution) -> Tenant:
    return world.cloudfront.create_tenant(HOME, site, [OTHER], name="shop")


def tenant_errand(target: str, source: Holder | None = None) -> Errand:
    return errand(target, source=source, operation=Operation.WITHOUT_RECORD)


def of(one: Distribution | Tenant) -> Holder:
    return Holder(one.id, AccountId(one.account), is_ours=True)


async def test_a_tenant_that_has_the_alias_is_named_whole(
    world: Aws, cloudfront: CloudFront, target: Distribution, site: Distribution
):
    held = world.cloudfront.create_tenant(HOME, site, [ALIAS.text], name="shop")

    look = await cloudfront.look(errand(target.id))

    assert holder(look) == of(held)
    found = seen(look, held)
    assert (found.comment, found.tenant_of.text) == ("shop", site.id)
    assert found.domain_name == held.connection_group.routing_endpoint
    assert found.origins == ("alb-sites.example.net",)


async def test_a_wanted_tenant_is_found_by_its_id_and_asked_through(
    world: Aws, cloudfront: CloudFront, source: Distribution, shop: Tenant
):
    look = await cloudfront.look(errand(shop.id))

    assert holder(look) == of(source)
    assert seen(look, shop).aliases == (OTHER,)
    assert seen(look, shop).enabled
    [asked] = [one.params for one in world.cloudfront.requests if one.operation == "ListDomainConflicts"]
    assert asked["DistributionTenantId"] == shop.id


async def test_what_is_a_tenants_own_comes_before_what_it_shares(
    world: Aws, cloudfront: CloudFront, site: Distribution
):
    own = world.certificates.issue(HOME, [ALIAS.text])
    acl = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/shop/1"
    made = world.cloudfront.create_tenant(HOME, site, [ALIAS.text], certificate=own, web_acl=acl, enabled=False)

    found = seen(await cloudfront.look(errand(made.id)), made)

    assert found.certificate.names == (ALIAS.text,)
    assert found.behaviour.web_acl == acl
    assert not found.enabled


async def test_no_tenant_is_listed_that_has_nothing_to_do_with_it(
    cloudfront: CloudFront, target: Distribution, shop: Tenant
):
    look = await cloudfront.look(errand(target.id))

    assert target.id in [one.id.text for one in look.inventory]
    assert shop.id not in [one.id.text for one in look.inventory]


async def test_a_role_that_may_not_ask_by_name_sees_a_tenant_as_aws_masks_it(
    world: Aws, cloudfront: CloudFront, target: Distribution, site: Distribution
):
    world.cloudfront.create_tenant(HOME, site, [ALIAS.text])
    world.cloudfront.deny(HOME, "GetDistributionTenantByDomain")

    look = await cloudfront.look(errand(target.id))

    found = holder(look)
    assert found is not None
    assert not found.is_ours
    assert [row.is_tenant for row in look.conflicts or ()] == [True]


async def test_a_wanted_tenant_that_may_not_be_read_is_told_as_that(world: Aws, cloudfront: CloudFront, shop: Tenant):
    world.cloudfront.deny(HOME, "GetDistributionTenant")

    with pytest.raises(NotPermitted, match="cloudfront:GetDistributionTenant"):
        await cloudfront.look(errand(shop.id))


async def test_a_tenant_of_another_account_is_not_found(world: Aws, cloudfront: CloudFront):
    foreign = world.cloudfront.create(NEIGHBOUR, connection_mode="tenant-only")
    theirs = world.cloudfront.create_tenant(NEIGHBOUR, foreign, [OTHER])

    look = await cloudfront.look(errand(theirs.id))

    assert theirs.id not in [one.id.text for one in look.inventory]


async def test_an_alias_goes_to_a_tenant_and_is_read_back(cloudfront: CloudFront, source: Distribution, shop: Tenant):
    await cloudfront.associate(tenant_errand(shop.id, of(source)))

    assert shop.domains == [OTHER, ALIAS.text]
    assert await cloudfront.who_holds(errand(shop.id, source=of(source))) == Whereabouts(
        on_target=True, on_source=False
    )


async def test_an_alias_leaves_a_tenant_and_is_read_back(
    world: Aws, cloudfront: CloudFront, target: Distribution, site: Distribution
):
    held = world.cloudfront.create_tenant(HOME, site, [ALIAS.text, OTHER])
    before = await cloudfront.who_holds(errand(target.id, source=of(held)))

    await cloudfront.associate(tenant_errand(target.id, of(held)))

    assert before == Whereabouts(on_target=False, on_source=True)
    assert await cloudfront.who_holds(errand(target.id, source=of(held))) == Whereabouts(
        on_target=True, on_source=False
    )


async def test_a_tenant_that_is_gone_lists_nothing_and_is_not_asked_for(
    world: Aws, cloudfront: CloudFront, source: Distribution, shop: Tenant
):
    world.cloudfront.delete(shop.id)

    assert not (await cloudfront.who_holds(errand(shop.id))).on_target
    with pytest.raises(Refused) as caught:
        await cloudfront.associate(tenant_errand(shop.id, of(source)))

    assert (caught.value.refusal.cause, caught.value.refusal.code) == (RefusalCause.NOT_ASKED, "EntityNotFound")
    assert world.cloudfront.count("UpdateDomainAssociation") == 0


async def test_from_another_account_a_tenant_takes_an_alias_with_the_record_while_its_source_is_disabled(
    world: Aws, cloudfront: CloudFront, resolver: Resolver, shop: Tenant
):
    world.cloudfront.create(NEIGHBOUR, aliases=[ALIAS.text], enabled=False)
    resolver.records[f"_{ALIAS}"] = [shop.connection_group.routing_endpoint]

    await cloudfront.associate(errand(shop.id, operation=Operation.TENANT_WITH_RECORD))

    assert shop.domains == [OTHER, ALIAS.text]
