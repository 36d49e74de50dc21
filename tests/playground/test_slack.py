"""The Web API of the playground's Slack, judged by slack_sdk's clients."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import Standing, connection_closed, hang, rate_limited, server_error, unavailable
from tests.playground.slack_office import Office, actions, button, modal, open_office, refusal, section


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as running:
        yield running


async def test_the_token_tells_who_the_bot_is_and_which_scopes_it_has(office: Office):
    answer = await office.client.auth_test()

    assert answer["user_id"] == office.slack.app.bot_user_id
    assert set(answer.headers["x-oauth-scopes"].split(",")) == office.slack.app.scopes


async def test_a_wrong_token_is_refused(office: Office):
    stranger = AsyncWebClient("xoxb-stolen", office.slack.api_url)
    nobody = AsyncWebClient(None, office.slack.api_url)

    assert (await refusal(stranger.auth_test()))["error"] == "invalid_auth"
    assert (await refusal(nobody.auth_test()))["error"] == "not_authed"


async def test_the_app_token_opens_sockets_and_nothing_else(office: Office):
    app_client = AsyncWebClient(office.slack.app.app_token, office.slack.api_url)

    assert (await refusal(app_client.users_info(user=office.mina.id)))["error"] == "not_allowed_token_type"
    opened = await office.client.apps_connections_open(app_token=office.slack.app.app_token)
    assert opened["url"].startswith("ws://127.0.0.1:")
    answer = await refusal(office.client.apps_connections_open(app_token=office.slack.app.bot_token))
    assert answer["error"] == "not_allowed_token_type"


async def test_a_missing_scope_is_named():
    async with open_office(scopes=frozenset({"commands"})) as office:
        answer = await refusal(office.client.chat_postMessage(channel=office.channel.id, text="Hello"))

        assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "chat:write", "commands")


async def test_a_method_that_does_not_exist_is_refused(office: Office):
    assert (await refusal(office.client.api_call("chat.explode")))["error"] == "unknown_method"


async def test_a_message_is_posted_and_its_thread_hangs_below_it(office: Office):
    posted = await office.client.chat_postMessage(channel=office.channel.id, text="Card", blocks=[section("*Card*")])
    await office.client.chat_postMessage(channel=office.channel.id, text="Reply", thread_ts=posted["ts"])

    [card] = office.slack.messages(office.channel.id)
    assert (card.ts, card.plain(), card.edits) == (posted["ts"], "Card", 0)
    assert [reply.text for reply in office.slack.thread(office.channel.id, posted["ts"])] == ["Reply"]


async def test_a_broadcast_reply_is_seen_in_the_channel_too(office: Office):
    posted = await office.client.chat_postMessage(channel=office.channel.id, text="Card")

    await office.client.chat_postMessage(
        channel=office.channel.id, text="Done", thread_ts=posted["ts"], reply_broadcast=True
    )

    assert [message.text for message in office.slack.messages(office.channel.id)] == ["Card", "Done"]


async def test_the_synchronous_client_and_forms_are_understood(office: Office):
    client = WebClient(office.slack.app.bot_token, office.slack.api_url)

    def post_as_form() -> None:
        client.api_call("chat.postMessage", params={"channel": office.channel.id, "blocks": '[{"type":"divider"}]'})

    await asyncio.to_thread(post_as_form)

    assert office.slack.messages(office.channel.id)[0].blocks[0]["type"] == "divider"


async def test_every_message_has_its_own_ts_and_they_rise(office: Office):
    for number in range(20):
        await office.client.chat_postMessage(channel=office.channel.id, text=str(number))

    stamps = [message.ts for message in office.slack.messages(office.channel.id)]
    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize(("text", "blocks"), [("", None), ("  ", None), ("", [])])
async def test_a_message_that_says_nothing_is_refused(office: Office, text: str, blocks: list[dict[str, str]] | None):
    call = office.client.api_call(
        "chat.postMessage", json={"channel": office.channel.id, "text": text, "blocks": blocks}
    )

    assert (await refusal(call))["error"] == "no_text"


async def test_where_the_bot_is_not_a_member_it_cannot_post(office: Office):
    public = office.slack.directory.add_channel("random", office.mina, bot=False)
    private = office.slack.directory.add_channel("board", office.mina, bot=False, is_private=True)

    async def error(channel: str) -> str:
        return str((await refusal(office.client.chat_postMessage(channel=channel, text="Hello")))["error"])

    assert await error(public.id) == "not_in_channel"
    assert await error(private.id) == "channel_not_found"
    assert await error("C0NOWHERE") == "channel_not_found"


async def test_a_reply_needs_a_message_to_hang_below(office: Office):
    call = office.client.chat_postMessage(channel=office.channel.id, text="Reply", thread_ts="1.000001")

    assert (await refusal(call))["error"] == "thread_not_found"


async def test_an_update_without_blocks_removes_the_blocks(office: Office):
    card = await office.post(section("Old"), actions(button("go")))

    await office.client.chat_update(channel=office.channel.id, ts=card.ts, text="New")

    now = office.slack.current(card)
    assert (now.plain(), now.blocks, now.edits) == ("New", (), 1)
    assert card.plain() == "Old\n[ Press ]"


async def test_an_update_gives_a_message_that_was_taken_earlier_no_new_face(office: Office):
    card = await office.post(section("Old"))

    await office.client.chat_update(channel=office.channel.id, ts=card.ts, text="t", blocks=[section("New")])

    assert card.plain() == "Old"
    assert office.slack.current(card).plain() == "New"


async def test_only_the_apps_own_lasting_messages_can_be_updated(office: Office):
    typed = office.slack.post(office.channel, "I am Mina", [], user=office.mina.id)
    shown = await office.client.chat_postEphemeral(channel=office.channel.id, user=office.mina.id, text="Only you")

    async def error(ts: str) -> str:
        call = office.client.chat_update(channel=office.channel.id, ts=ts, text="x")
        return str((await refusal(call))["error"])

    assert await error(typed.ts) == "cant_update_message"
    assert await error(shown["message_ts"]) == "cant_update_message"
    assert await error("1.000001") == "message_not_found"


async def test_an_ephemeral_message_is_seen_by_one_person_of_the_channel(office: Office):
    outsider = office.slack.directory.add_person("otto")

    await office.client.chat_postEphemeral(channel=office.channel.id, user=office.mina.id, text="Only you")

    assert [message.text for message in office.slack.ephemerals(office.mina.id)] == ["Only you"]
    assert office.slack.ephemerals(office.jo.id) == []
    assert office.slack.messages(office.channel.id) == []
    call = office.client.chat_postEphemeral(channel=office.channel.id, user=outsider.id, text="You?")
    assert (await refusal(call))["error"] == "user_not_in_channel"


async def test_a_direct_message_is_opened_and_posted(office: Office):
    opened = await office.client.conversations_open(users=office.mina.id)

    await office.client.chat_postMessage(channel=opened["channel"]["id"], text="One")
    await office.client.chat_postMessage(channel=office.mina.id, text="Two")

    assert [message.text for message in office.slack.direct_messages(office.mina.id)] == ["One", "Two"]


async def test_users_info_tells_guests_bots_strangers_and_the_departed_apart(office: Office):
    stranger = office.slack.directory.add_person("ext", Standing.EXTERNAL)
    office.slack.directory.deactivate(office.jo.id)

    async def told(user: str) -> dict[str, object]:
        return dict((await office.client.users_info(user=user))["user"])

    mina = await told(office.mina.id)
    assert (mina["deleted"], mina["is_restricted"], mina["is_bot"]) == (False, False, False)
    assert (await told(office.guest.id))["is_restricted"] is True
    assert (await told(office.slack.app.bot_user_id))["is_bot"] is True
    assert (await told(office.jo.id))["deleted"] is True
    assert (await told(stranger.id))["team_id"] != mina["team_id"]
    assert (await refusal(office.client.users_info(user="U0NOBODY")))["error"] == "user_not_found"


async def test_the_members_of_a_group_are_told(office: Office):
    answer = await office.client.usergroups_users_list(usergroup=office.approvers.id)

    assert answer["users"] == [office.jo.id]
    assert (await refusal(office.client.usergroups_users_list(usergroup="S0NONE")))["error"] == "no_such_subteam"


async def test_a_channel_tells_whether_the_bot_is_in_it(office: Office):
    public = office.slack.directory.add_channel("random", office.mina, bot=False)

    assert (await office.client.conversations_info(channel=office.channel.id))["channel"]["is_member"] is True
    assert (await office.client.conversations_info(channel=public.id))["channel"]["is_member"] is False


async def test_a_trigger_opens_one_modal_within_three_seconds(office: Office):
    fresh = office.slack.triggers.issue(office.mina.id)
    late = office.slack.triggers.issue(office.mina.id)
    view = modal(section("Sure?"))

    opened = await office.client.views_open(trigger_id=fresh, view=view)

    [shown] = office.slack.views(office.mina.id)
    assert (shown.id, shown.title, shown.submit) == (opened["view"]["id"], "Approve the move", "Approve")
    assert (await refusal(office.client.views_open(trigger_id=fresh, view=view)))["error"] == "exchanged_trigger_id"
    assert (await refusal(office.client.views_open(trigger_id="x", view=view)))["error"] == "invalid_trigger_id"
    office.clock.ahead_seconds = 3.1
    assert (await refusal(office.client.views_open(trigger_id=late, view=view)))["error"] == "expired_trigger_id"


async def test_a_modal_is_updated_only_by_who_knows_its_hash(office: Office):
    opened = await office.client.views_open(
        trigger_id=office.slack.triggers.issue(office.mina.id), view=modal(section("One"))
    )
    view_id, first_hash = opened["view"]["id"], opened["view"]["hash"]

    await office.client.views_update(view_id=view_id, hash=first_hash, view=modal(section("Two")))

    assert "Two" in office.slack.views(office.mina.id)[0].plain()
    again = office.client.views_update(view_id=view_id, hash=first_hash, view=modal(section("Three")))
    assert (await refusal(again))["error"] == "hash_conflict"
    gone = office.client.views_update(view_id="V0", view=modal(section("Three")))
    assert (await refusal(gone))["error"] == "not_found"


async def test_a_modal_that_slack_would_not_show_says_what_is_wrong_and_keeps_its_trigger(office: Office):
    trigger_id = office.slack.triggers.issue(office.mina.id)
    long = modal(section("x"), title={"type": "plain_text", "text": "t" * 25})

    answer = await refusal(office.client.views_open(trigger_id=trigger_id, view=long))

    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    await office.client.views_open(trigger_id=trigger_id, view=modal(section("x")))


async def test_a_rate_limit_says_how_long_to_wait_and_then_the_call_goes_through(office: Office):
    patient = AsyncWebClient(
        office.slack.app.bot_token, office.slack.api_url, retry_handlers=[AsyncRateLimitErrorRetryHandler()]
    )
    office.slack.faults.plan("chat.postMessage", rate_limited(retry_after_seconds=0))

    await patient.chat_postMessage(channel=office.channel.id, text="Hello")

    assert [call.status for call in office.slack.calls_of("chat.postMessage")] == [429, 200]
    assert len(office.slack.messages(office.channel.id)) == 1


async def test_server_errors_come_as_often_as_planned(office: Office):
    office.slack.faults.plan("*", server_error())
    office.slack.faults.plan("chat.postMessage", unavailable(), times=2)
    seen = []

    for _ in range(4):
        try:
            await office.client.chat_postMessage(channel=office.channel.id, text="Hello")
        except SlackApiError as error:
            seen.append(error.response.status_code)

    assert seen == [503, 503, 500]
    assert len(office.slack.messages(office.channel.id)) == 1


async def test_a_connection_may_close_before_or_after_the_message_was_posted(office: Office):
    office.slack.faults.plan("chat.postMessage", connection_closed())
    with pytest.raises(aiohttp.ClientError):
        await office.client.chat_postMessage(channel=office.channel.id, text="Lost")
    office.slack.faults.plan("chat.postMessage", connection_closed(after_effect=True))
    with pytest.raises(aiohttp.ClientError):
        await office.client.chat_postMessage(channel=office.channel.id, text="Posted")

    assert [message.text for message in office.slack.messages(office.channel.id)] == ["Posted"]


async def test_a_call_that_hangs_never_takes_effect(office: Office):
    office.slack.faults.plan("chat.postMessage", hang())

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await office.client.chat_postMessage(channel=office.channel.id, text="Lost")

    assert office.slack.messages(office.channel.id) == []
    assert office.slack.calls_of("chat.postMessage")[0].status is None


async def test_calls_are_recorded_with_arguments_and_answer_and_without_the_token(office: Office):
    await office.client.users_info(user=office.mina.id)

    [call] = office.slack.calls
    assert (call.method, call.arguments, call.status) == ("users.info", {"user": office.mina.id}, 200)
    assert call.answer is not None
    assert call.answer["user"]["name"] == "mina"


async def test_waiting_ends_with_the_change_that_was_waited_for(office: Office):
    waiting = asyncio.create_task(office.slack.until(lambda: office.slack.messages(office.channel.id)))

    await office.client.chat_postMessage(channel=office.channel.id, text="Here")

    assert (await waiting)[0].text == "Here"


async def test_waiting_in_vain_shows_what_was_on_the_screens(office: Office):
    await office.post(section("Moved `www.example.com`"))

    with pytest.raises(TimeoutError, match=r"#cdn, @cname-conflict:\n    Moved www\.example\.com"):
        await office.slack.until(lambda: False, timeout=0.05)


async def test_a_button_that_is_not_there_yet_can_be_waited_for(office: Office):
    card = await office.post(section("Having a look"))
    waiting = asyncio.create_task(office.slack.until(lambda: office.slack.current(card).button("approve")))

    blocks = [actions(button("approve", "Approve"))]
    await office.client.chat_update(channel=card.channel, ts=card.ts, text="t", blocks=blocks)

    assert (await waiting).text == "Approve"
