"""The bot's AWS module in front of the playground's AWS: real boto3, real requests, on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import boto3
import botocore.session
import pytest
from aiohttp import web

from bot.alias_move.findings import Evidence, Holder, Operation, holder_of
from bot.alias_move.names import AccountId, AliasName, DistributionId
from bot.aws import CloudFront, Patience, Roles
from bot.aws.accounts import NO_NAMES
from bot.ports import CloudFrontLook, Errand, Inventories
from playground.aws import HOME, Aws, Distribution, MotoServer, Tenant
from playground.aws.names import record_name

ALIAS = AliasName("www.example.com")
_LOADER = botocore.session.get_session().get_component("data_loader")

# One attempt: what is tested twice with three is tested in its own place, and backing off takes seconds.
PROMPT = Patience(attempts=1)


def new_session() -> boto3.Session:
    """As in production, but the models of the services are read from disk once for all tests."""
    core = botocore.session.Session()
    core.register_component("data_loader", _LOADER)
    return boto3.Session(botocore_session=core)


class Clock:
    """Monotonic, and moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Resolver:
    """What CloudFront sees in DNS."""

    def __init__(self) -> None:
        self.records: dict[str, list[str]] = {}

    def publish(self, target: Distribution, alias: AliasName = ALIAS) -> None:
        self.records[record_name(alias.text)] = [target.domain_name]

    async def lookup_txt(self, name: str) -> list[str]:
        return self.records.get(name, [])


@pytest.fixture(scope="session")
def moto() -> Iterator[MotoServer]:
    server = MotoServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def resolver() -> Resolver:
    return Resolver()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def world(moto: MotoServer, resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Aws]:
    async with Aws(lookup_txt=resolver.lookup_txt, moto=moto) as running:
        for name, value in running.environment(HOME).items():
            monkeypatch.setenv(name, value)
        yield running


Connect = Callable[..., CloudFront]


@pytest.fixture
async def connect(clock: Clock) -> AsyncIterator[Connect]:
    """connect(patience) is another CloudFront of the environment."""
    async with AsyncExitStack() as opened:

        def make(
            patience: Patience = PROMPT,
            session: Callable[[], boto3.Session] = new_session,
            roles: Roles | None = None,
            names: Mapping[str, str] = NO_NAMES,
            inventories: Inventories | None = None,
        ) -> CloudFront:
            made = CloudFront(session, patience, clock, roles, names, inventories)
            opened.push_async_callback(made.close)
            return made

        yield make


async def in_a_hurry(connect: Connect, patience: Patience) -> CloudFront:
    """Connected already: making clients takes longer than the short times of tests."""
    made = connect(replace(patience, in_all_s=12))
    await made.identity()
    await made._accounts.base.calls.become()
    made._accounts.base.calls._patience = patience
    return made


@pytest.fixture
async def cloudfront(world: Aws, connect: Connect) -> CloudFront:  # noqa: ARG001 - its environment must be set
    return connect()


@pytest.fixture
def source(world: Aws) -> Distribution:
    return world.cloudfront.create(HOME, aliases=[ALIAS.text], comment="blue")


@pytest.fixture
def target(world: Aws) -> Distribution:
    certificate = world.certificates.issue(HOME, names=["*.example.com"])
    return world.cloudfront.create(HOME, certificate=certificate, comment="green", origin="alb-green.example.net")


@pytest.fixture
async def odd_answers(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[tuple[int, str, str]]]:
    """(status, content type, body) of the next answers: from something between us and CloudFront. None left: 500."""
    answers: list[tuple[int, str, str]] = []

    async def answer(_: web.Request) -> web.Response:
        status, content_type, body = answers.pop(0) if answers else (500, "text/plain", "")
        return web.Response(status=status, content_type=content_type, text=body)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    settings = {
        "AWS_ENDPOINT_URL_CLOUDFRONT": f"http://127.0.0.1:{runner.addresses[0][1]}",
        "AWS_ACCESS_KEY_ID": "AKIAODD",
        "AWS_SECRET_ACCESS_KEY": "odd",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    yield answers
    await runner.cleanup()


def errand(
    target: str = "",
    *,
    alias: AliasName = ALIAS,
    source: Holder | None = None,
    account: str | None = HOME,
    person: str = "U0JOON",
    operation: Operation = Operation.ASSOCIATE_ALIAS,
) -> Errand:
    """What a move asks of AWS."""
    return Errand(
        alias,
        "7c1f2e",
        person,
        DistributionId(target) if target else None,
        AccountId(account) if target and account else None,
        source,
        operation,
    )


async def until(is_so: Callable[[], bool]) -> None:
    """Return as soon as the condition holds; TimeoutError after five seconds."""
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.005)


def holder(look: CloudFrontLook, alias: AliasName = ALIAS) -> Holder | None:
    """Whom the bot's core believes to hold the alias."""
    return holder_of(Evidence(alias, 0.0, None, look.inventory, look.conflicts))


def ours(distribution: Distribution) -> Holder:
    return Holder(distribution.id, distribution.account, is_ours=True)


def seen(look: CloudFrontLook, distribution: Distribution | Tenant) -> Any:
    """What the look says of this one."""
    return next(one for one in look.inventory if one.id.text == distribution.id)
