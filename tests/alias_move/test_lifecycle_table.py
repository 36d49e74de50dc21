"""What every event does in every state, written out. Nothing in these tables is computed from `decide()`.

What depends on an event's content is in `test_lifecycle_variants.py`, longer sequences are in
`test_lifecycle_stories.py` and `test_lifecycle_endings.py`, what always holds in `test_lifecycle_properties.py`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest

from bot.alias_move.events import (
    AliasAssociated,
    AliasElsewhere,
    AliasOnSource,
    Approved,
    AssociationAccepted,
    AssociationRefused,
    AssociationUnclear,
    CallSent,
    Cancelled,
    CardImpossible,
    CardPosted,
    DeadlinePassed,
    Diagnosed,
    DisablingApproved,
    EffectAbandoned,
    EnablingRequested,
    Event,
    HandTryTold,
    Inspected,
    InspectionFailed,
    NoticeDelayed,
    NoticePosted,
    OwnerSaysOff,
    ReadBackFailed,
    RecheckRequested,
    RecordAccepted,
    RecordApproved,
    RecordChanged,
    RecordDelayed,
    RecordRead,
    RecordRefused,
    RecordSent,
    Rejected,
    RemovalRequested,
    SourceChanged,
    SourceRead,
    SwitchDelayed,
    SwitchRefused,
    SwitchSent,
    TargetChosen,
    TargetRead,
    TxtLost,
    TxtSeen,
    TxtUnchanged,
)
from bot.alias_move.hosting import RecordPhase
from bot.alias_move.mistakes import Diagnosis, Mistake, MistakeKind
from bot.alias_move.move import CardPlace, EffectKind, Move, MoveState
from bot.alias_move.owner_word import OwnerWord
from bot.alias_move.source_off import key_of
from bot.alias_move.switch import SwitchPhase
from bot.alias_move.zone_record import key_of as key_of_record
from tests.alias_move.evidence import (
    ABSENT_RECORD,
    APPROVER,
    HELD_BY_FOREIGN,
    HELD_BY_NOBODY,
    HOSTED,
    NOT_COVERED,
    OUTSIDER,
    READY,
    REQUESTER,
    START,
    TEAL,
)
from tests.alias_move.walks import (
    RECORD_CHANGES,
    SWITCHES,
    Walk,
    associating,
    awaiting_approval,
    blocked_elsewhere,
    cancelled_while_disabled,
    cancelled_with_record,
    creating,
    disabling,
    owner_said_off,
    reading_back,
    refusal,
    walk_to,
)

COLUMNS = {
    "INSP": MoveState.INSPECTING,
    "CHOO": MoveState.CHOOSING_TARGET,
    "BLOC": MoveState.BLOCKED,
    "ATXT": MoveState.AWAITING_TXT,
    "AAPP": MoveState.AWAITING_APPROVAL,
    "CONF": MoveState.CONFIRMING,
    "ASSO": MoveState.ASSOCIATING,
    "MOVD": MoveState.MOVED,
    "NOTH": MoveState.NOTHING_TO_MOVE,
    "REJC": MoveState.REJECTED,
    "CANC": MoveState.CANCELLED,
    "EXPI": MoveState.EXPIRED,
}

# A column's name: the move goes there.      =word: it stays, and what is noted is in STAYS.
# Any other word: nothing changes, and the sentence is in IGNORED; a dot: the result is not waited for.
# Deeds are those of somebody who may; looks find everything ready; CloudFront's refusal is one for people to repair.
TABLE = """
event                INSP   CHOO   BLOC   ATXT   AAPP   CONF   ASSO   MOVD   NOTH   REJC   CANC   EXPI
TargetChosen         choice INSP   choice choice choice choice asked  over   over   over   over   over
RecheckRequested     look   look   =look  =look  =look  look   asked  over   over   over   over   over
HandTryTold          try    try    try    try    =try   =try   asked  over   over   over   over   over
OwnerSaysOff         unseen unseen =word  unseen unseen unseen asked  over   over   over   over   over
Approved             vote   vote   vote   vote   CONF   vote   asked  over   over   over   over   over
Rejected             vote   vote   vote   vote   REJC   REJC   asked  over   over   over   over   over
Cancelled            CANC   CANC   CANC   CANC   CANC   CANC   asked  over   over   over   over   over
DisablingApproved    off    off    =asked off    off    off    off    off    off    off    off    off
EnablingRequested    on     on     on     on     on     on     on     on     on     on     =asked on
RecordApproved       noton  noton  noton  =wish  noton  noton  noton  noton  noton  noton  noton  noton
RemovalRequested     none   none   none   none   none   none   none   none   none   none   =wish  none
CardPosted           =card  =card  =card  =card  =card  =card  =card  =card  =card  =card  =card  =card
CardImpossible       CANC   CANC   CANC   CANC   CANC   CANC   =mute  =mute  card   =mute  =mute  =mute
Inspected            AAPP   .      AAPP   AAPP   =same  ASSO   .      .      .      .      .      .
InspectionFailed     =fails .      =fails =fails =fails =fails .      .      .      .      .      .
TxtSeen              .      .      =look  =look  =look  =look  .      .      .      .      .      .
TxtLost              .      .      =watch =watch ATXT   ATXT   .      .      .      .      .      .
TxtUnchanged         .      .      =watch =watch =watch =watch .      .      .      .      .      .
TargetRead           .      .      =look  =look  =look  =look  .      .      .      .      .      .
Diagnosed            .      .      =named =named .      .      .      .      .      .      .      .
CallSent             .      .      .      .      .      .      =sent  .      .      .      .      .
AssociationAccepted  .      .      .      .      .      .      =read  .      .      .      .      .
AssociationRefused   .      .      .      .      .      .      BLOC   .      .      .      .      .
AssociationUnclear   .      .      .      .      .      .      =read  .      .      .      .      .
AliasAssociated      .      .      .      .      .      .      MOVD   .      .      .      .      .
AliasOnSource        .      .      .      .      .      .      =read  .      .      .      .      .
AliasElsewhere       .      .      .      .      .      .      BLOC   .      .      .      .      .
ReadBackFailed       .      .      .      .      .      .      =read  .      .      .      .      .
SwitchSent           .      .      =begun .      .      .      .      .      .      .      .      .
SourceRead           .      .      =look  .      .      .      .      .      .      .      .      .
SourceChanged        .      .      =look  .      .      .      .      .      .      .      .      .
SwitchRefused        .      .      =not   .      .      .      .      .      .      .      .      .
SwitchDelayed        .      .      =again .      .      .      .      .      .      .      .      .
RecordSent           .      .      .      =write .      .      .      .      .      .      .      .
RecordAccepted       .      .      .      =pend  .      .      .      .      .      .      .      .
RecordRead           .      .      .      =look  .      .      .      .      .      .      .      .
RecordChanged        .      .      .      =look  .      .      .      .      .      .      .      .
RecordRefused        .      .      .      =no    .      .      .      .      .      .      .      .
RecordDelayed        .      .      .      =soon  .      .      .      .      .      .      .      .
DeadlinePassed       EXPI   EXPI   EXPI   EXPI   EXPI   EXPI   =due   .      .      .      .      .
NoticePosted         .      .      =told  =told  =told  =told  =told  =told  =told  =told  =told  =told
NoticeDelayed        .      .      =later =later =later =later =later =later =later =later =later =later
EffectAbandoned      BLOC   EXPI   BLOC   =watch BLOC   BLOC   BLOC   =told  =told  =told  =told  =told
"""

IGNORED = {
    ".": "This result is no longer waited for.",
    "choice": "There is no target to choose now.",
    "look": "There is nothing to look at again now.",
    "try": "That question is not open now.",
    "unseen": "No distribution that I can't read stands in the way now.",
    "vote": "Nothing waits for an approval now.",
    "asked": "Too late: CloudFront has been asked.",
    "over": "This move is over: ",
    "off": "There is no source to disable now.",
    "on": "There is nothing to enable again now.",
    "noton": "There is no record that I could create now.",
    "none": "There is no record of mine to remove now.",
    "card": "The move is past waiting; only its card is missing.",
}

MISPLACED = Diagnosis(START + 1, (Mistake(MistakeKind.MISPLACED, "It was created elsewhere.", "Create it here."),))

STAYS: dict[str, Callable[[Move, Move], bool]] = {
    "=card": lambda _, after: after.card == CardPlace("C0OPS", "1.2"),
    "=mute": lambda before, after: bool(notices(before)) and not notices(after),
    "=same": lambda before, after: (after.digest, after.round) == (before.digest, before.round),
    "=look": lambda _, after: [0.0] < due(after, EffectKind.LOOK) <= [after.updated_at],
    "=try": lambda before, after: before.tried_by_hand is None and after.tried_by_hand is False,
    "=word": lambda before, after: (
        before.plan is not None
        and before.plan.holder is not None
        and after.owner_word == OwnerWord(REQUESTER.id, after.updated_at, before.plan.holder)
        and due(after, EffectKind.LOOK) == [after.updated_at]
    ),
    "=fails": lambda _, after: due(after, EffectKind.LOOK, EffectKind.ROUTINE_LOOK)[:1] == [after.updated_at + 2],
    "=watch": lambda _, after: due(after, EffectKind.WATCH_TXT) > [after.updated_at],
    "=named": lambda before, after: after.diagnosis == MISPLACED and len(notices(after)) == len(notices(before)) + 1,
    "=sent": lambda _, after: after.call is not None and after.call.at == after.updated_at,
    "=read": lambda _, after: bool(due(after, EffectKind.READ_BACK)),
    "=due": lambda before, after: after.deadline_passed and not before.deadline_passed,
    "=asked": lambda before, after: len(due(after, *SWITCHES)) == 1 + len(due(before, *SWITCHES)),
    "=begun": lambda _, after: after.source_off is not None and after.source_off.sent_at == after.updated_at,
    "=not": lambda _, after: after.source_off is not None and after.source_off.phase is SwitchPhase.NOT_DISABLED,
    "=again": lambda _, after: due(after, EffectKind.DISABLE_SOURCE) == [after.updated_at + 2],
    "=wish": lambda before, after: len(due(after, *RECORD_CHANGES)) == 1 + len(due(before, *RECORD_CHANGES)),
    "=write": lambda _, after: after.zone_record is not None and after.zone_record.sent_at == after.updated_at,
    "=pend": lambda _, after: due(after, EffectKind.CREATE_RECORD) == [after.updated_at + 1],
    "=no": lambda _, after: (
        after.zone_record is not None and after.zone_record.phase is RecordPhase.NOT_CREATED and bool(notices(after))
    ),
    "=soon": lambda _, after: due(after, EffectKind.CREATE_RECORD) == [after.updated_at + 2],
    "=told": lambda before, after: len(notices(after)) == len(notices(before)) - 1,
    "=later": lambda before, after: (
        len(notices(after)) == len(notices(before)) and max(notices(after)) > after.updated_at
    ),
}

WAITS_BY = {
    MoveState.INSPECTING: {EffectKind.LOOK, EffectKind.EXPIRE_MOVE},
    MoveState.CHOOSING_TARGET: {EffectKind.EXPIRE_MOVE},
    MoveState.BLOCKED: {EffectKind.ROUTINE_LOOK, EffectKind.EXPIRE_MOVE},
    MoveState.AWAITING_TXT: {EffectKind.WATCH_TXT, EffectKind.DIAGNOSE, EffectKind.EXPIRE_MOVE},
    MoveState.AWAITING_APPROVAL: {
        EffectKind.EXPIRE_APPROVAL,
        EffectKind.WATCH_TXT,
        EffectKind.ROUTINE_LOOK,
        EffectKind.EXPIRE_MOVE,
    },
    MoveState.CONFIRMING: {EffectKind.LOOK, EffectKind.WATCH_TXT, EffectKind.EXPIRE_MOVE},
    MoveState.ASSOCIATING: {EffectKind.ASSOCIATE_ALIAS, EffectKind.EXPIRE_MOVE},
    MoveState.MOVED: set[EffectKind](),
    MoveState.NOTHING_TO_MOVE: set[EffectKind](),
    MoveState.REJECTED: set[EffectKind](),
    MoveState.CANCELLED: set[EffectKind](),
    MoveState.EXPIRED: set[EffectKind](),
}
"""What is outstanding after a state has been entered, notices aside.

