"""The public face of what people read: action ids, what a press carries, and one function per message.

Pure: nothing here, and nothing behind it, talks to Slack.
"""

from bot.slack.answers import (
    already_open,
    having_a_look,
    help_text,
    invite_me,
    list_of_moves,
    not_understood,
    status_of,
    whisper,
)
from bot.slack.blocks import Json, Message
from bot.slack.buttons import (
    APPROVE,
    CANCEL,
    CHOOSE_TARGET,
    LETTERS,
    RECHECK,
    REJECT,
    UNREADABLE_PRESS,
    ButtonValue,
    NotOurButton,
)
from bot.slack.card import card, summary
from bot.slack.letters import NO_LETTERS, has_letters, letters_modal
from bot.slack.modals import (
    APPROVE_MODAL,
    REASON,
    REASON_CHARACTERS,
    REJECT_MODAL,
    approval_modal,
    outcome_view,
    rejection_modal,
)
from bot.slack.notices import notice
from bot.slack.progress import without_plans
from bot.slack.text import clock, code, escape

__all__ = [
    "APPROVE",
    "APPROVE_MODAL",
    "CANCEL",
    "CHOOSE_TARGET",
    "LETTERS",
    "NO_LETTERS",
    "REASON",
    "REASON_CHARACTERS",
    "RECHECK",
    "REJECT",
    "REJECT_MODAL",
    "UNREADABLE_PRESS",
    "ButtonValue",
    "Json",
    "Message",
    "NotOurButton",
    "already_open",
    "approval_modal",
    "card",
    "clock",
    "code",
    "escape",
    "has_letters",
    "having_a_look",
    "help_text",
    "invite_me",
    "letters_modal",
    "list_of_moves",
    "not_understood",
    "notice",
    "outcome_view",
    "rejection_modal",
    "status_of",
    "summary",
    "whisper",
    "without_plans",
]
