"""What an operator may set, read once from the environment into one frozen value.

Every mistake is reported at once, by the variable's name and with what a right value looks like. Nothing here opens
a connection or a file, and no secret is ever repeated in an error, a log line or a `repr`.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Self

from bot import environment as values
from bot.environment import Environment


class Process(enum.Enum):
    """Which of the bot's processes is about to start: what is required depends on it."""

    WEB = "web"
    WORKER = "worker"
    ALL = "all"
    DOCTOR = "doctor"


class LogFormat(enum.Enum):
    """How a log line is written."""

    TEXT = "text"
    JSON = "json"


class RedisDurability(enum.Enum):
    """Who answers for Redis keeping what it acknowledged."""

    CHECKED = "checked"
    """The bot asks Redis itself, and does not start without an append-only file."""
    MANAGED = "managed"
    """The operator: for services that deny CONFIG."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A row of the settings table."""

    name: str
    meaning: str
    default: str = ""
    """The value an unset variable has; empty where there is none."""
    when_unset: str = "none"
    """What happens without it, for the variables that have no default."""

    @property
    def default_shown(self) -> str:
        """The last cell of the row, in Markdown."""
        return f"`{self.default}`" if self.default else self.when_unset


VARIABLES = (
    Variable("SLACK_BOT_TOKEN", "bot token, `xoxb-…`", when_unset="required"),
    Variable(
        "SLACK_SIGNING_SECRET",
        "proves that an HTTP request comes from Slack",
        when_unset="required unless Socket Mode",
    ),
    Variable(
        "SLACK_APP_TOKEN",
        "app-level token, `xapp-…`; set = Socket Mode",
        when_unset="requests arrive by HTTP",
    ),
    Variable("SLACK_API_URL", "base of Slack's Web API", "https://slack.com/api/"),
    Variable(
        "REDIS_URL",
        "`redis://`, `rediss://` or `unix://`",
        when_unset="an embedded Valkey in `DATA_DIR`",
    ),
    Variable(
        "REDIS_DURABILITY",
        "`checked`: the bot asks Redis whether it keeps what it acknowledges; "
        "`managed`: the operator's word for it, where CONFIG is denied",
        "checked",
    ),
    Variable(
        "DATA_DIR",
        "where the embedded Valkey keeps its data",
        when_unset="`$XDG_STATE_HOME/cname-conflict`, else `~/.local/state/cname-conflict`",
    ),
    Variable("AWS_ROLE_ARNS", "read roles, comma-separated, one per further account to look into"),
    Variable("AWS_EXTERNAL_ID", "external id for assuming those roles"),
    Variable(
        "AWS_ACCOUNT_NAMES",
        "`id=name,…`: names shown before account ids",
        when_unset="those of AWS Organizations, where the worker may ask for them",
    ),
    Variable(
        "AWS_MOVE_ROLE_ARNS",
        "move roles, comma-separated, assumed only after approval",
        when_unset="the base credentials move",
    ),
    Variable(
        "APPROVERS",
        "Slack user ids (`U…`) and user-group ids (`S…`), comma-separated",
        when_unset="nobody can approve",
    ),
    Variable("ALLOW_SELF_APPROVAL", "`true` lets the requester approve", "false"),
    Variable(
        "SAME_ACCOUNT_WITHOUT_RECORD",
        "`true` moves inside one account without a TXT record, by a way that is documented but unproved; if AWS says "
        "no, nothing has changed, and the record is asked for",
        "false",
    ),
    Variable("MOVES_ENABLED", "`false` = everything but the move itself", "true"),
    Variable(
        "DISABLE_SOURCE",
        "`true` lets an approver disable a source in another account from the card, with everything it serves",
        "false",
    ),
    Variable(
        "ROUTE53_RECORDS",
        "`true` lets an approver have the TXT record created from the card, where Route 53 hosts its zone in an "
        "account of yours",
        "false",
    ),
    Variable("MOVE_DEADLINE", "when an open move expires (`90s`, `15m`, `24h`, `30d`)", "30d"),
    Variable("APPROVAL_DEADLINE", "when an unanswered request for approval expires", "24h"),
    Variable(
        "DNS_RESOLVERS",
        "`address[:port]`, comma-separated: where to learn name servers and their addresses",
        when_unset="the system's",
    ),
    Variable(
        "DNS_VANTAGE_POINTS",
        "`address[:port]`, comma-separated: further recursive resolvers asked, once the record is live, "
        "whether they see it",
        when_unset="none",
    ),
    Variable("DNS_PORT", "port of authoritative servers; another than 53 only on loopback and split horizon", "53"),
    Variable("HOST", "address that `web` listens on", "0.0.0.0"),  # noqa: S104  a server in a container has to
    Variable("PORT", "port that `web` listens on; `0` picks a free one", "3000"),
    Variable("WORKER_PORT", "port of a worker's health and metrics; `0` picks a free one", when_unset="none"),
    Variable("LOG_LEVEL", "`DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`", "INFO"),
    Variable("LOG_FORMAT", "`text` (key=value) or `json`", "text"),
)

_DEFAULTS = {variable.name: variable.default for variable in VARIABLES}