BLOCKED also watches a record that is missing, and looks for mistakes with it.
"""

ABANDONED = {
    MoveState.INSPECTING: EffectKind.LOOK,
    MoveState.CHOOSING_TARGET: EffectKind.EXPIRE_MOVE,
    MoveState.BLOCKED: EffectKind.ROUTINE_LOOK,
    MoveState.AWAITING_TXT: EffectKind.WATCH_TXT,
    MoveState.AWAITING_APPROVAL: EffectKind.ROUTINE_LOOK,
    MoveState.CONFIRMING: EffectKind.LOOK,
    MoveState.ASSOCIATING: EffectKind.ASSOCIATE_ALIAS,
}
"""The effect that EffectAbandoned names in the table; in a final state it is a notice."""


def due(move: Move, *kinds: EffectKind) -> list[float]:
    return sorted(effect.not_before for effect in move.effects if effect.kind in kinds)


def notices(move: Move) -> list[float]:
    return due(move, EffectKind.NOTIFY)


def rows() -> dict[str, list[str]]:
    _, *lines = (line.split() for line in TABLE.strip().splitlines())
    return {name: cells for name, *cells in lines}


def cells() -> list[object]:
    """One parameter set per pair of state and event."""
    return [
        pytest.param(state, name, cell, id=f"{state.value}-{name}")
        for name, row in rows().items()
        for state, cell in zip(COLUMNS.values(), row, strict=True)
    ]


READ_BACK_EVENTS = (AliasAssociated, AliasOnSource, AliasElsewhere, ReadBackFailed)
NOTICE_EVENTS = (NoticePosted, NoticeDelayed)
LOOK_EVENTS = (Inspected, InspectionFailed)
RECORD_EVENTS = (RecordSent, RecordAccepted, RecordRead, RecordChanged, RecordRefused, RecordDelayed)
SWITCH_EVENTS = (SwitchSent, SourceRead, SourceChanged, SwitchRefused, SwitchDelayed)


FOREIGN_WALKS: dict[MoveState, Callable[[], Walk]] = {
    MoveState.BLOCKED: lambda: Walk().looks(HELD_BY_FOREIGN),
    MoveState.AWAITING_TXT: lambda: owner_said_off().looks(replace(HELD_BY_FOREIGN, is_live=False)),
    MoveState.AWAITING_APPROVAL: owner_said_off,
    MoveState.CONFIRMING: lambda: owner_said_off().approved(),
}
"""Where the holder is somebody else's; in all but the first its owner is said to have disabled it."""


