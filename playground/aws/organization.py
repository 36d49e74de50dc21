"""AWS Organizations, as far as it tells the names of accounts. Every other operation is refused.

It answers its management account only: a bot in any other account must be able to live without it.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from playground.aws import json_protocol
from playground.aws.endpoint import Call, Served
from playground.aws.refusals import Refusal, not_authorized, unknown_operation
from playground.aws.signing import Identity, utc_now

_TARGET_PREFIX = "AWSOrganizationsV20161128"
_ID = "o-playground1"
_LARGEST_PAGE = 20


class Organization(Served):
    """One organization or none, served as Organizations over HTTP; `found` needs no signature."""

    signing_name = "organizations"

    def __init__(self, *, identity_of: Callable[[str], Identity | None], now: Callable[[], datetime] = utc_now) -> None:
        super().__init__(identity_of, now)
        self.largest_page = _LARGEST_PAGE
        """Accounts on one page at most; lower it to see pages."""
        self._management = ""
        self._names: dict[str, str] = {}
        self._founded_at = datetime.now(UTC)

    def found(self, management: str, names: Mapping[str, str]) -> None:
        """From now on these accounts belong to it, and `management` may ask."""
        self._management, self._names = management, dict(names)

    def read(self, request: web.Request, body: bytes) -> Call:
        return json_protocol.read(request, body, _TARGET_PREFIX)

    async def perform(self, call: Call, caller: Identity) -> web.Response:
        action = f"organizations:{call.operation}"
        if (because := caller.permissions.why_not(action, "*")) is not None:
            raise not_authorized(caller.arn, action, "*", because)
        if not self._management:
            text = "Your account is not a member of an organization."
            raise Refusal(400, "AWSOrganizationsNotInUseException", text)
        if caller.account != self._management:
            text = "You don't have permissions to access this resource."
            raise Refusal(400, "AccessDeniedException", text)
        match call.operation:
            case "DescribeAccount":
                return json_protocol.response({"Account": self._account(call.params.get("AccountId", ""))})
            case "ListAccounts":
                return self._list(call)
            case _:
                raise unknown_operation()

    def refuse(self, refusal: Refusal) -> web.Response:
        return json_protocol.refuse(refusal)

    def _list(self, call: Call) -> web.Response:
        start, size = call.params.get("NextToken", "0"), call.params.get("MaxResults", str(_LARGEST_PAGE))
        if not start.isdecimal() or not size.isdecimal() or not 1 <= int(size) <= _LARGEST_PAGE:
            raise Refusal(400, "InvalidInputException", "You specified an invalid value.")
        ids, end = list(self._names), int(start) + min(int(size), self.largest_page)
        listed: dict[str, Any] = {"Accounts": [self._account(each) for each in ids[int(start) : end]]}
        if end < len(ids):
            listed["NextToken"] = str(end)
        return json_protocol.response(listed)

    def _account(self, account: str) -> dict[str, Any]:
        if account not in self._names:
            text = "You specified an account that doesn't exist."
            raise Refusal(400, "AccountNotFoundException", text)
        return {
            "Id": account,
            "Arn": f"arn:aws:organizations::{self._management}:account/{_ID}/{account}",
            "Email": f"aws-{account}@example.com",
            "Name": self._names[account],
            "Status": "ACTIVE",
            "State": "ACTIVE",
            "JoinedMethod": "CREATED",
            "JoinedTimestamp": self._founded_at.timestamp(),
        }
