"""Moving a name between accounts while its source stays up: six steps with a wildcard, all of them done by people.

Pure. The bot only tells which step comes next, from what it sees: a step is done when its effect is there, whoever did
it. Must never call a step done because somebody says so.
Source: CloudFront Developer Guide, "Move an alternate domain name", the wildcard method.
"""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from bot.alias_move.evidence import Distribution, Evidence, Holder, KnownSource
from bot.alias_move.names import AliasName, DistributionId
from bot.alias_move.preflight import Finding, FindingCode, Level
from bot.alias_move.ways import Way, names_elsewhere, source_of

MOST_NAMES = 5


class Step(Enum):
    """In their order. The values are stored, and shown."""

    ADD_WILDCARD = 1
    POINT_DNS = 2
    REMOVE_FROM_SOURCE = 3
    ADD_TO_TARGET = 4
    CHECK = 5
    REMOVE_WILDCARD = 6


@dataclass(frozen=True, slots=True)
class Seen:
    """What decides which step comes next."""

    target_has_wildcard: bool
    dns_at_target: bool
    source_has_alias: bool
    target_has_alias: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One step for people. Plain text, to be escaped where it is shown."""

    step: Step
    what: str
    how_to_see: str
    """How to see that it is done."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The six steps of one move, and where people are in them. Stored with the move."""

    alias: AliasName
    wildcard: AliasName
    source: KnownSource
    target: DistributionId
    target_label: str
    """With its account."""
    target_domain_name: str
    seen: Seen
    points_at: str = ""
    """As in the evidence."""
    needs_certificate: bool = False
    """Whether the target's certificate lacks the wildcard's name."""
    deploying: tuple[DistributionId, ...] = ()
    """What has to be deployed before the next step."""
    unaffected: tuple[str, ...] = ()
    """Other names below the wildcard that somebody has by themselves, as far as can be seen from here."""

    @property
    def next(self) -> Step:
        """What to do now."""
        return next_step(self.seen)

    @property
    def have_begun(self) -> bool:
        """Whether anything can be seen of them; until then they are one way of two."""
        return self.seen.target_has_wildcard or not self.seen.source_has_alias

    @property
    def told(self) -> tuple[Told, ...]:
        """All six."""
        return tuple(Told(step, _what(self, step), _how_to_see(self, step)) for step in Step)


def next_step(seen: Seen) -> Step:
    """What to do next. A name that nobody has is put back before anything else."""
    if seen.target_has_alias:
        return Step.CHECK
    if not seen.source_has_alias:
        return Step.ADD_TO_TARGET
    if not seen.target_has_wildcard:
        return Step.ADD_WILDCARD
    return Step.REMOVE_FROM_SOURCE if seen.dns_at_target else Step.POINT_DNS


def steps_of(evidence: Evidence, holder: Holder | None, target: Distribution | None, way: Way | None) -> Steps | None:
    """The steps, where they are the way or people have begun with them."""
    source = source_of(evidence, holder)
    if way is Way.DISABLE_OR_STEPS and source is not None:
        known: KnownSource | None = KnownSource(source.id, _label(source, evidence))
    else:
        # Begun: the source has let go of the alias, and the next one who has it is the target.
        known = evidence.former_source if way is None else None
    if target is None or known is None:
        return None
    wildcard = _wildcard(evidence.alias, target)
    below = {name for name in names_elsewhere(evidence, target) if wildcard.covers(AliasName(name))}
    return Steps(
        alias=evidence.alias,
        wildcard=wildcard,
        source=known,
        target=target.id,
        target_label=_label(target, evidence),
        target_domain_name=target.domain_name,
        seen=Seen(
            target_has_wildcard=wildcard.text in target.aliases,
            dns_at_target=evidence.points_at == target.domain_name,
            source_has_alias=holder is not None and holder.distribution_id == known.id.text,
            target_has_alias=evidence.alias.text in target.aliases,
        ),
        points_at=evidence.points_at,
        needs_certificate=not _is_certified(target, wildcard),
        deploying=tuple(one.id for one in evidence.inventory if one.id in {known.id, target.id} and not one.deployed),
        unaffected=tuple(sorted(below - {evidence.alias.text})),
    )


