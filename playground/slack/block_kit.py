"""Slack's refusals about blocks and modals: which block may stand where, what it needs, and how long it may be.

Limits are those of docs.slack.dev/reference/block-kit. Blocks that are not in these tables (video, file, container,
carousel, data tables and charts) are refused even where Slack would take them: nothing passes here unseen.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from copy import deepcopy
from enum import Enum
from typing import TYPE_CHECKING, Any

from playground.slack.block_elements import (
    BESIDE_SECTION,
    ELEMENTS,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_INPUT,
    distinct_action_ids,
    rich_text_parts,
)
from playground.slack.json_rules import (
    Refusals,
    Shape,
    flag,
    items,
    one_of,
    string,
    structure,
    text,
    typed,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

VIEW_SIZE_BYTES = 250_000
# Not in the reference; measured by others in bolt-js issue 2509 as the sum over all blocks of a message.
MESSAGE_CHARACTERS = 13_200
MARKDOWN_CHARACTERS = 12_000
TABLE_CHARACTERS = 10_000


class Surface(Enum):
    """Where blocks are shown, with how many of them fit."""

    MESSAGE = 50
    MODAL = 100


_rich_text = typed({"rich_text": Shape({"elements": rich_text_parts}, {"block_id": string(255)})})
_url_source = typed({"url": Shape({"url": string(3000), "text": string(255)})})
_cell = typed(
    {
        "raw_text": Shape({"text": string(3000)}),
        "raw_number": Shape({"value": lambda *_: None}, {"text": string(255)}),
        "rich_text": Shape({"elements": rich_text_parts}),
    }
)
_column = structure(Shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag}))


def _text_or_fields(block: Mapping[str, Any], at: str, refusals: Refusals) -> None:
    if "text" not in block and "fields" not in block:
        refusals.add("missing required field: text or fields", at)


def _not_pending(block: Mapping[str, Any], at: str, refusals: Refusals) -> None:
    if block.get("status") == "pending":
        refusals.add("only a task of a plan may be pending", f"{at}/status")


def _distinct_tasks(block: Mapping[str, Any], at: str, refusals: Refusals) -> None:
    ids = [task["task_id"] for task in block.get("tasks", [])]
    if len(ids) != len(set(ids)):
        refusals.add("task_id must be unique within a plan", f"{at}/tasks")


def _table_length(block: Mapping[str, Any], at: str, refusals: Refusals) -> None:
    if _characters(block.get("rows")) > TABLE_CHARACTERS:
        refusals.add(f"no more than {TABLE_CHARACTERS} characters in all cells", f"{at}/rows")


_task = Shape(
    {"task_id": string(255), "title": string(3000)},
    {
        "status": one_of("pending", "in_progress", "complete", "error"),
        "details": _rich_text,
        "output": _rich_text,
        "sources": items(_url_source, 100, least=0),
    },
)

_SHAPES: dict[str, Shape] = {
    "actions": Shape({"elements": items(typed(ELEMENTS, *IN_ACTIONS), 25)}, also=(distinct_action_ids,)),
    "alert": Shape({"text": text(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "card": Shape(
        {},
        {
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "actions": items(typed(ELEMENTS, "button"), 3),
        },
    ),
    "context": Shape({"elements": items(typed(ELEMENTS, *IN_CONTEXT), 10)}),
    "divider": Shape(),
    "header": Shape({"text": text(150, "plain_text")}),
    "image": Shape({"image_url": string(3000), "alt_text": string(2000)}, {"title": text(2000, "plain_text")}),
    "input": Shape(
        {"label": text(2000, "plain_text"), "element": typed(ELEMENTS, *IN_INPUT)},
        {"hint": text(2000, "plain_text"), "optional": flag, "dispatch_action": flag},
    ),
    "markdown": Shape({"text": string(MARKDOWN_CHARACTERS)}),
    "plan": Shape(
        {"title": string(3000)},
        {"tasks": items(structure(_task, ignoring="type"), 50, least=0)},
        also=(_distinct_tasks,),
    ),
    "rich_text": Shape({"elements": rich_text_parts}),
    "section": Shape(
        {},
        {
            "text": text(3000),
            "fields": items(text(2000), 10),
            "accessory": typed(ELEMENTS, *BESIDE_SECTION),
            "expand": flag,
        },
        also=(_text_or_fields,),
    ),
    "table": Shape(
        {"rows": items(items(_cell, 20), 100)},
        {"column_settings": items(_column, 20)},
        also=(_table_length,),
    ),
    "task_card": Shape(_task.required, _task.optional, also=(_not_pending,)),
}
_BLOCKS = {
    kind: Shape(shape.required, {**shape.optional, "block_id": string(255)}, shape.also)
    for kind, shape in _SHAPES.items()
}
_ONLY_IN_MESSAGES = {"markdown", "plan", "table", "task_card"}
_ONLY_IN_MODALS = {"alert"}
_ON = {
    Surface.MESSAGE: tuple(_BLOCKS.keys() - _ONLY_IN_MODALS),
    Surface.MODAL: tuple(_BLOCKS.keys() - _ONLY_IN_MESSAGES),
}

_MODAL = {
    "modal": Shape(
        {"title": text(24, "plain_text"), "blocks": lambda *_: None},
        {
            "submit": text(24, "plain_text"),
            "close": text(24, "plain_text"),
            "private_metadata": string(3000, shortest=0),
            "callback_id": string(255, shortest=0),
            "external_id": string(255, shortest=0),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
    )
}


def refusals_of_blocks(blocks: object, surface: Surface, at: str = "/blocks") -> list[str]:
    """Everything Slack has against these blocks on this surface; nothing means they are shown."""
    refusals = Refusals()
    items(typed(_BLOCKS, *_ON[surface]), surface.value, least=0)(blocks, at, refusals)
    _distinct_block_ids(blocks, at, refusals)
    markdown = [block for block in _objects(blocks) if block.get("type") == "markdown"]
    if len(markdown) > 1 and _characters(markdown) > MARKDOWN_CHARACTERS:
        refusals.add(f"no more than {MARKDOWN_CHARACTERS} characters of markdown in one message", at)
    return refusals.sentences


def refusals_of_view(view: object) -> list[str]:
    """Everything Slack has against this modal."""
    refusals = Refusals()
    typed(_MODAL)(view, "/view", refusals)
    if not isinstance(view, dict):
        return refusals.sentences
    blocks = view.get("blocks", [])
    if any(block.get("type") == "input" for block in _objects(blocks)) and "submit" not in view:
        refusals.add("missing required field: submit", "/view")
    return refusals.sentences + refusals_of_blocks(blocks, Surface.MODAL, "/view/blocks")


def is_view_too_large(view: object) -> bool:
    return len(json.dumps(view)) > VIEW_SIZE_BYTES


def is_message_too_long(blocks: object) -> bool:
    return _characters(blocks) > MESSAGE_CHARACTERS


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy in which every block and every element that can be used has an id, as Slack stores them."""
    named = deepcopy(blocks)
    for block in named:
        block.setdefault("block_id", _made_up())
        for element in [*block.get("elements", []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and element.get("type") in {*IN_ACTIONS, *IN_INPUT}:
                element.setdefault("action_id", _made_up())
    return named


def _made_up() -> str:
    return uuid.uuid4().hex[:5]


def _objects(blocks: object) -> list[Json]:
    return [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list | tuple) else []


def _distinct_block_ids(blocks: object, at: str, refusals: Refusals) -> None:
    ids = Counter(block["block_id"] for block in _objects(blocks) if isinstance(block.get("block_id"), str))
    for name, times in ids.items():
        if times > 1:
            refusals.add(f"`block_id` {name} already exists", at)


def _characters(value: object) -> int:
    """The characters of every `text` in here, those of buttons and menus included."""
    if isinstance(value, dict):
        own = value.get("text")
        inner = sum(_characters(content) for content in value.values())
        return inner + (len(own) if isinstance(own, str) else 0)
    if isinstance(value, list | tuple):
        return sum(map(_characters, value))
    return 0
