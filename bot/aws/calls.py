"""Every call to AWS of one set of credentials: in a thread, bounded in number and time, its errors translated.

Nothing else in the bot touches a boto3 client. Must never block the event loop, and never send a call that changes
CloudFront a second time by itself.
"""

import asyncio
import contextvars
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, TypeVar

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import NoCredentialsError

from bot.aws.refusals import (
    BOTO_ERRORS,
    Service,
    call_failure,
    call_not_sent,
    no_answer_in_time,
    no_answer_to_call,
    read_failure,
)
from bot.ports import TryAgainLater

CERTIFICATE_REGION = "us-east-1"
"""Where CloudFront wants the certificates to be, wherever we are."""
PAGE_ITEMS = 100
"""The most CloudFront gives on one page."""
_THREADS = 16

Answer = dict[str, Any]
"""As boto3 shapes it."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long AWS may take, in seconds. The attempts of a question together stay below `in_all_s`."""

    connect_s: float = 1.0
    answer_s: float = 2.7
    attempts: int = 3
    call_answer_s: float = 10.0
    """A call that changes something is sent once, so it gets all the time there is."""
    in_all_s: float = 12.0


class _Manner(Enum):
    """How a client sends its requests."""

    ASKING = "asking"
    CHANGING = "changing"
    """Once, over a connection of its own, with all the time there is."""


class _NoAnswer(Exception):  # noqa: N818 - named for what it tells
    """The time is over."""

    def __init__(self, *, started: bool) -> None:
        super().__init__()
        self.started = started


