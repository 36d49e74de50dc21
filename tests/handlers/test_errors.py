"""Whatever a listener runs into, Slack gets its answer and a person gets a sentence."""

import asyncio
from typing import Any

import pytest

from bot.ports import Conflict, TryAgainLater
from bot.slack import messages
from playground.slack import Message, Reply, Submission, View, payloads, unavailable
from playground.slack.dispatch import Answer, Kind
from tests.handlers.conftest import Broken, Door, OpenDoor

UNEXPECTED = "Something went wrong on my side, and it is in my log. Look at the card before you try again."
TOO_SLOW = "I could not answer in time. Look at the card before you try again"
TROUBLES: dict[str, tuple[Exception, str]] = {
    "a mistake of ours": (ZeroDivisionError("division by zero"), UNEXPECTED),
    "a mistake with a misleading name": (KeyError("user_id"), UNEXPECTED),
    "no database": (TryAgainLater("Our database can't be reached."), "Our database can't be reached."),
    "too many at once": (Conflict("Several people pressed at once."), "Several people pressed at once."),
    "a time-out": (TimeoutError(), TOO_SLOW),
}


def card(door: Door) -> Message:
    buttons = [
        {"type": "button", "action_id": each, "text": {"type": "plain_text", "text": each}, "value": "0123456789ab::1"}
        for each in ("move.approve", "move.cancel", "move.recheck", "move.reject")
    ]
    return door.slack.post(door.channel, "A card", [{"type": "actions", "elements": buttons}])


def modal(door: Door, kind: str) -> View:
    view = messages.outcome_view("A modal", "Approve?") | {
        "callback_id": f"move.{kind}",
        "private_metadata": "a nonce",
        "submit": {"type": "plain_text", "text": "Do it"},
    }
    return door.slack.push_view(door.mina.id, view)


async def answers_to_everything(door: Door) -> list[str]:
    """What mina reads after each kind of request; each must have been answered before Slack gives up."""
    slack, mina, message = door.slack, door.mina.id, card(door)
    texts = ("www.example.com", "list", "status www.example.com", "cancel www.example.com")
    views = [modal(door, "approve"), modal(door, "reject")]
    typed, pressed, submitted = await asyncio.gather(
        asyncio.gather(*(slack.command(mina, door.channel.id, "/cname-conflict", text) for text in texts)),
        asyncio.gather(*(slack.press(mina, message, each.action_id) for each in message.buttons())),
        asyncio.gather(*(slack.submit(mina, view) for view in views)),
    )
    answers: list[Reply | Submission] = [*typed, *pressed, *submitted]
    assert [(each.status, each.error) for each in answers] == [(200, None)] * 10
    assert max(each.seconds for each in answers) < 3
    shown = [each.view.plain() for each in submitted if each.view]
    whispers = [each.plain() for each in slack.ephemerals(mina)]
    return whispers + shown


@pytest.mark.parametrize(("trouble", "sentence"), TROUBLES.values(), ids=TROUBLES)
async def test_no_acknowledgement_is_lost_whatever_a_listener_raises(
    open_door: OpenDoor, trouble: Exception, sentence: str
) -> None:
    async with open_door(Broken(trouble)) as door:
        told = await answers_to_everything(door)

    assert len(told) == 10
    assert [each for each in told if sentence not in each] == []
    assert sum("Look at the card" in each for each in told[-2:]) == 2


async def test_an_answer_that_would_come_too_late_is_given_up_in_time(open_door: OpenDoor) -> None:
    async with open_door(Broken(None)) as door:
        told = await answers_to_everything(door)

    assert len(told) == 10
    assert [each for each in told if TOO_SLOW not in each] == []


async def test_a_mistake_of_ours_is_in_the_log_with_its_traceback(
    open_door: OpenDoor, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_door(Broken(ZeroDivisionError("division by zero"))) as door:
        await door.slack.command(door.mina.id, door.channel.id, "/cname-conflict", "list")

    failures = [each for each in caplog.records if each.exc_info]
    assert [each.getMessage() for each in failures] == [f"listener failed user={door.mina.id}"]


async def test_a_sentence_that_slack_does_not_take_costs_no_acknowledgement(
    open_door: OpenDoor, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_door(Broken(ZeroDivisionError())) as door:
        message = card(door)
        door.slack.faults.plan("response_url", unavailable())

        reply = await door.slack.press(door.mina.id, message, "move.cancel")

    assert (reply.status, reply.error) == (200, None)
    assert "/response/" not in caplog.text


@pytest.mark.parametrize("broken", [{"user": {}}, {"container": {}}, {"container": 1}, {"team": {}}])
async def test_a_press_of_another_shape_is_answered_and_presses_nothing(
    open_door: OpenDoor, broken: dict[str, Any]
) -> None:
    async with open_door(Broken(AssertionError("nobody may get this far"))) as door:
        message = card(door)

        answer = await _sent(door, message, broken)

        assert answer.status == 200
        assert "can't read that press" in door.slack.ephemerals(door.mina.id)[-1].plain()


async def _sent(door: Door, message: Message, broken: dict[str, Any]) -> Answer:
    button = message.buttons()[0]
    action = payloads.pressed(button.element, button.block_id)
    payload = payloads.block_actions(door.slack, door.mina.id, message, action, {})
    return await door.slack.transport().deliver(Kind.INTERACTIVE, payload | broken)
