"""Which way an alias can go from its holder to its target, and what that does to visitors: one decision table.

Pure. Must never promise what AWS does not: where its guide and what people report differ, the sentence says so.
Source: CloudFront Developer Guide, "Move an alternate domain name"; the wildcard's six steps are in `keeping_up`.
"""

from enum import Enum

from bot.alias_move.evidence import Distribution, Evidence, Holder, holder_of
from bot.alias_move.names import AliasName


class Operation(Enum):
    """What AWS is asked for, by what it means: which call that is, `bot.aws` knows. The values are stored names."""

    ASSOCIATE_ALIAS = "AssociateAlias"
    """From one distribution to another, proved by the record."""
    WITHOUT_RECORD = "without_record"
    """Inside one account, proved by nothing but the right to change both sides."""
    TENANT_WITH_RECORD = "tenant_with_record"
    """From or to a distribution tenant, proved by the record."""

    @property
    def requires_record(self) -> bool:
        """Whether AWS wants the TXT record, by its guide or by what people report."""
        return self is not Operation.WITHOUT_RECORD


class Way(Enum):
    """A row of the decision table. The values are stored names."""

    SAME_ACCOUNT = "same_account"
    """Both sides may be enabled."""
    SAME_ACCOUNT_WITHOUT_RECORD = "same_account_without_record"
    """The same by AWS's newer call, where the operator wants it and AWS has not refused it."""
    SAME_ACCOUNT_TENANT = "same_account_tenant"
    """The same where one side is a tenant, for which there is no older call."""
    OTHER_ACCOUNT = "other_account"
    """Two accounts, and the source is disabled."""
    DISABLE_OR_STEPS = "disable_or_steps"
    """Two accounts, and the source is enabled: a wildcard can keep the name up, by six steps of people."""
    DISABLE_OR_SUPPORT = "disable_or_support"
    """The same where no wildcard can stand in: who may not disable the source needs AWS Support."""
    OWNER_OR_SUPPORT = "owner_or_support"
    """Nobody here can read the holder: its owner disables it, or AWS Support moves the name."""


def way_of(evidence: Evidence, holder: Holder | None, target: Distribution | None, *, is_apex: bool) -> Way | None:
    """The row for this evidence; None where there is nothing to move, or no target yet."""
    if holder is None or target is None or holder.distribution_id == target.id.text:
        return None
    source = source_of(evidence, holder)
    if source is None:
        return Way.OWNER_OR_SUPPORT
    with_tenant = has_tenant(evidence, holder, target)
    if source.account == target.account:
        if evidence.record_demanded:
            return Way.SAME_ACCOUNT
        if with_tenant:
            return Way.SAME_ACCOUNT_TENANT
        return Way.SAME_ACCOUNT_WITHOUT_RECORD if evidence.may_skip_record else Way.SAME_ACCOUNT
    if not source.enabled:
        return Way.OTHER_ACCOUNT
    is_special = is_apex or evidence.alias.is_wildcard or with_tenant
    no_wildcard = is_special or bool(_wildcards_elsewhere(evidence, target))
    return Way.DISABLE_OR_SUPPORT if no_wildcard else Way.DISABLE_OR_STEPS


def operation_of(way: Way | None, *, with_tenant: bool) -> Operation:
    """What AWS would be asked for."""
    if way in {Way.SAME_ACCOUNT_WITHOUT_RECORD, Way.SAME_ACCOUNT_TENANT}:
        return Operation.WITHOUT_RECORD
    return Operation.TENANT_WITH_RECORD if with_tenant else Operation.ASSOCIATE_ALIAS


def has_tenant(evidence: Evidence, holder: Holder | None, target: Distribution) -> bool:
    """Whether one side is a distribution tenant, as far as anybody can tell."""
    source = source_of(evidence, holder)
    if source is not None or holder is None:
        return any(one is not None and one.tenant_of is not None for one in (source, target))
    rows = [row for row in evidence.conflicts or () if row.alias == evidence.alias.text]
    return target.tenant_of is not None or any(row.is_tenant for row in rows)


