"""`make play` where nobody is at the keyboard: the page alone, real processes, and one of them killed in the middle."""

import asyncio
import json
import re
import signal
from asyncio.subprocess import Process
from typing import Any

import aiohttp
import pytest

from playground.page.guard import TOKEN_HEADER
from tests.playground_process import left_behind, start_playground, temporary_directory

PATIENCE_S = 60


class Visitor:
    """Asks for deeds and looks, as the page does."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        self._http = http
        self._url = url
        self._headers = {TOKEN_HEADER: token}

    async def ask(self, deed: str, **members: Any) -> None:
        wish = {"deed": deed, **members}
        async with self._http.post(self._url + "deeds", json=wish, headers=self._headers) as answer:
            told = await answer.json()
        assert told["ok"], told["said"]

    async def until(self, words: str) -> Any:
        """The world, once somebody in Slack sees these words."""
        async with asyncio.timeout(PATIENCE_S), self._http.get(self._url + "events", read_bufsize=2**20) as answer:
            async for line in answer.content:
                if words.encode() in line:
                    return json.loads(line.removeprefix(b"data: "))["world"]
        raise AssertionError(f"The stream has ended without {words}")


async def url_in(playing: Process) -> str:
    assert playing.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        while True:
            line = (await playing.stdout.readline()).decode()
            if match := re.search(r"http://127\.0\.0\.1:\d+/", line):
                return match[0]


@pytest.mark.processes
@pytest.mark.timeout(180)
async def test_the_page_stays_until_ctrl_c_and_a_killed_worker_loses_nothing() -> None:
    with temporary_directory() as temporary:
        playing = await start_playground("play", "happy", temporary=temporary)
        assert playing.stdin is not None
        assert playing.stdout is not None
        playing.stdin.close()
        url = await url_in(playing)

        async with aiohttp.ClientSession() as http:
            async with http.get(url) as answer:
                (token,) = re.findall(r'playground-token" content="([^"]+)"', await answer.text())
            visitor = Visitor(http, url, token)
            await visitor.ask("command", person="mina", command="/cname-conflict", text="www.example.com")
            await visitor.until("_www.example.com   TXT")
            await visitor.ask("create-record")
            world = await visitor.until("move.approve")
            (card,) = [each for each in world["slack"]["messages"] if "move.approve" in str(each["blocks"])]
            place = {"channel": card["channel"], "ts": card["ts"]}
            await visitor.ask("press", person="joon", action_id="move.approve", **place)
            (view,) = (await visitor.until("Approve this move?"))["slack"]["views"]
            await visitor.ask("submit", person="joon", view=view["id"], values={})
            await visitor.ask("kill", name="worker 1")
            moved = await visitor.until("has *moved*")
            await visitor.ask("kill", name="web")
            await visitor.ask("command", person="mina", command="/cname-conflict", text="list")
            refused = await visitor.until("dispatch_failed")
            await visitor.ask("start", kind="web")

        playing.send_signal(signal.SIGINT)
        rest = (await playing.stdout.read()).decode()
        code = await playing.wait()
        left = await left_behind(playing, temporary)

    assert {each["name"]: each["is_running"] for each in moved["processes"]} == {
        "web": True,
        "worker 1": False,
        "worker 2": True,
    }
    assert moved["aws"]["calls"] == 1
    assert [each["text"] for each in refused["said"]] == ['/cname-conflict failed with the error "dispatch_failed"']
    assert code == 130, rest
    assert left == []
