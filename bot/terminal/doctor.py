"""`python -m bot doctor`: one line for each thing the bot needs, with the remedy where it is missing.

It changes nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.alias_move.approval import Rules
from bot.ports import Aws, Dns, NotPermitted, PortError, TryAgainLater
from bot.slack.failures import calling_slack, port_error

SLACK_ANSWERS_WITHIN_S = 10.0
NEEDED_SCOPES = ("commands", "chat:write", "users:read", "usergroups:read")
_NAME_APPROVERS = "Set APPROVERS to Slack user ids (U…) and user-group ids (S…)."


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the bot needs."""

    name: str
    is_fine: bool
    sentence: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{'ok  ' if self.is_fine else 'FAIL'}  {self.name:<13} {self.sentence}"
        return text if self.is_fine or not self.remedy else f"{text}\n      {'':<13} {self.remedy}"


Question = Callable[[], Awaitable[Line]]


async def examine(questions: tuple[Question, ...], say: Callable[[str], None]) -> bool:
    """Ask one after another, saying each line as soon as it is known. Whether everything is fine."""
    fine = True
    for question in questions:
        line = await question()
        say(str(line))
        fine = fine and line.is_fine
    return fine


async def ask_slack(client: AsyncWebClient) -> AsyncSlackResponse:
    """Slack's word on the token, `auth.test`.

    Raises:
        NotPermitted, TryAgainLater: as `calling_slack` and `port_error` say.
    """
    return await _asked(client.auth_test())


async def slack_token(client: AsyncWebClient) -> Line:
    """Whether Slack knows the token, and what it may do."""
    try:
        answer = await ask_slack(client)
    except TryAgainLater as trouble:
        remedy = "See that this machine may connect to Slack; SLACK_API_URL says where that is."
        return Line("Slack token", is_fine=False, sentence=str(trouble), remedy=remedy)
    except PortError as trouble:
        remedy = "Set SLACK_BOT_TOKEN to the bot token of the installed app (xoxb-…)."
        return Line("Slack token", is_fine=False, sentence=str(trouble), remedy=remedy)
    scopes = {scope.strip() for scope in str(answer.headers.get("x-oauth-scopes", "")).split(",")}
    missing = [scope for scope in NEEDED_SCOPES if scope not in scopes]
    if missing:
        return Line(
            "Slack token",
            is_fine=False,
            sentence=f"Slack knows it, but these scopes are missing: {', '.join(missing)}.",
            remedy="Add them under OAuth & Permissions in the Slack app, then install it again.",
        )
    return Line("Slack token", is_fine=True, sentence=f"{answer.get('user')} in workspace {answer.get('team')}")


async def _asked(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    try:
        async with calling_slack(SLACK_ANSWERS_WITHIN_S):
            return await call
    except SlackApiError as refused:
        raise port_error(refused) from refused


async def redis(durability: Callable[[], Awaitable[str]]) -> Line:
    """Whether Redis answers, and keeps what it acknowledges."""
    try:
        return Line("Redis", is_fine=True, sentence=await durability())
    except PortError as trouble:
        return Line("Redis", is_fine=False, sentence=str(trouble), remedy="See REDIS_URL and REDIS_DURABILITY.")


async def aws_identity(aws: Aws) -> Line:
    """Whether the credentials belong to anybody."""
    try:
        account, arn = await aws.identity()
    except PortError as trouble:
        remedy = "Give the worker credentials: a role of the machine it runs on, AWS_PROFILE, or AWS_ACCESS_KEY_ID."
        return Line("AWS", is_fine=False, sentence=str(trouble), remedy=remedy)
    return Line("AWS", is_fine=True, sentence=f"account {account} as {arn}")


async def read_role(aws: Aws, role: str) -> Line:
    """Whether the worker can look into this account."""
    return await _role("Read role", role, aws.try_read_role, "can be assumed, and may list distributions")


async def move_role(aws: Aws, role: str) -> Line:
    """Whether the worker could become it after an approval; it is asked for in a session that may do nothing."""
    return await _role("Move role", role, aws.try_move_role, "can be assumed")


async def _role(name: str, role: str, attempt: Callable[[str], Awaitable[None]], can: str) -> Line:
    try:
        await attempt(role)
    except NotPermitted as trouble:
        remedy = (
            "Its trust policy has to name the worker and AWS_EXTERNAL_ID, the worker's policy has to allow"
            " sts:AssumeRole on it, and it needs a policy of its own: python -m bot iam prints all three."
        )
        return Line(name, is_fine=False, sentence=f"{role}: {trouble}", remedy=remedy)
    except PortError as trouble:
        remedy = "See that this machine may connect to STS and CloudFront, and that the worker has credentials."
        return Line(name, is_fine=False, sentence=f"{role}: {trouble}", remedy=remedy)
    return Line(name, is_fine=True, sentence=f"{role} {can}")


async def hosted_zones(aws: Aws, role: str, *, is_needed: bool = True) -> Line:
    """Whether the worker can read hosted zones in this account; changing a record can't be tried without changing one.

    An empty role is the worker's own credentials, which are not needed for that where there are roles.
    """
    who = role or "the worker's own credentials"
    try:
        zone = await aws.try_hosted_zones(role)
    except NotPermitted as trouble:
        if not is_needed:
            sentence = f"{who} do not read hosted zones, so no record is offered for a zone of that account ({trouble})"
            return Line("Route 53", is_fine=True, sentence=sentence)
        remedy = (
            "Let them read hosted zones, as python -m bot iam prints it with ROUTE53_RECORDS=true, or take that setting"
            " away: records are then created by hand."
        )
        return Line("Route 53", is_fine=False, sentence=f"{who}: {trouble}", remedy=remedy)
    except PortError as trouble:
        remedy = "See that this machine may connect to STS and Route 53, and that the worker has credentials."
        return Line("Route 53", is_fine=False, sentence=f"{who}: {trouble}", remedy=remedy)
    read = f"could read a hosted zone, {zone}" if zone else "could list hosted zones, of which there are none"
    untried = "creating a record was not tried, since that would change something"
    return Line("Route 53", is_fine=True, sentence=f"{who} {read}; {untried}")


async def dns_reach(dns: Dns) -> Line:
    """Whether any resolver answers."""
    try:
        return Line("DNS", is_fine=True, sentence=await dns.reach())
    except PortError as trouble:
        return Line("DNS", is_fine=False, sentence=str(trouble), remedy="Set DNS_RESOLVERS to resolvers that answer.")


async def approvers(rules: Rules, client: AsyncWebClient) -> Line:
    """Whether anybody may approve: an id that Slack does not know names nobody, and nobody would notice."""
    if not rules.approvers:
        return Line("Approvers", is_fine=False, sentence="nobody can approve a move.", remedy=_NAME_APPROVERS)
    unknown = [f"{each} ({why})" for each in rules.approvers if (why := await _why_unknown(each, client))]
    if unknown:
        sentence = f"Slack does not tell who this is: {', '.join(unknown)}."
        return Line("Approvers", is_fine=False, sentence=sentence, remedy=_NAME_APPROVERS)
    switched = "" if rules.moves_enabled else "; but MOVES_ENABLED=false: nothing will be moved"
    return Line("Approvers", is_fine=True, sentence=f"{', '.join(rules.approvers)}{switched}")


async def _why_unknown(approver: str, client: AsyncWebClient) -> str:
    """Empty where Slack knows this person or user group."""
    is_group = approver.startswith("S")
    try:
        await _asked(client.usergroups_users_list(usergroup=approver) if is_group else client.users_info(user=approver))
    except PortError as trouble:
        return str(trouble).rstrip(".")
    return ""
