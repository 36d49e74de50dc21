"""Creating the record in Route 53, through a modal that shows the zone; and the button that removes it again."""

from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.moves import Answer, Moves
from bot.slack import messages
from handlers.approval_modal import nonce_of
from handlers.errors import Body, Boundary, team_of
from handlers.move_buttons import open_dialog, press_of


def register(app: AsyncApp, moves: Moves, boundary: Boundary, account_names: Mapping[str, str]) -> None:
    """Listen for all three."""

    async def review(body: Body, client: AsyncWebClient) -> str:
        review = await moves.review_record(press_of(body))
        if isinstance(review, Answer):
            return review.sentence
        view = messages.creating_modal(review.move, review.nonce, account_names)
        return await open_dialog(client, body["trigger_id"], view)

    async def create(body: Body) -> str:
        return (await moves.create_record(nonce_of(body), user=body["user"]["id"], team=team_of(body))).sentence

    async def remove(body: Body, _client: AsyncWebClient) -> str:
        return (await moves.remove_record(press_of(body))).sentence

    app.action(messages.CREATE_RECORD)(boundary.button(review))
    app.view(messages.CREATE_RECORD_MODAL)(boundary.modal(create))
    app.action(messages.REMOVE_RECORD)(boundary.button(remove))
