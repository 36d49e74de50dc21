"""Processes of the bot die in the middle of a move, as by a power failure: real ones, at the bot's own real times."""

import asyncio
import os
import signal
from dataclasses import replace

import pytest

from playground.aws import Moment, MotoServer
from playground.bot_processes import BotProcess, BotProcesses
from playground.scenarios import HAPPY, Holding
from playground.slack import Message
from playground.world import World
from tests.stories.conftest import approve_card, card_of

UNDONE, DONE = "undone.example.com", "done.example.com"
BLUE = Holding("blue", (UNDONE, DONE), ("*.example.com",))
GREEN = Holding("green", (), ("*.example.com",))

TAKEN_OVER_WITHIN_S = 100.0
"""The task engine gives up on a worker after 30 s; the rest is for a machine that is busy with other tests."""
SETTLED_WITHIN_S = 160.0
"""A call is taken to have done nothing only when the alias is still on its source after 60 s."""


@pytest.mark.processes
@pytest.mark.timeout(300)
async def test_moves_are_finished_by_others_when_a_worker_and_the_database_die_in_the_middle(moto: MotoServer) -> None:
    scenario = replace(HAPPY, alias=UNDONE, distributions=(BLUE, GREEN))
    async with World.start(scenario, moto=moto) as world, BotProcesses.start(world.environment(), workers=1) as bot:
        await world.connect(bot.url)
        faults = world.aws.cloudfront.faults
        undone, done = await asyncio.gather(*(until_approval_wanted(world, alias) for alias in (UNDONE, DONE)))

        not_yet = faults.hold("AssociateAlias", Moment.BEFORE_EFFECT)
        await approve_card(world, "joon", undone)
        await not_yet.arrived()
        just_done = faults.hold("AssociateAlias", Moment.AFTER_EFFECT)
        await approve_card(world, "joon", done)
        await just_done.arrived()
        assert (holder_of(world, UNDONE), holder_of(world, DONE)) == ("blue", "green")

        await bot.kill(the_worker(bot))
        not_yet.drop()
        just_done.release()
        await bot.start_worker()
        await bot.ready()
        kill_the_database(bot)

        await card_of(world, DONE, "has moved to green", within_s=TAKEN_OVER_WITHIN_S)
        assert calls_for(world, DONE) == 1
        await card_of(world, UNDONE, "has moved to green", within_s=SETTLED_WITHIN_S)
        assert (calls_for(world, UNDONE), calls_for(world, DONE)) == (2, 1)
        assert (holder_of(world, UNDONE), holder_of(world, DONE)) == ("green", "green")
        for card in (undone, done):
            await until_told(world, card, "read back at")
            assert len(notices(world, card, "moved")) == 1
            assert len(notices(world, card, "ready for approval")) == 1
            assert not notices(world, card, "no longer counts")
            assert not notices(world, card, "could not prove")
        assert not bot.late


async def until_approval_wanted(world: World, alias: str) -> Message:
    await world.slack.command(world.people["mina"].id, world.channel.id, "/cname-conflict", alias)
    world.create_record(f"_{alias}", world.distributions["green"].domain_name)
    return await card_of(world, alias, "waiting for an approval", "Review and approve", within_s=TAKEN_OVER_WITHIN_S)


def the_worker(bot: BotProcesses) -> BotProcess:
    (only,) = bot.workers
    return only


def kill_the_database(bot: BotProcesses) -> None:
    """The embedded one; whichever process of the bot notices first starts it again."""
    pid = (bot.web.log.parent / "valkey" / "valkey.pid").read_text()
    os.kill(int(pid), signal.SIGKILL)


def holder_of(world: World, alias: str) -> str | None:
    holder = world.aws.cloudfront.holder_of(alias)
    return next((name for name, each in world.distributions.items() if each is holder), None)


def calls_for(world: World, alias: str) -> int:
    requests = world.aws.cloudfront.requests
    return sum(each.operation == "AssociateAlias" and each.params.get("Alias") == alias for each in requests)


async def until_told(world: World, card: Message, words: str) -> None:
    await world.slack.until(lambda: notices(world, card, words), timeout=TAKEN_OVER_WITHIN_S)


def notices(world: World, card: Message, words: str) -> list[Message]:
    return [each for each in world.slack.thread(world.channel.id, card.ts) if words in each.plain()]
