"""How a distribution treats visitors, as real answers of the list tell it; and what else is read of two of them."""

import asyncio
from dataclasses import replace

import pytest

from bot.alias_move.visitors import Behaviour, Function, Further, Origin, Route
from bot.aws import CloudFront
from bot.aws.behaviour import behaviour_of as from_configuration
from bot.aws.further import WAIT_AT_MOST_S, deployed_by
from playground.aws import HOME, Aws, Distribution, Moment
from tests.aws.conftest import ALIAS, Connect, errand, seen

pytestmark = pytest.mark.wide

WAF = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/waf-prod/0f1e"
REDIRECT = "arn:aws:cloudfront::111122223333:function/redirect"
AUTH = "arn:aws:lambda:us-east-1:111122223333:function:auth:7"
BUCKET = "site.s3.us-east-1.amazonaws.com"


async def behaviour_of(cloudfront: CloudFront, made: Distribution) -> Behaviour:
    found: Behaviour = seen(await cloudfront.look(errand()), made).behaviour
    return found


async def test_everything_that_visitors_notice_is_read(world: Aws, cloudfront: CloudFront):
    made = world.cloudfront.create(
        HOME,
        certificate=world.certificates.issue(HOME, names=["*.example.com"]),
        config={
            "WebACLId": WAF,
            "HttpVersion": "http2and3",
            "IsIPV6Enabled": False,
            "PriceClass": "PriceClass_100",
            "AnycastIpListId": "aip_1",
            "ViewerMtlsConfig": {"Mode": "required", "TrustStoreConfig": {"TrustStoreId": "ts_1"}},
            "Restrictions": {"GeoRestriction": {"RestrictionType": "whitelist", "Items": ["DE", "AT"]}},
            "CustomErrorResponses": {
                "Items": [{"ErrorCode": 404, "ResponsePagePath": "/404.html", "ErrorCachingMinTTL": 10}]
            },
        },
    )

    found = await behaviour_of(cloudfront, made)

    assert found.web_acl == WAF
    assert (found.http_versions, found.ipv6, found.price_class) == ("http2and3", False, "PriceClass_100")
    assert (found.minimum_tls, found.ssl_support) == ("TLSv1.2_2021", "sni-only")
    assert (found.geo_restriction, found.countries) == ("whitelist", ("AT", "DE"))
    assert found.anycast_ip_list == "aip_1"
    assert found.viewer_mtls == "required, ts_1"
    assert found.error_pages == ("404 /404.html",)


async def test_every_cache_behaviour_is_read_with_its_origin_functions_signers_and_policies(
    world: Aws, cloudfront: CloudFront
):
    made = world.cloudfront.create(
        HOME,
        origin="app.example.net",
        config={
            "Origins": {"Items": [{"OriginPath": "/v2"}]},
            "DefaultCacheBehavior": {
                "FunctionAssociations": {"Items": [{"EventType": "viewer-request", "FunctionARN": REDIRECT}]},
                "LambdaFunctionAssociations": {
                    "Items": [{"EventType": "origin-response", "LambdaFunctionARN": AUTH, "IncludeBody": False}]
                },
                "TrustedKeyGroups": {"Enabled": True, "Items": ["kg_2", "kg_1"]},
                "CachePolicyId": "c1",
                "OriginRequestPolicyId": "o1",
                "ResponseHeadersPolicyId": "r1",
            },
        },
    )

    found = await behaviour_of(cloudfront, made)

    assert found.routes == (
        Route(
            path="*",
            fetches_from=("app.example.net/v2",),
            viewer_protocol="redirect-to-https",
            functions=(Function("origin-response", AUTH), Function("viewer-request", REDIRECT)),
            signers=("kg_1", "kg_2"),
            cache_policy="c1",
            origin_request_policy="o1",
            response_headers_policy="r1",
        ),
    )


def test_a_path_of_its_own_may_fetch_from_a_group_of_origins():
    origins = [
        {"Id": "a", "DomainName": "a.example.net", "OriginPath": "/x"},
        {"Id": "b", "DomainName": "b.example.net"},
    ]
    config = {
        "Origins": {"Quantity": 2, "Items": origins},
        "OriginGroups": {
            "Quantity": 1,
            "Items": [{"Id": "g", "Members": {"Quantity": 2, "Items": [{"OriginId": "a"}, {"OriginId": "b"}]}}],
        },
        "CacheBehaviors": {"Quantity": 1, "Items": [{"PathPattern": "/api/*", "TargetOriginId": "g"}]},
        "DefaultCacheBehavior": {"TargetOriginId": "b"},
        "ViewerMtlsConfig": {"Mode": "passthrough"},
    }

    found = from_configuration(config)

    assert [(one.path, one.fetches_from) for one in found.routes] == [
        ("/api/*", ("a.example.net/x", "b.example.net")),
        ("*", ("b.example.net",)),
    ]
    assert found.viewer_mtls == "passthrough"


async def test_the_right_to_fetch_from_a_bucket_is_read(world: Aws, cloudfront: CloudFront):
    made = world.cloudfront.create(
        HOME, origin=BUCKET, config={"Origins": {"Items": [{"OriginAccessControlId": "E1OAC"}]}}
    )

    found = await behaviour_of(cloudfront, made)

    assert found.origins == (Origin(BUCKET, access_control="E1OAC"),)


