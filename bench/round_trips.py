"""How many round trips to AWS, one after another, a slash command costs until its first full card.

    python -m bench.round_trips

A thousand distributions in five accounts, and every answer of AWS takes 0.3 s more. Beside it, in the
same run: the same questions as a person asks them with the AWS CLI, account after account. Both are counted where the
requests arrive.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import boto3

from playground.aws import ACCOUNTS, HOME, LoggedRequest
from playground.aws.round_trips import in_a_row, walks_as_one
from playground.bot_processes import BotProcesses
from playground.scenarios import THOUSAND
from playground.slack import NotOnScreen
from playground.world import EXTERNAL_ID, READ_ROLE, World

LATENCY_S = 0.3
"""More than this machine takes to prepare a request, or what is sent side by side looks as if it were sent in a row."""
WITHIN_S = 60.0
REGION = "us-east-1"
LISTING = "ListDistributions"
ROLES = len(ACCOUNTS) - 1
FIRST, SECOND = "www.example.com", "shop.example.com"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one way of asking cost."""

    how: str
    requests: list[LoggedRequest]
    seconds: float

    def line(self) -> str:
        """For the terminal. The list of an account counts as one, since only a page names the next one."""
        pages = sum(request.operation == LISTING for request in self.requests)
        chain = in_a_row(walks_as_one(self.requests, LISTING))
        return f"{self.how:<48} {chain:>8} {pages:>6} {len(self.requests):>9} {self.seconds:>8.1f}"


async def main() -> None:
    """Measure and print."""
    print(f"A thousand distributions in five accounts; every answer of AWS takes {LATENCY_S} s more.\n")
    print(f"{'':<48} {'in a row':>8} {'pages':>6} {'requests':>9} {'seconds':>8}")
    async with World.start(replace(THOUSAND, ask_for="green")) as world:
        world.aws.latency_seconds = LATENCY_S
        print((await _by_hand(world)).line())
        async with _bot(world):
            print((await _asked(world, "bot, cold", FIRST)).line())
            print((await _asked(world, "bot, warm: a second command within a minute", SECOND)).line())
        async with _bot(world, has_roles=False):
            print((await _asked(world, "bot, cold, and no role assumed yet", FIRST)).line())


# The bot


@asynccontextmanager
async def _bot(world: World, *, has_roles: bool = True) -> AsyncIterator[None]:
    """One web process and one worker, with an empty database; a worker becomes its roles when it starts, if it can."""
    roles, before = world.aws.roles, world.aws.roles.count("AssumeRole")
    if not has_roles:
        roles.faults.answer("AssumeRole", 403, "AccessDenied", "Not yet.", times=None)
    async with BotProcesses.start(world.environment(), workers=1) as bot:
        await world.connect(bot.url)
        await _until(lambda: sum(each.ended is not None for each in _assumptions(world)) >= before + ROLES)
        roles.faults.clear()
        world.aws.latency_seconds = LATENCY_S
        yield


def _assumptions(world: World) -> list[LoggedRequest]:
    return [each for each in world.aws.roles.requests if each.operation == "AssumeRole"]


async def _asked(world: World, how: str, alias: str) -> Measured:
    """From the slash command to the first card that says who holds the alias."""
    mina, green = world.people["mina"].id, world.distributions["green"]
    known = {each.ts for each in world.slack.messages(world.channel.id)}
    began = time.monotonic()
    reply = await world.slack.command(mina, world.channel.id, world.command[0], f"{alias} {green.id}")
    if reply.error:
        raise SystemExit(f"The bot did not answer: {reply.error}")

    def is_full() -> float:
        if world.card().ts in known or "Held by" not in world.card().plain():
            raise NotOnScreen("a full card")
        return time.monotonic()

    full_at = await world.slack.until(is_full, timeout=WITHIN_S)
    return Measured(how, world.aws.requests_since(began), full_at - began)


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not is_so():  # noqa: ASYNC110 - nothing tells when it is
            await asyncio.sleep(LATENCY_S)


# A person with the AWS CLI


async def _by_hand(world: World) -> Measured:
    began = time.monotonic()
    await asyncio.to_thread(_type_everything, world)
    return Measured("AWS CLI, account after account", world.aws.requests_since(began), time.monotonic() - began)


def _type_everything(world: World) -> None:
    """What the bot asks before its first card: who holds it, may it go there, and what both sides are like."""
    green, blue = world.distributions["green"], world.distributions["blue"]
    for account in ACCOUNTS:
        for _ in _client(world, account, "cloudfront").get_paginator("list_distributions").paginate():
            pass
    _client(world, green.account, "cloudfront").list_domain_conflicts(
        Domain=FIRST, DomainControlValidationResource={"DistributionId": green.id}
    )
    _client(world, green.account, "acm").describe_certificate(CertificateArn=green.certificate)
    for side in (blue, green):
        cloudfront = _client(world, side.account, "cloudfront")
        cloudfront.get_distribution(Id=side.id)
        cloudfront.list_tags_for_resource(Resource=side.arn)


@cache
def _client(world: World, account: str, service: str) -> Any:  # noqa: ANN401 - boto3 has no types
    # Never without an address of this world: boto3 would go to the real AWS.
    return _session(world, account).client(service, endpoint_url=_address(world, service))


@cache
def _session(world: World, account: str) -> boto3.Session:
    found = world.aws.environment(HOME)
    keys = {"aws_access_key_id": found["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": found["AWS_SECRET_ACCESS_KEY"]}
    base = boto3.Session(**keys, region_name=REGION)
    if account == HOME:
        return base
    given = base.client("sts", endpoint_url=_address(world, "sts")).assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{READ_ROLE}", RoleSessionName="by-hand", ExternalId=EXTERNAL_ID
    )["Credentials"]
    return boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=REGION)


def _address(world: World, service: str) -> str:
    return world.aws.environment(HOME)[f"AWS_ENDPOINT_URL_{service.upper()}"]


if __name__ == "__main__":
    asyncio.run(main())
