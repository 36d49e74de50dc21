import pytest
from botocore import exceptions as boto

from bot.alias_move.move import Refusal, RefusalCause
from bot.aws.refusals import Declined, Denied, Service, call_failure, read_failure
from bot.ports import NotPermitted, OutcomeUnknown, Refused, TryAgainLater


def answer(operation: str, status: int, code: str, text: str) -> boto.ClientError:
    return boto.ClientError(
        {
            "Error": {"Code": code, "Message": text},
            "ResponseMetadata": {"RequestId": "r-1", "HTTPStatusCode": status},
        },
        operation,
    )


@pytest.mark.parametrize(
    ("status", "code", "text", "cause"),
    [
        (400, "IllegalUpdate", "Invalid or missing alias DNS TXT records.", RefusalCause.RECORD_NOT_SEEN),
        (
            400,
            "IllegalUpdate",
            "Alias move is not allowed since the source distribution is enabled.",
            RefusalCause.SOURCE_ENABLED,
        ),
        (400, "IllegalUpdate", "Something new.", RefusalCause.OTHER),
        (400, "InvalidArgument", "… you must attach a trusted certificate …", RefusalCause.OTHER),
        (400, "TooManyDistributionCNAMEs", "Too many.", RefusalCause.OTHER),
        (404, "NoSuchDistribution", "The specified distribution does not exist.", RefusalCause.OTHER),
        (409, "CNAMEAlreadyExists", "One or more of the CNAMEs …", RefusalCause.OTHER),
        (403, "AccessDenied", "User: … is not authorized", RefusalCause.ACCESS_DENIED),
        (400, "AccessDeniedException", "User: … is not authorized", RefusalCause.ACCESS_DENIED),
        (403, "InvalidClientTokenId", "The security token … is invalid.", RefusalCause.ACCESS_DENIED),
        (400, "Throttling", "Rate exceeded", RefusalCause.THROTTLED),
        (400, "ThrottlingException", "Slow down.", RefusalCause.THROTTLED),
        (400, "Surprise", "Rate exceeded", RefusalCause.THROTTLED),
    ],
)
def test_every_no_of_cloudfront_has_its_cause_and_keeps_its_words(
    status: int, code: str, text: str, cause: RefusalCause
):
    failure = call_failure(answer("AssociateAlias", status, code, text), "AssociateAlias", at=12.5)

    assert isinstance(failure, Refused)
    assert failure.refusal == Refusal(cause, code, text, "r-1", 12.5)
    assert str(failure) == text


@pytest.mark.parametrize(
    ("operation", "code", "cause"),
    [
        ("UpdateDomainAssociation", "PreconditionFailed", RefusalCause.CHANGED_MEANWHILE),
        ("UpdateDomainAssociation", "InvalidIfMatchVersion", RefusalCause.CHANGED_MEANWHILE),
        ("AssociateAlias", "PreconditionFailed", RefusalCause.OTHER),
    ],
)
def test_only_a_call_that_names_a_version_can_find_it_changed(operation: str, code: str, cause: RefusalCause):
    failure = call_failure(answer(operation, 412, code, "Evaluated to false."), operation, at=12.5)

    assert isinstance(failure, Refused)
    assert failure.refusal.cause is cause


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (boto.NoCredentialsError(), "I have no AWS credentials that work (NoCredentialsError)."),
        (
            boto.CredentialRetrievalError(provider="process", error_msg="canary"),
            "I have no AWS credentials that work (CredentialRetrievalError).",
        ),
        (
            boto.ConnectTimeoutError(endpoint_url="http://x"),
            "I can't reach CloudFront for AssociateAlias. It was not sent.",
        ),
        (
            boto.EndpointConnectionError(endpoint_url="http://x"),
            "I can't reach CloudFront for AssociateAlias. It was not sent.",
        ),
        (
            answer("AssumeRole", 403, "AccessDenied", "Not you."),
            "My AWS credentials could not be renewed. AssumeRole answered AccessDenied: Not you. (request id r-1).",
        ),
    ],
)
def test_what_cannot_have_left_us_may_be_tried_again(error: Exception, sentence: str):
    failure = call_failure(error, "AssociateAlias", at=0.0)

    assert isinstance(failure, TryAgainLater)
    assert str(failure) == sentence


@pytest.mark.parametrize(
    "error",
    [
        boto.ReadTimeoutError(endpoint_url="http://x"),
        boto.ConnectionClosedError(endpoint_url="http://x"),
        boto.SSLError(endpoint_url="https://x", error="handshake or later"),
        boto.HTTPClientError(error="anything"),
        boto.BotoCoreError(),
        answer("AssociateAlias", 500, "InternalError", "We failed."),
        answer("AssociateAlias", 503, "SlowDown", "Reduce your request rate."),
        answer("AssociateAlias", 408, "RequestTimeout", "Too slow."),
        answer("AssociateAlias", 403, "403", "Forbidden"),
    ],
)
def test_whatever_may_have_arrived_leaves_the_outcome_unknown(error: Exception):
    failure = call_failure(error, "AssociateAlias", at=0.0)

    assert isinstance(failure, OutcomeUnknown)


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (
            answer("DescribeCertificate", 400, "AccessDenied", "No"),
            Denied,
            "My AWS credentials don't allow acm:DescribeCertificate. AWS says AccessDenied: No (request id r-1).",
        ),
        (
            answer("AssumeRole", 403, "AccessDenied", "Not you."),
            NotPermitted,
            "My AWS credentials don't allow AssumeRole. AWS says AccessDenied: Not you. (request id r-1).",
        ),
        (
            answer("DescribeCertificate", 400, "ResourceNotFoundException", "No such certificate."),
            Declined,
            "ACM answered DescribeCertificate with ResourceNotFoundException: No such certificate. (request id r-1).",
        ),
        (
            boto.ReadTimeoutError(endpoint_url="http://x"),
            TryAgainLater,
            "ACM did not answer DescribeCertificate in time.",
        ),
        (
            boto.SSLError(endpoint_url="https://x", error="x"),
            TryAgainLater,
            "I can't reach ACM for DescribeCertificate.",
        ),
    ],
)
def test_a_question_without_answer_says_why(error: Exception, kind: type[Exception], sentence: str):
    failure = read_failure(error, Service.ACM, "DescribeCertificate")

    assert isinstance(failure, kind)
    assert str(failure) == sentence


@pytest.mark.parametrize(
    "error",
    [
        answer("DescribeCertificate", 403, "ExpiredToken", "The security token is expired"),
        answer("DescribeCertificate", 500, "InternalFailure", "We failed."),
        answer("DescribeCertificate", 400, "ThrottlingException", "Rate exceeded"),
        answer("AssumeRole", 400, "MalformedPolicyDocument", "Bad."),
    ],
)
def test_what_passes_by_itself_is_no_answer_about_the_thing_asked_for(error: Exception):
    failure = read_failure(error, Service.ACM, "DescribeCertificate")

    assert isinstance(failure, TryAgainLater)
    assert not isinstance(failure, Declined)
