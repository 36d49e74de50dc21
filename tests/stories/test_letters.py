"""The holder is somebody else's: people are told what it looks like, and get the texts to send."""

from dataclasses import replace

import pytest

from playground.scenarios import HELD_BY_COGNITO, HOLDER_UNKNOWN
from playground.slack import plain_text
from tests.stories.conftest import Stage, offered

pytestmark = pytest.mark.wide

API_GATEWAY_IN_IRELAND = "631144002099"
OF_API_GATEWAY = replace(
    HOLDER_UNKNOWN,
    distributions=(
        replace(HOLDER_UNKNOWN.distributions[0], account=API_GATEWAY_IN_IRELAND),
        *HOLDER_UNKNOWN.distributions[1:],
    ),
)


async def test_a_holder_that_looks_like_api_gateway_is_named_with_the_way_that_keeps_serving(stage: Stage) -> None:
    async with stage(OF_API_GATEWAY) as story:
        card = await story.until_record_wanted()

        assert "looks like API Gateway in eu-west-1." in card.plain()
        assert "add REGIONAL beside EDGE" in card.plain()
        assert "aws apigateway get-domain-name --region eu-west-1 --domain-name 'www.example.com'" in card.plain()
        assert " is API Gateway" not in card.plain()


async def test_a_service_of_our_own_that_has_the_alias_is_named_as_a_fact(stage: Stage) -> None:
    async with stage(HELD_BY_COGNITO) as story:
        card = await story.until_record_wanted()

        assert "belongs to Amazon Cognito: user pool us-east-1_Pool12345 in us-east-1, production" in card.plain()
        assert "delete the custom domain from the user pool" in card.plain()
        assert "Only AWS Support would need this record" in card.plain()
        assert "move.owner_says_off" not in offered(card)
        await story.until(lambda: story.calls("ListDistributions") > 2)
        assert story.world.aws.names.count("DescribeUserPoolDomain") == 1


async def test_whoever_is_in_the_channel_may_read_the_texts_to_send(stage: Stage) -> None:
    async with stage(HOLDER_UNKNOWN) as story:
        await story.until_record_wanted()

        view = await story.open_modal("mina", "move.letters")

        text = plain_text.of_blocks(view.blocks, str)
        green = story.world.distributions["green"]
        assert "Please let go of www.example.com in CloudFront" in text
        assert f"Target distribution: {green.id} ({green.domain_name})" in text
        assert f'_www.example.com TXT "{green.domain_name}", seen on 0 of' in text


async def test_a_guest_may_not(stage: Stage) -> None:
    async with stage(HOLDER_UNKNOWN) as story:
        await story.until_record_wanted()

        said = await story.told("gil", story.press("gil", "move.letters"))

        assert "Only full members" in said
        assert not story.world.slack.views(story.world.people["gil"].id)


async def test_a_holder_of_our_own_needs_no_letters(stage: Stage) -> None:
    async with stage() as story:
        card = await story.until_record_wanted()

        assert "move.letters" not in offered(card)


async def test_texts_that_nobody_needs_any_more_are_not_shown(stage: Stage) -> None:
    async with stage(HOLDER_UNKNOWN) as story:
        card = await story.until_record_wanted()
        value = card.button("move.letters").value
        await story.press("mina", "move.cancel")
        await story.card("cancelled")

        slack, mina = story.world.slack, story.world.people["mina"].id
        said = await story.told(
            "mina",
            slack.press_forged(
                mina, card.channel, card.ts, "move.letters", str(value), trigger_id=slack.triggers.issue(mina)
            ),
        )

        assert "There are no texts to send for this move now" in said
