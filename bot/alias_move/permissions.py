"""What AWS does not allow to the credentials that look, where the rest of a look is good all the same.

Pure. Certificates that may not be read are told in `preflight`, accounts that may not be listed in `accounts`.
"""

from collections.abc import Iterator

from bot.alias_move.evidence import Distribution, Evidence, Holder, MissingPermission
from bot.alias_move.preflight import Finding, FindingCode, Level, allow

_EITHER = "cloudfront:ListDomainConflicts, or the older cloudfront:ListConflictingAliases"


def permission_findings(evidence: Evidence, holder: Holder | None, target: Distribution | None) -> Iterator[Finding]:
    """Each with the action, the resource, and what can't be known without it."""
    if evidence.denied is not None and evidence.conflicts is None:
        yield _conflicts_unasked(evidence, evidence.denied, holder)
    if target is not None and target.further is not None and target.further.is_denied:
        yield Finding(
            FindingCode.PERMISSION_MISSING,
            Level.WARNS,
            f"I am not allowed to read {target.label} by itself, so I could not prove that the alias got there.",
            allow(evidence, target.account),
            f"cloudfront:GetDistribution on {target.arn}",
        )


def _conflicts_unasked(evidence: Evidence, denied: MissingPermission, holder: Holder | None) -> Finding:
    """Whoever is found in an inventory is the only holder; without one nobody knows."""
    unknown = (
        f"I am not allowed to ask CloudFront who holds {evidence.alias}, and none of the distributions I can read does."
        if holder is None
        else f"I am not allowed to ask CloudFront which names of others overlap with {evidence.alias}."
    )
    return Finding(
        FindingCode.PERMISSION_MISSING,
        Level.BLOCKS if holder is None else Level.WARNS,
        f"{unknown} AWS says: {denied.said}",
        allow(evidence, denied.resource.split(":")[4]),
        f"{_EITHER}, on {denied.resource}",
    )
