"""The TXT record for people: what to type into a DNS panel, and which servers have it.

Pure. Never says "verified": that is the verdict of `TxtSighting.is_live`, shown by whoever calls.
"""

import math
from collections.abc import Collection

from bot.alias_move.move import Move
from bot.alias_move.names import TxtRecord
from bot.alias_move.providers import Provider, provider_of
from bot.alias_move.sightings import DEFAULT_NEGATIVE_TTL_S, AnswerKind, ServerAnswer, TxtSighting
from bot.slack.blocks import Json, preformatted, section
from bot.slack.text import code, escape, in_words

MOST_NAMED = 3
_VALUE_CHARACTERS = 120
_NOTE_CHARACTERS = 120


def name_field(record: TxtRecord, zone: str) -> str:
    """What to type where a panel adds the zone by itself: `_www`, or `_` for the zone's own name."""
    return record.name.removesuffix(f".{zone}") if zone else record.name


def zone_file_line(record: TxtRecord) -> str:
    """To be copied."""
    return f'{record.name}   TXT   "{record.value}"'


def what_to_create(move: Move) -> list[Json]:
    """Name, type and value, and the whole record to be copied; nothing where no record is needed."""
    if move.plan is None or move.plan.record is None:
        return []
    record, zone = move.plan.record, move.sighting.zone if move.sighting else ""
    field = name_field(record, zone)
    adds = f"only this: most panels add {code('.' + zone)} by themselves" if zone and field != record.name else ""
    provider = provider_of([answer.server for answer in move.sighting.answers]) if move.sighting else None
    if provider is not None and zone:
        lines = _at_provider(provider, record, zone, field)
    else:
        lines = [
            f"Create it in the zone {code(zone)}:" if zone else f"Create it in the zone of {code(move.alias.text)}:",
            f"Name   {code(field)}   {adds or 'leave out the name of the zone if your panel adds it by itself'}",
            f"Type   {code('TXT')}",
            f"Value   {code(record.value)}   Route 53 wants it in double quotes",
        ]
    return [*section([*lines, _zone_above(move, zone)]), preformatted(zone_file_line(record))]


def _at_provider(provider: Provider, record: TxtRecord, zone: str, field: str) -> list[str]:
    """In the words of the panel that it is typed into."""
    value = f'"{record.value}"' if provider.wants_quotes else record.value
    adds = f"only this: {provider.name} adds {code('.' + zone)} by itself" if field != record.name else ""
    return [
        f"Create it in the zone {code(zone)}, which is at *{provider.name}*. {provider.note}".rstrip(),
        f"{provider.name_field}   {code(field)}   {adds}".rstrip(),
        f"Type   {code('TXT')}",
        f"{provider.value_field}   {code(value)}   {_quotes(provider)}",
    ]


def _quotes(provider: Provider) -> str:
    return "with the double quotes" if provider.wants_quotes else "without quotes"


def _zone_above(move: Move, zone: str) -> str:
    """The alias may be a zone of its own, and still this record belongs into the one above."""
    child = move.diagnosis.child_zone if move.diagnosis else ""
    if not child or not zone or child == zone:
        return ""
    return (
        f"*Careful*  {code(child)} is a zone of its own, but this record belongs into the zone above it, {code(zone)}."
        " Other people may run that one."
    )


def patience_line(move: Move) -> str:
    """Why nobody should look for the record before it is there."""
    ttl_s = move.sighting.negative_ttl_s if move.sighting else None
    minutes = math.ceil((DEFAULT_NEGATIVE_TTL_S if ttl_s is None else ttl_s) / 60)
    hidden = f"{minutes} minutes" if minutes != 1 else "a minute"
    return (
        "I ask the zone's own servers again and again. Please don't try `dig @8.8.8.8` or another resolver before I"
        f" say so: an early question can hide the record, from AWS too, for {hidden}."
    )


def seen_line(sighting: TxtSighting | None) -> str:
    """`Seen on 1 of 2 servers`."""
    if sighting is None:
        return ""
    count = len(sighting.answers)
    return f"Seen on {sighting.seen_on} of {count} server{'' if count == 1 else 's'} of the zone."


def sighting_lines(sighting: TxtSighting | None) -> list[str]:
    """Who has it, what else is there, and which servers can't be relied on."""
    if sighting is None:
        return []
    lines = [seen_line(sighting)]
    if others := sighting.other_values:
        found = ", ".join(code(one, _VALUE_CHARACTERS) for one in others[:MOST_NAMED]) + _and_more(len(others))
        lines.append(f"*There is another value at that name:*  {found}")
    behind = [answer for answer in sighting.answers if answer.kind is AnswerKind.NOTHING]
    if sighting.seen_on and behind:
        lines.append(f"Not there yet:  {_named(behind)}{_serials(sighting, behind)}")
    lines += [
        f"{code(answer.server)} says: {escape(answer.note, _NOTE_CHARACTERS)}"
        for answer in sighting.answers
        if answer.counts and answer.note
    ][:MOST_NAMED]
    if lame := [answer for answer in sighting.silent_servers if answer.kind is AnswerKind.LAME]:
        lines.append("Doesn't serve this zone:  " + _named(lame))
    if silent := [answer for answer in sighting.silent_servers if answer.kind is AnswerKind.SILENT]:
        lines.append("No answer from  " + _named(silent))
    return [*lines, *_delegation(sighting)]


def _delegation(sighting: TxtSighting) -> list[str]:
    """Where the zone above and the zone itself name different servers: then people often edit the wrong one."""
    sides = {
        "only the zone above names": sighting.only_delegated,
        "only the zone itself, as seen from here, names": sighting.only_listed,
    }
    named = [
        f"{who} {in_words(list(map(code, servers[:MOST_NAMED])), 'and')}" for who, servers in sides.items() if servers
    ]
    if not named:
        return []
    zone = code(sighting.zone)
    return [f"*Two lists of name servers*  of {zone}: {', '.join(named)}. Compare registrar and DNS provider."]


def _named(answers: list[ServerAnswer]) -> str:
    return ", ".join(_server(answer) for answer in answers[:MOST_NAMED]) + _and_more(len(answers))


def _server(answer: ServerAnswer) -> str:
    note = f", {escape(answer.note, _NOTE_CHARACTERS)}" if answer.note and not answer.counts else ""
    return f"{code(answer.server)} ({escape(answer.address)}{note})"


def _serials(sighting: TxtSighting, behind: list[ServerAnswer]) -> str:
    """How far the zone has come where the record is missing; empty where that explains nothing."""
    late = {answer.serial for answer in behind if answer.serial is not None}
    ahead = {answer.serial for answer in sighting.answers if answer.kind is AnswerKind.EXACT} - {None}
    if not late or not ahead or late & ahead:
        return ""
    return f", still at serial {_numbers(late)}; the others are at {_numbers(ahead)}"


def _numbers(serials: Collection[int | None]) -> str:
    return in_words([str(one) for one in sorted(filter(None, serials))], "and")


def _and_more(count: int) -> str:
    return f" and {count - MOST_NAMED} more" if count > MOST_NAMED else ""
