"""What can happen to a move, in the past tense. Pure values; `lifecycle.decide()` says what each means.

Deeds of people carry the person as Slack describes them. Results name the effect they answer, and count only while that
effect is outstanding: late, doubled and reordered results drop out there.
"""

from dataclasses import dataclass

from bot.alias_move.approval import Person
from bot.alias_move.findings import Inspection
from bot.alias_move.mistakes import Diagnosis
from bot.alias_move.move import Refusal
from bot.alias_move.names import AliasName, DistributionId
from bot.alias_move.sightings import TxtSighting


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody asked for a move. The only event without a move before it."""

    move_id: str
    team: str
    alias: AliasName
    wanted_target: DistributionId | None
    by: Person
    channel: str
    answer_url: str


@dataclass(frozen=True, slots=True)
class TargetChosen:
    """From the menu on the card."""

    by: Person
    target: DistributionId


@dataclass(frozen=True, slots=True)
class RecheckRequested:
    """Somebody says that something has changed."""

    by: Person


@dataclass(frozen=True, slots=True)
class OwnerSaysOff:
    """Somebody has heard that the owner of a holder nobody here can read has disabled it.

    Names what the card showed, so that it is about the holder that this person had before their eyes.
    """

    by: Person
    digest: str
    round: int


@dataclass(frozen=True, slots=True)
class Approved:
    """Through the modal; names what the modal showed."""

    by: Person
    digest: str
    round: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """Through the modal, with a reason."""

    by: Person
    digest: str
    round: int
    reason: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """By the button or the command."""

    by: Person


@dataclass(frozen=True, slots=True)
class HandTryTold:
    """Somebody answers the card's question whether the move was tried by hand before the record was there."""

    by: Person
    was_tried: bool


@dataclass(frozen=True, slots=True)
class DisablingApproved:
    """Through the modal: the source may be disabled, with everything it serves. No approval of the move."""

    by: Person
    key: str
    """Of the source and the aliases that the modal showed (`source_off.key_of`)."""
    typed: str
    """What was typed as the source's id."""


@dataclass(frozen=True, slots=True)
class EnablingRequested:
    """By the button on the card of a move that is over."""

    by: Person


@dataclass(frozen=True, slots=True)
class RecordApproved:
    """Through the modal: the record may be created in a hosted zone of ours. No approval of the move."""

    by: Person
    key: str
    """Of the zone, the record and the values beside it that the modal showed (`zone_record.key_of`)."""


@dataclass(frozen=True, slots=True)
class RemovalRequested:
    """By the button on the card of a move that is over: the record we created may go."""

    by: Person


