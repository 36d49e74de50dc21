"""The steps that people do by hand to keep a name up: one modal with all of them, and lines for a card.

Pure. Says which step comes next and never that one was done by somebody: what is done is what can be seen.
"""

from bot.alias_move.keeping_up import Step, Steps, Told, caught_too
from bot.alias_move.move import Move, MoveState
from bot.slack.blocks import Json, modal, preformatted_lines, section
from bot.slack.text import clip, code, escape

_CAUGHT_CHARACTERS = 1000
_STEP_CHARACTERS = 900


def steps_for(move: Move) -> Steps | None:
    """The steps, while the move waits for people to do them."""
    is_being_disabled = move.source_off is not None and move.source_off.may_be_off
    if move.state is not MoveState.BLOCKED or move.inspection is None or is_being_disabled:
        return None
    return move.inspection.steps


def steps_modal(steps: Steps) -> Json:
    """All six, and the warning about other names."""
    blocks = [
        *section(
            [
                (
                    "I do none of these. Whoever may edit both distributions does them for"
                    f" {code(steps.alias.text)}, one at a time, and looks at each before the next. The card says"
                    " which one comes next, by what I see whenever I look again."
                ),
                f"*Careful*  {escape(caught_too(steps), _CAUGHT_CHARACTERS)}",
            ]
        ),
        *(block for told in steps.told for block in _step(told, steps)),
    ]
    return modal("Keep it up: six steps", blocks, close="Close")


def _step(told: Told, steps: Steps) -> list[Json]:
    now = " comes next" if told.step is steps.next else ""
    # Preformatted, so that names with a star can be copied as they are.
    return [
        *section([f"*Step {told.step.value} of {len(Step)}{now}*"]),
        preformatted_lines([clip(told.what, _STEP_CHARACTERS), clip(told.how_to_see, _STEP_CHARACTERS)]),
    ]


def left_over(steps: Steps) -> list[Json]:
    """What is still to be done once the target has the name."""
    return [block for told in steps.told if told.step.value >= steps.next.value for block in _step(told, steps)]
