import pytest

from bot.alias_move.evidence import Authority, MissingPermission
from bot.alias_move.findings import Certificate, CertificateKind
from bot.aws import CloudFront
from bot.aws.certificates import REMEMBERED_S
from bot.ports import TryAgainLater
from playground.aws import HOME, Aws, Distribution, Oddity
from tests.aws.conftest import ALIAS, Clock, errand, seen


async def test_an_issued_certificate_is_read_with_names_and_dates(cloudfront: CloudFront, target: Distribution):
    look = await cloudfront.look(errand())

    certificate = seen(look, target).certificate
    assert certificate.reference == target.certificate
    assert certificate.kind is CertificateKind.ACM
    assert certificate.names == ("*.example.com",)
    assert certificate.status == "ISSUED"
    assert certificate.not_before < certificate.not_after
    assert certificate.unreadable == ""
    assert (certificate.key, certificate.authority) == ("EC_prime256v1", Authority.OTHER)


@pytest.mark.parametrize(
    ("oddity", "key", "authority"),
    [
        (Oddity.EC_SECP384R1, "EC_secp384r1", Authority.OTHER),
        (Oddity.PRIVATE, "RSA_2048", Authority.PRIVATE),
        (Oddity.SELF_SIGNED, "RSA_2048", Authority.ITSELF),
    ],
)
async def test_key_and_authority_are_read(
    world: Aws, cloudfront: CloudFront, oddity: Oddity, key: str, authority: Authority
):
    made = world.cloudfront.create(HOME, certificate=world.certificates.issue_odd(HOME, [ALIAS.text], oddity))

    look = await cloudfront.look(errand())

    certificate = seen(look, made).certificate
    assert (certificate.key, certificate.authority) == (key, authority)


async def test_a_certificate_that_was_never_issued_has_no_dates(world: Aws, cloudfront: CloudFront):
    pending = world.certificates.issue_odd(HOME, [ALIAS.text], Oddity.PENDING_VALIDATION)
    made = world.cloudfront.create(HOME, certificate=pending)

    look = await cloudfront.look(errand())

    assert seen(look, made).certificate == Certificate(
        pending, CertificateKind.ACM, names=(ALIAS.text,), status="PENDING_VALIDATION", key="RSA_2048"
    )


async def test_a_certificate_of_many_distributions_is_read_once(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    others = [world.cloudfront.create(HOME, certificate=target.certificate) for _ in range(5)]

    look = await cloudfront.look(errand())

    assert world.certificates.count("DescribeCertificate") == 1
    assert {seen(look, one).certificate.names for one in others} == {("*.example.com",)}


async def test_a_look_with_a_wanted_target_reads_no_other_certificate(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    other = world.cloudfront.create(HOME, certificate=world.certificates.issue(HOME, ["shop.example.com"]))

    look = await cloudfront.look(errand(target.id))

    assert seen(look, target).certificate.names == ("*.example.com",)
    assert seen(look, other).certificate.unreadable == "I have not looked at it, since another target was asked for."
    assert world.certificates.count("DescribeCertificate") == 1


async def test_an_issued_certificate_is_remembered_for_a_minute(
    world: Aws, cloudfront: CloudFront, target: Distribution, clock: Clock
):
    await cloudfront.look(errand(target.id))

    clock.now += REMEMBERED_S - 0.1
    await cloudfront.look(errand(target.id))
    asked_within_a_minute = world.certificates.count("DescribeCertificate")
    clock.now += 0.1
    await cloudfront.look(errand(target.id))

    assert asked_within_a_minute == 1
    assert world.certificates.count("DescribeCertificate") == 2


async def test_a_certificate_that_is_not_issued_is_asked_for_at_every_look(world: Aws, cloudfront: CloudFront):
    pending = world.certificates.issue_odd(HOME, [ALIAS.text], Oddity.PENDING_VALIDATION)
    world.cloudfront.create(HOME, certificate=pending)

    await cloudfront.look(errand())
    await cloudfront.look(errand())

    assert world.certificates.count("DescribeCertificate") == 2


async def test_one_certificate_that_may_not_be_read_does_not_end_the_look(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    text = "User: bot is not authorized to perform: acm:DescribeCertificate on resource: x"
    world.certificates.faults.answer("DescribeCertificate", 400, "AccessDeniedException", text)

    look = await cloudfront.look(errand())

    certificate = seen(look, target).certificate
    assert certificate.unreadable == text
    assert certificate.denied == MissingPermission("acm:DescribeCertificate", target.certificate or "", text)
    assert certificate.names == ()


async def test_a_certificate_that_is_gone_is_unreadable(world: Aws, cloudfront: CloudFront):
    gone = f"arn:aws:acm:us-east-1:{HOME}:certificate/00000000-0000-0000-0000-000000000000"
    made = world.cloudfront.create(HOME, certificate=gone)

    look = await cloudfront.look(errand())

    assert f"{gone} not found" in seen(look, made).certificate.unreadable


async def test_a_silent_acm_ends_the_look_instead_of_blaming_the_certificate(
    world: Aws, cloudfront: CloudFront, target: Distribution
):
    world.certificates.faults.answer("DescribeCertificate", 503, "ServiceUnavailable", "Please try again.")

    with pytest.raises(TryAgainLater) as caught:
        await cloudfront.look(errand(target.id))

    assert str(caught.value).startswith(
        "ACM answered DescribeCertificate with ServiceUnavailable: Please try again. (request id "
    )
