"""When mistakes with a record are looked for, and that each of them is told once."""

from dataclasses import replace

from bot.alias_move.events import Diagnosed, Inspected, RecheckRequested, TxtUnchanged
from bot.alias_move.mistakes import Diagnosis, Mistake, MistakeKind
from bot.alias_move.move import EffectKind, MoveState, NoticeKind
from bot.alias_move.sightings import AnswerKind
from tests.alias_move.evidence import ABSENT_RECORD, OUTSIDER, READY, record_for, sighting
from tests.alias_move.walks import Walk, awaiting_approval, outstanding, seen, told, walk_to

DOUBLED = Mistake(MistakeKind.MISPLACED, "Created with the zone's name twice.", "Enter only `_www`.", "a.example.com")
QUOTED = Mistake(MistakeKind.WRONG_VALUE, "The value has quotes in it.", "Enter it without.", '"d1"')
LAGGING = Mistake(MistakeKind.BEHIND, "The record is on 1 of 2 servers.", "Wait.")


def diagnosed(walk: Walk, *mistakes: Mistake, begun_s: float = 0.0) -> Walk:
    """The outstanding look for mistakes, begun so many seconds ago, comes back with these."""
    effect = walk.id_of(EffectKind.DIAGNOSE)
    return walk.happens(Diagnosed(effect, Diagnosis(walk.at - begun_s, mistakes)))


def next_s(walk: Walk) -> float:
    """Seconds until the next look for mistakes."""
    return outstanding(walk.move, EffectKind.DIAGNOSE).not_before - walk.at


def says(walk: Walk, *kinds: AnswerKind) -> Walk:
    """The watch brings these answers."""
    return walk.happens(TxtUnchanged(walk.id_of(EffectKind.WATCH_TXT), sighting(record_for(), *kinds)))


def test_an_absent_record_is_looked_for_at_once_and_then_ever_more_rarely():
    walk = walk_to(MoveState.AWAITING_TXT)
    began, times = walk.at, []

    for _ in range(8):
        walk.at = outstanding(walk.move, EffectKind.DIAGNOSE).not_before
        times.append(walk.at - began)
        diagnosed(walk)

    assert times == [0, 30, 120, 600, 3_600, 21_600, 21_600 + 86_400, 21_600 + 2 * 86_400]


def test_a_changed_answer_is_looked_into_at_once():
    walk = diagnosed(walk_to(MoveState.AWAITING_TXT)).after(20)
    assert next_s(walk) == 10

    says(walk, AnswerKind.OTHER, AnswerKind.OTHER)

    assert next_s(walk) == 0


def test_a_server_that_falls_silent_and_comes_back_is_no_change():
    walk = diagnosed(walk_to(MoveState.AWAITING_TXT)).after(20)

    says(walk, AnswerKind.NOTHING, AnswerKind.SILENT)
    says(walk, AnswerKind.NOTHING, AnswerKind.NOTHING)

    assert next_s(walk) == 10


def test_answers_that_change_all_the_time_are_looked_into_at_a_bearable_pace():
    walk = diagnosed(walk_to(MoveState.AWAITING_TXT)).after(0.5)

    says(walk, AnswerKind.OTHER, AnswerKind.OTHER)

    assert next_s(walk) == 1.5


def test_somebody_who_asks_for_a_look_gets_one_for_mistakes_too():
    walk = diagnosed(walk_to(MoveState.AWAITING_TXT)).after(10)

    walk.happens(RecheckRequested(OUTSIDER))

    assert next_s(walk) == 0


def test_nobody_looks_for_mistakes_with_a_record_that_is_live():
    walk = walk_to(MoveState.AWAITING_TXT)

    seen(walk).looks(READY)

    assert walk.move.state is MoveState.AWAITING_APPROVAL
    assert not walk.move.has_effect(EffectKind.DIAGNOSE)
    assert not awaiting_approval().happens(RecheckRequested(OUTSIDER)).move.has_effect(EffectKind.DIAGNOSE)


def test_a_mistake_is_told_when_it_is_named_and_never_again():
    walk = walk_to(MoveState.AWAITING_TXT)

    diagnosed(walk, DOUBLED).after(30)
    diagnosed(walk, DOUBLED).after(90)
    diagnosed(walk, DOUBLED, QUOTED)

    notices = [effect.notice for effect in walk.move.effects if effect.notice is not None]
    assert [one.kind for one in notices] == [NoticeKind.MISTAKE, NoticeKind.MISTAKE]
    assert [one.mistakes for one in notices] == [(DOUBLED,), (QUOTED,)]
    assert walk.move.diagnosis == Diagnosis(walk.at, (DOUBLED, QUOTED))


def test_what_goes_by_itself_is_on_the_card_and_not_in_the_thread():
    walk = diagnosed(walk_to(MoveState.AWAITING_TXT), LAGGING)

    assert walk.move.diagnosis == Diagnosis(walk.at, (LAGGING,))
    assert told(walk.move) == []


def test_mistakes_without_end_do_not_fill_the_thread():
    walk = walk_to(MoveState.AWAITING_TXT)

    for number in range(40):
        walk.at = outstanding(walk.move, EffectKind.DIAGNOSE).not_before
        diagnosed(walk, replace(QUOTED, found=f'"d{number}"'))

    assert told(walk.move).count(NoticeKind.MISTAKE.value) == 12


def test_what_was_wrong_is_shown_no_more_once_the_answer_has_changed():
    walk = says(walk_to(MoveState.AWAITING_TXT), AnswerKind.OTHER, AnswerKind.OTHER)
    diagnosed(walk, QUOTED).after(5)

    says(walk, AnswerKind.NOTHING, AnswerKind.NOTHING)

    assert walk.move.diagnosis is not None
    assert walk.move.diagnosis.mistakes == ()


def test_what_was_begun_before_the_answer_changed_counts_for_nothing():
    walk = walk_to(MoveState.AWAITING_TXT).after(5)
    says(walk, AnswerKind.OTHER, AnswerKind.OTHER).after(1)

    diagnosed(walk, DOUBLED, begun_s=3)

    assert walk.move.diagnosis == Diagnosis(walk.at - 3)
    assert told(walk.move) == []
    assert next_s(walk) == 0


def test_a_missing_record_is_looked_into_while_something_else_blocks_too():
    walk = walk_to(MoveState.BLOCKED)

    diagnosed(walk, DOUBLED)

    assert walk.move.state is MoveState.BLOCKED
    assert told(walk.move) == [NoticeKind.MISTAKE.value]


def test_a_look_that_finds_another_answer_has_it_looked_into():
    walk = diagnosed(walk_to(MoveState.AWAITING_TXT)).after(20).happens(RecheckRequested(OUTSIDER))
    diagnosed(walk).after(3)
    other = replace(ABSENT_RECORD.inspection(walk.at), sighting=sighting(record_for(), AnswerKind.OTHER))

    walk.happens(Inspected(walk.id_of(EffectKind.LOOK), other))

    assert next_s(walk) == 0
