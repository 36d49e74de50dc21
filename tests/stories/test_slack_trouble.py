"""Slack and Redis on a bad day: people get a sentence in time, news may come late, and no move is harmed."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.slack import announcer
from playground.slack import (
    Reply,
    Submission,
    block_kit,
    connection_closed,
    hang,
    rate_limited,
    server_error,
    unavailable,
)
from playground.slack.faults import ANY_METHOD
from tests.stories.conftest import UNDISTURBED, Stage, Story
from tests.valkey_server import ValkeyServer

SLACK_GIVES_UP_S = 3.0


async def test_news_that_slack_does_not_take_come_late_and_the_move_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcer, "CALL_LIMIT_S", 1.0)
    async with stage() as story:
        faults = story.world.slack.faults
        faults.plan("chat.postMessage", rate_limited(0))
        await story.until_approval_wanted()
        view = await story.open_modal("joon")
        for trouble in (rate_limited(30), unavailable(), server_error(), hang(), connection_closed()):
            faults.plan("chat.postMessage", trouble)
        for trouble in (unavailable(), hang(), rate_limited(1)):
            faults.plan("chat.update", trouble)

        await story.world.slack.submit(story.world.people["joon"].id, view, {})

        await story.until(lambda: story.world.holder() == "green")
        assert "moved" not in story.world.card().plain()
        card = await story.card("moved")
        assert not card.buttons()
        await story.notice("moved")
        assert story.calls() == 1


async def test_a_card_that_slack_does_not_take_at_first_is_posted_once_it_does(stage: Stage) -> None:
    async with stage() as story:
        story.world.slack.faults.plan("chat.postMessage", unavailable())
        story.world.slack.faults.plan("chat.postMessage", connection_closed())

        await story.until_record_wanted()

        assert len(story.world.slack.messages(story.world.channel.id)) == 1


async def test_while_slack_does_not_say_who_somebody_is_they_may_do_nothing_and_are_told_so(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        await story.until_approval_wanted()
        view = await story.open_modal("joon")
        for trouble in (hang(), hang(), hang(), unavailable(), rate_limited(30)):
            story.world.slack.faults.plan("users.info", trouble)

        typed, pressed, submitted = await asyncio.gather(
            story.ask("shop.example.com"),
            story.told("sora", story.press("sora", "move.approve")),
            story.world.slack.submit(story.world.people["joon"].id, view, {}),
        )
        again = [await story.ask("shop.example.com") for _ in range(2)]

        sentence = "could not ask Slack who you are. Nothing happened"
        assert sentence in pressed
        assert submitted.view is not None
        assert sentence in submitted.view.plain()
        for reply in (typed, *again):
            assert sentence in reply.plain()
            assert reply.seconds < SLACK_GIVES_UP_S
        await story.approve("joon")
        await story.card("moved")


async def test_a_modal_that_slack_does_not_open_is_said_and_the_next_press_opens_it(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        await story.until_approval_wanted()
        troubles = (server_error(), unavailable(), connection_closed(), rate_limited(30), hang())
        for trouble in troubles:
            story.world.slack.faults.plan("views.open", trouble)

        for _ in troubles:
            said = await story.told("joon", story.press("joon", "move.approve"))
            assert "did not let me open the dialog, so nothing happened" in said

        await story.approve("joon")
        await story.card("moved")


async def test_a_press_is_acknowledged_even_while_slack_hears_nothing_of_ours(stage: Stage) -> None:
    async with stage(worker=False) as story:
        await story.ask()
        story.world.slack.faults.plan(ANY_METHOD, hang(), times=10)
        message = story.world.slack.post(story.world.channel, "A card of long ago", _button("0123456789ab::1"))

        reply = await story.world.slack.press(story.world.people["mina"].id, message, "move.cancel")

        assert (reply.status, reply.error) == (200, None)
        assert reply.seconds < SLACK_GIVES_UP_S


async def test_a_slack_without_plan_blocks_shows_progress_as_lines(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(block_kit._BLOCKS, "plan")
    async with stage() as story:
        card = await story.until_approval_wanted()

        assert "Put the alias on the target" in card.plain()
        assert "plan" not in {block["type"] for block in card.blocks}
        await story.approve("joon")
        await story.card("moved")


def _button(value: str) -> list[dict[str, object]]:
    text = {"type": "plain_text", "text": "Cancel"}
    return [
        {"type": "actions", "elements": [{"type": "button", "action_id": "move.cancel", "text": text, "value": value}]}
    ]


# Redis

Outage = tuple[Callable[[ValkeyServer], None], Callable[[ValkeyServer], None]]
OUTAGES: dict[str, Outage] = {
    "hanging": (ValkeyServer.pause, ValkeyServer.resume),
    "gone": (ValkeyServer.kill, ValkeyServer.start),
}


@pytest.mark.parametrize(("begins", "ends"), OUTAGES.values(), ids=OUTAGES)
async def test_without_redis_every_kind_of_request_gets_a_sentence_in_time_and_nothing_is_half_done(
    stage: Stage,
    start_valkey: Callable[..., ValkeyServer],
    begins: Callable[[ValkeyServer], None],
    ends: Callable[[ValkeyServer], None],
) -> None:
    server = start_valkey()
    async with stage(pace=UNDISTURBED, url=server.url) as story:
        card = await story.until_approval_wanted()
        view = await story.open_modal("joon")
        begins(server)

        commands = ("shop.example.com", "list", "status www.example.com", "cancel www.example.com")
        presses = ("move.approve", "move.reject", "move.recheck", "move.cancel")
        typed, pressed, submitted = await asyncio.gather(
            asyncio.gather(*(story.ask(text) for text in commands)),
            asyncio.gather(*(story.press("sora", each) for each in presses)),
            story.world.slack.submit(story.world.people["joon"].id, view, {}),
        )
        assert "/cname-conflict list" in (await story.ask("help")).plain()

        for reply in typed:
            assert "Our database can't be reached" in reply.plain()
        told = [each.plain() for each in story.world.slack.ephemerals(story.world.people["sora"].id)]
        assert len([each for each in told if "Our database can't be reached" in each]) == len(presses)
        assert submitted.view is not None
        assert "Our database can't be reached" in submitted.view.plain()
        assert max(_seconds(*typed, *pressed, submitted)) < SLACK_GIVES_UP_S
        ends(server)
        await _until_answered(story, lambda: story.ask("list"), "www.example.com")
        assert story.world.card().plain() == card.plain()
        assert story.calls() == 0
        await story.approve("joon")
        await story.card("moved")
        assert story.calls() == 1


def _seconds(*replies: Reply | Submission) -> list[float]:
    return [each.seconds for each in replies]


async def _until_answered(story: Story, ask: Callable[[], Awaitable[Reply]], word: str) -> None:
    async with asyncio.timeout(15):
        while word not in (await ask()).plain():
            assert story.calls() == 0
