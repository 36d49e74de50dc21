"""Moves in every state, made by the real core out of hand-made evidence; and the same with nasty text everywhere."""

from dataclasses import dataclass, field, replace

from bot.alias_move.approval import Person, Rules
from bot.alias_move.events import (
    AliasAssociated,
    AliasElsewhere,
    Approved,
    AssociationAccepted,
    AssociationRefused,
    AssociationUnclear,
    CallSent,
    Cancelled,
    CardPosted,
    DeadlinePassed,
    Diagnosed,
    DisablingApproved,
    EnablingRequested,
    Event,
    Inspected,
    InspectionFailed,
    Opened,
    OwnerSaysOff,
    RecordAccepted,
    RecordApproved,
    RecordChanged,
    RecordDelayed,
    RecordRead,
    RecordRefused,
    RecordSent,
    Rejected,
    RemovalRequested,
    SourceRead,
    SwitchDelayed,
    SwitchRefused,
    SwitchSent,
    TxtLost,
)
from bot.alias_move.findings import (
    Certificate,
    CertificateKind,
    ConflictingAlias,
    Distribution,
    Evidence,
    inspect,
    required_record,
)
from bot.alias_move.hosting import HostedTxt, TxtSet
from bot.alias_move.lifecycle import decide, open_move
from bot.alias_move.mistakes import Diagnosis, Mistake, MistakeKind
from bot.alias_move.move import EffectKind, Move, Notice, Refusal, RefusalCause
from bot.alias_move.names import AccountId, AliasName, DistributionId
from bot.alias_move.owner_word import waits_for_word
from bot.alias_move.pacing import Pace
from bot.alias_move.sightings import AnswerKind, ServerAnswer, TxtSighting
from bot.alias_move.source_off import key_of
from bot.alias_move.visitors import Behaviour, Function, Further, Origin, Route
from bot.alias_move.wrong_records import wrong_value
from bot.alias_move.zone_record import key_of as key_of_record

MINA = Person("U0MINA", is_full_member=True)
JOON = Person("U0JOON", is_full_member=True, is_approver=True)
RULES = Rules(approvers=("U0JOON", "S0SRE"), disable_source=True, route53_records=True)
AT = 1_763_820_180.0  # 14:03:00 UTC
GREEN = DistributionId("E2GREEN4CLDFRNT")
NASTY = "<!channel> & <@U0EVIL> *bold* `code` ~no~ _no_ :tada: www.evil.example \u202etxt\u202c\u200b\n" + "<x&>" * 750
INVALID_TXT = "Invalid or missing alias DNS TXT records."


def a_behaviour(nasty: str = "", **changes: object) -> Behaviour:
    """Much the same for all, but where somebody has written what they liked."""
    functions = (Function("viewer-request", nasty),) if nasty else ()
    route = Route("*", ("alb-green.example.net",), functions=functions)
    return replace(Behaviour((route,), (Origin("alb-green.example.net"),)), **changes)  # type: ignore[arg-type]


def a_distribution(distribution_id: str, comment: str = "", *aliases: str, **changes: object) -> Distribution:
    covers = Certificate("arn:aws:acm:us-east-1:111122223333:certificate/1", CertificateKind.ACM, ("*.example.com",))
    distribution = Distribution(
        id=DistributionId(distribution_id),
        account=AccountId("111122223333"),
        domain_name="d111111abcdef8.cloudfront.net" if distribution_id == GREEN.text else "d000.cloudfront.net",
        aliases=aliases,
        enabled=True,
        deployed=True,
        staging=False,
        certificate=replace(covers, status="ISSUED"),
        origins=("alb-green.example.net",),
        comment=comment,
        behaviour=a_behaviour(),
        further=Further(is_read=True),
    )
    return replace(distribution, **changes)  # type: ignore[arg-type]


