"""The record as texts to be copied: a line of a zone file, a change batch for Route 53, Terraform.

Pure, plain text; the bot creates nothing by them. None of them overwrites what is there already.
"""

import json
import re

from bot.alias_move.move import Move, MoveState
from bot.alias_move.names import TxtRecord
from bot.slack.blocks import Json, modal, preformatted, preformatted_lines, section
from bot.slack.text import code

TTL_S = 60
"""Short: after the move the record is of no use."""
NO_RECORD_TEXTS = "There is no record to create for this move now: the card shows how it stands."

_STATES = frozenset({MoveState.BLOCKED, MoveState.AWAITING_TXT})


def has_record_texts(move: Move) -> bool:
    """Whether a record is waited for."""
    plan = move.plan
    return move.state in _STATES and plan is not None and plan.record is not None and not plan.record_is_live


def zone_file(record: TxtRecord) -> str:
    """With the final dot, without which a zone file adds its own name."""
    return f'{record.name}. {TTL_S} IN TXT "{record.value}"'


def change_batch(record: TxtRecord) -> list[str]:
    """CREATE, which Route 53 refuses where there is a TXT record of that name already."""
    record_set = {
        "Name": f"{record.name}.",
        "Type": "TXT",
        "TTL": TTL_S,
        "ResourceRecords": [{"Value": f'"{record.value}"'}],
    }
    return json.dumps({"Changes": [{"Action": "CREATE", "ResourceRecordSet": record_set}]}, indent=2).splitlines()


def terraform(record: TxtRecord, zone: str) -> list[str]:
    """A resource of the AWS provider; the quotes of the value are added by it."""
    label = re.sub(r"[^a-z0-9]+", "_", record.name.lower()).strip("_")
    return [
        f'resource "aws_route53_record" "cloudfront_{label}" {{',
        f'  zone_id = "the id of the hosted zone {zone}"',
        f'  name    = "{record.name}"',
        '  type    = "TXT"',
        f"  ttl     = {TTL_S}",
        f'  records = ["{record.value}"]',
        "}",
    ]


def record_texts_modal(move: Move) -> Json:
    """All three, to be read and copied."""
    record = move.plan.record if move.plan else None
    if record is None:
        return modal("The record as text", section([NO_RECORD_TEXTS]), close="Close")
    zone = move.sighting.zone if move.sighting else record.parent
    command = (
        "aws route53 change-resource-record-sets --hosted-zone-id <id of the hosted zone> --change-batch"
        " file://record.json"
    )
    blocks = [
        *section([f"The record belongs into the zone {code(zone)}.", "*A line of a zone file*"]),
        preformatted(zone_file(record)),
        *section(
            ["*Route 53*, as `record.json`. Where a TXT record of that name exists it is refused; add the value there."]
        ),
        preformatted_lines(change_batch(record)),
        preformatted(command),
        *section(
            [
                "*Terraform*. It writes all TXT values of that name at once: if there are others, list them too.",
            ]
        ),
        preformatted_lines(terraform(record, zone)),
    ]
    return modal("The record as text", blocks, close="Close")
