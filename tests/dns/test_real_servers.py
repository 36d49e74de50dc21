"""The same against NSD, BIND and Unbound, where they are installed: what they say and log, nobody here has made up."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import dns.name
import dns.rdatatype
import pytest

from bot.alias_move.diagnosis import diagnosis
from bot.alias_move.visibility import CacheKind, Visibility
from bot.alias_move.watching import Glance, Watch
from bot.dns import AuthoritativeDns
from bot.dns.exchange import Silence, Times, ask
from bot.ports import TryAgainLater
from tests.alias_move.evidence import registrable_name
from tests.dns.conftest import TARGET, WWW
from tests.real_dns import (
    BOTH,
    NAMED,
    NSD,
    ONE,
    UNBOUND,
    AtOnce,
    Authority,
    Resolver,
    bind,
    bind_resolver,
    nsd,
    unbound,
    zone,
)

pytestmark = pytest.mark.wide

NEGATIVE_TTL_S = 3
RIGHT_WITHIN_S = 2.0
PATIENCE_S = 30.0
RECORD = f'_www IN TXT "{TARGET}"\n'
WATCH = Watch("key", "m1", "m1.1", WWW.name, is_brief=True, since=0.0, stirred_at=0.0)
PAIRS = {
    "NSD, Unbound": {"NSD": NSD, "Unbound": UNBOUND},
    "NSD, BIND": {"NSD": NSD, "BIND": NAMED},
    "BIND, BIND": {"BIND": NAMED},
}
"""An authority and a resolver in front of it, and what has to be installed for both."""


@dataclass
class Servers:
    """A zone whose publisher is this test, and a resolver in front of it."""

    authority: Authority
    resolver: Resolver
    poison: dns.rdatatype.RdataType
    """A question of this type about the record, asked too early, is enough to hide it at this resolver."""
    serial: int = 1

    def publish(self, records: str) -> None:
        """Replace the zone."""
        self.serial += 1
        self.authority.publish("example.com", example(self.authority.addresses, records, self.serial))


def example(addresses: tuple[str, ...], records: str = "", serial: int = 1) -> str:
    return zone("example.com", records, serial=serial, soa_ttl=NEGATIVE_TTL_S, minimum=900, addresses=addresses)


@pytest.fixture(params=PAIRS)
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    if missing := [name for name, where in PAIRS[request.param].items() if where is None]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    with ExitStack() as stack:
        try:
            pair = stack.enter_context(running(request.param))
        except OSError as trouble:
            pytest.skip(f"{request.param} cannot listen here: {trouble}")
        yield pair


@contextmanager
def running(pair: str) -> Iterator[Servers]:
    serving = bind({"example.com": example(ONE)}) if pair == "BIND, BIND" else nsd({"example.com": example(BOTH)})
    with serving as authority:
        if pair == "NSD, Unbound":
            with unbound(authority, ("example.com",)) as resolver:
                yield Servers(authority, resolver, dns.rdatatype.TXT)
        else:
            with bind_resolver(authority) as resolver:
                # BIND's "no such name" is one for every type: a question for the SOA hides the TXT record too.
                yield Servers(authority, resolver, dns.rdatatype.SOA)


@pytest.fixture
async def real(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AuthoritativeDns]:
    monkeypatch.setattr("bot.dns.look_up.GLANCE_WITHIN_S", PATIENCE_S)  # a busy machine is not a silent server
    where, port = (servers.resolver.where,), servers.authority.port
    dns = AuthoritativeDns(where, port, turns=AtOnce(), patience_s=10.0, udp_s=5.0)
    yield dns
    await dns.close()


@pytest.mark.skipif(NSD is None or NAMED is None, reason="NSD and BIND are not both installed")
async def test_a_resolver_with_a_version_of_the_zone_for_its_own_network_denies_the_record_for_too_long():
    inside = zone("example.com", soa_ttl=900, minimum=900)
    with (
        nsd({"example.com": example(BOTH, RECORD)}) as authority,
        bind_resolver(authority, {"example.com": inside}) as own,
    ):
        dns = AuthoritativeDns((own.where,), authority.port)
        sighting = await dns.look_up(WWW)
        (answer,) = await dns.ask_caches(WWW)

    assert sighting.is_live
    assert sighting.negative_ttl_s == NEGATIVE_TTL_S
    assert (answer.kind, answer.ttl_s) == (CacheKind.MISSES, 900)


async def until_live(dns: AuthoritativeDns) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await is_live(dns):  # noqa: ASYNC110 - NSD tells nobody when it has read a zone
            await asyncio.sleep(0.05)


async def is_live(dns: AuthoritativeDns) -> bool:
    try:
        return (await dns.look_up(WWW)).is_live
    except TryAgainLater:
        return False  # NSD takes no TCP for a moment while it reads a zone


async def asked_too_early(servers: Servers) -> None:
    """As other tools begin, that look for the zone from the record's own name upwards."""
    name, times = dns.name.from_text(WWW.name), Times(udp_s=PATIENCE_S, tcp_s=PATIENCE_S)
    told = await ask(*servers.resolver.where, name, servers.poison, times, recursion_desired=True)
    assert not isinstance(told, Silence)


async def test_publication_is_noticed_and_the_resolver_hears_of_the_record_only_then(
    servers: Servers, real: AuthoritativeDns
):
    before = await real.look_up(WWW)
    glances = [(await real.glance([WATCH]))[0] for _ in range(3)]
    assert (before.says_nothing, glances) == (True, [Glance.NOTHING] * 3)
    assert before.negative_ttl_s == NEGATIVE_TTL_S
    assert diagnosis(await real.probe(WWW, before), registrable_name, at=1.0).mistakes == ()

    servers.publish(RECORD)
    await until_live(real)

    assert await real.glance([WATCH]) == [Glance.LOOK]
    assert WWW.name not in servers.resolver.log()
    answers = await real.ask_caches(WWW)
    assert [answer.kind for answer in answers] == [CacheKind.SEES]
    assert WWW.name in servers.resolver.log()


@pytest.mark.parametrize("servers", ["NSD, Unbound", "NSD, BIND"], indirect=True)
async def test_the_announced_time_at_which_a_poisoned_resolver_forgets_is_right(
    servers: Servers, real: AuthoritativeDns
):
    loop = asyncio.get_running_loop()
    await asked_too_early(servers)
    servers.publish(RECORD)
    await until_live(real)

    seen = Visibility(loop.time(), await real.ask_caches(WWW))

    assert [answer.kind for answer in seen.answers] == [CacheKind.MISSES]
    assert seen.agree_at is not None
    async with asyncio.timeout(PATIENCE_S):
        while (await real.ask_caches(WWW))[0].kind is not CacheKind.SEES:  # noqa: ASYNC110 - nor a resolver when it forgets
            await asyncio.sleep(0.05)
    assert loop.time() == pytest.approx(seen.agree_at, abs=RIGHT_WITHIN_S)
