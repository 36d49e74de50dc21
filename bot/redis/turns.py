"""When the servers of a zone may be asked again, in Redis: the adapter behind `ports.Turns`.

All workers take turns here, so that no name server hears more from all of them than it should from one.

    {cname}:asked:<zone>    until when the zone's servers have been asked enough; expires then
"""

from collections.abc import Sequence
from typing import Final

from redis.asyncio import Redis

from bot.redis.client import reaching_redis, script

_ZONES: Final = "{cname}:asked:"


class RedisTurns:
    """`ports.Turns` on the Redis of the moves."""

    def __init__(self, client: Redis) -> None:
        """`client` decodes responses, as those of `client` do; it stays the caller's."""
        self._take = client.register_script(script("base", "turns"))

    async def take(
        self, wanted: Sequence[tuple[str, float]], *, within_s: float, ahead_s: float = 0.0
    ) -> list[float | None]:
        """See `ports.Turns`."""
        if not wanted:
            return []
        with reaching_redis():
            begins = await self._take(
                [_ZONES + zone for zone, _ in wanted], [within_s, ahead_s, *(cost_s for _, cost_s in wanted)]
            )
        return [float(each) if each else None for each in begins]
