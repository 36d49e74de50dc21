"""The call without a record, at the playground's CloudFront: one request, bound to what was read just before."""

import asyncio

import pytest

from bot.alias_move.findings import Operation
from bot.alias_move.move import RefusalCause
from bot.aws import CloudFront, Patience
from bot.ports import Errand, OutcomeUnknown, Refused
from playground.aws import HOME, Aws, Distribution, Moment
from tests.aws.conftest import ALIAS, Connect, errand, ours

pytestmark = pytest.mark.wide

CALL = "UpdateDomainAssociation"


def without_record(target: Distribution) -> Errand:
    return errand(target.id, operation=Operation.WITHOUT_RECORD)


async def refused(cloudfront: CloudFront, target: Distribution) -> tuple[RefusalCause, str]:
    with pytest.raises(Refused) as caught:
        await cloudfront.associate(without_record(target))
    return caught.value.refusal.cause, caught.value.refusal.code


async def test_an_enabled_source_gives_the_alias_without_a_record(
    world: Aws, cloudfront: CloudFront, source: Distribution, target: Distribution
):
    await cloudfront.associate(without_record(target))

    assert (target.aliases, source.aliases) == ([ALIAS.text], [])
    assert (world.cloudfront.count(CALL), world.cloudfront.count("AssociateAlias")) == (1, 0)


async def test_a_target_that_changes_between_reading_and_call_is_left_alone(
    world: Aws, cloudfront: CloudFront, source: Distribution, target: Distribution
):
    barrier = world.cloudfront.faults.hold(CALL, Moment.BEFORE_EFFECT)

    asking = asyncio.create_task(refused(cloudfront, target))
    await barrier.arrived()
    world.cloudfront.set_aliases(target.id, ["other.example.com"])
    barrier.release()

    assert await asking == (RefusalCause.CHANGED_MEANWHILE, "PreconditionFailed")
    assert source.aliases == [ALIAS.text]


async def test_a_target_that_cannot_be_read_is_not_asked_for(
    world: Aws, cloudfront: CloudFront, source: Distribution, target: Distribution
):
    world.cloudfront.deny(HOME, "GetDistribution")

    assert await refused(cloudfront, target) == (RefusalCause.ACCESS_DENIED, "AccessDenied")
    world.cloudfront.allow(HOME, "GetDistribution")
    world.cloudfront.delete(target.id)

    assert await refused(cloudfront, target) == (RefusalCause.NOT_ASKED, "NoSuchDistribution")
    assert world.cloudfront.count(CALL) == 0
    assert source.aliases == [ALIAS.text]


async def test_throttling_and_a_lost_answer_are_never_repeated_by_the_client(
    world: Aws, connect: Connect, source: Distribution, target: Distribution
):
    cloudfront = connect(Patience(attempts=3))
    world.cloudfront.faults.throttle(CALL)

    assert (await refused(cloudfront, target))[0] is RefusalCause.THROTTLED
    world.cloudfront.faults.lose(CALL, Moment.AFTER_EFFECT)
    with pytest.raises(OutcomeUnknown):
        await cloudfront.associate(without_record(target))

    assert world.cloudfront.count(CALL) == 2
    where = await cloudfront.who_holds(errand(target.id, source=ours(source)))
    assert (where.on_target, where.on_source) == (True, False)
