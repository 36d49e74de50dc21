"""Errors named for what the caller can do about them. `str(error)` is always a sentence for people.

An answer is not an error: what is raised from here means that there was no answer, or that it was no.

    PortError
    ├── TryAgainLater     nothing is known; nothing has changed
    ├── NotPermitted      our credentials or scopes do not allow it; a person must repair that
    ├── Refused           the other side understood, and said no; nothing has changed
    ├── Gone              what it is about does not exist (any more); nothing has changed
    ├── OutcomeUnknown    it may or may not have happened; look before doing anything else
    ├── Conflict          somebody was faster; load and decide again
    ├── AlreadyOpen       another open move holds this alias
    ├── NonceSpent        this modal was submitted before, or is too old
    └── ChannelClosed     Slack does not let us post in that channel
"""

from bot.alias_move.move import Refusal


class PortError(Exception):
    """`str(error)` is a sentence for people."""


class TryAgainLater(PortError):  # noqa: N818 - named for what the caller can do
    """No answer, or one that asks to come back. Nothing is known, nothing has changed."""


class NotPermitted(PortError):  # noqa: N818
    """Our credentials do not allow it. Trying again helps only after a person has repaired that."""


class Refused(PortError):  # noqa: N818
    """The other side understood, and said no. Nothing has changed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


class Gone(PortError):  # noqa: N818
    """What it is about does not exist (any more). Nothing has changed."""


class OutcomeUnknown(PortError):  # noqa: N818
    """The request was sent, and no answer came back."""


class Conflict(PortError):  # noqa: N818
    """Somebody else has changed the move since it was loaded."""


class AlreadyOpen(PortError):  # noqa: N818
    """Another open move holds this alias."""

    def __init__(self, move_id: str) -> None:
        super().__init__("There is an open move for this alias already.")
        self.move_id = move_id


class NonceSpent(PortError):  # noqa: N818
    """A modal counts once, and for ten minutes."""


class ChannelClosed(PortError):  # noqa: N818
    """The bot is not in the channel, or may not post there."""
