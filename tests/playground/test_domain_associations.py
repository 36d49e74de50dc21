from typing import Any

import aiohttp
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from playground.aws import HOME, NEIGHBOUR, Aws, Distribution
from playground.aws.names import masked
from playground.aws.wire import NAMESPACE
from tests.playground.conftest import Connect, Resolver, ask, publish, refusal_of

ALIAS = "www.example.com"
NO_TXT = (400, "IllegalUpdate", "Invalid or missing alias DNS TXT records.")
SOURCE_ENABLED = (400, "IllegalUpdate", "Alias move is not allowed since the source distribution is enabled.")
NOT_FOUND = (404, "EntityNotFound", "The entity was not found.")


def wish(target: Distribution, **more: Any) -> dict[str, Any]:
    return {"Domain": ALIAS, "TargetResource": {"DistributionId": target.id}} | more


async def move(connect: Connect, target: Distribution, **more: Any) -> dict[str, Any]:
    return await ask(connect("cloudfront").update_domain_association, **wish(target, **more))


async def refused_move(connect: Connect, target: Distribution, **more: Any) -> tuple[int, str, str]:
    return await refusal_of(connect("cloudfront").update_domain_association, **wish(target, **more))


def question(validating: Distribution, **more: Any) -> dict[str, Any]:
    return {"Domain": ALIAS, "DomainControlValidationResource": {"DistributionId": validating.id}} | more


# ListDomainConflicts


async def test_conflicts_name_the_holder_and_its_kind_behind_stars(aws: Aws, connect: Connect, target: Distribution):
    holder = aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS])

    found = await ask(connect("cloudfront").list_domain_conflicts, **question(target))

    assert found["DomainConflicts"] == [
        {
            "Domain": ALIAS,
            "ResourceType": "distribution",
            "ResourceId": masked(holder.id),
            "AccountId": "******556666",
        }
    ]
    assert "NextMarker" not in found


async def test_a_holder_of_an_aws_service_shows_the_end_of_its_account(
    aws: Aws, connect: Connect, target: Distribution
):
    aws.cloudfront.create("392220576650", aliases=[ALIAS])

    found = await ask(connect("cloudfront").list_domain_conflicts, **question(target))
    before = await ask(connect("cloudfront").list_conflicting_aliases, DistributionId=target.id, Alias=ALIAS)

    assert found["DomainConflicts"][0]["AccountId"] == "******576650"
    assert before["ConflictingAliasesList"]["Items"][0]["AccountId"] == "******576650"


async def test_nobody_in_conflict_is_an_empty_list_and_the_asked_one_is_left_out(
    aws: Aws, connect: Connect, target: Distribution
):
    aws.cloudfront.set_aliases(target.id, [ALIAS])

    found = await ask(connect("cloudfront").list_domain_conflicts, **question(target))

    assert found.get("DomainConflicts") == []


async def test_conflicts_come_in_pages(aws: Aws, connect: Connect, target: Distribution):
    names = [f"{letter}.example.com" for letter in "abcde"]
    aws.cloudfront.create(NEIGHBOUR, aliases=names)

    paginator = connect("cloudfront").get_paginator("list_domain_conflicts")
    asked = question(target, Domain="*.example.com", PaginationConfig={"PageSize": 2})
    pages = await ask(lambda: {"all": list(paginator.paginate(**asked))})

    assert [len(page["DomainConflicts"]) for page in pages["all"]] == [2, 2, 1]
    assert [each["Domain"] for page in pages["all"] for each in page["DomainConflicts"]] == names
    assert aws.cloudfront.requests[1].params["Marker"] == "2"


@pytest.mark.parametrize("names", [None, ["*.example.org"], ["example.com"]])
async def test_asking_needs_a_certificate_that_covers(aws: Aws, connect: Connect, names: list[str] | None):
    certificate = aws.certificates.issue(HOME, names) if names else None
    validating = aws.cloudfront.create(HOME, certificate=certificate)

    status, code, message = await refusal_of(connect("cloudfront").list_domain_conflicts, **question(validating))

    assert (status, code) == (400, "InvalidArgument")
    assert "you must attach a trusted certificate" in message


