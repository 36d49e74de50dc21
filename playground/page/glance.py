"""Everything the page shows of a world, as one JSON value: pure looking, several times a second.

Nothing is drawn here and nothing is left out for somebody's eyes: whose screen it is decides the page. What changes by
the clock alone is told in whole seconds, so that two looks in the same second are equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playground.mishaps import ASSOCIATE
from playground.scenarios import SCENARIOS
from playground.sights import covered
from playground.slack import Standing
from playground.world import ACCOUNT_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.aws import Distribution, Tenant
    from playground.bot_processes import BotProcesses
    from playground.dns import Record
    from playground.slack import Channel, Message, Person, View
    from playground.world import World

Json = dict[str, Any]

_OF_THE_ZONE_ITSELF: Final = {"SOA", "NS"}
_MOST_RECORDS: Final = 40
_MOST_DISTRIBUTIONS: Final = 10
_MOST_ALIASES: Final = 8
"""Of each zone, of each account, of each distribution; the rest is counted."""


def scenarios() -> list[Json]:
    """What can be begun."""
    return [{"name": each.name, "what_to_try": each.what_to_try} for each in SCENARIOS.values()]


def of_world(world: World, bot: BotProcesses | None) -> Json:
    """All of it; without a bot there are no processes."""
    command, text = world.command
    return {
        "scenario": {"name": world.scenario.name, "what_to_try": world.scenario.what_to_try},
        "command": f"{command} {text}",
        "alias": world.scenario.alias,
        "slack": _slack(world),
        "dns": _dns(world),
        "aws": _aws(world),
        "processes": [
            {"name": each.name, "pid": each.pid, "is_running": each.is_running} for each in (bot.all if bot else [])
        ],
    }


# Slack


def _slack(world: World) -> Json:
    directory = world.slack.directory
    return {
        "people": [_person(world, each) for each in world.people.values()],
        "bot": {"id": directory.app.bot_user_id, "name": directory.app.bot_name},
        "groups": [{"id": each.id, "name": each.name} for each in directory.groups.values()],
        "channels": [{"id": each.id, "name": each.name} for each in directory.channels.values() if not each.is_direct],
        "directs": {each.id: _partner(world, each) for each in directory.channels.values() if each.is_direct},
        "channel": world.channel.id,
        "messages": sorted((_message(each) for each in _messages(world)), key=lambda message: str(message["ts"])),
        "views": [_view(view) for person in world.people.values() for view in world.slack.views(person.id)],
    }


def _person(world: World, person: Person) -> Json:
    user, group = world.approvers
    may_approve = person.id in {user.id, *group.members}
    role = "may approve" if may_approve else "asks"
    if person.standing is not Standing.MEMBER:
        role = "a guest"
    return {"id": person.id, "name": person.name, "real_name": person.real_name, "role": role}


def _partner(world: World, direct: Channel) -> str:
    """With whom the bot talks there."""
    return next(iter(direct.members - {world.slack.app.bot_user_id}))


def _messages(world: World) -> Iterator[Message]:
    slack = world.slack
    for channel in slack.directory.channels:
        for message in slack.messages(channel):
            yield message
            # What is broadcast from a thread stands at the top level too.
            yield from (each for each in slack.thread(channel, message.ts) if not each.is_broadcast)
    for person in world.people.values():
        yield from slack.ephemerals(person.id)


def _message(message: Message) -> Json:
    return {
        "channel": message.channel,
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": list(message.blocks),
        "thread_ts": message.thread_ts,
        "is_broadcast": message.is_broadcast,
        "edits": message.edits,
        "visible_to": message.visible_to,
    }


def _view(view: View) -> Json:
    return {
        "id": view.id,
        "hash": view.hash,
        "user": view.user,
        "definition": view.definition,
        "errors": dict(view.errors),
    }


# DNS


def _dns(world: World) -> Json:
    return {
        "zones": [_zone(name, records) for name, records in world.dns.zones().items()],
        "zone": world.scenario.zone,
        "servers": [
            {"number": number, "ip": server.ip, "troubles": world.troubles_of(server)}
            for number, server in enumerate(world.dns.servers, 1)
        ],
        "misses": [{"name": name, "seconds": round(left)} for name, left in world.dns.resolver.misses().items()],
    }


def _zone(name: str, records: list[Record]) -> Json:
    """What people published first, then what makes it a zone; of very many records only the first."""
    name_servers = {each.value.rstrip(".") for each in records if each.rdtype == "NS"}

    def is_removable(each: Record) -> bool:
        return each.name not in name_servers and each.rdtype not in _OF_THE_ZONE_ITSELF

    shown = sorted(records, key=lambda each: not is_removable(each))[:_MOST_RECORDS]
    told = [
        {
            "name": each.name,
            "type": each.rdtype,
            "ttl": each.ttl,
            "value": each.value,
            "is_removable": is_removable(each),
        }
        for each in shown
    ]
    return {"name": name, "records": told, "more": len(records) - len(told)}


# AWS


def _aws(world: World) -> Json:
    accounts = dict.fromkeys(each.account for each in world.distributions.values())
    return {
        "accounts": [_account(world, account) for account in accounts],
        "operation": ASSOCIATE,
        "troubles_waiting": world.aws.cloudfront.faults.waiting(ASSOCIATE),
        "calls": world.aws.cloudfront.count(ASSOCIATE),
    }


def _account(world: World, account: str) -> Json:
    """Of very many distributions those that matter first: who has the alias, and who is asked for."""
    scenario = world.scenario
    own = [(name, each) for name, each in world.distributions.items() if each.account == account]
    if len(own) > _MOST_DISTRIBUTIONS:
        own.sort(key=lambda named: scenario.alias not in named[1].aliases and named[0] != scenario.ask_for)
    shown = [_distribution(world, name, each) for name, each in own[:_MOST_DISTRIBUTIONS]]
    return {
        "id": account,
        "name": ACCOUNT_NAMES.get(account, account),
        "distributions": shown,
        "more": len(own) - len(shown),
        "tenants": [_tenant(name, each) for name, each in world.tenants.items() if each.account == account],
    }


def _tenant(name: str, each: Tenant) -> Json:
    return {
        "name": name,
        "id": each.id,
        "enabled": each.enabled,
        "aliases": list(each.aliases),
        "tenant_of": each.distribution.id,
        "reached_at": each.connection_group.routing_endpoint,
    }


def _distribution(world: World, name: str, each: Distribution) -> Json:
    aliases = sorted(each.aliases, key=lambda alias: alias != world.scenario.alias)
    return {
        "name": name,
        "id": each.id,
        "domain_name": each.domain_name,
        "enabled": each.enabled,
        "status": world.aws.cloudfront.status(each),
        "aliases": aliases[:_MOST_ALIASES],
        "more_aliases": len(aliases[_MOST_ALIASES:]),
        "certificate": covered(world, each),
    }
