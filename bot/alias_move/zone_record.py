"""Creating the TXT record in a hosted zone of ours, and taking it away: what may be asked for, and what comes of it.

Pure, and called by `lifecycle.decide()` alone, but for the questions that begin with `to_`. It must never plan a change
of a zone that no approver has asked for in so many words: of this zone, this record, beside these values. An approval
of the record is no approval of the move.

It runs beside the move's state. Creating is asked for only while the record is missing; a move that goes on or ends
meanwhile keeps the effect, which then only reads what has become of it. Both changes may be asked for again and again,
so whatever a dead worker has left unclear is settled by whoever comes next.
"""

import hashlib
import json
from dataclasses import replace
from typing import assert_never

from bot.alias_move import approval
from bot.alias_move.approval import Rules
from bot.alias_move.events import (
    RecordAccepted,
    RecordApproved,
    RecordChanged,
    RecordDeed,
    RecordDelayed,
    RecordRead,
    RecordRefused,
    RecordResult,
    RemovalRequested,
)
from bot.alias_move.hosting import HostedTxt, RecordPhase, ZoneRecord
from bot.alias_move.move import Effect, EffectKind, Move, MoveState, NoticeKind, Refusal, RefusalCause
from bot.alias_move.transitions import Now, look_now, notify, plan_effect

KEY_CHARACTERS = 16
_MISSING = frozenset({MoveState.BLOCKED, MoveState.AWAITING_TXT})

_NOT_ASKED = "The approval was older than a quarter of an hour, or the move had gone on, before I could ask Route 53."
_NOT_THERE = "Route 53 still shows the zone without it."
_STILL_THERE = "Route 53 still shows it."
_BY_OTHERS = "Somebody else has created it meanwhile."
_GIVEN_UP = "My worker failed at it again and again; its log says why."


# What may be asked for, and what is asked for


def to_create(move: Move, rules: Rules) -> HostedTxt | None:
    """The hosted zone in which an approver may have the record created now."""
    inspection, known = move.inspection, move.zone_record
    if not (rules.route53_records and rules.moves_enabled) or move.state not in _MISSING or inspection is None:
        return None
    hosted = inspection.hosted
    if hosted is None or hosted.has_value or inspection.plan.record_is_live:
        return None
    # What was seen before Route 53 was asked says nothing about now.
    is_old = known is not None and known.may_be_there and inspection.looked_at <= known.since
    return None if is_old or (known is not None and known.is_under_way) else hosted


def to_remove(move: Move) -> ZoneRecord | None:
    """What an over move has left in a zone."""
    known = move.zone_record
    if known is None or not move.state.is_final or known.is_under_way or not known.may_be_there:
        return None
    return known


def key_of(hosted: HostedTxt) -> str:
    """Sixteen hexadecimal characters that name this zone, record and set of values; what an approval is bound to."""
    present = hosted.present
    there = [present.ttl_s, sorted(present.values)] if present else None
    words = json.dumps([hosted.account, hosted.zone_id, hosted.record.name, hosted.record.value, there])
    return hashlib.sha256(words.encode()).hexdigest()[:KEY_CHARACTERS]


def asked(move: Move, event: RecordDeed, now: Now) -> Move | str:
    """What it makes of the move; or a sentence for whoever asked, who may not or can't."""
    match event:
        case RecordApproved():
            return _creating(move, event, now)
        case RemovalRequested():
            return _removing(move, event, now)
        case _:  # pragma: no cover - the type checker proves it
            assert_never(event)


def _creating(move: Move, event: RecordApproved, now: Now) -> Move | str:
    if not now.rules.route53_records:
        return "Creating records in Route 53 is switched off (ROUTE53_RECORDS=false). Nothing happened."
    hosted = to_create(move, now.rules)
    if hosted is None:
        return "There is no record that I could create now. Nothing happened; look at the card as it is now."
    if event.key != key_of(hosted):
        return "What stands in the zone has changed since you were asked. Nothing happened; press the button again."
    if why := approval.why_may_not_approve(event.by, (move.requester, move.chosen_by), now.rules):
        return why
    begun = ZoneRecord(hosted, event.by.id, now.at, now.at)
    return plan_effect(replace(move, zone_record=begun, record_refusal=None), EffectKind.CREATE_RECORD, now.at)


def _removing(move: Move, event: RemovalRequested, now: Now) -> Move | str:
    known = to_remove(move)
    if known is None:
        return "There is no record of mine to remove now."
    if why := approval.why_may_not_reject(event.by, now.rules):
        return why
    begun = ZoneRecord(known.hosted, known.approved_by, known.approved_at, now.at, RecordPhase.REMOVING)
    wanted = replace(move, zone_record=replace(begun, removed_by=event.by.id), record_refusal=None)
    return plan_effect(wanted, EffectKind.REMOVE_RECORD, now.at)


def sent(move: Move, effect: Effect, now: Now) -> Move | None:
    """Written down before Route 53 is asked for the change; None: it must not be asked any more, only read."""
    known = _known(move)
    if effect.kind is EffectKind.CREATE_RECORD:
        is_fresh = now.at - known.approved_at <= now.pace.switching_limit_s
        is_allowed = now.rules.route53_records and now.rules.moves_enabled
        if not (is_fresh and is_allowed and move.state in _MISSING):
            return None
    # Another worker was about to, and has told nothing: it has died, or may yet send. Our refusal settles nothing then.
    is_unclear = known.is_unclear or known.sent_for == effect.id
    return replace(move, zone_record=replace(known, sent_at=now.at, sent_for=effect.id, is_unclear=is_unclear))


