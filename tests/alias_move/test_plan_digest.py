"""The digest of a plan: it changes only when something that decides has changed."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.alias_move.findings import ConflictingAlias, Evidence
from bot.alias_move.names import AliasName
from tests.alias_move.evidence import (
    BLUE,
    FIT,
    FOREIGN,
    GREEN,
    LEGACY,
    START,
    TEAL,
    World,
    certificate,
    distribution,
    evidence,
    green,
    inspected,
)


def _noisy(seen: Evidence) -> Evidence:
    """The same world, as another look might describe it."""
    changed = tuple(
        replace(
            one,
            deployed=False,
            comment=f"{one.comment} edited",
            aliases=(*one.aliases, "other.example.org"),
            certificate=replace(
                one.certificate, not_after=START + 40 * 3_600, not_before=None, names=("*.example.com",)
            )
            if one.certificate
            else None,
        )
        for one in seen.inventory
    )
    late = (
        replace(seen.sighting, negative_ttl_s=17, answers=tuple(reversed(seen.sighting.answers)))
        if seen.sighting
        else None
    )
    conflicts = (ConflictingAlias("*.example.com", "*******OTHER", "******999999"),)
    return Evidence(seen.alias, seen.looked_at + 77, seen.wanted_target, tuple(reversed(changed)), conflicts, late)


def test_what_changes_by_itself_does_not_change_the_digest():
    seen = World(is_live=True).evidence(wanted=GREEN)

    noisy = inspected(_noisy(seen))

    assert noisy != inspected(seen)
    assert noisy.plan.digest == inspected(seen).plan.digest


def test_an_equal_plan_has_the_same_digest_in_another_process():
    plan = World(is_live=True).inspection(wanted=GREEN).plan
    program = "import pickle, sys; print(pickle.load(sys.stdin.buffer).digest)"

    elsewhere = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps(plan), capture_output=True, check=True
    )

    assert elsewhere.stdout.decode().strip() == plan.digest
    assert len(plan.digest) == 16
    assert World(is_live=True).inspection(wanted=GREEN).plan.digest == plan.digest


CHANGES: dict[str, Callable[[Evidence], Evidence]] = {
    "alias": lambda seen: replace(seen, alias=AliasName("shop.example.com")),
    "holder": lambda seen: replace(seen, inventory=seen.inventory[1:], conflicts=(FOREIGN,)),
    "holder's account": lambda seen: replace(
        seen, inventory=(replace(seen.inventory[0], account=LEGACY), *seen.inventory[1:])
    ),
    "target": lambda seen: replace(seen, wanted_target=TEAL, inventory=(*seen.inventory, distribution(TEAL))),
    "target's origins": lambda seen: replace(seen, inventory=(seen.inventory[0], green(origins=("evil.example",)))),
    "target's own name": lambda seen: replace(
        seen, inventory=(seen.inventory[0], green(domain_name="d9.cloudfront.net"))
    ),
    "target's account": lambda seen: replace(seen, inventory=(seen.inventory[0], green(account=LEGACY))),
    "record": lambda seen: replace(seen, sighting=None),
    "blocking finding": lambda seen: replace(seen, inventory=(seen.inventory[0], green(enabled=False))),
    "choices": lambda seen: replace(seen, wanted_target=None, inventory=(*seen.inventory, distribution(TEAL))),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_decides_changes_the_digest(what: str):
    seen = evidence(FIT)

    changed = CHANGES[what](seen)

    assert inspected(changed).plan.digest != inspected(seen).plan.digest


def test_forty_moves_onto_one_target_void_none_of_each_other():
    names = [AliasName(f"a{number}.example.com") for number in range(40)]
    covering = replace(FIT, certificate=certificate("*.example.com"))
    held = tuple(name.text for name in names)

    def digests(moved: int) -> list[str]:
        inventory = (
            distribution(BLUE, aliases=held[moved:]),
            replace(covering, aliases=held[:moved], deployed=not moved),
        )
        return [inspected(Evidence(name, START + moved, GREEN, inventory, ())).plan.digest for name in names[moved:]]

    before = digests(0)

    for moved in range(40):
        assert digests(moved) == before[moved:]