def step_finding(steps: Steps) -> Finding:
    """Which step comes next. Between two steps nobody has the alias, and yet the move goes on."""
    told = next(one for one in steps.told if one.step is steps.next)
    number = f"step {told.step.value} of {len(Step)} comes next"
    first = f"Wait until {' and '.join(map(str, steps.deploying))} is deployed. " if steps.deploying else ""
    to_do = f"{first}{told.what} The button shows all six, and how to see that one is done."
    if steps.seen.source_has_alias:
        return Finding(
            FindingCode.NEXT_STEP,
            Level.NOTES,
            f"To keep {steps.alias} up there are six steps, with {steps.wildcard} on {steps.target}; {number}.",
            to_do,
        )
    return Finding(
        FindingCode.NEXT_STEP,
        Level.BLOCKS,
        f"Nobody has {steps.alias} by itself now; {_meanwhile(steps)}. {number.capitalize()}.",
        to_do,
    )


def caught_too(steps: Steps) -> str:
    """The warning about other names, as sentences."""
    parent = steps.wildcard.text.removeprefix("*.")
    others = list(steps.unaffected)
    kept = (
        f" {_listed(others)} {'stays' if len(others) == 1 else 'stay'} where somebody has it by itself."
        if others
        else ""
    )
    return (
        f"While {steps.wildcard} is on {steps.target_label}, it answers there for every name below {parent} that leads"
        f" to CloudFront and that no distribution has by itself, forgotten ones too.{kept}"
    )


def _meanwhile(steps: Steps) -> str:
    if steps.seen.target_has_wildcard:
        return f"{steps.wildcard} on {steps.target} answers for it"
    return "visitors get errors"


def _what(steps: Steps, step: Step) -> str:
    alias, target = steps.alias, steps.target_label
    match step:
        case Step.ADD_WILDCARD:
            lacking = (
                " Its certificate lacks that name: first attach one that has it too." if steps.needs_certificate else ""
            )
            return f"Add {steps.wildcard} to the names of {target}, and change nothing else there.{lacking}"
        case Step.POINT_DNS:
            return (
                f"Point the DNS of {alias} at {steps.target_domain_name}. Visitors still get {steps.source.id}, since"
                f" an exact name wins over a wildcard. {_dns_seen(steps)}"
            )
        case Step.REMOVE_FROM_SOURCE:
            return f"Take {alias} off the names of {steps.source.label}. From then on {steps.wildcard} answers for it."
        case Step.ADD_TO_TARGET:
            return f"Add {alias} to the names of {target}."
        case Step.CHECK:
            return f"Look at {alias} as visitors do, from more than one place."
        case Step.REMOVE_WILDCARD:
            return f"If no other name needs it, take {steps.wildcard} off the names of {target}."
        case _:  # pragma: no cover - the type checker proves it
            assert_never(step)


def _dns_seen(steps: Steps) -> str:
    if steps.seen.dns_at_target:
        return "It leads there already."
    if steps.points_at:
        return f"It leads to {steps.points_at} now."
    return "I see no CNAME there, so I can't tell where it leads: if that is the target already, go on with step 3."


def _how_to_see(steps: Steps, step: Step) -> str:
    match step:
        case Step.ADD_WILDCARD:
            return _deployed(steps.target, f"with {steps.wildcard}")
        case Step.POINT_DNS:
            return f"Done when the zone's own servers say so and the TTL of the old record is over: {_dig(steps)}"
        case Step.REMOVE_FROM_SOURCE:
            return _deployed(steps.source.id, f"without {steps.alias}")
        case Step.ADD_TO_TARGET:
            return _deployed(steps.target, f"with {steps.alias}")
        case Step.CHECK:
            return f"Done when DNS leads to {steps.target_domain_name} and the pages are the new ones: {_dig(steps)}"
        case Step.REMOVE_WILDCARD:
            return _deployed(steps.target, f"without {steps.wildcard}")
        case _:  # pragma: no cover - the type checker proves it
            assert_never(step)


def _deployed(which: DistributionId, how: str) -> str:
    query = "Distribution.[Status,DistributionConfig.Aliases.Items]"
    return f"Done when {which} is Deployed {how}: aws cloudfront get-distribution --id {which} --query '{query}'"


def _dig(steps: Steps) -> str:
    return f"dig +short CNAME {steps.alias}"


def _wildcard(alias: AliasName, target: Distribution) -> AliasName:
    """One that the target has already, else the one above the alias."""
    had = [name for name in target.aliases if AliasName(name).covers(alias)]
    return AliasName(max(had, key=len) if had else "*." + alias.text.split(".", 1)[1])


def _is_certified(target: Distribution, wildcard: AliasName) -> bool:
    return target.certificate is not None and target.certificate.covers(wildcard)


def _label(one: Distribution, evidence: Evidence) -> str:
    return f"{one.label} in {evidence.account(one.account).label}"


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:MOST_NAMES])
    return shown if len(names) <= MOST_NAMES else f"{shown} and {len(names) - MOST_NAMES} more"
