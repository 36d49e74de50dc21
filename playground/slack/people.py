"""What a person does: type a command, press a button, choose from a menu, submit or close a modal.

Only what a real person could do with what is on the screen; everything else raises NotOnScreen. Forged requests are
in attacks.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.slack import payloads, plain_text
from playground.slack.arguments import Arguments, Refused
from playground.slack.block_kit import refusals_of_view
from playground.slack.chat_methods import content
from playground.slack.directory import Standing
from playground.slack.dispatch import Answer, Kind, Transport
from playground.slack.forms import filled_in
from playground.slack.screen import Message, NotOnScreen, View
from playground.slack.state import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json = dict[str, Any]

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back at once; what the app posts later is on the screens.

    `text` and `blocks` are what the acknowledgement of a command showed; `error` is the sentence Slack shows instead.
    """

    status: int | None
    seconds: float
    text: str = ""
    blocks: tuple[Json, ...] = ()
    error: str | None = None
    name_of: plain_text.NameOf = field(default=str, repr=False, compare=False)

    def plain(self) -> str:
        return self.error or plain_text.of_message(self.text, self.blocks, self.name_of)


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a modal: closed, errors, update, push or clear; still open, with `error`, where none of them."""

    status: int | None
    seconds: float
    action: str | None
    errors: Mapping[str, str] = field(default_factory=dict)
    view: View | None = None
    error: str | None = None


class People(State):
    def transport(self) -> Transport:
        raise NotImplementedError

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Reply:
        """Type a slash command."""
        self._must_be_in(user, channel)
        answer = await self.transport().deliver(
            Kind.SLASH_COMMAND, payloads.slash_command(self, user, channel, command, text)
        )
        return await self._show_ack(user, channel, command, answer)

    async def press(self, user: str, message: Message, action_id: str, *, stale: bool = False) -> Reply:
        """Press a button of the message as it reads now; `stale`: as it read when `message` was taken."""
        shown = self._seen_by(user, message, stale=stale)
        button = shown.button(action_id)
        action = payloads.pressed(button.element, button.block_id)
        return await self._interact(user, shown, action, {})

    async def choose(
        self, user: str, message: Message, action_id: str, option_value: str, *, stale: bool = False
    ) -> Reply:
        """Choose an option of a menu by its value."""
        shown = self._seen_by(user, message, stale=stale)
        menu = shown.menu(action_id)
        option = menu.option(option_value)
        action = payloads.picked(menu.element, menu.block_id, option)
        return await self._interact(user, shown, action, {action_id: option})

    async def submit(
        self, user: str, view: View, values: Mapping[str, str | Sequence[str]] | None = None
    ) -> Submission:
        """Fill in a modal (action id to text or option value, a list for checkboxes) and press its submit button."""
        shown = self._open(user, view)
        if shown.submit is None:
            raise NotOnScreen(f"{shown.title} has no submit button")
        return await self._send_in(user, shown, filled_in(shown, values or {}))

    async def close(self, user: str, view: View) -> None:
        """Close a modal; the app hears of it only where it asked to."""
        shown = self._open(user, view)
        clears = bool(shown.definition.get("clear_on_close"))
        self.close_view(shown, all_of_them=clears)
        await self.changed()
        if shown.definition.get("notify_on_close"):
            told = payloads.view_closed(self, user, shown, is_cleared=clears)
            await self.transport().deliver(Kind.INTERACTIVE, told)

    async def _interact(self, user: str, message: Message, action: Json, chosen: Mapping[str, Json]) -> Reply:
        payload = payloads.block_actions(self, user, message, action, chosen)
        answer = await self.transport().deliver(Kind.INTERACTIVE, payload)
        return Reply(answer.status, answer.seconds, error=_sentence("The app", answer), name_of=self.directory.name)

    async def _send_in(self, user: str, view: View, values: Json) -> Submission:
        payload = payloads.view_submission(self, user, view, values)
        answer = await self.transport().deliver(Kind.INTERACTIVE, payload)
        submission = self._after(view, answer)
        await self.changed()
        return submission

    async def _show_ack(self, user: str, channel: str, command: str, answer: Answer) -> Reply:
        body = answer.body if isinstance(answer.body, dict) else {"text": answer.body}
        error = _sentence(command, answer)
        text, blocks = "", []
        if error is None and (body.get("text") or body.get("blocks")):
            try:
                text, sent = content(Arguments(body))
                blocks = sent or []
            except Refused as refused:
                error = f'{command} failed with the error "{refused.answer["error"]}"'
            else:
                for_all = body.get("response_type") == "in_channel"
                place = self.directory.channels[channel]
                self.post(place, text, blocks, visible_to=None if for_all else user)
                await self.changed()
        return Reply(answer.status, answer.seconds, text, tuple(blocks), error, self.directory.name)

    def _after(self, view: View, answer: Answer) -> Submission:
        """What Slack does with the modal; an answer it cannot use leaves it open, with a sentence."""
        trouble = Submission(answer.status, answer.seconds, None, error=TROUBLE)
        if answer.failure is not None or isinstance(answer.body, str):
            if answer.failure is not None or answer.body:
                return trouble
            self.close_view(view)
            return Submission(answer.status, answer.seconds, "close")
        action, definition = answer.body.get("response_action"), answer.body.get("view")
        match action:
            case "errors":
                errors = _errors_below_inputs(view, answer.body.get("errors"))
                if not errors:
                    return trouble
                return Submission(answer.status, answer.seconds, action, errors, self.mark_view(view, errors))
            case "update" | "push":
                if not isinstance(definition, dict) or refusals_of_view(definition):
                    return trouble
                if self.open_view(view.id) is None:
                    return trouble
                is_update = action == "update"
                shown = self.change_view(view, definition) if is_update else self.push_view(view.user, definition)
                return Submission(answer.status, answer.seconds, action, view=shown)
            case "clear":
                self.close_view(view, all_of_them=True)
                return Submission(answer.status, answer.seconds, action)
            case _:
                return trouble

    def _must_be_in(self, user: str, channel: str) -> None:
        person = self.directory.people[user]
        if person.standing in {Standing.DEACTIVATED, Standing.BOT}:
            raise NotOnScreen(f"{person.name} has no screen: {person.standing.value}")
        if user not in self.directory.channels[channel].members:
            raise NotOnScreen(f"{person.name} is not in {self.directory.name(channel)}")

    def _seen_by(self, user: str, message: Message, *, stale: bool) -> Message:
        self._must_be_in(user, message.channel)
        if message.visible_to not in {None, user}:
            raise NotOnScreen(f"only {self.directory.name(str(message.visible_to))} sees that message")
        return message if stale else self.current(message)

    def _open(self, user: str, view: View) -> View:
        for shown in self.views(user):
            if shown.id == view.id:
                return shown
        raise NotOnScreen(f"{view.title} is not open before {self.directory.name(user)}")


def _sentence(what: str, answer: Answer) -> str | None:
    return None if answer.failure is None else f'{what} failed with the error "{answer.failure.value}"'


def _errors_below_inputs(view: View, errors: object) -> dict[str, str]:
    """Errors stand below input blocks, by block id; with any other id among them Slack shows none of them."""
    inputs = {block["block_id"] for block in view.inputs()}
    return errors if isinstance(errors, dict) and errors.keys() <= inputs else {}
