"""What people do in Slack with a mouse: the message, the button and the dialog are pointed at, not described.

The prompt looks for what its words may mean; here everything is named by id, and nothing is guessed or waited for.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from playground.slack import Message, NotOnScreen, View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playground.slack import Workspace
    from playground.world import World


@dataclass(frozen=True, slots=True)
class Say:
    """Write a message that is no command."""

    person: str
    text: str


@dataclass(frozen=True, slots=True)
class PressThat:
    """Press this button of this message."""

    person: str
    channel: str
    ts: str
    action_id: str


@dataclass(frozen=True, slots=True)
class ChooseThat:
    """Choose this option of this menu, by its value."""

    person: str
    channel: str
    ts: str
    action_id: str
    value: str


@dataclass(frozen=True, slots=True)
class SubmitThat:
    """Send this dialog with what was filled in, by action id."""

    person: str
    view: str
    values: Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class CloseThat:
    """Close this dialog."""

    person: str
    view: str


Pointed = Say | PressThat | ChooseThat | SubmitThat | CloseThat


async def point(world: World, pointed: Pointed) -> str:
    """Do it; the answer is Slack's sentence where it has one.

    Raises:
        NotOnScreen: the person does not see that, or can't send it like this.
    """
    slack, who = world.slack, _person(world, pointed.person)
    match pointed:
        case Say(_, text):
            slack.post(world.channel, html.escape(text, quote=False), [], user=who)
            await slack.changed()
            return ""
        case PressThat(_, channel, ts, action_id):
            return (await slack.press(who, _message(slack, channel, ts), action_id)).error or ""
        case ChooseThat(_, channel, ts, action_id, value):
            return (await slack.choose(who, _message(slack, channel, ts), action_id, value)).error or ""
        case SubmitThat(_, view, values):
            return (await slack.submit(who, _view(slack, who, view), values)).error or ""
        case CloseThat(_, view):
            await slack.close(who, _view(slack, who, view))
            return ""
        case _:
            assert_never(pointed)


def _person(world: World, name: str) -> str:
    if name not in world.people:
        raise NotOnScreen(f"{name} is not in the channel.")
    return world.people[name].id


def _message(slack: Workspace, channel: str, ts: str) -> Message:
    message = slack.message(channel, ts)
    if message is None:
        raise NotOnScreen("That message is no longer there.")
    return message


def _view(slack: Workspace, who: str, view_id: str) -> View:
    for view in slack.views(who):
        if view.id == view_id:
            return view
    raise NotOnScreen("That dialog is no longer open.")
