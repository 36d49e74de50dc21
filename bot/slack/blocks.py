"""The parts of Block Kit that this bot uses, each cut to its documented limit.

Limits: docs.slack.dev/reference/block-kit. Slack refuses a whole message for one character too many, and a card that
can't be posted helps nobody; so a part is shortened, never refused. mrkdwn given to these functions is ready-made:
foreign text in it has gone through `bot.slack.text`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from bot.slack.text import ELLIPSIS, clip, plain, visible

Json = dict[str, Any]

HEADER_CHARACTERS = 150
SECTION_CHARACTERS = 3000
OPTION_CHARACTERS = 75
BUTTON_CHARACTERS = 75
TITLE_CHARACTERS = 24
TASK_CHARACTERS = 100

Step = Literal["pending", "in_progress", "complete", "error"]


@dataclass(frozen=True, slots=True)
class Message:
    """What `chat.postMessage` and `chat.update` need; both parts always, since `text` alone removes the blocks."""

    text: str
    """A full sentence: all that telephones, screen readers and searches get."""
    blocks: list[Json]


def words(text: str, limit: int) -> Json:
    """A `plain_text` object."""
    return {"type": "plain_text", "text": plain(text, limit) or ELLIPSIS, "emoji": False}


def mrkdwn(text: str) -> Json:
    """A `mrkdwn` object. Verbatim: Slack would turn names of hosts into links, and `@here` into a call."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Json:
    """The first line."""
    return {"type": "header", "text": words(text, HEADER_CHARACTERS)}


def fitting(lines: Iterable[str], limit: int = SECTION_CHARACTERS) -> str:
    """As many whole lines as fit: half an entity or half a mention must not be sent."""
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) > limit - len(ELLIPSIS) - 1:
            return "\n".join([*kept, ELLIPSIS])
        kept.append(line)
    return "\n".join(kept)


def section(lines: Iterable[str]) -> list[Json]:
    """Lines of mrkdwn; no block where there is none."""
    shown = fitting(line for line in lines if line)
    return [{"type": "section", "text": mrkdwn(shown)}] if shown else []


def sections(lines: Iterable[str]) -> list[Json]:
    """The same of very many lines: as many blocks as it takes, so that none is left out."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if sum(map(len, blocks[-1])) + len(blocks[-1]) + len(line) > SECTION_CHARACTERS - len(ELLIPSIS) - 1:
            blocks.append([])
        blocks[-1].append(line)
    return [block for part in blocks for block in section(part)]


def context(parts: Iterable[str]) -> Json:
    """The small line at the end."""
    return {"type": "context", "elements": [mrkdwn(fitting([" · ".join(part for part in parts if part)]))]}


def preformatted(text: str, limit: int = SECTION_CHARACTERS) -> Json:
    """Text to be copied, as it is: rich text knows no mark-up, so nothing is escaped here."""
    element = {"type": "text", "text": clip(visible(text), limit) or ELLIPSIS}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [element]}]}


def preformatted_lines(lines: Iterable[str]) -> Json:
    """The same of several lines."""
    text = fitting(visible(line) for line in lines)
    element = {"type": "text", "text": text or ELLIPSIS}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [element]}]}


def plan(title: str, steps: Iterable[tuple[str, Step]]) -> Json:
    """A checklist. Source: docs.slack.dev/reference/block-kit/blocks/plan-block; texts are plain."""
    tasks = [
        {"type": "task_card", "task_id": f"step_{number}", "title": plain(step, TASK_CHARACTERS), "status": status}
        for number, (step, status) in enumerate(steps, 1)
    ]
    return {"type": "plan", "title": plain(title, TASK_CHARACTERS), "tasks": tasks}


def button(
    label: str, action_id: str, value: str, spoken: str, *, style: str | None = None, confirm: Json | None = None
) -> Json:
    """`spoken` is what a screen reader says."""
    element: Json = {
        "type": "button",
        "text": words(label, BUTTON_CHARACTERS),
        "action_id": action_id,
        "value": value,
        "accessibility_label": clip(plain(spoken), BUTTON_CHARACTERS),
    }
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = confirm
    return element


def actions(block_id: str, elements: list[Json]) -> list[Json]:
    """A row of buttons; no block where there is none."""
    return [{"type": "actions", "block_id": block_id, "elements": elements}] if elements else []


def modal(title: str, blocks: list[Json], **more: str) -> Json:
    """A view; `more`: callback_id, private_metadata, submit, close."""
    view: Json = {"type": "modal", "title": words(title, TITLE_CHARACTERS), "blocks": blocks}
    for name, text in more.items():
        view[name] = words(text, TITLE_CHARACTERS) if name in {"submit", "close"} else text
    return view
