"""The roles that the bot becomes: what it asks of STS, and sessions whose credentials renew themselves.

Reading is done for every move alike, so its sessions name nobody: they are kept, and renewed before they end. A
session that moves an alias is made for that one call, and names the move and who approved it. Must never keep a role's
credentials anywhere but in the session that they belong to.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.credentials import CredentialProvider, CredentialResolver, Credentials, RefreshableCredentials
from botocore.exceptions import ClientError, NoCredentialsError

from bot.alias_move.names import AccountId, DistributionId
from bot.aws.calls import CERTIFICATE_REGION, Patience, asking_config
from bot.aws.policies import NOTHING, compact, move_session_policy, record_session_policy, switch_session_policy
from bot.ports import Errand, RecordChange, Switch

NOBODY = "U-system"
"""In the place of a Slack id, where something is done for every move at once."""
MOVE_SESSION_S = 900
"""The shortest that STS gives."""
_READ_SESSION_S = 3600
# Of session names and source identities alike.
_MOST_CHARACTERS = 64
_NOT_IN_A_NAME = re.compile(r"[^\w+=,.@-]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Roles:
    """What the operator lets the bot become: at most one role of each kind in an account."""

    read: tuple[str, ...] = ()
    """ARNs."""
    move: tuple[str, ...] = ()
    """ARNs."""
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """One AssumeRole."""

    role: str
    """ARN."""
    session_name: str
    source_identity: str
    external_id: str | None
    duration_s: int = _READ_SESSION_S
    policy: str | None = None
    """What the session may do at most; None: whatever the role may."""

    @property
    def parameters(self) -> dict[str, str | int]:
        """As boto3 wants them."""
        wanted: dict[str, str | int | None] = {
            "RoleArn": self.role,
            "RoleSessionName": self.session_name,
            "SourceIdentity": self.source_identity,
            "DurationSeconds": self.duration_s,
            "ExternalId": self.external_id,
            "Policy": self.policy,
        }
        return {name: value for name, value in wanted.items() if value is not None}


def to_look(role: str, external_id: str | None) -> Assumption:
    """The session in which an account is looked into, for whichever move."""
    return Assumption(role, _name("look", "all-moves", NOBODY), NOBODY, external_id)


def to_try(role: str, external_id: str | None) -> Assumption:
    """A session that may do nothing: whether the role can be assumed at all."""
    return Assumption(role, _name("try", "no-move", NOBODY), NOBODY, external_id, MOVE_SESSION_S, compact(NOTHING))


def to_move(role: str, external_id: str | None, errand: Errand) -> Assumption:
    """The session in which one alias is moved: it may touch the target, and a source of the same account."""
    if errand.target is None:
        raise AssertionError("A move without a target.")
    partition, account = role.split(":")[1], account_of(role)
    source = errand.source
    policy = move_session_policy(
        _arn(partition, source.account, DistributionId(source.distribution_id))
        if source is not None and source.is_ours
        else None,
        _arn(partition, account, errand.target),
    )
    person = _name(errand.person)
    return Assumption(
        role,
        _name("move", errand.move_id, person),
        person,
        external_id,
        MOVE_SESSION_S,
        compact(policy),
    )


def to_switch(role: str, external_id: str | None, wanted: Switch) -> Assumption:
    """The session in which one source is disabled, or enabled again: it may touch nothing else."""
    arn = _arn(role.split(":")[1], wanted.account, wanted.source)
    person = _name(wanted.person)
    name = _name("enable" if wanted.enabled else "disable", wanted.move_id, person)
    return Assumption(role, name, person, external_id, MOVE_SESSION_S, compact(switch_session_policy(arn)))


def to_change(role: str, external_id: str | None, wanted: RecordChange) -> Assumption:
    """The session in which one TXT value is put into its zone, or taken out of it: it may touch no other name."""
    policy = record_session_policy(role.split(":")[1], wanted.hosted.zone_id, wanted.hosted.record.name)
    person = _name(wanted.person)
    name = _name("record" if wanted.is_wanted else "unrecord", wanted.move_id, person)
    return Assumption(role, name, person, external_id, MOVE_SESSION_S, compact(policy))


def account_of(arn: str) -> AccountId:
    """The account that an ARN of IAM or CloudFront names."""
    return AccountId(arn.split(":")[4])


class Becoming:
    """Sessions of roles. The client that asks STS for them is the same for all, and made once: that takes long."""

    def __init__(self, new_session: Callable[[], boto3.Session], patience: Patience) -> None:
        self._new_session = new_session
        self._patience = patience
        self._making = threading.Lock()
        self._base: boto3.Session | None = None
        self._sts: Any = None

    def session_of(self, assumption: Assumption) -> boto3.Session:
        """Its credentials are asked for with `get_credentials`, and again before they end. Called in a thread."""
        with self._making:
            base, sts = self._ready()
        becoming = self._new_session()
        # botocore's own way to bring credentials of one's own; boto3 has no name for the session inside.
        core, core_of_base = becoming._session, base._session  # noqa: SLF001
        core.register_component("credential_provider", CredentialResolver([_RoleProvider(sts, assumption)]))
        # The models of the services are big, and the same for every account.
        core.register_component("data_loader", core_of_base.get_component("data_loader"))
        return becoming

    def _ready(self) -> tuple[boto3.Session, Any]:
        if self._base is None:
            base = self._new_session()
            # A client made without credentials stays without them; failing here means that the next call tries anew.
            if base.get_credentials() is None:
                raise NoCredentialsError
            region = base.region_name or CERTIFICATE_REGION
            self._sts = base.client("sts", region_name=region, config=asking_config(self._patience))
            self._base = base
        return self._base, self._sts


class _RoleProvider(CredentialProvider):  # type: ignore[misc] # botocore has no types
    METHOD = "assume-role"
    CANONICAL_NAME = "AssumeRole"

    def __init__(self, sts: Any, assumption: Assumption) -> None:  # noqa: ANN401 - boto3 has no types
        super().__init__()
        self._sts = sts
        self._assumption = assumption

    def load(self) -> Credentials:
        """Credentials that renew themselves; or, for a single call, such as are good for that.

        Asked for at once: botocore's deferred ones log every refusal with a traceback, and take their time from a call.
        """
        given = self._assume()
        # botocore renews what ends within a quarter of an hour, so it would renew a short session at its first use.
        if self._assumption.duration_s <= MOVE_SESSION_S:
            return Credentials(given["access_key"], given["secret_key"], given["token"], self.METHOD)
        return RefreshableCredentials.create_from_metadata(given, self._assume, self.METHOD)

    def _assume(self) -> dict[str, str]:
        answer = _assumed(self._sts, self._assumption)
        given = answer["Credentials"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }


def _assumed(sts: Any, assumption: Assumption) -> dict[str, Any]:  # noqa: ANN401 - boto3 has no types
    wanted = assumption.parameters
    try:
        answer: dict[str, Any] = sts.assume_role(**wanted)
    except ClientError as no:
        # A trust policy may allow the role and not the naming of a person; then the session's name has to do.
        if "sts:SetSourceIdentity" not in str(no):
            raise
        del wanted["SourceIdentity"]
        answer = sts.assume_role(**wanted)
    return answer


def _arn(partition: str, account: str, side: DistributionId) -> str:
    kind = "distribution-tenant" if side.is_tenant else "distribution"
    return f"arn:{partition}:cloudfront::{account}:{kind}/{side}"


def _name(*parts: str) -> str:
    return _NOT_IN_A_NAME.sub("-", "-".join(parts))[:_MOST_CHARACTERS]
