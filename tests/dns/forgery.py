"""Replies that somebody forged or broke on the way, each of which would say that the record is live, but for one flaw.

Two ways lead to the bot: a datagram that claims to answer a question (`is_heard`), and an answer that is judged
(`is_believed`). What has a flaw in its envelope must not be heard; what has one inside must not be believed.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from random import Random
from typing import Final

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from bot.alias_move.sightings import AnswerKind
from bot.dns.answers import read
from bot.dns.questions import _Batch, _Port, _Slot

VALUE: Final = "d111111abcdef8.cloudfront.net"
NAME: Final = dns.name.from_text("_www.example.com")
ORIGIN: Final = dns.name.from_text("example.com")
_SPELLED: Final = NAME.to_wire() or b""
_LETTERS: Final = frozenset(range(ord("a"), ord("z") + 1))
_QUERY: Final = dns.message.make_query(NAME, dns.rdatatype.TXT, flags=0, use_edns=0)
SERVER: Final = ("192.0.2.53", 53)
ELSEWHERE: Final = tuple(
    dns.name.from_text(each)
    for each in (
        "_wwx.example.com",
        "www.example.com",
        "_www.example.com.example.com",
        "example.com",
        "_www.example.net",
    )
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was sent."""

    id: int
    name: bytes
    """On the wire, in a random mixture of cases."""


Flaw = Callable[[Random, Question], bytes]


def asked(chance: Random) -> Question:
    """Random id, random case."""
    turned = bytes(each ^ 0x20 if each in _LETTERS and chance.random() < 0.5 else each for each in _SPELLED)
    return Question(chance.randrange(1 << 16), turned)


def genuine(_: Random, query: Question) -> bytes:
    """Without a flaw."""
    return _stamped(_reply(), query)


def is_heard(wire: bytes, query: Question, source: tuple[str, int], loop: asyncio.AbstractEventLoop) -> bool:
    """Whether the datagram counts as the reply to the question."""
    batch = _Batch([None], 1, 0.0, loop.create_future())
    with socket.socket(type=socket.SOCK_DGRAM) as unbound:
        port = _Port(unbound)
        port.waiting[query.id.to_bytes(2)] = _Slot(_question(query), SERVER, batch, 0)
        port.hear(wire, source)
    return batch.replies[0] is not None


def is_believed(wire: bytes, query: Question) -> bool:
    """Whether the answer, judged as one that came over TCP, says that the server has the record."""
    try:
        message = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return False
    _QUERY.id = query.id
    return _QUERY.is_response(message) and read(message, NAME, ORIGIN, VALUE).kind is AnswerKind.EXACT


def _question(query: Question) -> bytes:
    return query.name + b"\x00\x10\x00\x01"


# dnspython makes each reply once; what differs from question to question, id and spelling, is put into its bytes.


def _stamped(wire: bytes, query: Question) -> bytes:
    """The reply to this question."""
    return query.id.to_bytes(2) + wire[2:12] + query.name + wire[12 + len(query.name) :]


@cache
def _reply(
    owner: dns.name.Name = NAME,
    value: str = VALUE,
    *,
    question: tuple[dns.name.Name, str] = (NAME, "TXT"),
    rcode: int = dns.rcode.NOERROR,
    cnames: tuple[tuple[dns.name.Name, dns.name.Name], ...] = (),
    txt_at: int = 0,
    section: str = "answer",
) -> bytes:
    """A reply with the TXT record of this owner among these CNAMEs."""
    response = dns.message.make_response(dns.message.make_query(*question, flags=0, use_edns=0))
    response.flags |= dns.flags.AA
    response.set_rcode(dns.rcode.Rcode(rcode))
    records = [dns.rrset.from_text(each, 60, "IN", "CNAME", to.to_text()) for each, to in cnames]
    records.insert(txt_at, dns.rrset.from_text(owner, 60, "IN", "TXT", *(f'"{one}"' for one in value.split("|"))))
    setattr(response, section, records)
    return response.to_wire()


# The envelope


def _other_id(chance: Random, query: Question) -> bytes:
    number = query.id ^ chance.randrange(1, 1 << 16)
    return number.to_bytes(2) + genuine(chance, query)[2:]


def _other_question(chance: Random, query: Question) -> bytes:
    return query.id.to_bytes(2) + _reply(question=(chance.choice(ELSEWHERE), "TXT"))[2:]


def _other_type(chance: Random, query: Question) -> bytes:
    return _stamped(_reply(question=(NAME, chance.choice(["A", "CNAME", "SOA", "ANY"]))), query)


