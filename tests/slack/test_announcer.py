"""The announcer against a workspace that refuses what Slack refuses."""

import asyncio
import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.alias_move.move import CardPlace
from bot.ports import ChannelClosed, NotPermitted, TryAgainLater
from bot.slack import announcer as announcer_module
from bot.slack.announcer import SlackAnnouncer
from bot.slack.messages import approval_modal, outcome_view, rejection_modal
from playground.slack import connection_closed, hang, rate_limited, server_error, unavailable
from tests.slack.conftest import Office
from tests.slack.every_move import every_move
from tests.slack.made_moves import NASTY, RULES, World, notices_of


@pytest.fixture
def announcer(office: Office) -> SlackAnnouncer:
    return SlackAnnouncer(office.client, RULES)


@pytest.mark.parametrize("world", [World(), World(nasty=NASTY)], ids=["plain", "nasty"])
async def test_slack_takes_every_card_and_every_notice(office, announcer, world):
    place = await announcer.post_card(office.here(world.opened()))

    for _, move in every_move(world):
        await announcer.update_card(office.here(move, place.ts))
        for notice in notices_of(move):
            await announcer.post_notice(office.here(move, place.ts), notice)

    shown = office.slack.messages(office.channel.id)
    assert [message.ts for message in shown] == [place.ts]
    assert shown[0].edits == len(list(every_move(world)))
    assert {"!channel", "U0EVIL"}.isdisjoint(
        set().union(*(message.mentions for message in [*shown, *office.slack.thread(office.channel.id, place.ts)]))
    )


@pytest.mark.parametrize("world", [World(), World(nasty=NASTY)], ids=["plain", "nasty"])
async def test_slack_opens_every_modal(office, world):
    move = world.live().inspected()

    for view in (
        approval_modal(move, RULES, "n"),
        rejection_modal(move, "n"),
        outcome_view("Done", "Nothing happened."),
    ):
        answer = await office.client.views_open(trigger_id=office.slack.triggers.issue(office.mina.id), view=view)

        assert answer["ok"]


async def test_the_card_says_where_it_is(office, announcer):
    place = await announcer.post_card(office.here(World().opened()))

    shown = office.slack.messages(office.channel.id)[-1]
    assert place == CardPlace(office.channel.id, shown.ts)
    assert "having a look" in shown.plain()


async def test_an_edit_keeps_the_blocks(office, announcer):
    place = await announcer.post_card(office.here(World().opened()))

    await announcer.update_card(office.here(World().inspected(), place.ts))

    shown = office.slack.messages(office.channel.id)[-1]
    assert "needs one DNS record" in shown.plain()
    assert [button.action_id for button in shown.buttons()] == ["move.recheck", "move.record_texts", "move.cancel"]


async def test_a_notice_stands_in_the_cards_thread(office, announcer):
    place = await announcer.post_card(office.here(World().opened()))
    move = office.here(World().moved(), place.ts)

    await announcer.post_notice(move, notices_of(move)[-1])

    assert "has moved to green" in office.slack.thread(office.channel.id, place.ts)[-1].plain()


async def test_links_are_never_unfurled(office, announcer):
    await announcer.post_card(office.here(World().opened()))

    sent = office.slack.calls_of("chat.postMessage")[-1].arguments
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)


async def test_where_the_bot_is_not_in_the_channel_it_asks_to_be_invited(office, announcer):
    office.channel.members.remove(office.slack.app.bot_user_id)

    with pytest.raises(ChannelClosed, match=r"(?s)can't post in this channel.*Invite me.*<@U0CNAMEBOT>"):
        await announcer.post_card(office.here(World().opened()))


@pytest.mark.parametrize("change", ["archived", "unknown"])
async def test_an_archived_or_unknown_channel_is_closed(office, announcer, change):
    move = office.here(World().opened())
    if change == "archived":
        office.channel.is_archived = True
    else:
        move = replace(move, channel="C0NOWHERE")

    with pytest.raises(ChannelClosed):
        await announcer.post_card(move)


async def test_a_short_rate_limit_is_waited_for(office, announcer):
    office.slack.faults.plan("chat.postMessage", rate_limited(0))

    await announcer.post_card(office.here(World().opened()))

    assert len(office.slack.messages(office.channel.id)) == 1


async def test_a_rate_limit_that_goes_on_is_for_later(office, announcer):
    office.slack.faults.plan("chat.update", rate_limited(0), times=2)

    with pytest.raises(TryAgainLater):
        await announcer.update_card(office.here(World().opened(), "1.1"))


@pytest.mark.parametrize("fault", [server_error(), unavailable(), connection_closed()])
async def test_slack_on_a_bad_day_is_for_later(office, announcer, fault):
    office.slack.faults.plan("chat.postMessage", fault)

    with pytest.raises(TryAgainLater):
        await announcer.post_card(office.here(World().opened()))


async def test_a_lost_answer_never_posts_a_second_card(office, announcer):
    office.slack.faults.plan("chat.postMessage", connection_closed(after_effect=True))

    with pytest.raises(TryAgainLater):
        await announcer.post_card(office.here(World().opened()))

    assert len(office.slack.messages(office.channel.id)) == 1


