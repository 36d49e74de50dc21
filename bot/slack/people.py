"""Who somebody is, as Slack says at this moment; asked anew for every deed, so that nobody acts on rights they had.

Nothing is kept: a dismissed approver must not be able to approve for another minute. Fails closed: what Slack does not
say counts as a no, and a group that can't be read makes nobody an approver.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.alias_move.approval import Person
from bot.ports import TryAgainLater
from bot.slack.failures import calling_slack, port_error, word_of

CALL_LIMIT_S = 1.5
"""A person waits, and Slack gives an answer three seconds in all."""

_WHO_ARE_YOU = "I could not ask Slack who you are. Nothing happened; try again in a minute."
_NO_SUCH_PERSON = frozenset({"user_not_found", "user_not_visible"})
# Slackbot is no bot in Slack's own eyes: users.info says is_bot false.
_SLACKBOT = "USLACKBOT"
_EXCLUDED = (
    "deleted",
    "is_bot",
    "is_workflow_bot",
    "is_connector_bot",
    "is_restricted",
    "is_ultra_restricted",
    "is_stranger",
    "is_invited_user",
)

log = logging.getLogger(__name__)


class SlackPeople:
    """Implements `ports.People`."""

    def __init__(
        self, client: AsyncWebClient, approver_user_ids: Iterable[str] = (), approver_group_ids: Iterable[str] = ()
    ) -> None:
        """Approvers as the operator named them: people (`U…`, `W…`) and user groups (`S…`)."""
        self._client = client
        self._users = frozenset(approver_user_ids)
        self._groups = tuple(approver_group_ids)

    async def member(self, user_id: str, team_id: str) -> Person:
        """Ask Slack about this person alone; groups are asked about twenty times a minute at most."""
        try:
            return Person(user_id, is_full_member=await self._is_full_member(user_id, team_id))
        except TryAgainLater as failed:
            raise TryAgainLater(_WHO_ARE_YOU) from failed

    async def person(self, user_id: str, team_id: str) -> Person:
        """Ask Slack about this person and the approvers' groups, all at once."""
        # Who is named directly needs no group; the others' groups are asked beside the person, not after.
        groups = () if user_id in self._users else self._groups
        try:
            async with asyncio.TaskGroup() as asked:
                member = asked.create_task(self._is_full_member(user_id, team_id))
                inside = [asked.create_task(self._is_in_group(user_id, group)) for group in groups]
        except ExceptionGroup as failed:  # not except*: before Python 3.11.4 that puts what is raised into a group
            if failed.split(TryAgainLater)[1] is not None:
                raise
            raise TryAgainLater(_WHO_ARE_YOU) from failed
        is_approver = user_id in self._users or any(one.result() for one in inside)
        return Person(user_id, is_full_member=member.result(), is_approver=is_approver)

    async def _is_full_member(self, user_id: str, team_id: str) -> bool:
        try:
            async with calling_slack(CALL_LIMIT_S):
                answer = await self._client.users_info(user=user_id)
        except SlackApiError as error:
            if word_of(error) in _NO_SUCH_PERSON:
                return False
            log.warning("person_unknown user=%s why=%s", user_id, port_error(error))
            raise TryAgainLater("Slack does not say who that is.") from error
        user = answer.get("user")
        return isinstance(user, Mapping) and _is_member(user, user_id, team_id)

    async def _is_in_group(self, user_id: str, group: str) -> bool:
        try:
            async with calling_slack(CALL_LIMIT_S):
                answer = await self._client.usergroups_users_list(usergroup=group)
        except SlackApiError as error:
            failure = port_error(error)
            if isinstance(failure, TryAgainLater):
                raise failure from error
            log.warning(
                "group_unreadable group=%s why=%s remedy=the scope usergroups:read, or another id", group, failure
            )
            return False
        return user_id in (answer.get("users") or ())


def _is_member(user: Mapping[str, Any], user_id: str, team_id: str) -> bool:
    if user_id == _SLACKBOT or user.get("id") != user_id or any(user.get(field) for field in _EXCLUDED):
        return False
    # In an organisation of several workspaces `team_id` may be another of them, or the organisation's.
    enterprise = user.get("enterprise_user")
    teams = enterprise.get("teams") or () if isinstance(enterprise, Mapping) else ()
    return bool(team_id) and (user.get("team_id") == team_id or team_id in teams)
