"""Disabling the source of a move, and enabling it again: what may be asked for, and what comes of it.

Pure, and called by `lifecycle.decide()` alone, but for the questions that begin with `to_` and `why_`. It must never
plan a change of a distribution that no approver has asked for in so many words: of this source, with these aliases.
An approval of disabling is no approval of the move.

Disabling runs beside the move's state. It is asked for only while the move is BLOCKED; a move that goes on or ends
meanwhile keeps the effect, which then only reads what has become of the source. Both changes may be asked for again
and again, so whatever a dead worker has left unclear is settled by whoever comes next.
"""

import hashlib
import json
from dataclasses import replace
from typing import assert_never

from bot.alias_move import approval
from bot.alias_move.approval import Rules
from bot.alias_move.events import (
    DisablingApproved,
    EnablingRequested,
    SourceChanged,
    SourceRead,
    SwitchDeed,
    SwitchDelayed,
    SwitchRefused,
    SwitchResult,
)
from bot.alias_move.findings import Distribution, FindingCode, Inspection
from bot.alias_move.move import Effect, EffectKind, Move, MoveState, NoticeKind, Refusal, RefusalCause
from bot.alias_move.names import AccountId, DistributionId
from bot.alias_move.switch import SourceOff, SwitchPhase
from bot.alias_move.transitions import Now, is_blocked_by_source_alone, notify, plan_effect

KEY_CHARACTERS = 16
MOST_ALIASES = 500
"""Whoever approves must be shown all of them, and a modal has its limits."""

_STILL_ENABLED = "CloudFront still shows it enabled."
_TOO_LATE = (
    "Before I could ask CloudFront, the approval was older than a quarter of an hour, or the move had gone on, or"
    " something else had come in its way."
)
_GIVEN_UP = "My worker failed at it again and again; its log says why."


# What may be asked for, and what is asked for


def to_disable(move: Move, rules: Rules) -> Distribution | None:
    """The source that an approver may disable now: enabled, readable, and all that stands in the way."""
    inspection, off = move.inspection, move.source_off
    if not (rules.disable_source and rules.moves_enabled) or move.state is not MoveState.BLOCKED:
        return None
    if inspection is None or inspection.source is None or move.obstacle is not None:
        return None
    if inspection.plan.blocking != (FindingCode.HOLDER_IN_OTHER_ACCOUNT,) or not inspection.can_switch_source:
        return None
    # What was seen before CloudFront was asked says nothing about now.
    has_changed = off is not None and (off.may_be_off or off.phase is SwitchPhase.GONE)
    is_old = off is not None and has_changed and inspection.looked_at <= off.since
    is_busy = off is not None and off.is_under_way
    source = inspection.source
    if source.tenant_of is not None:  # disabled in another way, which nobody has taught the bot
        return None
    return source if source.enabled and len(source.aliases) <= MOST_ALIASES and not is_old and not is_busy else None


def to_enable(move: Move) -> SourceOff | None:
    """What an over move has left disabled; nothing where only the alias that has moved away was on it."""
    off = move.source_off
    if off is None or not move.state.is_final or off.phase not in {SwitchPhase.DISABLED, SwitchPhase.UNKNOWN}:
        return None
    return None if move.state is MoveState.MOVED and not off.others(move.alias.text) else off


def key_of(source: Distribution) -> str:
    """Sixteen hexadecimal characters that name this source with these aliases; what an approval is bound to."""
    return _key(source.account, source.id, source.aliases)


def _key(account: AccountId, source: DistributionId, aliases: tuple[str, ...]) -> str:
    words = json.dumps([account, source.text, sorted(aliases)])
    return hashlib.sha256(words.encode()).hexdigest()[:KEY_CHARACTERS]


def asked(move: Move, event: SwitchDeed, now: Now) -> Move | str:
    """What it makes of the move; or a sentence for whoever asked, who may not or can't."""
    match event:
        case DisablingApproved():
            return _disabling(move, event, now)
        case EnablingRequested():
            return _enabling(move, event, now)
        case _:  # pragma: no cover - the type checker proves it
            assert_never(event)


def why_not_typed(typed: str, source: DistributionId) -> str:
    """Whether somebody knows what they are about to disable; a sentence, if not."""
    return "" if typed == source.text else f"That is not the id. Nothing happened; type {source} exactly."


