"""`python -m bot doctor`: one line for each thing the bot needs, exit 1 and the remedy where one is missing."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.alias_move.approval import Rules
from bot.aws import CloudFront, Roles
from bot.redis.client import connect_web
from bot.redis.durability import check_durability
from bot.terminal import doctor
from playground.aws import HOME, SHOP, MotoServer, Unasked
from playground.scenarios import FIVE_ACCOUNTS, HAPPY, ROUTE53
from playground.slack import ALL_SCOPES, App, Directory, Workspace, connection_closed, hang, unavailable
from playground.slack.faults import Fault
from playground.world import EXTERNAL_ID, MOVE_ROLE, World
from tests.valkey_server import ValkeyServer

CODE = Path(__file__).resolve().parents[2]
NAMES = ("Slack token", "Redis", "AWS", "Read role", "Move role", "Route 53", "DNS", "Approvers")
WITHOUT_ROUTE_53 = tuple(name for name in NAMES if name != "Route 53")


@dataclass(frozen=True, slots=True)
class Examination:
    exit_code: int
    lines: dict[str, str]
    """What it says, by the name of the thing, remedy included."""


async def examine(home: Path, environment: dict[str, str]) -> Examination:
    """As an operator does it, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "doctor"),
        cwd=CODE,
        env={"PATH": os.environ["PATH"], "HOME": str(home), **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    lines: dict[str, str] = {}
    name = ""
    for line in said.decode().splitlines():
        name = next((each for each in NAMES if line[6:].startswith(each)), name)
        lines[name] = lines.get(name, "") + line + "\n"
    return Examination(process.returncode or 0, lines)


async def test_where_nothing_is_missing_it_says_so_line_by_line_and_exits_with_0(
    moto: MotoServer, redis_url: str, tmp_path: Path
) -> None:
    async with World.start(FIVE_ACCOUNTS, moto=moto) as world:
        found = await examine(tmp_path, world.environment() | {"REDIS_URL": redis_url})

    assert {name: line[:4] for name, line in found.lines.items()} == dict.fromkeys(WITHOUT_ROUTE_53, "ok  ")
    assert found.exit_code == 0
    assert "cname-conflict in workspace" in found.lines["Slack token"]
    assert "appendfsync everysec" in found.lines["Redis"]
    assert "111122223333 as arn:aws:" in found.lines["AWS"]
    assert found.lines["Read role"].count("can be assumed, and may list distributions\n") == len(FIVE_ACCOUNTS.reads)
    assert f"arn:aws:iam::{SHOP}:role/cname-conflict-move can be assumed\n" in found.lines["Move role"]
    assert world.dns.resolver_address in found.lines["DNS"]
    assert "U0PLAY00004, S0PLAY00001" in found.lines["Approvers"]


async def test_everything_that_is_missing_is_named_with_its_remedy_and_the_exit_is_1(
    moto: MotoServer, tmp_path: Path
) -> None:
    async with World.start(HAPPY, moto=moto) as world:
        wrong = {
            "SLACK_BOT_TOKEN": "xoxb-of-another-app",
            "REDIS_URL": f"unix://{tmp_path}/nobody.sock",
            "AWS_SECRET_ACCESS_KEY": "wrong",
            "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1",
            "AWS_ROLE_ARNS": f"arn:aws:iam::{SHOP}:role/reader",
            "AWS_MOVE_ROLE_ARNS": f"arn:aws:iam::{SHOP}:role/mover",
            "DNS_RESOLVERS": "127.0.0.1:1",
            "APPROVERS": "",
        }
        found = await examine(tmp_path, world.environment() | wrong)

    assert {name: line[:4] for name, line in found.lines.items()} == dict.fromkeys(WITHOUT_ROUTE_53, "FAIL")
    assert found.exit_code == 1
    for name, remedy in {
        "Slack token": "Set SLACK_BOT_TOKEN",
        "Redis": "See REDIS_URL",
        "AWS": "Give the worker credentials",
        "Read role": "See that this machine may connect to STS",
        "Move role": "See that this machine may connect to STS",
        "DNS": "Set DNS_RESOLVERS",
        "Approvers": "Set APPROVERS",
    }.items():
        assert remedy in found.lines[name]
    assert "xoxb-of-another-app" not in str(found.lines)


# One by one


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    async with Workspace(Directory(App())) as workspace:
        yield workspace


def client_of(slack: Workspace) -> AsyncWebClient:
    return AsyncWebClient(slack.app.bot_token, slack.api_url, retry_handlers=[])


async def test_a_missing_scope_is_named() -> None:
    async with Workspace(Directory(App(scopes=ALL_SCOPES - {"chat:write", "usergroups:read"}))) as slack:
        line = await doctor.slack_token(client_of(slack))

    assert not line.is_fine
    assert "chat:write, usergroups:read." in line.sentence
    assert "OAuth & Permissions" in line.remedy


async def test_roles_that_do_not_let_the_worker_in_are_told_one_by_one_and_a_move_role_is_given_no_power(
    moto: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with World.start(FIVE_ACCOUNTS, moto=moto) as world:
        for name, value in world.environment().items():
            monkeypatch.setenv(name, value)
        aws = CloudFront(roles=Roles(external_id=EXTERNAL_ID))
        blind = world.aws.add_role(SHOP, "blind", actions=["iam:*"])

        fine = await doctor.move_role(aws, f"arn:aws:iam::{SHOP}:role/{MOVE_ROLE}")
        gone = await doctor.move_role(aws, f"arn:aws:iam::{SHOP}:role/gone")
        unable = await doctor.read_role(aws, blind)
        await aws.close()

    assert (fine.is_fine, gone.is_fine, unable.is_fine) == (True, False, False)
    assert f"arn:aws:iam::{SHOP}:role/gone: My AWS credentials don't allow AssumeRole." in gone.sentence
    assert "don't allow cloudfront:ListDistributions." in unable.sentence
    assert "python -m bot iam prints all three" in gone.remedy
    [policy] = {one.params["Policy"] for one in world.aws.roles.requests if MOVE_ROLE in one.params.get("RoleArn", "")}
    assert '"Effect":"Deny","Action":["*"]' in policy


async def test_with_route53_hosted_zones_are_read_in_every_account_and_nothing_is_changed(
    moto: MotoServer, redis_url: str, tmp_path: Path
) -> None:
    async with World.start(ROUTE53, moto=moto) as world:
        found = await examine(tmp_path, world.environment() | {"REDIS_URL": redis_url})
        changes = world.aws.route53.count("ChangeResourceRecordSets")

    assert found.exit_code == 0
    said = found.lines["Route 53"]
    assert said.count("could read a hosted zone, example.com; creating a record was not tried") == 2
    assert "the worker's own credentials could read" in said
    assert f"arn:aws:iam::{SHOP}:role/cname-conflict-read could read" in said
    assert changes == 0


async def test_hosted_zones_that_may_not_be_read_are_a_fault_where_nobody_else_can(
    moto: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with World.start(HAPPY, moto=moto) as world:
        for name, value in world.environment().items():
            monkeypatch.setenv(name, value)
        aws = CloudFront()

        none = await doctor.hosted_zones(aws, "")
        world.aws.route53.host(HOME, "example.net", ["ns-1.awsdns-01.org"], Unasked())
        some = await doctor.hosted_zones(aws, "")
        world.aws.route53.deny(HOME, "ListResourceRecordSets")
        denied = await doctor.hosted_zones(aws, "")
        unneeded = await doctor.hosted_zones(aws, "", is_needed=False)
        await aws.close()
        monkeypatch.setenv("AWS_ENDPOINT_URL_ROUTE_53", "http://127.0.0.1:1")
        unreachable = CloudFront()
        silent = await doctor.hosted_zones(unreachable, "")
        await unreachable.close()

    assert (none.is_fine, some.is_fine, denied.is_fine, unneeded.is_fine, silent.is_fine) == (
        *(True, True, False, True, False),
    )
    assert "of which there are none" in none.sentence
    assert "example.net" in some.sentence
    assert "route53:ListResourceRecordSets" in denied.sentence
    assert "python -m bot iam" in denied.remedy
    assert "no record is offered" in unneeded.sentence
    assert "STS and Route 53" in silent.remedy


@pytest.mark.parametrize("trouble", [connection_closed(), unavailable(), hang()], ids=["closed", "503", "hanging"])
async def test_a_slack_that_does_not_answer_is_told_from_a_wrong_token(
    slack: Workspace, trouble: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "SLACK_ANSWERS_WITHIN_S", 0.2)
    slack.faults.plan("auth.test", trouble)

    line = await doctor.slack_token(client_of(slack))

    assert not line.is_fine
    assert "SLACK_API_URL" in line.remedy


async def test_an_approver_whom_slack_does_not_know_is_named(slack: Workspace) -> None:
    joon = slack.directory.add_person("joon")
    group = slack.directory.add_group("cdn-approvers", joon)
    known = Rules(approvers=(joon.id, group.id))

    fine = await doctor.approvers(known, client_of(slack))
    line = await doctor.approvers(replace(known, approvers=(joon.id, "S0GONE", "U0GONE")), client_of(slack))

    assert fine.is_fine
    assert "S0GONE" in line.sentence
    assert "U0GONE" in line.sentence
    assert joon.id not in line.sentence
    assert "Set APPROVERS" in line.remedy


async def test_moves_that_are_switched_off_are_said_and_are_no_fault(slack: Workspace) -> None:
    joon = slack.directory.add_person("joon")

    line = await doctor.approvers(Rules(approvers=(joon.id,), moves_enabled=False), client_of(slack))

    assert line.is_fine
    assert "MOVES_ENABLED=false" in line.sentence


async def test_a_redis_that_forgets_is_a_fault_with_the_setting_that_repairs_it(
    start_valkey: Callable[..., ValkeyServer],
) -> None:
    server = start_valkey(appendonly="no")
    redis = connect_web(server.url)

    line = await doctor.redis(lambda: check_durability(redis, "checked"))
    await redis.aclose()

    assert not line.is_fine
    assert "appendonly" in line.sentence
