"""When to look again, when to give up: arithmetic on times, in seconds. Nothing here waits or reads a clock.

Production has one `Pace`, built in the composition root. Stories in the tests pass a shorter one; there is no other
switch.
"""

import math
from dataclasses import dataclass

ONE_DAY_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Pace:
    """All waiting times, in seconds."""

    watch_fastest_s: float = 1.0
    """Between two looks at a record that somebody is probably creating right now."""
    watch_share: float = 0.02
    """The interval as a share of the time waited: the delay people notice stays proportional to their own."""
    watch_slowest_s: float = 30.0
    """On the first day."""
    watch_patient_s: float = 300.0
    """After the first day."""
    watch_stirred_s: float = 60.0
    """For so long after a sign of life the looks follow each other as fast as they may."""
    watch_stirs: int = 20
    """So many changes of the answer in a row are signs of life, and no more: one that changes at every look, as that of
    a weighted record does, says nothing of anybody at work."""
    watch_stirs_back_s: float = 18_000.0
    """After so long one more may be: a minute of the fastest looks in that time only doubles the patient ones."""
    watch_jitter: float = 0.1
    """By which share an interval is drawn out or cut short, so that moves opened together do not look together."""
    watch_live_s: float = 30.0
    """While the record is live and somebody may still remove it."""
    watch_target_s: float = 45.0
    """Between two readings of the target alone while the holder can't be read: within a minute people know, at first.
    Whoever holds it may take weeks, so the interval grows with the time waited, up to that of a look at everything."""
    routine_look_s: float = 900.0
    """Between two looks at everything while people repair or decide."""
    ask_services_s: float = 3600.0
    """Between two questions to AWS services whether one of them holds what nobody can read."""
    source_look_first_s: float = 3.0
    """Between two looks while CloudFront disables the source: visitors get errors meanwhile."""
    source_look_slowest_s: float = 30.0
    switching_limit_s: float = 900.0
    """Disabling or enabling the source is tried for so long: nobody shall be surprised by it hours later."""
    switch_counts_s: float = 25.0
    """The request to switch the source is sent at most so long after it was written down that it is about to be."""
    retry_first_s: float = 2.0
    retry_slowest_s: float = 60.0
    looks_fail_limit_s: float = 900.0
    """Looks that fail for so long are told to people."""
    look_counts_s: float = 10.0
    """The move call is sent only on a look at most this old."""
    paused_s: float = 30.0
    """Between two looks while moves are switched off."""
    read_back_first_s: float = 1.0
    read_back_slowest_s: float = 5.0
    read_back_limit_s: float = 60.0
    """After a request: still as before for so long means that it did nothing. Longer than any is under way."""
    negative_cache_margin_s: float = 1.0
    negative_cache_limit_s: float = 3600.0

    def watch_interval(self, waited_s: float, stirred_s: float = math.inf, jitter: float = 0.0) -> float:
        """Seconds until the next look at a record that is not live.

        Args:
            waited_s: for how long it has been waited for.
            stirred_s: how long ago the newest sign of life was.
            jitter: a throw of the dice, from -1 to 1.
        """
        slowest = self.watch_slowest_s if waited_s < ONE_DAY_S else self.watch_patient_s
        every_s = min(slowest, max(self.watch_fastest_s, waited_s * self.watch_share))
        if stirred_s < self.watch_stirred_s:
            every_s = self.watch_fastest_s
        return every_s * (1 + self.watch_jitter * jitter)

    def watch_target_interval(self, waited_s: float) -> float:
        """Seconds until the target is read again, `waited_s` after the newest sign of life."""
        return max(self.watch_target_s, min(self.routine_look_s, waited_s * self.watch_share))

    def stirred_once_more(self, stirs: float, stirred_s: float) -> float | None:
        """The count with one more change of the answer; None: it changes too often to be a sign of life.

        Args:
            stirs: the count at the newest sign of life.
            stirred_s: how long ago that was.
        """
        count = 1 + max(0.0, stirs - stirred_s / self.watch_stirs_back_s)
        return count if count <= self.watch_stirs else None

    def source_look_interval(self, waited_s: float) -> float:
        """Seconds until the next look at everything, after having waited `waited_s` for the source to be off."""
        return min(self.source_look_slowest_s, max(self.source_look_first_s, waited_s / 20))

    def retry_delay(self, failures: int) -> float:
        """Seconds to wait after the n-th failure in a row: 2, 4, 8 … 60."""
        return min(self.retry_slowest_s, self.retry_first_s * 2.0 ** max(0, min(failures, 16) - 1))

    def notice_delay(self, waited_s: float) -> float:
        """Seconds until a message that Slack did not take is offered again, `waited_s` after it came up."""
        return min(self.retry_slowest_s, max(self.retry_first_s, waited_s))

    def read_back_delay(self, since_call_s: float) -> float:
        """Seconds until CloudFront is read again, `since_call_s` after the call."""
        return min(self.read_back_slowest_s, max(self.read_back_first_s, since_call_s / 4))

    def negative_cache_wait(self, negative_ttl_s: int) -> float:
        """Seconds after which a resolver that was asked too early must ask again."""
        return min(self.negative_cache_limit_s, negative_ttl_s + self.negative_cache_margin_s)
