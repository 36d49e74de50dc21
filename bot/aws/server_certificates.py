"""IAM's server certificates: a distribution names one by its id, IAM hands one out by its name, and only as PEM.

One that can't be read is a fact about that certificate, never a reason to give up a look. Must never ask for a private
key (IAM gives none), and never keep the text of a certificate.
"""

from collections.abc import Collection
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bot.alias_move.evidence import Authority, MissingPermission
from bot.alias_move.findings import Certificate, CertificateKind
from bot.aws.calls import Calls, together
from bot.aws.refusals import Declined, Denied, NotOffered, Service

_PATH = "/cloudfront/"
"""Where IAM wants whatever CloudFront is to use."""
_NOT_UNDERSTOOD = (
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_CURVES = {"secp256r1": "prime256v1"}
"""One curve goes by two names."""


async def read_server_certificates(calls: Calls, ids: Collection[str]) -> dict[str, Certificate]:
    """The certificates with these ids; all of them are in the answer, read or not.

    Raises:
        TryAgainLater: IAM did not answer.
    """
    try:
        listed = await _listed(calls, set(ids))
    except (Denied, Declined, NotOffered) as no:
        return {each: _unread(each, no, "*") for each in ids}
    async with together() as group:
        reading = {each: group.create_task(_read(calls, each, listed.get(each))) for each in ids}
    return {each: task.result() for each, task in reading.items()}


async def _listed(calls: Calls, wanted: set[str]) -> dict[str, dict[str, Any]]:
    """What IAM tells about these, by id; no more pages than it takes to find them."""
    found: dict[str, dict[str, Any]] = {}
    async for page in calls.pages(Service.IAM, "ListServerCertificates", PathPrefix=_PATH):
        shown = {one["ServerCertificateId"]: one for one in page["ServerCertificateMetadataList"]}
        found |= {each: shown[each] for each in wanted & shown.keys()}
        if len(found) == len(wanted):
            break
    return found


async def _read(calls: Calls, certificate_id: str, told: dict[str, Any] | None) -> Certificate:
    if told is None:
        missing = f"IAM lists no server certificate with the id {certificate_id} under {_PATH}."
        return Certificate(certificate_id, CertificateKind.IAM, unreadable=missing)
    name = told["ServerCertificateName"]
    try:
        answer = await calls.ask(Service.IAM, "GetServerCertificate", ServerCertificateName=name)
    except (Denied, Declined, NotOffered) as no:
        return _unread(certificate_id, no, told["Arn"])
    try:
        return _parsed(certificate_id, answer["ServerCertificate"]["CertificateBody"])
    except _NOT_UNDERSTOOD:
        odd = f"I don't understand what IAM has under the name {name}."
        return Certificate(certificate_id, CertificateKind.IAM, unreadable=odd)


def _unread(certificate_id: str, no: Denied | Declined | NotOffered, resource: str) -> Certificate:
    text = "" if isinstance(no, NotOffered) else no.text
    denied = MissingPermission(no.action, resource, text) if isinstance(no, Denied) else None
    return Certificate(certificate_id, CertificateKind.IAM, unreadable=text or str(no), denied=denied)


def _parsed(certificate_id: str, body: str) -> Certificate:
    read = x509.load_pem_x509_certificate(body.encode())
    return Certificate(
        reference=certificate_id,
        kind=CertificateKind.IAM,
        names=_names(read),
        status="ISSUED",
        not_before=read.not_valid_before_utc.timestamp(),
        not_after=read.not_valid_after_utc.timestamp(),
        key=_key(read),
        authority=Authority.ITSELF if read.issuer == read.subject else Authority.OTHER,
    )


def _names(read: x509.Certificate) -> tuple[str, ...]:
    """Like CloudFront, believes no name that stands in the subject alone."""
    try:
        extension = read.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(extension.value.get_values_for_type(x509.DNSName))


def _key(read: x509.Certificate) -> str:
    """As ACM would name it."""
    key = read.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA_{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC_{_CURVES.get(key.curve.name, key.curve.name)}"
    return type(key).__name__.removesuffix("PublicKey")
