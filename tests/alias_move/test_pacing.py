"""How long the bot waits before it looks again."""

import pytest

from bot.alias_move.pacing import Pace

PACE = Pace()
ONE_HOUR, ONE_DAY = 3_600.0, 86_400.0


@pytest.mark.parametrize(
    ("waited_s", "every_s"),
    [(0, 1), (50, 1), (100, 2), (ONE_HOUR, 30), (ONE_DAY - 1, 30), (ONE_DAY, 300), (30 * ONE_DAY, 300), (-5, 1)],
)
def test_a_record_is_looked_for_often_at_first_and_patiently_after_a_day(waited_s: float, every_s: float):
    assert PACE.watch_interval(waited_s) == every_s


def test_a_record_that_appears_within_two_minutes_is_seen_within_three_seconds():
    assert max(PACE.watch_interval(waited_s, jitter=1) for waited_s in range(121)) <= 3


@pytest.mark.parametrize(
    ("waited_s", "stirred_s", "every_s"), [(ONE_HOUR, 0, 1), (ONE_DAY, 59, 1), (ONE_HOUR, 60, 30), (ONE_DAY, 60, 300)]
)
def test_for_a_minute_after_a_sign_of_life_it_is_looked_for_every_second(
    waited_s: float, stirred_s: float, every_s: float
):
    assert PACE.watch_interval(waited_s, stirred_s) == every_s


@pytest.mark.parametrize(("jitter", "every_s"), [(-1, 9), (0, 10), (0.5, 10.5), (1, 11)])
def test_looks_are_spread_by_a_tenth_of_the_interval(jitter: float, every_s: float):
    assert PACE.watch_interval(500, jitter=jitter) == pytest.approx(every_s)


@pytest.mark.parametrize(
    ("waited_s", "every_s"), [(0, 45), (1_800, 45), (ONE_HOUR, 72), (ONE_DAY, 900), (30 * ONE_DAY, 900)]
)
def test_a_target_that_others_may_bring_the_alias_to_is_read_every_minute_at_first(waited_s: float, every_s: float):
    assert PACE.watch_target_interval(waited_s) == every_s


@pytest.mark.parametrize(
    ("failures", "delay_s"), [(0, 2), (1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 60), (7, 60), (10**9, 60)]
)
def test_failures_in_a_row_are_followed_by_longer_and_longer_pauses(failures: int, delay_s: float):
    assert PACE.retry_delay(failures) == delay_s


@pytest.mark.parametrize(("waited_s", "delay_s"), [(0, 2), (10, 10), (60, 60), (ONE_DAY, 60)])
def test_a_message_that_slack_did_not_take_is_offered_again(waited_s: float, delay_s: float):
    assert PACE.notice_delay(waited_s) == delay_s


@pytest.mark.parametrize(("since_call_s", "delay_s"), [(0, 1), (4, 1), (12, 3), (20, 5), (900, 5)])
def test_cloudfront_is_read_back_soon_and_then_every_five_seconds(since_call_s: float, delay_s: float):
    assert PACE.read_back_delay(since_call_s) == delay_s


@pytest.mark.parametrize(("ttl_s", "wait_s"), [(0, 1), (300, 301), (3_599, 3_600), (86_400, 3_600)])
def test_a_negative_answer_is_waited_out_for_an_hour_at_most(ttl_s: int, wait_s: float):
    assert PACE.negative_cache_wait(ttl_s) == wait_s
