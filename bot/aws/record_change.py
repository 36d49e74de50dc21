"""Putting one TXT value into a hosted zone, and taking it out: the only place that changes a zone.

Route 53 has no If-Match, and an UPSERT would overwrite what somebody has added a moment before. So the set that was
read is deleted, which wants every value exactly as it is, and written anew, in one batch of which all happens or
nothing. Must never take away or change a value that is not ours.
"""

import time
from collections.abc import Callable
from typing import Any

import boto3

from bot.alias_move.hosting import NEW_TTL_S, HostedTxt, TxtSet
from bot.aws.calls import Calls, Patience
from bot.aws.hosted_zones import read_txt
from bot.aws.refusals import Declined, Denied, Service, refused_before_call
from bot.ports import Conflict, RecordChange, Refused

_DOES_NOT_FIT = "InvalidChangeBatch"


async def change(new_session: Callable[[], boto3.Session], patience: Patience, wanted: RecordChange) -> str:
    """The id of the change, empty where nothing had to be done. Raises as `bot.ports.Aws.change_record`."""
    calls = Calls(new_session, patience)
    try:
        return await _change(calls, wanted)
    finally:
        await calls.close()


async def _change(calls: Calls, wanted: RecordChange) -> str:
    hosted = wanted.hosted
    now = await _read(calls, hosted)
    if _has(now, hosted) is wanted.is_wanted:
        return ""
    if wanted.is_wanted and not _are_same(now, hosted.present):
        raise Conflict(
            f"The TXT values of {hosted.record.name} are not those any more that were shown, so I changed nothing."
        )
    batch = {"Comment": f"CNAME-conflict bot, move {wanted.move_id}", "Changes": _changes(hosted, now)}
    try:
        answer = await calls.send_once(
            "ChangeResourceRecordSets", service=Service.ROUTE_53, HostedZoneId=hosted.zone_id, ChangeBatch=batch
        )
    except Refused as no:
        if no.refusal.code != _DOES_NOT_FIT:
            raise
        # Perhaps somebody changed the set at the same moment, or an earlier request of our own did.
        later = await _read(calls, hosted)
        if _has(later, hosted) is wanted.is_wanted:
            return ""
        if _are_same(later, now):
            raise
        raise Conflict(
            f"Somebody else changed {hosted.record.name} at the same moment, so I changed nothing. Look at it again"
            " before you ask for it again."
        ) from no
    return str(answer["ChangeInfo"]["Id"].rpartition("/")[2])


def _changes(hosted: HostedTxt, now: TxtSet | None) -> list[dict[str, Any]]:
    """From the set as it is to the set with our value, or without it where it has that."""
    before = now or TxtSet(NEW_TTL_S, ())
    is_there = hosted.quoted in before.values
    after = tuple(one for one in before.values if one != hosted.quoted) + (() if is_there else (hosted.quoted,))
    steps = (("DELETE", before.values), ("CREATE", after))
    return [
        {
            "Action": action,
            "ResourceRecordSet": {
                "Name": f"{hosted.record.name}.",
                "Type": "TXT",
                "TTL": before.ttl_s,
                "ResourceRecords": [{"Value": value} for value in values],
            },
        }
        for action, values in steps
        if values
    ]


async def _read(calls: Calls, hosted: HostedTxt) -> TxtSet | None:
    try:
        return await read_txt(calls, hosted.zone_id, hosted.record)
    except (Denied, Declined) as no:
        raise refused_before_call(no, time.time()) from no


def _has(found: TxtSet | None, hosted: HostedTxt) -> bool:
    return found is not None and hosted.quoted in found.values


def _are_same(one: TxtSet | None, other: TxtSet | None) -> bool:
    return one.equals(other) if one is not None else other is None
