"""Holders that are AWS services: which one an account looks like, and how the name is freed there.

Pure. AWS hides the first half of an account's number, and six digits may be somebody else's: what was inferred from
them "looks like" a service and never "is" one, so nothing here may block or decide anything.
"""

from dataclasses import dataclass

from bot.alias_move.evidence import Holder
from bot.alias_move.names import AliasName, is_masked_form
from bot.alias_move.preflight import Finding, FindingCode, Level

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


def service_finding(alias: AliasName, holder: Holder) -> Finding | None:
    """Nobody can disable what a service runs; the name is freed in the service."""
    service = service_of(holder.account)
    if service is None:
        return None
    return Finding(
        FindingCode.HOLDER_LOOKS_LIKE_A_SERVICE,
        Level.WARNS,
        f"{alias} is held by distribution {holder.distribution_id}, which I can't read. Its account, {holder.account},"
        f" {service.seeming}. Nobody can disable a distribution that the service runs: the name is freed in"
        f" {service.name}. If it is none of theirs, its owner has to disable it.",
        _api_gateway(alias, service.region) if service.region else _amplify(alias),
    )


def _api_gateway(alias: AliasName, region: str) -> str:
    return (
        "Without a gap: add REGIONAL beside EDGE to the endpoint types of that custom domain name (it needs a"
        f" certificate in {region}), point DNS at its regional name, wait until the TTL is over, then remove EDGE."
        f" {alias} is free then, and can be added to the target. Deleting the domain name instead is an outage. To see"
        f" it: aws apigateway get-domain-name --region {region} --domain-name '{alias}'"
    )


def _amplify(alias: AliasName) -> str:
    return (
        f"There is no way without a gap. Prepare the target and lower the TTL of {alias}; remove the domain from its"
        " app in Amplify, point DNS at the target at once, then add the name there, again and again until AWS takes it:"
        " minutes, by some reports hours. If the app is gone, only AWS Support can free it."
    )
