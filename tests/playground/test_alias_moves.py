import asyncio
import time
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from playground.aws import EVERY_OPERATION, HOME, NEIGHBOUR, Aws, Barrier, Distribution, Moment, Oddity
from tests.playground.conftest import (
    Clock,
    Connect,
    Resolver,
    ask,
    associate,
    publish,
    refusal_of,
    refused_association,
)

ALIAS = "www.example.com"
NO_TXT = (400, "IllegalUpdate", "Invalid or missing alias DNS TXT records.")
SOURCE_ENABLED = (400, "IllegalUpdate", "Alias move is not allowed since the source distribution is enabled.")


# AssociateAlias: what it does


async def test_an_alias_moves_within_an_account_while_its_source_serves(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver, clock: Clock
):
    source = aws.cloudfront.create(HOME, aliases=["other.example.com", ALIAS])
    publish(resolver, ALIAS, target)
    etags = {source.etag, target.etag}

    answer = await associate(connect, target, ALIAS)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert aws.cloudfront.holder_of(ALIAS) is target
    assert source.aliases == ["other.example.com"]
    assert not etags & {source.etag, target.etag}
    assert aws.cloudfront.status(target) == "InProgress"
    clock.advance(seconds=aws.cloudfront.deployment_seconds)
    shown = await ask(connect("cloudfront").get_distribution, Id=target.id)
    assert shown["Distribution"]["Status"] == "Deployed"
    assert shown["ETag"] == target.etag


async def test_an_alias_leaves_a_disabled_source_of_another_account(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver
):
    source = aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS], enabled=False)
    publish(resolver, ALIAS, target)

    await associate(connect, target, ALIAS)

    assert target.aliases == [ALIAS]
    assert source.aliases == []


async def test_an_alias_that_nobody_holds_is_taken(connect: Connect, target: Distribution, resolver: Resolver):
    publish(resolver, ALIAS, target)

    await associate(connect, target, ALIAS)

    assert target.aliases == [ALIAS]


async def test_asking_again_for_what_is_done_succeeds_and_changes_nothing(
    connect: Connect, target: Distribution, resolver: Resolver
):
    publish(resolver, ALIAS, target)
    await associate(connect, target, ALIAS)
    etag = target.etag
    resolver.records.clear()

    await associate(connect, target, ALIAS)

    assert target.etag == etag


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("www.example.com", "_www.example.com"),
        ("example.com", "_.example.com"),
        ("*.example.com", "_*.example.com"),
        ("example.co.uk", "_.example.co.uk"),
        ("shop.example.co.uk", "_shop.example.co.uk"),
    ],
)
async def test_the_record_stands_where_the_kind_of_alias_puts_it(
    aws: Aws, connect: Connect, resolver: Resolver, alias: str, name: str
):
    certificate = aws.certificates.issue(HOME, names=[alias])
    target = aws.cloudfront.create(HOME, certificate=certificate)

    assert await refused_association(connect, target, alias) == NO_TXT

    resolver.records[name] = ["v=spf1 -all", target.domain_name]
    await associate(connect, target, alias)
    assert set(resolver.asked) == {name}


# AssociateAlias: what it refuses, in this order


@pytest.mark.parametrize("alias", ["WWW.example.com", "www.example.com.", "a.*.example.com", "com", "-.example.com"])
async def test_an_alias_that_is_no_alias_is_refused(connect: Connect, target: Distribution, alias: str):
    status, code, _ = await refused_association(connect, target, alias)

    assert (status, code) == (400, "InvalidArgument")


@pytest.mark.parametrize("target_is", [{"enabled": False}, {"staging": True}, {"connection_mode": "tenant-only"}])
async def test_an_unfit_target_is_refused(aws: Aws, connect: Connect, target_is: dict[str, Any], resolver: Resolver):
    certificate = aws.certificates.issue(HOME, names=[ALIAS])
    target = aws.cloudfront.create(HOME, certificate=certificate, **target_is)
    publish(resolver, ALIAS, target)

    status, code, _ = await refused_association(connect, target, ALIAS)

    assert (status, code) == (400, "InvalidArgument")
    assert target.aliases == []


