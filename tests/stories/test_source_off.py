"""A source in another account is disabled with an approval of its own, and enabled again."""

import pytest

from playground.aws import LEGACY, Moment
from playground.scenarios import SOURCE_ELSEWHERE_ENABLED
from playground.slack import Message, Submission
from tests.stories.conftest import UNDISTURBED, Stage, Story, offered

pytestmark = pytest.mark.wide

SECRET = "between-cloudfront-and-its-origin"


async def until_blocked(story: Story) -> Message:
    """Asked for, and in the way is that the source is enabled."""
    await story.ask()
    return await story.card_with("move.disable_source")


async def disable(story: Story, typed: str, *, who: str = "joon") -> Submission:
    """Press the button, type, submit."""
    view = await story.open_modal(who, "move.disable_source")
    return await story.world.slack.submit(story.world.people[who].id, view, {"source_id": typed})


async def test_a_source_is_disabled_after_its_id_was_typed_and_enabled_again_after_the_move(stage: Stage) -> None:
    async with stage(SOURCE_ELSEWHERE_ENABLED, pace=UNDISTURBED) as story:
        world, blue = story.world, story.world.distributions["blue"]
        world.aws.cloudfront.configure(blue.id, {"Origins": {"Items": [{"OriginPath": f"/{SECRET}"}]}})
        before = dict(blue.config)
        story.publish_record()

        card = await until_blocked(story)
        assert "move.approve" not in offered(card)
        assert "Only approvers can do that" in await story.told("mina", story.press("mina", "move.disable_source"))
        view = await story.open_modal("joon", "move.disable_source")
        assert "2 other names go down with it:" in view.plain()
        assert "api.example.com" in view.plain()
        assert "shop.example.com" in view.plain()
        assert "Cancel the move: its card then offers to enable" in view.plain()
        wrong = await world.slack.submit(world.people["joon"].id, view, {"source_id": world.distributions["green"].id})
        assert wrong.errors == {"source_id": f"That is not the id. Nothing happened; type {blue.id} exactly."}
        assert (blue.enabled, story.calls("UpdateDistribution")) == (True, 0)

        right = await world.slack.submit(world.people["joon"].id, view, {"source_id": blue.id})
        assert right.action == "close"
        notice = await story.notice("is being disabled", "With it go down: api.example.com, shop.example.com")
        assert notice.mentions == {world.people["mina"].id, world.people["joon"].id}
        await story.notice("is disabled everywhere")
        assert blue.config == before | {"Enabled": False}

        await story.card_with("move.approve")
        assert story.calls() == 0
        await story.approve("joon")
        card = await story.card("has moved to green", "visitors get errors for api.example.com, shop.example.com")
        assert offered(card) == {"move.enable_source"}
        await story.press("joon", "move.enable_source")

        await story.notice("is enabled again")
        card = await story.card("is enabled again since", without=("Enable blue again",))
        assert (blue.enabled, world.holder(), story.calls("UpdateDistribution")) == (True, "green", 2)
        assert not offered(card)


async def test_a_cancelled_move_finds_out_what_came_of_disabling_and_offers_to_undo_it(stage: Stage) -> None:
    async with stage(SOURCE_ELSEWHERE_ENABLED, pace=UNDISTURBED) as story:
        cloudfront, blue = story.world.aws.cloudfront, story.world.distributions["blue"]
        await until_blocked(story)
        done = cloudfront.faults.hold("UpdateDistribution", Moment.AFTER_EFFECT)
        await disable(story, blue.id)
        await done.arrived()
        await story.card("disabling blue")

        await story.press("mina", "move.cancel")
        await story.card(
            "was cancelled by @mina", "is being disabled, as @joon approved", without=("Nothing has changed",)
        )
        done.drop()

        card = await story.card(
            "blue", "is disabled since", "visitors get errors for", without=("Nothing has changed",)
        )
        assert offered(card) == {"move.enable_source"}
        assert story.calls("UpdateDistribution") == 1
        assert "Only approvers can do that" in await story.told("mina", story.press("mina", "move.enable_source"))
        await story.press("sora", "move.enable_source")
        await story.notice("is enabled again", "@sora")
        assert blue.enabled


async def test_a_refusal_names_action_and_resource_and_it_can_be_tried_again(stage: Stage) -> None:
    async with stage(SOURCE_ELSEWHERE_ENABLED, pace=UNDISTURBED) as story:
        cloudfront, blue = story.world.aws.cloudfront, story.world.distributions["blue"]
        await until_blocked(story)
        cloudfront.deny(LEGACY, "UpdateDistribution")

        await disable(story, blue.id)

        card = await story.card("AWS said no when I asked to disable blue", "Nothing has changed: it is as it was.")
        assert "cloudfront:UpdateDistribution" in card.plain()
        assert blue.arn in card.plain()
        await story.notice("I could not disable blue", "Nothing has changed")
        cloudfront.allow(LEGACY, "UpdateDistribution")
        cloudfront.faults.answer("UpdateDistribution", 412, "PreconditionFailed", "The precondition was false.")
        await disable(story, blue.id)
        await story.card("Somebody else changed", "so I changed nothing")
        assert blue.enabled

        await disable(story, blue.id, who="sora")
        await story.card("waiting until blue is disabled everywhere")
        assert not blue.enabled
