"""The slash command: its text is parsed once into a value, and answered for its sender alone."""

import re
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import assert_never

from slack_bolt.async_app import AsyncApp

from bot.alias_move.names import AliasName, DistributionId, NotAName, clean_text
from bot.moves import Moves
from bot.slack import messages
from bot.slack.messages import Message
from handlers.errors import Body, Boundary

COMMAND = "/cname-conflict"


@dataclass(frozen=True, slots=True)
class OpenMove:
    """`/cname-conflict www.example.com [E2TARGET]`."""

    alias: AliasName
    target: DistributionId | None


@dataclass(frozen=True, slots=True)
class Help:
    """`/cname-conflict help`, or nothing at all."""


@dataclass(frozen=True, slots=True)
class ListMoves:
    """`/cname-conflict list`."""


@dataclass(frozen=True, slots=True)
class Status:
    """`/cname-conflict status www.example.com`."""

    alias: AliasName


@dataclass(frozen=True, slots=True)
class Cancel:
    """`/cname-conflict cancel www.example.com`."""

    alias: AliasName


Command = OpenMove | Help | ListMoves | Status | Cancel


def parse(text: str) -> Command:
    """What somebody typed after the command.

    Raises:
        NotAName: with a sentence for them.
    """
    # A link may hold spaces in its label; it is one word all the same.
    words = re.findall(r"<[^<>]*>|\S+", clean_text(text))
    match [words[0].lower() if words else "", *words[1:]]:
        case ["" | "help"]:
            return Help()
        case ["list"]:
            return ListMoves()
        case ["status", alias]:
            return Status(AliasName.parse(alias))
        case ["cancel", alias]:
            return Cancel(AliasName.parse(alias))
        case ["status" | "cancel" as word, *rest]:
            raise NotAName(
                f"`{word}` takes exactly one alias, like `{COMMAND} {word} www.example.com`; you gave"
                f" {len(rest) or 'none'}."
            )
        case [_]:
            return OpenMove(AliasName.parse(words[0]), None)
        case [_, target]:
            return OpenMove(AliasName.parse(words[0]), DistributionId.parse(target))
        case _:
            raise NotAName(f"That is more than I can read: `{COMMAND} <alias> [target distribution id]`.")


def register(app: AsyncApp, moves: Moves, boundary: Boundary) -> None:
    """Listen for the command."""

    async def answer(body: Body) -> Message:
        try:
            command = parse(str(body.get("text") or ""))
        except NotAName as why:
            return messages.not_understood(str(why))
        return await _answer_of(command, moves, body)

    app.command(COMMAND)(boundary.command(answer))


def _answer_of(command: Command, moves: Moves, body: Body) -> Awaitable[Message]:
    match command:
        case OpenMove():
            return _open(command, moves, body)
        case Help():
            return _help()
        case ListMoves():
            return _list(moves)
        case Status():
            return _status(command, moves)
        case Cancel():
            return _cancel(command, moves, body)
        case _:  # pragma: no cover - the type checker proves it
            assert_never(command)


async def _open(command: OpenMove, moves: Moves, body: Body) -> Message:
    opening = await moves.open(
        command.alias,
        command.target,
        user=body["user_id"],
        team=body["team_id"],
        channel=body["channel_id"],
        url=body.get("response_url", ""),
    )
    if opening.move is None:
        return messages.whisper(opening.why_not)
    if opening.was_open:
        return messages.already_open(opening.move)
    return messages.having_a_look(opening.move.alias, has_worker=opening.has_worker)


async def _help() -> Message:
    return messages.help_text()


async def _list(moves: Moves) -> Message:
    return messages.list_of_moves(await moves.recent())


async def _status(command: Status, moves: Moves) -> Message:
    move = await moves.status(command.alias)
    if move is None:
        return messages.whisper(
            f"I know of no move of {messages.code(command.alias.text)}. `{COMMAND} {command.alias}` asks for one;"
            f" `{COMMAND} list` shows those there are."
        )
    return messages.status_of(move)


async def _cancel(command: Cancel, moves: Moves, body: Body) -> Message:
    answer = await moves.cancel_alias(command.alias, user=body["user_id"], team=body["team_id"])
    if answer.sentence or answer.move is None:
        return messages.whisper(answer.sentence)
    return messages.status_of(answer.move)
