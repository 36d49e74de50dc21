"""The playground's AWS with real boto3 clients in front of it; one moto server for the whole test session."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session, get_session

from playground.aws import HOME, Aws, Distribution, MotoServer
from playground.aws.names import record_name


class Resolver:
    """The world's caching resolver, as far as CloudFront is concerned."""

    def __init__(self) -> None:
        self.records: dict[str, list[str]] = {}
        self.asked: list[str] = []

    async def lookup_txt(self, name: str) -> list[str]:
        self.asked.append(name)
        return self.records.get(name, [])


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


Connect = Callable[..., Any]


@pytest.fixture(scope="session")
def moto() -> Iterator[MotoServer]:
    server = MotoServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def botocore_session() -> Session:
    """Shared, since reading the service models takes longer than all the tests."""
    return get_session()


@pytest.fixture
def resolver() -> Resolver:
    return Resolver()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def aws(moto: MotoServer, resolver: Resolver, clock: Clock) -> AsyncIterator[Aws]:
    async with Aws(lookup_txt=resolver.lookup_txt, moto=moto, now=clock) as running:
        yield running


@pytest.fixture
def target(aws: Aws) -> Distribution:
    """A distribution of the home account that may take example.com and every name right under it."""
    certificate = aws.certificates.issue(HOME, names=["*.example.com", "example.com"])
    return aws.cloudfront.create(HOME, certificate=certificate, comment="green", origin="alb-green.example.net")


@pytest.fixture
def connect(aws: Aws, botocore_session: Session) -> Iterator[Connect]:
    """connect("cloudfront") is a client of the home account that sends every request once."""
    with ExitStack() as opened:

        def make(service: str, account: str = HOME, read_timeout_seconds: float = 5, **credentials: str) -> Any:
            environment = aws.environment(account)
            client = botocore_session.create_client(
                service,
                region_name="us-east-1",
                endpoint_url=environment[f"AWS_ENDPOINT_URL_{service.upper()}"],
                config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=read_timeout_seconds),
                aws_access_key_id=credentials.get("key", environment["AWS_ACCESS_KEY_ID"]),
                aws_secret_access_key=credentials.get("secret", environment["AWS_SECRET_ACCESS_KEY"]),
                aws_session_token=credentials.get("token"),
            )
            opened.callback(client.close)
            return client

        yield make


async def ask(method: Callable[..., Any], **parameters: Any) -> dict[str, Any]:
    """The answer to one boto3 call, made in a thread so that the playground can answer meanwhile."""
    answer: dict[str, Any] = await asyncio.to_thread(method, **parameters)
    return answer


async def refusal_of(method: Callable[..., Any], **parameters: Any) -> tuple[int, str, str]:
    """HTTP status, code and message of the ClientError that the call must end with."""
    with pytest.raises(ClientError) as caught:
        await ask(method, **parameters)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]


def publish(resolver: Resolver, alias: str, target: Distribution) -> None:
    """Create the TXT record that a move of the alias to the target needs."""
    resolver.records[record_name(alias)] = [target.domain_name]


async def associate(connect: Connect, target: Distribution, alias: str) -> dict[str, Any]:
    return await ask(connect("cloudfront").associate_alias, TargetDistributionId=target.id, Alias=alias)


async def refused_association(connect: Connect, target: Distribution, alias: str) -> tuple[int, str, str]:
    return await refusal_of(connect("cloudfront").associate_alias, TargetDistributionId=target.id, Alias=alias)
