from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from playground.aws import HOME, NEIGHBOUR, Aws, Coverage
from tests.playground.conftest import Connect, Resolver, ask, associate, publish, refusal_of, refused_association

ALIAS = "www.example.com"


async def fetched(connect: Connect, name: str) -> tuple[dict[str, Any], x509.Certificate]:
    answer = await ask(connect("iam").get_server_certificate, ServerCertificateName=name)
    certificate = answer["ServerCertificate"]
    return certificate, x509.load_pem_x509_certificate(certificate["CertificateBody"].encode())


async def test_the_list_joins_ids_and_names(aws: Aws, connect: Connect):
    made = aws.server_certificates.upload(HOME, "web-2026", [ALIAS])
    aws.server_certificates.upload(NEIGHBOUR, "theirs", [ALIAS])

    listed = await ask(connect("iam").list_server_certificates, PathPrefix="/cloudfront/")

    (shown,) = listed["ServerCertificateMetadataList"]
    assert listed["IsTruncated"] is False
    assert shown["ServerCertificateId"] == made.id
    assert made.id.startswith("ASCA")
    assert shown["ServerCertificateName"] == "web-2026"
    assert shown["Arn"] == f"arn:aws:iam::{HOME}:server-certificate/cloudfront/web-2026"
    assert shown["Expiration"] == made.pem.not_after
    assert shown["UploadDate"] <= datetime.now(UTC)


async def test_the_list_has_pages(aws: Aws, connect: Connect):
    for number in range(5):
        aws.server_certificates.upload(HOME, f"web-{number}", [ALIAS])

    paginator = connect("iam").get_paginator("list_server_certificates")
    pages = await ask(lambda: {"all": list(paginator.paginate(PaginationConfig={"PageSize": 2}))})

    names = [[each["ServerCertificateName"] for each in page["ServerCertificateMetadataList"]] for page in pages["all"]]
    assert names == [["web-0", "web-1"], ["web-2", "web-3"], ["web-4"]]


async def test_a_certificate_is_fetched_as_a_real_one(aws: Aws, connect: Connect):
    aws.server_certificates.upload(HOME, "web", ["example.com", "*.example.com"], valid_days=30)

    shown, certificate = await fetched(connect, "web")

    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    authority = x509.load_pem_x509_certificate(shown["CertificateChain"].encode())
    left = certificate.not_valid_after_utc - datetime.now(UTC)
    assert names.get_values_for_type(x509.DNSName) == ["example.com", "*.example.com"]
    assert timedelta(days=29) < left < timedelta(days=31)
    assert shown["ServerCertificateMetadata"]["Expiration"] == certificate.not_valid_after_utc
    certificate.verify_directly_issued_by(authority)


@pytest.mark.parametrize(
    ("key", "size"),
    [("RSA_1024", 1024), ("RSA_2048", 2048), ("EC_prime256v1", 256), ("EC_secp384r1", 384)],
)
async def test_keys_are_of_the_kind_that_was_wanted(aws: Aws, connect: Connect, key: str, size: int):
    aws.server_certificates.upload(HOME, "web", [ALIAS], key=key)

    _, certificate = await fetched(connect, "web")

    public = certificate.public_key()
    assert isinstance(public, rsa.RSAPublicKey if key.startswith("RSA") else ec.EllipticCurvePublicKey)
    assert public.key_size == size


async def test_a_self_signed_one_has_no_chain(aws: Aws, connect: Connect):
    made = aws.server_certificates.upload(HOME, "web", [ALIAS], self_signed=True)

    shown, certificate = await fetched(connect, "web")

    assert "CertificateChain" not in shown
    assert certificate.issuer == certificate.subject
    assert aws.server_certificates.coverage(HOME, made.id, [ALIAS]) is Coverage.NOT_USABLE


