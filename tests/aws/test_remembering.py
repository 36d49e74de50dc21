"""Looks that use what was read in the last minute, and those that must not; and how deep both are.

The accounts are read by workers that share one Redis.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

import pytest

from bot.aws import CloudFront, Patience, Roles
from bot.ports import Inventories
from bot.redis.client import connect_worker
from bot.redis.inventories import RedisInventories
from playground.aws import ACCOUNTS, HOME, LEGACY, MEDIA, SHOP, Aws, Distribution, Faults, Moment
from tests.aws.conftest import ALIAS, Connect, errand, holder, ours, seen, until

pytestmark = pytest.mark.wide

READING = ("cloudfront:List*", "cloudfront:Get*", "acm:DescribeCertificate")
LISTING = "ListDistributions"
UNHURRIED = Patience(attempts=1, answer_s=10.0)


@pytest.fixture
async def inventories(redis_url: str) -> AsyncIterator[Inventories]:
    client = connect_worker(redis_url)
    yield RedisInventories(client)
    await client.aclose()


Hire = Callable[[], CloudFront]


@pytest.fixture
def hire(connect: Connect, world: Aws, inventories: Inventories) -> Hire:
    """hire() is another worker: with a role in every account, and the same Redis."""
    roles = tuple(world.add_role(account, "read", actions=READING) for account in ACCOUNTS if account != HOME)
    return lambda: connect(UNHURRIED, roles=Roles(read=roles), inventories=inventories)


@pytest.fixture
def source(world: Aws) -> Distribution:
    certificate = world.certificates.issue(LEGACY, [ALIAS.text])
    return world.cloudfront.create(LEGACY, aliases=[ALIAS.text], certificate=certificate, comment="blue")


@pytest.fixture
def wanted(world: Aws) -> Distribution:
    certificate = world.certificates.issue(SHOP, ["*.example.com"])
    return world.cloudfront.create(SHOP, certificate=certificate, comment="green")


async def test_what_one_worker_has_read_no_other_reads_within_a_minute(
    world: Aws, hire: Hire, source: Distribution, wanted: Distribution
):
    first = await hire().look(errand(wanted.id), fresh=False)
    read = world.cloudfront.count(LISTING)

    second = await hire().look(errand(wanted.id), fresh=False)

    assert (read, world.cloudfront.count(LISTING)) == (len(ACCOUNTS), len(ACCOUNTS))
    assert (first.age_s, second.age_s > 0) == (0, True)
    assert second.inventory == first.inventory
    assert second.accounts == first.accounts
    assert second.conflicts == first.conflicts
    assert holder(second) == ours(source)


async def test_our_own_account_is_known_from_what_is_remembered(world: Aws, hire: Hire, target: Distribution):
    await hire().look(errand(target.id), fresh=False)
    asked = world.roles.count("GetCallerIdentity")

    look = await hire().look(errand(target.id), fresh=False)

    assert HOME in {account.id for account in look.accounts if account.can_take}
    assert world.roles.count("GetCallerIdentity") == asked


async def test_a_fresh_look_reads_every_account_and_leaves_it_to_the_others(
    world: Aws, hire: Hire, wanted: Distribution
):
    worker = hire()
    await worker.look(errand(wanted.id), fresh=False)
    world.cloudfront.set_enabled(wanted.id, False)

    fresh = await worker.look(errand(wanted.id), fresh=True)
    remembered = await worker.look(errand(wanted.id), fresh=False)

    assert world.cloudfront.count(LISTING) == 2 * len(ACCOUNTS)
    assert (seen(fresh, wanted).enabled, fresh.age_s) == (False, 0)
    assert (seen(remembered, wanted).enabled, remembered.age_s > 0) == (False, True)


async def test_a_remembered_look_asks_who_holds_it_and_reads_the_certificate_all_the_same(
    world: Aws, hire: Hire, wanted: Distribution
):
    await hire().look(errand(wanted.id), fresh=False)
    world.cloudfront.create("999988887777", aliases=[ALIAS.text])

    look = await hire().look(errand(wanted.id), fresh=False)

    assert [one.alias for one in look.conflicts or ()] == [ALIAS.text]
    assert seen(look, wanted).certificate.names == ("*.example.com",)


async def test_an_account_that_did_not_answer_is_not_remembered_as_empty(world: Aws, hire: Hire, wanted: Distribution):
    world.cloudfront.deny(SHOP, LISTING)
    first = await hire().look(errand(), fresh=False)
    world.cloudfront.allow(SHOP, LISTING)

    second = await hire().look(errand(), fresh=False)

    assert [account.id for account in first.accounts if account.trouble] == [SHOP]
    assert not [account for account in second.accounts if account.trouble]
    assert wanted.id in {one.id.text for one in second.inventory}
    assert world.cloudfront.count(LISTING) == len(ACCOUNTS) + 1


async def test_workers_that_look_at_the_same_time_read_each_account_once(world: Aws, hire: Hire, wanted: Distribution):
    workers = [hire() for _ in range(3)]
    for worker in workers:
        await worker.get_ready()
    held = world.cloudfront.faults.hold(LISTING, Moment.BEFORE_EFFECT, times=None)
    looking = [asyncio.create_task(worker.look(errand(wanted.id), fresh=False)) for worker in workers]
    await until(lambda: world.cloudfront.count(LISTING) == len(ACCOUNTS))

    held.release()
    looks = await asyncio.gather(*looking)

    assert world.cloudfront.count(LISTING) == len(ACCOUNTS)
    assert all(look.inventory == looks[0].inventory for look in looks)


async def test_no_secret_of_an_origin_gets_into_redis(world: Aws, hire: Hire, inventories: Any):
    world.cloudfront.create(HOME, origin_headers={"X-Origin-Secret": "hunter2hunter2"}, comment="green")

    await hire().look(errand(), fresh=False)

    kept = await inventories._client.get("{cname}:inventory:own")
    assert "green" in kept
    assert "hunter2" not in kept
    assert "X-Origin-Secret" not in kept


# How deep


async def completed(worker: CloudFront, target: str) -> None:
    """A look and what follows it before a card can be drawn: both sides, each read by itself."""
    look = await worker.look(errand(target), fresh=False)
    sides = [one for one in look.inventory if one.id.text == target or ALIAS.text in one.aliases]
    assert len(sides) == 2
    assert all(one is not None for one in await asyncio.gather(*map(worker.side, sides)))


Round = dict[str, int]
"""Operations, and how many requests for each are on their way at the same time."""
ROLES = {"AssumeRole": 4}
LISTS = {LISTING: 5}
TARGET = {"ListDomainConflicts": 1, "DescribeCertificate": 1}
SIDES = {"GetDistribution": 2, "ListTagsForResource": 2}


class Service(Protocol):
    """One of the world's."""

    @property
    def faults(self) -> Faults: ...

    def count(self, operation: str) -> int: ...


