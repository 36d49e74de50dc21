"""views.*: a modal opens only for somebody who has just pressed something, once, and within three seconds.

Home tabs are not offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack.arguments import Arguments, Refused, refused_for
from playground.slack.block_kit import is_view_too_large, refusals_of_view
from playground.slack.directory import TEAM_ID
from playground.slack.tickets import Spoilt

if TYPE_CHECKING:
    from playground.slack.screen import View
    from playground.slack.state import State

Json = dict[str, Any]

MODALS_ON_TOP_OF_EACH_OTHER = 3


def open_view(state: State, arguments: Arguments) -> Json:
    return _show(state, arguments)


def push_view(state: State, arguments: Arguments) -> Json:
    return _show(state, arguments)


def update_view(state: State, arguments: Arguments) -> Json:
    definition = definition_in(arguments.parsed("view", "invalid_arguments"))
    view = state.open_view(arguments.needed("view_id"))
    if view is None:
        raise Refused("not_found")
    expected = arguments.text("hash")
    if expected and expected != view.hash:
        raise Refused("hash_conflict")
    return {"view": as_json(state, state.change_view(view, definition))}


def definition_in(view: object) -> Json:
    """The modal an app sent, or Slack's refusal of it."""
    if not isinstance(view, dict):
        raise refused_for("invalid_arguments", ["missing required field: view [json-pointer:/view]"])
    if is_view_too_large(view):
        raise Refused("view_too_large")
    if sentences := refusals_of_view(view):
        raise refused_for("invalid_arguments", sentences)
    return view


def as_json(state: State, view: View, values: Json | None = None) -> Json:
    """A modal as answers and payloads carry it; `values` is what the person has filled in."""
    empty: Json = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
    }
    return {
        **empty,
        **view.definition,
        "id": view.id,
        "team_id": TEAM_ID,
        "app_id": state.app.id,
        "app_installed_team_id": TEAM_ID,
        "bot_id": state.app.bot_id,
        "hash": view.hash,
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "state": {"values": values or {}},
    }


def _show(state: State, arguments: Arguments) -> Json:
    trigger_id = arguments.needed("trigger_id")
    definition = definition_in(arguments.parsed("view", "invalid_arguments"))
    user = state.triggers.look_at(trigger_id)
    if isinstance(user, Spoilt):
        raise Refused(user.value)
    if len(state.views(user)) >= MODALS_ON_TOP_OF_EACH_OTHER:
        raise Refused("push_limit_reached")
    # Only a call that opens something uses the trigger up; one refused for its view may be repeated in time.
    state.triggers.exchange(trigger_id)
    return {"view": as_json(state, state.push_view(user, definition))}