async def test_one_read_by_itself_treats_visitors_as_the_list_says(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    from_list = await behaviour_of(cloudfront, target)
    world.cloudfront.set_aliases(target.id, [ALIAS.text])

    found = await cloudfront.look(errand(target.id))

    assert seen(found, target).behaviour == from_list
    assert seen(found, target).arn == target.arn


class TestSide:
    async def test_tags_continuous_deployment_logs_and_root_object(
        self, world: Aws, cloudfront: CloudFront, target: Distribution
    ):
        world.cloudfront.set_tags(target.arn, {"aws:cloudformation:stack-name": "web-green"})
        world.cloudfront.configure(
            target.id,
            {
                "ContinuousDeploymentPolicyId": "cd_1",
                "DefaultRootObject": "index.html",
                "Logging": {"Enabled": True, "Bucket": "logs.s3.amazonaws.com"},
            },
        )
        found = seen(await cloudfront.look(errand()), target)

        side = await cloudfront.side(found)

        assert side == replace(
            found,
            further=Further(
                is_read=True,
                deployed_by="stack web-green (CloudFormation)",
                continuous_deployment_policy="cd_1",
                logs_to="logs.s3.amazonaws.com",
                default_root_object="index.html",
            ),
        )

    async def test_it_is_as_it_is_now(self, world: Aws, cloudfront: CloudFront, target: Distribution):
        found = seen(await cloudfront.look(errand()), target)
        world.cloudfront.set_enabled(target.id, False)
        world.cloudfront.set_aliases(target.id, [ALIAS.text])
        read = world.certificates.count("DescribeCertificate")

        side = await cloudfront.side(found)

        assert side is not None
        assert (side.enabled, side.aliases, side.certificate) == (False, (ALIAS.text,), found.certificate)
        assert world.certificates.count("DescribeCertificate") == read

    async def test_another_certificate_is_read(self, world: Aws, cloudfront: CloudFront, target: Distribution):
        found = seen(await cloudfront.look(errand()), target)
        world.cloudfront.set_certificate(target.id, world.certificates.issue(HOME, ["shop.example.com"]))

        side = await cloudfront.side(found)

        assert side is not None
        assert side.certificate is not None
        assert side.certificate.names == ("shop.example.com",)

    async def test_another_certificate_that_cannot_be_read_leaves_everything_as_it_was(
        self, world: Aws, cloudfront: CloudFront, target: Distribution
    ):
        found = seen(await cloudfront.look(errand()), target)
        world.cloudfront.set_certificate(target.id, world.certificates.issue(HOME, ["shop.example.com"]))
        world.certificates.faults.throttle("DescribeCertificate")

        side = await cloudfront.side(found)

        assert side == replace(found, further=EMPTY)

    async def test_one_that_is_gone_is_nothing(self, world: Aws, cloudfront: CloudFront, target: Distribution):
        found = seen(await cloudfront.look(errand()), target)
        world.cloudfront.delete(target.id)

        assert await cloudfront.side(found) is None

    async def test_what_is_not_allowed_is_left_out_in_silence(
        self, world: Aws, cloudfront: CloudFront, target: Distribution
    ):
        found = seen(await cloudfront.look(errand()), target)
        world.cloudfront.deny(HOME, "ListTagsForResource")
        world.cloudfront.deny(HOME, "GetDistribution")

        side = await cloudfront.side(found)

        assert side == replace(found, further=replace(EMPTY, is_denied=True))

    async def test_it_holds_nobody_up(
        self, world: Aws, connect: Connect, target: Distribution, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("bot.aws.further.WAIT_AT_MOST_S", 0.05)
        cloudfront = connect()
        found = seen(await cloudfront.look(errand()), target)
        barrier = world.cloudfront.faults.hold("ListTagsForResource", Moment.BEFORE_EFFECT)

        side = await asyncio.wait_for(cloudfront.side(found), timeout=2)
        barrier.release()

        assert side is not None
        assert side.further is not None
        assert side.further.deployed_by == ""
        assert WAIT_AT_MOST_S <= 3


EMPTY = Further(is_read=False)


@pytest.mark.parametrize(
    ("tags", "deployer"),
    [
        ({}, ""),
        ({"Name": "web", "team": "edge"}, ""),
        ({"aws:cloudformation:stack-name": "web-green", "ManagedBy": "CDK"}, "stack web-green (CloudFormation)"),
        ({"ManagedBy": "Terraform"}, "Terraform"),
        ({"managed-by": "terraform-aws-modules"}, "Terraform"),
        ({"terraform": "true"}, "Terraform"),
        ({"Terraform": "false"}, ""),
        ({"terraform:workspace": "prod", "Name": "web"}, "workspace prod (Terraform)"),
        ({"Terraform": "yes", "terraform_repo": "edge/web"}, "repo edge/web (Terraform)"),
        ({"pulumi:project": "web"}, "project web (Pulumi)"),
        ({"provisioner": "OpenTofu"}, "OpenTofu"),
        ({"created_by": "mina"}, ""),
    ],
)
def test_tags_tell_who_deploys(tags: dict[str, str], deployer: str):
    assert deployed_by(tags) == deployer
