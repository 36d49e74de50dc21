"""DistributionConfig, shaped as boto3 shows it: what CloudFront fills in, and small changes.

Pure; must never change an argument.
"""

from collections.abc import Mapping
from typing import Any

_NOBODY_SIGNS = {"Enabled": False, "Quantity": 0}
_READING = ["HEAD", "GET"]

_DEFAULTS: dict[str, Any] = {
    "Aliases": {"Quantity": 0},
    "DefaultRootObject": "",
    "OriginGroups": {"Quantity": 0},
    "CacheBehaviors": {"Quantity": 0},
    "CustomErrorResponses": {"Quantity": 0},
    "Logging": {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""},
    "PriceClass": "PriceClass_All",
    "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
    "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
    "WebACLId": "",
    "HttpVersion": "http2",
    "IsIPV6Enabled": True,
    "ContinuousDeploymentPolicyId": "",
    "Staging": False,
    "ConnectionMode": "direct",
}


def config_of(
    *,
    reference: str,
    aliases: list[str],
    certificate: str | None,
    enabled: bool,
    staging: bool,
    connection_mode: str,
    comment: str,
    origin: str,
    origin_headers: Mapping[str, str],
) -> dict[str, Any]:
    """A whole configuration with one origin."""
    config = {
        "CallerReference": reference,
        "Origins": {"Quantity": 1, "Items": [_origin(origin, origin_headers)]},
        "DefaultCacheBehavior": _behaviour(origin),
        "Comment": comment,
        "Enabled": enabled,
        "Staging": staging,
        "ConnectionMode": connection_mode,
    }
    return with_certificate(with_aliases(with_defaults(config), aliases), certificate)


def with_defaults(config: dict[str, Any]) -> dict[str, Any]:
    """What CloudFront shows after a replacement: members left out are reset, the certificate is named in full."""
    complete = _DEFAULTS | config
    return with_certificate(complete, certificate_of(complete))


def merged(config: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with these members changed, however deep; Quantity follows Items by itself.

    Items that are structures are merged position by position, so that one member of an origin can be named alone.
    """
    result = dict(config)
    for name, value in changes.items():
        result[name] = _merged_value(result.get(name), value)
    if "Items" in changes:
        result["Quantity"] = len(result["Items"])
    return result


def _merged_value(old: object, new: object) -> object:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return merged(old, new)
    if isinstance(old, list) and isinstance(new, list):
        return [_merged_value(old[at] if at < len(old) else None, each) for at, each in enumerate(new)]
    return merged({}, new) if isinstance(new, Mapping) else new


def aliases_of(config: dict[str, Any]) -> list[str]:
    return list(config["Aliases"].get("Items") or [])


def with_aliases(config: dict[str, Any], aliases: list[str]) -> dict[str, Any]:
    """CloudFront sends no Items at all for a distribution without aliases."""
    items = {"Items": list(aliases)} if aliases else {}
    return config | {"Aliases": {"Quantity": len(aliases)} | items}


def certificate_of(config: dict[str, Any]) -> str | None:
    """ARN of a certificate of ACM, or id of a server certificate of IAM; None for CloudFront's own."""
    attached = config["ViewerCertificate"]
    named: str | None = attached.get("ACMCertificateArn") or attached.get("IAMCertificateId")
    return named


def is_of_acm(certificate: str) -> bool:
    """Whether this names a certificate of ACM rather than one of IAM."""
    return certificate.startswith("arn:")


def with_certificate(config: dict[str, Any], certificate: str | None) -> dict[str, Any]:
    """Another certificate; how clients connect stays as it was wherever there was one before."""
    if certificate is None:
        return config | {
            "ViewerCertificate": {
                "CloudFrontDefaultCertificate": True,
                "SSLSupportMethod": "vip",
                "MinimumProtocolVersion": "TLSv1",
                "CertificateSource": "cloudfront",
            }
        }
    before = {} if certificate_of(config) is None else config["ViewerCertificate"]
    return config | {
        "ViewerCertificate": {
            "CloudFrontDefaultCertificate": False,
            "ACMCertificateArn" if is_of_acm(certificate) else "IAMCertificateId": certificate,
            "SSLSupportMethod": before.get("SSLSupportMethod", "sni-only"),
            "MinimumProtocolVersion": before.get("MinimumProtocolVersion", "TLSv1.2_2021"),
            "Certificate": certificate,
            "CertificateSource": "acm" if is_of_acm(certificate) else "iam",
        }
    }


def _origin(domain_name: str, headers: Mapping[str, str]) -> dict[str, Any]:
    custom_headers: dict[str, Any] = {"Quantity": len(headers)}
    if headers:
        custom_headers["Items"] = [{"HeaderName": name, "HeaderValue": value} for name, value in headers.items()]
    return {
        "Id": domain_name,
        "DomainName": domain_name,
        "OriginPath": "",
        "CustomHeaders": custom_headers,
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only",
            "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]},
            "OriginReadTimeout": 30,
            "OriginKeepaliveTimeout": 5,
        },
        "ConnectionAttempts": 3,
        "ConnectionTimeout": 10,
        "OriginShield": {"Enabled": False},
        "OriginAccessControlId": "",
    }


def _behaviour(origin_id: str) -> dict[str, Any]:
    return {
        "TargetOriginId": origin_id,
        "TrustedSigners": _NOBODY_SIGNS,
        "TrustedKeyGroups": _NOBODY_SIGNS,
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": {"Quantity": 2, "Items": _READING, "CachedMethods": {"Quantity": 2, "Items": _READING}},
        "SmoothStreaming": False,
        "Compress": True,
        "LambdaFunctionAssociations": {"Quantity": 0},
        "FunctionAssociations": {"Quantity": 0},
        "FieldLevelEncryptionId": "",
        # The managed policy CachingOptimized has this id in every account.
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "GrpcConfig": {"Enabled": False},
    }
