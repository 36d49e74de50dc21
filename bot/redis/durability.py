"""Whether Redis keeps what it has acknowledged: asked once, at start and by `doctor`.

A move that Redis forgets half-way is a move nobody watches. So a server that keeps nothing on disk, or throws keys away
when memory runs short, is refused by name of the setting. It must never guess: what the server does not say has to be
said by the operator.
"""

from dataclasses import dataclass
from typing import Literal

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.ports import PortError
from bot.redis.client import reaching_redis

Durability = Literal["checked", "managed"]
"""`managed`: whoever runs the server answers for its durability where it does not let us read its settings."""

_SAFE_FSYNC = frozenset({"everysec", "always"})
_FSYNC_WORDS = {
    # Measured: while an fsync is under way the server holds even its write() back, so that kill -9 loses them too.
    "everysec": "writes to disk every second (appendfsync everysec; whatever kills it may take the last two seconds"
    " along, which appendfsync always prevents)",
    "always": "writes to disk before it answers (appendfsync always)",
}


class DurabilityError(PortError):
    """The server may lose what it has acknowledged; the text says by which setting, and the remedy."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the server says about itself; None: it does not say."""

    name: str
    """`Valkey 9.1.2`"""
    says_itself: bool
    """Whether CONFIG is answered; INFO of a service with other means of its own tells less."""
    appends: bool | None = None
    fsync: str | None = None
    policy: str | None = None
    last_write_failed: bool = False


async def check_durability(client: Redis, setting: Durability) -> str:
    """A sentence about how this server keeps its data, for the log and for `doctor`.

    Raises:
        DurabilityError: it may lose moves, or does not say and nobody answers for it.
        TryAgainLater: it can't be reached.
    """
    with reaching_redis():
        known = await _ask(client)
    problems = _problems(known, setting)
    if problems:
        raise DurabilityError(f"{known.name} may lose moves. " + " ".join(problems))
    if known.appends and known.fsync and known.policy:
        return f"{known.name} {_FSYNC_WORDS[known.fsync]} and evicts nothing."
    return f"{known.name} does not let me read all its settings; REDIS_DURABILITY=managed answers for it."


def _problems(known: _Known, setting: Durability) -> list[str]:
    answered_for = setting == "managed"
    problems = []
    # Services that keep data safe in ways of their own say "no append-only file" as well; there the operator's word
    # counts. Eviction, though, loses moves however well the disk is kept.
    if known.appends is False and not (answered_for and not known.says_itself):
        problems.append(
            "It keeps no append-only file: set appendonly yes and appendfsync everysec."
            + ("" if known.says_itself else " If the service is durable by other means, REDIS_DURABILITY=managed.")
        )
    if known.fsync is not None and known.fsync not in _SAFE_FSYNC:
        problems.append(
            f"It leaves writing to the system's leisure (appendfsync {known.fsync}): set everysec or always."
        )
    if known.policy is not None and known.policy != "noeviction":
        problems.append(f"It may evict keys (maxmemory-policy {known.policy}): set maxmemory-policy noeviction.")
    if known.last_write_failed:
        problems.append("Its last write to disk failed: see its log and the space on its disk.")
    unknown = [
        name
        for name, value in (
            ("appendonly", known.appends),
            ("appendfsync", known.fsync),
            ("maxmemory-policy", known.policy),
        )
        if value is None
    ]
    if unknown and not problems and not answered_for:
        problems.append(
            f"It does not say how {', '.join(unknown)} is set: allow the bot CONFIG GET and INFO, or set"
            " REDIS_DURABILITY=managed if whoever runs it answers for an append-only file and noeviction."
        )
    return problems


async def _ask(client: Redis) -> _Known:
    info = await _info(client)
    settings = await _settings(client)
    appends = _either(settings.get("appendonly"), info.get("aof_enabled"))
    fsync = settings.get("appendfsync")
    policy = settings.get("maxmemory-policy") or info.get("maxmemory_policy")
    return _Known(
        name=_name(info),
        says_itself="appendonly" in settings,
        appends=appends,
        fsync=fsync if appends is not False else None,
        policy=policy,
        last_write_failed=info.get("aof_last_write_status", "ok") != "ok",
    )


def _either(setting: str | None, enabled: str | None) -> bool | None:
    if setting is not None:
        return setting == "yes"
    return None if enabled is None else enabled == "1"


def _name(info: dict[str, str]) -> str:
    if version := info.get("valkey_version"):
        return f"Valkey {version}"
    return f"Redis {info.get('redis_version', '')}".strip()


async def _settings(client: Redis) -> dict[str, str]:
    """Empty where CONFIG is denied, renamed or missing."""
    found: dict[str, str] = {}
    for name in ("appendonly", "appendfsync", "maxmemory-policy"):  # several at once need Redis 7
        try:
            found |= {str(key): str(value) for key, value in (await client.config_get(name)).items()}
        except ResponseError:
            return {}
    return found


async def _info(client: Redis) -> dict[str, str]:
    """Empty where INFO is denied."""
    found: dict[str, str] = {}
    for section in ("server", "persistence", "memory"):
        try:
            found |= {str(key): str(value) for key, value in (await client.info(section)).items()}
        except ResponseError:
            return {}
    return found
