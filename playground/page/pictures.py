"""Takes the README's pictures: `make pictures`. A move in a real browser; two moments of it are kept.

The times in the pictures are those of the day they were taken; everything else is the same in every run.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playground.bot_processes import BotProcesses
from playground.deeds import Deeds
from playground.page.server import Page
from playground.scenarios import HAPPY
from playground.screens import Screens
from playground.terminal import Terminal
from playground.world import World

if TYPE_CHECKING:
    from playwright.async_api import Page as Tab

PICTURES: Final = Path(__file__).parents[2] / "docs"
OFFLINE: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""A browser calls home otherwise; nothing but loopback is to be reached."""
_PATIENCE_SECONDS: Final = 5.0
_COLOURS: Final = 64
_WIDTH: Final = 1280
_HEIGHT: Final = 960


async def take(chromium: str) -> None:
    """Play, and keep what is seen."""
    from playwright.async_api import async_playwright  # noqa: PLC0415 - an extra that only pictures and tests need

    async with AsyncExitStack() as running:
        page = await running.enter_async_context(Page.start(lambda _: None))
        world = await running.enter_async_context(World.start(HAPPY))
        bot = await running.enter_async_context(BotProcesses.start(world.environment(), workers=1))
        await world.connect(bot.url)
        screens = Screens(world, Terminal(io.StringIO()))
        page.show(world, bot, Deeds(world, bot, screens, _PATIENCE_SECONDS))
        playwright = await running.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(OFFLINE))
        running.push_async_callback(browser.close)
        tab = await browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, locale="en-GB", timezone_id="UTC")
        await tab.goto(page.url)
        await _play(tab)


async def _play(tab: Tab) -> None:
    box = tab.get_by_label("Message to #cdn")
    await box.fill("/cname-conflict www.example.com")
    await box.press("Enter")
    await tab.locator("code", has_text="_www.example.com").first.wait_for()
    await tab.get_by_role("button", name="Create the record the card asks for").click()
    await tab.get_by_role("radio", name="joon").check(force=True)
    approve = tab.get_by_role("button", name="Review and approve")
    await approve.wait_for()
    await tab.locator(".replies .message").first.wait_for()
    await tab.locator("h2, h3", has_text="waiting for an approval").first.scroll_into_view_if_needed()
    await _keep(tab, "page.png")

    await approve.click()
    submit = tab.get_by_role("button", name="Approve this move")
    await submit.wait_for()
    await tab.emulate_media(color_scheme="dark")
    await _keep(tab, "page-approving.png")


async def _keep(tab: Tab, name: str) -> None:
    """A few colours are enough, and keep the repository small."""
    from PIL import Image  # noqa: PLC0415 - comes with the browser's extra too

    taken = await tab.screenshot(animations="disabled", caret="hide")
    PICTURES.mkdir(exist_ok=True)
    Image.open(io.BytesIO(taken)).convert("RGB").quantize(_COLOURS).save(PICTURES / name, optimize=True)


def main() -> int:
    chromium = shutil.which("chromium")
    if chromium is None:
        print("There is no Chromium on this machine; it is Debian's package chromium.")
        return 1
    asyncio.run(take(chromium))
    return 0


if __name__ == "__main__":
    sys.exit(main())
