"""What is found about the certificate of a target."""

from dataclasses import replace

import pytest

from bot.alias_move.evidence import Authority, MissingPermission
from bot.alias_move.findings import Certificate, CertificateKind, FindingCode, Level
from tests.alias_move.evidence import IAM, certificate, codes, evidence, green, inspected, with_certificate

DENIED = MissingPermission("iam:GetServerCertificate", "arn:i")


def test_an_iam_certificate_that_can_not_be_read_does_not_stand_in_the_way():
    [finding] = inspected(evidence(green(certificate=IAM))).findings

    assert (finding.code, finding.level) == (FindingCode.CERTIFICATE_UNREADABLE, Level.WARNS)
    assert finding.sentence.endswith("AccessDenied")
    assert finding.remedy == "See for yourself that it covers www.example.com."


def test_an_iam_certificate_that_was_read_is_judged_as_any_other():
    read = Certificate(
        "ASCAEXAMPLE",
        CertificateKind.IAM,
        ("shop.example.com",),
        "ISSUED",
        key="EC_secp384r1",
        authority=Authority.ITSELF,
    )

    assert codes(evidence(green(certificate=read)), Level.BLOCKS) == [
        FindingCode.CERTIFICATE_DOES_NOT_COVER,
        FindingCode.CERTIFICATE_UNTRUSTED,
        FindingCode.CERTIFICATE_KEY,
    ]


@pytest.mark.parametrize(
    ("unread", "to_copy"),
    [
        (
            replace(certificate(), unreadable="No.", denied=MissingPermission("acm:DescribeCertificate", "arn:c")),
            "acm:DescribeCertificate on arn:c",
        ),
        (replace(IAM, denied=DENIED), "iam:GetServerCertificate on arn:i"),
    ],
    ids=["acm", "iam"],
)
def test_a_certificate_that_may_not_be_read_names_action_and_resource(unread: Certificate, to_copy: str):
    [finding] = inspected(evidence(green(certificate=unread))).findings

    assert finding.remedy == "Allow this to the credentials that look into account 111122223333:"
    assert finding.to_copy == to_copy


@pytest.mark.parametrize("key", ["", "RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1"])
def test_keys_that_cloudfront_takes_are_not_mentioned(key: str):
    assert codes(evidence(with_certificate(key=key))) == []


@pytest.mark.parametrize("key", ["RSA_512", "RSA_8192", "EC_secp384r1", "EC_secp521r1", "DSA_2048", "RSA_big"])
def test_keys_that_cloudfront_does_not_take_stand_in_the_way_and_its_own_words_are_called_misleading(key: str):
    [finding] = inspected(evidence(with_certificate(key=key))).blocking

    assert key in finding.sentence
    assert "prime256v1" in finding.sentence
    assert "Its own words for this mislead" in finding.sentence
    assert "aws acm request-certificate --region us-east-1" in finding.remedy


def test_a_self_signed_certificate_is_called_that():
    [finding] = inspected(evidence(with_certificate(authority=Authority.ITSELF))).blocking

    assert "is signed by itself alone" in finding.sentence


def test_a_certificate_without_names_is_told_as_that():
    found = inspected(evidence(with_certificate(names=())))

    assert "covers no name, not www.example.com." in found.findings[0].sentence


def test_a_certificate_without_dates_is_judged_by_its_status():
    assert codes(evidence(with_certificate(not_before=None, not_after=None))) == []
