"""Whatever DNS holds: few mistakes are named, the gravest first, in words of our own, each once."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.alias_move.diagnosis import MOST_NAMED
from bot.alias_move.mistakes import Diagnosis, Mistake, MistakeKind
from bot.alias_move.probes import Nearby, Place, Probe
from bot.alias_move.sightings import AnswerKind
from tests.alias_move.probes import ABSENT, APEX, EXACT, IDN, NOTHING, SHOP, SOURCE, TARGET, WWW, named, seen, valued

K = MistakeKind

FOREIGN = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).map(lambda text: f"foreign {text}")
PROBES = st.builds(
    Probe,
    record=st.sampled_from([WWW, APEX, SHOP, IDN]),
    sighting=st.none()
    | st.lists(
        st.tuples(st.sampled_from(AnswerKind), st.lists(FOREIGN, max_size=3).map(tuple), st.just("") | FOREIGN),
        max_size=4,
    ).map(lambda answers: seen(*answers)),
    zone=st.sampled_from(["", "com", "example.com", "www.example.com"]),
    nearby=st.lists(
        st.builds(Nearby, st.sampled_from(Place), FOREIGN, st.tuples(FOREIGN.map(lambda text: text + TARGET)), FOREIGN)
    ).map(tuple),
    cname=st.just("") | FOREIGN,
    other_types=st.sampled_from([(), ("A",)]),
    wild_values=st.lists(FOREIGN, max_size=2).map(tuple),
    wild_cname=st.just("") | FOREIGN,
    delegated_to=st.lists(FOREIGN, max_size=3).map(tuple),
    listed=st.lists(FOREIGN, max_size=3).map(tuple),
    child_zone=st.sampled_from(["", "www.example.com"]),
    refused_by=st.lists(FOREIGN, max_size=2).map(tuple),
    is_bogus=st.booleans(),
)


@given(PROBES)
def test_whatever_dns_holds_a_few_are_named_in_words_of_our_own(probe: Probe):
    mistakes = named(probe).mistakes

    assert len(mistakes) <= MOST_NAMED
    assert len({mistake.key for mistake in mistakes}) == len(mistakes)
    assert not any("foreign" in mistake.sentence + mistake.remedy for mistake in mistakes)
    assert all(mistake.sentence and mistake.remedy for mistake in mistakes)


def test_only_a_few_are_named_and_the_gravest_first():
    probe = replace(valued("a", "b", "c", "d", SOURCE), is_bogus=True)

    kinds = [mistake.kind for mistake in named(probe).mistakes]

    assert kinds == [K.BROKEN_DNSSEC, K.WRONG_VALUE, K.WRONG_VALUE]
    assert len(kinds) == MOST_NAMED


def test_a_value_of_any_length_is_kept_short():
    [mistake] = named(valued("x" * 60_000)).mistakes

    assert len(mistake.found) == 300


def test_more_servers_than_anybody_reads_are_counted():
    names = tuple(f"ns{number}.host.example" for number in range(1, 8))

    [mistake] = named(Probe(WWW, None, "example.com", refused_by=names)).mistakes

    assert mistake.found == "ns1.host.example, ns2.host.example, ns3.host.example, ns4.host.example and 3 more"


def test_a_zone_of_its_own_is_told_though_nothing_is_wrong():
    assert named(replace(ABSENT, child_zone="www.example.com")) == Diagnosis(1.0, (), "www.example.com")


def test_servers_behind_without_known_serials_are_told_all_the_same():
    [mistake] = named(replace(ABSENT, sighting=seen(EXACT, NOTHING))).mistakes

    assert mistake.sentence == "The record is on 1 of 2 servers."


def test_without_any_look_nothing_is_made_up():
    assert named(Probe(WWW)).mistakes == ()
    assert named(Probe(WWW, is_bogus=True)).mistakes[0].sentence.startswith("The DNSSEC signatures of the zone are")
    assert named(Probe(WWW, zone="example.com", cname="gone.example.net")).mistakes == ()


def test_equal_mistakes_have_one_key_and_different_ones_have_two():
    one, same, other = (Mistake(K.WRONG_VALUE, "Wrong.", "", found) for found in ("a", "a", "b"))

    assert one.key == same.key
    assert one.key != other.key
    assert Mistake(K.BROKEN_DNSSEC, "Broken.", "").key == "broken_dnssec:Broken."
