"""Which AWS service has an alias that nobody else can be found to hold, asked of the services themselves."""

import pytest

from bot.alias_move.evidence import HoldingService, ServiceHolding
from bot.aws import CloudFront
from playground.aws import HOME, NEIGHBOUR, Aws, CustomName, Moment
from tests.aws.conftest import ALIAS

pytestmark = pytest.mark.wide

REGIONS = ("us-east-1", "eu-west-1")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (
            CustomName("apigateway", ALIAS.text, "d1", HOME, "eu-west-1"),
            ServiceHolding(HoldingService.API_GATEWAY, "eu-west-1", "", "edge-optimized API"),
        ),
        (
            CustomName("cognito-idp", ALIAS.text, "eu-west-1_Pool12345", HOME, "eu-west-1"),
            ServiceHolding(HoldingService.COGNITO, "eu-west-1", "", "user pool eu-west-1_Pool12345"),
        ),
        (
            CustomName("amplify", ALIAS.text, "d2a3b4c5", HOME),
            ServiceHolding(HoldingService.AMPLIFY, "us-east-1", "", "app app-d2a3b4c5 (d2a3b4c5)"),
        ),
        (
            CustomName("lightsail", ALIAS.text, "shop", HOME),
            ServiceHolding(HoldingService.LIGHTSAIL, "us-east-1", "", "distribution shop"),
        ),
    ],
    ids=["API Gateway", "Cognito", "Amplify", "Lightsail"],
)
async def test_a_service_that_has_the_alias_is_named_with_what_it_is_for(
    world: Aws, cloudfront: CloudFront, name: CustomName, found: ServiceHolding
):
    world.names.have(name)

    assert await cloudfront.service_holding(ALIAS, REGIONS) == found


@pytest.mark.parametrize(
    "name",
    [
        CustomName("apigateway", ALIAS.text, "d1", HOME, status="REGIONAL"),
        CustomName("cognito-idp", ALIAS.text, "p1", HOME, status="FAILED"),
        CustomName("amplify", ALIAS.text, "d2", HOME, status="FAILED"),
        CustomName("lightsail", "shop.example.com", "shop", HOME),
        CustomName("cognito-idp", ALIAS.text, "p1", NEIGHBOUR),
        CustomName("cognito-idp", ALIAS.text, "p1", HOME, "ap-south-1"),
    ],
    ids=["regional", "failed pool", "failed app", "another name", "another account", "another region"],
)
async def test_what_is_not_on_cloudfront_for_us_does_not_hold_it(world: Aws, cloudfront: CloudFront, name: CustomName):
    world.names.have(name)

    assert await cloudfront.service_holding(ALIAS, REGIONS) is None


async def test_what_is_not_allowed_or_gets_lost_is_left_out_without_a_word(world: Aws, cloudfront: CloudFront):
    world.names.have(CustomName("lightsail", ALIAS.text, "shop", HOME))
    world.names.faults.answer("DescribeUserPoolDomain", 400, "AccessDenied", "no", times=None)
    world.names.faults.answer("ListApps", 500, "InternalFailureException", "later", times=None)
    world.names.faults.lose("GetDomainName", Moment.BEFORE_EFFECT, times=None)

    found = await cloudfront.service_holding(ALIAS, REGIONS)

    assert found == ServiceHolding(HoldingService.LIGHTSAIL, "us-east-1", "", "distribution shop")
