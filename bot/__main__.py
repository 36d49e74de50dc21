"""The composition root: `python -m bot [web | worker | doctor | iam | watch]`; without a command web and worker in one.

Everything is built here once and passed in. On SIGTERM a process stops taking in, finishes what it has accepted, and is
gone within 15 seconds.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from aiohttp import ClientSession, ClientTimeout, web
from publicsuffixlist import PublicSuffixList
from rich.console import Console
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot import logs
from bot.alias_move.approval import Rules
from bot.alias_move.names import RegistrableName
from bot.alias_move.pacing import Pace
from bot.aws import CloudFront, Roles
from bot.dns import AuthoritativeDns
from bot.health import add_health
from bot.lots import Watcher
from bot.moves import Moves
from bot.performing import Performer
from bot.ports import Inventories, PortError, TryAgainLater
from bot.redis import embedded
from bot.redis.client import connect_web, connect_worker
from bot.redis.durability import DurabilityError, check_durability
from bot.redis.inventories import RedisInventories
from bot.redis.store import RedisStore
from bot.redis.turns import RedisTurns
from bot.settings import LogFormat, Process, Settings, SettingsError
from bot.slack.announcer import SlackAnnouncer
from bot.slack.people import SlackPeople
from bot.tasks import Engine
from bot.terminal import doctor, iam, watching
from handlers import register
from handlers.http import slack_routes

log = logging.getLogger("bot")

_HELP = {
    Process.WEB: "receive what Slack sends; needs no AWS credentials",
    Process.WORKER: "look, move, tell",
    Process.ALL: "web and worker in one process, as without a command",
    Process.DOCTOR: "one line for each thing that must be right, with the remedy",
}

GONE_WITHIN_S = 14.0
SLACK_CALL_WITHIN_S = 10.0
ASK_SLACK_EVERY_S = 60.0
ASK_AGAIN_AFTER_S = 2.0


def main() -> int:
    """Exit codes: 0 stopped or all fine, 1 something is missing, 2 the settings are wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Without a command web and worker run in one process. README.md lists the settings.",
    )
    commands = parser.add_subparsers(dest="command")
    for process in Process:
        commands.add_parser(process.value, help=_HELP[process])
    iam.add_arguments(commands.add_parser("iam", help="print what IAM has to allow the bot"))
    watching.add_arguments(commands.add_parser("watch", help="watch for a TXT record in this terminal"))
    arguments = parser.parse_args()
    if arguments.command == "iam":
        return iam.run(arguments, os.environ, sys.stdout, sys.stderr)
    if arguments.command == "watch":
        return _watch(watching.watched(arguments), Console())
    process = Process(arguments.command or Process.ALL.value)
    try:
        settings = Settings.from_env(os.environ, process)
    except SettingsError as error:
        for mistake in error.mistakes:
            print(mistake, file=sys.stderr)  # noqa: T201 - the log is not set up yet, and a person is reading
        return 2
    logs.configure(settings.log_level, as_json=settings.log_format is LogFormat.JSON)
    try:
        return asyncio.run(_examine(settings) if process is Process.DOCTOR else _serve(process, settings))
    except (embedded.EmbeddedValkeyError, DurabilityError) as error:
        log.critical("%s", error)
        return 1


def _watch(asked: watching.Watched, console: Console) -> int:
    reach = watching.Reach.from_env(os.environ, needs_aws=asked.needs_aws)
    for mistake in reach.mistakes:
        print(mistake, file=sys.stderr)  # noqa: T201 - there is no log in a terminal
    if reach.mistakes:
        return 2

    async def run() -> int:
        dns = AuthoritativeDns(reach.dns_resolvers, reach.dns_port)
        aws = CloudFront(roles=Roles(reach.aws_role_arns, (), reach.aws_external_id)) if asked.needs_aws else None
        try:
            return await watching.run(asked, dns, aws, PublicSuffixList(only_icann=True).privatesuffix, console)
        finally:
            if aws is not None:
                await aws.close()

    try:
        return asyncio.run(run())
    except KeyboardInterrupt:
        console.print(f"Stopped. {watching.NOTHING_CHANGED}", highlight=False)
        return 1


def rules_of(settings: Settings) -> Rules:
    """What the operator decided, as the core knows it."""
    return Rules(
        approvers=(*settings.approver_user_ids, *settings.approver_group_ids),
        allow_self_approval=settings.allow_self_approval,
        moves_enabled=settings.moves_enabled,
        disable_source=settings.disable_source,
        same_account_without_record=settings.same_account_without_record,
        route53_records=settings.route53_records,
        move_deadline_s=settings.move_deadline.total_seconds(),
        approval_deadline_s=settings.approval_deadline.total_seconds(),
    )


def _cloudfront(settings: Settings, inventories: Inventories | None = None) -> CloudFront:
    roles = Roles(settings.aws_role_arns, settings.aws_move_role_arns, settings.aws_external_id)
    return CloudFront(roles=roles, account_names=settings.aws_account_names, inventories=inventories)


