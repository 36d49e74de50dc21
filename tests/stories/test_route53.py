"""The record is created in Route 53 with an approval of its own, and taken away again when the move is over."""

import pytest

from playground.aws import SHOP, normalized
from playground.scenarios import ROUTE53
from tests.stories.conftest import UNDISTURBED, Stage, offered

pytestmark = pytest.mark.wide


async def test_the_record_is_created_by_a_button_verified_and_removed_after_the_move(stage: Stage) -> None:
    async with stage(ROUTE53, pace=UNDISTURBED) as story:
        world, green = story.world, story.world.distributions["green"]
        [zone] = world.aws.route53.of_account(SHOP)

        def values() -> list[str]:
            return [one.value for one in world.dns.records() if one.name == "_www.example.com"]

        await story.ask()
        card = await story.card_with("move.create_record")
        assert zone.id in card.plain()
        assert "Only approvers can do that" in await story.told("mina", story.press("mina", "move.create_record"))
        view = await story.open_modal("joon", "move.create_record")
        assert f"example.com · {zone.id} · shop ({SHOP})" in view.plain()
        assert '"owner=web-team"' in view.plain()
        assert f'_www.example.com. 60 IN TXT "{green.domain_name}"' in view.plain()
        submitted = await world.slack.submit(world.people["joon"].id, view, {})
        assert submitted.action == "close"

        await story.notice(
            "is created, and all of Route 53's servers have it", "The other values at that name are kept"
        )
        card = await story.card_with("move.approve")
        assert story.calls() == 0
        assert sorted(values()) == sorted(['"owner=web-team"', f'"{green.domain_name}"'])
        await story.approve("joon")
        card = await story.card("has moved to green", "I created the TXT record", without=("Remove the TXT record",))
        assert offered(card) == {"move.remove_record"}
        assert "Only approvers can do that" in await story.told("mina", story.press("mina", "move.remove_record"))
        await story.press("sora", "move.remove_record")

        await story.notice("is taken away again; it was created for")
        card = await story.card("and took it away again at")
        assert values() == ['"owner=web-team"']
        assert not offered(card)
        names = {each.params["Policy"] for each in world.aws.roles.requests if "record-" in str(each.params)}
        assert all(normalized("_www.example.com") in each and zone.id in each for each in names)
        assert len(names) == 1
