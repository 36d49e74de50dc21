"""What holds for every sequence of events; Hypothesis chooses the seeds, and when something fails the shortest one."""

from random import Random

from hypothesis import given, note, settings
from hypothesis import strategies as st

from bot.alias_move.move import MoveState
from tests.alias_move.any_move import AnyMove
from tests.alias_move.soundness import seen


@settings(max_examples=200)
@given(seed=st.integers(0, 2**48), steps=st.integers(1, 80))
def test_whatever_happens_nothing_is_called_that_was_not_approved_and_every_move_can_end(seed: int, steps: int):
    AnyMove(Random(seed), note).steps(steps)


def test_random_sequences_come_as_far_as_every_state():
    seen.clear()

    for seed in range(120):
        AnyMove(Random(seed)).steps(60)

    assert seen["calls permitted"] > 20
    assert seen["sources disabled"] > 20
    assert seen["records created"] > 10
    assert seen["records removed"] > 2
    assert seen["sources enabled again"] > 2
    assert seen["without a record"] > 2
    assert {state.value for state in MoveState} <= set(seen)
