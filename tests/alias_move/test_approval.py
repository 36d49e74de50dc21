"""Who may do what, in sentences for those who may not."""

import pytest

from bot.alias_move.approval import (
    Person,
    Rules,
    mentions,
    why_may_not_approve,
    why_may_not_reject,
    why_may_not_steer,
    why_may_not_take_part,
)
from tests.alias_move.evidence import APPROVER, GUEST, OUTSIDER, REQUESTER, RULES, SECOND_APPROVER

ONLY_MEMBERS = "Only full members of this workspace can do that: not guests, bots or people of other organisations."


@pytest.mark.parametrize(
    ("person", "sentence"), [(OUTSIDER, ""), (REQUESTER, ""), (APPROVER, ""), (GUEST, ONLY_MEMBERS)]
)
def test_any_full_member_may_open_and_recheck(person: Person, sentence: str):
    assert why_may_not_take_part(person) == sentence


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        (REQUESTER, ""),
        (APPROVER, ""),
        (OUTSIDER, "Only <@U0JOON>, who asked for this move, or an approver can do that."),
        (GUEST, ONLY_MEMBERS),
    ],
)
def test_the_requester_and_approvers_may_choose_and_cancel(person: Person, sentence: str):
    assert why_may_not_steer(person, REQUESTER.id) == sentence


@pytest.mark.parametrize(
    ("person", "rules", "sentence"),
    [
        (APPROVER, RULES, ""),
        (OUTSIDER, RULES, "Only approvers can do that: <@U0HANA>, <@U0SORA>."),
        (OUTSIDER, Rules(), "Nobody can approve moves yet: the operator has not named anyone in APPROVERS."),
        (GUEST, RULES, ONLY_MEMBERS),
    ],
)
def test_approvers_may_reject(person: Person, rules: Rules, sentence: str):
    assert why_may_not_reject(person, rules) == sentence


@pytest.mark.parametrize(
    ("person", "involved", "rules", "sentence"),
    [
        pytest.param(APPROVER, (REQUESTER.id, None), RULES, "", id="not involved"),
        pytest.param(
            OUTSIDER, (REQUESTER.id, None), RULES, "Only approvers can do that: <@U0HANA>, <@U0SORA>.", id="no"
        ),
        pytest.param(
            APPROVER,
            (APPROVER.id, None),
            RULES,
            "You can't approve this one: you asked for it or chose its target. <@U0SORA> can.",
            id="opened it",
        ),
        pytest.param(
            SECOND_APPROVER,
            (REQUESTER.id, SECOND_APPROVER.id),
            RULES,
            "You can't approve this one: you asked for it or chose its target. <@U0HANA> can.",
            id="chose its target",
        ),
        pytest.param(
            APPROVER,
            (APPROVER.id, None),
            Rules(approvers=(APPROVER.id,)),
            "You can't approve this one: you asked for it or chose its target."
            " Somebody else must be named in APPROVERS first.",
            id="the only approver",
        ),
        pytest.param(APPROVER, (APPROVER.id, None), Rules((APPROVER.id,), allow_self_approval=True), "", id="allowed"),
    ],
)
def test_an_approver_may_approve_what_others_have_asked_for(
    person: Person, involved: tuple[str | None, ...], rules: Rules, sentence: str
):
    assert why_may_not_approve(person, involved, rules) == sentence


def test_people_and_groups_are_mentioned_as_slack_does_it():
    assert mentions(("U0HANA", "S0SRE")) == "<@U0HANA>, <!subteam^S0SRE>"
