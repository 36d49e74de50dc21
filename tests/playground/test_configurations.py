from collections.abc import AsyncIterator
from typing import Any

import pytest

from playground.aws import HOME, NEIGHBOUR, Aws, Distribution, MotoServer
from tests.playground.conftest import Connect, Resolver, ask, refusal_of

ALIAS = "www.example.com"
KEY_GROUP = "3f9b1e07-7c3e-4f1a-9f53-000000000001"
FUNCTION = f"arn:aws:cloudfront::{HOME}:function/add-headers"
EDGE_FUNCTION = f"arn:aws:lambda:us-east-1:{HOME}:function:rewrite:3"
BUCKET = "logs.s3.amazonaws.com"

FEATURES: dict[str, Any] = {
    "WebACLId": f"arn:aws:wafv2:us-east-1:{HOME}:global/webacl/shield/1",
    "HttpVersion": "http2and3",
    "IsIPV6Enabled": False,
    "PriceClass": "PriceClass_100",
    "AnycastIpListId": "aip_1",
    "DefaultRootObject": "index.html",
    "ContinuousDeploymentPolicyId": "cdp-1",
    "Restrictions": {"GeoRestriction": {"RestrictionType": "whitelist", "Items": ["DE", "AT"]}},
    "Logging": {"Enabled": True, "Bucket": BUCKET},
    "ViewerMtlsConfig": {"Mode": "required", "TrustStoreConfig": {"TrustStoreId": "ts-1"}},
    "ViewerCertificate": {"MinimumProtocolVersion": "TLSv1.2_2019", "SSLSupportMethod": "vip"},
    "Origins": {"Items": [{"OriginAccessControlId": "E1OAC"}]},
    "DefaultCacheBehavior": {
        "CachePolicyId": "cache-1",
        "ResponseHeadersPolicyId": "headers-1",
        "TrustedKeyGroups": {"Enabled": True, "Items": [KEY_GROUP]},
        "FunctionAssociations": {"Items": [{"FunctionARN": FUNCTION, "EventType": "viewer-request"}]},
        "LambdaFunctionAssociations": {"Items": [{"LambdaFunctionARN": EDGE_FUNCTION, "EventType": "origin-request"}]},
    },
}
NOT_IN_A_SUMMARY = ("DefaultRootObject", "ContinuousDeploymentPolicyId", "Logging")


@pytest.fixture
def featured(aws: Aws) -> Distribution:
    certificate = aws.certificates.issue(HOME, [ALIAS])
    return aws.cloudfront.create(HOME, aliases=[ALIAS], certificate=certificate, config=FEATURES)


