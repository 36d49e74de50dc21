"""The same against NSD and Unbound, where they are installed: what they say and log, nobody here has made up."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from bot.alias_move.visibility import CacheKind, Visibility
from bot.alias_move.watching import Glance, Watch
from bot.dns import AuthoritativeDns
from tests.dns.conftest import TARGET, WWW
from tests.real_dns import NSD, UNBOUND, Nsd, Unbound, nsd, unbound, zone

pytestmark = [
    pytest.mark.skipif(NSD is None or UNBOUND is None, reason="NSD and Unbound are not both installed"),
    pytest.mark.wide,
]

NEGATIVE_TTL_S = 3
RIGHT_WITHIN_S = 2.0
PATIENCE_S = 30.0
RECORD = f'_www IN TXT "{TARGET}"\n'
WATCH = Watch("key", "m1", "m1.1", WWW.name, is_brief=True, since=0.0, stirred_at=0.0)


@dataclass
class Servers:
    """A zone whose publisher is this test, and a resolver in front of it."""

    authority: Nsd
    resolver: Unbound
    serial: int = 1

    def publish(self, records: str) -> None:
        """Replace the zone."""
        self.serial += 1
        self.authority.publish("example.com", example(records, self.serial))


def example(records: str = "", serial: int = 1) -> str:
    return zone("example.com", records, serial=serial, soa_ttl=NEGATIVE_TTL_S, minimum=900)


@pytest.fixture
def servers() -> Iterator[Servers]:
    try:
        with nsd({"example.com": example()}) as authority, unbound(authority, ("example.com",)) as resolver:
            yield Servers(authority, resolver)
    except OSError as trouble:
        pytest.skip(f"they cannot listen here: {trouble}")


@pytest.fixture
async def real(servers: Servers) -> AsyncIterator[AuthoritativeDns]:
    dns = AuthoritativeDns((servers.resolver.where,), servers.authority.port)
    yield dns
    await dns.close()


async def until_live(dns: AuthoritativeDns) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not (await dns.look_up(WWW)).is_live:  # noqa: ASYNC110 - NSD tells nobody when it has read a zone
            await asyncio.sleep(0.05)


async def test_publication_is_noticed_and_the_resolver_hears_of_the_record_only_then(
    servers: Servers, real: AuthoritativeDns
):
    before = await real.look_up(WWW)
    glances = [(await real.glance([WATCH]))[0] for _ in range(3)]
    assert (before.says_nothing, glances) == (True, [Glance.NOTHING] * 3)
    assert before.negative_ttl_s == NEGATIVE_TTL_S

    servers.publish(RECORD)
    await until_live(real)

    assert await real.glance([WATCH]) == [Glance.LOOK]
    assert WWW.name not in servers.resolver.log()
    answers = await real.ask_caches(WWW)
    assert [answer.kind for answer in answers] == [CacheKind.SEES]
    assert WWW.name in servers.resolver.log()


async def test_the_announced_time_at_which_a_poisoned_resolver_forgets_is_right(
    servers: Servers, real: AuthoritativeDns
):
    loop = asyncio.get_running_loop()
    await real.ask_caches(WWW)  # somebody asks too early
    servers.publish(RECORD)
    await until_live(real)

    seen = Visibility(loop.time(), await real.ask_caches(WWW))

    assert [answer.kind for answer in seen.answers] == [CacheKind.MISSES]
    assert seen.agree_at is not None
    async with asyncio.timeout(PATIENCE_S):
        while (await real.ask_caches(WWW))[0].kind is not CacheKind.SEES:  # noqa: ASYNC110 - nor Unbound when it forgets
            await asyncio.sleep(0.05)
    assert loop.time() == pytest.approx(seen.agree_at, abs=RIGHT_WITHIN_S)
