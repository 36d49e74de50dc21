"""The DNS as its authoritative servers tell it; the only place that knows dnspython.

A recursive resolver is asked where a zone lives, and never for the name of the record itself or anything below it: the
"no" it would remember hides the record, from AWS too, for as long as the zone's negative TTL.

Reading order: `look_up` (one look at one record), `answers` (what one response says; pure), `zones` (which servers to
ask), `exchange` (one question to one address), `questions` (many over few sockets), `glances` (anything new at
thousands of records?), `resolvers` (the recursive ones), `caches` (those again, once the record is live: do they see
it?), `diagnosis` (what is wrong around it).
"""

from bot.dns.look_up import AuthoritativeDns

__all__ = ["AuthoritativeDns"]
