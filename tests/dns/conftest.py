"""The bot's DNS in front of the playground's: real packets, two name servers, one resolver that remembers misses."""

from collections.abc import AsyncIterator

import pytest

from bot.alias_move.names import TxtRecord
from bot.dns import AuthoritativeDns
from bot.ports import Turns
from playground.dns import Dns

TARGET = "d111111abcdef8.cloudfront.net"
OTHER_TARGET = "d222222abcdef8.cloudfront.net"
WWW = TxtRecord("_www.example.com", TARGET)


class Clock:
    """Stands still until moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def world() -> AsyncIterator[Dns]:
    async with Dns() as running:
        if len(running.servers) < 2:
            pytest.skip("this system has 127.0.0.1 only, and these tests need two name servers")
        running.add_zone("example.com", negative_ttl=900, soa_ttl=300)
        yield running


def looking_at(world: Dns, clock: Clock, port: int | None = None, turns: Turns | None = None) -> AuthoritativeDns:
    """With time-outs that suit loopback, where an answer takes about a millisecond."""
    return AuthoritativeDns(
        ((world.resolver.ip, world.resolver.port),),
        world.port if port is None else port,
        turns=turns,
        patience_s=0.8,
        udp_s=0.2,
        silent_patience_s=0.05,
        resolver_patience_s=3.0,
        clock=clock,
    )


@pytest.fixture
def dns(world: Dns, clock: Clock) -> AuthoritativeDns:
    return looking_at(world, clock)
