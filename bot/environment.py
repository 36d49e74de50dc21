"""The values an operator writes into environment variables: one function for each kind of value, from text to type.

A function here answers with the typed value or with the rest of a sentence that begins with the variable's name and
says what a right value looks like. A value that may be a secret is never quoted in it.
"""

import enum
import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

T = TypeVar("T")
E = TypeVar("E", bound=enum.Enum)

_DNS_PORT = 53
_HIGHEST_PORT = 65_535
_IPV6 = 6
_LONGEST_DURATION = timedelta(days=365)
_SECONDS_PER_UNIT = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# Long enough to recognise what one typed, short enough for a log line.
_QUOTED_CHARACTERS = 60


class WrongValueError(Exception):
    """A value that does not parse; the text continues a sentence that begins with the variable's name."""


class Environment:
    """The environment variables, and the mistakes found in them so far."""

    def __init__(self, environ: Mapping[str, str], defaults: Mapping[str, str]) -> None:
        self._environ = environ
        self._defaults = defaults
        self.mistakes: list[str] = []

    def text(self, name: str) -> str:
        """The value without the white space that copying leaves around it; empty means unset."""
        return self._environ.get(name, "").strip()

    def read(self, name: str, parse: Callable[[str], T], unset: T) -> T:
        """The parsed value or default; `unset` where there is neither, and in place of a mistake, which is noted."""
        text = self.text(name) or self._defaults[name]
        if not text:
            return unset
        try:
            return parse(text)
        except WrongValueError as error:
            self.mistakes.append(f"{name} {error}")
            return unset

    def require(self, name: str, where_to_find: str) -> None:
        """Note it as a mistake when the variable is not set."""
        if not self.text(name):
            self.mistakes.append(f"{name} is not set, or empty; it is required: {where_to_find}.")


def bot_token(text: str) -> str:
    """Slack's bot token; only a clear mix-up is refused, as Slack may change what tokens look like."""
    if text.startswith(("xapp-", "xoxp-")) or not _is_one_word(text):
        raise WrongValueError("is not a bot token; a bot token is one word and begins with xoxb-.")
    return text


def app_token(text: str) -> str:
    """Slack's app-level token."""
    if text.startswith("xox") or not _is_one_word(text):
        raise WrongValueError("is not an app-level token; such a token is one word and begins with xapp-.")
    return text


def signing_secret(text: str) -> str:
    """The secret that Slack signs HTTP requests with."""
    if text.startswith(("xox", "xapp-")) or not _is_one_word(text):
        raise WrongValueError("is not a signing secret; such a secret is 32 letters and digits, and no token.")
    return text


def web_api_url(text: str) -> str:
    """An http or https address that ends in a slash."""
    url = _split_url(text)
    if url is None or not text.startswith(("http://", "https://")) or not url.hostname or url.query or url.fragment:
        raise WrongValueError("must be an http:// or https:// address such as https://slack.com/api/.")
    return text if text.endswith("/") else f"{text}/"


def redis_url(text: str) -> str:
    """An address that redis-py understands."""
    url = _split_url(text)
    target = url and (url.path if url.scheme == "unix" else url.hostname)
    if url is None or not text.startswith(("redis://", "rediss://", "unix://")) or not target:
        raise WrongValueError(
            "must begin with redis://, rediss:// or unix:// and name a server, such as "
            "redis://127.0.0.1:6379/0 or unix:///run/valkey.sock."
        )
    return text


def role_arns(text: str) -> tuple[str, ...]:
    """IAM roles, at most one per account: the account is how the bot finds the role to assume."""
    arns = _items(text)
    matches = [re.fullmatch(r"arn:aws[a-z-]*:iam::([0-9]{12}):role/[\w+=,.@/-]+", arn, re.ASCII) for arn in arns]
    wrong = [arn for arn, match in zip(arns, matches, strict=True) if not match]
    if wrong:
        raise WrongValueError(
            f"has {_quoted(*wrong)}; each item must be a role such as arn:aws:iam::123456789012:role/cname-conflict."
        )
    accounts = [match[1] for match in matches if match]
    if len(set(accounts)) < len(accounts):
        raise WrongValueError("has two roles in one account, and nothing says which of them to take; leave one.")
    return arns


def external_id(text: str) -> str:
    """What STS calls an external id."""
    if not re.fullmatch(r"[\w+=,.@:/-]{2,1224}", text, re.ASCII):
        raise WrongValueError("must be 2 to 1224 letters, digits or characters of _+=,.@:/- as AWS demands.")
    return text


def account_names(text: str) -> Mapping[str, str]:
    """Account id to name."""
    names: dict[str, str] = {}
    wrong = []
    for item in _items(text):
        account, _, name = (part.strip() for part in item.partition("="))
        if not re.fullmatch(r"[0-9]{12}", account) or not name or account in names:
            wrong.append(item)
        names[account] = name
    if wrong:
        raise WrongValueError(
            f"has {_quoted(*wrong)}; each item must be the 12 digits of an account, an equals sign and a name, "
            "such as 123456789012=production, and each account may come once."
        )
    return MappingProxyType(names)


