"""STS: who may assume which role, and the sessions that come of it. GetCallerIdentity and the rest are moto's.

Must never open a session for a role that nobody has added, or for a caller who does not know its external id: a bot
that forgets either must be refused here as it would be there.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aiohttp import web

from playground.aws import query_protocol
from playground.aws.endpoint import Call, Served
from playground.aws.moto_server import MotoServer
from playground.aws.passing_on import PassingOn
from playground.aws.permissions import Permissions, Statement, read_policy
from playground.aws.refusals import Refusal, not_authorized
from playground.aws.signing import Identity, utc_now

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_SHORTEST_SECONDS, _LONGEST_SECONDS, _LONGEST_POSSIBLE_SECONDS = 900, 3600, 43200
_LONGEST_POLICY = 2048


@dataclass(frozen=True, slots=True)
class _Role:
    trusted_external_id: str | None
    actions: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class _Wish:
    """What an AssumeRole asks for; every member as the documentation allows it."""

    role_arn: str
    session_name: str
    source_identity: str | None
    external_id: str | None
    policy: tuple[Statement, ...] | None
    seconds: int


class Roles(Served):
    """Every account's roles and their sessions, served as STS over HTTP; `add` needs no signature.

    Of an AssumeRole, `requests` shows RoleArn, RoleSessionName, SourceIdentity, ExternalId, Policy and DurationSeconds.
    """

    signing_name = "sts"

    def __init__(
        self,
        moto: MotoServer,
        *,
        identity_of: Callable[[str], Identity | None],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(identity_of, now)
        self._moto = moto
        self._now = now
        self._roles: dict[str, _Role] = {}
        self._sessions: dict[str, Identity] = {}
        self._passing_on = PassingOn(moto)

    async def start(self) -> None:
        await self._passing_on.start()
        await super().start()

    async def stop(self) -> None:
        await super().stop()
        await self._passing_on.stop()

    # The world's switches.

    def add(
        self,
        account: str,
        name: str,
        *,
        trusted_external_id: str | None = None,
        actions: Iterable[str] | None = None,
    ) -> str:
        """ARN of a role that every caller may assume who knows the external id, if there is one.

        Its policy allows `actions` ("cloudfront:List*") on every resource; None: every action.
        """
        arn = f"arn:aws:iam::{account}:role/{name}"
        self._roles[arn] = _Role(trusted_external_id, None if actions is None else tuple(actions))
        return arn

    def remove(self, arn: str) -> None:
        """The role is gone, and its sessions with it."""
        del self._roles[arn]
        session = arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/"
        self._sessions = {key: each for key, each in self._sessions.items() if not each.arn.startswith(session)}

    def session_of(self, access_key: str) -> Identity | None:
        """Whose temporary key this is, expired or not."""
        return self._sessions.get(access_key)

    # STS over HTTP.

    def read(self, request: web.Request, body: bytes) -> Call:
        return query_protocol.read(request, body)

    async def perform(self, call: Call, caller: Identity) -> web.Response:
        if call.operation != "AssumeRole":
            return await self._passing_on.answer(call)
        wish = _read_wish(call.params, chained=caller.session_token is not None)
        role = self._roles.get(wish.role_arn)
        because = caller.permissions.why_not("sts:AssumeRole", wish.role_arn)
        # AWS tells nobody whether the role does not exist or does not trust the caller.
        if role is None or because or role.trusted_external_id not in {None, wish.external_id}:
            raise not_authorized(caller.arn, "sts:AssumeRole", wish.role_arn, because or "")
        return self._open_session(role, wish)

    def refuse(self, refusal: Refusal) -> web.Response:
        return query_protocol.refuse(refusal, _NAMESPACE)

    def _open_session(self, role: _Role, wish: _Wish) -> web.Response:
        made = self._moto.assume_role(wish.role_arn, wish.session_name, wish.seconds, wish.external_id or "")
        self._sessions[made.access_key] = replace(
            made,
            # By the world's clock, which may be moved; the answer tells the machine's, by which SDKs refresh.
            expires_at=self._now() + timedelta(seconds=wish.seconds),
            permissions=Permissions(role.actions, wish.policy),
        )
        return query_protocol.response(
            "AssumeRole",
            _NAMESPACE,
            {
                "Credentials": {
                    "AccessKeyId": made.access_key,
                    "SecretAccessKey": made.secret,
                    "SessionToken": made.session_token,
                    "Expiration": made.expires_at,
                },
                "AssumedRoleUser": {"AssumedRoleId": f"AROA{'EXAMPLE' * 2}:{wish.session_name}", "Arn": made.arn},
                "PackedPolicySize": None if wish.policy is None else 6,
                "SourceIdentity": wish.source_identity,
            },
        )


def _read_wish(given: Mapping[str, str], *, chained: bool) -> _Wish:
    arn = given.get("RoleArn", "")
    if len(arn) < 20 or len(arn.split(":")) < 6 or not arn.startswith("arn:"):
        raise Refusal(400, "ValidationError", f"{arn} is invalid")
    name = _matching(given, "RoleSessionName", _SESSION_NAME)
    if name is None:
        raise _invalid("", "roleSessionName", "Member must not be null")
    return _Wish(
        role_arn=arn,
        session_name=name,
        source_identity=_matching(given, "SourceIdentity", _SESSION_NAME),
        external_id=_matching(given, "ExternalId", _EXTERNAL_ID),
        policy=_policy(given.get("Policy")),
        seconds=_seconds(given.get("DurationSeconds", str(_LONGEST_SECONDS)), chained=chained),
    )


def _matching(given: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str | None:
    value = given.get(name)
    if value is not None and pattern.fullmatch(value) is None:
        rule = f"Member must satisfy regular expression pattern: {pattern.pattern}"
        raise _invalid(value, name[0].lower() + name[1:], rule)
    return value


def _policy(text: str | None) -> tuple[Statement, ...] | None:
    if text is None:
        return None
    if len(text) > _LONGEST_POLICY:
        raise _invalid(text, "policy", f"Member must have length less than or equal to {_LONGEST_POLICY}")
    return read_policy(text)


def _seconds(text: str, *, chained: bool) -> int:
    seconds = int(text) if text.isdecimal() else 0
    if seconds < _SHORTEST_SECONDS:
        raise _invalid(text, "durationSeconds", f"Member must have value greater than or equal to {_SHORTEST_SECONDS}")
    if seconds > _LONGEST_POSSIBLE_SECONDS:
        rule = f"Member must have value less than or equal to {_LONGEST_POSSIBLE_SECONDS}"
        raise _invalid(text, "durationSeconds", rule)
    if seconds > _LONGEST_SECONDS:
        limit = "1 hour session limit for roles assumed by role chaining" if chained else "MaxSessionDuration"
        of_role = "." if chained else " set for this role."
        raise Refusal(400, "ValidationError", f"The requested DurationSeconds exceeds the {limit}{of_role}")
    return seconds


def _invalid(value: str, member: str, rule: str) -> Refusal:
    text = f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}"
    return Refusal(400, "ValidationError", text)
