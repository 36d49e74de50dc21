"""Caches that may remember an early "no such record": when to ask them, and until when they keep us from asking AWS.

Pure. AWS looks for the record through a resolver of its own. If somebody has made it look before the record was there,
it goes on saying no for the zone's negative TTL; asking it again meanwhile is a refusal for nothing.
"""

from dataclasses import replace

from bot.alias_move.move import Loss, Move
from bot.alias_move.pacing import Pace
from bot.alias_move.sightings import DEFAULT_NEGATIVE_TTL_S
from bot.alias_move.visibility import CacheAnswer, CacheKind, Visibility

_LEEWAY_S = 5.0
"""What clocks and whole seconds of TTLs may differ by."""


def may_ask(move: Move, at: float) -> bool:
    """Whether a look at a live record asks the resolvers too: once, and again when they must have forgotten."""
    known = move.visibility
    if known is None or not move.record_is_live:
        return True
    return known.agree_at is not None and at >= known.agree_at


def noted(move: Move, seen: Visibility | None, pace: Pace, at: float, *, is_new: bool) -> Move:
    """After a look: from when on the record is live, and who sees it; `is_new` says that it was not live before."""
    if not move.record_is_live:
        lost = move.lost if is_new or move.live_since is None else Loss(move.live_since, at)
        gone = replace(move, lost=lost, live_since=None, visibility=None, caches_asked=0)
        return replace(gone, tried_by_hand=None, caches_agree_at=0.0)
    if is_new:
        move = replace(move, lost=None, live_since=at, visibility=None, caches_asked=0)
    if seen is not None:
        move = replace(move, visibility=seen, caches_asked=move.caches_asked + 1)
    return waiting(move, pace)


def waiting(move: Move, pace: Pace) -> Move:
    """With the time until which AWS may still be told an early "no"."""
    return replace(move, caches_agree_at=_agree_at(move, pace))


def next_question(move: Move, pace: Pace, at: float) -> float | None:
    """When to ask the resolvers once more because they must have forgotten; None where that would be for nothing."""
    agree_at = move.visibility.agree_at if move.visibility else None
    if agree_at is None or agree_at <= at or move.caches_asked > 1:
        return None
    return agree_at + pace.negative_cache_margin_s


def of_another_view(move: Move) -> tuple[CacheAnswer, ...]:
    """Those that deny the live record for longer than they may remember a time without it.

    Most likely they see another version of the zone. Nobody can be sure: some keep an answer for longer than it says.
    """
    known, since = move.visibility, move.live_since
    ttl_s = move.sighting.negative_ttl_s if move.sighting else None
    if known is None or since is None or ttl_s is None:
        return ()
    forgotten_at = since + ttl_s + _LEEWAY_S
    # For how long an older value may be remembered only its own TTL tells: it is over when they are asked again.
    suspects = [one for one in known.behind if one.kind is CacheKind.MISSES or move.caches_asked > 1]
    return tuple(one for one in suspects if known.asked_at + one.ttl_s > forgotten_at)


def _agree_at(move: Move, pace: Pace) -> float:
    """0: nothing speaks for waiting."""
    if move.live_since is None or move.tried_by_hand is False:
        return 0.0
    ttl_s = move.sighting.negative_ttl_s if move.sighting else None
    # No miss is younger than the record, and none may be kept for longer than the zone says.
    latest = move.live_since + pace.negative_cache_wait(DEFAULT_NEGATIVE_TTL_S if ttl_s is None else ttl_s)
    if move.tried_by_hand:
        return latest
    behind_until = move.visibility.agree_at if move.visibility else None
    return 0.0 if behind_until is None else min(latest, behind_until + pace.negative_cache_margin_s)
