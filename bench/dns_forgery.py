"""A million forged and broken replies, of which none may make a record live: `python -m bench.dns_forgery [count]`.

Every kind of flaw of `tests/dns/forgery.py` in equal shares, and genuine replies in between, all of which must pass.
"""

import asyncio
import sys
import time
from collections import Counter
from random import Random

from tests.dns.forgery import ENVELOPES, INSIDES, SERVER, asked, genuine, is_believed, is_heard

GENUINE_EVERY = 1000


async def main(count: int) -> int:
    """Exit code 1: a reply passed that must not, or one did not that must."""
    chance, loop, began = Random(), asyncio.get_running_loop(), time.perf_counter()
    wrong: Counter[str] = Counter()
    flaws = [("heard", name, flaw) for name, flaw in ENVELOPES.items()]
    flaws += [("believed", name, flaw) for name, flaw in INSIDES.items()]
    for number in range(count):
        query = asked(chance)
        way, name, flaw = flaws[number % len(flaws)]
        wire = flaw(chance, query)
        if is_heard(wire, query, SERVER, loop) if way == "heard" else is_believed(wire, query):
            wrong[f"{way}: {name}"] += 1
        if number % GENUINE_EVERY == 0:
            sound = genuine(chance, query)
            wrong["genuine, refused"] += not (is_heard(sound, query, SERVER, loop) and is_believed(sound, query))
    print(f"{count} replies with {len(flaws)} kinds of flaws in {time.perf_counter() - began:.0f} s")
    print(f"false passes: {sum(wrong.values())}", dict(+wrong) or "")
    return 1 if +wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)))
