"""All three services together: a Slack workspace, AWS accounts and the DNS they live by, in one situation.

    async with World.start(HAPPY) as world:
        ...  # start the bot with world.environment(), then:
        await world.connect("http://127.0.0.1:3000/slack/events")
        await world.slack.command(world.people["mina"].id, world.channel.id, *world.command)

Everything listens on loopback, on free ports. It knows nothing of whoever calls it: what a bot needs to find this world
is in `environment()`, and only there.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Self

from playground.aws import HOME, LEGACY, MEDIA, NEIGHBOUR, SHOP, Aws, Distribution, Moment, MotoServer, Tenant
from playground.aws.configuration import with_aliases
from playground.aws.resources import Holder, dns_name
from playground.dns import Authority, Dns
from playground.hosting import InDns
from playground.scenarios import Holding, Scenario, Trouble
from playground.slack import App, Channel, Directory, Message, NotOnScreen, Person, Standing, UserGroup, Workspace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

COMMAND: Final = "/cname-conflict"
ACCOUNT_NAMES: Final = {HOME: "production", NEIGHBOUR: "old agency", SHOP: "shop", MEDIA: "media", LEGACY: "legacy"}
READ_ROLE: Final = "cname-conflict-read"
MOVE_ROLE: Final = "cname-conflict-move"
EXTERNAL_ID: Final = "cname-conflict-of-this-playground"
_ASKING_SERVICES: Final = (
    "apigateway:GET",
    "cognito-idp:DescribeUserPoolDomain",
    "amplify:List*",
    "lightsail:GetDistributions",
)
_READING: Final = (
    "cloudfront:Get*",
    "cloudfront:List*",
    "acm:DescribeCertificate",
    "iam:*ServerCertificate*",
    "route53:Get*",
    "route53:List*",
    *_ASKING_SERVICES,
)
_MOVING: Final = (
    "cloudfront:AssociateAlias",
    "cloudfront:UpdateDomainAssociation",
    "cloudfront:UpdateDistribution*",
    "cloudfront:GetDistribution*",
    "route53:ChangeResourceRecordSets",
    "route53:ListResourceRecordSets",
)
_CLOUDFRONT_ZONE: Final = "cloudfront.net"
_CLOUDFRONT_TTL_SECONDS: Final = 60
_COMES_WITHIN_SECONDS: Final = 20.0
_SOMEWHERE: Final = "192.0.2.1"


class World:
    """A running world; made by `World.start`."""

    def __init__(self, scenario: Scenario, slack: Workspace, aws: Aws, dns: Dns, running: AsyncExitStack) -> None:
        self.scenario: Final = scenario
        self.slack: Final = slack
        self.aws: Final = aws
        self.dns: Final = dns
        self.people: Final[dict[str, Person]] = {}
        """By name: mina asks, sora and joon may approve, gil is a guest."""
        self.distributions: Final[dict[str, Distribution]] = {}
        """By the names that people give them."""
        self.tenants: Final[dict[str, Tenant]] = {}
        """Likewise."""
        self._running: Final = running
        self._lagging: Final[list[Authority]] = []
        self.channel: Final = self._move_in()
        self.approvers: Final = self._name_approvers()
        self._make_roles()
        self._create_distributions()
        for name in scenario.custom_names:
            aws.names.have(name)
        self._publish_zones()
        self._host_zone()
        self._order_troubles()

    @classmethod
    @asynccontextmanager
    async def start(cls, scenario: Scenario, *, moto: MotoServer | None = None) -> AsyncIterator[Self]:
        """Everything running. A `moto` that is passed in must have been started, and is left running."""
        async with AsyncExitStack() as starting:
            dns = await starting.enter_async_context(Dns())
            aws = await starting.enter_async_context(
                Aws(lookup_txt=dns.resolver.lookup_txt, lookup_cname=dns.resolver.lookup_cname, moto=moto)
            )
            slack = await starting.enter_async_context(Workspace(Directory(App())))
            world = cls(scenario, slack, aws, dns, starting.pop_all())
        try:
            yield world
        finally:
            await world.close()

    async def close(self) -> None:
        """End everything; a second time does nothing."""
        await self._running.aclose()

    def environment(self, *, socket_mode: bool = False) -> dict[str, str]:
        """The settings with which a bot lives in this world; where it listens is left to whoever starts it."""
        app = self.slack.app
        user, group = self.approvers
        return {
            "SLACK_API_URL": self.slack.api_url,
            "SLACK_BOT_TOKEN": app.bot_token,
            **({"SLACK_APP_TOKEN": app.app_token} if socket_mode else {"SLACK_SIGNING_SECRET": app.signing_secret}),
            **self.aws.environment(HOME),
            **self._roles_named(),
            "AWS_ACCOUNT_NAMES": ",".join(f"{number}={name}" for number, name in ACCOUNT_NAMES.items()),
            "APPROVERS": f"{user.id},{group.id}",
            "DNS_RESOLVERS": self.dns.resolver_address,
            "DNS_PORT": str(self.dns.port),
            "HOST": "127.0.0.1",
            "LOG_LEVEL": "INFO",
            **self.scenario.settings,
        }

    async def connect(self, url: str, *, socket_mode: bool = False) -> None:
        """Tell Slack the bot's request URL; in Socket Mode wait until the bot comes, and raise TimeoutError if not."""
        if not socket_mode:
            self.slack.connect_http(url)
            return
        async with asyncio.timeout(_COMES_WITHIN_SECONDS):
            while not self.slack.socket_connections:  # noqa: ASYNC110 - the workspace has no event for it
                await asyncio.sleep(0.05)

    # What people ask for, and what they see of it.

    @property
    def command(self) -> tuple[str, str]:
        """The slash command of this scenario, and what stands behind it."""
        target = self.scenario.ask_for
        return COMMAND, f"{self.scenario.alias} {self.everything[target].id}" if target else self.scenario.alias

    @property
    def everything(self) -> dict[str, Holder]:
        """Distributions and tenants by name."""
        return {**self.distributions, **self.tenants}

    def card(self) -> Message:
        """The newest card in the channel; raises NotOnScreen before there is one."""
        from_bot = [each for each in self.slack.messages(self.channel.id) if each.user == self.slack.app.bot_user_id]
        if not from_bot:
            raise NotOnScreen("there is no card in the channel yet")
        return from_bot[-1]

    def holder(self) -> str | None:
        """The name of the distribution that has the scenario's alias now."""
        found = self.aws.cloudfront.holder_of(self.scenario.alias)
        return next((name for name, each in self.everything.items() if each is found), None)

    # What people do to the world.

    def create_record(self, name: str, value: str) -> None:
        """Publish a TXT record; where somebody asks too early, the resolver has heard the no by then."""
        if Trouble.ASKED_TOO_EARLY in self.scenario.troubles and not self._is_published(name):
            self.dns.resolver.poison(name)
        self.dns.add_txt(name, value)

    def hold_server(self, server: Authority) -> None:
        """Let a name server go on answering from the zone as it is now."""
        if server not in self._lagging:
            server.hold(self.scenario.zone)
            self._lagging.append(server)

    def release_servers(self) -> None:
        """Let every name server catch up."""
        while self._lagging:
            self._lagging.pop().release(self.scenario.zone)

    def troubles_of(self, server: Authority) -> list[str]:
        """What is wrong with a name server, in words."""
        return sorted(fault.value for fault in server.faults) + ["behind"] * (server in self._lagging)

    def certify(self, distribution: str, *names: str) -> None:
        """Give a distribution a certificate for these names."""
        changed = self.distributions[distribution]
        arn = self.aws.certificates.issue(changed.account, names)
        self.aws.cloudfront.set_certificate(changed.id, arn)

    def support_moves_to(self, distribution: str) -> None:
        """AWS Support puts the alias there, whoever holds it, and tells nobody."""
        self.aws.cloudfront.swap(self.scenario.alias, self.distributions[distribution])

    async def edit_names(self, distribution: str, *, add: str = "", remove: str = "") -> None:
        """What an owner does in CloudFront's console, by CloudFront's rules.

        Raises:
            Refusal: CloudFront does not take it.
        """
        changed = self.distributions[distribution]
        names = [name for name in changed.aliases if name != remove] + [add] * bool(add)
        config = with_aliases(changed.config, names)
        await self.aws.cloudfront.update(changed.account, changed.id, changed.etag, config)

    def point(self, alias: str, distribution: str) -> None:
        """Let DNS lead to a distribution, and the time of the old record be over at once."""
        self.dns.replace(alias, "CNAME", f"{self.distributions[distribution].domain_name}.")
        self.dns.resolver.flush()

    def _is_published(self, name: str) -> bool:
        return any(record.name == name and record.rdtype == "TXT" for record in self.dns.records())

    # How it begins.

    def _move_in(self) -> Channel:
        directory = self.slack.directory
        for name in ("mina", "joon", "sora"):
            self.people[name] = directory.add_person(name)
        self.people["gil"] = directory.add_person("gil", Standing.GUEST)
        return directory.add_channel("cdn", *self.people.values())

    def _name_approvers(self) -> tuple[Person, UserGroup]:
        return self.people["sora"], self.slack.directory.add_group("cdn-approvers", self.people["joon"])

    def _make_roles(self) -> None:
        for account in self.scenario.reads:
            if account != LEGACY or Trouble.ACCOUNT_SILENT not in self.scenario.troubles:
                self.let_in(account)
        for account in self.scenario.moves:
            self.aws.add_role(account, MOVE_ROLE, trusted_external_id=EXTERNAL_ID, actions=_MOVING)

    def let_in(self, account: str) -> None:
        """Make the role through which the bot looks into this account."""
        self.aws.add_role(account, READ_ROLE, trusted_external_id=EXTERNAL_ID, actions=_READING)

    def _roles_named(self) -> dict[str, str]:
        """As an operator would name them; empty where the scenario has none."""
        of_kind = {
            "AWS_ROLE_ARNS": (self.scenario.reads, READ_ROLE),
            "AWS_MOVE_ROLE_ARNS": (self.scenario.moves, MOVE_ROLE),
        }
        named = {
            setting: ",".join(f"arn:aws:iam::{account}:role/{role}" for account in accounts)
            for setting, (accounts, role) in of_kind.items()
            if accounts
        }
        return named | {"AWS_EXTERNAL_ID": EXTERNAL_ID} if named else {}

    def _create_distributions(self) -> None:
        # Of one account and for the same names it is the same certificate, as in earnest.
        issued: dict[Holding, str | None] = {}
        for each in self.scenario.distributions:
            if each.tenant_of:
                site = self.distributions[each.tenant_of]
                self.tenants[each.name] = self.aws.cloudfront.create_tenant(
                    each.account, site, each.aliases, name=each.name, enabled=each.enabled
                )
                continue
            wanted = replace(each, name="", aliases=(), enabled=True)
            if wanted not in issued:
                issued[wanted] = self._certificate_of(each) if each.certificate else None
            self.distributions[each.name] = self.aws.cloudfront.create(
                each.account,
                aliases=each.aliases,
                certificate=issued[wanted],
                enabled=each.enabled,
                connection_mode="tenant-only" if each.is_multi_tenant else "direct",
                comment=each.name,
                origin=f"{each.name}.origin.example.net",
            )

    def _certificate_of(self, each: Holding) -> str:
        """The ARN of a new one, or the id of one of IAM."""
        if each.of_iam:
            return self.aws.server_certificates.upload(each.account, each.name, each.certificate).id
        if each.oddity is not None:
            return self.aws.certificates.issue_odd(each.account, each.certificate, each.oddity)
        return self.aws.certificates.issue(each.account, each.certificate)

    def _publish_zones(self) -> None:
        """The zone of the alias, pointing at whoever holds it, and CloudFront's own, where such a pointer leads."""
        own_names = sorted({dns_name(each) for each in self.everything.values()})
        self.dns.add_zone(_CLOUDFRONT_ZONE, negative_ttl=_CLOUDFRONT_TTL_SECONDS).add_each(own_names, "A", _SOMEWHERE)
        self.dns.add_zone(self.scenario.zone, negative_ttl=self.scenario.negative_ttl_seconds)
        for each in self.everything.values():
            for alias in each.aliases:
                if alias == self.scenario.zone:  # no CNAME beside a zone's SOA
                    self.dns.add(alias, "A", _SOMEWHERE)
                else:
                    self.dns.add(alias, "CNAME", f"{dns_name(each)}.")
        if self.scenario.points_at:
            self.dns.add(self.scenario.alias, "CNAME", f"{self.distributions[self.scenario.points_at].domain_name}.")
        named = {name: distribution.domain_name for name, distribution in self.distributions.items()}
        for record in self.scenario.records:
            value = record.value.format_map(named)
            if record.rdtype == "TXT":
                self.dns.add_txt(record.name, value)
            else:
                self.dns.add(record.name, record.rdtype, value)

    def _host_zone(self) -> None:
        """Where Route 53 hosts the zone; and once more, for nobody, where somebody has tried it before."""
        zone, account = self.scenario.zone, self.scenario.hosted_in
        if account:
            servers = [record.value.removesuffix(".") for record in self.dns.zones()[zone] if record.rdtype == "NS"]
            self.aws.route53.host(account, zone, servers, InDns(self.dns, zone))
            self.aws.route53.host(HOME, zone, [f"ns-{number}.awsdns-0{number}.org" for number in range(1, 5)])

    def _order_troubles(self) -> None:
        faults = self.aws.cloudfront.faults
        for trouble in self.scenario.troubles:
            match trouble:
                case Trouble.ONE_SERVER_BEHIND:
                    for server in self.dns.servers[1:]:
                        self.hold_server(server)
                case Trouble.ANSWER_LOST:
                    faults.lose("AssociateAlias", Moment.AFTER_EFFECT)
                case Trouble.THROTTLED:
                    faults.throttle("AssociateAlias", times=2)
                case Trouble.ASKED_TOO_EARLY | Trouble.ACCOUNT_SILENT:
                    pass  # when the record is created; when the roles are made
