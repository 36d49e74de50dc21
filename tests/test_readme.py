"""What the README says about settings and states is what the code has."""

import re
from pathlib import Path

from bot.alias_move.move import MoveState
from bot.settings import VARIABLES
from handlers.http import PATH

README = (Path(__file__).parent.parent / "README.md").read_text()


def section(title: str) -> str:
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> list[tuple[str, ...]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]) for line in lines[2:]]


def test_the_settings_table_is_the_one_in_the_code() -> None:
    documented = rows(section("Settings"))

    in_code = [(f"`{one.name}`", one.meaning, one.default_shown) for one in VARIABLES]

    assert documented == in_code


def test_the_state_table_names_every_state_in_order() -> None:
    documented = [row[0] for row in rows(section("States of a move"))]

    assert documented == [state.name for state in MoveState]


def test_the_map_names_what_exists() -> None:
    root = Path(__file__).parent.parent
    named = re.findall(r"^  ?([a-z_]+(?:/|\.py))", section("A map of the code"), re.MULTILINE)

    missing = [name for name in named if not (root / "bot" / name).exists()]

    assert len(named) > 8
    assert missing == []


def test_it_names_both_commands_and_where_slack_sends_to() -> None:
    manifest = (Path(__file__).parent.parent / "manifest.yaml").read_text()

    assert "make demo" in README
    assert "make test" in README
    assert PATH in manifest
