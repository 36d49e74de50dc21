"""How a move is written down: JSON of its dataclasses, with the number of the schema beside it.

A release reads what the release before it has written, and refuses what a newer one has: it would drop the fields it
does not know. It must never guess what an unknown shape means.

To change the shape of `Move` or of anything in it: raise SCHEMA, add to MIGRATIONS what turns the old shape into the
new one, and keep the stored example in the tests readable. A new field with a default needs both too, for the sake of
the older processes that still run during a deploy.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json

from bot.alias_move.move import Move
from bot.ports import PortError

SCHEMA = 4

Migration = Callable[[dict[str, Any]], dict[str, Any]]


def _only_new_optional_fields(written: dict[str, Any]) -> dict[str, Any]:
    """Each schema added what has a default.

    2: how distributions treat visitors, and what of that is serious. 3: the owner's word, the source switched off,
    mistakes with the record, what services say, what caches remember, the record created in Route 53, and more kinds of
    effects and notices. 4: how many changed answers have counted as signs of life, for which effect a source or a
    record was about to be changed, and since when a record that was live is so no more, with a notice about it.
    """
    return written


MIGRATIONS: Mapping[int, Migration] = MappingProxyType(dict.fromkeys(range(1, SCHEMA), _only_new_optional_fields))
"""From a schema to the next one; the key is the older number."""

_MOVE = TypeAdapter(Move)


class UnknownSchema(PortError):  # noqa: N818 - named for what was found
    """This release can't read the move. Nothing has changed; one that can must be deployed everywhere."""


def to_json(move: Move) -> str:
    """The move as it is stored."""
    return _MOVE.dump_json(move).decode()


def from_stored(body: str, schema: int, migrations: Mapping[int, Migration] = MIGRATIONS) -> Move:
    """The move that was stored.

    Raises:
        UnknownSchema: it was written by a newer release, or by one too old.
    """
    if schema == SCHEMA:
        return _MOVE.validate_json(body)
    if schema > SCHEMA:
        raise UnknownSchema(
            f"This move was saved by a newer release of the bot (schema {schema}; this one reads up to {SCHEMA})."
            " Nothing has changed. Finish the deployment of the newer release, then try again."
        )
    written: dict[str, Any] = from_json(body)
    for older in range(schema, SCHEMA):
        if older not in migrations:
            raise UnknownSchema(
                f"This move was saved by a release of the bot that is too old (schema {schema}; this one writes"
                f" {SCHEMA}). Nothing has changed. Deploy the releases in between first."
            )
        written = migrations[older](written)
    return _MOVE.validate_python(written)
