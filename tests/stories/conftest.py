"""The stage for stories: a world, the bot inside this process with shorter times, and what people do and see.

Only the times are shorter. The bot's settings come from the world's environment as for a process of its own, requests
are signed and arrive over HTTP (or Socket Mode), and the state is in a real Valkey.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from publicsuffixlist import PublicSuffixList

from bot import tasks
from bot.__main__ import Bot
from bot.alias_move.pacing import Pace
from bot.settings import Process, Settings
from playground.aws import MotoServer
from playground.scenarios import HAPPY, Scenario
from playground.slack import Message, NotOnScreen, Reply, Submission, View
from playground.world import World

QUICK = Pace(
    watch_fastest_s=0.05,
    watch_share=0.0,
    watch_live_s=0.1,
    watch_target_s=0.2,
    routine_look_s=0.5,
    source_look_first_s=0.1,
    source_look_slowest_s=0.3,
    retry_first_s=0.05,
    retry_slowest_s=0.2,
    looks_fail_limit_s=1.0,
    paused_s=0.1,
    read_back_first_s=0.05,
    read_back_slowest_s=0.1,
    read_back_limit_s=0.6,
    negative_cache_margin_s=0.1,
)
UNDISTURBED = replace(QUICK, watch_live_s=60.0, watch_target_s=60.0, routine_look_s=60.0)
"""Nothing looks by itself once the record is live: what a story then sees was brought about by its own deeds."""
PATIENCE_S = 25.0
REGISTRABLE_NAME = PublicSuffixList(only_icann=True).privatesuffix
"""Read once: it takes longer than a story."""


@dataclass
class Story:
    """What a test can do and see. People are named; `mina` asks, `joon` and `sora` may approve, `gil` is a guest."""

    world: World
    bot: Bot

    # What people do

    async def ask(self, text: str | None = None, *, who: str = "mina") -> Reply:
        """Type the slash command: as the scenario has it, or with this text. Slack must not have to say it failed."""
        command, usual = self.world.command
        reply = await self.world.slack.command(
            self._id(who), self.world.channel.id, command, usual if text is None else text
        )
        assert reply.error is None, f"{reply.error}, HTTP {reply.status}, after {reply.seconds:.1f} s"
        return reply

    async def press(self, who: str, action_id: str) -> Reply:
        """Press a button on the card as it is now."""
        return await self.world.slack.press(self._id(who), self.world.card(), action_id)

    async def choose(self, who: str, distribution: str) -> Reply:
        """Choose from the menu on the card."""
        target = self.world.distributions[distribution].id
        return await self.world.slack.choose(self._id(who), self.world.card(), "move.choose_target", target)

    async def open_modal(self, who: str, action_id: str = "move.approve") -> View:
        """Press the button and wait for the modal."""
        await self.press(who, action_id)
        return await self.world.slack.until(lambda: self._top_view(who), timeout=PATIENCE_S)

    async def approve(self, who: str = "joon") -> Submission:
        """Press approve, and submit the modal."""
        view = await self.open_modal(who)
        return await self.world.slack.submit(self._id(who), view, {})

    async def reject(self, reason: str, *, who: str = "joon") -> Submission:
        """Press reject, give a reason, submit."""
        view = await self.open_modal(who, "move.reject")
        return await self.world.slack.submit(self._id(who), view, {"reason": reason})

    def publish_record(self, target: str = "green") -> None:
        """Create the record that the card asks for."""
        self.world.create_record(self.record_name, self.world.distributions[target].domain_name)

    @property
    def record_name(self) -> str:
        """`_www.example.com`, and for an apex `_.example.com`."""
        alias, zone = self.world.scenario.alias, self.world.scenario.zone
        return f"_.{alias}" if alias == zone else f"_{alias}"

    # What people see

    async def card(self, *words: str, without: tuple[str, ...] = ()) -> Message:
        """The card, once it says all of these words and none of the others."""

        def as_wanted() -> Message:
            card = self.world.card()
            text = card.plain()
            if not all(word in text for word in words) or any(word in text for word in without):
                raise NotOnScreen(f"a card that says {words} and not {without}")
            return card

        return await self.world.slack.until(as_wanted, timeout=PATIENCE_S)

    async def card_with(self, action_id: str) -> Message:
        """The card, once it has this button or menu."""

        def has_it() -> Message:
            card = self.world.card()
            if action_id not in offered(card):
                raise NotOnScreen(f"a card with {action_id}")
            return card

        return await self.world.slack.until(has_it, timeout=PATIENCE_S)

    async def notice(self, *words: str) -> Message:
        """A message in the card's thread that says all of these words."""

        def as_wanted() -> Message:
            return _saying(words, self.world.slack.thread(self.world.channel.id, self.world.card().ts))

        return await self.world.slack.until(as_wanted, timeout=PATIENCE_S)

    async def whisper(self, who: str, *words: str) -> Message:
        """A message that only this person sees."""

        def as_wanted() -> Message:
            return _saying(words, self.world.slack.ephemerals(self._id(who)))

        return await self.world.slack.until(as_wanted, timeout=PATIENCE_S)

    async def told(self, who: str, deed: Awaitable[Reply]) -> str:
        """What this person alone reads because of their deed, by the time Slack has its answer; empty: nothing."""
        known = len(self.world.slack.ephemerals(self._id(who)))
        reply = await deed
        assert reply.error is None, reply.error
        return "\n".join(each.plain() for each in self.world.slack.ephemerals(self._id(who))[known:])

    def notices(self, *words: str) -> list[Message]:
        """The messages in the card's thread, as they are now, that say all of these words."""
        thread = self.world.slack.thread(self.world.channel.id, self.world.card().ts)
        return [each for each in thread if all(word in each.plain() for word in words)]

    async def notice_number(self, number: int, *words: str) -> Message:
        """As many messages in the thread that say all of these words; the newest of them."""

        def so_many() -> Message:
            said = self.notices(*words)
            if len(said) < number:
                raise NotOnScreen(f"{number} messages that say {words}")
            return said[-1]

        return await self.world.slack.until(so_many, timeout=PATIENCE_S)

    async def until(self, is_true: Callable[[], bool]) -> None:
        """Wait for something that is seen outside Slack, and that tells nobody when it changes."""
        async with asyncio.timeout(PATIENCE_S):
            while not is_true():  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(0.01)

    def calls(self, operation: str = "AssociateAlias") -> int:
        """How many of these requests CloudFront has received."""
        return self.world.aws.cloudfront.count(operation)

    def _top_view(self, who: str) -> View:
        views = self.world.slack.views(self._id(who))
        if not views:
            raise NotOnScreen(f"{who} has no modal open")
        return views[-1]

    def _id(self, who: str) -> str:
        return self.world.people[who].id

    # What the operator does

    def working(self, **settings: Any) -> AbstractAsyncContextManager[None]:
        """A worker with some settings of its own, on a stage without one (`stage(worker=False)`)."""
        return Bot(replace(self.bot.settings, **settings), self.bot._url, self.bot._pace, REGISTRABLE_NAME).worker()

    # Shortcuts to where stories begin

    async def until_record_wanted(self) -> Message:
        """Asked for, and waiting for the record."""
        await self.ask()
        return await self.card(self.record_name, "TXT")

    async def until_approval_wanted(self) -> Message:
        """Asked for, record created, waiting for an approver."""
        await self.until_record_wanted()
        self.publish_record()
        return await self.card_with("move.approve")


