"""What one can look at from the prompt, as lines of text: distributions, DNS records, scenarios. Changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playground.aws import KEYS_CLOUDFRONT_TAKES
from playground.scenarios import SCENARIOS
from playground.world import ACCOUNT_NAMES

if TYPE_CHECKING:
    from playground.aws import Distribution, Tenant
    from playground.world import World

_MOST_ALIASES: Final = 5

HELP: Final = """\
mina: /cname-conflict www.example.com    type a slash command as somebody; as mina, if nobody is named
joon presses Approve                     press a button of the newest card; a part of its name will do
mina chooses green                       choose from the menu on the card
joon submits                             press the last button of the open dialog; fill it in: joon submits: too risky
joon closes                              close the dialog
create the record                        publish what the card asks for; take it away: remove the record
create the record with a doubled name    or as a CNAME, with pasted quotes, with the wrong distribution, with one
                                         server behind, with an early no
add TXT _www.example.com anything        publish any other record; take it away: remove _www.example.com
break server 2 behind                    or dead, lame, refused, servfail; all is well again: repair servers
throttle aws                             what the next AssociateAlias meets; or: lose the answer, lose the call
want the record                          what the next call without a record meets
refuse aws: AccessDenied You may not     or with any other code and text; all is well again: repair aws
disable blue                             what owners do in CloudFront; or: enable blue, certify green
support moves it to green                what AWS Support does, and tells nobody
give green *.example.com                 a name, by hand; or: take www.example.com from blue
point www.example.com at green           let DNS lead to a distribution
kill worker 1                            as a power failure would; or: kill web; start a worker, start web
start wildcard                           end this world, and begin another scenario
wait for has moved                       until somebody sees these words
look at cloudfront                       or dns, screen, logs, scenarios
quit                                     ends everything, as Ctrl-C does"""


def cloudfront(world: World) -> str:
    """Every distribution and tenant: who has which aliases, and what its certificate covers."""
    tenants = (_tenant(name, each) for name, each in world.tenants.items())
    return "\n".join([*(_described(world, name, each) for name, each in world.distributions.items()), *tenants])


def _described(world: World, name: str, each: Distribution) -> str:
    state = "enabled" if each.enabled else "disabled"
    aliases = ", ".join(each.aliases[:_MOST_ALIASES]) or "no alias"
    if len(each.aliases) > _MOST_ALIASES:
        aliases += f" and {len(each.aliases) - _MOST_ALIASES} more"
    return (
        f"  {name:<7} {each.id}  {ACCOUNT_NAMES.get(each.account, each.account)}, {state}\n"
        f"         has {aliases}; {covered(world, each)}"
    )


def _tenant(name: str, each: Tenant) -> str:
    state = "enabled" if each.enabled else "disabled"
    return (
        f"  {name:<6} {each.id}  {ACCOUNT_NAMES[each.account]}, {state}, tenant of {each.distribution.id}\n"
        f"         has {', '.join(each.aliases) or 'no alias'}; reached at {each.connection_group.routing_endpoint}"
    )


def covered(world: World, each: Distribution) -> str:
    """Which certificate a distribution has, and for what."""
    attached = each.attached_certificate
    if attached is None:
        return "no certificate of its own"
    if each.certificate is None:
        uploaded = world.aws.server_certificates.uploaded(attached)
        return f"certificate of IAM for {', '.join(uploaded.names)}{_odd_key(uploaded.key)}"
    found = world.aws.certificates.description(each.account, attached) or {}
    names = ", ".join(found.get("SubjectAlternativeNames", []))
    return f"certificate for {names}{_odd_key(found.get('KeyAlgorithm', ''))}"


def _odd_key(key: str) -> str:
    return "" if key in KEYS_CLOUDFRONT_TAKES else f", with a key of the kind {key}"


def dns(world: World) -> str:
    """What is published in the zone of the scenario, and what is wrong with its servers."""
    zone = world.scenario.zone
    records = [
        f"  {record.name}  {record.ttl}  {record.rdtype}  {record.value}"
        for record in world.dns.records()
        if record.name == zone or record.name.endswith(f".{zone}")
    ]
    servers = [
        f"  name server {number}: {', '.join(world.troubles_of(server)) or 'all is well'}"
        for number, server in enumerate(world.dns.servers, 1)
    ]
    return "\n".join([*records, *servers])


def scenarios() -> str:
    """All of them, and what to try in each."""
    lines = [f"  {scenario.name:<25} {scenario.what_to_try}" for scenario in SCENARIOS.values()]
    return "\n".join([*lines, "Start one with: start <scenario>"])
