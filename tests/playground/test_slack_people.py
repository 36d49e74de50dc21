"""What people do in the playground's Slack, with an app of slack-bolt at the other end of signed HTTP requests."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from playground.slack import NotOnScreen, Standing, connection_closed, dispatch
from playground.slack.people import TROUBLE
from tests.playground.slack_office import (
    Office,
    actions,
    button,
    modal,
    open_office,
    reason_input,
    refusal,
    section,
)

Json = dict[str, Any]
COMMAND = "/cname-conflict"


class Bolt:
    """A tiny app that keeps what it got; `answer` is what it acknowledges a submission with."""

    def __init__(self, office: Office) -> None:
        self.bodies: list[Json] = []
        self.answer: Json = {}
        self.app = AsyncApp(
            name="tests",
            client=AsyncWebClient(office.slack.app.bot_token, office.slack.api_url),
            signing_secret=office.slack.app.signing_secret,
        )
        self.app.command(COMMAND)(self._command)
        self.app.action("open")(self._open)
        self.app.action("go")(self._keep)
        self.app.action("pick")(self._keep)
        self.app.view("approve")(self._submitted)
        self.app.view_closed("approve")(self._keep)

    async def _command(self, ack: Any, body: Json) -> None:
        self.bodies.append(body)
        await ack(f"Having a look at {body['text']}", **self.answer)

    async def _open(self, ack: Any, body: Json, client: AsyncWebClient) -> None:
        self.bodies.append(body)
        await ack()
        await client.views_open(
            trigger_id=body["trigger_id"], view=modal(section("Sure?"), reason_input(), notify_on_close=True)
        )

    async def _keep(self, ack: Any, body: Json) -> None:
        self.bodies.append(body)
        await ack()

    async def _submitted(self, ack: Any, body: Json) -> None:
        self.bodies.append(body)
        await ack(**self.answer)

    async def receive(self, request: web.Request) -> web.StreamResponse:
        response = await self.app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(response)


@asynccontextmanager
async def serving(receive: Callable[[web.Request], Any]) -> AsyncIterator[str]:
    server = web.Application()
    server.router.add_post("/slack/events", receive)
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    await runner.cleanup()


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as running:
        yield running


@pytest.fixture
async def bolt(office: Office) -> AsyncIterator[Bolt]:
    app = Bolt(office)
    async with serving(app.receive) as url:
        office.slack.connect_http(url)
        yield app


async def open_modal(office: Office) -> Any:
    card = await office.post(section("Card"), actions(button("open")))
    await office.slack.press(office.mina.id, card, "open")
    return (await office.slack.until(lambda: office.slack.views(office.mina.id)))[0]


async def test_a_command_reaches_the_app_and_its_ack_is_seen_by_who_typed_it(office: Office, bolt: Bolt):
    reply = await office.slack.command(office.mina.id, office.channel.id, COMMAND, "www.example.com")

    assert (reply.status, reply.error, reply.plain()) == (200, None, "Having a look at www.example.com")
    assert [message.text for message in office.slack.ephemerals(office.mina.id)] == [reply.text]
    assert office.slack.messages(office.channel.id) == []
    body = bolt.bodies[0]
    assert (body["user_id"], body["channel_id"]) == (office.mina.id, office.channel.id)
    assert (body["command"], body["text"]) == (COMMAND, "www.example.com")


async def test_an_ack_for_everybody_is_posted_in_the_channel(office: Office, bolt: Bolt):
    bolt.answer = {"response_type": "in_channel"}

    await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")

    assert [message.text for message in office.slack.messages(office.channel.id)] == ["Having a look at x"]


async def test_an_ack_with_blocks_that_slack_refuses_shows_an_error(office: Office, bolt: Bolt):
    bolt.answer = {"blocks": [section("x" * 3001)]}

    reply = await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")

    assert reply.error == '/cname-conflict failed with the error "invalid_blocks"'
    assert office.slack.ephemerals(office.mina.id) == []


@pytest.mark.usefixtures("bolt")
async def test_requests_are_signed_as_the_sdk_expects(office: Office):
    await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")

    [request] = office.slack.sent_requests()
    assert SignatureVerifier(office.slack.app.signing_secret).is_valid_request(request.body, request.headers)
    assert not SignatureVerifier("other").is_valid_request(request.body, request.headers)
    assert parse_qs(request.body)["command"] == [COMMAND]


async def test_a_press_carries_the_button_the_message_and_who_pressed(office: Office, bolt: Bolt):
    card = await office.post(section("Card"), actions(button("go", value="m1|digest", style="primary")))

    reply = await office.slack.press(office.jo.id, card, "go")

    assert (reply.status, reply.error) == (200, None)
    body = bolt.bodies[0]
    assert body["user"]["id"] == office.jo.id
    assert body["container"]["message_ts"] == body["message"]["ts"] == card.ts
    assert body["channel"]["id"] == office.channel.id
    [action] = body["actions"]
    assert (action["action_id"], action["value"], action["block_id"]) == ("go", "m1|digest", "actions")
    assert body["message"]["blocks"][1]["elements"][0]["value"] == "m1|digest"


async def test_a_choice_carries_the_option_and_the_state_of_the_menu(office: Office, bolt: Bolt):
    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("E1", "E2")]
    card = await office.post(actions({"type": "static_select", "action_id": "pick", "options": options}))

    await office.slack.choose(office.mina.id, card, "pick", "E2")

    body = bolt.bodies[0]
    assert body["actions"][0]["selected_option"] == options[1]
    assert body["state"]["values"]["actions"]["pick"]["selected_option"] == options[1]
    with pytest.raises(NotOnScreen, match="offers E1, E2, not E3"):
        await office.slack.choose(office.mina.id, card, "pick", "E3")


async def test_a_button_that_is_gone_can_be_pressed_only_on_a_stale_screen(office: Office, bolt: Bolt):
    card = await office.post(actions(button("go")))
    await office.client.chat_update(channel=card.channel, ts=card.ts, text="Done", blocks=[section("Done")])

    with pytest.raises(NotOnScreen, match="no button go"):
        await office.slack.press(office.mina.id, card, "go")
    await office.slack.press(office.mina.id, card, "go", stale=True)

    assert bolt.bodies[0]["actions"][0]["action_id"] == "go"


async def test_people_use_only_what_they_can_see(office: Office, bolt: Bolt):
    outsider = office.slack.directory.add_person("otto")
    card = await office.post(actions(button("go")))
    office.slack.directory.deactivate(office.jo.id)

    with pytest.raises(NotOnScreen, match="otto is not in #cdn"):
        await office.slack.press(outsider.id, card, "go")
    with pytest.raises(NotOnScreen, match="jo has no screen: deactivated account"):
        await office.slack.command(office.jo.id, office.channel.id, COMMAND, "x")
    assert bolt.bodies == []


async def test_somebody_from_another_workspace_is_told_by_the_team_id(office: Office, bolt: Bolt):
    stranger = office.slack.directory.add_person("ext", Standing.EXTERNAL)
    office.channel.members.add(stranger.id)
    card = await office.post(actions(button("go")))

    await office.slack.press(stranger.id, card, "go")

    assert bolt.bodies[0]["user"]["team_id"] != bolt.bodies[0]["team"]["id"]


async def test_a_modal_opens_and_its_submission_carries_what_was_typed(office: Office, bolt: Bolt):
    view = await open_modal(office)

    submission = await office.slack.submit(office.mina.id, view, {"reason": "It is time"})

    assert (submission.action, submission.error) == ("close", None)
    assert office.slack.views(office.mina.id) == []
    body = bolt.bodies[-1]
    assert (body["type"], body["view"]["callback_id"], body["view"]["id"]) == ("view_submission", "approve", view.id)
    assert body["view"]["state"]["values"]["why"]["reason"]["value"] == "It is time"


async def test_slacks_own_form_asks_for_what_is_missing_before_it_sends(office: Office, bolt: Bolt):
    view = await open_modal(office)
    sent = len(bolt.bodies)

    with pytest.raises(NotOnScreen, match="fill in Reason first"):
        await office.slack.submit(office.mina.id, view)
    with pytest.raises(NotOnScreen, match="no field nonsense"):
        await office.slack.submit(office.mina.id, view, {"nonsense": "x"})

    assert len(bolt.bodies) == sent


async def test_errors_stand_in_the_modal_and_it_stays_open(office: Office, bolt: Bolt):
    view = await open_modal(office)
    bolt.answer = {"response_action": "errors", "errors": {"why": "Say more"}}

    submission = await office.slack.submit(office.mina.id, view, {"reason": "no"})

    assert (submission.action, submission.errors) == ("errors", {"why": "Say more"})
    assert "! Say more" in office.slack.views(office.mina.id)[0].plain()


async def test_a_modal_may_be_updated_or_all_may_be_cleared_by_the_answer(office: Office, bolt: Bolt):
    view = await open_modal(office)

    bolt.answer = {"response_action": "update", "view": modal(section("Too late"))}
    updated = await office.slack.submit(office.mina.id, view, {"reason": "r"})
    bolt.answer = {"response_action": "clear"}
    cleared = await office.slack.submit(office.mina.id, view)

    assert updated.view is not None
    assert "Too late" in updated.view.plain()
    assert cleared.action == "clear"
    assert office.slack.views(office.mina.id) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "dance"},
    ],
)
async def test_an_answer_slack_cannot_use_leaves_the_modal_open_with_a_sentence(
    office: Office, bolt: Bolt, answer: Json
):
    view = await open_modal(office)
    bolt.answer = answer

    submission = await office.slack.submit(office.mina.id, view, {"reason": "r"})

    assert (submission.action, submission.error) == (None, TROUBLE)
    assert office.slack.views(office.mina.id)[0].id == view.id


async def test_closing_a_modal_is_told_to_an_app_that_asked(office: Office, bolt: Bolt):
    view = await open_modal(office)

    await office.slack.close(office.mina.id, view)

    assert bolt.bodies[-1]["type"] == "view_closed"
    with pytest.raises(NotOnScreen, match="is not open"):
        await office.slack.submit(office.mina.id, view)


async def test_a_response_url_answers_five_times(office: Office, bolt: Bolt):
    await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")
    hook = AsyncWebhookClient(bolt.bodies[0]["response_url"], retry_handlers=[])

    statuses = [(await hook.send(text=f"Answer {number}")).status_code for number in range(6)]

    assert statuses == [200] * 5 + [404]
    assert [message.text for message in office.slack.ephemerals(office.mina.id)][-1] == "Answer 4"


async def test_a_response_url_answers_for_half_an_hour(office: Office, bolt: Bolt):
    await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")
    hook = AsyncWebhookClient(bolt.bodies[0]["response_url"], retry_handlers=[])

    office.clock.ahead_seconds = 30 * 60 + 1

    assert (await hook.send(text="Late")).status_code == 404


async def test_a_response_url_replaces_and_deletes_the_ephemeral_message_it_came_from(office: Office, bolt: Bolt):
    await office.client.chat_postEphemeral(
        channel=office.channel.id, user=office.mina.id, text="t", blocks=[actions(button("go"))]
    )
    [shown] = office.slack.ephemerals(office.mina.id)
    await office.slack.press(office.mina.id, shown, "go")
    hook = AsyncWebhookClient(bolt.bodies[0]["response_url"], retry_handlers=[])

    await hook.send(text="Changed", replace_original=True)
    changed = office.slack.ephemerals(office.mina.id)
    await hook.send(delete_original=True)

    assert "message" not in bolt.bodies[0]
    assert [message.plain() for message in changed] == ["Changed"]
    assert office.slack.ephemerals(office.mina.id) == []


async def test_a_response_url_refuses_what_the_web_api_refuses(office: Office, bolt: Bolt):
    await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")
    hook = AsyncWebhookClient(bolt.bodies[0]["response_url"], retry_handlers=[])

    answer = await hook.send(text="x", blocks=[{"type": "nope"}])

    assert (answer.status_code, answer.body) == (400, "invalid_blocks")


async def test_a_response_url_can_meet_a_bad_day(office: Office, bolt: Bolt):
    await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")
    office.slack.faults.plan("response_url", connection_closed(after_effect=True))
    hook = AsyncWebhookClient(bolt.bodies[0]["response_url"])

    await hook.send(text="Twice, because the SDK sends again")

    assert len(office.slack.calls_of("response_url")) == 2


async def test_a_forged_press_arrives_but_opens_no_modal(office: Office, bolt: Bolt):
    reply = await office.slack.press_forged(office.mina.id, office.channel.id, "1.000001", "go", "m9")

    assert reply.status == 200
    assert bolt.bodies[0]["actions"][0]["value"] == "m9"
    call = office.client.views_open(trigger_id=bolt.bodies[0]["trigger_id"], view=modal(section("x")))
    assert (await refusal(call))["error"] == "invalid_trigger_id"


async def test_a_press_with_another_secret_or_an_old_one_is_refused_by_bolt(office: Office, bolt: Bolt):
    forged = await office.slack.press_forged(
        office.mina.id, office.channel.id, "1.1", "go", "m9", signing_secret="guessed"
    )
    old = await office.slack.press_forged(
        office.mina.id, office.channel.id, "1.1", "go", "m9", signed_at=time.time() - 400
    )

    assert (forged.status, old.status) == (401, 401)
    assert bolt.bodies == []


async def test_a_request_can_be_replayed_byte_for_byte(office: Office, bolt: Bolt):
    await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")

    again = await office.slack.replay(office.slack.sent_requests()[0])

    assert again.status == 200
    assert bolt.bodies[0] == bolt.bodies[1]


async def test_a_submission_of_a_closed_modal_can_be_forged(office: Office, bolt: Bolt):
    view = await open_modal(office)
    await office.slack.close(office.mina.id, view)

    await office.slack.submit_forged(office.jo.id, view, {"reason": "r"}, private_metadata="other")

    assert bolt.bodies[-1]["view"]["private_metadata"] == "other"
    assert bolt.bodies[-1]["user"]["id"] == office.jo.id


async def test_an_app_that_does_not_answer_in_time_gets_the_person_a_sentence(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dispatch, "PATIENCE_SECONDS", 0.05)
    release = asyncio.Event()

    async def wait(_: web.Request) -> web.Response:
        await release.wait()
        return web.Response()

    async with serving(wait) as url:
        office.slack.connect_http(url)
        reply = await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")
        release.set()

    assert reply.error == '/cname-conflict failed with the error "operation_timeout"'
    assert reply.seconds >= 0.05


async def test_an_app_that_is_down_or_answers_with_an_error_gets_the_person_a_sentence(office: Office):
    async def fail(_: web.Request) -> web.Response:
        return web.Response(status=500, text=json.dumps({"error": "x"}))

    async with serving(fail) as url:
        office.slack.connect_http(url)
        failed = await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")
    down = await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")

    assert (failed.status, down.status) == (500, None)
    assert failed.error == down.error == '/cname-conflict failed with the error "dispatch_failed"'


async def test_a_form_sends_what_was_chosen_and_what_was_there_from_the_start(office: Office, bolt: Bolt):
    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("E1", "E2")]

    def field(block_id: str, element: Json, **more: object) -> Json:
        label = {"type": "plain_text", "text": block_id}
        return {"type": "input", "block_id": block_id, "label": label, "element": element, **more}

    view = modal(
        field("a", {"type": "static_select", "action_id": "target", "options": options}),
        field("b", {"type": "checkboxes", "action_id": "sure", "options": options}),
        field("c", {"type": "radio_buttons", "action_id": "way", "options": options, "initial_option": options[0]}),
        field("d", {"type": "plain_text_input", "action_id": "note", "max_length": 5}, optional=True),
    )
    await office.client.views_open(trigger_id=office.slack.triggers.issue(office.mina.id), view=view)
    [shown] = office.slack.views(office.mina.id)

    with pytest.raises(NotOnScreen, match="does not take 6 characters"):
        await office.slack.submit(office.mina.id, shown, {"target": "E2", "sure": ["E1"], "note": "123456"})
    with pytest.raises(NotOnScreen, match="target does not offer E9"):
        await office.slack.submit(office.mina.id, shown, {"target": "E9", "sure": ["E1"]})
    await office.slack.submit(office.mina.id, shown, {"target": "E2", "sure": ["E1", "E2"]})

    values = bolt.bodies[0]["view"]["state"]["values"]
    assert values["a"]["target"]["selected_option"]["value"] == "E2"
    assert values["b"]["sure"]["selected_options"] == options
    assert values["c"]["way"]["selected_option"]["value"] == "E1"
    assert values["d"]["note"]["value"] is None
