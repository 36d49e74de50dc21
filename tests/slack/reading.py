"""What people read, as a terminal shows it."""

from collections.abc import Iterable

from bot.alias_move.approval import Rules
from bot.alias_move.move import Move
from bot.slack.blocks import Json
from bot.slack.messages import card
from bot.slack.situation import NO_NAMES, AccountNames
from playground.slack import plain_text
from tests.slack.made_moves import RULES


def read(blocks: Iterable[Json]) -> str:
    """Of a notice or a dialog."""
    return plain_text.of_blocks(tuple(blocks), str)


def shown(move: Move, rules: Rules = RULES, account_names: AccountNames = NO_NAMES) -> str:
    """Its card."""
    return read(card(move, rules, account_names).blocks)


def buttons(move: Move, rules: Rules = RULES) -> set[str]:
    """The action ids on its card."""
    rows = [block for block in card(move, rules).blocks if block["type"] == "actions"]
    return {element["action_id"] for row in rows for element in row["elements"]}