async def test_asking_needs_a_resource_of_our_own(aws: Aws, connect: Connect, target: Distribution):
    foreign = aws.cloudfront.create(NEIGHBOUR)
    client = connect("cloudfront")
    both = {"DistributionId": target.id, "DistributionTenantId": "dt_1"}

    assert await refusal_of(client.list_domain_conflicts, **question(foreign)) == NOT_FOUND
    unclear = await refusal_of(client.list_domain_conflicts, **question(target, DomainControlValidationResource=both))
    empty = await refusal_of(client.list_domain_conflicts, **question(target, DomainControlValidationResource={}))

    assert unclear[:2] == empty[:2] == (400, "InvalidArgument")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<ListDomainConflictsRequest>",
        '<ListDomainConflictsRequest xmlns="elsewhere"/>',
        f'<UpdateDomainAssociationRequest xmlns="{NAMESPACE}"/>',
        f'<ListDomainConflictsRequest xmlns="{NAMESPACE}"><Alias/></ListDomainConflictsRequest>',
    ],
)
async def test_a_body_that_is_another_ones_is_refused(aws: Aws, body: str):
    environment = aws.environment(HOME)
    request = AWSRequest("POST", f"{aws.cloudfront.url}/2020-05-31/domain-conflicts", data=body)
    credentials = Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
    SigV4Auth(credentials, "cloudfront", "us-east-1").add_auth(request)

    async with (
        aiohttp.ClientSession() as http,
        http.post(request.url, data=body.encode(), headers=dict(request.headers)) as answer,
    ):
        text = await answer.text()

    assert answer.status == 400
    assert "<Code>MalformedXML</Code>" in text


# UpdateDomainAssociation


async def test_a_name_moves_within_an_account_without_a_record_while_its_source_serves(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver
):
    source = aws.cloudfront.create(HOME, aliases=["other.example.com", ALIAS])
    before = {source.etag, target.etag}

    answer = await move(connect, target, IfMatch=target.etag)

    assert answer["Domain"] == ALIAS
    assert answer["ResourceId"] == target.id
    assert answer["ETag"] == target.etag
    assert not before & {source.etag, target.etag}
    assert (source.aliases, target.aliases) == (["other.example.com"], [ALIAS])
    assert aws.cloudfront.status(target) == "InProgress"
    assert resolver.asked == []


async def test_a_name_of_another_account_needs_the_record_first_and_then_a_disabled_source(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver
):
    source = aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS])

    assert await refused_move(connect, target) == NO_TXT
    publish(resolver, ALIAS, target)
    assert await refused_move(connect, target) == SOURCE_ENABLED
    assert aws.cloudfront.holder_of(ALIAS) is source
    aws.cloudfront.set_enabled(source.id, False)
    await move(connect, target)

    assert aws.cloudfront.holder_of(ALIAS) is target
    assert source.aliases == []


async def test_a_name_that_nobody_holds_needs_the_record(connect: Connect, target: Distribution, resolver: Resolver):
    assert await refused_move(connect, target) == NO_TXT

    publish(resolver, ALIAS, target)
    await move(connect, target)

    assert target.aliases == [ALIAS]


async def test_asking_again_for_what_is_done_changes_nothing(aws: Aws, connect: Connect, target: Distribution):
    aws.cloudfront.set_aliases(target.id, [ALIAS])
    etag = target.etag

    answer = await move(connect, target)

    assert answer["ETag"] == target.etag == etag


async def test_a_version_that_is_stale_is_refused(aws: Aws, connect: Connect, target: Distribution):
    source = aws.cloudfront.create(HOME, aliases=[ALIAS])
    stale = target.etag
    aws.cloudfront.set_enabled(target.id, True)

    refused = await refused_move(connect, target, IfMatch=stale)

    text = "The precondition in one or more of the request fields evaluated to false."
    assert refused == (412, "PreconditionFailed", text)
    assert source.aliases == [ALIAS]


