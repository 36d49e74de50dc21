"""Starting the bot from outside: what it may inherit, and that one which does not start is quoted."""

import sys
from pathlib import Path

import pytest

from playground.bot_processes import BotFailed, BotProcesses

STRANGE = {
    "AWS_SECRET_ACCESS_KEY": "somebody's",
    "SLACK_BOT_TOKEN": "xoxb-of-somebody-else",
    "HTTPS_PROXY": "http://192.0.2.1:3128",
    "REDIS_URL": "redis://192.0.2.1",
}


@pytest.fixture
def python_that_lists_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the interpreter, since it is what the bot is given that counts here."""
    script = tmp_path / "python"
    script.write_text('#!/bin/sh\necho "asked for: $*"\nenv\nexit 3\n')
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))


@pytest.mark.usefixtures("python_that_lists_its_environment")
async def test_a_bot_that_ends_by_itself_is_quoted_and_knows_nothing_of_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in STRANGE.items():
        monkeypatch.setenv(name, value)
    home = str(Path.home())

    with pytest.raises(BotFailed) as failed:
        async with BotProcesses.start({"SLACK_SIGNING_SECRET": "0" * 32, "AWS_ACCESS_KEY_ID": "AKIA"}, workers=0):
            pass

    told = str(failed.value)
    assert "The bot's web ended by itself with 3." in told
    assert "asked for: -m bot web" in told
    assert f"SLACK_SIGNING_SECRET={'0' * 32}" in told
    assert not [name for name in STRANGE if f"{name}=" in told]
    assert "AWS_" not in told  # web looks at nothing, so it gets no credentials
    assert f"HOME={home}\n" not in told
