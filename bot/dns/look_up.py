"""One look at one TXT record, through every address of every authoritative server of its zone.

It reports what they say and never decides that a record is live: that is the core's, from the sighting. It never asks a
recursive resolver for the record's name or for anything below it; for the alias itself it may.
"""

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import dns.exception
import dns.name
import dns.rdatatype

from bot.alias_move.names import AliasName, TxtRecord
from bot.alias_move.probes import Probe
from bot.alias_move.sightings import AnswerKind, ServerAnswer, TxtSighting
from bot.alias_move.visibility import CacheAnswer
from bot.alias_move.watching import Glance, Watch
from bot.dns.answers import Elsewhere, Referral, Said
from bot.dns.around import MOST_QUESTIONS
from bot.dns.caches import Caches
from bot.dns.diagnosis import Diagnostics
from bot.dns.exchange import Times
from bot.dns.glances import EVERY_S, Glances
from bot.dns.questions import Questions
from bot.dns.records import end_of_cnames, spelled
from bot.dns.resolvers import Resolvers
from bot.dns.rounds import Patience, Rounds
from bot.dns.turns import OwnTurns
from bot.dns.zones import Server, Zone, Zones
from bot.ports import TryAgainLater, Turns

LONGEST_TRAIL = 8
"""CNAMEs and delegations followed after the first question."""
MOST_LOOKS_AT_ONCE = 50
"""Each answer costs about a millisecond of computing; a burst beyond this would look like silent servers."""
MOST_PROBES_AT_ONCE = 10
"""Beside the looks: where servers are dead a probe takes long, and no look shall wait for it."""
TURN_WITHIN_S = 5.0
"""A look that gets no turn so soon fails, and says why. Any later, it would be too old for the move call."""
AHEAD_S = 1.0
"""Somebody waits for a look, so it may begin while the zone is still taken for so long; then the watch waits."""
PROBE_WITHIN_S = 10.0
"""A probe that gets no turn so soon is put off."""
PROBE_AGAIN_S = 0.5
"""Between two attempts at a turn for a probe."""
GLANCE_WITHIN_S = 0.4
"""A server slower than that leads to a look, which gives it more time; a lot of other records is held up so long."""
_MOST_NAMED = 8

_Step = Referral | Elsewhere


@dataclass(frozen=True, slots=True)
class _Told:
    """What the servers of a zone told about a name, and which zones had a say in it, the record's own first."""

    zones: tuple[Zone, ...]
    answers: tuple[ServerAnswer, ...]


