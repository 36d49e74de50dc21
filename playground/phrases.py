"""The sentences that `play` understands, parsed into values; pure. Forgiving about words, strict about meaning.

Who does something may stand in front (`joon presses Approve`, `mina: /cname-conflict …`) or be left out. What is not
understood is answered with a sentence that names what would be.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final


class NotUnderstood(ValueError):  # noqa: N818 - `str(error)` is the sentence for whoever typed it
    """No phrase of the playground."""


class ServerTrouble(Enum):
    """How a name server can be broken from the prompt."""

    DEAD = "dead"
    LAME = "lame"
    REFUSED = "refused"
    SERVFAIL = "servfail"
    BEHIND = "behind"


class AwsTrouble(Enum):
    """What can go wrong with the next AssociateAlias."""

    THROTTLED = "throttle"
    ANSWER_LOST = "lose the answer"
    CALL_LOST = "lose the call"
    RECORD_WANTED = "want the record"


class Mistake(Enum):
    """How people get the record wrong."""

    DOUBLED_NAME = "doubled name"
    """Where the console adds the zone by itself."""
    CNAME = "cname"
    QUOTES = "pasted quotes"
    WRONG_DISTRIBUTION = "wrong distribution"
    ONE_SERVER_BEHIND = "one server behind"
    ASKED_TOO_EARLY = "early no"
    """Somebody asks a resolver just before it is published, and the resolver remembers."""


class Sight(Enum):
    """What can be looked at."""

    SCREEN = "screen"
    CLOUDFRONT = "cloudfront"
    DNS = "dns"
    LOGS = "logs"
    SCENARIOS = "scenarios"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class TypeCommand:
    """`mina: /cname-conflict www.example.com`."""

    person: str
    command: str
    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """`joon presses Approve`."""

    person: str
    label: str


@dataclass(frozen=True, slots=True)
class Choose:
    """`mina chooses green`."""

    person: str
    option: str


@dataclass(frozen=True, slots=True)
class Submit:
    """`joon submits`, or `joon submits: not today` where the dialog asks for something."""

    person: str
    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """`joon closes the dialog`."""

    person: str


@dataclass(frozen=True, slots=True)
class CreateRecord:
    """`create the record`: the one that the card asks for."""


@dataclass(frozen=True, slots=True)
class AddRecord:
    """`add TXT _www.example.com some value`."""

    rdtype: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class RemoveRecord:
    """`remove the record`, or `remove _www.example.com`."""

    name: str
    """Empty: the one that the card asks for."""


@dataclass(frozen=True, slots=True)
class BreakServer:
    """`break server 2`, or `break server 2 behind`."""

    number: int
    trouble: ServerTrouble


@dataclass(frozen=True, slots=True)
class RepairServers:
    """`repair servers`: all of them."""


@dataclass(frozen=True, slots=True)
class BreakAws:
    """`throttle aws`, `lose the answer`."""

    trouble: AwsTrouble


@dataclass(frozen=True, slots=True)
class SwitchDistribution:
    """`disable blue`."""

    distribution: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class Certify:
    """`certify green`: a certificate that covers the alias of the scenario."""

    distribution: str


@dataclass(frozen=True, slots=True)
class SupportMoves:
    """`support moves it to green`: what AWS Support does, and tells nobody."""

    distribution: str


@dataclass(frozen=True, slots=True)
class CreateWrongly:
    """`create the record with a doubled name`."""

    mistake: Mistake


@dataclass(frozen=True, slots=True)
class RefuseAws:
    """`refuse aws: AccessDenied You may not do that`."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RepairAws:
    """`repair aws`: nothing that was ordered goes wrong any more."""


@dataclass(frozen=True, slots=True)
class KillProcess:
    """`kill worker 1`, `kill web`: as a power failure would end it."""

    name: str


@dataclass(frozen=True, slots=True)
class StartProcess:
    """`start a worker`, one more; `start web`, where it was killed."""

    kind: str


@dataclass(frozen=True, slots=True)
class Begin:
    """`start wildcard`: end this world, and begin another scenario."""

    scenario: str


@dataclass(frozen=True, slots=True)
class GiveName:
    """`give green *.example.com`: what its owner does in CloudFront's console."""

    distribution: str
    name: str


@dataclass(frozen=True, slots=True)
class TakeName:
    """`take www.example.com from blue`."""

    distribution: str
    name: str


@dataclass(frozen=True, slots=True)
class PointName:
    """`point www.example.com at green`: in DNS."""

    name: str
    distribution: str


@dataclass(frozen=True, slots=True)
class WaitFor:
    """`wait for has moved`: until somebody sees these words."""

    words: str


