"""Filling in a modal: what was typed and picked, as Slack sends it, and what Slack's client refuses to send.

It reads a modal and never changes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from playground.slack.screen import NotOnScreen, options_of

if TYPE_CHECKING:
    from playground.slack.screen import View

Json = dict[str, Any]
Values = Mapping[str, str | Sequence[str]]


def filled_in(view: View, values: Values) -> Json:
    """The state of every input, by block id and action id; raises NotOnScreen where Slack would not send it."""
    fields = {block["element"]["action_id"] for block in view.inputs()}
    if unknown := values.keys() - fields:
        raise NotOnScreen(f"no field {', '.join(sorted(unknown))}; there is {sorted(fields)}")
    state: Json = {}
    for block in view.inputs():
        element = block["element"]
        told = _told(element, values.get(element["action_id"]))
        if not block.get("optional", False) and not any(told[key] for key in told.keys() - {"type"}):
            raise NotOnScreen(f"Slack asks to fill in {block['label']['text']} first")
        state.setdefault(block["block_id"], {})[element["action_id"]] = told
    return state


def _told(element: Json, value: str | Sequence[str] | None) -> Json:
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": _typed(element, value)}
    if kind == "checkboxes":
        wanted = [value] if isinstance(value, str) else list(value or [])
        picked = [_option(element, one) for one in wanted] if value is not None else element.get("initial_options", [])
        return {"type": kind, "selected_options": picked}
    picked_one = element.get("initial_option") if value is None else _option(element, str(value))
    return {"type": kind, "selected_option": picked_one}


def _typed(element: Json, value: str | Sequence[str] | None) -> str | None:
    text = element.get("initial_value") if value is None else str(value)
    if text and not element.get("min_length", 0) <= len(text) <= element.get("max_length", 3000):
        raise NotOnScreen(f"Slack does not take {len(text)} characters in {element['action_id']}")
    return text or None


def _option(element: Json, value: str) -> Json:
    for option in options_of(element):
        if option["value"] == value:
            return dict(option)
    raise NotOnScreen(f"{element['action_id']} does not offer {value}")