@pytest.mark.parametrize("oddity", [None, *Oddity])
async def test_the_certificate_comes_before_the_record(
    aws: Aws, connect: Connect, resolver: Resolver, oddity: Oddity | None
):
    certificate = aws.certificates.issue_odd(HOME, [ALIAS], oddity) if oddity else None
    target = aws.cloudfront.create(HOME, certificate=certificate)

    status, code, message = await refused_association(connect, target, ALIAS)

    assert (status, code) == (400, "InvalidArgument")
    assert "you must attach a trusted certificate" in message
    assert resolver.asked == []


@pytest.mark.parametrize("value", ["{}.", '"{}"', "x{}", "d111111abcdef8.cloudfront.net"])
async def test_the_record_must_hold_exactly_the_targets_own_name(
    connect: Connect, target: Distribution, resolver: Resolver, value: str
):
    resolver.records["_www.example.com"] = [value.format(target.domain_name)]

    assert await refused_association(connect, target, ALIAS) == NO_TXT


async def test_the_record_comes_before_the_source(aws: Aws, connect: Connect, target: Distribution, resolver: Resolver):
    source = aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS])

    assert await refused_association(connect, target, ALIAS) == NO_TXT

    publish(resolver, ALIAS, target)
    assert await refused_association(connect, target, ALIAS) == SOURCE_ENABLED
    assert aws.cloudfront.holder_of(ALIAS) is source
    aws.cloudfront.set_enabled(source.id, enabled=False)
    await associate(connect, target, ALIAS)


async def test_the_101st_alias_is_refused(aws: Aws, connect: Connect, target: Distribution, resolver: Resolver):
    aws.cloudfront.set_aliases(target.id, [f"a{number}.example.com" for number in range(100)])
    publish(resolver, ALIAS, target)

    status, code, _ = await refused_association(connect, target, ALIAS)

    assert (status, code) == (400, "TooManyDistributionCNAMEs")


# UpdateDistribution


async def update(connect: Connect, distribution: Distribution, **changes: Any) -> dict[str, Any]:
    """Read, change, send back; IfMatch among the changes replaces the ETag that was read."""
    client = connect("cloudfront")
    read = await ask(client.get_distribution_config, Id=distribution.id)
    if_match = changes.pop("IfMatch", read["ETag"])
    config = read["DistributionConfig"] | changes
    return await ask(client.update_distribution, Id=distribution.id, IfMatch=if_match, DistributionConfig=config)


def aliases(*names: str) -> dict[str, Any]:
    return {"Quantity": len(names), "Items": list(names)}


async def test_an_update_replaces_everything_and_changes_the_etag(connect: Connect, target: Distribution):
    before = target.etag

    answer = await update(connect, target, Comment="greener", Enabled=False, Aliases=aliases(ALIAS))

    assert answer["ETag"] == target.etag != before
    assert answer["Distribution"]["Status"] == "InProgress"
    assert answer["Distribution"]["DistributionConfig"]["Comment"] == "greener"
    assert not target.enabled
    assert target.aliases == [ALIAS]


async def test_what_an_update_leaves_out_is_gone(connect: Connect, target: Distribution):
    read = await ask(connect("cloudfront").get_distribution_config, Id=target.id)
    config = read["DistributionConfig"]
    del config["ViewerCertificate"], config["Aliases"]

    await ask(connect("cloudfront").update_distribution, Id=target.id, IfMatch=read["ETag"], DistributionConfig=config)

    assert target.certificate is None


async def refused_update(connect: Connect, distribution: Distribution, **changes: Any) -> tuple[int, str, str]:
    client = connect("cloudfront")
    read = await ask(client.get_distribution_config, Id=distribution.id)
    if_match = changes.pop("IfMatch", read["ETag"])
    version = {} if if_match is None else {"IfMatch": if_match}
    config = read["DistributionConfig"] | changes
    return await refusal_of(client.update_distribution, Id=distribution.id, DistributionConfig=config, **version)


