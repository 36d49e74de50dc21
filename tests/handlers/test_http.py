"""The door for Slack's requests: only signed ones come in, and nothing that arrives is answered 500."""

import io
import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier

from handlers.http import LARGEST_BODY_BYTES
from tests.handlers.conftest import Broken, Door, OpenDoor

FORM = "application/x-www-form-urlencoded"
NOTHING = Broken(AssertionError("nobody may get this far"))


def signed(door: Door, body: str, *, at: float | None = None, content_type: str = FORM) -> dict[str, str]:
    timestamp = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(door.slack.app.signing_secret).generate_signature(timestamp=timestamp, body=body)
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": str(signature),
        "Content-Type": content_type,
    }


async def status_of(door: Door, body: bytes | str | io.BytesIO, headers: dict[str, str]) -> int:
    async with door.http.post(door.url, data=body, headers=headers) as answer:
        assert "Traceback" not in await answer.text()
        return answer.status


def command(door: Door, text: str) -> str:
    return urlencode(
        {
            "command": "/cname-conflict",
            "text": text,
            "user_id": door.mina.id,
            "team_id": "T0PLAYGRND",
            "channel_id": door.channel.id,
            "response_url": f"{door.slack.base_url}/response/none",
        }
    )


WRONG_HEADERS: dict[str, dict[str, str | None]] = {
    "no signature": {"X-Slack-Signature": None},
    "no timestamp": {"X-Slack-Request-Timestamp": None},
    "neither": {"X-Slack-Signature": None, "X-Slack-Request-Timestamp": None},
    "an empty signature": {"X-Slack-Signature": ""},
    "an empty timestamp": {"X-Slack-Request-Timestamp": ""},
    "a timestamp that is no number": {"X-Slack-Request-Timestamp": "yesterday"},
    "a timestamp with a fraction": {"X-Slack-Request-Timestamp": "1795391989.5"},
    "a timestamp that is infinite": {"X-Slack-Request-Timestamp": "inf"},
    "a negative timestamp": {"X-Slack-Request-Timestamp": "-1795391989"},
    "a timestamp of many digits": {"X-Slack-Request-Timestamp": "9" * 5000},
    "a timestamp in other digits": {"X-Slack-Request-Timestamp": "\u0661\u0667\u0669"},
    "a signature outside ASCII": {"X-Slack-Signature": "v0=\u00e9\u00e8"},
    "a signature of another version": {"X-Slack-Signature": "v1=" + "0" * 64},
    "a wrong signature": {"X-Slack-Signature": "v0=" + "0" * 64},
}


async def test_a_missing_malformed_or_wrong_signature_is_401_and_reaches_nobody(open_door: OpenDoor) -> None:
    async with open_door(NOTHING) as door:
        body = command(door, "list")
        for name, wrong in WRONG_HEADERS.items():
            headers = {key: value for key, value in (signed(door, body) | wrong).items() if value is not None}
            assert await status_of(door, body, headers) == 401, name

        for seconds in (-310, 310):
            assert await status_of(door, body, signed(door, body, at=time.time() + seconds)) == 401
        assert await status_of(door, body + "&text=other", signed(door, body)) == 401
        assert await status_of(door, b"\xff\xfe", signed(door, "")) == 401


async def test_what_is_signed_and_unreadable_is_refused_and_never_500(open_door: OpenDoor) -> None:
    async with open_door(NOTHING) as door:
        for body in ("", "{", "[]", "payload=", "payload=%7B", "payload=%5B%5D", "payload=1", "{" * 3000, "\x00"):
            assert await status_of(door, body, signed(door, body)) in {400, 404}, body[:20]
        deep = "payload=" + "[" * 200_000
        assert await status_of(door, io.BytesIO(deep.encode()), signed(door, deep)) == 400
        large = "text=" + "x" * LARGEST_BODY_BYTES
        assert await status_of(door, io.BytesIO(large.encode()), signed(door, large)) == 413
        async with door.http.get(door.url) as answer:
            assert answer.status == 405


@pytest.mark.parametrize("content_type", [FORM, "application/json", "text/plain", "", "multipart/form-data"])
async def test_a_signed_command_is_answered_whatever_its_content_type_says(
    open_door: OpenDoor, content_type: str
) -> None:
    async with open_door(NOTHING) as door:
        body = command(door, "help")

        assert await status_of(door, body, signed(door, body, content_type=content_type)) == 200


@pytest.mark.parametrize("text", ["payload.example.com E1", "status", "x=1&payload={}", "{}"])
async def test_what_a_person_types_never_makes_a_command_something_else(open_door: OpenDoor, text: str) -> None:
    async with open_door(NOTHING) as door:
        reply = await door.slack.command(door.mina.id, door.channel.id, "/cname-conflict", text)

        assert reply.error is None
        assert "/cname-conflict help" in reply.plain()


async def test_what_nobody_listens_to_is_404(open_door: OpenDoor, caplog: pytest.LogCaptureFixture) -> None:
    sent: tuple[dict[str, Any], ...] = ({"type": "event_callback", "event": {"type": "message"}}, {"type": "nonsense"})
    async with open_door(NOTHING) as door:
        for payload in sent:
            body = json.dumps(payload)
            assert await status_of(door, body, signed(door, body, content_type="application/json")) == 404

    assert door.slack.app.signing_secret not in caplog.text