@dataclass
class World:
    """What the next look would find; `nasty` puts hostile text wherever people, AWS or DNS may write."""

    alias: str = "www.example.com"
    nasty: str = ""
    inventory: tuple[Distribution, ...] = ()
    conflicts: tuple[ConflictingAlias, ...] | None = ()
    wanted: DistributionId | None = GREEN
    kinds: tuple[AnswerKind, ...] = (AnswerKind.NOTHING, AnswerKind.NOTHING)
    zone: str = "example.com"
    may_skip_record: bool = False
    record_demanded: bool = False
    is_hosted: bool = False
    rules: Rules = RULES
    pace: Pace = field(default_factory=Pace)

    def __post_init__(self) -> None:
        if not self.inventory:
            self.inventory = (
                a_distribution("E1BLUE4CLDFRNT", self.nasty or "blue", self.alias),
                a_distribution(GREEN.text, self.nasty or "green", origins=(self.nasty or "alb-green.example.net",)),
            )

    def live(self) -> "World":
        return replace(self, kinds=(AnswerKind.EXACT, AnswerKind.EXACT))

    def evidence(self, at: float) -> Evidence:
        bare = Evidence(
            AliasName(self.alias),
            at,
            self.wanted,
            self.inventory,
            self.conflicts,
            may_skip_record=self.may_skip_record,
            record_demanded=self.record_demanded,
        )
        return replace(bare, sighting=self.sighting(bare), hosted=self.hosted(bare) if self.is_hosted else None)

    def elsewhere(self, **source: object) -> "World":
        """The source is in another account, and serves other names too."""
        blue, green = self.inventory
        names = (self.alias, "api.example.com", "shop.example.com")
        there = {"account": AccountId("444455556666"), "aliases": names} | source
        return replace(self, inventory=(replace(blue, **there), green))  # type: ignore[arg-type]

    def off(self, *, deployed: bool) -> "World":
        """It is disabled there."""
        return self.elsewhere(enabled=False, deployed=deployed)

    def disabling(self) -> Move:
        move = self.elsewhere().inspected()
        assert move.inspection is not None
        source = move.inspection.source
        assert source is not None
        return self.after(move, DisablingApproved(JOON, key_of(source), source.id.text))

    def asked_to_disable(self) -> Move:
        move = self.disabling()
        return self.after(move, SwitchSent(effect_of(move, EffectKind.DISABLE_SOURCE)))

    def disabled(self) -> Move:
        move = self.asked_to_disable()
        move = self.after(move, SourceRead(effect_of(move, EffectKind.DISABLE_SOURCE), is_enabled=False))
        return self.off(deployed=False).look(move)

    def off_everywhere(self) -> Move:
        return self.off(deployed=True).live().look(self.disabled())

    def not_disabled(self, code: str = "AccessDenied", text: str = "not authorized") -> Move:
        move = self.asked_to_disable()
        said = Refusal(RefusalCause.ACCESS_DENIED, code, self.nasty or text, self.nasty or "410c2a4b", AT)
        return self.after(move, SwitchRefused(effect_of(move, EffectKind.DISABLE_SOURCE), said))

    def disabling_unclear(self) -> Move:
        move = self.asked_to_disable()
        switch, why = effect_of(move, EffectKind.DISABLE_SOURCE), self.nasty or "CloudFront gave no answer."
        return self.after(move, SwitchDelayed(switch, why, is_unclear=True), later_s=901)

    def cancelled_while_off(self) -> Move:
        return self.after(self.disabled(), Cancelled(MINA))

    def enabling(self) -> Move:
        return self.after(self.cancelled_while_off(), EnablingRequested(JOON))

    def enabled_again(self) -> Move:
        move = self.enabling()
        return self.after(move, SourceRead(effect_of(move, EffectKind.ENABLE_SOURCE), is_enabled=True))

    def moved_while_off(self) -> Move:
        move = self.off_everywhere()
        move = self.after(move, Approved(JOON, move.digest, move.round))
        move = self.off(deployed=True).live().look(move)
        move = self.after(move, CallSent(effect_of(move, EffectKind.ASSOCIATE_ALIAS)))
        move = self.after(move, AssociationAccepted(effect_of(move, EffectKind.ASSOCIATE_ALIAS)))
        return self.after(move, AliasAssociated(effect_of(move, EffectKind.READ_BACK)))

    def hosted(self, bare: Evidence) -> HostedTxt | None:
        """The zone is one of ours, and has a value of somebody else's at the name."""
        record = required_record(bare, registrable)
        if record is None:
            return None
        theirs = f'"{self.nasty or "owner=web-team"}"'
        return HostedTxt(record, "Z1D633PJN98FT9", "example.com", AccountId("444455556666"), TxtSet(300, (theirs,)))

    def in_route53(self) -> "World":
        return replace(self, is_hosted=True)

    def creating_record(self) -> Move:
        move = self.in_route53().inspected()
        assert move.inspection is not None
        assert move.inspection.hosted is not None
        return self.after(move, RecordApproved(JOON, key_of_record(move.inspection.hosted)))

    def asked_for_record(self) -> Move:
        move = self.creating_record()
        return self.after(move, RecordSent(effect_of(move, EffectKind.CREATE_RECORD)))

    def record_on_its_way(self) -> Move:
        move = self.asked_for_record()
        return self.after(move, RecordAccepted(effect_of(move, EffectKind.CREATE_RECORD), "C1CHANGE"))

    def record_created(self) -> Move:
        move = self.record_on_its_way()
        return self.after(move, RecordRead(effect_of(move, EffectKind.CREATE_RECORD), is_there=True))

    def record_refused(self, cause: RefusalCause = RefusalCause.OTHER, text: str = "[it already exists]") -> Move:
        move = self.asked_for_record()
        said = Refusal(cause, "InvalidChangeBatch", self.nasty or text, self.nasty or "410c2a4b", AT)
        return self.after(move, RecordRefused(effect_of(move, EffectKind.CREATE_RECORD), said))

    def record_changed(self) -> Move:
        move = self.asked_for_record()
        why = self.nasty or "The TXT values are not those any more that were shown, so I changed nothing."
        return self.after(move, RecordChanged(effect_of(move, EffectKind.CREATE_RECORD), why))

    def record_delayed(self, later_s: float = 1.0) -> Move:
        move = self.asked_for_record()
        why, effect = self.nasty or "Route 53 gave no answer.", effect_of(move, EffectKind.CREATE_RECORD)
        return self.after(move, RecordDelayed(effect, why, is_unclear=True), later_s=later_s)

    def cancelled_with_record(self) -> Move:
        return self.after(self.record_created(), Cancelled(MINA))

    def moved_with_record(self) -> Move:
        move = self.live().look(self.record_created())
        move = self.after(move, Approved(JOON, move.digest, move.round))
        move = self.live().look(move)
        move = self.after(move, CallSent(effect_of(move, EffectKind.ASSOCIATE_ALIAS)))
        move = self.after(move, AssociationAccepted(effect_of(move, EffectKind.ASSOCIATE_ALIAS)))
        return self.after(move, AliasAssociated(effect_of(move, EffectKind.READ_BACK)))

    def removing_record(self) -> Move:
        return self.after(self.moved_with_record(), RemovalRequested(JOON))

    def record_removed(self) -> Move:
        move = self.removing_record()
        return self.after(move, RecordRead(effect_of(move, EffectKind.REMOVE_RECORD), is_there=False))

    def record_not_removed(self) -> Move:
        move = self.removing_record()
        said = Refusal(RefusalCause.ACCESS_DENIED, "AccessDenied", self.nasty or "not authorized", "", AT)
        return self.after(move, RecordRefused(effect_of(move, EffectKind.REMOVE_RECORD), said))

    def sighting(self, bare: Evidence) -> TxtSighting | None:
        record = required_record(bare, registrable)
        if record is None:
            return None
        answers = tuple(
            ServerAnswer(
                f"ns{number}.dns-host.example",
                f"192.0.2.{number}",
                kind,
                {AnswerKind.EXACT: (record.value,), AnswerKind.OTHER: (self.nasty or "d999.cloudfront.net",)}.get(
                    kind, ()
                ),
                self.nasty or ("REFUSED" if kind is AnswerKind.LAME else ""),
            )
            for number, kind in enumerate(self.kinds, 1)
        )
        return TxtSighting(record, self.zone, answers, negative_ttl_s=900)

    def opened(self) -> Move:
        opened = Opened(
            "m1", "T0PLAYGRND", AliasName(self.alias), self.wanted, MINA, "C0PLAY00001", "http://127.0.0.1/"
        )
        move = open_move(opened, at=AT, rules=self.rules)
        return self.after(move, CardPosted("C0PLAY00001", "1763820180.000100"))

    def after(self, move: Move, event: Event, *, later_s: float = 1.0) -> Move:
        decision = decide(move, event, at=move.updated_at + later_s, rules=self.rules, pace=self.pace)
        assert not decision.ignored, decision.ignored
        return decision.move

    def look(self, move: Move, *, later_s: float = 1.0) -> Move:
        evidence = replace(self.evidence(move.updated_at + later_s), off_before=move.off_before)
        found = inspect(evidence, registrable)
        return self.after(move, Inspected(look_of(move), found), later_s=later_s)

    def inspected(self) -> Move:
        return self.look(self.opened())

    def ready(self) -> Move:
        """Waiting for an approval; where nobody can read the holder, because its owner is said to have disabled it."""
        live = self.live()
        move = live.inspected()
        if not waits_for_word(move.inspection):
            return move
        return live.look(self.after(move, OwnerSaysOff(MINA, move.digest, move.round)))

    def approved(self) -> Move:
        move = self.ready()
        return self.after(move, Approved(JOON, move.digest, move.round))

    def called(self) -> Move:
        move = self.live().look(self.approved())
        return self.after(move, CallSent(effect_of(move, EffectKind.ASSOCIATE_ALIAS)))

    def accepted(self) -> Move:
        move = self.called()
        return self.after(move, AssociationAccepted(effect_of(move, EffectKind.ASSOCIATE_ALIAS)))

    def moved(self) -> Move:
        move = self.accepted()
        return self.after(move, AliasAssociated(effect_of(move, EffectKind.READ_BACK)))

    def refused(self, cause: RefusalCause, code: str = "IllegalUpdate", text: str = INVALID_TXT) -> Move:
        move = self.called()
        refusal = Refusal(cause, code, self.nasty or text, self.nasty or "410c2a4b", move.updated_at + 1)
        return self.after(move, AssociationRefused(effect_of(move, EffectKind.ASSOCIATE_ALIAS), refusal))

    def not_proved(self) -> Move:
        move = self.called()
        move = self.after(move, AssociationUnclear(effect_of(move, EffectKind.ASSOCIATE_ALIAS)))
        return self.after(move, AliasElsewhere(effect_of(move, EffectKind.READ_BACK)))

    def rejected(self, reason: str = "not during the sale") -> Move:
        move = self.live().inspected()
        return self.after(move, Rejected(JOON, move.digest, move.round, self.nasty or reason))

    def cancelled(self) -> Move:
        return self.after(self.inspected(), Cancelled(JOON))

    def expired(self) -> Move:
        move = self.inspected()
        return self.after(move, DeadlinePassed(effect_of(move, EffectKind.EXPIRE_MOVE)), later_s=31 * 86400)

    def unanswered(self) -> Move:
        move = self.live().inspected()
        return self.after(move, DeadlinePassed(effect_of(move, EffectKind.EXPIRE_APPROVAL)), later_s=86400)

    def failing(self, move: Move, *, later_s: float = 1.0) -> Move:
        why = self.nasty or "CloudFront does not answer."
        return self.after(move, InspectionFailed(look_of(move), why), later_s=later_s)

    def looks_fail(self) -> Move:
        return self.failing(self.failing(self.approved()), later_s=901)

    def lost(self) -> Move:
        return self.losing(self.approved())

    def losing(self, move: Move) -> Move:
        sighting = self.sighting(self.evidence(move.updated_at))
        assert sighting is not None
        return self.after(move, TxtLost(effect_of(move, EffectKind.WATCH_TXT), sighting))

    def diagnosed(self, *mistakes: Mistake) -> Move:
        """Somebody has made a mistake with the record, or several."""
        move = self.inspected()
        assert move.plan is not None
        assert move.plan.record is not None
        foreign = self.nasty or "_www.example.com.example.com"
        made = mistakes or (
            Mistake(MistakeKind.MISPLACED, "It was created twice.", "Enter `_www`.", foreign, "_www.example.com"),
            wrong_value(self.nasty or "https://d111111abcdef8.cloudfront.net", move.plan.record.value),
            Mistake(MistakeKind.LAME_SERVER, "Not every server serves it.", "Repair it.", self.nasty or "ns3.host"),
        )
        return self.after(move, Diagnosed(effect_of(move, EffectKind.DIAGNOSE), Diagnosis(move.updated_at, made)))

    def choosing(self, fitting: int = 2, unfit: int = 1) -> Move:
        targets = [a_distribution(f"E2FITS{number:05d}", self.nasty or f"edge {number}") for number in range(fitting)]
        bare = [
            a_distribution(f"E3BARE{number:05d}", self.nasty or "shop", certificate=None) for number in range(unfit)
        ]
        inventory = (self.inventory[0], *targets, *bare)
        return replace(self, inventory=inventory, wanted=None).inspected()

    def blocked(self) -> Move:
        other = Certificate("arn:1", CertificateKind.ACM, (self.nasty or "*.shop.example.com",), "ISSUED")
        unfit = a_distribution(GREEN.text, self.nasty or "green", certificate=other)
        return replace(self, inventory=(self.inventory[0], unfit)).inspected()

    def foreign(self) -> Move:
        return self.held_elsewhere().ready()

    def held_elsewhere(self) -> "World":
        masked = ConflictingAlias(self.alias, "*******MEZWLBW", "******200621")
        return replace(self, inventory=self.inventory[1:], conflicts=(masked,))

    def handed_over(self) -> Move:
        """AWS Support has put it on the target."""
        green = a_distribution(GREEN.text, self.nasty or "green", self.alias)
        return replace(self, inventory=(green,)).look(self.held_elsewhere().inspected())

    def unlike(self, **target: object) -> "World":
        """The source has a firewall and HTTP/3, the target neither; two stacks deploy them."""
        blue, green = self.inventory
        stack = Further(is_read=True, deployed_by=self.nasty or "stack web-blue (CloudFormation)")
        had = a_behaviour(self.nasty, web_acl=self.nasty or "waf-prod", http_versions="http2and3")
        gets = a_behaviour(**({"http_versions": "http2"} | target))  # type: ignore[arg-type]
        sides = (replace(blue, behaviour=had, further=stack), replace(green, behaviour=gets, further=stack))
        return replace(self, inventory=sides)

    def without_record(self) -> "World":
        return replace(self, may_skip_record=True)

    def refused_without_record(self) -> Move:
        move = self.without_record().refused(RefusalCause.RECORD_NOT_SEEN)
        return replace(self, may_skip_record=True, record_demanded=True).look(move)

    def already_there(self) -> Move:
        green = a_distribution(GREEN.text, self.nasty or "green", self.alias)
        return replace(self, inventory=(green,)).inspected()

    def held_by_nobody(self) -> Move:
        return replace(self, inventory=self.inventory[1:]).inspected()


def notices_of(move: Move) -> list[Notice]:
    """What the core wants said about this move and has not been said."""
    return [effect.notice for effect in move.effects if effect.notice is not None]


def effect_of(move: Move, kind: EffectKind) -> str:
    return next(effect.id for effect in move.effects if effect.kind is kind)


def look_of(move: Move) -> str:
    kinds = {EffectKind.LOOK, EffectKind.ROUTINE_LOOK}
    return next(effect.id for effect in move.effects if effect.kind in kinds)


def registrable(name: str) -> str | None:
    return ".".join(name.removeprefix("*.").split(".")[-2:])
