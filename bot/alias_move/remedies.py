"""Why AWS said no, and what a person can do about it: one table of codes and texts.

Pure. AWS's own words are shown beside these by whoever asks, as AWS wrote them. Must never guess: for a text that is
not here the explanation says that it is unknown.
Sources: CloudFront API Reference and Developer Guide, and the texts as people have quoted them in public.
"""

import re
from dataclasses import dataclass

from bot.alias_move.move import Refusal
from bot.alias_move.names import AliasName

NOTHING_HAS_CHANGED = "Nothing has changed."


@dataclass(frozen=True, slots=True)
class Explanation:
    """Plain text, to be escaped where it is shown; names between backticks."""

    cause: str
    remedy: str
    unchanged: str = NOTHING_HAS_CHANGED
    """A refusal promises that much."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of AWS, as far as explanations need it."""

    alias: AliasName
    target: str
    """Its id."""
    within_one_account: bool
    """Whether source and target are in the same account."""


@dataclass(frozen=True, slots=True)
class _Row:
    codes: tuple[str, ...]
    says: str
    """Part of the text, in lower case; empty: whatever it says."""
    cause: str
    remedy: str


_THROTTLING = (
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
)
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedException")
_CERTIFICATE = ("InvalidArgument", "InvalidViewerCertificate")
_BUSY = "AWS has had too many requests and takes no more for the moment."
_HELD = "Another distribution or AWS service holds {alias}."

_TABLE = (
    _Row(
        ("CNAMEAlreadyExists",),
        "incorrectly configured dns record",
        "No distribution holds {alias}, but its DNS record points at a distribution other than {target}.",
        "Point the DNS record of {alias} at {target}, or remove it; wait until its TTL is over, then try again.",
    ),
    _Row(
        ("CNAMEAlreadyExists", "CNAMEAlreadyExistsException", "BadRequestException"),
        "already using one or more of your domains",
        _HELD + " AWS names it, masked, in its own words.",
        "Free {alias} in the account that AWS names, or move it with this bot before you add it there.",
    ),
    _Row(
        ("BadRequestException",),
        "already associated with an existing cloudfront distribution",
        _HELD,
        "Move {alias} with this bot instead of adding it, or free it where it is held.",
    ),
    _Row(
        ("CNAMEAlreadyExists",),
        "",
        _HELD,
        "Somebody else may have taken it a moment ago. Look again: the card then says who holds it.",
    ),
    _Row(
        ("IllegalUpdate",),
        "txt",
        "AWS does not see the TXT record that proves who runs the zone of {alias}.",
        "Leave the record as it is. If all servers of the zone have it, AWS remembers an earlier “no such record”, and"
        " forgets it when the zone's negative TTL is over.",
    ),
    _Row(
        ("IllegalUpdate",),
        "source distribution is enabled",
        "The distribution that holds {alias} is in another account, and enabled.",
        "It must be disabled first, and that takes down every name it serves. Its owner decides. Where it has to stay"
        " up, a wildcard on {target} or AWS Support are the other ways.",
    ),
    _Row(
        ("IllegalUpdate",),
        "caller reference",
        "Something tried to change what AWS fixes when a distribution is made.",
        "This is a mistake of this bot: tell its operator, with the request id.",
    ),
    _Row(
        _CERTIFICATE,
        "attach a trusted certificate",
        "{target} has no certificate that AWS trusts for {alias}.",
        "In us-east-1 request or import a certificate that covers {alias}, attach it to {target}, and do not add the"
        " name there.",
    ),
    _Row(
        _CERTIFICATE,
        "doesn't cover the alternate domain name",
        "The certificate of {target} does not cover {alias}.",
        "A wildcard covers one label only. Request a certificate for {alias} in us-east-1, and attach it to {target}.",
    ),
    _Row(
        _CERTIFICATE,
        "specified ssl certificate doesn't exist",
        "AWS can't use the certificate of {target}: it is gone, not in us-east-1, not valid, its chain is incomplete,"
        " or its key is of a kind that CloudFront does not take.",
        "Attach one from us-east-1 that is issued and valid. Of elliptic-curve keys CloudFront takes prime256v1 alone.",
    ),
    _Row(
        ("InvalidViewerCertificate",),
        "",
        "AWS does not accept the certificate of {target} for {alias}.",
        "Repair what AWS names in its own words.",
    ),
    _Row(
        ("InvalidArgument",),
        "distribution must be enabled",
        "{target} is disabled.",
        "Enable {target}.",
    ),
    _Row(
        ("InvalidArgument",),
        "",
        "AWS does not accept {alias} or {target} as it is.",
        "Repair what AWS names in its own words; a missing certificate on {target} is the usual reason.",
    ),
    _Row(
        ("NoSuchDistribution", "EntityNotFound", "NoSuchResource"),
        "",
        "There is no {target} in the account whose credentials asked: it was deleted, or is somebody else's.",
        "See whether {target} still exists, and in which account.",
    ),
    _Row(
        ("TooManyDistributionCNAMEs",),
        "",
        "{target} has as many names as AWS allows for one distribution (100, where nobody has raised it).",
        "Take a name off {target}, or ask for more in Service Quotas: CloudFront, L-AAD4943E.",
    ),
    _Row(
        ("EntityLimitExceeded",),
        "",
        "{target} has as many names as AWS allows for one tenant.",
        "Take a name off it, or use another tenant.",
    ),
    _Row(
        ("InvalidIfMatchVersion", "PreconditionFailed"),
        "",
        "Somebody changed {target} at the same moment.",
        "Look again; what is found then needs a new approval.",
    ),
    _Row(
        ("InvalidAssociation", "EntityAlreadyExists"),
        "",
        "AWS can't connect {alias} with {target}: the two don't belong together, or exist already.",
        "Repair what AWS names in its own words.",
    ),
    _Row(
        (),
        "rate exceeded for operation",
        _BUSY,
        "Let fewer stacks with distributions be deployed at the same time, then try again.",
    ),
    _Row(_THROTTLING, "", _BUSY, "Wait: it is tried again."),
    _Row((), "rate exceeded", _BUSY, "Wait: it is tried again."),
    _Row(
        (),
        "has blocked this domain name from being used",
        "CloudFront has blocked {alias}: its DNS record pointed at a distribution that does not hold it.",
        "Correct the DNS record, and ask AWS Support to take the block away.",
    ),
    _Row(
        _DENIED,
        "",
        "The credentials that asked may not do this, or what was named belongs to another account.",
        "Allow `cloudfront:AssociateAlias` and `cloudfront:UpdateDistribution` on {target} to the role that moves.",
    ),
    _Row(
        ("InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException", "IncompleteSignature"),
        "",
        "AWS does not accept the credentials that asked.",
        "The operator renews the credentials of the worker.",
    ),
    _Row(
        ("ExpiredToken", "ExpiredTokenException", "RequestExpired"),
        "",
        "The credentials that asked have run out, or the clock of the worker is wrong.",
        "The operator renews the credentials of the worker, or sets its clock.",
    ),
)

