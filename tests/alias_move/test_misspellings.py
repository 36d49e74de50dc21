"""The names at which people create the record by mistake."""

import pytest

from bot.alias_move.names import TxtRecord
from bot.alias_move.probes import Place, misspellings
from tests.alias_move.probes import APEX, IDN, TARGET, WWW

P = Place


@pytest.mark.parametrize(
    ("record", "zone", "names"),
    [
        (
            WWW,
            "example.com",
            {
                "_www.example.com.example.com",
                "www.example.com",
                "_.www.example.com",
                "_.example.com",
                "_www.www.example.com",
                "example.com",
                "-www.example.com",
                "_acme-challenge.www.example.com",
            },
        ),
        (
            APEX,
            "example.com",
            {
                "_.example.com.example.com",
                "example.com",
                "_example.example.com",
                "_example.com.example.com",
                "-.example.com",
                "_acme-challenge.example.com",
            },
        ),
    ],
    ids=["subdomain", "apex"],
)
def test_the_names_to_ask_for_are_those_that_people_type(record: TxtRecord, zone: str, names: set[str]):
    assert {name for _, name in misspellings(record, zone)} == names


@pytest.mark.parametrize(
    ("record", "zone"),
    [
        (WWW, "example.com"),
        (APEX, "example.com"),
        (IDN, "example.com"),
        (TxtRecord("_a.b.c.example.com", TARGET), "example.com"),
        (TxtRecord("_*.example.com", TARGET), "example.com"),
        (TxtRecord("_xn--bcher-kva.b.example.com", TARGET), "example.com"),
        (WWW, "_www.example.com"),
        (WWW, "com"),
    ],
)
def test_no_name_is_asked_for_twice_nor_the_records_own_nor_one_of_another_zone(record: TxtRecord, zone: str):
    names = [name for _, name in misspellings(record, zone)]

    assert len(names) == len(set(names)) <= 11
    assert record.name not in names
    assert all(name == zone or name.endswith(f".{zone}") for name in names)


def test_a_name_with_letters_of_its_own_is_asked_for_as_people_read_it():
    names = misspellings(IDN, "example.com")

    assert (P.RAW_UNICODE, "_bücher.example.com") in names
    assert (P.RAW_UNICODE, "xn--_bcher-4ya.example.com") in names
