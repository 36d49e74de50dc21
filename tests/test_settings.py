"""What an operator may set, and what the bot says about each mistake."""

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bot.settings import VARIABLES, LogFormat, Process, RedisDurability, Settings, SettingsError

REQUIRED = {"SLACK_BOT_TOKEN": "xoxb-1-2-abc", "SLACK_SIGNING_SECRET": "0123456789abcdef", "HOME": "/home/ann"}


def settings(process: Process = Process.ALL, **environ: str) -> Settings:
    return Settings.from_env(REQUIRED | environ, process)


def mistakes(environ: Mapping[str, str], process: Process = Process.ALL) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(environ, process)
    return caught.value.mistakes


def test_two_variables_are_enough():
    found = settings()

    assert found == Settings(
        slack_bot_token="xoxb-1-2-abc",
        slack_signing_secret="0123456789abcdef",
        slack_app_token=None,
        slack_api_url="https://slack.com/api/",
        redis_url=None,
        redis_durability=RedisDurability.CHECKED,
        data_dir=Path("/home/ann/.local/state/cname-conflict"),
        aws_role_arns=(),
        aws_external_id=None,
        aws_account_names={},
        aws_move_role_arns=(),
        approver_user_ids=(),
        approver_group_ids=(),
        allow_self_approval=False,
        same_account_without_record=False,
        moves_enabled=True,
        disable_source=False,
        route53_records=False,
        move_deadline=timedelta(days=30),
        approval_deadline=timedelta(hours=24),
        dns_resolvers=(),
        dns_vantage_points=(),
        dns_port=53,
        host="0.0.0.0",
        port=3000,
        worker_port=None,
        log_level="INFO",
        log_format=LogFormat.TEXT,
    )


def test_every_variable_reaches_its_field():
    found = settings(
        SLACK_APP_TOKEN="xapp-1-abc",
        SLACK_API_URL="http://127.0.0.1:4411/api",
        REDIS_URL="rediss://bot:hunter2@redis.internal:6380/2",
        REDIS_DURABILITY="managed",
        DATA_DIR="/var/lib/cname-conflict",
        AWS_ROLE_ARNS="arn:aws:iam::123456789012:role/read, arn:aws-cn:iam::210987654321:role/teams/read",
        AWS_EXTERNAL_ID="cname-7",
        AWS_ACCOUNT_NAMES="123456789012=production, 210987654321=shop = old",
        AWS_MOVE_ROLE_ARNS="arn:aws:iam::123456789012:role/move",
        APPROVERS="U0ANN, S0OPS,W0BEN,,U0ANN",
        ALLOW_SELF_APPROVAL="TRUE",
        SAME_ACCOUNT_WITHOUT_RECORD="true",
        MOVES_ENABLED="false",
        DISABLE_SOURCE="true",
        ROUTE53_RECORDS="true",
        MOVE_DEADLINE="90s",
        APPROVAL_DEADLINE="15m",
        DNS_RESOLVERS="127.0.0.1:5353,[::1]:53,192.0.2.1,2001:db8::1,[2001:db8::2],localhost:5354",
        DNS_VANTAGE_POINTS="192.0.2.9",
        DNS_PORT="5300",
        HOST="127.0.0.1",
        PORT="0",
        WORKER_PORT="9090",
        LOG_LEVEL="debug",
        LOG_FORMAT="json",
    )

    assert found == Settings(
        slack_bot_token="xoxb-1-2-abc",
        slack_signing_secret="0123456789abcdef",
        slack_app_token="xapp-1-abc",
        slack_api_url="http://127.0.0.1:4411/api/",
        redis_url="rediss://bot:hunter2@redis.internal:6380/2",
        redis_durability=RedisDurability.MANAGED,
        data_dir=Path("/var/lib/cname-conflict"),
        aws_role_arns=("arn:aws:iam::123456789012:role/read", "arn:aws-cn:iam::210987654321:role/teams/read"),
        aws_external_id="cname-7",
        aws_account_names={"123456789012": "production", "210987654321": "shop = old"},
        aws_move_role_arns=("arn:aws:iam::123456789012:role/move",),
        approver_user_ids=("U0ANN", "W0BEN"),
        approver_group_ids=("S0OPS",),
        allow_self_approval=True,
        same_account_without_record=True,
        moves_enabled=False,
        disable_source=True,
        route53_records=True,
        move_deadline=timedelta(seconds=90),
        approval_deadline=timedelta(minutes=15),
        dns_resolvers=(
            ("127.0.0.1", 5353),
            ("::1", 53),
            ("192.0.2.1", 53),
            ("2001:db8::1", 53),
            ("2001:db8::2", 53),
            ("127.0.0.1", 5354),
        ),
        dns_vantage_points=(("192.0.2.9", 53),),
        dns_port=5300,
        host="127.0.0.1",
        port=0,
        worker_port=9090,
        log_level="DEBUG",
        log_format=LogFormat.JSON,
    )


def test_the_table_has_one_row_for_each_setting():
    fields = {field.name.upper() for field in dataclasses.fields(Settings)}

    rows = [variable.name for variable in VARIABLES]

    assert len(rows) == len(set(rows))
    assert set(rows) == fields - {"APPROVER_USER_IDS", "APPROVER_GROUP_IDS"} | {"APPROVERS"}


