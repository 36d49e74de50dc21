"""Events whose outcome depends on what they carry: who acts, what a look finds, why CloudFront refuses, how late it is.

Written out like the table in `test_lifecycle_table.py`, and computed from nothing either.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.alias_move.approval import Rules
from bot.alias_move.events import (
    AliasOnSource,
    AssociationUnclear,
    CallSent,
    EffectAbandoned,
    Inspected,
    ReadBackFailed,
    RecheckRequested,
)
from bot.alias_move.move import EffectKind, MoveState, NoticeKind, Obstacle, RefusalCause
from tests.alias_move.evidence import (
    ABSENT_RECORD,
    APPROVER,
    GREEN,
    HELD_BY_NOBODY,
    NOT_COVERED,
    OFF,
    ON_TARGET,
    OUTSIDER,
    PACE,
    READY,
    REQUESTER,
    RULES,
    SEVERAL_FIT,
    World,
)
from tests.alias_move.walks import (
    Walk,
    associating,
    awaiting_approval,
    blocked_by_refusal,
    call_sent,
    confirming,
    not_proved,
    reading_back,
    told,
    walk_to,
)

FROM = {
    "INSP": MoveState.INSPECTING,
    "BLOC": MoveState.BLOCKED,
    "ATXT": MoveState.AWAITING_TXT,
    "AAPP": MoveState.AWAITING_APPROVAL,
    "CONF": MoveState.CONFIRMING,
}
TO = FROM | {
    "CHOO": MoveState.CHOOSING_TARGET,
    "ASSO": MoveState.ASSOCIATING,
    "NOTH": MoveState.NOTHING_TO_MOVE,
}
LOOKS = {
    "several_fit": SEVERAL_FIT,
    "not_covered": NOT_COVERED,
    "nobody_asked": World(holder="nobody", is_asked=False),
    "no_record": ABSENT_RECORD,
    "ready": READY,
    "foreign": World(holder="foreign", is_live=True),
    "on_target": ON_TARGET,
    "no_holder": HELD_BY_NOBODY,
}

# What a look finds, and where the move goes from there. CHOOSING_TARGET and the others never wait for a look.
WHERE_LOOKS_LEAD = """
found          INSP  BLOC  ATXT  AAPP  CONF
several_fit    CHOO  CHOO  CHOO  CHOO  CHOO
not_covered    BLOC  BLOC  BLOC  BLOC  BLOC
nobody_asked   BLOC  BLOC  BLOC  BLOC  BLOC
no_record      ATXT  ATXT  ATXT  ATXT  ATXT
ready          AAPP  AAPP  AAPP  AAPP  ASSO
foreign        BLOC  BLOC  BLOC  BLOC  BLOC
on_target      NOTH  NOTH  NOTH  NOTH  NOTH
no_holder      NOTH  NOTH  NOTH  NOTH  NOTH
"""


def leads() -> list[object]:
    header, *lines = (line.split() for line in WHERE_LOOKS_LEAD.strip().splitlines())
    return [
        pytest.param(FROM[column], LOOKS[found], TO[cell], id=f"{FROM[column].value}-{found}")
        for found, *row in lines
        for column, cell in zip(header[1:], row, strict=True)
    ]


@pytest.mark.parametrize(("state", "found", "leads_to"), leads())
def test_a_look_leads_where_its_plan_says(state: MoveState, found: World, leads_to: MoveState):
    walk = walk_to(state)
    if state is MoveState.AWAITING_TXT:
        walk.happens(RecheckRequested(OUTSIDER))
    look = walk.id_of(EffectKind.LOOK, EffectKind.ROUTINE_LOOK)
    wanted = None if found is SEVERAL_FIT else GREEN

    walk.after(1).happens(Inspected(look, found.inspection(walk.at, wanted)))

    assert (walk.ignored, walk.move.state) == ("", leads_to)


@pytest.mark.parametrize(
    ("changed", "round_after"), [(False, 1), (True, 2)], ids=["the same plan keeps them", "a changed plan voids them"]
)
def test_votes_live_as_long_as_the_plan_they_were_given_for(changed: bool, round_after: int):  # noqa: FBT001
    walk = confirming()

    walk.looks(ABSENT_RECORD if changed else READY)

    assert [vote.by for vote in walk.move.votes] == ([] if changed else [APPROVER.id])
    assert walk.move.round == round_after
    assert (f"{NoticeKind.APPROVAL_VOID.value}:{walk.move.digest}:1" in walk.move.noticed) is changed


@pytest.mark.parametrize(
    "asked",
    [not_proved, lambda: asked_again(not_proved()).refused(), lambda: asked_again(unclear()).refused()],
    ids=["not proved", "not proved, then refused", "no answer, then refused"],
)
def test_an_alias_found_on_the_target_after_a_call_that_may_have_done_it_has_moved(asked: Callable[[], Walk]):
    walk = asked()

    walk.after(1).looks(ON_TARGET)

    assert walk.move.state is MoveState.MOVED


@pytest.mark.parametrize(
    "asked",
    [
        lambda: call_sent().refused(RefusalCause.RECORD_NOT_SEEN),
        blocked_by_refusal,
        lambda: asked_again(blocked_by_refusal()).refused(RefusalCause.THROTTLED),
    ],
    ids=["for the record", "for a person", "twice"],
)
def test_an_alias_found_on_the_target_after_nothing_but_refusals_was_moved_by_others(asked: Callable[[], Walk]):
    walk = asked()

    walk.after(1).looks(ON_TARGET)

    assert (walk.move.state, walk.move.moved_by_others) == (MoveState.NOTHING_TO_MOVE, True)
    assert told(walk.move)[-1] == "moved_by_others"


def unclear() -> Walk:
    """No answer came, and the alias is still where it was."""
    walk = call_sent()
    return walk.happens(AssociationUnclear(walk.id_of(EffectKind.ASSOCIATE_ALIAS)))


def asked_again(walk: Walk) -> Walk:
    """The same move, as far as its next call."""
    if walk.move.state is MoveState.ASSOCIATING:
        walk.after(61).reads_back(AliasOnSource)
    else:
        walk.happens(RecheckRequested(REQUESTER)).looks(READY).approved()
    return walk.looks(READY).sends_call()


# What CloudFront answers


@pytest.mark.parametrize(
    ("cause", "state", "obstacle", "wait_s", "votes"),
    [
        pytest.param(RefusalCause.RECORD_NOT_SEEN, MoveState.CONFIRMING, None, 301, 1, id="record not seen"),
        pytest.param(RefusalCause.THROTTLED, MoveState.CONFIRMING, None, 2, 1, id="throttled"),
        pytest.param(RefusalCause.CHANGED_MEANWHILE, MoveState.CONFIRMING, None, 2, 1, id="changed meanwhile"),
        pytest.param(RefusalCause.ACCESS_DENIED, MoveState.BLOCKED, Obstacle.REFUSED, 0, 0, id="access denied"),
        pytest.param(RefusalCause.NOT_ASKED, MoveState.BLOCKED, Obstacle.REFUSED, 0, 0, id="not asked"),
        pytest.param(RefusalCause.SOURCE_ENABLED, MoveState.BLOCKED, Obstacle.REFUSED, 0, 0, id="source enabled"),
        pytest.param(RefusalCause.OTHER, MoveState.BLOCKED, Obstacle.REFUSED, 0, 0, id="anything else"),
    ],
)
def test_a_refusal_leads_to_what_can_be_done_about_it(
    cause: RefusalCause, state: MoveState, obstacle: Obstacle | None, wait_s: float, votes: int
):
    walk = call_sent()

    walk.refused(cause)

    assert (walk.move.state, walk.move.obstacle, len(walk.move.votes)) == (state, obstacle, votes)
    assert max(0, walk.move.ask_not_before - walk.at) == wait_s
    assert walk.move.refusal is not None


@pytest.mark.parametrize(("ttl_s", "wait_s"), [(None, 901), (0, 2), (60, 61), (3_600, 3_600), (86_400, 3_600)], ids=str)
def test_aws_is_not_asked_again_before_it_can_have_forgotten_its_no(ttl_s: int | None, wait_s: float):
    walk = call_sent()
    assert walk.move.sighting is not None
    walk.move = replace(walk.move, sighting=replace(walk.move.sighting, negative_ttl_s=ttl_s))

    walk.refused(RefusalCause.RECORD_NOT_SEEN)

    assert walk.move.ask_not_before == walk.at + wait_s


def test_without_any_sighting_the_negative_ttl_of_route_53_is_taken():
    walk = call_sent()
    walk.move = replace(walk.move, sighting=None)

    walk.refused(RefusalCause.RECORD_NOT_SEEN)

    assert walk.move.ask_not_before == walk.at + 901


@pytest.mark.parametrize(
    ("since_call_s", "for_the_second_time", "state"),
    [
        pytest.param(59, False, MoveState.ASSOCIATING, id="59 s after the call"),
        pytest.param(60, False, MoveState.CONFIRMING, id="60 s after the call"),
        pytest.param(59, True, MoveState.ASSOCIATING, id="59 s after the second call"),
        pytest.param(60, True, MoveState.BLOCKED, id="60 s after the second call"),
    ],
)
def test_an_alias_that_stays_where_it_was_is_asked_for_once_more(
    since_call_s: float,
    for_the_second_time: bool,  # noqa: FBT001 - a column of the table above
    state: MoveState,
):
    walk = reading_back()
    if for_the_second_time:
        walk.after(60).reads_back(AliasOnSource).looks(READY).sends_call().accepted()

    walk.after(since_call_s).reads_back(AliasOnSource)

    assert walk.move.state is state
    assert walk.move.obstacle is (Obstacle.NOT_PROVED if state is MoveState.BLOCKED else None)


@pytest.mark.parametrize(
    ("failing_s", "state"), [(899, MoveState.ASSOCIATING), (900, MoveState.BLOCKED)], ids=["899 s", "900 s"]
)
def test_a_read_back_that_fails_for_a_quarter_of_an_hour_is_told(failing_s: float, state: MoveState):
    walk = reading_back()
    walk.happens(ReadBackFailed(walk.id_of(EffectKind.READ_BACK), "AccessDenied"))

    walk.after(failing_s).happens(ReadBackFailed(walk.id_of(EffectKind.READ_BACK), "AccessDenied"))

    assert walk.move.state is state


@pytest.mark.parametrize(
    ("look_age_s", "rules", "is_sent"),
    [
        pytest.param(0, RULES, True, id="fresh look"),
        pytest.param(10, RULES, True, id="look 10 s old"),
        pytest.param(10.1, RULES, False, id="older look"),
        pytest.param(-1, RULES, False, id="look from the future, since the clock was set back"),
        pytest.param(0, OFF, False, id="moves switched off meanwhile"),
    ],
)
def test_the_call_is_sent_on_a_fresh_look_only(look_age_s: float, rules: Rules, is_sent: bool):  # noqa: FBT001
    walk = associating()
    assert walk.move.inspection is not None
    walk.move = replace(walk.move, inspection=replace(walk.move.inspection, looked_at=walk.at - look_age_s))
    walk.rules = rules

    walk.sends_call()

    assert (walk.move.call is not None) is is_sent
    assert walk.move.state is (MoveState.ASSOCIATING if is_sent else MoveState.CONFIRMING)
    assert len(walk.move.votes) == 1


def test_the_call_is_permitted_once():
    walk = call_sent()
    before = walk.move

    walk.sends_call()

    assert walk.ignored == "The call was sent before; what became of it must be read, never repeated."
    assert walk.move is before


def test_only_the_effect_that_is_the_call_permits_the_call():
    walk = associating()

    walk.happens(CallSent(walk.id_of(EffectKind.EXPIRE_MOVE)))

    assert walk.ignored == "This result is no longer waited for."


# What fails


@pytest.mark.parametrize(
    ("state", "failing_s", "goes_to"),
    [
        (MoveState.INSPECTING, 899, MoveState.INSPECTING),
        (MoveState.INSPECTING, 900, MoveState.BLOCKED),
        (MoveState.BLOCKED, 900, MoveState.BLOCKED),
        (MoveState.AWAITING_TXT, 900, MoveState.AWAITING_TXT),
        (MoveState.AWAITING_APPROVAL, 900, MoveState.AWAITING_APPROVAL),
        (MoveState.CONFIRMING, 899, MoveState.CONFIRMING),
        (MoveState.CONFIRMING, 900, MoveState.BLOCKED),
    ],
    ids=lambda value: value.value if isinstance(value, MoveState) else str(value),
)
def test_looks_may_fail_for_a_quarter_of_an_hour(state: MoveState, failing_s: float, goes_to: MoveState):
    walk = walk_to(state)
    if state is MoveState.AWAITING_TXT:
        walk.happens(RecheckRequested(OUTSIDER))
    walk.looks_in_vain()

    walk.after(failing_s).looks_in_vain()

    assert walk.move.state is goes_to
    is_blocked_by_it = goes_to is MoveState.BLOCKED and state is not MoveState.BLOCKED
    assert walk.move.obstacle is (Obstacle.LOOKS_FAIL if is_blocked_by_it else None)
    assert walk.move.look_trouble == "CloudFront did not answer."
    assert len(walk.move.votes) == (1 if goes_to is MoveState.CONFIRMING else 0)


@pytest.mark.parametrize(
    ("arranged", "kind", "state", "obstacle"),
    [
        (lambda: walk_to(MoveState.INSPECTING), EffectKind.LOOK, MoveState.BLOCKED, Obstacle.WORKER_FAILS),
        (awaiting_approval, EffectKind.ROUTINE_LOOK, MoveState.BLOCKED, Obstacle.WORKER_FAILS),
        (confirming, EffectKind.LOOK, MoveState.BLOCKED, Obstacle.WORKER_FAILS),
        (blocked_by_refusal, EffectKind.ROUTINE_LOOK, MoveState.BLOCKED, Obstacle.REFUSED),
        (associating, EffectKind.ASSOCIATE_ALIAS, MoveState.BLOCKED, Obstacle.WORKER_FAILS),
        (call_sent, EffectKind.ASSOCIATE_ALIAS, MoveState.BLOCKED, Obstacle.NOT_PROVED),
        (reading_back, EffectKind.READ_BACK, MoveState.BLOCKED, Obstacle.NOT_PROVED),
        (awaiting_approval, EffectKind.WATCH_TXT, MoveState.AWAITING_APPROVAL, None),
        (awaiting_approval, EffectKind.NOTIFY, MoveState.AWAITING_APPROVAL, None),
        (awaiting_approval, EffectKind.EXPIRE_APPROVAL, MoveState.EXPIRED, None),
        (awaiting_approval, EffectKind.EXPIRE_MOVE, MoveState.EXPIRED, None),
        (call_sent, EffectKind.EXPIRE_MOVE, MoveState.ASSOCIATING, None),
    ],
    ids=lambda value: value.value if isinstance(value, (MoveState, EffectKind)) else "",
)
def test_an_effect_that_nobody_tries_any_more_leads_to_people(
    arranged: Callable[[], Walk], kind: EffectKind, state: MoveState, obstacle: Obstacle | None
):
    walk = arranged()

    walk.happens(EffectAbandoned(walk.id_of(kind)))

    assert (walk.move.state, walk.move.obstacle) == (state, obstacle)
    assert walk.move.state is not MoveState.BLOCKED or not walk.move.votes


def test_an_abandoned_look_for_mistakes_is_tried_again_at_its_next_turn():
    walk = walk_to(MoveState.AWAITING_TXT)

    walk.happens(EffectAbandoned(walk.id_of(EffectKind.DIAGNOSE)))

    again = walk.move.effect(walk.id_of(EffectKind.DIAGNOSE))
    assert again is not None
    assert again.not_before == walk.at + 30


def test_an_abandoned_watch_goes_on_more_slowly():
    walk = walk_to(MoveState.AWAITING_TXT)

    walk.happens(EffectAbandoned(walk.id_of(EffectKind.WATCH_TXT)))

    watch = walk.move.effect(walk.id_of(EffectKind.WATCH_TXT))
    assert watch is not None
    assert watch.not_before == walk.at + PACE.watch_interval(900)
