"""The stage of what is measured live: the bot as operators run it, in the playground's world, with NSD for its DNS.

Web, one worker and Valkey are processes of their own, and so are NSD and Unbound. When a record was published is found
by asking NSD, which tells nobody; when a message arrived is its timestamp in the playground's Slack, on the same clock.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import dns.asyncquery
import dns.exception
import dns.message
import dns.rdatatype

from playground.bot_processes import BotProcesses
from playground.scenarios import Holding, Scenario
from playground.slack import Message, NotOnScreen
from playground.world import World
from tests.real_dns import NSD, SOA, UNBOUND, Authority, Resolver, nsd, unbound, zone
from tests.valkey_server import ValkeyServer

EVERY_ADDRESS = tuple(f"127.0.0.{number}" for number in range(1, 7))
FOUR = EVERY_ADDRESS[:4]
"""Where NSD listens."""
PARENT = "example.com"
TTL_S = 3600
GLIMPSE_S = 0.002
SOONEST_S = 5.0
PATIENCE_S = 120.0
ASKED_AT_ONCE = 5
UNTIL_SLOW_S = 300.0
"""Between two looks at a record that has been waited for longer than a day."""
NEWS = ("is live", "is ready for approval")


@dataclass
class LiveZone:
    """A zone below example.com, whose servers' names are in that; and the names in it that are to be moved."""

    name: str
    size: int
    servers: tuple[int, ...] = (1, 2, 3, 4)
    """The last numbers of their addresses."""
    negative_ttl_s: int = 300
    records: list[str] = field(default_factory=list)
    serial: int = 1

    @property
    def origin(self) -> str:
        """`z1.example.com`."""
        return f"{self.name}.{PARENT}"

    @property
    def aliases(self) -> list[str]:
        """`n0.z1.example.com` and so on."""
        return [f"n{number}.{self.origin}" for number in range(self.size)]

    @property
    def text(self) -> str:
        """Its file."""
        soa = SOA.format(soa_ttl=self.negative_ttl_s, minimum=self.negative_ttl_s, serial=self.serial)
        served = "".join(f"@ IN NS ns{number}.{PARENT}.\n" for number in self.servers)
        return f"$ORIGIN {self.origin}.\n$TTL {TTL_S}\n{soa}{served}{''.join(self.records)}"

    @property
    def delegation(self) -> str:
        """In the zone above."""
        return "".join(f"{self.name} IN NS ns{number}\n" for number in self.servers)


@dataclass(frozen=True)
class Waited:
    """A move that waits for its record."""

    alias: str
    zone: LiveZone
    card: Message

    @property
    def record(self) -> str:
        """`_n0.z1.example.com`."""
        return f"_{self.alias}"


