"""What boto3 raises, in the errors of `bot.ports`. Pure: errors go in, errors with sentences for people come out.

AWS's own text is kept word for word; whoever shows it escapes it. Must never call something refused that may have
happened: only CloudFront's own "no" is a refusal, and only a request that cannot have left us was not sent.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Self

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from bot.alias_move.move import Refusal, RefusalCause
from bot.ports import NotPermitted, OutcomeUnknown, PortError, Refused, TryAgainLater

BOTO_ERRORS = (boto.BotoCoreError, boto.ClientError, ResponseParserError)
"""Everything boto3 raises because of the world; anything else is a mistake of ours."""

_NO_CREDENTIALS = (
    boto.ConfigNotFound,
    boto.ConfigParseError,
    boto.CredentialRetrievalError,
    boto.InvalidConfigError,
    boto.LoginError,
    boto.MetadataRetrievalError,
    boto.NoAuthTokenError,
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.ProfileNotFound,
    boto.SSOError,
    boto.TokenRetrievalError,
    boto.UnknownCredentialError,
)
# A TLS error is not among these: it may also strike after the request has left.
_NOT_CONNECTED = (boto.ConnectTimeoutError, boto.EndpointConnectionError, boto.ProxyConnectionError)

_THROTTLING = frozenset(
    {
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedException", "UnauthorizedOperation"})
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})

_CHANGED = frozenset({"PreconditionFailed", "InvalidIfMatchVersion"})

_UNKNOWN_OPERATION = frozenset({"InvalidAction", "NotImplemented", "UnknownOperation", "UnknownOperationException"})
_NO_SUCH_PATH = frozenset({404, 405, 501})
_FORBIDDEN = 403
_REQUEST_TIMEOUT = 408
_TOO_MANY_REQUESTS = 429


class Service(Enum):
    """The value is both boto3's name and the prefix of the service's actions."""

    ACM = "acm"
    AMPLIFY = "amplify"
    API_GATEWAY = "apigateway"
    CLOUDFRONT = "cloudfront"
    IAM = "iam"
    ORGANIZATIONS = "organizations"
    COGNITO = "cognito-idp"
    LIGHTSAIL = "lightsail"
    ROUTE_53 = "route53"
    STS = "sts"

    @property
    def label(self) -> str:
        """As people call it."""
        named = {
            Service.CLOUDFRONT: "CloudFront",
            Service.ORGANIZATIONS: "Organizations",
            Service.ROUTE_53: "Route 53",
        }
        return named.get(self, self.value.upper())


class Denied(NotPermitted):
    """A permission is missing. `text` is AWS's sentence alone, `action` as IAM writes it."""

    def __init__(self, sentence: str, code: str, text: str, request_id: str = "", action: str = "") -> None:
        super().__init__(sentence)
        self.action = action
        self.code = code
        self.text = text
        self.request_id = request_id


