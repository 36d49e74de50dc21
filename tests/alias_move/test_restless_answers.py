"""A changed answer is a sign of life, but one that changes at every look must not be looked at as if it were."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.alias_move.events import Diagnosed, RecheckRequested, TxtUnchanged
from bot.alias_move.mistakes import Diagnosis, Mistake, MistakeKind
from bot.alias_move.move import EffectKind, MoveState, NoticeKind
from bot.alias_move.pacing import ONE_DAY_S
from bot.alias_move.sightings import AnswerKind, TxtSighting
from tests.alias_move.evidence import OUTSIDER, PACE, READY, record_for, sighting
from tests.alias_move.walks import Walk, awaiting_approval, lost, outstanding, seen, told, walk_to

WILDCARD = Mistake(MistakeKind.WILDCARD, "A wildcard answers for the name.", "Nothing to do.")


def an_answer(number: int) -> TxtSighting:
    """Each number another one, from all servers alike."""
    seen = sighting(record_for(), AnswerKind.OTHER, AnswerKind.OTHER)
    return replace(seen, answers=tuple(replace(one, values=(f"d{number}",)) for one in seen.answers))


def looks_and_probes(walk: Walk, seconds: float, answer_at: Callable[[float], int]) -> tuple[int, int]:
    """How many of either there are in that time, where the servers say at each moment what `answer_at` tells."""
    began, looks, probes = walk.at, 0, 0
    while True:
        watch, probe = outstanding(walk.move, EffectKind.WATCH_TXT), outstanding(walk.move, EffectKind.DIAGNOSE)
        walk.at = max(walk.at, min(watch.not_before, probe.not_before))
        if walk.at >= began + seconds:
            return looks, probes
        if probe.not_before <= walk.at:
            probes += 1
            walk.happens(Diagnosed(probe.id, Diagnosis(walk.at, (WILDCARD,))))
        else:
            looks += 1
            walk.happens(TxtUnchanged(watch.id, an_answer(answer_at(walk.at - began))))


def plan_without_changes(waited_s: float, until_s: float) -> int:
    """How many looks there are in that part of the waiting when nothing happens."""
    looks = 0
    while (waited_s := waited_s + PACE.watch_interval(waited_s)) < until_s:
        looks += 1
    return looks


def test_an_answer_that_changes_at_every_look_is_no_sign_of_life_in_the_end():
    walk, seen = walk_to(MoveState.AWAITING_TXT), iter(range(100_000))

    looks, probes = looks_and_probes(walk, ONE_DAY_S, lambda _: next(seen))
    looks_later, probes_later = looks_and_probes(walk, ONE_DAY_S, lambda _: next(seen))

    assert looks < 1.2 * plan_without_changes(0, ONE_DAY_S)
    assert probes < 60
    assert looks_later < 2.2 * plan_without_changes(ONE_DAY_S, 2 * ONE_DAY_S)
    assert probes_later < 40


def test_one_that_changes_whenever_the_fast_looks_are_over_is_none_either():
    walk = walk_to(MoveState.AWAITING_TXT)

    looks, probes = looks_and_probes(walk, ONE_DAY_S, lambda waited_s: int(waited_s / (PACE.watch_stirred_s + 1)))

    assert looks < 2 * plan_without_changes(0, ONE_DAY_S)
    assert probes < 100


def tired() -> Walk:
    """A move whose answer has changed until that was no sign of life any more."""
    walk, seen = walk_to(MoveState.AWAITING_TXT).after(3_600), iter(range(100))
    looks_and_probes(walk, 120, lambda _: next(seen))
    return walk


def next_look_s(walk: Walk) -> float:
    return outstanding(walk.move, EffectKind.WATCH_TXT).not_before - walk.at


def test_a_press_on_look_again_makes_every_change_a_sign_of_life_once_more():
    walk = tired()
    walk.happens(TxtUnchanged(walk.id_of(EffectKind.WATCH_TXT), an_answer(1_000)))
    assert next_look_s(walk) == 30

    walk.happens(RecheckRequested(OUTSIDER))

    assert next_look_s(walk) == 1
    walk.after(61).happens(TxtUnchanged(walk.id_of(EffectKind.WATCH_TXT), an_answer(1_001)))
    assert next_look_s(walk) == 1


def test_what_is_wrong_with_an_answer_that_comes_and_goes_stays_on_the_card():
    walk = tired()
    walk.happens(Diagnosed(walk.id_of(EffectKind.DIAGNOSE), Diagnosis(walk.at, (WILDCARD,))))

    walk.happens(TxtUnchanged(walk.id_of(EffectKind.WATCH_TXT), an_answer(1_000)))

    assert walk.move.diagnosis is not None
    assert walk.move.diagnosis.mistakes == (WILDCARD,)


@pytest.mark.parametrize(
    ("stirs", "stirred_s", "count"),
    [(0, 0, 1), (19, 0, 20), (20, 0, None), (20, 18_000, 20), (20, 180_000, 11), (3, 1e9, 1)],
)
def test_changes_of_the_answer_are_counted_and_forgotten_again(stirs: float, stirred_s: float, count: float | None):
    assert PACE.stirred_once_more(stirs, stirred_s) == count


def test_a_record_that_comes_and_goes_fills_no_thread_and_is_watched_patiently_in_the_end():
    walk = walk_to(MoveState.AWAITING_TXT).after(3_600)

    for _ in range(100):
        seen(walk.after(5)).after(1).looks(READY)
        lost(walk.after(30))

    assert walk.move.state is MoveState.AWAITING_TXT
    assert told(walk.move).count(NoticeKind.DNS_VERIFIED.value) == 30
    assert told(walk.move).count(NoticeKind.RECORD_LOST.value) == 30
    assert next_look_s(walk) == 30


def test_a_record_that_is_lost_for_the_first_time_is_waited_for_anew():
    walk = awaiting_approval().after(3_600)

    lost(walk)

    assert walk.move.watch_since == walk.at
