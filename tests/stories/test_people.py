"""Who may do what, as Slack says at that moment; everybody else reads who can, and nothing happens."""

import pytest

from playground.scenarios import SEVERAL_TARGETS
from playground.slack import Message, Person, Reply, Standing
from tests.stories.conftest import UNDISTURBED, Stage, Story, offered

MINA = "U0PLAY00002"
"""The first person of a world; who may approve is set before there is one."""
STRANGERS = {
    "GUEST": "U0PLAY00006",
    "SINGLE_CHANNEL_GUEST": "U0PLAY00007",
    "BOT": "U0PLAY00008",
    "DEACTIVATED": "U0PLAY00009",
    "EXTERNAL": "U0PLAY00010",
}
"""By standing; the next five to come in."""
DEEDS = ("move.approve", "move.reject", "move.recheck", "move.cancel")


def join(story: Story, name: str, standing: Standing = Standing.MEMBER) -> Person:
    """One more person in the channel."""
    person = story.world.slack.directory.add_person(name, standing)
    story.world.people[name] = person
    story.world.channel.members.add(person.id)
    return person


def views(story: Story, who: str) -> int:
    return len(story.world.slack.views(story.world.people[who].id))


async def pressed(story: Story, who: str, card: Message, action_id: str) -> str:
    """What somebody is told who sends this press, whether they have a screen to press on or not."""
    slack, person, value = story.world.slack, story.world.people[who].id, card.button(action_id).value
    trigger = slack.triggers.issue(person)
    return await story.told(
        who, slack.press_forged(person, card.channel, card.ts, action_id, str(value), trigger_id=trigger)
    )


async def test_only_approvers_approve_and_everybody_else_reads_who_can(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        join(story, "hana")
        card = await story.until_approval_wanted()

        for who in ("mina", "hana"):
            for deed in ("move.approve", "move.reject"):
                said = await story.told(who, story.press(who, deed))
                assert "Only approvers can do that: @sora, @cdn-approvers" in said
        assert "Only @mina" in await story.told("hana", story.press("hana", "move.cancel"))
        assert [views(story, who) for who in ("mina", "hana")] == [0, 0]
        assert story.world.card().plain() == card.plain()

        assert await story.told("joon", story.press("joon", "move.approve")) == ""
        assert views(story, "joon") == 1


async def test_who_is_no_full_member_may_do_nothing_even_if_named_as_an_approver(stage: Stage) -> None:
    named = ",".join(STRANGERS.values())
    async with stage(pace=UNDISTURBED, APPROVERS=f"S0PLAY00001,{named}") as story:
        assert {each.name: join(story, each.name, each).id for each in Standing if each.name in STRANGERS} == STRANGERS
        card = await story.until_approval_wanted()

        for who in STRANGERS:
            for deed in DEEDS:
                assert "Only full members of this workspace" in await pressed(story, who, card, deed)
            assert views(story, who) == 0
        for who in ("GUEST", "SINGLE_CHANNEL_GUEST", "EXTERNAL"):
            assert "Only full members" in await story.told(who, story.ask("shop.example.com", who=who))

        assert [each.plain() for each in story.world.slack.messages(card.channel)] == [card.plain()]


async def test_whoever_chose_the_target_does_not_approve_it(stage: Stage) -> None:
    async with stage(SEVERAL_TARGETS, pace=UNDISTURBED) as story:
        join(story, "hana")
        await story.ask()
        await story.card_with("move.choose_target")

        assert "Only @mina" in await story.told("hana", story.choose("hana", "green"))
        assert await story.told("sora", story.choose("sora", "green")) == ""
        await story.card(story.record_name, "target chosen by @sora")
        story.publish_record()
        await story.card_with("move.approve")

        said = await story.told("sora", story.press("sora", "move.approve"))
        assert "you asked for it or chose its target" in said
        assert "@cdn-approvers can" in said
        assert "@sora can" not in said
        await story.approve("joon")
        await story.card("moved")
        assert story.world.holder() == "green"


async def test_the_requester_approves_where_the_operator_allows_it(stage: Stage) -> None:
    async with stage(APPROVERS=MINA, ALLOW_SELF_APPROVAL="true") as story:
        assert story.world.people["mina"].id == MINA
        await story.until_approval_wanted()

        await story.approve("mina")

        await story.card("moved")
        assert story.world.holder() == "green"


@pytest.mark.parametrize(
    ("approvers", "says"),
    [("", "Nobody can approve: APPROVERS is empty"), (MINA, "Somebody else must be named in APPROVERS")],
    ids=["nobody", "only the requester"],
)
async def test_where_nobody_can_approve_the_card_says_so(stage: Stage, approvers: str, says: str) -> None:
    async with stage(pace=UNDISTURBED, APPROVERS=approvers) as story:
        first = await story.until_record_wanted()
        story.publish_record()
        card = await story.card_with("move.reject")

        if approvers:
            said = await story.told("mina", story.press("mina", "move.approve"))
            assert "You can't approve this one: you asked for it" in said
            assert says in said
        else:
            assert says in first.plain()
            assert says in card.plain()
            assert "move.approve" not in offered(card)
            assert "Nobody can approve moves yet" in await story.told("sora", story.press("sora", "move.reject"))
        assert story.calls() == 0


async def test_a_guest_can_read_help_but_opens_nothing(stage: Stage) -> None:
    async with stage(worker=False) as story:
        replies: list[Reply] = [await story.ask(text, who="gil") for text in ("help", "list", "www.example.com")]

        assert "Only full members" in replies[2].plain()
        assert all("Only full members" not in each.plain() for each in replies[:2])
        assert "No moves yet" in await story.told("mina", story.ask("list"))
