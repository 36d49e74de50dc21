"""The buttons and the menu on the card. What a button carries is a hint where to look; nothing in it is believed."""

import logging

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.alias_move.move import CardPlace
from bot.alias_move.names import DistributionId
from bot.moves import Moves, Press
from bot.ports import TryAgainLater
from bot.slack import messages
from bot.slack.failures import calling_slack, word_of
from bot.slack.messages import ButtonValue, Json, NotOurButton
from handlers.errors import Body, Boundary, team_of

log = logging.getLogger(__name__)

DIALOG_WITHIN_S = 1.2
_NO_DIALOG = "Slack did not let me open the dialog, so nothing happened. Press the button once more."


def press_of(body: Body) -> Press:
    """The press.

    Raises:
        NotOurButton: the payload has not the shape of one of our buttons.
    """
    try:
        action, container = body["actions"][0], body["container"]
        # An option of the menu names a distribution and nothing else; which move it is for stands in its block.
        value = ButtonValue.decode(action["value"] if action["type"] == "button" else action["block_id"])
        place = CardPlace(container["channel_id"], container["message_ts"])
        return Press(value.move_id, value.digest, value.round, body["user"]["id"], team_of(body), place)
    except (KeyError, IndexError, TypeError) as odd:
        raise NotOurButton(messages.UNREADABLE_PRESS) from odd


def register(app: AsyncApp, moves: Moves, boundary: Boundary) -> None:
    """Listen for all but those that ask once more in a modal."""

    async def recheck(body: Body, _client: AsyncWebClient) -> str:
        return (await moves.recheck(press_of(body))).sentence

    async def owner_says_off(body: Body, _client: AsyncWebClient) -> str:
        return (await moves.owner_says_off(press_of(body))).sentence

    async def cancel(body: Body, _client: AsyncWebClient) -> str:
        return (await moves.cancel(press_of(body))).sentence

    async def tried_by_hand(body: Body, _client: AsyncWebClient) -> str:
        return (await moves.tell_of_hand_try(press_of(body), was_tried=True)).sentence

    async def not_tried(body: Body, _client: AsyncWebClient) -> str:
        return (await moves.tell_of_hand_try(press_of(body), was_tried=False)).sentence

    async def choose_target(body: Body, _client: AsyncWebClient) -> str:
        press = press_of(body)
        target = DistributionId.parse(str(body["actions"][0].get("selected_option", {}).get("value", "")))
        return (await moves.choose_target(press, target)).sentence

    async def letters(body: Body, client: AsyncWebClient) -> str:
        answer = await moves.read(press_of(body))
        if answer.move is None:
            return answer.sentence
        view = messages.reading_modal(answer.move)
        return messages.NO_LETTERS if view is None else await open_dialog(client, body["trigger_id"], view)

    async def record_texts(body: Body, client: AsyncWebClient) -> str:
        answer = await moves.read(press_of(body))
        if answer.move is None:
            return answer.sentence
        if not messages.has_record_texts(answer.move):
            return messages.NO_RECORD_TEXTS
        return await open_dialog(client, body["trigger_id"], messages.record_texts_modal(answer.move))

    app.action(messages.RECHECK)(boundary.button(recheck))
    app.action(messages.OWNER_SAYS_OFF)(boundary.button(owner_says_off))
    app.action(messages.CANCEL)(boundary.button(cancel))
    app.action(messages.TRIED_BY_HAND)(boundary.button(tried_by_hand))
    app.action(messages.NOT_TRIED)(boundary.button(not_tried))
    app.action(messages.CHOOSE_TARGET)(boundary.button(choose_target))
    app.action(messages.LETTERS)(boundary.button(letters))
    app.action(messages.RECORD_TEXTS)(boundary.button(record_texts))


async def open_dialog(client: AsyncWebClient, trigger_id: str, view: Json) -> str:
    """Slack refuses a made-up trigger, so a forged press never gets a modal, and without one nobody approves."""
    try:
        async with calling_slack(DIALOG_WITHIN_S):
            await client.views_open(trigger_id=trigger_id, view=view)
    except SlackApiError as refused:
        log.warning("no dialog why=%s", word_of(refused))
        return _NO_DIALOG
    except TryAgainLater as trouble:
        log.warning("no dialog why=%s", trouble)
        return _NO_DIALOG
    return ""
