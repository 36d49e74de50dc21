"""What a page may ask for, and what nobody may."""

import json
from typing import Any

import pytest

from playground.page.wishes import Deed, NotAWish, parse
from playground.phrases import BreakServer, CreateRecord, CreateWrongly, Mistake, ServerTrouble, SwitchDistribution
from playground.pointing import SubmitThat


@pytest.mark.parametrize(
    ("wish", "deed"),
    [
        ({"deed": "create-record"}, CreateRecord()),
        ({"deed": "create-wrongly", "mistake": "doubled name"}, CreateWrongly(Mistake.DOUBLED_NAME)),
        ({"deed": "break-server", "number": 2, "trouble": "behind"}, BreakServer(2, ServerTrouble.BEHIND)),
        ({"deed": "switch", "distribution": "blue", "enabled": False}, SwitchDistribution("blue", enabled=False)),
        (
            {"deed": "submit", "person": "joon", "view": "V1", "values": {"why": "no", "who": ["a", "b"]}},
            SubmitThat("joon", "V1", {"why": "no", "who": ["a", "b"]}),
        ),
    ],
)
def test_a_wish_is_read_into_a_deed(wish: dict[str, Any], deed: Deed) -> None:
    assert parse(json.dumps(wish).encode()) == deed


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"say"',
        b"{}",
        b'{"deed": "quit"}',
        b'{"deed": "look"}',
        b'{"deed": 1}',
        b'{"deed": "create-record", "more": 1}',
        b'{"deed": "kill"}',
        b'{"deed": "kill", "name": 1}',
        b'{"deed": "break-server", "number": true, "trouble": "dead"}',
        b'{"deed": "break-server", "number": 1, "trouble": "drowned"}',
        b'{"deed": "submit", "person": "joon", "view": "V1", "values": {"why": 1}}',
        b'{"deed": "submit", "person": "joon", "view": "V1", "values": []}',
    ],
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(NotAWish):
        parse(body)
