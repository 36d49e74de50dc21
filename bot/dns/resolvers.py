"""The recursive resolvers: they say where zones live. Nobody may ask them here for the record a move waits for."""

import asyncio
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.message
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

from bot.dns.exchange import EDNS_PAYLOAD_BYTES, Silence, Times, ask
from bot.dns.records import addresses, answered, name_servers, spelled, written
from bot.ports import TryAgainLater

_TRIES = 3
_NONE_CONFIGURED = "No DNS resolver is known: set DNS_RESOLVERS, or give this machine a resolver of its own."


class Resolvers:
    """The configured resolvers, or the system's, asked in order until one answers.

    Args:
        where: (IP address, port) of each; empty takes the system's, read once.
        patience_s: for one question to all of them, in seconds.
    """

    def __init__(self, where: tuple[tuple[str, int], ...], patience_s: float) -> None:
        self._where: Final = where or of_the_system()
        self._patience_s: Final = patience_s
        self._resolver: Final = dns.asyncresolver.Resolver(configure=False)
        self._resolver.nameservers = [dns.nameserver.Do53Nameserver(*each) for each in self._where]
        self._resolver.timeout = patience_s / _TRIES
        self._resolver.lifetime = patience_s
        self._resolver.use_edns(0, 0, EDNS_PAYLOAD_BYTES)

    @property
    def where(self) -> tuple[tuple[str, int], ...]:
        """(IP address, port) of each."""
        return self._where

    async def ask(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> dns.message.Message:
        """The answer, "no such name" included.

        Raises:
            TryAgainLater: no resolver gave one.
        """
        if not self.where:
            raise TryAgainLater(_NONE_CONFIGURED)
        try:
            answer = await self._resolver.resolve(name, rdtype, raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN as error:
            return error.response(name)  # type: ignore[no-untyped-call, no-any-return]  # always a message
        except dns.exception.DNSException as error:
            what = f"{dns.rdatatype.to_text(rdtype)} record of {spelled(name)}"
            raise TryAgainLater(
                f"The DNS resolvers ({self._listed()}) could not find the {what}: "
                "they do not answer, or its name servers do not."
            ) from error
        return answer.response

    async def name_servers(self, origin: dns.name.Name) -> tuple[tuple[dns.name.Name, ...], int]:
        """The names of a zone's servers, and for how many seconds that may be believed.

        Raises:
            TryAgainLater: there is no answer, or no name server in it.
        """
        response = await self.ask(origin, dns.rdatatype.NS)
        rrset = answered(response, origin, dns.rdatatype.NS)
        if not rrset:
            raise TryAgainLater(f"The DNS resolvers ({self._listed()}) know no name server of {spelled(origin)}.")
        return name_servers(rrset), rrset.ttl

    async def addresses(self, server: dns.name.Name) -> tuple[str, ...]:
        """IPv4 and IPv6 addresses of a server; empty when it has none.

        Raises:
            TryAgainLater: one of the two questions got no answer, so that addresses may be missing.
        """
        v4, v6 = await asyncio.gather(self.ask(server, dns.rdatatype.A), self.ask(server, dns.rdatatype.AAAA))
        return addresses(v4.answer) + addresses(v6.answer)

    async def reach(self) -> str:
        """Who of them answers at all; any DNS answer counts.

        Raises:
            TryAgainLater: nobody.
        """
        if not self.where:
            raise TryAgainLater(_NONE_CONFIGURED)
        times = Times(udp_s=self._patience_s / 2, tcp_s=self._patience_s / 2)
        outcomes = await asyncio.gather(
            *(ask(*each, dns.name.root, dns.rdatatype.NS, times, recursion_desired=True) for each in self.where)
        )
        told = [(written(each), outcome) for each, outcome in zip(self.where, outcomes, strict=True)]
        answering = [each for each, outcome in told if not isinstance(outcome, Silence)]
        silent = [f"{each} ({outcome.note})" for each, outcome in told if isinstance(outcome, Silence)]
        if not answering:
            raise TryAgainLater(f"No DNS resolver answers: {', '.join(silent)}.")
        sentence = f"DNS resolvers that answer: {', '.join(answering)}."
        return f"{sentence} Those that do not: {', '.join(silent)}." if silent else sentence

    def _listed(self) -> str:
        return ", ".join(map(written, self.where))


def of_the_system() -> tuple[tuple[str, int], ...]:
    """The resolvers this machine uses; none where it has none."""
    try:
        resolver = dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return ()
    return tuple((each, resolver.port) for each in resolver.nameservers if isinstance(each, str))
