"""`/healthz`, `/readyz` and `/metrics`: the same three questions for web and worker. They change nothing."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Readiness = Callable[[], Awaitable[dict[str, str]]]
"""What is missing, by name; empty when nothing is."""


def add_health(app: web.Application, readiness: Readiness) -> None:
    """Add the three routes."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        missing = await readiness()
        lines = [f"{name}: {why}\n" for name, why in missing.items()] or ["ready\n"]
        return web.Response(text="".join(lines), status=503 if missing else 200)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
