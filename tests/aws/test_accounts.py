"""Several accounts: looked into side by side through their read roles, and one that is silent hides only itself."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.alias_move.findings import Account, ConflictingAlias
from bot.alias_move.pacing import Pace
from bot.aws import CloudFront, Patience, Roles
from bot.aws.accounts import of_further_accounts
from bot.ports import NotPermitted, TryAgainLater, Whereabouts
from playground.aws import ACCOUNTS, HOME, LEGACY, MEDIA, NEIGHBOUR, SHOP, Aws, Distribution, Moment
from playground.aws.names import masked
from tests.aws.conftest import ALIAS, Connect, errand, holder, ours, seen, until

pytestmark = pytest.mark.wide

EXTERNAL_ID = "cname-conflict-7c1f2e"
NAMES = {HOME: "production", NEIGHBOUR: "old agency", SHOP: "shop", MEDIA: "media", LEGACY: "legacy"}


@pytest.fixture
def reading(world: Aws) -> tuple[str, ...]:
    """A read role in each of the other accounts."""
    return tuple(
        world.add_role(
            account,
            "cname-conflict-read",
            trusted_external_id=EXTERNAL_ID,
            actions=["cloudfront:List*", "cloudfront:Get*", "acm:DescribeCertificate"],
        )
        for account in ACCOUNTS
        if account != HOME
    )


@pytest.fixture
def everywhere(connect: Connect, reading: tuple[str, ...]) -> CloudFront:
    return connect(roles=Roles(read=reading, external_id=EXTERNAL_ID), names=NAMES)


def troubles(accounts: tuple[Account, ...]) -> dict[str, str]:
    return {account.label: account.trouble for account in accounts if account.trouble}


async def test_the_distributions_of_all_accounts_are_one_inventory(world: Aws, everywhere: CloudFront):
    made = [world.cloudfront.create(account) for account in ACCOUNTS]

    look = await everywhere.look(errand())

    assert {one.id.text: one.account for one in look.inventory} == {one.id: one.account for one in made}
    assert [account.label for account in look.accounts] == [f"{NAMES[each]} ({each})" for each in ACCOUNTS]
    assert troubles(look.accounts) == {}


async def test_roles_are_assumed_with_the_external_id_for_nobody_in_particular(world: Aws, everywhere: CloudFront):
    await everywhere.look(errand())

    asked = [one for one in world.roles.requests if one.operation == "AssumeRole"]
    assert {one.params["RoleArn"].split(":")[4] for one in asked} == set(ACCOUNTS) - {HOME}
    assert {one.params["ExternalId"] for one in asked} == {EXTERNAL_ID}
    assert {one.params["SourceIdentity"] for one in asked} == {"U-system"}
    assert {one.params["RoleSessionName"] for one in asked} == {"look-all-moves-U-system"}
    assert not any("Policy" in one.params for one in asked)


async def test_sessions_are_kept_from_look_to_look(world: Aws, everywhere: CloudFront):
    for _ in range(3):
        await everywhere.look(errand())

    assert world.roles.count("AssumeRole") == 4
    assert world.roles.count("GetCallerIdentity") == 1


async def test_a_session_that_is_about_to_end_is_renewed_first(
    world: Aws, everywhere: CloudFront, monkeypatch: pytest.MonkeyPatch
):
    await everywhere.look(errand())
    soon = datetime.now(UTC) + timedelta(minutes=55)
    for reader in everywhere._accounts._readers[1:]:
        for client in reader.calls._clients.values():
            monkeypatch.setattr(client._request_signer._credentials, "_time_fetcher", lambda: soon)

    look = await everywhere.look(errand())

    assert troubles(look.accounts) == {}
    # To a clock that stands still new credentials are as old, so each question of the second look renews them.
    assert world.roles.count("AssumeRole") >= 8


async def test_accounts_are_asked_side_by_side(world: Aws, everywhere: CloudFront):
    await everywhere.look(errand())
    held = world.cloudfront.faults.hold("ListDistributions", Moment.BEFORE_EFFECT, times=None)
    before = world.cloudfront.count("ListDistributions")

    looking = asyncio.create_task(everywhere.look(errand()))
    await until(lambda: world.cloudfront.count("ListDistributions") == before + len(ACCOUNTS))

    held.release()
    await looking


async def test_a_certificate_is_read_in_the_account_of_its_distribution(world: Aws, everywhere: CloudFront):
    made = world.cloudfront.create(SHOP, certificate=world.certificates.issue(SHOP, ["*.example.com"]))

    look = await everywhere.look(errand())

    assert seen(look, made).certificate.names == ("*.example.com",)


# Who holds it


async def test_a_holder_in_another_known_account_is_found_with_its_whole_ids(
    world: Aws, everywhere: CloudFront, target: Distribution
):
    foreign = world.cloudfront.create(LEGACY, aliases=[ALIAS.text])

    look = await everywhere.look(errand(target.id))

    assert holder(look) == ours(foreign)
    assert look.conflicts == (ConflictingAlias(ALIAS.text, masked(foreign.id), masked(LEGACY)),)


async def test_conflicts_are_asked_through_a_distribution_of_any_account(
    world: Aws, everywhere: CloudFront, source: Distribution
):
    lens = world.cloudfront.create(MEDIA, certificate=world.certificates.issue(MEDIA, ["*.example.com"]))

    look = await everywhere.look(errand())

    [asked] = [one for one in world.cloudfront.requests if one.operation == "ListDomainConflicts"]
    assert (asked.params["DistributionId"], asked.account) == (lens.id, MEDIA)
    assert look.conflicts == (ConflictingAlias(ALIAS.text, masked(source.id), masked(HOME)),)


async def test_a_lens_of_an_account_that_does_not_allow_it_gives_way_to_another_accounts(
    world: Aws, everywhere: CloudFront
):
    for account in (HOME, HOME, HOME, SHOP):
        world.cloudfront.create(account, certificate=world.certificates.issue(account, ["*.example.com"]))
    for operation in ("ListDomainConflicts", "ListConflictingAliases"):
        world.cloudfront.deny(HOME, operation)

    look = await everywhere.look(errand())

    assert look.conflicts == ()
    answered = [one.account for one in world.cloudfront.requests if one.operation == "ListDomainConflicts"]
    assert answered[-1] == SHOP
    assert answered.count(HOME) <= 1


async def test_an_alias_that_moved_to_another_account_during_the_look_is_confirmed_there(
    world: Aws, everywhere: CloudFront, source: Distribution, target: Distribution
):
    newcomer = world.cloudfront.create(SHOP)
    asking = world.cloudfront.faults.hold("ListDomainConflicts", Moment.BEFORE_EFFECT)
    looking = asyncio.create_task(everywhere.look(errand(target.id)))
    await asking.arrived()

    world.cloudfront.set_aliases(newcomer.id, [ALIAS.text])
    asking.release()
    look = await looking

    assert holder(look) == ours(newcomer)
    read = [one for one in world.cloudfront.requests if one.operation == "GetDistribution"]
    assert {(one.params["Id"], one.account) for one in read} == {(source.id, HOME), (newcomer.id, SHOP)}


async def test_the_second_look_asks_through_the_target_at_once_in_its_account(world: Aws, everywhere: CloudFront):
    lens = world.cloudfront.create(MEDIA, certificate=world.certificates.issue(MEDIA, ["*.example.com"]))
    await everywhere.look(errand(lens.id))
    listing = world.cloudfront.faults.hold("ListDistributions", Moment.BEFORE_EFFECT, times=None)
    asked = world.cloudfront.count("ListDomainConflicts")

    looking = asyncio.create_task(everywhere.look(errand(lens.id)))
    await until(lambda: world.cloudfront.count("ListDomainConflicts") == asked + 1)

    listing.release()
    await looking
    assert world.cloudfront.count("ListDomainConflicts") == asked + 1


# One that does not answer


def test_a_look_that_waits_for_a_silent_account_is_still_young_enough_to_be_acted_on():
    patience = of_further_accounts(Patience())

    slowest_s = patience.attempts * (patience.connect_s + patience.answer_s) + 0.15  # and a short pause

    assert slowest_s + 2 < Pace().look_counts_s


async def test_an_account_that_does_not_let_us_in_is_told_and_the_others_are_read(
    world: Aws, everywhere: CloudFront, source: Distribution
):
    world.roles.remove(f"arn:aws:iam::{LEGACY}:role/cname-conflict-read")

    look = await everywhere.look(errand())

    [(label, trouble)] = troubles(look.accounts).items()
    assert label == f"legacy ({LEGACY})"
    assert trouble.startswith("My AWS credentials don't allow AssumeRole. AWS says AccessDenied: User: ")
    assert holder(look) == ours(source)
    assert len(look.accounts) == 5


async def test_a_wrong_external_id_closes_every_account_but_our_own(
    connect: Connect, reading: tuple[str, ...], source: Distribution
):
    look = await connect(roles=Roles(read=reading, external_id="another-one"), names=NAMES).look(errand())

    assert len(troubles(look.accounts)) == 4
    assert holder(look) == ours(source)


async def test_an_account_whose_list_breaks_off_is_not_called_looked_into(world: Aws, everywhere: CloudFront):
    world.cloudfront.deny(SHOP, "ListDistributions")

    look = await everywhere.look(errand())

    [(label, trouble)] = troubles(look.accounts).items()
    assert label == f"shop ({SHOP})"
    assert "don't allow cloudfront:ListDistributions" in trouble


async def test_it_is_looked_into_again_as_soon_as_it_answers(world: Aws, everywhere: CloudFront):
    world.cloudfront.deny(SHOP, "ListDistributions")
    await everywhere.look(errand())
    world.cloudfront.allow(SHOP, "ListDistributions")

    look = await everywhere.look(errand())

    assert troubles(look.accounts) == {}


async def test_credentials_that_may_only_become_other_roles_are_good_ones(world: Aws, everywhere: CloudFront):
    world.cloudfront.deny(HOME, "ListDistributions")

    look = await everywhere.look(errand())

    [base] = [account for account in look.accounts if account.trouble]
    assert (base.id, base.was_named) == (HOME, False)


async def test_a_role_in_our_own_account_reads_what_our_own_credentials_may_not(
    world: Aws, connect: Connect, source: Distribution
):
    role = world.add_role(HOME, "cname-conflict-read", actions=["cloudfront:List*"])
    both = connect(roles=Roles(read=(role,)))

    look = await both.look(errand())

    assert [(account.id, account.trouble) for account in look.accounts] == [(HOME, "")]
    assert [one.id.text for one in look.inventory] == [source.id]


async def test_when_none_answers_there_is_no_look(world: Aws, everywhere: CloudFront):
    world.cloudfront.faults.throttle("ListDistributions", times=5)

    with pytest.raises(TryAgainLater, match="too many requests"):
        await everywhere.look(errand())


async def test_when_none_allows_it_there_is_no_look_either(world: Aws, everywhere: CloudFront):
    for account in ACCOUNTS:
        world.cloudfront.deny(account, "ListDistributions")

    with pytest.raises(NotPermitted, match="cloudfront:ListDistributions"):
        await everywhere.look(errand())


async def test_our_own_account_keeps_its_place_without_a_number(world: Aws, everywhere: CloudFront):
    world.roles.faults.throttle("GetCallerIdentity")
    world.cloudfront.deny(HOME, "ListDistributions")

    look = await everywhere.look(errand())

    assert "the account of my own credentials" in troubles(look.accounts)


async def test_certificates_of_one_account_hold_up_nobody_who_wants_a_target_elsewhere(
    world: Aws, everywhere: CloudFront, target: Distribution
):
    broken = world.cloudfront.create(SHOP, certificate=world.certificates.issue(SHOP, ["*.example.com"]))
    world.certificates.faults.throttle("DescribeCertificate")
    world.cloudfront.set_certificate(target.id, None)

    look = await everywhere.look(errand(target.id))

    assert "too many requests" in seen(look, broken).certificate.unreadable


async def test_certificates_of_the_targets_account_are_waited_for(world: Aws, everywhere: CloudFront):
    wanted = world.cloudfront.create(SHOP, certificate=world.certificates.issue(SHOP, ["*.example.com"]))
    world.certificates.faults.throttle("DescribeCertificate")

    with pytest.raises(TryAgainLater, match="ACM"):
        await everywhere.look(errand(wanted.id))


# Reading back


async def test_each_side_is_read_back_in_its_own_account(world: Aws, everywhere: CloudFront, target: Distribution):
    foreign = world.cloudfront.create(LEGACY, aliases=[ALIAS.text])

    found = await everywhere.who_holds(errand(target.id, source=ours(foreign)))

    assert found == Whereabouts(on_target=False, on_source=True)
    read = [one for one in world.cloudfront.requests if one.operation == "GetDistribution"]
    assert {(one.params["Id"], one.account) for one in read} == {(target.id, HOME), (foreign.id, LEGACY)}


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize(("move_roles", "can_take"), [((), {HOME}), ((SHOP,), {HOME, SHOP})])
async def test_only_accounts_with_a_move_role_and_our_own_can_take_an_alias(
    world: Aws,
    connect: Connect,
    reading: tuple[str, ...],
    move_roles: tuple[str, ...],
    can_take: set[str],
):
    moving = tuple(world.add_role(account, "cname-conflict-move") for account in move_roles)
    cloudfront = connect(roles=Roles(reading, moving, EXTERNAL_ID))

    look = await cloudfront.look(errand())

    assert {account.id for account in look.accounts if account.can_take} == can_take
