"""A page over a world, without the bot, and a browser in front of it where there is one."""

import io
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

import pytest

from playground.deeds import Deeds
from playground.page.pictures import OFFLINE
from playground.page.server import Page
from playground.screens import Screens
from playground.terminal import Terminal
from playground.world import World

if TYPE_CHECKING:
    from playwright.async_api import Browser
    from playwright.async_api import Page as Tab

    from playground.bot_processes import BotProcesses

PATIENCE_MS = 45_000


def deeds_in(world: World, bot: Any = None) -> Deeds:
    """What can be done in a world; nobody looks at its terminal."""
    return Deeds(world, cast("BotProcesses", bot), Screens(world, Terminal(io.StringIO())), patience_seconds=0.5)


def show(page: Page, world: World) -> None:
    page.show(world, None, deeds_in(world))


def is_missing(what: str) -> NoReturn:
    """Skip, with the reason; but where everything is installed for the tests, nothing may be missing."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and CI has to have it")
    pytest.skip(what)


@asynccontextmanager
async def open_browser() -> AsyncIterator["Browser"]:
    """Debian's Chromium; the test is skipped where it or Playwright is missing."""
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - an extra of its own
    except ImportError:
        is_missing("Playwright is not installed (make browser)")
    chromium = shutil.which("chromium")
    if chromium is None:
        is_missing("there is no Chromium on this machine (apt-get install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(OFFLINE))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_tab(browser: "Browser", url: str, **options: Any) -> AsyncIterator["Tab"]:
    """The page in a window of its own; whatever it complains about in the console fails the test."""
    complaints: list[str] = []
    context = await browser.new_context(**{"viewport": {"width": 1600, "height": 1000}} | options)
    try:
        tab = await context.new_page()
        tab.set_default_timeout(PATIENCE_MS)
        tab.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        await tab.goto(url)
        yield tab
    finally:
        await context.close()
    assert complaints == []


def with_bundle(place: Path) -> Path:
    """Files where the bundle would be, which draw nothing."""
    place.mkdir(exist_ok=True)
    (place / "blocks.js").write_text("export function drawBlock() { return () => {}; }\n")
    (place / "blocks.css").write_text("")
    return place
