"""How CloudFront shows what an account has: as dictionaries that boto3 would show. Must never change what it shows."""

from collections.abc import Mapping
from typing import Any

from playground.aws import wire
from playground.aws.names import masked
from playground.aws.resources import ConnectionGroup, Distribution, Holder, Tenant, resource_type

_NOTHING_ACTIVE = {"Enabled": False, "Quantity": 0}


def distribution(found: Distribution, status: str) -> dict[str, Any]:
    """The Distribution of GetDistribution, with its whole configuration."""
    return _identification(found, status) | {
        "InProgressInvalidationBatches": 0,
        "ActiveTrustedSigners": _NOTHING_ACTIVE,
        "ActiveTrustedKeyGroups": _NOTHING_ACTIVE,
        "DistributionConfig": found.config,
    }


def distribution_summary(found: Distribution, status: str) -> dict[str, Any]:
    """An item of ListDistributions; of the configuration it shows the members that AWS's model gives it."""
    members = wire.model().shape_for("DistributionSummary").members
    configured = {name: value for name, value in found.config.items() if name in members}
    return configured | _identification(found, status) | {"ETag": found.etag}


def _identification(found: Distribution, status: str) -> dict[str, Any]:
    return {
        "Id": found.id,
        "ARN": found.arn,
        "Status": status,
        "LastModifiedTime": found.changed_at,
        "DomainName": found.domain_name,
    }


def tenant(found: Tenant, status: str, tags: Mapping[str, str]) -> dict[str, Any]:
    """The DistributionTenant of GetDistributionTenant."""
    return _tenant(found, status) | {"Tags": tags_of(tags), "Parameters": []}


def tenant_summary(found: Tenant, status: str) -> dict[str, Any]:
    """An item of ListDistributionTenants."""
    return _tenant(found, status) | {"ETag": found.etag}


def _tenant(found: Tenant, status: str) -> dict[str, Any]:
    own: dict[str, Any] = {}
    if found.certificate is not None:
        own["Certificate"] = {"Arn": found.certificate}
    if found.web_acl is not None:
        own["WebAcl"] = {"Action": "override", "Arn": found.web_acl}
    return {
        "Id": found.id,
        "DistributionId": found.distribution.id,
        "Name": found.name,
        "Arn": found.arn,
        "Domains": [{"Domain": domain, "Status": "active"} for domain in found.domains],
        "Customizations": own or None,
        "ConnectionGroupId": found.connection_group.id,
        "CreatedTime": found.created_at,
        "LastModifiedTime": found.changed_at,
        "Enabled": found.enabled,
        "Status": status,
    }


def connection_group(found: ConnectionGroup, status: str) -> dict[str, Any]:
    """The ConnectionGroup of GetConnectionGroup."""
    return {
        "Id": found.id,
        "Name": found.name,
        "Arn": found.arn,
        "CreatedTime": found.changed_at,
        "LastModifiedTime": found.changed_at,
        "Ipv6Enabled": True,
        "RoutingEndpoint": found.routing_endpoint,
        "Status": status,
        "Enabled": True,
        "IsDefault": found.is_default,
    }


def connection_group_summary(found: ConnectionGroup, status: str) -> dict[str, Any]:
    """An item of ListConnectionGroups."""
    return connection_group(found, status) | {"ETag": found.etag}


def conflicting_alias(alias: str, holder: Distribution) -> dict[str, str]:
    """An item of ListConflictingAliases; ids are masked, also those of the caller's own account."""
    return {"Alias": alias, "DistributionId": masked(holder.id), "AccountId": masked(holder.account)}


def domain_conflict(domain: str, holder: Holder) -> dict[str, str]:
    """An item of ListDomainConflicts, masked likewise."""
    return {
        "Domain": domain,
        "ResourceType": resource_type(holder),
        "ResourceId": masked(holder.id),
        "AccountId": masked(holder.account),
    }


def tags_of(tags: Mapping[str, str]) -> dict[str, Any]:
    """The Tags of ListTagsForResource."""
    return {"Items": [{"Key": key, "Value": value} for key, value in tags.items()]}
