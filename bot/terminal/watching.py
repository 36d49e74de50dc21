"""`python -m bot watch <alias> <target>`: the watch for one record, live in a terminal.

The same looks, the same schedule and the same diagnosis as those of a move, without Slack, Redis and a move. It
changes nothing anywhere; with a distribution's own name it does not even need AWS.
"""

import argparse
import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from rich.console import Console

from bot import environment as values
from bot.alias_move.diagnosis import diagnosis, next_diagnosis
from bot.alias_move.mistakes import Diagnosis
from bot.alias_move.names import AliasName, DistributionId, NotAName, RegistrableName, TxtRecord
from bot.alias_move.pacing import Pace
from bot.alias_move.sightings import TxtSighting
from bot.alias_move.wrong_values import is_distribution
from bot.environment import Environment, WrongValueError
from bot.ports import Aws, Dns, Errand, PortError, TryAgainLater
from bot.terminal.watch_screen import Screen, Shown

DEFAULT_PATIENCE = "1h"
NOTHING_CHANGED = "Nothing was changed by this command."


@dataclass(frozen=True, slots=True)
class Reach:
    """The settings that this command reads; it needs no others."""

    dns_resolvers: tuple[tuple[str, int], ...]
    dns_port: int
    aws_role_arns: tuple[str, ...]
    aws_external_id: str | None
    mistakes: tuple[str, ...]
    """A sentence for each variable that can't be used."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str], *, needs_aws: bool) -> Self:
        """As the other commands read them."""
        env = Environment(environ, {"DNS_RESOLVERS": "", "DNS_PORT": "53", "AWS_ROLE_ARNS": "", "AWS_EXTERNAL_ID": ""})
        aws = env if needs_aws else Environment({}, dict.fromkeys(("AWS_ROLE_ARNS", "AWS_EXTERNAL_ID"), ""))
        return cls(
            env.read("DNS_RESOLVERS", values.addresses, ()),
            env.read("DNS_PORT", values.port(lowest=1), 0),
            aws.read("AWS_ROLE_ARNS", values.role_arns, ()),
            aws.read("AWS_EXTERNAL_ID", values.external_id, None),
            tuple(env.mistakes),
        )


class CannotWatch(Exception):  # noqa: N818 - named for what it tells
    """There is nothing to watch; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is asked for."""

    alias: AliasName
    target: str
    """A distribution's id, or its own name."""
    patience: timedelta

    @property
    def needs_aws(self) -> bool:
        """Whether the own name of the target has to be looked up."""
        return not is_distribution(self.target)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.description = (
        "Watch the TXT record that lets an alias move to a distribution, and say what is wrong with it. Changes "
        "nothing. Exit codes: 0 the record is live on the zone's servers, 1 it is not, 2 the command is wrong."
    )
    parser.add_argument("alias", type=_alias, help="like www.example.com")
    parser.add_argument(
        "target",
        type=_target,
        help="the distribution's id (needs AWS), or its own name, like d111111abcdef8.cloudfront.net",
    )
    parser.add_argument(
        "--for",
        dest="patience",
        type=_patience,
        default=DEFAULT_PATIENCE,
        metavar="TIME",
        help=f"give up after so long: 90s, 15m, 24h (default: {DEFAULT_PATIENCE})",
    )


def watched(arguments: argparse.Namespace) -> Watched:
    """What the arguments ask for."""
    return Watched(arguments.alias, arguments.target, arguments.patience)


async def record_of(asked: Watched, aws: Aws | None, registrable_name: RegistrableName) -> TxtRecord:
    """The record to watch for.

    Raises:
        CannotWatch: the target is not in an account that can be read.
        PortError: AWS does not answer.
    """
    own_name = asked.target
    if aws is not None:
        wanted = DistributionId(asked.target)
        seen = await aws.look(Errand(asked.alias, "watch", "terminal", wanted))
        found = next((one for one in seen.inventory if one.id == wanted), None)
        if found is None:
            raise CannotWatch(f"There is no distribution {wanted} in the accounts I can read.")
        own_name = found.domain_name
    return TxtRecord.proving(asked.alias, own_name, registrable_name)