def _question_class(chance: Random, query: Question) -> bytes:
    wire = genuine(chance, query)
    end = 12 + len(_question(query))
    return wire[: end - 2] + chance.choice((0, 2, 3, 4, 254, 255)).to_bytes(2) + wire[end:]


def _other_case(chance: Random, query: Question) -> bytes:
    wire, at = bytearray(genuine(chance, query)), 0
    while not chr(wire[at]).isalpha():
        at = chance.randrange(13, 12 + len(_question(query)) - 5)
    wire[at] ^= 0x20
    return bytes(wire)


def _no_reply(chance: Random, query: Question) -> bytes:
    wire = bytearray(genuine(chance, query))
    wire[2] &= 0x7F
    return bytes(wire)


def _cut(chance: Random, query: Question) -> bytes:
    wire = genuine(chance, query)
    return wire[: chance.randrange(12 + len(_question(query)))]


def _truncated(chance: Random, query: Question) -> bytes:
    wire = bytearray(genuine(chance, query))
    wire[2] |= 0x02
    return bytes(wire)


ENVELOPES: Final[dict[str, Flaw]] = {
    "another id": _other_id,
    "another question": _other_question,
    "another type": _other_type,
    "another class asked for": _question_class,
    "another case": _other_case,
    "not a reply": _no_reply,
    "cut short": _cut,
    "truncated": _truncated,
}


# What is inside


def _no_authority(chance: Random, query: Question) -> bytes:
    wire = bytearray(genuine(chance, query))
    wire[2] &= ~0x04
    return bytes(wire)


def _bad_rcode(chance: Random, query: Question) -> bytes:
    return _stamped(_reply(rcode=chance.choice((1, 2, 4, 5, 6, 9, 16))), query)


def _other_owner(chance: Random, query: Question) -> bytes:
    return _stamped(_reply(chance.choice(ELSEWHERE)), query)


def _other_class(chance: Random, query: Question) -> bytes:
    # The record's type and class follow its owner, which is a pointer to the question.
    wire = bytearray(genuine(chance, query))
    at = 12 + len(_question(query)) + 2 + 2
    wire[at : at + 2] = chance.choice((3, 4, 254, 255)).to_bytes(2)
    return bytes(wire)


def _other_section(chance: Random, query: Question) -> bytes:
    return _stamped(_reply(section=chance.choice(("authority", "additional"))), query)


def _trailing(chance: Random, query: Question) -> bytes:
    return genuine(chance, query) + chance.randbytes(chance.randrange(1, 20))


def _short(chance: Random, query: Question) -> bytes:
    wire = genuine(chance, query)
    return wire[: -chance.randrange(12, len(VALUE))]


def _other_value(chance: Random, query: Question) -> bytes:
    at = chance.randrange(len(VALUE))
    turned = VALUE[:at] + chance.choice("0x-_ .Z") + VALUE[at + chance.randrange(2) :]
    values = [turned if turned != VALUE else f"{VALUE}.", VALUE[:at], VALUE + VALUE, VALUE.upper(), f" {VALUE}"]
    return _stamped(_reply(value=chance.choice(values)), query)


def _split_values(chance: Random, query: Question) -> bytes:
    at = chance.randrange(1, len(VALUE))
    return _stamped(_reply(value=f"{VALUE[:at]}|{VALUE[at:]}"), query)


def _circle(chance: Random, query: Question) -> bytes:
    length = chance.randrange(1, 6)
    names = [NAME, *(dns.name.from_text(f"c{number}.example.com") for number in range(1, length)), NAME]
    chain = list(pairwise(names))
    chance.shuffle(chain)
    owner, at = chance.choice(ELSEWHERE), chance.randrange(length + 1)
    return _stamped(_reply(owner, cnames=tuple(chain), txt_at=at), query)


def _outside(chance: Random, query: Question) -> bytes:
    """A CNAME out of the zone, and the record there: of that this server knows nothing."""
    there = dns.name.from_text(f"t{chance.randrange(100)}.example.net")
    return _stamped(_reply(there, cnames=((NAME, there),), txt_at=1), query)


INSIDES: Final[dict[str, Flaw]] = {
    "another id": _other_id,
    "another question": _other_question,
    "not a reply": _no_reply,
    "no authority": _no_authority,
    "an error": _bad_rcode,
    "another owner": _other_owner,
    "another class": _other_class,
    "another section": _other_section,
    "trailing bytes": _trailing,
    "cut short": _short,
    "another value": _other_value,
    "two values that make one": _split_values,
    "CNAMEs in a circle": _circle,
    "a CNAME out of the zone": _outside,
}
