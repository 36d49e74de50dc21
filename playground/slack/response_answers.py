"""What the app sends to a response_url: for one person unless it says otherwise, even where the bot is no member.

It is the only way by which an ephemeral message is changed or deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from playground.slack import arguments as sent
from playground.slack.arguments import Arguments, Refused
from playground.slack.chat_methods import content
from playground.slack.state import Call, State

if TYPE_CHECKING:
    from playground.slack.tickets import ResponseUrl
    from playground.slack.web_api import WebApi

METHOD = "response_url"
"""Under this name the answers are recorded, and faults are planned."""


class ResponseAnswers:
    def __init__(self, state: State, api: WebApi) -> None:
        self._state = state
        self._api = api

    async def answer(self, request: web.Request) -> web.StreamResponse:
        fault = self._state.faults.take(METHOD)
        if fault is not None and not fault.after_effect:
            return await self._api.suffer(request, fault)
        status, said, values = await self._take(request)
        told = Call(METHOD, values, {"ok": said == "ok", "said": said}, status, self._state.clock())
        self._state.calls.append(told)
        await self._state.changed()
        if fault is not None:
            return await self._api.suffer(request, fault)
        return web.Response(text=said, status=status)

    async def _take(self, request: web.Request) -> tuple[int, str, dict[str, Any]]:
        url = self._state.response_urls.use(request.match_info["key"])
        if url is None:
            return 404, "used_url", {}
        try:
            values = await sent.read(request)
        except Refused:
            return 400, "invalid_payload", {}
        try:
            self._show(url, Arguments(values))
        except Refused as refused:
            return 400, refused.answer["error"], values
        return 200, "ok", values

    def _show(self, url: ResponseUrl, arguments: Arguments) -> None:
        source = self._state.message(url.channel, url.source_ts) if url.source_ts else None
        if arguments.flag("delete_original"):
            if source is not None:
                self._state.delete(source)
            return
        text, blocks = content(arguments)
        if arguments.flag("replace_original") and source is not None:
            self._state.edit(source, text, blocks or [])
            return
        # A slash command leaves no message behind: its first answer cannot be replaced, a second one is posted.
        channel = self._state.directory.channels[url.channel]
        for_all = arguments.text("response_type") == "in_channel"
        thread_ts = arguments.text("thread_ts")
        self._state.post(channel, text, blocks or [], thread_ts=thread_ts, visible_to=None if for_all else url.user)
