"""Requests that no screen of ours sends: forged, replayed, borrowed. None of them moves anything or learns a secret."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import logs
from playground.aws import HOME
from playground.slack import Message, Reply
from tests.stories.conftest import UNDISTURBED, Stage, Story
from tests.valkey_server import ValkeyServer

DEEDS = ("move.approve", "move.reject", "move.recheck", "move.cancel")
FIVE_MINUTES_AND_A_BIT_S = 310


async def forged(story: Story, who: str, card: Message, value: str, deed: str = "move.approve") -> str:
    """A press that Slack would sign, of a button that need not be there."""
    person = story.world.people[who].id
    return await story.told(who, story.world.slack.press_forged(person, card.channel, card.ts, deed, value))


def value_of(card: Message) -> str:
    return str(card.button("move.cancel").value)


async def test_a_look_alike_card_with_another_moves_id_presses_nothing(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        card, slack = await story.until_approval_wanted(), story.world.slack
        innocent = [{"type": "section", "text": {"type": "mrkdwn", "text": "Free coffee today?"}}, *card.blocks[-2:-1]]
        look_alike = slack.post(story.world.channel, "Free coffee today?", innocent)

        for who in ("joon", "mina"):
            person = story.world.people[who].id
            for deed in DEEDS:
                said = await story.told(who, slack.press(person, look_alike, deed))
                assert "not this move's card, so nothing happened" in said

        assert not slack.views(story.world.people["joon"].id)
        assert slack.current(card).plain() == card.plain()
        assert not story.notices("cancelled")


async def test_a_forged_press_is_refused_or_gets_no_modal(stage: Stage) -> None:
    async with stage(pace=UNDISTURBED) as story:
        card, slack, joon = await story.until_approval_wanted(), story.world.slack, story.world.people["joon"].id
        press = (joon, card.channel, card.ts, "move.approve", value_of(card))

        too_old = slack.clock() - FIVE_MINUTES_AND_A_BIT_S
        assert (await slack.press_forged(*press, signing_secret="0" * 32)).status == 401
        assert (await slack.press_forged(*press, signed_at=too_old)).status == 401
        assert (await slack.press_forged(*press, signed_at=-too_old)).status == 401
        assert "did not let me open the dialog" in await forged(story, "joon", card, value_of(card))
        for value in ("", "approve", "a:b:c", f"{value_of(card)}0000000", "x" * 2000, "٣:٣:٣", "{cname}:due::1"):
            assert "can't read that press" in await forged(story, "joon", card, value)
        assert "don't know that move" in await forged(story, "joon", card, "0123456789ab:0123456789abcdef:1")
        assert "not this move's card" in await forged(
            story, "joon", replace(card, ts="1234567890.123456"), value_of(card), "move.recheck"
        )

        assert not slack.views(joon)
        assert slack.current(card).plain() == card.plain()
        assert story.calls() == 0


async def test_a_submission_counts_only_with_the_nonce_of_ones_own_open_modal_and_once(
    stage: Stage, valkey: ValkeyServer
) -> None:
    async with stage(pace=UNDISTURBED) as story:
        card, slack, people = await story.until_approval_wanted(), story.world.slack, story.world.people
        view = await story.open_modal("joon")
        rejecting = await story.open_modal("joon", "move.reject")
        old = await story.open_modal("sora")
        with valkey.connect() as redis:  # as its ten minutes being over does
            redis.delete(f"{{cname}}:nonce:{old.private_metadata}")

        refused = [
            await slack.submit_forged(people["joon"].id, view, private_metadata=""),
            await slack.submit_forged(people["joon"].id, view, private_metadata="made-up"),
            await slack.submit_forged(people["joon"].id, view, private_metadata=view.private_metadata + "\n"),
            await slack.submit_forged(people["joon"].id, view, private_metadata=rejecting.private_metadata),
            await slack.submit_forged(people["sora"].id, view),
            await slack.submit_forged(people["mina"].id, view),
            await slack.submit_forged(people["sora"].id, old),
        ]

        assert [(each.status, each.action) for each in refused] == [(200, "update")] * 7
        assert slack.current(card).plain() == card.plain()
        assert (await slack.submit(people["joon"].id, view)).action == "close"
        await story.card("moved")
        assert (await slack.submit_forged(people["joon"].id, view)).action == "update"
        assert story.calls() == 1


async def test_a_replay_of_everything_that_was_ever_pressed_changes_nothing(stage: Stage) -> None:
    async with stage() as story:
        await story.until_record_wanted()
        await story.press("mina", "move.recheck")
        story.publish_record()
        await story.card_with("move.approve")
        await story.approve("joon")
        card = await story.card("moved")
        await story.notice("moved")
        slack = story.world.slack
        pressed = [each for each in slack.sent_requests() if each.body.startswith("payload=")]

        replies: list[Reply] = [await slack.replay(each) for each in pressed]

        assert len(pressed) == 3
        assert [each.status for each in replies] == [200] * 3
        assert not slack.views(story.world.people["joon"].id)
        assert [each.plain() for each in slack.messages(card.channel)] == [card.plain()]
        assert (story.calls(), story.world.holder()) == (1, "green")


@pytest.fixture
def log_on_stderr(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """The log as production writes it, at its most talkative; afterwards everything is as it was."""
    named = [logging.root, *(logging.getLogger(name) for name in (*logs.NEVER_BELOW_INFO, *logs.QUIET))]
    levels, handlers = [each.level for each in named], logging.root.handlers[:]
    logs.configure("DEBUG", as_json=False)
    yield capsys
    for logger, level in zip(named, levels, strict=True):
        logger.setLevel(level)
    logging.root.handlers[:] = handlers


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket mode"])
async def test_a_whole_move_at_debug_writes_no_secret_to_the_log(
    stage: Stage, log_on_stderr: pytest.CaptureFixture[str], *, socket_mode: bool
) -> None:
    async with stage(socket_mode=socket_mode, LOG_LEVEL="DEBUG") as story:
        world, app = story.world, story.world.slack.app
        world.aws.cloudfront.create(HOME, comment="vault", origin_headers={"X-Origin-Secret": "hush-hush-header"})
        await story.until_approval_wanted()
        await story.told("gil", story.press("gil", "move.approve"))
        view = await story.open_modal("joon")
        await world.slack.submit(world.people["joon"].id, view)
        await story.card("moved")
        await story.notice("moved")
        urls = list(world.slack.response_urls._issued)
        secrets = {
            "bot token": app.bot_token,
            "app token": app.app_token,
            "signing secret": app.signing_secret,
            "nonce": view.private_metadata,
            "AWS secret": world.aws.environment(HOME)["AWS_SECRET_ACCESS_KEY"],
            "origin header": "hush-hush-header",
            **{f"response_url {number}": url for number, url in enumerate(urls)},
        }
    written = log_on_stderr.readouterr().err

    assert len(urls) >= 2
    assert logging.getLogger("bot").isEnabledFor(logging.DEBUG)
    assert "decided move=" in written
    assert not re.search(r"level=DEBUG logger=(slack|boto|urllib3|aiohttp|docket)", written)
    assert [name for name, secret in secrets.items() if secret in written] == []
