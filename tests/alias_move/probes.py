"""What a look around a record that is not live may have found, for the tests of mistakes."""

from dataclasses import replace

from bot.alias_move.diagnosis import diagnosis
from bot.alias_move.mistakes import Diagnosis
from bot.alias_move.names import TxtRecord
from bot.alias_move.probes import Nearby, Place, Probe
from bot.alias_move.sightings import AnswerKind, ServerAnswer, TxtSighting
from tests.alias_move.evidence import registrable_name

TARGET = "d111111abcdef8.cloudfront.net"
SOURCE = "d999999zyxwvu1.cloudfront.net"
WWW = TxtRecord("_www.example.com", TARGET)
APEX = TxtRecord("_.example.com", TARGET)
SHOP = TxtRecord("_shop.example.com", TARGET)
IDN = TxtRecord("_xn--bcher-kva.example.com", TARGET)


def seen(*answers: tuple[AnswerKind, tuple[str, ...], str], record: TxtRecord = WWW) -> TxtSighting:
    """One answer from each of so many servers."""
    told = tuple(
        ServerAnswer(f"ns{number}.dns-host.example", f"192.0.2.{number}", kind, values, note)
        for number, (kind, values, note) in enumerate(answers, 1)
    )
    return TxtSighting(record, "example.com", told, 900)


NOTHING = (AnswerKind.NOTHING, (), "")
EXACT = (AnswerKind.EXACT, (TARGET,), "")
LAME = (AnswerKind.LAME, (), "REFUSED")
SILENT = (AnswerKind.SILENT, (), "no answer over UDP, no connection over TCP")
CUT_SHORT = (AnswerKind.SILENT, (), "an answer cut short over UDP, no connection over TCP")
ABSENT = Probe(WWW, seen(NOTHING, NOTHING), "example.com")


def valued(*values: str) -> Probe:
    """Every server has a TXT record of the right name with these values."""
    other = (AnswerKind.OTHER, values, "")
    return replace(ABSENT, sighting=seen(other, other))


def placed(place: Place, name: str, *values: str, record: TxtRecord = WWW) -> Probe:
    """Nothing at the right name, and something at another."""
    nearby = (Nearby(place, name, values or (TARGET,)),)
    return replace(ABSENT, record=record, sighting=seen(NOTHING, NOTHING, record=record), nearby=nearby)


def pointed(target: str, note: str) -> Probe:
    """A CNAME at the right name."""
    nothing = (AnswerKind.NOTHING, (), note)
    return replace(ABSENT, sighting=seen(nothing, nothing), cname=target)


def named(probe: Probe) -> Diagnosis:
    """What is said about it."""
    return diagnosis(probe, registrable_name, at=1.0, source=SOURCE)
