"""What a world can look like: small situations to play through, each with one sentence of what to try.

Plain descriptions and nothing else; `world` builds them. The same ones serve `make play` and the tests, which shorten
the times with `dataclasses.replace`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from playground.aws import ACCOUNTS, ALIASES_PER_DISTRIBUTION, HOME, LEGACY, NEIGHBOUR, SHOP, CustomName, Oddity


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
    """A distribution, or a tenant of one, under the name people give it."""

    name: str
    aliases: tuple[str, ...] = ()
    certificate: tuple[str, ...] = ()
    """The names it covers; empty: CloudFront's own certificate, which covers no alias."""
    account: str = HOME
    enabled: bool = True
    oddity: Oddity | None = None
    """What is wrong with its certificate."""
    of_iam: bool = False
    """Whether its certificate was uploaded to IAM; else it is one of ACM."""
    tenant_of: str = ""
    """The multi-tenant distribution, described before it, whose tenant this is."""
    is_multi_tenant: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """A record that is in the zone from the beginning."""

    name: str
    rdtype: str
    value: str
    """`{green}` stands for the own name of the distribution that people call green."""


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
    hosted_in: str = ""
    """The account whose Route 53 hosts that zone; there is an orphan of it in HOME then, that nobody asks."""
    reads: tuple[str, ...] = ()
    """Further accounts that the bot is told to look into, through a role in each."""
    moves: tuple[str, ...] = ()
    """Accounts in which it has a role to move with."""
    custom_names: tuple[CustomName, ...] = ()
    """What AWS services tell of the names they have."""
    points_at: str = ""
    """The distribution that the alias's DNS leads to although it does not hold it."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings of the bot that differ from its defaults."""
    records: tuple[Published, ...] = ()
    """Besides those by which visitors come."""
    negative_ttl_seconds: int = 60
    """For how long a resolver remembers that a record was not there."""


