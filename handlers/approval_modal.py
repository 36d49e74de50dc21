"""Approve and reject, each by a button that opens a modal.

A submission counts only with the nonce of a modal that we opened for this person, and only once.
"""

from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.moves import Answer, Moves
from bot.slack import messages
from handlers.errors import Body, Boundary, team_of
from handlers.move_buttons import open_dialog, press_of


def register(app: AsyncApp, moves: Moves, boundary: Boundary, account_names: Mapping[str, str]) -> None:
    """Listen for all four."""

    async def review_approval(body: Body, client: AsyncWebClient) -> str:
        review = await moves.review(press_of(body), approve=True)
        if isinstance(review, Answer):
            return review.sentence
        view = messages.approval_modal(review.move, moves.rules, review.nonce, account_names)
        return await open_dialog(client, body["trigger_id"], view)

    async def review_rejection(body: Body, client: AsyncWebClient) -> str:
        review = await moves.review(press_of(body), approve=False)
        if isinstance(review, Answer):
            return review.sentence
        return await open_dialog(client, body["trigger_id"], messages.rejection_modal(review.move, review.nonce))

    async def approve(body: Body) -> str:
        return (await moves.approve(nonce_of(body), user=body["user"]["id"], team=team_of(body))).sentence

    async def reject(body: Body) -> str:
        answer = await moves.reject(nonce_of(body), _reason(body), user=body["user"]["id"], team=team_of(body))
        return answer.sentence

    app.action(messages.APPROVE)(boundary.button(review_approval))
    app.action(messages.REJECT)(boundary.button(review_rejection))
    app.view(messages.APPROVE_MODAL)(boundary.modal(approve))
    app.view(messages.REJECT_MODAL)(boundary.modal(reject))


def nonce_of(body: Body) -> str:
    """The secret of the modal that was submitted."""
    return str(body["view"].get("private_metadata") or "")


def typed_in(body: Body, action_id: str) -> str:
    """What stands in that input of a submitted modal."""
    fields = body["view"].get("state", {}).get("values", {}).values()
    return "".join(str(field[action_id].get("value") or "") for field in fields if action_id in field).strip()


def _reason(body: Body) -> str:
    return typed_in(body, messages.REASON)[: messages.REASON_CHARACTERS]
