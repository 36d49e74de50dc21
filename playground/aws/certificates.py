"""ACM: ordinary certificates live in moto; the odd ones that moto cannot make are answered here.

Everything but DescribeCertificate of an odd certificate goes on to moto unchanged. Must never call a certificate
usable that CloudFront would not take.
"""

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from aiohttp import web

from playground.aws import json_protocol, self_made
from playground.aws.endpoint import Call, Served
from playground.aws.moto_server import MotoServer
from playground.aws.names import certificate_name_covers
from playground.aws.passing_on import PassingOn
from playground.aws.refusals import Refusal, not_authorized
from playground.aws.signing import REGION, Identity, utc_now

KEYS_CLOUDFRONT_TAKES = {"RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1"}
_TARGET_PREFIX = "CertificateManager"
_A_YEAR = timedelta(days=365)


class Oddity(Enum):
    """What is wrong with a certificate; DescribeCertificate shows nothing else wrong."""

    EXPIRED = "expired"
    """Status EXPIRED, its last day over."""
    NOT_YET_VALID = "not yet valid"
    """ISSUED, but its first day is still to come."""
    PENDING_VALIDATION = "pending validation"
    """Requested; the owner of the names never confirms."""
    FAILED = "failed"
    """Never issued, with a FailureReason."""
    REVOKED = "revoked"
    """Issued once, then taken back."""
    EC_SECP384R1 = "EC_secp384r1"
    """In order but for its key, of a kind that CloudFront does not take."""
    PRIVATE = "private"
    """Issued by a private authority, which no browser trusts."""
    SELF_SIGNED = "self-signed"
    """Imported, and signed by nobody but itself."""


class Coverage(Enum):
    """What CloudFront thinks of a certificate for some aliases."""

    COVERS = "covers"
    """Usable, and every alias is among its names or under a wildcard of the same level."""
    DOES_NOT_COVER = "does not cover"
    """Usable, but some alias is missing."""
    NOT_USABLE = "not usable"
    """Not this account's, or CloudFront takes it for no alias at all."""


