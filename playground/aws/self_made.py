"""Certificates made on the spot, as PEM: names, dates and key as wanted, signed by an authority of the playground.

Must never be trusted by anything outside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

AUTHORITY = "Playground Trust"
_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_KEYS: dict[str, Callable[[], _Key]] = {
    "RSA_1024": partial(rsa.generate_private_key, 65537, 1024),
    "RSA_2048": partial(rsa.generate_private_key, 65537, 2048),
    "RSA_3072": partial(rsa.generate_private_key, 65537, 3072),
    "RSA_4096": partial(rsa.generate_private_key, 65537, 4096),
    "EC_prime256v1": partial(ec.generate_private_key, ec.SECP256R1()),
    "EC_secp384r1": partial(ec.generate_private_key, ec.SECP384R1()),
}


@dataclass(frozen=True, slots=True)
class Pem:
    """`chain` is the authority's own certificate; None for a self-signed one."""

    certificate: bytes
    key: bytes
    chain: bytes | None
    not_before: datetime
    not_after: datetime


def make(
    names: Sequence[str],
    *,
    key: str = "EC_prime256v1",
    valid_from_days: float = -1,
    valid_days: float = 365,
    self_signed: bool = False,
) -> Pem:
    """A certificate for these names; both times count from now, so a negative `valid_days` has passed already.

    `key` is named as ACM names key algorithms; a long RSA key takes seconds to make, once per kind.
    """
    now, own = datetime.now(UTC).replace(microsecond=0), _key(key)
    signer = own if self_signed else _key("EC_prime256v1")
    issuer = names[0] if self_signed else AUTHORITY
    not_after = now + timedelta(days=valid_days)
    not_before = min(now + timedelta(days=valid_from_days), not_after - timedelta(days=1))
    built = _certificate(names[0], issuer, own, not_before, not_after).add_extension(
        x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
    )
    return Pem(
        certificate=built.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM),
        key=own.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        chain=None if self_signed else _authority(),
        not_before=not_before,
        not_after=not_after,
    )


@cache
def _key(kind: str) -> _Key:
    """All certificates of a kind share one key, since nobody here encrypts with it."""
    return _KEYS[kind]()


@cache
def _authority() -> bytes:
    now, key = datetime.now(UTC), _key("EC_prime256v1")
    years = timedelta(days=3650)
    built = _certificate(AUTHORITY, AUTHORITY, key, now - years, now + years).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    return built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _certificate(
    subject: str, issuer: str, key: _Key, not_before: datetime, not_after: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )
