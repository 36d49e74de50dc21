from typing import Any

import pytest

from playground.aws import HOME, NEIGHBOUR, Aws, Distribution, Tenant
from playground.aws.names import record_name
from tests.playground.conftest import Connect, Resolver, ask, publish, refusal_of

ALIAS = "www.example.com"
NOT_FOUND = (404, "EntityNotFound", "The entity was not found.")
NO_TXT = (400, "IllegalUpdate", "Invalid or missing alias DNS TXT records.")
SOURCE_ENABLED = (400, "IllegalUpdate", "Alias move is not allowed since the source distribution is enabled.")


def multi_tenant(aws: Aws, account: str = HOME) -> Distribution:
    certificate = aws.certificates.issue(account, ["*.example.com"])
    return aws.cloudfront.create(account, certificate=certificate, connection_mode="tenant-only")


@pytest.fixture
def tenant(aws: Aws) -> Tenant:
    return aws.cloudfront.create_tenant(HOME, multi_tenant(aws), ["shop.example.com"], name="shop")


async def move(connect: Connect, target: Tenant | Distribution, domain: str = ALIAS, **more: Any) -> dict[str, Any]:
    kind = "DistributionTenantId" if isinstance(target, Tenant) else "DistributionId"
    wish = {"Domain": domain, "TargetResource": {kind: target.id}} | more
    return await ask(connect("cloudfront").update_domain_association, **wish)


async def refused_move(connect: Connect, target: Tenant, domain: str = ALIAS) -> tuple[int, str, str]:
    resource = {"DistributionTenantId": target.id}
    return await refusal_of(connect("cloudfront").update_domain_association, Domain=domain, TargetResource=resource)


# Reading


async def test_a_tenant_is_shown_by_id_arn_name_and_domain(aws: Aws, connect: Connect):
    certificate = aws.certificates.issue(HOME, [ALIAS])
    made = aws.cloudfront.create_tenant(
        HOME,
        multi_tenant(aws),
        [ALIAS],
        name="web",
        certificate=certificate,
        web_acl="arn:aws:wafv2:acl",
        tags={"a": "b"},
    )
    client = connect("cloudfront")

    answers = [await ask(client.get_distribution_tenant, Identifier=each) for each in (made.id, made.arn, "web")]
    answers.append(await ask(client.get_distribution_tenant_by_domain, Domain=ALIAS))

    for answer in answers:
        shown = answer["DistributionTenant"]
        assert answer["ETag"] == made.etag
        assert shown["Id"] == made.id
        assert len(made.id) == 30
        assert shown["DistributionId"] == made.distribution.id
        assert shown["Domains"] == [{"Domain": ALIAS, "Status": "active"}]
        assert shown["Customizations"]["Certificate"] == {"Arn": certificate}
        assert shown["Customizations"]["WebAcl"] == {"Action": "override", "Arn": "arn:aws:wafv2:acl"}
        assert shown["Tags"]["Items"] == [{"Key": "a", "Value": "b"}]
        assert (shown["Enabled"], shown["Status"]) == (True, "Deployed")


async def test_a_tenant_of_another_account_is_not_found(aws: Aws, connect: Connect):
    foreign = aws.cloudfront.create_tenant(NEIGHBOUR, multi_tenant(aws, NEIGHBOUR), [ALIAS])
    client = connect("cloudfront")

    assert await refusal_of(client.get_distribution_tenant, Identifier=foreign.id) == NOT_FOUND
    assert await refusal_of(client.get_distribution_tenant_by_domain, Domain=ALIAS) == NOT_FOUND
    group = foreign.connection_group
    assert await refusal_of(client.get_connection_group, Identifier=group.id) == NOT_FOUND


async def test_tenants_are_listed_in_pages_by_distribution_or_connection_group(aws: Aws, connect: Connect):
    first, second = multi_tenant(aws), multi_tenant(aws)
    of_first = [aws.cloudfront.create_tenant(HOME, first, [f"{each}.example.com"]) for each in "abc"]
    group = aws.cloudfront.create_connection_group(HOME, "fast")
    of_second = aws.cloudfront.create_tenant(HOME, second, [ALIAS], connection_group=group)
    aws.cloudfront.create_tenant(NEIGHBOUR, multi_tenant(aws, NEIGHBOUR), ["theirs.example.com"])

    async def listed(**asked: Any) -> list[list[str]]:
        paginator = connect("cloudfront").get_paginator("list_distribution_tenants")
        pages = await ask(lambda: {"all": list(paginator.paginate(**asked))})
        return [[each["Id"] for each in page["DistributionTenantList"]] for page in pages["all"]]

    ids = [each.id for each in of_first]
    assert await listed(PaginationConfig={"PageSize": 3}) == [ids, [of_second.id]]
    assert await listed(AssociationFilter={"DistributionId": first.id}) == [ids]
    assert await listed(AssociationFilter={"ConnectionGroupId": group.id}) == [[of_second.id]]


