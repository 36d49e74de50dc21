"""The one wrapper around every listener: whatever goes wrong becomes a sentence, and no ack is ever lost.

Bolt forgets an ack when its listener raises shortly afterwards (the person then sees `operation_timeout`). So a
listener here does not ack: it returns its answer, and the wrapper acks with it as the very last thing it does. This is
one of the two places where any exception is caught; the other is the task runner.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import metrics
from bot.alias_move.names import NotAName
from bot.ports import PortError
from bot.slack.messages import Message, NotOurButton, outcome_view, whisper

log = logging.getLogger(__name__)

T = TypeVar("T")
Body = dict[str, Any]
CommandListener = Callable[[Body], Awaitable[Message]]
ButtonListener = Callable[[Body, AsyncWebClient], Awaitable[str]]
ModalListener = Callable[[Body], Awaitable[str | Mapping[str, str]]]
"""A mapping names inputs of the modal, with what is wrong in them."""

ANSWER_WITHIN_S = 2.5
"""Slack gives up after three seconds, the way there and back included."""
DECIDE_WITHIN_S = 1.9
"""A press is answered by a request of our own, which needs its share of the same three seconds."""
DRAIN_AT_MOST_S = 5.0

_TOO_SLOW = "I could not answer in time. Look at the card before you try again: it shows what is true."
_UNEXPECTED = "Something went wrong on my side, and it is in my log. Look at the card before you try again."


class Boundary:
    """Between Bolt and our listeners."""

    def __init__(self) -> None:
        self._answering: set[asyncio.Task[Any]] = set()

    async def drained(self) -> None:
        """Wait until every request that has come in is answered, for a few seconds at most."""
        if self._answering:
            await asyncio.wait(self._answering, timeout=DRAIN_AT_MOST_S)

    def command(self, listener: CommandListener) -> Callable[..., Awaitable[None]]:
        """A slash command: the answer goes into the ack, for its sender alone."""

        async def guarded(ack: AsyncAck, body: Body) -> None:
            message, trouble = await self._answered(listener(body), body, ANSWER_WITHIN_S)
            if message is None:
                message = whisper(trouble)
            await ack(text=message.text, blocks=message.blocks or None, response_type="ephemeral")

        return guarded

    def button(self, listener: ButtonListener) -> Callable[..., Awaitable[None]]:
        """A press or a selection: a sentence, where there is one, is for the person who pressed."""

        async def guarded(ack: AsyncAck, body: Body, client: AsyncWebClient, respond: AsyncRespond) -> None:
            deadline = asyncio.get_running_loop().time() + ANSWER_WITHIN_S
            said, trouble = await self._answered(listener(body, client), body, DECIDE_WITHIN_S)
            if sentence := trouble or said:
                await _whisper(respond, sentence, deadline)
            await ack()

        return guarded

    def modal(self, listener: ModalListener) -> Callable[..., Awaitable[None]]:
        """A submission: an empty answer closes the modal, a sentence replaces what it shows, errors stand in it."""

        async def guarded(ack: AsyncAck, body: Body) -> None:
            said, trouble = await self._answered(listener(body), body, ANSWER_WITHIN_S)
            if trouble:
                # Not "nothing happened": of an answer that was lost nobody knows.
                await ack(response_action="update", view=outcome_view("Look at the card", trouble))
            elif isinstance(said, Mapping):
                await ack(response_action="errors", errors=dict(said))
            elif said:
                await ack(response_action="update", view=outcome_view("Nothing happened", said))
            else:
                await ack()

        return guarded

    async def _answered(self, answering: Awaitable[T], body: Body, within_s: float) -> tuple[T | None, str]:
        task = asyncio.current_task()
        if task is not None:
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        try:
            async with asyncio.timeout(within_s):
                return await answering, ""
        except TimeoutError:
            log.warning("too slow for slack user=%s", _user(body))
            return None, _TOO_SLOW
        except (NotAName, NotOurButton) as why:
            return None, str(why)
        except PortError as trouble:
            log.warning("could not answer user=%s why=%s", _user(body), trouble)
            return None, str(trouble)
        except Exception:
            metrics.LISTENER_ERRORS.inc()
            log.exception("listener failed user=%s", _user(body))
            return None, _UNEXPECTED


async def _whisper(respond: AsyncRespond, sentence: str, deadline: float) -> None:
    try:
        async with asyncio.timeout_at(deadline):
            await respond(text=sentence, response_type="ephemeral", replace_original=False)
    except Exception as lost:  # noqa: BLE001 - the deed is done or refused by now; only the sentence about it is lost
        # Not the whole error: it may hold the response_url, by which anybody could speak for us.
        log.warning("could not tell a person why=%s sentence=%s", type(lost).__name__, sentence)


def team_of(body: Body) -> str:
    """The workspace an interaction comes from."""
    team = body.get("team")
    return str(team["id"]) if isinstance(team, dict) else str(body["user"]["team_id"])


def _user(body: Body) -> str:
    user = body.get("user")
    return str(user.get("id")) if isinstance(user, dict) else str(body.get("user_id"))