def test_a_row_shows_its_default_or_what_happens_without_it():
    shown = {variable.name: variable.default_shown for variable in VARIABLES}

    assert shown["PORT"] == "`3000`"
    assert shown["SLACK_BOT_TOKEN"] == "required"
    assert all(shown.values())


def test_an_empty_variable_counts_as_unset():
    emptied = {variable.name: " " for variable in VARIABLES if variable.name not in REQUIRED}

    found = settings(Process.ALL, **emptied)

    assert found == settings()


def test_copied_white_space_around_a_value_is_dropped():
    found = settings(SLACK_BOT_TOKEN=" xoxb-1\n", PORT=" 3001 ")

    assert (found.slack_bot_token, found.port) == ("xoxb-1", 3001)


@pytest.mark.parametrize("secret", [{}, {"SLACK_SIGNING_SECRET": ""}, {"SLACK_SIGNING_SECRET": " \n"}])
@pytest.mark.parametrize("process", [Process.WEB, Process.ALL, Process.DOCTOR])
def test_a_missing_or_empty_signing_secret_is_refused_where_slack_comes_by_http(process, secret):
    said = mistakes({"SLACK_BOT_TOKEN": "xoxb-1"} | secret, process)

    assert len(said) == 1
    assert said[0].startswith("SLACK_SIGNING_SECRET is not set, or empty; it is required: the signing secret from")


def test_a_worker_needs_no_signing_secret():
    found = Settings.from_env({"SLACK_BOT_TOKEN": "xoxb-1"}, Process.WORKER)

    assert found.slack_signing_secret is None


def test_socket_mode_needs_no_signing_secret():
    found = Settings.from_env({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, Process.WEB)

    assert found.socket_mode
    assert found.slack_signing_secret is None


def test_without_an_app_token_slack_comes_by_http():
    assert not settings().socket_mode


def test_every_mistake_is_reported_at_once_by_name():
    wrong = {
        "SLACK_API_URL": "slack.com/api",
        "REDIS_URL": "localhost:6379",
        "REDIS_DURABILITY": "yes",
        "AWS_ROLE_ARNS": "123456789012",
        "AWS_EXTERNAL_ID": "ä",
        "AWS_ACCOUNT_NAMES": "production=123456789012",
        "AWS_MOVE_ROLE_ARNS": "arn:aws:iam::123456789012:user/move",
        "APPROVERS": "@ann",
        "ALLOW_SELF_APPROVAL": "yes",
        "MOVES_ENABLED": "0",
        "MOVE_DEADLINE": "30 days",
        "APPROVAL_DEADLINE": "24",
        "DNS_RESOLVERS": "dns.example",
        "DNS_VANTAGE_POINTS": "127.0.0.1:0",
        "DNS_PORT": "0",
        "HOST": "http://0.0.0.0",
        "PORT": "65536",
        "WORKER_PORT": "9090/tcp",
        "LOG_LEVEL": "VERBOSE",
        "LOG_FORMAT": "logfmt",
        "SLACK_APP_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "two words",
    }

    said = mistakes(wrong)

    assert {sentence.split()[0] for sentence in said} == {*wrong, "SLACK_BOT_TOKEN"}
    assert len(said) == len(wrong) + 1


def test_the_error_itself_reads_as_a_list():
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN .*\n.*SLACK_SIGNING_SECRET"):
        Settings.from_env({})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "SLACK_BOT_TOKEN",
            "xapp-1",
            "SLACK_BOT_TOKEN is not a bot token; a bot token is one word and begins with xoxb-.",
        ),
        (
            "REDIS_URL",
            "redis+sentinel://a/b",
            (
                "REDIS_URL must begin with redis://, rediss:// or unix:// and name a server, such as "
                "redis://127.0.0.1:6379/0 or unix:///run/valkey.sock."
            ),
        ),
        ("MOVES_ENABLED", "on", "MOVES_ENABLED is “on”, but must be true or false."),
        (
            "MOVE_DEADLINE",
            "1w",
            "MOVE_DEADLINE is “1w”, but must be a whole number with its unit, from 1s to 365d: 90s, 15m, 24h or 30d.",
        ),
        (
            "APPROVERS",
            "ann, U0BEN, @cy",
            (
                "APPROVERS has “ann” and “@cy”; each item must be a user id such as U012AB3CD (“Copy member ID” in a "
                "profile) or a user-group id such as S012AB3CD."
            ),
        ),
        (
            "DNS_RESOLVERS",
            "dns.example:53",
            (
                "DNS_RESOLVERS has “dns.example:53”; each item must be an IP address with or without a port, such as "
                "192.0.2.53, 127.0.0.1:5353 or [::1]:53."
            ),
        ),
        (
            "AWS_ROLE_ARNS",
            "arn:aws:iam::123456789012:role/a,arn:aws:iam::123456789012:role/b",
            "AWS_ROLE_ARNS has two roles in one account, and nothing says which of them to take; leave one.",
        ),
        ("PORT", "-1", "PORT is “-1”, but must be a port number from 0 to 65535."),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is “xml”, but must be text or json."),
    ],
)
def test_a_mistake_says_what_is_wrong_and_what_a_right_value_looks_like(name, value, sentence):
    said = mistakes(REQUIRED | {name: value})

    assert said == (sentence,)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MOVE_DEADLINE", "0s"),
        ("MOVE_DEADLINE", "-1d"),
        ("MOVE_DEADLINE", "366d"),
        ("MOVE_DEADLINE", "99999999999999999999d"),
        ("MOVE_DEADLINE", "٣d"),
        ("PORT", "٣"),
        ("DNS_RESOLVERS", "127.0.0.1:70000"),
        ("DNS_RESOLVERS", "[127.0.0.1]:53"),
        ("DNS_RESOLVERS", "[::1]x"),
        ("DNS_RESOLVERS", "127.0.0.1:"),
        ("AWS_ACCOUNT_NAMES", "123456789012=a,123456789012=b"),
        ("AWS_ACCOUNT_NAMES", "123456789012="),
        ("SLACK_API_URL", "https://"),
        ("SLACK_API_URL", "https://slack.com/api/?token=1"),
        ("SLACK_API_URL", "http://[::1/api/"),
        ("REDIS_URL", "redis://localhost:port"),
        ("REDIS_URL", "redis:///0"),
        ("REDIS_URL", "unix://"),
        ("REDIS_URL", "unix:/run/valkey.sock"),
        ("REDIS_URL", "REDIS://localhost"),
    ],
)
def test_a_value_at_the_edge_is_refused(name, value):
    said = mistakes(REQUIRED | {name: value})

    assert [sentence.split()[0] for sentence in said] == [name]


