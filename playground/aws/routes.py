"""Which of CloudFront's operations a request means, and what it says.

An unknown one keeps its method and path as its name, and must never be taken for another.
"""

import re
from urllib.parse import unquote

from aiohttp import web

from playground.aws import wire
from playground.aws.endpoint import Call
from playground.aws.refusals import Refusal

_PATHS = {
    ("GET", re.compile(r"/2020-05-31/distribution")): "ListDistributions",
    ("GET", re.compile(r"/2020-05-31/distribution/(?P<Id>[^/]+)")): "GetDistribution",
    ("GET", re.compile(r"/2020-05-31/distribution/(?P<Id>[^/]+)/config")): "GetDistributionConfig",
    ("PUT", re.compile(r"/2020-05-31/distribution/(?P<Id>[^/]+)/config")): "UpdateDistribution",
    ("GET", re.compile(r"/2020-05-31/conflicting-alias")): "ListConflictingAliases",
    ("PUT", re.compile(r"/2020-05-31/distribution/(?P<TargetDistributionId>[^/]+)/associate-alias")): "AssociateAlias",
    ("POST", re.compile(r"/2020-05-31/domain-conflicts")): "ListDomainConflicts",
    ("POST", re.compile(r"/2020-05-31/domain-association")): "UpdateDomainAssociation",
    ("POST", re.compile(r"/2020-05-31/distribution-tenants")): "ListDistributionTenants",
    ("GET", re.compile(r"/2020-05-31/distribution-tenant")): "GetDistributionTenantByDomain",
    ("GET", re.compile(r"/2020-05-31/distribution-tenant/(?P<Identifier>[^/]+)")): "GetDistributionTenant",
    ("POST", re.compile(r"/2020-05-31/connection-groups")): "ListConnectionGroups",
    ("GET", re.compile(r"/2020-05-31/connection-group")): "GetConnectionGroupByRoutingEndpoint",
    ("GET", re.compile(r"/2020-05-31/connection-group/(?P<Identifier>[^/]+)")): "GetConnectionGroup",
    ("GET", re.compile(r"/2020-05-31/tagging")): "ListTagsForResource",
}
_PARAMETERS = {
    "ListDistributions": {"Marker", "MaxItems"},
    "ListConflictingAliases": {"DistributionId", "Alias", "Marker", "MaxItems"},
    "AssociateAlias": {"Alias"},
    "GetDistributionTenantByDomain": {"domain"},
    "GetConnectionGroupByRoutingEndpoint": {"RoutingEndpoint"},
    "ListTagsForResource": {"Resource"},
}
_WITH_A_SMALL_BODY = {
    "ListDomainConflicts",
    "UpdateDomainAssociation",
    "ListDistributionTenants",
    "ListConnectionGroups",
}


def read(request: web.Request, body: bytes) -> Call:
    """The call; an ARN in a path comes with its slashes escaped, so the path is taken apart before it is decoded."""
    raw_path = request.raw_path.partition("?")[0]
    for (method, path), operation in _PATHS.items():
        match = path.fullmatch(raw_path)
        if match and method == request.method:
            named = {name: unquote(value) for name, value in match.groupdict().items()}
            return Call(operation, named | _given(operation, request, body), request.headers, body)
    return Call(f"{request.method} {request.path}", dict(request.query), request.headers, body)


def _given(operation: str, request: web.Request, body: bytes) -> dict[str, str]:
    """What a request says in its query or in a small body; a malformed body says nothing, and is refused later."""
    if operation in _WITH_A_SMALL_BODY:
        try:
            return wire.read_request(operation, body)
        except Refusal:
            return {}
    allowed = _PARAMETERS.get(operation, set())
    return {name: value for name, value in request.query.items() if name in allowed}