@dataclass(frozen=True, slots=True)
class LookAt:
    """`look at cloudfront`."""

    sight: Sight


@dataclass(frozen=True, slots=True)
class Quit:
    """`quit`."""


Phrase = (
    TypeCommand
    | Press
    | Choose
    | Submit
    | Close
    | CreateRecord
    | AddRecord
    | RemoveRecord
    | BreakServer
    | RepairServers
    | BreakAws
    | SwitchDistribution
    | Certify
    | SupportMoves
    | CreateWrongly
    | RefuseAws
    | RepairAws
    | KillProcess
    | StartProcess
    | Begin
    | GiveName
    | TakeName
    | PointName
    | WaitFor
    | LookAt
    | Quit
)
_Groups = dict[str, str]

_WHO: Final = r"(?:@?(?P<who>[a-z]+)\s*:?\s+)?"
_SIGHTS: Final = {
    **{sight.value: sight for sight in Sight},
    "screens": Sight.SCREEN,
    "card": Sight.SCREEN,
    "aws": Sight.CLOUDFRONT,
    "records": Sight.DNS,
    "log": Sight.LOGS,
    "?": Sight.HELP,
}


_MISTAKES: Final = {mistake.value: mistake for mistake in Mistake} | {"quotes": Mistake.QUOTES}


def _server(found: _Groups) -> BreakServer:
    return BreakServer(int(found["number"]), ServerTrouble(found["how"].lower() or "dead"))


_PHRASES: Final[tuple[tuple[str, Callable[[_Groups], Phrase]], ...]] = (
    (
        rf"{_WHO}(?:types?\s+|says?\s+)?(?P<command>/[\w-]+)(?:\s+(?P<text>.+))?",
        lambda found: TypeCommand(found["who"], found["command"], found["text"]),
    ),
    (
        rf"{_WHO}(?:press(?:es)?|clicks?)\s+(?:on\s+)?(?:the\s+)?(?P<label>.+?)(?:\s+button)?",
        lambda found: Press(found["who"], found["label"]),
    ),
    (
        rf"{_WHO}(?:chooses?|picks?|selects?)\s+(?P<option>.+)",
        lambda found: Choose(found["who"], found["option"]),
    ),
    (
        rf"{_WHO}submits?(?:\s+the\s+(?:dialog|modal|form))?(?:\s*:)?(?:\s+(?P<text>.+))?",
        lambda found: Submit(found["who"], found["text"]),
    ),
    (rf"{_WHO}closes?(?:\s+the)?(?:\s+(?:dialog|modal|form))?", lambda found: Close(found["who"])),
    (
        rf"(?:create|add|publish) (?:the )?(?:TXT )?record (?:with|as) (?:(?:an?|the) )?(?P<how>{'|'.join(_MISTAKES)})",
        lambda found: CreateWrongly(_MISTAKES[found["how"].lower()]),
    ),
    (rf"{_WHO}(?:creates?|adds?|publish(?:es)?)\s+(?:the\s+)?(?:TXT\s+)?record(?:\s+.*)?", lambda _: CreateRecord()),
    (
        r"(?:create|add|publish)\s+(?:(?P<rdtype>TXT|CNAME|A)\s+)?(?P<name>[\w*-]*\.[\w.-]+)\s+(?P<value>.+)",
        lambda found: AddRecord(found["rdtype"].upper() or "TXT", found["name"].lower(), _unquoted(found["value"])),
    ),
    (rf"{_WHO}(?:removes?|deletes?)\s+(?:the\s+)?(?:TXT\s+)?record", lambda _: RemoveRecord("")),
    (
        r"(?:remove|delete)\s+(?:TXT\s+)?(?P<name>[\w*-]*\.[\w.-]+)",
        lambda found: RemoveRecord(found["name"].lower()),
    ),
    (r"break\s+(?:name\s+|dns\s+)?server\s+(?P<number>\d+)(?:\s+(?P<how>dead|lame|refused|servfail|behind))?", _server),
    (r"(?:repair|fix|mend)(?:\s+the)?(?:\s+(?:name\s+|dns\s+)?servers?)?(?:\s+\d+)?", lambda _: RepairServers()),
    (r"(?:throttle(?:\s+.*)?|break aws throttled?)", lambda _: BreakAws(AwsTrouble.THROTTLED)),
    (r"lose\s+(?:the\s+|aws'?s?\s+)?answer", lambda _: BreakAws(AwsTrouble.ANSWER_LOST)),
    (r"lose\s+(?:the\s+)?call", lambda _: BreakAws(AwsTrouble.CALL_LOST)),
    (r"(?:aws\s+)?wants?\s+(?:the|a)\s+record", lambda _: BreakAws(AwsTrouble.RECORD_WANTED)),
    (
        r"refuse\s+(?:aws|the\s+call)\s*(?:with|:)?\s+(?P<code>[A-Za-z]+):?\s+(?P<message>.+)",
        lambda found: RefuseAws(found["code"], found["message"]),
    ),
    (r"(?:repair|fix|mend)\s+aws", lambda _: RepairAws()),
    (r"kill\s+(?:the\s+)?(?P<name>web|worker\s+\d+)", lambda found: KillProcess(found["name"].lower())),
    (
        r"start\s+(?:(?:a|another|one\s+more|the)\s+)?(?P<kind>web|worker)",
        lambda found: StartProcess(found["kind"].lower()),
    ),
    (r"(?:start|begin(?:\s+with)?|scenario)\s+(?P<name>[\w-]+)", lambda found: Begin(found["name"].lower())),
    (
        r"(?P<switch>enable|disable)\s+(?P<name>\S+)",
        lambda found: SwitchDistribution(found["name"].lower(), enabled=found["switch"].lower() == "enable"),
    ),
    (
        r"(?:certify\s+(?P<name>\S+)|give\s+(?P<other>\S+)\s+a\s+certificate(?:\s+.*)?)",
        lambda found: Certify((found["name"] or found["other"]).lower()),
    ),
    (
        r"(?:aws\s+)?support\s+(?:moves|swaps)\s+(?:\S+\s+)?to\s+(?P<name>\S+)",
        lambda found: SupportMoves(found["name"].lower()),
    ),
    (
        r"give\s+(?P<distribution>\S+)\s+(?P<name>(?:\*\.)?[\w.-]+\.\w+)",
        lambda found: GiveName(found["distribution"].lower(), found["name"].lower()),
    ),
    (
        r"take\s+(?P<name>(?:\*\.)?[\w.-]+\.\w+)\s+(?:from|off)\s+(?P<distribution>\S+)",
        lambda found: TakeName(found["distribution"].lower(), found["name"].lower()),
    ),
    (
        r"point\s+(?P<name>[\w.-]+\.\w+)\s+(?:at|to)\s+(?P<distribution>\S+)",
        lambda found: PointName(found["name"].lower(), found["distribution"].lower()),
    ),
    (r"wait\s+(?:for|until)\s*:?\s+(?P<words>.+)", lambda found: WaitFor(_unquoted(found["words"]))),
    (
        rf"(?:(?:look(?:\s+at)?|show|list)\s+)?(?:the\s+)?(?P<sight>{'|'.join(map(re.escape, _SIGHTS))})",
        lambda found: LookAt(_SIGHTS[found["sight"].lower()]),
    ),
    (r"quit|exit|bye|q", lambda _: Quit()),
)