UNKNOWN = Explanation(
    "This “no” is unknown to me: the words above are all there is.",
    "Repair what AWS names. If that says nothing to you, AWS Support finds the call by its request id.",
)

_NOT_AUTHORIZED = re.compile(
    r"(?:User: (?P<who>\S+) is )?not authorized to perform: (?P<action>[\w-]+:\w+)"
    r"(?: on resource: (?P<resource>\S+))?(?P<why>.*)",
    re.DOTALL,
)
_KINDS_OF_POLICY = (
    ("service control policy", "a service control policy of the organisation"),
    ("resource control policy", "a resource control policy of the organisation"),
    ("permissions boundary", "the permissions boundary of the role"),
    ("session policy", "the session policy with which the role was assumed"),
    ("resource-based policy", "a policy of the resource"),
)


def explain(refusal: Refusal, asked: Asked) -> Explanation:
    """Cause and remedy of a refusal, by its code and text."""
    if refusal.code in _DENIED and (denied := _NOT_AUTHORIZED.search(refusal.text)):
        return _denial(denied, asked)
    text = refusal.text.lower()
    for row in _TABLE:
        if (not row.codes or refusal.code in row.codes) and row.says in text:
            return Explanation(_filled(row.cause, asked), _filled(row.remedy, asked))
    return UNKNOWN


def _denial(denied: re.Match[str], asked: Asked) -> Explanation:
    action, resource, who = (_bare(denied[part]) for part in ("action", "resource", "who"))
    where = f" on `{resource}`" if resource else ""
    whom = f"`{who}`" if who else "the role that asked"
    cause = f"`{action}`{where} is missing for {whom}."
    policy = next((ours for theirs, ours in _KINDS_OF_POLICY if theirs in denied["why"]), "")
    if "explicit deny" in denied["why"]:
        return Explanation(
            f"`{action}`{where} is denied to {whom} by {policy or 'a policy of its own'}.",
            "Whoever runs that policy has to except this role; allowing more elsewhere does not help.",
        )
    if policy:
        return Explanation(cause, f"Allow `{action}`{where} in {policy} too.")
    also = (
        " A move inside one account needs `cloudfront:UpdateDistribution` on the source as well."
        if asked.within_one_account and action in {"cloudfront:AssociateAlias", "cloudfront:UpdateDistribution"}
        else ""
    )
    return Explanation(cause, f"Allow `{action}`{where} to {whom}.{also}")


def _bare(part: str | None) -> str:
    return (part or "").rstrip(".,").replace("`", "'")


def _filled(sentence: str, asked: Asked) -> str:
    return sentence.format(alias=f"`{asked.alias}`", target=f"`{asked.target}`")
