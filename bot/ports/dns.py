"""A record's DNS zone as the use cases see it: verdicts from the servers with authority, never from a cache."""

from collections.abc import Sequence
from typing import Protocol

from bot.alias_move.names import AliasName, TxtRecord
from bot.alias_move.probes import Probe
from bot.alias_move.sightings import TxtSighting
from bot.alias_move.visibility import CacheAnswer
from bot.alias_move.watching import Glance, Watch


class Dns(Protocol):
    """The authoritative servers of a record's zone. Only workers have one."""

    async def look_up(self, record: TxtRecord) -> TxtSighting:
        """Ask every authoritative address. Never asks a recursive resolver for the record's own name.

        Raises:
            TryAgainLater: no server with authority could be found or answered, or they have been asked too often.
        """
        ...

    async def glance(self, watches: Sequence[Watch]) -> list[Glance]:
        """One question for each of them, to one server of its zone, no more often than is polite; takes a second or so.

        Raises:
            TryAgainLater: it can't be learnt how often the servers have been asked.
        """
        ...

    async def ask_caches(self, record: TxtRecord) -> tuple[CacheAnswer, ...]:
        """What recursive resolvers say about a record that is live: never asked before, as they would remember the no.

        Never raises; a resolver that does not answer is told in the answers.
        """
        ...

    async def points_at(self, alias: AliasName) -> str:
        """Where the alias's own CNAMEs end, as a recursive resolver says; empty: it has none.

        Only for an alias, which has a record or needs none; a resolver asked for the TXT record would remember its no.

        Raises:
            TryAgainLater: no resolver answers.
        """
        ...

    async def probe(self, record: TxtRecord, sighting: TxtSighting | None) -> Probe:
        """Ask the zone's servers what people usually do wrong with such a record, in at most sixteen questions.

        `sighting` is the newest look, if there was one. Where nobody answers, the probe is empty.

        Raises:
            TryAgainLater: the servers have been asked too often.
        """
        ...

    async def reach(self) -> str:
        """A sentence saying that the configured resolvers answer, for `doctor`.

        Raises:
            TryAgainLater: none does.
        """
        ...


class Turns(Protocol):
    """When the servers of a zone may be asked again, by all workers together."""

    async def take(
        self, wanted: Sequence[tuple[str, float]], *, within_s: float, ahead_s: float = 0.0
    ) -> list[float | None]:
        """For each zone wanted, in how many seconds its turn begins, one after the other.

        Args:
            wanted: the zone's name, and for how many seconds the turn takes its servers; a zone may come repeatedly.
            within_s: who can't begin so soon gets None, and nothing is taken.
            ahead_s: a turn may begin so long before the zone is free, to the charge of those who come later.

        Raises:
            TryAgainLater: it can't be learnt how often the servers have been asked.
        """
        ...
