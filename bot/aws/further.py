"""Source and target, each read by itself: as it is now, and what no list tells: who deploys it, where it logs.

Whatever can't be read, or takes long, is left out, and the answer says so. Must never fail or hold up a look.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.alias_move.evidence import Distribution
from bot.alias_move.visitors import Further
from bot.aws.accounts import Reader
from bot.aws.calls import Answer, Calls
from bot.aws.inventory import distribution_of
from bot.aws.refusals import Declined, Denied, Service
from bot.ports import PortError

WAIT_AT_MOST_S = 3.0
_GONE = {"NoSuchDistribution", "NoSuchResource"}
_DEPLOYERS = {
    "terraform": "Terraform",
    "tofu": "OpenTofu",
    "pulumi": "Pulumi",
    "cdk": "CDK",
    "serverless": "Serverless",
}
_WORKSPACES = ("workspace", "stack", "module", "repo", "repository", "project")
_SAYS_WHO = {"managedby", "manager", "provisioner", "provisionedby", "deployedby", "createdby", "tool", "iac"}

log = logging.getLogger(__name__)


async def read_side(reader: Reader, one: Distribution) -> Distribution | None:
    """All questions at the same time, within WAIT_AT_MOST_S seconds. None: it is gone."""
    tags, told = await asyncio.gather(
        _asked(reader.calls, "ListTagsForResource", Resource=one.arn),
        # A tenant has the configuration of its distribution.
        _asked(reader.calls, "GetDistribution", Id=(one.tenant_of or one.id).text),
    )
    if told.is_gone:
        return None
    shown = told.answer.get("Distribution", {})
    if one.tenant_of is not None:  # itself it was read a moment ago, since nobody remembers tenants
        return replace(one, further=_further(tags.answer, shown.get("DistributionConfig", {}), is_read=True))
    now = await _as_now(reader, one, shown)
    further = _further(tags.answer, shown.get("DistributionConfig", {}), is_read=bool(now))
    return replace(now or one, further=replace(further, is_denied=told.is_denied))


@dataclass(frozen=True, slots=True)
class _Told:
    """Empty where there is no answer soon."""

    answer: Answer = field(default_factory=dict)
    is_gone: bool = False
    """What was asked about does not exist (any more)."""
    is_denied: bool = False


async def _asked(calls: Calls, operation: str, **parameters: str) -> _Told:
    try:
        async with asyncio.timeout(WAIT_AT_MOST_S):
            return _Told(await calls.ask(Service.CLOUDFRONT, operation, **parameters))
    except (PortError, TimeoutError) as trouble:
        if isinstance(trouble, Declined) and trouble.code in _GONE:
            return _Told(is_gone=True)
        log.info("left out operation=%s why=%s", operation, trouble)
        return _Told(is_denied=isinstance(trouble, Denied))


async def _as_now(reader: Reader, one: Distribution, shown: dict[str, Any]) -> Distribution | None:
    """With the certificate that was read before, where it is still that one; None: can't be told."""
    if not shown:
        return None
    now = distribution_of(shown, shown["DistributionConfig"])
    if now.certificate is None or (one.certificate and one.certificate.reference == now.certificate.reference):
        return replace(now, certificate=now.certificate and one.certificate)
    try:
        async with asyncio.timeout(WAIT_AT_MOST_S):
            (now,) = await reader.certificates.attach((now,))
    except (PortError, TimeoutError) as trouble:
        log.info("certificate left out distribution=%s why=%s", one.id, trouble)
        return None
    return now


def _further(tags: Answer, config: dict[str, Any], *, is_read: bool) -> Further:
    logging_to = config.get("Logging") or {}
    return Further(
        is_read=is_read,
        deployed_by=deployed_by(_pairs(tags)),
        continuous_deployment_policy=config.get("ContinuousDeploymentPolicyId") or "",
        logs_to=(logging_to.get("Bucket") or "") if logging_to.get("Enabled") else "",
        default_root_object=config.get("DefaultRootObject") or "",
    )


def _pairs(tags: Answer) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value") or "" for tag in tags.get("Tags", {}).get("Items") or ()}


def deployed_by(tags: Mapping[str, str]) -> str:
    """Who will deploy this again, as its tags say; empty where they don't.

    CloudFormation writes its tag by itself; the others are people's habits, so they are read generously.
    """
    if stack := tags.get("aws:cloudformation:stack-name"):
        return f"stack {stack} (CloudFormation)"
    for key, value in sorted(tags.items()):
        tool = _tool(key, value)
        if tool:
            return _with_place(tool, tags)
    return ""


def _tool(key: str, value: str) -> str:
    """`terraform = true`, `ManagedBy = Terraform`, `terraform:workspace = prod`, `pulumi:stack = web`."""
    plain = "".join(letter for letter in key.lower() if letter.isalnum())
    word = value.lower()
    for sign, tool in _DEPLOYERS.items():
        says_so = plain in _SAYS_WHO and sign in word
        is_named = plain.startswith(sign) and word not in {"", "false", "no", "0"}
        if says_so or is_named:
            return tool
    return ""


def _with_place(tool: str, tags: Mapping[str, str]) -> str:
    for key, value in sorted(tags.items()):
        sign, _, what = key.lower().replace("-", ":").replace("_", ":").replace("/", ":").partition(":")
        if what in _WORKSPACES and value and _DEPLOYERS.get(sign) == tool:
            return f"{what} {value} ({tool})"
    return tool
