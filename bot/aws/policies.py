"""What IAM has to allow the bot, as policy documents. Pure: names go in, documents come out.

Whoever adds a call to this package adds its action here; a test compares the two. Must never allow more than those
calls need, and must never let one move touch anything but its own source and target.

Which action AWS checks against which kind of resource: Service Authorization Reference, "Actions, resources, and
condition keys for Amazon CloudFront".
"""

import json
import re
from typing import Any

Document = dict[str, Any]
"""An IAM policy, as `json` writes it."""

TAG = "cname-conflict"
"""The tag that an operator puts on a distribution to let it take part in moves."""
TAG_GIVES_AND_TAKES = "allowed"
TAG_TAKES = "target"

CHINA = "aws-cn"
_CERTIFICATE_REGION = "us-east-1"  # wherever the distribution is used

SESSION_POLICY_CHARACTERS = 2_048
MANAGED_POLICY_CHARACTERS = 6_144
"""IAM counts no white space here; STS does, in a session policy."""

# Slack's ids of people; those of an Enterprise organisation begin with W. `U-system` looks for nobody in particular.
_PEOPLE = ["U*", "W*"]

_RESOURCE = re.compile(r"arn:aws[a-z-]*:cloudfront::(?P<account>[0-9]{12}):(?P<kind>[a-z-]+)/[A-Za-z0-9_-]+")
_DISTRIBUTION, _TENANT = "distribution", "distribution-tenant"

# AWS checks AssociateAlias and UpdateDomainAssociation against the update of what gives and what takes the alias too.
# That update is the dangerous one: it rewrites a whole distribution, and no condition of IAM narrows it to aliases.
# AWS's own policy for a move inside an account names AssociateAlias and UpdateDistribution on source and target alike.
_MOVING = {
    _DISTRIBUTION: ["cloudfront:AssociateAlias", "cloudfront:UpdateDistribution", "cloudfront:UpdateDomainAssociation"],
    _TENANT: ["cloudfront:UpdateDistributionTenant", "cloudfront:UpdateDomainAssociation"],
}
_READ = {_DISTRIBUTION: "cloudfront:GetDistribution", _TENANT: "cloudfront:GetDistributionTenant"}
_READING_BACK = {
    _DISTRIBUTION: [
        _READ[_DISTRIBUTION],
        "cloudfront:ListConflictingAliases",
        "cloudfront:ListDomainConflicts",
    ],
    _TENANT: [_READ[_TENANT], "cloudfront:ListDomainConflicts"],
}


def read_policy(partition: str, account: str) -> Document:
    """Everything a look needs in one account, and nothing that changes anything."""
    cloudfront = f"arn:{partition}:cloudfront::{account}"
    return _policy(
        # These know no narrower resource.
        _allow(
            "Inventory",
            ["cloudfront:ListDistributions", "cloudfront:ListDistributionTenants", "iam:ListServerCertificates"],
            "*",
        ),
        _allow(
            "LookAtDistributions",
            [*_READING_BACK[_DISTRIBUTION], "cloudfront:ListTagsForResource"],
            f"{cloudfront}:{_DISTRIBUTION}/*",
        ),
        _allow("LookAtTenants", _READING_BACK[_TENANT], f"{cloudfront}:{_TENANT}/*"),
        _allow("LookAtConnectionGroups", ["cloudfront:GetConnectionGroup"], f"{cloudfront}:connection-group/*"),
        *_certificates(partition, account),
    )


def _certificates(partition: str, account: str) -> list[Document]:
    of_iam = _allow(
        "IamCertificates", ["iam:GetServerCertificate"], f"arn:{partition}:iam::{account}:server-certificate/*"
    )
    if partition == CHINA:  # CloudFront takes certificates from IAM alone there
        return [of_iam]
    of_acm = _allow(
        "AcmCertificates",
        ["acm:DescribeCertificate"],
        f"arn:{partition}:acm:{_CERTIFICATE_REGION}:{account}:certificate/*",
    )
    return [of_acm, of_iam]


