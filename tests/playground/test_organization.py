from playground.aws import HOME, NEIGHBOUR, SHOP, Aws
from tests.playground.conftest import Connect, ask, refusal_of

NAMES = {HOME: "prod-web", NEIGHBOUR: "agency", SHOP: "shop"}


async def test_the_management_account_learns_the_names(aws: Aws, connect: Connect):
    aws.found_organization(HOME, NAMES)
    client = connect("organizations")

    shown = await ask(client.describe_account, AccountId=SHOP)
    listed = await ask(client.list_accounts)

    assert (shown["Account"]["Name"], shown["Account"]["Status"]) == ("shop", "ACTIVE")
    assert {each["Id"]: each["Name"] for each in listed["Accounts"]} == NAMES


async def test_the_list_has_pages(aws: Aws, connect: Connect):
    aws.found_organization(HOME, NAMES)
    aws.organization.largest_page = 2

    paginator = connect("organizations").get_paginator("list_accounts")
    pages = await ask(lambda: {"all": list(paginator.paginate())})

    assert [[each["Id"] for each in page["Accounts"]] for page in pages["all"]] == [[HOME, NEIGHBOUR], [SHOP]]


async def test_nobody_else_learns_anything(aws: Aws, connect: Connect):
    homeless = await refusal_of(connect("organizations").list_accounts)
    aws.found_organization(HOME, NAMES)

    member = await refusal_of(connect("organizations", NEIGHBOUR).list_accounts)
    unknown = await refusal_of(connect("organizations").describe_account, AccountId="210987654321")
    other = await refusal_of(connect("organizations").describe_organization)

    assert homeless[:2] == (400, "AWSOrganizationsNotInUseException")
    assert member[:2] == (400, "AccessDeniedException")
    assert unknown[:2] == (400, "AccountNotFoundException")
    assert other[:2] == (404, "UnknownOperationException")


async def test_a_role_needs_a_permission_for_it(aws: Aws, connect: Connect):
    aws.found_organization(HOME, NAMES)
    role = aws.add_role(HOME, "read", actions=["cloudfront:*"])
    given = await ask(connect("sts").assume_role, RoleArn=role, RoleSessionName="look")
    key, secret, token = (given["Credentials"][each] for each in ("AccessKeyId", "SecretAccessKey", "SessionToken"))

    refused = await refusal_of(connect("organizations", key=key, secret=secret, token=token).list_accounts)

    assert refused[:2] == (400, "AccessDeniedException")
    assert "not authorized to perform: organizations:ListAccounts" in refused[2]
