"""The page in a real browser, without a bot: every scenario, every kind of block, wide and narrow, light and dark."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from playground.aws import MotoServer
from playground.page import bundle
from playground.page.server import Page
from playground.scenarios import HAPPY, SCENARIOS
from playground.world import World
from tests.playground.page.stage import is_missing, open_browser, open_tab, show

JUST_FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def text(words: str, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": kind, "text": words} | ({"verbatim": True} if kind == "mrkdwn" else {})


BLOCKS: tuple[dict[str, Any], ...] = (
    {"type": "header", "text": text("*.example.com goes to www.example.com", "plain_text")},
    {
        "type": "section",
        "text": text("*bold* and `*.example.com`, <@U0PLAY00002>, 1 &lt; 2, ~no~ <https://example.com|link>"),
    },
    {"type": "section", "fields": [text("one field"), text("another field")]},
    {"type": "context", "elements": [text("small print")]},
    {"type": "divider"},
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "_www TXT"}]}],
    },
    {
        "type": "plan",
        "title": "Steps",
        "tasks": [{"type": "task_card", "task_id": "1", "title": "First step", "status": "complete"}],
    },
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "press.me",
                "text": text("Press me", "plain_text"),
                "confirm": {
                    "title": text("Really?", "plain_text"),
                    "text": text("This is asked first.", "plain_text"),
                    "confirm": text("Yes, really", "plain_text"),
                    "deny": text("Better not", "plain_text"),
                },
            }
        ],
    },
    {
        "type": "actions",
        "block_id": "menu",
        "elements": [
            {
                "type": "static_select",
                "action_id": "choose.one",
                "placeholder": text("Choose a target", "plain_text"),
                "options": [{"text": text("green", "plain_text"), "value": "E2GREEN"}],
            }
        ],
    },
    {"type": "hologram", "block_id": "h1", "depth": 3},
)
READ = (
    "*.example.com goes to www.example.com",
    "bold and *.example.com, @mina, 1 < 2, no link",
    "another field",
    "small print",
    "_www TXT",
    "First step",
    '"depth": 3',
)


@pytest.mark.timeout(180)
async def test_every_scenario_loads_from_the_list(moto: MotoServer, tmp_path: Path) -> None:
    wanted: asyncio.Queue[str] = asyncio.Queue()
    async with (
        open_browser() as browser,
        Page.start(wanted.put_nowait, built=tmp_path) as page,
        open_tab(browser, page.url) as tab,
    ):
        for name, scenario in SCENARIOS.items():
            await tab.locator(f'#scenario-list button[data-focus="{name}"]').click()
            async with World.start(SCENARIOS[await asyncio.wait_for(wanted.get(), 10)], moto=moto) as world:
                show(page, world)
                await tab.locator(f'#scenario-list button[aria-current][data-focus="{name}"]').wait_for()
                holder = world.holder() or next(iter(world.distributions))
                await tab.locator("#accounts .distribution").get_by_text(holder, exact=True).wait_for()
                assert await tab.locator("#to-try").text_content() == scenario.what_to_try.replace("`", "")
                assert scenario.alias in str(await tab.locator("#suggestion").text_content())


@pytest.mark.timeout(180)
@pytest.mark.parametrize("hand", ["the library", "plain"])
async def test_no_block_is_blank_and_nothing_is_pressed_unasked(moto: MotoServer, tmp_path: Path, hand: str) -> None:
    built = bundle.BUILT if hand == "the library" else tmp_path
    if hand == "the library" and bundle.why_missing() is not None:
        is_missing("the bundle is not built (make page)")
    async with open_browser() as browser, World.start(HAPPY, moto=moto) as world:
        world.slack.connect_http("http://127.0.0.1:1/nobody")
        async with Page.start(lambda _: None, built=built) as page, open_tab(browser, page.url) as tab:
            show(page, world)
            card = world.slack.post(world.channel, "a card", list(BLOCKS))
            whisper = world.people["gil"]
            world.slack.post(world.channel, "psst", [], visible_to=whisper.id)
            drawn = tab.locator(f'[data-ts="{card.ts}"] .block')
            await drawn.first.wait_for()

            said = " ".join((await tab.locator(f'[data-ts="{card.ts}"] .blocks').inner_text()).split())
            by_library = await tab.locator(".by-library").count()
            assert [words for words in READ if words not in said] == []
            assert (by_library > 0) == (hand == "the library")
            assert await drawn.count() == len(BLOCKS)
            assert await tab.get_by_text("Blocks are drawn plainly here: nobody has built it").is_visible() == (
                hand == "plain"
            )

            # A button with a question asks it, with the focus inside, and gives the focus back.
            await tab.get_by_role("button", name="Press me").focus()
            await tab.keyboard.press("Enter")
            await tab.get_by_role("dialog", name="Really?").wait_for()
            assert await tab.evaluate("document.getElementById('confirm').contains(document.activeElement)")
            await tab.keyboard.press("Escape")
            assert await tab.evaluate("document.activeElement.dataset.actionId") == "press.me"
            assert world.slack.calls == []

            # Said yes to, it reaches nobody here, and Slack's sentence stands beside it.
            await tab.keyboard.press("Enter")
            await tab.get_by_role("button", name="Yes, really").click()
            await tab.get_by_text('The app failed with the error "dispatch_failed"').wait_for()

            # What only one person may see, nobody else sees.
            assert await tab.get_by_text("psst").count() == 0
            await tab.get_by_role("radio", name="gil").check(force=True)
            await tab.locator(".whisper", has_text="Only visible to you").wait_for()

            for width in (360, 1600):
                await tab.set_viewport_size({"width": width, "height": 800})
                for scheme in ("light", "dark"):
                    await tab.emulate_media(color_scheme=scheme)
                    assert await tab.evaluate(JUST_FITS), (width, scheme)
