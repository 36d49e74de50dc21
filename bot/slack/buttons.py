"""What can be pressed on a card: action ids, what a press carries, and which state has which buttons.

What a button carries is never trusted; it only says what the person had before their eyes. Pure.
"""

import re
from dataclasses import dataclass
from typing import Self

from bot.alias_move.approval import Rules
from bot.alias_move.findings import Candidate
from bot.alias_move.move import Move, MoveState
from bot.alias_move.objections import RECHECKABLE
from bot.alias_move.owner_word import waits_for_word
from bot.alias_move.source_off import to_disable, to_enable
from bot.alias_move.zone_record import to_create, to_remove
from bot.slack.blocks import BUTTON_CHARACTERS, OPTION_CHARACTERS, Json, actions, button, words
from bot.slack.letters import has_letters
from bot.slack.record_texts import has_record_texts
from bot.slack.refusals import OWNER_LABEL
from bot.slack.source import name_of
from bot.slack.steps import steps_for
from bot.slack.text import clip, plain

APPROVE = "move.approve"
REJECT = "move.reject"
CANCEL = "move.cancel"
RECHECK = "move.recheck"
CHOOSE_TARGET = "move.choose_target"
LETTERS = "move.letters"
TRIED_BY_HAND = "move.tried_by_hand"
NOT_TRIED = "move.not_tried"
OWNER_SAYS_OFF = "move.owner_says_off"
DISABLE_SOURCE = "move.disable_source"
ENABLE_SOURCE = "move.enable_source"
RECORD_TEXTS = "move.record_texts"
CREATE_RECORD = "move.create_record"
REMOVE_RECORD = "move.remove_record"

MOST_OPTIONS = 100
_ALIAS_CHARACTERS = 40
_NAME_CHARACTERS = 30
# A menu's block id ends in the card's version.
_VALUE = re.compile(r"(?P<move_id>[A-Za-z0-9_.-]{1,64}):(?P<digest>[0-9a-f]{16}|):(?P<round>[0-9]{1,6})(/[0-9]{1,20})?")

UNREADABLE_PRESS = "I can't read that press. Nothing happened; use the buttons on the card as it is now."

