"""What Slack sends, turned into calls of `bot.moves`, and the answers turned into what Slack expects. Nothing else.

Every listener is: parse (pure), one use case, answer. The same listeners serve HTTP and Socket Mode.
"""

from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp

from bot.moves import Moves
from handlers import approval_modal, cname_conflict, move_buttons, source_switch, zone_record
from handlers.errors import Boundary


def register(app: AsyncApp, moves: Moves, account_names: Mapping[str, str]) -> Boundary:
    """Add all listeners; the boundary they share knows which requests are being answered right now."""
    boundary = Boundary()
    cname_conflict.register(app, moves, boundary)
    move_buttons.register(app, moves, boundary)
    approval_modal.register(app, moves, boundary, account_names)
    source_switch.register(app, moves, boundary, account_names)
    zone_record.register(app, moves, boundary, account_names)
    return boundary
