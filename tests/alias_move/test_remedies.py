"""Every "no" of AWS that is known has a cause and a remedy; an unknown one is called unknown."""

import pytest

from bot.alias_move.move import Refusal, RefusalCause
from bot.alias_move.names import AliasName
from bot.alias_move.remedies import NOTHING_HAS_CHANGED, UNKNOWN, Asked, explain

WWW = AliasName("www.example.com")
ASKED = Asked(WWW, "E2GREEN4CLDFRNT", within_one_account=True)
ELSEWHERE = Asked(WWW, "E2GREEN4CLDFRNT", within_one_account=False)
TARGET_ARN = "arn:aws:cloudfront::111122223333:distribution/E2GREEN4CLDFRNT"
SOURCE_ARN = "arn:aws:cloudfront::111122223333:distribution/E1BLUE4CLDFRNT"
ROLE = "arn:aws:sts::111122223333:assumed-role/cname-conflict-move/move-7c1f2e"
GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html"
UNAUTHORIZED = f"User: {ROLE} is not authorized to perform: cloudfront:AssociateAlias on resource: {TARGET_ARN}"

# Code, text as people have quoted it, and the beginnings of cause and remedy.
TABLE = {
    "held": (
        "CNAMEAlreadyExists",
        "One or more of the CNAMEs you provided are already associated with a different resource.",
        "Another distribution or AWS service holds `www.example.com`.",
        "Somebody else may have taken it a moment ago.",
    ),
    "dns points elsewhere": (
        "CNAMEAlreadyExists",
        (
            "One or more aliases specified for the distribution includes an incorrectly configured DNS record that"
            " points to another CloudFront distribution. You must update the DNS record to correct the problem."
            f" For more information, see {GUIDE}#alternate-domain-names-restrictions"
        ),
        "No distribution holds `www.example.com`, but its DNS record points at",
        "Point the DNS record of `www.example.com` at `E2GREEN4CLDFRNT`",
    ),
    "held, says API Gateway": (
        "BadRequestException",
        (
            "The domain name you provided is already associated with an existing CloudFront distribution. Remove the"
            " domain name from the existing CloudFront distribution or use a different domain name. If you own this"
            " domain name and are not using it on an existing CloudFront distribution, please contact support."
        ),
        "Another distribution or AWS service holds",
        "Move `www.example.com` with this bot instead of adding it",
    ),
    "held, says Amplify": (
        "CNAMEAlreadyExistsException",
        (
            "The following CloudFront distributions are already using one or more of your domains: [Distribution:"
            " *******MEZWLBW in AWS Account: ******200621]"
        ),
        "Another distribution or AWS service holds `www.example.com`. AWS names it, masked",
        "Free `www.example.com` in the account that AWS names",
    ),
    "record": (
        "IllegalUpdate",
        "Invalid or missing alias DNS TXT records.",
        "AWS does not see the TXT record",
        "Leave the record as it is.",
    ),
    "source enabled": (
        "IllegalUpdate",
        "Alias move is not allowed since the source distribution is enabled.",
        "The distribution that holds `www.example.com` is in another account, and enabled.",
        "It must be disabled first, and that takes down every name it serves.",
    ),
    "caller reference": (
        "IllegalUpdate",
        "The caller reference of a distribution can't be changed.",
        "Something tried to change what AWS fixes",
        "This is a mistake of this bot",
    ),
    "no certificate": (
        "InvalidArgument",
        (
            "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted"
            f" certificate that validates your authorization to use the domain name. For more details, see: {GUIDE}"
        ),
        "`E2GREEN4CLDFRNT` has no certificate that AWS trusts for `www.example.com`.",
        "In us-east-1 request or import a certificate",
    ),
    "no certificate, on update": (
        "InvalidViewerCertificate",
        "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate",
        "`E2GREEN4CLDFRNT` has no certificate that AWS trusts",
        "In us-east-1 request or import a certificate",
    ),
    "certificate does not cover": (
        "InvalidViewerCertificate",
        (
            "The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) that"
            " you're trying to add."
        ),
        "The certificate of `E2GREEN4CLDFRNT` does not cover `www.example.com`.",
        "A wildcard covers one label only.",
    ),
    "certificate unusable": (
        "InvalidViewerCertificate",
        (
            "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a"
            " valid certificate chain."
        ),
        "AWS can't use the certificate of `E2GREEN4CLDFRNT`",
        "Attach one from us-east-1",
    ),
    "certificate, in words never seen": (
        "InvalidViewerCertificate",
        "Your certificate is too loud.",
        "AWS does not accept the certificate",
        "Repair what AWS names",
    ),
    "target disabled": (
        "InvalidArgument",
        "The target distribution must be enabled.",
        "`E2GREEN4CLDFRNT` is disabled.",
        "Enable `E2GREEN4CLDFRNT`.",
    ),
    "argument": (
        "InvalidArgument",
        "The parameter Alias contains a value that is not valid.",
        "AWS does not accept `www.example.com` or `E2GREEN4CLDFRNT` as it is.",
        "Repair what AWS names",
    ),
    "no such distribution": (
        "NoSuchDistribution",
        "The specified distribution does not exist.",
        "There is no `E2GREEN4CLDFRNT` in the account",
        "See whether `E2GREEN4CLDFRNT` still exists",
    ),
    "no such entity": ("EntityNotFound", "The entity was not found.", "There is no `E2GREEN4CLDFRNT`", "See whether"),
    "too many names": (
        "TooManyDistributionCNAMEs",
        "Your request contains more CNAMEs than are allowed per distribution.",
        "`E2GREEN4CLDFRNT` has as many names as AWS allows",
        "Take a name off `E2GREEN4CLDFRNT`, or ask for more in Service Quotas",
    ),
    "too many names of a tenant": ("EntityLimitExceeded", "The limit.", "`E2GREEN4CLDFRNT` has as many", "Take a name"),
    "no version": (
        "InvalidIfMatchVersion",
        "The If-Match version is missing or not valid for the resource.",
        "Somebody changed `E2GREEN4CLDFRNT` at the same moment.",
        "Look again; what is found then needs a new approval.",
    ),
    "old version": (
        "PreconditionFailed",
        "The precondition in one or more of the request fields evaluated to false.",
        "Somebody changed `E2GREEN4CLDFRNT`",
        "Look again",
    ),
    "association": ("InvalidAssociation", "Can't be associated.", "AWS can't connect `www.example.com`", "Repair what"),
    "exists": (
        "EntityAlreadyExists",
        "You must provide a unique entity.",
        "AWS can't connect",
        "Repair what AWS names",
    ),
    "throttling": ("Throttling", "Rate exceeded", "AWS has had too many requests", "Wait: it is tried again."),
    "throttling, by text": ("Surprise", "Rate exceeded", "AWS has had too many requests", "Wait"),
    "throttled stacks": (
        "GeneralServiceException",
        "Rate exceeded for operation 'AWS::CloudFront::Distribution'",
        "AWS has had too many requests",
        "Let fewer stacks with distributions be deployed",
    ),
    "blocked name": (
        "",
        (
            "CloudFront has detected the DNS record for the domain is misconfigured. CloudFront has blocked this domain"
            " name from being used."
        ),
        "CloudFront has blocked `www.example.com`",
        "Correct the DNS record, and ask AWS Support",
    ),
    "denied, in no words": ("AccessDenied", "Access denied.", "The credentials that asked may not do this", "Allow `"),
    "wrong key": (
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        "AWS does not accept the credentials",
        "The operator renews",
    ),
    "old key": ("ExpiredToken", "The security token is expired", "The credentials that asked have run out", "The op"),
}

