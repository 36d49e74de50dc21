"""Slack's requests over HTTP: only signed ones come in, and from then on they are what Socket Mode brings.

It must never answer 500: whatever does not even parse is refused here, before Bolt sees it.
"""

import json
import logging
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

log = logging.getLogger(__name__)

PATH = "/slack/events"
LARGEST_BODY_BYTES = 1024 * 1024


def slack_routes(app: AsyncApp, signing_secret: str) -> web.Application:
    """An application that takes every request of Slack at one path."""
    verifier = SignatureVerifier(signing_secret)

    async def receive(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if not _is_signed(verifier, body, request):
            log.warning("unsigned request remote=%s", request.remote)
            return web.Response(status=401, text="invalid signature\n")
        payload = _payload_of(body.decode())
        if payload is None:
            log.warning("unreadable request remote=%s", request.remote)
            return web.Response(status=400, text="neither a form nor JSON\n")
        # "socket_mode" means: the signature is verified, and the payload is parsed. Bolt's own parser of forms takes
        # a command for an interaction when the word "payload" stands anywhere in it, as in `payload.example.com`.
        return await to_aiohttp_response(await app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode")))

    routes = web.Application(client_max_size=LARGEST_BODY_BYTES)
    routes.add_routes([web.post(PATH, receive)])
    return routes


def _is_signed(verifier: SignatureVerifier, body: bytes, request: web.Request) -> bool:
    """Whether the signature is right. A header that does not even parse is a wrong one.

    slack_sdk raises for a timestamp that is no number and for a signature outside ASCII, and Bolt would answer 500.
    """
    try:
        return verifier.is_valid(
            body=body.decode(),
            timestamp=request.headers.get("X-Slack-Request-Timestamp"),
            signature=request.headers.get("X-Slack-Signature"),
        )
    except (ValueError, TypeError):
        return False


def _payload_of(body: str) -> dict[str, Any] | None:
    """A command's fields, or the JSON of anything else, which is the one field of a form or the whole body."""
    fields: dict[str, Any] = {} if body.startswith("{") else dict(parse_qsl(body, keep_blank_values=True))
    if fields and "payload" not in fields:
        return fields
    try:
        payload = json.loads(fields.get("payload", body))
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None
