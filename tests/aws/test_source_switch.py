"""Disabling one distribution, and enabling it again: one word of its configuration changes, and nothing else."""

import asyncio
import json
import logging
import math
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web

from bot.alias_move.move import RefusalCause
from bot.alias_move.names import AccountId, DistributionId
from bot.alias_move.pacing import Pace
from bot.aws import CloudFront, Patience, Roles
from bot.aws.source_switch import rewritten
from bot.ports import Conflict, Gone, OutcomeUnknown, Refused, Switch, TryAgainLater
from playground.aws import SHOP, Aws, Distribution, Moment, wire
from tests.aws.conftest import ALIAS, Connect

pytestmark = pytest.mark.wide

EXTERNAL_ID = "cname-conflict-7c1f2e"
ROLE = "cname-conflict-move"
ACTIONS = ["cloudfront:GetDistributionConfig", "cloudfront:UpdateDistribution"]
NAMES = (ALIAS.text, "shop.example.com")
UNKNOWN_SETTING = b'<QuantumSafe mode="strict" note="a&#13;b"><Enabled>true</Enabled>&#13;<!-- so --></QuantumSafe>'
SECRET = "between-cloudfront-and-its-origin"


@pytest.fixture
def source(world: Aws) -> Distribution:
    """In an account whose distributions our own credentials can't touch."""
    certificate = world.certificates.issue(SHOP, ["*.example.com"])
    return world.cloudfront.create(
        SHOP, aliases=NAMES, certificate=certificate, comment="blue", origin_headers={"X-Origin-Secret": SECRET}
    )


@pytest.fixture
def switching(world: Aws, connect: Connect) -> CloudFront:
    role = world.add_role(SHOP, ROLE, trusted_external_id=EXTERNAL_ID, actions=ACTIONS)
    return connect(roles=Roles(move=(role,), external_id=EXTERNAL_ID))


def to_be(source: Distribution, *, enabled: bool, aliases: tuple[str, ...] | None = NAMES) -> Switch:
    return Switch(DistributionId(source.id), AccountId(source.account), enabled, aliases, "7c1f2e", "U0JOON", math.inf)


async def refused(cloudfront: CloudFront, wanted: Switch) -> Any:
    with pytest.raises(Refused) as caught:
        await cloudfront.switch(wanted)
    return caught.value.refusal


async def test_only_one_word_of_the_configuration_changes(world: Aws, switching: CloudFront, source: Distribution):
    before = dict(source.config)

    await switching.switch(to_be(source, enabled=False))

    assert source.config == before | {"Enabled": False}
    assert world.cloudfront.count("UpdateDistribution") == 1
    await switching.switch(to_be(source, enabled=True, aliases=None))
    assert source.config == before


async def test_the_session_may_touch_that_one_distribution_alone(
    world: Aws, switching: CloudFront, source: Distribution
):
    await switching.switch(to_be(source, enabled=False))

    [asked] = [one.params for one in world.roles.requests if one.operation == "AssumeRole"]
    [statement] = json.loads(asked["Policy"])["Statement"]
    assert (statement["Action"], statement["Resource"]) == (ACTIONS, source.arn)
    assert (asked["RoleSessionName"], asked["SourceIdentity"]) == ("disable-7c1f2e-U0JOON", "U0JOON")


async def test_what_is_as_wanted_already_is_not_changed(world: Aws, switching: CloudFront, source: Distribution):
    world.cloudfront.set_enabled(source.id, enabled=False)

    await switching.switch(to_be(source, enabled=False))

    assert world.cloudfront.count("UpdateDistribution") == 0


async def test_other_names_than_those_shown_are_left_alone(world: Aws, switching: CloudFront, source: Distribution):
    world.cloudfront.set_aliases(source.id, (*NAMES, "new.example.com"))

    with pytest.raises(Conflict, match=r"names any more that were shown \(new.example.com\), so I changed nothing"):
        await switching.switch(to_be(source, enabled=False))

    assert source.enabled
    assert world.cloudfront.count("UpdateDistribution") == 0


async def test_somebody_who_was_faster_is_not_overwritten(world: Aws, switching: CloudFront, source: Distribution):
    world.cloudfront.faults.answer("UpdateDistribution", 412, "PreconditionFailed", "The precondition …")

    with pytest.raises(Conflict, match="Somebody else changed"):
        await switching.switch(to_be(source, enabled=False))

    assert source.enabled


