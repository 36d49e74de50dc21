"""The prompt: what its phrases mean, what they do to a world, and one whole move typed through a pipe."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from playground.aws import MotoServer
from playground.deeds import Deeds
from playground.dns import Fault
from playground.phrases import (
    AddRecord,
    AwsTrouble,
    Begin,
    BreakAws,
    BreakServer,
    Certify,
    Choose,
    Close,
    CreateRecord,
    CreateWrongly,
    GiveName,
    KillProcess,
    LookAt,
    Mistake,
    NotUnderstood,
    Phrase,
    PointName,
    Press,
    Quit,
    RefuseAws,
    RemoveRecord,
    RepairAws,
    RepairServers,
    ServerTrouble,
    Sight,
    StartProcess,
    Submit,
    SupportMoves,
    SwitchDistribution,
    TakeName,
    TypeCommand,
    WaitFor,
    matching,
    parse,
    record_asked_for,
)
from playground.play import lines_of
from playground.scenarios import HAPPY
from playground.screens import Screens, what_changed
from playground.terminal import Terminal
from playground.world import World
from tests.playground_process import left_behind, start_playground, temporary_directory

if TYPE_CHECKING:
    from playground.bot_processes import BotProcesses


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("/cname-conflict www.example.com", TypeCommand("", "/cname-conflict", "www.example.com")),
        ("mina: /cname-conflict www.example.com", TypeCommand("mina", "/cname-conflict", "www.example.com")),
        ("  mina   types  /cname-conflict  help ", TypeCommand("mina", "/cname-conflict", "help")),
        ("@gil /cname-conflict", TypeCommand("gil", "/cname-conflict", "")),
        ("joon presses Approve", Press("joon", "Approve")),
        ("joon: press the Review and approve… button", Press("joon", "Review and approve…")),
        ("click Cancel", Press("", "Cancel")),
        ("mina chooses green", Choose("mina", "green")),
        ("pick green (E2GREEN)", Choose("", "green (E2GREEN)")),
        ("create the record with a doubled name", CreateWrongly(Mistake.DOUBLED_NAME)),
        ("create the record as a CNAME", CreateWrongly(Mistake.CNAME)),
        ("create the record with quotes", CreateWrongly(Mistake.QUOTES)),
        ("create the TXT record with the wrong distribution", CreateWrongly(Mistake.WRONG_DISTRIBUTION)),
        ("create record with one server behind", CreateWrongly(Mistake.ONE_SERVER_BEHIND)),
        ("create the record with an early no", CreateWrongly(Mistake.ASKED_TOO_EARLY)),
        ("refuse aws: AccessDenied You may not.", RefuseAws("AccessDenied", "You may not.")),
        ("repair aws", RepairAws()),
        ("kill worker 2", KillProcess("worker 2")),
        ("kill web", KillProcess("web")),
        ("start a worker", StartProcess("worker")),
        ("start web", StartProcess("web")),
        ("start lost-answer", Begin("lost-answer")),
        ("joon submits", Submit("joon", "")),
        ("submit the dialog", Submit("", "")),
        ("joon submits: too risky today", Submit("joon", "too risky today")),
        ("joon closes the dialog", Close("joon")),
        ("create the record", CreateRecord()),
        ("Create the record the card asks for", CreateRecord()),
        ("mina creates the TXT record", CreateRecord()),
        ("add TXT _www.example.com anything at all", AddRecord("TXT", "_www.example.com", "anything at all")),
        ('add _WWW.example.com "quoted"', AddRecord("TXT", "_www.example.com", "quoted")),
        ("add cname x.example.com y.example.com", AddRecord("CNAME", "x.example.com", "y.example.com")),
        ("remove the record", RemoveRecord("")),
        ("remove _www.example.com", RemoveRecord("_www.example.com")),
        ("delete TXT _.example.com", RemoveRecord("_.example.com")),
        ("break server 2", BreakServer(2, ServerTrouble.DEAD)),
        ("Break name server 1 Behind", BreakServer(1, ServerTrouble.BEHIND)),
        ("repair servers", RepairServers()),
        ("repair server 2", RepairServers()),
        ("throttle aws", BreakAws(AwsTrouble.THROTTLED)),
        ("lose the answer", BreakAws(AwsTrouble.ANSWER_LOST)),
        ("lose the call", BreakAws(AwsTrouble.CALL_LOST)),
        ("want the record", BreakAws(AwsTrouble.RECORD_WANTED)),
        ("disable blue", SwitchDistribution("blue", enabled=False)),
        ("enable blue", SwitchDistribution("blue", enabled=True)),
        ("certify green", Certify("green")),
        ("give green a certificate for the alias", Certify("green")),
        ("support moves it to green", SupportMoves("green")),
        ("AWS Support swaps www.example.com to green", SupportMoves("green")),
        ("give green *.example.com", GiveName("green", "*.example.com")),
        ("take WWW.example.com from blue", TakeName("blue", "www.example.com")),
        ("point www.example.com at green", PointName("www.example.com", "green")),
        ("wait for has moved", WaitFor("has moved")),
        ('wait until "AWS said no"', WaitFor("AWS said no")),
        ("look at CloudFront", LookAt(Sight.CLOUDFRONT)),
        ("aws", LookAt(Sight.CLOUDFRONT)),
        ("show the card", LookAt(Sight.SCREEN)),
        ("list scenarios", LookAt(Sight.SCENARIOS)),
        ("dns", LookAt(Sight.DNS)),
        ("?", LookAt(Sight.HELP)),
        ("quit", Quit()),
    ],
)
def test_a_phrase_means_what_it_says(line: str, meaning: Phrase) -> None:
    assert parse(line) == meaning


@pytest.mark.parametrize("line", ["", "   ", "# a remark"])
def test_nothing_and_remarks_mean_nothing(line: str) -> None:
    assert parse(line) is None


@pytest.mark.parametrize("line", ["dance", "break server two", "joon", "remove", "break server 1 gently"])
def test_what_is_not_understood_is_repeated_and_help_is_named(line: str) -> None:
    with pytest.raises(NotUnderstood, match=rf"{line}.*help"):
        parse(line)


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [("approve", 0), ("reject", 1), ("Reject…", 1), ("CANCEL", 3), ("look again", 2)],
)
def test_a_part_of_a_buttons_name_will_do(wanted: str, meant: int) -> None:
    assert matching(wanted, ["Review and approve…", "Reject…", "Look again", "Cancel…"]) == meant


def test_a_part_that_fits_twice_is_not_guessed() -> None:
    with pytest.raises(NotUnderstood, match="“green one” or “green two”"):
        matching("green", ["green one", "green two"])


def test_the_record_is_read_from_the_line_that_people_copy() -> None:
    card = 'Name   _www   only this\nType   TXT\n  _www.example.com   TXT   "d1.cloudfront.net"\nmore'

    assert record_asked_for(card) == ("_www.example.com", "d1.cloudfront.net")
    assert record_asked_for("no record here") is None


def test_a_card_that_changed_a_little_is_not_drawn_again_as_a_whole() -> None:
    before = "headline\none\ntwo\nthree"

    assert what_changed(before, "other headline\none\ntwo\nthree") == "other headline\n⋮"
    assert what_changed(before, "a\nb\nc\nd\ne") == "a\nb\nc\nd\ne"


async def test_lines_come_from_a_file_as_from_a_pipe_and_the_last_needs_no_end(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_bytes("first\r\nsécond\nlast".encode())
    descriptor = os.open(script, os.O_RDONLY)

    lines = [line async for line in lines_of(descriptor)]
    os.close(descriptor)

    assert lines == ["first", "sécond", "last"]


async def test_where_nothing_can_be_read_the_lines_of_somebody_else_go_on() -> None:
    descriptor, end = os.pipe()
    os.close(end)
    wishes: asyncio.Queue[str | None] = asyncio.Queue()

    lines = lines_of(descriptor, wishes)
    wishes.put_nowait("start wildcard")
    first = await anext(lines)
    wishes.put_nowait(None)

    assert first == "start wildcard"
    assert [line async for line in lines] == []
    os.close(descriptor)


class Prompt:
    """A world with a card in it as a bot might show it, and nobody behind the buttons."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.written = io.StringIO()
        no_bot = cast("BotProcesses", SimpleNamespace(tails=lambda: "the log"))
        self._deeds = Deeds(
            world, no_bot, Screens(world, Terminal(self.written)), patience_seconds=0.05, wait_seconds=0.05
        )

    async def type(self, line: str) -> str:
        phrase = parse(line)
        assert phrase is not None
        return await self._deeds.do(phrase)

    def show(self, *lines: str, **more: Any) -> None:
        text = {"type": "mrkdwn", "text": "\n".join(lines)}
        self.world.slack.post(self.world.channel, "card", [{"type": "section", "text": text}], **more)


