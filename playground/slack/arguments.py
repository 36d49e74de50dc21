"""What a caller sent: from the query, a form or JSON, as slack_sdk uses all three, read into one table.

It knows no method; a value that cannot be read is refused in Slack's words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.slack.block_kit import Surface, is_message_too_long, refusals_of_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

Json = dict[str, Any]


class Refused(Exception):  # noqa: N818  named for what Slack does
    """The call answers ok: false with this error and these further fields."""

    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}


def refused_for(error: str, sentences: list[str]) -> Refused:
    """A refusal that says what is wrong, where Slack's SDKs look for it."""
    marked = [f"[ERROR] {sentence}" for sentence in sentences]
    return Refused(error, errors=sentences, response_metadata={"messages": marked})


@dataclass(frozen=True, slots=True)
class Arguments:
    values: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return None if value is None else str(value)

    def needed(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise refused_for("invalid_arguments", [f"missing required field: {name} [json-pointer:/{name}]"])
        return value

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in {"1", "true"}

    def parsed(self, name: str, error: str) -> object:
        """A JSON value, which a form carries as a string."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(error) from None

    def blocks(self) -> list[Json] | None:
        """None where the caller sent none; refused where Slack would not show them in a message."""
        blocks = self.parsed("blocks", "invalid_blocks_format")
        if blocks is None:
            return None
        if not isinstance(blocks, list):
            raise Refused("invalid_blocks_format")
        if sentences := refusals_of_blocks(blocks, Surface.MESSAGE):
            raise refused_for("invalid_blocks", sentences)
        if is_message_too_long(blocks):
            raise Refused("msg_blocks_too_long")
        return blocks


async def read(request: web.Request) -> dict[str, Any]:
    """The query and the body in one table; the body wins."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(body, dict):
            raise Refused("json_not_object")
        return values | body
    return values | dict(await request.post())
