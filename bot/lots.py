"""Takes looks at records in lots: asks one server for each whether there is anything new, and puts off what is not.

Thousands of records are watched this way without a move being loaded or a commit made. Only what may have changed is
handed on, as a look of its own; nothing is decided here. A lot is taken by one worker at a time.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

from bot.alias_move.pacing import Pace
from bot.alias_move.watching import Claim, Glance, Watch
from bot.ports import Dns, Due, Store

MOST_AT_ONCE = 200
TURN_S = 2.0
"""How long a worker keeps a lot before somebody else may have it."""
PAUSE_S = 0.25
"""At least so long between two claims: what is due soon after one is taken together with the next."""
LONGEST_PAUSE_S = 1.0
"""A lot that has become due sooner than it was known to is found after so long."""
SOONEST_AGAIN_S = 1.0
LATEST_AGAIN_S = 5.0


class Watcher:
    """Looks at lots; `hand_on` gets what a whole look is due for."""

    def __init__(
        self, store: Store, dns: Dns, pace: Pace, hand_on: Callable[[tuple[Due, ...]], Awaitable[None]]
    ) -> None:
        self._store: Final = store
        self._dns: Final = dns
        self._pace: Final = pace
        self._hand_on: Final = hand_on

    async def look(self, shard: int, leaving: asyncio.Event) -> float | None:
        """Keep a lot for a turn; then after how many seconds it is to be taken again. None: it is empty.

        Ends early when the process is leaving.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + TURN_S
        while True:
            claim = await self._store.claim(shard, MOST_AT_ONCE)
            next_at = await self._glance(shard, claim)
            wait_s = PAUSE_S if next_at is None else min(LONGEST_PAUSE_S, max(PAUSE_S, next_at - claim.now))
            if leaving.is_set() or loop.time() + wait_s > until:
                return None if next_at is None else wait_s
            await _pause(wait_s, leaving)

    async def _glance(self, shard: int, claim: Claim) -> float | None:
        """When the next look of the lot is due."""
        if not claim.watches:
            return claim.next_at
        began = asyncio.get_running_loop().time()
        told = await self._dns.glance(claim.watches)
        now = claim.now + asyncio.get_running_loop().time() - began
        pairs = list(zip(claim.watches, told, strict=True))
        again = {
            watch.key: now + self._pause_s(watch, glance, now) for watch, glance in pairs if glance is not Glance.LOOK
        }
        await self._store.put_off(shard, again)
        # These stay claimed, so that they come back should the look get lost.
        due = [
            Due(watch.move_id, watch.effect_id, now, is_urgent=False)
            for watch, glance in pairs
            if glance is Glance.LOOK
        ]
        await self._hand_on(tuple(due))
        return min([*again.values(), claim.next_at or now + LONGEST_PAUSE_S])

    def _pause_s(self, watch: Watch, glance: Glance, now: float) -> float:
        jitter = random.uniform(-1, 1)  # noqa: S311 - spreads looks, hides nothing
        every_s = self._pace.watch_interval(now - watch.since, now - watch.stirred_at, jitter)
        return every_s if glance is Glance.NOTHING else min(LATEST_AGAIN_S, max(SOONEST_AGAIN_S, every_s))


async def _pause(seconds: float, leaving: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await leaving.wait()
    except TimeoutError:
        return
