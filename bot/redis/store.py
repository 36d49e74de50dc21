"""Moves in Redis: the adapter behind `ports.Store`.

Every write is one Lua script: all of it happens or nothing. redis-py sends a command again when its answer was lost, so
each script that would not survive that carries an operation id and answers its own replay as it did the first time. It
must never decide anything about a move, never let a key of a move expire by itself, and use no clock but Redis's.

    {cname}:move:<id>      hash: version, schema, body, card_version, ended, ops, effect:<id> = attempts
    {cname}:open:<alias>   id of the open move that holds the alias
    {cname}:to:<target>    set: ids of the open moves that go to this distribution
    {cname}:due            sorted set by not_before: <move id>|<effect id, or card>|<u: urgent, r: routine>
    {cname}:watch:<shard>  sorted set by when it is due again: looks at records alone, with all that they need
    {cname}:recent         sorted set by opened_at: move ids
    {cname}:audit:<id>     stream: the history of a move; as long as the move, never trimmed
    {cname}:workers        sorted set by the time of the newest heartbeat
    {cname}:nonce:<nonce>  what a dialog was made for; the only keys here that expire

Beside them `inventories` keeps what accounts had in the last minute, which is a copy and expires by itself.
The hash tag keeps all keys in one slot of a Redis Cluster, since a commit touches a move and the indexes.
"""

import json
import secrets
import uuid
from collections.abc import Mapping
from typing import Any, Final

from redis.asyncio import Redis

from bot.alias_move.move import Effect, Move
from bot.alias_move.names import AliasName, DistributionId
from bot.alias_move.watching import SHARDS, Claim, Watch
from bot.ports import AlreadyOpen, AuditEntry, Conflict, Due, NonceSpent, Stored, Taken
from bot.redis.client import reaching_redis, script
from bot.redis.stored_move import SCHEMA, from_stored, to_json

NONCE_S: Final = 600
BEAT_COUNTS_S: Final = 10.0
"""How long a heartbeat says that a worker is alive."""
SWEPT_AT_ONCE: Final = 100
LOOKED_AT_ONCE: Final = 1000
"""Moves that one sweeping script looks at; the server answers nobody meanwhile."""

LONG_OVERDUE_S: Final = 5.0
LONG_OVERDUE_AT_ONCE: Final = 12
"""Of each lot; every quarter of a second that makes 192 looks a second after an outage, not all at once."""
CLAIMED_FOR_S: Final = 15.0

CARD: Final = "card"

_MOVES: Final = "{cname}:move:"
_OPEN: Final = "{cname}:open:"
_TARGETS: Final = "{cname}:to:"
_AUDITS: Final = "{cname}:audit:"
_NONCES: Final = "{cname}:nonce:"
_DUE: Final = "{cname}:due"
_WATCH: Final = "{cname}:watch:"
_RECENT: Final = "{cname}:recent"
_WORKERS: Final = "{cname}:workers"


