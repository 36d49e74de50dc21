"""What can happen to a move, in the past tense. Pure values; `lifecycle.decide()` says what each means.

Deeds of people carry the person as Slack describes them. Results name the effect they answer, and count only while that
effect is outstanding: late, doubled and reordered results drop out there.
"""

from dataclasses import dataclass

from bot.alias_move.approval import Person
from bot.alias_move.findings import Inspection
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


Deed = TargetChosen | RecheckRequested | Approved | Rejected | Cancelled
CardEvent = CardPosted | CardImpossible
Result = (
    Inspected
    | InspectionFailed
    | TxtSeen
    | TxtLost
    | TxtUnchanged
    | AssociationAccepted
    | AssociationRefused
    | AssociationUnclear
    | AliasAssociated
    | AliasOnSource
    | AliasElsewhere
    | ReadBackFailed
    | DeadlinePassed
    | NoticePosted
    | NoticeDelayed
    | EffectAbandoned
)
Event = Deed | CardEvent | CallSent | Result
