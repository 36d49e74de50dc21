import asyncio
import time

import boto3
import botocore.session
import pytest

from bot.aws import CloudFront, Patience
from bot.ports import NotPermitted, TryAgainLater
from playground.aws import HOME, Aws, Distribution, Moment
from tests.aws.conftest import Connect, errand, in_a_hurry, new_session


async def failure(cloudfront: CloudFront) -> str:
    with pytest.raises(TryAgainLater) as caught:
        await cloudfront.look(errand())
    return str(caught.value)


def test_all_attempts_at_a_question_fit_into_the_time_there_is():
    patience = Patience()

    slowest = patience.attempts * (patience.connect_s + patience.answer_s) + 0.15  # and two short pauses

    assert slowest < patience.in_all_s <= 12
    assert patience.connect_s + patience.call_answer_s < patience.in_all_s


async def test_a_question_is_repeated_when_the_answer_was_lost(world: Aws, connect: Connect):
    world.cloudfront.faults.lose("ListDistributions", Moment.BEFORE_EFFECT, times=2)

    look = await connect(Patience()).look(errand())

    assert look.inventory == ()
    assert world.cloudfront.count("ListDistributions") == 3


async def test_a_hanging_cloudfront_is_given_up_in_time(world: Aws, connect: Connect):
    hurried = await in_a_hurry(connect, Patience(attempts=1, answer_s=5, in_all_s=0.2))
    held = world.cloudfront.faults.hold("ListDistributions", Moment.BEFORE_EFFECT)
    started = time.monotonic()

    said = await failure(hurried)

    held.drop()
    assert said == "CloudFront did not answer ListDistributions in time."
    assert time.monotonic() - started < 1


async def test_the_socket_has_a_time_out_of_its_own(world: Aws, connect: Connect):
    world.cloudfront.faults.hang("ListDistributions", 1, Moment.BEFORE_EFFECT)

    said = await failure(connect(Patience(attempts=1, answer_s=0.2)))

    assert said == "CloudFront did not answer ListDistributions in time."


async def test_the_event_loop_goes_on_while_aws_is_slow(world: Aws, connect: Connect, target: Distribution):
    cloudfront = connect(Patience())
    await cloudfront.look(errand())
    world.cloudfront.faults.hang("GetDistribution", 0.5, Moment.BEFORE_EFFECT)
    loop = asyncio.get_running_loop()
    asking = asyncio.create_task(cloudfront.who_holds(errand(target.id)))
    longest_s, turns = 0.0, 0

    while not asking.done():
        before = loop.time()
        await asyncio.sleep(0.005)
        longest_s, turns = max(longest_s, loop.time() - before - 0.005), turns + 1

    assert turns > 10
    assert longest_s < 0.4  # a call on the loop itself would take the whole half second


async def test_clients_are_made_once_for_all_who_ask_at_first(world: Aws, connect: Connect):
    made: list[boto3.Session] = []

    def counting() -> boto3.Session:
        made.append(new_session())
        return made[-1]

    cloudfront = connect(session=counting)

    await asyncio.gather(*(cloudfront.look(errand()) for _ in range(5)))

    assert len(made) == 1
    assert world.cloudfront.count("ListDistributions") == 5


# What people read


async def test_an_endpoint_that_nobody_listens_on(
    world: Aws, connect: Connect, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
):
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFRONT", f"http://127.0.0.1:{unused_tcp_port}")

    said = await failure(connect())

    assert said == "I can't reach CloudFront for ListDistributions."
    assert world.cloudfront.requests == []


async def test_a_connection_closed_without_an_answer(world: Aws, cloudfront: CloudFront):
    world.cloudfront.faults.lose("ListDistributions", Moment.BEFORE_EFFECT)

    said = await failure(cloudfront)

    assert said == "CloudFront closed the connection before it had answered ListDistributions."


async def test_throttling_of_a_question(world: Aws, cloudfront: CloudFront):
    world.cloudfront.faults.throttle("ListDistributions")

    said = await failure(cloudfront)

    assert said.startswith(
        "CloudFront has had too many requests and refuses ListDistributions for now."
        " It says Throttling: Rate exceeded (request id "
    )


async def test_an_unexpected_refusal_keeps_code_text_and_request_id(world: Aws, cloudfront: CloudFront):
    world.cloudfront.faults.answer("ListDistributions", 400, "Odd", "Nobody expects this.")

    said = await failure(cloudfront)

    assert said.startswith("CloudFront answered ListDistributions with Odd: Nobody expects this. (request id ")


async def test_a_missing_permission_names_the_action_and_what_aws_says(world: Aws, cloudfront: CloudFront):
    world.cloudfront.deny(HOME, "ListDistributions")

    with pytest.raises(NotPermitted) as caught:
        await cloudfront.look(errand())

    assert str(caught.value).startswith(
        f"My AWS credentials don't allow cloudfront:ListDistributions. AWS says AccessDenied: User: arn:aws:iam::{HOME}"
    )


async def test_a_wrong_secret_is_for_a_person_to_repair(world: Aws, connect: Connect, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-secret")

    with pytest.raises(NotPermitted, match="SignatureDoesNotMatch") as caught:
        await connect().look(errand())

    assert "canary-secret" not in str(caught.value)
    assert world.cloudfront.requests[0].status == 403


async def test_without_credentials_nothing_is_sent_until_there_are_some(
    world: Aws, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: object
):
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", f"{tmp_path}/none")
    monkeypatch.setenv("AWS_CONFIG_FILE", f"{tmp_path}/none")
    key = world.environment(HOME)["AWS_ACCESS_KEY_ID"]
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    cloudfront = connect()

    said = await failure(cloudfront)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    look = await cloudfront.look(errand())

    assert said == "I have no AWS credentials that work (NoCredentialsError)."
    assert look.inventory == ()


async def test_credentials_that_take_too_long_are_given_up(world: Aws, connect: Connect):
    def slow() -> boto3.Session:
        time.sleep(0.4)
        return new_session()

    said = await failure(connect(Patience(in_all_s=0.1), session=slow))

    assert said in {
        "My AWS credentials could not be loaded in time.",
        "CloudFront did not answer ListDistributions in time.",
    }
    assert world.cloudfront.requests == []


@pytest.mark.usefixtures("world")
async def test_a_profile_that_does_not_exist(connect: Connect, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")

    said = await failure(connect(session=lambda: boto3.Session(botocore_session=botocore.session.Session())))

    assert said == "I have no AWS credentials that work (ProfileNotFound)."


@pytest.mark.usefixtures("world")
async def test_an_answer_in_no_language_of_cloudfronts(connect: Connect, odd_answers: list[tuple[int, str, str]]):
    odd_answers.append((200, "text/html", "<html><p>Please sign in.</html>"))

    said = await failure(connect())

    assert said == "ListDistributions of CloudFront failed: ResponseParserError."
