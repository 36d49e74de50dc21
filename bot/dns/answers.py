"""What one response of one authoritative server says about a TXT record. Pure; asks nobody.

Only what the server has authority for counts: its own zone's records at the name asked for, and the CNAMEs of that
zone on the way. Whatever lies elsewhere, or below a delegation, is named as the place to look next.
"""

from dataclasses import dataclass

import dns.flags
import dns.message
import dns.name
import dns.rcode

from bot.alias_move.sightings import AnswerKind
from bot.dns.records import addresses, cname_target, name_servers, negative_ttl_s, soa_above, spelled, txt_values


@dataclass(frozen=True, slots=True)
class Referral:
    """The name lies in a deeper zone, below a cut at which this zone delegates."""

    name: dns.name.Name
    cut: dns.name.Name
    servers: tuple[dns.name.Name, ...]
    glue: tuple[tuple[dns.name.Name, str], ...]
    """Addresses of those servers whose names lie in the referring zone; for others it cannot vouch."""
    ttl_s: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The CNAMEs lead to a name that this response does not, or may not, answer for."""

    target: dns.name.Name


@dataclass(frozen=True, slots=True)
class Said:
    """One response, judged."""

    kind: AnswerKind
    values: tuple[str, ...] = ()
    note: str = ""
    onward: Referral | Elsewhere | None = None
    """Where the answer is to be found; `kind` means nothing then."""
    negative_ttl_s: int | None = None
    """Where this is a "no": how long a cache may keep it."""

    @property
    def speaks(self) -> bool:
        """Whether it is an authority's word: an answer, or where to find one."""
        return self.onward is not None or self.kind not in {AnswerKind.LAME, AnswerKind.SILENT}


def read(response: dns.message.Message, name: dns.name.Name, origin: dns.name.Name, value: str) -> Said:
    """What a server of the zone `origin` says about the TXT record at `name` that should hold `value`."""
    if response.rcode() not in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
        return Said(AnswerKind.LAME, note=dns.rcode.to_text(response.rcode()))
    if not response.flags & dns.flags.AA:
        onward = None if response.answer else referral(response, name, origin)
        return Said(AnswerKind.LAME, note="answers without authority", onward=onward)
    chain = _chain(response, name, origin)
    end = chain[-1]
    note = f"CNAME to {spelled(end)}" if len(chain) > 1 else ""
    if end in chain[:-1]:
        return Said(AnswerKind.NOTHING, note=f"CNAMEs in a circle, back to {spelled(end)}")
    if not end.is_subdomain(origin):
        return Said(AnswerKind.LAME, onward=Elsewhere(end))
    values = txt_values(response, end)
    if values:
        return Said(AnswerKind.EXACT if value in values else AnswerKind.OTHER, values, note)
    return _nothing(response, chain, origin, note)


def _nothing(response: dns.message.Message, chain: list[dns.name.Name], origin: dns.name.Name, note: str) -> Said:
    end = chain[-1]
    soa = soa_above(end, response.authority)
    if soa is None and response.rcode() == dns.rcode.NOERROR:
        # AA speaks of the first owner only (RFC 1035, 4.1.1): the end may be delegated, or left for us to ask about.
        onward = referral(response, end, origin) or (Elsewhere(end) if len(chain) > 1 else None)
        if onward is not None:
            return Said(AnswerKind.LAME, onward=onward)
    return Said(AnswerKind.NOTHING, note=note, negative_ttl_s=negative_ttl_s(soa))


def _chain(response: dns.message.Message, name: dns.name.Name, origin: dns.name.Name) -> list[dns.name.Name]:
    """The name and what its CNAMEs lead to, as far as this zone says; a circle ends with the name met again."""
    chain = [name]
    while chain[-1].is_subdomain(origin) and chain[-1] not in chain[:-1]:
        target = cname_target(response, chain[-1])
        if target is None:
            break
        chain.append(target)
    return chain


def referral(response: dns.message.Message, name: dns.name.Name, origin: dns.name.Name) -> Referral | None:
    """Where a server of the zone `origin` sends those who ask about the name; None where it does not."""
    for rrset in response.authority:
        servers = name_servers(rrset)
        is_deeper = rrset.name != origin and rrset.name.is_subdomain(origin)
        if servers and is_deeper and name.is_subdomain(rrset.name):
            glue = (
                (each.name, address)
                for each in response.additional
                if each.name in servers and each.name.is_subdomain(origin)
                for address in addresses([each])
            )
            # Sorted, so that servers that say the same are seen to agree.
            return Referral(name, rrset.name, servers, tuple(sorted(glue)), rrset.ttl)
    return None