class Certificates(Served):
    """The accounts' certificates, served as ACM over HTTP; `issue` and the other switches need no signature."""

    signing_name = "acm"

    def __init__(
        self,
        moto: MotoServer,
        *,
        identity_of: Callable[[str], Identity | None],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(identity_of, now)
        self._moto = moto
        self._odd: dict[str, dict[str, Any]] = {}
        self._passing_on = PassingOn(moto)

    async def start(self) -> None:
        await self._passing_on.start()
        await super().start()

    async def stop(self) -> None:
        await super().stop()
        await self._passing_on.stop()

    # The world's switches.

    def issue(self, account: str, names: Iterable[str], *, valid_days: int = 365) -> str:
        """ARN of an ordinary certificate for these names, valid from yesterday."""
        made = self_made.make(list(names), valid_days=valid_days)
        return self._moto.import_certificate(account, made.certificate, made.key)

    def issue_odd(self, account: str, names: Iterable[str], oddity: Oddity) -> str:
        """ARN of a certificate for these names with exactly one thing wrong."""
        arn = f"arn:aws:acm:{REGION}:{account}:certificate/{uuid.uuid4()}"
        self._odd[arn] = _odd_description(arn, list(names), oddity)
        return arn

    def spoil(self, arn: str, oddity: Oddity) -> None:
        """From now on this is wrong with a certificate that was issued before."""
        description = self.description(_account_of(arn), arn)
        if description is None:
            raise KeyError(arn)
        self._odd[arn] = _odd_description(arn, description["SubjectAlternativeNames"], oddity)

    # What CloudFront asks.

    def description(self, account: str, arn: str) -> dict[str, Any] | None:
        """The Certificate that DescribeCertificate shows this account; times are seconds since 1970."""
        if _account_of(arn) != account:
            return None
        return self._odd.get(arn) or self._moto.describe_certificate(account, arn)

    def coverage(self, account: str, arn: str, aliases: Iterable[str]) -> Coverage:
        description = self.description(account, arn)
        if description is None or not _is_usable(description):
            return Coverage.NOT_USABLE
        names = description["SubjectAlternativeNames"]
        if all(any(certificate_name_covers(name, alias) for name in names) for alias in aliases):
            return Coverage.COVERS
        return Coverage.DOES_NOT_COVER

    # ACM over HTTP.

    def read(self, request: web.Request, body: bytes) -> Call:
        return json_protocol.read(request, body, _TARGET_PREFIX)

    async def perform(self, call: Call, caller: Identity) -> web.Response:
        arn = call.params.get("CertificateArn", "")
        action, resource = f"acm:{call.operation}", arn or "*"
        if (because := caller.permissions.why_not(action, resource)) is not None:
            raise not_authorized(caller.arn, action, resource, because)
        if call.operation == "DescribeCertificate" and arn in self._odd and _account_of(arn) == caller.account:
            return json_protocol.response({"Certificate": self._odd[arn]})
        return await self._passing_on.answer(call)

    def refuse(self, refusal: Refusal) -> web.Response:
        return json_protocol.refuse(refusal)


def _is_usable(description: dict[str, Any]) -> bool:
    now = datetime.now(UTC).timestamp()
    return bool(
        description["Status"] == "ISSUED"
        and description["Type"] != "PRIVATE"
        and description["Issuer"] != description["DomainName"]
        and description["KeyAlgorithm"] in KEYS_CLOUDFRONT_TAKES
        and description["NotBefore"] <= now < description["NotAfter"]
    )


def _account_of(arn: str) -> str:
    return (arn.split(":") + [""] * 5)[4]


def _odd_description(arn: str, names: list[str], oddity: Oddity) -> dict[str, Any]:
    now = datetime.now(UTC)
    description: dict[str, Any] = {
        "CertificateArn": arn,
        "DomainName": names[0],
        "SubjectAlternativeNames": names,
        "Type": "AMAZON_ISSUED",
        "Status": "ISSUED",
        "KeyAlgorithm": "RSA_2048",
        "SignatureAlgorithm": "SHA256WITHRSA",
        "Subject": f"CN={names[0]}",
        "Issuer": "Amazon",
        "Serial": uuid.uuid4().hex,
        "InUseBy": [],
        "CreatedAt": _seconds(now - _A_YEAR / 2),
        "IssuedAt": _seconds(now - _A_YEAR / 2),
        "NotBefore": _seconds(now - _A_YEAR / 2),
        "NotAfter": _seconds(now + _A_YEAR / 2),
        "RenewalEligibility": "INELIGIBLE",
        "Options": {"CertificateTransparencyLoggingPreference": "ENABLED", "Export": "DISABLED"},
    }
    description |= _what_is_odd(oddity, names[0], now)
    # Like ACM, say nothing about what was never issued.
    return {name: value for name, value in description.items() if value is not None}


def _what_is_odd(oddity: Oddity, name: str, now: datetime) -> dict[str, Any]:
    never_issued = dict.fromkeys(("IssuedAt", "NotBefore", "NotAfter", "Serial", "SignatureAlgorithm"))
    yesterday, tomorrow = _seconds(now - timedelta(days=1)), _seconds(now + timedelta(days=1))
    authority = f"arn:aws:acm-pca:{REGION}:111122223333:certificate-authority/{uuid.uuid4()}"
    odd: dict[Oddity, dict[str, Any]] = {
        Oddity.EXPIRED: {"Status": "EXPIRED", "NotBefore": _seconds(now - _A_YEAR), "NotAfter": yesterday},
        Oddity.NOT_YET_VALID: {"NotBefore": tomorrow, "NotAfter": _seconds(now + _A_YEAR)},
        Oddity.PENDING_VALIDATION: never_issued | {"Status": "PENDING_VALIDATION"},
        Oddity.FAILED: never_issued | {"Status": "FAILED", "FailureReason": "CAA_ERROR"},
        Oddity.REVOKED: {"Status": "REVOKED", "RevokedAt": yesterday, "RevocationReason": "KEY_COMPROMISE"},
        Oddity.EC_SECP384R1: {"KeyAlgorithm": "EC_secp384r1", "SignatureAlgorithm": "SHA384WITHECDSA"},
        Oddity.PRIVATE: {"Type": "PRIVATE", "Issuer": "Example Corp", "CertificateAuthorityArn": authority},
        Oddity.SELF_SIGNED: {"Type": "IMPORTED", "Issuer": name, "IssuedAt": None, "ImportedAt": yesterday},
    }
    return odd[oddity]


def _seconds(time: datetime) -> float:
    return float(int(time.timestamp()))
