"""How a payload reaches the app through Socket Mode: the app asks for a WebSocket URL, connects, and acknowledges.

Each payload goes to one connection, the next one in turn; Socket Mode signs nothing.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from playground.slack.dispatch import PATIENCE_SECONDS, Answer, Failure, Kind

if TYPE_CHECKING:
    from playground.slack.arguments import Arguments
    from playground.slack.state import State

Json = dict[str, Any]


@dataclass(eq=False, slots=True)
class _Connection:
    socket: web.WebSocketResponse
    awaited: dict[str, asyncio.Future[Json | str]] = field(default_factory=dict)
    is_leaving: bool = False


class SocketMode:
    def __init__(self, state: State) -> None:
        self._state = state
        self._tickets: set[str] = set()
        self._connections: list[_Connection] = []

    @property
    def connections(self) -> int:
        """Those that have not been told to leave."""
        return sum(not connection.is_leaving for connection in self._connections)

    def open_url(self, state: State, _: Arguments) -> Json:
        """apps.connections.open: an address that one connection may use once."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return {"url": f"{state.base_url.replace('http', 'ws', 1)}/socket/?ticket={ticket}&app_id={state.app.id}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection of the app, until either side closes it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="invalid ticket")
        self._tickets.discard(ticket)
        connection = _Connection(web.WebSocketResponse())
        await connection.socket.prepare(request)
        self._connections.append(connection)
        await connection.socket.send_json(self._hello())
        await self._state.changed()
        try:
            async for message in connection.socket:
                if message.type is WSMsgType.TEXT:
                    _take_ack(connection, message.data)
        finally:
            self._connections.remove(connection)
            for ack in connection.awaited.values():
                ack.cancel()
            await self._state.changed()
        return connection.socket

    async def deliver(self, kind: Kind, payload: Json) -> Answer:
        started = time.monotonic()
        connection = self._next()
        if connection is None:
            return Answer(0.0, failure=Failure.NOT_DELIVERED)
        envelope_id = str(uuid.uuid4())
        ack: asyncio.Future[Json | str] = asyncio.get_running_loop().create_future()
        connection.awaited[envelope_id] = ack
        envelope = {
            "envelope_id": envelope_id,
            "type": kind.value,
            "payload": payload,
            "accepts_response_payload": kind is Kind.SLASH_COMMAND or payload.get("type") == "view_submission",
        }
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await connection.socket.send_json(envelope)
                # asyncio.wait leaves "the connection is gone" in the future, apart from a cancelled test.
                await asyncio.wait([ack])
        except (TimeoutError, ConnectionError):
            return Answer(time.monotonic() - started, failure=Failure.TIMEOUT)
        finally:
            connection.awaited.pop(envelope_id, None)
        if ack.cancelled():
            return Answer(time.monotonic() - started, failure=Failure.TIMEOUT)
        return Answer(time.monotonic() - started, 200, ack.result())

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to go and come back, as Slack does every few hours; it closes none of them itself."""
        for connection in list(self._connections):
            connection.is_leaving = True
            await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": _DEBUG})

    async def close(self) -> None:
        for connection in list(self._connections):
            await connection.socket.close()

    def _next(self) -> _Connection | None:
        """The next in turn; one that was told to leave only while there is no other."""
        self._connections.sort(key=lambda connection: connection.is_leaving)
        if not self._connections:
            return None
        connection = self._connections.pop(0)
        self._connections.append(connection)
        return connection

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "debug_info": _DEBUG,
            "connection_info": {"app_id": self._state.app.id},
        }


_DEBUG: Json = {"host": "playground", "build_number": 1, "approximate_connection_time": 18_060}


def _take_ack(connection: _Connection, data: str) -> None:
    """An ack names its envelope; anything else the app says is none of Slack's business."""
    try:
        said = json.loads(data)
    except ValueError:
        return
    ack = connection.awaited.get(said.get("envelope_id", "")) if isinstance(said, dict) else None
    if ack is not None and not ack.done():
        ack.set_result(said.get("payload") or "")
