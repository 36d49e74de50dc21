"""Which distributions could take an alias, best first; and beside each that could not, why.

Pure. Must never leave one out in silence: what a menu can't hold is counted.
"""

from dataclasses import dataclass
from enum import IntEnum

from bot.alias_move.evidence import Distribution, Evidence, Holder, holder_of
from bot.alias_move.names import AliasName, DistributionId, certificate_name_covers
from bot.alias_move.preflight import possible_targets, why_not

MOST_CANDIDATES = 100
"""As many as a Slack select menu holds."""
MOST_UNFIT = 10
"""Enough to see what is missing. They are stored with every move, and an account may have hundreds."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A distribution that could be the target, or why it could not."""

    id: DistributionId
    label: str
    why_not: str = ""
    """Empty: it fits."""
    covered_by: str = ""
    """The name in its certificate that covers the alias; empty: there is none that can be read."""
    deployed: bool = True


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a menu and a card hold, and how many they don't."""

    shown: tuple[Candidate, ...]
    """Those that fit first."""
    left_out: int
    """Others that fit."""
    unfit_left_out: int
    """Others that don't."""


class _Cover(IntEnum):
    """How well a certificate covers the alias; the best first."""

    EXACT = 0
    WILDCARD = 1
    UNSEEN = 2
    """Its names can't be read."""
    NONE = 3


def candidates_of(evidence: Evidence) -> Candidates:
    """Every distribution but the holder, judged and in order."""
    holder = holder_of(evidence)
    judged = [(one, why_not(one, evidence)) for one in possible_targets(evidence)]
    judged.sort(key=lambda pair: (bool(pair[1]), *_rank(pair[0], evidence.alias, holder)))
    fit = [_candidate(one, why, evidence) for one, why in judged if not why]
    unfit = [_candidate(one, why, evidence) for one, why in judged if why]
    return Candidates(
        (*fit[:MOST_CANDIDATES], *unfit[:MOST_UNFIT]),
        left_out=max(0, len(fit) - MOST_CANDIDATES),
        unfit_left_out=max(0, len(unfit) - MOST_UNFIT),
    )


def _rank(one: Distribution, alias: AliasName, holder: Holder | None) -> tuple[int, bool, bool, bool, str, str]:
    """A name of its own before a wildcard, ready before not, beside the holder before elsewhere, then by name."""
    elsewhere = holder is not None and one.account != holder.account
    return _cover(one, alias), not one.enabled, not one.deployed, elsewhere, one.label, one.id.text


def _cover(one: Distribution, alias: AliasName) -> _Cover:
    certificate, name = one.certificate, _covering_name(one, alias)
    if name:
        return _Cover.EXACT if name.lower().removesuffix(".") == alias.text else _Cover.WILDCARD
    return _Cover.UNSEEN if certificate is not None and not certificate.names else _Cover.NONE


def _covering_name(one: Distribution, alias: AliasName) -> str:
    names = one.certificate.names if one.certificate is not None else ()
    covering = [name for name in names if certificate_name_covers(name, alias)]
    return min(covering, key=lambda name: (name.startswith("*.") and not alias.is_wildcard, name), default="")


def _candidate(one: Distribution, why: str, evidence: Evidence) -> Candidate:
    return Candidate(
        one.id, _label(one, evidence), _briefly(why, one), _covering_name(one, evidence.alias), deployed=one.deployed
    )


def _label(one: Distribution, evidence: Evidence) -> str:
    """With its account, where there are several."""
    account = evidence.account(one.account)
    return f"{one.label}, {account.name or account.id}" if len(evidence.accounts) > 1 else one.label


def _briefly(why: str, one: Distribution) -> str:
    """Beside its name, a sentence need not name it again."""
    said = why.replace(f"The certificate of {one.label}", "Its certificate")
    said = said.replace(f"the certificate of {one.label}", "its certificate")
    return f"It{said.removeprefix(one.label)}" if said.startswith(f"{one.label} ") else said
