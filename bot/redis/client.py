"""Connections to Redis: one kind for a web process that owes a quick answer, one for workers that can wait.

It must never let a caller wait without limit, nor hide from a person whether something may have been written.
"""

import asyncio
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Final

from redis import exceptions
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff, ExponentialWithJitterBackoff
from redis.driver_info import DriverInfo

from bot.ports import NotPermitted, TryAgainLater

_log = logging.getLogger(__name__)

WEB_PATIENCE_S: Final = 1.1
"""Slack waits three seconds for an answer that may take two commands."""
WORKER_PATIENCE_S: Final = 20.0
MOST_CONNECTIONS: Final = 20
_DRIVER: Final = DriverInfo()  # without it every connection reads the package's metadata from disk

# A server that lives, but takes no writes for now. Inside a script, servers before Redis 7 hide the code in the text.
_NOT_NOW = re.compile(r"\b(OOM|MISCONF|READONLY|NOREPLICAS|MASTERDOWN|LOADING|BUSY|TRYAGAIN|CLUSTERDOWN)\b")


class PatientRedis(Redis):
    """A client on which no command takes longer than its patience, tries and connecting included.

    redis-py multiplies its time-outs: a command that tries again connects again, which tries again itself.
    """

    def __init__(self, pool: BlockingConnectionPool, patience_s: float) -> None:
        super().__init__(connection_pool=pool)
        self.auto_close_connection_pool = True
        self._patience_s = patience_s

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as redis-py has it
        """As redis-py does it, but in time, and ending when it is cancelled."""
        try:
            with _minding_cancellation():
                async with asyncio.timeout(self._patience_s):
                    return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except TimeoutError as late:
            raise exceptions.TimeoutError(f"No answer within {self._patience_s:g} s") from late


@contextmanager
def _minding_cancellation() -> Iterator[None]:
    """Whoever was cancelled meanwhile ends here.

    redis-py sends inside `asyncio.wait_for`, which before Python 3.12 forgets a cancellation that comes just as it ends
    (python/cpython#86296): a heartbeat that is cancelled at such a moment would go on beating for ever.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        yield
    finally:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError


def connect_web(url: str) -> Redis:
    """A client that gives up after about a second. It connects when it is first used."""
    return _connect(
        url,
        patience_s=WEB_PATIENCE_S,
        socket_timeout=0.5,
        socket_connect_timeout=0.5,
        retry=Retry(ConstantBackoff(0.05), 1),
    )


def connect_worker(url: str) -> Redis:
    """A client that sits out a restart of the server."""
    return _connect(
        url,
        patience_s=WORKER_PATIENCE_S,
        socket_timeout=5.0,
        socket_connect_timeout=5.0,
        retry=Retry(ExponentialWithJitterBackoff(base=0.05, cap=2.0), 8),
        retry_on_error=[exceptions.BusyLoadingError, exceptions.ReadOnlyError, exceptions.TryAgainError],
        health_check_interval=30,
    )


def _connect(url: str, *, patience_s: float, **settings: object) -> Redis:
    # In a burst, commands wait for a connection instead of failing for want of one; making many takes longer than that.
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MOST_CONNECTIONS,
        timeout=patience_s,
        decode_responses=True,
        driver_info=_DRIVER,
        **settings,
    )
    return PatientRedis(pool, patience_s)


def script(*names: str) -> str:
    """The text of one script, put together from files of `lua`."""
    folder = files("bot.redis") / "lua"
    return "\n".join((folder / f"{name}.lua").read_text(encoding="utf-8") for name in names)


@contextmanager
def reaching_redis(*, writing: bool = False) -> Iterator[None]:
    """Turn redis-py's errors of a server that is not there, or does not want to, into TryAgainLater."""
    try:
        yield
    except (exceptions.ConnectionError, exceptions.TimeoutError) as error:
        _log.warning("redis can't be reached: %s", error)
        # The reply may have been lost after the write. Whoever tries again is safe either way, but "nothing has
        # changed" could be untrue.
        outcome = "I can't tell whether this was saved. No alias was moved by it" if writing else "nothing has changed"
        raise TryAgainLater(f"Our database can't be reached; {outcome}. Try again in a minute.") from error
    except exceptions.NoPermissionError as error:
        raise NotPermitted(f"Our database does not let our user do that ({error}); nothing has changed.") from error
    except exceptions.ResponseError as error:
        said = f"{error.status_code or ''} {error}".strip()
        if not _NOT_NOW.search(said):
            raise
        _log.warning("redis takes no writes: %s", said)
        raise TryAgainLater("Our database takes no changes at the moment; nothing has changed.") from error
