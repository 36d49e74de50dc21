"""`python -m playground demo` plays one whole move; `… play [scenario]` leaves the keyboard to you."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any, Final

from playground.demo import demo
from playground.play import play
from playground.scenarios import HAPPY, SCENARIOS
from playground.terminal import Terminal

_INTERRUPTED: Final = 130


def main() -> int:
    """Exit codes: 0 all is well, 1 it is not, 130 stopped by Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--socket-mode", action="store_true", help="let the bot fetch Slack's requests by WebSocket")
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("demo", help="one whole move as a transcript; ends by itself")
    playing = what.add_parser("play", help="the same world, with you at the keyboard")
    playing.add_argument("scenario", nargs="?", default=HAPPY.name, choices=SCENARIOS, metavar="scenario")
    asked = parser.parse_args()

    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that can't spell a frame
    terminal = Terminal(sys.stdout)
    if asked.what == "demo":
        return _run(demo(terminal, socket_mode=asked.socket_mode))
    return _run(play(terminal, SCENARIOS[asked.scenario], sys.stdin.fileno(), socket_mode=asked.socket_mode))


def _run(work: Coroutine[Any, Any, int]) -> int:
    """Run it, so that Ctrl-C, SIGTERM and a closed terminal stop everything that was started."""

    async def stoppable() -> int:
        task = asyncio.current_task()
        if task is not None:
            # What a shell starts in the background ignores Ctrl-C; asyncio sees to it in all other cases.
            is_deaf = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            for number in (signal.SIGTERM, signal.SIGHUP, *([signal.SIGINT] if is_deaf else [])):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        return await work

    try:
        return asyncio.run(stoppable())
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("Stopped.", flush=True)
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
