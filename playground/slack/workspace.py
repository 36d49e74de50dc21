"""The workspace while it runs: its Web API on loopback, and the way to the app.

    async with Workspace() as slack:
        mina = slack.directory.add_person("mina")
        channel = slack.directory.add_channel("cdn", mina)
        # the app: SLACK_API_URL=slack.api_url, SLACK_BOT_TOKEN=slack.app.bot_token, ...
        slack.connect_http("http://127.0.0.1:3000/slack/events")
        reply = await slack.command(mina.id, channel.id, "/cname-conflict", "www.example.com")
        card = await slack.until(lambda: slack.messages(channel.id))

It listens on loopback only and knows no address of the real Slack. Without connect_http() everything goes through
Socket Mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from aiohttp import web

from playground.slack.attacks import Attacks
from playground.slack.dispatch import HttpTransport, Transport
from playground.slack.response_answers import ResponseAnswers
from playground.slack.socket_mode import SocketMode
from playground.slack.web_api import Method, WebApi

if TYPE_CHECKING:
    from types import TracebackType

_SHUTDOWN_SECONDS = 0.5


class Workspace(Attacks):
    def __post_init__(self) -> None:
        super().__post_init__()
        self._sockets = SocketMode(self)
        self._api = WebApi(
            self, {"apps.connections.open": Method(self._sockets.open_url, "connections:write", takes_app_token=True)}
        )
        self._to_app: HttpTransport | None = None
        self._retired: list[HttpTransport] = []
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        """What the app takes for https://slack.com/api/."""
        return f"{self.base_url}/api/"

    @property
    def socket_connections(self) -> int:
        return self._sockets.connections

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; port 0 takes a free one."""
        server = web.Application(client_max_size=4 * 1024 * 1024)
        server.router.add_route("*", "/api/{method}", self._api.answer)
        server.router.add_post("/response/{key}", ResponseAnswers(self, self._api).answer)
        server.router.add_get("/socket/", self._sockets.serve)
        self._runner = web.AppRunner(server, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close every connection, hanging calls included."""
        self._api.let_go()
        await self._sockets.close()
        for transport in [*self._retired, self._to_app]:
            if transport is not None:
                await transport.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def connect_http(self, url: str) -> None:
        """From now on everything is posted, signed, to this request URL of the app."""
        self.use_socket_mode()
        self._to_app = HttpTransport(url, self.app.signing_secret)

    def use_socket_mode(self) -> None:
        """From now on everything goes to the app's own WebSocket connections."""
        if self._to_app is not None:
            self._retired.append(self._to_app)
        self._to_app = None

    async def refresh_sockets(self, reason: str = "refresh_requested") -> None:
        """Ask every Socket Mode connection to leave and come back."""
        await self._sockets.disconnect(reason)

    def transport(self) -> Transport:
        return self._to_app or self._sockets

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