async def test_a_connection_group_tells_where_dns_must_point(connect: Connect, tenant: Tenant):
    client = connect("cloudfront")

    by_id = await ask(client.get_connection_group, Identifier=tenant.connection_group.id)
    endpoint = by_id["ConnectionGroup"]["RoutingEndpoint"]
    by_endpoint = await ask(client.get_connection_group_by_routing_endpoint, RoutingEndpoint=endpoint)
    listed = await ask(client.list_connection_groups)

    assert endpoint == tenant.connection_group.routing_endpoint
    assert endpoint.startswith("d")
    assert endpoint.endswith(".cloudfront.net")
    assert by_id["ConnectionGroup"]["IsDefault"] is True
    assert by_id["ETag"] == by_endpoint["ETag"] == listed["ConnectionGroups"][0]["ETag"]


async def test_a_multi_tenant_distribution_is_listed_as_such(connect: Connect, tenant: Tenant):
    listed = await ask(connect("cloudfront").list_distributions)

    summary = listed["DistributionList"]["Items"][0]
    assert summary["Id"] == tenant.distribution.id
    assert summary["ConnectionMode"] == "tenant-only"
    assert summary["Aliases"] == {"Quantity": 0}


# Holding names


def test_a_name_has_one_holder_tenant_or_distribution(aws: Aws, tenant: Tenant):
    aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS])

    with pytest.raises(ValueError, match="is held by"):
        aws.cloudfront.create(HOME, aliases=["shop.example.com"])
    with pytest.raises(ValueError, match="is held by"):
        aws.cloudfront.create_tenant(HOME, tenant.distribution, [ALIAS])
    assert aws.cloudfront.holder_of("shop.example.com") is tenant


def test_a_multi_tenant_distribution_has_no_aliases_of_its_own(aws: Aws, target: Distribution):
    with pytest.raises(ValueError, match="multi-tenant"):
        aws.cloudfront.create(HOME, aliases=[ALIAS], connection_mode="tenant-only")
    with pytest.raises(ValueError, match="multi-tenant"):
        aws.cloudfront.set_aliases(multi_tenant(aws).id, [ALIAS])
    with pytest.raises(ValueError, match="no multi-tenant"):
        aws.cloudfront.create_tenant(HOME, target, [ALIAS])


async def test_a_distribution_cannot_add_what_a_tenant_holds(connect: Connect, tenant: Tenant, target: Distribution):
    client = connect("cloudfront")
    read = await ask(client.get_distribution_config, Id=target.id)
    config = read["DistributionConfig"] | {"Aliases": {"Quantity": 1, "Items": ["shop.example.com"]}}

    refused = await refusal_of(
        client.update_distribution, Id=target.id, IfMatch=read["ETag"], DistributionConfig=config
    )

    assert refused[:2] == (409, "CNAMEAlreadyExists")
    assert tenant.domains == ["shop.example.com"]


async def test_only_the_newer_list_shows_tenants(connect: Connect, tenant: Tenant, target: Distribution):
    client = connect("cloudfront")
    validating = {"DistributionId": target.id}

    newer = await ask(
        client.list_domain_conflicts, Domain="shop.example.com", DomainControlValidationResource=validating
    )
    older = await ask(client.list_conflicting_aliases, DistributionId=target.id, Alias="shop.example.com")

    assert newer["DomainConflicts"] == [
        {
            "Domain": "shop.example.com",
            "ResourceType": "distribution-tenant",
            "ResourceId": "*" * 15 + tenant.id[15:],
            "AccountId": "******223333",
        }
    ]
    assert older["ConflictingAliasesList"]["Quantity"] == 0


async def test_a_tenant_can_be_the_resource_to_ask_through(aws: Aws, connect: Connect, tenant: Tenant):
    aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS])
    validating = {"DistributionTenantId": tenant.id}

    found = await ask(
        connect("cloudfront").list_domain_conflicts, Domain=ALIAS, DomainControlValidationResource=validating
    )

    assert found["DomainConflicts"][0]["AccountId"] == "******556666"


