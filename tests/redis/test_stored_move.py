"""How moves are written down, and that what was written once is still read."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.alias_move.evidence import Holder
from bot.alias_move.hosting import HostedTxt, RecordPhase, TxtSet, ZoneRecord
from bot.alias_move.move import EffectKind, Loss, Move, MoveState, Obstacle, RefusalCause
from bot.alias_move.names import AccountId, DistributionId, TxtRecord
from bot.alias_move.owner_word import OwnerWord
from bot.alias_move.switch import SourceOff, SwitchPhase
from bot.ports import PortError
from bot.redis.stored_move import SCHEMA, UnknownSchema, from_stored, to_json
from tests.rich_move import a_rich_move, an_opened_move

OFF = SourceOff(
    DistributionId("E1SOURCE"),
    AccountId("444455556666"),
    "blue <b>",
    ("shop.example.com", "www.example.com"),
    approved_by="UAPPROVER",
    approved_at=1_763_852_020.5,
    since=1_763_852_021.5,
    phase=SwitchPhase.DISABLED,
    sent_at=1_763_852_021.0,
    sent_for="m1.7",
    deployed_at=1_763_852_200.0,
)
CREATED = ZoneRecord(
    HostedTxt(
        TxtRecord("_www.example.com", "d2.cloudfront.net"),
        "Z1ZONE",
        "example.com",
        AccountId("444455556666"),
        TxtSet(300, ('"owner=<web>"',)),
    ),
    approved_by="UAPPROVER",
    approved_at=1_763_852_020.5,
    since=1_763_852_021.5,
    phase=RecordPhase.REMOVING,
    sent_at=1_763_852_021.0,
    sent_for="m1.7",
    change_id="C1CHANGE",
    removed_by="UAPPROVER",
)
WRITTEN_BEFORE = Path(__file__).parent


def test_a_move_with_everything_in_it_comes_back_equal():
    rich = a_rich_move()
    move = replace(
        rich,
        obstacle=Obstacle.REFUSED,
        refused_without_record=rich.refusal,
        lost=Loss(1.5, 2.5),
        closed_by="UANNE",
        closing_words="Nein, danke — 不要 🛑\n\0",
    )
    move = replace(move, source_off=OFF, source_refusal=move.refusal, off_before="E1SOURCE")
    move = replace(move, zone_record=CREATED, record_refusal=move.refusal)

    read = from_stored(to_json(move), SCHEMA)

    assert read == move
    assert read.digest == move.digest
    assert [type(effect) for effect in read.effects] == [type(effect) for effect in move.effects]


def test_the_move_with_everything_in_it_has_everything_in_it():
    word = OwnerWord("UANNE", 1.0, Holder("*******EXAMPLE", "******112233", is_ours=False))
    move = replace(a_rich_move(), obstacle=Obstacle.REFUSED, closed_by="UANNE", owner_word=word, source_off=OFF)
    move = replace(move, source_refusal=move.refusal, off_before="E1SOURCE")
    move = replace(move, zone_record=CREATED, record_refusal=move.refusal)

    empty = [one.name for one in fields(Move) if getattr(move, one.name) in (None, (), "", 0)]

    assert empty == [
        "returned_once",
        "refused_without_record",
        "watch_trouble",
        "lost",
        "moved_by_others",
        "deadline_passed",
        "closing_words",
    ]
    assert move.inspection is not None
    assert move.inspection.findings
    assert move.inspection.sighting is not None
    assert move.inspection.visibility is not None
    assert move.inspection.plan.serious
    assert move.inspection.source is not None
    assert move.inspection.source.behaviour is not None
    assert move.inspection.source.further is not None


def test_a_new_move_comes_back_equal():
    move = an_opened_move()

    assert from_stored(to_json(move), SCHEMA) == move


@pytest.mark.parametrize("schema", range(1, SCHEMA))
def test_what_an_older_schema_wrote_is_still_read(schema):
    read = from_stored((WRITTEN_BEFORE / f"stored_move_schema_{schema}.json").read_text(), schema)

    assert read.state is MoveState.CONFIRMING
    assert read.requester == "UANNE"
    assert read.plan is not None
    assert read.plan.target == DistributionId("E2GREEN4CLDFRNT")
    assert [vote.by for vote in read.votes] == ["UAPPROVER"]
    assert read.refusal is not None
    assert read.refusal.cause is RefusalCause.RECORD_NOT_SEEN
    assert EffectKind.LOOK in {effect.kind for effect in read.effects}
    assert from_stored(to_json(read), SCHEMA) == read


def test_a_move_of_a_newer_release_is_refused_with_a_sentence():
    with pytest.raises(
        UnknownSchema, match=rf"newer release of the bot \(schema {SCHEMA + 1}; this one reads up to {SCHEMA}\)"
    ) as refused:
        from_stored(to_json(an_opened_move()), schema=SCHEMA + 1)

    assert isinstance(refused.value, PortError)
    assert "Nothing has changed" in str(refused.value)


def test_a_move_of_the_release_before_is_turned_into_the_present_shape():
    older = to_json(an_opened_move()).replace('"requester":', '"asked_by":')

    def rename(written):
        return {**written, "requester": written["asked_by"]}

    read = from_stored(older, schema=SCHEMA - 1, migrations={SCHEMA - 1: rename})

    assert read == an_opened_move()


def test_a_move_without_a_way_to_the_present_shape_is_refused():
    with pytest.raises(UnknownSchema, match="too old"):
        from_stored(to_json(an_opened_move()), schema=0)


def test_a_body_that_lacks_something_is_never_filled_in_by_guessing():
    with pytest.raises(ValidationError, match="requester"):
        from_stored(to_json(an_opened_move()).replace('"requester":', '"asked_by":'), SCHEMA)
