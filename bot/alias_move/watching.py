"""A look at a record alone: all that it needs to know, so that thousands can be due and no move is loaded. Pure."""

import zlib
from dataclasses import dataclass
from enum import Enum

SHARDS = 4
"""Looks are taken in so many lots, each by one worker at a time. A stored number: keys are named after it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched, and since when; stored with the effect."""

    name: str
    """Of the record."""
    zone: str
    """The zone that its servers serve. All looks into one zone are in one lot, so whoever takes it can be polite."""
    is_brief: bool
    """Whether one server's "still nothing" is answer enough; anything else then leads to a whole look."""
    since: float
    """As `Move.watch_since`."""
    stirred_at: float
    """As `Move.stirred_at`."""

    @property
    def shard(self) -> int:
        """The lot it is in."""
        return zlib.crc32(self.zone.encode()) % SHARDS


@dataclass(frozen=True, slots=True)
class Watch:
    """A look at a record that is due: enough to ask one server whether there is anything new."""

    key: str
    """By which it is put off."""
    move_id: str
    effect_id: str
    name: str
    """Of the record."""
    is_brief: bool
    """False: only a whole look will do."""
    since: float
    """Since when the record has been waited for, Unix seconds."""
    stirred_at: float
    """The newest sign of life, Unix seconds."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Looks that nobody else will be given for a while."""

    now: float
    """The store's clock, Unix seconds."""
    watches: tuple[Watch, ...]
    next_at: float | None
    """When the next look of the lot is due; None: the lot is empty."""


class Glance(Enum):
    """What one question to one server has told."""

    NOTHING = "nothing"
    """There is still nothing, says a server with authority."""
    LOOK = "look"
    """Anything else, silence too: a whole look is due."""
    LATER = "later"
    """The servers of the zone have been asked often enough for now."""
