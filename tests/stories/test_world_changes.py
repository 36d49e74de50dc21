"""CloudFront as it is and as it changes: targets, certificates, holders, deadlines, approvals that no longer fit."""

from copy import deepcopy
from dataclasses import replace

import pytest

from playground.aws import HOME, Barrier, Distribution, Moment
from playground.aws.configuration import with_aliases
from playground.aws.refusals import Refusal
from playground.scenarios import (
    ALREADY_THERE,
    CERTIFICATE,
    DNS_POINTS_ELSEWHERE,
    FREE,
    HAPPY,
    SEVERAL_TARGETS,
    SUPPORT_SWAP,
    Holding,
)
from playground.world import World
from tests.stories.conftest import PATIENCE_S, UNDISTURBED, Stage, Story, approve_card, card_of, cards, offered

# Where it should go, and whether it can


async def test_one_of_several_targets_is_chosen_by_whoever_may_and_approved_by_somebody_else(stage: Stage) -> None:
    async with stage(SEVERAL_TARGETS, pace=UNDISTURBED) as story:
        world = story.world
        world.people["noor"] = world.slack.directory.add_person("noor")
        world.channel.members.add(world.people["noor"].id)
        await story.ask()
        card = await story.card_with("move.choose_target")
        assert set(card.menu("move.choose_target").values) == {world.distributions[n].id for n in ("green", "amber")}
        assert "Nothing has changed: blue still holds it." in card.plain()

        await story.choose("gil", "amber")
        await story.whisper("gil", "Only full members of this workspace")
        await story.choose("noor", "amber")
        await story.whisper("noor", "Only @mina, who asked for this move, or an approver")
        assert "move.choose_target" in offered(world.card())

        await story.choose("sora", "amber")
        card = await story.card("_www.example.com", world.distributions["amber"].domain_name, "target chosen by @sora")
        assert "move.choose_target" not in offered(card)
        story.publish_record("amber")
        await story.card_with("move.approve")
        await story.press("sora", "move.approve")
        await story.whisper("sora", "You can't approve this one: you asked for it or chose its target")
        await story.approve("joon")

        await story.card("has moved to amber")
        assert (story.calls(), world.holder()) == (1, "amber")


@pytest.mark.parametrize("names", [("shop.example.com",), ()], ids=["of another name", "of CloudFront's own"])
async def test_a_certificate_in_the_way_is_repaired_while_the_record_is_created(
    stage: Stage, names: tuple[str, ...]
) -> None:
    blue, _ = CERTIFICATE.distributions
    async with stage(
        replace(CERTIFICATE, distributions=(blue, Holding("green", (), names))), pace=UNDISTURBED
    ) as story:
        green = story.world.distributions["green"]
        await story.ask()
        card = await story.card("it can't go to green yet", "In the way", "The record will be needed too")
        assert ("covers shop.example.com, not www.example.com" if names else "only CloudFront's own") in card.plain()
        assert "aws acm request-certificate --region us-east-1 --domain-name 'www.example.com'" in card.plain()
        assert green.domain_name in card.plain()
        assert "move.approve" not in offered(card)

        story.publish_record()
        await story.card("In the way", "✓ TXT record created and verified")

        story.world.certify("green", "www.example.com")
        await story.press("mina", "move.recheck")
        await story.card_with("move.approve")
        await story.approve("joon")

        await story.card("has moved to green")
        assert (story.calls(), story.world.holder()) == (1, "green")


async def test_what_was_repaired_is_noticed_without_anybody_saying_so(stage: Stage) -> None:
    async with stage(CERTIFICATE) as story:
        await story.ask()
        await story.card("In the way")

        story.world.certify("green", "www.example.com")

        await story.card("_www.example.com", "TXT", without=("In the way",))


async def test_an_alias_that_nobody_holds_is_not_moved(stage: Stage) -> None:
    async with stage(FREE) as story:
        await story.ask()

        card = await story.card("I find nobody who holds it", "there is nothing to move", "Nothing was changed")
        assert "CNAMEAlreadyExists" in card.plain()
        assert not offered(card)
        assert story.calls() == 0


