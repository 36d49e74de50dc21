"""One probe under way: how many questions are left, whom to ask next, and what was noticed in passing. Asks nobody."""

from itertools import cycle
from typing import Final

import dns.exception
import dns.name

from bot.alias_move.names import TxtRecord
from bot.alias_move.probes import Probe, alias_of, misspellings
from bot.alias_move.sightings import TxtSighting
from bot.dns.answers import Referral, Said
from bot.dns.records import spelled
from bot.dns.zones import Server, Zone

MOST_QUESTIONS = 16
LABELS_OF_TOP = 3
"""`example.com.`, with the root's empty label."""


class Questions:
    """Counts, so that a probe stays small whatever it meets."""

    def __init__(self) -> None:
        self._left = MOST_QUESTIONS

    def may_ask(self, count: int = 1) -> bool:
        """Take that many of those left; False: there are not so many."""
        if self._left < count:
            return False
        self._left -= count
        return True


class Around:
    """One probe under way."""

    def __init__(
        self,
        record: TxtRecord,
        name: dns.name.Name,
        zone: Zone,
        sighting: TxtSighting | None,
        questions: Questions,
    ) -> None:
        self.record: Final = record
        self.name: Final = name
        self.zone: Final = zone
        self.sighting: Final = sighting
        self.questions: Final = questions
        speaking = _speaking(zone, sighting)
        self.servers: Final = cycle(speaking)
        self.public: Final = next((server for server in speaking if server.name not in zone.only_listed), None)
        """One that the zone above names: where resolvers name others, it tells what the world is told."""
        self.referral: Referral | None = None
        # A top-level zone holds no record of ours, and its servers need not hear of our misspellings.
        self.is_at_top: Final = len(zone.origin) < LABELS_OF_TOP
        self.misspellings: Final = () if self.is_at_top else misspellings(record, spelled(zone.origin))
        self._said: Final[dict[str, list[Said]]] = {}

    @property
    def empty_probe(self) -> Probe:
        """What is known before anything is asked."""
        return Probe(self.record, self.sighting, spelled(self.zone.origin))

    @property
    def child_zone(self) -> str:
        """The alias, where it is a zone of its own."""
        return spelled(self.referral.cut) if self.referral is not None else ""

    @property
    def refused_by(self) -> tuple[str, ...]:
        """All servers, where every one refused everything; else nobody: one that is lame is told by the look."""
        if not self._said or any(one.speaks for said in self._said.values() for one in said):
            return ()
        return tuple(sorted(self._said))

    def note(self, server: Server, said: Said) -> None:
        """Remember who said what."""
        self._said.setdefault(server.name, []).append(said)

    def note_referral(self, referral: Referral) -> None:
        """A zone below, if it is that of the alias itself."""
        if spelled(referral.cut) == alias_of(self.record):
            self.referral = referral


def _speaking(zone: Zone, sighting: TxtSighting | None) -> tuple[Server, ...]:
    """Those that answered the look; all of them where none did."""
    heard = {answer.address for answer in sighting.answers if answer.counts} if sighting is not None else set()
    return tuple(server for server in zone.servers if server.address in heard) or zone.servers


def spoken(text: str) -> dns.name.Name | None:
    """None: a part of it is too long for the DNS, as a doubled name may be."""
    try:
        if text.isascii():
            return dns.name.from_text(text)
        # Raw letters, as somebody typed them into a panel that passes everything on.
        return dns.name.Name([*(label.encode() for label in text.split(".")), b""])
    except dns.exception.DNSException:
        return None
