"""AWS services that have names on CloudFront distributions of AWS's own, as far as they tell which names.

API Gateway (GetDomainName), Cognito (DescribeUserPoolDomain), Amplify (ListApps, ListDomainAssociations), Lightsail
(GetDistributions); every other operation is refused. They only tell: which distribution holds a name is CloudFront's.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from playground.aws import json_protocol
from playground.aws.endpoint import Call, Endpoint, LoggedRequest
from playground.aws.faults import Faults
from playground.aws.refusals import Refusal, not_authorized, unknown_operation
from playground.aws.signing import Identity, asked_region, utc_now

LIGHTSAIL_REGION = "us-east-1"
_PREFIXES = {"cognito-idp": "AWSCognitoIdentityProviderService", "lightsail": "Lightsail_20161128"}
_PATHS = {
    "apigateway": {"GetDomainName": re.compile(r"/domainnames/(?P<name>[^/]+)")},
    "amplify": {
        "ListApps": re.compile(r"/apps"),
        "ListDomainAssociations": re.compile(r"/apps/(?P<name>[^/]+)/domains"),
    },
}
_VARIABLES = {
    "apigateway": "AWS_ENDPOINT_URL_API_GATEWAY",
    "amplify": "AWS_ENDPOINT_URL_AMPLIFY",
    "cognito-idp": "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
    "lightsail": "AWS_ENDPOINT_URL_LIGHTSAIL",
}


@dataclass(frozen=True, slots=True)
class CustomName:
    """A name that a service has, or tries to get."""

    service: str
    """`apigateway`, `amplify`, `cognito-idp` or `lightsail`."""
    name: str
    owner: str
    """The id of the API's name, the app, the user pool or the distribution that it is for."""
    account: str
    region: str = "us-east-1"
    status: str = ""
    """In the service's own word; empty: all is well. Of API Gateway: the endpoint type."""


class NameServices:
    """All four, served over HTTP; `have` needs no signature."""

    def __init__(self, *, identity_of: Callable[[str], Identity | None], now: Callable[[], datetime] = utc_now) -> None:
        self._names: list[CustomName] = []
        self._endpoints = {
            service: Endpoint(_NameService(service, self._names), identity_of, now, is_regional=True)
            for service in _VARIABLES
        }
        self.faults = Faults()

    @property
    def requests(self) -> list[LoggedRequest]:
        return [each for endpoint in self._endpoints.values() for each in endpoint.requests]

    def count(self, operation: str) -> int:
        return sum(endpoint.count(operation) for endpoint in self._endpoints.values())

    def have(self, name: CustomName) -> None:
        """From now on its service tells of it."""
        self._names.append(name)

    def environment(self) -> dict[str, str]:
        return {variable: self._endpoints[service].url for service, variable in _VARIABLES.items()}

    async def start(self) -> None:
        for endpoint in self._endpoints.values():
            endpoint.faults = self.faults
            await endpoint.start()

    async def stop(self) -> None:
        for endpoint in self._endpoints.values():
            await endpoint.stop()


class _NameService:
    def __init__(self, service: str, names: list[CustomName]) -> None:
        self.signing_name = service
        self._names = names
        self._answers: dict[str, Callable[[str, list[CustomName]], dict[str, Any]]] = {
            "GetDomainName": _domain_name,
            "DescribeUserPoolDomain": _user_pool_domain,
            "ListApps": _apps,
            "ListDomainAssociations": _domain_associations,
            "GetDistributions": _lightsail_distributions,
        }

    def read(self, request: web.Request, body: bytes) -> Call:
        if prefix := _PREFIXES.get(self.signing_name):
            return json_protocol.read(request, body, prefix)
        for operation, pattern in _PATHS[self.signing_name].items():
            found = pattern.fullmatch(request.path)
            if found is not None and request.method == "GET":
                return Call(operation, found.groupdict(), request.headers, body)
        return Call("", {}, request.headers, body)

    async def perform(self, call: Call, caller: Identity) -> web.Response:
        answer = self._answers.get(call.operation)
        if answer is None:
            raise unknown_operation()
        action = f"{self.signing_name}:{'GET' if self.signing_name == 'apigateway' else call.operation}"
        if (because := caller.permissions.why_not(action, "*")) is not None:
            raise not_authorized(caller.arn, action, "*", because)
        region = asked_region(call.headers["Authorization"])
        own = [
            each
            for each in self._names
            if (each.service, each.account, each.region) == (self.signing_name, caller.account, region)
        ]
        wanted = unquote(call.params.get("Domain") or call.params.get("name") or "")
        return json_protocol.response(answer(wanted, own))

    def refuse(self, refusal: Refusal) -> web.Response:
        return json_protocol.refuse(refusal)


def _domain_name(wanted: str, own: list[CustomName]) -> dict[str, Any]:
    for each in own:
        if each.name == wanted:
            kind = each.status or "EDGE"
            edge = {"distributionDomainName": "d1edge.cloudfront.net"} if kind == "EDGE" else {}
            return {"domainName": wanted, "endpointConfiguration": {"types": [kind]}, **edge}
    raise Refusal(404, "NotFoundException", "Invalid domain name identifier specified")


def _user_pool_domain(wanted: str, own: list[CustomName]) -> dict[str, Any]:
    for each in own:
        if each.name == wanted:
            shown = {"Domain": wanted, "UserPoolId": each.owner, "Status": each.status or "ACTIVE"}
            return {"DomainDescription": shown | {"CloudFrontDistribution": "d1pool.cloudfront.net"}}
    return {"DomainDescription": {}}


def _apps(_wanted: str, own: list[CustomName]) -> dict[str, Any]:
    ids = dict.fromkeys(each.owner for each in own)
    return {"apps": [{"appId": each, "name": f"app-{each}"} for each in ids]}


def _domain_associations(wanted: str, own: list[CustomName]) -> dict[str, Any]:
    return {"domainAssociations": [_association(each) for each in own if each.owner == wanted]}


def _association(name: CustomName) -> dict[str, Any]:
    prefix, _, domain = name.name.partition(".")
    sub_domain = {
        "subDomainSetting": {"prefix": prefix, "branchName": "main"},
        "verified": True,
        "dnsRecord": f"{prefix} CNAME d1app.cloudfront.net",
    }
    return {
        "domainName": domain,
        "domainStatus": name.status or "AVAILABLE",
        "subDomains": [sub_domain],
    }


def _lightsail_distributions(_wanted: str, own: list[CustomName]) -> dict[str, Any]:
    return {"distributions": [{"name": each.owner, "alternativeDomainNames": [each.name]} for each in own]}
