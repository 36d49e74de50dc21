"""Whether a server may be trusted with moves, asked of real servers that are set up well, badly, or say nothing."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from bot.ports import PortError, TryAgainLater
from bot.redis.client import connect_web
from bot.redis.durability import Durability, DurabilityError, check_durability
from tests.valkey_server import ValkeyServer

StartValkey = Callable[..., ValkeyServer]
SETTINGS: tuple[Durability, ...] = ("checked", "managed")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Redis]:
    client = connect_web(url)
    try:
        yield client
    finally:
        await client.aclose()


def url_of_user(server: ValkeyServer, *denied: str) -> str:
    """A user who may do everything but this."""
    with server.connect() as admin:
        admin.execute_command("ACL", "SETUSER", "bot", "on", ">secret", "~*", "+@all", *(f"-{one}" for one in denied))
    return f"unix://bot:secret@{server.socket}"


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(
    ("fsync", "words"), [("everysec", "may take the last two seconds along"), ("always", "before it answers")]
)
async def test_a_durable_server_is_described(start_valkey: StartValkey, fsync: str, words: str, setting: Durability):
    async with connected(start_valkey(appendfsync=fsync).url) as client:
        sentence = await check_durability(client, setting)

    assert sentence.startswith("Valkey ")
    assert words in sentence
    assert f"appendfsync {fsync}" in sentence
    assert "evicts nothing" in sentence


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({"appendonly": "no"}, "set appendonly yes and appendfsync everysec"),
        ({"appendfsync": "no"}, "appendfsync no.: set everysec or always"),
        ({"maxmemory_policy": "allkeys-lru"}, "maxmemory-policy allkeys-lru.: set maxmemory-policy noeviction"),
    ],
)
async def test_a_server_that_says_it_may_lose_moves_is_refused_whatever_the_operator_says(
    start_valkey: StartValkey, options: dict[str, str], remedy: str, setting: Durability
):
    async with connected(start_valkey(**options).url) as client:
        with pytest.raises(DurabilityError, match=remedy) as refused:
            await check_durability(client, setting)

    assert isinstance(refused.value, PortError)
    assert "may lose moves" in str(refused.value)
    assert "REDIS_DURABILITY" not in str(refused.value)


async def test_everything_that_is_wrong_is_said_at_once(start_valkey: StartValkey):
    server = start_valkey(appendonly="no", maxmemory_policy="volatile-lru")

    async with connected(server.url) as client:
        with pytest.raises(DurabilityError, match=r"appendonly yes.*noeviction"):
            await check_durability(client, "checked")


async def test_what_a_server_does_not_say_is_never_guessed(start_valkey: StartValkey):
    server = start_valkey()

    async with connected(url_of_user(server, "config")) as client:
        with pytest.raises(DurabilityError, match=r"how appendfsync is set: .*REDIS_DURABILITY=managed"):
            await check_durability(client, "checked")


async def test_what_a_server_does_not_say_the_operator_can_answer_for(start_valkey: StartValkey):
    server = start_valkey()

    async with connected(url_of_user(server, "config")) as client:
        sentence = await check_durability(client, "managed")

    assert sentence.startswith("Valkey ")
    assert "REDIS_DURABILITY=managed answers for it" in sentence


async def test_a_server_that_says_nothing_at_all_needs_the_operators_word(start_valkey: StartValkey):
    server = start_valkey(appendonly="no")

    async with connected(url_of_user(server, "config", "info")) as client:
        with pytest.raises(DurabilityError, match="how appendonly, appendfsync, maxmemory-policy is set"):
            await check_durability(client, "checked")
        assert "answers for it" in await check_durability(client, "managed")


async def test_a_service_that_is_durable_by_other_means_is_accepted_on_the_operators_word_alone(
    start_valkey: StartValkey,
):
    server = start_valkey(appendonly="no")

    async with connected(url_of_user(server, "config")) as client:
        with pytest.raises(DurabilityError, match=r"no append-only file.*by other means, REDIS_DURABILITY=managed"):
            await check_durability(client, "checked")
        assert "answers for it" in await check_durability(client, "managed")


@pytest.mark.parametrize("setting", SETTINGS)
async def test_a_service_that_evicts_keys_is_refused_whatever_the_operator_says(
    start_valkey: StartValkey, setting: Durability
):
    server = start_valkey(maxmemory_policy="allkeys-lru")

    async with connected(url_of_user(server, "config")) as client:
        with pytest.raises(DurabilityError, match="set maxmemory-policy noeviction"):
            await check_durability(client, setting)


async def test_a_server_that_cannot_be_reached_is_not_called_unsafe():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    async with connected(f"redis://127.0.0.1:{port}") as client:
        with pytest.raises(TryAgainLater, match="can't be reached"):
            await check_durability(client, "checked")