DENIALS = {
    "no policy allows it": (
        UNAUTHORIZED + " because no identity-based policy allows the cloudfront:AssociateAlias action",
        f"`cloudfront:AssociateAlias` on `{TARGET_ARN}` is missing for `{ROLE}`.",
        (
            f"Allow `cloudfront:AssociateAlias` on `{TARGET_ARN}` to `{ROLE}`. A move inside one account needs"
            " `cloudfront:UpdateDistribution` on the source as well."
        ),
    ),
    "the source may not be changed": (
        f"User: {ROLE} is not authorized to perform: cloudfront:UpdateDistribution on resource: {SOURCE_ARN}",
        f"`cloudfront:UpdateDistribution` on `{SOURCE_ARN}` is missing for `{ROLE}`.",
        (
            f"Allow `cloudfront:UpdateDistribution` on `{SOURCE_ARN}` to `{ROLE}`. A move inside one account needs"
            " `cloudfront:UpdateDistribution` on the source as well."
        ),
    ),
    "the session policy is too narrow": (
        UNAUTHORIZED + " because no session policy allows the cloudfront:AssociateAlias action",
        f"`cloudfront:AssociateAlias` on `{TARGET_ARN}` is missing for `{ROLE}`.",
        (
            f"Allow `cloudfront:AssociateAlias` on `{TARGET_ARN}` in the session policy with which the role was assumed"
            " too."
        ),
    ),
    "an organisation denies it": (
        UNAUTHORIZED + " with an explicit deny in a service control policy",
        (
            f"`cloudfront:AssociateAlias` on `{TARGET_ARN}` is denied to `{ROLE}` by a service control policy of the"
            " organisation."
        ),
        "Whoever runs that policy has to except this role; allowing more elsewhere does not help.",
    ),
    "a policy of its own denies it": (
        UNAUTHORIZED + " with an explicit deny in an identity-based policy",
        f"`cloudfront:AssociateAlias` on `{TARGET_ARN}` is denied to `{ROLE}` by a policy of its own.",
        "Whoever runs that policy has to except this role; allowing more elsewhere does not help.",
    ),
    "nobody and nothing is named": (
        "Not authorized to perform: cloudfront:UpdateDomainAssociation.".replace("Not", "not"),
        "`cloudfront:UpdateDomainAssociation` is missing for the role that asked.",
        "Allow `cloudfront:UpdateDomainAssociation` to the role that asked.",
    ),
    "a name that would end the code": (
        "User: a`b is not authorized to perform: cloudfront:ListTagsForResource on resource: *`x`.",
        "`cloudfront:ListTagsForResource` on `*'x'` is missing for `a'b`.",
        "Allow `cloudfront:ListTagsForResource` on `*'x'` to `a'b`.",
    ),
}


