"""What accounts had in the last minute, in Redis: the adapter behind `ports.Inventories`.

A copy of what CloudFront says, so unlike a move it may vanish at any time, and expires by itself. It must never fail a
look nor hold it up for long, never be older than it says, and never be taken for true where its shape is not the one
that this release writes.

    {cname}:inventory:<name>         shape, line feed, JSON; expires a minute after its reading began
    {cname}:inventory-lease:<name>   who is reading it anew, so that not every worker does
"""

import asyncio
import hashlib
import json
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.ports import AccountInventory, ReadInventory, Remembered
from bot.redis.client import script

COUNTS_S: Final = 60.0
LEASE_S: Final = 15.0
"""Longer than most readings take. A worker that dies holds the others up no longer than WAIT_S."""
WAIT_S: Final = 3.0
"""For another worker's reading; then everybody reads for themselves."""
PATIENCE_S: Final = 2.0
"""For Redis: reading the accounts takes no longer than waiting for a copy."""
_ASK_EVERY_S: Final = 0.1
_MS: Final = 1000

_ENTRIES: Final = "{cname}:inventory:"
_LEASES: Final = "{cname}:inventory-lease:"

_INVENTORY: Final = TypeAdapter(AccountInventory)
SHAPE: Final = hashlib.sha256(json.dumps(_INVENTORY.json_schema(), sort_keys=True).encode()).hexdigest()[:16]
"""Of what is written here: releases whose distributions have other fields don't read each other's copies."""

log = logging.getLogger(__name__)


class RedisInventories:
    """`ports.Inventories` on the Redis of the moves."""

    def __init__(
        self, client: Redis, *, wait_s: float = WAIT_S, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`client` decodes responses, as those of `client` do; it stays the caller's."""
        self._client = client
        self._wait_s = wait_s
        self._monotonic = monotonic
        self._recall = client.register_script(script("recall"))
        self._release = client.register_script(script("release"))

    async def recall(self, name: str) -> Remembered | None:
        """What was read under this name in the last minute."""
        remembered, _ = await self._recalled(name)
        return remembered

    async def refresh(self, name: str, read: ReadInventory) -> Remembered:
        """Read and keep it; where another worker is at it already, wait a moment for what that one finds."""
        owner = secrets.token_hex(8)
        if not await self._lease(name, owner):
            theirs = await self._what_another_finds(name)
            return theirs or await self.read_anew(name, read)
        try:
            return await self.read_anew(name, read)
        finally:
            await self._end_lease(name, owner)

    async def read_anew(self, name: str, read: ReadInventory) -> Remembered:
        """Read and keep it, whoever else is at it."""
        began = self._monotonic()
        inventory = await read()
        await self._keep(name, inventory, self._monotonic() - began)
        return Remembered(inventory, 0.0)

    async def _recalled(self, name: str) -> tuple[Remembered | None, bool]:
        """With whether somebody is reading it anew."""
        text, left_ms, is_being_read = "", 0, 0
        async with _if_redis_can("recall", name):
            text, left_ms, is_being_read = await self._recall([_ENTRIES + name, _LEASES + name])
        inventory = _from_text(text)
        if inventory is None or left_ms <= 0:
            return None, bool(is_being_read)
        return Remembered(inventory, max(1 / _MS, COUNTS_S - left_ms / _MS)), bool(is_being_read)

    async def _what_another_finds(self, name: str) -> Remembered | None:
        try:
            async with asyncio.timeout(self._wait_s):
                while True:
                    remembered, is_being_read = await self._recalled(name)
                    if remembered is not None or not is_being_read:
                        return remembered
                    await asyncio.sleep(_ASK_EVERY_S)
        except TimeoutError:
            return None

    async def _lease(self, name: str, owner: str) -> bool:
        """Whether it is ours now; where Redis does not answer, nobody else's either."""
        before: Any = None
        async with _if_redis_can("lease", name):
            # With what was there before, since redis-py may send this twice.
            before = await self._client.set(_LEASES + name, owner, nx=True, get=True, px=int(LEASE_S * _MS))
        return before in {None, owner}

    async def _end_lease(self, name: str, owner: str) -> None:
        async with _if_redis_can("release", name):
            await self._release([_LEASES + name], [owner])

    async def _keep(self, name: str, inventory: AccountInventory, took_s: float) -> None:
        """It counts from the beginning of its reading: what changed meanwhile is not in it."""
        left_ms = int((COUNTS_S - took_s) * _MS)
        if left_ms <= 0:
            return
        text = f"{SHAPE}\n{_INVENTORY.dump_json(inventory).decode()}"
        async with _if_redis_can("keep", name):
            await self._client.set(_ENTRIES + name, text, px=left_ms)


@asynccontextmanager
async def _if_redis_can(what: str, name: str) -> AsyncIterator[None]:
    """Whatever Redis does not do, or not soon, is left out."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield
    except (RedisError, OSError) as trouble:
        log.warning("left out what=%s inventory=%s why=%r", what, name, trouble)


def _from_text(text: str) -> AccountInventory | None:
    """None: there is none, it is damaged, or another release wrote it."""
    shape, _, body = text.partition("\n")
    if shape != SHAPE:
        return None
    try:
        return _INVENTORY.validate_json(body)
    except ValidationError as damage:
        log.warning("damaged inventory: %d errors", damage.error_count())
        return None
