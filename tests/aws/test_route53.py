"""Hosted zones and the one TXT value that is put into them, and taken out again."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from bot.alias_move.hosting import HostedTxt, TxtSet
from bot.alias_move.move import RefusalCause
from bot.alias_move.names import AccountId, TxtRecord
from bot.aws import CloudFront, Roles
from bot.ports import Conflict, NotPermitted, OutcomeUnknown, RecordChange, Refused, TryAgainLater
from playground.aws import HOME, SHOP, Aws, HostedZone, Moment, RecordSet, Unasked
from tests.aws.conftest import Connect, until

pytestmark = pytest.mark.wide

SERVERS = ("ns-1.awsdns-01.org", "ns-2.awsdns-02.com")
RECORD = TxtRecord("_www.example.com", "d111111abcdef8.cloudfront.net")
OURS = f'"{RECORD.value}"'
THEIRS = '"owner=web-team"'
WITH_THEIRS = RecordSet(RECORD.name, "TXT", 300, (THEIRS,))
ACTIONS = ["route53:ListResourceRecordSets", "route53:ChangeResourceRecordSets"]
READING = ["cloudfront:List*", "route53:List*", "route53:Get*"]
EXTERNAL_ID = "cname-conflict-7c1f2e"


@pytest.fixture(autouse=True)
def quick(world: Aws) -> None:
    world.route53.propagation_seconds = 0


def hosted_by(world: Aws, *sets: RecordSet, account: str = HOME, zone: str = "example.com") -> HostedZone:
    return world.route53.host(account, zone, SERVERS, Unasked(*sets))


async def found(cloudfront: CloudFront, record: TxtRecord = RECORD) -> HostedTxt:
    hosted = await cloudfront.hosted_txt(record, "example.com", SERVERS)
    assert hosted is not None
    return hosted


def wanted(hosted: HostedTxt, *, is_wanted: bool = True) -> RecordChange:
    return RecordChange(hosted, is_wanted, "7c1f2e", "U0JOON")


def there(zone: HostedZone, name: str = RECORD.name) -> tuple[int, list[str]] | None:
    txt = zone.at(name).get("TXT")
    return (txt.ttl, sorted(txt.values)) if txt else None


def sent(world: Aws) -> int:
    return world.route53.count("ChangeResourceRecordSets")


# Which zone


async def test_the_zone_that_the_world_asks_is_found_with_what_stands_there(world: Aws, cloudfront: CloudFront):
    world.cloudfront.create(HOME)
    world.route53.host(HOME, "example.com", ["ns-7.awsdns-07.net"], Unasked())
    world.route53.host(HOME, "example.com", SERVERS, Unasked(), is_private=True)
    hosted_by(world, zone="www.example.com")
    zone = hosted_by(world, WITH_THEIRS)

    hosted = await found(cloudfront)

    assert hosted == HostedTxt(RECORD, zone.id, "example.com", AccountId(HOME), TxtSet(300, (THEIRS,)))
    assert hosted.others == (THEIRS,)


@pytest.mark.parametrize(
    "servers", [(), ("ns-7.awsdns-07.net",), (*SERVERS, "ns1.elsewhere.example")], ids=["none", "others", "one more"]
)
async def test_an_orphan_is_no_place_for_a_record(world: Aws, cloudfront: CloudFront, servers: tuple[str, ...]):
    hosted_by(world)

    assert await cloudfront.hosted_txt(RECORD, "example.com", servers) is None


async def test_a_set_with_a_routing_policy_is_left_alone(world: Aws, cloudfront: CloudFront):
    hosted_by(world, replace(WITH_THEIRS, identifier="blue"))

    assert await cloudfront.hosted_txt(RECORD, "example.com", SERVERS) is None


async def test_a_wildcards_record_is_found_under_its_escaped_name(world: Aws, cloudfront: CloudFront):
    wild = TxtRecord("_*.example.com", RECORD.value)
    zone = hosted_by(world, RecordSet("_\\052.example.com", "TXT", 300, (THEIRS,)))

    hosted = await found(cloudfront, wild)
    await cloudfront.change_record(wanted(hosted))

    assert there(zone, "_\\052.example.com") == (300, sorted([THEIRS, OURS]))


@pytest.mark.parametrize("operation", ["ListHostedZonesByName", "GetHostedZone", "ListResourceRecordSets"])
async def test_what_may_not_be_read_is_left_out(world: Aws, cloudfront: CloudFront, operation: str):
    hosted_by(world)
    world.route53.deny(HOME, operation)

    assert await cloudfront.hosted_txt(RECORD, "example.com", SERVERS) is None


async def test_a_zone_elsewhere_counts_only_where_it_can_be_changed(world: Aws, connect: Connect):
    zone = hosted_by(world, account=SHOP)
    read = world.add_role(SHOP, "read", trusted_external_id=EXTERNAL_ID, actions=READING)
    move = world.add_role(SHOP, "move", trusted_external_id=EXTERNAL_ID, actions=ACTIONS)

    looking = connect(roles=Roles(read=(read,), external_id=EXTERNAL_ID))
    changing = connect(roles=Roles(read=(read,), move=(move,), external_id=EXTERNAL_ID))

    assert await looking.hosted_txt(RECORD, "example.com", SERVERS) is None
    assert (await found(changing)).zone_id == zone.id


# Creating


async def test_where_nothing_is_there_it_is_created(world: Aws, cloudfront: CloudFront):
    zone = hosted_by(world)
    hosted = await found(cloudfront)

    change = await cloudfront.change_record(wanted(hosted))

    assert there(zone) == (60, [OURS])
    await until(lambda: world.route53.status(change) == "INSYNC")
    assert await cloudfront.is_in_sync(change, hosted.account)
    assert await cloudfront.has_record(hosted)


async def test_until_its_servers_have_it_a_change_is_pending(world: Aws, cloudfront: CloudFront):
    world.route53.propagation_seconds = 60
    zone = hosted_by(world)
    hosted = await found(cloudfront)

    change = await cloudfront.change_record(wanted(hosted))

    assert not await cloudfront.is_in_sync(change, hosted.account)
    assert not zone.records.at(RECORD.name)


async def test_the_values_that_are_there_are_kept_with_their_ttl(world: Aws, cloudfront: CloudFront):
    zone = hosted_by(world, replace(WITH_THEIRS, values=(THEIRS, '"a \\"quoted\\" one" "in two parts"')))

    await cloudfront.change_record(wanted(await found(cloudfront)))

    assert there(zone) == (300, sorted([THEIRS, '"a \\"quoted\\" one" "in two parts"', OURS]))
    assert sent(world) == 1


async def test_what_is_there_already_is_not_written_again(world: Aws, cloudfront: CloudFront):
    hosted_by(world, replace(WITH_THEIRS, values=(THEIRS, OURS)))

    assert await cloudfront.change_record(wanted(await found(cloudfront))) == ""

    assert sent(world) == 0


async def test_other_values_than_those_shown_stop_it(world: Aws, cloudfront: CloudFront):
    zone = hosted_by(world, WITH_THEIRS)
    hosted = replace(await found(cloudfront), present=None)

    with pytest.raises(Conflict, match="are not those any more that were shown, so I changed nothing"):
        await cloudfront.change_record(wanted(hosted))

    assert there(zone) == (300, [THEIRS])
    assert sent(world) == 0


@pytest.mark.parametrize("before", [(), (WITH_THEIRS,)], ids=["nothing", "a set"])
async def test_somebody_who_is_faster_is_not_overwritten(
    world: Aws, cloudfront: CloudFront, before: tuple[RecordSet, ...]
):
    zone = hosted_by(world, *before)
    hosted = await found(cloudfront)
    barrier = world.route53.faults.hold("ChangeResourceRecordSets", Moment.BEFORE_EFFECT)
    faster = replace(WITH_THEIRS, values=(THEIRS, '"and one more"'))

    async def meanwhile() -> None:
        await barrier.arrived()
        zone.records.write(RECORD.name, "TXT", faster)
        barrier.release()

    results = await asyncio.gather(cloudfront.change_record(wanted(hosted)), meanwhile(), return_exceptions=True)

    assert isinstance(results[0], Conflict)
    assert "at the same moment, so I changed nothing" in str(results[0])
    assert zone.at(RECORD.name)["TXT"] == faster


async def test_somebody_who_wanted_the_same_and_was_faster_is_fine(world: Aws, cloudfront: CloudFront):
    zone = hosted_by(world)
    hosted = await found(cloudfront)
    barrier = world.route53.faults.hold("ChangeResourceRecordSets", Moment.BEFORE_EFFECT)

    async def meanwhile() -> None:
        await barrier.arrived()
        zone.records.write(RECORD.name, "TXT", replace(WITH_THEIRS, values=(OURS,)))
        barrier.release()

    change, _ = await asyncio.gather(cloudfront.change_record(wanted(hosted)), meanwhile())

    assert change == ""


async def test_a_lost_answer_is_unclear_and_the_next_try_only_reads(world: Aws, cloudfront: CloudFront):
    zone = hosted_by(world, WITH_THEIRS)
    hosted = await found(cloudfront)
    world.route53.faults.lose("ChangeResourceRecordSets", Moment.AFTER_EFFECT)

    with pytest.raises(OutcomeUnknown, match="Route 53 gave no answer to ChangeResourceRecordSets"):
        await cloudfront.change_record(wanted(hosted))
    assert await cloudfront.change_record(wanted(hosted)) == ""

    assert there(zone) == (300, sorted([THEIRS, OURS]))
    assert sent(world) == 1


# What Route 53 refuses


async def refused(cloudfront: CloudFront, change: RecordChange) -> Any:
    with pytest.raises(Refused) as caught:
        await cloudfront.change_record(change)
    return caught.value.refusal


async def test_what_does_not_fit_is_refused_in_route53s_own_words(world: Aws, cloudfront: CloudFront):
    zone = hosted_by(world, RecordSet(RECORD.name, "CNAME", 300, ("d1.cloudfront.net.",)))

    said = await refused(cloudfront, wanted(await found(cloudfront)))

    assert (said.cause, said.code) == (RefusalCause.OTHER, "InvalidChangeBatch")
    assert said.text == (
        "[RRSet of type TXT with DNS name _www.example.com. is not permitted because a conflicting RRSet of type CNAME"
        " with the same DNS name already exists in zone example.com.]"
    )
    assert there(zone) is None


@pytest.mark.parametrize("operation", ["ListResourceRecordSets", "ChangeResourceRecordSets"])
async def test_a_missing_permission_is_a_refusal_that_names_action_and_resource(
    world: Aws, cloudfront: CloudFront, operation: str
):
    zone = hosted_by(world)
    hosted = await found(cloudfront)
    world.route53.deny(HOME, operation)

    said = await refused(cloudfront, wanted(hosted))

    assert said.cause is RefusalCause.ACCESS_DENIED
    assert f"is not authorized to perform: route53:{operation} on resource: {zone.arn}" in said.text
    assert there(zone) is None


@pytest.mark.parametrize("code", ["Throttling", "PriorRequestNotComplete"])
async def test_a_busy_route53_is_one_to_come_back_to(world: Aws, cloudfront: CloudFront, code: str):
    hosted_by(world)
    hosted = await found(cloudfront)
    world.route53.faults.answer("ChangeResourceRecordSets", 400, code, "Rate exceeded")

    assert (await refused(cloudfront, wanted(hosted))).cause is RefusalCause.THROTTLED


async def test_without_an_answer_to_the_question_nothing_was_sent(world: Aws, cloudfront: CloudFront):
    hosted_by(world)
    hosted = await found(cloudfront)
    world.route53.faults.lose("ListResourceRecordSets", Moment.BEFORE_EFFECT, times=None)

    with pytest.raises(TryAgainLater):
        await cloudfront.change_record(wanted(hosted))

    assert sent(world) == 0


async def test_what_became_of_a_change_can_be_denied(world: Aws, cloudfront: CloudFront):
    hosted_by(world)
    hosted = await found(cloudfront)
    change = await cloudfront.change_record(wanted(hosted))
    world.route53.deny(HOME, "GetChange")

    with pytest.raises(NotPermitted, match="route53:GetChange"):
        await cloudfront.is_in_sync(change, hosted.account)


# Removing


async def test_only_our_value_is_removed(world: Aws, cloudfront: CloudFront):
    zone = hosted_by(world, replace(WITH_THEIRS, values=(OURS, THEIRS)))
    hosted = await found(cloudfront)

    await cloudfront.change_record(wanted(hosted, is_wanted=False))

    assert there(zone) == (300, [THEIRS])
    assert not await cloudfront.has_record(hosted)


async def test_the_last_value_goes_with_its_record(world: Aws, cloudfront: CloudFront):
    zone = hosted_by(world, replace(WITH_THEIRS, values=(OURS,)))
    hosted = await found(cloudfront)

    await cloudfront.change_record(wanted(hosted, is_wanted=False))

    assert there(zone) is None
    assert await cloudfront.change_record(wanted(hosted, is_wanted=False)) == ""
    assert sent(world) == 1


async def test_a_routing_policy_that_came_later_is_left_alone(world: Aws, cloudfront: CloudFront):
    zone = hosted_by(world, replace(WITH_THEIRS, values=(OURS,)))
    hosted = await found(cloudfront)
    zone.records.write(RECORD.name, "TXT", replace(WITH_THEIRS, identifier="blue"))

    with pytest.raises(Conflict, match="routing policy"):
        await cloudfront.change_record(wanted(hosted, is_wanted=False))

    assert not await cloudfront.has_record(hosted)


# Whose credentials


async def test_the_session_may_change_that_one_name_alone(world: Aws, connect: Connect):
    zone = hosted_by(world, account=SHOP)
    read = world.add_role(SHOP, "read", trusted_external_id=EXTERNAL_ID, actions=READING)
    move = world.add_role(SHOP, "move", trusted_external_id=EXTERNAL_ID, actions=ACTIONS)
    cloudfront = connect(roles=Roles(read=(read,), move=(move,), external_id=EXTERNAL_ID))
    hosted = await found(cloudfront)

    await cloudfront.change_record(wanted(hosted))

    assert there(zone) == (60, [OURS])
    [asked] = [one.params for one in world.roles.requests if "Policy" in one.params]
    reading, changing = json.loads(asked["Policy"])["Statement"]
    assert reading["Resource"] == changing["Resource"] == zone.arn
    assert changing["Condition"] == {
        "ForAllValues:StringEquals": {
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["_www.example.com"],
            "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
            "route53:ChangeResourceRecordSetsActions": ["CREATE", "DELETE"],
        }
    }
    assert (asked["RoleSessionName"], asked["SourceIdentity"]) == ("record-7c1f2e-U0JOON", "U0JOON")


async def test_a_role_that_does_not_let_the_bot_in_is_a_refusal(world: Aws, connect: Connect):
    zone = hosted_by(world, account=SHOP)
    gone = Roles(move=(f"arn:aws:iam::{SHOP}:role/move",), external_id=EXTERNAL_ID)
    hosted = HostedTxt(RECORD, zone.id, "example.com", AccountId(SHOP))

    said = await refused(connect(roles=gone), wanted(hosted))

    assert said.cause is RefusalCause.ACCESS_DENIED
    assert "sts:AssumeRole" in said.text
