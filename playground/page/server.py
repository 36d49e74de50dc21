"""The page's server: its files, a stream of what is to be seen, and the deeds people ask for.

It listens on loopback only, and outlives the worlds: when another scenario begins, the same tab shows it.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from aiohttp import web

from playground.page import bundle, glance
from playground.page.guard import Guard
from playground.page.wishes import Deed, NotAWish, parse
from playground.phrases import Begin, NotUnderstood, TypeCommand
from playground.scenarios import SCENARIOS
from playground.slack import NotOnScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from playground.bot_processes import BotProcesses
    from playground.deeds import Deeds
    from playground.world import World

Json = dict[str, Any]

_LOOK_EVERY_SECONDS: Final = 0.2
"""DNS and CloudFront tell nobody when they change."""
_SIGN_OF_LIFE_SECONDS: Final = 10.0
_SHUTDOWN_SECONDS: Final = 0.5
_LONGEST_WISH_BYTES: Final = 64 * 1024
_STATIC: Final = Path(__file__).parent / "static"
_SLACKBOT: Final = "USLACKBOT"


class Page:
    """Made by `Page.start`; it shows the world it was last given.

    Args:
        begin: asked for when somebody wants another scenario; gets its name.
        built: where the bundle is, if there is one.
    """

    def __init__(self, begin: Callable[[str], None], built: Path) -> None:
        self.url = ""
        self._begin: Final = begin
        self._built: Final = built
        self._token: Final = secrets.token_urlsafe(24)
        self._playing: tuple[World, BotProcesses | None, Deeds] | None = None
        self._remark = "Starting …"
        self._round = 0
        self._said: list[Json] = []

    @classmethod
    @asynccontextmanager
    async def start(cls, begin: Callable[[str], None], *, built: Path = bundle.BUILT) -> AsyncIterator[Self]:
        """Listening on a free port of 127.0.0.1."""
        page = cls(begin, built)
        guard = Guard(page._token)
        server = web.Application(middlewares=[guard.__call__], client_max_size=_LONGEST_WISH_BYTES)
        server.on_response_prepare.append(guard.add_headers)
        server.router.add_get("/", page._index)
        server.router.add_static("/static", _STATIC)
        server.router.add_get("/bundle/{name}", page._bundled)
        server.router.add_get("/events", page._events)
        server.router.add_post("/deeds", page._deed)
        runner = web.AppRunner(server, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            guard.port = runner.addresses[0][1]
            page.url = f"http://127.0.0.1:{guard.port}/"
            yield page
        finally:
            await runner.cleanup()

    def show(self, world: World, bot: BotProcesses | None, deeds: Deeds) -> None:
        """From now on this world; `bot` is None where nobody started it as processes."""
        self._playing, self._remark, self._said = (world, bot, deeds), "", []
        self._round += 1

    def show_nothing(self, remark: str) -> None:
        """Between two worlds: a sentence."""
        self._playing, self._remark = None, remark

    # What is served

    async def _index(self, _request: web.Request) -> web.Response:
        text = (_STATIC / "index.html").read_text(encoding="utf-8").replace("{{token}}", self._token)
        return web.Response(text=text, content_type="text/html")

    async def _bundled(self, request: web.Request) -> web.StreamResponse:
        path = self._built / request.match_info["name"]
        if request.match_info["name"] not in bundle.FILES or not path.is_file():
            return web.Response(status=HTTPStatus.NOT_FOUND, text="It has not been built.")
        return web.FileResponse(path)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: the whole picture, at once and whenever it has changed."""
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        shown, sent_at = "", time.monotonic()
        with suppress(ConnectionResetError):
            while True:
                now = json.dumps(self._picture())
                if now != shown:
                    await stream.write(f"data: {now}\n\n".encode())
                    shown, sent_at = now, time.monotonic()
                elif time.monotonic() - sent_at > _SIGN_OF_LIFE_SECONDS:
                    await stream.write(b": still here\n\n")
                    sent_at = time.monotonic()
                await asyncio.sleep(_LOOK_EVERY_SECONDS)
        return stream

    def _picture(self) -> Json:
        told: Json = {
            "run": self._token,
            "round": self._round,
            "remark": self._remark,
            "scenarios": glance.scenarios(),
            "why_plain": bundle.why_missing(self._built),
            "world": None,
        }
        if self._playing is not None:
            world, bot, _ = self._playing
            told["world"] = glance.of_world(world, bot) | {"said": self._said}
        return told

    # What people ask for

    async def _deed(self, request: web.Request) -> web.Response:
        try:
            deed = parse(await request.read())
        except NotAWish as why:
            return web.Response(status=HTTPStatus.BAD_REQUEST, text=str(why))
        try:
            return web.json_response({"ok": True, "said": await self._do(deed)})
        except (NotUnderstood, NotOnScreen, LookupError, ValueError) as why:
            return web.json_response({"ok": False, "said": str(why)})

    async def _do(self, deed: Deed) -> str:
        if isinstance(deed, Begin):
            return self._begin_with(deed.scenario)
        if self._playing is None:
            raise NotOnScreen("No world is running at the moment.")
        world, _, deeds = self._playing
        said = await deeds.do(deed)
        if isinstance(deed, TypeCommand) and said:
            # Slack shows such a sentence in the channel, to nobody but whoever typed the command.
            self._said.append(self._whisper(world, deed.person, said))
            return ""
        return said

    def _begin_with(self, scenario: str) -> str:
        if scenario not in SCENARIOS:
            raise NotUnderstood(f"There is no scenario {scenario}.")
        self._begin(scenario)
        return f"“{scenario}” begins."

    def _whisper(self, world: World, person: str, text: str) -> Json:
        return {
            "channel": world.channel.id,
            "ts": f"{time.time():.6f}",
            "user": _SLACKBOT,
            "text": text.replace("&", "&amp;").replace("<", "&lt;"),
            "blocks": [],
            "thread_ts": None,
            "is_broadcast": False,
            "edits": 0,
            "visible_to": world.people[person].id,
        }
