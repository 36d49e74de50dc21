"""The outside world as the use cases see it: Protocols, and errors named for what the caller can do about them.

Nothing here knows boto3, dnspython, Slack or Redis. An answer is not an error: "no such record" and "certificate does
not cover it" are values in `alias_move`; what is raised from here means that there was no answer, or that it was no.

    PortError
    ├── TryAgainLater     nothing is known; nothing has changed
    ├── NotPermitted      our credentials or scopes do not allow it; a person must repair that
    ├── Refused           the other side understood, and said no; nothing has changed
    ├── OutcomeUnknown    it may or may not have happened; look before doing anything else
    ├── Conflict          somebody was faster; load and decide again
    ├── AlreadyOpen       another open move holds this alias
    ├── NonceSpent        this modal was submitted before, or is too old
    └── ChannelClosed     Slack does not let us post in that channel
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.alias_move.approval import Person
from bot.alias_move.evidence import MissingPermission, ServiceHolding
from bot.alias_move.findings import Account, ConflictingAlias, Distribution, Holder, Operation
from bot.alias_move.hosting import HostedTxt
from bot.alias_move.move import CardPlace, Move, Notice, Refusal
from bot.alias_move.names import AccountId, AliasName, DistributionId, TxtRecord
from bot.alias_move.probes import Probe
from bot.alias_move.sightings import TxtSighting
from bot.alias_move.visibility import CacheAnswer
from bot.alias_move.watching import Claim, Glance, Watch


class PortError(Exception):
    """`str(error)` is a sentence for people."""


class TryAgainLater(PortError):  # noqa: N818 - named for what the caller can do
    """No answer, or one that asks to come back. Nothing is known, nothing has changed."""


class NotPermitted(PortError):  # noqa: N818
    """Our credentials do not allow it. Trying again helps only after a person has repaired that."""


class Refused(PortError):  # noqa: N818
    """The other side understood, and said no. Nothing has changed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


class Gone(PortError):  # noqa: N818
    """What it is about does not exist (any more). Nothing has changed."""


class OutcomeUnknown(PortError):  # noqa: N818
    """The request was sent, and no answer came back."""


class Conflict(PortError):  # noqa: N818
    """Somebody else has changed the move since it was loaded."""


class AlreadyOpen(PortError):  # noqa: N818
    """Another open move holds this alias."""

    def __init__(self, move_id: str) -> None:
        super().__init__("There is an open move for this alias already.")
        self.move_id = move_id


class NonceSpent(PortError):  # noqa: N818
    """A modal counts once, and for ten minutes."""


class ChannelClosed(PortError):  # noqa: N818
    """The bot is not in the channel, or may not post there."""


# AWS


@dataclass(frozen=True, slots=True)
class Errand:
    """What AWS is asked for, in which move and on whose behalf."""

    alias: AliasName
    move_id: str
    person: str
    """Slack id of who asked for the move; for `associate`, of who approved it."""
    target: DistributionId | None = None
    target_account: AccountId | None = None
    source: Holder | None = None
    operation: Operation = Operation.ASSOCIATE_ALIAS
    """For `associate`."""


