"""Where people put a record by mistake, and what was found there.

Pure values: the questions are asked in `bot.dns.diagnosis`, and `bot.alias_move.diagnosis` names what is wrong.
"""

from dataclasses import dataclass
from enum import Enum

from bot.alias_move.names import TxtRecord
from bot.alias_move.sightings import TxtSighting


class Place(Enum):
    """How a name differs from that of the record. In the order in which people are told."""

    DOUBLED = "doubled"
    """`_www.example.com.example.com`: the panel has added the zone."""
    WITHOUT_UNDERSCORE = "without_underscore"
    """`www.example.com`; for an apex the zone's own name."""
    DASH = "dash"
    """`-www.example.com`"""
    OTHER_FORM = "other_form"
    """`_.www.example.com`, the form of an apex; or `_example.example.com`, that of a subdomain, for an apex."""
    BELOW_ALIAS = "below_alias"
    """`_www.www.example.com`"""
    SHORTENED = "shortened"
    """`_a.example.com` for `_a.b.example.com`."""
    ZONE_ITSELF = "zone_itself"
    """`example.com`"""
    ACME = "acme"
    """`_acme-challenge.www.example.com`, as certificates have it."""
    RAW_UNICODE = "raw_unicode"
    """A name with `ü` in it, typed as it is read, or encoded together with the underscore."""
    CHILD_ZONE = "child_zone"
    """In the zone of the alias itself, which is delegated; the record belongs into the zone above."""
    UNDELEGATED = "undelegated"
    """At the right name, on a server that the zone above does not delegate to."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """TXT values at a name that is not the record's."""

    place: Place
    name: str
    values: tuple[str, ...]
    server: str = ""
    """Who says so; only for UNDELEGATED."""


@dataclass(frozen=True, slots=True)
class Serial:
    """Which version of the zone a server has."""

    server: str
    serial: int
    has_record: bool


@dataclass(frozen=True, slots=True)
class Probe:
    """What up to sixteen questions to the zone's own servers brought back."""

    record: TxtRecord
    sighting: TxtSighting | None = None
    """The look that it goes with; None: no server has spoken with authority so far."""
    zone: str = ""
    """The zone that the record belongs into; empty: it could not be found."""
    nearby: tuple[Nearby, ...] = ()
    cname: str = ""
    """Where a CNAME at the record's own name leads."""
    other_types: tuple[str, ...] = ()
    """`A`, where the record's name has that instead of a TXT."""
    wild_values: tuple[str, ...] = ()
    """TXT values at a sibling that nobody can have made: a wildcard's."""
    wild_cname: str = ""
    """The same for a CNAME."""
    serials: tuple[Serial, ...] = ()
    delegated_to: tuple[str, ...] = ()
    """The name servers that the zone above names; empty where that is not known."""
    listed: tuple[str, ...] = ()
    """Those that the zone names itself."""
    child_zone: str = ""
    """The alias, where it is a zone of its own while the record belongs into the zone above."""
    refused_by: tuple[str, ...] = ()
    """Servers of the zone that refused every question: they do not serve it."""
    is_bogus: bool = False
    """Whether a validating resolver rejects the zone's signatures."""


def alias_of(record: TxtRecord) -> str:
    """The name that the record proves."""
    return record.name[2:] if record.name.startswith("_.") else record.name[1:]


def misspellings(record: TxtRecord, zone: str) -> tuple[tuple[Place, str], ...]:
    """Names inside the zone to ask for besides the record's own, each once; at most eleven, the likeliest first."""
    alias, wanted = alias_of(record), record.name
    label = alias.split(".", 1)[0]
    as_read = ".".join(map(_label_as_read, wanted.split(".")))
    is_apex_form = wanted == f"_.{alias}"
    names = [
        (Place.DOUBLED, f"{wanted}.{zone}"),
        (Place.WITHOUT_UNDERSCORE, alias),
        (Place.OTHER_FORM, f"_{label}.{zone}" if is_apex_form else f"_.{alias}"),
        (Place.OTHER_FORM, f"_{alias}.{zone}" if is_apex_form else f"_.{zone}"),
        (Place.BELOW_ALIAS, f"_{label}.{alias}"),
        (Place.SHORTENED, f"_{label}.{zone}"),
        (Place.ZONE_ITSELF, zone),
        (Place.DASH, f"-{wanted[1:]}"),
        (Place.RAW_UNICODE, as_read),
        (Place.RAW_UNICODE, _encoded_whole(as_read)),
        (Place.ACME, f"_acme-challenge.{alias}"),
    ]
    found: dict[str, Place] = {}
    for place, name in names:
        # An alias that is the zone's own name has no place outside it: what lies above is somebody else's.
        if name != wanted and (name == zone or name.endswith(f".{zone}")):
            found.setdefault(name, place)
    return tuple((place, name) for name, place in found.items())


def _label_as_read(label: str) -> str:
    underscore, rest = ("_", label[1:]) if label.startswith("_") else ("", label)
    if not rest.startswith("xn--"):
        return label
    # An alias was parsed before, so its A-labels decode.
    return underscore + rest.removeprefix("xn--").encode().decode("punycode")


def _encoded_whole(as_read: str) -> str:
    """As a panel writes it that takes the underscore for a part of the word."""
    labels = as_read.split(".")
    return ".".join(label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)
