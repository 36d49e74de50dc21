"""Moves in every state, made by the real core out of hand-made evidence; and the same with nasty text everywhere."""

from collections.abc import Iterator
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
    Event,
    Inspected,
    InspectionFailed,
    Opened,
    Rejected,
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
from bot.alias_move.lifecycle import decide, open_move
from bot.alias_move.move import EffectKind, Move, Notice, Refusal, RefusalCause
from bot.alias_move.names import AccountId, AliasName, DistributionId
from bot.alias_move.pacing import Pace
from bot.alias_move.sightings import AnswerKind, ServerAnswer, TxtSighting
from bot.alias_move.visitors import Behaviour, Function, Further, Origin, Route

MINA = Person("U0MINA", is_full_member=True)
JOON = Person("U0JOON", is_full_member=True, is_approver=True)
RULES = Rules(approvers=("U0JOON", "S0SRE"))
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
        bare = Evidence(AliasName(self.alias), at, self.wanted, self.inventory, self.conflicts)
        return replace(bare, sighting=self.sighting(bare))

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
        found = inspect(self.evidence(move.updated_at + later_s), registrable)
        return self.after(move, Inspected(look_of(move), found), later_s=later_s)

    def inspected(self) -> Move:
        return self.look(self.opened())

    def approved(self) -> Move:
        move = self.live().inspected()
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
        move = self.approved()
        sighting = self.sighting(self.evidence(move.updated_at))
        assert sighting is not None
        return self.after(move, TxtLost(effect_of(move, EffectKind.WATCH_TXT), sighting))

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
        masked = ConflictingAlias(self.alias, "*******MEZWLBW", "******200621")
        return replace(self, inventory=self.inventory[1:], conflicts=(masked,)).live().inspected()

    def unlike(self, **target: object) -> "World":
        """The source has a firewall and HTTP/3, the target neither; two stacks deploy them."""
        blue, green = self.inventory
        stack = Further(is_read=True, deployed_by=self.nasty or "stack web-blue (CloudFormation)")
        had = a_behaviour(self.nasty, web_acl=self.nasty or "waf-prod", http_versions="http2and3")
        gets = a_behaviour(**({"http_versions": "http2"} | target))  # type: ignore[arg-type]
        sides = (replace(blue, behaviour=had, further=stack), replace(green, behaviour=gets, further=stack))
        return replace(self, inventory=sides)

    def already_there(self) -> Move:
        green = a_distribution(GREEN.text, self.nasty or "green", self.alias)
        return replace(self, inventory=(green,)).inspected()

    def held_by_nobody(self) -> Move:
        return replace(self, inventory=self.inventory[1:]).inspected()

    def every_move(self) -> Iterator[tuple[str, Move]]:
        """One move or more of every state."""
        live = self.live()
        yield "inspecting", self.opened()
        yield "inspecting, failing", self.failing(self.opened())
        yield "choosing", self.choosing()
        yield "choosing among very many", self.choosing(fitting=130, unfit=9)
        yield "blocked by findings", self.blocked()
        for cause in (RefusalCause.ACCESS_DENIED, RefusalCause.SOURCE_ENABLED, RefusalCause.OTHER):
            yield f"refused: {cause.value}", self.refused(cause)
        yield "blocked: looks fail", self.looks_fail()
        yield "blocked: not proved", self.not_proved()
        yield "awaiting txt", self.inspected()
        kinds = (AnswerKind.EXACT, AnswerKind.OTHER, AnswerKind.LAME, AnswerKind.SILENT, AnswerKind.NOTHING)
        yield "awaiting txt, mixed", replace(self, kinds=kinds).inspected()
        yield "awaiting txt, lost", self.lost()
        yield "awaiting txt, unlike", self.unlike().inspected()
        yield "awaiting approval", live.inspected()
        yield "awaiting approval, foreign holder", self.foreign()
        yield "awaiting approval, unlike", self.unlike().live().inspected()
        yield "confirming", self.approved()
        yield "confirming, AWS remembers", self.refused(RefusalCause.RECORD_NOT_SEEN)
        yield "confirming, throttled", self.refused(RefusalCause.THROTTLED)
        yield "associating", live.look(self.approved())
        yield "associating, asked", self.called()
        yield "associating, accepted", self.accepted()
        yield "moved", self.moved()
        yield "nothing to move, on target", self.already_there()
        yield "nothing to move, nobody", self.held_by_nobody()
        yield "rejected", self.rejected()
        yield "cancelled", self.cancelled()
        yield "expired", self.expired()
        yield "expired, unanswered", self.unanswered()


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
