"""Hosted zones and their rules: what a batch of changes may do, and what Route 53 says when it may not.

No HTTP. A zone's records live wherever `Records` says, in the playground's DNS or nowhere; a change is true for Route
53 at once, and is written there when its servers have it.
"""

import asyncio
import random
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from playground.aws.refusals import Refusal

_ESCAPED = re.compile(r"[^a-z0-9._-]")
_TXT_VALUE = re.compile(r'"([^"\\]|\\.)*"( "([^"\\]|\\.)*")*')


@dataclass(frozen=True, slots=True)
class RecordSet:
    """All values of one type at one name."""

    name: str
    """Without the final dot, and escaped as Route 53 does."""
    rdtype: str
    ttl: int
    values: tuple[str, ...]
    """In zone-file form."""
    identifier: str = ""
    """Not empty: one of several sets that a routing policy chooses from."""

    @property
    def shown(self) -> str:
        return f"[name='{self.name}.', type='{self.rdtype}']"

    def equals(self, other: "RecordSet") -> bool:
        return (self.ttl, sorted(self.values), self.identifier) == (other.ttl, sorted(other.values), other.identifier)


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a batch."""

    action: str
    """CREATE, DELETE or UPSERT."""
    wanted: RecordSet


class Records(Protocol):
    """Where what is published of a zone can be read and changed."""

    def at(self, name: str) -> Mapping[str, RecordSet]:
        """By type."""
        ...

    def write(self, name: str, rdtype: str, wanted: RecordSet | None) -> None: ...


class Unasked(Records):
    """Of a zone that nobody's name servers have."""

    def __init__(self, *sets: RecordSet) -> None:
        self._sets = {(each.name, each.rdtype): each for each in sets}

    def at(self, name: str) -> Mapping[str, RecordSet]:
        return {rdtype: each for (owner, rdtype), each in self._sets.items() if owner == name}

    def write(self, name: str, rdtype: str, wanted: RecordSet | None) -> None:
        self._sets.pop((name, rdtype), None)
        if wanted is not None:
            self._sets[name, rdtype] = wanted


@dataclass(slots=True, eq=False)
class HostedZone:
    """One of them; several may have the same name, and the world asks at most one."""

    id: str
    account: str
    name: str
    servers: tuple[str, ...]
    records: Records
    is_private: bool = False
    on_the_way: dict[tuple[str, str], RecordSet | None] = field(default_factory=dict)
    """What has changed, and is not published yet."""

    @property
    def arn(self) -> str:
        return f"arn:aws:route53:::hostedzone/{self.id}"

    def at(self, name: str) -> dict[str, RecordSet]:
        """As Route 53 knows it, published or not."""
        known = dict(self.records.at(name))
        for (owner, rdtype), wanted in self.on_the_way.items():
            if owner == name:
                known.pop(rdtype, None)
                if wanted is not None:
                    known[rdtype] = wanted
        return known


def normalized(name: str) -> str:
    """Lower case, no final dot, and octal codes for whatever is unusual in a name."""
    return _ESCAPED.sub(lambda found: f"\\{ord(found[0]):03o}", name.lower().removesuffix("."))


class HostedZones:
    """Those of every account, and the changes that are on their way to the name servers."""

    def __init__(self, seed: int) -> None:
        self.propagation_seconds = 0.2
        """From a change to INSYNC."""
        self._random = random.Random(seed)  # noqa: S311 - made up, and to be the same every time
        self._zones: dict[str, HostedZone] = {}
        self._pending: dict[str, asyncio.TimerHandle] = {}
        self._changes: set[str] = set()

    def host(
        self,
        account: str,
        name: str,
        servers: Iterable[str],
        records: Records | None = None,
        *,
        is_private: bool = False,
    ) -> HostedZone:
        """Another hosted zone; that the world's delegation names its servers is for the world to see to."""
        new = HostedZone(self._identifier("Z"), account, name, tuple(servers), records or Unasked(), is_private)
        self._zones[new.id] = new
        return new

    def of_account(self, account: str) -> Iterator[HostedZone]:
        """In the order of their names, from the top-level domain down."""
        own = (each for each in self._zones.values() if each.account == account)
        yield from sorted(own, key=lambda each: (each.name.split(".")[::-1], each.id))

    def zone(self, zone_id: str, account: str) -> HostedZone:
        found = self._zones.get(zone_id)
        if found is None:
            raise Refusal(404, "NoSuchHostedZone", f"No hosted zone found with ID: {zone_id}")
        if found.account != account:
            raise Refusal(403, "AccessDenied", "User is not authorized to access this resource")
        return found

    def change(self, zone: HostedZone, batch: list[Change]) -> str:
        """Do all of it or nothing; the id of the change."""
        before = dict(zone.on_the_way)
        try:
            complaints = [complaint for each in batch if (complaint := _apply(zone, each))]
        except Refusal:
            zone.on_the_way = before
            raise
        if complaints:
            zone.on_the_way = before
            raise Refusal(400, "InvalidChangeBatch", f"[{', '.join(complaints)}]")
        change_id = self._identifier("C")
        self._changes.add(change_id)
        touched = [(each.wanted.name, each.wanted.rdtype) for each in batch]
        publish: Callable[[], None] = lambda: self._publish(change_id, zone, touched)  # noqa: E731 - a timer's
        self._pending[change_id] = asyncio.get_running_loop().call_later(self.propagation_seconds, publish)
        return change_id

    def status(self, change_id: str) -> str:
        if change_id not in self._changes:
            raise Refusal(404, "NoSuchChange", f"Could not find resource with ID: {change_id}")
        return "PENDING" if change_id in self._pending else "INSYNC"

    def forget_pending(self) -> None:
        """At the end of the world."""
        for timer in self._pending.values():
            timer.cancel()

    def _publish(self, change_id: str, zone: HostedZone, touched: list[tuple[str, str]]) -> None:
        for key in dict.fromkeys(touched):
            if key in zone.on_the_way:
                zone.records.write(*key, zone.on_the_way.pop(key))
        del self._pending[change_id]

    def _identifier(self, prefix: str) -> str:
        return prefix + "".join(self._random.choices(string.ascii_uppercase + string.digits, k=20))


def _apply(zone: HostedZone, change: Change) -> str:
    """Why not; empty: it is done, as far as the batch has come."""
    wanted = change.wanted
    if wanted.name != zone.name and not wanted.name.endswith(f".{zone.name}"):
        return f"RRSet with DNS name {wanted.name}. is not permitted in zone {zone.name}."
    for value in wanted.values:
        if wanted.rdtype == "TXT" and not _TXT_VALUE.fullmatch(value):
            return (
                "Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation"
                f" marks) encountered with '{value}''"
            )
    there = zone.at(wanted.name)
    present = there.get(wanted.rdtype)
    if change.action == "DELETE":
        if present is None:
            return f"Tried to delete resource record set {wanted.shown} but it was not found"
        if not present.equals(wanted):
            return (
                f"Tried to delete resource record set {wanted.shown} but the values provided do not match the current"
                " values"
            )
        zone.on_the_way[wanted.name, wanted.rdtype] = None
        return ""
    if present is not None and change.action == "CREATE":
        return f"Tried to create resource record set {wanted.shown} but it already exists"
    if "CNAME" in there and wanted.rdtype != "CNAME":
        return (
            f"RRSet of type {wanted.rdtype} with DNS name {wanted.name}. is not permitted because a conflicting RRSet"
            f" of type CNAME with the same DNS name already exists in zone {zone.name}."
        )
    zone.on_the_way[wanted.name, wanted.rdtype] = wanted
    return ""
