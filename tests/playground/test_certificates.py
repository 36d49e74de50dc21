import asyncio
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from playground.aws import HOME, NEIGHBOUR, Aws, Coverage, Oddity
from tests.playground.conftest import Connect, ask, refusal_of


async def describe(connect: Connect, arn: str, account: str = HOME) -> dict[str, Any]:
    answer = await ask(connect("acm", account).describe_certificate, CertificateArn=arn)
    certificate: dict[str, Any] = answer["Certificate"]
    return certificate


async def test_an_ordinary_certificate_is_issued_and_shows_its_names(aws: Aws, connect: Connect):
    arn = aws.certificates.issue(HOME, names=["example.com", "*.example.com"])

    shown = await describe(connect, arn)

    assert arn.startswith(f"arn:aws:acm:us-east-1:{HOME}:certificate/")
    assert shown["Status"] == "ISSUED"
    assert shown["SubjectAlternativeNames"] == ["example.com", "*.example.com"]
    assert shown["KeyAlgorithm"] == "EC_prime256v1"
    assert shown["NotBefore"] < datetime.now(UTC) < shown["NotAfter"]


@pytest.mark.parametrize(
    ("oddity", "expected"),
    [
        (Oddity.EXPIRED, {"Status": "EXPIRED"}),
        (Oddity.NOT_YET_VALID, {"Status": "ISSUED"}),
        (Oddity.PENDING_VALIDATION, {"Status": "PENDING_VALIDATION"}),
        (Oddity.FAILED, {"Status": "FAILED", "FailureReason": "CAA_ERROR"}),
        (Oddity.REVOKED, {"Status": "REVOKED", "RevocationReason": "KEY_COMPROMISE"}),
        (Oddity.EC_SECP384R1, {"Status": "ISSUED", "KeyAlgorithm": "EC_secp384r1"}),
        (Oddity.PRIVATE, {"Status": "ISSUED", "Type": "PRIVATE"}),
        (Oddity.SELF_SIGNED, {"Status": "ISSUED", "Type": "IMPORTED", "Issuer": "www.example.com"}),
    ],
)
async def test_an_odd_certificate_shows_its_oddity_and_cannot_be_used(
    aws: Aws, connect: Connect, oddity: Oddity, expected: dict[str, str]
):
    arn = aws.certificates.issue_odd(HOME, names=["www.example.com"], oddity=oddity)

    shown = await describe(connect, arn)

    assert expected.items() <= shown.items()
    assert shown["SubjectAlternativeNames"] == ["www.example.com"]
    assert aws.certificates.coverage(HOME, arn, ["www.example.com"]) is Coverage.NOT_USABLE


async def test_dates_of_odd_certificates_fit_what_is_odd(aws: Aws, connect: Connect):
    expired = aws.certificates.issue_odd(HOME, names=["a.example.com"], oddity=Oddity.EXPIRED)
    too_early = aws.certificates.issue_odd(HOME, names=["a.example.com"], oddity=Oddity.NOT_YET_VALID)
    pending = aws.certificates.issue_odd(HOME, names=["a.example.com"], oddity=Oddity.PENDING_VALIDATION)

    now = datetime.now(UTC)

    assert (await describe(connect, expired))["NotAfter"] < now
    assert (await describe(connect, too_early))["NotBefore"] > now + timedelta(hours=23)
    assert "NotAfter" not in await describe(connect, pending)


async def test_a_certificate_in_use_can_go_bad(aws: Aws, connect: Connect):
    arn = aws.certificates.issue(HOME, names=["www.example.com"])

    aws.certificates.spoil(arn, Oddity.EXPIRED)

    assert (await describe(connect, arn))["Status"] == "EXPIRED"
    assert aws.certificates.coverage(HOME, arn, ["www.example.com"]) is Coverage.NOT_USABLE


@pytest.mark.parametrize(
    ("alias", "coverage"),
    [
        ("www.example.com", Coverage.COVERS),
        ("*.example.com", Coverage.COVERS),
        ("example.com", Coverage.DOES_NOT_COVER),
        ("a.b.example.com", Coverage.DOES_NOT_COVER),
        ("*.b.example.com", Coverage.DOES_NOT_COVER),
        ("apex.example.org", Coverage.DOES_NOT_COVER),
        ("example.org", Coverage.COVERS),
    ],
)
async def test_a_wildcard_covers_exactly_one_label(aws: Aws, alias: str, coverage: Coverage):
    arn = aws.certificates.issue(HOME, names=["*.example.com", "example.org"])

    assert aws.certificates.coverage(HOME, arn, [alias]) is coverage


