"""The distributions of an account, from CloudFront's answers.

What CloudFront sends holds secrets: an origin's custom headers often carry the password between CloudFront and the
origin. Only what is named here leaves this module; the answers themselves must never be kept, logged or shown.
"""

from typing import Any

from bot.alias_move.findings import Certificate, CertificateKind, Distribution
from bot.alias_move.names import AccountId, DistributionId
from bot.aws.behaviour import behaviour_of
from bot.aws.calls import Calls
from bot.aws.refusals import Declined, Service

NOT_LOOKED_AT = "I have not looked at it, since another target was asked for."
"""Stands in every certificate until `Certificates` has read it."""
_TENANTS_ONLY = "tenant-only"


async def list_distributions(calls: Calls) -> tuple[Distribution, ...]:
    """Every distribution of the account, those that only tenants can use included; certificates unread.

    Raises as `Calls.ask`.
    """
    found: list[Distribution] = []
    async for page in calls.pages(Service.CLOUDFRONT, "ListDistributions"):
        summaries = page["DistributionList"].get("Items") or ()
        found += [distribution_of(one, one) for one in summaries]
    return tuple(found)


async def read_distribution(calls: Calls, distribution_id: str) -> Distribution | None:
    """One distribution of the account as it is now; None if there is none. Raises as `Calls.ask`."""
    try:
        answer = await calls.ask(Service.CLOUDFRONT, "GetDistribution", Id=distribution_id)
    except Declined as no:
        if no.code == "NoSuchDistribution":
            return None
        raise
    shown = answer["Distribution"]
    return distribution_of(shown, shown["DistributionConfig"])


def distribution_of(shown: dict[str, Any], config: dict[str, Any]) -> Distribution:
    """A summary is both; GetDistribution answers with the configuration inside."""
    return Distribution(
        id=DistributionId(shown["Id"]),
        account=AccountId(shown["ARN"].split(":")[4]),
        domain_name=shown["DomainName"],
        # Without an alias CloudFront sends a quantity of 0, and no Items.
        aliases=tuple((config.get("Aliases") or {}).get("Items") or ()),
        enabled=config["Enabled"],
        deployed=shown["Status"] == "Deployed",
        staging=config.get("Staging", False),
        certificate=_certificate(config.get("ViewerCertificate") or {}),
        # They are part of what is approved, and CloudFront promises no order.
        origins=tuple(sorted({origin["DomainName"] for origin in config["Origins"]["Items"]})),
        comment=config.get("Comment", ""),
        arn=shown["ARN"],
        behaviour=behaviour_of(config),
        is_multi_tenant=config.get("ConnectionMode") == _TENANTS_ONLY,
    )


def _certificate(viewer: dict[str, Any]) -> Certificate | None:
    if arn := viewer.get("ACMCertificateArn"):
        return Certificate(arn, CertificateKind.ACM, unreadable=NOT_LOOKED_AT)
    if server_certificate := viewer.get("IAMCertificateId"):
        return Certificate(server_certificate, CertificateKind.IAM, unreadable=NOT_LOOKED_AT)
    return None