@asynccontextmanager
async def _slack(settings: Settings, token: str) -> AsyncIterator[AsyncWebClient]:
    """A client that keeps its connections; slack_sdk's own default is a new one, handshake included, for every call."""
    async with ClientSession(timeout=ClientTimeout(total=SLACK_CALL_WITHIN_S)) as session:
        yield AsyncWebClient(
            token,
            base_url=settings.slack_api_url,
            session=session,
            # A message is not idempotent: only a 429, which is certainly no answer, is sent again by the library.
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)],
        )


@asynccontextmanager
async def _redis(settings: Settings) -> AsyncIterator[str]:
    if settings.redis_url is not None:
        yield settings.redis_url
        return
    async with embedded.serve(settings.data_dir) as url:
        yield url


async def _examine(settings: Settings) -> int:
    async with _redis(settings) as url, _slack(settings, settings.slack_bot_token) as client:
        redis, rules = connect_web(url), rules_of(settings)  # a person waits
        aws, dns = _cloudfront(settings), AuthoritativeDns(settings.dns_resolvers, settings.dns_port)
        fine = await doctor.examine(
            (
                lambda: doctor.slack_token(client),
                lambda: doctor.redis(lambda: check_durability(redis, settings.redis_durability.value)),
                lambda: doctor.aws_identity(aws),
                *(partial(doctor.read_role, aws, role) for role in settings.aws_role_arns),
                *(partial(doctor.move_role, aws, role) for role in settings.aws_move_role_arns),
                *_route53_questions(settings, aws),
                lambda: doctor.dns_reach(dns),
                lambda: doctor.approvers(rules, client),
            ),
            print,
        )
        await redis.aclose()
        await aws.close()
    return 0 if fine else 1


def _route53_questions(settings: Settings, aws: CloudFront) -> tuple[doctor.Question, ...]:
    if not settings.route53_records:
        return ()
    roles = settings.aws_role_arns
    own = partial(doctor.hosted_zones, aws, "", is_needed=not roles)
    return (own, *(partial(doctor.hosted_zones, aws, role) for role in roles))


class Bot:
    """Web, worker or both, between start and stop."""

    def __init__(self, settings: Settings, url: str, pace: Pace, registrable_name: RegistrableName) -> None:
        self.settings = settings
        self.rules = rules_of(settings)
        self._url = url
        self._pace = pace
        self._registrable_name = registrable_name
        self._slack_trouble = "not asked yet"
        self.port: int | None = None
        """The port of `web`, once it listens."""

    @asynccontextmanager
    async def web(self) -> AsyncIterator[None]:
        """Receive what Slack sends."""
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(_slack(self.settings, self.settings.slack_bot_token))
            redis = connect_web(self._url)
            stack.push_async_callback(redis.aclose)
            store = RedisStore(redis)
            engine = Engine(self._url, store)
            await stack.enter_async_context(engine.connected())
            people = SlackPeople(client, self.settings.approver_user_ids, self.settings.approver_group_ids)
            moves = Moves(store, people, engine.nudge, self.rules, self._pace)
            app = self._bolt(client)
            boundary = register(app, moves, self.settings.aws_account_names)
            stack.push_async_callback(boundary.drained)
            secret = self.settings.slack_signing_secret
            site = web.Application() if secret is None else slack_routes(app, secret)
            add_health(site, lambda: self._readiness(store))
            self.port = await _listen(stack, site, self.settings.host, self.settings.port)
            log.info("web listens on %s:%s", self.settings.host, self.port)
            if self.settings.slack_app_token:
                await stack.enter_async_context(self._socket_mode(app, self.settings.slack_app_token))
            await stack.enter_async_context(_beside(self._keep_asking_slack(client)))
            yield

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """Look and act."""
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(_slack(self.settings, self.settings.slack_bot_token))
            redis = connect_worker(self._url)
            stack.push_async_callback(redis.aclose)
            store = RedisStore(redis)
            await _until_answered(lambda: check_durability(redis, self.settings.redis_durability.value))
            engine = Engine(self._url, store)
            await stack.enter_async_context(engine.connected())
            aws = _cloudfront(self.settings, RedisInventories(redis))
            stack.push_async_callback(aws.close)
            dns = AuthoritativeDns(
                self.settings.dns_resolvers,
                self.settings.dns_port,
                self.settings.dns_vantage_points,
                RedisTurns(redis),
            )
            stack.push_async_callback(dns.close)
            performer = Performer(
                store,
                aws,
                dns,
                SlackAnnouncer(client, self.rules, self.settings.aws_account_names),
                engine.nudge,
                self.rules,
                self._pace,
                self._registrable_name,
            )
            if self.settings.worker_port is not None:
                site = web.Application()
                add_health(site, lambda: self._readiness(store))
                port = await _listen(stack, site, self.settings.host, self.settings.worker_port)
                log.info("worker health listens on %s:%s", self.settings.host, port)
            await stack.enter_async_context(_beside(self._keep_asking_slack(client)))
            await stack.enter_async_context(_beside(aws.get_ready()))
            await stack.enter_async_context(
                _beside(engine.work(performer, Watcher(store, dns, self._pace, engine.nudge)))
            )
            log.info("worker works")
            yield

    def _bolt(self, client: AsyncWebClient) -> AsyncApp:
        async def authorize(team_id: str | None = None, enterprise_id: str | None = None) -> AuthorizeResult:
            # Bolt would ask auth.test before the first request, and answer 500 while Slack is slow.
            return AuthorizeResult(
                enterprise_id=enterprise_id, team_id=team_id, bot_token=self.settings.slack_bot_token
            )

        # Bolt's loggers take the level of the one passed in; without one, that of the root, which may be DEBUG.
        bolt = logging.getLogger("slack_bolt")
        level = bolt.level
        bolt.setLevel(logging.ERROR)  # it warns twice that it has no use for a token that it finds by itself
        try:
            return AsyncApp(
                logger=bolt,
                name="cname-conflict",  # without one it reads the source of everything on the stack: 0.1 s
                client=client,
                authorize=authorize,
                signing_secret=self.settings.slack_signing_secret,
            )
        finally:
            bolt.setLevel(level)

    @asynccontextmanager
    async def _socket_mode(self, app: AsyncApp, token: str) -> AsyncIterator[None]:
        # Without a client of its own it would talk to the real Slack, whatever SLACK_API_URL says.
        async with _slack(self.settings, token) as client:
            handler = AsyncSocketModeHandler(app, token, web_client=client)
            async with _beside(_until_connected(handler)):
                try:
                    yield
                finally:
                    await handler.close_async()  # type: ignore[no-untyped-call]

    async def _keep_asking_slack(self, client: AsyncWebClient) -> None:
        while True:
            try:
                await doctor.ask_slack(client)
            except PortError as trouble:
                self._slack_trouble = str(trouble)
                log.warning("slack token: %s", self._slack_trouble)
                await asyncio.sleep(ASK_AGAIN_AFTER_S)
            else:
                self._slack_trouble = ""
                await asyncio.sleep(ASK_SLACK_EVERY_S)

    async def _readiness(self, store: RedisStore) -> dict[str, str]:
        missing = {"slack": self._slack_trouble} if self._slack_trouble else {}
        try:
            await store.now()
        except TryAgainLater as trouble:
            missing["redis"] = str(trouble)
        return missing


