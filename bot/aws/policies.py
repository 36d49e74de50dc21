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
DISABLE_TAG = "cname-conflict-disable"
"""The tag that lets a distribution be disabled, and enabled again; another one, since that takes all its names down."""
DISABLE_TAG_ALLOWED = "allowed"

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
_CHANGING_RECORDS = "route53:ChangeResourceRecordSets"
_NAMES = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
_RECORD_TYPES = "route53:ChangeResourceRecordSetsRecordTypes"
_RECORD_ACTIONS = "route53:ChangeResourceRecordSetsActions"
# These begin with an underscore too, and prove other things: mail, certificates.
_NAMES_OF_OTHERS = ("_dmarc.*", "_acme-challenge.*", "*._domainkey.*", "_domainkey.*", "_mta-sts.*", "_smtp.*")
_ESCAPED = re.compile(r"[^a-z0-9._-]")
_SWITCHING = ["cloudfront:GetDistributionConfig", "cloudfront:UpdateDistribution"]
_READ = {_DISTRIBUTION: "cloudfront:GetDistribution", _TENANT: "cloudfront:GetDistributionTenant"}
_READING_BACK = {
    _DISTRIBUTION: [
        _READ[_DISTRIBUTION],
        "cloudfront:ListConflictingAliases",
        "cloudfront:ListDomainConflicts",
    ],
    _TENANT: [_READ[_TENANT], "cloudfront:ListDomainConflicts"],
}

NOTHING: Document = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Nothing", "Effect": "Deny", "Action": ["*"], "Resource": "*"}],
}
"""For a session that is only to show that there can be one."""


def normalized_name(name: str) -> str:
    """As IAM's conditions and Route 53's answers write a name: lower case, `*` as an octal code, no final dot."""
    return _ESCAPED.sub(lambda found: f"\\{ord(found[0]):03o}", name.lower().removesuffix("."))


def read_policy(partition: str, account: str, *, records: bool = False) -> Document:
    """Everything a look needs in one account, and nothing that changes anything.

    `records` is for ROUTE53_RECORDS=true: hosted zones of this account are found and read.
    """
    cloudfront = f"arn:{partition}:cloudfront::{account}"
    return _policy(
        # These know no narrower resource.
        _allow(
            "Inventory",
            ["cloudfront:ListDistributions", "iam:ListServerCertificates"],
            "*",
        ),
        _allow(
            "LookAtDistributions",
            [*_READING_BACK[_DISTRIBUTION], "cloudfront:ListTagsForResource"],
            f"{cloudfront}:{_DISTRIBUTION}/*",
        ),
        _allow(
            "LookAtTenants",
            [*_READING_BACK[_TENANT], "cloudfront:GetDistributionTenantByDomain", "cloudfront:ListTagsForResource"],
            f"{cloudfront}:{_TENANT}/*",
        ),
        _allow("LookAtConnectionGroups", ["cloudfront:GetConnectionGroup"], f"{cloudfront}:connection-group/*"),
        *_certificates(partition, account),
        *_services(partition),
        *(_reading_zones(partition) if records else ()),
    )


def _reading_zones(partition: str) -> list[Document]:
    """ARNs of Route 53 name no account."""
    zones = ["route53:GetHostedZone", "route53:ListResourceRecordSets"]
    return [
        _allow("HostedZones", ["route53:ListHostedZonesByName"], "*"),  # it knows no narrower resource
        _allow("LookIntoHostedZones", zones, f"arn:{partition}:route53:::hostedzone/*"),
        _allow("WaitForChanges", ["route53:GetChange"], f"arn:{partition}:route53:::change/*"),
    ]


