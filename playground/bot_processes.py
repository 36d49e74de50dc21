"""The bot as operators run it: one web process and some workers, with an embedded Valkey in a directory of their own.

They are started from outside, by `python -m bot` and environment variables only, and inherit nothing that could lead
them out of the world: no credentials, no proxies, no home directory. Whatever was started here is gone at the end.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import tempfile
import time
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import aiohttp

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Mapping

GONE_WITHIN_SECONDS: Final = 15.0
"""What the bot promises for SIGTERM."""
_READY_WITHIN_SECONDS: Final = 45.0
"""Three Python processes start at once, perhaps on one busy core."""
_ASK_EVERY_SECONDS: Final = 0.05
_ANSWER_WITHIN_SECONDS: Final = 2.0
_LAST_SECONDS: Final = 5.0
_TAIL_LINES: Final = 25
_HTTP_OK: Final = 200
_INHERITED: Final = ("PATH", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "PYTHONPATH")
_CODE: Final = Path(__file__).resolve().parent.parent


class BotFailed(Exception):  # noqa: N818 - it names what happened
    """A process did not start, did not get ready or did not end; the text says which, and ends with its log."""


@dataclass(slots=True, eq=False)
class BotProcess:
    """One process of the bot."""

    name: str
    port: int
    """Where its health is asked for, and where `web` takes Slack's requests."""
    log: Path
    process: Process

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process.returncode is None

    def tail(self, lines: int = _TAIL_LINES) -> str:
        """The end of its log."""
        written = self.log.read_text(errors="replace").rstrip().split("\n")
        return "\n".join([f"--- the log of {self.name} ends with:", *written[-lines:]])


class BotProcesses:
    """The bot's processes; made by `BotProcesses.start`."""

    def __init__(self, environment: Mapping[str, str], directory: Path) -> None:
        self._environment: Final = dict(environment)
        self._directory: Final = directory
        self.all: Final[list[BotProcess]] = []
        self.late: Final[list[str]] = []
        """Sentences about processes that had to be killed, because they did not end in time."""

    @classmethod
    @asynccontextmanager
    async def start(cls, environment: Mapping[str, str], *, workers: int = 2) -> AsyncIterator[Self]:
        """All of them ready. They are stopped at the end, and their data and logs removed.

        Raises:
            BotFailed: one of them did not get ready.
        """
        async with AsyncExitStack() as ending:
            directory = ending.enter_context(tempfile.TemporaryDirectory(prefix="cname-", ignore_cleanup_errors=True))
            bot = cls(environment, Path(directory))
            ending.push_async_callback(bot.stop)
            await bot.start_web()
            for _ in range(workers):
                await bot.start_worker()
            await bot.ready()
            yield bot

    @property
    def web(self) -> BotProcess:
        """The running web process; the one that ran last, if none does."""
        return self._newest("web")

    @property
    def workers(self) -> list[BotProcess]:
        """Those that are running."""
        return [each for each in self.all if each.name != "web" and each.is_running]

    @property
    def url(self) -> str:
        """Where web takes Slack's requests."""
        return f"http://127.0.0.1:{self.web.port}/slack/events"

    async def start_web(self) -> BotProcess:
        port = _free_port()
        # As operators are told: web holds no credentials of AWS.
        kept = {name: value for name, value in self._environment.items() if not name.startswith("AWS_")}
        return await self._spawn("web", port, {**kept, "PORT": str(port)})

    async def start_worker(self) -> BotProcess:
        port, number = _free_port(), sum(each.name != "web" for each in self.all) + 1
        return await self._spawn(f"worker {number}", port, {**self._environment, "WORKER_PORT": str(port)})

    async def ready(self, within_seconds: float = _READY_WITHIN_SECONDS) -> None:
        """Wait until every process that nobody has killed says that it is ready."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(_ANSWER_WITHIN_SECONDS)) as http:
            deadline = time.monotonic() + within_seconds
            for each in self.all:
                if each.process.returncode != -signal.SIGKILL:
                    await _until_ready(http, each, deadline)

    async def kill(self, process: BotProcess) -> None:
        """End it as a power failure would: it gets to know nothing."""
        with suppress(ProcessLookupError):
            process.process.kill()
        await process.process.wait()

    async def stop(self) -> None:
        """SIGTERM to all, and wait; what is still there after the promised time is killed, and noted in `late`."""
        running = [each for each in self.all if each.is_running]
        for each in running:
            with suppress(ProcessLookupError):
                each.process.send_signal(signal.SIGTERM)
        await asyncio.gather(*(self._gone(each) for each in running))
        # The last one to leave stops the embedded Valkey; if nobody could leave in order, somebody has to come for it.
        if self.all and not any(each.process.returncode == 0 for each in running):
            await self._sweep()

    def tails(self) -> str:
        """The ends of all logs."""
        return "\n".join(each.tail() for each in self.all)

    def end_by_force(self) -> None:
        """For a watchdog in a thread: a few seconds to leave, so that the Valkey ends too, and no more."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            for each in self.all:
                if each.is_running:
                    with suppress(ProcessLookupError):
                        os.kill(each.pid, number)
            time.sleep(_LAST_SECONDS if number is signal.SIGTERM else 0)

    async def _gone(self, each: BotProcess) -> None:
        try:
            async with asyncio.timeout(GONE_WITHIN_SECONDS):
                await each.process.wait()
        except TimeoutError:
            self.late.append(f"{each.name} did not end within {GONE_WITHIN_SECONDS:.0f} s of SIGTERM and was killed.")
            await self.kill(each)

    async def _sweep(self) -> None:
        """The doctor joins the users of the embedded Valkey like everybody else, and leaves as the last one."""
        doctor = await self._spawn("doctor", 0, self._environment)
        await self._gone(doctor)

    async def _spawn(self, name: str, port: int, settings: Mapping[str, str]) -> BotProcess:
        log = self._directory / f"{name.replace(' ', '-')}.log"
        with log.open("ab") as written:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                name.split(" ", maxsplit=1)[0],
                cwd=_CODE,
                env=self._surroundings() | dict(settings),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=written,
                stderr=asyncio.subprocess.STDOUT,
            )
        started = BotProcess(name, port, log, process)
        self.all.append(started)
        return started

    def _surroundings(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        # An empty home: boto3 would read somebody's ~/.aws otherwise.
        private = {"HOME": str(self._directory), "DATA_DIR": str(self._directory)}
        return inherited | private | {"PYTHONUNBUFFERED": "1"}

    def _newest(self, name: str) -> BotProcess:
        return [each for each in self.all if each.name == name][-1]


async def _until_ready(http: aiohttp.ClientSession, each: BotProcess, deadline: float) -> None:
    missing = "it does not listen yet"
    while each.is_running and time.monotonic() < deadline:
        try:
            async with http.get(f"http://127.0.0.1:{each.port}/readyz") as answer:
                missing = (await answer.text()).strip()
                if answer.status == _HTTP_OK:
                    return
        except (aiohttp.ClientError, TimeoutError):
            pass
        await asyncio.sleep(_ASK_EVERY_SECONDS)
    why = f"is not ready: {missing}" if each.is_running else f"ended by itself with {each.process.returncode}"
    raise BotFailed(f"The bot's {each.name} {why}.\n{each.tail()}")


def _free_port() -> int:
    """A port that nobody has now; that somebody takes it in the next second is unlikely, and seen in the log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