@pytest.fixture
async def prompt(moto: MotoServer) -> AsyncIterator[Prompt]:
    async with World.start(HAPPY, moto=moto) as world:
        yield Prompt(world)


async def test_the_record_that_the_card_asks_for_is_published_and_taken_away_again(prompt: Prompt) -> None:
    prompt.show('_www.example.com   TXT   "d1.cloudfront.net"')

    published = await prompt.type("create the record")
    there = await prompt.world.dns.resolver.lookup_txt("_www.example.com")
    await prompt.type("remove the record")

    assert published == "Published: _www.example.com TXT d1.cloudfront.net"
    assert there == ["d1.cloudfront.net"]
    assert "_www.example.com" not in {record.name for record in prompt.world.dns.records()}


@pytest.mark.parametrize(
    ("mistake", "published"),
    [
        ("a doubled name", ("_www.example.com.example.com", "TXT", '"d1.cloudfront.net"')),
        ("a cname", ("_www.example.com", "CNAME", "d1.cloudfront.net.")),
        ("pasted quotes", ("_www.example.com", "TXT", r'"\"d1.cloudfront.net\""')),
        ("one server behind", ("_www.example.com", "TXT", '"d1.cloudfront.net"')),
    ],
)
async def test_the_record_can_be_created_wrongly(prompt: Prompt, mistake: str, published: tuple[str, ...]) -> None:
    prompt.show('_www.example.com   TXT   "d1.cloudfront.net"')

    await prompt.type(f"create the record with {mistake}")

    assert published in {(record.name, record.rdtype, record.value) for record in prompt.world.dns.records()}
    behind = [server for server in prompt.world.dns.servers if prompt.world.troubles_of(server)]
    assert bool(behind) == (mistake == "one server behind")


