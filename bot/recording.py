"""What workers do with a record that somebody has approved to be created in a hosted zone, or wants taken away again.

It is written down that Route 53 is about to be asked; where that is not allowed any more (the move has gone on or
ended, the approval is too old), the zone is only read. Both changes may be tried again after a crash at any line: the
adapter reads the zone first, and changes nothing that is as wanted already. A change that Route 53 has taken is asked
about until all its servers have it.
"""

import logging

from bot import metrics
from bot.alias_move.events import (
    RecordAccepted,
    RecordChanged,
    RecordDelayed,
    RecordRead,
    RecordRefused,
    RecordResult,
    RecordSent,
)
from bot.alias_move.hosting import ZoneRecord
from bot.alias_move.move import Effect, EffectKind, Move
from bot.deciding import Decider
from bot.ports import Aws, Conflict, NotPermitted, OutcomeUnknown, RecordChange, Refused, TryAgainLater

log = logging.getLogger(__name__)


async def change_record(aws: Aws, decider: Decider, move: Move, effect: Effect) -> RecordResult:
    """Ask Route 53 for the change, or find out what has become of it."""
    known = _known(move)
    if known.change_id:
        return await _wait(aws, known, effect)
    told = await decider.happened(move.id, RecordSent(effect.id))
    if told is None or told.ignored:
        return await _read(aws, known, effect)
    wanted = _wanted(move, known, effect)
    metrics.RECORDS_SENT.labels(effect.kind.value).inc()
    zone = known.hosted.zone_id
    log.info("%s move=%s zone=%s by=%s effect=%s", effect.kind.value, move.id, zone, wanted.person, effect.id)
    try:
        change_id = await aws.change_record(wanted)
    except Conflict as changed:
        return RecordChanged(effect.id, str(changed))
    except Refused as no:
        said = no.refusal
        log.warning("refused move=%s code=%s text=%s request_id=%s", move.id, said.code, said.text, said.request_id)
        return RecordRefused(effect.id, said)
    except OutcomeUnknown as silence:
        return RecordDelayed(effect.id, str(silence), is_unclear=True)
    except (TryAgainLater, NotPermitted) as trouble:
        return RecordDelayed(effect.id, str(trouble), is_unclear=False)
    return RecordAccepted(effect.id, change_id) if change_id else RecordRead(effect.id, wanted.is_wanted)


def _known(move: Move) -> ZoneRecord:
    if move.zone_record is None:
        raise AssertionError("A record is to be changed that nobody has approved.")
    return move.zone_record


def _wanted(move: Move, known: ZoneRecord, effect: Effect) -> RecordChange:
    is_wanted = effect.kind is EffectKind.CREATE_RECORD
    person = known.approved_by if is_wanted else known.removed_by or known.approved_by
    return RecordChange(known.hosted, is_wanted, move.id, person)


async def _wait(aws: Aws, known: ZoneRecord, effect: Effect) -> RecordResult:
    try:
        is_everywhere = await aws.is_in_sync(known.change_id, known.hosted.account)
    except (TryAgainLater, NotPermitted) as trouble:
        return RecordDelayed(effect.id, str(trouble), is_unclear=False)
    if is_everywhere:
        return RecordRead(effect.id, effect.kind is EffectKind.CREATE_RECORD)
    return RecordAccepted(effect.id, known.change_id)


async def _read(aws: Aws, known: ZoneRecord, effect: Effect) -> RecordResult:
    try:
        return RecordRead(effect.id, await aws.has_record(known.hosted))
    except (TryAgainLater, NotPermitted) as trouble:
        return RecordDelayed(effect.id, str(trouble), is_unclear=False)
