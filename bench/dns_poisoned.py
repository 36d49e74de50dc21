"""A resolver that was asked too early, live: `python -m bench.dns_poisoned [negative TTL, seconds]`.

Of twenty records Unbound is asked for ten just before they are published, and remembers that they are not there. Each
is in a zone of its own: whatever else Unbound learns of a zone may change how long it says that it remembers a miss.
Printed is how late the bot is for either half; beside it, for the poisoned half, how late somebody is who asks Unbound
every quarter of a second; by how much the clock time on the card was wrong; and how often Unbound was asked for one of
the records before it was published, those ten times left out.
"""

import asyncio
import re
import sys
import time

from bench.live import HEADING, LiveZone, Stage, Waited, has_record, live, row, until
from playground.slack import Message

EACH = 10
NEGATIVE_TTL_S = 20
APART_S = 1.3
"""Between two publications, so that they come at different moments of the watch."""
RESOLVER_EVERY_S = 0.25
BEHIND = "remembers that there was no such record"


async def resolver_has(stage: Stage, waited: Waited) -> bool:
    """What Unbound says."""
    return await has_record(*stage.resolver.where, waited.record, recursively=True)


async def until_resolved(stage: Stage, waited: Waited) -> float:
    """When Unbound has the record, Unix seconds."""
    while not await resolver_has(stage, waited):  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(RESOLVER_EVERY_S)
    return time.time()


async def announced(stage: Stage, waited: Waited) -> float:
    """The clock time on the card at which the resolver must have forgotten, Unix seconds."""
    await until(lambda: BEHIND in stage.world.slack.current(waited.card).plain())
    return clock_on(stage.world.slack.current(waited.card))


def clock_on(card: Message) -> float:
    """As Slack gets it, to be shown in the time zone of whoever reads it."""
    found = re.search(rf"{BEHIND}[^<]*<!date\^(\d+)\^", str(card.blocks))
    if found is None:
        raise SystemExit("The card names no clock time.")
    return float(found[1])


async def main(negative_ttl_s: int) -> None:
    """Measure and print."""
    zones = [LiveZone(f"z{number}", 1, negative_ttl_s=negative_ttl_s) for number in range(2 * EACH)]
    async with live(zones) as stage:
        waiting = await stage.ask(zones)
        poisoned, sound = waiting[::2], waiting[1::2]
        published, early, following = [], 0, []
        for one, other in zip(poisoned, sound, strict=True):
            await resolver_has(stage, one)
            await asyncio.sleep(APART_S)
            early += sum(stage.resolver.log().count(each.record) for each in (one, other)) - 1
            published += [(await stage.publish(one), one), (await stage.publish(other), other)]
            following.append(asyncio.gather(announced(stage, one), until_resolved(stage, one)))
        begins = {each.record: at for at, each in published}
        arrived = zip(waiting, await stage.until_news(*waiting), strict=True)
        news = {each.record: at - begins[each.record] for each, at in arrived}
        clocks = await asyncio.gather(*following)
    print(HEADING)
    print(row(f"bot, resolver poisoned for {negative_ttl_s} s", [news[each.record] for each in poisoned]))
    print(row("bot, resolver not asked before", [news[each.record] for each in sound]))
    late = [seen - begins[each.record] for (_, seen), each in zip(clocks, poisoned, strict=True)]
    print(row("somebody who asks the poisoned resolver all the time", late))
    print(row("the clock time on the card was wrong by", [abs(said - seen) for said, seen in clocks]))
    print(f"asked of the resolver by the bot before publication: {early}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else NEGATIVE_TTL_S))
