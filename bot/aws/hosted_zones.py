"""The hosted zones of our accounts: which of them the world asks for a record, and what stands there. Only reads.

A hosted zone that nobody delegates to looks like any other; so a zone counts only if the name servers that the DNS
itself names are its own. Must never take a private zone for one, nor a set with a routing policy for a plain one.
"""

import asyncio
import logging

from bot.alias_move.hosting import HostedTxt, TxtSet
from bot.alias_move.names import AccountId, TxtRecord
from bot.aws.accounts import Accounts, Reader
from bot.aws.calls import Calls
from bot.aws.policies import normalized_name
from bot.aws.refusals import Service
from bot.ports import Conflict, PortError

log = logging.getLogger(__name__)

_PATIENCE_S = 6.0
"""Of a look, which goes on without an offer to create the record."""


async def find(accounts: Accounts, record: TxtRecord, zone: str, servers: tuple[str, ...]) -> HostedTxt | None:
    """See `bot.ports.Aws.hosted_txt`."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            asked = (_in_account(accounts, reader, record, zone, servers) for reader in accounts.readers)
            return next((found for found in await asyncio.gather(*asked) if found is not None), None)
    except TimeoutError:
        log.warning("hosted zones not read in time zone=%s", zone)
        return None


async def _in_account(
    accounts: Accounts, reader: Reader, record: TxtRecord, zone: str, servers: tuple[str, ...]
) -> HostedTxt | None:
    try:
        zone_id = await _asked_by_the_world(reader.calls, zone, servers)
        if zone_id is None or not await accounts.can_change(reader):
            return None
        present = await read_txt(reader.calls, zone_id, record)
    except PortError as trouble:
        log.warning("hosted zones not read account=%s why=%s", reader.account or "base", trouble)
        return None
    return HostedTxt(record, zone_id, zone, reader.account or AccountId(""), present)


async def _asked_by_the_world(calls: Calls, zone: str, servers: tuple[str, ...]) -> str | None:
    # They come in alphabetical order, so those of this name are the first.
    answer = await calls.ask(Service.ROUTE_53, "ListHostedZonesByName", DNSName=zone, MaxItems="100")
    for one in answer["HostedZones"]:
        if _shown(one["Name"]) != normalized_name(zone) or one["Config"]["PrivateZone"]:
            continue
        zone_id = one["Id"].rpartition("/")[2]
        full = await calls.ask(Service.ROUTE_53, "GetHostedZone", Id=zone_id)
        own = {normalized_name(server) for server in full["DelegationSet"]["NameServers"]}
        if servers and {normalized_name(server) for server in servers} <= own:
            return str(zone_id)
    return None


async def read_txt(calls: Calls, zone_id: str, record: TxtRecord) -> TxtSet | None:
    """The TXT values at the record's name now.

    Raises:
        Conflict: they follow a routing policy, so that they can't be merged.
        PortError: as `Calls.ask`.
    """
    answer = await calls.ask(
        Service.ROUTE_53,
        "ListResourceRecordSets",
        HostedZoneId=zone_id,
        StartRecordName=record.name,
        StartRecordType="TXT",
        MaxItems="1",
    )
    for one in answer["ResourceRecordSets"]:
        if (_shown(one["Name"]), one["Type"]) == (normalized_name(record.name), "TXT"):
            if "SetIdentifier" in one or "TTL" not in one:
                raise Conflict(f"The TXT record {record.name} follows a routing policy, so I changed nothing.")
            return TxtSet(one["TTL"], tuple(each["Value"] for each in one["ResourceRecords"]))
    return None


async def read_any(calls: Calls) -> str:
    """The name of a hosted zone that everything was read of that a look reads; empty where there is none.

    Raises:
        PortError: as `Calls.ask`.
    """
    answer = await calls.ask(Service.ROUTE_53, "ListHostedZonesByName", MaxItems="1")
    for one in answer["HostedZones"]:
        zone_id = one["Id"].rpartition("/")[2]
        await calls.ask(Service.ROUTE_53, "GetHostedZone", Id=zone_id)
        first = {"StartRecordName": one["Name"], "StartRecordType": "TXT", "MaxItems": "1"}
        await calls.ask(Service.ROUTE_53, "ListResourceRecordSets", HostedZoneId=zone_id, **first)
        return _shown(one["Name"])
    return ""


def _shown(name: str) -> str:
    """Route 53 has escaped it already."""
    return name.lower().removesuffix(".")


async def is_in_sync(calls: Calls, change_id: str) -> bool:
    """See `bot.ports.Aws.is_in_sync`."""
    answer = await calls.ask(Service.ROUTE_53, "GetChange", Id=change_id)
    return bool(answer["ChangeInfo"]["Status"] == "INSYNC")
