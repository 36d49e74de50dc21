"""When a record counts as live, and when it counts as denied."""

import pytest

from bot.alias_move.sightings import AnswerKind, ServerAnswer, TxtSighting
from tests.alias_move.evidence import record_for

EXACT, OTHER, NOTHING = AnswerKind.EXACT, AnswerKind.OTHER, AnswerKind.NOTHING
LAME, SILENT = AnswerKind.LAME, AnswerKind.SILENT
LIVE = (EXACT, EXACT)
RECORD = record_for()


def seen(*kinds: AnswerKind) -> TxtSighting:
    values = {EXACT: (RECORD.value,), OTHER: ("v=spf1 -all", "old.cloudfront.net")}
    answers = (ServerAnswer("ns", f"192.0.2.{n}", kind, values.get(kind, ())) for n, kind in enumerate(kinds))
    return TxtSighting(RECORD, "example.com", tuple(answers))


@pytest.mark.parametrize(
    ("kinds", "is_live", "is_denied"),
    [
        pytest.param((EXACT, EXACT), True, False, id="all agree"),
        pytest.param((EXACT,), True, False, id="the zone has one address only"),
        pytest.param((EXACT, EXACT, SILENT, LAME), True, False, id="two agree and the others are dead or lame"),
        pytest.param((EXACT, SILENT), False, False, id="one of two is silent"),
        pytest.param((EXACT, LAME, LAME), False, False, id="one alone among three"),
        pytest.param((EXACT, EXACT, NOTHING), False, True, id="one has nothing yet"),
        pytest.param((EXACT, EXACT, OTHER), False, True, id="one has another value"),
        pytest.param((NOTHING, NOTHING), False, True, id="not there"),
        pytest.param((SILENT, LAME), False, False, id="nobody speaks with authority"),
        pytest.param((), False, False, id="nobody was asked"),
    ],
)
def test_live_is_what_every_server_that_answers_says_and_silence_denies_nothing(
    kinds: tuple[AnswerKind, ...],
    is_live: bool,  # noqa: FBT001 - a column of the table above
    is_denied: bool,  # noqa: FBT001
):
    sighting = seen(*kinds)

    assert (sighting.is_live, sighting.is_denied) == (is_live, is_denied)
    assert sighting.is_partial == (is_denied and EXACT in kinds)


def test_what_people_need_to_know_can_be_told():
    sighting = seen(EXACT, OTHER, OTHER, LAME, SILENT)

    assert sighting.seen_on == 1
    assert sighting.other_values == ("v=spf1 -all", "old.cloudfront.net")
    assert [answer.kind for answer in sighting.silent_servers] == [LAME, SILENT]
