"""How late a record is noticed, and for how many questions: `python -m bench.dns_detection [people]`.

Virtual time over the bot's own schedule (`Pace`), lifecycle (`decide`) and verdict (`TxtSighting`), with the pauses of
`bot.lots`. Beside it, for the same people, the plan of cert-manager: every 10 s, and 60 s more once it is there.

The model: a person's record goes live after a lognormal time with a median of 4 minutes and a sigma of 1.5; its four
servers get it one after the other within up to 3 s, and it counts from the last of them. The network takes no time.
"""

import math
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from bot.alias_move.events import TxtSeen, TxtUnchanged
from bot.alias_move.lifecycle import decide
from bot.alias_move.move import EffectKind, Move, MoveState
from bot.alias_move.pacing import Pace
from bot.alias_move.sightings import AnswerKind, ServerAnswer, TxtSighting
from bot.lots import PAUSE_S
from tests.alias_move.evidence import RULES, START, record_for
from tests.alias_move.walks import outstanding, walk_to

MEDIAN_S, SIGMA = 240.0, 1.5
SERVERS, LAG_S = 4, 3.0
PACE, RECORD = Pace(), record_for()


@dataclass(frozen=True)
class Publication:
    """When each server has the record, in seconds since it was asked for."""

    at: tuple[float, ...]

    @property
    def complete(self) -> float:
        """On the last one."""
        return max(self.at)


@dataclass
class Figures:
    """What became of one plan."""

    delays_s: list[float] = field(default_factory=list)
    questions: int = 0

    def row(self, name: str) -> str:
        """One line of the table."""
        ranks = statistics.quantiles(self.delays_s, n=100, method="inclusive")
        per = self.questions / len(self.delays_s)
        mean = statistics.fmean(self.delays_s)
        return f"{name:<44}{mean:8.1f}{ranks[49]:8.1f}{ranks[94]:8.1f}{ranks[98]:8.1f}{per:12.0f}"


def publications(count: int, chance: Random) -> list[Publication]:
    """One for each person."""
    begins = [chance.lognormvariate(math.log(MEDIAN_S), SIGMA) for _ in range(count)]
    return [Publication(tuple(begin + chance.uniform(0, LAG_S) for _ in range(SERVERS))) for begin in begins]


def the_bot(one: Publication, chance: Random, waiting: Move) -> tuple[float, int]:
    """Delay and questions of the bot's plan."""
    move, questions, turn = waiting, 0, chance.randrange(SERVERS)
    watch = outstanding(move, EffectKind.WATCH_TXT)
    at, since = watch.not_before - START, move.watch_since - START
    while True:
        # A lot is claimed every quarter of a second while something in it is due within that.
        at += chance.uniform(0, PAUSE_S)
        if watch.watched is not None and watch.watched.is_brief:
            questions, turn = questions + 1, turn + 1
            if one.at[turn % SERVERS] > at:
                at += PACE.watch_interval(at - since, at - (move.stirred_at - START), chance.uniform(-1, 1))
                continue
        questions += SERVERS
        seen = sighting(one, at)
        if seen.is_live:
            after = decide(move, TxtSeen(watch.id, seen), at=START + at, rules=RULES, pace=PACE).move
            outstanding(after, EffectKind.LOOK)
            return at - one.complete, questions
        jitter = chance.uniform(-1, 1)
        move = decide(move, TxtUnchanged(watch.id, seen), at=START + at, rules=RULES, pace=PACE, jitter=jitter).move
        watch = outstanding(move, EffectKind.WATCH_TXT)
        at = watch.not_before - START


def sighting(one: Publication, at: float) -> TxtSighting:
    """What all servers say."""
    kinds = (AnswerKind.EXACT if ready <= at else AnswerKind.NOTHING for ready in one.at)
    answers = (
        ServerAnswer(f"ns{n}.example.com", f"192.0.2.{n}", kind, (RECORD.value,) if kind is AnswerKind.EXACT else ())
        for n, kind in enumerate(kinds)
    )
    return TxtSighting(RECORD, "example.com", tuple(answers))


def cert_manager(one: Publication, chance: Random) -> tuple[float, int]:
    """Every 10 s one server after the other until one has nothing; when all have it, another 60 s."""
    at, questions = chance.uniform(0, 10), 0
    while True:
        having = 0
        while having < SERVERS and one.at[having] <= at:
            having += 1
        questions += min(having + 1, SERVERS)
        if having == SERVERS:
            return at + 60 - one.complete, questions
        at += 10


def figures(people: Sequence[Publication], plan: Callable[[Publication], tuple[float, int]]) -> Figures:
    """Of one plan for all people."""
    found = Figures()
    for one in people:
        delay_s, questions = plan(one)
        found.delays_s.append(delay_s)
        found.questions += questions
    return found


def main(count: int) -> None:
    """Print both plans side by side."""
    chance = Random(count)
    people = publications(count, chance)
    waiting = walk_to(MoveState.AWAITING_TXT).move
    ours = figures(people, lambda one: the_bot(one, chance, waiting))
    theirs = figures(people, lambda one: cert_manager(one, chance))
    print(f"{count} people; seconds from the last server to the news   mean     p50     p95     p99   questions each")
    print(ours.row("the bot"))
    print(theirs.row("10 s, then 60 s more (cert-manager's plan)"))
    mean = statistics.fmean(theirs.delays_s) / statistics.fmean(ours.delays_s)
    median = statistics.median(theirs.delays_s) / statistics.median(ours.delays_s)
    print(f"sooner by a factor of {mean:.0f} on average and {median:.0f} in the median")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
