"""One dead server of four: `python -m bench.dns_dead_server`.

Live, as in `bench.dns_live`: moves in zones whose four servers all answer, in zones of which one never answers, and in
zones of which one refuses every packet; in the same run, from publication to the message in Slack.

Then the verdict alone, for a record that is live: the bot's look at all four over TCP, and beside it the same question
to the same four with dnspython's resolver as it is out of the box, one after the other.
"""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import dns.exception
import dns.resolver

from bench.live import EVERY_ADDRESS, HEADING, LiveZone, Stage, Waited, live, row
from bot.alias_move.names import TxtRecord
from bot.dns import AuthoritativeDns
from bot.dns.rounds import WAITED_FOR_EVERY_S

ZONES, NAMES = 7, 3
LATEST_S = 30.0
LOOPS = 2
SILENT, REFUSING = 5, 6
KINDS = {"all four answer": (1, 2, 3, 4), "one is silent": (1, 2, 3, SILENT), "one refuses": (1, 2, 3, REFUSING)}


@contextmanager
def never_answering(address: str, port: int) -> Iterator[None]:
    """Takes what comes, over UDP and TCP, and says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        for each in (udp, tcp):
            each.bind((address, port))
        tcp.listen(1000)
        yield


async def verdicts(stage: Stage, kinds: dict[str, list[Waited]]) -> None:
    """Print how long looks take: a process's first at each zone, one some time later, and one right after that."""
    value = stage.world.distributions["green"].domain_name
    bot = AuthoritativeDns((stage.resolver.where,), stage.authority.port)
    records = {kind: [TxtRecord(each.record, value) for each in those] for kind, those in kinds.items()}
    for when in ("first look", "a look later", "the look after that"):
        for kind, those in records.items():
            print(row(f"verdict over TCP, {when}, {kind}", [await a_look(bot, each) for each in those]))
        if when == "first look":
            await asyncio.sleep(WAITED_FOR_EVERY_S)


async def a_look(bot: AuthoritativeDns, record: TxtRecord) -> float:
    """How long it took."""
    began = time.perf_counter()
    if not (await bot.look_up(record)).is_live:
        raise SystemExit("The record was not found to be live: nothing was measured.")
    return time.perf_counter() - began


def a_loop(stage: Stage, waited: Waited) -> float:
    """Seconds for asking one server after the other, each as patiently as the library is by itself."""
    began = time.perf_counter()
    for number in waited.zone.servers:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [EVERY_ADDRESS[number - 1]], stage.authority.port
        try:
            resolver.resolve(waited.record, "TXT", search=False)
        except dns.exception.DNSException:
            continue
    return time.perf_counter() - began


async def main() -> None:
    """Measure and print."""
    kinds = {
        kind: [LiveZone(f"z{len(kind)}{number}", NAMES, servers) for number in range(ZONES)]
        for kind, servers in KINDS.items()
    }
    zones = [zone for those in kinds.values() for zone in those]
    async with live(zones) as stage:
        with never_answering(EVERY_ADDRESS[SILENT - 1], stage.authority.port):
            waiting = await stage.ask(zones)
            published = await stage.publish_some_time(waiting, LATEST_S)
            arrived = zip(waiting, published, await stage.until_news(*waiting), strict=True)
            late = {each.alias: news - at for each, at, news in arrived}
            print(HEADING)
            for kind, those in kinds.items():
                print(row(f"to the message in Slack, {kind}", [late[name] for zone in those for name in zone.aliases]))
            first = {kind: [each for each in waiting if each.zone in those][::NAMES] for kind, those in kinds.items()}
            await verdicts(stage, first)
            for kind, looked_at in first.items():
                loops = [await asyncio.to_thread(a_loop, stage, each) for each in looked_at[:LOOPS]]
                print(row(f"dns.resolver, server after server, {kind}", loops))


if __name__ == "__main__":
    asyncio.run(main())
