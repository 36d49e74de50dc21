"""The two modals: a submission counts only with the nonce of a modal we opened for this person, and only once."""

from slack_bolt.async_app import AsyncApp

from bot.moves import Moves
from bot.slack import messages
from handlers.errors import Body, Boundary, team_of


def register(app: AsyncApp, moves: Moves, boundary: Boundary) -> None:
    """Listen for both."""

    async def approve(body: Body) -> str:
        answer = await moves.approve(_nonce(body), user=body["user"]["id"], team=team_of(body))
        return answer.sentence

    async def reject(body: Body) -> str:
        answer = await moves.reject(_nonce(body), _reason(body), user=body["user"]["id"], team=team_of(body))
        return answer.sentence

    app.view(messages.APPROVE_MODAL)(boundary.modal(approve))
    app.view(messages.REJECT_MODAL)(boundary.modal(reject))


def _nonce(body: Body) -> str:
    return str(body["view"].get("private_metadata") or "")


def _reason(body: Body) -> str:
    fields = body["view"].get("state", {}).get("values", {}).values()
    texts = [str(field[messages.REASON].get("value") or "") for field in fields if messages.REASON in field]
    return "".join(texts).strip()[: messages.REASON_CHARACTERS]