async def test_a_certificate_covers_several_aliases_only_together(aws: Aws):
    arn = aws.certificates.issue(HOME, names=["*.example.com"])

    assert aws.certificates.coverage(HOME, arn, ["a.example.com", "b.example.com"]) is Coverage.COVERS
    assert aws.certificates.coverage(HOME, arn, ["a.example.com", "example.com"]) is Coverage.DOES_NOT_COVER


@pytest.mark.parametrize("odd", [False, True])
async def test_another_accounts_certificate_does_not_exist_for_us(aws: Aws, connect: Connect, *, odd: bool):
    names = ["www.example.com"]
    arn = (
        aws.certificates.issue_odd(NEIGHBOUR, names, Oddity.EXPIRED)
        if odd
        else aws.certificates.issue(NEIGHBOUR, names)
    )

    status, code, _ = await refusal_of(connect("acm").describe_certificate, CertificateArn=arn)

    assert (status, code) == (400, "ResourceNotFoundException")
    assert aws.certificates.coverage(HOME, arn, names) is Coverage.NOT_USABLE


async def test_every_other_request_is_answered_by_moto(aws: Aws, connect: Connect):
    arn = aws.certificates.issue(HOME, names=["listed.example.com"])

    listed = await ask(connect("acm").list_certificates, MaxItems=1000)
    requested = await ask(connect("acm").request_certificate, DomainName="new.example.com", ValidationMethod="DNS")

    assert arn in [each["CertificateArn"] for each in listed["CertificateSummaryList"]]
    assert (await describe(connect, requested["CertificateArn"]))["Status"] == "PENDING_VALIDATION"


async def test_a_wrong_secret_is_refused(connect: Connect):
    arn = f"arn:aws:acm:us-east-1:{HOME}:certificate/{uuid.uuid4()}"

    status, code, _ = await refusal_of(connect("acm", secret="wrong").describe_certificate, CertificateArn=arn)

    assert (status, code) == (403, "SignatureDoesNotMatch")


async def test_faults_and_the_log_work_as_for_cloudfront(aws: Aws, connect: Connect):
    arn = aws.certificates.issue(HOME, names=["www.example.com"])
    aws.certificates.faults.answer("DescribeCertificate", 400, "ThrottlingException", "Rate exceeded")

    refused = await refusal_of(connect("acm").describe_certificate, CertificateArn=arn)
    await describe(connect, arn)

    assert refused == (400, "ThrottlingException", "Rate exceeded")
    assert [(each.status, each.account) for each in aws.certificates.requests] == [(400, HOME), (200, HOME)]
    assert aws.certificates.requests[0].params == {"CertificateArn": arn}


@pytest.mark.parametrize("account", [HOME, NEIGHBOUR])
async def test_sts_knows_whose_keys_these_are(connect: Connect, account: str):
    identity = await ask(connect("sts", account).get_caller_identity)

    assert identity["Account"] == account
    assert identity["Arn"] == f"arn:aws:iam::{account}:user/cname-bot"


async def test_an_unsigned_request_is_refused_in_acms_own_envelope(aws: Aws):
    async with (
        aiohttp.ClientSession() as http,
        http.post(aws.certificates.url, data=b"[]", headers={"X-Amz-Target": "CertificateManager.X"}) as answer,
    ):
        refused = json.loads(await answer.read())

    assert answer.status == 403
    assert refused == {"__type": "MissingAuthenticationToken", "message": "Missing Authentication Token"}


async def test_it_can_bring_its_own_moto():
    async def nothing(_: str) -> list[str]:
        await asyncio.sleep(0)
        return []

    async with Aws(lookup_txt=nothing) as aws:
        moto_url, urls = aws._moto.url, {value for name, value in aws.environment(HOME).items() if "_URL_" in name}
        async with aiohttp.ClientSession() as http, http.get(f"{moto_url}/moto-api/data.json") as answer:
            assert answer.status == 200

    async with aiohttp.ClientSession() as http:
        for url in {moto_url, *urls}:
            with pytest.raises(aiohttp.ClientConnectorError):
                await http.get(url)
