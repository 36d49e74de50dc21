"""A real Valkey for every test that wants one: one server per test process, an empty database per test."""

import gc
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from playground.aws import MotoServer
from tests.valkey_server import ValkeyServer

OUR_KEYS = ("{cname}:", "cname-effects:", "cname-looks:", "{cname-effects}:", "{cname-looks}:")
"""Moves, and the task engine's two dockets."""
MAY_EXPIRE = ("{cname}:nonce:", "cname-effects:", "cname-looks:", "{cname-effects}:", "{cname-looks}:")


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    with tempfile.TemporaryDirectory(prefix="vk-") as directory:  # short: a socket's path has about 100 characters
        server = ValkeyServer(Path(directory))
        server.start()
        yield server
        server.stop()


# The models of boto3 and moto never die, and the collector would look through them again and again. Measured on
# stories and AWS tests: 23 to 25 s of CPU before, 20 to 21 s with this.
gc.set_threshold(100_000, 50, 1000)


@pytest.fixture(scope="session")
def moto() -> Iterator[MotoServer]:
    """STS and ACM; its state is global, so there is one for the whole session."""
    server = MotoServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(valkey: ValkeyServer) -> Iterator[str]:
    """An empty database; a key afterwards that is not ours, or that would vanish by itself, fails the test."""
    with valkey.connect() as client:
        client.flushall()
        yield valkey.url
        keys = [str(key) for key in client.scan_iter()]
        strange = [key for key in keys if not key.startswith(OUR_KEYS)]
        vanishing = [key for key in keys if not key.startswith(MAY_EXPIRE) and client.ttl(key) != -1]
    assert not strange, f"Keys that nobody expects: {strange}"
    assert not vanishing, f"Keys of moves that would expire by themselves: {vanishing}"


@pytest.fixture
def start_valkey() -> Iterator[Callable[..., ValkeyServer]]:
    """start_valkey(appendonly="no") is a server of the test's own, to be killed, paused and started again."""
    with ExitStack() as ending:

        def start(**options: str) -> ValkeyServer:
            directory = ending.enter_context(tempfile.TemporaryDirectory(prefix="vk-"))
            server = ValkeyServer(Path(directory), **options)
            ending.callback(server.kill)
            server.start()
            return server

        yield start
