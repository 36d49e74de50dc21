"""What ListDistributions does not tell of source and target: who deploys them, continuous deployment, logs.

Good to know, and no more: whatever can't be read, or takes long, is left out. Must never fail or hold up a look.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from bot.alias_move.evidence import Distribution
from bot.alias_move.visitors import Further
from bot.aws.calls import Answer, Calls
from bot.aws.refusals import Service
from bot.ports import PortError

WAIT_AT_MOST_S = 3.0
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


async def read_further(calls: Calls, one: Distribution) -> Further:
    """Both questions at the same time, within WAIT_AT_MOST_S seconds."""
    tags, config = await asyncio.gather(_tags(calls, one), _config(calls, one))
    logging_to = config.get("Logging") or {}
    return Further(
        is_read=bool(config),
        deployed_by=deployed_by(tags),
        continuous_deployment_policy=config.get("ContinuousDeploymentPolicyId") or "",
        logs_to=(logging_to.get("Bucket") or "") if logging_to.get("Enabled") else "",
        default_root_object=config.get("DefaultRootObject") or "",
    )


async def _tags(calls: Calls, one: Distribution) -> dict[str, str]:
    answer = await _asked(calls, "ListTagsForResource", Resource=one.arn)
    return {tag["Key"]: tag.get("Value") or "" for tag in answer.get("Tags", {}).get("Items") or ()}


async def _config(calls: Calls, one: Distribution) -> dict[str, Any]:
    answer = await _asked(calls, "GetDistribution", Id=one.id.text)
    config: dict[str, Any] = answer.get("Distribution", {}).get("DistributionConfig", {})
    return config


async def _asked(calls: Calls, operation: str, **parameters: str) -> Answer:
    try:
        async with asyncio.timeout(WAIT_AT_MOST_S):
            return await calls.ask(Service.CLOUDFRONT, operation, **parameters)
    except (PortError, TimeoutError) as trouble:
        log.info("left out operation=%s why=%s", operation, trouble)
        return {}


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