_RECHECK_LABELS = {
    MoveState.BLOCKED: "I've fixed it, look now",
    MoveState.AWAITING_TXT: "I've added it, look now",
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
    if move.state.is_final:
        return actions(f"buttons/{_version(move)}", [*_enable_button(move), *_remove_record_button(move)])
    if not move.state.is_waiting:
        return []
    buttons = [
        *_approval_buttons(move, rules),
        *_owner_button(move),
        *_recheck_button(move),
        *_disable_button(move, rules),
        *_create_record_button(move, rules),
        *_record_texts_button(move),
        *_letters_button(move),
        _cancel_button(move),
    ]
    return actions(f"buttons/{_version(move)}", buttons)


def target_menu(move: Move, candidates: tuple[Candidate, ...]) -> list[Json]:
    """The targets that fit, in the order they come in."""
    options = [_option(candidate) for candidate in candidates[:MOST_OPTIONS]]
    menu: Json = {
        "type": "static_select",
        "action_id": CHOOSE_TARGET,
        "placeholder": words("Choose a target", OPTION_CHARACTERS),
        "options": options,
    }
    return actions(_version(move), [menu]) if options else []


def _option(candidate: Candidate) -> Json:
    """With what put it where it stands."""
    option: Json = {"text": words(candidate.label, OPTION_CHARACTERS), "value": candidate.id.text}
    certificate = f"certificate for {candidate.covered_by}" if candidate.covered_by else "certificate not readable"
    state = "" if candidate.deployed else "still deploying, "
    return option | {"description": words(state + certificate, OPTION_CHARACTERS)}


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


def _waits_for_owner(move: Move) -> bool:
    return move.state is MoveState.BLOCKED and waits_for_word(move.inspection)


def _owner_button(move: Move) -> list[Json]:
    if not _waits_for_owner(move):
        return []
    confirm = {
        "title": words("Is it switched off?", BUTTON_CHARACTERS),
        "text": words(
            f"I can't see whether the distribution that holds {_short(move)} is disabled. After this the move can be"
            " approved; if it is still enabled then, CloudFront refuses, and nothing changes. The card shows that you"
            " said so.",
            300,
        ),
        "confirm": words("Its owner says so", 30),
        "deny": words("Not yet", 30),
    }
    spoken = f"The owner of what holds {_short(move)} says it is off"
    value = ButtonValue.of(move).encode()
    return [button(OWNER_LABEL, OWNER_SAYS_OFF, value, spoken, style="primary", confirm=confirm)]


def _recheck_button(move: Move) -> list[Json]:
    if move.state not in RECHECKABLE:
        return []
    # Where an owner's word is waited for, looking again is no repair.
    is_minor = move.state is MoveState.AWAITING_APPROVAL or _waits_for_owner(move)
    style, label = (None, "Look again") if is_minor else ("primary", _RECHECK_LABELS[move.state])
    value = ButtonValue.of(move).encode()
    return [button(label, RECHECK, value, f"Look again at {_short(move)}", style=style)]


def _letters_button(move: Move) -> list[Json]:
    value = ButtonValue.of(move).encode()
    if steps_for(move) is not None:
        return [button("Keep it up: six steps…", LETTERS, value, f"Six steps that keep {_short(move)} up")]
    if has_letters(move):
        return [button("Texts to send…", LETTERS, value, f"Texts to send about {_short(move)}")]
    return []


def _disable_button(move: Move, rules: Rules) -> list[Json]:
    source = to_disable(move, rules)
    if source is None:
        return []
    name = clip(plain(source.comment), _NAME_CHARACTERS) or source.id.text
    spoken = f"Disable the source of {_short(move)}"
    return [button(f"Disable {name}…", DISABLE_SOURCE, ButtonValue.of(move).encode(), spoken, style="danger")]


def _enable_button(move: Move) -> list[Json]:
    off = to_enable(move)
    if off is None:
        return []
    name = name_of(off)
    confirm = {
        "title": words(f"Enable {name} again?", BUTTON_CHARACTERS),
        "text": words(f"{off.source} serves all the names that it still has again, within some minutes.", 300),
        "confirm": words("Enable it again", 30),
        "deny": words("Leave it disabled", 30),
    }
    spoken = f"Enable the old source of {_short(move)} again"
    value = ButtonValue.of(move).encode()
    return [button(f"Enable {name} again", ENABLE_SOURCE, value, spoken, confirm=confirm)]


def _create_record_button(move: Move, rules: Rules) -> list[Json]:
    if to_create(move, rules) is None:
        return []
    value = ButtonValue.of(move).encode()
    return [button("Create it for me…", CREATE_RECORD, value, f"Create the record for {_short(move)} in Route 53")]


def _remove_record_button(move: Move) -> list[Json]:
    known = to_remove(move)
    if known is None:
        return []
    hosted = known.hosted
    confirm = {
        "title": words("Remove the record?", BUTTON_CHARACTERS),
        "text": words(
            f"The value {hosted.record.value} is taken out of {hosted.record.name} in the hosted zone {hosted.zone_id}."
            " Other values at that name are kept.",
            300,
        ),
        "confirm": words("Remove it", 30),
        "deny": words("Leave it there", 30),
    }
    spoken = f"Remove the record for {_short(move)} from Route 53"
    return [button("Remove the record", REMOVE_RECORD, ButtonValue.of(move).encode(), spoken, confirm=confirm)]


def _record_texts_button(move: Move) -> list[Json]:
    if not has_record_texts(move):
        return []
    value = ButtonValue.of(move).encode()
    return [button("Zone file, Terraform…", RECORD_TEXTS, value, f"The record for {_short(move)} as text to copy")]


def _cancel_button(move: Move) -> Json:
    off = move.source_off
    rest = (
        f"{name_of(off)} stays disabled; the card then offers to enable it again."
        if off is not None and off.may_be_off
        else "Anybody can ask for it again later."
    )
    created = move.zone_record is not None and move.zone_record.may_be_there
    unchanged = "" if created or (off is not None and off.may_be_off) else ", and nothing is changed"
    left = " The record stays where I created it; the card then offers to remove it." if created else ""
    confirm = {
        "title": words("Cancel this move?", BUTTON_CHARACTERS),
        "text": words(f"{move.alias} stays where it is{unchanged}. {rest}{left}", 300),
        "confirm": words("Cancel the move", 30),
        "deny": words("Keep it open", 30),
        "style": "danger",
    }
    return button(
        "Cancel…", CANCEL, ButtonValue.of(move).encode(), f"Cancel the move of {_short(move)}", confirm=confirm
    )


def _short(move: Move) -> str:
    return clip(plain(move.alias.text), _ALIAS_CHARACTERS)
