"""The world as a whole: what it gives a bot, how it begins, and that nothing of it stays behind."""

import asyncio
import socket
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from playground import sights
from playground.aws import HOME, Moment, MotoServer
from playground.aws.names import record_name
from playground.aws.refusals import Refusal
from playground.scenarios import (
    ALREADY_THERE,
    EARLY_NO,
    HAPPY,
    IAM_CERTIFICATE,
    QUOTA,
    SCENARIOS,
    SERVER_BEHIND,
    THROTTLED,
    WRONG_KEY,
    Scenario,
)
from playground.slack import NotOnScreen
from playground.world import World

RECORD = "_www.example.com"


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
async def test_every_scenario_begins_with_its_alias_where_it_says(scenario: Scenario, moto: MotoServer) -> None:
    async with World.start(scenario, moto=moto) as world:
        holder = world.holder()

    expected = next((each.name for each in scenario.distributions if scenario.alias in each.aliases), None)
    assert holder == expected
    assert scenario.what_to_try.endswith(".")


async def test_the_environment_holds_all_that_a_bot_needs_and_nothing_of_this_machine(moto: MotoServer) -> None:
    async with World.start(HAPPY, moto=moto) as world:
        environment = world.environment()
        sora, group = world.approvers

    assert environment["SLACK_BOT_TOKEN"].startswith("xoxb-")
    assert environment["SLACK_SIGNING_SECRET"]
    assert environment["APPROVERS"] == f"{sora.id},{group.id}"
    assert "SLACK_APP_TOKEN" not in environment
    assert environment["AWS_ACCOUNT_NAMES"].startswith(f"{HOME}=")
    urls = [value for value in environment.values() if value.startswith("http")]
    assert {urlsplit(url).hostname for url in urls} == {"127.0.0.1"}
    assert len(urls) == 11


async def test_in_socket_mode_the_app_token_takes_the_place_of_the_signing_secret(moto: MotoServer) -> None:
    async with World.start(HAPPY, moto=moto) as world:
        environment = world.environment(socket_mode=True)

    assert environment["SLACK_APP_TOKEN"].startswith("xapp-")
    assert "SLACK_SIGNING_SECRET" not in environment


async def test_a_closed_world_listens_nowhere_and_may_be_closed_again(moto: MotoServer) -> None:
    async with World.start(HAPPY, moto=moto) as world:
        ports = [urlsplit(url).port for url in (world.slack.api_url, world.aws.cloudfront.url)]
        await world.close()

        refused = [_refuses(port) for port in ports if port]

    assert refused == [True, True]


async def test_cloudfront_sees_the_record_through_the_resolver(moto: MotoServer) -> None:
    async with World.start(HAPPY, moto=moto) as world:
        green = world.distributions["green"]
        world.create_record(RECORD, green.domain_name)

        await world.aws.cloudfront.associate(HOME, green.id, HAPPY.alias)

        assert world.holder() == "green"
        assert world.dns.resolver.questions.about(record_name(HAPPY.alias), "TXT")


async def test_where_somebody_asked_too_early_the_resolver_remembers_the_no_for_the_negative_ttl(
    moto: MotoServer,
) -> None:
    async with World.start(replace(EARLY_NO, negative_ttl_seconds=1), moto=moto) as world:
        world.create_record(RECORD, "a value")

        early = await world.dns.resolver.lookup_txt(RECORD)
        async with asyncio.timeout(5):
            while not (later := await world.dns.resolver.lookup_txt(RECORD)):  # noqa: ASYNC110 - the resolver's own time
                await asyncio.sleep(0.05)

    assert (early, later) == ([], ["a value"])


async def test_a_server_that_lags_has_the_record_once_it_is_released(moto: MotoServer) -> None:
    async with World.start(SERVER_BEHIND, moto=moto) as world:
        if len(world.dns.servers) < 2:
            pytest.skip("this system has only one loopback address")
        world.create_record(RECORD, "a value")
        resolver = world.dns.resolver
        world.dns.servers.reverse()  # the resolver asks the first one, and that is now the one behind

        before = await resolver.lookup_txt(RECORD)
        resolver.flush()
        world.release_servers()
        after = await resolver.lookup_txt(RECORD)

    assert (before, after) == ([], ["a value"])


async def test_the_command_names_the_target_where_the_scenario_asks_for_one(moto: MotoServer) -> None:
    async with World.start(ALREADY_THERE, moto=moto) as world:
        command = world.command

        assert command == ("/cname-conflict", f"www.example.com {world.distributions['green'].id}")


@pytest.mark.parametrize(
    ("scenario", "shown"),
    [
        (IAM_CERTIFICATE, "certificate of IAM for *.example.com"),
        (WRONG_KEY, "certificate for *.example.com, with a key of the kind EC_secp384r1"),
        (QUOTA, "shop-5.example.com and 94 more; certificate for *.example.com"),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
async def test_what_is_special_about_a_distribution_is_seen(moto: MotoServer, scenario: Scenario, shown: str) -> None:
    async with World.start(scenario, moto=moto) as world:
        assert shown in sights.cloudfront(world).splitlines()[-1]


async def test_throttling_meets_two_calls_and_no_third(moto: MotoServer) -> None:
    async with World.start(THROTTLED, moto=moto) as world:
        faults = world.aws.cloudfront.faults

        for _ in range(2):
            with pytest.raises(Refusal, match="Rate exceeded"):
                await faults.meet("AssociateAlias", Moment.BEFORE_EFFECT)

        await faults.meet("AssociateAlias", Moment.BEFORE_EFFECT)


async def test_before_anybody_has_asked_there_is_no_card(moto: MotoServer) -> None:
    async with World.start(HAPPY, moto=moto) as world:
        with pytest.raises(NotOnScreen):
            world.card()


def _refuses(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
