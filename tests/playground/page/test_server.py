"""The page's server: whom it answers, and what comes of what people ask for."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientSession

from playground.aws import MotoServer
from playground.page import bundle, glance
from playground.page.guard import TOKEN_HEADER
from playground.scenarios import THOUSAND
from playground.world import World
from tests.playground.page.conftest import Shown
from tests.playground.page.stage import with_bundle


@asynccontextmanager
async def visitor() -> AsyncIterator[ClientSession]:
    async with ClientSession(timeout=aiohttp.ClientTimeout(10)) as session:
        yield session


async def get(shown: Shown, path: str = "", **headers: str) -> tuple[int, str]:
    async with visitor() as http, http.get(shown.page.url + path, headers=headers) as answer:
        return answer.status, await answer.text()


async def token(shown: Shown) -> str:
    _, text = await get(shown)
    (found,) = re.findall(r'name="playground-token" content="([^"]+)"', text)
    return str(found)


async def post(shown: Shown, wish: Any, **headers: str) -> tuple[int, str]:
    own = {TOKEN_HEADER: await token(shown), "Origin": shown.page.url.rstrip("/")}
    async with visitor() as http, http.post(shown.page.url + "deeds", json=wish, headers=own | headers) as answer:
        return answer.status, await answer.text()


async def ask(shown: Shown, deed: str, **members: Any) -> Any:
    status, text = await post(shown, {"deed": deed, **members})
    assert status == 200, text
    return json.loads(text)


@asynccontextmanager
async def pictures(shown: Shown) -> AsyncIterator[AsyncIterator[Any]]:
    async def each(answer: aiohttp.ClientResponse) -> AsyncIterator[Any]:
        async for line in answer.content:
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))

    async with visitor() as http, http.get(shown.page.url + "events", read_bufsize=2**20) as answer:
        yield each(answer)


async def the_picture(shown: Shown) -> Any:
    async with pictures(shown) as stream:
        return await anext(stream)


# Whom it answers


async def test_it_is_served_on_loopback_with_a_strict_policy(shown: Shown) -> None:
    async with visitor() as http, http.get(shown.page.url) as answer:
        policy = answer.headers["Content-Security-Policy"]

    assert shown.page.url.startswith("http://127.0.0.1:")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["", "events", "static/page.js"])
async def test_another_host_and_another_site_are_refused(shown: Shown, path: str, headers: dict[str, str]) -> None:
    status, text = await get(shown, path, **headers)

    assert status == 403
    assert "token" not in text


@pytest.mark.parametrize(
    "headers", [{TOKEN_HEADER: ""}, {TOKEN_HEADER: "guessed"}, {"Origin": "https://evil.example"}, {"Host": "x"}]
)
async def test_a_deed_needs_the_token_of_this_run_and_its_own_origin(shown: Shown, headers: dict[str, str]) -> None:
    status, _ = await post(shown, {"deed": "say", "person": "mina", "text": "hello"}, **headers)

    assert status == 403
    assert shown.world.slack.messages(shown.world.channel.id) == []


@pytest.mark.parametrize("wish", [{"deed": "quit"}, {}, ["say"], {"deed": "say", "person": "mina"}, "say"])
async def test_what_no_page_of_ours_asks_for_is_refused(shown: Shown, wish: Any) -> None:
    status, _ = await post(shown, wish)

    assert status == 400


@pytest.mark.parametrize("name", ["package.json", "..%2Fpage%2Fserver.py", "node_modules"])
async def test_of_the_bundle_only_its_two_files_are_served(shown: Shown, name: str) -> None:
    status, _ = await get(shown, f"bundle/{name}")

    assert status == 404


# What it tells


async def test_a_message_is_seen_as_soon_as_it_is_written(shown: Shown) -> None:
    async with asyncio.timeout(10), pictures(shown) as stream:
        before = await anext(stream)
        said = await ask(shown, "say", person="mina", text="hello <everybody>")
        after = await anext(stream)

    assert said == {"ok": True, "said": ""}
    assert before["world"]["slack"]["messages"] == []
    (message,) = after["world"]["slack"]["messages"]
    assert message["text"] == "hello &lt;everybody&gt;"
    assert message["user"] == shown.world.people["mina"].id


async def test_it_tells_who_may_do_what(shown: Shown) -> None:
    told = await the_picture(shown)

    roles = {each["name"]: each["role"] for each in told["world"]["slack"]["people"]}
    assert roles == {"mina": "asks", "joon": "may approve", "sora": "may approve", "gil": "a guest"}


async def test_it_tells_what_dns_and_cloudfront_are_like(shown: Shown) -> None:
    await ask(shown, "break-server", number=1, trouble="lame")
    await ask(shown, "switch", distribution="blue", enabled=False)
    await ask(shown, "refuse-aws", code="AccessDenied", message="You may not.")
    told = (await the_picture(shown))["world"]

    assert told["dns"]["servers"][0]["troubles"] == ["lame"]
    (account,) = told["aws"]["accounts"]
    assert [(each["name"], each["enabled"]) for each in account["distributions"]] == [("blue", False), ("green", True)]
    assert account["distributions"][0]["aliases"] == ["www.example.com"]
    assert account["distributions"][1]["certificate"] == "certificate for *.example.com"
    assert told["aws"]["troubles_waiting"] == 1


async def test_of_very_many_it_tells_those_that_matter_and_counts_the_rest(moto: MotoServer) -> None:
    async with World.start(THOUSAND, moto=moto) as world:
        told = glance.of_world(world, None)

    first, *_ = told["aws"]["accounts"]
    assert first["distributions"][0]["aliases"][0] == THOUSAND.alias
    assert sum(len(each["distributions"]) + each["more"] for each in told["aws"]["accounts"]) == 1000
    assert len(json.dumps(told)) < 64 * 1024


async def test_it_counts_down_while_a_resolver_remembers_a_miss(shown: Shown) -> None:
    shown.world.dns.resolver.poison("_www.example.com")

    told = (await the_picture(shown))["world"]["dns"]["misses"]

    assert told == [{"name": "_www.example.com", "seconds": 60}]


async def test_it_says_why_there_is_no_bundle_and_nothing_when_there_is_one(shown: Shown) -> None:
    before = (await the_picture(shown))["why_plain"]

    with_bundle(shown.page._built)

    assert "make page" in before
    assert (await the_picture(shown))["why_plain"] is None
    assert {(await get(shown, f"bundle/{name}"))[0] for name in bundle.FILES} == {200}


# What people ask for


async def test_a_command_that_slack_reports_as_failed_is_whispered_to_whoever_typed_it(shown: Shown) -> None:
    shown.world.slack.connect_http("http://127.0.0.1:1/nobody")

    answer = await ask(shown, "command", person="mina", command="/cname-conflict", text="www.example.com")
    (said,) = (await the_picture(shown))["world"]["said"]

    assert answer == {"ok": True, "said": ""}
    assert said["text"] == '/cname-conflict failed with the error "dispatch_failed"'
    assert said["visible_to"] == shown.world.people["mina"].id


async def test_what_cannot_be_done_is_answered_with_a_sentence(shown: Shown) -> None:
    pressed = await ask(
        shown, "press", person="joon", channel=shown.world.channel.id, ts="1.0", action_id="move.approve"
    )
    submitted = await ask(shown, "submit", person="joon", view="V1", values={})
    killed = await ask(shown, "remove-record", name="_www.example.com")

    assert pressed == {"ok": False, "said": "That message is no longer there."}
    assert submitted == {"ok": False, "said": "That dialog is no longer open."}
    assert killed["ok"] is False


async def test_another_scenario_is_begun_by_whoever_runs_the_world(shown: Shown) -> None:
    known = await ask(shown, "begin", scenario="wildcard")
    unknown = await ask(shown, "begin", scenario="paradise")

    assert known["ok"]
    assert unknown == {"ok": False, "said": "There is no scenario paradise."}
    assert shown.begun == ["wildcard"]


async def test_between_two_worlds_there_is_a_sentence_and_nothing_to_press(shown: Shown) -> None:
    shown.page.show_nothing("The world of “wildcard” is starting …")

    told = await the_picture(shown)
    answer = await ask(shown, "create-record")

    assert told["world"] is None
    assert told["remark"] == "The world of “wildcard” is starting …"
    assert answer == {"ok": False, "said": "No world is running at the moment."}
