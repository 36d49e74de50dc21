"""AWS's refusals: the exception, and CloudFront's word for word where AWS or somebody who met them has quoted them.

Must never stand for a fault of the playground itself.
"""

_GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html"


class Refusal(Exception):  # noqa: N818 - an answer to the caller, not an error of the world
    """An error answer as AWS gives it: HTTP status, code and message; each endpoint writes it in its own envelope."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


def no_such_distribution() -> Refusal:
    return Refusal(404, "NoSuchDistribution", "The specified distribution does not exist.")


def invalid_argument(message: str) -> Refusal:
    """AWS's own texts for malformed arguments are not published."""
    return Refusal(400, "InvalidArgument", message)


def no_trusted_certificate(code: str) -> Refusal:
    """InvalidArgument from the alias operations, InvalidViewerCertificate from UpdateDistribution; one text."""
    return Refusal(
        400,
        code,
        "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate "
        "that validates your authorization to use the domain name. For more details, see: "
        f"{_GUIDE}#alternate-domain-names-requirements",
    )


def certificate_does_not_cover() -> Refusal:
    return Refusal(
        400,
        "InvalidViewerCertificate",
        "The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) that "
        f"you're trying to add. For more details, see: {_GUIDE}#alternate-domain-names-requirements",
    )


def unusable_certificate() -> Refusal:
    """Also the misleading answer to a certificate whose key CloudFront does not take."""
    return Refusal(
        400,
        "InvalidViewerCertificate",
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a "
        "valid certificate chain.",
    )


def missing_txt() -> Refusal:
    return Refusal(400, "IllegalUpdate", "Invalid or missing alias DNS TXT records.")


def source_enabled() -> Refusal:
    return Refusal(400, "IllegalUpdate", "Alias move is not allowed since the source distribution is enabled.")


def caller_reference_changed() -> Refusal:
    return Refusal(400, "IllegalUpdate", "The caller reference of a distribution can't be changed.")


def too_many_aliases() -> Refusal:
    """The quota of one distribution."""
    return Refusal(
        400,
        "TooManyDistributionCNAMEs",
        "Your request contains more CNAMEs than are allowed per distribution.",
    )


def no_if_match() -> Refusal:
    return Refusal(400, "InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.")


def precondition_failed() -> Refusal:
    return Refusal(
        412, "PreconditionFailed", "The precondition in one or more of the request fields evaluated to false."
    )


def alias_already_exists() -> Refusal:
    return Refusal(
        409,
        "CNAMEAlreadyExists",
        "One or more of the CNAMEs you provided are already associated with a different resource.",
    )


def alias_points_elsewhere() -> Refusal:
    """The same code as for an alias that somebody holds, but here it is DNS that stands in the way."""
    return Refusal(
        409,
        "CNAMEAlreadyExists",
        "One or more aliases specified for the distribution includes an incorrectly configured DNS record that points "
        "to another CloudFront distribution. You must update the DNS record to correct the problem. For more "
        f"information, see {_GUIDE}#alternate-domain-names-restrictions",
    )


def entity_not_found() -> Refusal:
    return Refusal(404, "EntityNotFound", "The entity was not found.")


def entity_limit_exceeded() -> Refusal:
    return Refusal(400, "EntityLimitExceeded", "The entity limit has been exceeded.")


def no_such_resource() -> Refusal:
    return Refusal(404, "NoSuchResource", "A resource that was specified is not valid.")


def malformed_xml(complaint: object) -> Refusal:
    return Refusal(400, "MalformedXML", f"The XML document is malformed: {complaint}")


def access_denied(who: str, operation: str, resource: str) -> Refusal:
    """A denial by CloudFront."""
    action = f"cloudfront:{operation}"
    return not_authorized(who, action, resource, f"because no identity-based policy allows the {action} action")


def not_authorized(who: str, action: str, resource: str, because: str) -> Refusal:
    """A denial by IAM, with the end of the sentence that tells which policy is missing."""
    text = f"User: {who} is not authorized to perform: {action} on resource: {resource}"
    return Refusal(403, "AccessDenied", f"{text} {because}" if because else text)


def unknown_operation() -> Refusal:
    return Refusal(404, "UnknownOperationException", "The requested operation is not part of this service.")