class Calls:
    """AWS as one set of credentials sees it, the bot's own or a role's. Further accounts are further `Calls`."""

    def __init__(
        self, new_session: Callable[[], boto3.Session] = boto3.Session, patience: Patience | None = None
    ) -> None:
        self._new_session = new_session
        self._patience = patience or Patience()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="aws")
        self._session: boto3.Session | None = None
        self._clients: dict[tuple[Service, _Manner, str], Any] = {}
        self._connecting = asyncio.Lock()

    async def ask(self, service: Service, operation: str, **parameters: object) -> Answer:
        """The answer to a question.

        Raises:
            TryAgainLater: no answer; Declined where AWS said no.
            NotPermitted: as Denied.
        """
        client = await self._client(service, operation)
        return await self._asked(service, operation, partial(_invoke, client, operation, parameters))

    async def ask_in(self, region: str, service: Service, operation: str, **parameters: object) -> Answer:
        """The same, of a service that lives in each Region for itself. Raises as `ask`."""
        client = await self._client(service, operation, region=region)
        return await self._asked(service, operation, partial(_invoke, client, operation, parameters))

    async def pages(
        self, service: Service, operation: str, *, page_items: int = PAGE_ITEMS, **parameters: object
    ) -> AsyncIterator[Answer]:
        """The pages of a long answer, one bounded call each. Raises as `ask`."""
        client = await self._client(service, operation)
        # In a thread too: the first paginator of a service reads a model from disk.
        turning = partial(_pages, client, operation, page_items, parameters)
        pages = await self._asked(service, operation, turning)
        while (page := await self._asked(service, operation, partial(next, pages, None))) is not None:
            yield page

    async def connect(self) -> None:
        """Get the credentials for `ask`, where there are none yet. Raises as `ask`."""
        await self._client(Service.CLOUDFRONT, "AssumeRole", blamed=Service.STS)

    async def become(self) -> None:
        """Get the credentials for `send_once`, where there are none yet. Raises as `ask`."""
        await self._client(Service.CLOUDFRONT, "AssumeRole", manner=_Manner.CHANGING, blamed=Service.STS)

    async def send_once(self, operation: str, *, service: Service = Service.CLOUDFRONT, **parameters: object) -> Answer:
        """A call that changes something; at most one request.

        Raises:
            Refused, TryAgainLater: nothing has changed.
            OutcomeUnknown: it may have.
        """
        client = await self._client(service, operation, manner=_Manner.CHANGING)
        try:
            return await self._in_thread(partial(_invoke, client, operation, parameters))
        except _NoAnswer as silence:
            # Cancelling does not stop a thread that has begun: it may send the request even now.
            raise (no_answer_to_call(operation, service) if silence.started else call_not_sent(operation)) from None
        except BOTO_ERRORS as error:
            raise call_failure(error, operation, time.time(), service) from error

    async def close(self) -> None:
        """Wait for the threads, each bounded by its time-outs, and close the connections."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        for client in self._clients.values():
            client.close()

    async def _client(
        self,
        service: Service,
        operation: str,
        *,
        manner: _Manner = _Manner.ASKING,
        blamed: Service | None = None,
        region: str = "",
    ) -> Any:  # noqa: ANN401 - boto3 has no types
        # boto3's clients may be shared by threads; making them may not, and takes long: only what is used is made.
        key = (service, manner, region)
        if (made := self._clients.get(key)) is not None:
            return made
        try:
            # Whoever waits for somebody else's attempt waits no longer than for one of its own.
            async with asyncio.timeout(self._patience.in_all_s), self._connecting:
                if (client := self._clients.get(key)) is None:
                    # Given away while a thread has it: one that took too long may be at work on it even later.
                    known, self._session = self._session, None
                    work = partial(self._connect, known, service, manner, region)
                    self._session, client = await self._asked(blamed or service, operation, work)
                    self._clients[key] = client
                return client
        except TimeoutError:
            raise TryAgainLater("My AWS credentials could not be loaded in time.") from None

    async def _asked(self, service: Service, operation: str, work: Callable[[], T]) -> T:
        try:
            return await self._in_thread(work)
        except _NoAnswer:
            raise no_answer_in_time(service, operation) from None
        except BOTO_ERRORS as error:
            raise read_failure(error, service, operation) from error

    async def _in_thread(self, work: Callable[[], T]) -> T:
        # The context goes along, so that a trace begun by the caller covers the call too.
        running = self._threads.submit(contextvars.copy_context().run, work)
        try:
            async with asyncio.timeout(self._patience.in_all_s):
                return await asyncio.wrap_future(running)
        except TimeoutError:
            raise _NoAnswer(started=not running.cancel()) from None

    def _connect(
        self, known: boto3.Session | None, service: Service, manner: _Manner, wanted: str
    ) -> tuple[boto3.Session, Any]:
        """In a thread: reads files, and may ask a metadata service."""
        session, patience = known or self._new_session(), self._patience
        # A client made without credentials stays without them; failing here means that the next call tries anew.
        if session.get_credentials() is None:
            raise NoCredentialsError
        region = CERTIFICATE_REGION if service is Service.ACM else wanted or session.region_name or CERTIFICATE_REGION
        if manner is _Manner.ASKING:
            return session, session.client(service.value, region_name=region, config=asking_config(patience))
        config = _config(patience.connect_s, patience.call_answer_s, attempts=1)
        changer = session.client(service.value, region_name=region, config=config)
        named = changer.meta.service_model.service_id.hyphenize()
        changer.meta.events.register(f"before-call.{named}", _use_fresh_connection)
        return session, changer


@asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """Tasks at the same time; the first failure ends the others, and is raised as itself rather than in a group."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


def asking_config(patience: Patience) -> Config:
    """For clients that change nothing."""
    return _config(patience.connect_s, patience.answer_s, patience.attempts)


def _config(connect_s: float, answer_s: float, attempts: int) -> Config:
    return Config(
        connect_timeout=connect_s,
        read_timeout=answer_s,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=_THREADS,
    )


def _use_fresh_connection(params: dict[str, Any], **_: object) -> None:
    # A kept connection may have died unnoticed. A question is repeated then; a call sent once would end as unclear.
    params["headers"]["Connection"] = "close"


def _pages(client: Any, operation: str, items: int, parameters: dict[str, Any]) -> Iterator[Answer]:  # noqa: ANN401
    paginator = client.get_paginator(xform_name(operation))
    return iter(paginator.paginate(PaginationConfig={"PageSize": items}, **parameters))


def _invoke(client: Any, operation: str, parameters: dict[str, Any]) -> Answer:  # noqa: ANN401 - boto3 has no types
    answer: Answer = getattr(client, xform_name(operation))(**parameters)
    return answer
