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
    CREATE_RECORD,
    DISABLE_SOURCE,
    ENABLE_SOURCE,
    LETTERS,
    NOT_TRIED,
    OWNER_SAYS_OFF,
    RECHECK,
    RECORD_TEXTS,
    REJECT,
    REMOVE_RECORD,
    TRIED_BY_HAND,
    UNREADABLE_PRESS,
    ButtonValue,
    NotOurButton,
)
from bot.slack.card import card, summary
from bot.slack.letters import NO_LETTERS
from bot.slack.modals import (
    APPROVE_MODAL,
    REASON,
    REASON_CHARACTERS,
    REJECT_MODAL,
    approval_modal,
    outcome_view,
    reading_modal,
    rejection_modal,
)
from bot.slack.notices import notice
from bot.slack.progress import without_plans
from bot.slack.record_modal import CREATE_RECORD_MODAL, creating_modal
from bot.slack.record_texts import NO_RECORD_TEXTS, has_record_texts, record_texts_modal
from bot.slack.source_modal import DISABLE_SOURCE_MODAL, SOURCE_ID, disabling_modal
from bot.slack.text import clock, code, escape

__all__ = [
    "APPROVE",
    "APPROVE_MODAL",
    "CANCEL",
    "CHOOSE_TARGET",
    "CREATE_RECORD",
    "CREATE_RECORD_MODAL",
    "DISABLE_SOURCE",
    "DISABLE_SOURCE_MODAL",
    "ENABLE_SOURCE",
    "LETTERS",
    "NOT_TRIED",
    "NO_LETTERS",
    "NO_RECORD_TEXTS",
    "OWNER_SAYS_OFF",
    "REASON",
    "REASON_CHARACTERS",
    "RECHECK",
    "RECORD_TEXTS",
    "REJECT",
    "REJECT_MODAL",
    "REMOVE_RECORD",
    "SOURCE_ID",
    "TRIED_BY_HAND",
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
    "creating_modal",
    "disabling_modal",
    "escape",
    "has_record_texts",
    "having_a_look",
    "help_text",
    "invite_me",
    "list_of_moves",
    "not_understood",
    "notice",
    "outcome_view",
    "reading_modal",
    "record_texts_modal",
    "rejection_modal",
    "status_of",
    "summary",
    "whisper",
    "without_plans",
]
