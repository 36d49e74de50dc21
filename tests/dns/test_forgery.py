"""Not one of thousands of forged and broken replies makes a record live; `bench/dns_forgery.py` tries a million."""

import asyncio
from random import Random

import pytest

from bot.dns.questions import says_nothing
from tests.dns.forgery import ENVELOPES, INSIDES, SERVER, asked, genuine, is_believed, is_heard

TRIES = 150


async def test_a_genuine_reply_is_heard_and_believed():
    chance = Random(1)
    loop = asyncio.get_running_loop()

    for _ in range(20):
        query = asked(chance)
        wire = genuine(chance, query)

        assert is_heard(wire, query, SERVER, loop)
        assert not is_heard(wire, query, (SERVER[0], SERVER[1] + 1), loop)
        assert not is_heard(wire, query, ("192.0.2.54", SERVER[1]), loop)
        assert not says_nothing(wire)
        assert is_believed(wire, query)


@pytest.mark.parametrize("flaw", ENVELOPES)
async def test_a_datagram_with_a_flaw_in_its_envelope_is_not_heard(flaw: str):
    chance, loop = Random(flaw), asyncio.get_running_loop()

    for _ in range(TRIES):
        query = asked(chance)

        assert not is_heard(ENVELOPES[flaw](chance, query), query, SERVER, loop)


@pytest.mark.parametrize("flaw", sorted(INSIDES.keys() - ENVELOPES.keys() | {"cut short"}))
async def test_what_has_a_flaw_inside_alone_is_heard_like_any_other_reply(flaw: str):
    chance, loop = Random(flaw), asyncio.get_running_loop()

    for _ in range(5):
        query = asked(chance)

        assert is_heard(INSIDES[flaw](chance, query), query, SERVER, loop)


@pytest.mark.parametrize("flaw", INSIDES)
def test_an_answer_with_a_flaw_inside_is_not_believed(flaw: str):
    chance = Random(flaw)

    for _ in range(TRIES):
        query = asked(chance)

        assert not is_believed(INSIDES[flaw](chance, query), query)
