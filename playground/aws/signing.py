"""Checks a request's Signature Version 4 by signing it once more with the secret that the playground knows.

The arithmetic is botocore's own signer. Must never accept a request because it looks nearly right.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from playground.aws.permissions import EVERYTHING, Permissions
from playground.aws.refusals import Refusal

REGION = "us-east-1"
_ALGORITHM = "AWS4-HMAC-SHA256 "
_MUST_BE_SIGNED = {"host", "x-amz-date"}


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody with an access key: a user of an account, or the session of an assumed role."""

    account: str
    arn: str
    access_key: str
    secret: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    permissions: Permissions = EVERYTHING


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came over the wire; `url` with path and query still in the caller's percent-encoding."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Authorization:
    access_key: str
    scope: str
    signed_headers: tuple[str, ...]
    signature: str

    @property
    def region(self) -> str:
        """The second part of `<date>/<region>/<service>/aws4_request`."""
        return self.scope.partition("/")[2].partition("/")[0]


def asked_region(authorization: str) -> str:
    """The region that a request was signed for."""
    return _read_authorization(authorization).region


def verify(
    request: SignedRequest,
    *,
    service: str,
    identity_of: Callable[[str], Identity | None],
    now: Callable[[], datetime] = utc_now,
    is_regional: bool = False,
) -> Identity:
    """Whoever signed this request, or a Refusal with AWS's code and text; a regional service may be asked anywhere."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    authorization = _read_authorization(headers.get("authorization", ""))
    identity = identity_of(authorization.access_key)
    if identity is None or headers.get("x-amz-security-token") != identity.session_token:
        raise Refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    if identity.expires_at is not None and identity.expires_at <= now():
        raise Refusal(403, "ExpiredToken", "The security token included in the request is expired")
    region = authorization.region if is_regional else REGION
    if not _is_signed_by(identity, request, headers, authorization, service, region):
        raise Refusal(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details.",
        )
    return identity


def _read_authorization(header: str) -> _Authorization:
    if not header.startswith(_ALGORITHM):
        raise Refusal(403, "MissingAuthenticationToken", "Missing Authentication Token")
    try:
        fields = dict(part.strip().split("=", 1) for part in header.removeprefix(_ALGORITHM).split(","))
        access_key, scope = fields["Credential"].split("/", 1)
        signed_headers = tuple(fields["SignedHeaders"].split(";"))
        return _Authorization(access_key, scope, signed_headers, fields["Signature"])
    except (KeyError, ValueError) as error:
        raise Refusal(400, "IncompleteSignature", "The request signature does not conform to AWS standards.") from error


def _is_signed_by(
    identity: Identity,
    request: SignedRequest,
    headers: Mapping[str, str],
    authorization: _Authorization,
    service: str,
    region: str,
) -> bool:
    must_be_signed = _MUST_BE_SIGNED | ({"x-amz-security-token"} if identity.session_token else set())
    timestamp = headers.get("x-amz-date", "")
    expected_scope = f"{timestamp[:8]}/{region}/{service}/aws4_request"
    if not must_be_signed <= set(authorization.signed_headers) or authorization.scope != expected_scope:
        return False
    # The signer believes this header when it is there, so it must tell the truth.
    if headers.get("x-amz-content-sha256", digest := sha256(request.body).hexdigest()) != digest:
        return False
    signed = {name: headers.get(name, "") for name in authorization.signed_headers}
    again = AWSRequest(method=request.method, url=request.url, headers=signed, data=request.body)
    again.context["timestamp"] = timestamp
    signer = SigV4Auth(Credentials(identity.access_key, identity.secret, identity.session_token), service, region)
    text = signer.string_to_sign(again, signer.canonical_request(again))
    return hmac.compare_digest(signer.signature(text, again), authorization.signature)
