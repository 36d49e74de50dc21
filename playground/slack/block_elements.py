"""What Slack accepts inside blocks: buttons, menus, inputs and the parts of rich text, with their limits.

Limits are those of docs.slack.dev/reference/block-kit. An element that is not in these tables is refused, even where
Slack would take it: the playground promises to accept nothing that it has not looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from playground.slack.json_rules import Rule, Shape, flag, items, number, one_of, string, structure, text, typed

if TYPE_CHECKING:
    from playground.slack.json_rules import Refusals

Json = Mapping[str, Any]

action_id = string(255)

_confirm = structure(
    Shape(
        {
            "title": text(100, "plain_text"),
            "text": text(300),
            "confirm": text(30, "plain_text"),
            "deny": text(30, "plain_text"),
        },
        {"style": one_of("primary", "danger")},
    )
)


def _option(*kinds: str) -> Rule:
    return structure(
        Shape({"text": text(75, *kinds), "value": string(150)}, {"description": text(75), "url": string(3000)})
    )


_option_group = structure(Shape({"label": text(75, "plain_text"), "options": items(_option("plain_text"), 100)}))


def _options_or_groups(element: Json, at: str, refusals: Refusals) -> None:
    if ("options" in element) == ("option_groups" in element):
        refusals.add("must provide exactly one of options or option_groups", at)


def _initial_is_offered(element: Json, at: str, refusals: Refusals) -> None:
    """Slack compares the initial option with the offered ones field by field, so a shortened copy is refused."""
    offered = _offered(element)
    chosen = [
        *element.get("initial_options", []),
        *([element["initial_option"]] if "initial_option" in element else []),
    ]
    if any(option not in offered for option in chosen):
        refusals.add("initial option must be one of the options", at)


def _distinct_values(element: Json, at: str, refusals: Refusals) -> None:
    values = [option["value"] for option in _offered(element)]
    if len(values) != len(set(values)):
        refusals.add("duplicate option values", f"{at}/options")


def _offered(element: Json) -> list[Any]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


_choices = Shape(
    {"options": items(_option(), 10)},
    {"action_id": action_id, "confirm": _confirm, "focus_on_load": flag},
    also=(_initial_is_offered, _distinct_values),
)

ELEMENTS: dict[str, Shape] = {
    "button": Shape(
        {"text": text(75, "plain_text")},
        {
            "action_id": action_id,
            "value": string(2000),
            "url": string(3000),
            "style": one_of("primary", "danger"),
            "confirm": _confirm,
            "accessibility_label": string(75),
        },
    ),
    "static_select": Shape(
        {},
        {
            "action_id": action_id,
            "placeholder": text(150, "plain_text"),
            "options": items(_option("plain_text"), 100),
            "option_groups": items(_option_group, 100),
            "initial_option": _option("plain_text"),
            "confirm": _confirm,
            "focus_on_load": flag,
        },
        also=(_options_or_groups, _initial_is_offered, _distinct_values),
    ),
    "overflow": Shape(
        {"options": items(_option("plain_text"), 5)}, {"action_id": action_id, "confirm": _confirm}, (_distinct_values,)
    ),
    "radio_buttons": Shape(_choices.required, {**_choices.optional, "initial_option": _option()}, _choices.also),
    "checkboxes": Shape(
        _choices.required, {**_choices.optional, "initial_options": items(_option(), 10)}, _choices.also
    ),
    "plain_text_input": Shape(
        {},
        {
            "action_id": action_id,
            "initial_value": string(3000, shortest=0),
            "multiline": flag,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
            "placeholder": text(150, "plain_text"),
            "focus_on_load": flag,
        },
    ),
    "image": Shape({"image_url": string(3000), "alt_text": string(2000)}),
    "plain_text": Shape({"text": string(3000)}, {"emoji": flag}),
    "mrkdwn": Shape({"text": string(3000)}, {"verbatim": flag}),
}

IN_ACTIONS = ("button", "static_select", "overflow", "radio_buttons", "checkboxes")
BESIDE_SECTION = (*IN_ACTIONS, "image")
IN_INPUT = ("plain_text_input", "static_select", "radio_buttons", "checkboxes")
IN_CONTEXT = ("image", "plain_text", "mrkdwn")

_style = structure(Shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag)))
_styled = {"style": _style}

_INLINE: dict[str, Shape] = {
    "text": Shape({"text": string(12_000)}, _styled),
    "link": Shape({"url": string(3000)}, {"text": string(3000), "unsafe": flag, **_styled}),
    "user": Shape({"user_id": string(255)}, _styled),
    "usergroup": Shape({"usergroup_id": string(255)}, _styled),
    "channel": Shape({"channel_id": string(255)}, _styled),
    "emoji": Shape({"name": string(255)}, {"unicode": string(255), "skin_tone": number(1, 6), **_styled}),
    "date": Shape(
        {"timestamp": number(0, 2**40), "format": string(255)},
        {"url": string(3000), "fallback": string(255), **_styled},
    ),
    "broadcast": Shape({"range": one_of("here", "channel", "everyone")}, _styled),
}

_line = items(typed(_INLINE), 1000, least=0)
_RICH_PARTS: dict[str, Shape] = {
    "rich_text_section": Shape({"elements": _line}),
    "rich_text_quote": Shape({"elements": _line}, {"border": number(0, 1)}),
    "rich_text_preformatted": Shape(
        {"elements": items(typed(_INLINE, "text", "link"), 1000, least=0)}, {"border": number(0, 1)}
    ),
}
_RICH_PARTS["rich_text_list"] = Shape(
    {"style": one_of("bullet", "ordered"), "elements": items(typed(_RICH_PARTS, "rich_text_section"), 1000)},
    {"indent": number(0, 8), "offset": number(0, 10_000), "border": number(0, 1)},
)

rich_text_parts = items(typed(_RICH_PARTS), 1000)


def distinct_action_ids(block: Json, at: str, refusals: Refusals) -> None:
    """An action id may stand once in a block; two blocks of one message may share it."""
    ids = Counter(element["action_id"] for element in block["elements"] if "action_id" in element)
    for name, times in ids.items():
        if times > 1:
            refusals.add(f"`action_id` {name} already exists for another element of this block", f"{at}/elements")