async def test_a_target_that_is_not_ours_is_not_found(aws: Aws, connect: Connect):
    foreign = aws.cloudfront.create(NEIGHBOUR)

    assert await refused_move(connect, foreign) == NOT_FOUND


@pytest.mark.parametrize("target_is", [{"enabled": False}, {"staging": True}, {"connection_mode": "tenant-only"}])
async def test_an_unfit_target_is_refused(aws: Aws, connect: Connect, target_is: dict[str, Any]):
    source = aws.cloudfront.create(HOME, aliases=[ALIAS])
    target = aws.cloudfront.create(HOME, certificate=aws.certificates.issue(HOME, [ALIAS]), **target_is)

    refused = await refused_move(connect, target)

    assert refused[:2] == (400, "InvalidArgument")
    assert source.aliases == [ALIAS]


async def test_a_target_without_a_certificate_for_the_name_is_refused(aws: Aws, connect: Connect):
    aws.cloudfront.create(HOME, aliases=[ALIAS])
    bare = aws.cloudfront.create(HOME)

    status, code, message = await refused_move(connect, bare)

    assert (status, code) == (400, "InvalidArgument")
    assert "you must attach a trusted certificate" in message


async def test_a_full_target_is_refused_by_every_operation(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver
):
    aws.cloudfront.alias_quota = 2
    aws.cloudfront.set_aliases(target.id, ["a.example.com", "b.example.com"])
    publish(resolver, ALIAS, target)
    client = connect("cloudfront")
    read = await ask(client.get_distribution_config, Id=target.id)
    read["DistributionConfig"]["Aliases"] = {"Quantity": 3, "Items": [*target.aliases, ALIAS]}

    by_domain = await refused_move(connect, target)
    by_alias = await refusal_of(client.associate_alias, TargetDistributionId=target.id, Alias=ALIAS)
    by_update = await refusal_of(
        client.update_distribution,
        Id=target.id,
        IfMatch=target.etag,
        DistributionConfig=read["DistributionConfig"],
    )

    text = "Your request contains more CNAMEs than are allowed per distribution."
    assert by_domain == by_alias == by_update == (400, "TooManyDistributionCNAMEs", text)
    aws.cloudfront.alias_quota = 3
    await move(connect, target)


async def test_a_move_needs_the_right_to_change_the_source_of_its_own_account(
    aws: Aws, connect: Connect, target: Distribution
):
    aws.cloudfront.create(HOME, aliases=[ALIAS])
    aws.cloudfront.deny(HOME, "UpdateDistribution")

    refused = await refused_move(connect, target)

    assert refused[:2] == (403, "AccessDenied")
    assert f"cloudfront:UpdateDistribution on resource: {target.arn}" in refused[2]


async def test_what_was_looked_up_is_looked_up_again_when_txt_took_its_time(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver, monkeypatch: pytest.MonkeyPatch
):
    publish(resolver, ALIAS, target)

    async def slow_lookup(name: str) -> list[str]:
        aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS])
        return await resolver.lookup_txt(name)

    monkeypatch.setattr(aws.cloudfront, "_lookup_txt", slow_lookup)

    assert await refused_move(connect, target) == SOURCE_ENABLED
    assert target.aliases == []


async def test_support_swaps_an_alias_whoever_holds_it(aws: Aws, connect: Connect, target: Distribution):
    source = aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS, "kept.example.com"])
    aws.cloudfront.set_aliases(target.id, ["own.example.com"])

    aws.cloudfront.swap(ALIAS, target)

    shown = await ask(connect("cloudfront").get_distribution, Id=target.id)
    assert shown["Distribution"]["DistributionConfig"]["Aliases"]["Items"] == ["own.example.com", ALIAS]
    assert source.aliases == ["kept.example.com"]
