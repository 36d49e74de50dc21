"""A record that somebody has made, with a mistake in it: the wrong value, type, name or zone.

Pure: from a probe to mistakes, in plain words with what to do about each.
"""

from collections.abc import Iterator

from bot.alias_move.mistakes import Mistake, MistakeKind, listed
from bot.alias_move.probes import Nearby, Place, Probe, alias_of
from bot.alias_move.wrong_values import (
    MOST_CHARACTERS,
    WrongValue,
    is_about_cloudfront,
    is_distribution,
    spelling_faults,
    wrongness,
)

# At the record's own name


def at_the_name(probe: Probe, source: str) -> Iterator[Mistake]:
    """About what is there under the record's own name."""
    sighting = probe.sighting
    if probe.wild_cname or probe.wild_values:
        yield _wildcard(probe)
    if probe.cname and not probe.wild_cname:
        yield from _cname(probe)
    if sighting is not None and not sighting.seen_on:
        for value in sighting.other_values:
            if value not in probe.wild_values:
                yield wrong_value(value, probe.record.value, source)
    if probe.other_types and not probe.cname:
        yield Mistake(
            MistakeKind.WRONG_TYPE,
            f"There is a record at `{probe.record.name}`, but none of type TXT.",
            f"Create it with the type TXT; the one of type {' and '.join(probe.other_types)} is of no use there.",
        )


def _wildcard(probe: Probe) -> Mistake:
    what = "CNAME" if probe.wild_cname else "TXT record"
    return Mistake(
        MistakeKind.WILDCARD,
        f"A wildcard {what} answers for `{probe.record.name}` as long as there is no record of that very name.",
        "Create the record all the same: it comes before the wildcard. What a cache has heard from the wildcard it"
        " keeps until the wildcard's TTL is over.",
        probe.wild_cname or probe.wild_values[0],
    )


def _cname(probe: Probe) -> Iterator[Mistake]:
    name, found = probe.record.name, probe.cname[:MOST_CHARACTERS]
    if is_distribution(probe.cname):
        right = probe.cname.lower() == probe.record.value
        yield Mistake(
            MistakeKind.WRONG_TYPE,
            f"The record at `{name}` is a CNAME; AWS reads only a TXT record."
            + (" Its value is right." if right else " It also names another distribution."),
            "Delete the CNAME, and create a TXT record of that name: only the type changes."
            if right
            else "Delete the CNAME, and create a TXT record of that name with the value above.",
            found,
            "" if right else probe.record.value,
        )
    elif probe.sighting is not None and not any(one.values for one in probe.sighting.answers):
        yield Mistake(
            MistakeKind.DEAD_END,
            f"`{name}` is a CNAME, and where it leads there is no TXT record.",
            "Delete the CNAME, and create the TXT record there instead; or create the TXT record where it leads.",
            found,
        )


_VALUE_WORDS = {
    WrongValue.QUOTES: (
        "The value has quotes or backslashes in it, as part of the text.",
        "Enter the value without any quotes; your DNS panel adds those it needs.",
    ),
    WrongValue.ADDRESS: (
        "The value is a web address; AWS wants the bare name.",
        "Take away what stands before and behind the name: no https://, no path.",
    ),
    WrongValue.WHOLE_LINE: (
        "The right value is in there, but more than that was pasted.",
        "Leave only the value itself in the value field: no name, no TXT, no equals sign.",
    ),
    WrongValue.CUT_OFF: (
        "Only the beginning of the value is there: it was cut off, or completed by the DNS panel.",
        "Enter the whole value. If the panel shortens it again, create a plain TXT record that is not proxied.",
    ),
    WrongValue.TYPO: ("There is a typing error in the value.", "Copy the value from this card."),
    WrongValue.OTHER_VALUE: (
        "There is a TXT record of the right name with another value.",
        "Add the value from this card beside it, or put it in its place if the other is of no use.",
    ),
}


def wrong_value(value: str, wanted: str, source: str = "") -> Mistake:
    """What is wrong with the value of a TXT record of the right name."""
    kind = wrongness(value, wanted)
    if kind is WrongValue.WRONG_DISTRIBUTION:
        sentence, remedy = _wrong_distribution(value, source)
    elif kind is WrongValue.SPELLING:
        faults = " and ".join(spelling_faults(value)) or "characters that look alike"
        sentence = f"The value is right but for {faults}. AWS does not say whether it overlooks that."
        remedy = "Enter the value exactly as this card shows it."
    else:
        sentence, remedy = _VALUE_WORDS[kind]
    return Mistake(MistakeKind.WRONG_VALUE, sentence, remedy, value[:MOST_CHARACTERS], wanted)


