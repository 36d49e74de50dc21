"""The TXT record comes late, wrong, on some servers only, or goes again: only what is really there counts."""

from dataclasses import replace

import pytest

from playground.dns import Fault
from playground.scenarios import APEX, HAPPY, SERVER_BEHIND, WILDCARD, Scenario
from tests.stories.conftest import UNDISTURBED, Stage, offered


@pytest.mark.parametrize(
    ("scenario", "record"),
    [(APEX, "_.example.com"), (WILDCARD, "_*.example.com")],
    ids=["a zone's own name", "a wildcard"],
)
async def test_the_record_stands_where_aws_looks_for_it(stage: Stage, scenario: Scenario, record: str) -> None:
    async with stage(scenario, pace=UNDISTURBED) as story:
        await story.ask()
        card = await story.card(record, "TXT", story.world.distributions["green"].domain_name)
        assert scenario.alias in card.plain()

        story.world.create_record(record, story.world.distributions["green"].domain_name)
        await story.card_with("move.approve")
        await story.approve()

        await story.card(f"{scenario.alias} has moved to green", f"Remove the TXT record {record}")
        assert (story.calls(), story.world.holder()) == (1, "green")


async def test_a_record_is_noticed_late_and_a_wrong_one_is_shown_as_it_is(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        card = await story.until_record_wanted()
        assert "Seen on 0 of 2 servers" in card.plain()

        wrong = "d111111abcdef8.cloudfront.net <!channel> & `code`"
        story.world.dns.add_txt("_www.example.com", wrong)
        card = await story.card("I found a record with another value", "<!channel> & 'code'")
        assert not {"!channel"} & card.mentions
        assert "move.approve" not in offered(card)

        story.world.dns.remove("_www.example.com")
        await story.card("needs one DNS record", without=("another value",))

        # A value of somebody else's beside ours is no obstacle: AWS looks for the exact one among them.
        story.world.dns.add_txt("_www.example.com", "v=something-else")
        story.publish_record()
        await story.card_with("move.approve")
        await story.notice("DNS verified", "Seen on 2 of 2 servers")
        assert len(story.notices("DNS verified")) == 1


async def test_one_name_server_that_lags_behind_keeps_the_record_from_being_live(stage: Stage) -> None:
    async with stage(SERVER_BEHIND, pace=UNDISTURBED) as story:
        await story.until_record_wanted()

        story.publish_record()

        card = await story.card("the record is on 1 of 2 servers", "Not there yet:  ns2.example.com", "still at serial")
        assert "move.approve" not in offered(card)
        assert not story.notices("verified")

        story.world.release_servers()
        await story.card_with("move.approve")
        await story.notice("DNS verified", "Seen on 2 of 2 servers")


async def test_one_dead_name_server_of_two_is_named_and_waited_for(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        story.world.dns.servers[1].faults.add(Fault.DEAD)
        await story.until_record_wanted()

        story.publish_record()

        card = await story.card("the record is on 1 of 2 servers", "No answer from  ns2.example.com")
        assert "move.approve" not in offered(card)

        story.world.dns.servers[1].faults.clear()
        await story.card_with("move.approve")


async def test_while_no_name_server_answers_the_card_says_so_and_it_goes_on_by_itself(stage: Stage) -> None:
    async with stage() as story:
        for server in story.world.dns.servers:
            server.faults.add(Fault.SERVFAIL)

        await story.ask()
        await story.card("I could not look just now", "could not find the SOA record of example.com")

        for server in story.world.dns.servers:
            server.faults.clear()
        await story.card("_www.example.com", "TXT", without=("I could not look",))


async def test_a_record_that_goes_again_before_the_approval_is_waited_for_anew(stage: Stage) -> None:
    async with stage(pace=replace(UNDISTURBED, watch_live_s=0.1)) as story:
        await story.until_approval_wanted()
        view = await story.open_modal("joon")
        old_card = story.world.card()

        story.world.dns.remove("_www.example.com")

        card = await story.card("the DNS record has gone again", "The record was verified at", "Seen on 0 of 2 servers")
        await story.notice("has gone again, as I saw at", "No approval counts without it", "Create it again")
        assert "move.approve" not in offered(card)
        submission = await story.world.slack.submit(story.world.people["joon"].id, view, {})
        assert submission.view is not None
        assert "The record is no longer verified" in submission.view.plain()
        await story.world.slack.press(story.world.people["sora"].id, old_card, "move.approve", stale=True)
        await story.whisper("sora", "nothing waits for an approval now")

        story.publish_record()
        await story.notice_number(2, "DNS verified")
        await story.card_with("move.approve")
        await story.approve("joon")
        await story.card("has moved to green")
        assert (story.calls(), story.world.holder()) == (1, "green")


async def test_a_record_that_goes_again_after_the_approval_voids_it(stage: Stage) -> None:
    scenario, pace = replace(HAPPY, negative_ttl_seconds=600), replace(UNDISTURBED, watch_live_s=0.1)
    async with stage(scenario, pace=pace) as story:
        await story.until_approval_wanted()
        # AWS makes us wait, so that there is time between the approval and the last look.
        story.world.aws.cloudfront.faults.answer(
            "AssociateAlias", 400, "IllegalUpdate", "Invalid or missing alias DNS TXT records."
        )
        await story.approve("joon")
        await story.card("Approved by @joon", "I ask at")

        story.world.dns.remove("_www.example.com")

        notice = await story.notice("no longer counts", "the TXT record is no longer on all servers")
        assert notice.mentions >= {story.world.people[name].id for name in ("mina", "sora")}
        card = await story.card("the DNS record has gone again", without=("Approved by",))
        assert offered(card) == {"move.recheck", "move.record_texts", "move.cancel"}
        assert (story.calls(), story.world.holder()) == (1, "blue")


async def test_a_person_who_added_the_record_can_ask_for_a_look_at_once(stage: Stage) -> None:
    async with stage(pace=replace(UNDISTURBED, watch_fastest_s=60.0)) as story:
        await story.until_record_wanted()
        story.publish_record()

        await story.press("mina", "move.recheck")

        await story.card_with("move.approve")
