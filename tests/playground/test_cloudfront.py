from datetime import UTC, datetime
from typing import Any

import aiohttp
import boto3
import pytest

from playground.aws import HOME, NEIGHBOUR, Aws, Distribution, MotoServer
from playground.aws.names import masked
from tests.playground.conftest import Connect, Resolver, ask, associate, publish, refusal_of, refused_association

MUST_ATTACH = "you must attach a trusted certificate that validates your authorization"


# Looking at distributions


async def test_a_distribution_is_shown_whole_and_with_its_secrets(aws: Aws, connect: Connect):
    arn = aws.certificates.issue(HOME, names=["www.example.com"])
    made = aws.cloudfront.create(
        HOME,
        aliases=["www.example.com"],
        certificate=arn,
        comment="blue",
        origin="alb-blue.example.net",
        origin_headers={"X-Origin-Secret": "hush"},
    )

    answer = await ask(connect("cloudfront").get_distribution, Id=made.id)

    shown = answer["Distribution"]
    config = shown["DistributionConfig"]
    assert answer["ETag"] == made.etag
    assert shown["ARN"] == f"arn:aws:cloudfront::{HOME}:distribution/{made.id}"
    assert shown["Status"] == "Deployed"
    assert shown["LastModifiedTime"] == datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
    assert config["Aliases"] == {"Quantity": 1, "Items": ["www.example.com"]}
    assert config["ViewerCertificate"]["ACMCertificateArn"] == arn
    origin = config["Origins"]["Items"][0]
    assert origin["DomainName"] == "alb-blue.example.net"
    assert origin["CustomHeaders"]["Items"] == [{"HeaderName": "X-Origin-Secret", "HeaderValue": "hush"}]


async def test_ids_look_real_and_are_the_same_in_every_run(moto: MotoServer, resolver: Resolver):
    first = Aws(lookup_txt=resolver.lookup_txt, moto=moto, seed=7).cloudfront.create(HOME)
    again = Aws(lookup_txt=resolver.lookup_txt, moto=moto, seed=7).cloudfront.create(HOME)

    assert len(first.id) == 14
    assert first.id[0] == "E"
    assert first.domain_name.startswith("d")
    assert first.domain_name.endswith(".cloudfront.net")
    assert (first.id, first.domain_name) == (again.id, again.domain_name)


async def test_a_distribution_without_aliases_has_no_items(aws: Aws, connect: Connect):
    aws.cloudfront.create(HOME)

    listed = await ask(connect("cloudfront").list_distributions)

    assert listed["DistributionList"]["Items"][0]["Aliases"] == {"Quantity": 0}


async def test_the_list_has_pages_and_only_our_own_distributions(aws: Aws, connect: Connect):
    made = [aws.cloudfront.create(HOME).id for _ in range(7)]
    aws.cloudfront.create(NEIGHBOUR)

    paginator = connect("cloudfront").get_paginator("list_distributions")
    pages = await ask(lambda: {"all": list(paginator.paginate(PaginationConfig={"PageSize": 3}))})

    lists = [page["DistributionList"] for page in pages["all"]]
    assert [each["Quantity"] for each in lists] == [3, 3, 1]
    assert [each["IsTruncated"] for each in lists] == [True, True, False]
    assert lists[0]["NextMarker"] == made[2]
    assert "NextMarker" not in lists[2]
    assert [item["Id"] for each in lists for item in each["Items"]] == made


async def test_the_world_can_make_pages_small(aws: Aws, connect: Connect):
    made = [aws.cloudfront.create(HOME).id for _ in range(3)]
    aws.cloudfront.largest_page = 2

    listed = await ask(connect("cloudfront").list_distributions, MaxItems="100")

    assert [item["Id"] for item in listed["DistributionList"]["Items"]] == made[:2]


async def test_a_summary_says_what_a_bot_needs(aws: Aws, connect: Connect):
    made = aws.cloudfront.create(
        HOME, aliases=["www.example.com"], enabled=False, staging=True, comment="c", origin_headers={"X-Secret": "hush"}
    )

    listed = await ask(connect("cloudfront").list_distributions)

    summary = listed["DistributionList"]["Items"][0]
    expected = {"Id": made.id, "ETag": made.etag, "Enabled": False, "Staging": True, "Comment": "c", "WebACLId": ""}
    assert expected.items() <= summary.items()
    assert summary["ConnectionMode"] == "direct"
    assert summary["HttpVersion"] == "http2"
    assert summary["IsIPV6Enabled"] is True
    assert summary["ViewerCertificate"]["CloudFrontDefaultCertificate"] is True
    assert summary["DefaultCacheBehavior"]["TargetOriginId"] == "origin.example.net"
    assert summary["Origins"]["Items"][0]["CustomHeaders"]["Items"][0]["HeaderValue"] == "hush"


