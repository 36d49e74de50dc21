"""The Web API on HTTP: tokens, scopes, planned faults, a record of every call, and then the method itself.

It decides nothing about messages or modals; that is in *_methods.py.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from playground.slack import arguments as sent
from playground.slack import chat_methods, lookup_methods, view_methods
from playground.slack.arguments import Arguments, Refused
from playground.slack.faults import Fault, FaultKind
from playground.slack.state import Call, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Method:
    perform: Callable[[State, Arguments], Json]
    scope: str | None = None
    takes_app_token: bool = False


METHODS: Mapping[str, Method] = {
    "auth.test": Method(lookup_methods.auth_test),
    "chat.postMessage": Method(chat_methods.post_message, "chat:write"),
    "chat.update": Method(chat_methods.update, "chat:write"),
    "chat.postEphemeral": Method(chat_methods.post_ephemeral, "chat:write"),
    "views.open": Method(view_methods.open_view),
    "views.push": Method(view_methods.push_view),
    "views.update": Method(view_methods.update_view),
    "users.info": Method(lookup_methods.users_info, "users:read"),
    "usergroups.users.list": Method(lookup_methods.group_members, "usergroups:read"),
    "conversations.open": Method(lookup_methods.conversations_open, "im:write"),
    "conversations.info": Method(lookup_methods.conversations_info),
}


class WebApi:
    def __init__(self, state: State, more: Mapping[str, Method]) -> None:
        """`more` are methods that need something beside the state, like an open socket."""
        self._state = state
        self._methods = {**METHODS, **more}
        self._hung_up = asyncio.Event()

    def let_go(self) -> None:
        """End every call that hangs."""
        self._hung_up.set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call of a method."""
        name = request.match_info["method"]
        fault = self._state.faults.take(name)
        if fault is not None and not fault.after_effect:
            self._record(name, await sent.read(request), None, _status_of(fault))
            return await self.suffer(request, fault)
        headers: dict[str, str] = {}
        values = {}
        try:
            values = await sent.read(request)
            token = _token(request, values)
            method = self._allowed(name, token, headers)
            answer = {"ok": True, **method.perform(self._state, Arguments(values))}
        except Refused as refused:
            answer = refused.answer
        self._record(name, values, answer, None if fault else web.HTTPOk.status_code)
        await self._state.changed()
        if fault is not None:
            return await self.suffer(request, fault)
        return web.json_response(answer, headers={**headers, "x-slack-req-id": secrets.token_hex(16)})

    async def suffer(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        """Answer as the fault says."""
        match fault.kind:
            case FaultKind.RATE_LIMITED:
                headers = {"Retry-After": str(fault.retry_after_seconds)}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            case FaultKind.SERVER_ERROR:
                return web.json_response({"ok": False, "error": "internal_error"}, status=500)
            case FaultKind.UNAVAILABLE:
                page = "<html><body>upstream connect error</body></html>"
                return web.Response(text=page, status=503, content_type="text/html")
            case FaultKind.HANG:
                await self._hung_up.wait()
            case FaultKind.CLOSED:
                pass
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _allowed(self, name: str, token: str, headers: dict[str, str]) -> Method:
        """The method, where this token may call it; the headers tell the token's scopes either way."""
        app = self._state.app
        if not token:
            raise Refused("not_authed")
        if token not in {app.bot_token, app.app_token}:
            raise Refused("invalid_auth")
        method = self._methods.get(name)
        if method is None:
            raise Refused("unknown_method", req_method=name)
        granted = app.app_scopes if token == app.app_token else app.scopes
        headers["x-oauth-scopes"] = ",".join(sorted(granted))
        if method.scope is not None:
            headers["x-accepted-oauth-scopes"] = method.scope
        if method.takes_app_token != (token == app.app_token):
            raise Refused("not_allowed_token_type")
        if method.scope is not None and method.scope not in granted:
            raise Refused("missing_scope", needed=method.scope, provided=",".join(sorted(granted)))
        return method

    def _record(self, name: str, values: Mapping[str, Any], answer: Json | None, status: int | None) -> None:
        told = {key: value for key, value in values.items() if key != "token"}
        self._state.calls.append(Call(name, told, answer, status, self._state.clock()))


def _token(request: web.Request, values: Mapping[str, Any]) -> str:
    """From the header, else from the arguments, where older clients put it."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else str(values.get("token") or "")


def _status_of(fault: Fault) -> int | None:
    return {FaultKind.RATE_LIMITED: 429, FaultKind.SERVER_ERROR: 500, FaultKind.UNAVAILABLE: 503}.get(fault.kind)