def move_policy(partition: str, account: str, tag_value: str = TAG_GIVES_AND_TAKES) -> Document:
    """What moves in or into one account need at most; the session policy of a move takes its own part of that.

    Inside an account AWS wants these rights on source and target. From another account it wants them on the target
    alone: there TAG_TAKES keeps what may only take an alias apart from what may lose one.
    """
    cloudfront = f"arn:{partition}:cloudfront::{account}"
    tagged = {"StringEquals": {f"aws:ResourceTag/{TAG}": tag_value}}
    allowed = [
        _allow("MoveAliasesOfTaggedDistributions", _MOVING[_DISTRIBUTION], f"{cloudfront}:{_DISTRIBUTION}/*", tagged),
        _allow("MoveAliasesOfTaggedTenants", _MOVING[_TENANT], f"{cloudfront}:{_TENANT}/*", tagged),
        _allow("ReadBackDistributions", _READING_BACK[_DISTRIBUTION], f"{cloudfront}:{_DISTRIBUTION}/*"),
        _allow("ReadBackTenants", _READING_BACK[_TENANT], f"{cloudfront}:{_TENANT}/*"),
    ]
    # Whatever somebody attaches to this role one day, it stays a role that moves aliases.
    nothing_else = {
        "Sid": "NeverAnythingElse",
        "Effect": "Deny",
        "NotAction": sorted({action for statement in allowed for action in statement["Action"]}),
        "Resource": "*",
    }
    return _policy(*allowed, nothing_else)


def move_session_policy(source_arn: str | None, target_arn: str) -> Document:
    """What one move may do, to be passed along when the move role is assumed for it.

    The session may do what both this and the role's own policy allow. `source_arn` is None where the source is unknown;
    one in another account than the target is left out, since AWS then wants no rights on it.

    Raises:
        ValueError: an ARN is not that of one distribution or tenant; a pattern would open the door to others.
    """
    target = _resource(target_arn)
    source = _resource(source_arn) if source_arn is not None else None
    arns = {target_arn: target["kind"]}
    if source_arn is not None and source is not None and source["account"] == target["account"]:
        arns = {source_arn: source["kind"]} | arns
    kinds = {_DISTRIBUTION: "ThisMove", _TENANT: "ThisMoveOfTenants"}
    # AssociateAlias knows distributions alone.
    unusable = {"cloudfront:AssociateAlias"} if _TENANT in arns.values() else set()
    return _policy(
        *(
            _allow(
                sid,
                [one for one in (*_MOVING[kind], _READ[kind]) if one not in unusable],
                [arn for arn, its_kind in arns.items() if its_kind == kind],
            )
            for kind, sid in kinds.items()
            if kind in arns.values()
        )
    )


def worker_policy(role_arns: tuple[str, ...]) -> Document:
    """All that the worker's own credentials may do: become one of these roles, and say for whom."""
    return _policy(_allow("BecomeOneOfTheseRoles", ["sts:AssumeRole", "sts:SetSourceIdentity"], sorted(role_arns)))


def trust_policy(worker_arn: str, external_id: str | None) -> Document:
    """Who may become a read or a move role: the worker, with the external id, for somebody named in the trail."""
    named = {"StringLike": {"sts:SourceIdentity": _PEOPLE}}
    with_id = {"StringEquals": {"sts:ExternalId": external_id}} if external_id is not None else {}
    # Two statements: the external id belongs to AssumeRole alone, and a condition on a key that a request does not
    # have is never true.
    return _policy(
        _trust("OnlyTheWorker", worker_arn, "sts:AssumeRole", with_id | named),
        _trust("OnlyForSomebodyNamed", worker_arn, "sts:SetSourceIdentity", named),
    )


def compact(document: Document) -> str:
    """As STS wants it, in as few characters as can be: it counts them all."""
    return json.dumps(document, separators=(",", ":"))


def _resource(arn: str) -> re.Match[str]:
    match = _RESOURCE.fullmatch(arn)
    if match is None or match["kind"] not in _MOVING:
        raise ValueError(f"{arn!r} is not the ARN of one distribution or distribution tenant.")
    return match


def _policy(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(sid: str, actions: list[str], resource: str | list[str], condition: Document | None = None) -> Document:
    statement: Document = {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": resource}
    return statement if condition is None else statement | {"Condition": condition}


def _trust(sid: str, worker_arn: str, action: str, condition: Document) -> Document:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": worker_arn},
        "Action": [action],
        "Condition": condition,
    }