def _services(partition: str) -> list[Document]:
    """To name the service of this account that holds an alias; without them such a holder stays a masked id."""
    if partition == CHINA:  # none of them has names on CloudFront there
        return []
    listing = ["amplify:ListApps", "amplify:ListDomainAssociations"]
    asking = ["cognito-idp:DescribeUserPoolDomain", "lightsail:GetDistributions"]
    return [
        # These know no narrower resource, or none that is worth naming: they tell names of apps and domains.
        _allow("NamesOfServices", [*listing, *asking], "*"),
        # API Gateway's ARNs name no account.
        _allow("NamesOfApiGateway", ["apigateway:GET"], f"arn:{partition}:apigateway:*::/domainnames/*"),
    ]


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


def move_policy(
    partition: str,
    account: str,
    tag_value: str = TAG_GIVES_AND_TAKES,
    *,
    disables: bool = False,
    records: bool = False,
) -> Document:
    """What moves in or into one account need at most; the session policy of a move takes its own part of that.

    `disables` is for DISABLE_SOURCE=true: sources of this account may be disabled, where a tag of their own says so.
    `records` is for ROUTE53_RECORDS=true: TXT records may be created and removed at names that begin with `_`.

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
    if disables:
        disable_tagged = {"StringEquals": {f"aws:ResourceTag/{DISABLE_TAG}": DISABLE_TAG_ALLOWED}}
        allowed.append(_allow("DisableSources", _SWITCHING, f"{cloudfront}:{_DISTRIBUTION}/*", disable_tagged))
    denied = []
    if records:
        zones = f"arn:{partition}:route53:::hostedzone/*"
        allowed.append(_allow("ReadRecords", ["route53:ListResourceRecordSets"], zones))
        allowed.append(_allow("ChangeRecords", [_CHANGING_RECORDS], zones, _of_records("StringLike", ["_*"])))
        others = {"ForAnyValue:StringLike": {_NAMES: [*_NAMES_OF_OTHERS]}}
        refused = {"Sid": "NeverRecordsOfOthers", "Effect": "Deny", "Action": [_CHANGING_RECORDS], "Resource": "*"}
        denied.append(refused | {"Condition": others})
    # Whatever somebody attaches to this role one day, it stays a role that moves aliases.
    nothing_else = {
        "Sid": "NeverAnythingElse",
        "Effect": "Deny",
        "NotAction": sorted({action for statement in allowed for action in statement["Action"]}),
        "Resource": "*",
    }
    return _policy(*allowed, *denied, nothing_else)


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


def switch_session_policy(source_arn: str) -> Document:
    """What disabling one source may do, or enabling it again: read and update that one configuration.

    Raises:
        ValueError: it is not the ARN of one distribution.
    """
    if _resource(source_arn)["kind"] != _DISTRIBUTION:
        raise ValueError(f"{source_arn!r} is not the ARN of one distribution.")
    return _policy(_allow("ThisSource", _SWITCHING, source_arn))


def record_session_policy(partition: str, zone_id: str, name: str) -> Document:
    """What changing the TXT record of one name in one hosted zone may do.

    Raises:
        ValueError: it is not the id of one hosted zone.
    """
    if not re.fullmatch(r"[A-Z0-9]{1,32}", zone_id):
        raise ValueError(f"{zone_id!r} is not the id of one hosted zone.")
    zone = f"arn:{partition}:route53:::hostedzone/{zone_id}"
    only_this = _of_records("StringEquals", [normalized_name(name)])
    return _policy(
        _allow("ReadThisZone", ["route53:ListResourceRecordSets"], zone),
        _allow("ThisRecord", [_CHANGING_RECORDS], zone, only_this),
    )


def _of_records(comparison: str, names: list[str]) -> Document:
    """Only TXT records of these names, written and deleted but never overwritten."""
    plain = {_RECORD_TYPES: ["TXT"], _RECORD_ACTIONS: ["CREATE", "DELETE"]}
    if comparison == "StringEquals":
        return {"ForAllValues:StringEquals": {_NAMES: names} | plain}
    return {f"ForAllValues:{comparison}": {_NAMES: names}, "ForAllValues:StringEquals": plain}


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