async def watch(
    record: TxtRecord,
    dns: Dns,
    registrable_name: RegistrableName,
    console: Console,
    patience: timedelta,
    pace: Pace | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> bool:
    """Look until every server has the record, or the time is over; whether it is live."""
    looking = _Looking(record, dns, registrable_name, patience.total_seconds(), pace or Pace())
    with Screen(console, record) as screen:
        while True:
            await looking.look()
            screen.show(looking.shown)
            if looking.is_over:
                break
            await looking.diagnose()
            screen.show(looking.shown)
            await sleep(looking.next_s)
    console.print(_last_words(record, looking), markup=False, highlight=False, soft_wrap=True)
    return looking.is_live


class _Looking:
    """One watch under way. All times are the event loop's, but for those that people see."""

    def __init__(
        self, record: TxtRecord, dns: Dns, registrable_name: RegistrableName, patience_s: float, pace: Pace
    ) -> None:
        self._record = record
        self._dns = dns
        self._registrable_name = registrable_name
        self._pace = pace
        self._now = asyncio.get_running_loop().time
        self._ends = self._now() + patience_s
        self._stirred = self._now()
        self._gives_up = datetime.now(UTC) + timedelta(seconds=patience_s)
        self.sighting: TxtSighting | None = None
        self.trouble = ""
        self.diagnosis: Diagnosis | None = None
        self.looks = 0

    @property
    def is_live(self) -> bool:
        """Whether the newest look found the record on every server that answers."""
        return self.sighting is not None and not self.trouble and self.sighting.is_live

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to wait for."""
        return self.is_live or self._now() >= self._ends

    @property
    def next_s(self) -> float:
        """Seconds until the next look."""
        interval_s = self._pace.watch_interval(self._now() - self._stirred)
        return max(0.0, min(interval_s, self._ends - self._now()))

    @property
    def shown(self) -> Shown:
        """For people."""
        mistakes = self.diagnosis.mistakes if self.diagnosis is not None and not self.is_live else ()
        return Shown(self.sighting, self.trouble, mistakes, self.looks, self._gives_up)

    async def look(self) -> None:
        """Once, through every server."""
        before = self.sighting
        self.looks += 1
        try:
            self.sighting, self.trouble = await self._dns.look_up(self._record), ""
        except TryAgainLater as trouble:
            self.trouble = str(trouble)
            return
        if before is not None and before.said != self.sighting.said:
            self._stirred = self._now()
            self.diagnosis = Diagnosis(self.diagnosis.at) if self.diagnosis else None

    async def diagnose(self) -> None:
        """If it is time for that."""
        last = self.diagnosis.at if self.diagnosis else None
        began = self._now()
        if began < next_diagnosis(self._stirred, last):
            return
        with contextlib.suppress(TryAgainLater):  # the next look is soon
            probe = await self._dns.probe(self._record, self.sighting)
            self.diagnosis = diagnosis(probe, self._registrable_name, at=began)


def _last_words(record: TxtRecord, looking: _Looking) -> str:
    sighting = looking.sighting
    if looking.is_live and sighting is not None:
        return f"{record.name} is live: seen on {_counted(sighting)}. {NOTHING_CHANGED}"
    again = f"{NOTHING_CHANGED} Start the command again to go on watching."
    if looking.trouble or sighting is None:
        return f"I can't tell whether {record.name} is live. {looking.trouble} {again}"
    return f"{record.name} is not live: it is on {_counted(sighting)}. {again}"


def _counted(sighting: TxtSighting) -> str:
    return f"{sighting.seen_on} of {len(sighting.answers)} servers of {sighting.zone}"


async def run(asked: Watched, dns: Dns, aws: Aws | None, registrable_name: RegistrableName, console: Console) -> int:
    """Exit codes as `add_arguments` says."""
    try:
        record = await record_of(asked, aws, registrable_name)
    except (CannotWatch, PortError) as trouble:
        console.print(f"{trouble} {NOTHING_CHANGED}", markup=False, highlight=False, soft_wrap=True)
        return 1
    return 0 if await watch(record, dns, registrable_name, console, asked.patience) else 1


def _alias(text: str) -> AliasName:
    try:
        return AliasName.parse(text)
    except NotAName as why:
        raise argparse.ArgumentTypeError(str(why)) from None


def _target(text: str) -> str:
    name = text.strip().lower().removesuffix(".")
    if is_distribution(name):
        return name
    try:
        return DistributionId.parse(text).text
    except NotAName:
        raise argparse.ArgumentTypeError(
            "must be a distribution id, like E1A2B3C4D5E6F7, or a distribution's own name, like"
            " d111111abcdef8.cloudfront.net"
        ) from None


def _patience(text: str) -> timedelta:
    try:
        return values.duration(text)
    except WrongValueError as why:
        raise argparse.ArgumentTypeError(str(why)) from None
