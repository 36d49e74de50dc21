"""Approve and reject: a submission counts only with the nonce of a modal we opened for this person, and only once."""

from slack_bolt.async_app import AsyncApp

from bot.moves import Moves
from bot.slack import messages
from handlers.errors import Body, Boundary, team_of


def register(app: AsyncApp, moves: Moves, boundary: Boundary) -> None:
    """Listen for both."""

    async def approve(body: Body) -> str:
        answer = await moves.approve(nonce_of(body), user=body["user"]["id"], team=team_of(body))
        return answer.sentence

    async def reject(body: Body) -> str:
        answer = await moves.reject(nonce_of(body), _reason(body), user=body["user"]["id"], team=team_of(body))
        return answer.sentence

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
