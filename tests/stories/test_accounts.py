"""Several accounts: whoever holds the alias is named in full, a silent account is told, strangers get nothing."""

import json
from dataclasses import replace

import pytest

from playground.aws import HOME, LEGACY, SHOP
from playground.scenarios import FIVE_ACCOUNTS, SILENT_ACCOUNT, Holding
from tests.stories.conftest import UNDISTURBED, Stage, offered

pytestmark = pytest.mark.wide


async def test_an_alias_moves_between_two_known_accounts_once_its_source_is_disabled(stage: Stage) -> None:
    async with stage(FIVE_ACCOUNTS, pace=UNDISTURBED) as story:
        blue, green = story.world.distributions["blue"], story.world.distributions["green"]

        await story.ask()
        card = await story.card("it can't go to green yet", "only while blue", "and it is enabled")
        assert f"Held by  blue · {blue.id} · legacy ({LEGACY}) · enabled" in card.plain()
        assert f"Target  green · {green.id} · shop ({SHOP}) · enabled" in card.plain()
        assert "goes down with it: shop.example.com, www.example.com" in card.plain()
        assert "move.approve" not in offered(card)
        assert story.calls() == 0

        story.world.aws.cloudfront.set_enabled(blue.id, False)
        story.publish_record()
        await story.press("mina", "move.recheck")
        card = await story.card_with("move.approve")
        assert "only while its source is disabled, and" in card.plain()
        await story.approve("joon")

        await story.card("has moved to green", "approved by @joon")
        assert (story.calls(), story.world.holder()) == (1, "green")
        [assumed] = [
            one.params
            for one in story.world.aws.roles.requests
            if one.operation == "AssumeRole" and "move" in one.params["RoleArn"]
        ]
        assert assumed["RoleSessionName"].startswith("move-")
        assert assumed["RoleSessionName"].endswith(story.world.people["joon"].id)
        assert assumed["SourceIdentity"] == story.world.people["joon"].id
        assert json.loads(assumed["Policy"])["Statement"][0]["Resource"] == [green.arn]
        [moved] = [one for one in story.world.aws.cloudfront.requests if one.operation == "AssociateAlias"]
        assert moved.account == SHOP


async def test_the_move_role_is_not_assumed_before_somebody_has_approved(stage: Stage) -> None:
    async with stage(FIVE_ACCOUNTS, pace=UNDISTURBED) as story:
        story.world.aws.cloudfront.set_enabled(story.world.distributions["blue"].id, False)

        await story.until_approval_wanted()

        roles = {one.params["RoleArn"] for one in story.world.aws.roles.requests if one.operation == "AssumeRole"}
        assert len(roles) == 4
        assert not any("move" in role for role in roles)


async def test_a_move_role_that_does_not_let_the_bot_in_changes_nothing(stage: Stage) -> None:
    async with stage(FIVE_ACCOUNTS, pace=UNDISTURBED) as story:
        story.world.aws.cloudfront.set_enabled(story.world.distributions["blue"].id, False)
        await story.until_approval_wanted()
        story.world.aws.roles.remove(f"arn:aws:iam::{SHOP}:role/cname-conflict-move")

        await story.approve("joon")

        await story.card("AWS said no", "Nothing has changed: blue still holds it.", "sts:AssumeRole")
        assert (story.calls(), story.world.holder()) == (0, "blue")


async def test_an_account_without_a_move_role_takes_no_alias(stage: Stage) -> None:
    async with stage(replace(FIVE_ACCOUNTS, moves=()), pace=UNDISTURBED) as story:
        await story.ask()

        card = await story.card("it can't go to green yet", f"move a name to a distribution of shop ({SHOP})")
        assert "AWS_MOVE_ROLE_ARNS" in card.plain().replace("\u200b", "")


async def test_names_of_accounts_that_nobody_has_given_come_from_the_organization(stage: Stage) -> None:
    async with stage(FIVE_ACCOUNTS, pace=UNDISTURBED, AWS_ACCOUNT_NAMES=f"{SHOP}=the shop") as story:
        story.world.aws.found_organization(HOME, {LEGACY: "Legacy Ltd", SHOP: "shop-prod"})

        await story.ask()

        card = await story.card(f"Legacy Ltd ({LEGACY}) · enabled", f"the shop ({SHOP}) · enabled")
        assert f"is in Legacy Ltd ({LEGACY}), and green" in card.plain()


async def test_a_holder_may_be_in_the_account_that_does_not_let_the_bot_in(stage: Stage) -> None:
    async with stage(SILENT_ACCOUNT, pace=UNDISTURBED) as story:
        blue = story.world.distributions["blue"]

        await story.ask()
        card = await story.card(f"I looked into 4 of 5 accounts, not into legacy ({LEGACY}).")
        assert f"the number of its account ends like that of legacy ({LEGACY})" in card.plain()
        assert "which I can't read" in card.plain()

        story.world.let_in(LEGACY)
        await story.press("mina", "move.recheck")

        card = await story.card(f"Held by  blue · {blue.id} · legacy ({LEGACY}) · disabled")
        assert "I looked into" not in card.plain()


async def test_an_alias_that_nobody_seems_to_hold_is_not_called_free_while_an_account_is_silent(stage: Stage) -> None:
    free = replace(
        SILENT_ACCOUNT, distributions=(Holding("green", (), ("*.example.com",)), Holding("blue", account=LEGACY))
    )
    async with stage(free, pace=UNDISTURBED) as story:
        await story.ask()
        card = await story.card("I looked into 4 of 5 accounts", "The holder may be there.")
        assert "move.recheck" in offered(card)

        story.world.let_in(LEGACY)
        await story.press("mina", "move.recheck")

        await story.card("I find nobody who holds it")


async def test_a_target_outside_the_known_accounts_is_refused(stage: Stage) -> None:
    stranger = replace(FIVE_ACCOUNTS, reads=FIVE_ACCOUNTS.reads[:1])
    async with stage(stranger, pace=UNDISTURBED) as story:
        green = story.world.distributions["green"]

        await story.ask()

        card = await story.card(f"There is no distribution {green.id} in the 2 accounts I can look into")
        assert "production (111122223333), old agency (444455556666)" in card.plain()
        assert "only to accounts I know" in card.plain()
        assert not {"move.approve", "move.choose_target"} & offered(card)


async def test_an_account_that_falls_silent_after_the_approval_does_not_void_it(stage: Stage) -> None:
    async with stage(FIVE_ACCOUNTS, pace=UNDISTURBED) as story:
        blue = story.world.distributions["blue"]
        story.world.aws.cloudfront.set_enabled(blue.id, False)
        await story.until_approval_wanted()
        story.world.aws.cloudfront.deny(LEGACY, "ListDistributions")

        await story.approve("joon")
        await story.card("approved", f"I could not look into legacy ({LEGACY})", "Trying again.")
        assert story.calls() == 0
        story.world.aws.cloudfront.allow(LEGACY, "ListDistributions")

        await story.card("has moved to green", "approved by @joon")
        assert not story.notices("no longer counts")
