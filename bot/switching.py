"""What workers do with a source that somebody has approved to be disabled, or wants enabled again.

It is written down that CloudFront is about to be asked; where that is not allowed any more (the move has gone on or
ended, the approval is too old), CloudFront is only read. Both changes may be tried again after a crash at any line:
the adapter reads the source first, and changes nothing that is as wanted already.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from bot import metrics
from bot.alias_move.events import SourceChanged, SourceRead, SwitchDelayed, SwitchRefused, SwitchResult, SwitchSent
from bot.alias_move.move import Effect, EffectKind, Move
from bot.alias_move.switch import SourceOff
from bot.deciding import Decider
from bot.ports import Aws, Conflict, Gone, NotPermitted, OutcomeUnknown, Refused, Switch, TryAgainLater

log = logging.getLogger(__name__)


async def switch_source(
    aws: Aws, decider: Decider, move: Move, effect: Effect, monotonic: Callable[[], float] = time.monotonic
) -> SwitchResult:
    """Ask CloudFront for the change, or find out what has become of it."""
    # Before it is written down: this process may be stopped after that at any line, and go on when all is settled.
    send_before = monotonic() + decider.pace.switch_counts_s
    told = await decider.happened(move.id, SwitchSent(effect.id))
    off = told.stored.move.source_off if told else move.source_off
    if off is None:
        raise AssertionError("A source is to be switched that nobody has approved.")
    if told is None or told.ignored:
        return await _read(aws, off, effect)
    wanted = _wanted(told.stored.move, off, effect, send_before)
    metrics.SWITCHES_SENT.labels(effect.kind.value).inc()
    log.info("%s move=%s source=%s by=%s effect=%s", effect.kind.value, move.id, off.source, wanted.person, effect.id)
    try:
        await aws.switch(wanted)
    except Gone:
        return SourceRead(effect.id, is_enabled=None)
    except Conflict as changed:
        return SourceChanged(effect.id, str(changed))
    except Refused as no:
        said = no.refusal
        log.warning("refused move=%s code=%s text=%s request_id=%s", move.id, said.code, said.text, said.request_id)
        return SwitchRefused(effect.id, said)
    except OutcomeUnknown as silence:
        return SwitchDelayed(effect.id, str(silence), is_unclear=True)
    except (TryAgainLater, NotPermitted) as trouble:
        return SwitchDelayed(effect.id, str(trouble), is_unclear=False)
    return SourceRead(effect.id, wanted.enabled)


def _wanted(move: Move, off: SourceOff, effect: Effect, send_before: float) -> Switch:
    disabling = Switch(
        off.source,
        off.account,
        enabled=False,
        aliases=off.aliases,
        move_id=move.id,
        person=off.approved_by,
        send_before=send_before,
    )
    if effect.kind is EffectKind.ENABLE_SOURCE:
        # Whatever it serves by now: some of it may have moved away.
        return replace(disabling, enabled=True, aliases=None, person=off.enabled_by or off.approved_by)
    return disabling


async def _read(aws: Aws, off: SourceOff, effect: Effect) -> SwitchResult:
    try:
        return SourceRead(effect.id, await aws.is_enabled(off.source, off.account))
    except Gone:
        return SourceRead(effect.id, is_enabled=None)
    except (TryAgainLater, NotPermitted) as trouble:
        return SwitchDelayed(effect.id, str(trouble), is_unclear=False)
