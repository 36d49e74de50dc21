"""What is wrong while a record is not live: from a probe to at most a few mistakes, the gravest first.

Pure. Must never call a record right: that is `TxtSighting.is_live` alone. What can be known only after the record is
live (what caches remember) is none of it.
"""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from bot.alias_move.mistakes import Diagnosis, Mistake, MistakeKind, listed
from bot.alias_move.names import RegistrableName
from bot.alias_move.probes import Place, Probe, alias_of
from bot.alias_move.sightings import AnswerKind, ServerAnswer
from bot.alias_move.wrong_records import at_the_name, elsewhere

MOST_NAMED = 3
AFTER_S = (0.0, 30.0, 120.0, 600.0, 3_600.0, 21_600.0)
"""When mistakes are looked for, in seconds after the newest sign of life."""
PATIENT_S = 86_400.0
"""Between two such looks after the last of those."""
APART_S = 2.0
"""Between two such looks at the least, however often an answer changes."""

_PARKED = (
    ".sedoparking.com",
    ".parkingcrew.net",
    ".bodis.com",
    ".above.com",
    ".afternic.com",
    ".parklogic.com",
    ".pendingrenewaldeletion.com",
    ".renewyourname.net",
)
"""Name servers under these names show advertisements, or that nobody has paid."""

_INSIDE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
"""Addresses that every network may give its own machines, and that nobody outside can ask."""


def diagnosis(probe: Probe, registrable_name: RegistrableName, *, at: float, source: str = "") -> Diagnosis:
    """What the probe shows; `source` is the own name of the distribution that holds the alias now, where known."""
    named = {mistake.key: mistake for mistake in _all(probe, registrable_name, source)}
    return Diagnosis(at, tuple(named.values())[:MOST_NAMED], probe.child_zone)


def next_diagnosis(since: float, last: float | None) -> float:
    """When to look for mistakes next, in Unix seconds.

    Args:
        since: when the newest sign of life was.
        last: when the last such look began, if there was one.
    """
    if last is None or last < since:
        return since if last is None else max(since, last + APART_S)
    waited_s = last - since
    return since + next((after_s for after_s in AFTER_S if after_s > waited_s + APART_S), waited_s + PATIENT_S)


def _all(probe: Probe, registrable_name: RegistrableName, source: str) -> Iterator[Mistake]:
    """Everything, what keeps the record from being seen at all first."""
    yield from _about_delegation(probe, registrable_name)
    if probe.is_bogus:
        yield Mistake(
            MistakeKind.BROKEN_DNSSEC,
            f"The DNSSEC signatures of {probe.zone or 'the zone'} are broken: resolvers that validate refuse its"
            " answers, so AWS will not see the record even when it is right.",
            "Sign the zone again, or let the registrar take the DS record out until that is done.",
        )
    yield from at_the_name(probe, source)
    yield from elsewhere(probe)
    yield from _about_servers(probe)


# The zone


def _about_delegation(probe: Probe, registrable_name: RegistrableName) -> Iterator[Mistake]:
    name = registrable_name(alias_of(probe.record).removeprefix("*.")) or ""
    if probe.zone and name.endswith(f".{probe.zone}"):
        yield Mistake(
            MistakeKind.NOT_DELEGATED,
            f"{name} does not exist in the DNS: {probe.zone} has no such name. Its registration has run out, is on"
            " hold, or was never made.",
            "Look at the registrar whether it is paid for, and which name servers it has.",
        )
        return
    if parked := [server for server in probe.delegated_to if f".{server}".endswith(_PARKED)]:
        yield Mistake(
            MistakeKind.NOT_DELEGATED,
            f"{probe.zone} is parked: the registrar has pointed it at servers that know none of your records, as it"
            " does when a registration has run out.",
            "Renew it at the registrar, and set its name servers again.",
            listed(parked),
        )
    elif probe.refused_by:
        yield Mistake(
            MistakeKind.ORPHAN_ZONE,
            f"The name servers that the registrar names for {probe.zone} do not have that zone: they refuse to answer."
            " It was deleted, or made again at other servers.",
            "Compare the name servers at the registrar with those that your DNS provider shows for the zone, and set"
            " the provider's at the registrar.",
            listed(probe.refused_by),
        )
    elif inside := _inside(probe):
        yield _other_view(probe, inside)
    elif _are_different(probe) and not any(one.place is Place.UNDELEGATED for one in probe.nearby):
        yield Mistake(
            MistakeKind.ORPHAN_ZONE,
            f"The registrar and {probe.zone} itself name different name servers, so there may be two zones of that"
            " name: one that the world asks, and one that it does not.",
            "Create the record in the zone at the servers that the registrar names, or change those at the registrar.",
            listed(probe.listed),
            listed(probe.delegated_to),
        )


