"""Load, decide, commit, nudge: how an event reaches a move, whoever caused it.

The one loop around `decide()`. A commit that finds a newer move decides again, so that a double click, a late result
and a timer that meet in the same millisecond each see what the other has done.
"""

import logging
import random
from dataclasses import dataclass, replace

from bot import metrics
from bot.alias_move import source_off, zone_record
from bot.alias_move.approval import Rules
from bot.alias_move.events import (
    CardPosted,
    DisablingApproved,
    Event,
    Opened,
    RecordDeed,
    RecordResult,
    RecordSent,
    SwitchDeed,
    SwitchResult,
    SwitchSent,
)
from bot.alias_move.lifecycle import Decision, decide
from bot.alias_move.move import Effect, Move, MoveState
from bot.alias_move.pacing import Pace
from bot.ports import AuditEntry, Conflict, Due, Nudge, Store, Stored

log = logging.getLogger(__name__)

CARD = "card"
"""The effect id under which a move's card is due."""
WORKER = "worker"
MOST_CONFLICTS = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an event."""

    stored: Stored
    """As it is now."""
    ignored: str = ""
    """Why nothing changed, as a sentence; empty when something did."""


class Decider:
    """Brings events to moves."""

    def __init__(self, store: Store, nudge: Nudge, rules: Rules, pace: Pace) -> None:
        self._store = store
        self._nudge = nudge
        self.rules = rules
        self.pace = pace

    def what_if(self, stored: Stored, event: Event) -> Decision:
        """What the event would make of the move as loaded; nothing is saved."""
        jitter = random.uniform(-1, 1)  # noqa: S311 - spreads looks, hides nothing
        return decide(stored.move, event, at=stored.now, rules=self.rules, pace=self.pace, jitter=jitter)

    async def happened(self, move_id: str, event: Event, *, by: str = WORKER, nonce: str = "") -> Outcome | None:
        """Decide and commit. None: there is no such move (any more).

        Raises:
            Conflict: the move changes faster than it can be saved; nothing has changed by this event.
            NonceSpent, TryAgainLater: as the store says.
        """
        for _ in range(MOST_CONFLICTS):
            stored = await self._store.load(move_id)
            if stored is None:
                return None
            decision = self.what_if(stored, event)
            if decision.ignored:
                log.info("ignored move=%s event=%s by=%s why=%s", move_id, _name(event), by, decision.ignored)
                return Outcome(stored, decision.ignored)
            try:
                return Outcome(await self._save(stored, decision.move, event, by, nonce))
            except Conflict:
                metrics.COMMIT_CONFLICTS.inc()
        raise Conflict("Too much happens to this move at once, and I could not save that. Nothing happened; try again.")

    async def _save(self, stored: Stored, after: Move, event: Event, by: str, nonce: str) -> Stored:
        before = stored.move
        show = _looks_different(before, after) and not isinstance(event, CardPosted)
        is_history = by != WORKER or _is_history(before, after)
        entry = audit_entry(event, after, by=by) if is_history else None
        saved = await self._store.commit(stored, after, entry, nonce=nonce, show=show)
        if is_history:
            _log_transition(before, after, event, by)
        await self._nudge(due_after(before, after, saved.now, show=show))
        return saved


def audit_entry(event: Event | Opened, after: Move, *, by: str) -> AuditEntry:
    """One line of history."""
    words = after.closing_words or (after.refusal.text if after.refusal else "")
    if isinstance(event, SwitchDeed | SwitchSent | SwitchResult):
        words = source_off.in_words(after, with_names=isinstance(event, DisablingApproved))
    if isinstance(event, RecordDeed | RecordSent | RecordResult):
        words = zone_record.in_words(after)
    return AuditEntry(_name(event), by, after.state.value, after.digest, after.round, words)


def due_after(before: Move | None, after: Move, now: float, *, show: bool = True) -> tuple[Due, ...]:
    """What a commit has made due: effects that were not there before, and the card."""
    known = {effect.id for effect in before.effects} if before else set()
    due = [_due(after.id, effect) for effect in after.effects if effect.id not in known]
    return (*due, Due(after.id, CARD, now, is_urgent=True)) if show else tuple(due)


def _due(move_id: str, effect: Effect) -> Due:
    shard = effect.watched.shard if effect.watched else None
    return Due(move_id, effect.id, effect.not_before, effect.is_urgent, shard)


def _looks_different(before: Move, after: Move) -> bool:
    """Whether people would see a difference: book-keeping alone must not cost an update in Slack."""
    return _shown(before) != _shown(after)


def _shown(move: Move) -> Move:
    counted = replace(move, effects=(), effects_planned=0, looks_failed=0, looks_failing_since=None)
    return replace(counted, updated_at=0.0, watch_since=0.0, stirred_at=0.0, stirs=0.0)


def _is_history(before: Move, after: Move) -> bool:
    """Whether a result belongs into the move's history: looks that change nothing would drown it."""
    was, is_now = (
        (one.state, one.round, one.call, one.refusal, one.source_off, one.zone_record) for one in (before, after)
    )
    return was != is_now or after.state is MoveState.ASSOCIATING


def _log_transition(before: Move, after: Move, event: Event, by: str) -> None:
    log.info(
        "decided move=%s event=%s by=%s state=%s->%s round=%s digest=%s",
        after.id,
        _name(event),
        by,
        before.state.value,
        after.state.value,
        after.round,
        after.digest,
    )
    if after.state.is_final and not before.state.is_final:
        metrics.MOVES_ENDED.labels(after.state.value).inc()


def _name(event: Event | Opened) -> str:
    return type(event).__name__
