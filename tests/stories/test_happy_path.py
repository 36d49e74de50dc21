"""The whole move, as it should be."""

import pytest

from tests.stories.conftest import Stage, offered


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket mode"])
async def test_an_alias_is_found_verified_approved_moved_and_proved(stage: Stage, *, socket_mode: bool) -> None:
    async with stage(socket_mode=socket_mode) as story:
        reply = await story.ask()
        assert "having a look" in reply.plain()

        card = await story.card("_www.example.com", "TXT", story.world.distributions["green"].domain_name)
        assert "blue" in card.plain()
        assert "move.approve" not in offered(card)

        story.publish_record()
        notice = await story.notice("verified")
        assert {story.world.people["mina"].id, story.world.people["sora"].id} <= notice.mentions

        await story.card_with("move.approve")
        submission = await story.approve("joon")
        assert submission.action == "close"

        card = await story.card("moved")
        notice = await story.notice("moved")
        assert story.world.people["mina"].id in notice.mentions
        assert not card.buttons()
        assert story.world.holder() == "green"
        assert story.calls("AssociateAlias") == 1
        assert story.calls("UpdateDistribution") == 0
