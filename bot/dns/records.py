"""Records read out of the sections of a DNS message, in the few shapes this package needs. Pure."""

from collections.abc import Iterable

import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.CNAME
import dns.rdtypes.ANY.NS
import dns.rdtypes.ANY.SOA
import dns.rdtypes.IN.A
import dns.rdtypes.IN.AAAA
import dns.rdtypes.txtbase
import dns.rrset


def spelled(name: dns.name.Name) -> str:
    """A name as people write it: lower case, no final dot."""
    return name.canonicalize().to_text(omit_final_dot=True)


def written(where: tuple[str, int]) -> str:
    """An address and port as people write them."""
    host, port = where
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def answered(
    response: dns.message.Message, owner: dns.name.Name, rdtype: dns.rdatatype.RdataType
) -> dns.rrset.RRset | None:
    """The records of this owner, class IN and this type in the answer section; others there do not matter."""
    return response.get_rrset(response.answer, owner, dns.rdataclass.IN, rdtype)


def txt_values(response: dns.message.Message, owner: dns.name.Name) -> tuple[str, ...]:
    """Each value with its strings joined, in an order that does not change from look to look."""
    rrset = answered(response, owner, dns.rdatatype.TXT) or ()
    strings = (rdata.strings for rdata in rrset if isinstance(rdata, dns.rdtypes.txtbase.TXTBase))
    return tuple(sorted(b"".join(each).decode(errors="backslashreplace") for each in strings))


def cname_target(response: dns.message.Message, owner: dns.name.Name) -> dns.name.Name | None:
    """Where the owner's CNAME leads to."""
    rrset = answered(response, owner, dns.rdatatype.CNAME) or ()
    return next((rdata.target for rdata in rrset if isinstance(rdata, dns.rdtypes.ANY.CNAME.CNAME)), None)


def end_of_cnames(response: dns.message.Message, owner: dns.name.Name) -> dns.name.Name:
    """What the owner's CNAMEs lead to, as far as this response tells; the owner where it has none, or they go round."""
    chain = [owner]
    while (target := cname_target(response, chain[-1])) is not None:
        if target in chain:
            return owner
        chain.append(target)
    return chain[-1]


def name_servers(rrset: dns.rrset.RRset | None) -> tuple[dns.name.Name, ...]:
    """The targets of NS records, sorted; empty for any other type."""
    return tuple(sorted(rdata.target for rdata in rrset or () if isinstance(rdata, dns.rdtypes.ANY.NS.NS)))


def addresses(rrsets: Iterable[dns.rrset.RRset]) -> tuple[str, ...]:
    """Every IPv4 and IPv6 address in them, whoever owns it."""
    return tuple(
        rdata.address
        for rrset in rrsets
        for rdata in rrset
        if isinstance(rdata, dns.rdtypes.IN.A.A | dns.rdtypes.IN.AAAA.AAAA)
    )


def soa_above(name: dns.name.Name, rrsets: Iterable[dns.rrset.RRset]) -> dns.rrset.RRset | None:
    """The SOA of a zone that the name lies in."""
    for rrset in rrsets:
        if rrset.rdtype == dns.rdatatype.SOA and rrset and name.is_subdomain(rrset.name):
            return rrset
    return None


def negative_ttl_s(soa: dns.rrset.RRset | None) -> int | None:
    """How long a cache may keep a "no": the lower of the SOA's own TTL and its MINIMUM (RFC 2308, 5)."""
    rdata = soa[0] if soa else None
    return min(soa.ttl, rdata.minimum) if soa and isinstance(rdata, dns.rdtypes.ANY.SOA.SOA) else None


def serial(soa: dns.rrset.RRset | None) -> int | None:
    """The number that the zone's publisher raises with every change."""
    rdata = soa[0] if soa else None
    return rdata.serial if isinstance(rdata, dns.rdtypes.ANY.SOA.SOA) else None