def _disabling(move: Move, event: DisablingApproved, now: Now) -> Move | str:
    if not now.rules.disable_source:
        return "Disabling a source is switched off (DISABLE_SOURCE=false). Nothing happened."
    source = to_disable(move, now.rules)
    if source is None:
        return "There is no source to disable now. Nothing happened; look at the card as it is now."
    if event.key != key_of(source):
        return "The source has changed since you were asked. Nothing happened; press the button on the card again."
    why = approval.why_may_not_approve(event.by, (move.requester, move.chosen_by), now.rules)
    if why := why or why_not_typed(event.typed, source.id):
        return why
    by, aliases = event.by.id, tuple(sorted(source.aliases))
    off = SourceOff(source.id, source.account, source.comment, aliases, by, now.at, now.at)
    planned = plan_effect(replace(move, source_off=off, source_refusal=None), EffectKind.DISABLE_SOURCE, now.at)
    return notify(planned, NoticeKind.SOURCE_DISABLING, now, by=by, subject=planned.effects[-1].id)


def _enabling(move: Move, event: EnablingRequested, now: Now) -> Move | str:
    off = to_enable(move)
    if off is None:
        return "There is nothing to enable again now."
    if why := approval.why_may_not_reject(event.by, now.rules):
        return why
    begun = replace(off, phase=SwitchPhase.ENABLING, since=now.at, sent_at=None, is_unclear=False, failures=0, why="")
    wanted = replace(move, source_off=replace(begun, enabled_by=event.by.id), source_refusal=None)
    return plan_effect(wanted, EffectKind.ENABLE_SOURCE, now.at)


def sent(move: Move, effect: Effect, now: Now) -> Move | None:
    """Written down before CloudFront is asked for the change; None: it must not be asked any more, only read."""
    off = _off(move)
    if effect.kind is EffectKind.DISABLE_SOURCE:
        is_fresh = now.at - off.approved_at <= now.pace.switching_limit_s
        is_allowed = now.rules.disable_source and now.rules.moves_enabled
        if not (is_fresh and is_allowed and is_blocked_by_source_alone(move)):
            return None
    # Another worker was about to, and has told nothing: it has died, or may yet send. Our refusal settles nothing then.
    is_unclear = off.is_unclear or off.sent_for == effect.id
    return replace(move, source_off=replace(off, sent_at=now.at, sent_for=effect.id, is_unclear=is_unclear))


def _off(move: Move) -> SourceOff:
    if move.source_off is None:
        raise AssertionError("A source is being switched that nobody has approved.")
    return move.source_off


# What comes of it


def settled(move: Move, effect: Effect, event: SwitchResult, now: Now) -> Move:
    """A worker has brought back what became of a change; its effect is gone already."""
    off = _off(move)
    match event:
        case SourceRead():
            return _read(move, effect, off, now, is_enabled=event.is_enabled)
        case SourceChanged():
            return _stopped(move, effect, off, now, why=event.why)
        case SwitchRefused() if event.refusal.cause is RefusalCause.THROTTLED:
            return _later(move, effect, off, now, why=event.refusal.text)
        case SwitchRefused():
            return _stopped(move, effect, off, now, refusal=event.refusal)
        case SwitchDelayed():
            unclear = replace(off, is_unclear=off.is_unclear or event.is_unclear)
            return _later(move, effect, unclear, now, why=event.why)
        case _:  # pragma: no cover - the type checker proves it
            assert_never(event)


def _read(move: Move, effect: Effect, off: SourceOff, now: Now, *, is_enabled: bool | None) -> Move:
    known = replace(off, since=now.at, failures=0, why="", is_unclear=False)
    if is_enabled is None:
        gone = replace(move, source_off=replace(known, phase=SwitchPhase.GONE), source_refusal=None)
        return notify(gone, NoticeKind.SOURCE_REFUSED, now, subject=effect.id)
    if effect.kind is EffectKind.ENABLE_SOURCE:
        if not is_enabled:
            return _later(move, effect, off, now, why="CloudFront still shows it disabled.")
        again = replace(move, source_off=replace(known, phase=SwitchPhase.ENABLED), source_refusal=None)
        return notify(again, NoticeKind.SOURCE_ENABLED, now, by=off.enabled_by, subject=effect.id)
    if not is_enabled:
        return replace(move, source_off=replace(known, phase=SwitchPhase.DISABLED), source_refusal=None)
    # A request that was sent may still arrive; after that time what is read is the truth.
    if off.sent_at is not None and now.at - off.sent_at < now.pace.read_back_limit_s:
        return _later(move, effect, off, now, why=_STILL_ENABLED)
    return _stopped(move, effect, replace(off, is_unclear=False), now, why=_TOO_LATE)


