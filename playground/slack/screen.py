"""What a person has on the screen: messages with their buttons and menus, and open modals.

These are snapshots: a message that is edited later is another object, so an old one is what a slow screen still shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.slack import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]


class NotOnScreen(Exception):  # noqa: N818  the name is the sentence a test reads
    """A real person could not have done this: the button, menu, message or modal is not there."""


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    action_id: str
    block_id: str
    value: str | None
    style: str | None
    confirm: Json | None
    element: Json = field(repr=False)


@dataclass(frozen=True, slots=True)
class Menu:
    """A static_select, or radio buttons: one of several options."""

    action_id: str
    block_id: str
    values: tuple[str, ...]
    labels: tuple[str, ...]
    element: Json = field(repr=False)

    def option(self, value: str) -> Json:
        for option in options_of(self.element):
            if option["value"] == value:
                return option
        raise NotOnScreen(f"{self.action_id} offers {', '.join(self.values)}, not {value}")


@dataclass(frozen=True, slots=True)
class Message:
    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...]
    name_of: plain_text.NameOf = field(repr=False, compare=False)
    thread_ts: str | None = None
    is_broadcast: bool = False
    edits: int = 0
    visible_to: str | None = None
    """The one person who sees an ephemeral message; None for everybody."""

    @property
    def is_ephemeral(self) -> bool:
        return self.visible_to is not None

    @property
    def mentions(self) -> frozenset[str]:
        return plain_text.mentioned(self.text, self.blocks)

    def plain(self) -> str:
        return plain_text.of_message(self.text, self.blocks, self.name_of)

    def buttons(self) -> list[Button]:
        return [
            Button(
                element["text"]["text"],
                element["action_id"],
                block_id,
                element.get("value"),
                element.get("style"),
                element.get("confirm"),
                element,
            )
            for block_id, element in elements_of(self.blocks)
            if element["type"] == "button"
        ]

    def menus(self) -> list[Menu]:
        return [
            Menu(
                element["action_id"],
                block_id,
                tuple(option["value"] for option in options_of(element)),
                tuple(option["text"]["text"] for option in options_of(element)),
                element,
            )
            for block_id, element in elements_of(self.blocks)
            if element["type"] in {"static_select", "radio_buttons"}
        ]

    def button(self, action_id: str) -> Button:
        for button in self.buttons():
            if button.action_id == action_id:
                return button
        raise NotOnScreen(f"no button {action_id}; there is {[button.action_id for button in self.buttons()]}")

    def menu(self, action_id: str) -> Menu:
        for menu in self.menus():
            if menu.action_id == action_id:
                return menu
        raise NotOnScreen(f"no menu {action_id}; there is {[menu.action_id for menu in self.menus()]}")


@dataclass(frozen=True, slots=True)
class View:
    """An open modal; `definition` is what the app sent, with the ids Slack has filled in."""

    id: str
    hash: str
    user: str
    definition: Json = field(repr=False)
    name_of: plain_text.NameOf = field(repr=False, compare=False)
    root_id: str = ""
    previous_id: str | None = None
    errors: tuple[tuple[str, str], ...] = ()
    """What the app found wrong with the last submission: block id and sentence."""

    @property
    def private_metadata(self) -> str:
        return str(self.definition.get("private_metadata", ""))

    @property
    def title(self) -> str:
        return str(self.definition["title"]["text"])

    @property
    def submit(self) -> str | None:
        """The word on the submit button; None where the modal can only be closed."""
        label = self.definition.get("submit")
        return None if label is None else str(label["text"])

    @property
    def blocks(self) -> tuple[Json, ...]:
        return tuple(self.definition["blocks"])

    @property
    def mentions(self) -> frozenset[str]:
        return plain_text.mentioned("", self.blocks)

    def inputs(self) -> list[Json]:
        """The input blocks, in their order."""
        return [block for block in self.blocks if block["type"] == "input"]

    def plain(self) -> str:
        close = self.definition.get("close", {}).get("text", "Cancel")
        wrong = [f"! {sentence}" for _, sentence in self.errors]
        buttons = "  ".join(f"[ {word} ]" for word in (close, self.submit) if word)
        return "\n".join([self.title, plain_text.of_blocks(self.blocks, self.name_of), *wrong, buttons])


def elements_of(blocks: tuple[Json, ...]) -> Iterator[tuple[str, Json]]:
    """Everything in these blocks that can be used, with the id of its block."""
    for block in blocks:
        inside = block["elements"] if block["type"] == "actions" else block.get("actions", [])
        beside = [block["accessory"]] if "accessory" in block else []
        for element in [*inside, *beside]:
            if "action_id" in element:
                yield block["block_id"], element


def options_of(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]