async def test_an_etag_that_is_old_by_then_is_refused_for_good(world: Aws, switching: CloudFront, source: Distribution):
    barrier = world.cloudfront.faults.hold("UpdateDistribution", Moment.BEFORE_EFFECT)

    async def meanwhile() -> None:
        await barrier.arrived()
        world.cloudfront.configure(source.id, {"Comment": "changed by its owner"})
        barrier.release()

    results = await asyncio.gather(switching.switch(to_be(source, enabled=False)), meanwhile(), return_exceptions=True)

    assert isinstance(results[0], Conflict)
    assert (source.enabled, source.config["Comment"]) == (True, "changed by its owner")


async def test_somebody_who_wanted_the_same_and_was_faster_is_fine(
    world: Aws, switching: CloudFront, source: Distribution
):

    barrier = world.cloudfront.faults.hold("UpdateDistribution", Moment.BEFORE_EFFECT)

    async def meanwhile() -> None:
        await barrier.arrived()
        world.cloudfront.set_enabled(source.id, enabled=False)
        barrier.release()

    await asyncio.gather(switching.switch(to_be(source, enabled=False)), meanwhile())

    assert not source.enabled


async def test_a_lost_answer_is_unclear_and_the_next_try_only_reads(
    world: Aws, switching: CloudFront, source: Distribution
):
    world.cloudfront.faults.lose("UpdateDistribution", Moment.AFTER_EFFECT)

    with pytest.raises(OutcomeUnknown):
        await switching.switch(to_be(source, enabled=False))
    await switching.switch(to_be(source, enabled=False))

    assert not source.enabled
    assert world.cloudfront.count("UpdateDistribution") == 1


async def test_what_was_permitted_too_long_ago_is_not_sent(world: Aws, switching: CloudFront, source: Distribution):
    late = replace(to_be(source, enabled=False), send_before=time.monotonic() - 0.001)

    with pytest.raises(TryAgainLater, match=r"took too long before I could ask CloudFront, so I did not\."):
        await switching.switch(late)

    assert source.enabled
    assert world.cloudfront.count("GetDistributionConfig") == 1
    assert world.cloudfront.count("UpdateDistribution") == 0


async def test_what_is_done_already_is_seen_however_late(world: Aws, switching: CloudFront, source: Distribution):
    world.cloudfront.set_enabled(source.id, enabled=False)

    await switching.switch(replace(to_be(source, enabled=False), send_before=-math.inf))

    assert world.cloudfront.count("UpdateDistribution") == 0


def test_when_it_is_called_not_done_the_last_request_has_long_ended():
    pace, patience = Pace(), Patience()

    longest_s = pace.switch_counts_s + patience.connect_s + patience.call_answer_s

    assert longest_s + patience.in_all_s < pace.read_back_limit_s


@pytest.mark.parametrize("operation", ["GetDistributionConfig", "UpdateDistribution"])
async def test_a_missing_permission_is_a_refusal_that_names_action_and_resource(
    world: Aws, switching: CloudFront, source: Distribution, operation: str
):
    world.cloudfront.deny(SHOP, operation)

    said = await refused(switching, to_be(source, enabled=False))

    assert (said.cause, said.code) == (RefusalCause.ACCESS_DENIED, "AccessDenied")
    assert f"is not authorized to perform: cloudfront:{operation} on resource: {source.arn}" in said.text
    assert source.enabled


async def test_a_role_that_does_not_let_the_bot_in_is_a_refusal(
    world: Aws, switching: CloudFront, source: Distribution
):
    world.roles.remove(f"arn:aws:iam::{SHOP}:role/{ROLE}")

    said = await refused(switching, to_be(source, enabled=False))

    assert said.cause is RefusalCause.ACCESS_DENIED
    assert "sts:AssumeRole" in said.text
    assert source.enabled


async def test_a_distribution_that_is_gone_is_neither_on_nor_off(
    world: Aws, switching: CloudFront, source: Distribution
):
    world.cloudfront.delete(source.id)

    for enabled in (True, False):
        with pytest.raises(Gone):
            await switching.switch(to_be(source, enabled=enabled))


async def test_a_distribution_that_goes_at_the_same_moment_is_neither_on_nor_off(
    world: Aws, switching: CloudFront, source: Distribution
):
    world.cloudfront.faults.answer("UpdateDistribution", 404, "NoSuchDistribution", "It does not exist.")

    with pytest.raises(Gone):
        await switching.switch(to_be(source, enabled=False))


async def test_without_an_answer_to_the_question_nothing_was_sent(
    world: Aws, switching: CloudFront, source: Distribution
):
    world.cloudfront.faults.lose("GetDistributionConfig", Moment.BEFORE_EFFECT, times=None)

    with pytest.raises(TryAgainLater):
        await switching.switch(to_be(source, enabled=False))

    assert world.cloudfront.count("UpdateDistribution") == 0


