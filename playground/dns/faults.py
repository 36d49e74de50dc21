"""The ways a server of this world can be broken on purpose; pure, applied to an answer before it is sent."""

from collections.abc import Set as AbstractSet
from enum import Enum

import dns.flags
import dns.message
import dns.rcode


class Over(Enum):
    """How a question arrived."""

    UDP = "udp"
    TCP = "tcp"
    MEMORY = "memory"
    """From inside the world, without a socket: its resolver asking an authority, its CloudFront asking the resolver."""


class Fault(Enum):
    """Several may be on at once: TRUNCATED with NO_TCP is a firewall that knows only UDP."""

    DEAD = "dead"
    """Receives everything and answers nothing; a TCP connection opens and stays silent."""
    NO_TCP = "no-tcp"
    """Silent over TCP only."""
    REFUSED = "refused"
    """Answers every question with REFUSED."""
    SERVFAIL = "servfail"
    """Answers every question with SERVFAIL."""
    LAME = "lame"
    """Answers with the right records but without AA, as a server that is not the zone's authority."""
    TRUNCATED = "truncated"
    """Every UDP answer is empty and has TC set; over TCP all is well."""
    BOGUS = "bogus"
    """Answers with SERVFAIL unless told not to validate (CD), as a resolver does where signatures are broken."""
    WRONG_ID = "wrong-id"
    """Answers with an id nobody asked with, as a clumsy forger would."""


def damage(
    faults: AbstractSet[Fault], query: dns.message.Message, response: dns.message.Message, over: Over
) -> dns.message.Message | None:
    """What leaves a server with these faults instead of the response; None is silence. May change the response."""
    if Fault.DEAD in faults or (Fault.NO_TCP in faults and over is Over.TCP):
        return None
    if Fault.REFUSED in faults or Fault.SERVFAIL in faults:
        response = dns.message.make_response(query)
        response.set_rcode(dns.rcode.REFUSED if Fault.REFUSED in faults else dns.rcode.SERVFAIL)
    if Fault.BOGUS in faults and not query.flags & dns.flags.CD:
        response = dns.message.make_response(query)
        response.set_rcode(dns.rcode.SERVFAIL)
    if Fault.LAME in faults:
        response.flags &= ~dns.flags.AA
    if Fault.TRUNCATED in faults and over is Over.UDP:
        response.flags |= dns.flags.TC
        response.answer, response.authority, response.additional = [], [], []
    if Fault.WRONG_ID in faults:
        response.id ^= 0xFFFF
    return response
