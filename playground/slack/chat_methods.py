"""chat.*: who may post where, and what may be changed afterwards.

Nothing here answers HTTP; a method takes the state and its arguments and gives the answer's fields, or is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack.arguments import Arguments, Refused

if TYPE_CHECKING:
    from playground.slack.directory import Channel
    from playground.slack.screen import Message
    from playground.slack.state import State

Json = dict[str, Any]

TEXT_CHARACTERS = 40_000


def post_message(state: State, arguments: Arguments) -> Json:
    channel = _channel_to_post_in(state, arguments.needed("channel"))
    text, blocks = content(arguments)
    thread_ts = arguments.text("thread_ts")
    if thread_ts is not None:
        _parent(state, channel, thread_ts)
    is_broadcast = thread_ts is not None and arguments.flag("reply_broadcast")
    message = state.post(channel, text, blocks or [], thread_ts=thread_ts, is_broadcast=is_broadcast)
    return {"channel": channel.id, "ts": message.ts, "message": as_json(state, message)}


def update(state: State, arguments: Arguments) -> Json:
    """Blocks that are not sent again are gone: what is not in the call is not in the message."""
    channel = state.directory.channels.get(arguments.needed("channel"))
    if channel is None or _is_hidden(state, channel):
        raise Refused("channel_not_found")
    text, blocks = content(arguments)
    message = state.message(channel.id, arguments.needed("ts"))
    if message is None:
        raise Refused("message_not_found")
    if message.is_ephemeral or message.user != state.app.bot_user_id:
        raise Refused("cant_update_message")
    edited = state.edit(message, text, blocks or [])
    return {"channel": channel.id, "ts": edited.ts, "text": edited.text, "message": as_json(state, edited)}


def post_ephemeral(state: State, arguments: Arguments) -> Json:
    channel = state.directory.channels.get(arguments.needed("channel"))
    if channel is None or _is_hidden(state, channel):
        raise Refused("channel_not_found")
    if state.app.bot_user_id not in channel.members:
        raise Refused("not_in_channel")
    user = arguments.needed("user")
    if user not in state.directory.people or user not in channel.members:
        raise Refused("user_not_in_channel")
    text, blocks = content(arguments)
    message = state.post(channel, text, blocks or [], thread_ts=arguments.text("thread_ts"), visible_to=user)
    return {"message_ts": message.ts}


def content(arguments: Arguments) -> tuple[str, list[Json] | None]:
    """Text and blocks of a message; one of them must say something."""
    text, blocks = arguments.text("text") or "", arguments.blocks()
    if not text.strip() and not blocks:
        raise Refused("no_text")
    if len(text) > TEXT_CHARACTERS:
        raise Refused("msg_too_long")
    return text, blocks


def as_json(state: State, message: Message) -> Json:
    """A message as answers and interaction payloads carry it."""
    told: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": state.directory.people[message.user].team_id,
    }
    if message.user == state.app.bot_user_id:
        told |= {"bot_id": state.app.bot_id, "app_id": state.app.id}
    if message.blocks:
        told["blocks"] = list(message.blocks)
    if message.thread_ts:
        told["thread_ts"] = message.thread_ts
    if message.edits:
        told["edited"] = {"user": message.user, "ts": f"{int(state.clock())}.000000"}
    return told


def _channel_to_post_in(state: State, identity: str) -> Channel:
    if identity in state.directory.people:
        return state.directory.direct_channel(identity)
    channel = state.directory.channels.get(identity)
    if channel is None or _is_hidden(state, channel):
        raise Refused("channel_not_found")
    if channel.is_archived:
        raise Refused("is_archived")
    if state.app.bot_user_id not in channel.members and "chat:write.public" not in state.app.scopes:
        raise Refused("not_in_channel")
    return channel


def _is_hidden(state: State, channel: Channel) -> bool:
    """A private channel without the bot does not exist for the bot."""
    return channel.is_private and state.app.bot_user_id not in channel.members


def _parent(state: State, channel: Channel, thread_ts: str) -> Message:
    """The message a reply belongs to; a reply to a reply, or to what only one person sees, belongs to nothing."""
    parent = state.message(channel.id, thread_ts)
    if parent is None:
        raise Refused("thread_not_found")
    if parent.is_ephemeral or parent.thread_ts is not None:
        raise Refused("cannot_reply_to_message")
    return parent
