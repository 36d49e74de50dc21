"""What Slack sends to an app when somebody types a command, presses, chooses, submits or closes.

Shapes are those of docs.slack.dev/reference/interaction-payloads. A payload comes with a fresh trigger id and response
URL; nothing is delivered here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack import chat_methods, view_methods
from playground.slack.directory import TEAM_ID
from playground.slack.screen import options_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playground.slack.screen import Message, View
    from playground.slack.state import State

Json = dict[str, Any]

TEAM_DOMAIN = "playground"

_KEPT_OF_BUTTONS = {"type", "action_id", "text", "value", "style", "confirm"}
_KEPT_OF_MENUS = {"type", "action_id", "placeholder"}


def slash_command(state: State, user: str, channel: str, command: str, text: str) -> dict[str, str]:
    return {
        "token": "made-up-verification",
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel,
        "channel_name": state.directory.channels[channel].name,
        "user_id": user,
        "user_name": state.directory.people[user].name,
        "command": command,
        "text": text,
        "api_app_id": state.app.id,
        "is_enterprise_install": "false",
        "response_url": _response_url(state, channel, user),
        "trigger_id": state.triggers.issue(user),
    }


def block_actions(state: State, user: str, message: Message, action: Json, chosen: Mapping[str, Json]) -> Json:
    """`action` is the element that was used; `chosen` what this person has picked in the message's menus."""
    return {
        **block_actions_in(state, user, message.channel, message.ts, action, message.thread_ts),
        "container": {
            **_container(message.channel, message.ts, message.thread_ts),
            "is_ephemeral": message.is_ephemeral,
        },
        # Of an ephemeral message Slack keeps nothing, so it cannot send it along.
        **({} if message.is_ephemeral else {"message": chat_methods.as_json(state, message)}),
        "state": {"values": _picked(message, chosen)},
    }


def block_actions_in(
    state: State, user: str, channel: str, message_ts: str, action: Json, thread_ts: str | None = None
) -> Json:
    """A press as far as it can be told without the message itself."""
    named = state.directory.channels.get(channel)
    return {
        "type": "block_actions",
        **_sender(state, user),
        "container": _container(channel, message_ts, thread_ts),
        "channel": {"id": channel, "name": named.name if named else "unknown"},
        "state": {"values": {}},
        "trigger_id": state.triggers.issue(user),
        "response_url": _response_url(state, channel, user, message_ts, thread_ts),
        "actions": [{**action, "action_ts": f"{state.clock():.6f}"}],
    }


def pressed(element: Json, block_id: str) -> Json:
    """A button as an action carries it."""
    kept = {key: value for key, value in element.items() if key in _KEPT_OF_BUTTONS}
    return {**kept, "block_id": block_id}


def picked(element: Json, block_id: str, option: Json) -> Json:
    """A menu as an action carries it, with the option that was chosen."""
    kept = {key: value for key, value in element.items() if key in _KEPT_OF_MENUS}
    return {**kept, "block_id": block_id, "selected_option": option}


def view_submission(state: State, user: str, view: View, values: Json) -> Json:
    return {
        "type": "view_submission",
        **_sender(state, user),
        "trigger_id": state.triggers.issue(user),
        "view": view_methods.as_json(state, view, values),
        "response_urls": [],
    }


def view_closed(state: State, user: str, view: View, *, is_cleared: bool) -> Json:
    return {
        "type": "view_closed",
        **_sender(state, user),
        "view": view_methods.as_json(state, view),
        "is_cleared": is_cleared,
    }


def _sender(state: State, user: str) -> Json:
    person = state.directory.people[user]
    return {
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {"id": user, "username": person.name, "name": person.name, "team_id": person.team_id},
        "api_app_id": state.app.id,
        "token": "made-up-verification",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _container(channel: str, message_ts: str, thread_ts: str | None) -> Json:
    told: Json = {"type": "message", "message_ts": message_ts, "channel_id": channel, "is_ephemeral": False}
    return {**told, "thread_ts": thread_ts} if thread_ts else told


def _picked(message: Message, chosen: Mapping[str, Json]) -> Json:
    """Every menu of the message with its present choice, as Slack sends them along with any press."""
    values: Json = {}
    for menu in message.menus():
        option = chosen.get(menu.action_id) or menu.element.get("initial_option")
        known = option if option in options_of(menu.element) else None
        told = {"type": menu.element["type"], "selected_option": known}
        values.setdefault(menu.block_id, {})[menu.action_id] = told
    return values


def _response_url(
    state: State, channel: str, user: str, source_ts: str | None = None, thread_ts: str | None = None
) -> str:
    return f"{state.base_url}/response/{state.response_urls.issue(channel, user, source_ts, thread_ts)}"