async def test_the_record_can_name_another_distribution_than_the_card(prompt: Prompt) -> None:
    blue, green = (prompt.world.distributions[name].domain_name for name in ("blue", "green"))
    prompt.show(f'_www.example.com   TXT   "{green}"')

    await prompt.type("create the record with the wrong distribution")

    assert await prompt.world.dns.resolver.lookup_txt("_www.example.com") == [blue]


async def test_somebody_can_ask_a_resolver_too_early(prompt: Prompt) -> None:
    prompt.show('_www.example.com   TXT   "d1.cloudfront.net"')

    await prompt.type("create the record with an early no")

    assert list(prompt.world.dns.resolver.misses()) == ["_www.example.com"]
    assert await prompt.world.dns.resolver.lookup_txt("_www.example.com") == []


async def test_the_next_call_can_be_refused_with_any_text_until_that_is_taken_back(prompt: Prompt) -> None:
    faults = prompt.world.aws.cloudfront.faults

    said = await prompt.type("refuse aws: TooManyDistributionCNAMEs Too many.")
    ordered = faults.waiting("AssociateAlias")
    await prompt.type("repair aws")

    assert said == "The next AssociateAlias is refused with TooManyDistributionCNAMEs: Too many."
    assert (ordered, faults.waiting("AssociateAlias")) == (1, 0)


