"""What the log looks like, and what may never get into it."""

import json
import logging
import re
from collections.abc import Iterator

import pytest

from bot import logs

log = logging.getLogger("bot.of_this_test")


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    named = [logging.root, *(logging.getLogger(name) for name in (*logs.NEVER_BELOW_INFO, *logs.QUIET))]
    levels, handlers = [each.level for each in named], logging.root.handlers[:]
    yield
    for logger, level in zip(named, levels, strict=True):
        logger.setLevel(level)
    logging.root.handlers[:] = handlers


def test_an_event_is_one_line_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", as_json=False)

    log.info("decided move=%s state=%s", "0123456789ab", "moved")

    line = capsys.readouterr().err
    assert re.fullmatch(
        r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=INFO logger=bot\.of_this_test"
        r" decided move=0123456789ab state=moved\n",
        line,
    )


def test_foreign_text_can_not_pass_for_a_second_event(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", as_json=False)

    log.warning("refused text=%s", "no\r\n2026-11-22T00:00:00.000Z level=INFO logger=bot moved")

    assert capsys.readouterr().err.count("\n") == 1


def test_an_event_is_one_line_of_json_its_traceback_included(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", as_json=True)

    try:
        int("two\nlines, and “quotes”")
    except ValueError:
        log.exception("failed\nhere move=%s", "0123456789ab")

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    event = json.loads(lines[0])
    assert (event["level"], event["logger"]) == ("ERROR", "bot.of_this_test")
    assert event["message"] == "failed\nhere move=0123456789ab"
    assert "ValueError: invalid literal" in event["traceback"]
    assert event["time"].endswith("Z")


@pytest.mark.parametrize("name", ["botocore.auth", "slack_sdk.web.async_client", "slack_bolt.AsyncApp", "docket"])
def test_libraries_that_print_credentials_stay_silent_at_debug(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("DEBUG", as_json=False)

    logging.getLogger(name).debug("Authorization: Bearer xoxb-secret")
    log.debug("ours")

    written = capsys.readouterr().err
    assert "xoxb-secret" not in written
    assert "ours" in written


def test_a_quieter_level_is_not_made_louder(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("ERROR", as_json=False)

    logging.getLogger("slack_sdk").warning("anything")
    logging.getLogger("botocore").warning("anything")
    log.warning("anything")

    assert capsys.readouterr().err == ""
