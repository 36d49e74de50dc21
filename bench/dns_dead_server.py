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

ZONES, NAMES = 2, 10
LATEST_S = 45.0
LOOKS, FIRST_LOOKS, LOOPS = 30, 5, 3
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


async def verdicts(stage: Stage, waited: Waited) -> tuple[list[float], list[float]]:
    """Seconds that the first looks of processes took, and those that followed."""
    record = TxtRecord(waited.record, stage.world.distributions["green"].domain_name)
    bots = [AuthoritativeDns((stage.resolver.where,), stage.authority.port) for _ in range(FIRST_LOOKS)]
    first = [await a_look(bot, record) for bot in bots]
    return first, [await a_look(bots[0], record) for _ in range(LOOKS)]


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
            for kind, those in kinds.items():
                one = next(each for each in waiting if each.zone is those[0])
                first, later = await verdicts(stage, one)
                print(row(f"verdict over TCP, {kind}", later))
                print(row(f"verdict over TCP, first look of a process, {kind}", first))
                loops = [await asyncio.to_thread(a_loop, stage, one) for _ in range(LOOPS)]
                print(row(f"dns.resolver, server after server, {kind}", loops))


if __name__ == "__main__":
    asyncio.run(main())
