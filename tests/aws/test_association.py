import asyncio
import time

import pytest

from bot.alias_move.findings import Holder
from bot.alias_move.move import RefusalCause
from bot.alias_move.names import DistributionId
from bot.aws import CloudFront, Patience
from bot.aws.association import _lists_if_readable
from bot.ports import NotPermitted, OutcomeUnknown, Refused, TryAgainLater, Whereabouts
from playground.aws import HOME, NEIGHBOUR, Aws, Distribution, Moment
from tests.aws.conftest import ALIAS, Connect, Resolver, errand, in_a_hurry, ours, until


async def refused(cloudfront: CloudFront, target: Distribution) -> tuple[RefusalCause, str, str]:
    with pytest.raises(Refused) as caught:
        await cloudfront.associate(errand(target.id))
    refusal = caught.value.refusal
    assert refusal.request_id
    assert abs(refusal.at - time.time()) < 5
    return refusal.cause, refusal.code, refusal.text


async def test_an_alias_moves_with_one_request(
    world: Aws, cloudfront: CloudFront, source: Distribution, target: Distribution, resolver: Resolver
):
    resolver.publish(target)

    await cloudfront.associate(errand(target.id))

    assert world.cloudfront.distribution(target.id).aliases == [ALIAS.text]
    assert world.cloudfront.distribution(source.id).aliases == []
    assert world.cloudfront.count("AssociateAlias") == 1


async def test_a_missing_record_is_refused_in_cloudfronts_words(
    cloudfront: CloudFront, source: Distribution, target: Distribution
):
    assert await refused(cloudfront, target) == (
        RefusalCause.RECORD_NOT_SEEN,
        "IllegalUpdate",
        "Invalid or missing alias DNS TXT records.",
    )
    assert source.aliases == [ALIAS.text]


async def test_an_enabled_source_in_another_account_is_refused(
    world: Aws, cloudfront: CloudFront, target: Distribution, resolver: Resolver
):
    world.cloudfront.create(NEIGHBOUR, aliases=[ALIAS.text])
    resolver.publish(target)

    assert await refused(cloudfront, target) == (
        RefusalCause.SOURCE_ENABLED,
        "IllegalUpdate",
        "Alias move is not allowed since the source distribution is enabled.",
    )


async def test_a_target_without_certificate_is_refused(world: Aws, cloudfront: CloudFront):
    bare = world.cloudfront.create(HOME)

    cause, code, text = await refused(cloudfront, bare)

    assert (cause, code) == (RefusalCause.OTHER, "InvalidArgument")
    assert "you must attach a trusted certificate" in text


async def test_a_target_that_is_not_ours_is_refused(world: Aws, cloudfront: CloudFront):
    foreign = world.cloudfront.create(NEIGHBOUR)

    assert await refused(cloudfront, foreign) == (
        RefusalCause.OTHER,
        "NoSuchDistribution",
        "The specified distribution does not exist.",
    )


async def test_a_full_target_is_refused(world: Aws, cloudfront: CloudFront, target: Distribution, resolver: Resolver):
    world.cloudfront.set_aliases(target.id, [f"n{number}.example.com" for number in range(100)])
    resolver.publish(target)

    cause, code, _ = await refused(cloudfront, target)

    assert (cause, code) == (RefusalCause.OTHER, "TooManyDistributionCNAMEs")


async def test_a_missing_permission_is_refused(world: Aws, cloudfront: CloudFront, target: Distribution):
    world.cloudfront.deny(HOME, "AssociateAlias")

    cause, code, text = await refused(cloudfront, target)

    assert (cause, code) == (RefusalCause.ACCESS_DENIED, "AccessDenied")
    assert f"is not authorized to perform: cloudfront:AssociateAlias on resource: {target.arn}" in text


