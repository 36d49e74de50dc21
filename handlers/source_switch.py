"""Disabling the source, through a modal in which its id has to be typed; and the button that enables it again."""

from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.moves import Answer, Moves, Typo
from bot.slack import messages
from handlers.approval_modal import nonce_of, typed_in
from handlers.errors import Body, Boundary, team_of
from handlers.move_buttons import open_dialog, press_of


def register(app: AsyncApp, moves: Moves, boundary: Boundary, account_names: Mapping[str, str]) -> None:
    """Listen for all three."""

    async def review(body: Body, client: AsyncWebClient) -> str:
        review = await moves.review_source(press_of(body))
        if isinstance(review, Answer):
            return review.sentence
        view = messages.disabling_modal(review.move, review.nonce, account_names)
        return await open_dialog(client, body["trigger_id"], view)

    async def disable(body: Body) -> str | Mapping[str, str]:
        typed = typed_in(body, messages.SOURCE_ID)
        outcome = await moves.disable_source(nonce_of(body), typed, user=body["user"]["id"], team=team_of(body))
        return {messages.SOURCE_ID: outcome.sentence} if isinstance(outcome, Typo) else outcome.sentence

    async def enable(body: Body, _client: AsyncWebClient) -> str:
        return (await moves.enable_source(press_of(body))).sentence

    app.action(messages.DISABLE_SOURCE)(boundary.button(review))
    app.view(messages.DISABLE_SOURCE_MODAL)(boundary.modal(disable))
    app.action(messages.ENABLE_SOURCE)(boundary.button(enable))
