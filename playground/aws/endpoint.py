"""An AWS endpoint on loopback: verifies the signature, writes the log, meets the faults, then lets the service answer.

Knows nothing of any one service; must never answer a caller it has not recognised with anything but a refusal.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from aiohttp import web

from playground.aws.faults import Faults, LostConnection, Moment
from playground.aws.refusals import Refusal
from playground.aws.signing import Identity, SignedRequest, utc_now, verify

_SECONDS_FOR_CALLS_AT_STOP = 0.1


@dataclass(frozen=True, slots=True)
class Call:
    """What a request asks for, as its service reads it."""

    operation: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class LoggedRequest:
    """One line of the log, written when the request arrives and completed when it is answered."""

    operation: str
    params: Mapping[str, str]
    account: str | None = None
    """Whose key signed it; None if that could not be told."""
    caller: str | None = None
    """ARN of the user or of the session of a role; None likewise."""
    status: int | None = None
    """HTTP status; None while unanswered, and for ever if the answer was lost."""
    code: str | None = None
    """AWS error code of a refusal."""
    began: float = field(default_factory=time.monotonic)
    """When it had arrived, in seconds of the monotonic clock."""
    ended: float | None = None
    """When it was answered, refused or cut off; None while that is still to come."""


class Service(Protocol):
    """What stands behind an endpoint."""

    signing_name: str

    def read(self, request: web.Request, body: bytes) -> Call: ...

    async def perform(self, call: Call, caller: Identity) -> web.Response: ...

    def refuse(self, refusal: Refusal) -> web.Response: ...


class Endpoint:
    """Serves one service on a free port of 127.0.0.1."""

    def __init__(
        self,
        service: Service,
        identity_of: Callable[[str], Identity | None],
        now: Callable[[], datetime] = utc_now,
        *,
        is_regional: bool = False,
    ) -> None:
        self._is_regional = is_regional
        self.faults = Faults()
        self.requests: list[LoggedRequest] = []
        self.url = ""
        self._service = service
        self._identity_of = identity_of
        self._now = now
        self._runner: web.AppRunner | None = None

    def count(self, operation: str) -> int:
        """How many requests for this operation have arrived, answered or not."""
        return sum(request.operation == operation for request in self.requests)

    async def start(self) -> None:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SECONDS_FOR_CALLS_AT_STOP)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._runner = runner
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        body = await request.read()
        call = self._service.read(request, body)
        entry = LoggedRequest(call.operation, call.params)
        self.requests.append(entry)
        try:
            response = await self._perform(request, call, entry)
        except Refusal as refusal:
            entry.code = refusal.code
            response = self._service.refuse(refusal)
        except LostConnection:
            return _hang_up(request)
        finally:
            entry.ended = time.monotonic()
        entry.status = response.status
        return response

    async def _perform(self, request: web.Request, call: Call, entry: LoggedRequest) -> web.Response:
        url = f"http://{request.host}{request.raw_path}"
        signed = SignedRequest(request.method, url, request.headers, call.body)
        service = self._service.signing_name
        caller = verify(
            signed, service=service, identity_of=self._identity_of, now=self._now, is_regional=self._is_regional
        )
        entry.account, entry.caller = caller.account, caller.arn
        await self.faults.meet(call.operation, Moment.BEFORE_EFFECT)
        response = await self._service.perform(call, caller)
        await self.faults.meet(call.operation, Moment.AFTER_EFFECT)
        return response


class Served(Service):
    """A service with its endpoint, as the world holds it."""

    def __init__(self, identity_of: Callable[[str], Identity | None], now: Callable[[], datetime]) -> None:
        self._endpoint = Endpoint(self, identity_of, now)
        self.faults = self._endpoint.faults
        self.requests = self._endpoint.requests
        self.count = self._endpoint.count

    @property
    def url(self) -> str:
        return self._endpoint.url

    async def start(self) -> None:
        await self._endpoint.start()

    async def stop(self) -> None:
        await self._endpoint.stop()


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    # aiohttp wants a response from every handler; this one meets a closed connection.
    return web.Response()
