"""What one can look at from the prompt, as lines of text: distributions, DNS records, scenarios. Changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playground.scenarios import SCENARIOS
from playground.world import ACCOUNT_NAMES

if TYPE_CHECKING:
    from playground.aws import Distribution
    from playground.world import World

HELP: Final = """\
mina: /cname-conflict www.example.com    type a slash command as somebody; as mina, if nobody is named
joon presses Approve                     press a button of the newest card; a part of its name will do
mina chooses green                       choose from the menu on the card
joon submits                             press the last button of the open dialog; fill it in: joon submits: too risky
joon closes                              close the dialog
create the record                        publish what the card asks for; take it away: remove the record
add TXT _www.example.com anything        publish any other record; take it away: remove _www.example.com
break server 2 behind                    or dead, lame, refused, servfail; all is well again: repair servers
throttle aws                             what the next AssociateAlias meets; or: lose the answer, lose the call
disable blue                             what owners do in CloudFront; or: enable blue, certify green
wait for has moved                       until somebody sees these words
look at cloudfront                       or dns, screen, logs, scenarios
quit                                     ends everything, as Ctrl-C does"""


def cloudfront(world: World) -> str:
    """Every distribution: who has which aliases, and what its certificate covers."""
    return "\n".join(_described(world, name, each) for name, each in world.distributions.items())


def _described(world: World, name: str, each: Distribution) -> str:
    state = "enabled" if each.enabled else "disabled"
    aliases = ", ".join(each.aliases) or "no alias"
    return (
        f"  {name:<6} {each.id}  {ACCOUNT_NAMES[each.account]}, {state}\n"
        f"         has {aliases}; {_covered(world, each)}"
    )


def _covered(world: World, each: Distribution) -> str:
    if each.certificate is None:
        return "no certificate of its own"
    found = world.aws.certificates.description(each.account, each.certificate) or {}
    return f"certificate for {', '.join(found.get('SubjectAlternativeNames', []))}"


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
    lines = [f"  {scenario.name:<16} {scenario.what_to_try}" for scenario in SCENARIOS.values()]
    return "\n".join([*lines, "Start one with: python -m playground play <scenario>"])
