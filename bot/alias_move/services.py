"""Holders that are AWS services: which one an account looks like, which one says so, and how the name is freed there.

Pure. What a service of one of our own accounts says is told as a fact. Where none says anything: AWS hides the first
half of an account's number, and six digits may be somebody else's, so what was inferred from them "looks like" a
service and never "is" one, and decides nothing.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bot.alias_move.evidence import Evidence, Holder, HoldingService, ServiceAnswer, ServiceHolding, holder_of
from bot.alias_move.names import AliasName, is_masked_form
from bot.alias_move.preflight import Finding, FindingCode, Level

HOME_REGION = "us-east-1"
MOST_REGIONS = 4
"""Each costs some requests; an alias is held in one of them, and mostly in one of the first."""
_OF_AWS = (".amazonaws.com", ".on.aws")
_REGION = re.compile(r"\b[a-z]{2}(?:-[a-z]+)?-(?:north|south|east|west|central)(?:east|west)?-[0-9]\b")

API_GATEWAY_ACCOUNTS = {
    "ap-east-1": "174803364771",
    "ap-northeast-1": "969236854626",
    "ap-northeast-2": "020402002396",
    "ap-northeast-3": "360671645888",
    "ap-south-1": "507069717855",
    "ap-south-2": "644042651268",
    "ap-southeast-1": "195145609632",
    "ap-southeast-2": "798376113853",
    "ap-southeast-3": "652364314486",
    "ap-southeast-4": "849137399833",
    "ca-central-1": "796887884028",
    "eu-central-1": "474240146802",
    "eu-central-2": "166639821150",
    "eu-north-1": "394634713161",
    "eu-south-1": "753362059629",
    "eu-south-2": "359345898052",
    "eu-west-1": "631144002099",
    "eu-west-2": "544388816663",
    "eu-west-3": "061510835048",
    "me-central-1": "614065512851",
    "me-south-1": "855739686837",
    "sa-east-1": "287228555773",
    "us-east-1": "392220576650",
    "us-east-2": "718770453195",
    "us-west-1": "968246515281",
    "us-west-2": "109351309407",
}
"""By Region. Source: API Gateway Developer Guide, edge-optimized custom domain names."""

AMPLIFY_ENDINGS = ("200621", "359175")
"""Not documented: the ends of accounts that people met when Amplify Hosting held their name."""

FEWEST_DIGITS = 6
"""As many as AWS shows; fewer would be anybody's."""


@dataclass(frozen=True, slots=True)
class Service:
    """The AWS service that an account seems to belong to."""

    name: str
    region: str = ""
    is_certain: bool = False
    """Whether the whole number was seen."""

    @property
    def seeming(self) -> str:
        """To follow the word "account"."""
        where = f" in {self.region}" if self.region else ""
        return f"{'belongs to' if self.is_certain else 'looks like'} {self.name}{where}"


def service_of(account: str) -> Service | None:
    """Which service holds names in this account, whole or masked; None for all others."""
    digits = account.lstrip("*")
    if len(digits) < FEWEST_DIGITS:
        return None
    for region, number in API_GATEWAY_ACCOUNTS.items():
        if is_masked_form(account, number):
            return Service("API Gateway", region, is_certain=account == number)
    if digits.endswith(AMPLIFY_ENDINGS):
        return Service("AWS Amplify")
    return None


def regions_to_ask(evidence: Evidence, holder: Holder) -> tuple[str, ...]:
    """Where services are asked: where the holder seems to be, where our origins are, and where CloudFront's home is."""
    seeming = service_of(holder.account)
    named = Counter(
        found[0]
        for one in evidence.inventory
        for origin in one.origins
        if origin.endswith(_OF_AWS) and (found := _REGION.search(origin)) is not None
    )
    regions = [seeming.region if seeming else "", HOME_REGION, *(region for region, _ in named.most_common())]
    return tuple(dict.fromkeys(region for region in regions if region))[:MOST_REGIONS]


