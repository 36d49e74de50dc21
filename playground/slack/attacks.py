"""What Slack's screens do not offer but somebody may try: forged presses, replays, submissions of a closed modal.

A forged payload may be signed with the right secret: then it stands for whatever an app must not believe in a payload.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from playground.slack import payloads
from playground.slack.dispatch import Answer, HttpTransport, Kind, SignedRequest, encoded
from playground.slack.forms import filled_in
from playground.slack.people import People, Reply, Submission

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playground.slack.screen import View

Json = dict[str, Any]


class Attacks(People):
    async def press_forged(
        self,
        user: str,
        channel: str,
        message_ts: str,
        action_id: str,
        value: str,
        *,
        trigger_id: str = "made-up",
        signing_secret: str | None = None,
        signed_at: float | None = None,
    ) -> Reply:
        """Send a press of a button that need not exist, on a message that need not exist, by anybody.

        Without `signing_secret` it is signed rightly, or arrives through Socket Mode. `signed_at`: seconds since the
        epoch, for requests that are too old. No such press has a trigger id that opens anything.
        """
        element = {"type": "button", "action_id": action_id, "value": value}
        action = payloads.pressed({**element, "text": {"type": "plain_text", "text": "Forged"}}, "forged")
        payload = payloads.block_actions_in(self, user, channel, message_ts, action) | {"trigger_id": trigger_id}
        message = self.message(channel, message_ts)
        if message is not None:
            payload = payloads.block_actions(self, user, message, action, {}) | {"trigger_id": trigger_id}
        return self._reply(await self._send_forged(payload, signing_secret, signed_at))

    async def submit_forged(
        self,
        user: str,
        view: View,
        values: Mapping[str, str | Sequence[str]] | None = None,
        *,
        private_metadata: str | None = None,
    ) -> Submission:
        """Send a submission of a modal that may be closed, by anybody, with other metadata than it had."""
        payload = payloads.view_submission(self, user, view, filled_in(view, values or {}))
        if private_metadata is not None:
            payload["view"]["private_metadata"] = private_metadata
        answer = await self.transport().deliver(Kind.INTERACTIVE, payload)
        body = answer.body if isinstance(answer.body, dict) else {}
        action = body.get("response_action") or ("close" if answer.failure is None else None)
        return Submission(answer.status, answer.seconds, action, body.get("errors", {}), error=_words(answer))

    def sent_requests(self) -> list[SignedRequest]:
        """Every HTTP request the app has got so far, oldest first."""
        return list(self._http().requests)

    async def replay(self, request: SignedRequest) -> Reply:
        """Send the same bytes again."""
        return self._reply(await self._http().send(request))

    async def _send_forged(self, payload: Json, signing_secret: str | None, signed_at: float | None) -> Answer:
        if signing_secret is None and signed_at is None:
            return await self.transport().deliver(Kind.INTERACTIVE, payload)
        http = self._http()
        body = encoded(Kind.INTERACTIVE, payload)
        return await http.send(http.sign(body, signing_secret=signing_secret, signed_at=signed_at))

    def _http(self) -> HttpTransport:
        transport = self.transport()
        if not isinstance(transport, HttpTransport):
            raise TypeError("Socket Mode signs nothing and keeps no requests: this needs connect_http()")
        return transport

    def _reply(self, answer: Answer) -> Reply:
        said = json.dumps(answer.body) if isinstance(answer.body, dict) else answer.body
        return Reply(answer.status, answer.seconds, said, error=_words(answer), name_of=self.directory.name)


def _words(answer: Answer) -> str | None:
    return None if answer.failure is None else answer.failure.value