def _later(move: Move, effect: Effect, off: SourceOff, now: Now, *, why: str) -> Move:
    if now.at - off.since >= now.pace.switching_limit_s:
        return _stopped(move, effect, off, now, why=why)
    failed = replace(off, failures=off.failures + 1, why=why)
    delay_s = now.pace.retry_delay(failed.failures)
    return plan_effect(replace(move, source_off=failed), effect.kind, now.at + delay_s)


def _stopped(
    move: Move, effect: Effect, off: SourceOff, now: Now, *, why: str = "", refusal: Refusal | None = None
) -> Move:
    """Nobody tries it again until somebody asks for it again."""
    if off.is_unclear:
        phase = SwitchPhase.UNKNOWN
    elif effect.kind is EffectKind.DISABLE_SOURCE:
        phase = SwitchPhase.NOT_DISABLED
    else:
        phase = SwitchPhase.DISABLED
    ended = replace(move, source_off=replace(off, phase=phase, since=now.at, why=why), source_refusal=refusal)
    return notify(ended, NoticeKind.SOURCE_REFUSED, now, subject=effect.id)


def given_up(move: Move, effect: Effect, now: Now) -> Move:
    """The effect failed too often."""
    off = _off(move)
    unclear = replace(off, is_unclear=off.sent_at is not None)
    return _stopped(move, effect, unclear, now, why=_GIVEN_UP)


# What looks show of it


def seen(move: Move, inspection: Inspection, now: Now) -> Move:
    """The newest look answers what was unclear, and tells when the source is off everywhere or on again."""
    off, source = move.source_off, inspection.source
    if off is None or source is None or source.id != off.source or inspection.looked_at < off.since:
        return move
    if source.enabled:
        return _seen_enabled(move, off, inspection.looked_at, now)
    if off.phase is SwitchPhase.UNKNOWN:
        off = replace(off, phase=SwitchPhase.DISABLED, since=now.at, is_unclear=False, why="")
    if off.phase is not SwitchPhase.DISABLED or off.deployed_at is not None or not source.deployed:
        return replace(move, source_off=off)
    everywhere = replace(move, source_off=replace(off, deployed_at=now.at))
    return notify(everywhere, NoticeKind.SOURCE_DISABLED, now, by=off.approved_by, subject=f"{off.approved_at:.6f}")


def _seen_enabled(move: Move, off: SourceOff, looked_at: float, now: Now) -> Move:
    """Nothing came of the request, or somebody else has enabled it since."""
    # A request that was sent may still arrive, and CloudFront may answer from before it for a while.
    asked_at = off.since if off.sent_at is None else off.sent_at
    is_settled = looked_at - asked_at >= now.pace.read_back_limit_s
    if off.phase not in {SwitchPhase.DISABLED, SwitchPhase.UNKNOWN} or not is_settled:
        return move
    known = replace(off, phase=SwitchPhase.ENABLED, since=looked_at, is_unclear=False, deployed_at=None, why="")
    return replace(move, source_off=known, source_refusal=None)


def off_before(move: Move, inspection: Inspection) -> str:
    """Id of the source that this or an earlier look of this move has found off everywhere; empty: none.

    It may be deploying again since, because another alias has left it; that must not stop this move once more.
    """
    source = inspection.source
    if source is None or source.enabled:
        return ""
    return source.id.text if source.deployed or source.id.text == move.off_before else ""


def in_words(move: Move, *, with_names: bool = False) -> str:
    """For the history: which source with which names, by their key, and what is true of it.

    `with_names` adds whatever goes down with it: up to 500 names, so that belongs into the entry of the approval alone.
    """
    off = _off(move)
    refusal = f"{move.source_refusal.code}: {move.source_refusal.text}" if move.source_refusal else ""
    names = ", ".join(off.aliases) if with_names else ""
    said = (off.phase.value, off.why, refusal, names)
    key = _key(off.account, off.source, off.aliases)
    return f"{off.source} in {off.account}, {key}: {'; '.join(one for one in said if one)}"
