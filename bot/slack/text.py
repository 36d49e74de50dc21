"""Foreign text made harmless, and clock times, in Slack's markup.

Everything that people, AWS or DNS have written goes through `escape`, `code` or `plain`; nothing else may put it into a
message. Pure, and never raises.
"""

import math
import re
from datetime import UTC, datetime

from bot.alias_move.approval import mentions

ELLIPSIS = "…"
LONG_CHARACTERS = 300
"""Of a foreign sentence in a line of a card."""
SENTENCE_CHARACTERS = 500
NAME_CHARACTERS = 60
"""Of a comment, which is what people call a distribution."""

_SPACE = re.compile(r"\s+")
_NOTHING = "\u200b"
"""A zero-width space: keeps a mark from being taken for one."""
_EMOJI = re.compile(r":(?=[a-z0-9_+'-]+:)")


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, the last of them telling that something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def plain(text: str, limit: int = LONG_CHARACTERS) -> str:
    """One line without control, bidi and invisible characters: for `plain_text` and rich text, which know no marks."""
    return clip(_SPACE.sub(" ", visible(text)).strip(), limit)


def visible(text: str) -> str:
    """What a person can see of it, on one line; its spaces are kept."""
    if text.isprintable():
        return text
    # Not printable are controls, bidi marks, zero-width and private characters, and every space but the plain one.
    return "".join(one if one.isprintable() else " " if one.isspace() else "" for one in text)


def escape(text: str, limit: int = LONG_CHARACTERS) -> str:
    """The same for mrkdwn: no mention, link, emoji, code or bold text comes out of it. May get longer than `limit`."""
    shown = _entities(plain(text, limit).replace("`", "'"))
    # Marks come in pairs; one alone, like the star of `*.example.com`, formats nothing and stays as it can be copied.
    for mark in "*_~":
        if shown.count(mark) > 1:
            shown = shown.replace(mark, mark + _NOTHING)
    return _EMOJI.sub(":" + _NOTHING, shown)


def escape_sentence(text: str, limit: int = SENTENCE_CHARACTERS) -> str:
    """For a sentence of the core that quotes what somebody typed in backticks: they stay, mentions and links don't."""
    return _entities(plain(text, limit))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def code(text: str, limit: int = LONG_CHARACTERS) -> str:
    """In backticks: nothing inside is marked up, linked or changed, so that it can be copied."""
    shown = _entities(plain(text, limit).replace("`", "'"))
    return f"`{shown or ELLIPSIS}`"


def clock(at: float) -> str:
    """A Unix second as a clock time in the reader's zone; UTC where Slack can't."""
    second = math.ceil(at)
    return f"<!date^{second}^{{time_secs}}|{datetime.fromtimestamp(second, UTC):%H:%M:%S} UTC>"


def day_and_clock(at: float) -> str:
    """The same for what may be days away."""
    second = math.ceil(at)
    return f"<!date^{second}^{{date_short_pretty}} {{time}}|{datetime.fromtimestamp(second, UTC):%d %b %H:%M} UTC>"


def person(user_id: str | None) -> str:
    """A mention."""
    return f"<@{user_id}>" if user_id else "somebody"


def called(*ids: str | None) -> str:
    """Mentions of people and groups, each once."""
    return mentions(tuple(dict.fromkeys(one for one in ids if one)))


def in_words(names: list[str], last: str = "or") -> str:
    """`a, b or c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}" if names else ""
