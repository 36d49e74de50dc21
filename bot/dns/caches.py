"""Recursive resolvers as vantage points: whether they see a record that is live. Never asked before it is.

What they say is no verdict: it tells people, and the core, for how long others may still be told that there is nothing.
"""

import asyncio
from typing import Final

import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from bot.alias_move.visibility import CacheAnswer, CacheKind
from bot.dns.exchange import Silence, Times, ask
from bot.dns.records import answered, cname_target, negative_ttl_s, soa_above, txt_values, written

_LONGEST_CHAIN = 8


class Caches:
    """All vantage points: (IP address, port) of each; `times` is for one of them."""

    def __init__(self, where: tuple[tuple[str, int], ...], times: Times) -> None:
        self._where: Final = tuple(dict.fromkeys(where))
        self._times: Final = times

    async def ask(self, name: dns.name.Name, value: str) -> tuple[CacheAnswer, ...]:
        """What each says about the TXT record that is live at `name`."""
        responses = await asyncio.gather(
            *(ask(*each, name, dns.rdatatype.TXT, self._times, recursion_desired=True) for each in self._where)
        )
        return tuple(
            read(written(each), response, name, value) for each, response in zip(self._where, responses, strict=True)
        )


def read(address: str, response: dns.message.Message | Silence, name: dns.name.Name, value: str) -> CacheAnswer:
    """What one resolver's response says."""
    if isinstance(response, Silence):
        return CacheAnswer(address, CacheKind.SILENT, note="no answer")
    if response.rcode() not in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
        return CacheAnswer(address, CacheKind.SILENT, note=dns.rcode.to_text(response.rcode()))
    end, ttls_s = name, []
    for _ in range(_LONGEST_CHAIN):
        target = cname_target(response, end)
        if target is None:
            break
        ttls_s.append(_ttl_s(response, end, dns.rdatatype.CNAME))
        end = target
    values = txt_values(response, end)
    if value in values:
        return CacheAnswer(address, CacheKind.SEES)
    if values:
        return CacheAnswer(address, CacheKind.OTHER, max([*ttls_s, _ttl_s(response, end, dns.rdatatype.TXT)]))
    # The SOA counts down in the cache's answer: what is left of it is how long the miss is remembered.
    left_s = negative_ttl_s(soa_above(end, response.authority))
    return CacheAnswer(address, CacheKind.MISSES, max([*ttls_s, left_s or 0]))


def _ttl_s(response: dns.message.Message, owner: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> int:
    rrset = answered(response, owner, rdtype)
    return rrset.ttl if rrset else 0