async def test_another_accounts_certificate_does_not_exist_for_us(aws: Aws, connect: Connect):
    made = aws.server_certificates.upload(NEIGHBOUR, "theirs", [ALIAS])

    refused = await refusal_of(connect("iam").get_server_certificate, ServerCertificateName="theirs")

    text = "The Server Certificate with name theirs cannot be found."
    assert refused == (404, "NoSuchEntity", text)
    assert aws.server_certificates.coverage(HOME, made.id, [ALIAS]) is Coverage.NOT_USABLE


async def test_nothing_else_of_iam_is_here(connect: Connect):
    assert (await refusal_of(connect("iam").list_users))[:2] == (404, "UnknownOperationException")


async def test_faults_and_signatures_work_as_for_cloudfront(aws: Aws, connect: Connect):
    aws.server_certificates.faults.throttle("ListServerCertificates")

    throttled = await refusal_of(connect("iam").list_server_certificates)
    forged = await refusal_of(connect("iam", secret="wrong").list_server_certificates)

    assert throttled == (400, "Throttling", "Rate exceeded")
    assert forged[:2] == (403, "SignatureDoesNotMatch")
    assert [each.status for each in aws.server_certificates.requests] == [400, 403]


# What CloudFront makes of them


async def test_a_distribution_shows_the_id_of_its_server_certificate(aws: Aws, connect: Connect):
    made = aws.server_certificates.upload(HOME, "web", [ALIAS])
    distribution = aws.cloudfront.create(HOME, aliases=[ALIAS], certificate=made.id)

    listed = await ask(connect("cloudfront").list_distributions)

    shown = listed["DistributionList"]["Items"][0]["ViewerCertificate"]
    assert shown["IAMCertificateId"] == made.id
    assert shown["CertificateSource"] == "iam"
    assert shown["CloudFrontDefaultCertificate"] is False
    assert "ACMCertificateArn" not in shown
    assert distribution.certificate is None
    assert distribution.attached_certificate == made.id


async def test_an_alias_moves_to_a_distribution_with_a_server_certificate(
    aws: Aws, connect: Connect, resolver: Resolver
):
    made = aws.server_certificates.upload(HOME, "web", ["*.example.com"])
    target = aws.cloudfront.create(HOME, certificate=made.id)
    publish(resolver, ALIAS, target)

    await associate(connect, target, ALIAS)

    assert target.aliases == [ALIAS]


@pytest.mark.parametrize(
    "odd",
    [{"valid_days": -1}, {"key": "EC_secp384r1"}, {"self_signed": True}, {"names": ["example.com"]}],
)
async def test_a_server_certificate_that_does_not_do_is_refused(
    aws: Aws, connect: Connect, resolver: Resolver, odd: dict[str, Any]
):
    made = aws.server_certificates.upload(HOME, "web", **{"names": [ALIAS]} | odd)
    target = aws.cloudfront.create(HOME, certificate=made.id)
    publish(resolver, ALIAS, target)

    status, code, message = await refused_association(connect, target, ALIAS)

    assert (status, code) == (400, "InvalidArgument")
    assert "you must attach a trusted certificate" in message


async def test_an_update_can_attach_one(aws: Aws, connect: Connect):
    made = aws.server_certificates.upload(HOME, "web", [ALIAS])
    distribution = aws.cloudfront.create(HOME)
    client = connect("cloudfront")
    read = await ask(client.get_distribution_config, Id=distribution.id)
    attached = {"IAMCertificateId": made.id, "SSLSupportMethod": "vip", "MinimumProtocolVersion": "TLSv1.1_2016"}
    config = read["DistributionConfig"] | {
        "ViewerCertificate": attached,
        "Aliases": {"Quantity": 1, "Items": [ALIAS]},
    }

    await ask(client.update_distribution, Id=distribution.id, IfMatch=read["ETag"], DistributionConfig=config)

    assert distribution.attached_certificate == made.id
    assert attached.items() <= distribution.config["ViewerCertificate"].items()
