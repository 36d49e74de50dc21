"""Who may do what is asked of Slack anew each time, and fails closed."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.alias_move.approval import Person
from bot.ports import TryAgainLater
from bot.slack import people as people_module
from bot.slack.failures import port_error
from bot.slack.people import SlackPeople
from playground.slack import ALL_SCOPES, Standing, connection_closed, hang, rate_limited, unavailable
from tests.slack.conftest import Office


@pytest.fixture
def people(office: Office) -> SlackPeople:
    return SlackPeople(office.client, [office.mina.id], [office.approvers.id])


async def test_an_approver_named_directly_needs_no_group(office, people):
    person = await people.person(office.mina.id, office.team_id)

    assert person == Person(office.mina.id, is_full_member=True, is_approver=True)
    assert office.slack.calls_of("usergroups.users.list") == []


async def test_an_approver_may_be_named_through_a_group(office, people):
    person = await people.person(office.joon.id, office.team_id)

    assert person == Person(office.joon.id, is_full_member=True, is_approver=True)


async def test_anybody_else_is_a_member_and_no_approver(office, people):
    other = office.person("hana", Standing.MEMBER)

    person = await people.person(other.id, office.team_id)

    assert person == Person(other.id, is_full_member=True, is_approver=False)


@pytest.mark.parametrize("standing", [one for one in Standing if one is not Standing.MEMBER])
async def test_everybody_else_is_no_full_member(office, people, standing):
    outsider = office.person("outsider", standing)

    assert not (await people.person(outsider.id, office.team_id)).is_full_member


async def test_somebody_slack_does_not_know_is_nobody(people, office):
    assert await people.person("U0GHOST", office.team_id) == Person("U0GHOST", is_full_member=False)


async def test_somebody_of_another_workspace_is_no_full_member(office, people):
    assert not (await people.person(office.mina.id, "T0ANOTHER")).is_full_member


async def test_nothing_is_remembered(office, people):
    await people.person(office.mina.id, office.team_id)
    office.slack.directory.deactivate(office.mina.id)

    assert not (await people.person(office.mina.id, office.team_id)).is_full_member


@pytest.mark.parametrize("scopes", [ALL_SCOPES - {"usergroups:read"}])
async def test_a_group_that_can_not_be_read_makes_nobody_an_approver(office, people, caplog):
    person = await people.person(office.joon.id, office.team_id)

    assert person == Person(office.joon.id, is_full_member=True, is_approver=False)
    assert f"group_unreadable group={office.approvers.id}" in caplog.text


async def test_a_group_that_is_gone_does_not_silence_the_others(office):
    people = SlackPeople(office.client, [], ["S0GONE", office.approvers.id])

    assert (await people.person(office.joon.id, office.team_id)).is_approver


@pytest.mark.parametrize("method", ["users.info", "usergroups.users.list"])
@pytest.mark.parametrize("fault", [rate_limited(), unavailable()])
async def test_a_slack_that_does_not_answer_is_for_later(office, people, method, fault):
    office.slack.faults.plan(method, fault)

    with pytest.raises(TryAgainLater, match="Nothing happened"):
        await people.person(office.joon.id, office.team_id)


async def test_a_slack_that_hangs_is_given_up(office, people, monkeypatch):
    monkeypatch.setattr(people_module, "CALL_LIMIT_S", 0.05)
    office.slack.faults.plan("users.info", hang())

    with pytest.raises(TryAgainLater):
        await people.person(office.mina.id, office.team_id)


async def test_a_lost_question_is_asked_once_more(office, people):
    office.slack.faults.plan("users.info", connection_closed())

    assert (await people.person(office.mina.id, office.team_id)).is_full_member


@pytest.mark.parametrize("scopes", [frozenset({"commands"})])
async def test_without_the_scope_to_ask_nobody_may_do_anything(office, people):
    with pytest.raises(TryAgainLater):
        await people.person(office.mina.id, office.team_id)


@pytest.mark.parametrize(
    ("told", "is_full_member"),
    [
        ({"team_id": "E0ORG", "enterprise_user": {"teams": ["T1", "T2"]}}, True),
        ({"team_id": "E0ORG", "enterprise_user": {"teams": ["T2"]}}, False),
        ({"team_id": "T1", "is_stranger": True}, False),
        ({"team_id": "T1", "is_workflow_bot": True}, False),
        ({}, False),
    ],
)
def test_an_organisation_of_several_workspaces_counts_its_own(told, is_full_member):
    assert people_module._is_member({"id": "U1", **told}, "U1", "T1") is is_full_member


def test_slackbot_is_a_bot_whatever_slack_says():
    assert not people_module._is_member({"id": "USLACKBOT", "team_id": "T1", "is_bot": False}, "USLACKBOT", "T1")


def test_words_of_slack_that_are_no_words_are_not_repeated():
    error = SlackApiError("failed", {"ok": False, "error": "<!channel> xoxb-1"})  # type: ignore[no-untyped-call]

    assert "xoxb" not in str(port_error(error))
