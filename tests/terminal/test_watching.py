"""The watch in a terminal: what it shows, how it ends, and that it needs nothing else."""

import asyncio
import io
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.console import Console

from bot.__main__ import main
from bot.alias_move.names import TxtRecord
from bot.alias_move.pacing import Pace
from bot.terminal import watching
from playground.aws import MotoServer
from playground.dns import Dns, Fault
from playground.scenarios import PASTED_QUOTES
from playground.world import World
from tests.alias_move.evidence import registrable_name
from tests.dns.conftest import OTHER_TARGET, TARGET, WWW, Clock, looking_at

pytestmark = pytest.mark.wide

QUICK = replace(Pace(), watch_fastest_s=0.01, watch_share=0.0)
LONG = timedelta(seconds=20)


@asynccontextmanager
async def a_world() -> AsyncIterator[Dns]:
    async with Dns() as world:
        world.add_zone("example.com")
        yield world


def console(*, is_terminal: bool = False) -> Console:
    return Console(file=io.StringIO(), force_terminal=is_terminal, width=120, color_system=None)


def said(on: Console) -> str:
    assert isinstance(on.file, io.StringIO)
    return on.file.getvalue()


async def until_said(on: Console, words: str) -> None:
    async with asyncio.timeout(20):
        while words not in said(on):  # noqa: ASYNC110 - a console tells nobody when it is written to
            await asyncio.sleep(0.01)


async def watched(world: Dns, on: Console, record: TxtRecord = WWW, patience: timedelta = LONG) -> bool:
    dns = looking_at(world, Clock())
    return await watching.watch(record, dns, registrable_name, on, patience, QUICK)


@pytest.mark.parametrize("is_terminal", [False, True], ids=["pipe", "terminal"])
async def test_it_ends_when_the_record_is_live_on_every_server(is_terminal: bool):  # noqa: FBT001
    on = console(is_terminal=is_terminal)
    async with a_world() as world:
        looking = asyncio.create_task(watched(world, on))
        await until_said(on, "not yet")
        world.add_txt("_www.example.com", TARGET)

        assert await looking

    assert f'Watching for  _www.example.com.  TXT  "{TARGET}"' in said(on)
    assert "has it" in said(on)
    assert "_www.example.com is live: seen on" in said(on)
    assert said(on).rstrip().endswith("Nothing was changed by this command.")


async def test_a_wrong_value_is_shown_with_its_wrong_characters_marked():
    on = console()
    async with a_world() as world:
        world.add_txt("_www.example.com", "d111111abcdef9.cloudfront.net")
        looking = asyncio.create_task(watched(world, on))
        await until_said(on, "typing error")
        world.replace_txt("_www.example.com", TARGET)

        assert await looking

    assert "  found   d111111abcdef9.cloudfront.net\n                       ^\n  wanted  d111111abcdef8" in said(on)


async def test_it_gives_up_with_what_it_knows():
    on = console()
    async with a_world() as world:
        world.add_txt("_www.example.com", OTHER_TARGET)

        is_live = await watched(world, on, patience=timedelta(0))

    assert not is_live
    assert "_www.example.com is not live: it is on 0 of" in said(on)
    assert "Start the command again" in said(on)


async def test_servers_that_do_not_answer_are_told_and_waited_for():
    on = console(is_terminal=True)
    async with a_world() as world:
        for server in world.servers:
            server.faults.add(Fault.REFUSED)
        world.add_txt("_www.example.com", TARGET)
        looking = asyncio.create_task(watched(world, on))
        await until_said(on, "I could not look just now")
        for server in world.servers:
            server.faults.clear()

        assert await looking


async def test_what_a_terminal_would_obey_is_spelled_out():
    on = console()
    async with a_world() as world:
        world.add_txt("_www.example.com", "\x1b[31mred\x1b[0m [bold]x[/bold]")

        await watched(world, on, patience=timedelta(0))

    assert "\x1b" not in said(on)
    assert "<U+001B>[31mred<U+001B>[0m [bold]x[/bold]" in said(on)


async def test_with_a_distributions_own_name_it_needs_dns_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    async with a_world() as world:
        world.add_txt("_www.example.com", TARGET)
        for name in os.environ:
            if name.startswith(("SLACK_", "AWS_", "REDIS_")):
                monkeypatch.delenv(name)
        monkeypatch.setenv("DNS_RESOLVERS", world.resolver_address)
        monkeypatch.setenv("DNS_PORT", str(world.port))
        monkeypatch.setattr(sys, "argv", ["bot", "watch", "https://WWW.example.com/", f"{TARGET.upper()}."])

        code = await asyncio.to_thread(main)

    assert code == 0
    assert "_www.example.com is live" in capsys.readouterr().out


async def test_with_an_id_it_looks_up_the_name_and_names_the_mistakes_of_a_scenario(
    moto: MotoServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    async with World.start(PASTED_QUOTES, moto=moto) as world:
        for name, value in world.environment().items():
            if name.startswith(("AWS_", "DNS_")):
                monkeypatch.setenv(name, value)
        green = world.distributions["green"]
        monkeypatch.setattr(sys, "argv", ["bot", "watch", "www.example.com", green.id, "--for", "1s"])

        code = await asyncio.to_thread(main)
        monkeypatch.setattr(sys, "argv", ["bot", "watch", "www.example.com", "E0NOSUCHONE"])
        unknown = await asyncio.to_thread(main)

    out = capsys.readouterr().out
    assert (code, unknown) == (1, 1)
    assert "! The value has quotes or backslashes in it" in out
    assert f"found   “{green.domain_name}”" in out
    assert "There is no distribution E0NOSUCHONE in the accounts I can read. Nothing was changed" in out


@pytest.mark.processes
async def test_an_interrupt_ends_it_with_a_sentence():
    async with a_world() as world:
        environ = {**os.environ, "DNS_RESOLVERS": world.resolver_address, "DNS_PORT": str(world.port)}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-u", "-m", "bot", "watch", "www.example.com", TARGET),
            env=environ,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        out = (await process.stdout.readuntil(b"not yet")).decode()
        process.send_signal(signal.SIGINT)
        out += (await process.stdout.read()).decode()

        code = await process.wait()

    assert code == 1
    assert out.rstrip().endswith("Stopped. Nothing was changed by this command.")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["www.example.com"], "required: target"),
        (["not a name", TARGET], "more than one word"),
        (["www.example.com", "www.example.net"], "must be a distribution id"),
        (["www.example.com", TARGET, "--for", "soon"], "--for"),
    ],
)
def test_a_wrong_command_is_told_how_it_should_be(
    arguments: list[str], says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "argv", ["bot", "watch", *arguments])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert says in capsys.readouterr().err


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("DNS_PORT", "none")
    monkeypatch.setattr(sys, "argv", ["bot", "watch", "www.example.com", TARGET])

    assert main() == 2
    assert capsys.readouterr().err.startswith("DNS_PORT ")
