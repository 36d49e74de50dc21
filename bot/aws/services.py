"""Whether an AWS service of an account that we can read has an alias: API Gateway, Amplify, Cognito, Lightsail.

Good to know, and no more: whatever is not allowed, does not answer soon, or answers oddly is left out without a word.
A name that a service only tries to get is not held by it. Must never fail or hold up a look.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.alias_move.evidence import HoldingService, ServiceHolding
from bot.alias_move.names import AliasName
from bot.aws.calls import Calls
from bot.aws.refusals import Service
from bot.ports import PortError

WAIT_AT_MOST_S = 3.0
LIGHTSAIL_REGION = "us-east-1"
"""Where all of its distributions are."""
_AT_ONCE = 6  # of the 16 threads of an account, so that looks of other moves get through
_MOST_APPS = 25
"""The first page; whoever has more apps may have to look by hand."""
_HELD_BY_AMPLIFY = {"AVAILABLE", "PENDING_DEPLOYMENT", "AWAITING_APP_CNAME", "UPDATING"}
_HELD_BY_COGNITO = {"ACTIVE", "UPDATING"}

log = logging.getLogger(__name__)

Owner = str | None
"""What has the alias, as the service calls it; None: nothing that is asked about."""
Question = Callable[[Calls, AliasName, str], Awaitable[Owner]]


async def find_service(calls: Calls, account: str, alias: AliasName, regions: tuple[str, ...]) -> ServiceHolding | None:
    """All services in all regions at the same time, within WAIT_AT_MOST_S seconds."""
    free = asyncio.Semaphore(_AT_ONCE)
    questions = [(service, question, region) for service, question in _QUESTIONS.items() for region in regions]
    questions.append((HoldingService.LIGHTSAIL, _lightsail, LIGHTSAIL_REGION))

    async def asked(service: HoldingService, question: Question, region: str) -> ServiceHolding | None:
        try:
            async with asyncio.timeout(WAIT_AT_MOST_S), free:
                owner = await question(calls, alias, region)
        except (PortError, TimeoutError, KeyError) as trouble:
            log.info("left out service=%s region=%s why=%s", service.name, region, trouble)
            return None
        return None if owner is None else ServiceHolding(service, region, account, owner)

    found = await asyncio.gather(*(asked(*one) for one in questions))
    return next((one for one in found if one is not None), None)


async def _api_gateway(calls: Calls, alias: AliasName, region: str) -> Owner:
    """Only edge-optimized names are on CloudFront; one that does not exist is a "no" of API Gateway."""
    name = await calls.ask_in(region, Service.API_GATEWAY, "GetDomainName", domainName=alias.text)
    is_edge = "EDGE" in name.get("endpointConfiguration", {}).get("types", ())
    return "edge-optimized API" if is_edge and name.get("distributionDomainName") else None


async def _cognito(calls: Calls, alias: AliasName, region: str) -> Owner:
    """A domain that does not exist is an empty description."""
    answer = await calls.ask_in(region, Service.COGNITO, "DescribeUserPoolDomain", Domain=alias.text)
    shown = answer.get("DomainDescription") or {}
    return f"user pool {shown['UserPoolId']}" if shown.get("Status") in _HELD_BY_COGNITO else None


async def _amplify(calls: Calls, alias: AliasName, region: str) -> Owner:
    apps = (await calls.ask_in(region, Service.AMPLIFY, "ListApps", maxResults=_MOST_APPS))["apps"]
    asking = (calls.ask_in(region, Service.AMPLIFY, "ListDomainAssociations", appId=app["appId"]) for app in apps)
    for app, answer in zip(apps, await asyncio.gather(*asking), strict=True):
        held = {
            f"{one['subDomainSetting']['prefix']}.{each['domainName']}".lstrip(".")
            for each in answer["domainAssociations"]
            if each["domainStatus"] in _HELD_BY_AMPLIFY
            for one in each["subDomains"]
        }
        if alias.text in held:
            return f"app {app['name']} ({app['appId']})"
    return None


async def _lightsail(calls: Calls, alias: AliasName, region: str) -> Owner:
    shown = (await calls.ask_in(region, Service.LIGHTSAIL, "GetDistributions")).get("distributions") or ()
    holders = (one["name"] for one in shown if alias.text in (one.get("alternativeDomainNames") or ()))
    return next((f"distribution {name}" for name in holders), None)


_QUESTIONS: dict[HoldingService, Question] = {
    HoldingService.API_GATEWAY: _api_gateway,
    HoldingService.COGNITO: _cognito,
    HoldingService.AMPLIFY: _amplify,
}