@dataclass(frozen=True, slots=True)
class CardPosted:
    """The card is in the channel."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class CardImpossible:
    """Slack will not let us post there, now or later."""

    why: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """A look at everything came back."""

    effect_id: str
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class InspectionFailed:
    """A look did not come back; `why` is a sentence."""

    effect_id: str
    why: str


@dataclass(frozen=True, slots=True)
class TxtSeen:
    """The record is live."""

    effect_id: str
    sighting: TxtSighting


@dataclass(frozen=True, slots=True)
class TxtLost:
    """The record was live, and a server with authority now says otherwise."""

    effect_id: str
    sighting: TxtSighting


@dataclass(frozen=True, slots=True)
class TxtUnchanged:
    """The record is as it was, or nobody answered (`sighting` is None, and `why` is a sentence)."""

    effect_id: str
    sighting: TxtSighting | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class TargetRead:
    """The target alone was read, to see whether somebody else has put the alias there."""

    effect_id: str
    has_alias: bool
    """False also where it could not be read: whole looks tell of that."""


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """Mistakes were looked for; there may be none."""

    effect_id: str
    diagnosis: Diagnosis


@dataclass(frozen=True, slots=True)
class CallSent:
    """The worker is about to send the move call: written down first, so that nobody ever sends it twice.

    The only event that names an effect without ending it.
    """

    effect_id: str


@dataclass(frozen=True, slots=True)
class AssociationAccepted:
    """CloudFront answered 200. That is a promise, not a proof."""

    effect_id: str


@dataclass(frozen=True, slots=True)
class AssociationRefused:
    """CloudFront said no. Nothing has changed."""

    effect_id: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class AssociationUnclear:
    """No answer, or somebody before us has already sent the call."""

    effect_id: str


@dataclass(frozen=True, slots=True)
class AliasAssociated:
    """Read back: the target holds the alias, and the source does not."""

    effect_id: str


@dataclass(frozen=True, slots=True)
class AliasOnSource:
    """Read back: nothing has moved so far."""

    effect_id: str


@dataclass(frozen=True, slots=True)
class AliasElsewhere:
    """Read back: neither source nor target holds it."""

    effect_id: str


@dataclass(frozen=True, slots=True)
class ReadBackFailed:
    """CloudFront could not be read; `why` is a sentence."""

    effect_id: str
    why: str


@dataclass(frozen=True, slots=True)
class SwitchSent:
    """The worker is about to ask CloudFront to switch the source. Names an effect without ending it."""

    effect_id: str


@dataclass(frozen=True, slots=True)
class SourceRead:
    """What the source is: CloudFront has taken the change, had it already, or was only read."""

    effect_id: str
    is_enabled: bool | None
    """None: it is gone."""


@dataclass(frozen=True, slots=True)
class SourceChanged:
    """The source is not what was approved any more, so nothing was changed; `why` is a sentence."""

    effect_id: str
    why: str


@dataclass(frozen=True, slots=True)
class SwitchRefused:
    """CloudFront said no to switching the source. Nothing has changed by that."""

    effect_id: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class SwitchDelayed:
    """No answer about switching the source; `why` is a sentence."""

    effect_id: str
    why: str
    is_unclear: bool
    """Whether the change was sent, so that it may have happened."""


@dataclass(frozen=True, slots=True)
class RecordSent:
    """The worker is about to ask Route 53 to change the record. Names an effect without ending it."""

    effect_id: str


@dataclass(frozen=True, slots=True)
class RecordAccepted:
    """Route 53 has taken the change, and is still bringing it to its servers."""

    effect_id: str
    change_id: str


@dataclass(frozen=True, slots=True)
class RecordRead:
    """Whether the zone has the value: the change is on all servers, was not needed, or the zone was only read."""

    effect_id: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class RecordChanged:
    """The zone is not what was approved any more, so nothing was changed; `why` is a sentence."""

    effect_id: str
    why: str


@dataclass(frozen=True, slots=True)
class RecordRefused:
    """Route 53 said no to changing the record. Nothing has changed by that."""

    effect_id: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class RecordDelayed:
    """No answer about the record; `why` is a sentence."""

    effect_id: str
    why: str
    is_unclear: bool
    """Whether the change was sent, so that it may have happened."""


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The effect tells which deadline."""

    effect_id: str


@dataclass(frozen=True, slots=True)
class NoticePosted:
    """The message stands in the thread."""

    effect_id: str


@dataclass(frozen=True, slots=True)
class NoticeDelayed:
    """Slack did not take the message now."""

    effect_id: str


@dataclass(frozen=True, slots=True)
class EffectAbandoned:
    """The effect failed too often; nobody will try it again."""

    effect_id: str


Deed = TargetChosen | RecheckRequested | HandTryTold | OwnerSaysOff | Approved | Rejected | Cancelled
SwitchDeed = DisablingApproved | EnablingRequested
SwitchResult = SourceRead | SourceChanged | SwitchRefused | SwitchDelayed
RecordDeed = RecordApproved | RemovalRequested
RecordResult = RecordAccepted | RecordRead | RecordChanged | RecordRefused | RecordDelayed
CardEvent = CardPosted | CardImpossible
Result = (
    Inspected
    | InspectionFailed
    | TxtSeen
    | TxtLost
    | TxtUnchanged
    | TargetRead
    | Diagnosed
    | AssociationAccepted
    | AssociationRefused
    | AssociationUnclear
    | AliasAssociated
    | AliasOnSource
    | AliasElsewhere
    | ReadBackFailed
    | SwitchResult
    | RecordResult
    | DeadlinePassed
    | NoticePosted
    | NoticeDelayed
    | EffectAbandoned
)
Event = Deed | SwitchDeed | RecordDeed | CardEvent | CallSent | SwitchSent | RecordSent | Result
