"""One zone: records that can be added, replaced and removed while servers answer from it.

It knows what is published, never how it is asked for. Every change commits a new version under a higher serial;
a version once taken never changes, so a server that lags simply keeps an old one.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import dns.btreezone
import dns.name
import dns.node
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rdtypes.ANY.SOA
import dns.rdtypes.ANY.TXT
import dns.transaction

Snapshot = dns.btreezone.ImmutableVersion
"""What a zone said at one moment; immutable."""

DEFAULT_TTL_SECONDS: Final = 60
_NS_TTL_SECONDS: Final = 3600
_LONGEST_STRING_BYTES: Final = 255


@dataclass(frozen=True, slots=True)
class Record:
    """One record as people write it: names without the final dot, the value in zone-file form, the TTL in seconds."""

    name: str
    rdtype: str
    value: str
    ttl: int


class Zone:
    """The records of one zone, shared by all servers that serve it.

    Args:
        origin: the zone's name, `example.com`.
        name_servers: names of its servers with the IPv4 address of each; in-zone names get their A records.
        negative_ttl: MINIMUM of the SOA, in seconds.
        soa_ttl: the SOA record's own TTL in seconds; the same as `negative_ttl` if not given.
    """

    def __init__(
        self, origin: str, name_servers: Mapping[str, str], *, negative_ttl: int = 60, soa_ttl: int | None = None
    ) -> None:
        if not name_servers:
            raise ValueError(f"{origin} needs at least one name server.")
        self.origin: Final = dns.name.from_text(origin)
        self._zone: Final = dns.btreezone.Zone(self.origin, relativize=False)
        self._listed: tuple[Snapshot, list[Record]] | None = None
        primary = next(iter(name_servers))
        soa = f"{primary}. hostmaster.{origin}. 1 7200 900 1209600 {negative_ttl}"
        with self._zone.writer() as txn:
            soa_ttl = negative_ttl if soa_ttl is None else soa_ttl
            txn.replace(self.origin, _rdataset("SOA", (soa,), soa_ttl))
            txn.replace(self.origin, _rdataset("NS", tuple(f"{name}." for name in name_servers), _NS_TTL_SECONDS))
            for name, ip in name_servers.items():
                if dns.name.from_text(name).is_subdomain(self.origin):
                    txn.replace(dns.name.from_text(name), _rdataset("A", (ip,), _NS_TTL_SECONDS))

    @property
    def serial(self) -> int:
        return self._soa().serial

    def snapshot(self) -> Snapshot:
        """What is published now."""
        with self._zone.reader() as txn:
            assert isinstance(txn.version, Snapshot)  # noqa: S101 - narrows dnspython's type, holds by construction
            return txn.version

    def add(self, name: str, rdtype: str, *values: str, ttl: int = DEFAULT_TTL_SECONDS) -> None:
        """Publish values beside those already at this name; the TTL in seconds becomes that of all of them."""
        self._put(name, _rdataset(rdtype, values, ttl), replace=False)

    def add_each(self, names: Iterable[str], rdtype: str, *values: str, ttl: int = DEFAULT_TTL_SECONDS) -> None:
        """The same at each of these names, in one change of the zone: a thousand changes take seconds."""
        rdataset = _rdataset(rdtype, values, ttl)
        with self._zone.writer() as txn:
            for owner in map(self._owner, names):
                _refuse_company_for_cname(txn, owner, rdataset)
                txn.add(owner, rdataset)
            txn.update_serial(name=self.origin)

    def delegate(self, name: str, name_servers: Mapping[str, str]) -> None:
        """Publish the NS records of a zone below, and the address of each of its servers as glue."""
        with self._zone.writer() as txn:
            txn.add(self._owner(name), _rdataset("NS", tuple(name_servers), DEFAULT_TTL_SECONDS))
            for server, ip in name_servers.items():
                txn.add(self._owner(server), _rdataset("A", (ip,), DEFAULT_TTL_SECONDS))
            txn.update_serial(name=self.origin)

    def add_txt(self, name: str, *values: str, ttl: int = DEFAULT_TTL_SECONDS) -> None:
        """Publish TXT values taken as they are: no quoting, split into strings of 255 bytes."""
        self._put(name, _txt_rdataset(values, ttl), replace=False)

    def replace(self, name: str, rdtype: str, *values: str, ttl: int = DEFAULT_TTL_SECONDS) -> None:
        """Publish these values instead of what this name has of this type."""
        self._put(name, _rdataset(rdtype, values, ttl), replace=True)

    def replace_txt(self, name: str, *values: str, ttl: int = DEFAULT_TTL_SECONDS) -> None:
        """Publish these TXT values, taken as they are, instead of what is there."""
        self._put(name, _txt_rdataset(values, ttl), replace=True)

    def remove(self, name: str, rdtype: str | None = None) -> None:
        """Take away one type, or everything, at this name.

        Raises:
            LookupError: nothing like that is published.
            ValueError: it is the SOA, without which a zone is none.
        """
        owner = self._owner(name)
        with self._zone.writer() as txn:
            present = _types_at(txn, owner)
            unwanted = present if rdtype is None else present & {dns.rdatatype.from_text(rdtype)}
            if not unwanted:
                raise LookupError(f"{name} has no {rdtype or 'records'} to remove.")
            if dns.rdatatype.SOA in unwanted:
                raise ValueError(f"The SOA of {name} cannot be removed.")
            for each in unwanted:
                txn.delete(owner, each)
            txn.update_serial(name=self.origin)

    def set_negative_ttl(self, negative_ttl: int, soa_ttl: int | None = None) -> None:
        """Change the SOA's MINIMUM and its own TTL (the same if not given), both in seconds."""
        soa = self._soa().replace(minimum=negative_ttl)
        with self._zone.writer() as txn:
            ttl = negative_ttl if soa_ttl is None else soa_ttl
            txn.replace(self.origin, dns.rdataset.from_rdata(ttl, soa))
            txn.update_serial(name=self.origin)

    def records(self) -> list[Record]:
        """Everything published, in canonical order; listed once a version, for somebody may look all the time."""
        version = self.snapshot()
        if self._listed is None or self._listed[0] is not version:
            self._listed = (version, self._list())
        return list(self._listed[1])

    def _list(self) -> list[Record]:
        return [
            Record(name.to_text(omit_final_dot=True), dns.rdatatype.to_text(rds.rdtype), rdata.to_text(), rds.ttl)
            for name, rds in self._zone.iterate_rdatasets()
            for rdata in rds
        ]

    def _put(self, name: str, rdataset: dns.rdataset.Rdataset, *, replace: bool) -> None:
        owner = self._owner(name)
        with self._zone.writer() as txn:
            _refuse_company_for_cname(txn, owner, rdataset)
            (txn.replace if replace else txn.add)(owner, rdataset)
            txn.update_serial(name=self.origin)

    def _owner(self, name: str) -> dns.name.Name:
        owner = dns.name.from_text(name)
        if not owner.is_subdomain(self.origin):
            raise ValueError(f"{name} is outside the zone {self.origin.to_text(omit_final_dot=True)}.")
        return owner

    def _soa(self) -> dns.rdtypes.ANY.SOA.SOA:
        soa = self._zone.find_rdataset(self.origin, dns.rdatatype.SOA)[0]
        assert isinstance(soa, dns.rdtypes.ANY.SOA.SOA)  # noqa: S101 - narrows dnspython's type
        return soa