class RedisStore:
    """`ports.Store` on Redis 7 or newer, or Valkey."""

    def __init__(self, client: Redis) -> None:
        """`client` decodes responses, as those of `client` do, and is closed with the store."""
        self.client = client
        self._create = client.register_script(script("base", "saving", "create"))
        self._commit = client.register_script(script("base", "saving", "commit"))
        self._take = client.register_script(script("base", "take"))
        self._claim = client.register_script(script("base", "claim"))
        self._load = client.register_script(script("base", "load"))
        self._find_open = client.register_script(script("base", "find_open"))
        self._open_moves_to = client.register_script(script("open_moves_to"))
        self._card_shown = client.register_script(script("card_shown"))
        self._count_workers = client.register_script(script("base", "beat"))
        self._sweep = client.register_script(script("base", "sweep"))

    async def aclose(self) -> None:
        """Close all connections."""
        await self.client.aclose()

    async def now(self) -> float:
        """The server's clock, Unix seconds."""
        with reaching_redis():
            seconds, microseconds = await self.client.time()
        return seconds + microseconds / 1e6

    # Moves

    async def create(self, move: Move, entry: AuditEntry) -> Stored:
        """Save a new move and take its alias; AlreadyOpen when another one holds it."""
        terms = _terms(None, move, version=1, entry=entry) | {"moves": _MOVES, "opened_at": repr(move.opened_at)}
        keys = [_MOVES + move.id, _OPEN + move.alias.text, _DUE, _RECENT, _AUDITS + move.id, _target_key(move)]
        with reaching_redis(writing=True):
            outcome, at, *holder = await self._create(keys, [json.dumps(terms), to_json(move)])
        if outcome == "taken":
            raise AlreadyOpen(holder[0])
        if outcome == "changed":
            raise Conflict("A move with this id exists already. Nothing was saved; try again.")
        return Stored(move, version=1, now=float(at))

    async def load(self, move_id: str) -> Stored | None:
        """The move, or None when there is none (any more)."""
        with reaching_redis():
            at, rows = await self._load([_MOVES + move_id])
        return _stored(rows[0], at)

    async def find_open(self, alias: AliasName) -> Stored | None:
        """The open move of this alias."""
        with reaching_redis():
            at, rows = await self._find_open([_OPEN + alias.text], [_MOVES])
        return _stored(rows[0], at) if rows else None

    async def open_moves_to(self, target: DistributionId, besides: str) -> int:
        """How many open moves go to this distribution, apart from the one with the id `besides`."""
        with reaching_redis():
            return int(await self._open_moves_to([_TARGETS + target.text], [_MOVES, besides]))

    async def commit(
        self, stored: Stored, move: Move, entry: AuditEntry | None, *, nonce: str = "", show: bool = True
    ) -> Stored:
        """Replace the move if it is still what was loaded; else Conflict, or NonceSpent, and nothing has changed."""
        version = stored.version + 1
        terms = _terms(stored.move, move, version=version, entry=entry, show=show)
        terms |= {"expected": str(stored.version), "nonce": bool(nonce)}
        keys = [_MOVES + move.id, _OPEN + move.alias.text, _DUE, _NONCES + nonce, _AUDITS + move.id]
        keys += [_target_key(move), _target_key(stored.move)]
        with reaching_redis(writing=True):
            outcome, at, *card_version = await self._commit(keys, [json.dumps(terms), to_json(move)])
        if outcome == "spent":
            raise NonceSpent("This dialog was used already, or is older than ten minutes. Nothing has changed.")
        if outcome == "changed":
            raise Conflict("Somebody else has just changed this move. Nothing was saved; look at it again.")
        return Stored(move, version, float(at), int(card_version[0] or 0))

    async def recent(self, limit: int) -> tuple[Stored, ...]:
        """Newest moves first, open and final."""
        with reaching_redis():
            ids: list[Any] = await self.client.zrange(_RECENT, 0, limit - 1, desc=True)
            at, rows = await self._load([f"{_MOVES}{one}" for one in ids])
        return tuple(stored for row in rows if (stored := _stored(row, at)))

    async def sweep(self, older_than_s: float) -> int:
        """Remove final moves that ended longer ago, at most a hundred; how many."""
        kept = 0
        while True:
            with reaching_redis(writing=True):
                arguments: list[str | int] = [_MOVES, _AUDITS, repr(older_than_s), SWEPT_AT_ONCE, LOOKED_AT_ONCE, kept]
                removed, looked_at = await self._sweep([_RECENT, _DUE], arguments)
            # Open moves that are older still must not stand in front of the others for ever.
            if removed or looked_at < LOOKED_AT_ONCE:
                return int(removed)
            kept += looked_at

    # What is due

    async def take(self, move_id: str, effect_id: str) -> Taken | None:
        """Count an attempt at an outstanding effect, before it is tried. None: it is not outstanding."""
        arguments: list[str | int] = [move_id, effect_id, _new_operation(), SCHEMA]
        with reaching_redis(writing=True):
            answer = await self._take([_MOVES + move_id, _DUE], arguments)
        if not answer:
            return None
        attempts, at, row = answer
        stored = _stored(row, at)
        return Taken(stored, int(attempts)) if stored else None

    async def due(self, until: float, limit: int) -> tuple[Due, ...]:
        """What is due before `until`, earliest first."""
        with reaching_redis():
            members: list[Any] = await self.client.zrange(
                _DUE, "-inf", repr(until), byscore=True, offset=0, num=limit, withscores=True
            )
        return tuple(_due(member, not_before) for member, not_before in members)

    async def claim(self, shard: int, limit: int) -> Claim:
        """Looks of this lot that are due, earliest first; given to nobody else for a quarter of a minute."""
        arguments: list[str | float] = [_MOVES, limit, LONG_OVERDUE_S, LONG_OVERDUE_AT_ONCE, CLAIMED_FOR_S]
        with reaching_redis(writing=True):
            at, entries, next_at = await self._claim([f"{_WATCH}{shard}"], arguments)
        return Claim(float(at), tuple(map(_watch, entries)), float(next_at) if next_at else None)

    async def put_off(self, shard: int, until: Mapping[str, float]) -> None:
        """When claimed looks are due again; nothing happens to what is outstanding no more."""
        if until:
            with reaching_redis(writing=True):
                await self.client.zadd(f"{_WATCH}{shard}", dict(until), xx=True)

    async def shards_due(self, until: float) -> tuple[Due, ...]:
        """The lots with a look that is due before `until`."""
        with reaching_redis():
            async with self.client.pipeline(transaction=False) as asking:
                for shard in range(SHARDS):
                    _ = asking.zrange(f"{_WATCH}{shard}", 0, 0, withscores=True)
                earliest: list[Any] = await asking.execute()
        due = [(shard, float(rows[0][1])) for shard, rows in enumerate(earliest) if rows]
        return tuple(Due("", "", at, is_urgent=False, shard=shard) for shard, at in due if at <= until)

    async def card_shown(self, move_id: str, version: int) -> None:
        """The card in the channel shows this version; it is due no more if nothing newer exists."""
        with reaching_redis(writing=True):
            await self._card_shown([_MOVES + move_id, _DUE], [version, _card_member(move_id)])

    # Dialogs and workers

    async def new_nonce(self, meaning: str) -> str:
        """A secret that can be spent once within ten minutes; `meaning` comes back from `read_nonce`."""
        nonce = secrets.token_urlsafe(24)
        with reaching_redis(writing=True):
            await self.client.set(_NONCES + nonce, meaning, ex=NONCE_S)
        return nonce

    async def read_nonce(self, nonce: str) -> str | None:
        """What it was made for, or None when it is unknown, spent or too old."""
        with reaching_redis():
            meaning = await self.client.get(_NONCES + nonce)
        return None if meaning is None else str(meaning)

    async def beat(self, worker: str) -> None:
        """This worker is alive, for the next ten seconds."""
        with reaching_redis(writing=True):
            await self._count_workers([_WORKERS], [worker, BEAT_COUNTS_S])

    async def has_worker(self) -> bool:
        """Whether any worker has been alive in the last ten seconds."""
        with reaching_redis():
            return bool(await self._count_workers([_WORKERS], ["", BEAT_COUNTS_S]))


