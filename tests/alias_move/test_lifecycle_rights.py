"""Who may do what to a move, and for which plan.

Written out like the table in `test_lifecycle_table.py`, and computed from nothing either.
"""

from dataclasses import replace

import pytest

from bot.alias_move.approval import Person, Rules
from bot.alias_move.events import Approved, Cancelled, RecheckRequested, Rejected, TargetChosen
from bot.alias_move.move import MoveState
from bot.alias_move.names import DistributionId
from tests.alias_move.evidence import (
    APPROVER,
    BLUE,
    GREEN,
    GUEST,
    OFF,
    OUTSIDER,
    READY,
    REQUESTER,
    RULES,
    SECOND_APPROVER,
    SEVERAL_FIT,
    TEAL,
)
from tests.alias_move.walks import Walk, awaiting_approval, walk_to

REQUESTER_WHO_MAY = Person(REQUESTER.id, is_full_member=True, is_approver=True)
CHOOSER = Person("U0CHOSE", is_full_member=True, is_approver=True)
SELF = Rules(approvers=RULES.approvers, allow_self_approval=True)
NOBODY = Rules()


@pytest.mark.parametrize(
    ("by", "rules", "sentence"),
    [
        pytest.param(APPROVER, RULES, "", id="approver"),
        pytest.param(REQUESTER, RULES, "Only approvers can do that: <@U0HANA>, <@U0SORA>.", id="requester"),
        pytest.param(REQUESTER_WHO_MAY, RULES, "You can't approve this one: you asked", id="requester and approver"),
        pytest.param(REQUESTER_WHO_MAY, SELF, "", id="requester where the operator allows it"),
        pytest.param(REQUESTER_WHO_MAY, Rules((REQUESTER.id,)), "You can't approve this one", id="only the requester"),
        pytest.param(OUTSIDER, RULES, "Only approvers can do that", id="outsider"),
        pytest.param(OUTSIDER, NOBODY, "Nobody can approve moves yet", id="nobody named"),
        pytest.param(GUEST, RULES, "Only full members of this workspace", id="guest"),
        pytest.param(APPROVER, OFF, "Moves are switched off (MOVES_ENABLED=false)", id="moves switched off"),
    ],
)
def test_only_an_approver_who_did_not_ask_for_it_approves(by: Person, rules: Rules, sentence: str):
    walk = awaiting_approval()
    walk.rules = rules

    walk.approved(by)

    assert walk.ignored.startswith(sentence)
    assert walk.move.state is (MoveState.AWAITING_APPROVAL if sentence else MoveState.CONFIRMING)


def test_whoever_chose_the_target_does_not_approve_it():
    walk = Walk(wanted=None).looks(SEVERAL_FIT).happens(TargetChosen(CHOOSER, GREEN)).looks(READY)

    walk.approved(CHOOSER)

    assert walk.ignored.startswith("You can't approve this one: you asked for it or chose its target.")
    assert walk.approved(APPROVER).move.state is MoveState.CONFIRMING


@pytest.mark.parametrize("stale", ["digest", "round"])
@pytest.mark.parametrize("deed", [Approved, Rejected])
def test_an_answer_to_an_older_card_counts_for_nothing(stale: str, deed: type[Approved | Rejected]):
    walk = awaiting_approval()
    digest = "0" * 16 if stale == "digest" else walk.move.digest
    round_ = 2 if stale == "round" else 1

    walk.happens(Approved(APPROVER, digest, round_) if deed is Approved else Rejected(APPROVER, digest, round_, ""))

    assert walk.ignored.startswith("Something has changed since you were asked.")


def test_one_voice_twice_is_one_voice():
    walk = awaiting_approval()
    walk.rules = replace(RULES, approvals_needed=2)

    walk.approved(APPROVER).approved(APPROVER)

    assert walk.move.state is MoveState.AWAITING_APPROVAL
    assert walk.approved(SECOND_APPROVER).move.state is MoveState.CONFIRMING


MAY, MEMBER, STEER, APPROVES = "", "Only full members", f"Only <@{REQUESTER.id}>, who asked", "Only approvers"


@pytest.mark.parametrize(
    ("by", "recheck", "cancel", "choose", "reject"),
    [
        pytest.param(REQUESTER, MAY, MAY, MAY, APPROVES, id="requester"),
        pytest.param(APPROVER, MAY, MAY, MAY, MAY, id="approver"),
        pytest.param(OUTSIDER, MAY, STEER, STEER, APPROVES, id="outsider"),
        pytest.param(GUEST, MEMBER, MEMBER, MEMBER, MEMBER, id="guest"),
    ],
)
def test_every_deed_is_for_those_who_may(by: Person, recheck: str, cancel: str, choose: str, reject: str):
    move = awaiting_approval().move

    answers = [
        awaiting_approval().happens(RecheckRequested(by)).ignored,
        awaiting_approval().happens(Cancelled(by)).ignored,
        walk_to(MoveState.CHOOSING_TARGET).happens(TargetChosen(by, TEAL)).ignored,
        awaiting_approval().happens(Rejected(by, move.digest, move.round, "no")).ignored,
    ]

    for answer, expected in zip(answers, (recheck, cancel, choose, reject), strict=True):
        assert answer.startswith(expected) if expected else not answer


@pytest.mark.parametrize("target", [BLUE, DistributionId("E9UNHEARD")], ids=["holder", "unknown"])
def test_only_a_target_on_offer_can_be_chosen(target: DistributionId):
    walk = walk_to(MoveState.CHOOSING_TARGET)

    walk.happens(TargetChosen(REQUESTER, target))

    assert walk.ignored == "That distribution is not one of those on offer."