def offered(card: Message) -> set[str]:
    """Action ids of what can be pressed or chosen on a card."""
    return {each.action_id for each in card.buttons()} | {each.action_id for each in card.menus()}


def _saying(words: tuple[str, ...], messages: Iterable[Message]) -> Message:
    for each in messages:
        if all(word in each.plain() for word in words):
            return each
    raise NotOnScreen(f"a message that says {words}")


# Where there are several cards


def cards(world: World) -> list[Message]:
    """All of them, oldest first."""
    return [each for each in world.slack.messages(world.channel.id) if not each.is_ephemeral]


async def card_of(world: World, alias: str, *words: str, within_s: float = 2 * PATIENCE_S) -> Message:
    """The card of this alias, once it says all of these words."""

    def as_wanted() -> Message:
        for card in cards(world):
            if card.plain().startswith(alias) and all(word in card.plain() for word in words):
                return card
        raise NotOnScreen(f"a card of {alias} that says {words}")

    return await world.slack.until(as_wanted, timeout=within_s)


async def approve_card(world: World, who: str, card: Message) -> Submission:
    """Press approve on this card, and submit the modal."""
    person = world.people[who].id
    await world.slack.press(person, card, "move.approve")
    views = await world.slack.until(lambda: world.slack.views(person), timeout=PATIENCE_S)
    return await world.slack.submit(person, views[-1], {})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stories at real times first: while they wait, the rest has the other half of the machine."""
    items.sort(key=lambda item: item.get_closest_marker("processes") is None)


Stage = Callable[..., AbstractAsyncContextManager[Story]]
QUICK_TURNS_S = 0.02


@pytest.fixture
def stage(redis_url: str, moto: MotoServer, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """stage(SCENARIO, pace=QUICK, MOVES_ENABLED="false") is a world with the bot in it, ready."""
    for module in ("glances", "look_up"):
        monkeypatch.setattr(f"bot.dns.{module}.EVERY_S", QUICK_TURNS_S)  # as much faster as QUICK looks

    @asynccontextmanager
    async def play(
        scenario: Scenario = HAPPY,
        *,
        pace: Pace = QUICK,
        socket_mode: bool = False,
        worker: bool = True,
        url: str = redis_url,
        **settings: str,
    ) -> AsyncIterator[Story]:
        async with World.start(scenario, moto=moto) as world:
            environment = world.environment(socket_mode=socket_mode) | {"PORT": "0", "REDIS_URL": url} | settings
            for name, value in environment.items():
                monkeypatch.setenv(name, value)  # boto3's standard chain reads the environment by itself
            monkeypatch.setattr(tasks, "CARD_EVERY_S", 0.1)  # this Slack takes more updates than the real one
            bot = Bot(Settings.from_env(environment, Process.ALL), url, pace, REGISTRABLE_NAME)
            async with bot.web():
                if not socket_mode:
                    world.slack.connect_http(f"http://127.0.0.1:{bot.port}/slack/events")
                story = Story(world, bot)
                if not worker:
                    yield story
                    return
                async with bot.worker():
                    if socket_mode:
                        await world.slack.until(lambda: world.slack.socket_connections, timeout=PATIENCE_S)
                    yield story

    return play
