"""Faults a test or a person orders for the next calls of an operation: refusals, lost answers, hanging, holding.

A fault never changes what AWS would have done: it stands before or after the effect, so "the answer was lost" can be
told from "nothing happened". Knows neither HTTP nor XML.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from playground.aws.refusals import Refusal

EVERY_OPERATION = "*"


class Moment(Enum):
    """When a fault strikes."""

    BEFORE_EFFECT = "before"
    """The caller was recognised; nothing has changed yet."""
    AFTER_EFFECT = "after"
    """Everything has changed; only the answer is missing. A call that AWS refuses has no such moment."""


class LostConnection(Exception):  # noqa: N818 - what the caller will see, not an error of the world
    """The connection is to be closed without an answer."""


class Barrier:
    """Holds calls until somebody decides; for tests that kill the caller meanwhile."""

    def __init__(self) -> None:
        self._arrived = asyncio.Event()
        self._decided = asyncio.Event()
        self._dropped = False

    async def arrived(self, *, within_seconds: float = 10) -> None:
        """Return as soon as a call stands at the barrier; TimeoutError if none comes."""
        async with asyncio.timeout(within_seconds):
            await self._arrived.wait()

    def release(self) -> None:
        """Let the call go on, even if its caller has died meanwhile."""
        self._decided.set()

    def drop(self) -> None:
        """End the call here without an answer: held before its effect, it never has one."""
        self._dropped = True
        self._decided.set()

    async def stand(self) -> None:
        self._arrived.set()
        await self._decided.wait()
        if self._dropped:
            raise LostConnection


@dataclass(slots=True)
class _Fault:
    moment: Moment
    strike: Callable[[], Awaitable[None]]
    times: int | None  # None: until cleared


class Faults:
    """What will go wrong, by operation name; per moment each call meets the oldest fault that is not used up."""

    def __init__(self) -> None:
        self.latency_seconds = 0.0
        """Every call takes at least this long."""
        self._ordered: defaultdict[str, list[_Fault]] = defaultdict(list)

    def answer(self, operation: str, status: int, code: str, message: str, *, times: int | None = 1) -> None:
        """Refuse the next calls with this status, code and message, without effect; times=None means until cleared."""

        async def refuse() -> None:
            raise Refusal(status, code, message)

        self._order(operation, Moment.BEFORE_EFFECT, refuse, times)

    def throttle(self, operation: str, *, times: int | None = 1) -> None:
        """CloudFront's throttling: HTTP 400, and no hint when to come back."""
        self.answer(operation, 400, "Throttling", "Rate exceeded", times=times)

    def lose(self, operation: str, moment: Moment, *, times: int | None = 1) -> None:
        """Close the connection without an answer."""

        async def lose() -> None:
            raise LostConnection

        self._order(operation, moment, lose, times)

    def hang(self, operation: str, seconds: float, moment: Moment, *, times: int | None = 1) -> None:
        """Wait, then go on: a caller that gave up has not taken its request back."""
        self._order(operation, moment, lambda: asyncio.sleep(seconds), times)

    def hold(self, operation: str, moment: Moment, *, times: int | None = 1) -> Barrier:
        """Hold the next calls at a barrier."""
        barrier = Barrier()
        self._order(operation, moment, barrier.stand, times)
        return barrier

    def waiting(self, operation: str) -> int:
        """How many calls of this operation something still waits for; faults without an end count once."""
        ordered = self._ordered.get(operation, [])
        return sum(1 if fault.times is None else fault.times for fault in ordered)

    def clear(self) -> None:
        """Nothing goes wrong any more; calls already held stay held."""
        self._ordered.clear()
        self.latency_seconds = 0.0

    async def meet(self, operation: str, moment: Moment) -> None:
        if moment is Moment.BEFORE_EFFECT and self.latency_seconds:
            await asyncio.sleep(self.latency_seconds)
        fault = self._take(operation, moment)
        if fault is not None:
            await fault.strike()

    def _order(self, operation: str, moment: Moment, strike: Callable[[], Awaitable[None]], times: int | None) -> None:
        self._ordered[operation].append(_Fault(moment, strike, times))

    def _take(self, operation: str, moment: Moment) -> _Fault | None:
        for fault in [*self._ordered[operation], *self._ordered[EVERY_OPERATION]]:
            if fault.moment is not moment or fault.times == 0:
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
        return None
