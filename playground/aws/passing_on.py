"""Requests that moto answers go there unchanged, but for the headers that belong to one connection only."""

import aiohttp
from aiohttp import web

from playground.aws.endpoint import Call
from playground.aws.moto_server import MotoServer

_PASSED_ON = {"authorization", "content-type", "user-agent", "x-amz-date", "x-amz-security-token", "x-amz-target"}


class PassingOn:
    """Between `start` and `stop` it hands requests to a running moto."""

    def __init__(self, moto: MotoServer) -> None:
        self._moto = moto
        self._to_moto: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        self._to_moto = aiohttp.ClientSession(auto_decompress=False)

    async def stop(self) -> None:
        if self._to_moto is not None:
            await self._to_moto.close()

    async def answer(self, call: Call) -> web.Response:
        """What moto answers; RuntimeError while nobody serves."""
        if self._to_moto is None:
            raise RuntimeError("nothing is being served yet")
        headers = {name: value for name, value in call.headers.items() if name.lower() in _PASSED_ON}
        async with self._to_moto.post(self._moto.url, data=call.body, headers=headers) as answer:
            content_type = answer.headers.get("Content-Type", "")
            return web.Response(status=answer.status, body=await answer.read(), headers={"Content-Type": content_type})