def _wrong_distribution(value: str, source: str) -> tuple[str, str]:
    remedy = "Change the value to that of the target, as this card shows it."
    if source and source.lower() in value.lower():
        return "The value names the distribution that holds the alias now; it must name the one it moves to.", remedy
    return "The value names another distribution than the target.", remedy


# Somewhere else

_PLACE_WORDS = {
    Place.DOUBLED: (
        "The record was created with the zone's name twice: your DNS panel adds it by itself.",
        "In the name field enter only `{field}`.",
    ),
    Place.WITHOUT_UNDERSCORE: (
        "The record was created without the underscore.",
        "Its name must begin with an underscore: `{name}`.",
    ),
    Place.DASH: (
        "The record was created with a dash in place of the underscore.",
        "Its name must begin with an underscore: `{name}`.",
    ),
    Place.BELOW_ALIAS: (
        "The record was created one level too low, below the alias.",
        "In the name field enter only `{field}`, in the zone `{zone}`.",
    ),
    Place.SHORTENED: (
        "The record was created with a part of its name missing.",
        "Its whole name is `{name}`: in the name field of `{zone}` enter `{field}`.",
    ),
    Place.ZONE_ITSELF: (
        "The record was created at the zone's own name.",
        "In the name field enter `{field}`.",
    ),
    Place.ACME: (
        "The record was created under `_acme-challenge`, which is for certificates.",
        "In the name field enter only `{field}`.",
    ),
    Place.RAW_UNICODE: (
        "The record was created with letters that the DNS does not have, or with another encoding of them.",
        "Enter the name as this card shows it, beginning with `xn--` where it does: `{name}`.",
    ),
}


def elsewhere(probe: Probe) -> Iterator[Mistake]:
    """About values that were meant for the record, and are somewhere else."""
    places = list(Place)
    for one in sorted(probe.nearby, key=lambda nearby: places.index(nearby.place)):
        meant = [value for value in one.values if is_about_cloudfront(value, probe.record.value)]
        # What a wildcard answers nobody has put there.
        if meant and not set(meant) <= set(probe.wild_values):
            yield _misplaced(probe, one, meant)


def _misplaced(probe: Probe, one: Nearby, values: list[str]) -> Mistake:
    is_right = probe.record.value in values
    judged = "The value is right." if is_right else "Its value is not right either: compare it with this card."
    if one.place is Place.UNDELEGATED:
        return Mistake(
            MistakeKind.WRONG_ZONE,
            f"The record is at a server that nobody asks for `{probe.zone}`: the registrar names others. {judged}",
            "Create it in the zone at the servers that the registrar names, or change those at the registrar.",
            one.server,
            listed(probe.delegated_to),
        )
    kind, sentence, remedy = _where(probe, one)
    return Mistake(kind, f"{sentence} {judged}", remedy, one.name, probe.record.name)


def _where(probe: Probe, one: Nearby) -> tuple[MistakeKind, str, str]:
    name, zone = probe.record.name, probe.zone
    field = name.removesuffix(f".{zone}")
    match one.place:
        case Place.CHILD_ZONE:
            return (
                MistakeKind.WRONG_ZONE,
                f"The record was created in the zone `{probe.child_zone}`; it belongs into the zone above, `{zone}`.",
                f"In the zone `{zone}` create `{field}`. Other people may run that zone.",
            )
        case Place.OTHER_FORM:
            wants_dot = name == f"_.{alias_of(probe.record)}"
            why = (
                "For a zone's own name the underscore is followed by a dot"
                if wants_dot
                else "For a name inside a zone the underscore stands right before it, without a dot"
            )
            return (
                MistakeKind.MISPLACED,
                "The record was created in the form for another kind of name.",
                f"{why}: `{name}`. In the name field enter only `{field}`.",
            )
        case place:
            sentence, remedy = _PLACE_WORDS[place]
            return MistakeKind.MISPLACED, sentence, remedy.format(field=field, name=name, zone=zone)
