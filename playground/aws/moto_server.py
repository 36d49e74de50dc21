"""STS and ACM by moto: its server in a thread of this process, its memory read directly where CloudFront needs to know.

moto's memory is global to the process and survives a restart of its server: one server serves a whole test session,
and whoever shares it keeps apart by ARNs and account ids. Must never be imported for its server alone: importing moto
takes most of a second, so `start` belongs in a thread.
"""

import logging
from collections.abc import Iterable
from datetime import UTC
from typing import TYPE_CHECKING, Any

from playground.aws.signing import REGION, Identity

if TYPE_CHECKING:
    from moto.server import ThreadedMotoServer


class MotoServer:
    """Listens on a free port of 127.0.0.1 between `start` and `stop`; both block."""

    def __init__(self) -> None:
        self.url = ""
        self._server: ThreadedMotoServer | None = None

    def start(self) -> None:
        # Imported here, and all of it: what moto imports at the first request would slow that request down.
        import moto.acm.responses  # noqa: PLC0415
        import moto.sts.responses  # noqa: F401, PLC0415
        from moto.server import ThreadedMotoServer  # noqa: PLC0415

        logging.getLogger("werkzeug").setLevel(logging.WARNING)  # one line for every request otherwise
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.url = f"http://{host}:{port}"

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    def register(self, identities: Iterable[Identity]) -> None:
        """Make IAM users with these keys, so that STS tells their account; registered before is fine."""
        from moto.iam.models import iam_backends  # noqa: PLC0415

        for identity in identities:
            iam = iam_backends[identity.account]["aws"]
            if identity.access_key in iam.access_keys:
                continue
            user = iam.create_user(REGION, identity.arn.rpartition("/")[2])
            key = user.create_access_key("AKIA")
            key.access_key_id, key.secret_access_key = identity.access_key, identity.secret
            iam.access_keys[identity.access_key] = key

    def assume_role(self, role_arn: str, session_name: str, seconds: int, external_id: str) -> Identity:
        """A new session of a role; moto asks nobody whether it may be assumed."""
        from moto.sts.models import sts_backends  # noqa: PLC0415

        account = role_arn.split(":")[4]
        role = sts_backends[account]["aws"].assume_role(
            region_name=REGION,
            role_session_name=session_name,
            role_arn=role_arn,
            policy="",  # evaluated by whoever serves the session, not by moto
            duration=seconds,
            external_id=external_id,
        )
        return Identity(
            account=account,
            arn=role.arn,
            access_key=role.access_key_id,
            secret=role.secret_access_key,
            session_token=role.session_token,
            expires_at=role.expiration.replace(tzinfo=UTC),
        )

    def import_certificate(self, account: str, certificate_pem: bytes, key_pem: bytes) -> str:
        """ARN of a certificate imported into the account's ACM, ISSUED at once."""
        from moto.acm.models import acm_backends  # noqa: PLC0415

        acm = acm_backends[account][REGION]
        return acm.import_certificate(certificate_pem, key_pem, chain=None, arn=None, tags=[])

    def describe_certificate(self, account: str, arn: str) -> dict[str, Any] | None:
        """The Certificate of DescribeCertificate; None if the account has none with this ARN."""
        from moto.acm.exceptions import CertificateNotFound  # noqa: PLC0415
        from moto.acm.models import acm_backends  # noqa: PLC0415

        try:
            description: dict[str, Any] = acm_backends[account][REGION].describe_certificate(arn).describe()
        except CertificateNotFound:
            return None
        certificate: dict[str, Any] = description["Certificate"]
        return certificate
