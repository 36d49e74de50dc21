"""A whole move with a mouse and a keyboard: the page in a real browser, the real bot behind it."""

import pytest

from playground.page.server import Page
from playground.scenarios import SEVERAL_TARGETS
from tests.playground.page.stage import open_browser, open_tab, show
from tests.stories.conftest import Stage

pytestmark = pytest.mark.wide


@pytest.mark.timeout(180)
async def test_a_newcomer_moves_an_alias_on_the_page(stage: Stage) -> None:
    async with (
        open_browser() as browser,
        stage(SEVERAL_TARGETS) as story,
        Page.start(lambda _: None) as page,
        open_tab(browser, page.url) as tab,
    ):
        show(page, story.world)

        # mina types the command, and picks a target from the menu.
        box = tab.get_by_label("Message to #cdn")
        await box.fill("/cname-conflict www.example.com")
        await box.press("Enter")
        await tab.locator(".whisper", has_text="having a look").wait_for()
        await tab.get_by_label("Choose a target").select_option(story.world.distributions["green"].id)

        # The owner of the zone creates the record; joon approves, in the dialog.
        await tab.locator("code", has_text="_www.example.com").first.wait_for()
        await tab.get_by_role("button", name="Create the record the card asks for").click()
        await tab.get_by_role("button", name="Review and approve").wait_for()
        await tab.get_by_role("radio", name="joon").check(force=True)
        await tab.get_by_role("button", name="Review and approve").click()
        dialog = tab.get_by_role("dialog", name="Approve this move?")
        await dialog.get_by_role("button", name="Approve this move").click()

        await tab.locator(".replies .message", has_text="has moved to green").wait_for()
        await dialog.wait_for(state="hidden")
        assert story.world.holder() == "green"
        assert await tab.get_by_role("button", name="Review and approve").count() == 0
