"""Messages and modals as a person would read them in a terminal, and whom they mention.

It renders what is given and judges nothing: blocks that Slack would refuse never get here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
NameOf = Callable[[str], str]

_CODE = re.compile(r"```(.+?)```|`([^`\n]+)`", re.DOTALL)
_ANGLED = re.compile(r"<([^<>\n]+)>")
_BOLD = re.compile(r"(?<![\w*])\*(\S|\S[^*\n]*\S)\*(?![\w*])")
_TASK_MARKS = {"complete": "✓", "in_progress": "…", "error": "✗"}


def of_message(text: str, blocks: tuple[Json, ...], name_of: NameOf) -> str:
    """The blocks; the text only where there are none, for nobody sees it otherwise."""
    return of_blocks(blocks, name_of) if blocks else of_mrkdwn(text, name_of)


def of_blocks(blocks: tuple[Json, ...], name_of: NameOf) -> str:
    return "\n".join(line for block in blocks for line in _lines(block, name_of))


def of_mrkdwn(text: str, name_of: NameOf) -> str:
    """Slack's markup without its marks; mentions become names, a date its fallback."""

    def angled(match: re.Match[str]) -> str:
        return _angled(match[1], name_of)

    # Bold goes first and only outside code: `*.example.com` is an alias there, not the beginning of bold text.
    parts: list[str] = []
    end = 0
    for code in _CODE.finditer(text):
        parts += [_BOLD.sub(r"\1", text[end : code.start()]), (code[1] or code[2]).strip("\n")]
        end = code.end()
    parts.append(_BOLD.sub(r"\1", text[end:]))
    return html.unescape(_ANGLED.sub(angled, "".join(parts)))


def mentioned(text: str, blocks: tuple[Json, ...]) -> frozenset[str]:
    """Ids of the people (U…) and groups (S…) that are mentioned, and `!channel`, `!here`, `!everyone`.

    Where there are blocks only they count: a mention in the fallback text alone calls nobody.
    """
    texts = list(_marked_up(blocks)) if blocks else [text]
    marks = [mark.split("|")[0] for part in texts for mark in _ANGLED.findall(part)]
    found = {mark[1:] for mark in marks if mark.startswith("@")}
    found |= {mark.removeprefix("!subteam^") for mark in marks if mark.startswith("!subteam^")}
    found |= {mark for mark in marks if mark in {"!channel", "!here", "!everyone"}}
    return frozenset(found | set(_rich_mentions(blocks)))


def _lines(block: Json, name_of: NameOf) -> list[str]:
    match block["type"]:
        case "section":
            texts = [block["text"]] if "text" in block else []
            beside = [_element(block["accessory"])] if "accessory" in block else []
            return [_text(part, name_of) for part in [*texts, *block.get("fields", [])]] + beside
        case "header" | "alert":
            return [_text(block["text"], name_of)]
        case "context":
            return ["  ".join(_element(part, name_of) for part in block["elements"])]
        case "actions":
            return ["  ".join(_element(part, name_of) for part in block["elements"])]
        case "rich_text":
            return _rich(block, name_of)
        case "plan":
            return [block["title"], *(line for task in block.get("tasks", []) for line in _task(task, name_of))]
        case "task_card":
            return _task(block, name_of)
        case "input":
            return [_text(block["label"], name_of), _element(block["element"], name_of)]
        case "table":
            return [" | ".join(_cell(cell, name_of) for cell in row) for row in block["rows"]]
        case "card":
            parts = [_text(block[part], name_of) for part in ("title", "subtitle", "body") if part in block]
            return [*parts, *(_element(button, name_of) for button in block.get("actions", []))]
        case "markdown":
            return [block["text"]]
        case "image":
            return [f"({block['alt_text']})"]
        case _:
            return ["─" * 8]


def _text(part: Json, name_of: NameOf) -> str:
    return of_mrkdwn(part["text"], name_of) if part["type"] == "mrkdwn" else str(part["text"])


def _element(element: Json, name_of: NameOf = str) -> str:
    match element["type"]:
        case "button":
            return f"[ {element['text']['text']} ]"
        case "static_select":
            chosen = element.get("initial_option", {}).get("text") or element.get("placeholder") or {"text": "Choose"}
            return f"[ {chosen['text']} ▾ ]"
        case "overflow":
            return "[ ⋯ ]"
        case "radio_buttons" | "checkboxes":
            return "  ".join(f"( ) {option['text']['text']}" for option in element["options"])
        case "plain_text_input":
            return f"[ {element.get('initial_value') or '______'} ]"
        case "image":
            return f"({element['alt_text']})"
        case _:
            return _text(element, name_of)


def _task(task: Json, name_of: NameOf) -> list[str]:
    more = [line for part in ("details", "output") if part in task for line in _rich(task[part], name_of)]
    return [f"{_TASK_MARKS.get(task.get('status', ''), '·')} {task['title']}", *(f"  {line}" for line in more)]


def _cell(cell: Json, name_of: NameOf) -> str:
    if cell["type"] == "rich_text":
        return " ".join(_rich(cell, name_of))
    return str(cell.get("text", cell.get("value", "")))


def _rich(block: Json, name_of: NameOf) -> list[str]:
    lines: list[str] = []
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            lines += [f"• {_inline(item, name_of)}" for item in part["elements"]]
        else:
            lines += _inline(part, name_of).rstrip("\n").split("\n")
    return lines


def _inline(part: Json, name_of: NameOf) -> str:
    return "".join(_piece(piece, name_of) for piece in part["elements"])


def _piece(piece: Json, name_of: NameOf) -> str:
    match piece["type"]:
        case "text":
            return str(piece["text"])
        case "link":
            return f"{piece['text']} ({piece['url']})" if "text" in piece else str(piece["url"])
        case "user" | "usergroup" | "channel":
            return name_of(piece[f"{piece['type']}_id"])
        case "date":
            return str(piece.get("fallback", piece["timestamp"]))
        case "broadcast":
            return f"@{piece['range']}"
        case _:
            return f":{piece['name']}:"


def _angled(inside: str, name_of: NameOf) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        return name_of(target[1:])
    if target.startswith("!subteam^"):
        return name_of(target.removeprefix("!subteam^"))
    if target.startswith("!date^"):
        return label
    if target.startswith("!"):
        return f"@{target[1:]}"
    return f"{label} ({target})" if label and label != target else target


def _marked_up(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for content in value.values():
            yield from _marked_up(content)
    elif isinstance(value, list | tuple):
        for content in value:
            yield from _marked_up(content)


def _rich_mentions(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        match value.get("type"):
            case "user":
                yield value["user_id"]
            case "usergroup":
                yield value["usergroup_id"]
            case "broadcast":
                yield f"!{value['range']}"
            case _:
                pass
        for content in value.values():
            yield from _rich_mentions(content)
    elif isinstance(value, list | tuple):
        for content in value:
            yield from _rich_mentions(content)
