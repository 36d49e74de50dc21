"""Socket Mode of the playground's Slack, with slack-bolt's own handler at the other end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import socket_mode
from tests.playground.slack_office import Office, actions, button, modal, open_office, section

Json = dict[str, Any]
COMMAND = "/cname-conflict"


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as running:
        yield running


@pytest.fixture
async def handler(office: Office) -> AsyncIterator[AsyncSocketModeHandler]:
    app = AsyncApp(name="tests", client=AsyncWebClient(office.slack.app.bot_token, office.slack.api_url))

    @app.command(COMMAND)
    async def answer(ack: Any, body: Json) -> None:
        await ack(f"Having a look at {body['text']}")

    @app.action("open")
    async def show(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(section("Sure?")))

    @app.view("approve")
    async def refuse(ack: Any) -> None:
        await ack(response_action="update", view=modal(section("Too late")))

    web_client = AsyncWebClient(office.slack.app.app_token, office.slack.api_url)
    running = AsyncSocketModeHandler(app, office.slack.app.app_token, web_client=web_client, ping_interval=0.1)
    await running.connect_async()  # type: ignore[no-untyped-call]
    await office.slack.until(lambda: office.slack.socket_connections == 1)
    yield running
    await running.close_async()  # type: ignore[no-untyped-call]


@pytest.mark.usefixtures("handler")
async def test_a_command_is_answered_through_the_socket(office: Office):
    reply = await office.slack.command(office.mina.id, office.channel.id, COMMAND, "www.example.com")

    assert (reply.error, reply.text) == (None, "Having a look at www.example.com")


@pytest.mark.usefixtures("handler")
async def test_a_press_and_a_submission_go_through_the_socket(office: Office):
    card = await office.post(actions(button("open")))

    await office.slack.press(office.mina.id, card, "open")
    [view] = await office.slack.until(lambda: office.slack.views(office.mina.id))
    submission = await office.slack.submit(office.mina.id, view)

    assert submission.action == "update"
    assert "Too late" in office.slack.views(office.mina.id)[0].plain()


@pytest.mark.usefixtures("handler")
async def test_a_connection_that_is_told_to_leave_comes_back(office: Office):
    await office.slack.refresh_sockets()
    await office.slack.until(lambda: len(office.slack.calls_of("apps.connections.open")) == 2)
    await office.slack.until(lambda: office.slack.socket_connections == 1)

    reply = await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")

    assert reply.error is None


@pytest.mark.usefixtures("handler")
async def test_an_envelope_that_nobody_acknowledges_gets_the_person_a_sentence(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(socket_mode, "PATIENCE_SECONDS", 0.1)

    reply = await office.slack.command(office.mina.id, office.channel.id, "/unknown", "x")

    assert reply.error == '/unknown failed with the error "operation_timeout"'


async def test_without_a_connection_nothing_is_delivered(office: Office):
    reply = await office.slack.command(office.mina.id, office.channel.id, COMMAND, "x")

    assert reply.error == '/cname-conflict failed with the error "dispatch_failed"'


async def test_each_payload_goes_to_one_connection_in_turn_and_an_address_works_once(office: Office):
    async with aiohttp.ClientSession() as http:
        urls = [await connection_url(office), await connection_url(office)]
        sockets = [await http.ws_connect(url) for url in urls]
        hellos = [await socket.receive_json() for socket in sockets]
        pending = [
            asyncio.create_task(office.slack.command(office.mina.id, office.channel.id, COMMAND, str(number)))
            for number in range(2)
        ]

        envelopes = [await socket.receive_json(timeout=5) for socket in sockets]
        for socket, envelope in zip(sockets, envelopes, strict=True):
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
        replies = await asyncio.gather(*pending)

        assert [hello["type"] for hello in hellos] == ["hello", "hello"]
        assert {envelope["payload"]["text"] for envelope in envelopes} == {"0", "1"}
        assert all(envelope["accepts_response_payload"] for envelope in envelopes)
        assert [reply.error for reply in replies] == [None, None]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(urls[0])
        for socket in sockets:
            await socket.close()


async def connection_url(office: Office) -> str:
    opened = await office.client.apps_connections_open(app_token=office.slack.app.app_token)
    return str(opened["url"])
