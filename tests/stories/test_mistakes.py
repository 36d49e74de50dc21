"""What happens when somebody creates the record with a mistake in it: it is named, told once, and repaired."""

import pytest

from playground.scenarios import DOUBLED_NAME
from tests.stories.conftest import Stage, offered

pytestmark = pytest.mark.wide


async def test_a_record_in_the_wrong_place_is_named_once_and_the_right_one_ends_it(stage: Stage) -> None:
    async with stage(DOUBLED_NAME) as story:
        await story.ask()

        card = await story.card("I found a record, in the wrong place", "In the name field enter only _www")
        assert "_www.example.com.example.com" in card.plain()
        notice = await story.notice("was not right", "with the zone's name twice")
        assert story.world.people["mina"].id in notice.mentions
        texts = await story.open_modal("mina", "move.record_texts")
        assert '_www.example.com. 60 IN TXT "' in texts.plain()
        assert '"Action": "CREATE"' in texts.plain()
        assert 'resource "aws_route53_record" "cloudfront_www_example_com"' in texts.plain()

        await story.press("mina", "move.recheck")
        heard = {each.name for each in story.world.dns.resolver.questions}
        assert not [name for name in heard if name.startswith("_www")]
        story.publish_record()
        card = await story.card_with("move.approve")
        assert "wrong" not in card.plain()
        assert "move.record_texts" not in offered(card)
        assert len(story.notices("was not right")) == 1


async def test_a_wrong_value_is_named_when_it_appears_and_its_wrong_characters_are_marked(stage: Stage) -> None:
    async with stage() as story:
        await story.until_record_wanted()
        await story.card("I looked for the usual mistakes")
        target = story.world.distributions["green"].domain_name

        story.world.dns.add_txt("_www.example.com", f"“{target}”")
        await story.card("quotes or backslashes", f"found   “{target}”", f"wanted  {target}", "^")
        story.world.dns.replace_txt("_www.example.com", f"https://{target}")
        await story.card("a web address", without=("backslashes",))

        story.world.dns.replace_txt("_www.example.com", target)
        await story.card_with("move.approve")
        assert len(story.notices("was not right")) == 2