async def test_throttling_is_refused_and_not_repeated_by_the_client(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    world.cloudfront.faults.throttle("AssociateAlias")

    assert await refused(cloudfront, target) == (RefusalCause.THROTTLED, "Throttling", "Rate exceeded")
    assert world.cloudfront.count("AssociateAlias") == 1


async def test_a_move_call_uses_a_connection_of_its_own(cloudfront: CloudFront, target: Distribution):
    calls = cloudfront._accounts.base.calls
    await calls.become()
    headers: list[bytes] = []
    (changing,) = calls._clients.values()
    changing.meta.events.register(
        "before-send.cloudfront.AssociateAlias",
        lambda request, **_: headers.append(request.headers.get("Connection")),
    )

    await refused(cloudfront, target)

    assert headers == [b"close"]


# No answer


@pytest.mark.parametrize("moment", Moment)
async def test_a_lost_answer_leaves_the_outcome_unknown_after_one_request(
    world: Aws,
    connect: Connect,
    source: Distribution,
    target: Distribution,
    resolver: Resolver,
    moment: Moment,
):
    patient = connect(Patience())  # as in production: three attempts, but not at this
    resolver.publish(target)
    world.cloudfront.faults.lose("AssociateAlias", moment)

    with pytest.raises(OutcomeUnknown) as caught:
        await patient.associate(errand(target.id))

    assert str(caught.value) == "CloudFront gave no answer to AssociateAlias, so it may have happened."
    assert world.cloudfront.count("AssociateAlias") == 1
    assert (source.aliases == []) is (moment is Moment.AFTER_EFFECT)


@pytest.mark.parametrize("status", [500, 503])
async def test_a_failure_inside_cloudfront_leaves_the_outcome_unknown(
    world: Aws, connect: Connect, target: Distribution, status: int
):
    patient = connect(Patience())
    world.cloudfront.faults.answer("AssociateAlias", status, "ServiceUnavailable", "Please try again.")

    with pytest.raises(OutcomeUnknown, match="with ServiceUnavailable: Please try again"):
        await patient.associate(errand(target.id))

    assert world.cloudfront.count("AssociateAlias") == 1


@pytest.mark.parametrize("status", [302, 404, 408, 502])
@pytest.mark.usefixtures("world")
async def test_an_answer_that_is_not_cloudfronts_is_no_refusal(
    connect: Connect, odd_answers: list[tuple[int, str, str]], status: int
):
    odd_answers.append((status, "text/html", "<html>a proxy's page</html>"))

    with pytest.raises(OutcomeUnknown):
        await connect().associate(errand("E2GREEN4CLDFRN"))


async def test_a_hanging_cloudfront_leaves_the_outcome_unknown_in_time(
    world: Aws, connect: Connect, target: Distribution
):
    hurried = await in_a_hurry(connect, Patience(call_answer_s=5, in_all_s=0.2))
    held = world.cloudfront.faults.hold("AssociateAlias", Moment.BEFORE_EFFECT)
    started = time.monotonic()

    with pytest.raises(OutcomeUnknown):
        await hurried.associate(errand(target.id))

    assert time.monotonic() - started < 1
    assert world.cloudfront.count("AssociateAlias") == 1
    held.drop()


async def test_a_call_for_which_no_thread_is_free_was_not_sent(world: Aws, connect: Connect, target: Distribution):
    crowded = await in_a_hurry(connect, Patience(attempts=1, answer_s=5, in_all_s=0.3))
    held = world.cloudfront.faults.hold("GetDistribution", Moment.BEFORE_EFFECT, times=None)
    questions = [asyncio.create_task(crowded.who_holds(errand(target.id))) for _ in range(16)]
    await until(lambda: world.cloudfront.count("GetDistribution") == 16)

    with pytest.raises(TryAgainLater, match="It was not sent"):
        await crowded.associate(errand(target.id))

    held.drop()
    await asyncio.gather(*questions, return_exceptions=True)
    await crowded.close()
    assert world.cloudfront.count("AssociateAlias") == 0


async def test_an_endpoint_that_nobody_listens_on_was_certainly_not_asked(
    world: Aws, connect: Connect, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
):
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFRONT", f"http://127.0.0.1:{unused_tcp_port}")

    with pytest.raises(TryAgainLater) as caught:
        await connect().associate(errand("E2GREEN4CLDFRN"))

    assert str(caught.value) == "I can't reach CloudFront for AssociateAlias. It was not sent."
    assert world.cloudfront.requests == []


# Reading back


async def test_before_and_after_the_move_each_side_says_what_it_lists(
    cloudfront: CloudFront, source: Distribution, target: Distribution, resolver: Resolver
):
    resolver.publish(target)

    before = await cloudfront.who_holds(errand(target.id, source=ours(source)))
    await cloudfront.associate(errand(target.id))
    after = await cloudfront.who_holds(errand(target.id, source=ours(source)))

    assert before == Whereabouts(on_target=False, on_source=True)
    assert after == Whereabouts(on_target=True, on_source=False)


@pytest.mark.parametrize("source", [None, Holder("*******EXAMPLE", "******556666", is_ours=False)])
async def test_a_source_that_is_not_ours_is_not_read(
    world: Aws, cloudfront: CloudFront, target: Distribution, source: Holder | None
):
    found = await cloudfront.who_holds(errand(target.id, source=source))

    assert found == Whereabouts(on_target=False, on_source=None)
    assert world.cloudfront.count("GetDistribution") == 1


async def test_distributions_that_are_gone_list_nothing(
    world: Aws, cloudfront: CloudFront, source: Distribution, target: Distribution
):
    world.cloudfront.delete(source.id)
    world.cloudfront.delete(target.id)

    found = await cloudfront.who_holds(errand(target.id, source=ours(source)))

    assert found == Whereabouts(on_target=False, on_source=False)


async def test_a_source_that_may_not_be_read_is_left_open(world: Aws, cloudfront: CloudFront, source: Distribution):
    world.cloudfront.deny(HOME, "GetDistribution")

    listed = await _lists_if_readable(cloudfront._accounts.base.calls, ALIAS, DistributionId(source.id))

    assert listed is None


async def test_a_target_that_may_not_be_read_is_for_a_person_to_repair(
    world: Aws, cloudfront: CloudFront, source: Distribution, target: Distribution
):
    world.cloudfront.deny(HOME, "GetDistribution")

    with pytest.raises(NotPermitted, match="My AWS credentials don't allow cloudfront:GetDistribution"):
        await cloudfront.who_holds(errand(target.id, source=ours(source)))
