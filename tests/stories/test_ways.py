"""Which way an alias goes: what people do by hand where the bot may not, and what it says meanwhile."""

import pytest

from playground.aws.refusals import missing_txt
from playground.scenarios import (
    APEX_ELSEWHERE,
    MUST_STAY_UP,
    SAME_ACCOUNT_WITHOUT_RECORD,
    TENANT_HOLDER,
    TENANT_TARGET,
)
from playground.slack import plain_text
from tests.stories.conftest import UNDISTURBED, Stage, Story, offered

pytestmark = pytest.mark.wide


async def next_step(story: Story, number: int, *words: str) -> None:
    """Let the bot look again; it must say that this step comes next."""
    await story.press("mina", "move.recheck")
    await story.card(f"tep {number} of 6 comes next", *words)


async def test_a_name_that_must_stay_up_goes_over_in_six_steps_by_hand(stage: Stage) -> None:
    async with stage(MUST_STAY_UP, pace=UNDISTURBED) as story:
        blue, green = story.world.distributions["blue"], story.world.distributions["green"]

        await story.ask()
        card = await story.card("it can't go to green yet", "go by the six steps", "it guarantees nothing")
        assert {"move.letters", "move.recheck"} <= offered(card)
        view = await story.open_modal("mina", "move.letters")
        text = plain_text.of_blocks(view.blocks, str)
        assert "Step 1 of 6 comes next" in text
        assert f"Take www.example.com off the names of blue ({blue.id}) in legacy" in text
        assert "every name below example.com that leads to CloudFront" in text
        assert "shop.example.com stays where somebody has it by itself" in text

        await story.world.edit_names("green", add="*.example.com")
        await next_step(story, 2, f"It leads to {blue.domain_name} now.")
        story.world.point("www.example.com", "green")
        await next_step(story, 3)
        await story.world.edit_names("blue", remove="www.example.com")
        await next_step(story, 4, f"*.example.com on {green.id} answers for it")
        await story.world.edit_names("green", add="www.example.com")
        await story.press("mina", "move.recheck")

        card = await story.card("is on green already", "put there by hand", "take *.example.com off the names of green")
        assert story.calls() == 0


async def test_inside_one_account_a_name_moves_without_a_record_where_the_operator_wants_it(stage: Stage) -> None:
    async with stage(SAME_ACCOUNT_WITHOUT_RECORD, pace=UNDISTURBED) as story:
        await story.ask()
        card = await story.card_with("move.approve")
        assert "documents this, and it is not proved yet" in card.plain()
        assert "No TXT record is needed" in card.plain()
        await story.approve("joon")

        await story.card("has moved to green", "approved by @joon", without=("Remove the TXT record",))
        assert (story.calls("UpdateDomainAssociation"), story.calls(), story.world.holder()) == (1, 0, "green")


async def test_where_aws_wants_the_record_after_all_the_card_asks_for_it(stage: Stage) -> None:
    async with stage(SAME_ACCOUNT_WITHOUT_RECORD, pace=UNDISTURBED) as story:
        refusal = missing_txt()
        faults = story.world.aws.cloudfront.faults
        faults.answer("UpdateDomainAssociation", refusal.status, refusal.code, refusal.message)
        await story.ask()
        await story.card_with("move.approve")
        await story.approve("joon")

        card = await story.card(
            "AWS did not take it without a record, and nothing has changed", "So it goes with the record"
        )
        assert "_www.example.com" in card.plain()
        await story.notice("AWS said no to", "It goes with the record instead.")
        assert (story.calls("UpdateDomainAssociation"), story.calls(), story.world.holder()) == (1, 0, "blue")


async def test_a_tenant_takes_an_alias_and_the_last_card_names_its_endpoint(stage: Stage) -> None:
    async with stage(TENANT_TARGET, pace=UNDISTURBED) as story:
        store = story.world.tenants["store"]
        await story.ask()
        card = await story.card_with("move.approve")
        assert f"Target  store · {store.id} · tenant of {store.distribution.id} · production" in card.plain()
        assert "from or to a tenant" in card.plain()
        await story.approve("joon")

        endpoint = store.connection_group.routing_endpoint
        await story.card("has moved to store", f"point DNS at {endpoint}, the endpoint of its connection group")
        assert (story.calls("UpdateDomainAssociation"), story.calls(), story.world.holder()) == (1, 0, "store")


async def test_a_tenant_that_has_the_alias_is_named_and_gives_it_away(stage: Stage) -> None:
    async with stage(TENANT_HOLDER, pace=UNDISTURBED) as story:
        store = story.world.tenants["store"]
        await story.ask()
        card = await story.card_with("move.approve")
        assert f"Held by  store · {store.id} · tenant of {store.distribution.id} · production" in card.plain()
        await story.approve("joon")

        await story.card("has moved to green")
        assert (story.calls("UpdateDomainAssociation"), story.calls(), story.world.holder()) == (1, 0, "green")


async def test_an_apex_that_must_stay_up_in_another_account_is_for_support(stage: Stage) -> None:
    async with stage(APEX_ELSEWHERE, pace=UNDISTURBED) as story:
        await story.ask()
        await story.card("it can't go to green yet", "only AWS Support can do it", "TLS may fail until DNS names green")
        view = await story.open_modal("mina", "move.letters")

        text = plain_text.of_blocks(view.blocks, str)
        assert "The source is ours, but has to go on serving" in text
        assert "Please let go of" not in text
