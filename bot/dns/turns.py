"""When the servers of a zone may be asked again, for a process that shares them with no other."""

import time
from collections.abc import Callable, Sequence
from typing import Final


class OwnTurns:
    """`ports.Turns` in memory; `clock` is any that runs forward, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock: Final = clock
        self._until: dict[str, float] = {}

    async def take(
        self, wanted: Sequence[tuple[str, float]], *, within_s: float, ahead_s: float = 0.0
    ) -> list[float | None]:
        """See `ports.Turns`."""
        now = self._clock()
        self._until = {zone: until for zone, until in self._until.items() if until > now}
        return [self._begin(zone, cost_s, now, within_s, ahead_s) for zone, cost_s in wanted]

    def _begin(self, zone: str, cost_s: float, now: float, within_s: float, ahead_s: float) -> float | None:
        free_at = self._until.get(zone, now)
        wait_s = max(0.0, free_at - ahead_s - now)
        if wait_s > within_s:
            return None
        self._until[zone] = free_at + cost_s
        return wait_s