def _are_different(probe: Probe) -> bool:
    """Servers in common may only be on their way in or out."""
    return bool(probe.delegated_to and probe.listed) and not set(probe.delegated_to) & set(probe.listed)


def _inside(probe: Probe) -> list[str]:
    """Name servers of the zone that only our own network asks, as far as that shows without asking it for the record.

    Its resolvers name them, and neither the zone above does, nor a server that it does name; or they answer at
    addresses that no one else can reach. One that is silent there may be listed by mistake in the world's zone.
    """
    sighting = probe.sighting
    if sighting is None:
        return []
    # With servers in common, the list may only just have been changed.
    has_none_in_common = set(probe.delegated_to) <= set(sighting.only_delegated)
    is_compared = bool(probe.listed and sighting.only_delegated) and has_none_in_common
    unknown = set(sighting.only_listed) - set(probe.listed) if is_compared else set()
    return [
        one.server for one in sighting.answers if one.server in unknown or (one.counts and _is_unreachable(one.address))
    ]


def _is_unreachable(address: str) -> bool:
    try:
        return any(ip_address(address) in network for network in _INSIDE)
    except ValueError:
        return False  # it could not be looked up


def _other_view(probe: Probe, inside: list[str]) -> Mistake:
    answers = probe.sighting.answers if probe.sighting else ()
    is_there = any(one.kind is AnswerKind.EXACT for one in answers if one.server in inside)
    sentence = (
        f"The record is in a version of {probe.zone} that is seen inside your network only: the world, and AWS with it,"
        " asks other name servers."
        if is_there
        else f"The DNS resolvers here know other name servers of {probe.zone} than the world does: those of a version"
        " for your network only, as a private hosted zone is, or some that have been replaced. AWS will not see what is"
        " created there."
    )
    return Mistake(
        MistakeKind.WRONG_ZONE if is_there else MistakeKind.ORPHAN_ZONE,
        sentence,
        "Create the record in the public zone, at the name servers that the registrar names.",
        listed(inside),
        listed(probe.delegated_to),
    )


# The servers


def _about_servers(probe: Probe) -> Iterator[Mistake]:
    sighting = probe.sighting
    if sighting is None:
        return
    inside = _inside(probe)
    behind = [one for one in sighting.answers if one.counts and one.kind is not AnswerKind.EXACT]
    is_inside_only = all(one.server in inside for one in sighting.answers if one.kind is AnswerKind.EXACT)
    if sighting.seen_on and behind and not is_inside_only:
        yield _behind(probe, behind)
    cut_short = [one for one in sighting.answers if one.kind is AnswerKind.SILENT and "cut short" in one.note]
    if cut_short:
        yield Mistake(
            MistakeKind.BLOCKED_TCP,
            "The answer is too long for UDP, and over TCP I do not get it.",
            "Let port 53 over TCP through to those servers, and take away TXT records of that name that nobody needs.",
            listed([one.server for one in cut_short]),
        )
    if lame := [one for one in sighting.silent_servers if one not in cut_short and one.server not in inside]:
        yield Mistake(
            MistakeKind.LAME_SERVER,
            f"Not every name server of {sighting.zone} serves it. That holds up nothing here, as long as enough others"
            " answer; a resolver that asks that one first may fail.",
            "Whoever runs the zone repairs it, or takes it off the list of name servers.",
            listed([one.server for one in lame]),
        )


def _behind(probe: Probe, behind: list[ServerAnswer]) -> Mistake:
    newest = max((one.serial for one in probe.serials if one.has_record), default=None)
    older = [one for one in probe.serials if not one.has_record and newest is not None and one.serial != newest]
    count = len(probe.sighting.answers) if probe.sighting else 0
    seen = probe.sighting.seen_on if probe.sighting else 0
    still = f": still at serial {older[0].serial}, the others at {newest}" if older else ""
    return Mistake(
        MistakeKind.BEHIND,
        f"The record is on {seen} of {count} servers{still}.",
        "Usually that is over within a minute. If not, whoever runs the zone looks why it is not passed on.",
        listed([one.server for one in behind]),
    )