def _known(move: Move) -> ZoneRecord:
    if move.zone_record is None:
        raise AssertionError("A record is being changed that nobody has approved.")
    return move.zone_record


# What comes of it


def after_result(move: Move, effect: Effect, event: RecordResult, now: Now) -> Move:
    """A worker has brought back what became of a change; its effect is gone already. News is looked at, at once."""
    settled = _settled(move, effect, event, now)
    is_news = isinstance(event, RecordRead | RecordChanged) and settled.state in _MISSING
    return look_now(replace(settled, watch_since=now.at), now) if is_news else settled


def _settled(move: Move, effect: Effect, event: RecordResult, now: Now) -> Move:
    known = _known(move)
    match event:
        case RecordAccepted():
            return _on_its_way(move, effect, replace(known, change_id=event.change_id, is_unclear=False), now)
        case RecordRead():
            return _read(move, effect, known, now, is_there=event.is_there)
        case RecordChanged():
            return _stopped(move, effect, known, now, why=event.why)
        case RecordRefused() if event.refusal.cause is RefusalCause.THROTTLED:
            return _later(move, effect, known, now, why=event.refusal.text)
        case RecordRefused():
            return _stopped(move, effect, known, now, refusal=event.refusal)
        case RecordDelayed():
            unclear = replace(known, is_unclear=known.is_unclear or event.is_unclear)
            return _later(move, effect, unclear, now, why=event.why)
        case _:  # pragma: no cover - the type checker proves it
            assert_never(event)


def _on_its_way(move: Move, effect: Effect, known: ZoneRecord, now: Now) -> Move:
    """Route 53 has taken it, and brings it to its servers, usually within a minute."""
    waited_s = now.at - known.since
    if waited_s >= now.pace.switching_limit_s:
        return _done(move, effect, known, now)
    waiting = replace(move, zone_record=replace(known, failures=0, why=""))
    return plan_effect(waiting, effect.kind, now.at + now.pace.read_back_delay(waited_s))


def _read(move: Move, effect: Effect, known: ZoneRecord, now: Now, *, is_there: bool) -> Move:
    is_wanted = effect.kind is EffectKind.CREATE_RECORD
    if is_there is is_wanted and (known.sent_at is not None or not is_wanted):
        return _done(move, effect, known, now)
    if is_there and is_wanted:  # and never sent by us: what is somebody else's is not ours to take away
        return _stopped(move, effect, known, now, why=_BY_OTHERS)
    # A request that was sent may still arrive; after that time what is read is the truth.
    if known.sent_at is not None and now.at - known.sent_at < now.pace.read_back_limit_s:
        return _later(move, effect, known, now, why=_NOT_THERE if is_wanted else _STILL_THERE)
    return _stopped(move, effect, replace(known, is_unclear=False), now, why=_NOT_ASKED if is_wanted else _STILL_THERE)


def _done(move: Move, effect: Effect, known: ZoneRecord, now: Now) -> Move:
    is_created = effect.kind is EffectKind.CREATE_RECORD
    phase = RecordPhase.CREATED if is_created else RecordPhase.REMOVED
    over = replace(known, phase=phase, since=now.at, change_id="", is_unclear=False, failures=0, why="")
    kind = NoticeKind.RECORD_CREATED if is_created else NoticeKind.RECORD_REMOVED
    by = known.approved_by if is_created else known.removed_by
    return notify(replace(move, zone_record=over, record_refusal=None), kind, now, by=by, subject=effect.id)


def _later(move: Move, effect: Effect, known: ZoneRecord, now: Now, *, why: str) -> Move:
    if now.at - known.since >= now.pace.switching_limit_s:
        return _done(move, effect, known, now) if known.change_id else _stopped(move, effect, known, now, why=why)
    failed = replace(known, failures=known.failures + 1, why=why)
    delay_s = now.pace.retry_delay(failed.failures)
    return plan_effect(replace(move, zone_record=failed), effect.kind, now.at + delay_s)


def _stopped(
    move: Move, effect: Effect, known: ZoneRecord, now: Now, *, why: str = "", refusal: Refusal | None = None
) -> Move:
    """Nobody tries it again until somebody asks for it again."""
    if effect.kind is EffectKind.REMOVE_RECORD:
        phase = RecordPhase.CREATED
    elif known.is_unclear:
        phase = RecordPhase.UNKNOWN
    else:
        phase = RecordPhase.NOT_CREATED
    ended = replace(known, phase=phase, since=now.at, change_id="", why=why)
    stopped = replace(move, zone_record=ended, record_refusal=refusal)
    return notify(stopped, NoticeKind.RECORD_REFUSED, now, subject=effect.id)


def given_up(move: Move, effect: Effect, now: Now) -> Move:
    """The effect failed too often."""
    known = _known(move)
    unclear = replace(known, is_unclear=known.sent_at is not None)
    return _stopped(move, effect, unclear, now, why=_GIVEN_UP)


def in_words(move: Move) -> str:
    """For the history: which record, where, and what is true of it."""
    known = _known(move)
    refusal = f"; {move.record_refusal.code}: {move.record_refusal.text}" if move.record_refusal else ""
    where = f"{known.hosted.record.name} in {known.hosted.zone_id} of {known.hosted.account}"
    change = f"; change {known.change_id}" if known.change_id else ""
    return f"{where}: {known.phase.value}{change}{f'; {known.why}' if known.why else ''}{refusal}"
