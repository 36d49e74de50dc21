"""Methods that only tell: who the token is, who somebody is, who is in a group, what a channel is.

Opening a direct message is here too, because all it changes is that a channel exists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack.arguments import Arguments, Refused
from playground.slack.directory import TEAM_ID, Channel, Person, Standing

if TYPE_CHECKING:
    from playground.slack.state import State

Json = dict[str, Any]


def auth_test(state: State, _: Arguments) -> Json:
    return {
        "url": "https://playground.slack.example/",
        "team": "Playground",
        "user": state.app.bot_name,
        "team_id": TEAM_ID,
        "user_id": state.app.bot_user_id,
        "bot_id": state.app.bot_id,
        "is_enterprise_install": False,
    }


def users_info(state: State, arguments: Arguments) -> Json:
    person = state.directory.people.get(arguments.needed("user"))
    if person is None:
        raise Refused("user_not_found")
    return {"user": _as_json(person)}


def group_members(state: State, arguments: Arguments) -> Json:
    group = state.directory.groups.get(arguments.needed("usergroup"))
    if group is None:
        raise Refused("no_such_subteam")
    return {"users": list(group.members)}


def conversations_open(state: State, arguments: Arguments) -> Json:
    users = [user for user in (arguments.text("users") or "").split(",") if user]
    if len(users) != 1:
        raise Refused("users_list_not_supplied" if not users else "too_many_users")
    person = state.directory.people.get(users[0])
    if person is None:
        raise Refused("user_not_found")
    if person.standing is Standing.DEACTIVATED:
        raise Refused("user_disabled")
    if person.standing is Standing.BOT:
        raise Refused("cannot_dm_bot")
    return {"channel": {"id": state.directory.direct_channel(person.id).id}}


def conversations_info(state: State, arguments: Arguments) -> Json:
    channel = state.directory.channels.get(arguments.needed("channel"))
    if channel is None:
        raise Refused("channel_not_found")
    scope = _scope_to_read(channel)
    if scope not in state.app.scopes:
        raise Refused("missing_scope", needed=scope, provided=",".join(sorted(state.app.scopes)))
    is_member = state.app.bot_user_id in channel.members
    if channel.is_private and not is_member:
        raise Refused("channel_not_found")
    return {
        "channel": {
            "id": channel.id,
            "name": channel.name,
            "is_channel": not channel.is_direct,
            "is_im": channel.is_direct,
            "is_private": channel.is_private,
            "is_archived": channel.is_archived,
            "is_member": is_member,
            "num_members": len(channel.members),
        }
    }


def _scope_to_read(channel: Channel) -> str:
    if channel.is_direct:
        return "im:read"
    return "groups:read" if channel.is_private else "channels:read"


def _as_json(person: Person) -> Json:
    told: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.standing is Standing.DEACTIVATED,
        "real_name": person.real_name,
        "profile": {"real_name": person.real_name, "display_name": person.name},
        "is_bot": person.standing is Standing.BOT,
        "is_app_user": False,
    }
    if person.standing is Standing.DEACTIVATED:
        # Slack tells nothing about rights and guests once an account is gone.
        return told
    told |= {
        "is_admin": False,
        "is_owner": False,
        "is_restricted": person.standing in {Standing.GUEST, Standing.SINGLE_CHANNEL_GUEST},
        "is_ultra_restricted": person.standing is Standing.SINGLE_CHANNEL_GUEST,
        "tz": "Europe/Berlin",
        "tz_offset": 3600,
    }
    if person.standing is Standing.EXTERNAL:
        told["is_stranger"] = True
    return told
