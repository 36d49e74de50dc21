"""What can be pressed on a card: action ids, what a press carries, and which state has which buttons.

What a button carries is never trusted; it only says what the person had before their eyes. Pure.
"""

import re
from dataclasses import dataclass
from typing import Self

from bot.alias_move.approval import Rules
from bot.alias_move.findings import Candidate
from bot.alias_move.lifecycle import RECHECKABLE
from bot.alias_move.move import Move, MoveState
from bot.slack.blocks import BUTTON_CHARACTERS, OPTION_CHARACTERS, Json, actions, button, words
from bot.slack.letters import has_letters
from bot.slack.text import clip, plain

APPROVE = "move.approve"
REJECT = "move.reject"
CANCEL = "move.cancel"
RECHECK = "move.recheck"
CHOOSE_TARGET = "move.choose_target"
LETTERS = "move.letters"

MOST_OPTIONS = 100
_ALIAS_CHARACTERS = 40
# A menu's block id ends in the card's version.
_VALUE = re.compile(r"(?P<move_id>[A-Za-z0-9_.-]{1,64}):(?P<digest>[0-9a-f]{16}|):(?P<round>[0-9]{1,6})(/[0-9]{1,20})?")

UNREADABLE_PRESS = "I can't read that press. Nothing happened; use the buttons on the card as it is now."

_RECHECK_LABELS = {
    MoveState.BLOCKED: "I've fixed it, look now",
    MoveState.AWAITING_TXT: "I've added it, look now",
    MoveState.AWAITING_APPROVAL: "Look again",
}


class NotOurButton(ValueError):  # noqa: N818 - it names what was found
    """A press that no card of ours can have sent. `str(error)` is a sentence for whoever pressed."""


@dataclass(frozen=True, slots=True)
class ButtonValue:
    """What the card showed when it was pressed: which move, which plan, which round."""

    move_id: str
    digest: str
    """Empty: nothing had been looked at."""
    round: int

    @classmethod
    def of(cls, move: Move) -> Self:
        """What a card of this move carries now."""
        return cls(move.id, move.digest, move.round)

    def encode(self) -> str:
        """For a button's value."""
        return f"{self.move_id}:{self.digest}:{self.round}"

    @classmethod
    def decode(cls, value: object) -> Self:
        """From a button's value, or from the block id of the target menu, whose options name only distributions.

        Raises:
            NotOurButton: whatever else was sent.
        """
        match = _VALUE.fullmatch(value) if isinstance(value, str) and value.isascii() else None
        if match is None:
            raise NotOurButton(UNREADABLE_PRESS)
        return cls(match["move_id"], match["digest"], int(match["round"]))


def row(move: Move, rules: Rules) -> list[Json]:
    """The row of buttons, where the state has any."""
    if not move.state.is_waiting:
        return []
    buttons = [*_approval_buttons(move, rules), *_recheck_button(move), *_letters_button(move), _cancel_button(move)]
    return actions(f"buttons/{_version(move)}", buttons)


def target_menu(move: Move, candidates: tuple[Candidate, ...]) -> list[Json]:
    """The targets that fit."""
    options = [
        {"text": words(candidate.label, OPTION_CHARACTERS), "value": candidate.id.text}
        for candidate in candidates[:MOST_OPTIONS]
    ]
    menu: Json = {
        "type": "static_select",
        "action_id": CHOOSE_TARGET,
        "placeholder": words("Choose a target", OPTION_CHARACTERS),
        "options": options,
    }
    return actions(_version(move), [menu]) if options else []


def _version(move: Move) -> str:
    # A new id for every version of the card, as Slack asks: with the old one a menu keeps its old selection.
    return f"{ButtonValue.of(move).encode()}/{round(move.updated_at * 1000)}"


def _approval_buttons(move: Move, rules: Rules) -> list[Json]:
    if move.state is not MoveState.AWAITING_APPROVAL:
        return []
    value = ButtonValue.of(move).encode()
    reject = button("Reject…", REJECT, value, f"Reject moving {_short(move)}")
    if not (rules.moves_enabled and rules.approvers):
        return [reject]
    approve = button(
        "Review and approve…", APPROVE, value, f"Review and approve moving {_short(move)}", style="primary"
    )
    return [approve, reject]


def _recheck_button(move: Move) -> list[Json]:
    if move.state not in RECHECKABLE:
        return []
    style = None if move.state is MoveState.AWAITING_APPROVAL else "primary"
    value = ButtonValue.of(move).encode()
    return [button(_RECHECK_LABELS[move.state], RECHECK, value, f"Look again at {_short(move)}", style=style)]


def _letters_button(move: Move) -> list[Json]:
    if not has_letters(move):
        return []
    value = ButtonValue.of(move).encode()
    return [button("Texts to send…", LETTERS, value, f"Texts to send about {_short(move)}")]


def _cancel_button(move: Move) -> Json:
    confirm = {
        "title": words("Cancel this move?", BUTTON_CHARACTERS),
        "text": words(
            f"{move.alias} stays where it is, and nothing is changed. Anybody can ask for it again later.", 300
        ),
        "confirm": words("Cancel the move", 30),
        "deny": words("Keep it open", 30),
        "style": "danger",
    }
    return button(
        "Cancel…", CANCEL, ButtonValue.of(move).encode(), f"Cancel the move of {_short(move)}", confirm=confirm
    )


def _short(move: Move) -> str:
    return clip(plain(move.alias.text), _ALIAS_CHARACTERS)
