"""What can't be understood is answered with a sentence for its sender, opens no move and posts no card."""

from tests.stories.conftest import Stage, offered

BIDI = "www.\u202eelpmaxe\u202c.com"
REFUSED = {
    "one word without a dot": ("www", "too short"),
    "a name with an empty part": ("www..example.com", "two dots in a row"),
    "an unknown subcommand with an alias": ("move www.example.com", "too short"),
    "two words too many": ("www.example.com E1A2B3C4D5E6F7 now please", "more than I can read"),
    "status of two": ("status www.example.com shop.example.com", "exactly one alias"),
    "cancel of nothing": ("cancel", "exactly one alias"),
    "no distribution id": ("www.example.com green", "distribution id, like E1A2B3C4D5E6F7"),
    "everybody": ("<!channel>", "a mention, not a name"),
    "somebody": ("<@U0PLAY00002|joon>", "a mention, not a name"),
    "everybody, escaped": ("&lt;!channel&gt;", "a mention, not a name"),
    "everybody behind a name": ("www.example.com <!here>", "distribution id"),
    "text that reads backwards": (BIDI, "reading direction"),
    "too much": ("w" * 3001, "3,001 characters long"),
    "a star in the middle": ("www.*.example.com", "whole first part"),
    "an address": ("192.0.2.1", "made of numbers"),
    "a distribution's own name": ("d111111abcdef8.cloudfront.net", "distribution's own name"),
    "a file": ("ftp://www.example.com", "http and https"),
    "markup": ("*bold* `code` _x_ <https://evil.example|www.example.com>", "more than I can read"),
}


async def test_a_command_that_does_not_parse_gets_a_sentence_and_nothing_else(stage: Stage) -> None:
    async with stage(worker=False) as story:
        for name, (text, why) in REFUSED.items():
            reply = await story.ask(text)

            assert reply.error is None, name
            assert reply.seconds < 3, name
            assert why in reply.plain(), name
            assert "/cname-conflict help" in reply.plain(), name
            newest = story.world.slack.ephemerals(story.world.people["mina"].id)[-1]
            assert not newest.mentions, name
            assert BIDI not in newest.plain(), name

        assert "No moves yet" in await story.told("mina", story.ask("list"))


async def test_what_slack_and_clipboards_add_is_removed(stage: Stage) -> None:
    understood = {
        "www.\u200bexample.com\ufeff": "www.example.com",
        "<http://shop.example.com|www.example.com>": "shop.example.com",
        "`https://API.example.com:443/path?x=1`": "api.example.com",
    }
    async with stage(worker=False) as story:
        for text, alias in understood.items():
            assert f"{alias}: your request is saved" in await story.told("mina", story.ask(text))


async def test_what_only_a_look_can_find_out_stands_on_the_card(stage: Stage) -> None:
    async with stage() as story:
        await story.ask("www.example.com E1NOSUCHONE12")
        card = await story.card("There is no distribution E1NOSUCHONE12", "Check the id", "Nothing has changed")
        assert offered(card) == {"move.recheck", "move.cancel"}

        await story.ask("www.example.org")
        card = await story.card("none of the distributions I can read has a certificate for it", "Attach a certificate")
        assert "Nothing has changed" in card.plain()
        assert offered(card) == {"move.recheck", "move.cancel"}
        assert story.calls() == 0


async def test_where_the_bot_is_not_in_the_channel_it_tells_how_to_invite_it_and_lets_go_of_the_alias(
    stage: Stage,
) -> None:
    async with stage() as story:
        bot = story.world.slack.app.bot_user_id
        story.world.channel.members.discard(bot)
        await story.ask()

        told = await story.whisper("mina", "/invite")

        assert bot in told.mentions
        assert "Nothing was changed" in told.plain()
        assert "cancelled" in await story.told("mina", story.ask("status www.example.com"))
        story.world.channel.members.add(bot)
        await story.until_record_wanted()