async def test_another_command_than_the_bots_is_none(prompt: Prompt) -> None:
    assert "/shrug is not a valid command" in await prompt.type("mina: /shrug")


async def test_servers_are_broken_and_repaired(prompt: Prompt) -> None:
    server = prompt.world.dns.servers[0]

    await prompt.type("break server 1 lame")
    broken = set(server.faults)
    await prompt.type("break server 1 behind")
    await prompt.type("repair servers")

    assert broken == {Fault.LAME}
    assert server.faults == set()


async def test_owners_switch_and_certify_distributions(prompt: Prompt) -> None:
    blue = prompt.world.distributions["blue"]
    certificate = blue.certificate

    await prompt.type("disable blue")
    await prompt.type("certify blue")

    assert not blue.enabled
    assert blue.certificate != certificate


async def test_owners_edit_names_by_cloudfronts_rules_and_dns_as_they_like(prompt: Prompt) -> None:
    held = await prompt.type("give green www.example.com")
    taken = await prompt.type("take www.example.com from blue")
    too_early = await prompt.type("give green www.example.com")
    pointed = await prompt.type("point www.example.com at green")
    given = await prompt.type("give green www.example.com")

    assert held.startswith("CloudFront says CNAMEAlreadyExists: ")
    assert taken == "blue has www.example.com no more."
    assert "incorrectly configured DNS record" in too_early
    assert given == "green has www.example.com."
    assert pointed == "The DNS of www.example.com leads to green."
    assert prompt.world.holder() == "green"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("joon presses Approve", "No card in the channel offers “Approve”"),
        ("create the record", "no card"),
        ("nobody presses Approve", "nobody is not in the channel"),
        ("wait for has moved", "“has moved” has not appeared"),
        ("joon submits", "No dialog is open for joon"),
        ("break server 9", "There is no name server 9"),
        ("disable red", "There is no “red”"),
        ("add TXT _www.example.org x", "in none of the zones"),
        ("add A x.example.com nonsense", "No name server would take that"),
    ],
)
async def test_what_cannot_be_done_is_answered_with_a_sentence(prompt: Prompt, line: str, sentence: str) -> None:
    with pytest.raises(Exception, match=sentence):
        await prompt.type(line)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("cloudfront", "has www.example.com; certificate for www.example.com"),
        ("dns", "name server 1: all is well"),
        ("scenarios", "lost-answer"),
        ("help", "joon presses Approve"),
        ("logs", "the log"),
    ],
)
async def test_there_is_something_to_look_at(prompt: Prompt, line: str, shown: str) -> None:
    assert shown in await prompt.type(line)


async def test_the_screens_are_drawn_in_plain_text_and_whispers_say_for_whom(prompt: Prompt) -> None:
    prompt.show("a card for *everybody*")
    prompt.show("a word with mina", visible_to=prompt.world.people["mina"].id)

    await prompt.type("look at screen")

    drawn = prompt.written.getvalue()
    assert "a card for everybody" in drawn
    assert "#cdn, only @mina sees this" in drawn
    assert "\x1b" not in drawn


MOVE = """\
mina: /cname-conflict www.example.com
create the record
joon presses Approve
joon submits
wait for has moved
look at cloudfront
"""


@pytest.mark.processes
@pytest.mark.timeout(120)
async def test_a_whole_move_can_be_typed_through_a_pipe_and_ctrl_c_leaves_nothing_behind() -> None:
    with temporary_directory() as temporary:
        playing = await start_playground("play", "happy", temporary=temporary)
        assert playing.stdin is not None
        assert playing.stdout is not None

        playing.stdin.write(MOVE.encode())
        shown = await playing.stdout.readuntil(b"has www.example.com; certificate for *.example.com\n")
        playing.send_signal(signal.SIGINT)
        rest = await playing.stdout.read()
        code = await playing.wait()
        left = await left_behind(playing, temporary)

    assert code == 130, rest.decode()
    assert "www.example.com has moved to green" in shown.decode()
    assert rest.decode().rstrip().endswith("Stopped.")
    assert left == []
