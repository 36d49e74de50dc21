"""What workers do: perform an effect, turn what came of it into an event, let `decide()` say what that means.

The only place where looks become evidence and where the move call is sent. Any line may be the last before a crash: an
effect stays outstanding until its result is committed, so whoever comes next tries it again, except the move call,
which is written down before it is sent and never sent twice.
"""

import asyncio
import logging
from dataclasses import replace

from bot import metrics
from bot.alias_move.approval import Rules
from bot.alias_move.caches import may_ask
from bot.alias_move.diagnosis import diagnosis
from bot.alias_move.events import (
    AliasAssociated,
    AliasElsewhere,
    AliasOnSource,
    AssociationAccepted,
    AssociationRefused,
    AssociationUnclear,
    CallSent,
    CardImpossible,
    CardPosted,
    DeadlinePassed,
    Diagnosed,
    EffectAbandoned,
    Inspected,
    InspectionFailed,
    NoticeDelayed,
    NoticePosted,
    ReadBackFailed,
    Result,
    TargetRead,
    TxtLost,
    TxtSeen,
    TxtUnchanged,
)
from bot.alias_move.evidence import ServiceAnswer
from bot.alias_move.findings import Account, Distribution, Evidence, Operation, Plan, holder_of, inspect, target_of
from bot.alias_move.hosting import HostedTxt
from bot.alias_move.mistakes import Diagnosis
from bot.alias_move.move import Call, Effect, EffectKind, Move
from bot.alias_move.names import RegistrableName
from bot.alias_move.pacing import Pace
from bot.alias_move.remembering import may_remember, stands
from bot.alias_move.services import regions_to_ask, to_be_asked
from bot.alias_move.sightings import TxtSighting
from bot.alias_move.visibility import Visibility
from bot.deciding import Decider
from bot.ports import (
    Announcer,
    Aws,
    ChannelClosed,
    Dns,
    Errand,
    NotPermitted,
    Nudge,
    OutcomeUnknown,
    PortError,
    Refused,
    Store,
    Stored,
    TryAgainLater,
)
from bot.recording import change_record
from bot.switching import switch_source

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 8
EARLY_S = 0.25
"""How much earlier than planned an effect may run: clocks of engine and store differ by less."""


