"""What supervisors ask of web and worker, and how a process leaves when it is told to."""

import asyncio
import os
import re
import signal
import socket
import sys
import time
from asyncio.subprocess import Process as Child
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot import __main__ as composition
from bot.__main__ import Bot
from bot.alias_move.pacing import Pace
from bot.settings import Process, Settings
from playground.aws import MotoServer
from playground.scenarios import HAPPY
from playground.slack import NotOnScreen, connection_closed, unavailable
from playground.world import World
from tests.valkey_server import ValkeyServer

CODE = Path(__file__).resolve().parent.parent
GONE_WITHIN_S = 15.0
PATIENCE_S = 45.0


@dataclass
class Health:
    """Asks one process."""

    http: ClientSession
    port: int

    async def ask(self, path: str) -> tuple[int, str]:
        async with self.http.get(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.status, await answer.text()

    async def until(self, status: int, words: str = "", *, process: Child | None = None) -> str:
        """What /readyz says, once it says these words with this status."""
        async with asyncio.timeout(PATIENCE_S):
            while process is None or process.returncode is None:
                try:
                    found, text = await self.ask("/readyz")
                except ClientError:  # it does not listen yet
                    found, text = 0, ""
                if found == status and words in text:
                    return text
                await asyncio.sleep(0.02)
        raise AssertionError("it ended by itself")


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession(timeout=ClientTimeout(total=10)) as session:
        yield session


async def test_web_and_worker_say_whether_they_live_and_what_they_miss(
    start_valkey: Callable[..., ValkeyServer],
    moto: MotoServer,
    http: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "bot")
    monkeypatch.setattr(composition, "ASK_AGAIN_AFTER_S", 0.3)
    redis = start_valkey()
    async with World.start(HAPPY, moto=moto) as world:
        for trouble in (connection_closed(), unavailable(), connection_closed(), unavailable()):
            world.slack.faults.plan("auth.test", trouble)
        environment = world.environment() | {"PORT": "0", "WORKER_PORT": "0", "REDIS_URL": redis.url}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        bot = Bot(Settings.from_env(environment, Process.ALL), redis.url, Pace(), str)
        async with bot.worker(), bot.web():
            listens = re.search(r"worker health listens on 127\.0\.0\.1:(\d+)", caplog.text)
            assert listens
            web, worker = Health(http, bot.port or 0), Health(http, int(listens[1]))

            await web.until(503, "slack: Slack ")
            for each in (web, worker):
                assert await each.until(200) == "ready\n"
                assert await each.ask("/healthz") == (200, "ok\n")
                status, metrics = await each.ask("/metrics")
                assert status == 200
                assert "cname_moves_opened_total" in metrics
            assert (await worker.ask("/slack/events"))[0] == 404

            redis.pause()
            await web.until(503, "redis: Our database can't be reached")
            assert await web.ask("/healthz") == (200, "ok\n")
            redis.resume()
            await web.until(200)


@pytest.mark.processes
@pytest.mark.timeout(120)
async def test_everything_in_one_process_leaves_in_time_on_sigterm_and_has_lost_nothing(
    moto: MotoServer, http: ClientSession, tmp_path: Path
) -> None:
    async with World.start(HAPPY, moto=moto) as world:
        asking = (world.people["mina"].id, world.channel.id, world.command[0])
        async with _bot(world, http, tmp_path):
            await world.slack.command(*asking, "www.example.com")
            await world.slack.until(lambda: _on_card(world, "_www.example.com"), timeout=PATIENCE_S)
            accepted = asyncio.gather(*(world.slack.command(*asking, f"host-{one}.example.com") for one in range(5)))
            await asyncio.sleep(0)
        replies = await accepted

        async with _bot(world, http, tmp_path):
            for number, reply in enumerate(replies):
                status = await world.slack.command(*asking, f"status host-{number}.example.com")
                # What was not accepted any more is an error that Slack shows; what was accepted is still there.
                assert bool(reply.error) != (
                    f"host-{number}.example.com" in status.text and "no move" not in status.text
                )
            world.create_record("_www.example.com", world.distributions["green"].domain_name)
            await world.slack.until(lambda: _on_card(world, "waiting for an approval"), timeout=PATIENCE_S)


def _on_card(world: World, words: str) -> bool:
    if not any(words in each.plain() for each in world.slack.messages(world.channel.id)):
        raise NotOnScreen(words)
    return True


@asynccontextmanager
async def _bot(world: World, http: ClientSession, home: Path) -> AsyncIterator[None]:
    """`python -m bot` with a Valkey of its own, as a newcomer starts it; ended by SIGTERM."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home / "bot.log"
    with log.open("ab") as written:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot"),
            cwd=CODE,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "PORT": str(port), **world.environment()},
            stdin=asyncio.subprocess.DEVNULL,
            stderr=written,
        )
    try:
        await Health(http, port).until(200, process=process)
        world.slack.connect_http(f"http://127.0.0.1:{port}/slack/events")
        yield
        told_at = time.monotonic()
        process.send_signal(signal.SIGTERM)
        await process.wait()
        assert time.monotonic() - told_at < GONE_WITHIN_S
        assert process.returncode == 0, log.read_text()[-2000:]
        assert "Traceback" not in log.read_text()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