@dataclass
class Stage:
    """What a measurement can do and see."""

    world: World
    authority: Authority
    resolver: Resolver
    valkey: ValkeyServer
    _publishing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, zones: Iterable[LiveZone]) -> list[Waited]:
        """Type the command for every name, a few at once; all of them, once each waits for its record."""
        room = asyncio.Semaphore(ASKED_AT_ONCE)
        target = self.world.distributions["green"].id

        async def ask(alias: str, zone: LiveZone) -> Waited:
            async with room:
                text = f"{alias} {target}"
                channel = self.world.channel.id
                reply = await self.world.slack.command(self._mina, channel, self.world.command[0], text)
                if reply.error:
                    raise SystemExit(f"The bot did not answer: {reply.error}")
                return Waited(alias, zone, await self.world.slack.until(lambda: self._card(alias), PATIENCE_S))

        return await asyncio.gather(*(ask(alias, zone) for zone in zones for alias in zone.aliases))

    def _card(self, alias: str) -> Message:
        for each in self.world.slack.messages(self.world.channel.id):
            text = each.plain()
            if text.startswith(alias) and f"_{alias}" in text:
                return each
        raise NotOnScreen(f"a card of {alias} that names the record")

    async def publish_some_time(self, waiting: Sequence[Waited], latest_s: float) -> list[float]:
        """Each record at a random time of its own; when the last server had it, Unix seconds."""
        chance = Random()

        async def publish(waited: Waited) -> float:
            await asyncio.sleep(chance.uniform(SOONEST_S, latest_s))
            return await self.publish(waited)

        return await asyncio.gather(*(publish(each) for each in waiting))

    async def publish(self, *those: Waited) -> float:
        """The records of one zone; when the last server had the last of them, Unix seconds."""
        async with self._publishing:
            one = those[0].zone
            value = self.world.distributions["green"].domain_name
            one.records += [f'{each.record}. IN TXT "{value}"\n' for each in those]
            one.serial += 1
            self.authority.publish(one.origin, one.text)
            for address in self.authority.addresses:
                while not await has_record(address, self.authority.port, those[-1].record):  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(GLIMPSE_S)
            return time.time()

    def news(self, waited: Waited) -> float | None:
        """When the message that the record is live arrived in the card's thread, Unix seconds."""
        for each in self.world.slack.thread(waited.card.channel, waited.card.ts):
            if any(words in each.plain() for words in NEWS):
                return float(each.ts)
        return None

    async def until_news(self, *those: Waited) -> list[float]:
        """When it arrived for each."""
        await until(lambda: all(self.news(each) for each in those))
        return [self.news(each) or 0.0 for each in those]

    async def look_again(self, waited: Waited) -> float:
        """Press the button; when, Unix seconds."""
        at = time.time()
        reply = await self.world.slack.press(self._mina, self.world.slack.current(waited.card), "move.recheck")
        if reply.error:
            raise SystemExit(f"The bot did not answer: {reply.error}")
        return at

    async def slow_down(self) -> None:
        """Put every look at a record off as far as after a day of waiting, until none is under way any more."""
        with self.valkey.connect() as client:
            quiet = 0
            while quiet < 3:
                put_off, soon = 0, time.time() + UNTIL_SLOW_S / 2
                for lot in client.scan_iter("{cname}:watch:*"):
                    entries = client.zrange(lot, "-inf", soon, byscore=True)
                    put_off += len(entries)
                    if entries:
                        client.zadd(lot, dict.fromkeys(entries, time.time() + UNTIL_SLOW_S), xx=True)
                quiet = 0 if put_off else quiet + 1
                await asyncio.sleep(1)

    @property
    def _mina(self) -> str:
        return self.world.people["mina"].id


@asynccontextmanager
async def live(zones: Sequence[LiveZone]) -> AsyncIterator[Stage]:
    """Everything running."""
    if NSD is None or UNBOUND is None:
        sys.exit("This needs NSD and Unbound (Debian's packages nsd and unbound).")
    parent = zone(PARENT, "".join(each.delegation for each in zones), ttl=TTL_S, addresses=EVERY_ADDRESS)
    files = {PARENT: parent} | {each.origin: each.text for each in zones}
    blues = [Holding(f"blue {each.name}", tuple(each.aliases), (f"*.{each.origin}",)) for each in zones]
    green = Holding("green", (), tuple(f"*.{each.origin}" for each in zones))
    scenario = Scenario("live", "Measured by itself.", (*blues, green), alias=zones[0].aliases[0], ask_for="green")
    with tempfile.TemporaryDirectory(prefix="vk-") as folder, nsd(files, FOUR) as authority:
        valkey = ValkeyServer(Path(folder), appendfsync="always")
        valkey.start()
        try:
            with unbound(authority, tuple(files)) as resolver:
                where = {"DNS_RESOLVERS": "{}:{}".format(*resolver.where), "DNS_PORT": str(authority.port)}
                async with World.start(scenario) as world:
                    settings = world.environment() | where | {"REDIS_URL": valkey.url}
                    async with BotProcesses.start(settings, workers=1) as bot:
                        await world.connect(bot.url)
                        yield Stage(world, authority, resolver, valkey)
        finally:
            valkey.stop()


async def has_record(address: str, port: int, name: str, *, recursively: bool = False, within_s: float = 2.0) -> bool:
    """Whether a server has a TXT record there; one question over UDP, as scripts ask it."""
    query = dns.message.make_query(name, dns.rdatatype.TXT, flags=dns.flags.RD if recursively else 0)
    try:
        reply = await dns.asyncquery.udp(query, address, within_s, port)
    except (dns.exception.Timeout, OSError):
        return False
    return bool(reply.answer)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what tells nobody."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110 - that is what this is for
            await asyncio.sleep(0.02)


HEADING = f"{'seconds':<64}{'count':>6}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}"


def row(what: str, seconds: Sequence[float]) -> str:
    """One line below HEADING."""
    ranks = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"{what:<64}{len(seconds):>6}{ranks[49]:>8.2f}{ranks[94]:>8.2f}{ranks[98]:>8.2f}{max(seconds):>8.2f}"
