"""Questions per second of one process, beside others in the same round: `python -m bench.dns_throughput [rounds]`.

All ask the same NSD on loopback for names that are not there, which is what a watch hears nearly always. Beside the
bot's transport: `dnsperf` (C), and dnspython's resolver in a loop. On a busy machine only the ratios mean anything.
"""

import asyncio
import importlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

import dns.resolver

from bot.alias_move.watching import SHARDS
from bot.dns.questions import Questions, says_nothing
from tests.real_dns import DNSPERF, NSD, nsd, zone

SECONDS = 3.0
IN_FLIGHT = 200
IN_A_LOT = IN_FLIGHT // SHARDS
"""The bot asks for lots at the same time, each a batch."""
NAMES = tuple(f"_n{number}.example.com" for number in range(2_000))


@dataclass
class Total:
    """Of the bot's questions, over all rounds."""

    asked: int = 0
    lost: int = 0


TOTAL = Total()


async def _the_bot(port: int) -> tuple[int, int]:
    """How many questions were answered, and how many were lost."""
    questions, where = Questions(2.0), ("127.0.0.1", port)
    until, heard, lost = time.perf_counter() + SECONDS, 0, 0

    async def keep_asking(lot: int) -> None:
        nonlocal heard, lost
        number = lot * IN_A_LOT
        while time.perf_counter() < until:
            number += IN_FLIGHT
            names = (NAMES[(number + each) % len(NAMES)] for each in range(IN_A_LOT))
            replies = await questions.ask([(where, name) for name in names])
            for reply in replies:
                heard, lost = heard + (reply is not None and says_nothing(reply)), lost + (reply is None)

    await asyncio.gather(*(keep_asking(lot) for lot in range(SHARDS)))
    questions.close()
    return heard, lost


def the_bot(port: int) -> float:
    """With asyncio's own loop."""
    return _rate(asyncio.run(_the_bot(port)))


def the_bot_on_uvloop(port: int) -> float:
    """With another loop, where it is installed; 0 elsewhere."""
    try:
        uvloop = importlib.import_module("uvloop")
    except ImportError:
        return 0.0
    return _rate(uvloop.run(_the_bot(port)))


def _rate(counted: tuple[int, int]) -> float:
    heard, lost = counted
    TOTAL.asked += heard + lost
    TOTAL.lost += lost
    return heard / SECONDS


def dnsperf(port: int) -> float:
    """One thread, as many in flight."""
    if DNSPERF is None:
        return 0.0
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as names:
        names.write("".join(f"{name} TXT\n" for name in NAMES))
        names.flush()
        command = [DNSPERF, "-s", "127.0.0.1", "-p", str(port), "-d", names.name, "-l", str(int(SECONDS))]
        command += ["-c", "8", "-T", "1", "-q", str(IN_FLIGHT)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    found = re.search(r"Queries per second:\s+([\d.]+)", done.stdout)
    return float(found[1]) if found else 0.0


def a_resolver_loop(port: int) -> float:
    """One question after the other, as most scripts do it."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], port
    until, count = time.perf_counter() + SECONDS, 0
    while time.perf_counter() < until:
        try:
            resolver.resolve(NAMES[count % len(NAMES)], "TXT", search=False)
        except dns.resolver.NXDOMAIN:
            count += 1
    return count / SECONDS


WAYS: dict[str, Callable[[int], float]] = {
    "the bot": the_bot,
    "the bot on uvloop": the_bot_on_uvloop,
    "dnsperf": dnsperf,
    "a dns.resolver loop": a_resolver_loop,
}


def main(rounds: int) -> None:
    """Print medians, and the medians of the ratios within a round."""
    if NSD is None:
        sys.exit("This needs NSD (Debian's package nsd).")
    with nsd({"example.com": zone("example.com")}) as server:
        rates = [{name: way(server.port) for name, way in WAYS.items()} for _ in range(rounds)]
    for name in WAYS:
        if not (all_of := [each[name] for each in rates if each[name]]):
            print(f"{name:<22}not installed")
            continue
        ratios = (
            f"{statistics.median(each['the bot'] / each[name] for each in rates):.3g}" if name != "the bot" else "1"
        )
        print(f"{name:<22}{statistics.median(all_of):10.0f} questions/s; the bot makes {ratios} times as many")
    print(f"the bot's questions over all rounds: {TOTAL.asked}; lost: {TOTAL.lost}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
