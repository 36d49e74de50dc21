"""How a distribution treats visitors, from CloudFront's answers. Pure.

A summary of ListDistributions and the configuration in GetDistribution name these settings alike. Must never take an
origin's custom headers along: only what is named here leaves this module.
"""

from typing import Any

from bot.alias_move.visitors import EVERY_OTHER_PATH, Behaviour, Function, Origin, Route

_MTLS_OFF = {"", "off"}


def behaviour_of(config: dict[str, Any]) -> Behaviour:
    """What is compared between source and target."""
    sources = _sources(config)
    viewer, restriction = config.get("ViewerCertificate") or {}, _part(config, "Restrictions", "GeoRestriction")
    own = [_route(one, one["PathPattern"], sources) for one in _items(config.get("CacheBehaviors"))]
    return Behaviour(
        routes=(*own, _route(config.get("DefaultCacheBehavior") or {}, EVERY_OTHER_PATH, sources)),
        origins=tuple(sorted((_origin(one) for one in _items(config.get("Origins"))), key=lambda one: one.domain_name)),
        web_acl=config.get("WebACLId") or "",
        viewer_mtls=_viewer_mtls(config.get("ViewerMtlsConfig") or {}),
        minimum_tls=viewer.get("MinimumProtocolVersion") or "",
        ssl_support=viewer.get("SSLSupportMethod") or "",
        http_versions=config.get("HttpVersion") or "",
        ipv6=bool(config.get("IsIPV6Enabled", True)),
        geo_restriction=restriction.get("RestrictionType") or "none",
        countries=tuple(sorted(_items(restriction))),
        anycast_ip_list=config.get("AnycastIpListId") or "",
        price_class=config.get("PriceClass") or "",
        error_pages=tuple(sorted(_error_page(one) for one in _items(config.get("CustomErrorResponses")))),
    )


def _items(listed: dict[str, Any] | None) -> list[Any]:
    """CloudFront sends no Items for an empty list."""
    return list((listed or {}).get("Items") or ())


def _part(config: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        config = config.get(name) or {}
    return config


def _sources(config: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Origin or group id to what is fetched from; ids themselves are anybody's choice."""
    names = {one["Id"]: (one["DomainName"] + (one.get("OriginPath") or ""),) for one in _items(config.get("Origins"))}
    groups = {
        group["Id"]: tuple(name for one in _items(group["Members"]) for name in names.get(one["OriginId"], ()))
        for group in _items(config.get("OriginGroups"))
    }
    return names | groups


def _origin(shown: dict[str, Any]) -> Origin:
    return Origin(
        domain_name=shown["DomainName"],
        access_control=shown.get("OriginAccessControlId") or "",
        access_identity=(shown.get("S3OriginConfig") or {}).get("OriginAccessIdentity") or "",
    )


def _route(shown: dict[str, Any], path: str, sources: dict[str, tuple[str, ...]]) -> Route:
    edge = [(one["EventType"], one["LambdaFunctionARN"]) for one in _items(shown.get("LambdaFunctionAssociations"))]
    own = [(one["EventType"], one["FunctionARN"]) for one in _items(shown.get("FunctionAssociations"))]
    signers = (*_items(shown.get("TrustedKeyGroups")), *_items(shown.get("TrustedSigners")))
    return Route(
        path=path,
        fetches_from=sources.get(shown.get("TargetOriginId", ""), ()),
        viewer_protocol=shown.get("ViewerProtocolPolicy") or "",
        functions=tuple(sorted(Function(event, arn) for event, arn in (*edge, *own))),
        signers=tuple(sorted(signers)),
        cache_policy=shown.get("CachePolicyId") or "",
        origin_request_policy=shown.get("OriginRequestPolicyId") or "",
        response_headers_policy=shown.get("ResponseHeadersPolicyId") or "",
    )


def _viewer_mtls(shown: dict[str, Any]) -> str:
    mode = shown.get("Mode") or ""
    if mode in _MTLS_OFF:
        return ""
    store = (shown.get("TrustStoreConfig") or {}).get("TrustStoreId")
    return f"{mode}, {store}" if store else mode


def _error_page(shown: dict[str, Any]) -> str:
    page = shown.get("ResponsePagePath") or ""
    return f"{shown['ErrorCode']} {page}".strip()
