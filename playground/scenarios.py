"""What a world can look like: small situations to play through, each with one sentence of what to try.

Plain descriptions and nothing else; `world` builds them. The same ones serve `make play` and the tests, which shorten
the times with `dataclasses.replace`.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from playground.aws import ACCOUNTS, HOME, LEGACY, NEIGHBOUR, SHOP


class Trouble(Enum):
    """What goes wrong in a world, from its beginning."""

    ONE_SERVER_BEHIND = "the last name server still answers from the zone as it was"
    """Only where the system has more than one loopback address."""
    ASKED_TOO_EARLY = "somebody asks for the record a moment before it is published, and the resolver remembers the no"
    ANSWER_LOST = "CloudFront moves the alias once, and its answer is lost on the way"
    ACCOUNT_SILENT = "nobody has made the bot's role in the account called legacy"
    THROTTLED = "CloudFront refuses the first two calls of AssociateAlias with Throttling"


@dataclass(frozen=True, slots=True)
class Holding:
    """A distribution, under the name people give it."""

    name: str
    aliases: tuple[str, ...] = ()
    certificate: tuple[str, ...] = ()
    """The names it covers; empty: CloudFront's own certificate, which covers no alias."""
    account: str = HOME
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Scenario:
    """A situation before anybody has asked for anything."""

    name: str
    what_to_try: str
    distributions: tuple[Holding, ...]
    alias: str = "www.example.com"
    ask_for: str = ""
    """The distribution to name in the command; empty: the bot finds the target."""
    troubles: frozenset[Trouble] = frozenset()
    zone: str = "example.com"
    reads: tuple[str, ...] = ()
    """Further accounts that the bot is told to look into, through a role in each."""
    moves: tuple[str, ...] = ()
    """Accounts in which it has a role to move with."""
    negative_ttl_seconds: int = 60
    """For how long a resolver remembers that a record was not there."""


_BLUE: Final = Holding("blue", ("www.example.com",), ("www.example.com",))
_GREEN: Final = Holding("green", (), ("*.example.com",))

HAPPY: Final = Scenario(
    "happy",
    "Ask for the alias, create the record the card asks for, and let joon approve.",
    (_BLUE, _GREEN),
)
SEVERAL_TARGETS: Final = Scenario(
    "several-targets",
    "Ask for the alias, then choose green or amber from the menu on the card.",
    (_BLUE, _GREEN, Holding("amber", (), ("www.example.com",))),
)
CERTIFICATE: Final = Scenario(
    "certificate",
    "Ask for green, whose certificate does not cover the alias; then certify green, and let the bot look again.",
    (_BLUE, Holding("green", ("shop.example.com",), ("shop.example.com",))),
    ask_for="green",
)
OTHER_ACCOUNT: Final = Scenario(
    "other-account",
    "Move an alias away from an account the bot cannot read: AWS refuses while its distribution is enabled.",
    (Holding("blue", ("www.example.com",), ("www.example.com",), account=NEIGHBOUR), _GREEN),
)
_FURTHER: Final = tuple(account for account in ACCOUNTS if account != HOME)
FIVE_ACCOUNTS: Final = Scenario(
    "five-accounts",
    "Ask for an alias that another of your five accounts holds: the bot names it in full. Disable blue, let the bot"
    " look again, create the record, and approve.",
    (
        Holding("blue", ("www.example.com", "shop.example.com"), ("*.example.com",), account=LEGACY),
        Holding("green", (), ("*.example.com",), account=SHOP),
    ),
    ask_for="green",
    reads=_FURTHER,
    moves=(SHOP,),
)
SILENT_ACCOUNT: Final = Scenario(
    "silent-account",
    "Ask for an alias while one of your five accounts does not let the bot in: it says so, and that the holder may be"
    " there.",
    (Holding("blue", ("www.example.com",), ("www.example.com",), account=LEGACY, enabled=False), _GREEN),
    ask_for="green",
    troubles=frozenset({Trouble.ACCOUNT_SILENT}),
    reads=_FURTHER,
)
APEX: Final = Scenario(
    "apex",
    "Move the zone's own name, and see where its record has to be.",
    (
        Holding("blue", ("example.com",), ("example.com",)),
        Holding("green", (), ("example.com", "*.example.com")),
    ),
    alias="example.com",
)
WILDCARD: Final = Scenario(
    "wildcard",
    "Move *.example.com while another distribution keeps shop.example.com, which it overlaps.",
    (
        Holding("blue", ("*.example.com",), ("*.example.com",)),
        Holding("shop", ("shop.example.com",), ("shop.example.com",)),
        _GREEN,
    ),
    alias="*.example.com",
)
SERVER_BEHIND: Final = Scenario(
    "server-behind",
    "Create the record while one name server lags; the bot waits until you repair the servers.",
    (_BLUE, _GREEN),
    troubles=frozenset({Trouble.ONE_SERVER_BEHIND}),
)
EARLY_NO: Final = Scenario(
    "early-no",
    "Create the record and approve at once: AWS still remembers that it was not there, and the bot tries again by"
    " itself with the same approval.",
    (_BLUE, _GREEN),
    troubles=frozenset({Trouble.ASKED_TOO_EARLY}),
    negative_ttl_seconds=20,
)
LOST_ANSWER: Final = Scenario(
    "lost-answer",
    "Approve, and CloudFront's answer is lost: the bot looks which side has the alias before it does anything else.",
    (_BLUE, _GREEN),
    troubles=frozenset({Trouble.ANSWER_LOST}),
)
THROTTLED: Final = Scenario(
    "throttled",
    "Approve while CloudFront is too busy: the bot tries again, and the approval keeps counting.",
    (_BLUE, _GREEN),
    troubles=frozenset({Trouble.THROTTLED}),
)
FREE: Final = Scenario(
    "free",
    "Ask for an alias that nobody holds: there is nothing to move.",
    (Holding("blue", ("shop.example.com",), ("shop.example.com",)), _GREEN),
)
ALREADY_THERE: Final = Scenario(
    "already-there",
    "Ask for an alias that its target holds already: there is nothing to do.",
    (
        Holding("blue", ("shop.example.com",), ("shop.example.com",)),
        Holding("green", ("www.example.com",), ("*.example.com",)),
    ),
    ask_for="green",
)

SCENARIOS: Final = {
    scenario.name: scenario
    for scenario in (
        HAPPY,
        SEVERAL_TARGETS,
        CERTIFICATE,
        OTHER_ACCOUNT,
        FIVE_ACCOUNTS,
        SILENT_ACCOUNT,
        APEX,
        WILDCARD,
        SERVER_BEHIND,
        EARLY_NO,
        LOST_ANSWER,
        THROTTLED,
        FREE,
        ALREADY_THERE,
    )
}
"""By name, in the order in which to try them."""
