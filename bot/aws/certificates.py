"""The ACM certificates attached to distributions, read once a minute at most.

One certificate that can't be read is a fact about that certificate, never a reason to give up a look; that ACM does
not answer is. Must never remember anything but good news: whoever repairs a certificate asks again at once.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.alias_move.findings import Certificate, CertificateKind, Distribution
from bot.alias_move.names import DistributionId
from bot.aws.calls import Calls, together
from bot.aws.refusals import Declined, Denied, Service

REMEMBERED_S = 60.0
_AT_ONCE = 8  # of 16 threads, so that looks of other moves get through; ACM allows about ten a second anyway
_NEVER_READ = (0.0, None)


class Certificates:
    """Reads certificates through one account's `Calls`, since a distribution's certificate is of its own account."""

    def __init__(self, calls: Calls, now: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._now = now
        self._remembered: dict[str, tuple[float, Certificate | None]] = {}
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def attach(
        self, inventory: tuple[Distribution, ...], only: DistributionId | None = None
    ) -> tuple[Distribution, ...]:
        """The same inventory with its ACM certificates read; that of `only` one, where given.

        Raises:
            TryAgainLater: ACM did not answer.
        """
        arns = {
            one.certificate.reference
            for one in inventory
            if one.certificate is not None and one.certificate.kind is CertificateKind.ACM and only in {None, one.id}
        }
        async with together() as group:
            reading = {arn: group.create_task(self._read(arn)) for arn in sorted(arns)}
        return tuple(
            replace(one, certificate=reading[one.certificate.reference].result())
            if one.certificate is not None and one.certificate.reference in reading
            else one
            for one in inventory
        )

    async def _read(self, arn: str) -> Certificate:
        forgotten_at, certificate = self._remembered.get(arn, _NEVER_READ)
        if certificate is not None and self._now() < forgotten_at:
            return certificate
        async with self._free:
            certificate = await self._describe(arn)
        if certificate.status == "ISSUED":
            self._remembered[arn] = (self._now() + REMEMBERED_S, certificate)
        return certificate

    async def _describe(self, arn: str) -> Certificate:
        try:
            answer = await self._calls.ask(Service.ACM, "DescribeCertificate", CertificateArn=arn)
        except (Denied, Declined) as no:
            return Certificate(arn, CertificateKind.ACM, unreadable=no.text or str(no))
        shown = answer["Certificate"]
        return Certificate(
            reference=arn,
            kind=CertificateKind.ACM,
            names=tuple(shown.get("SubjectAlternativeNames") or [shown["DomainName"]]),
            status=shown["Status"],
            not_before=_unix_seconds(shown, "NotBefore"),
            not_after=_unix_seconds(shown, "NotAfter"),
        )


def _unix_seconds(shown: dict[str, Any], name: str) -> float | None:
    """ACM says nothing about the dates of a certificate that was never issued."""
    time_shown = shown.get(name)
    seconds: float | None = time_shown.timestamp() if time_shown is not None else None
    return seconds
