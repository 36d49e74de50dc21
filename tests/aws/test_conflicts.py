import asyncio

import pytest

from bot.alias_move.findings import ConflictingAlias, Holder
from bot.alias_move.names import AliasName
from bot.aws import CloudFront
from bot.ports import TryAgainLater
from playground.aws import HOME, NEIGHBOUR, Aws, Distribution, Moment, Oddity
from playground.aws.names import masked
from tests.aws.conftest import ALIAS, errand, holder, ours, seen, until


def asked_through(world: Aws) -> list[str]:
    asked = [one for one in world.cloudfront.requests if one.operation == "ListDomainConflicts"]
    return [one.params["DistributionId"] for one in asked]


async def test_a_holder_elsewhere_is_shown_as_aws_masks_it(world: Aws, cloudfront: CloudFront, target: Distribution):
    foreign = world.cloudfront.create(NEIGHBOUR, aliases=[ALIAS.text])

    look = await cloudfront.look(errand(target.id))

    assert look.conflicts == (ConflictingAlias(ALIAS.text, masked(foreign.id), "******556666"),)
    assert holder(look) == Holder(masked(foreign.id), "******556666", is_ours=False)


async def test_every_page_of_the_conflicts_is_read(world: Aws, cloudfront: CloudFront):
    wildcard = AliasName("*.example.com")
    target = world.cloudfront.create(HOME, certificate=world.certificates.issue(HOME, [wildcard.text]))
    world.cloudfront.create(NEIGHBOUR, aliases=[f"{letter}.example.com" for letter in "abcdefg"])
    world.cloudfront.largest_page = 3

    look = await cloudfront.look(errand(target.id, alias=wildcard))

    assert [one.alias for one in look.conflicts or ()] == [f"{letter}.example.com" for letter in "abcdefg"]
    assert len(asked_through(world)) == 3


async def test_an_alias_that_nobody_holds_has_no_conflicts(cloudfront: CloudFront, target: Distribution):
    look = await cloudfront.look(errand(target.id))

    assert look.conflicts == ()
    assert holder(look) is None


async def test_conflicts_are_asked_although_we_hold_the_alias_since_they_reveal_overlaps(
    world: Aws, cloudfront: CloudFront, source: Distribution, target: Distribution
):
    world.cloudfront.create(NEIGHBOUR, aliases=["*.example.com"])

    look = await cloudfront.look(errand(target.id))

    assert [one.alias for one in look.conflicts or ()] == [ALIAS.text, "*.example.com"]
    assert holder(look) == ours(source)
    assert world.cloudfront.count("GetDistribution") == 0


# Through whom