@pytest.mark.usefixtures("announcer")
async def test_the_callers_own_client_keeps_its_retries(office):
    office.slack.faults.plan("auth.test", connection_closed())

    assert (await office.client.auth_test())["ok"]


async def test_a_slack_that_hangs_is_given_up(office, announcer, monkeypatch):
    monkeypatch.setattr(announcer_module, "CALL_LIMIT_S", 0.05)
    office.slack.faults.plan("chat.postMessage", hang())

    with pytest.raises(TryAgainLater, match="no answer within"):
        await announcer.post_card(office.here(World().opened()))


async def test_an_address_where_nobody_listens_is_for_later():
    client = AsyncWebClient("xoxb-nothing", "http://127.0.0.1:1/api/")

    with pytest.raises(TryAgainLater, match="can't be reached"):
        await SlackAnnouncer(client, RULES).post_card(World().opened())


async def test_a_wrong_token_is_for_people_to_repair_and_not_repeated(office):
    client = AsyncWebClient("xoxb-wrong-secret", office.slack.api_url)

    with pytest.raises(NotPermitted, match="invalid_auth") as refused:
        await SlackAnnouncer(client, RULES).post_card(office.here(World().opened()))

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("scopes", [frozenset({"commands"})])
async def test_a_missing_scope_is_for_people_to_repair(office, announcer):
    with pytest.raises(NotPermitted, match="missing_scope"):
        await announcer.post_card(office.here(World().opened()))


async def test_a_card_that_somebody_deleted_is_told(office, announcer):
    with pytest.raises(NotPermitted, match="somebody deleted it"):
        await announcer.update_card(office.here(World().opened(), "1763820180.000999"))


async def test_a_move_without_a_card_has_nothing_to_update(office, announcer):
    with pytest.raises(NotPermitted, match="no card"):
        await announcer.update_card(office.here(World().opened()))


async def test_an_answer_is_for_the_sender_alone(office, announcer):
    key = office.slack.response_urls.issue(office.channel.id, office.mina.id)

    await announcer.answer(f"{office.slack.base_url}/response/{key}", "Invite me.")

    assert [message.plain() for message in office.slack.ephemerals(office.mina.id)] == ["Invite me."]
    assert office.slack.messages(office.channel.id) == []


async def test_an_answer_that_comes_too_late_is_dropped(office, announcer, caplog):
    await announcer.answer(f"{office.slack.base_url}/response/unknown", "Too late.")

    assert "answer_dropped status=404" in caplog.text


@pytest.mark.parametrize("fault", [rate_limited(), unavailable(), connection_closed()])
async def test_an_answer_slack_did_not_take_is_for_later(office, announcer, fault):
    key = office.slack.response_urls.issue(office.channel.id, office.mina.id)
    office.slack.faults.plan("response_url", fault)

    with pytest.raises(TryAgainLater):
        await announcer.answer(f"{office.slack.base_url}/response/{key}", "Invite me.")


# A Slack that knows no plan block, and something between here and Slack


@pytest.fixture
async def old_slack():
    """Answers invalid_blocks to what its `refuses` finds among the types of the blocks."""
    old = SimpleNamespace(calls=[], refuses={"plan"}, url="")

    async def answer(request: web.Request) -> web.Response:
        types = [block["type"] for block in json.loads(await request.text())["blocks"]]
        old.calls.append(types)
        if old.refuses & set(types):
            return web.json_response({"ok": False, "error": "invalid_blocks", "errors": ["unsupported type: plan"]})
        return web.json_response({"ok": True, "channel": "C1", "ts": "1.1"})

    async def proxy(request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["status"]), text="Who is there?")

    site = web.Application()
    site.router.add_post("/api/{method}", answer)
    site.router.add_post("/proxy/{status}/{method}", proxy)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    old.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield old
    await runner.cleanup()


async def test_a_slack_without_plan_blocks_gets_lines_and_is_remembered(old_slack):
    announcer = SlackAnnouncer(AsyncWebClient("xoxb-t", f"{old_slack.url}/api/"), RULES)

    place = await announcer.post_card(World().opened())
    await announcer.update_card(replace(World().opened(), card=place))

    assert [("plan" in types) for types in old_slack.calls] == [True, False, False]


async def test_blocks_that_are_refused_for_another_reason_are_told(old_slack):
    old_slack.refuses = {"header"}
    announcer = SlackAnnouncer(AsyncWebClient("xoxb-t", f"{old_slack.url}/api/"), RULES)

    with pytest.raises(NotPermitted, match="invalid_blocks"):
        await announcer.post_card(World().opened())


@pytest.mark.parametrize("status", [200, 502])
async def test_a_proxy_that_answers_instead_of_slack_is_for_later(old_slack, status):
    announcer = SlackAnnouncer(AsyncWebClient("xoxb-t", f"{old_slack.url}/proxy/{status}/"), RULES)

    with pytest.raises(TryAgainLater):
        await announcer.post_card(World().opened())


async def test_being_stopped_is_not_taken_for_a_slow_slack(office, announcer):
    office.slack.faults.plan("chat.postMessage", hang())
    posting = asyncio.create_task(announcer.post_card(office.here(World().opened())))
    async with asyncio.timeout(5):
        # The workspace tells nobody of a call that hangs, so there is no event to wait for.
        while not office.slack.calls_of("chat.postMessage"):  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    posting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await posting
