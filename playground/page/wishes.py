"""What a page may ask for, parsed from JSON into the values that `Deeds` takes; pure. Anything else is refused."""

from __future__ import annotations

import json
import typing
from dataclasses import fields
from enum import Enum
from typing import Any, Final

from playground import phrases, pointing
from playground.phrases import Phrase

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

Deed = Phrase | pointing.Pointed

_DEEDS: Final[dict[str, type[Deed]]] = {
    "command": phrases.TypeCommand,
    "say": pointing.Say,
    "press": pointing.PressThat,
    "choose": pointing.ChooseThat,
    "submit": pointing.SubmitThat,
    "close": pointing.CloseThat,
    "create-record": phrases.CreateRecord,
    "create-wrongly": phrases.CreateWrongly,
    "add-record": phrases.AddRecord,
    "remove-record": phrases.RemoveRecord,
    "break-server": phrases.BreakServer,
    "repair-servers": phrases.RepairServers,
    "break-aws": phrases.BreakAws,
    "refuse-aws": phrases.RefuseAws,
    "repair-aws": phrases.RepairAws,
    "switch": phrases.SwitchDistribution,
    "certify": phrases.Certify,
    "support-moves": phrases.SupportMoves,
    "kill": phrases.KillProcess,
    "start": phrases.StartProcess,
    "begin": phrases.Begin,
}


class NotAWish(ValueError):  # noqa: N818 - it names what was sent
    """Nothing that a page of ours sends."""


def parse(body: bytes) -> Deed:
    """`{"deed": "press", …}`, with a member for each field of the deed and no other.

    Raises:
        NotAWish: anything else.
    """
    try:
        told = json.loads(body)
    except ValueError as why:
        raise NotAWish("That is no JSON.") from why
    kind = _DEEDS.get(told.pop("deed", "")) if isinstance(told, dict) else None
    if kind is None:
        raise NotAWish("There is no such deed.")
    types = typing.get_type_hints(kind, localns={"Mapping": dict})
    if told.keys() != {each.name for each in fields(kind)}:
        raise NotAWish(f"{kind.__name__} takes {', '.join(types) or 'nothing'}.")
    return kind(**{name: _value(types[name], value) for name, value in told.items()})


def _value(wanted: Any, value: object) -> Any:  # noqa: ANN401 - a type of any field, and a value of it
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        try:
            return wanted(value)
        except ValueError as why:
            raise NotAWish(f"{value!r} is no {wanted.__name__}.") from why
    if wanted in {str, int, bool}:
        if type(value) is not wanted:
            raise NotAWish(f"{value!r} is no {wanted.__name__}.")
        return value
    return _filled_in(value)


def _filled_in(value: object) -> Mapping[str, str | list[str]]:
    """What stands in the fields of a dialog."""
    if not isinstance(value, dict) or not all(isinstance(each, str) or _is_texts(each) for each in value.values()):
        raise NotAWish("A dialog is filled in with texts.")
    return value


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
