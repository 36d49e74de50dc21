"""What accounts had a minute ago: good enough for a first card, and for nothing that anybody acts on."""

from dataclasses import replace

import pytest

from playground.scenarios import SEVERAL_TARGETS, THOUSAND
from tests.stories.conftest import UNDISTURBED, Stage, card_of

pytestmark = pytest.mark.wide

LISTING = "ListDistributions"
FEWER = replace(THOUSAND, distributions=THOUSAND.distributions[:150])
"""As many fit as among the thousand, which are much for a machine that is all of AWS besides."""


async def test_the_distributions_of_five_accounts_are_read_once_and_the_best_hundred_offered(stage: Stage) -> None:
    async with stage(FEWER, pace=UNDISTURBED) as story:
        world = story.world
        await story.ask()
        card = await card_of(world, "www.example.com", "126 distributions could take it")
        offered = card.menu("move.choose_target")
        assert (len(offered.values), offered.values[0]) == (100, world.distributions["green"].id)
        assert "26 more fit than a menu holds" in card.plain()
        assert "Doesn't fit: edge 1" in card.plain()
        assert "It has only CloudFront's own certificate" in card.plain()
        pages = story.calls(LISTING)
        assert pages == 5

        await story.ask("shop.example.com")

        await card_of(world, "shop.example.com", "126 distributions could take it")
        assert story.calls(LISTING) == pages


async def test_what_has_changed_within_the_minute_is_seen_by_whoever_asks_and_before_anything_is_moved(
    stage: Stage,
) -> None:
    async with stage(SEVERAL_TARGETS, pace=UNDISTURBED) as story:
        world, cloudfront = story.world, story.world.aws.cloudfront
        amber, blue, green = (world.distributions[name] for name in ("amber", "blue", "green"))
        wanting_green = f"www.example.com {green.id}"
        await story.ask(wanting_green)
        await story.card("Held by  blue", story.record_name)

        # Somebody who presses a button is answered by what is there now.
        cloudfront.set_aliases(amber.id, ["www.example.com"])
        await story.press("mina", "move.recheck")
        await story.card("Held by  amber", story.record_name)
        await story.press("mina", "move.cancel")
        await story.card("cancelled")

        # So is somebody who asks again, although what is remembered says something else.
        cloudfront.set_aliases(blue.id, ["www.example.com"])
        cloudfront.set_enabled(green.id, False)
        await story.ask(wanting_green)
        await story.card("Held by  blue", "green", "is disabled")

        # What is remembered may do while nothing contradicts it; what is approved is looked at anew.
        cloudfront.set_enabled(green.id, True)
        story.publish_record()
        await story.press("mina", "move.recheck")
        await story.card_with("move.approve")
        read = story.calls(LISTING)
        await story.approve("joon")
        await story.card("has moved to green")
        assert story.calls(LISTING) > read
        assert (story.calls(), world.holder()) == (1, "green")