def assert_has_the_features(shown: dict[str, Any]) -> None:
    behaviour, origin = shown["DefaultCacheBehavior"], shown["Origins"]["Items"][0]
    assert shown["WebACLId"] == FEATURES["WebACLId"]
    assert (shown["HttpVersion"], shown["IsIPV6Enabled"]) == ("http2and3", False)
    assert (shown["PriceClass"], shown["AnycastIpListId"]) == ("PriceClass_100", "aip_1")
    geo = {"RestrictionType": "whitelist", "Quantity": 2, "Items": ["DE", "AT"]}
    assert shown["Restrictions"]["GeoRestriction"] == geo
    assert shown["ViewerMtlsConfig"]["Mode"] == "required"
    assert shown["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2019"
    assert shown["ViewerCertificate"]["SSLSupportMethod"] == "vip"
    assert (origin["OriginAccessControlId"], origin["DomainName"]) == ("E1OAC", "origin.example.net")
    assert (behaviour["CachePolicyId"], behaviour["ResponseHeadersPolicyId"]) == ("cache-1", "headers-1")
    assert behaviour["TrustedKeyGroups"] == {"Enabled": True, "Quantity": 1, "Items": [KEY_GROUP]}
    assert behaviour["FunctionAssociations"]["Items"] == [{"FunctionARN": FUNCTION, "EventType": "viewer-request"}]
    assert behaviour["LambdaFunctionAssociations"]["Items"][0]["LambdaFunctionARN"] == EDGE_FUNCTION


async def test_the_list_shows_what_a_distribution_does_for_its_visitors(connect: Connect, featured: Distribution):
    listed = await ask(connect("cloudfront").list_distributions)

    summary = listed["DistributionList"]["Items"][0]
    assert summary["Id"] == featured.id
    assert_has_the_features(summary)
    assert not set(NOT_IN_A_SUMMARY) & set(summary)


async def test_the_distribution_itself_shows_everything(connect: Connect, featured: Distribution):
    answer = await ask(connect("cloudfront").get_distribution, Id=featured.id)

    config = answer["Distribution"]["DistributionConfig"]
    assert_has_the_features(config)
    assert config["ContinuousDeploymentPolicyId"] == "cdp-1"
    assert config["DefaultRootObject"] == "index.html"
    logging = {"Enabled": True, "IncludeCookies": False, "Bucket": BUCKET, "Prefix": ""}
    assert config["Logging"] == logging


async def test_what_was_read_can_be_sent_back(connect: Connect, featured: Distribution):
    client = connect("cloudfront")
    read = await ask(client.get_distribution_config, Id=featured.id)

    await ask(
        client.update_distribution, Id=featured.id, IfMatch=read["ETag"], DistributionConfig=read["DistributionConfig"]
    )

    again = await ask(client.get_distribution_config, Id=featured.id)
    assert again["DistributionConfig"] == read["DistributionConfig"]
    assert again["ETag"] != read["ETag"]


async def test_a_configuration_can_change_later(aws: Aws, connect: Connect, featured: Distribution):
    before = featured.etag

    aws.cloudfront.configure(
        featured.id, {"WebACLId": "", "DefaultCacheBehavior": {"FunctionAssociations": {"Items": []}}}
    )

    config = (await ask(connect("cloudfront").get_distribution, Id=featured.id))["Distribution"]["DistributionConfig"]
    assert featured.etag != before
    assert config["WebACLId"] == ""
    assert config["DefaultCacheBehavior"]["FunctionAssociations"]["Quantity"] == 0
    assert config["DefaultCacheBehavior"]["CachePolicyId"] == "cache-1"


@pytest.mark.parametrize(
    "mistake",
    [{"WebAclId": "x"}, {"HttpVersion": 2}, {"Aliases": {"Items": [ALIAS]}}, {"Origins": {"Items": [{}, {"Id": "b"}]}}],
)
def test_a_mistake_of_the_world_is_not_taken_for_a_configuration(aws: Aws, mistake: dict[str, Any]):
    with pytest.raises(ValueError, match=r"malformed|argument of their own"):
        aws.cloudfront.create(HOME, config=mistake)


async def test_a_staging_distribution_shows_itself(aws: Aws, connect: Connect):
    staging = aws.cloudfront.create(HOME, staging=True)
    primary = aws.cloudfront.create(HOME, config={"ContinuousDeploymentPolicyId": "cdp-1"})

    listed = await ask(connect("cloudfront").list_distributions)

    shown = {each["Id"]: each["Staging"] for each in listed["DistributionList"]["Items"]}
    assert shown == {staging.id: True, primary.id: False}


# Tags


async def test_tags_tell_who_deploys_a_distribution(aws: Aws, connect: Connect):
    made = aws.cloudfront.create(HOME, tags={"aws:cloudformation:stack-name": "web", "team": "cdn"})
    client = connect("cloudfront")

    first = await ask(client.list_tags_for_resource, Resource=made.arn)
    aws.cloudfront.set_tags(made.arn, {})
    second = await ask(client.list_tags_for_resource, Resource=made.arn)

    assert first["Tags"]["Items"] == [
        {"Key": "aws:cloudformation:stack-name", "Value": "web"},
        {"Key": "team", "Value": "cdn"},
    ]
    assert second["Tags"]["Items"] == []


async def test_the_tags_of_others_are_not_ours_to_read(aws: Aws, connect: Connect):
    foreign = aws.cloudfront.create(NEIGHBOUR)
    client = connect("cloudfront")

    unknown = await refusal_of(client.list_tags_for_resource, Resource=foreign.arn)
    nonsense = await refusal_of(client.list_tags_for_resource, Resource="arn:aws:s3:::bucket")

    assert unknown[:2] == (404, "NoSuchResource")
    assert nonsense[:2] == (400, "InvalidArgument")


# The other kind of CNAMEAlreadyExists


class Cnames:
    """CNAME records as CloudFront sees them."""

    def __init__(self) -> None:
        self.records: dict[str, str] = {}

    async def look_up(self, name: str) -> str | None:
        return self.records.get(name)


@pytest.fixture
def cnames() -> Cnames:
    return Cnames()


@pytest.fixture
async def aws(moto: MotoServer, resolver: Resolver, cnames: Cnames) -> AsyncIterator[Aws]:
    async with Aws(lookup_txt=resolver.lookup_txt, lookup_cname=cnames.look_up, moto=moto) as running:
        yield running


def adding(distribution: Distribution, config: dict[str, Any]) -> dict[str, Any]:
    """UpdateDistribution's arguments with the alias added to what was read."""
    changed = config | {"Aliases": {"Quantity": 1, "Items": [ALIAS]}}
    return {"Id": distribution.id, "IfMatch": distribution.etag, "DistributionConfig": changed}


@pytest.mark.parametrize("held", [False, True])
async def test_an_alias_cannot_be_added_while_dns_points_at_another_distribution(
    aws: Aws, connect: Connect, target: Distribution, cnames: Cnames, *, held: bool
):
    other = aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS] if held else [])
    cnames.records = {ALIAS: "www.cdn.example.net.", "www.cdn.example.net": f"{other.domain_name}."}

    status, code, message = await refusal_of(connect("cloudfront").update_distribution, **adding(target, target.config))

    assert (status, code) == (409, "CNAMEAlreadyExists")
    assert ("already associated with a different resource" in message) is held
    assert ("incorrectly configured DNS record that points to another CloudFront distribution" in message) is not held
    assert target.aliases == []


@pytest.mark.parametrize("points_to", ["its new distribution", "somewhere else", "nowhere", "itself"])
async def test_an_alias_can_be_added_while_dns_points_anywhere_else(
    connect: Connect, target: Distribution, cnames: Cnames, points_to: str
):
    names = {"its new distribution": target.domain_name, "somewhere else": "www.example.net", "itself": ALIAS}
    cnames.records = {ALIAS: names[points_to]} if points_to in names else {}

    await ask(connect("cloudfront").update_distribution, **adding(target, target.config))

    assert target.aliases == [ALIAS]


async def test_an_alias_that_is_there_already_is_not_looked_up_again(
    aws: Aws, connect: Connect, target: Distribution, cnames: Cnames
):
    aws.cloudfront.set_aliases(target.id, [ALIAS])
    cnames.records = {ALIAS: "d111111abcdef8.cloudfront.net"}

    await ask(connect("cloudfront").update_distribution, **adding(target, target.config | {"Comment": "new"}))

    assert target.config["Comment"] == "new"