class Performer:
    """Performs effects of moves, one at a time; any number of performers may run side by side."""

    def __init__(
        self,
        store: Store,
        aws: Aws,
        dns: Dns,
        announcer: Announcer,
        nudge: Nudge,
        rules: Rules,
        pace: Pace,
        registrable_name: RegistrableName,
    ) -> None:
        self._store = store
        self._aws = aws
        self._dns = dns
        self._announcer = announcer
        self._decider = Decider(store, nudge, rules, pace)
        self._registrable_name = registrable_name

    async def perform(self, move_id: str, effect_id: str) -> None:
        """Perform one outstanding effect; nothing happens when it is not outstanding (any more) or not due."""
        taken = await self._store.take(move_id, effect_id)
        if taken is None:
            return
        move, effect = taken.stored.move, taken.stored.move.effect(effect_id)
        if effect is None or effect.not_before > taken.stored.now + EARLY_S:
            return
        if taken.attempts > MOST_ATTEMPTS:
            metrics.EFFECTS_ABANDONED.labels(effect.kind.value).inc()
            log.error("abandoned move=%s effect=%s kind=%s", move_id, effect_id, effect.kind.value)
            await self._decider.happened(move_id, EffectAbandoned(effect_id))
            return
        if taken.attempts > 1 and effect.kind is EffectKind.NOTIFY:
            metrics.NOTICES_REPEATED.inc()
        with metrics.EFFECT_SECONDS.labels(effect.kind.value).time():
            result = await self._result_of(move, effect, taken.stored.now)
        await self._decider.happened(move_id, result)

    async def _result_of(self, move: Move, effect: Effect, now: float) -> Result:
        match effect.kind:
            case EffectKind.LOOK | EffectKind.ROUTINE_LOOK:
                return await self._look(move, effect, now)
            case EffectKind.WATCH_TXT:
                return await self._watch(move, effect)
            case EffectKind.WATCH_TARGET:
                return await self._read_target(move, effect)
            case EffectKind.DIAGNOSE:
                return await self._diagnose(move, effect, now)
            case EffectKind.ASSOCIATE_ALIAS:
                return await self._associate(move, effect)
            case EffectKind.READ_BACK:
                return await self._read_back(move, effect)
            case EffectKind.DISABLE_SOURCE | EffectKind.ENABLE_SOURCE:
                return await switch_source(self._aws, self._decider, move, effect)
            case EffectKind.CREATE_RECORD | EffectKind.REMOVE_RECORD:
                return await change_record(self._aws, self._decider, move, effect)
            case EffectKind.NOTIFY:
                return await self._notify(move, effect)
            case EffectKind.EXPIRE_MOVE | EffectKind.EXPIRE_APPROVAL:
                return DeadlinePassed(effect.id)

    async def _look(self, move: Move, effect: Effect, now: float) -> Inspected | InspectionFailed:
        """A whole look; it is as old as its beginning, or as the oldest list of distributions in it."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            evidence = await self._evidence(move, now, fresh=not may_remember(move, effect))
            evidence = await self._with_caches(move, evidence, now + loop.time() - began)
        except (TryAgainLater, NotPermitted) as trouble:
            log.warning("look failed move=%s effect=%s why=%s", move.id, effect.id, trouble)
            return InspectionFailed(effect.id, str(trouble))
        return Inspected(effect.id, inspect(evidence, self._registrable_name))

    async def _evidence(self, move: Move, now: float, *, fresh: bool) -> Evidence:
        """Raises as `Aws.look` and `Dns.look_up`."""
        errand = Errand(move.alias, move.id, move.requester, move.wanted_target)
        seen = await self._aws.look(errand, fresh=fresh)
        _demand_sides(move.plan, seen.accounts)
        evidence = Evidence(
            move.alias,
            now - seen.age_s,
            move.wanted_target,
            seen.inventory,
            seen.conflicts,
            accounts=seen.accounts,
            denied=seen.denied,
            off_before=move.off_before,
            may_skip_record=self._decider.rules.same_account_without_record,
            record_demanded=move.refused_without_record is not None,
            former_source=move.inspection.steps.source if move.inspection and move.inspection.steps else None,
        )
        is_remembered = seen.age_s > 0
        found = inspect(evidence, self._registrable_name)
        if found.plan.operation is not None or is_remembered:
            evidence = await self._completed(move, evidence, found.plan)
        if is_remembered and not stands(evidence):
            log.info("looking anew move=%s age_s=%.1f", move.id, seen.age_s)
            return await self._evidence(move, now, fresh=True)
        if found.steps is not None or (found.plan.operation is None and evidence.is_free):
            return replace(evidence, points_at=await self._points_at(move))
        return evidence

    async def _with_caches(self, move: Move, evidence: Evidence, now: float) -> Evidence:
        """What resolvers say, once the record is live: then asking one can hide it from nobody."""
        seen = evidence.sighting
        if seen is None or not seen.is_live or not may_ask(move, now):
            return evidence
        return replace(evidence, visibility=Visibility(now, await self._dns.ask_caches(seen.record)))

    async def _points_at(self, move: Move) -> str:
        """Good to know, and no more."""
        try:
            return await self._dns.points_at(move.alias)
        except TryAgainLater as trouble:
            log.info("left out where the alias points move=%s why=%s", move.id, trouble)
            return ""

    async def _completed(self, move: Move, evidence: Evidence, plan: Plan) -> Evidence:
        """With source and target each read by themselves, and all that a move asks for; at the same time."""
        holder, target = holder_of(evidence), target_of(evidence)
        ids = {side_id for side_id in (holder and holder.distribution_id, target and target.id.text) if side_id}
        sides = [one for one in evidence.inventory if one.id.text in ids]
        try:
            async with asyncio.TaskGroup() as group:
                reading = {one.id: group.create_task(self._aws.side(one)) for one in sides}
                around = group.create_task(self._around(move, evidence, plan)) if plan.operation is not None else None
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        now = [reading[one.id].result() if one.id in reading else one for one in evidence.inventory]
        known = around.result() if around is not None else evidence
        return replace(known, inventory=tuple(one for one in now if one is not None))

    async def _around(self, move: Move, evidence: Evidence, plan: Plan) -> Evidence:
        """With the record looked up, if it is needed, what services say of the holder, and the other moves counted."""
        target = target_of(evidence)
        try:
            async with asyncio.TaskGroup() as group:
                looking = group.create_task(self._dns.look_up(plan.record)) if plan.record is not None else None
                asking = group.create_task(self._services(move, evidence))
                counting = group.create_task(self._other_moves(target, move.id))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return replace(
            evidence,
            sighting=looking.result() if looking is not None else None,
            hosted=await self._hosted(move, looking.result()) if looking is not None else None,
            services=asking.result(),
            other_moves_to_target=counting.result(),
        )

    async def _hosted(self, move: Move, sighting: TxtSighting) -> HostedTxt | None:
        """The hosted zone in which the record could be created, while it is missing; else what was known of it."""
        if not self._decider.rules.route53_records:
            return None
        if sighting.is_live:
            return move.inspection.hosted if move.inspection else None
        servers = tuple(dict.fromkeys(answer.server for answer in sighting.answers))
        return await self._aws.hosted_txt(sighting.record, sighting.zone, servers)

    async def _services(self, move: Move, evidence: Evidence) -> ServiceAnswer | None:
        """What the services of our accounts say of a holder that nobody can read; asked once in a while."""
        known = move.inspection.services if move.inspection else None
        holder = to_be_asked(evidence, known, self._decider.pace.ask_services_s)
        if holder is None:
            return known
        found = await self._aws.service_holding(move.alias, regions_to_ask(evidence, holder))
        return ServiceAnswer(evidence.looked_at, holder, found)

    async def _other_moves(self, target: Distribution | None, move_id: str) -> int:
        return await self._store.open_moves_to(target.id, besides=move_id) if target is not None else 0

    async def _watch(self, move: Move, effect: Effect) -> TxtSeen | TxtLost | TxtUnchanged:
        if move.plan is None or move.plan.record is None:
            return TxtUnchanged(effect.id, None)
        try:
            sighting = await self._dns.look_up(move.plan.record)
        except TryAgainLater as trouble:
            log.info("watch failed move=%s why=%s", move.id, trouble)
            return TxtUnchanged(effect.id, None, str(trouble))
        if sighting.is_live and not move.plan.record_is_live:
            return TxtSeen(effect.id, sighting)
        if sighting.is_denied and move.plan.record_is_live:
            return TxtLost(effect.id, sighting)
        return TxtUnchanged(effect.id, sighting)

    async def _read_target(self, move: Move, effect: Effect) -> TargetRead:
        """The target alone, which costs one request."""
        if move.plan is None or move.plan.target is None:
            return TargetRead(effect.id, has_alias=False)
        try:
            where = await self._aws.who_holds(_errand(move))
        except (TryAgainLater, NotPermitted) as trouble:
            log.info("target not read move=%s why=%s", move.id, trouble)
            return TargetRead(effect.id, has_alias=False)
        return TargetRead(effect.id, where.on_target)

    async def _diagnose(self, move: Move, effect: Effect, now: float) -> Diagnosed:
        """Looks for mistakes; what is seen is as old as the beginning."""
        if move.plan is None or move.plan.record is None:
            return Diagnosed(effect.id, Diagnosis(now))
        record, source = move.plan.record, move.inspection.source if move.inspection else None
        sighting = move.sighting if move.sighting is not None and move.sighting.record == record else None
        probe = await self._dns.probe(record, sighting)
        found = diagnosis(probe, self._registrable_name, at=now, source=source.domain_name if source else "")
        log.info("diagnosed move=%s mistakes=%s", move.id, ",".join(one.kind.value for one in found.mistakes) or "none")
        return Diagnosed(effect.id, found)

    async def _associate(
        self, move: Move, effect: Effect
    ) -> AssociationAccepted | AssociationRefused | AssociationUnclear:
        """The one call that changes the world. The permission to send it is a commit that only one worker can win."""
        began = asyncio.get_running_loop().time()
        told = await self._decider.happened(move.id, CallSent(effect.id))
        if told is None or told.ignored or told.stored.move.call != Call(effect.id, told.stored.move.updated_at):
            # Sent before (by a worker that died since), or the look had become too old: the first is unclear, and the
            # second has dropped this effect, so that this result counts for nothing.
            return AssociationUnclear(effect.id)
        target = told.stored.move.plan.target if told.stored.move.plan else None
        if target is None:
            raise AssertionError("A call was planned without a target.")
        if asyncio.get_running_loop().time() - began > self._decider.pace.look_counts_s:
            # This process was stopped between the commit and here, and somebody may have taken over meanwhile.
            return AssociationUnclear(effect.id)
        metrics.CALLS_SENT.inc()
        log.info("associate move=%s alias=%s target=%s effect=%s", move.id, move.alias, target, effect.id)
        try:
            await self._aws.associate(_errand(told.stored.move))
        except Refused as refused:
            said = refused.refusal
            log.warning("refused move=%s code=%s text=%s request_id=%s", move.id, said.code, said.text, said.request_id)
            return AssociationRefused(effect.id, refused.refusal)
        except (OutcomeUnknown, TryAgainLater, NotPermitted) as trouble:
            log.warning("unclear move=%s why=%s", move.id, trouble)
            return AssociationUnclear(effect.id)
        return AssociationAccepted(effect.id)

    async def _read_back(
        self, move: Move, effect: Effect
    ) -> AliasAssociated | AliasOnSource | AliasElsewhere | ReadBackFailed:
        plan = move.plan
        if plan is None or plan.target is None:
            return ReadBackFailed(effect.id, "The plan of this move names no target.")
        try:
            where = await self._aws.who_holds(_errand(move))
        except (TryAgainLater, NotPermitted) as trouble:
            log.warning("read-back failed move=%s why=%s", move.id, trouble)
            return ReadBackFailed(effect.id, str(trouble))
        if where.on_target:
            # CloudFront never lists a name twice; a source that still shows it has answered from an older state.
            return AliasOnSource(effect.id) if where.on_source else AliasAssociated(effect.id)
        return AliasElsewhere(effect.id) if where.on_source is False else AliasOnSource(effect.id)

    async def _notify(self, move: Move, effect: Effect) -> NoticePosted | NoticeDelayed | EffectAbandoned:
        if effect.notice is None:
            return EffectAbandoned(effect.id)
        if move.card is None:
            return NoticeDelayed(effect.id)
        try:
            await self._announcer.post_notice(move, effect.notice)
        except TryAgainLater as trouble:
            log.warning("notice delayed move=%s kind=%s why=%s", move.id, effect.notice.kind.value, trouble)
            return NoticeDelayed(effect.id)
        except PortError as trouble:
            log.error("notice lost move=%s kind=%s why=%s", move.id, effect.notice.kind.value, trouble)  # noqa: TRY400
            return EffectAbandoned(effect.id)
        return NoticePosted(effect.id)

    async def show_card(self, move_id: str) -> bool:
        """Bring the card in the channel up to the stored version. True: something newer is waiting already."""
        stored = await self._store.load(move_id)
        if stored is None or stored.card_version >= stored.version:
            # A crash between showing and saying so, or a move swept away: take it off the list of what is due.
            await self._store.card_shown(move_id, stored.version if stored else 0)
            return False
        try:
            if stored.move.card is None:
                shown = await self._post_card(stored)
            else:
                await self._announcer.update_card(stored.move)
                shown = stored.version
        except TryAgainLater as trouble:
            log.warning("card delayed move=%s why=%s", move_id, trouble)
            return False  # it stays due, and `heal` comes back to it
        except PortError as trouble:
            log.error("card lost move=%s why=%s", move_id, trouble)  # noqa: TRY400 - the sentence says it all
            shown = stored.version
        await self._store.card_shown(move_id, shown)
        newest = await self._store.load(move_id)
        return newest is not None and newest.version > shown

    async def _post_card(self, stored: Stored) -> int:
        """The version that can be called shown afterwards."""
        move = stored.move
        try:
            place = await self._announcer.post_card(move)
        except ChannelClosed as closed:
            log.warning("no card move=%s channel=%s why=%s", move.id, move.channel, closed)
            await self._decider.happened(move.id, CardImpossible(str(closed)))
            await self._announcer.answer(move.answer_url, str(closed))
            return stored.version + 1
        posted = await self._decider.happened(move.id, CardPosted(place.channel, place.ts))
        unchanged = posted is not None and not posted.ignored and posted.stored.version == stored.version + 1
        return stored.version + 1 if unchanged else stored.version


def _errand(move: Move) -> Errand:
    """What the plan says, on behalf of whoever made the approval complete."""
    plan = move.plan
    person = move.votes[-1].by if move.votes else move.requester
    if plan is None:
        return Errand(move.alias, move.id, person)
    operation = plan.operation or Operation.ASSOCIATE_ALIAS  # one that is only read back may have none any more
    return Errand(move.alias, move.id, person, plan.target, plan.target_account, plan.holder, operation)


def _demand_sides(plan: Plan | None, accounts: tuple[Account, ...]) -> None:
    """A look without the account of source or target is none: its plan would differ, and void approvals for nothing.

    Raises:
        TryAgainLater: one of them could not be looked into.
    """
    if plan is None:
        return
    sides = {plan.target_account, plan.holder.account if plan.holder and plan.holder.is_ours else None}
    for account in accounts:
        if account.trouble and account.id in sides:
            raise TryAgainLater(f"I could not look into {account.label}: {account.trouble}")
