"""The modal that has the record created: the zone, the record, and the values that stand at its name already.

Pure, and built from the stored move like every modal; it carries nothing but a nonce.
"""

from bot.alias_move.hosting import NEW_TTL_S, HostedTxt
from bot.alias_move.move import Move
from bot.slack import situation
from bot.slack.blocks import Json, modal, preformatted, preformatted_lines, section
from bot.slack.situation import NO_NAMES, AccountNames
from bot.slack.text import clock, code

CREATE_RECORD_MODAL = "move.create_record"


def creating_modal(move: Move, nonce: str, account_names: AccountNames = NO_NAMES) -> Json:
    """What it means to have the record of this move created."""
    inspection = move.inspection
    hosted = inspection.hosted if inspection else None
    if inspection is None or hosted is None:
        raise AssertionError("There is no hosted zone to create the record in.")
    whose = situation.account(hosted.account, account_names) if hosted.account else "the account of my own credentials"
    blocks = [
        *section(
            [
                f"Hosted zone  {code(hosted.zone)} · {code(hosted.zone_id)} · {whose}",
                "Its name servers are those that the world asks.",
                f"It is created so that {code(move.alias.text)} can move.",
                "*This is no approval of the move*, which is asked for later.",
            ]
        ),
        *section(["*The record*"]),
        preformatted(f"{hosted.record.name}. {_ttl_s(hosted)} IN TXT {hosted.quoted}"),
        *_beside(hosted, inspection.looked_at),
        *section(
            [
                (
                    "I change nothing if other values stand there by then, or if somebody changes them at the same"
                    " moment."
                ),
                "*How to undo it*  When the move is over, its card offers to remove this value and no other.",
            ]
        ),
    ]
    return modal(
        "Create the record?",
        blocks,
        callback_id=CREATE_RECORD_MODAL,
        private_metadata=nonce,
        submit="Create it",
        close="Not now",
    )


def _ttl_s(hosted: HostedTxt) -> int:
    return hosted.present.ttl_s if hosted.present else NEW_TTL_S


def _beside(hosted: HostedTxt, at: float) -> list[Json]:
    if not hosted.others:
        return section([f"No TXT record of that name was there at {clock(at)}."])
    return [
        *section([f"*TXT values that stand at that name already, and are kept*, as seen at {clock(at)}:"]),
        preformatted_lines(hosted.others),
    ]