COGNITO: Final = "305512345678"
"""An account of AWS's own."""
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
WRONG_KEY: Final = Scenario(
    "wrong-key",
    "Ask for the alias: green's certificate covers it, but has a key that CloudFront does not take. Certify green, and"
    " let the bot look again.",
    (_BLUE, replace(_GREEN, oddity=Oddity.EC_SECP384R1)),
    ask_for="green",
)
IAM_CERTIFICATE: Final = Scenario(
    "iam-certificate",
    "Ask for the alias while green has a certificate of IAM: the bot reads it like one of ACM.",
    (_BLUE, replace(_GREEN, of_iam=True)),
)
QUOTA: Final = Scenario(
    "quota",
    "Ask for the alias, then for api.example.com, both for green, which has room for one more name: the bot warns, and"
    " AWS refuses whichever comes second.",
    (
        Holding("blue", ("www.example.com", "api.example.com"), ("*.example.com",)),
        replace(_GREEN, aliases=tuple(f"shop-{n}.example.com" for n in range(1, ALIASES_PER_DISTRIBUTION))),
    ),
    ask_for="green",
)
_THEIRS: Final = Holding("blue", ("www.example.com",), ("www.example.com",), account=NEIGHBOUR)
HOLDER_UNKNOWN: Final = Scenario(
    "holder-unknown",
    "Ask for an alias that somebody else's distribution holds, create the record, and say that its owner has switched"
    " it off: AWS refuses unless you `disable blue` first.",
    (_THEIRS, _GREEN),
)
SUPPORT_SWAP: Final = Scenario(
    "support-swap",
    "Ask for an alias that somebody else's distribution holds, then let AWS Support move it (`support moves it to"
    " green`): within a minute the bot tells you to change DNS.",
    (_THEIRS, _GREEN),
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
SOURCE_ELSEWHERE_ENABLED: Final = Scenario(
    "source-elsewhere-enabled",
    "Ask for an alias whose source, in another of your accounts, is enabled. Create the record, let joon disable blue"
    " (the dialog wants its id), wait, and approve; then enable blue again for the sake of its other names.",
    (
        Holding("blue", ("www.example.com", "shop.example.com", "api.example.com"), ("*.example.com",), account=LEGACY),
        Holding("green", (), ("*.example.com",), account=SHOP),
    ),
    ask_for="green",
    reads=_FURTHER,
    moves=(SHOP, LEGACY),
    settings={"DISABLE_SOURCE": "true"},
)
SAME_ACCOUNT_WITHOUT_RECORD: Final = Scenario(
    "same-account-without-record",
    "Ask for the alias where the operator lets names change over inside one account without a record, and approve; or"
    " type `want the record` first, and AWS says no: the bot then asks for the record, and asks AWS a quarter of an"
    " hour later.",
    (_BLUE, _GREEN),
    settings={"SAME_ACCOUNT_WITHOUT_RECORD": "true"},
)
MUST_STAY_UP: Final = Scenario(
    "must-stay-up",
    "Ask for green while blue, in another account, has to go on serving. Follow the six steps, letting the bot look"
    " after each: `give green *.example.com`, `point www.example.com at green`, `take www.example.com from blue`,"
    " `give green www.example.com`.",
    (
        Holding("blue", ("www.example.com", "shop.example.com"), ("*.example.com",), account=LEGACY),
        Holding("green", (), ("*.example.com",)),
    ),
    ask_for="green",
    reads=(LEGACY,),
)
_SITES: Final = Holding("sites", (), ("*.example.com",), is_multi_tenant=True)
TENANT_TARGET: Final = Scenario(
    "tenant-target",
    "Ask for a distribution tenant as the target: inside one account no record is needed. Approve, and read which"
    " endpoint DNS has to point at.",
    (_BLUE, _SITES, Holding("store", ("store.example.com",), tenant_of="sites")),
    ask_for="store",
)
TENANT_HOLDER: Final = Scenario(
    "tenant-holder",
    "Ask for an alias that a distribution tenant has: the bot names the tenant and its distribution, and takes the"
    " alias from it once you approve.",
    (_SITES, Holding("store", ("www.example.com",), tenant_of="sites"), _GREEN),
    ask_for="green",
)
APEX_ELSEWHERE: Final = Scenario(
    "apex-elsewhere",
    "Ask for the zone's own name while an enabled distribution of another account has it: no wildcard can keep it up,"
    " so read the text for AWS Support, or disable blue.",
    (
        Holding("blue", ("example.com",), ("example.com",), account=LEGACY),
        Holding("green", (), ("example.com", "*.example.com")),
    ),
    alias="example.com",
    ask_for="green",
    reads=(LEGACY,),
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
_IN_ALL: Final = 1000
_FITTING: Final = 125
THOUSAND: Final = Scenario(
    "thousand-distributions",
    "Ask for an alias that any of 126 distributions could take, of a thousand in five accounts: the menu has the best"
    " hundred. Then ask for shop.example.com: within a minute no account is read again.",
    (
        Holding("blue", ("www.example.com", "shop.example.com"), ("*.example.com",)),
        Holding("green", (), ("www.example.com", "shop.example.com"), account=LEGACY),
        *(
            Holding(
                f"edge {number}",
                (),
                ("*.example.com",) if number <= _FITTING else (),
                account=ACCOUNTS[number % len(ACCOUNTS)],
            )
            for number in range(1, _IN_ALL - 1)
        ),
    ),
    reads=_FURTHER,
    moves=_FURTHER,
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
    "Create the record: a resolver still remembers that it was not there. The card says until when; approve at once,"
    " and the bot asks AWS then. Or answer that nobody tried by hand: AWS says no, and the bot tries again by itself.",
    (_BLUE, _GREEN),
    troubles=frozenset({Trouble.ASKED_TOO_EARLY}),
    negative_ttl_seconds=20,
)
DOUBLED_NAME: Final = Scenario(
    "doubled-name",
    "Ask for the alias: somebody has created the record with the zone's name twice, and the card says so. Create it"
    " where the card wants it.",
    (_BLUE, _GREEN),
    records=(Published("_www.example.com.example.com", "TXT", "{green}"),),
)
CNAME_INSTEAD_OF_TXT: Final = Scenario(
    "cname-instead-of-txt",
    "Ask for the alias: the record is there as a CNAME. Remove _www.example.com, then create the record.",
    (_BLUE, _GREEN),
    records=(Published("_www.example.com", "CNAME", "{green}"),),
)
PASTED_QUOTES: Final = Scenario(
    "pasted-quotes",
    "Ask for the alias: quotes were pasted into the value of the record. Remove the record, and create it anew.",
    (_BLUE, _GREEN),
    records=(Published("_www.example.com", "TXT", "“{green}”"),),
)
WRONG_DISTRIBUTION: Final = Scenario(
    "wrong-distribution",
    "Ask for the alias: the record names the distribution that holds it now. Remove the record, and create it anew.",
    (_BLUE, _GREEN),
    records=(Published("_www.example.com", "TXT", "{blue}"),),
)
ROUTE53: Final = Scenario(
    "route53",
    "Ask for an alias whose zone Route 53 hosts in the account called shop. Let joon have the record created from the"
    " card, beside a value that is kept; approve, and let joon remove it again.",
    (_BLUE, _GREEN),
    hosted_in=SHOP,
    reads=(SHOP,),
    moves=(SHOP,),
    settings={"ROUTE53_RECORDS": "true"},
    records=(Published("_www.example.com", "TXT", "owner=web-team"),),
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
HELD_BY_COGNITO: Final = Scenario(
    "held-by-cognito",
    "Ask for an alias that a Cognito user pool of yours has: its distribution is AWS's own, and the bot names the pool"
    " and how the name is freed there.",
    (Holding("cognito", ("www.example.com",), ("www.example.com",), account=COGNITO), _GREEN),
    custom_names=(CustomName("cognito-idp", "www.example.com", "us-east-1_Pool12345", HOME),),
)
FREE: Final = Scenario(
    "free",
    "Ask for an alias that nobody holds: there is nothing to move.",
    (Holding("blue", ("shop.example.com",), ("shop.example.com",)), _GREEN),
)
DNS_POINTS_ELSEWHERE: Final = Scenario(
    "dns-points-elsewhere",
    "Ask for an alias that nobody holds while its DNS still leads to blue: CloudFront would refuse it all the same, and"
    " the bot says why.",
    (Holding("blue", ("shop.example.com",), ("shop.example.com",)), _GREEN),
    points_at="blue",
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
        WRONG_KEY,
        IAM_CERTIFICATE,
        QUOTA,
        HOLDER_UNKNOWN,
        SUPPORT_SWAP,
        FIVE_ACCOUNTS,
        SOURCE_ELSEWHERE_ENABLED,
        SAME_ACCOUNT_WITHOUT_RECORD,
        TENANT_TARGET,
        TENANT_HOLDER,
        MUST_STAY_UP,
        APEX_ELSEWHERE,
        SILENT_ACCOUNT,
        THOUSAND,
        APEX,
        WILDCARD,
        SERVER_BEHIND,
        EARLY_NO,
        DOUBLED_NAME,
        CNAME_INSTEAD_OF_TXT,
        PASTED_QUOTES,
        WRONG_DISTRIBUTION,
        ROUTE53,
        LOST_ANSWER,
        THROTTLED,
        HELD_BY_COGNITO,
        FREE,
        DNS_POINTS_ELSEWHERE,
        ALREADY_THERE,
    )
}
"""By name, in the order in which to try them."""
