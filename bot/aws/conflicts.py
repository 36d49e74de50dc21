"""Who else holds an alias, asked through a lens, the masked ids of the answer held against what we can read.

A lens is a distribution of our own whose certificate covers the alias; CloudFront tells nobody else. It is asked for
ListDomainConflicts, which AWS recommends and which knows tenants too; where that is not to be had, for
ListConflictingAliases. Must never call a masked id ours because it looks like one: only what a distribution itself
lists is believed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from bot.alias_move.evidence import MissingPermission
from bot.alias_move.findings import Certificate, ConflictingAlias, Distribution
from bot.alias_move.names import AliasName, DistributionId
from bot.aws.calls import PAGE_ITEMS, Calls, together
from bot.aws.refusals import Declined, Denied, NotOffered, Service
from bot.aws.tenants import read_side, resource_of

MOST_LENSES = 3
"""A certificate may have changed since we read it; that several have is not worth the requests."""
_TENANT = "distribution-tenant"
_GONE = frozenset({"EntityNotFound", "NoSuchDistribution"})

Conflicts = tuple[ConflictingAlias, ...]
Unfit = Denied | Declined
"""CloudFront's reason for not answering through a distribution."""
CallsOf = Callable[[str | None], Calls]
"""With which credentials an account is asked."""


async def ask_through(calls: Calls, lens: DistributionId, alias: AliasName) -> Conflicts | Unfit:
    """Every page of the conflicts, or why there is none to be had through this distribution.

    Raises:
        TryAgainLater: no answer.
    """
    try:
        return await _domain_conflicts(calls, lens, alias)
    except (Denied, Declined, NotOffered) as no:
        if isinstance(no, Declined) and _is_about_the_lens(no):
            return no
        if lens.is_tenant:  # the older question knows distributions alone
            if isinstance(no, NotOffered):
                raise
            return no
        # Roles made before AWS had this operation do not allow it.
        newer = no
    try:
        return await _conflicting_aliases(calls, lens, alias)
    except (Denied, Declined) as no:
        return newer if isinstance(newer, Denied) and isinstance(no, Denied) else no


async def _domain_conflicts(calls: Calls, lens: DistributionId, alias: AliasName) -> Conflicts:
    found: list[ConflictingAlias] = []
    asked: dict[str, Any] = {
        "Domain": alias.text,
        "DomainControlValidationResource": resource_of(lens),
        "MaxItems": PAGE_ITEMS,
    }
    while True:
        answer = await calls.ask(Service.CLOUDFRONT, "ListDomainConflicts", **asked)
        found += [
            ConflictingAlias(each["Domain"], each["ResourceId"], each["AccountId"], each["ResourceType"] == _TENANT)
            for each in answer.get("DomainConflicts") or ()
        ]
        if not answer.get("NextMarker"):
            return tuple(found)
        asked["Marker"] = answer["NextMarker"]


async def _conflicting_aliases(calls: Calls, lens: DistributionId, alias: AliasName) -> Conflicts:
    found: list[ConflictingAlias] = []
    asked: dict[str, Any] = {"DistributionId": lens.text, "Alias": alias.text, "MaxItems": PAGE_ITEMS}
    while True:  # botocore has no paginator for it, and CloudFront sends no IsTruncated
        answer = await calls.ask(Service.CLOUDFRONT, "ListConflictingAliases", **asked)
        listed = answer["ConflictingAliasesList"]
        found += [
            ConflictingAlias(each["Alias"], each["DistributionId"], each["AccountId"])
            for each in listed.get("Items") or ()
        ]
        if not listed.get("NextMarker"):
            return tuple(found)
        asked["Marker"] = listed["NextMarker"]


