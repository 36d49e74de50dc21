"""The playground's Route 53 is as strict as the real one, in its words."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from playground.aws import HOME, SHOP, Aws, MotoServer, RecordSet, Unasked

SERVERS = ("ns-1.awsdns-01.org",)
THEIRS = RecordSet("_www.example.com", "TXT", 300, ('"a"', '"b"'))
NO_MATCH = (
    "[Tried to delete resource record set [name='_www.example.com.', type='TXT'] but the values provided do not match"
    " the current values]"
)
OURS = '"d111111abcdef8.cloudfront.net"'


async def nothing(_name: str) -> list[str]:
    return []


@pytest.fixture
async def aws(moto: MotoServer) -> AsyncIterator[Aws]:
    async with Aws(lookup_txt=nothing, moto=moto) as running:
        running.route53.propagation_seconds = 0
        yield running


def client_of(aws: Aws, account: str = HOME) -> Any:
    env = aws.environment(account)
    return boto3.client(
        "route53",
        endpoint_url=env["AWS_ENDPOINT_URL_ROUTE_53"],
        region_name=env["AWS_DEFAULT_REGION"],
        aws_access_key_id=env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"],
    )


def step(action: str, *values: str, name: str = "_www.example.com.", ttl: int = 300) -> dict[str, Any]:
    records = [{"Value": value} for value in values]
    return {
        "Action": action,
        "ResourceRecordSet": {"Name": name, "Type": "TXT", "TTL": ttl, "ResourceRecords": records},
    }


async def change(aws: Aws, zone_id: str, *steps: dict[str, Any], account: str = HOME) -> Any:
    client = client_of(aws, account)
    batch = {"Changes": list(steps)}
    return await asyncio.to_thread(client.change_resource_record_sets, HostedZoneId=zone_id, ChangeBatch=batch)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (
            [step("CREATE", OURS, name="www.example.org.")],
            "[RRSet with DNS name www.example.org. is not permitted in zone example.com.]",
        ),
        (
            [step("CREATE", OURS)],
            "[Tried to create resource record set [name='_www.example.com.', type='TXT'] but it already exists]",
        ),
        (
            [step("DELETE", '"a"')],
            NO_MATCH,
        ),
        (
            [step("DELETE", '"a"', '"b"', ttl=60)],
            NO_MATCH,
        ),
        (
            [step("DELETE", '"a"', name="_shop.example.com.")],
            "[Tried to delete resource record set [name='_shop.example.com.', type='TXT'] but it was not found]",
        ),
        (
            [step("DELETE", '"b"', '"a"'), step("CREATE", "unquoted")],
            (
                "[Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in"
                " quotation marks) encountered with 'unquoted'']"
            ),
        ),
        (
            [step("CREATE", OURS, name="old.example.com.")],
            (
                "[RRSet of type TXT with DNS name old.example.com. is not permitted because a conflicting RRSet of type"
                " CNAME with the same DNS name already exists in zone example.com.]"
            ),
        ),
    ],
    ids=["outside", "exists", "not all values", "another TTL", "not there", "half a batch", "beside a CNAME"],
)
async def test_what_does_not_fit_changes_nothing_at_all(aws: Aws, steps: list[dict[str, Any]], says: str):
    alias = RecordSet("old.example.com", "CNAME", 60, ("d1.cloudfront.net.",))
    zone = aws.route53.host(HOME, "example.com", SERVERS, Unasked(THEIRS, alias))

    with pytest.raises(ClientError) as no:
        await change(aws, zone.id, *steps)

    assert no.value.response["Error"]["Code"] == "InvalidChangeBatch"
    assert no.value.response["Error"]["Message"] == says
    assert zone.at("_www.example.com") == {"TXT": THEIRS}


async def test_a_batch_that_fits_is_pending_until_it_is_published(aws: Aws):
    aws.route53.propagation_seconds = 0.05
    zone = aws.route53.host(HOME, "example.com", SERVERS, Unasked(THEIRS))

    info = (await change(aws, zone.id, step("DELETE", '"b"', '"a"'), step("CREATE", OURS)))["ChangeInfo"]

    assert info["Status"] == "PENDING"
    change_id = info["Id"].removeprefix("/change/")
    async with asyncio.timeout(5):
        while aws.route53.status(change_id) != "INSYNC":  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)
    assert zone.records.at("_www.example.com")["TXT"].values == (OURS,)
    got = await asyncio.to_thread(client_of(aws).get_change, Id=change_id)
    assert got["ChangeInfo"]["Status"] == "INSYNC"


async def test_an_upsert_overwrites_what_is_there(aws: Aws):
    zone = aws.route53.host(HOME, "example.com", SERVERS, Unasked(THEIRS))

    await change(aws, zone.id, step("UPSERT", OURS))

    assert zone.at("_www.example.com")["TXT"].values == (OURS,)


async def test_zones_are_listed_by_name_and_shown_with_their_servers(aws: Aws):
    for name in ("example.org", "example.com", "a.example.com"):
        aws.route53.host(HOME, name, SERVERS)
    aws.route53.host(SHOP, "example.com", SERVERS)
    client = client_of(aws)

    listed = await asyncio.to_thread(client.list_hosted_zones_by_name, DNSName="example.com")
    zone = await asyncio.to_thread(client.get_hosted_zone, Id=listed["HostedZones"][0]["Id"])

    assert [each["Name"] for each in listed["HostedZones"]] == ["example.com.", "a.example.com.", "example.org."]
    assert zone["DelegationSet"]["NameServers"] == list(SERVERS)


@pytest.mark.parametrize(
    ("account", "zone_id", "code"), [(HOME, "ZNONE", "NoSuchHostedZone"), (SHOP, "", "AccessDenied")]
)
async def test_a_zone_is_its_accounts_own(aws: Aws, account: str, zone_id: str, code: str):
    zone = aws.route53.host(HOME, "example.com", SERVERS)

    with pytest.raises(ClientError) as no:
        await change(aws, zone_id or zone.id, step("CREATE", OURS), account=account)

    assert no.value.response["Error"]["Code"] == code


async def test_a_change_that_nobody_made_is_not_found(aws: Aws):
    with pytest.raises(ClientError, match="NoSuchChange"):
        await asyncio.to_thread(client_of(aws).get_change, Id="C0NONE")


async def test_an_operation_it_does_not_have_is_refused(aws: Aws):
    with pytest.raises(ClientError, match="UnknownOperationException"):
        await asyncio.to_thread(client_of(aws).list_hosted_zones)