async def _serve(process: Process, settings: Settings) -> int:
    serving = asyncio.create_task(_until_cancelled(process, settings))
    leaving = asyncio.Event()

    def leave() -> None:
        if not leaving.is_set():  # a second signal must not interrupt the leaving
            log.info("stopping")
            leaving.set()
            _leave_in_any_case()
            serving.cancel()

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, leave)
    try:
        await serving
    except asyncio.CancelledError:
        if not leaving.is_set():
            raise
    return 0


async def _until_cancelled(process: Process, settings: Settings) -> None:
    async with _redis(settings) as url:
        bot = Bot(settings, url, Pace(), PublicSuffixList(only_icann=True).privatesuffix)
        # Web starts first, so that it can say what is missing, and ends first, so that nothing comes in any more.
        async with AsyncExitStack() as working, AsyncExitStack() as receiving:
            if process in {Process.WEB, Process.ALL}:
                await receiving.enter_async_context(bot.web())
            if process in {Process.WORKER, Process.ALL}:
                await working.enter_async_context(bot.worker())
            await asyncio.Event().wait()


def _leave_in_any_case() -> None:
    """A thread that waits for AWS can't be interrupted; what it does is written down, so leaving is safe."""
    watchdog = threading.Timer(GONE_WITHIN_S, lambda: os._exit(0))
    watchdog.daemon = True
    watchdog.start()


async def _listen(stack: AsyncExitStack, site: web.Application, host: str, port: int) -> int:
    """Listen until the stack closes; the port it listens on."""
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, host, port).start()
    return int(runner.addresses[0][1])


@asynccontextmanager
async def _beside(work: Awaitable[None]) -> AsyncIterator[None]:
    """Something that goes on while the body runs, and is given the time to finish what it has begun."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        for trouble in await asyncio.gather(task, return_exceptions=True):
            if isinstance(trouble, Exception):
                log.error("stopped with an error", exc_info=trouble)


async def _until_answered(question: Callable[[], Awaitable[str]]) -> None:
    while True:
        try:
            log.info("redis: %s", await question())
        except TryAgainLater as trouble:
            log.warning("waiting for redis: %s", trouble)
            await asyncio.sleep(ASK_AGAIN_AFTER_S)
        else:
            return


async def _until_connected(handler: AsyncSocketModeHandler) -> None:
    while True:
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]
        except Exception as trouble:  # noqa: BLE001 - whatever stops Slack's client, the next try may succeed
            log.warning("socket mode waits for slack: %s", trouble)
            await asyncio.sleep(ASK_AGAIN_AFTER_S)
        else:
            log.info("socket mode is connected")
            return


if __name__ == "__main__":
    sys.exit(main())