async def ask_through_any(
    calls_of: CallsOf,
    alias: AliasName,
    inventory: Iterable[Distribution],
    tried: dict[DistributionId, Unfit],
) -> Conflicts | MissingPermission | None:
    """The conflicts through the first lens that CloudFront accepts; None if there is none. `tried` is not tried again.

    Where a lens might have done, and a permission is what is missing, that permission.

    Raises:
        TryAgainLater: no answer, or a "no" that another certificate would not change.
    """
    known = tuple(inventory)
    reasons = dict(tried)
    closed = {one.account for one in known if isinstance(tried.get(one.id), Denied)}
    lenses = [one for one in _lenses(alias, known) if one.id not in tried]
    while lenses and len(reasons) < MOST_LENSES:
        # What one account does not allow, another may.
        lens = next((one for one in lenses if one.account not in closed), lenses[0])
        lenses.remove(lens)
        answer = await ask_through(calls_of(lens.account), lens.id, alias)
        if isinstance(answer, tuple):
            return answer
        if isinstance(answer, Declined) and not _is_about_the_lens(answer):
            raise answer
        if isinstance(answer, Denied):
            closed.add(lens.account)
        reasons[lens.id] = answer
    denials = ((one, reasons.get(one.id)) for one in known)
    return next((MissingPermission(no.action, one.arn, no.text) for one, no in denials if isinstance(no, Denied)), None)


def _lenses(alias: AliasName, inventory: Iterable[Distribution]) -> list[Distribution]:
    """Best first: certificates known to do before those whose names we can't see, enabled distributions first."""
    fitting = [one for one in inventory if can_be_lens(one) and _may_do(one.certificate, alias)]
    return sorted(fitting, key=lambda one: (_is_unseen(one.certificate), not one.enabled, one.id))


def can_be_lens(one: Distribution) -> bool:
    """Whether CloudFront looks at its certificate at all."""
    return not one.staging and not one.is_multi_tenant


def _may_do(certificate: Certificate | None, alias: AliasName) -> bool:
    if certificate is None:
        return False
    return _is_unseen(certificate) or (certificate.status == "ISSUED" and certificate.covers(alias))


def _is_unseen(certificate: Certificate | None) -> bool:
    return certificate is not None and bool(certificate.unreadable)


def _is_about_the_lens(no: Declined) -> bool:
    """Whether another distribution may still do: its certificate has changed, or it is gone."""
    return no.code in _GONE or (no.code == "InvalidArgument" and "certificate" in no.text.lower())


async def confirm(
    calls_of: CallsOf, alias: AliasName, inventory: tuple[Distribution, ...], conflicts: Conflicts
) -> tuple[Distribution, ...]:
    """The inventory, with those distributions read again of which CloudFront seems to know something newer.

    That is so when a conflict for exactly this alias looks like one of ours that did not list the alias when the
    inventory was made: the alias has moved meanwhile, or the masked ids are alike by chance.

    Without the permission to read them again they are believed as they were; the next look will know better.

    Raises:
        TryAgainLater: as `Calls.ask`.
    """
    exact = [conflict for conflict in conflicts if conflict.alias == alias.text and not conflict.is_tenant]
    alike = {one.id: one for one in inventory if any(conflict.looks_like(one) for conflict in exact)}
    holders = {one.id: one for one in inventory if alias.text in one.aliases}
    if set(alike) <= set(holders):
        return inventory
    async with together() as group:
        reading = {
            one.id: group.create_task(_read_again(calls_of(one.account), one)) for one in (alike | holders).values()
        }
    fresh = {one: task.result() for one, task in reading.items()}
    return tuple(_replaced(inventory, fresh))


async def _read_again(calls: Calls, one: Distribution) -> Distribution | None:
    try:
        return await read_side(calls, one.id)
    except Denied:
        return one


def _replaced(
    inventory: tuple[Distribution, ...], fresh: dict[DistributionId, Distribution | None]
) -> Iterator[Distribution]:
    for old in inventory:
        new = fresh.get(old.id, old)
        if new is None:
            continue  # deleted meanwhile
        if new.certificate and old.certificate and new.certificate.reference == old.certificate.reference:
            new = replace(new, certificate=old.certificate)  # already read
        yield new