@pytest.mark.parametrize("value", ["redis://127.0.0.1:6379/0", "unix:///run/valkey.sock", "unix:///run/a%20b?db=1"])
def test_addresses_of_redis_are_taken_as_they_are(value):
    assert settings(REDIS_URL=value).redis_url == value


def test_no_secret_is_shown():
    found = settings(
        SLACK_APP_TOKEN="xapp-very-secret", REDIS_URL="redis://:hunter2@127.0.0.1", AWS_EXTERNAL_ID="shibboleth"
    )

    for secret in ("xoxb-1-2-abc", "0123456789abcdef", "xapp-very-secret", "hunter2", "shibboleth"):
        assert secret not in repr(found)
        assert secret not in str(found)


@pytest.mark.parametrize("name", [variable.name for variable in VARIABLES if variable.name != "DATA_DIR"])
def test_no_mistake_repeats_a_slack_token(name):
    environ = REQUIRED | {name: "xoxp-precious, xapp-precious"}

    try:
        shown = repr(Settings.from_env(environ))
    except SettingsError as error:
        shown = str(error)

    assert "precious" not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "http://:hunter2@127.0.0.1"),
        ("REDIS_URL", "redis://:hunter2@127.0.0.1:port"),
        ("SLACK_API_URL", "ftp://:hunter2@127.0.0.1"),
        ("AWS_EXTERNAL_ID", "hunter2 !"),
        ("SLACK_SIGNING_SECRET", "hunter2 hunter2"),
    ],
)
def test_no_mistake_repeats_a_value_that_may_be_a_secret(name, value):
    said = mistakes({name: value})

    assert "hunter2" not in "".join(said)


def test_a_long_or_unprintable_value_is_quoted_in_part():
    said = mistakes(REQUIRED | {"LOG_LEVEL": "x" * 500, "LOG_FORMAT": "te\x1b[31mxt"})

    assert f"“{'x' * 60}…”" in said[0]
    assert "“'te\\x1b[31mxt'”" in said[1]


def test_the_web_does_not_read_what_only_a_worker_needs():
    found = settings(Process.WEB, AWS_ROLE_ARNS="not an ARN", AWS_MOVE_ROLE_ARNS="nor this", AWS_EXTERNAL_ID="?")

    assert (found.aws_role_arns, found.aws_move_role_arns, found.aws_external_id) == ((), (), None)


def test_the_state_directory_of_the_user_is_honoured():
    assert settings(XDG_STATE_HOME="/state").data_dir == Path("/state/cname-conflict")


def test_a_relative_state_directory_is_ignored():
    assert settings(XDG_STATE_HOME="state").data_dir == Path("/home/ann/.local/state/cname-conflict")


def test_a_tilde_in_the_data_directory_means_home():
    assert settings(DATA_DIR="~/valkey").data_dir == Path("/home/ann/valkey")


def test_a_relative_data_directory_becomes_absolute():
    assert settings(DATA_DIR="data").data_dir == Path.cwd() / "data"


def test_a_user_without_a_home_is_told_to_choose_a_data_directory(monkeypatch):
    def no_home() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", no_home)

    said = mistakes(REQUIRED | {"HOME": ""})

    assert said == (
        "DATA_DIR is not set, and this user has no home directory; set it to an absolute path, or set REDIS_URL.",
    )
    assert settings(HOME="", REDIS_URL="redis://127.0.0.1").redis_url == "redis://127.0.0.1"
