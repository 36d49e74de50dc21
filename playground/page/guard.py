"""Who may talk to the page: a browser on this machine that was sent here by its owner, and no other site through it.

Three locks, each enough against its own visitor: the Host header (a name that was made to point at this machine), where
the browser says the request comes from (another site's form, script or image), and for every deed a token of this run
that only the page itself was given (anything else, and the tabs of an earlier run).
"""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

TOKEN_HEADER: Final = "X-Playground-Token"
_OUR_OWN: Final = {"same-origin", "none"}
"""`none`: the address was typed, or followed from a terminal."""
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """The middleware; it learns the port once there is one."""

    def __init__(self, token: str) -> None:
        self.port = 0
        self._token: Final = token

    @web.middleware
    async def __call__(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if (why := self._why_not(request)) is not None:
            return web.Response(status=HTTPStatus.FORBIDDEN, text=why)
        return await handler(request)

    async def add_headers(self, _request: web.Request, response: web.StreamResponse) -> None:
        """For everything that is sent, refusals too."""
        response.headers.update(_HEADERS)

    def _why_not(self, request: web.Request) -> str | None:
        """Why this request is refused; None: it is welcome."""
        hosts = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}
        if request.headers.get("Host") not in hosts:
            return "This page is served as 127.0.0.1 only."
        if request.headers.get("Sec-Fetch-Site", "none") not in _OUR_OWN:
            return "Another site sent this request."
        if request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}":
            return "Another site sent this request."
        if request.method not in {"GET", "HEAD"} and not self._has_token(request):
            return "This tab belongs to an earlier run. Load the page again."
        return None

    def _has_token(self, request: web.Request) -> bool:
        return hmac.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), self._token.encode())