async def test_an_alias_that_nobody_holds_but_whose_dns_leads_elsewhere_is_told_from_a_conflict(stage: Stage) -> None:
    async with stage(DNS_POINTS_ELSEWHERE) as story:
        world, blue, green = story.world, story.world.distributions["blue"], story.world.distributions["green"]
        await story.ask()

        card = await story.card("I find nobody who holds it", f"its DNS points at {blue.domain_name}, which is blue")
        assert "wait until its TTL is over, then add the name" in card.plain()
        with pytest.raises(Refusal, match="incorrectly configured DNS record that points to another CloudFront"):
            await add_alias(world, green)

        world.dns.replace("www.example.com", "CNAME", f"{green.domain_name}.")
        world.dns.resolver.flush()  # its TTL is over
        await add_alias(world, green)
        assert world.holder() == "green"


async def add_alias(world: World, distribution: Distribution) -> None:
    """As its owner does."""
    config = with_aliases(distribution.config, [world.scenario.alias])
    await world.aws.cloudfront.update(HOME, distribution.id, distribution.etag, config)


async def test_an_alias_that_is_there_already_is_not_moved(stage: Stage) -> None:
    async with stage(ALREADY_THERE) as story:
        await story.ask()

        card = await story.card("is on green already", "nothing was done")
        assert not offered(card)
        assert story.calls() == 0


# Between the approval and the call


async def test_an_approval_is_void_when_anything_in_the_plan_has_changed_before_the_last_look(stage: Stage) -> None:
    async with stage(SEVERAL_TARGETS, pace=UNDISTURBED) as story:
        cloudfront, green = story.world.aws.cloudfront, story.world.distributions["green"]
        await story.ask(f"www.example.com {green.id}")
        story.publish_record()

        last_look = await approve_and_hold_the_last_look(story, "joon")
        cloudfront.set_enabled(green.id, False)
        last_look.release()
        card = await story.card("In the way", "green", "is disabled", without=("Approved by",))
        notice = await story.notice("no longer counts", "something has changed", "The alias is where it was")
        assert notice.mentions >= {story.world.people[name].id for name in ("mina", "sora")}
        assert "move.approve" not in offered(card)

        cloudfront.set_enabled(green.id, True)
        await story.press("mina", "move.recheck")
        last_look = await approve_and_hold_the_last_look(story, "joon")
        await point_elsewhere(story, "green", "elsewhere.example.net")
        last_look.release()
        await story.notice_number(2, "no longer counts")
        await story.card("elsewhere.example.net", "can approve", without=("Approved by",))

        last_look = await approve_and_hold_the_last_look(story, "sora")
        cloudfront.set_aliases(story.world.distributions["amber"].id, ["www.example.com"])
        last_look.release()
        await story.notice_number(3, "no longer counts")
        await story.card("Held by  amber", "can approve", without=("Approved by",))
        assert (story.calls(), story.world.holder()) == (0, "amber")

        await story.approve("joon")
        await story.card("has moved to green", "approved by @joon")
        assert (story.calls(), story.world.holder()) == (1, "green")


