"""Shows moves to people in Slack: the card, the notices in its thread, and answers to a command's sender.

It decides nothing and keeps nothing but one observation: whether this Slack takes the `plan` block. A message is sent
at most once per call (only a 429, which is a sure "not posted", is repeated), for Slack knows no idempotency key.
"""

import copy
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.alias_move.approval import Rules
from bot.alias_move.move import CardPlace, Move, Notice
from bot.ports import ChannelClosed, NotPermitted, TryAgainLater
from bot.slack import messages
from bot.slack.failures import SERVER_ERRORS, TOO_MANY_REQUESTS, calling_slack, port_error, word_of
from bot.slack.messages import Json, Message
from bot.slack.situation import NO_NAMES, AccountNames

CALL_LIMIT_S = 10.0

log = logging.getLogger(__name__)


class SlackAnnouncer:
    """Implements `ports.Announcer`."""

    def __init__(self, client: AsyncWebClient, rules: Rules, account_names: AccountNames = NO_NAMES) -> None:
        # A copy shares the connection pool but not the retries: the default handler sends a second time after a lost
        # connection, and the first message may have been posted.
        self._client = copy.copy(client)
        self._client.retry_handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=1)]
        self._rules = rules
        self._account_names = account_names
        self._takes_plans = True

    async def post_card(self, move: Move) -> CardPlace:
        """Post the card into the move's channel."""
        card = messages.card(move, self._rules, self._account_names)
        try:
            answer = await self._send(card, self._client.chat_postMessage, channel=move.channel)
        except ChannelClosed as closed:
            log.warning("no_card move=%s channel=%s why=%s", move.id, move.channel, closed)
            raise ChannelClosed(messages.invite_me(await self._my_user_id(), move.alias).text) from closed
        # Slack may answer with another channel id than it was given, and edits need the answered one.
        return CardPlace(str(answer["channel"]), str(answer["ts"]))

    async def _my_user_id(self) -> str:
        """For saying whom to invite; without it the sentence is a little poorer."""
        try:
            async with calling_slack(CALL_LIMIT_S):
                answer = await self._client.auth_test()
        except (SlackApiError, TryAgainLater):
            return ""
        return str(answer.get("user_id") or "")

    async def update_card(self, move: Move) -> None:
        """Edit the card in place."""
        place = _place_of(move)
        card = messages.card(move, self._rules, self._account_names)
        await self._send(card, self._client.chat_update, channel=place.channel, ts=place.ts)

    async def post_notice(self, move: Move, notice: Notice) -> None:
        """Post into the card's thread."""
        place = _place_of(move)
        await self._send(
            messages.notice(move, notice, self._rules),
            self._client.chat_postMessage,
            channel=place.channel,
            thread_ts=place.ts,
        )

    async def answer(self, answer_url: str, text: str) -> None:
        """Answer a command for its sender alone; an answer that comes too late is dropped."""
        webhook = AsyncWebhookClient(answer_url, timeout=int(CALL_LIMIT_S), retry_handlers=[])
        async with calling_slack(CALL_LIMIT_S):
            answer = await webhook.send(text=text, response_type="ephemeral", unfurl_links=False, unfurl_media=False)
        if answer.status_code == TOO_MANY_REQUESTS or answer.status_code >= SERVER_ERRORS:
            raise TryAgainLater(f"Slack did not take the answer ({answer.status_code}).")
        if answer.status_code >= 400:  # noqa: PLR2004 - HTTP's own border
            # Half an hour has passed, or five answers have been given: no repetition changes that.
            log.warning("answer_dropped status=%s", answer.status_code)

    async def _send(
        self, message: Message, method: Callable[..., Awaitable[AsyncSlackResponse]], **where: str
    ) -> AsyncSlackResponse:
        if not self._takes_plans:
            return await self._call(method, message.text, messages.without_plans(message.blocks), where)
        try:
            return await self._call(method, message.text, message.blocks, where)
        except _BlocksRefused as refused:
            simpler = messages.without_plans(message.blocks)
            if simpler == message.blocks:
                raise NotPermitted(str(refused)) from refused
            answer = await self._call(method, message.text, simpler, where)
            log.warning("no_plan_blocks this Slack does not take them; progress is shown as lines from now on")
            self._takes_plans = False
            return answer

    async def _call(
        self, method: Callable[..., Awaitable[AsyncSlackResponse]], text: str, blocks: list[Json], where: dict[str, str]
    ) -> AsyncSlackResponse:
        # Without unfurling: a preview of the very site that is about to move would be drawn under its card.
        still: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
        try:
            async with calling_slack(CALL_LIMIT_S):
                return await method(text=text, blocks=blocks, **where, **still)
        except SlackApiError as error:
            if word_of(error) in {"invalid_blocks", "invalid_blocks_format"}:
                log.warning(
                    "blocks_refused %s", error.response.get("errors") or error.response.get("response_metadata")
                )
                raise _BlocksRefused(str(port_error(error))) from error
            raise port_error(error) from error


class _BlocksRefused(NotPermitted):
    """Slack does not take these blocks; simpler ones may pass."""


def _place_of(move: Move) -> CardPlace:
    if move.card is None:
        raise NotPermitted("This move has no card.")
    return move.card
