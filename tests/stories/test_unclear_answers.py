"""CloudFront gives no answer, or one that does not come true: nobody asks twice without looking, and nobody guesses."""

from collections.abc import Callable

import pytest

from playground.aws import EVERY_OPERATION, HOME, Faults, Moment
from playground.scenarios import LOST_ANSWER, SEVERAL_TARGETS
from tests.stories.conftest import UNDISTURBED, Stage, Story, offered

BEFORE_EFFECT: dict[str, Callable[[Faults], None]] = {
    "the connection breaks": lambda faults: faults.lose("AssociateAlias", Moment.BEFORE_EFFECT),
    "a server error": lambda faults: faults.answer("AssociateAlias", 500, "InternalFailure", "Something broke."),
    "a server error of something in between": lambda faults: faults.answer("AssociateAlias", 503, "503", "Busy"),
}


async def until_approved(story: Story) -> None:
    await story.until_approval_wanted()
    await story.approve("joon")


# No answer


@pytest.mark.parametrize("break_it", BEFORE_EFFECT.values(), ids=BEFORE_EFFECT)
async def test_a_call_that_did_nothing_is_read_back_and_made_once_more(
    stage: Stage, break_it: Callable[[Faults], None]
) -> None:
    async with stage(pace=UNDISTURBED) as story:
        break_it(story.world.aws.cloudfront.faults)

        await until_approved(story)

        await story.card("has moved to green", "approved by @joon")
        await story.notice("moved", "read back at")
        assert (story.calls(), story.world.holder()) == (2, "green")
        assert len(story.notices("moved")) == 1
        assert not story.notices("no longer counts")


async def test_a_call_that_does_nothing_twice_is_left_to_people(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        story.world.aws.cloudfront.faults.lose("AssociateAlias", Moment.BEFORE_EFFECT, times=2)

        await until_approved(story)

        card = await story.card("the result is not proved", "Then press the button")
        assert "Nothing has changed" not in card.plain()
        assert offered(card) == {"move.recheck", "move.cancel"}
        notice = await story.notice("I could not prove the result")
        assert notice.mentions >= {story.world.people[name].id for name in ("mina", "sora")}
        assert (story.calls(), story.world.holder()) == (2, "blue")

        await story.press("mina", "move.recheck")
        await story.card_with("move.approve")
        await story.approve("sora")

        await story.card("has moved to green", "approved by @sora")
        assert (story.calls(), story.world.holder()) == (3, "green")


async def test_a_call_whose_answer_was_lost_after_it_took_effect_is_found_out_by_reading(stage: Stage) -> None:
    async with stage(LOST_ANSWER, pace=UNDISTURBED) as story:
        await until_approved(story)

        await story.card("has moved to green", "approved by @joon")
        await story.notice("moved", "read back at")
        assert (story.calls(), story.world.holder()) == (1, "green")
        assert len(story.notices("moved")) == 1


async def test_while_cloudfront_hangs_people_are_told_and_it_is_too_late_to_cancel(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        barrier = story.world.aws.cloudfront.faults.hold("AssociateAlias", Moment.BEFORE_EFFECT)
        old_card = await story.until_approval_wanted()
        await story.approve("joon")
        await barrier.arrived()

        card = await story.card("AWS was asked at", "No answer yet is normal", "don't change it by hand")
        assert not offered(card)
        mina = story.world.people["mina"].id
        await story.world.slack.press(mina, old_card, "move.cancel", stale=True)
        await story.whisper("mina", "Too late", "CloudFront has been asked")

        barrier.release()
        await story.card("has moved to green")
        assert (story.calls(), story.world.holder()) == (1, "green")


# An answer that does not come true


async def test_a_yes_that_leaves_the_alias_where_it_was_is_tried_once_more(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        barrier = story.world.aws.cloudfront.faults.hold("AssociateAlias", Moment.AFTER_EFFECT)
        await until_approved(story)
        await barrier.arrived()
        give_alias_to(story, "blue")

        barrier.release()

        await story.card("has moved to green", "approved by @joon")
        assert (story.calls(), story.world.holder()) == (2, "green")


@pytest.mark.parametrize("holder", ["amber", "nobody"])
async def test_a_yes_after_which_neither_side_has_the_alias_is_left_to_people(stage: Stage, holder: str) -> None:
    async with stage(SEVERAL_TARGETS, pace=UNDISTURBED) as story:
        barrier = story.world.aws.cloudfront.faults.hold("AssociateAlias", Moment.AFTER_EFFECT)
        await story.ask(f"www.example.com {story.world.distributions['green'].id}")
        story.publish_record()
        await story.card_with("move.approve")
        await story.approve("joon")
        await barrier.arrived()
        give_alias_to(story, holder)

        barrier.release()

        card = await story.card("the result is not proved", "which distribution lists www.example.com")
        assert "Nothing has changed" not in card.plain()
        await story.notice("I could not prove the result", "look in CloudFront now")
        assert story.calls() == 1
        assert not story.notices("moved")


def give_alias_to(story: Story, name: str) -> None:
    """Somebody else changes CloudFront between our call and our reading."""
    cloudfront, alias = story.world.aws.cloudfront, story.world.scenario.alias
    for each in story.world.distributions.values():
        cloudfront.set_aliases(each.id, [])
    if name != "nobody":
        cloudfront.set_aliases(story.world.distributions[name].id, [alias])


# Looking fails


async def test_a_look_that_fails_says_so_and_goes_on_by_itself(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        cloudfront = story.world.aws.cloudfront
        cloudfront.deny(HOME, "ListDistributions")

        await story.ask()

        card = await story.card("I could not look just now", "cloudfront:ListDistributions", "Trying again")
        assert "AccessDenied" in card.plain()

        cloudfront.allow(HOME, "ListDistributions")
        await story.card("_www.example.com", "TXT", without=("I could not look",))


async def test_looks_that_go_on_failing_are_left_to_people_until_they_work_again(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        faults = story.world.aws.cloudfront.faults
        faults.answer(EVERY_OPERATION, 503, "ServiceUnavailable", "Come back <later>.", times=None)

        await story.ask()

        card = await story.card("I can't look at it", "I have not been able to look", "Come back <later>.")
        assert offered(card) == {"move.recheck", "move.cancel"}

        faults.clear()
        await story.press("joon", "move.recheck")
        await story.card("_www.example.com", "TXT", without=("I could not look", "can't look"))


async def test_an_approval_survives_a_short_failure_of_the_last_look(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        await story.until_approval_wanted()
        story.world.aws.cloudfront.faults.throttle("ListDistributions", times=3)

        await story.approve("joon")

        await story.card("has moved to green", "approved by @joon")
        assert (story.calls(), story.world.holder()) == (1, "green")
        assert not story.notices("no longer counts")


async def test_an_approval_does_not_survive_a_last_look_that_fails_for_long(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        await story.until_approval_wanted()
        story.world.aws.cloudfront.deny(HOME, "ListDistributions")

        await story.approve("joon")

        await story.card("I could not look just now", "cloudfront:ListDistributions")
        await story.card("I can't look at it", "if there was one, is void")
        notice = await story.notice("no longer counts", "I can't look any more", "The alias is where it was")
        assert story.world.people["mina"].id in notice.mentions
        assert (story.calls(), story.world.holder()) == (0, "blue")
