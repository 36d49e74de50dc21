"""AWS's JSON 1.1 protocol, as ACM and Organizations speak it. No rules, no state."""

import json
import uuid
from typing import Any

from aiohttp import web

from playground.aws.endpoint import Call
from playground.aws.refusals import Refusal

_CODES = {
    "AccessDenied": (400, "AccessDeniedException"),
    "ExpiredToken": (400, "ExpiredTokenException"),
}
"""What these services call a refusal that the others know under another name."""


def read(request: web.Request, body: bytes, target_prefix: str) -> Call:
    """The operation is named by a header; of the members only the texts and numbers are told."""
    operation = request.headers.get("X-Amz-Target", "").removeprefix(f"{target_prefix}.")
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        given = {}
    named = given if isinstance(given, dict) else {}
    params = {name: str(value) for name, value in named.items() if isinstance(value, str | int)}
    return Call(operation, params, request.headers, body)


def response(value: dict[str, Any], status: int = 200) -> web.Response:
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": str(uuid.uuid4())}
    return web.Response(status=status, body=json.dumps(value).encode(), headers=headers)


def refuse(refusal: Refusal) -> web.Response:
    status, code = _CODES.get(refusal.code, (refusal.status, refusal.code))
    return response({"__type": code, "message": refusal.message}, status)
