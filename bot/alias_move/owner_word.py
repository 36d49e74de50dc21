"""What the owner of a distribution that nobody here can read has said about it, and how far that is believed.

Pure. CloudFront tells nobody whether somebody else's distribution is disabled, so such a holder stands in the way until
a person says that its owner has switched it off. From then on it is a warning: CloudFront itself refuses if it is not
so. A word is about one holder, and counts for no other.
"""

from dataclasses import dataclass, replace

from bot.alias_move.evidence import Holder
from bot.alias_move.findings import FindingCode, Inspection, Level, blocking_codes

UNREADABLE = frozenset({FindingCode.HOLDER_ELSEWHERE, FindingCode.HOLDER_LOOKS_LIKE_A_SERVICE})
"""The findings that a word can lower to a warning."""


@dataclass(frozen=True, slots=True)
class OwnerWord:
    """Somebody says that the owner of this holder has switched it off."""

    by: str
    at: float
    """Unix seconds."""
    holder: Holder


def waits_for_word(inspection: Inspection | None) -> bool:
    """Whether a holder that nobody here can read stands in the way."""
    return inspection is not None and not UNREADABLE.isdisjoint(inspection.plan.blocking)


def believed(inspection: Inspection, word: OwnerWord | None) -> Inspection:
    """The inspection as it is once that has been said; unchanged where the word is about another holder."""
    if word is None or word.holder != inspection.plan.holder:
        return inspection
    return _weighed(inspection, Level.WARNS)


def doubted(inspection: Inspection) -> Inspection:
    """The inspection as a look without any word would give it: CloudFront has said that it was not so."""
    return _weighed(inspection, Level.BLOCKS)


def _weighed(inspection: Inspection, level: Level) -> Inspection:
    findings = tuple(replace(one, level=level) if one.code in UNREADABLE else one for one in inspection.findings)
    return replace(inspection, findings=findings, plan=replace(inspection.plan, blocking=blocking_codes(findings)))
