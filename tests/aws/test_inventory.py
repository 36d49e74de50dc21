from bot.alias_move.names import DistributionId
from bot.aws import CloudFront
from playground.aws import HOME, NEIGHBOUR, Aws, Distribution
from tests.aws.conftest import ALIAS, errand, holder, ours, seen


async def test_every_page_of_the_list_is_read(world: Aws, cloudfront: CloudFront):
    world.cloudfront.largest_page = 3
    made = [world.cloudfront.create(HOME).id for _ in range(7)]

    look = await cloudfront.look(errand())

    assert [one.id.text for one in look.inventory] == made
    assert world.cloudfront.count("ListDistributions") == 3


async def test_an_account_without_distributions_has_an_empty_inventory(world: Aws, cloudfront: CloudFront):
    look = await cloudfront.look(errand())

    assert look.inventory == ()
    assert look.conflicts is None
    assert world.cloudfront.count("ListDomainConflicts") == 0


async def test_a_distribution_is_read_with_all_that_people_decide_on(world: Aws, cloudfront: CloudFront):
    world.cloudfront.deployment_seconds = 60
    made = world.cloudfront.create(HOME, staging=True, comment="green", origin="alb-green.example.net")
    world.cloudfront.set_enabled(made.id, False)

    look = await cloudfront.look(errand())

    (found,) = look.inventory
    assert found.id == DistributionId(made.id)
    assert found.account == HOME
    assert found.domain_name == made.domain_name
    assert found.aliases == ()
    assert (found.enabled, found.deployed, found.staging) == (False, False, True)
    assert found.certificate is None
    assert found.origins == ("alb-green.example.net",)
    assert found.comment == "green"


async def test_a_holder_in_our_own_account_is_found_with_its_whole_id(cloudfront: CloudFront, source: Distribution):
    look = await cloudfront.look(errand())

    assert seen(look, source).aliases == (ALIAS.text,)
    assert holder(look) == ours(source)


async def test_distributions_of_others_are_not_in_the_inventory(world: Aws, cloudfront: CloudFront):
    world.cloudfront.create(NEIGHBOUR, aliases=[ALIAS.text])

    look = await cloudfront.look(errand())

    assert look.inventory == ()


async def test_a_multi_tenant_distribution_is_shown_as_that_and_never_asked_through(world: Aws, cloudfront: CloudFront):
    certificate = world.certificates.issue(HOME, [ALIAS.text])
    made = world.cloudfront.create(HOME, connection_mode="tenant-only", certificate=certificate)
    standard = world.cloudfront.create(HOME)

    look = await cloudfront.look(errand())

    assert {one.id.text: one.is_multi_tenant for one in look.inventory} == {made.id: True, standard.id: False}
    assert look.conflicts is None
    assert world.cloudfront.count("ListDomainConflicts") == world.certificates.count("DescribeCertificate") == 0


async def test_secrets_in_custom_headers_leave_no_trace(world: Aws, cloudfront: CloudFront, target: Distribution):
    secret = {"X-Canary-Header": "canary-value"}
    made = world.cloudfront.create(HOME, origin_headers=secret)
    world.cloudfront.create(NEIGHBOUR, aliases=[ALIAS.text])

    look = await cloudfront.look(errand(target.id))
    whereabouts = await cloudfront.who_holds(errand(target.id, source=ours(made)))

    base = cloudfront._accounts.base
    everything = repr((look, whereabouts, vars(cloudfront), vars(base.calls), vars(base.certificates)))
    assert made.id in everything
    assert "canary" not in everything.lower()


async def test_the_bot_knows_who_it_is(cloudfront: CloudFront):
    account, arn = await cloudfront.identity()

    assert account == HOME
    assert arn == f"arn:aws:iam::{HOME}:user/cname-bot"
