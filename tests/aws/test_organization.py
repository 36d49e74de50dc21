"""Names of accounts from AWS Organizations: where the bot's own account may know them, and never at any price."""

import asyncio

import pytest

from bot.aws import CloudFront, Roles
from bot.aws.organization import ASKED_EVERY_S
from playground.aws import HOME, LEGACY, NEIGHBOUR, SHOP, Aws, Moment
from tests.aws.conftest import Clock, Connect, errand

pytestmark = pytest.mark.wide

MEMBERS = {NEIGHBOUR: "agency", LEGACY: "legacy", SHOP: "shop", HOME: "prod-web"}


@pytest.fixture
def cloudfront(world: Aws, connect: Connect) -> CloudFront:
    """It looks into its own account, and into SHOP."""
    role = world.add_role(SHOP, "cname-conflict-read", actions=["cloudfront:List*"])
    return connect(roles=Roles(read=(role,)))


def asked(world: Aws) -> int:
    return world.organization.count("ListAccounts")


async def names(cloudfront: CloudFront) -> dict[str, str]:
    look = await cloudfront.look(errand())
    return {account.id: account.name for account in look.accounts}


async def test_accounts_get_the_names_that_they_have_in_the_organization(world: Aws, cloudfront: CloudFront):
    world.found_organization(HOME, MEMBERS)

    assert await names(cloudfront) == {HOME: "prod-web", SHOP: "shop"}


async def test_a_name_that_the_operator_has_given_comes_first_and_asks_nobody(world: Aws, connect: Connect):
    world.found_organization(HOME, MEMBERS)
    role = world.add_role(SHOP, "cname-conflict-read", actions=["cloudfront:List*"])
    named = connect(roles=Roles(read=(role,)), names={HOME: "production", SHOP: "the shop"})

    assert await names(named) == {HOME: "production", SHOP: "the shop"}
    assert asked(world) == 0


async def test_it_is_asked_no_further_than_it_takes(world: Aws, cloudfront: CloudFront):
    world.organization.largest_page = 1
    world.found_organization(HOME, {SHOP: "shop", HOME: "prod-web"} | MEMBERS)

    assert await names(cloudfront) == {HOME: "prod-web", SHOP: "shop"}
    assert asked(world) == 2


@pytest.mark.parametrize("management", ["", NEIGHBOUR], ids=["no organization", "another account's to ask"])
async def test_where_it_tells_nothing_accounts_keep_their_numbers_and_it_is_left_alone_for_an_hour(
    world: Aws, cloudfront: CloudFront, clock: Clock, management: str
):
    world.found_organization(management, MEMBERS)

    for _ in range(3):
        assert await names(cloudfront) == {HOME: "", SHOP: ""}
    asked_within_an_hour = asked(world)
    clock.now += ASKED_EVERY_S
    await names(cloudfront)

    assert (asked_within_an_hour, asked(world)) == (1, 2)


async def test_it_holds_nobody_up(world: Aws, cloudfront: CloudFront, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.aws.organization.WAIT_AT_MOST_S", 0.05)
    await cloudfront.identity()
    world.found_organization(HOME, MEMBERS)
    held = world.organization.faults.hold("ListAccounts", Moment.BEFORE_EFFECT)

    found = await asyncio.wait_for(names(cloudfront), timeout=10)
    held.release()

    assert found == {HOME: "", SHOP: ""}


async def test_one_account_alone_is_asked_for_no_name(world: Aws, connect: Connect):
    world.found_organization(HOME, MEMBERS)
    world.cloudfront.create(HOME)

    assert await names(connect()) == {HOME: ""}
    assert asked(world) == 0
