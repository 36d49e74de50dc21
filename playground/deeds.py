"""What each phrase does to the world; every deed gives the sentence to answer with, or nothing where the screens tell.

Whatever a deed needs on a screen, a button or a record on the card, is waited for with the patience that was given.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar, assert_never

from dns.exception import DNSException

from playground import mishaps, pointing, sights
from playground.aws import Moment
from playground.aws.refusals import Refusal, missing_txt
from playground.dns import Fault
from playground.phrases import (
    AddRecord,
    AwsTrouble,
    Begin,
    BreakAws,
    BreakServer,
    Certify,
    Choose,
    Close,
    CreateRecord,
    CreateWrongly,
    GiveName,
    KillProcess,
    LookAt,
    NotUnderstood,
    Phrase,
    PointName,
    Press,
    Quit,
    RefuseAws,
    RemoveRecord,
    RepairAws,
    RepairServers,
    ServerTrouble,
    Sight,
    StartProcess,
    Submit,
    SupportMoves,
    SwitchDistribution,
    TakeName,
    TypeCommand,
    WaitFor,
    matching,
    record_asked_for,
)
from playground.slack import NotOnScreen
from playground.world import COMMAND

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playground.bot_processes import BotProcesses
    from playground.screens import Screens
    from playground.slack import Message, Reply, View
    from playground.world import World

T = TypeVar("T")

_TIMES_THROTTLED: Final = 2
_ASSOCIATE: Final = mishaps.ASSOCIATE
_WITHOUT_RECORD: Final = "UpdateDomainAssociation"


class Deeds:
    """Everything that can be done from the prompt, and on the page."""

    def __init__(
        self, world: World, bot: BotProcesses, screens: Screens, patience_seconds: float, wait_seconds: float = 60.0
    ) -> None:
        self._world: Final = world
        self._bot: Final = bot
        self._screens: Final = screens
        self._patience_seconds: Final = patience_seconds
        self._wait_seconds: Final = wait_seconds
        """For `wait for …`."""
        self._record_names: Final[list[str]] = []

    async def do(self, phrase: Phrase | pointing.Pointed) -> str:
        """Do it, and give the answer.

        Raises:
            NotUnderstood, NotOnScreen, LookupError, ValueError: it cannot be done; the text is for people.
        """
        match phrase:
            case TypeCommand() | Press() | Choose() | Submit() | Close():
                return await self._in_slack(phrase)
            case (
                pointing.Say()
                | pointing.PressThat()
                | pointing.ChooseThat()
                | pointing.SubmitThat()
                | pointing.CloseThat()
            ):
                return await pointing.point(self._world, phrase)
            case CreateRecord() | AddRecord() | RemoveRecord() | BreakServer() | RepairServers():
                return await self._in_dns(phrase)
            case CreateWrongly(mistake):
                return mishaps.create_wrongly(self._world, mistake, *await self._record_to_create())
            case BreakAws() | SwitchDistribution() | Certify() | SupportMoves():
                return self._in_cloudfront(phrase)
            case RefuseAws(code, message):
                return mishaps.refuse(self._world, code, message)
            case RepairAws():
                return mishaps.repair_aws(self._world)
            case KillProcess(name):
                return await mishaps.kill(self._bot, name)
            case StartProcess(kind):
                return await mishaps.start(self._world, self._bot, kind)
            case GiveName() | TakeName() | PointName():
                return await self._by_hand(phrase)
            case WaitFor(words):
                return await self._wait_for(words)
            case LookAt(sight):
                return self._look(sight)
            case Quit() | Begin():
                return ""  # whoever called ends the round
            case _:
                assert_never(phrase)

    # Slack

    async def _in_slack(self, phrase: TypeCommand | Press | Choose | Submit | Close) -> str:
        slack = self._world.slack
        match phrase:
            case TypeCommand(_, command, _) if command != COMMAND:
                return f"{command} is not a valid command. In Slack, whatever begins with “/” is taken for a command."
            case TypeCommand(who, command, text):
                return _trouble(await slack.command(self._person(who), self._world.channel.id, command, text))
            case Press(who, label):
                return await self._press(self._person(who), label)
            case Choose(who, option):
                return await self._choose(self._person(who), option)
            case Submit(who, text):
                return await self._submit(await self._dialog(who), text)
            case Close(who):
                view = await self._dialog(who)
                await slack.close(view.user, view)
                return "The dialog is closed."
            case _:
                assert_never(phrase)

    async def _press(self, who: str, label: str) -> str:
        def found() -> tuple[Message, str]:
            card, number = self._newest(label, lambda card: [button.text for button in card.buttons()])
            return card, card.buttons()[number].action_id

        card, action = await self._wait(found)
        confirm = card.button(action).confirm
        asked = f"(Slack asks: {confirm['title']['text']} {confirm['text']['text']} Confirmed.)" if confirm else ""
        return _trouble(await self._world.slack.press(who, card, action)) or asked

    async def _choose(self, who: str, option: str) -> str:
        def found() -> tuple[Message, str, str]:
            card, number = self._newest(option, _options)
            menu = card.menus()[0]
            return card, menu.action_id, menu.values[number]

        card, action, value = await self._wait(found)
        return _trouble(await self._world.slack.choose(who, card, action, value))

    async def _submit(self, view: View, text: str) -> str:
        inputs = [block["element"]["action_id"] for block in view.inputs()]
        if text and not inputs:
            raise NotUnderstood("This dialog asks for no text; just submit it.")
        if inputs and not text:
            raise NotUnderstood("This dialog asks for a text; add it after a colon, as in `submits: too risky`.")
        submission = await self._world.slack.submit(view.user, view, dict.fromkeys(inputs, text))
        return submission.error or ("The dialog is closed." if submission.action == "close" else "")

    def _newest(self, wanted: str, offered_by: Callable[[Message], list[str]]) -> tuple[Message, int]:
        """The newest card that offers something, and which of its offers is meant."""
        cards = [each for each in self._world.slack.messages(self._world.channel.id) if offered_by(each)]
        for card in reversed(cards):
            with suppress(NotUnderstood):
                return card, matching(wanted, offered_by(card))
        if not cards:
            raise NotUnderstood(f"No card in the channel offers “{wanted}” now.")
        return cards[-1], matching(wanted, offered_by(cards[-1]))

    async def _dialog(self, who: str) -> View:
        people = [self._person(who)] if who else [each.id for each in self._world.people.values()]

        def found() -> View:
            views = [view for person in people for view in self._world.slack.views(person)]
            if not views:
                raise NotOnScreen("No dialog is open before anybody." if not who else f"No dialog is open for {who}.")
            return views[-1]

        return await self._wait(found)

    def _person(self, who: str) -> str:
        person = self._world.people.get(who.lower() or "mina")
        if person is None:
            raise NotUnderstood(f"{who} is not in the channel; there are {', '.join(self._world.people)}.")
        return person.id

    # DNS

    async def _in_dns(self, phrase: CreateRecord | AddRecord | RemoveRecord | BreakServer | RepairServers) -> str:
        match phrase:
            case CreateRecord():
                return self._publish("TXT", *await self._record_to_create())
            case AddRecord(rdtype, name, value):
                return self._publish(rdtype, name, value)
            case RemoveRecord(name):
                # The card no longer shows the record once it is verified.
                gone = name or (self._record_names or [(await self._record_on_card())[0]])[-1]
                self._world.dns.remove(gone, "TXT" if not name else None)
                return f"Nothing is published at {gone} any more."
            case BreakServer(number, trouble):
                return self._break_server(number, trouble)
            case RepairServers():
                return self._repair_servers()
            case _:
                assert_never(phrase)

    def _publish(self, rdtype: str, name: str, value: str) -> str:
        try:
            if rdtype == "TXT":
                self._world.create_record(name, value)
            else:
                self._world.dns.add(name, rdtype, value)
        except DNSException as why:
            raise NotUnderstood(f"No name server would take that: {why}") from why
        return f"Published: {name} {rdtype} {value}"

    async def _record_to_create(self) -> tuple[str, str]:
        name, value = await self._record_on_card()
        self._record_names.append(name)
        return name, value

    async def _record_on_card(self) -> tuple[str, str]:
        def found() -> tuple[str, str]:
            asked_for = record_asked_for(self._world.card().plain())
            if asked_for is None:
                raise NotOnScreen("The newest card asks for no record.")
            return asked_for

        return await self._wait(found)

    def _break_server(self, number: int, trouble: ServerTrouble) -> str:
        servers = self._world.dns.servers
        if not 1 <= number <= len(servers):
            raise NotUnderstood(f"There is no name server {number}; there are {len(servers)}.")
        server = servers[number - 1]
        if trouble is ServerTrouble.BEHIND:
            self._world.hold_server(server)
            return f"Name server {number} keeps saying what it says now."
        server.faults.add(Fault(trouble.value))
        return f"Name server {number} is {trouble.value}."

    def _repair_servers(self) -> str:
        for server in self._world.dns.servers:
            server.faults.clear()
        self._world.release_servers()
        return "All name servers answer, and are up to date."

    # CloudFront

    def _in_cloudfront(self, phrase: BreakAws | SwitchDistribution | Certify | SupportMoves) -> str:
        match phrase:
            case BreakAws(trouble):
                return self._spoil_association(trouble)
            case SwitchDistribution(name, enabled):
                switched = self._world.distributions[self._distribution(name)]
                self._world.aws.cloudfront.set_enabled(switched.id, enabled)
                return f"{name} is {'enabled' if enabled else 'disabled'}."
            case SupportMoves(name):
                taking = self._distribution(name)
                self._world.support_moves_to(taking)
                return f"AWS Support has put {self._world.scenario.alias} on {taking}."
            case Certify(name):
                # Like a careful owner: what it covered it goes on covering.
                certified, alias = self._distribution(name), self._world.scenario.alias
                self._world.certify(certified, alias, *self._world.distributions[certified].aliases)
                return f"{certified} has a certificate for {alias}."
            case _:
                assert_never(phrase)

    def _spoil_association(self, trouble: AwsTrouble) -> str:
        faults = self._world.aws.cloudfront.faults
        match trouble:
            case AwsTrouble.THROTTLED:
                faults.throttle(_ASSOCIATE, times=_TIMES_THROTTLED)
                return f"The next {_TIMES_THROTTLED} calls of {_ASSOCIATE} are throttled."
            case AwsTrouble.ANSWER_LOST:
                faults.lose(_ASSOCIATE, Moment.AFTER_EFFECT)
                return f"The next {_ASSOCIATE} takes effect, and its answer is lost."
            case AwsTrouble.CALL_LOST:
                faults.lose(_ASSOCIATE, Moment.BEFORE_EFFECT)
                return f"The next {_ASSOCIATE} gets lost on its way, and changes nothing."
            case AwsTrouble.RECORD_WANTED:
                refusal = missing_txt()
                faults.answer(_WITHOUT_RECORD, refusal.status, refusal.code, refusal.message)
                return f"The next {_WITHOUT_RECORD} wants the record after all."
            case _:
                assert_never(trouble)

    async def _by_hand(self, phrase: GiveName | TakeName | PointName) -> str:
        distribution = self._distribution(phrase.distribution)
        match phrase:
            case GiveName(_, name):
                return await self._edited(self._world.edit_names(distribution, add=name), f"{distribution} has {name}.")
            case TakeName(_, name):
                edited = self._world.edit_names(distribution, remove=name)
                return await self._edited(edited, f"{distribution} has {name} no more.")
            case PointName(name, _):
                self._world.point(name, distribution)
                return f"The DNS of {name} leads to {distribution}."
            case _:
                assert_never(phrase)

    async def _edited(self, editing: Awaitable[None], sentence: str) -> str:
        try:
            await editing
        except Refusal as refusal:
            return f"CloudFront says {refusal.code}: {refusal.message}"
        return sentence

    def _distribution(self, name: str) -> str:
        names = list(self._world.distributions)
        return names[matching(name, names)]

    # Looking and waiting

    async def _wait_for(self, words: str) -> str:
        wanted = words.lower()
        try:
            await self._screens.until(
                lambda: any(wanted in text.lower() for text in self._screens.visible()), self._wait_seconds
            )
        except TimeoutError:
            raise NotOnScreen(f"“{words}” has not appeared within {self._wait_seconds:.0f} seconds.") from None
        return ""

    def _look(self, sight: Sight) -> str:
        match sight:
            case Sight.SCREEN:
                self._screens.draw_again()
                return ""
            case Sight.CLOUDFRONT:
                return sights.cloudfront(self._world)
            case Sight.DNS:
                return sights.dns(self._world)
            case Sight.LOGS:
                return self._bot.tails()
            case Sight.SCENARIOS:
                return sights.scenarios()
            case Sight.HELP:
                return sights.HELP
            case _:
                assert_never(sight)

    async def _wait(self, found: Callable[[], T]) -> T:
        """What is found on the screens; after a while in vain, what is missing is raised."""

        def is_found() -> bool:
            with suppress(NotUnderstood):
                found()
                return True
            return False

        with suppress(TimeoutError):
            await self._screens.until(is_found, self._patience_seconds)
        return found()


def _options(card: Message) -> list[str]:
    return [label for menu in card.menus() for label in menu.labels]


def _trouble(reply: Reply) -> str:
    return reply.error or ""