def _new_operation() -> str:
    return uuid.uuid4().hex


def _terms(
    before: Move | None, move: Move, *, version: int, entry: AuditEntry | None, show: bool = True
) -> dict[str, Any]:
    """What `saving.lua` wants to know. Versions and times are strings: Lua has one kind of number, and rounds it."""
    gone = [one for one in before.effects if move.effect(one.id) is None] if before else []
    goes = move.wanted_target is not None and not move.state.is_final
    return {
        "id": move.id,
        "operation": _new_operation(),
        "version": str(version),
        "schema": str(SCHEMA),
        "ended": repr(move.state_since) if move.state.is_final else "",
        "outstanding": [_entry(move.id, one) | {"not_before": repr(one.not_before)} for one in move.effects],
        "gone": [_entry(move.id, one) for one in gone],
        # Said at every write: a move of an older release, which knew of no such set, is in it after the first one.
        "goes": goes,
        "left": before is not None and (not goes or before.wanted_target != move.wanted_target),
        "show": show,
        "card": _card_member(move.id),
        "entry": _fields(entry) if entry else False,
    }


def _target_key(move: Move) -> str:
    return _TARGETS + (move.wanted_target.text if move.wanted_target else "")


def _fields(entry: AuditEntry) -> list[str]:
    """Names and values in turn, as a stream takes them."""
    named = {
        "event": entry.event,
        "by": entry.by,
        "state": entry.state,
        "digest": entry.digest,
        "round": str(entry.round),
        "words": entry.words,
    }
    return [text for pair in named.items() for text in pair]


def _entry(move_id: str, effect: Effect) -> dict[str, str]:
    """Where an outstanding effect is found when it is due."""
    watched = effect.watched
    if watched is None:
        return {"id": effect.id, "index": _DUE, "member": f"{move_id}|{effect.id}|{'u' if effect.is_urgent else 'r'}"}
    manner = "b" if watched.is_brief else "w"
    told = f"{manner}|{watched.since!r}|{watched.stirred_at!r}|{watched.name}"
    return {"id": effect.id, "index": f"{_WATCH}{watched.shard}", "member": f"{move_id}|{effect.id}|{told}"}


def _watch(entry: str) -> Watch:
    move_id, effect_id, manner, since, stirred_at, name = entry.split("|")
    return Watch(entry, move_id, effect_id, name, manner == "b", float(since), float(stirred_at))


def _card_member(move_id: str) -> str:
    return f"{move_id}|{CARD}|u"


def _due(member: str, not_before: float) -> Due:
    move_id, effect_id, urgency = member.rsplit("|", 2)
    return Due(move_id, effect_id, float(not_before), is_urgent=urgency == "u")


def _stored(row: list[str | None], at: str) -> Stored | None:
    version, schema, body, card_version = row
    if version is None or schema is None or body is None:
        return None
    return Stored(from_stored(body, int(schema)), int(version), float(at), int(card_version or 0))
