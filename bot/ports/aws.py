"""CloudFront, its certificates and Route 53 as the use cases see them: what is asked, and what comes back."""

from dataclasses import dataclass
from typing import Protocol

from bot.alias_move.evidence import MissingPermission, ServiceHolding
from bot.alias_move.findings import Account, ConflictingAlias, Distribution, Holder, Operation
from bot.alias_move.hosting import HostedTxt
from bot.alias_move.names import AccountId, AliasName, DistributionId, TxtRecord


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


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Which sides list the alias at this moment."""

    on_target: bool
    on_source: bool | None
    """None: the source can't be read."""


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

    async def who_holds(self, errand: Errand) -> Whereabouts:
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

    async def try_hosted_zones(self, role: str) -> str:
        """Read a hosted zone with this role (ARN), or with the base credentials where it is empty, for `doctor`.

        Gives the zone's name; empty where that account has none, so that only the listing was tried.

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
