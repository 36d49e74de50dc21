"""What visitors will get is told before anybody approves it, and an approval is for that."""

import pytest

from playground.slack import plain_text
from tests.stories.conftest import UNDISTURBED, Stage

pytestmark = pytest.mark.wide

FIREWALL = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/waf-prod/0f1e"


async def test_serious_differences_and_stacks_stand_on_the_card_and_in_the_modal(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        cloudfront = story.world.aws.cloudfront
        blue, green = (story.world.distributions[name] for name in ("blue", "green"))
        cloudfront.configure(blue.id, {"WebACLId": FIREWALL, "HttpVersion": "http2and3"})
        cloudfront.set_tags(green.arn, {"aws:cloudformation:stack-name": "web-green"})

        card = await story.until_approval_wanted()
        view = await story.open_modal("joon")

        modal = plain_text.of_blocks(view.blocks, str)
        for text in (card.plain(), modal):
            assert "blue has a firewall (waf-prod), green has none." in text
            assert "green fetches from green.origin.example.net, blue from blue.origin.example.net." in text
            assert "green belongs to stack web-green (CloudFormation): its next deploy would undo this" in text
        assert "1 smaller difference" in card.plain()
        assert "HTTP versions: blue http2and3, green http2." in modal


async def test_an_approval_does_not_count_for_a_worse_target_than_the_approver_saw(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED, MOVES_ENABLED="true") as story:
        cloudfront = story.world.aws.cloudfront
        for each in story.world.distributions.values():
            cloudfront.configure(each.id, {"WebACLId": FIREWALL})
        card = await story.until_approval_wanted()
        assert "firewall" not in card.plain()

        cloudfront.configure(story.world.distributions["green"].id, {"WebACLId": ""})
        await story.approve("joon")

        await story.notice("no longer counts", "something has changed")
        await story.card("blue has a firewall (waf-prod), green has none.")
        assert (story.calls(), story.world.holder()) == (0, "blue")


async def test_a_small_setting_changed_in_between_voids_nothing(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        await story.until_approval_wanted()

        story.world.aws.cloudfront.configure(story.world.distributions["green"].id, {"PriceClass": "PriceClass_100"})
        await story.approve("joon")

        await story.card("has moved to green", "approved by @joon")
        assert not story.notices("no longer counts")


async def test_tags_that_may_not_be_read_are_no_reason_to_stop(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        story.world.aws.cloudfront.deny(story.world.distributions["green"].account, "ListTagsForResource")

        card = await story.until_approval_wanted()

        assert "next deploy" not in card.plain()
        assert "ListTagsForResource" not in card.plain()