@dataclass(frozen=True, slots=True)
class CloudFrontLook:
    """What one look at CloudFront and its certificates brought back."""

    inventory: tuple[Distribution, ...]
    conflicts: tuple[ConflictingAlias, ...] | None
    """None: no distribution could be asked through, since none has a certificate that covers the alias."""
    accounts: tuple[Account, ...] = ()
    """Where it was looked, and where that was tried in vain."""
    age_s: float = 0.0
    """How old the oldest list of distributions was when the look began, in seconds; 0: all were read for it."""
    denied: MissingPermission | None = None
    """Without which CloudFront could not be asked for conflicts."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One distribution to be disabled or enabled, as somebody has approved it."""

    source: DistributionId
    account: AccountId
    enabled: bool
    """As it is to be."""
    aliases: tuple[str, ...] | None
    """It may be changed only while it serves exactly these; None: whatever it serves."""
    move_id: str
    person: str
    """Slack id of whoever approved it."""
    send_before: float
    """On this process's monotonic clock, in seconds: later, somebody may have taken over, or told that it is off."""


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One TXT value to be put into a hosted zone, or taken out of it, as somebody has approved it."""

    hosted: HostedTxt
    """A value is put there only while exactly these others are beside it."""
    is_wanted: bool
    """Whether it is to be there."""
    move_id: str
    person: str
    """Slack id of whoever approved it."""


class Aws(Protocol):
    """CloudFront and its certificates. Only workers have one."""

    async def look(self, errand: Errand, *, fresh: bool = True) -> CloudFrontLook:
        """Inventory of every account, certificates and conflicting aliases.

        An account that does not answer is told in the look, unless none does. `fresh`: every account is read for this
        look; otherwise lists of distributions may be those of the last minute. Conflicts are asked in any case.

        Raises:
            TryAgainLater: AWS did not answer, or throttles.
            NotPermitted: no account may be listed; the sentence names the action.
        """
        ...

    async def side(self, one: Distribution) -> Distribution | None:
        """Source or target as it is now, with what only people want to know of it; None: it is gone.

        Never raises: what can't be read soon is left out, and `further.is_read` says so.
        """
        ...

    async def service_holding(self, alias: AliasName, regions: tuple[str, ...]) -> ServiceHolding | None:
        """The AWS service of one of our accounts that says it has this alias.

        Never raises: what is not allowed, or takes long, is left out.
        """
        ...

    async def associate(self, errand: Errand) -> None:
        """Move the alias to the target. Sends the request at most once; returns when CloudFront answers 200.

        Only here the move role of the target's account is assumed, for source and target alone.

        Raises:
            Refused: with AWS's code, text and request id. Nothing has changed.
            TryAgainLater: it was certainly not sent (no connection, no credentials).
            OutcomeUnknown: it was sent, and no answer came back.
        """
        ...

    async def who_holds(self, errand: Errand) -> "Whereabouts":
        """Read both sides, each in its own account; the source only where it is ours.

        Raises:
            TryAgainLater, NotPermitted: as `look`.
        """
        ...

    async def switch(self, wanted: Switch) -> None:
        """Disable or enable a distribution; returns when CloudFront shows it as wanted. May be asked for again.

        The request is sent at most once per call, with nothing else changed. Only here the move role of that account
        may read and update a whole configuration, and that of this one distribution alone.

        Raises:
            Conflict: it serves other names than those, somebody changes it at this moment, or it is described in a way
                that nobody here knows. Nothing has changed.
            Gone: there is no such distribution any more.
            Refused: with AWS's code, text and request id. Nothing has changed.
            TryAgainLater: it was certainly not sent; nor is what `wanted.send_before` forbids by then.
            OutcomeUnknown: it was sent, and no answer came back.
        """
        ...

    async def is_enabled(self, distribution: DistributionId, account: AccountId) -> bool:
        """Whether a distribution is enabled at this moment.

        Raises:
            Gone: there is no such distribution any more.
            TryAgainLater, NotPermitted: as `look`.
        """
        ...

    async def hosted_txt(self, record: TxtRecord, zone: str, servers: tuple[str, ...]) -> HostedTxt | None:
        """The public hosted zone of ours that the world asks: with this name and these name servers, no orphan of it.

        Only one that the bot has credentials to change. Never raises: what is not allowed, or takes long, is left out.
        """
        ...

    async def change_record(self, wanted: RecordChange) -> str:
        """Put a value into its zone or take it out; gives the change to be waited for, empty where nothing had to be.

        Every other value is kept: what was read is replaced in one step, or nothing is. May be asked for again. Only
        here the move role of that account may change records, and of that one name alone.

        Raises:
            Conflict: other values are beside it than those, or somebody changes them right now. Nothing has changed.
            Refused: with AWS's code, text and request id. Nothing has changed.
            TryAgainLater: it was certainly not sent.
            OutcomeUnknown: it was sent, and no answer came back.
        """
        ...

    async def is_in_sync(self, change_id: str, account: AccountId) -> bool:
        """Whether all of Route 53's servers have this change.

        Raises:
            TryAgainLater, NotPermitted: as `look`.
        """
        ...

    async def has_record(self, hosted: HostedTxt) -> bool:
        """Whether the value is in the zone at this moment.

        Raises:
            TryAgainLater, NotPermitted: as `look`.
        """
        ...

    async def identity(self) -> tuple[AccountId, str]:
        """Account and ARN of the base credentials, for `doctor`.

        Raises:
            TryAgainLater, NotPermitted: as `look`.
        """
        ...

    async def try_read_role(self, role: str) -> None:
        """Whether this role (ARN) can be assumed and may list distributions, for `doctor`.

        Raises:
            TryAgainLater, NotPermitted: as `look`.
        """
        ...

    async def try_move_role(self, role: str) -> None:
        """Whether this role (ARN) can be assumed, for `doctor`: in a session that may do nothing.

        Raises:
            TryAgainLater, NotPermitted: as `look`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Which sides list the alias at this moment."""

    on_target: bool
    on_source: bool | None
    """None: the source can't be read."""