def source_of(evidence: Evidence, holder: Holder | None) -> Distribution | None:
    """The holder, where it can be read."""
    return next((one for one in evidence.inventory if holder and one.id.text == holder.distribution_id), None)


def why_no_wildcard(evidence: Evidence, target: Distribution) -> str:
    """For DISABLE_OR_SUPPORT: why no wildcard can answer for the alias meanwhile, as a sentence."""
    alias = evidence.alias
    if alias.is_wildcard:
        return f"No wildcard can stand in for {alias}, which is one itself."
    if has_tenant(evidence, holder_of(evidence), target):
        return "The steps with a wildcard are for distributions: a tenant is on one side here."
    if used := _wildcards_elsewhere(evidence, target):
        return f"No wildcard can stand in for {alias}, since {used[0]} is in use elsewhere."
    return f"No wildcard can stand in for {alias}: it would answer for names below it only."


def _wildcards_elsewhere(evidence: Evidence, target: Distribution) -> list[str]:
    return sorted(name for name in names_elsewhere(evidence, target) if AliasName(name).covers(evidence.alias))


def names_elsewhere(evidence: Evidence, target: Distribution) -> set[str]:
    """Every name in use that the target does not have. CloudFront lists its names among the conflicts of others."""
    inventory = {name for one in evidence.inventory for name in one.aliases}
    return (inventory | {conflict.alias for conflict in evidence.conflicts or ()}) - set(target.aliases)


_EITHER_SIDE = (
    "Edges change over one by one; for some minutes visitors get either distribution."
    " {target} may begin with a cold cache."
)
_SUPPORT = "When AWS Support moves the name, TLS may fail until DNS names {target}."

_TRAFFIC = {
    None: _EITHER_SIDE,
    Way.SAME_ACCOUNT: _EITHER_SIDE,
    Way.SAME_ACCOUNT_WITHOUT_RECORD: _EITHER_SIDE,
    Way.SAME_ACCOUNT_TENANT: _EITHER_SIDE,
    Way.OTHER_ACCOUNT: (
        "Edges change over one by one; until one has, visitors get errors there, since {source} is disabled."
        " {target} may begin with a cold cache."
    ),
    Way.DISABLE_OR_STEPS: (
        "By the six steps one side or the other answers all the time, as AWS describes them; it guarantees nothing."
        " If {source} is disabled instead, every name it serves is down until edges have changed over."
    ),
    Way.DISABLE_OR_SUPPORT: (
        f"If {{source}} is disabled, every name it serves is down until edges have changed over. {_SUPPORT}"
    ),
    Way.OWNER_OR_SUPPORT: (
        "Once its owner has disabled it, visitors get errors until AWS has said yes and edges have changed over."
        f" {_SUPPORT}"
    ),
}

_EXPLAINED = {
    Way.SAME_ACCOUNT: (
        "inside one account: {source} may go on serving. AWS's guide leaves the record out here, but people report"
        " that this call is refused without it."
    ),
    Way.SAME_ACCOUNT_WITHOUT_RECORD: (
        "inside one account, without a record: {source} may go on serving. AWS documents this, and it is not proved"
        " yet. If AWS says no, nothing changes, and I ask for the record instead."
    ),
    Way.SAME_ACCOUNT_TENANT: (
        "inside one account, from or to a tenant: {source} may go on serving. AWS documents that no record is needed,"
        " and it is not proved yet. If AWS says no, nothing changes, and I ask for the record."
    ),
    Way.OTHER_ACCOUNT: "between two accounts, while {source} is disabled; AWS wants the record.",
}


def traffic(way: Way | None, source: str, target: str) -> str:
    """What happens to visitors; the names as people call both sides."""
    return _TRAFFIC[way].format(source=source, target=target)


def explained(way: Way | None, source: str, target: str) -> str:
    """The way itself, as the end of a sentence; empty where the findings tell it."""
    return _EXPLAINED.get(way, "").format(source=source, target=target) if way else ""
