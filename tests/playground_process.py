"""The playground as a process of its own, and a look at what it leaves behind."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent


@contextmanager
def temporary_directory() -> Iterator[Path]:
    """With a short name: only then the socket of the Valkey is in it, and its command line tells to whom it belongs."""
    with TemporaryDirectory(prefix="pg-") as directory:
        yield Path(directory)


async def start_playground(*arguments: str, temporary: Path) -> Process:
    """`python -m playground …`, in a session of its own as in a terminal of its own: who is left in it can be found."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "playground",
        *arguments,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdin=PIPE,
        stdout=PIPE,
        stderr=STDOUT,
        start_new_session=True,
    )


async def left_behind(playground: Process, temporary: Path) -> list[str]:
    """Command lines of processes it started, the Valkey with a session of its own included; and files."""
    listing = await asyncio.create_subprocess_exec("ps", "-A", "-o", "sess=,pgid=,args=", stdout=PIPE)
    lines = (await listing.communicate())[0].decode(errors="replace").splitlines()
    processes = [line for line in lines if str(playground.pid) in line.split()[:2] or str(temporary) in line]
    return processes + os.listdir(temporary)  # noqa: PTH208 - one small look may block