def arranged(state: MoveState, event: type[Event]) -> Walk:
    """A move in that state with an effect that fits the event, where the state can have one."""
    if state is MoveState.ASSOCIATING and event is CallSent:
        return associating()
    if state is MoveState.BLOCKED and event is DisablingApproved:
        return blocked_elsewhere()
    if state is MoveState.BLOCKED and event in SWITCH_EVENTS:
        return disabling()
    if state is MoveState.AWAITING_TXT and event is RecordApproved:
        return Walk().looks(HOSTED)
    if state is MoveState.AWAITING_TXT and event in RECORD_EVENTS:
        return creating()
    if state is MoveState.CANCELLED and event is RemovalRequested:
        return cancelled_with_record()
    if state is MoveState.CANCELLED and event is EnablingRequested:
        return cancelled_while_disabled()
    if state is MoveState.ASSOCIATING and event in READ_BACK_EVENTS:
        return reading_back()
    if state is MoveState.AWAITING_TXT and event in LOOK_EVENTS:
        return walk_to(state).happens(RecheckRequested(OUTSIDER))
    if event in (*NOTICE_EVENTS, EffectAbandoned) and state is MoveState.NOTHING_TO_MOVE:
        return awaiting_approval().looks(HELD_BY_NOBODY)
    if event in {OwnerSaysOff, TargetRead} and state in FOREIGN_WALKS:
        return FOREIGN_WALKS[state]()
    if event in NOTICE_EVENTS and state is MoveState.BLOCKED:
        return awaiting_approval().looks(NOT_COVERED)
    if event in NOTICE_EVENTS and state is MoveState.AWAITING_TXT:
        return awaiting_approval().looks(ABSENT_RECORD)
    return walk_to(state)


