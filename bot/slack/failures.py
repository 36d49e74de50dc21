"""Slack's refusals as the errors of `bot.ports`, named for what the caller can do about them.

    ChannelClosed   the bot is not in the channel, or may not post there
    TryAgainLater   429, 5xx, no answer in time, no connection
    NotPermitted    everything else: token, scopes, a card that somebody deleted

Never repeats a token: only Slack's own error word goes into a sentence.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.ports import ChannelClosed, NotPermitted, PortError, TryAgainLater

TOO_MANY_REQUESTS = 429
SERVER_ERRORS = 500

# docs.slack.dev/reference/methods/chat.postMessage
_CLOSED = frozenset(
    {
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "slack_connect_canvas_sharing_blocked",
        "messages_tab_disabled",
        "method_not_supported_for_channel_type",
    }
)
_LATER = frozenset(
    {"ratelimited", "rate_limited", "message_limit_exceeded", "internal_error", "fatal_error", "service_unavailable"}
    | {"request_timeout", "team_added_to_org"}
)
_REMEDIES = {
    "message_not_found": "The message is gone: somebody deleted it.",
    "thread_not_found": "The card is gone: somebody deleted it.",
    "cant_update_message": "The message is not the bot's own.",
    "edit_window_closed": "The workspace's settings forbid to edit messages as old as this one.",
    "missing_scope": "The app lacks a scope; `doctor` names it.",
    "invalid_auth": "The bot token is wrong.",
    "not_authed": "The bot token is missing.",
    "token_revoked": "The bot token was revoked.",
    "token_expired": "The bot token is too old.",
    "account_inactive": "The bot's account was switched off.",
    "access_denied": "The workspace does not let the bot in.",
}


def word_of(error: SlackApiError) -> str:
    """Slack's error word: `not_in_channel`; empty where the answer had none."""
    # The response is an object of slack_sdk or aiohttp; its data may be text, when something else answered.
    data = getattr(error.response, "data", error.response)
    word = data.get("error") if isinstance(data, Mapping) else None
    return word if isinstance(word, str) and re.fullmatch(r"[a-z0-9_]{1,80}", word) else ""


def port_error(error: SlackApiError) -> PortError:
    """What the caller can do about this refusal."""
    word = word_of(error)
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None) or 0
    if word in _CLOSED:
        return ChannelClosed(f"Slack does not let me post in that channel ({word}). Invite me there, then ask again.")
    if word in _LATER or status == TOO_MANY_REQUESTS or status >= SERVER_ERRORS:
        return TryAgainLater(f"Slack does not answer as it should ({word or status}).")
    return NotPermitted(f"Slack refused ({word or status}). {_REMEDIES.get(word, '')}".rstrip())


@asynccontextmanager
async def calling_slack(limit_s: float) -> AsyncIterator[None]:
    """Around every call: bounded in time, and failing only with errors of `bot.ports` or a `SlackApiError`.

    Raises:
        TryAgainLater: no answer within `limit_s` seconds, or no connection.
        SlackApiError: Slack's refusal, for `port_error`.
    """
    try:
        async with asyncio.timeout(limit_s):
            yield
    except SlackApiError:
        raise
    except TimeoutError as error:
        raise TryAgainLater(f"Slack gave no answer within {limit_s:g} seconds.") from error
    except (aiohttp.ClientError, OSError, SlackClientError) as error:
        raise TryAgainLater("Slack can't be reached.") from error
    except AttributeError as error:
        # slack_sdk 3.47 asks a body of text/plain, as a proxy in between sends it, for its "ok".
        raise TryAgainLater("Something between here and Slack answered instead of Slack.") from error
