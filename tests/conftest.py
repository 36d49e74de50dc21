"""A real Valkey for every test that wants one: one server per test process, an empty database per test."""

import functools
import gc
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis.utils
from botocore.loaders import JSONFileLoader
from hypothesis import HealthCheck, settings

from playground.aws import MotoServer
from tests.valkey_server import ValkeyServer

OUR_KEYS = ("{cname}:", "cname-effects:", "cname-looks:", "{cname-effects}:", "{cname-looks}:")
"""Moves, and the task engine's two dockets."""
MAY_EXPIRE = (
    "{cname}:nonce:",
    "{cname}:asked:",
    "{cname}:inventory:",
    "{cname}:inventory-lease:",
    "cname-effects:",
    "cname-looks:",
    "{cname-effects}:",
    "{cname-looks}:",
)
"""Nothing of a move: dialogs, what CloudFront can be asked again, turns at name servers, and the engine's plans."""


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    with tempfile.TemporaryDirectory(prefix="vk-") as directory:  # short: a socket's path has about 100 characters
        server = ValkeyServer(Path(directory))
        server.start()
        yield server
        server.stop()


# A test that is slow on a busy machine is not wrong.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# The models of boto3 and moto never die, and the collector would look through them again and again. Measured on
# stories and AWS tests: 23 to 25 s of CPU before, 20 to 21 s with this.
gc.set_threshold(100_000, 50, 1000)

# boto3 parses the models of its services anew for every session, and nobody writes to them: 0.04 s of every story.
_parsed = functools.cache(JSONFileLoader().load_file)
JSONFileLoader.load_file = lambda _, path: _parsed(path)

# redis-py reads the metadata of its package for every connection, of which a story makes twenty: another 0.03 s.
redis.utils.get_lib_version = functools.cache(redis.utils.get_lib_version)


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