def event_for(walk: Walk, name: str) -> Event:
    move, at = walk.move, walk.at
    world = READY.sighting()

    def one_of(*kinds: EffectKind) -> str:
        found = [effect.id for effect in move.effects if effect.kind in kinds]
        return found[0] if found else "m1.0"

    look = one_of(EffectKind.LOOK, EffectKind.ROUTINE_LOOK)
    target = one_of(EffectKind.WATCH_TARGET)
    watch, call = one_of(EffectKind.WATCH_TXT), one_of(EffectKind.ASSOCIATE_ALIAS)
    read, notice, switch = one_of(EffectKind.READ_BACK), one_of(EffectKind.NOTIFY), one_of(*SWITCHES)
    source = move.inspection.source if move.inspection else None
    change = one_of(*RECORD_CHANGES)
    events: tuple[Event, ...] = (
        TargetChosen(REQUESTER, TEAL),
        RecheckRequested(OUTSIDER),
        HandTryTold(REQUESTER, was_tried=False),
        OwnerSaysOff(REQUESTER, move.digest, move.round),
        Approved(APPROVER, move.digest, move.round),
        Rejected(APPROVER, move.digest, move.round, "not now"),
        Cancelled(REQUESTER),
        DisablingApproved(APPROVER, key_of(source) if source else "", source.id.text if source else ""),
        EnablingRequested(APPROVER),
        RecordApproved(APPROVER, key_of_record(HOSTED.hosted())),
        RemovalRequested(APPROVER),
        CardPosted("C0OPS", "1.2"),
        CardImpossible("I am not in this channel."),
        Inspected(look, READY.inspection(at, move.wanted_target)),
        InspectionFailed(look, "CloudFront did not answer."),
        TxtSeen(watch, world),
        TxtLost(watch, ABSENT_RECORD.sighting()),
        TxtUnchanged(watch, world),
        TargetRead(target, has_alias=True),
        Diagnosed(one_of(EffectKind.DIAGNOSE), MISPLACED),
        CallSent(call),
        AssociationAccepted(call),
        AssociationRefused(call, refusal(at=at)),
        AssociationUnclear(call),
        AliasAssociated(read),
        AliasOnSource(read),
        AliasElsewhere(read),
        ReadBackFailed(read, "CloudFront did not answer."),
        SwitchSent(switch),
        SourceRead(switch, is_enabled=False),
        SourceChanged(switch, "It serves other names by now."),
        SwitchRefused(switch, refusal(at=at)),
        SwitchDelayed(switch, "CloudFront did not answer.", is_unclear=True),
        RecordSent(change),
        RecordAccepted(change, "C1CHANGE"),
        RecordRead(change, is_there=True),
        RecordChanged(change, "Other values stand there by now."),
        RecordRefused(change, refusal(at=at)),
        RecordDelayed(change, "Route 53 did not answer.", is_unclear=True),
        DeadlinePassed(one_of(EffectKind.EXPIRE_MOVE)),
        NoticePosted(notice),
        NoticeDelayed(notice),
        EffectAbandoned(one_of(ABANDONED.get(move.state, EffectKind.NOTIFY))),
    )
    return next(event for event in events if type(event).__name__ == name)


