"""The outside world as the use cases see it: Protocols, the values they take and give, and the errors they may raise.

Nothing here does anything, or knows boto3, dnspython, Slack or Redis. An answer is not an error: "no such record" and
"certificate does not cover it" are values in `alias_move`. Everybody but this package imports from `bot.ports` itself.

    aws.py           CloudFront, certificates and Route 53; only workers have it
    dns.py           the servers with authority over a record; only workers have it
    slack.py         who people are, and where moves are shown to them
    store.py         moves in Redis, and what is due
    inventories.py   what accounts had in the last minute
    errors.py        what any of them may raise, named for what the caller can do about it
"""

from bot.ports.aws import Aws, CloudFrontLook, Errand, RecordChange, Switch, Whereabouts
from bot.ports.dns import Dns, Turns
from bot.ports.errors import (
    AlreadyOpen,
    ChannelClosed,
    Conflict,
    Gone,
    NonceSpent,
    NotPermitted,
    OutcomeUnknown,
    PortError,
    Refused,
    TryAgainLater,
)
from bot.ports.inventories import AccountInventory, Inventories, ReadInventory, Remembered
from bot.ports.slack import Announcer, People
from bot.ports.store import AuditEntry, Due, Nudge, Store, Stored, Taken

__all__ = [
    "AccountInventory",
    "AlreadyOpen",
    "Announcer",
    "AuditEntry",
    "Aws",
    "ChannelClosed",
    "CloudFrontLook",
    "Conflict",
    "Dns",
    "Due",
    "Errand",
    "Gone",
    "Inventories",
    "NonceSpent",
    "NotPermitted",
    "Nudge",
    "OutcomeUnknown",
    "People",
    "PortError",
    "ReadInventory",
    "RecordChange",
    "Refused",
    "Remembered",
    "Store",
    "Stored",
    "Switch",
    "Taken",
    "TryAgainLater",
    "Turns",
    "Whereabouts",
]