async def test_the_wanted_target_is_asked_at_once_and_nobody_else(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    world.cloudfront.create(HOME, certificate=target.certificate)

    await cloudfront.look(errand(target.id))

    assert asked_through(world) == [target.id]


async def test_without_a_wanted_target_a_distribution_whose_certificate_covers_the_alias_is_asked(
    world: Aws, cloudfront: CloudFront
):
    for names in (["*.example.org"], ["example.com"]):
        world.cloudfront.create(HOME, certificate=world.certificates.issue(HOME, names))
    pending = world.certificates.issue_odd(HOME, [ALIAS.text], Oddity.PENDING_VALIDATION)
    world.cloudfront.create(HOME, certificate=pending)
    world.cloudfront.create(HOME)
    fitting = world.cloudfront.create(HOME, certificate=world.certificates.issue(HOME, ["*.example.com"]))

    look = await cloudfront.look(errand())

    assert look.conflicts == ()
    assert asked_through(world) == [fitting.id]


async def test_an_enabled_distribution_is_preferred_and_a_staging_one_never_asked(world: Aws, cloudfront: CloudFront):
    certificate = world.certificates.issue(HOME, ["*.example.com"])
    world.cloudfront.create(HOME, certificate=certificate, enabled=False)
    world.cloudfront.create(HOME, certificate=certificate, staging=True)
    enabled = world.cloudfront.create(HOME, certificate=certificate)

    await cloudfront.look(errand())

    assert asked_through(world) == [enabled.id]


async def test_no_distribution_to_ask_through_means_that_conflicts_are_unknown(
    cloudfront: CloudFront, source: Distribution
):
    look = await cloudfront.look(errand())

    assert look.conflicts is None
    assert holder(look) == ours(source)


async def test_a_wanted_target_without_a_fitting_certificate_is_replaced_by_another_lens(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    bare = world.cloudfront.create(HOME)
    foreign = world.cloudfront.create(NEIGHBOUR, aliases=[ALIAS.text])

    look = await cloudfront.look(errand(bare.id))

    assert asked_through(world) == [bare.id, target.id]
    assert [one.distribution_id for one in look.conflicts or ()] == [masked(foreign.id)]


async def test_an_unknown_wanted_target_is_no_failure_of_the_look(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    world.cloudfront.faults.answer("ListDomainConflicts", 403, "AccessDenied", "Resource in another account")

    look = await cloudfront.look(errand("E2NOSUCHTHING0"))

    assert look.conflicts == ()
    assert asked_through(world) == ["E2NOSUCHTHING0", target.id]


async def test_a_staging_target_is_looked_at_but_not_believed(world: Aws, cloudfront: CloudFront, target: Distribution):
    staging = world.cloudfront.create(HOME, certificate=target.certificate, staging=True)

    await cloudfront.look(errand(staging.id))

    assert asked_through(world) == [staging.id, target.id]


async def test_a_lens_whose_certificate_has_changed_meanwhile_gives_way_to_the_next(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    certificate = world.certificates.issue(HOME, [ALIAS.text])
    lenses = sorted([target.id, *(world.cloudfront.create(HOME, certificate=certificate).id for _ in range(4))])
    text = "… you must attach a trusted certificate that validates your authorization …"
    world.cloudfront.faults.answer("ListDomainConflicts", 400, "InvalidArgument", text, times=2)

    look = await cloudfront.look(errand())

    assert look.conflicts == ()
    assert asked_through(world) == lenses[:3]


async def test_after_three_refusals_conflicts_are_unknown(world: Aws, cloudfront: CloudFront):
    for _ in range(5):
        made = world.cloudfront.create(HOME)
        made.config["ViewerCertificate"] = {"CloudFrontDefaultCertificate": False, "IAMCertificateId": "ASCAEXAMPLE"}

    look = await cloudfront.look(errand())

    assert look.conflicts is None
    assert len(asked_through(world)) == 3


async def test_certificates_known_to_fit_come_before_those_nobody_can_read(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    made = [world.cloudfront.create(HOME) for _ in range(3)]
    for one in made:
        one.config["ViewerCertificate"] = {"CloudFrontDefaultCertificate": False, "IAMCertificateId": "ASCAEXAMPLE"}

    await cloudfront.look(errand())

    assert asked_through(world) == [target.id]


@pytest.mark.usefixtures("target")
async def test_another_refusal_is_told_in_cloudfronts_words(world: Aws, cloudfront: CloudFront):
    for operation in ("ListDomainConflicts", "ListConflictingAliases"):
        world.cloudfront.faults.answer(operation, 400, "InvalidArgument", "The alias is malformed.")

    with pytest.raises(TryAgainLater, match="with InvalidArgument: The alias is malformed"):
        await cloudfront.look(errand())


async def test_a_missing_permission_to_ask_is_named(world: Aws, cloudfront: CloudFront, target: Distribution):
    world.cloudfront.deny(HOME, "ListDomainConflicts")
    world.cloudfront.deny(HOME, "ListConflictingAliases")

    look = await cloudfront.look(errand(target.id))

    assert look.conflicts is None
    assert look.denied is not None
    assert (look.denied.action, look.denied.resource) == ("cloudfront:ListDomainConflicts", target.arn)
    assert f"is not authorized to perform: cloudfront:ListDomainConflicts on resource: {target.arn}" in look.denied.said
    assert seen(look, target).certificate.names == ("*.example.com",)


# The older way to ask


async def test_where_the_newer_operation_is_not_allowed_the_older_one_answers(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    world.cloudfront.deny(HOME, "ListDomainConflicts")
    foreign = world.cloudfront.create(NEIGHBOUR, aliases=[ALIAS.text])

    look = await cloudfront.look(errand(target.id))

    assert look.conflicts == (ConflictingAlias(ALIAS.text, masked(foreign.id), "******556666"),)
    assert world.cloudfront.count("ListConflictingAliases") == 1


@pytest.mark.parametrize("code", ["UnknownOperationException", "404"])
async def test_where_nobody_knows_the_newer_operation_the_older_one_answers_page_by_page(
    world: Aws, cloudfront: CloudFront, code: str
):
    wildcard = AliasName("*.example.com")
    target = world.cloudfront.create(HOME, certificate=world.certificates.issue(HOME, [wildcard.text]))
    world.cloudfront.create(NEIGHBOUR, aliases=[f"{letter}.example.com" for letter in "abcdefg"])
    world.cloudfront.largest_page = 3
    world.cloudfront.faults.answer("ListDomainConflicts", 404, code, "Not Found")

    look = await cloudfront.look(errand(target.id, alias=wildcard))

    assert [one.alias for one in look.conflicts or ()] == [f"{letter}.example.com" for letter in "abcdefg"]
    assert world.cloudfront.count("ListConflictingAliases") == 3


async def test_a_tenant_that_holds_the_alias_is_told_as_one(world: Aws, cloudfront: CloudFront, target: Distribution):
    shared = world.cloudfront.create(NEIGHBOUR, connection_mode="tenant-only")
    tenant = world.cloudfront.create_tenant(NEIGHBOUR, shared, [ALIAS.text])

    look = await cloudfront.look(errand(target.id))

    assert look.conflicts == (ConflictingAlias(ALIAS.text, masked(tenant.id), "******556666", is_tenant=True),)


# Whether a masked id is ours


async def test_an_alias_that_moved_within_our_account_during_the_look_is_found_where_it_is(
    world: Aws, cloudfront: CloudFront, source: Distribution, target: Distribution
):
    newcomer = world.cloudfront.create(HOME)
    asking = world.cloudfront.faults.hold("ListDomainConflicts", Moment.BEFORE_EFFECT)
    looking = asyncio.create_task(cloudfront.look(errand(target.id)))
    await asking.arrived()
    await until(lambda: any(r.operation == "ListDistributions" and r.status == 200 for r in world.cloudfront.requests))

    world.cloudfront.set_aliases(newcomer.id, [ALIAS.text])
    asking.release()
    look = await looking

    assert holder(look) == ours(newcomer)
    assert seen(look, source).aliases == ()
    assert world.cloudfront.count("GetDistribution") == 2


async def test_a_distribution_deleted_during_the_look_leaves_the_inventory(
    world: Aws, cloudfront: CloudFront, source: Distribution, target: Distribution
):
    newcomer = world.cloudfront.create(HOME)
    asking = world.cloudfront.faults.hold("ListDomainConflicts", Moment.BEFORE_EFFECT)
    looking = asyncio.create_task(cloudfront.look(errand(target.id)))
    await asking.arrived()
    await until(lambda: any(r.operation == "ListDistributions" and r.status == 200 for r in world.cloudfront.requests))

    world.cloudfront.set_aliases(newcomer.id, [ALIAS.text])
    world.cloudfront.delete(source.id)
    asking.release()
    look = await looking

    assert {one.id.text for one in look.inventory} == {newcomer.id, target.id}


async def test_a_masked_id_that_only_looks_like_ours_is_read_and_not_believed(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    mine = world.cloudfront.create(HOME, certificate=target.certificate)
    foreign = world.cloudfront.create("999999223333", aliases=[ALIAS.text])
    foreign.id = "EZZZZZZ" + mine.id[7:]

    look = await cloudfront.look(errand())

    assert holder(look) == Holder(masked(mine.id), "******223333", is_ours=False)
    assert world.cloudfront.count("GetDistribution") == 1
    assert seen(look, mine).certificate.names == ("*.example.com",)