class Declined(TryAgainLater):
    """AWS understood a question, and said no; whoever asked may know that this is an answer."""

    def __init__(self, sentence: str, code: str, text: str, request_id: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.text = text
        self.request_id = request_id


class NotOffered(TryAgainLater):
    """Whatever answered does not know the operation, like an endpoint that is not AWS's own."""


def refused_before_call(no: Denied | Declined, at: float) -> Refused:
    """What a call that changes something needs, credentials or a reading, was refused; so the call was not made."""
    cause = RefusalCause.ACCESS_DENIED if isinstance(no, Denied) else RefusalCause.NOT_ASKED
    return Refused(Refusal(cause, no.code, no.text, no.request_id, at))


@dataclass(frozen=True, slots=True)
class _Answer:
    """The parts of a ClientError that people and rules need."""

    operation: str
    status: int
    code: str
    text: str
    request_id: str

    @classmethod
    def of(cls, error: boto.ClientError) -> Self:
        said, about = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
        return cls(
            operation=error.operation_name,
            status=int(about.get("HTTPStatusCode") or 0),
            code=str(said.get("Code") or ""),
            text=str(said.get("Message") or "").strip(),
            request_id=str(about.get("RequestId") or ""),
        )

    @property
    def is_throttling(self) -> bool:
        return self.code in _THROTTLING or self.status == _TOO_MANY_REQUESTS or self.text == "Rate exceeded"

    @property
    def is_denial(self) -> bool:
        # ACM denies with 400, CloudFront with 403; a wrong key or signature is a 403 with a code of its own.
        forbidden = self.status == _FORBIDDEN and self._is_of_the_service and self.code not in _EXPIRED
        return self.code in _DENIED or forbidden

    @property
    def is_unknown_operation(self) -> bool:
        return self.code in _UNKNOWN_OPERATION or (self.status in _NO_SUCH_PATH and not self._is_of_the_service)

    @property
    def is_no(self) -> bool:
        """Whether the service itself refused."""
        return 400 <= self.status < 500 and self.status != _REQUEST_TIMEOUT and self._is_of_the_service  # noqa: PLR2004 - HTTP

    @property
    def _is_of_the_service(self) -> bool:
        # For an answer of something in between, a proxy's page, botocore gives the bare status or nothing as the code.
        return bool(self.code) and not self.code.isdecimal()

    def __str__(self) -> str:
        what = ": ".join(part for part in (self.code or str(self.status), self.text) if part)
        return f"{what} (request id {self.request_id})" if self.request_id else what


def read_failure(error: Exception, service: Service, operation: str) -> PortError:
    """What a question that got no answer means. Nothing has changed."""
    if isinstance(error, boto.ClientError):
        return _read_refusal(_Answer.of(error), service, operation)
    if isinstance(error, _NO_CREDENTIALS):
        return _no_credentials(error)
    if isinstance(error, boto.ReadTimeoutError | boto.ConnectTimeoutError):
        return no_answer_in_time(service, operation)
    if isinstance(error, boto.EndpointConnectionError | boto.ProxyConnectionError | boto.SSLError):
        return TryAgainLater(f"I can't reach {service.label} for {operation}.")
    if isinstance(error, boto.HTTPClientError):
        return TryAgainLater(f"{service.label} closed the connection before it had answered {operation}.")
    # The kind of error alone: a message of botocore may quote what it was working on.
    return TryAgainLater(f"{operation} of {service.label} failed: {type(error).__name__}.")


def no_answer_in_time(service: Service, operation: str) -> TryAgainLater:
    """The question was asked, or waited too long to be asked."""
    return TryAgainLater(f"{service.label} did not answer {operation} in time.")


def call_failure(error: Exception, operation: str, at: float, service: Service = Service.CLOUDFRONT) -> PortError:
    """What it means that a call which changes something failed, `at` Unix seconds.

    Refused and TryAgainLater promise that nothing has changed; whatever cannot promise that is OutcomeUnknown.
    """
    if isinstance(error, boto.ClientError):
        answer = _Answer.of(error)
        if answer.operation != operation:  # the credentials' own call, like AssumeRole: ours was not made
            return TryAgainLater(f"My AWS credentials could not be renewed. {answer.operation} answered {answer}.")
        if answer.is_no:
            return Refused(Refusal(_cause(answer), answer.code, answer.text, answer.request_id, at))
        return OutcomeUnknown(f"{service.label} answered {operation} with {answer}, so it may have happened.")
    if isinstance(error, _NO_CREDENTIALS):
        return _no_credentials(error)
    if isinstance(error, _NOT_CONNECTED):
        return TryAgainLater(f"I can't reach {service.label} for {operation}. It was not sent.")
    return no_answer_to_call(operation, service)


def no_answer_to_call(operation: str, service: Service = Service.CLOUDFRONT) -> OutcomeUnknown:
    """It was sent, or is still being sent by a thread that nobody can stop."""
    return OutcomeUnknown(f"{service.label} gave no answer to {operation}, so it may have happened.")


def call_not_sent(operation: str) -> TryAgainLater:
    """No thread became free in time."""
    return TryAgainLater(f"Too many requests to AWS were waiting before {operation}. It was not sent.")


def _no_credentials(error: Exception) -> TryAgainLater:
    # The kind alone: the text can hold what a credential process has printed.
    return TryAgainLater(f"I have no AWS credentials that work ({type(error).__name__}).")


def _read_refusal(answer: _Answer, service: Service, operation: str) -> PortError:
    ours = answer.operation == operation
    label, action = (service.label, f"{service.value}:{operation}") if ours else ("AWS", answer.operation)
    if answer.is_throttling:
        return TryAgainLater(
            f"{label} has had too many requests and refuses {answer.operation} for now. It says {answer}."
        )
    if answer.is_denial:
        sentence = f"My AWS credentials don't allow {action}. AWS says {answer}."
        return Denied(sentence, answer.code, answer.text, answer.request_id, action)
    sentence = f"{label} answered {answer.operation} with {answer}."
    if ours and answer.is_unknown_operation:
        return NotOffered(sentence)
    if ours and answer.is_no and answer.code not in _EXPIRED:
        return Declined(sentence, answer.code, answer.text, answer.request_id)
    return TryAgainLater(sentence)


def _cause(answer: _Answer) -> RefusalCause:
    text = answer.text.lower()
    if answer.is_throttling:
        return RefusalCause.THROTTLED
    if answer.is_denial:
        return RefusalCause.ACCESS_DENIED
    # AssociateAlias names no version, so from it this would be something that only a person can make sense of.
    if answer.code in _CHANGED and answer.operation != "AssociateAlias":
        return RefusalCause.CHANGED_MEANWHILE
    if answer.code == "IllegalUpdate" and "txt" in text:
        return RefusalCause.RECORD_NOT_SEEN
    if answer.code == "IllegalUpdate" and "source distribution is enabled" in text:
        return RefusalCause.SOURCE_ENABLED
    return RefusalCause.OTHER
