import asyncio
import time

from playground.aws import HOME, NEIGHBOUR, Aws, Distribution, LoggedRequest, Moment
from playground.aws.round_trips import in_a_row, walks_as_one
from tests.playground.conftest import Connect, ask


def request(
    began: float, ended: float | None, *, operation: str = "ListDistributions", account: str = HOME
) -> LoggedRequest:
    return LoggedRequest(operation, {}, account=account, began=began, ended=ended)


def test_what_runs_side_by_side_counts_once():
    assert in_a_row([]) == 0
    assert in_a_row([request(0, 1), request(0.1, 1.1), request(0.2, 0.9)]) == 1
    assert in_a_row([request(2, 3), request(0, 1), request(0.5, 2.5), request(1, 2)]) == 3
    assert in_a_row([request(0, 1), request(2, None)]) == 1


def test_the_pages_of_one_account_can_be_counted_as_one_walk():
    pages = [request(0, 1), request(1, 2), request(2, 3)]
    elsewhere = [request(0, 1, account=NEIGHBOUR), request(1, 2, account=NEIGHBOUR)]
    then = request(3, 4, operation="GetDistribution")

    walked = walks_as_one([*pages, *elsewhere, then, request(3, None)], "ListDistributions")

    assert in_a_row([*pages, *elsewhere, then]) == 4
    assert in_a_row(walked) == 2
    assert sorted((each.began, each.ended) for each in walked if each.ended) == [(0, 2), (0, 3), (3, 4)]


async def test_every_service_can_be_slow_at_once(aws: Aws, connect: Connect, target: Distribution):
    aws.latency_seconds = 0.1
    calls = [
        (connect("cloudfront").list_distributions, {}),
        (connect("acm").describe_certificate, {"CertificateArn": target.certificate}),
        (connect("sts").get_caller_identity, {}),
        (connect("iam").list_server_certificates, {}),
    ]
    began = time.monotonic()

    await asyncio.gather(*(ask(method, **parameters) for method, parameters in calls))

    assert aws.latency_seconds == 0.1
    assert len(aws.requests_since(began)) == 4
    assert all(each.ended and each.ended - each.began >= 0.1 for each in aws.requests_since(began))


async def test_round_trips_are_counted_over_all_services(aws: Aws, connect: Connect, target: Distribution):
    cloudfront, acm = connect("cloudfront"), connect("acm")
    await ask(cloudfront.list_distributions)
    aws.latency_seconds = 0.2
    began = time.monotonic()

    await asyncio.gather(ask(cloudfront.list_distributions), ask(connect("cloudfront").list_distributions))
    await ask(acm.describe_certificate, CertificateArn=target.certificate)
    await asyncio.gather(ask(cloudfront.get_distribution, Id=target.id), ask(connect("sts").get_caller_identity))

    assert aws.depth(began) == 3
    assert [each.operation for each in aws.requests_since(began)][2] == "DescribeCertificate"
    assert aws.depth() == 4


async def test_a_lost_answer_has_an_end_too(aws: Aws, connect: Connect):
    aws.cloudfront.faults.lose("ListDistributions", Moment.BEFORE_EFFECT)

    failed = await asyncio.gather(ask(connect("cloudfront").list_distributions), return_exceptions=True)

    (entry,) = aws.cloudfront.requests
    assert isinstance(failed[0], Exception)
    assert (entry.status, entry.account) == (None, HOME)
    assert entry.ended is not None
