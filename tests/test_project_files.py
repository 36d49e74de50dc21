"""The files around the code: what Slack, a deployment and a newcomer's machine make of them."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[1]


def text_of(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def manifest() -> Any:
    return yaml.safe_load(text_of("manifest.yaml"))


@pytest.fixture(scope="module")
def pins() -> dict[str, Requirement]:
    """What constraints.txt pins, by canonical name."""
    lines = re.findall(r"^([a-z0-9].*?) ?\\?$", text_of("constraints.txt"), re.MULTILINE)
    return {canonicalize_name(pin.name): pin for pin in map(Requirement, lines)}


class TestManifest:
    def test_it_asks_for_the_scopes_the_bot_needs_and_no_more(self, manifest):
        assert manifest["oauth_config"] == {
            "scopes": {"bot": ["commands", "chat:write", "users:read", "usergroups:read"]}
        }

    def test_its_texts_fit_the_limits_of_slack(self, manifest):
        display, bot = manifest["display_information"], manifest["features"]["bot_user"]
        (command,) = manifest["features"]["slash_commands"]

        assert manifest["_metadata"] == {"major_version": 2}
        assert len(display["name"]) <= 35
        assert len(display["description"]) <= 140
        assert len(bot["display_name"]) <= 80
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000

    def test_the_command_arrives_as_it_was_typed(self, manifest):
        (command,) = manifest["features"]["slash_commands"]

        assert command["command"] == "/cname-conflict"
        assert command["should_escape"] is False
        assert command["usage_hint"]

    def test_every_request_comes_to_the_one_path_the_bot_serves(self, manifest):
        address = "https://cname-conflict.example.com/slack/events"

        assert manifest["features"]["slash_commands"][0]["url"] == address
        assert manifest["settings"]["interactivity"] == {"is_enabled": True, "request_url": address}

    def test_it_works_in_an_enterprise_organisation_by_http_and_with_a_lasting_token(self, manifest):
        settings = manifest["settings"]

        assert settings["org_deploy_enabled"] is True
        assert settings["socket_mode_enabled"] is False
        assert settings["token_rotation_enabled"] is False


class TestConstraints:
    def test_every_dependency_is_pinned_within_its_range(self, pins):
        project = tomllib.loads(text_of("pyproject.toml"))["project"]

        for wanted in map(Requirement, project["dependencies"]):
            pin = pins[canonicalize_name(wanted.name)]
            (version,) = (clause.version for clause in pin.specifier)
            assert wanted.specifier.contains(version), f"{wanted}: run `make constraints`"

    def test_every_pin_is_exact_and_has_hashes(self, pins):
        blocks = re.split(r"\n(?=[a-z0-9])", text_of("constraints.txt"))[1:]

        assert len(blocks) == len(pins)
        assert all(re.match(r"[a-z0-9-]+==[^ ]+", block) and "--hash=sha256:" in block for block in blocks)

    def test_the_oldest_python_3_11_gets_what_only_it_needs(self, pins):
        marker = pins["async-timeout"].marker

        assert marker is not None
        assert marker.evaluate({"python_full_version": "3.11.2"})

    def test_no_test_tool_goes_into_production(self, pins):
        assert not pins.keys() & {"moto", "pytest", "mypy", "ruff", "flask"}

    def test_it_names_no_registry_and_no_place_on_a_disk(self):
        lines = [line for line in text_of("constraints.txt").splitlines() if "--hash=sha256:" not in line]

        assert not [line for line in lines if "://" in line or line.startswith("-") or " /" in line]


class TestProcesses:
    def test_the_procfile_starts_web_and_worker(self):
        assert text_of("Procfile").splitlines() == ["web: python -m bot web", "worker: python -m bot worker"]


class TestCommands:
    def test_make_alone_says_what_there_is(self):
        said = subprocess.run(["make"], cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout

        for command in (
            "demo",
            "play",
            "browser",
            "test",
            "test-wide",
            "test-playground",
            "coverage",
            "format",
            "constraints",
        ):
            assert f"make {command} " in said

    def test_an_interpreter_that_is_not_there_is_named_in_a_sentence(self, tmp_path):
        for name in ("Makefile", "pyproject.toml", "constraints.txt"):
            (tmp_path / name).symlink_to(REPOSITORY / name)

        made = subprocess.run(
            ["make", "PYTHON=python-that-is-not-there", "test"],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )

        assert made.returncode != 0
        assert "This needs Python 3.11 or newer. Name one: make PYTHON=python3.13 test" in made.stderr
        assert not (tmp_path / ".venv").exists()

    def test_ci_runs_what_people_run(self):
        script = text_of(".ci/run")

        commands = ["make browser", "make test", "make test-wide", "make test-playground", "make demo"]
        assert re.findall(r"^make .*", script, re.MULTILINE) == commands
        assert (REPOSITORY / ".ci" / "run").stat().st_mode & 0o111
