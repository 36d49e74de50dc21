"""What a store holds, read past it where it does not tell; and what goes in."""

from typing import Any

from bot.alias_move.events import Cancelled
from bot.alias_move.move import Move
from bot.alias_move.watching import Watched
from bot.ports import AuditEntry
from bot.redis.store import RedisStore
from tests.rich_move import ANNE, decided

ENTRY = AuditEntry("Opened", "UANNE", "inspecting", "", 1)
EVER = 4e9
LOT = Watched("_www.example.com", "example.com", is_brief=True, since=0.0, stirred_at=0.0).shard
WATCH = f"{{cname}}:watch:{LOT}"


def cancelled(move: Move) -> Move:
    """Over."""
    return decided(move, Cancelled(ANNE), move.updated_at + 1)


async def everything(client: Any) -> dict[str, Any]:
    """All that is stored, to see that nothing has changed."""
    read = {
        "hash": client.hgetall,
        "string": client.get,
        "zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        "stream": client.xrange,
        "set": client.smembers,
    }
    return {str(key): await read[str(await client.type(key))](key) async for key in client.scan_iter()}


async def history_of(store: RedisStore, move_id: str) -> list[dict[str, str]]:
    """What was appended, oldest first."""
    entries: Any = await store.client.xrange(f"{{cname}}:audit:{move_id}")
    return [fields for _, fields in entries]


async def due_of(store: RedisStore) -> list[str]:
    """Effect ids, those that are taken in lots last."""
    return [one.effect_id for one in await store.due(EVER, 100)] + await watched_of(store)


async def watched_of(store: RedisStore) -> list[str]:
    """Effect ids in the lot that looks into example.com are in."""
    return [str(one).split("|")[1] for one in await store.client.zrange(f"{{cname}}:watch:{LOT}", 0, -1)]
