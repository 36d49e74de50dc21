"""The certificates attached to distributions, of ACM and of IAM, read once a minute at most.

One certificate that can't be read is a fact about that certificate, never a reason to give up a look; that ACM or IAM
does not answer is. Must never remember anything but good news: whoever repairs a certificate asks again at once.
"""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.alias_move.evidence import Authority, MissingPermission
from bot.alias_move.findings import Certificate, CertificateKind, Distribution
from bot.alias_move.names import DistributionId
from bot.aws.calls import Calls, together
from bot.aws.inventory import NOT_LOOKED_AT
from bot.aws.refusals import Declined, Denied, Service
from bot.aws.server_certificates import read_server_certificates

REMEMBERED_S = 60.0
_AT_ONCE = 8  # of 16 threads, so that looks of other moves get through; ACM allows about ten a second anyway
_COMMON_NAME = re.compile(r"(?:^|,)\s*CN=([^,]+)")


class Certificates:
    """Reads certificates through one account's `Calls`, since a distribution's certificate is of its own account."""

    def __init__(self, calls: Calls, now: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._now = now
        self._remembered: dict[str, tuple[float, Certificate]] = {}
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def attach(
        self, inventory: tuple[Distribution, ...], only: DistributionId | None = None
    ) -> tuple[Distribution, ...]:
        """The same inventory with its ACM certificates read; that of `only` one, where given. None is read twice.

        Raises:
            TryAgainLater: ACM or IAM did not answer.
        """
        wanted = {
            one.certificate.reference: one.certificate.kind
            for one in inventory
            if one.certificate is not None
            and not one.is_multi_tenant
            and one.certificate.unreadable == NOT_LOOKED_AT
            and only in {None, one.id}
        }
        read = {each: known for each in wanted if (known := self._recalled(each)) is not None}
        unread = {
            kind: sorted(each for each in wanted if wanted[each] is kind and each not in read)
            for kind in CertificateKind
        }
        async with together() as group:
            of_acm = [group.create_task(self._describe(arn)) for arn in unread[CertificateKind.ACM]]
            of_iam = group.create_task(self._read_of_iam(unread[CertificateKind.IAM]))
        read |= {one.reference: one for one in (*(task.result() for task in of_acm), *of_iam.result())}
        return tuple(
            replace(one, certificate=read[one.certificate.reference])
            if one.certificate is not None and one.certificate.reference in read
            else one
            for one in inventory
        )

    def _recalled(self, reference: str) -> Certificate | None:
        forgotten_at, certificate = self._remembered.get(reference, (0.0, None))
        return certificate if self._now() < forgotten_at else None

    def _remember(self, certificate: Certificate) -> None:
        if certificate.status == "ISSUED":
            self._remembered[certificate.reference] = (self._now() + REMEMBERED_S, certificate)

    async def _read_of_iam(self, ids: list[str]) -> list[Certificate]:
        if not ids:
            return []
        found = await read_server_certificates(self._calls, ids)
        for certificate in found.values():
            self._remember(certificate)
        return list(found.values())

    async def _describe(self, arn: str) -> Certificate:
        try:
            async with self._free:
                answer = await self._calls.ask(Service.ACM, "DescribeCertificate", CertificateArn=arn)
        except (Denied, Declined) as no:
            denied = MissingPermission(no.action, arn, no.text) if isinstance(no, Denied) else None
            return Certificate(arn, CertificateKind.ACM, unreadable=no.text or str(no), denied=denied)
        shown = answer["Certificate"]
        certificate = Certificate(
            reference=arn,
            kind=CertificateKind.ACM,
            names=tuple(shown.get("SubjectAlternativeNames") or [shown["DomainName"]]),
            status=shown["Status"],
            not_before=_unix_seconds(shown, "NotBefore"),
            not_after=_unix_seconds(shown, "NotAfter"),
            # Its reference writes RSA_2048, and the examples in its user guide RSA-2048.
            key=shown.get("KeyAlgorithm", "").replace("-", "_"),
            authority=_authority(shown),
        )
        self._remember(certificate)
        return certificate


def _authority(shown: dict[str, Any]) -> Authority:
    """ACM tells of an issuer its name alone, so whether browsers trust it can't be seen, but for two kinds."""
    if shown.get("Type") == "PRIVATE":
        return Authority.PRIVATE
    subject, issuer = shown.get("Subject", ""), shown.get("Issuer", "")
    common_name = _COMMON_NAME.search(subject)
    is_its_own = bool(issuer) and issuer in {subject, common_name[1] if common_name else ""}
    return Authority.ITSELF if shown.get("Type") == "IMPORTED" and is_its_own else Authority.OTHER


def _unix_seconds(shown: dict[str, Any], name: str) -> float | None:
    """ACM says nothing about the dates of a certificate that was never issued."""
    time_shown = shown.get(name)
    seconds: float | None = time_shown.timestamp() if time_shown is not None else None
    return seconds