def approvers(text: str) -> tuple[str, ...]:
    """Ids of Slack users and user groups."""
    # Users of an Enterprise organisation have ids that begin with W.
    wrong = [item for item in _items(text) if not re.fullmatch(r"[USW][A-Z0-9]+", item)]
    if wrong:
        raise WrongValueError(
            f"has {_quoted(*wrong)}; each item must be a user id such as U012AB3CD (“Copy member ID” in a profile) "
            "or a user-group id such as S012AB3CD."
        )
    return _items(text)


def true_or_false(text: str) -> bool:
    """Nothing but these two words: a switch that guards a move is not guessed."""
    if text.lower() not in {"true", "false"}:
        raise WrongValueError(f"is {_quoted(text)}, but must be true or false.")
    return text.lower() == "true"


def duration(text: str) -> timedelta:
    """A whole number of seconds, minutes, hours or days."""
    match = re.fullmatch(r"([0-9]{1,9})([smhd])", text)
    value = timedelta(seconds=int(match[1]) * _SECONDS_PER_UNIT[match[2]]) if match else timedelta(0)
    if not timedelta(0) < value <= _LONGEST_DURATION:
        raise WrongValueError(
            f"is {_quoted(text)}, but must be a whole number with its unit, from 1s to 365d: 90s, 15m, 24h or 30d."
        )
    return value


def addresses(text: str) -> tuple[tuple[str, int], ...]:
    """IP addresses with ports, 53 where none is written."""
    found = {item: _address(item) for item in _items(text)}
    wrong = [item for item, address in found.items() if address is None]
    if wrong:
        # No names: a resolver's name could only be looked up by a resolver.
        raise WrongValueError(
            f"has {_quoted(*wrong)}; each item must be an IP address with or without a port, "
            "such as 192.0.2.53, 127.0.0.1:5353 or [::1]:53."
        )
    return tuple(dict.fromkeys(address for address in found.values() if address))


def port(*, lowest: int) -> Callable[[str], int]:
    """A port number; `lowest` is 0 where the system may pick one."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,5}", text) or not lowest <= int(text) <= _HIGHEST_PORT:
            raise WrongValueError(f"is {_quoted(text)}, but must be a port number from {lowest} to {_HIGHEST_PORT}.")
        return int(text)

    return parse


def listen_host(text: str) -> str:
    """A name or address of this machine."""
    if not _is_one_word(text) or "/" in text:
        raise WrongValueError(f"is {_quoted(text)}, but must be an address to listen on, such as 127.0.0.1.")
    return text


def log_level(text: str) -> str:
    """A level name of the logging module."""
    if text.upper() not in _LOG_LEVELS:
        raise WrongValueError(f"is {_quoted(text)}, but must be one of {', '.join(_LOG_LEVELS)}.")
    return text.upper()


def one_of(choices: type[E]) -> Callable[[str], E]:
    """A member of the enum, by its value."""

    def parse(text: str) -> E:
        try:
            return choices(text.lower())
        except ValueError:
            values = " or ".join(choice.value for choice in choices)
            raise WrongValueError(f"is {_quoted(text)}, but must be {values}.") from None

    return parse


def _items(text: str) -> tuple[str, ...]:
    """The parts between commas, each once, in the order written."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _is_one_word(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _split_url(text: str) -> SplitResult | None:
    try:
        url = urlsplit(text)
        _ = url.port  # looked at only when asked for
    except ValueError:
        return None
    return url if _is_one_word(text) else None


def _address(item: str) -> tuple[str, int] | None:
    match = re.fullmatch(r"(?:\[(?P<v6>[^]]+)\]|(?P<v4>[^:]+))(?::(?P<port>[0-9]{1,5}))?", item)
    # A bare IPv6 address has colons of its own, so it does not match.
    host = (match["v6"] or match["v4"]) if match else item
    number = int(match["port"] or _DNS_PORT) if match else _DNS_PORT
    try:
        ip = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return None
    in_brackets = match is not None and match["v6"] is not None
    if not 1 <= number <= _HIGHEST_PORT or (in_brackets and ip.version != _IPV6):
        return None
    return str(ip), number


def _quoted(*texts: str) -> str:
    return " and ".join(_quoted_one(text) for text in texts)


def _quoted_one(text: str) -> str:
    # A token in the wrong variable is a likely slip, and error texts end up in logs.
    if "xox" in text or "xapp-" in text:
        return "a Slack token"
    shown = text if text.isprintable() else ascii(text)
    return f"“{shown}”" if len(shown) <= _QUOTED_CHARACTERS else f"“{shown[:_QUOTED_CHARACTERS]}…”"
