"""Certificates of IAM: found by their id, read by their name, judged like those of ACM."""

from typing import Any

import pytest

from bot.alias_move.evidence import Authority, MissingPermission
from bot.alias_move.findings import CertificateKind
from bot.aws import CloudFront
from bot.aws.certificates import REMEMBERED_S
from bot.ports import TryAgainLater
from playground.aws import HOME, NEIGHBOUR, Aws
from tests.aws.conftest import ALIAS, Clock, errand, seen

pytestmark = pytest.mark.wide


def asked(world: Aws) -> list[str]:
    return [one.operation for one in world.server_certificates.requests]


async def test_names_dates_key_and_authority_are_read(world: Aws, cloudfront: CloudFront):
    uploaded = world.server_certificates.upload(HOME, "web-2026", [ALIAS.text, "*.example.com"], valid_days=30)
    made = world.cloudfront.create(HOME, certificate=uploaded.id)

    look = await cloudfront.look(errand(made.id))

    certificate = seen(look, made).certificate
    assert (certificate.reference, certificate.kind) == (uploaded.id, CertificateKind.IAM)
    assert certificate.names == (ALIAS.text, "*.example.com")
    assert certificate.status == "ISSUED"
    assert certificate.not_before == uploaded.pem.not_before.timestamp()
    assert certificate.not_after == uploaded.pem.not_after.timestamp()
    assert (certificate.key, certificate.authority) == ("EC_prime256v1", Authority.OTHER)
    assert certificate.unreadable == ""


@pytest.mark.parametrize(
    ("odd", "key", "authority"),
    [
        ({"key": "RSA_1024"}, "RSA_1024", Authority.OTHER),
        ({"key": "EC_secp384r1"}, "EC_secp384r1", Authority.OTHER),
        ({"self_signed": True}, "EC_prime256v1", Authority.ITSELF),
    ],
)
async def test_what_cloudfront_does_not_take_is_read_as_what_it_is(
    world: Aws, cloudfront: CloudFront, odd: dict[str, Any], key: str, authority: Authority
):
    uploaded = world.server_certificates.upload(HOME, "web", [ALIAS.text], **odd)
    made = world.cloudfront.create(HOME, certificate=uploaded.id)

    certificate = seen(await cloudfront.look(errand(made.id)), made).certificate

    assert (certificate.key, certificate.authority) == (key, authority)


async def test_it_does_as_a_lens_like_any_other(world: Aws, cloudfront: CloudFront):
    world.cloudfront.create(NEIGHBOUR, aliases=[ALIAS.text])
    for name, names in (("other", ["shop.example.org"]), ("web", [ALIAS.text])):
        world.cloudfront.create(HOME, certificate=world.server_certificates.upload(HOME, name, names).id)

    look = await cloudfront.look(errand())

    assert look.conflicts is not None
    assert [one.alias for one in look.conflicts] == [ALIAS.text]
    assert world.cloudfront.count("ListDomainConflicts") == 1


async def test_many_are_listed_once_and_no_further_than_it_takes(world: Aws, cloudfront: CloudFront):
    world.server_certificates.largest_page = 2
    uploaded = [world.server_certificates.upload(HOME, f"web-{number}", [ALIAS.text]) for number in range(6)]
    made = [world.cloudfront.create(HOME, certificate=one.id) for one in uploaded[1:3]]

    look = await cloudfront.look(errand())

    assert all(seen(look, one).certificate.names == (ALIAS.text,) for one in made)
    assert asked(world) == ["ListServerCertificates"] * 2 + ["GetServerCertificate"] * 2


async def test_one_that_was_read_is_remembered_for_a_minute(world: Aws, cloudfront: CloudFront, clock: Clock):
    made = world.cloudfront.create(HOME, certificate=world.server_certificates.upload(HOME, "web", [ALIAS.text]).id)
    await cloudfront.look(errand(made.id))

    clock.now += REMEMBERED_S - 0.1
    await cloudfront.look(errand(made.id))
    asked_within_a_minute = len(asked(world))
    clock.now += 0.1
    await cloudfront.look(errand(made.id))

    assert (asked_within_a_minute, len(asked(world))) == (2, 4)


@pytest.mark.parametrize("operation", ["ListServerCertificates", "GetServerCertificate"])
async def test_one_that_may_not_be_read_names_the_permission_and_ends_no_look(
    world: Aws, cloudfront: CloudFront, operation: str
):
    uploaded = world.server_certificates.upload(HOME, "web", [ALIAS.text])
    made = world.cloudfront.create(HOME, certificate=uploaded.id)
    world.server_certificates.faults.answer(operation, 403, "AccessDenied", "User: reader is not authorized.")

    certificate = seen(await cloudfront.look(errand(made.id)), made).certificate

    resource = "*" if operation == "ListServerCertificates" else uploaded.arn
    assert certificate.unreadable == "User: reader is not authorized."
    assert certificate.denied == MissingPermission(f"iam:{operation}", resource, certificate.unreadable)


async def test_one_that_iam_does_not_list_is_unreadable(world: Aws, cloudfront: CloudFront):
    made = world.cloudfront.create(HOME, certificate="ASCAGONE")

    certificate = seen(await cloudfront.look(errand(made.id)), made).certificate

    assert certificate.unreadable == "IAM lists no server certificate with the id ASCAGONE under /cloudfront/."
    assert certificate.denied is None


async def test_an_endpoint_that_knows_no_iam_is_no_reason_to_stop(world: Aws, cloudfront: CloudFront):
    made = world.cloudfront.create(HOME, certificate=world.server_certificates.upload(HOME, "web", [ALIAS.text]).id)
    world.server_certificates.faults.answer("ListServerCertificates", 404, "UnknownOperationException", "")

    certificate = seen(await cloudfront.look(errand(made.id)), made).certificate

    assert certificate.unreadable.startswith("IAM answered ListServerCertificates with UnknownOperationException")


async def test_what_is_no_certificate_is_unreadable(
    world: Aws, cloudfront: CloudFront, monkeypatch: pytest.MonkeyPatch
):
    uploaded = world.server_certificates.upload(HOME, "web", [ALIAS.text])
    made = world.cloudfront.create(HOME, certificate=uploaded.id)
    monkeypatch.setattr(type(uploaded.pem), "certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n", raising=False)

    certificate = seen(await cloudfront.look(errand(made.id)), made).certificate

    assert certificate.unreadable == "I don't understand what IAM has under the name web."


async def test_a_silent_iam_ends_the_look_instead_of_blaming_the_certificate(world: Aws, cloudfront: CloudFront):
    made = world.cloudfront.create(HOME, certificate=world.server_certificates.upload(HOME, "web", [ALIAS.text]).id)
    world.server_certificates.faults.throttle("GetServerCertificate")

    with pytest.raises(TryAgainLater, match="IAM has had too many requests and refuses GetServerCertificate"):
        await cloudfront.look(errand(made.id))


async def test_no_account_without_such_a_certificate_is_asked_for_one(world: Aws, cloudfront: CloudFront):
    world.cloudfront.create(HOME, certificate=world.certificates.issue(HOME, [ALIAS.text]))

    await cloudfront.look(errand())

    assert asked(world) == []