async def test_an_update_must_name_the_version_it_has_read(connect: Connect, target: Distribution):
    stale = target.etag
    await update(connect, target, Comment="newer")

    assert (await refused_update(connect, target, IfMatch=stale))[:2] == (412, "PreconditionFailed")
    assert await refused_update(connect, target, IfMatch=None) == (
        400,
        "InvalidIfMatchVersion",
        "The If-Match version is missing or not valid for the resource.",
    )


async def test_an_alias_that_somebody_holds_is_refused_exactly_but_not_by_a_wildcard(
    aws: Aws, connect: Connect, target: Distribution
):
    aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS, "*.example.com"])

    refused = await refused_update(connect, target, Aliases=aliases(ALIAS))
    await update(connect, target, Aliases=aliases("shop.example.com"))

    assert refused == (
        409,
        "CNAMEAlreadyExists",
        "One or more of the CNAMEs you provided are already associated with a different resource.",
    )
    assert target.aliases == ["shop.example.com"]


@pytest.mark.parametrize(
    ("certificate_for", "says"),
    [
        (None, "you must attach a trusted certificate"),
        (["example.org"], "doesn't cover the alternate domain name"),
    ],
)
async def test_an_update_needs_a_certificate_for_its_aliases(
    aws: Aws, connect: Connect, certificate_for: list[str] | None, says: str
):
    certificate = aws.certificates.issue(HOME, certificate_for) if certificate_for else None
    distribution = aws.cloudfront.create(HOME, certificate=certificate)

    status, code, message = await refused_update(connect, distribution, Aliases=aliases(ALIAS))

    assert (status, code) == (400, "InvalidViewerCertificate")
    assert says in message


@pytest.mark.parametrize("oddity", Oddity)
async def test_an_update_cannot_use_an_odd_certificate(aws: Aws, connect: Connect, oddity: Oddity):
    certificate = aws.certificates.issue_odd(HOME, [ALIAS], oddity)
    distribution = aws.cloudfront.create(HOME, certificate=certificate)

    status, code, message = await refused_update(connect, distribution, Aliases=aliases(ALIAS))

    assert (status, code) == (400, "InvalidViewerCertificate")
    assert "doesn't exist, isn't in us-east-1 region, isn't valid" in message


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"CallerReference": "another"}, "IllegalUpdate"),
        ({"Aliases": {"Quantity": 2, "Items": [ALIAS]}}, "InconsistentQuantities"),
        ({"Aliases": aliases("WWW.example.com")}, "InvalidArgument"),
        ({"Aliases": aliases(*(f"a{number}.example.com" for number in range(101)))}, "TooManyDistributionCNAMEs"),
        ({"ViewerCertificate": {"IAMCertificateId": "ASCAEXAMPLE"}}, "InvalidViewerCertificate"),
    ],
)
async def test_other_updates_that_cloudfront_refuses(
    connect: Connect, target: Distribution, changes: dict[str, Any], code: str
):
    before = target.etag

    refused = await refused_update(connect, target, **changes)

    assert refused[:2] == (400, code)
    assert target.etag == before


# Faults


async def test_a_refusal_can_be_ordered_for_the_next_calls(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver
):
    publish(resolver, ALIAS, target)
    aws.cloudfront.faults.answer("AssociateAlias", 403, "AccessDenied", "No.")
    aws.cloudfront.faults.throttle("AssociateAlias")

    first = await refused_association(connect, target, ALIAS)
    second = await refused_association(connect, target, ALIAS)
    await associate(connect, target, ALIAS)

    assert first == (403, "AccessDenied", "No.")
    assert second == (400, "Throttling", "Rate exceeded")
    log = [(each.status, each.code, each.account) for each in aws.cloudfront.requests]
    assert log == [(403, "AccessDenied", HOME), (400, "Throttling", HOME), (200, None, HOME)]
    assert aws.cloudfront.requests[0].params == {"TargetDistributionId": target.id, "Alias": ALIAS}
    assert aws.cloudfront.count("AssociateAlias") == 3
    assert aws.cloudfront.count("UpdateDistribution") == 0