@dataclass(frozen=True, slots=True)
class AccountInventory:
    """The distributions that one set of credentials has listed. No secrets: origin headers never get into it."""

    account: AccountId | None
    """None: it has no distributions, and nobody knows its number."""
    distributions: tuple[Distribution, ...]


@dataclass(frozen=True, slots=True)
class Remembered:
    """An inventory, and how old it is."""

    inventory: AccountInventory
    age_s: float
    """Since the reading of it began, in seconds."""


ReadInventory = Callable[[], Awaitable[AccountInventory]]


class Inventories(Protocol):
    """What accounts had in the last minute, shared by all workers. Only workers have one.

    It is a help and no more: where it can't be reached or read, nothing is remembered, and nothing is raised.
    """

    async def recall(self, name: str) -> Remembered | None:
        """What was read under this name in the last minute."""
        ...

    async def refresh(self, name: str, read: ReadInventory) -> Remembered:
        """Read and keep it; where another worker is at it already, wait a moment for what that one finds.

        Raises:
            PortError: as `read`.
        """
        ...

    async def read_anew(self, name: str, read: ReadInventory) -> Remembered:
        """Read and keep it, whoever else is at it. Raises as `read`."""
        ...


# DNS


class Dns(Protocol):
    """The authoritative servers of a record's zone. Only workers have one."""

    async def look_up(self, record: TxtRecord) -> TxtSighting:
        """Ask every authoritative address. Never asks a recursive resolver for the record's own name.

        Raises:
            TryAgainLater: no server with authority could be found or answered.
        """
        ...

    async def glance(self, watches: Sequence[Watch]) -> list[Glance]:
        """One question for each of them, to one server of its zone, no more often than is polite; takes a second or so.

        Every look into a zone must come through here, of one process at a time.
        """
        ...

    async def ask_caches(self, record: TxtRecord) -> tuple[CacheAnswer, ...]:
        """What recursive resolvers say about a record that is live: never asked before, as they would remember the no.

        Never raises; a resolver that does not answer is told in the answers.
        """
        ...

    async def points_at(self, alias: AliasName) -> str:
        """Where the alias's own CNAMEs end, as a recursive resolver says; empty: it has none.

        Only for an alias, which has a record or needs none; a resolver asked for the TXT record would remember its no.

        Raises:
            TryAgainLater: no resolver answers.
        """
        ...

    async def probe(self, record: TxtRecord, sighting: TxtSighting | None) -> Probe:
        """Ask the zone's servers what people usually do wrong with such a record, in at most sixteen questions.

        `sighting` is the newest look, if there was one. Never raises: where nobody answers, the probe is empty.
        """
        ...

    async def reach(self) -> str:
        """A sentence saying that the configured resolvers answer, for `doctor`.

        Raises:
            TryAgainLater: none does.
        """
        ...


# State


@dataclass(frozen=True, slots=True)
class Stored:
    """A move as loaded, with what a later commit needs."""

    move: Move
    version: int
    now: float
    """The store's clock at that moment, Unix seconds."""
    card_version: int = 0
    """The version that the card in the channel shows; 0: none."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An outstanding effect, about to be tried."""

    stored: Stored
    attempts: int
    """This one included."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something the state says is due: an effect of a move, or its card."""

    move_id: str
    effect_id: str
    """`card` for the card."""
    not_before: float
    """Unix seconds."""
    is_urgent: bool
    shard: int | None = None
    """The lot that it is taken with; None: it is done by itself."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of a move's history."""

    event: str
    by: str
    state: str
    digest: str
    round: int
    words: str = ""


