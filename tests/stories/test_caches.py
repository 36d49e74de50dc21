"""Caches that remember an early "no such record": nobody is made to ask too early, and AWS is not asked in vain."""

from dataclasses import replace

import pytest

from playground.dns.faults import Over
from playground.scenarios import EARLY_NO, HAPPY
from tests.stories.conftest import UNDISTURBED, Stage, Story, offered

pytestmark = pytest.mark.wide

BRIEF = replace(EARLY_NO, negative_ttl_seconds=3)
LONG = replace(EARLY_NO, negative_ttl_seconds=600)


def asked_of_the_resolver(story: Story) -> int:
    """How often the bot has asked the resolver for the record itself."""
    log = story.world.dns.resolver.questions.about(story.record_name)
    return sum(question.over is not Over.MEMORY for question in log)


async def test_no_resolver_hears_of_the_record_before_it_is_live_and_each_is_asked_once_afterwards(
    stage: Stage,
) -> None:
    async with stage(HAPPY, pace=replace(UNDISTURBED, routine_look_s=0.2)) as story:
        await story.until_record_wanted()
        story.world.dns.add_txt(story.record_name, "not yet what is wanted")
        await story.card("I found a record with another value")
        assert asked_of_the_resolver(story) == 0

        story.publish_record()

        await story.card("Resolvers", "sees it too", "did anybody try the move by hand")
        at_the_authority = story.world.dns.servers[0].questions
        looked = len(at_the_authority.about(story.record_name))
        await story.until(lambda: len(at_the_authority.about(story.record_name)) > looked + 2)
        assert asked_of_the_resolver(story) == 1


async def test_a_cached_miss_is_told_with_a_clock_time_and_the_approved_move_waits_for_it(stage: Stage) -> None:
    async with stage(BRIEF, pace=UNDISTURBED) as story:
        card = await story.until_approval_wanted()
        assert "still remembers that there was no such record, by its own word until" in card.plain()

        await story.approve("joon")

        card = await story.card("approved, waiting before I ask AWS", "I ask at", "The approval still counts")
        assert offered(card) == {"move.tried_by_hand", "move.not_tried", "move.cancel"}
        assert story.calls() == 0
        await story.card("has moved to green", "approved by @joon")
        assert (story.calls(), story.world.holder()) == (1, "green")


async def test_when_nobody_has_tried_by_hand_the_move_does_not_wait(stage: Stage) -> None:
    async with stage(LONG, pace=UNDISTURBED) as story:
        await story.until_approval_wanted()
        await story.approve("joon")
        await story.card("I ask at")
        # Our resolver remembers a miss, and AWS's own does not.
        story.world.dns.resolver.flush()
        assert "can do that" in await story.told("gil", story.press("gil", "move.not_tried"))

        assert not await story.told("mina", story.press("mina", "move.not_tried"))

        await story.card("has moved to green")
        assert story.calls() == 1


async def test_when_somebody_has_tried_by_hand_the_move_waits_although_all_resolvers_see_the_record(
    stage: Stage,
) -> None:
    async with stage(replace(HAPPY, negative_ttl_seconds=2), pace=UNDISTURBED) as story:
        await story.until_approval_wanted()
        await story.press("mina", "move.tried_by_hand")
        await story.card("Somebody tried the move by hand, so AWS may remember", without=("did anybody try",))

        await story.approve("joon")

        await story.card("has moved to green")
        assert story.calls() == 1