def to_be_asked(evidence: Evidence, known: ServiceAnswer | None, every_s: float) -> Holder | None:
    """The holder about whom the services are to be asked; None: it is ours or nobody, or they were asked already."""
    holder = holder_of(evidence)
    if holder is None or holder.is_ours:
        return None
    was_asked = known is not None and known.holder == holder and evidence.looked_at - known.asked_at < every_s
    return None if was_asked else holder


def service_finding(evidence: Evidence, holder: Holder) -> Finding | None:
    """Nobody can disable what a service runs; the name is freed in the service."""
    told = evidence.services
    if told is not None and told.holder == holder and told.found is not None:
        return _told(evidence, holder, told.found)
    return _seeming(evidence.alias, holder)


def _told(evidence: Evidence, holder: Holder, found: ServiceHolding) -> Finding:
    account = evidence.account(found.account).label if found.account else "the account of my own credentials"
    where = f"{found.owner} in {found.region}, {account}" if found.owner else f"{found.region}, {account}"
    return Finding(
        FindingCode.HOLDER_IS_A_SERVICE,
        Level.BLOCKS,
        f"{evidence.alias} belongs to {found.service.value}: {where}. It is served from distribution"
        f" {holder.distribution_id}, which is AWS's own: nobody can disable it, and the name is freed in"
        f" {found.service.value}.",
        _REMEDIES[found.service](evidence.alias, found.region),
    )


def _seeming(alias: AliasName, holder: Holder) -> Finding | None:
    service = service_of(holder.account)
    if service is None:
        return None
    return Finding(
        FindingCode.HOLDER_LOOKS_LIKE_A_SERVICE,
        Level.BLOCKS,
        f"{alias} is held by distribution {holder.distribution_id}, which I can't read. Its account, {holder.account},"
        f" {service.seeming}. Nobody can disable a distribution that the service runs: the name is freed in"
        f" {service.name}. If it is none of theirs, its owner has to disable it.",
        (_api_gateway if service.region else _amplify)(alias, service.region),
    )


def _api_gateway(alias: AliasName, region: str) -> str:
    return (
        "Without a gap: add REGIONAL beside EDGE to the endpoint types of that custom domain name (it needs a"
        f" certificate in {region}), point DNS at its regional name, wait until the TTL is over, then remove EDGE."
        f" {alias} is free then, and can be added to the target. Deleting the domain name instead is an outage. To see"
        f" it: aws apigateway get-domain-name --region {region} --domain-name '{alias}'"
    )


def _cognito(alias: AliasName, region: str) -> str:
    return (
        f"There is no way without a gap: sign-in pages at {alias} stop until something else serves them. Tell the app's"
        " owners, delete the custom domain from the user pool, wait until CloudFront lets go of it, then add the name"
        f" to the target. To see it: aws cognito-idp describe-user-pool-domain --region {region} --domain '{alias}'"
    )


def _lightsail(alias: AliasName, region: str) -> str:
    return (
        f"There is no way without a gap. Prepare the target and lower the TTL of {alias}; take the name out of that"
        " distribution in Lightsail, with a certificate that leaves it out (to detach its certificate stops all of its"
        " names), point DNS at the target at once, then add the name there. To see it:"
        f" aws lightsail get-distributions --region {region}"
    )


def _amplify(alias: AliasName, _region: str) -> str:
    return (
        f"There is no way without a gap. Prepare the target and lower the TTL of {alias}; remove the domain from its"
        " app in Amplify, point DNS at the target at once, then add the name there, again and again until AWS takes it:"
        " minutes, by some reports hours. If the app is gone, only AWS Support can free it."
    )


_REMEDIES: dict[HoldingService, Callable[[AliasName, str], str]] = {
    HoldingService.API_GATEWAY: _api_gateway,
    HoldingService.AMPLIFY: _amplify,
    HoldingService.COGNITO: _cognito,
    HoldingService.LIGHTSAIL: _lightsail,
}
