"""Disabling one distribution, and enabling it again: the only place from which UpdateDistribution is sent.

UpdateDistribution replaces a whole configuration, and what is left out is reset. So what goes back is the very document
that CloudFront gave, with one word changed: what this SDK has no name for stays in it. That document holds the secrets
of the origins; it must never be kept, logged or shown, and never leaves this module but for CloudFront.
"""

import re
import time
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import boto3

from bot.aws.calls import Calls, Patience
from bot.aws.refusals import Declined, Denied, Service, refused_before_call
from bot.ports import Conflict, Gone, Refused, Switch, TryAgainLater

_NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
_GONE = "NoSuchDistribution"
_ENABLED = re.compile(rb">(true|false)</(?:[\w.-]+:)?Enabled\s*>")
_SOMEBODY_WAS_FASTER = frozenset({"PreconditionFailed", "InvalidIfMatchVersion"})


async def switch(new_session: Callable[[], boto3.Session], patience: Patience, wanted: Switch) -> None:
    """Returns when CloudFront shows it as wanted. Raises as `bot.ports.Aws.switch`."""
    document = _Document(wanted)
    # Clients of its own: what is heard and sent here is for nobody else.
    calls = Calls(lambda: document.listening(new_session()), patience)
    try:
        await _switch(calls, wanted)
    finally:
        await calls.close()


async def _switch(calls: Calls, wanted: Switch) -> None:
    try:
        config, etag = await _configuration(calls, wanted)
    except (Denied, Declined) as no:
        raise refused_before_call(no, time.time()) from no
    if config["Enabled"] == wanted.enabled:
        return
    _demand_what_was_approved(config, wanted)
    try:
        await calls.send_once(
            "UpdateDistribution",
            Id=wanted.source.text,
            IfMatch=etag,
            DistributionConfig=config | {"Enabled": wanted.enabled},
        )
    except Refused as no:
        if no.refusal.code == _GONE:
            raise _gone(wanted) from no
        if no.refusal.code not in _SOMEBODY_WAS_FASTER:
            raise
        # Perhaps somebody who wanted the same, or a request of our own whose answer was lost.
        if (await _configuration(calls, wanted))[0]["Enabled"] != wanted.enabled:
            raise Conflict(
                f"Somebody else changed {wanted.source} at the same moment, so I changed nothing."
                " Look at it again before you ask for it again."
            ) from no


async def _configuration(calls: Calls, wanted: Switch) -> tuple[dict[str, Any], str]:
    try:
        answer = await calls.ask(Service.CLOUDFRONT, "GetDistributionConfig", Id=wanted.source.text)
    except Declined as no:
        if no.code == _GONE:
            raise _gone(wanted) from no
        raise
    return answer["DistributionConfig"], answer["ETag"]


def _gone(wanted: Switch) -> Gone:
    return Gone(f"{wanted.source} does not exist any more.")


def _demand_what_was_approved(config: dict[str, Any], wanted: Switch) -> None:
    if wanted.aliases is None:
        return
    now = set((config.get("Aliases") or {}).get("Items") or ())
    if now != set(wanted.aliases):
        differing = ", ".join(sorted(now ^ set(wanted.aliases))[:5])
        raise Conflict(
            f"{wanted.source} does not serve the names any more that were shown ({differing}), so I changed nothing."
        )


def rewritten(body: bytes, *, enabled: bool) -> bytes | None:
    """The same document with its own Enabled changed, and no other byte; None: it is built otherwise than known.

    Written anew by a library it would come out with other escapes and prefixes, or not at all.
    """
    try:
        wanted = _parsed(body)
    except ET.ParseError:
        return None
    found, word = wanted.findall(f"{{{_NAMESPACE}}}Enabled"), str(enabled).lower()
    if len(found) != 1:
        return None
    found[0].text = word
    # Cache behaviours and much else have an Enabled of their own: the right one is that which gives the right tree.
    tried = (body[: one.start(1)] + word.encode() + body[one.end(1) :] for one in _ENABLED.finditer(body))
    return next((one for one in tried if ET.tostring(_parsed(one)) == ET.tostring(wanted)), None)


def _parsed(body: bytes) -> ET.Element:
    return ET.fromstring(body)  # noqa: S314 - from AWS, over TLS, and read by botocore the same way


class _Document:
    """The configuration as CloudFront wrote it; botocore's own reading of it lacks what its model does not name."""

    def __init__(self, wanted: Switch) -> None:
        self._wanted = wanted
        self._body = b""

    def listening(self, session: boto3.Session) -> boto3.Session:
        """The session, whose clients tell this document what they hear, and ask it what to send."""
        session.events.register("after-call.cloudfront.GetDistributionConfig", self._keep)
        session.events.register("before-call.cloudfront.UpdateDistribution", self._send_back)
        session.events.register("before-send.cloudfront.UpdateDistribution", self._demand_time)
        return session

    def _keep(self, http_response: Any, **_: object) -> None:  # noqa: ANN401 - botocore has no types
        self._body = http_response.content

    def _send_back(self, params: dict[str, Any], **_: object) -> None:
        body = rewritten(self._body, enabled=self._wanted.enabled)
        if body is None:
            raise Conflict(
                f"CloudFront describes {self._wanted.source} in a way that I don't know, so I changed nothing."
                " Change it in CloudFront itself."
            )
        params["body"] = body

    def _demand_time(self, **_: object) -> None:
        # Here, behind everything that may take long: getting credentials, waiting for a thread, being stopped.
        if time.monotonic() >= self._wanted.send_before:
            raise TryAgainLater("It took too long before I could ask CloudFront, so I did not.")