async def test_an_account_without_distributions_gets_an_empty_list(connect: Connect):
    listed = await ask(connect("cloudfront").list_distributions)

    assert listed["DistributionList"]["Quantity"] == 0
    assert "Items" not in listed["DistributionList"]


@pytest.mark.parametrize("parameters", [{"MaxItems": "many"}, {"MaxItems": "101"}, {"Marker": "E0"}])
async def test_nonsense_about_pages_is_refused(connect: Connect, parameters: dict[str, str]):
    status, code, _ = await refusal_of(connect("cloudfront").list_distributions, **parameters)

    assert (status, code) == (400, "InvalidArgument")


async def test_a_foreign_distribution_looks_like_none(aws: Aws, connect: Connect):
    foreign = aws.cloudfront.create(NEIGHBOUR)

    expected = (404, "NoSuchDistribution", "The specified distribution does not exist.")
    client = connect("cloudfront")
    assert await refusal_of(client.get_distribution, Id=foreign.id) == expected
    assert await refusal_of(client.get_distribution_config, Id="E2NOSUCHTHING0") == expected
    assert await refused_association(connect, foreign, "www.example.com") == expected


# Who conflicts


async def conflicts(connect: Connect, validating: Distribution, alias: str, **more: Any) -> dict[str, Any]:
    client = connect("cloudfront")
    answer = await ask(client.list_conflicting_aliases, DistributionId=validating.id, Alias=alias, **more)
    found: dict[str, Any] = answer["ConflictingAliasesList"]
    return found


async def test_conflicts_name_the_holder_behind_stars(aws: Aws, connect: Connect, target: Distribution):
    holder = aws.cloudfront.create(NEIGHBOUR, aliases=["www.example.com"])

    found = await conflicts(connect, target, "www.example.com")

    assert found["Items"] == [
        {"Alias": "www.example.com", "DistributionId": "*" * 7 + holder.id[7:], "AccountId": "******556666"}
    ]
    assert "IsTruncated" not in found
    assert "NextMarker" not in found


async def test_our_own_distributions_are_masked_too_and_the_asked_one_is_left_out(
    aws: Aws, connect: Connect, target: Distribution
):
    aws.cloudfront.set_aliases(target.id, ["www.example.com"])
    wildcard = aws.cloudfront.create(HOME, aliases=["*.example.com"])

    found = await conflicts(connect, target, "www.example.com")

    assert found["Items"] == [
        {"Alias": "*.example.com", "DistributionId": masked(wildcard.id), "AccountId": "******223333"}
    ]


async def test_a_name_conflicts_with_itself_and_with_the_wildcard_over_it(
    aws: Aws, connect: Connect, target: Distribution
):
    aws.cloudfront.create(HOME, aliases=["*.example.com", "shop.example.com", "example.com"])
    aws.cloudfront.create("392220576650", aliases=["www.example.com", "www.example.org"])

    found = await conflicts(connect, target, "www.example.com")

    assert [each["Alias"] for each in found["Items"]] == ["www.example.com", "*.example.com"]


async def test_a_wildcard_conflicts_with_itself_and_every_name_under_it(
    aws: Aws, connect: Connect, target: Distribution
):
    aws.cloudfront.create(HOME, aliases=["*.example.com", "example.com", "a.b.example.com"])
    aws.cloudfront.create(NEIGHBOUR, aliases=["www.example.com", "www.example.org"])

    found = await conflicts(connect, target, "*.example.com")

    assert [each["Alias"] for each in found["Items"]] == ["*.example.com", "a.b.example.com", "www.example.com"]


async def test_conflicts_come_in_pages_that_only_a_marker_joins(aws: Aws, connect: Connect, target: Distribution):
    aws.cloudfront.create(NEIGHBOUR, aliases=[f"{letter}.example.com" for letter in "abcde"])

    first = await conflicts(connect, target, "*.example.com", MaxItems=3)
    second = await conflicts(connect, target, "*.example.com", MaxItems=3, Marker=first["NextMarker"])

    assert first["Quantity"] == 3
    assert "NextMarker" not in second
    names = [each["Alias"] for page in (first, second) for each in page["Items"]]
    assert names == [f"{letter}.example.com" for letter in "abcde"]


async def test_nobody_in_conflict_is_an_empty_list(connect: Connect, target: Distribution):
    found = await conflicts(connect, target, "www.example.com")

    assert found["Quantity"] == 0
    assert "Items" not in found


