"""CloudFront says no to the move: people read its own words, nothing has changed, and it goes on from there."""

import re
from dataclasses import replace

import pytest

from playground.aws import refusals as aws
from playground.aws.refusals import Refusal
from playground.scenarios import HAPPY, HOLDER_UNKNOWN, THROTTLED
from tests.stories.conftest import UNDISTURBED, Stage, Story, offered

TARGET_ARN = "arn:aws:cloudfront::111122223333:distribution/E1GREEN"

FINAL_NOES = {
    "source enabled": (aws.source_enabled(), "must be disabled first"),
    "certificate": (aws.no_trusted_certificate("InvalidArgument"), "In us-east-1 request or import a certificate"),
    "access denied": (
        aws.access_denied("arn:aws:iam::111122223333:role/bot", "AssociateAlias", TARGET_ARN),
        f"Allow cloudfront:AssociateAlias on {TARGET_ARN} to arn:aws:iam::111122223333:role/bot.",
    ),
    "denied by the organisation": (
        Refusal(
            403,
            "AccessDenied",
            "User: arn:aws:iam::111122223333:role/bot is not authorized to perform: cloudfront:UpdateDistribution on"
            f" resource: {TARGET_ARN} with an explicit deny in a service control policy",
        ),
        "Whoever runs that policy has to except this role",
    ),
    "no such distribution": (aws.no_such_distribution(), "still exists, and in which account"),
    "too many aliases": (aws.too_many_aliases(), "ask for more in Service Quotas"),
    "held by somebody faster": (aws.alias_already_exists(), "Somebody else may have taken it a moment ago"),
    "changed meanwhile": (aws.precondition_failed(), "what is found then needs a new approval"),
    "argument": (aws.invalid_argument("The parameter Alias is not valid."), "is the usual reason"),
    "never seen before": (
        Refusal(400, "AliasIsResting", "Ask <!channel> & *everybody* `again` at </dev/null>."),
        "Repair what AWS names",
    ),
}
"""What waiting does not cure, and the beginning of what the card tells people to do."""


def refuse(story: Story, no: Refusal) -> None:
    story.world.aws.cloudfront.faults.answer("AssociateAlias", no.status, no.code, no.message)


@pytest.mark.parametrize(("no", "remedy"), FINAL_NOES.values(), ids=FINAL_NOES)
async def test_a_refusal_is_shown_as_aws_wrote_it_and_after_a_repair_a_fresh_approval_moves_the_alias(
    stage: Stage, no: Refusal, remedy: str
) -> None:
    async with stage(pace=UNDISTURBED) as story:
        await story.until_approval_wanted()
        refuse(story, no)

        await story.approve("joon")

        card = await story.card("AWS said no", f"{no.code}: {no.message}", remedy)
        assert "Nothing has changed: blue still holds it." in card.plain()
        assert re.search(r"AWS request id [0-9a-f]{8}-[0-9a-f-]{27}, \d\d:\d\d:\d\d UTC", card.plain())
        assert offered(card) == {"move.recheck", "move.cancel"}
        notice = await story.notice("AWS said no", "Nothing has changed", no.message, remedy, "new approval")
        assert notice.mentions >= {story.world.people[name].id for name in ("mina", "sora")}
        assert not {"!channel", "!here"} & (notice.mentions | card.mentions)
        assert (story.calls(), story.world.holder()) == (1, "blue")

        await story.press("mina", "move.recheck")
        card = await story.card_with("move.approve")
        assert no.code in card.plain()
        await story.notice_number(1, "ready for approval", "Nothing has changed")
        await story.approve("sora")

        card = await story.card("has moved to green", "approved by @sora")
        assert "@joon" not in card.plain()
        assert (story.calls(), story.world.holder()) == (2, "green")


async def test_what_aws_remembers_of_an_early_question_is_waited_out_and_the_same_approval_counts(stage: Stage) -> None:
    async with stage(replace(HAPPY, negative_ttl_seconds=5), pace=UNDISTURBED) as story:
        await story.until_approval_wanted()
        view = await story.open_modal("joon")
        somebody_asks_too_early(story)

        await story.world.slack.submit(story.world.people["joon"].id, view)

        card = await story.card("AWS said no", "Nothing has changed: blue still holds it.", "I ask at")
        assert "Invalid or missing alias DNS TXT records." in card.plain()
        assert "The record is right; AWS most likely remembers an earlier “no such record”." in card.plain()
        assert "The approval still counts" in card.plain()
        assert offered(card) == {"move.cancel"}
        assert (story.calls(), story.world.holder()) == (1, "blue")

        await story.card("has moved to green", "approved by @joon")
        assert (story.calls(), story.world.holder()) == (2, "green")
        assert len(story.notices("ready for approval")) == 1
        assert not story.notices("no longer counts")
        assert not story.notices("AWS said no")


def somebody_asks_too_early(story: Story) -> None:
    """The record is away for an instant in which nobody but AWS's resolver asks for it."""
    dns, value = story.world.dns, story.world.distributions["green"].domain_name
    dns.remove(story.record_name, "TXT")
    dns.resolver.flush()
    dns.resolver.poison(story.record_name)
    dns.add_txt(story.record_name, value)


async def test_an_approval_that_waits_for_aws_to_forget_can_be_taken_back_by_a_person(stage: Stage) -> None:
    async with stage(replace(HAPPY, negative_ttl_seconds=600), pace=UNDISTURBED) as story:
        await story.until_approval_wanted()
        refuse(story, aws.missing_txt())
        await story.approve("joon")
        await story.card("AWS said no", "I ask at")

        await story.press("mina", "move.cancel")

        await story.card("cancelled", "Nothing has changed")
        assert (story.calls(), story.world.holder()) == (1, "blue")


async def test_a_throttled_call_is_repeated_with_the_same_approval(stage: Stage) -> None:
    async with stage(THROTTLED, pace=UNDISTURBED) as story:
        await story.until_approval_wanted()

        await story.approve("joon")

        await story.card("has moved to green", "approved by @joon")
        assert (story.calls(), story.world.holder()) == (3, "green")
        assert len(story.notices("ready for approval")) == 1
        assert not story.notices("no longer counts")
        assert not story.notices("AWS said no")


async def test_a_holder_that_nobody_here_can_read_must_be_disabled_by_its_owner(stage: Stage) -> None:
    async with stage(HOLDER_UNKNOWN, pace=UNDISTURBED) as story:
        await story.until_record_wanted()
        story.publish_record()
        card = await story.card("In the way", "Ask its owner to disable it", "✓ TXT record created and verified")
        assert "move.approve" not in offered(card)
        said = await story.told("gil", story.press("gil", "move.owner_says_off"))
        assert "Only full members" in said

        await story.press("mina", "move.owner_says_off")
        await story.card("Careful", "@mina said at", "that its owner has switched it off")
        await story.card_with("move.approve")
        await story.approve("joon")
        card = await story.card(
            "AWS said no", "source distribution is enabled", "must be disabled first", "In the way", "press “Its owner"
        )
        assert "switched it off" not in card.plain()
        assert (story.calls(), story.world.holder()) == (1, "blue")

        blue = story.world.distributions["blue"]
        story.world.aws.cloudfront.set_enabled(blue.id, False)
        await story.press("joon", "move.owner_says_off")
        await story.card_with("move.approve")
        await story.approve("joon")

        await story.card("has moved to green", "ask its owner to keep it")
        assert (story.calls(), story.world.holder()) == (2, "green")