async def in_rounds(world: Aws, working: Awaitable[None], *rounds: Round) -> None:
    """Nobody is answered before all requests of a round have arrived; so a machine may be as slow as it likes."""
    services: dict[str, Service] = {"AssumeRole": world.roles, "DescribeCertificate": world.certificates}
    serving = {operation: services.get(operation, world.cloudfront) for each in rounds for operation in each}
    before = {operation: service.count(operation) for operation, service in serving.items()}
    held = {
        operation: service.faults.hold(operation, Moment.BEFORE_EFFECT, times=None)
        for operation, service in serving.items()
    }
    task = asyncio.ensure_future(working)
    async with asyncio.timeout(20):
        for each in rounds:
            while any(serving[one].count(one) - before[one] < number for one, number in each.items()):  # noqa: ASYNC110 - what is waited for sets no event
                await asyncio.sleep(0.005)
            for operation in each:
                held[operation].release()
        await task
    asked = {operation: service.count(operation) - before[operation] for operation, service in serving.items()}
    assert asked == {operation: number for each in rounds for operation, number in each.items()}


@pytest.mark.usefixtures("source")
class TestDepth:
    """An account's list counts as one here, since it has one page."""

    async def test_a_worker_that_has_just_started_needs_four_round_trips(
        self, world: Aws, hire: Hire, wanted: Distribution
    ):
        await in_rounds(world, completed(hire(), wanted.id), ROLES, LISTS, TARGET, SIDES)

    async def test_one_that_has_become_its_roles_needs_three(self, world: Aws, hire: Hire, wanted: Distribution):
        worker = hire()
        await worker.get_ready()

        await in_rounds(world, completed(worker, wanted.id), LISTS, TARGET, SIDES)

        assert world.roles.count("AssumeRole") == 4

    async def test_with_a_warm_inventory_one_that_has_just_started_needs_three_and_no_list(
        self, world: Aws, hire: Hire, wanted: Distribution
    ):
        await completed(hire(), wanted.id)
        read = world.cloudfront.count(LISTING)

        await in_rounds(world, completed(hire(), wanted.id), {"AssumeRole": 2}, TARGET, SIDES)

        assert world.cloudfront.count(LISTING) == read

    async def test_with_everything_warm_two_are_enough(self, world: Aws, hire: Hire, wanted: Distribution):
        worker = hire()
        await completed(worker, wanted.id)
        read = world.cloudfront.count(LISTING)

        await in_rounds(world, completed(worker, wanted.id), {"ListDomainConflicts": 1}, SIDES)

        assert world.cloudfront.count(LISTING) == read