def parse(line: str) -> Phrase | None:
    """What a line means; None for an empty one and a comment (`# …`).

    Raises:
        NotUnderstood: with a sentence for whoever typed it.
    """
    text = " ".join(line.split())
    if not text or text.startswith("#"):
        return None
    for pattern, meaning in _PHRASES:
        match = re.fullmatch(pattern, text, re.IGNORECASE)
        if match:
            return meaning({name: value or "" for name, value in match.groupdict().items()})
    raise NotUnderstood(f"I don't understand “{text}”. Type `help` for what can be done here.")


def matching(wanted: str, offered: list[str]) -> int:
    """Which of these a person means: the whole text, else how it begins, else something in it; dots don't count.

    Raises:
        NotUnderstood: none of them, or more than one.
    """
    asked = _plain(wanted)
    for means in (str.__eq__, str.startswith, str.__contains__):
        fitting = [number for number, text in enumerate(offered) if means(_plain(text), asked)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise NotUnderstood(f"“{wanted}” could be {' or '.join(f'“{offered[each]}”' for each in fitting)}.")
    raise NotUnderstood(f"There is no “{wanted}” to be had; there is {', '.join(offered) or 'nothing'}.")


_RECORD: Final = re.compile(r'^\s*(?P<name>_\S*)\s+TXT\s+"(?P<value>[^"]+)"\s*$', re.MULTILINE)


def record_asked_for(card: str) -> tuple[str, str] | None:
    """Name and value of the TXT record that a card shows as a line to be copied."""
    match = _RECORD.search(card)
    return (match["name"].rstrip("."), match["value"]) if match else None


def _plain(text: str) -> str:
    return text.lower().replace("…", "").strip(" .")


def _unquoted(text: str) -> str:
    return text.strip().strip("\"“”'")