def _rdataset(rdtype: str, values: tuple[str, ...], ttl: int) -> dns.rdataset.Rdataset:
    """Names in values are absolute, with or without the final dot: nobody here means a name relative to the zone."""
    return dns.rdataset.from_rdata_list(ttl, [_rdata(rdtype, value) for value in values])


@functools.cache  # immutable, slow to parse, and the same few in every world
def _rdata(rdtype: str, value: str) -> dns.rdata.Rdata:
    return dns.rdata.from_text("IN", rdtype, value, dns.name.root, relativize=False)


def _txt_rdataset(values: tuple[str, ...], ttl: int) -> dns.rdataset.Rdataset:
    return dns.rdataset.from_rdata_list(ttl, [_txt_rdata(value.encode()) for value in values])


def _txt_rdata(value: bytes) -> dns.rdata.Rdata:
    starts = range(0, len(value), _LONGEST_STRING_BYTES) or range(1)
    strings = [value[start : start + _LONGEST_STRING_BYTES] for start in starts]
    return dns.rdtypes.ANY.TXT.TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings)


def _types_at(txn: dns.transaction.Transaction, owner: dns.name.Name) -> set[dns.rdatatype.RdataType]:
    node = txn.get_node(owner)
    return {rdataset.rdtype for rdataset in node} if node else set()


def _refuse_company_for_cname(
    txn: dns.transaction.Transaction, owner: dns.name.Name, rdataset: dns.rdataset.Rdataset
) -> None:
    """As name servers do: dnspython itself would silently drop what was there before."""
    node = txn.get_node(owner)
    kinds = {dns.node.NodeKind.classify_rdataset(rdataset), node.classify() if node else dns.node.NodeKind.NEUTRAL}
    if kinds == {dns.node.NodeKind.CNAME, dns.node.NodeKind.REGULAR}:
        name = owner.to_text(omit_final_dot=True)
        raise ValueError(f"A CNAME stands alone: {name} has other records, remove them first.")