async def test_the_older_move_does_not_take_from_a_tenant(
    connect: Connect, tenant: Tenant, target: Distribution, resolver: Resolver
):
    publish(resolver, "shop.example.com", target)

    refused = await refusal_of(
        connect("cloudfront").associate_alias, TargetDistributionId=target.id, Alias="shop.example.com"
    )

    assert refused[:2] == (400, "InvalidArgument")
    assert tenant.domains == ["shop.example.com"]


# Moving


async def test_a_name_moves_from_a_distribution_to_a_tenant_and_back(
    aws: Aws, connect: Connect, tenant: Tenant, target: Distribution
):
    aws.cloudfront.set_aliases(target.id, [ALIAS])

    there = await move(connect, tenant, IfMatch=tenant.etag)
    assert tenant.domains == ["shop.example.com", ALIAS]
    assert target.aliases == []
    back = await move(connect, target)

    assert (there["ResourceId"], back["ResourceId"]) == (tenant.id, target.id)
    assert (there["ETag"] != tenant.etag, back["ETag"]) == (True, target.etag)
    assert (tenant.domains, target.aliases) == (["shop.example.com"], [ALIAS])


async def test_a_name_moves_from_tenant_to_tenant(aws: Aws, connect: Connect, tenant: Tenant):
    other = aws.cloudfront.create_tenant(HOME, tenant.distribution, [ALIAS])

    await move(connect, tenant)

    assert other.domains == []
    assert tenant.domains == ["shop.example.com", ALIAS]


async def test_a_tenant_takes_from_another_account_with_the_name_of_its_connection_group(
    aws: Aws, connect: Connect, tenant: Tenant, resolver: Resolver
):
    source = aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS], enabled=False)
    resolver.records[record_name(ALIAS)] = [tenant.distribution.domain_name]
    assert await refused_move(connect, tenant) == NO_TXT

    resolver.records[record_name(ALIAS)] = [tenant.connection_group.routing_endpoint]
    await move(connect, tenant)

    assert source.aliases == []
    assert aws.cloudfront.holder_of(ALIAS) is tenant


@pytest.mark.parametrize("disabled", ["the tenant", "its distribution"])
async def test_a_tenant_of_another_account_must_be_disabled(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver, disabled: str
):
    source = aws.cloudfront.create_tenant(NEIGHBOUR, multi_tenant(aws, NEIGHBOUR), [ALIAS])
    publish(resolver, ALIAS, target)
    resource = {"DistributionId": target.id}
    client = connect("cloudfront")
    refused = await refusal_of(client.update_domain_association, Domain=ALIAS, TargetResource=resource)

    aws.cloudfront.set_enabled(source.id if disabled == "the tenant" else source.distribution.id, False)
    await move(connect, target)

    assert refused == SOURCE_ENABLED
    assert target.aliases == [ALIAS]


async def test_a_tenant_has_five_domains_at_most(aws: Aws, connect: Connect, target: Distribution):
    names = [f"{letter}.example.com" for letter in "abcde"]
    full = aws.cloudfront.create_tenant(HOME, multi_tenant(aws), names)
    aws.cloudfront.set_aliases(target.id, [ALIAS])

    refused = await refused_move(connect, full)

    assert refused == (400, "EntityLimitExceeded", "The entity limit has been exceeded.")
    assert target.aliases == [ALIAS]


async def test_a_tenant_must_be_enabled_and_covered_to_take_a_name(aws: Aws, connect: Connect, tenant: Tenant):
    aws.cloudfront.create(HOME, aliases=[ALIAS, "www.example.org"])

    uncovered = await refused_move(connect, tenant, "www.example.org")
    aws.cloudfront.set_enabled(tenant.id, False)
    disabled = await refused_move(connect, tenant)

    assert uncovered[:2] == disabled[:2] == (400, "InvalidArgument")
    assert "you must attach a trusted certificate" in uncovered[2]


async def test_a_right_to_change_the_tenant_is_wanted(aws: Aws, connect: Connect, tenant: Tenant):
    aws.cloudfront.create(HOME, aliases=[ALIAS])
    aws.cloudfront.deny(HOME, "UpdateDistributionTenant")

    refused = await refused_move(connect, tenant)

    assert refused[:2] == (403, "AccessDenied")
    assert f"cloudfront:UpdateDistributionTenant on resource: {tenant.arn}" in refused[2]


async def test_a_deleted_tenant_frees_its_names(aws: Aws, connect: Connect, tenant: Tenant):
    aws.cloudfront.delete(tenant.id)

    assert aws.cloudfront.holder_of("shop.example.com") is None
    refused = await refusal_of(connect("cloudfront").get_distribution_tenant, Identifier=tenant.id)
    assert refused == NOT_FOUND