def refusal(code: str, text: str) -> Refusal:
    return Refusal(RefusalCause.OTHER, code, text, "410c2a4b", 0.0)


@pytest.mark.parametrize(("code", "text", "cause", "remedy"), TABLE.values(), ids=TABLE)
def test_a_known_no_has_a_cause_a_remedy_and_has_changed_nothing(code, text, cause, remedy):
    found = explain(refusal(code, text), ASKED)

    assert found.cause.startswith(cause)
    assert found.remedy.startswith(remedy)
    assert found.unchanged == NOTHING_HAS_CHANGED
    assert found.cause.endswith(".")
    assert found.remedy.endswith(".")
    assert "{" not in found.cause + found.remedy


@pytest.mark.parametrize(("text", "cause", "remedy"), DENIALS.values(), ids=DENIALS)
@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException"])
def test_a_denial_names_the_action_and_the_resource(code, text, cause, remedy):
    found = explain(refusal(code, text), ASKED)

    assert (found.cause, found.remedy) == (cause, remedy)


def test_between_accounts_the_source_needs_no_permission():
    found = explain(refusal("AccessDenied", UNAUTHORIZED), ELSEWHERE)

    assert "source" not in found.remedy


@pytest.mark.parametrize(
    ("code", "text"),
    [("AliasIsResting", "Come back at noon."), ("IllegalUpdate", "Something new."), ("BadRequestException", "What?")],
)
def test_an_unknown_no_is_called_unknown(code, text):
    assert explain(refusal(code, text), ASKED) == UNKNOWN


def test_a_placeholder_in_a_name_stays_as_it_is():
    odd = Asked(AliasName("{target}.example.com"), "E2", within_one_account=True)

    found = explain(refusal("IllegalUpdate", "txt"), odd)

    assert "`{target}.example.com`" in found.cause