async def test_the_secrets_of_origins_are_not_logged(
    switching: CloudFront, source: Distribution, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)

    await switching.switch(to_be(source, enabled=False))

    assert SECRET not in caplog.text
    assert source.config["Origins"]["Items"][0]["CustomHeaders"]["Items"][0]["HeaderValue"] == SECRET


async def test_whether_it_is_enabled_can_be_read(world: Aws, connect: Connect):
    own = world.cloudfront.create("111122223333")
    cloudfront = connect()

    assert await cloudfront.is_enabled(DistributionId(own.id), AccountId(own.account))
    world.cloudfront.delete(own.id)
    with pytest.raises(Gone):
        await cloudfront.is_enabled(DistributionId(own.id), AccountId(own.account))


# What this SDK has no name for


DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<c:DistributionConfig xmlns:c="http://cloudfront.amazonaws.com/doc/2020-05-31/" plain="&#13;&#xE9;">
  <!-- <c:Enabled>true</c:Enabled> -->
  <c:Logging><c:Enabled>true</c:Enabled></c:Logging>
  <Enabled>true</Enabled>
  <c:Comment><![CDATA[<c:Enabled>true</c:Enabled>]]> a&#13;b &quot;é&quot;</c:Comment>
  <c:Enabled  >{}</c:Enabled >
  <c:OriginShield attribute='x'><c:Enabled>true</c:Enabled></c:OriginShield>
</c:DistributionConfig>
"""


@pytest.mark.parametrize("enabled", [True, False])
def test_every_byte_stays_but_those_of_the_one_word(enabled: bool):  # noqa: FBT001
    before, after = (DOCUMENT.format(str(one).lower()).encode() for one in (not enabled, enabled))

    assert rewritten(before, enabled=enabled) == after


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        DOCUMENT.format("perhaps").encode(),
        DOCUMENT.format(" true ").encode(),
        DOCUMENT.format("tr<!-- -->ue").encode(),
        DOCUMENT.format("true").replace("UTF-8", "UTF-16").encode("utf-16"),
        DOCUMENT.format("true</c:Enabled><c:Enabled>true").encode(),
        DOCUMENT.format("true").replace("2020-05-31", "2030-05-31").encode(),
    ],
    ids=["nothing", "cut", "another word", "spaces", "a comment", "another encoding", "two", "a newer format"],
)
def test_a_document_that_is_built_otherwise_is_not_touched(body: bytes):
    assert rewritten(body, enabled=False) is None


@dataclass
class NewerCloudFront:
    """One with a setting that botocore's model does not know."""

    written: bytes = b""
    """The configuration, as it answers."""
    received: list[bytes] = field(default_factory=list)


@pytest.fixture
async def newer_cloudfront(monkeypatch: pytest.MonkeyPatch, world: Aws) -> AsyncIterator["NewerCloudFront"]:
    owned = world.cloudfront.create("111122223333", aliases=NAMES)
    newer = NewerCloudFront()

    async def answer(request: web.Request) -> web.Response:
        if request.method == "PUT":
            newer.received.append(await request.read())
        return web.Response(body=newer.written, content_type="text/xml", headers={"ETag": "E2QWRUHAPOMQZL"})

    newer.written = wire.write("DistributionConfig", owned.config).replace(
        b"<Enabled>true</Enabled><ViewerCertificate>",
        UNKNOWN_SETTING + b"<Enabled>true</Enabled><ViewerCertificate>",
    )
    assert UNKNOWN_SETTING in newer.written
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFRONT", f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield newer
    await runner.cleanup()


async def test_settings_newer_than_the_sdk_are_sent_back_as_they_came(
    newer_cloudfront: NewerCloudFront, connect: Connect
):
    wanted = Switch(DistributionId("E1BLUE"), AccountId("111122223333"), False, NAMES, "7c1f2e", "U0JOON", math.inf)

    await connect().switch(wanted)

    [sent] = newer_cloudfront.received
    assert UNKNOWN_SETTING + b"<Enabled>false</Enabled><ViewerCertificate>" in sent


async def test_what_is_described_in_an_unknown_way_is_left_alone(newer_cloudfront: NewerCloudFront, connect: Connect):
    newer_cloudfront.written = newer_cloudfront.written.replace(b">true<", b">true<!-- for now --><")
    wanted = Switch(DistributionId("E1BLUE"), AccountId("111122223333"), False, NAMES, "7c1f2e", "U0JOON", math.inf)

    with pytest.raises(Conflict, match=r"describes E1BLUE in a way that I don't know, so I changed nothing\."):
        await connect().switch(wanted)

    assert newer_cloudfront.received == []
