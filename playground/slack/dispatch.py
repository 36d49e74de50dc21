"""How a payload reaches the app, and what Slack makes of the answer; here through signed HTTP requests.

An app has three seconds. Slack sends commands and interactions once: nothing here is ever repeated by itself.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

Json = dict[str, Any]

PATIENCE_SECONDS = 3.0


class Kind(Enum):
    """The two kinds of payload the app gets, named as Socket Mode's envelopes name them."""

    SLASH_COMMAND = "slash_commands"
    INTERACTIVE = "interactive"


class Failure(Enum):
    """Why a payload was not answered, in the words Slack shows to the person."""

    TIMEOUT = "operation_timeout"
    NOT_DELIVERED = "dispatch_failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is what the app answered: a JSON object, text, or nothing."""

    seconds: float
    status: int | None = None
    body: Json | str = ""
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """One request as it went over the wire, kept so that a test can send it again."""

    body: str
    headers: dict[str, str]


class Transport(Protocol):
    async def deliver(self, kind: Kind, payload: Json) -> Answer: ...

    async def close(self) -> None: ...


class HttpTransport:
    """Posts to the app's one request URL."""

    def __init__(self, url: str, signing_secret: str) -> None:
        self._url = url
        self._signing_secret = signing_secret
        self.requests: list[SignedRequest] = []
        # A fresh connection each time: the app may have been killed and started again in between.
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))

    async def deliver(self, kind: Kind, payload: Json) -> Answer:
        return await self.send(self.sign(encoded(kind, payload)))

    def sign(self, body: str, *, signing_secret: str | None = None, signed_at: float | None = None) -> SignedRequest:
        """Sign as Slack does; at wall-clock time, for that is what the app compares with, unless a test says when."""
        timestamp = str(int(time.time() if signed_at is None else signed_at))
        verifier = SignatureVerifier(signing_secret or self._signing_secret)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": verifier.generate_signature(timestamp=timestamp, body=body) or "",
        }
        return SignedRequest(body, headers)

    async def send(self, request: SignedRequest) -> Answer:
        self.requests.append(request)
        started = time.monotonic()
        try:
            async with (
                asyncio.timeout(PATIENCE_SECONDS),
                self._http.post(
                    self._url, data=request.body.encode(), headers=request.headers, allow_redirects=False
                ) as response,
            ):
                text = await response.text()
        except TimeoutError:
            return Answer(time.monotonic() - started, failure=Failure.TIMEOUT)
        except aiohttp.ClientError:
            return Answer(time.monotonic() - started, failure=Failure.NOT_DELIVERED)
        seconds = time.monotonic() - started
        if response.status != HTTPStatus.OK:
            return Answer(seconds, response.status, text, Failure.NOT_DELIVERED)
        return Answer(seconds, response.status, _body(text, response.content_type))

    async def close(self) -> None:
        await self._http.close()


def encoded(kind: Kind, payload: Json) -> str:
    """A command's fields as a form; every other payload as JSON in the form's one field."""
    return urlencode(payload if kind is Kind.SLASH_COMMAND else {"payload": json.dumps(payload)})


def _body(text: str, content_type: str) -> Json | str:
    if content_type != "application/json":
        return text
    try:
        body = json.loads(text)
    except ValueError:
        return text
    return body if isinstance(body, dict) else text
