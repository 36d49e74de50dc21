"""What AWS would refuse is told before anybody asks it, each time with what to do about it."""

import pytest

from playground.scenarios import HAPPY, IAM_CERTIFICATE, QUOTA, WRONG_KEY
from tests.stories.conftest import UNDISTURBED, Stage, approve_card, card_of, cards, offered

pytestmark = pytest.mark.wide


async def test_a_key_that_cloudfront_does_not_take_is_named_until_there_is_another_certificate(stage: Stage) -> None:
    async with stage(WRONG_KEY, pace=UNDISTURBED) as story:
        await story.ask()
        card = await story.card("it can't go to green yet", "certificate is EC_secp384r1")
        assert "prime256v1 alone. Its own words for this mislead" in card.plain()
        assert "aws acm request-certificate --region us-east-1" in card.plain()
        assert story.calls() == 0

        story.world.certify("green", "www.example.com")
        await story.press("mina", "move.recheck")

        card = await story.card(story.record_name, "TXT", without=("EC_secp384r1",))
        assert "move.approve" not in offered(card)


async def test_a_certificate_of_iam_is_read_like_any_other(stage: Stage) -> None:
    async with stage(IAM_CERTIFICATE, pace=UNDISTURBED) as story:
        card = await story.until_record_wanted()
        assert "certificate" not in card.plain().replace("CloudFront and certificates", "")

        green = story.world.distributions["green"]
        other = story.world.aws.server_certificates.upload(green.account, "another", ["a.test"])
        story.world.aws.cloudfront.set_certificate(green.id, other.id)
        await story.press("mina", "move.recheck")

        await story.card("it can't go to green yet", "covers a.test, not www.example.com")


async def test_names_on_the_target_and_other_open_moves_are_counted_together(stage: Stage) -> None:
    async with stage(QUOTA, pace=UNDISTURBED) as story:
        green = story.world.distributions["green"]
        full = "has 99 names, and another open move goes there: with this one that makes 101."
        card = await story.until_record_wanted()
        assert "99 names" not in card.plain()

        await story.ask(f"api.example.com {green.id}")
        await card_of(story.world, "api.example.com", full, "Service Quotas: CloudFront, L-AAD4943E")

        for alias in ("www", "api"):
            story.world.create_record(f"_{alias}.example.com", green.domain_name)
        card = await card_of(story.world, "www.example.com", "waiting for an approval", full)
        await approve_card(story.world, "joon", card)
        await card_of(story.world, "www.example.com", "has moved to green")
        [card] = [one for one in cards(story.world) if one.plain().startswith("api.example.com")]
        await approve_card(story.world, "joon", card)

        # Its look before the call finds 100 names and no other move: still a warning, so AWS is asked, and says it.
        await card_of(story.world, "api.example.com", "AWS said no", "TooManyDistributionCNAMEs", "Nothing has changed")
        assert green.aliases.count("www.example.com") == 1
        assert "api.example.com" not in green.aliases


async def test_permissions_that_a_look_can_do_without_are_named_with_action_and_resource(stage: Stage) -> None:
    async with stage(HAPPY, pace=UNDISTURBED) as story:
        blue, green = (story.world.distributions[name] for name in ("blue", "green"))
        for operation in ("ListDomainConflicts", "ListConflictingAliases", "GetDistribution"):
            story.world.aws.cloudfront.deny(green.account, operation)

        card = await story.until_record_wanted()

        assert f"or the older cloudfront:ListConflictingAliases, on {blue.arn}" in card.plain()
        assert f"cloudfront:GetDistribution on {green.arn}" in card.plain()
        assert "I could not look" not in card.plain()
