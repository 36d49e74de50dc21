"""What an authoritative name server answers to one question: a plain function of zone versions and query.

The order of looks follows RFC 1034, 4.3.2: the closest zone, then a delegation on the way down, then the name itself,
then a wildcard. Never asks anybody else and never changes a zone.
"""

from collections.abc import Mapping
from typing import Final

import dns.flags
import dns.message
import dns.name
import dns.node
import dns.rcode
import dns.rdataset
import dns.rdatatype
import dns.rdtypes.ANY.CNAME
import dns.rdtypes.ANY.NS
import dns.rdtypes.ANY.SOA
import dns.rrset

from playground.dns.zones import Snapshot

_LONGEST_CHAIN: Final = 8
_ADDRESSES: Final = (dns.rdatatype.A, dns.rdatatype.AAAA)
_WILDCARD: Final = dns.name.Name((b"*",))


def answer(zones: Mapping[dns.name.Name, Snapshot], query: dns.message.Message) -> dns.message.Message:
    """The whole answer, however large; REFUSED when no zone here is above the name."""
    response = dns.message.make_response(query)
    name, rdtype = query.question[0].name, query.question[0].rdtype
    zone = _closest(zones, name)
    if zone is None:
        response.set_rcode(dns.rcode.REFUSED)
        return response
    response.flags |= dns.flags.AA
    for _ in range(_LONGEST_CHAIN):
        target = _answer_one(zone, name, rdtype, response)
        # Like NSD, a chain is followed inside the zone only; the asker takes it from there.
        if target is None or not target.is_subdomain(_origin(zone)) or _is_answered(target, response):
            break
        name = target
    return response


def _answer_one(
    zone: Snapshot, name: dns.name.Name, rdtype: dns.rdatatype.RdataType, response: dns.message.Message
) -> dns.name.Name | None:
    """Fill in what the zone says about one name; the target if that was a CNAME to follow."""
    bounds = zone.bounds(name)
    if bounds.is_delegation and not (bounds.is_equal and rdtype == dns.rdatatype.DS):
        _refer(zone, bounds.left, response)
        return None
    # A name that exists only because something is below it has no node, and still is no NXDOMAIN.
    exists = bounds.closest_encloser == name
    node = zone.get_node(name if exists else _WILDCARD.concatenate(bounds.closest_encloser))
    if not exists and node is None:
        response.set_rcode(dns.rcode.NXDOMAIN)
    found = _wanted(node, rdtype)
    response.answer.extend(_rrset(name, rdataset) for rdataset in found)
    if not found:
        response.authority.append(_negative_soa(zone))
        return None
    if rdtype == dns.rdatatype.NS:
        _add_addresses(zone, found[0], response)
    first = found[0][0]
    wants_chain = rdtype not in {dns.rdatatype.CNAME, dns.rdatatype.ANY}
    return first.target if wants_chain and isinstance(first, dns.rdtypes.ANY.CNAME.CNAME) else None


def _wanted(node: dns.node.Node | None, rdtype: dns.rdatatype.RdataType) -> list[dns.rdataset.Rdataset]:
    rdatasets = list(node) if node else []
    if rdtype == dns.rdatatype.ANY:
        return rdatasets
    return [rdataset for rdataset in rdatasets if rdataset.rdtype in {rdtype, dns.rdatatype.CNAME}]


def _refer(zone: Snapshot, cut: dns.name.Name, response: dns.message.Message) -> None:
    if not response.answer:  # after a CNAME of our own the answer is ours, wherever the rest of the chain lives
        response.flags &= ~dns.flags.AA
    servers = zone.get_rdataset(cut, dns.rdatatype.NS, dns.rdatatype.NONE)
    if servers is not None:
        response.authority.append(_rrset(cut, servers))
        _add_addresses(zone, servers, response)


def _add_addresses(zone: Snapshot, servers: dns.rdataset.Rdataset, response: dns.message.Message) -> None:
    for server in servers:
        if not isinstance(server, dns.rdtypes.ANY.NS.NS) or not server.target.is_subdomain(_origin(zone)):
            continue
        for rdtype in _ADDRESSES:
            addresses = zone.get_rdataset(server.target, rdtype, dns.rdatatype.NONE)
            if addresses is not None:
                response.additional.append(_rrset(server.target, addresses))


def _negative_soa(zone: Snapshot) -> dns.rrset.RRset:
    """RFC 2308, 3: in a negative answer the SOA's TTL is the lower of its own and MINIMUM."""
    rdataset = zone.get_rdataset(_origin(zone), dns.rdatatype.SOA, dns.rdatatype.NONE)
    assert rdataset is not None  # noqa: S101 - Zone never lets its SOA go
    soa = rdataset[0]
    assert isinstance(soa, dns.rdtypes.ANY.SOA.SOA)  # noqa: S101 - narrows dnspython's type
    return dns.rrset.from_rdata_list(_origin(zone), min(rdataset.ttl, soa.minimum), [soa])


def _closest(zones: Mapping[dns.name.Name, Snapshot], name: dns.name.Name) -> Snapshot | None:
    above = [origin for origin in zones if name.is_subdomain(origin)]
    return zones[max(above, key=len)] if above else None


def _is_answered(name: dns.name.Name, response: dns.message.Message) -> bool:
    """Whether the chain has come back to where it was."""
    return any(rrset.name == name for rrset in response.answer)


def _origin(zone: Snapshot) -> dns.name.Name:
    assert zone.origin is not None  # noqa: S101 - Zone is always built with an origin
    return zone.origin


def _rrset(name: dns.name.Name, rdataset: dns.rdataset.Rdataset) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(name, rdataset.ttl, list(rdataset))
