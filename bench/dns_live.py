"""From a record's publication to the message in Slack, live: `python -m bench.dns_live [longest wait, seconds]`.

Fifty moves in five zones of four servers; every record is published at a time of its own after the move was opened.
Beside it, for the same publications and against the same servers: cert-manager's plan, every 10 s one server after the
other, and 60 s more once all have the record.

Then fifty records that nobody looks at for the next minutes: from the press on "look again" to the message.
"""

import asyncio
import sys
import time
from random import Random

from bench.live import FOUR, HEADING, LiveZone, Stage, Waited, has_record, live, row

ZONES, NAMES = 5, 10
LATEST_S = 45.0
ROUND_S, MORE_S = 10.0, 60.0


async def cert_manager(stage: Stage, waited: Waited, first_s: float) -> float:
    """When this plan is done, Unix seconds."""
    await asyncio.sleep(first_s)
    while True:
        for address in FOUR:
            if not await has_record(address, stage.authority.port, waited.record):
                break
        else:
            await asyncio.sleep(MORE_S)
            return time.time()
        await asyncio.sleep(ROUND_S)


async def presses(stage: Stage, zones: list[LiveZone]) -> list[float]:
    """From each press to the message."""
    waiting = await stage.ask(zones)
    await stage.slow_down()
    for one in zones:
        await stage.publish(*(each for each in waiting if each.zone is one))
    took_s = []
    for each in sorted(waiting, key=lambda one: one.alias):  # from zone to zone, as people do
        if stage.news(each):
            raise SystemExit("The watch was there before anybody pressed: nothing was measured.")
        at = await stage.look_again(each)
        took_s.append((await stage.until_news(each))[0] - at)
    return took_s


async def main(latest_s: float) -> None:
    """Measure and print."""
    chance = Random()
    zones = [LiveZone(f"z{number}", NAMES) for number in range(ZONES)]
    pressed = [LiveZone(f"p{number}", NAMES) for number in range(ZONES)]
    async with live([*zones, *pressed]) as stage:
        waiting = await stage.ask(zones)
        plans = [asyncio.create_task(cert_manager(stage, each, chance.uniform(0, ROUND_S))) for each in waiting]
        published = await stage.publish_some_time(waiting, latest_s)
        arrived = await stage.until_news(*waiting)
        took_s = await presses(stage, pressed)
        done = await asyncio.gather(*plans)
    print(HEADING)
    print(row("from the last server to the message in Slack", [b - a for a, b in zip(published, arrived, strict=True)]))
    plan = [b - a for a, b in zip(published, done, strict=True)]
    print(row("the same publications, 10 s rounds and 60 s more", plan))
    print(row("from a press on look again to the message in Slack", took_s))


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else LATEST_S))
