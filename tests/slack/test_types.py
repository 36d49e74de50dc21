"""Everything the bot sends has the shape that Slack's own type definitions give it, as the TypeScript compiler sees it.

One run of tsc judges all messages and dialogs; it takes most of its time to start.
"""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from bot.alias_move.names import AliasName
from bot.slack.blocks import Json
from bot.slack.messages import (
    already_open,
    approval_modal,
    card,
    having_a_look,
    help_text,
    invite_me,
    list_of_moves,
    not_understood,
    notice,
    outcome_view,
    reading_modal,
    rejection_modal,
    status_of,
    whisper,
    without_plans,
)
from playground.page import bundle
from tests.playground.page.stage import is_missing
from tests.slack.every_move import every_move
from tests.slack.made_moves import NASTY, RULES, World, notices_of

pytestmark = pytest.mark.wide

WWW = AliasName("www.example.com")
WRONG: Json = {"type": "header", "text": {"type": "mrkdwn", "text": "a header is plain text"}}
FREE_TEXTS = {"text", "value", "block_id", "title", "task_id", "accessibility_label", "private_metadata"}


def every_message() -> Iterator[tuple[str, list[Json]]]:
    for kind, world in {"plain": World(), "nasty": World(nasty=NASTY)}.items():
        moves = dict(every_move(world))
        for name, move in moves.items():
            shown = card(move, RULES).blocks
            yield f"card: {name}, {kind}", shown
            yield f"card without plans: {name}, {kind}", without_plans(shown)
            yield f"status: {name}, {kind}", status_of(move).blocks
            for one in notices_of(move):
                yield f"notice: {name}, {kind}", notice(move, one, RULES).blocks
        yield f"list, {kind}", list_of_moves(moves.values()).blocks
        yield f"already open, {kind}", already_open(moves["awaiting approval"]).blocks
    yield "help", help_text().blocks
    yield "an empty list", list_of_moves([]).blocks
    yield "not understood", not_understood(NASTY).blocks
    yield "having a look", having_a_look(WWW, has_worker=True).blocks
    yield "no worker", having_a_look(WWW, has_worker=False).blocks
    yield "invite me", invite_me("U0BOT", WWW).blocks
    yield "a whisper", whisper("Only approvers may do that.").blocks


def every_view() -> Iterator[tuple[str, Json]]:
    for kind, world in {"plain": World(), "nasty": World(nasty=NASTY)}.items():
        for name, move in {"one account": world.live().inspected(), "foreign": world.foreign()}.items():
            yield f"approving, {name}, {kind}", approval_modal(move, RULES, "a-nonce")
            yield f"rejecting, {name}, {kind}", rejection_modal(move, "a-nonce")
            if (view := reading_modal(move)) is not None:
                yield f"to read, {name}, {kind}", view
    yield "outcome", outcome_view("Too late", "CloudFront was asked already.")


def shape(value: Any) -> Any:
    """The same with free texts cut away: types say nothing about them, and tsc reads faster."""
    if isinstance(value, dict):
        return {
            name: "x" if name in FREE_TEXTS and isinstance(part, str) else shape(part) for name, part in value.items()
        }
    return [shape(part) for part in value] if isinstance(value, list) else value


def program() -> str:
    """A constant for each different shape of a block and of a dialog, which has to satisfy Slack's type."""
    told = {json.dumps(shape(block)): (name, "KnownBlock") for name, blocks in every_message() for block in blocks}
    told |= {json.dumps(shape(view)): (name, "ModalView") for name, view in every_view()}
    lines = ['import type { KnownBlock, ModalView } from "@slack/types";']
    for number, (value, (name, kind)) in enumerate(told.items()):
        lines.append(f"export const x{number} = {value} satisfies {kind}; // {name}")
    # The judge is judged too: tsc complains where a line it is told to expect an error of has none.
    lines += ["// @ts-expect-error", f"export const wrong = {json.dumps(WRONG)} satisfies KnownBlock;"]
    return "\n".join(lines)


def judged(source: str) -> str:
    """What tsc says about a program; nothing, if all is well."""
    node, installed = bundle.program("node"), bundle.BUILT / "node_modules"
    if node is None or not (installed / "typescript").is_dir() or not (installed / "@slack" / "types").is_dir():
        is_missing("tsc and Slack's types are not installed (make browser)")
    place = bundle.BUILT / "types"  # beside node_modules, where tsc looks for Slack's types
    place.mkdir(exist_ok=True)
    (place / "messages.mts").write_text(source)
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"]
    ended = subprocess.run(
        [*node, str(installed / "typescript" / "bin" / "tsc"), *options, "messages.mts"],
        cwd=place,
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
    )
    return ended.stdout + ended.stderr


def test_every_message_and_every_dialog_satisfies_slacks_types() -> None:
    assert judged(program()) == ""
