"""What `doctor` says about the resolvers."""

import io

import pytest
from dns.resolver import NoResolverConfiguration, Resolver

from bot.dns import AuthoritativeDns
from bot.ports import TryAgainLater
from playground.dns import Dns, Fault
from tests.dns.conftest import WWW


async def test_a_resolver_that_answers_is_named(world: Dns, dns: AuthoritativeDns):
    sentence = await dns.reach()

    assert sentence == f"DNS resolvers that answer: {world.resolver_address}."


async def test_any_answer_counts(world: Dns, dns: AuthoritativeDns):
    world.resolver.faults.add(Fault.REFUSED)

    assert world.resolver_address in await dns.reach()


async def test_a_resolver_that_does_not_answer_is_named_beside_one_that_does(world: Dns):
    two = AuthoritativeDns(
        ((world.resolver.ip, world.resolver.port), ("127.0.0.1", 1)), world.port, resolver_patience_s=0.4
    )

    sentence = await two.reach()

    assert sentence.startswith(f"DNS resolvers that answer: {world.resolver_address}. Those that do not: 127.0.0.1:1 (")


async def test_when_none_answers_that_is_said(world: Dns, dns: AuthoritativeDns):
    world.resolver.faults.add(Fault.DEAD)

    with pytest.raises(TryAgainLater, match="No DNS resolver answers"):
        await dns.reach()


async def test_without_a_setting_the_systems_resolvers_are_taken(monkeypatch: pytest.MonkeyPatch):
    read = Resolver.read_resolv_conf
    monkeypatch.setattr(
        Resolver, "read_resolv_conf", lambda self, _: read(self, io.StringIO("nameserver 127.0.0.1\nnameserver ::1\n"))
    )
    monkeypatch.setattr("dns.asyncquery.udp", _fail)
    monkeypatch.setattr("dns.asyncquery.tcp", _fail)

    with pytest.raises(TryAgainLater, match=r"127\.0\.0\.1:53 .*\[::1\]:53 "):
        await AuthoritativeDns().reach()


async def test_a_machine_without_any_resolver_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch):
    def missing(_self: Resolver, _file: object) -> None:
        raise NoResolverConfiguration

    monkeypatch.setattr(Resolver, "read_resolv_conf", missing)
    without = AuthoritativeDns()

    with pytest.raises(TryAgainLater, match="DNS_RESOLVERS"):
        await without.reach()
    with pytest.raises(TryAgainLater, match="DNS_RESOLVERS"):
        await without.look_up(WWW)


async def _fail(*_: object, **__: object) -> None:
    """No test sends packets to the resolver of the machine it runs on."""
    raise OSError