async def test_an_alias_that_somebody_else_has_moved_meanwhile_is_not_moved_again(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        await story.until_record_wanted()
        story.publish_record()
        last_look = await approve_and_hold_the_last_look(story, "joon")
        story.world.aws.cloudfront.set_aliases(story.world.distributions["green"].id, ["www.example.com"])

        last_look.release()

        card = await story.card("is on green now", "I did not move it")
        assert "has moved" not in card.plain()
        assert (story.calls(), story.world.holder()) == (0, "green")


async def approve_and_hold_the_last_look(story: Story, who: str) -> Barrier:
    """CloudFront holds back what distributions there are, so the world can still change before it is looked at."""
    await story.card_with("move.approve")
    barrier = story.world.aws.cloudfront.faults.hold("ListDistributions", Moment.BEFORE_EFFECT)
    await story.approve(who)
    await barrier.arrived()
    return barrier


async def point_elsewhere(story: Story, distribution: str, origin: str) -> None:
    """As whoever owns it does."""
    changed = story.world.distributions[distribution]
    config = deepcopy(changed.config)
    config["Origins"]["Items"][0]["DomainName"] = origin
    await story.world.aws.cloudfront.update(HOME, changed.id, changed.etag, config)


async def test_an_alias_that_aws_support_has_moved_is_noticed_and_dns_asked_for(stage: Stage) -> None:
    async with stage(SUPPORT_SWAP, pace=replace(UNDISTURBED, watch_target_s=0.2)) as story:
        await story.ask()
        await story.card("In the way", "If AWS Support moves it, I notice within a minute")
        looked = story.calls("ListDistributions")

        story.world.support_moves_to("green")

        notice = await story.notice("CloudFront now shows www.example.com on green", "Change DNS now")
        assert story.world.people["mina"].id in notice.mentions
        card = await story.card("I did not move it", story.world.distributions["green"].domain_name)
        assert not offered(card)
        assert (story.calls(), story.calls("ListDistributions")) == (0, looked + 1)


# What the operator decides


async def test_while_moves_are_switched_off_nobody_can_approve_and_the_card_says_why(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED, MOVES_ENABLED="false") as story:
        card = await story.until_record_wanted()
        assert "Moves are switched off (MOVES_ENABLED=false)" in card.plain()

        story.publish_record()

        card = await story.card(
            "waiting for an approval", "Moves are switched off (MOVES_ENABLED=false), so nobody can"
        )
        assert offered(card) - {"move.tried_by_hand", "move.not_tried"} == {
            "move.reject",
            "move.recheck",
            "move.cancel",
        }
        notice = await story.notice("DNS verified")
        assert "Moves are switched off" in notice.plain()


async def test_an_approval_waits_while_moves_are_switched_off_and_counts_when_they_are_on_again(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED, worker=False) as story:
        async with story.working():
            await story.until_approval_wanted()

        async with story.working(moves_enabled=False):
            await story.approve("joon")
            card = await story.card("Approved by @joon", "On hold until the operator switches moves on")
            assert "The approval still counts" in card.plain()
            assert (story.calls(), story.world.holder()) == (0, "blue")

        async with story.working():
            await story.card("has moved to green", "approved by @joon")
        assert (story.calls(), story.world.holder()) == (1, "green")
        assert not story.notices("no longer counts")


async def test_a_move_that_nobody_finishes_expires(stage: Stage) -> None:
    async with stage(MOVE_DEADLINE="1s") as story:
        await story.ask()

        card = await story.card("expired", "nobody finished it", "Nothing has changed")
        notice = await story.notice("expired", "Nothing has changed")
        assert story.world.people["mina"].id in notice.mentions
        assert not offered(card)
        await story.ask()
        await story.world.slack.until(lambda: len(cards(story.world)) == 2, timeout=PATIENCE_S)


async def test_a_request_for_approval_that_nobody_answers_expires(stage: Stage) -> None:
    async with stage(APPROVAL_DEADLINE="1s") as story:
        await story.until_record_wanted()
        story.publish_record()

        await story.card("expired", "nobody answered in time", "The TXT record _www.example.com is still there")
        notice = await story.notice("expired", "nobody approved it in time", "Nothing has changed")
        assert notice.mentions >= {story.world.people[name].id for name in ("mina", "sora")}
        assert (story.calls(), story.world.holder()) == (0, "blue")


# Many at once

MANY = 8


async def test_many_aliases_move_to_one_target_at_once_and_none_voids_another(stage: Stage) -> None:
    aliases = [f"www{number}.example.com" for number in range(MANY)]
    blue, green = Holding("blue", tuple(aliases), ("*.example.com",)), Holding("green", (), ("*.example.com",))
    scenario = replace(HAPPY, alias=aliases[0], distributions=(blue, green))
    async with stage(scenario, pace=UNDISTURBED, worker=False) as story:
        world = story.world
        for alias in aliases:
            await story.ask(alias)
            world.create_record(f"_{alias}", world.distributions["green"].domain_name)
        async with story.working():
            waiting = [await card_of(world, alias, "waiting for an approval") for alias in aliases]
        for card in waiting:
            await approve_card(world, "joon", card)

        async with story.working():
            for alias in aliases:
                await card_of(world, alias, "has moved to green")

        assert sorted(world.distributions["green"].aliases) == sorted(aliases)
        assert story.calls() == MANY
        threads = [note for card in cards(world) for note in world.slack.thread(world.channel.id, card.ts)]
        assert not [note for note in threads if "no longer counts" in note.plain()]