async def test_a_role_that_cannot_be_had_at_the_start_is_tried_again_by_the_look(
    world: Aws, hire: Hire, wanted: Distribution
):
    worker = hire()
    world.roles.faults.throttle("AssumeRole", times=1)

    await worker.get_ready()
    look = await worker.look(errand(wanted.id), fresh=False)

    assert not [account for account in look.accounts if account.trouble]
    assert world.roles.count("AssumeRole") == len(ACCOUNTS)


# Through whom conflicts are asked, while certificates are still being read


async def test_without_a_wanted_target_the_holder_is_asked_through_at_once(
    world: Aws, hire: Hire, source: Distribution, wanted: Distribution
):
    reading = world.certificates.faults.hold("DescribeCertificate", Moment.BEFORE_EFFECT, times=None)

    looking = asyncio.create_task(hire().look(errand(), fresh=False))
    await until(lambda: world.cloudfront.count("ListDomainConflicts") == 1)
    reading.release()
    look = await looking

    [asked] = [one for one in world.cloudfront.requests if one.operation == "ListDomainConflicts"]
    assert (asked.params["DistributionId"], asked.account) == (source.id, LEGACY)
    assert look.conflicts == ()
    assert seen(look, wanted).certificate.names == ("*.example.com",)


async def test_a_holder_whose_certificate_does_not_cover_it_gives_way_to_another(world: Aws, hire: Hire):
    odd = world.cloudfront.create(
        MEDIA, aliases=[ALIAS.text], certificate=world.certificates.issue(MEDIA, ["shop.example.com"])
    )
    lens = world.cloudfront.create(SHOP, certificate=world.certificates.issue(SHOP, ["*.example.com"]))

    look = await hire().look(errand(), fresh=False)

    asked = [
        one.params["DistributionId"] for one in world.cloudfront.requests if one.operation == "ListDomainConflicts"
    ]
    assert asked == [odd.id, lens.id]
    assert holder(look) == ours(odd)


async def test_what_was_asked_through_a_target_that_is_not_ours_is_not_taken_for_the_holders_answer(
    world: Aws, connect: Connect
):
    certificate = world.certificates.issue(HOME, [ALIAS.text])
    source = world.cloudfront.create(HOME, aliases=[ALIAS.text], certificate=certificate)

    look = await connect().look(errand("E2NOSUCHTHING0"))

    asked = [
        one.params["DistributionId"] for one in world.cloudfront.requests if one.operation == "ListDomainConflicts"
    ]
    assert asked == ["E2NOSUCHTHING0", source.id]
    assert look.conflicts == ()
