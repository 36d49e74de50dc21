"""A million forged and broken replies, of which none may make a record live: `python -m bench.dns_forgery [count]`.

Every kind of flaw of `tests/dns/forgery.py` in equal shares, and genuine replies in between, all of which must pass.
Each core takes a share, with chances of its own.
"""

import asyncio
import multiprocessing
import sys
import time
from collections import Counter
from random import Random

from tests.dns.forgery import ENVELOPES, INSIDES, SERVER, asked, genuine, is_believed, is_heard

GENUINE_EVERY = 1000
FLAWS = [("heard", name, flaw) for name, flaw in ENVELOPES.items()]
FLAWS += [("believed", name, flaw) for name, flaw in INSIDES.items()]


def share_of(count: int, seed: int) -> Counter[str]:
    """What was judged wrongly among so many, and how many genuine ones there were."""
    return asyncio.run(_share_of(count, Random(seed)))


async def _share_of(count: int, chance: Random) -> Counter[str]:
    loop, found = asyncio.get_running_loop(), Counter[str]()
    for number in range(count):
        query = asked(chance)
        way, name, flaw = FLAWS[number % len(FLAWS)]
        wire = flaw(chance, query)
        found[f"{way}: {name}"] += is_heard(wire, query, SERVER, loop) if way == "heard" else is_believed(wire, query)
        if number % GENUINE_EVERY == 0:
            sound = genuine(chance, query)
            passed = is_heard(sound, query, SERVER, loop) and is_believed(sound, query)
            found["genuine" if passed else "genuine, refused"] += 1
    return found


def main(count: int) -> int:
    """Exit code 1: a reply passed that must not, or one did not that must."""
    began, cores = time.perf_counter(), multiprocessing.cpu_count()
    shares = [(count // cores + (number < count % cores), Random().getrandbits(64)) for number in range(cores)]
    with multiprocessing.Pool(cores) as pool:
        wrong = sum(pool.starmap(share_of, shares), Counter[str]())
    sound = wrong.pop("genuine", 0)
    took_s = time.perf_counter() - began
    print(f"{count} replies with {len(FLAWS)} kinds of flaws, and {sound} genuine ones: {took_s:.0f} s, {cores} cores")
    print(f"judged wrongly: {wrong.total()}", dict(+wrong) or "")
    return 1 if +wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