class Store(Protocol):
    """Moves in Redis. Every write is one atomic step, and safe to be sent twice.

    Every method raises TryAgainLater when Redis can't be reached in time.
    """

    async def now(self) -> float:
        """The store's clock, Unix seconds."""
        ...

    async def create(self, move: Move, entry: AuditEntry) -> Stored:
        """Save a new move and take its alias.

        Raises:
            AlreadyOpen: with the id of the open move.
        """
        ...

    async def load(self, move_id: str) -> Stored | None:
        """The move, or None when there is none (any more)."""
        ...

    async def find_open(self, alias: AliasName) -> Stored | None:
        """The open move of this alias."""
        ...

    async def commit(
        self, stored: Stored, move: Move, entry: AuditEntry | None, *, nonce: str = "", show: bool = True
    ) -> Stored:
        """Replace the move, its due effects and its hold on the alias; append to its history.

        `show` says that people would notice the change, so the card becomes due. `nonce` is spent in the same step.

        Raises:
            Conflict: the move is no longer what was loaded.
            NonceSpent: the nonce is unknown.
        """
        ...

    async def open_moves_to(self, target: DistributionId, besides: str) -> int:
        """How many open moves go to this distribution, apart from the one with the id `besides`."""
        ...

    async def take(self, move_id: str, effect_id: str) -> Taken | None:
        """Count an attempt at an outstanding effect, before it is tried. None: it is not outstanding."""
        ...

    async def due(self, until: float, limit: int) -> tuple[Due, ...]:
        """What is due before `until`, earliest first."""
        ...

    async def claim(self, shard: int, limit: int) -> Claim:
        """Looks of this lot that are due, earliest first; who does not come back with them gives them up after a while.

        Of those long overdue, as after an outage, only few at a time.
        """
        ...

    async def put_off(self, shard: int, until: Mapping[str, float]) -> None:
        """When claimed looks are due again, by their keys; nothing happens to what is outstanding no more."""
        ...

    async def shards_due(self, until: float) -> tuple[Due, ...]:
        """The lots with a look that is due before `until`."""
        ...

    async def card_shown(self, move_id: str, version: int) -> None:
        """The card in the channel shows this version; it is due no more if nothing newer exists."""
        ...

    async def recent(self, limit: int) -> tuple[Stored, ...]:
        """Newest moves first, open and final."""
        ...

    async def new_nonce(self, meaning: str) -> str:
        """A secret that can be spent once within ten minutes; `meaning` comes back from `read_nonce`."""
        ...

    async def read_nonce(self, nonce: str) -> str | None:
        """What it was made for, or None when it is unknown, spent or too old."""
        ...

    async def beat(self, worker: str) -> None:
        """This worker is alive."""
        ...

    async def has_worker(self) -> bool:
        """Whether any worker has been alive in the last seconds."""
        ...

    async def sweep(self, older_than_s: float) -> int:
        """Remove final moves that ended longer ago; how many."""
        ...


# Slack


class People(Protocol):
    """Who somebody is, as Slack says at this moment."""

    async def member(self, user_id: str, team_id: str) -> Person:
        """For deeds that need no approver: whether this is one is not asked. Raises as `person` does."""
        ...

    async def person(self, user_id: str, team_id: str) -> Person:
        """Raises TryAgainLater when Slack does not answer in time."""
        ...


class Announcer(Protocol):
    """Shows moves to people. Only workers have one."""

    async def post_card(self, move: Move) -> CardPlace:
        """Raises ChannelClosed, TryAgainLater or NotPermitted."""
        ...

    async def update_card(self, move: Move) -> None:
        """Raises ChannelClosed, TryAgainLater or NotPermitted."""
        ...

    async def post_notice(self, move: Move, notice: Notice) -> None:
        """Raises ChannelClosed, TryAgainLater or NotPermitted."""
        ...

    async def answer(self, answer_url: str, text: str) -> None:
        """Answer a command for its sender alone. Raises TryAgainLater."""
        ...


class Nudge(Protocol):
    """Tells the task engine what has just become due. Best effort and bounded in time: `heal` covers what it misses."""

    async def __call__(self, due: tuple[Due, ...]) -> None:
        """Never raises."""
        ...