@pytest.mark.parametrize("names", [None, ["*.example.org"], ["example.com"]])
async def test_asking_for_conflicts_needs_a_certificate_that_covers(
    aws: Aws, connect: Connect, names: list[str] | None
):
    certificate = aws.certificates.issue(HOME, names=names) if names else None
    validating = aws.cloudfront.create(HOME, certificate=certificate)

    status, code, message = await refusal_of(
        connect("cloudfront").list_conflicting_aliases, DistributionId=validating.id, Alias="www.example.com"
    )

    assert (status, code) == (400, "InvalidArgument")
    assert MUST_ATTACH in message


async def test_asking_for_conflicts_needs_a_distribution_of_our_own(aws: Aws, connect: Connect):
    foreign = aws.cloudfront.create(NEIGHBOUR)

    refused = await refusal_of(
        connect("cloudfront").list_conflicting_aliases, DistributionId=foreign.id, Alias="www.example.com"
    )

    assert refused[:2] == (404, "NoSuchDistribution")


def test_masking_hides_the_first_half_rounded_down():
    assert masked("123456789012") == "******789012"
    assert masked("E1ABCDEFGHIJK") == "******EFGHIJK"
    assert masked("E1ABCDEFGHIJKL") == "*******FGHIJKL"


# Who may call at all


async def test_a_wrong_secret_is_refused(connect: Connect):
    status, code, _ = await refusal_of(connect("cloudfront", secret="wrong").list_distributions)

    assert (status, code) == (403, "SignatureDoesNotMatch")


async def test_an_unknown_key_is_refused(aws: Aws, connect: Connect):
    refused = await refusal_of(connect("cloudfront", key="AKIAUNKNOWNUNKNOWN00").list_distributions)

    assert refused == (403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    assert aws.cloudfront.requests[0].account is None


@pytest.mark.parametrize("tampered", ["another alias", "another path"])
async def test_a_signature_counts_for_one_request_only(aws: Aws, connect: Connect, target: Distribution, tampered: str):
    client = connect("cloudfront")

    def tamper(request: Any, **_: object) -> None:
        if tampered == "another alias":
            request.url = request.url.replace("www", "shop")
        else:
            request.url = request.url.replace(target.id, "E2OTHEROTHER00")

    client.meta.events.register("before-send.cloudfront.AssociateAlias", tamper)

    status, code, _ = await refusal_of(client.associate_alias, TargetDistributionId=target.id, Alias="www.example.com")

    assert (status, code) == (403, "SignatureDoesNotMatch")
    assert aws.cloudfront.count("AssociateAlias") == 1


async def test_an_unsigned_request_gets_the_error_envelope(aws: Aws):
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{aws.cloudfront.url}/2020-05-31/distribution") as answer,
    ):
        text = await answer.text()

    assert answer.status == 403
    assert text.startswith(
        '<?xml version="1.0"?>\n<ErrorResponse xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Error>'
        "<Type>Sender</Type><Code>MissingAuthenticationToken</Code><Message>Missing Authentication Token</Message>"
        "</Error><RequestId>"
    )


async def test_an_operation_that_is_not_here_is_a_404(connect: Connect):
    status, code, _ = await refusal_of(connect("cloudfront").list_functions)

    assert (status, code) == (404, "UnknownOperationException")


async def test_a_policy_can_deny_an_operation(aws: Aws, connect: Connect, target: Distribution, resolver: Resolver):
    publish(resolver, "www.example.com", target)
    aws.cloudfront.deny(HOME, "AssociateAlias")

    status, code, message = await refused_association(connect, target, "www.example.com")

    assert (status, code) == (403, "AccessDenied")
    assert f"is not authorized to perform: cloudfront:AssociateAlias on resource: {target.arn}" in message
    aws.cloudfront.allow(HOME, "AssociateAlias")
    await associate(connect, target, "www.example.com")


async def test_the_environment_is_all_that_boto3_needs(aws: Aws, monkeypatch: pytest.MonkeyPatch):
    aws.cloudfront.create(NEIGHBOUR, comment="theirs")
    for name, value in aws.environment(NEIGHBOUR).items():
        monkeypatch.setenv(name, value)

    session = boto3.Session()
    cloudfront, sts = session.client("cloudfront"), session.client("sts")
    listed = await ask(cloudfront.list_distributions)
    identity = await ask(sts.get_caller_identity)
    cloudfront.close()
    sts.close()

    assert listed["DistributionList"]["Items"][0]["Comment"] == "theirs"
    assert identity["Account"] == NEIGHBOUR
