"""A small language for what a JSON value must look like, answering in the sentences Slack's refusals use.

It knows no block and no view: the tables written in it are in block_elements.py and block_kit.py.
A rule never raises and never changes the value; it adds one sentence for each thing that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Refusals:
    """What is wrong, one sentence each, with a JSON pointer to the place."""

    sentences: list[str] = field(default_factory=list)

    def add(self, sentence: str, at: str) -> None:
        self.sentences.append(f"{sentence} [json-pointer:{at}]")


Rule = Callable[[object, str, Refusals], None]
CrossRule = Callable[[Mapping[str, Any], str, Refusals], None]


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one kind of object; a field named in neither table is refused, as Slack refuses it.

    `also` are rules that look at several fields; they see only objects whose fields are all well-formed.
    """

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    also: tuple[CrossRule, ...] = ()

    def look_at(self, value: Mapping[str, Any], at: str, refusals: Refusals, *, ignoring: str = "") -> None:
        before = len(refusals.sentences)
        for name in self.required:
            if name not in value:
                refusals.add(f"missing required field: {name}", at)
        for name, content in value.items():
            rule = self.required.get(name) or self.optional.get(name)
            if rule is not None:
                rule(content, f"{at}/{name}", refusals)
            elif name != ignoring:
                refusals.add(f"invalid additional property: {name}", at)
        if len(refusals.sentences) == before:
            for cross_rule in self.also:
                cross_rule(value, at, refusals)


def string(longest: int, shortest: int = 1) -> Rule:
    """Text of so many characters."""

    def rule(value: object, at: str, refusals: Refusals) -> None:
        if not isinstance(value, str):
            refusals.add("must be a string", at)
        elif len(value) > longest:
            refusals.add(f"must be less than {longest + 1} characters", at)
        elif len(value) < shortest:
            refusals.add(f"must be more than {shortest - 1} characters", at)

    return rule


def one_of(*words: str) -> Rule:
    def rule(value: object, at: str, refusals: Refusals) -> None:
        if value not in words:
            refusals.add(f"must be a valid enum value: {', '.join(words)}", at)

    return rule


def flag(value: object, at: str, refusals: Refusals) -> None:
    if not isinstance(value, bool):
        refusals.add("must be a boolean", at)


def number(least: int, most: int) -> Rule:
    def rule(value: object, at: str, refusals: Refusals) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            refusals.add("must be an integer", at)
        elif not least <= value <= most:
            refusals.add(f"must be between {least} and {most}", at)

    return rule


def items(of: Rule, most: int, least: int = 1) -> Rule:
    """A list; the pointer of each element ends in its index."""

    def rule(value: object, at: str, refusals: Refusals) -> None:
        if not isinstance(value, list | tuple):
            refusals.add("must be an array", at)
            return
        if len(value) > most:
            refusals.add(f"no more than {most} items allowed", at)
        if len(value) < least:
            refusals.add(f"no fewer than {least} items allowed", at)
        for index, element in enumerate(value):
            of(element, f"{at}/{index}", refusals)

    return rule


def structure(shape: Shape, *, ignoring: str = "") -> Rule:
    """An object of one known shape."""

    def rule(value: object, at: str, refusals: Refusals) -> None:
        if isinstance(value, dict):
            shape.look_at(value, at, refusals, ignoring=ignoring)
        else:
            refusals.add("must be an object", at)

    return rule


def typed(shapes: Mapping[str, Shape], *allowed: str) -> Rule:
    """An object whose `type` names its shape; with `allowed`, only these types may stand here."""

    def rule(value: object, at: str, refusals: Refusals) -> None:
        if not isinstance(value, dict):
            refusals.add("must be an object", at)
            return
        kind = value.get("type")
        if kind is None:
            refusals.add("missing required field: type", at)
        elif not isinstance(kind, str) or kind not in shapes or (allowed and kind not in allowed):
            refusals.add(f"unsupported type: {kind}", f"{at}/type")
        else:
            shapes[kind].look_at(value, at, refusals, ignoring="type")

    return rule


def text(longest: int, *kinds: str) -> Rule:
    """A text object of so many characters, as plain_text, mrkdwn or either; an empty one is refused."""
    shapes = {
        "plain_text": Shape({"text": string(longest)}, {"emoji": flag}),
        "mrkdwn": Shape({"text": string(longest)}, {"verbatim": flag}),
    }
    return typed(shapes, *kinds)