class SettingsError(Exception):
    """The environment cannot be used; `mistakes` has a sentence for each variable, its name first."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an operator has set; the environment is read nowhere else, except by boto3's standard chain."""

    slack_bot_token: str = field(repr=False)
    slack_signing_secret: str | None = field(repr=False)
    """Never None where Slack's requests arrive by HTTP."""
    slack_app_token: str | None = field(repr=False)
    slack_api_url: str
    """Ends in a slash, as slack_sdk appends method names to it."""
    redis_url: str | None = field(repr=False)  # may carry a password
    """None: an embedded Valkey in `data_dir`."""
    redis_durability: RedisDurability
    data_dir: Path
    """Absolute whenever `redis_url` is None."""
    aws_role_arns: tuple[str, ...]
    aws_external_id: str | None = field(repr=False)
    aws_account_names: Mapping[str, str]
    """Account id to the name people know."""
    aws_move_role_arns: tuple[str, ...]
    approver_user_ids: tuple[str, ...]
    approver_group_ids: tuple[str, ...]
    allow_self_approval: bool
    same_account_without_record: bool
    moves_enabled: bool
    disable_source: bool
    route53_records: bool
    move_deadline: timedelta
    approval_deadline: timedelta
    dns_resolvers: tuple[tuple[str, int], ...]
    """(IP address, port); empty: the system's."""
    dns_vantage_points: tuple[tuple[str, int], ...]
    dns_port: int
    host: str
    port: int
    worker_port: int | None
    log_level: str
    """A level name of the logging module."""
    log_format: LogFormat

    @property
    def socket_mode(self) -> bool:
        """Whether Slack's requests arrive by WebSocket, not by HTTP."""
        return self.slack_app_token is not None

    @classmethod
    def from_env(cls, environ: Mapping[str, str], process: Process = Process.ALL) -> Self:
        """The settings of one process; raises `SettingsError` with every mistake there is."""
        env = Environment(environ, _DEFAULTS)
        # web neither looks nor moves: a slip in its copy of the worker's variables must not stop it.
        aws = Environment({}, _DEFAULTS) if process is Process.WEB else env
        approvers: tuple[str, ...] = env.read("APPROVERS", values.approvers, ())
        settings = cls(
            slack_bot_token=_bot_token(env),
            slack_signing_secret=_signing_secret(env, process),
            slack_app_token=env.read("SLACK_APP_TOKEN", values.app_token, None),
            slack_api_url=env.read("SLACK_API_URL", values.web_api_url, ""),
            redis_url=env.read("REDIS_URL", values.redis_url, None),
            redis_durability=env.read("REDIS_DURABILITY", values.one_of(RedisDurability), RedisDurability.CHECKED),
            data_dir=_data_dir(env),
            aws_role_arns=aws.read("AWS_ROLE_ARNS", values.role_arns, ()),
            aws_external_id=aws.read("AWS_EXTERNAL_ID", values.external_id, None),
            aws_account_names=env.read("AWS_ACCOUNT_NAMES", values.account_names, MappingProxyType({})),
            aws_move_role_arns=aws.read("AWS_MOVE_ROLE_ARNS", values.role_arns, ()),
            approver_user_ids=tuple(one for one in approvers if not one.startswith("S")),
            approver_group_ids=tuple(one for one in approvers if one.startswith("S")),
            allow_self_approval=env.read("ALLOW_SELF_APPROVAL", values.true_or_false, False),
            same_account_without_record=env.read("SAME_ACCOUNT_WITHOUT_RECORD", values.true_or_false, False),
            moves_enabled=env.read("MOVES_ENABLED", values.true_or_false, False),
            disable_source=env.read("DISABLE_SOURCE", values.true_or_false, False),
            route53_records=env.read("ROUTE53_RECORDS", values.true_or_false, False),
            move_deadline=env.read("MOVE_DEADLINE", values.duration, timedelta(0)),
            approval_deadline=env.read("APPROVAL_DEADLINE", values.duration, timedelta(0)),
            dns_resolvers=env.read("DNS_RESOLVERS", values.addresses, ()),
            dns_vantage_points=env.read("DNS_VANTAGE_POINTS", values.addresses, ()),
            dns_port=env.read("DNS_PORT", values.port(lowest=1), 0),
            host=env.read("HOST", values.listen_host, ""),
            port=env.read("PORT", values.port(lowest=0), 0),
            worker_port=env.read("WORKER_PORT", values.port(lowest=0), None),
            log_level=env.read("LOG_LEVEL", values.log_level, ""),
            log_format=env.read("LOG_FORMAT", values.one_of(LogFormat), LogFormat.TEXT),
        )
        if env.mistakes:
            raise SettingsError(tuple(env.mistakes))
        return settings


def _bot_token(env: Environment) -> str:
    env.require("SLACK_BOT_TOKEN", "the bot token (xoxb-…) from “OAuth & Permissions” in the Slack app's settings")
    return env.read("SLACK_BOT_TOKEN", values.bot_token, "")


def _signing_secret(env: Environment, process: Process) -> str | None:
    # A worker receives nothing from Slack, and Socket Mode signs nothing.
    if process is not Process.WORKER and not env.text("SLACK_APP_TOKEN"):
        env.require(
            "SLACK_SIGNING_SECRET",
            "the signing secret from “Basic Information” in the Slack app's settings, without which anybody could "
            "pose as Slack (Socket Mode, chosen by SLACK_APP_TOKEN, needs none)",
        )
    return env.read("SLACK_SIGNING_SECRET", values.signing_secret, None)


def _data_dir(env: Environment) -> Path:
    home = Path(env.text("HOME") or _home_of_user())
    chosen, state = env.text("DATA_DIR"), Path(env.text("XDG_STATE_HOME"))
    if chosen.startswith("~/"):
        directory = home / chosen.removeprefix("~/")
    elif chosen:
        directory = Path(chosen).absolute()
    else:
        # A relative XDG_STATE_HOME is to be ignored, says the XDG Base Directory Specification.
        directory = (state if state.is_absolute() else home / ".local" / "state") / "cname-conflict"
    if not directory.is_absolute() and not env.text("REDIS_URL"):
        env.mistakes.append(
            "DATA_DIR is not set, and this user has no home directory; set it to an absolute path, or set REDIS_URL."
        )
    return directory


def _home_of_user() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # an arbitrary user id in a container
        return Path()