@pytest.mark.parametrize(("moment", "moved"), [(Moment.BEFORE_EFFECT, False), (Moment.AFTER_EFFECT, True)])
async def test_an_answer_can_be_lost_before_or_after_the_effect(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver, moment: Moment, *, moved: bool
):
    publish(resolver, ALIAS, target)
    aws.cloudfront.faults.lose("AssociateAlias", moment)

    with pytest.raises(ConnectionClosedError):
        await associate(connect, target, ALIAS)

    assert (target.aliases == [ALIAS]) is moved
    assert aws.cloudfront.requests[0].status is None


@pytest.mark.parametrize("moment", Moment)
async def test_a_caller_that_gives_up_does_not_take_its_request_back(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver, moment: Moment
):
    publish(resolver, ALIAS, target)
    aws.cloudfront.faults.hang("AssociateAlias", 0.4, moment)
    impatient = connect("cloudfront", read_timeout_seconds=0.1)

    with pytest.raises(ReadTimeoutError):
        await ask(impatient.associate_alias, TargetDistributionId=target.id, Alias=ALIAS)

    assert (target.aliases == [ALIAS]) is (moment is Moment.AFTER_EFFECT)
    async with asyncio.timeout(5):
        while target.aliases != [ALIAS]:  # noqa: ASYNC110 - a distribution has no event to wait on
            await asyncio.sleep(0.01)


async def hold_one(
    aws: Aws, connect: Connect, target: Distribution, moment: Moment
) -> tuple[Barrier, asyncio.Task[Any]]:
    barrier = aws.cloudfront.faults.hold("AssociateAlias", moment)
    calling = asyncio.create_task(associate(connect, target, ALIAS))
    await barrier.arrived(within_seconds=5)
    return barrier, calling


@pytest.mark.parametrize(("moment", "moved"), [(Moment.BEFORE_EFFECT, []), (Moment.AFTER_EFFECT, [ALIAS])])
async def test_a_call_can_be_held_until_it_is_released(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver, moment: Moment, moved: list[str]
):
    publish(resolver, ALIAS, target)
    barrier, calling = await hold_one(aws, connect, target, moment)

    assert target.aliases == moved
    assert not calling.done()
    barrier.release()
    await calling

    assert target.aliases == [ALIAS]


@pytest.mark.parametrize(("moment", "moved"), [(Moment.BEFORE_EFFECT, []), (Moment.AFTER_EFFECT, [ALIAS])])
async def test_a_held_call_can_end_there(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver, moment: Moment, moved: list[str]
):
    publish(resolver, ALIAS, target)
    barrier, calling = await hold_one(aws, connect, target, moment)

    barrier.drop()
    with pytest.raises(ConnectionClosedError):
        await calling

    assert target.aliases == moved


async def test_what_was_looked_up_is_looked_up_again_when_txt_took_its_time(
    aws: Aws, connect: Connect, target: Distribution, resolver: Resolver, monkeypatch: pytest.MonkeyPatch
):
    publish(resolver, ALIAS, target)

    async def slow_lookup(name: str) -> list[str]:
        aws.cloudfront.create(NEIGHBOUR, aliases=[ALIAS])
        return await resolver.lookup_txt(name)

    monkeypatch.setattr(aws.cloudfront, "_lookup_txt", slow_lookup)

    assert await refused_association(connect, target, ALIAS) == SOURCE_ENABLED


async def test_everything_can_be_slow_or_fail(aws: Aws, connect: Connect):
    client = connect("cloudfront")
    aws.cloudfront.faults.latency_seconds = 0.1
    aws.cloudfront.faults.answer(EVERY_OPERATION, 503, "ServiceUnavailable", "Later.", times=None)

    began = time.monotonic()
    first = await refusal_of(client.list_distributions)
    took_seconds = time.monotonic() - began
    second = await refusal_of(client.get_distribution, Id="E2NOSUCHTHING0")
    aws.cloudfront.faults.clear()
    await ask(client.list_distributions)

    assert first == second == (503, "ServiceUnavailable", "Later.")
    assert took_seconds >= 0.1
