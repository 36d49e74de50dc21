"""IAM's server certificates: the other place from which CloudFront takes certificates, under an id instead of an ARN.

A distribution names one by its id, GetServerCertificate wants its name: only ListServerCertificates tells both. Every
other operation of IAM is refused.
"""

import random
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from playground.aws import query_protocol, self_made
from playground.aws.certificates import KEYS_CLOUDFRONT_TAKES, Coverage
from playground.aws.endpoint import Call, Served
from playground.aws.names import certificate_name_covers
from playground.aws.refusals import Refusal, not_authorized, unknown_operation
from playground.aws.self_made import Pem
from playground.aws.signing import Identity, utc_now

_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
_PATH = "/cloudfront/"
_LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """One that somebody uploaded."""

    id: str
    account: str
    name: str
    names: tuple[str, ...]
    key: str
    """Its kind, as ACM names key algorithms."""
    pem: Pem
    uploaded_at: datetime

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account}:server-certificate{_PATH}{self.name}"


class ServerCertificates(Served):
    """The accounts' server certificates, served as IAM over HTTP; `upload` needs no signature."""

    signing_name = "iam"

    def __init__(
        self,
        *,
        identity_of: Callable[[str], Identity | None],
        seed: int = 1,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(identity_of, now)
        self.largest_page = 100
        """Items on one page at most; lower it to see pages."""
        self._by_id: dict[str, ServerCertificate] = {}
        self._random = random.Random(seed)  # noqa: S311 - ids that look real and are the same in every run

    # The world's switches.

    def upload(
        self,
        account: str,
        name: str,
        names: Iterable[str],
        *,
        key: str = "EC_prime256v1",
        valid_days: float = 365,
        self_signed: bool = False,
    ) -> ServerCertificate:
        """A certificate for these names, whose `id` distributions name; negative `valid_days`: expired already."""
        if any(each.account == account and each.name == name for each in self._by_id.values()):
            raise ValueError(f"{account} has a server certificate called {name} already")
        covered = tuple(names)
        made = ServerCertificate(
            id="ASCA" + "".join(self._random.choices(string.ascii_uppercase + string.digits, k=17)),
            account=account,
            name=name,
            names=covered,
            key=key,
            pem=self_made.make(covered, key=key, valid_days=valid_days, self_signed=self_signed),
            uploaded_at=datetime.now(UTC),
        )
        self._by_id[made.id] = made
        return made

    def uploaded(self, certificate_id: str) -> ServerCertificate:
        """Any account's certificate; KeyError if there is none."""
        return self._by_id[certificate_id]

    def delete(self, certificate_id: str) -> None:
        del self._by_id[certificate_id]

    # What CloudFront asks.

    def coverage(self, account: str, certificate_id: str, aliases: Iterable[str]) -> Coverage:
        found = self._by_id.get(certificate_id)
        if found is None or found.account != account or not _is_usable(found):
            return Coverage.NOT_USABLE
        if all(any(certificate_name_covers(name, alias) for name in found.names) for alias in aliases):
            return Coverage.COVERS
        return Coverage.DOES_NOT_COVER

    # IAM over HTTP.

    def read(self, request: web.Request, body: bytes) -> Call:
        return query_protocol.read(request, body)

    async def perform(self, call: Call, caller: Identity) -> web.Response:
        match call.operation:
            case "ListServerCertificates":
                _refuse_denied(caller, call.operation, "*")
                return self._list(call, caller.account)
            case "GetServerCertificate":
                return self._get(call, caller)
            case _:
                raise unknown_operation()

    def refuse(self, refusal: Refusal) -> web.Response:
        return query_protocol.refuse(refusal, _NAMESPACE)

    def _list(self, call: Call, account: str) -> web.Response:
        prefix, marker = call.params.get("PathPrefix", "/"), call.params.get("Marker", "0")
        size = call.params.get("MaxItems", "100")
        if not marker.isdecimal() or not size.isdecimal() or not 1 <= int(size) <= _LARGEST_PAGE:
            raise Refusal(400, "ValidationError", "Invalid Marker or MaxItems.")
        found = [each for each in self._by_id.values() if each.account == account and _PATH.startswith(prefix)]
        start, end = int(marker), int(marker) + min(int(size), self.largest_page)
        result = {
            "IsTruncated": end < len(found),
            "Marker": str(end) if end < len(found) else None,
            "ServerCertificateMetadataList": [_metadata(each) for each in found[start:end]],
        }
        return query_protocol.response(call.operation, _NAMESPACE, result)

    def _get(self, call: Call, caller: Identity) -> web.Response:
        name = call.params.get("ServerCertificateName", "")
        mine = (each for each in self._by_id.values() if each.account == caller.account and each.name == name)
        found = next(mine, None)
        arn = found.arn if found else f"arn:aws:iam::{caller.account}:server-certificate/{name}"
        _refuse_denied(caller, call.operation, arn)
        if found is None:
            raise Refusal(404, "NoSuchEntity", f"The Server Certificate with name {name} cannot be found.")
        shown = {
            "ServerCertificateMetadata": _metadata(found),
            "CertificateBody": found.pem.certificate.decode(),
            "CertificateChain": found.pem.chain.decode() if found.pem.chain else None,
        }
        return query_protocol.response(call.operation, _NAMESPACE, {"ServerCertificate": shown})


def _refuse_denied(caller: Identity, operation: str, resource: str) -> None:
    action = f"iam:{operation}"
    if (because := caller.permissions.why_not(action, resource)) is not None:
        raise not_authorized(caller.arn, action, resource, because)


def _is_usable(found: ServerCertificate) -> bool:
    is_now = found.pem.not_before <= datetime.now(UTC) < found.pem.not_after
    return is_now and found.pem.chain is not None and found.key in KEYS_CLOUDFRONT_TAKES


def _metadata(found: ServerCertificate) -> dict[str, Any]:
    return {
        "Path": _PATH,
        "ServerCertificateName": found.name,
        "ServerCertificateId": found.id,
        "Arn": found.arn,
        "UploadDate": found.uploaded_at,
        "Expiration": found.pem.not_after,
    }