EVENTS: dict[str, type[Event]] = {event.__name__: event for event in get_args(Event)}


def test_the_table_has_a_column_for_every_state_and_a_row_for_every_event():
    header, *_ = TABLE.strip().splitlines()

    assert header.split() == ["event", *COLUMNS]
    assert sorted(COLUMNS.values(), key=str) == sorted(MoveState, key=str)
    assert sorted(rows()) == sorted(EVENTS)
    assert set(WAITS_BY) == set(MoveState)


@pytest.mark.parametrize(("state", "name", "cell"), cells())
def test_every_event_does_in_every_state_what_the_table_says(state: MoveState, name: str, cell: str):
    walk = arranged(state, EVENTS[name])
    before = walk.move
    assert before.state is state

    walk.after(1).happens(event_for(walk, name))

    if cell in IGNORED:
        assert walk.ignored.startswith(IGNORED[cell])
        assert walk.move is before
    elif cell in STAYS:
        assert (walk.ignored, walk.move.state) == ("", state)
        assert STAYS[cell](before, walk.move)
    else:
        assert (walk.ignored, walk.move.state) == ("", COLUMNS[cell])
        outstanding = {effect.kind for effect in walk.move.effects} - {EffectKind.NOTIFY}
        watched = {EffectKind.WATCH_TXT, EffectKind.DIAGNOSE} if walk.move.state is MoveState.BLOCKED else set()
        assert outstanding - watched == WAITS_BY[walk.move.state] - watched
