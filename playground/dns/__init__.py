"""The DNS of the playground: real packets over real sockets, on loopback only; no name is ever asked elsewhere.

Start with `world.Dns`. Reading order: `zones` (what is published), `answers` (what a name server says about it),
`faults` (how a server can be broken), `authority` (one name server), `resolver` (a recursive resolver that
remembers misses), `endpoint` (sockets), `questions` (who asked what), `world` (all of it together).
"""

from playground.dns.authority import Authority
from playground.dns.faults import Fault
from playground.dns.questions import Question
from playground.dns.resolver import CachingResolver
from playground.dns.world import Dns
from playground.dns.zones import Record, Zone

__all__ = ["Authority", "CachingResolver", "Dns", "Fault", "Question", "Record", "Zone"]