class AuthoritativeDns:
    """`bot.ports.Dns`.

    Args:
        resolvers: (IP address, port) of recursive resolvers, asked only where zones live; empty: the system's.
        port: of authoritative servers.
        vantage_points: further recursive resolvers, asked beside those whether they see a record that is live.
        patience_s: how long one round of questions waits for servers that have not proved silent.
        udp_s: how much of that UDP gets before TCP is tried.
        silent_patience_s: how long a round waits for servers that let a whole round pass before.
        resolver_patience_s: how long finding the servers of one zone may take.
        turns: how all workers together keep from asking a zone's servers too often; None: this process alone.
        clock: what remembered zones age by; any that runs forward, in seconds.
    """

    def __init__(
        self,
        resolvers: tuple[tuple[str, int], ...] = (),
        port: int = 53,
        vantage_points: tuple[tuple[str, int], ...] = (),
        turns: Turns | None = None,
        *,
        patience_s: float = 3.0,
        udp_s: float = 0.8,
        silent_patience_s: float = 0.4,
        resolver_patience_s: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # Half for one question: when nobody answers, the sentence can then say to which.
        self._resolvers: Final = Resolvers(resolvers, resolver_patience_s / 2)
        self._zones: Final = Zones(self._resolvers, port, resolver_patience_s, clock)
        self._caches: Final = Caches(
            (*self._resolvers.where, *vantage_points), Times(udp_s=udp_s, tcp_s=min(udp_s, patience_s - udp_s))
        )
        self._turns: Final = turns or OwnTurns()
        self._glances: Final = Glances(self._zones, Questions(min(udp_s, GLANCE_WITHIN_S)), self._turns, port)
        self._room: Final = asyncio.Semaphore(MOST_LOOKS_AT_ONCE)
        self._room_for_probes: Final = asyncio.Semaphore(MOST_PROBES_AT_ONCE)
        patience = Patience(patience_s, udp_s, silent_patience_s)
        self._rounds: Final = Rounds(port, patience)
        self._diagnostics: Final = Diagnostics(self._zones, self._resolvers, port, patience.times)

    async def look_up(self, record: TxtRecord) -> TxtSighting:
        """Ask every authoritative address. Never asks a recursive resolver for the record's own name.

        Raises:
            TryAgainLater: no server with authority could be found or answered.
        """
        name, parent = _parsed(record.name), _parsed(record.parent)
        async with self._room:
            zone = await self._zones.around(parent, avoid=(name,))
        told = await self._walk(name, zone, record, ())
        if not any(answer.counts for answer in told.answers):
            raise TryAgainLater(_nobody_answered(told))
        ttls_s = [await self._rounds.negative_ttl_s(each) for each in dict.fromkeys(told.zones)]
        # Any of the zones may have been the one that said "no".
        longest_s = max((ttl_s for ttl_s in ttls_s if ttl_s is not None), default=None)
        own = told.zones[0]
        differing = (own.only_delegated, own.only_listed)
        sighting = TxtSighting(record, spelled(own.origin), told.answers, longest_s, *differing)
        if not sighting.is_partial:
            return sighting
        serials = await self._rounds.serials(own)
        answers = tuple(replace(each, serial=serials.get(each.address)) for each in told.answers)
        return replace(sighting, answers=answers)

    async def glance(self, watches: Sequence[Watch]) -> list[Glance]:
        """One question for each of them, to one server of its zone, no more often than is polite."""
        return await self._glances.glance(watches)

    async def close(self) -> None:
        """Close the sockets that glances are made through."""
        await self._glances.close()

    async def ask_caches(self, record: TxtRecord) -> tuple[CacheAnswer, ...]:
        """What recursive resolvers say about a record that is live on its servers; to be asked only then."""
        return await self._caches.ask(_parsed(record.name), record.value)

    async def points_at(self, alias: AliasName) -> str:
        """Where the alias's own CNAMEs end, as a recursive resolver says; empty: it has none.

        Raises:
            TryAgainLater: no resolver answers.
        """
        name = _parsed(alias.text)
        end = end_of_cnames(await self._resolvers.ask(name, dns.rdatatype.A), name)
        return "" if end == name else spelled(end)

    async def probe(self, record: TxtRecord, sighting: TxtSighting | None) -> Probe:
        """Ask around a record that is not live; see `bot.ports.Dns.probe`.

        Raises:
            TryAgainLater: the servers have been asked too often.
        """
        async with self._room_for_probes:
            zone = self._zones.known(_parsed(record.parent))
            if zone is not None:
                await self._after_looks(zone, EVERY_S * math.ceil(MOST_QUESTIONS / len(zone.servers)))
            return await self._diagnostics.probe(record, sighting)

    async def reach(self) -> str:
        """A sentence saying which of the configured resolvers answer.

        Raises:
            TryAgainLater: none does.
        """
        return await self._resolvers.reach()

    async def _in_turn(self, zone: Zone, cost_s: float) -> None:
        begin = (await self._turns.take([(zone.name, cost_s)], within_s=TURN_WITHIN_S, ahead_s=AHEAD_S))[0]
        if begin is None:
            raise TryAgainLater(_asked_a_lot(zone))
        await asyncio.sleep(begin)

    async def _after_looks(self, zone: Zone, cost_s: float) -> None:
        """For a probe, which takes the servers for as long as many looks do: no look shall wait for several of them."""
        until = asyncio.get_running_loop().time() + PROBE_WITHIN_S
        while (begin := (await self._turns.take([(zone.name, cost_s)], within_s=AHEAD_S))[0]) is None:
            if asyncio.get_running_loop().time() > until:
                raise TryAgainLater(_asked_a_lot(zone))
            await asyncio.sleep(PROBE_AGAIN_S)
        await asyncio.sleep(begin)

    async def _walk(
        self, name: dns.name.Name, zone: Zone, record: TxtRecord, trail: tuple[dns.name.Name, ...]
    ) -> _Told:
        """Ask all servers of the zone about the name, and go where they send us; `trail` is where we have been."""
        await self._in_turn(zone, EVERY_S)
        async with self._room:
            said = await self._rounds.ask_all(zone, name, record.value)
        self._zones.note_look(zone, has_spoken=any(each.speaks for each in said.values()))
        trail = (*trail, name)
        steps = dict.fromkeys(each.onward for each in said.values() if each.onward is not None)
        ends = {step: await self._follow(step, zone, record, trail) for step in steps}
        return _joined(zone, record, said, ends)

    async def _follow(
        self, step: _Step, zone: Zone, record: TxtRecord, trail: tuple[dns.name.Name, ...]
    ) -> _Told | None:
        """What is told where a server sent us to; None when following it would not end."""
        if len(trail) > LONGEST_TRAIL:
            return None
        if isinstance(step, Referral):
            return await self._walk(step.name, await self._zones.below(step, trail), record, trail)
        if step.target in trail:
            return None
        if not step.target.is_subdomain(zone.origin):
            # The target's records may be about to be published too, so no resolver hears of it either.
            zone = await self._zones.around(step.target, avoid=(*trail, step.target))
        return await self._walk(step.target, zone, record, trail)


def _joined(zone: Zone, record: TxtRecord, said: Mapping[Server, Said], ends: Mapping[_Step, _Told | None]) -> _Told:
    """One answer for each address.

    After a CNAME it is the answer of the server that gave it. After a referral it is those of the servers referred to;
    a server beside them that knows nothing of the delegation keeps its say, for it tells the same to everybody.
    """
    zones = [zone]
    answers: dict[str, ServerAnswer] = {}
    for step, end in ends.items():
        if end is not None:
            zones = [*end.zones, *zones] if isinstance(step, Referral) else [*zones, *end.zones]
            answers |= {each.address: each for each in end.answers} if isinstance(step, Referral) else {}
    for server, each in said.items():
        end = ends[each.onward] if each.onward is not None else None
        if not (isinstance(each.onward, Referral) and end is not None):
            answers.setdefault(server.address, _answer(server, each, end, record))
    for name in zone.unaddressed:
        # Without it a zone of two servers would look like a zone of one, where a single answer is enough.
        answers[name] = ServerAnswer(name, "unknown", AnswerKind.SILENT, (), "its address could not be looked up")
    return _Told(tuple(zones), tuple(answers.values()))


def _answer(server: Server, said: Said, end: _Told | None, record: TxtRecord) -> ServerAnswer:
    match said.onward:
        case None:
            return ServerAnswer(server.name, server.address, said.kind, said.values, said.note)
        case Referral():
            return ServerAnswer(server.name, server.address, AnswerKind.LAME, (), "delegations without an end")
        case Elsewhere(target):
            return _answer_at_target(server, spelled(target), end, record)


def _answer_at_target(server: Server, target: str, end: _Told | None, record: TxtRecord) -> ServerAnswer:
    """As strict as the core: the target's zone must have the value live, or this server is not counted as having it."""
    if end is None:
        note = f"CNAME to {target}, in a circle or too long a chain"
        return ServerAnswer(server.name, server.address, AnswerKind.NOTHING, (), note)
    there = TxtSighting(record, spelled(end.zones[0].origin), end.answers)
    other = [answer for answer in end.answers if answer.kind is AnswerKind.OTHER]
    kind = AnswerKind.EXACT if there.is_live else AnswerKind.OTHER if other else AnswerKind.NOTHING
    note = f"CNAME to {target}"
    if not there.is_live and not there.is_denied:
        kind, note = AnswerKind.LAME, f"{note}, where too few servers of {there.zone} answer"
    elif there.is_denied and there.seen_on:
        denying = [answer for answer in end.answers if answer.counts and answer.kind is not AnswerKind.EXACT]
        note = f"{note}, which is not the same on every server: not yet on {_listed(denying)}"
    saying = other if kind is AnswerKind.OTHER else end.answers if kind is AnswerKind.EXACT else ()
    values = tuple(dict.fromkeys(value for answer in saying for value in answer.values))
    return ServerAnswer(server.name, server.address, kind, values, note)


def _asked_a_lot(zone: Zone) -> str:
    return f"The name servers of {zone.name} have been asked a lot just now; they get a rest."


def _nobody_answered(told: _Told) -> str:
    zone = spelled(told.zones[0].origin)
    are_all_silent = all(answer.kind is AnswerKind.SILENT for answer in told.answers)
    manner = "" if are_all_silent else " with authority"
    return f"None of the name servers of {zone} answered{manner}: {_listed(told.answers)}."


def _listed(answers: Sequence[ServerAnswer]) -> str:
    named = [
        f"{answer.server} ({answer.address}{': ' if answer.note else ''}{answer.note})"
        for answer in answers[:_MOST_NAMED]
    ]
    more = len(answers) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _parsed(name: str) -> dns.name.Name:
    try:
        return dns.name.from_text(name)
    except dns.exception.DNSException as error:
        # An alias may use all 63 characters of a label, which leaves none for the underscore.
        raise TryAgainLater(
            f"There can be no record {name}: a part of that name, or all of it, is too long."
        ) from error
