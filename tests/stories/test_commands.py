"""The slash command in all its forms: one answer, for its sender alone, at once."""

import statistics

from playground.slack import Reply
from tests.stories.conftest import Stage, Story, offered


def cards(story: Story) -> int:
    """How many cards stand in the channel."""
    return len(story.world.slack.messages(story.world.channel.id))


async def test_help_list_and_status_answer_once_and_open_nothing(stage: Stage) -> None:
    async with stage() as story:
        for text in ("help", "HELP", "", "  "):
            said = await story.told("mina", story.ask(text))
            assert "/cname-conflict status www.example.com" in said
            assert "Nothing changes in AWS before an approver has agreed" in said
        assert "No moves yet" in await story.told("mina", story.ask("list"))
        assert "no move of www.example.com" in await story.told("mina", story.ask("status www.example.com"))
        assert "no open move" in await story.told("mina", story.ask("cancel www.example.com"))
        assert cards(story) == 0

        await story.until_record_wanted()

        for text in ("list", "status WWW.example.com."):
            said = await story.told("gil", story.ask(text, who="gil"))
            assert "www.example.com needs one DNS record" in said
            assert "having a look" not in said
        assert cards(story) == 1


async def test_a_second_command_points_to_the_move_that_is_open(stage: Stage) -> None:
    async with stage() as story:
        await story.until_record_wanted()

        said = await story.told("sora", story.ask(who="sora"))

        assert "There is an open move of www.example.com already" in said
        assert "@mina" in said
        assert "#cdn" in said
        assert "having a look" not in said
        assert cards(story) == 1


async def test_a_move_is_cancelled_by_command_and_its_alias_is_free_at_once(stage: Stage) -> None:
    async with stage() as story:
        await story.until_record_wanted()
        first = story.world.card()

        assert "Only full members" in await story.told("gil", story.ask("cancel www.example.com", who="gil"))
        said = await story.told("mina", story.ask("cancel www.example.com"))
        again = await story.told("mina", story.ask("cancel www.example.com"))

        assert "cancelled" in said
        assert "Nothing has changed" in said
        assert "no open move" in again
        card = await story.card("cancelled", "@mina")
        assert not offered(card)
        assert "cancelled" in await story.told("mina", story.ask("status www.example.com"))
        await story.until_record_wanted()
        assert story.world.card().ts != first.ts
        assert story.calls() == 0


async def test_without_a_worker_the_answer_says_so_and_the_move_begins_when_one_starts(stage: Stage) -> None:
    async with stage(worker=False) as story:
        said = await story.told("mina", story.ask())

        assert "No worker is running" in said
        assert "saved" in said
        assert cards(story) == 0
        async with story.bot.worker():
            await story.card(story.record_name, "TXT")
            said = await story.told("mina", story.ask("shop.example.com"))
            assert "having a look" in said
            assert "worker" not in said


async def test_commands_are_answered_long_before_slack_gives_up(stage: Stage) -> None:
    async with stage(worker=False) as story:
        await story.ask("list")

        status = [await story.ask("status www.example.com") for _ in range(20)]
        opening = [await story.ask(f"host-{number}.example.com") for number in range(10)]

        print(f"\nack of status: {_told_in_ms(status)}; of opening a move: {_told_in_ms(opening)}")  # noqa: T201 - figures to read with -s
        assert all(each.error is None for each in (*status, *opening))
        assert max(each.seconds for each in (*status, *opening)) < 3


def _told_in_ms(replies: list[Reply]) -> str:
    seconds = [each.seconds for each in replies]
    return f"median {statistics.median(seconds) * 1000:.0f} ms, longest {max(seconds) * 1000:.0f} ms"
