"""What Slack hands out for a short time: trigger ids (3 s, one use) and response URLs (30 min, five uses)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60.0
RESPONSE_URL_USES = 5


class Spoilt(Enum):
    """Why a trigger id opens nothing, in Slack's words."""

    UNKNOWN = "invalid_trigger_id"
    EXPIRED = "expired_trigger_id"
    EXCHANGED = "exchanged_trigger_id"


@dataclass(slots=True)
class _Trigger:
    user: str
    expires_at: float
    is_exchanged: bool = False


@dataclass(slots=True)
class Triggers:
    """Times are seconds of the workspace's clock."""

    clock: Callable[[], float]
    _issued: dict[str, _Trigger] = field(default_factory=dict)

    def issue(self, user: str) -> str:
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**11)}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = _Trigger(user, self.clock() + TRIGGER_SECONDS)
        return trigger_id

    def look_at(self, trigger_id: str) -> str | Spoilt:
        """The person it was issued for."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            return Spoilt.UNKNOWN
        if trigger.is_exchanged:
            return Spoilt.EXCHANGED
        return Spoilt.EXPIRED if self.clock() > trigger.expires_at else trigger.user

    def exchange(self, trigger_id: str) -> None:
        self._issued[trigger_id].is_exchanged = True


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer sent to this URL goes; `source_ts` is the message whose button was pressed."""

    channel: str
    user: str
    expires_at: float
    source_ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


@dataclass(slots=True)
class ResponseUrls:
    clock: Callable[[], float]
    _issued: dict[str, ResponseUrl] = field(default_factory=dict)

    def issue(self, channel: str, user: str, source_ts: str | None = None, thread_ts: str | None = None) -> str:
        """The last part of the URL."""
        key = secrets.token_hex(12)
        self._issued[key] = ResponseUrl(channel, user, self.clock() + RESPONSE_URL_SECONDS, source_ts, thread_ts)
        return key

    def use(self, key: str) -> ResponseUrl | None:
        """None where Slack would say that the URL is spent or too old."""
        url = self._issued.get(key)
        if url is None or url.uses >= RESPONSE_URL_USES or self.clock() > url.expires_at:
            return None
        url.uses += 1
        return url
