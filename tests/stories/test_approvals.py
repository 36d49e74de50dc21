"""Approving, rejecting, cancelling, looking again: what counts, what no longer counts, and what everybody reads."""

import asyncio
from dataclasses import replace

import pytest

from playground.slack import Message, Submission, View
from tests.stories.conftest import QUICK, UNDISTURBED, Stage, Story, offered

DEEDS = ("move.approve", "move.reject", "move.recheck", "move.cancel")
NASTY = "Not *today*: <!channel> & <@U0PLAY00002> \u202esdrawkcab\u202c `x` "
REASON = NASTY + "y" * (500 - len(NASTY))


def said_in(submission: Submission) -> str:
    """What the modal shows now."""
    assert isinstance(submission.view, View)
    return submission.view.plain()


async def told_by_old_buttons(story: Story, who: str, old: Message) -> set[str]:
    """What a screen that has not caught up yet gets for each of its buttons."""
    person = story.world.people[who].id
    return {await story.told(who, story.world.slack.press(person, old, deed, stale=True)) for deed in DEEDS}


async def test_of_two_approvers_at_once_exactly_one_counts(stage: Stage) -> None:
    async with stage() as story:
        await story.until_approval_wanted()
        people, slack = story.world.people, story.world.slack
        views = {who: await story.open_modal(who) for who in ("joon", "sora")}

        submissions = await asyncio.gather(*(slack.submit(people[who].id, view, {}) for who, view in views.items()))

        assert sorted(str(each.action) for each in submissions) == ["close", "update"]
        assert "Nothing waits for an approval now" in "".join(said_in(each) for each in submissions if each.view)
        card = await story.card("moved")
        assert ("approved by @joon" in card.plain()) != ("approved by @sora" in card.plain())
        await story.notice("moved")
        assert len(story.notices("moved")) == 1
        assert story.calls() == 1


async def test_who_is_dismissed_while_the_modal_is_open_has_not_approved(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        await story.until_approval_wanted()
        directory, joon, sora = story.world.slack.directory, story.world.people["joon"], story.world.people["sora"]
        group = story.world.approvers[1]
        views = {who: await story.open_modal(who) for who in ("joon", "sora")}
        directory.groups[group.id] = replace(group, members=())
        directory.deactivate(sora.id)

        dismissed = await story.world.slack.submit(joon.id, views["joon"], {})
        left = await story.world.slack.submit(sora.id, views["sora"], {})

        assert "Only approvers can do that" in said_in(dismissed)
        assert "Only full members" in said_in(left)
        assert story.calls() == 0
        directory.groups[group.id] = group
        await story.card_with("move.approve")
        await story.approve("joon")
        await story.card("moved")


async def test_a_rejection_shows_its_reason_harmlessly_and_ends_the_move(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        old = await story.until_approval_wanted()
        mina, channel = story.world.people["mina"].id, story.world.channel.id

        assert (await story.reject(REASON)).action == "close"

        card = await story.card("rejected", "@joon", "<!channel> & <@U0PLAY00002> sdrawkcab 'x' yyy")
        notice = await story.notice("rejected", "@joon", "<!channel>")
        assert notice.mentions == {mina, story.world.people["joon"].id}
        assert {"!channel", "!here", "!everyone"}.isdisjoint(card.mentions)
        assert "\u202e" not in card.plain() + notice.plain()
        assert not offered(card)
        assert await told_by_old_buttons(story, "sora", old) == {
            "This move is over: it was rejected. Nothing was changed."
        }
        assert [each.ts for each in story.world.slack.messages(channel)] == [card.ts]
        assert (story.calls(), story.world.holder()) == (0, "blue")


async def test_after_the_move_every_press_gets_a_sentence_and_changes_nothing(stage: Stage) -> None:
    async with stage() as story:
        old = await story.until_approval_wanted()
        late = await story.open_modal("sora")
        await story.approve("joon")
        card = await story.card("moved")
        await story.notice("moved")

        assert await told_by_old_buttons(story, "joon", old) == {"This move is over: the alias has been moved."}
        submission = await story.world.slack.submit(story.world.people["sora"].id, late, {})
        assert "This move is over: the alias has been moved." in said_in(submission)
        assert story.world.card().plain() == card.plain()
        assert story.calls() == 1


@pytest.mark.parametrize("who", ["mina", "sora"], ids=["the requester", "an approver"])
async def test_the_requester_or_an_approver_cancels_and_nobody_else(stage: Stage, who: str) -> None:
    async with stage() as story:
        old = await story.until_record_wanted()

        assert "Only full members" in await story.told("gil", story.press("gil", "move.cancel"))
        assert await story.told(who, story.press(who, "move.cancel")) == ""

        card = await story.card("cancelled", f"@{who}", "Nothing has changed")
        assert not offered(card)
        assert story.world.people["mina"].id in (await story.notice("cancelled")).mentions
        stale = story.world.slack.press(story.world.people[who].id, old, "move.recheck", stale=True)
        assert "This move is over: it was cancelled." in await story.told(who, stale)


async def test_any_full_member_has_everything_looked_at_again(stage: Stage) -> None:
    async with stage(pace=replace(QUICK, routine_look_s=600.0)) as story:
        hana = story.world.people["hana"] = story.world.slack.directory.add_person("hana")
        story.world.channel.members.add(hana.id)
        await story.until_record_wanted()
        looks = story.calls("ListDistributions")

        assert await story.told("hana", story.press("hana", "move.recheck")) == ""

        await story.until(lambda: story.calls("ListDistributions") > looks)
        assert story.world.slack.calls_of("usergroups.users.list") == []


async def test_an_approval_is_for_what_the_modal_showed_and_for_nothing_later(stage: Stage) -> None:
    async with stage() as story:
        old = await story.until_approval_wanted()
        view = await story.open_modal("joon")
        story.world.dns.remove(story.record_name, "TXT")
        await story.card(story.record_name, "TXT", without=("waiting for an approval",))
        story.publish_record()
        await story.card_with("move.approve")

        submission = await story.world.slack.submit(story.world.people["joon"].id, view, {})
        stale = story.world.slack.press(story.world.people["sora"].id, old, "move.approve", stale=True)

        changed = "Something has changed since you were asked"
        assert changed in said_in(submission)
        assert changed in await story.told("sora", stale)
        assert story.calls() == 0
        await story.approve("sora")
        await story.card("moved")
