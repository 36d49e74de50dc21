"""A move that has been through a lot, made by the real core: every optional part of it is filled."""

from dataclasses import replace

from bot.alias_move.approval import Person, Rules
from bot.alias_move.events import (
    Approved,
    AssociationRefused,
    CallSent,
    CardPosted,
    Diagnosed,
    Event,
    HandTryTold,
    Inspected,
    InspectionFailed,
    Opened,
    RecheckRequested,
    TargetChosen,
    TxtSeen,
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
from bot.alias_move.mistakes import Diagnosis, Mistake, MistakeKind
from bot.alias_move.move import EffectKind, Move, MoveState, Refusal, RefusalCause
from bot.alias_move.names import AccountId, AliasName, DistributionId
from bot.alias_move.pacing import Pace
from bot.alias_move.sightings import AnswerKind, ServerAnswer, TxtSighting
from bot.alias_move.visibility import CacheAnswer, CacheKind, Visibility
from bot.alias_move.visitors import Behaviour, Function, Further, Origin, Route

RULES = Rules(approvers=("UAPPROVER", "SADMINS"))
PACE = Pace()
AT = 1_763_852_000.123456
ANNE = Person("UANNE", is_full_member=True)
BEN = Person("UAPPROVER", is_full_member=True, is_approver=True)
WWW = AliasName("www.example.com")


def an_opened_move(move_id: str = "m1", alias: AliasName = WWW, at: float = AT) -> Move:
    """As the command makes it: INSPECTING, with a look and a deadline outstanding."""
    opened = Opened(move_id, "T1", alias, None, ANNE, "C1", "http://127.0.0.1/answer")
    return open_move(opened, at=at, rules=RULES)


def decided(move: Move, event: Event, at: float) -> Move:
    """What the event makes of the move; it must make something of it."""
    decision = decide(move, event, at=at, rules=RULES, pace=PACE)
    assert not decision.ignored, decision.ignored
    return decision.move


def a_rich_move(move_id: str = "m1") -> Move:
    """CONFIRMING: target chosen, record seen, early try waited out, approved, refused; the newest look failed."""
    move = an_opened_move(move_id)
    move = decided(move, CardPosted("C1", "1763852000.000100"), AT + 1)
    move = _looked_at(move, AT + 2)
    assert move.state is MoveState.CHOOSING_TARGET
    move = decided(move, TargetChosen(ANNE, DistributionId("E2GREEN4CLDFRNT")), AT + 3)
    move = _looked_at(move, AT + 4, seen=AnswerKind.NOTHING)
    assert move.state is MoveState.AWAITING_TXT
    wrong = Mistake(MistakeKind.WRONG_VALUE, "Quotes in it.", "Leave them out.", "“d1”", "d1")
    found = Diagnosis(AT + 4.5, (wrong,), "www.example.com")
    move = decided(move, Diagnosed(_id_of(move, EffectKind.DIAGNOSE), found), AT + 4.6)
    live = _sighting(AnswerKind.EXACT)
    move = decided(move, TxtSeen(_id_of(move, EffectKind.WATCH_TXT), live), AT + 5)
    move = _looked_at(move, AT + 6, seen=AnswerKind.EXACT)
    assert move.state is MoveState.AWAITING_APPROVAL
    move = decided(move, HandTryTold(ANNE, was_tried=True), AT + 6)
    move = decided(move, Approved(BEN, move.digest, move.round), AT + 7)
    move = _looked_at(move, AT + 408, seen=AnswerKind.EXACT)
    call = _id_of(move, EffectKind.ASSOCIATE_ALIAS)
    move = decided(move, CallSent(call), AT + 409)
    said = Refusal(
        RefusalCause.RECORD_NOT_SEEN, "IllegalUpdate", "Invalid or missing alias DNS TXT records.", "r-1", AT
    )
    move = decided(move, AssociationRefused(call, said), AT + 410)
    assert move.state is MoveState.CONFIRMING
    return decided(
        move,
        InspectionFailed(_id_of(move, EffectKind.LOOK), "CloudFront gibt keine Antwort: Zeitüberschreitung. ⏳"),
        AT + 411,
    )


def a_move_awaiting_txt(move_id: str = "m1") -> Move:
    """With a routine effect outstanding: the watch."""
    move = decided(an_opened_move(move_id), CardPosted("C1", "1763852000.000100"), AT + 1)
    move = _looked_at(move, AT + 2)
    move = decided(move, TargetChosen(ANNE, DistributionId("E2GREEN4CLDFRNT")), AT + 3)
    return _looked_at(move, AT + 4, seen=AnswerKind.NOTHING)


def a_recheck(move: Move, at: float) -> Move:
    """Plans an urgent look and keeps what was waited for."""
    return decided(move, RecheckRequested(ANNE), at)


def _looked_at(move: Move, at: float, seen: AnswerKind | None = None) -> Move:
    evidence = Evidence(
        alias=move.alias,
        looked_at=at,
        wanted_target=move.wanted_target,
        inventory=(_distribution("E1SOURCE", "blue", (move.alias.text,)), *_targets()),
        conflicts=(ConflictingAlias("*.example.com", "*******EXAMPLE", "******112233"),),
        sighting=_sighting(seen) if seen else None,
        visibility=_visibility(at) if seen is AnswerKind.EXACT else None,
    )
    assert seen is None or required_record(evidence, _registrable) is not None
    return decided(move, Inspected(_id_of(move, EffectKind.LOOK), inspect(evidence, _registrable)), at)


def _targets() -> tuple[Distribution, ...]:
    green = _distribution("E2GREEN4CLDFRNT", "green <b>&amp;", ())
    spare = _distribution("E3SPARE", "", ("old.example.com",))
    uncovered = replace(_distribution("E4BARE", "bare", ()), certificate=None, deployed=False)
    return green, spare, uncovered


def _distribution(distribution_id: str, comment: str, aliases: tuple[str, ...]) -> Distribution:
    return Distribution(
        id=DistributionId(distribution_id),
        account=AccountId("111122223333"),
        domain_name=f"d{distribution_id.lower()}.cloudfront.net",
        aliases=aliases,
        enabled=True,
        deployed=True,
        staging=False,
        certificate=Certificate(
            "arn:aws:acm:us-east-1:111122223333:certificate/c1",
            CertificateKind.ACM,
            ("*.example.com",),
            "ISSUED",
            AT - 1e6,
            AT + 3600.5,
        ),
        origins=("origin.example.net",),
        comment=comment,
        arn=f"arn:aws:cloudfront::111122223333:distribution/{distribution_id}",
        behaviour=_behaviour(distribution_id),
        further=Further(is_read=True, deployed_by=f"stack {comment} (CloudFormation)"),
    )


def _behaviour(distribution_id: str) -> Behaviour:
    """Another firewall for each, which is serious."""
    redirect = Function("viewer-request", "arn:aws:cloudfront::111122223333:function/redirect")
    return Behaviour(
        routes=(Route("*", ("origin.example.net",), functions=(redirect,), signers=("kg_1",)),),
        origins=(Origin("origin.example.net", access_control="E1OAC"),),
        web_acl=f"waf-{distribution_id}",
        countries=("AT", "DE"),
        geo_restriction="whitelist",
        error_pages=("404 /404.html",),
    )


def _sighting(kind: AnswerKind) -> TxtSighting:
    evidence = Evidence(WWW, AT, DistributionId("E2GREEN4CLDFRNT"), _targets(), None)
    record = required_record(evidence, _registrable)
    assert record is not None
    answers = (
        ServerAnswer("ns1.example.com", "192.0.2.1", kind, (record.value,) if kind is AnswerKind.EXACT else ()),
        ServerAnswer("ns2.example.com", "192.0.2.2", kind),
        ServerAnswer("ns3.example.com", "2001:db8::3", AnswerKind.LAME, note="REFUSED"),
    )
    return TxtSighting(record, "example.com", answers, negative_ttl_s=300)


def _visibility(at: float) -> Visibility:
    behind = CacheAnswer("[2001:db8::53]:53", CacheKind.MISSES, ttl_s=240)
    return Visibility(at, (behind, CacheAnswer("192.0.2.53:53", CacheKind.SILENT, note="SERVFAIL")))


def _registrable(name: str) -> str | None:
    return ".".join(name.split(".")[-2:])


def _id_of(move: Move, kind: EffectKind) -> str:
    return next(effect.id for effect in move.effects if effect.kind is kind)
