"""The use cases: what people do with moves. Each is load, decide, commit; none waits for AWS or DNS.

Used by the web process, which may neither look nor act. What workers do with effects is in `performing.py`. Every
method answers with a sentence; a port that fails raises, and `handlers/errors.py` turns that into a sentence.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot import metrics
from bot.alias_move import approval, source_off, zone_record
from bot.alias_move.approval import Person, Rules
from bot.alias_move.events import (
    Approved,
    Cancelled,
    Deed,
    DisablingApproved,
    EnablingRequested,
    HandTryTold,
    Opened,
    OwnerSaysOff,
    RecheckRequested,
    RecordApproved,
    RecordDeed,
    Rejected,
    RemovalRequested,
    SwitchDeed,
    TargetChosen,
)
from bot.alias_move.lifecycle import open_move
from bot.alias_move.move import CardPlace, Move
from bot.alias_move.names import AliasName, DistributionId
from bot.alias_move.pacing import Pace
from bot.deciding import Decider, audit_entry, due_after
from bot.ports import AlreadyOpen, Nudge, People, Store

log = logging.getLogger(__name__)

LISTED_MOVES = 20

_NO_SUCH_MOVE = "I don't know that move (any more). Start again with the slash command."
_OLD_DIALOG = (
    "This dialog was already used, or is older than ten minutes. Nothing happened; press the button on the card again."
)
_NOT_THE_CARD = "That is not this move's card, so nothing happened. Look for the newest card of this alias."


@dataclass(frozen=True, slots=True)
class Answer:
    """What to tell the person who asked."""

    sentence: str
    """Empty: nothing needs to be said, the card will show it."""
    move: Move | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What became of a command that asks for a move."""

    move: Move | None
    """None: this person may not open one."""
    why_not: str = ""
    was_open: bool = False
    has_worker: bool = True


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a button, as it came in. Nothing in it is believed."""

    move_id: str
    digest: str
    round: int
    user: str
    team: str
    place: CardPlace


@dataclass(frozen=True, slots=True)
class Review:
    """What an approver is about to decide on, with the secret that makes the modal count once."""

    move: Move
    nonce: str


@dataclass(frozen=True, slots=True)
class Typo:
    """What was typed is not what had to be; the dialog stays open. `sentence` says so."""

    sentence: str


class Moves:
    """What people do."""

    def __init__(self, store: Store, people: People, nudge: Nudge, rules: Rules, pace: Pace) -> None:
        self._store = store
        self._people = people
        self._nudge = nudge
        self._decider = Decider(store, nudge, rules, pace)
        self.rules = rules

    async def open(
        self, alias: AliasName, wanted_target: DistributionId | None, *, user: str, team: str, channel: str, url: str
    ) -> Opening:
        """Open a move, or point to the one that is open. `url` is Slack's response_url of the command."""
        # All three at once: Slack takes longest, and a person waits.
        person, at, has_worker = await asyncio.gather(
            self._people.member(user, team), self._store.now(), self._store.has_worker()
        )
        if why := approval.why_may_not_take_part(person):
            return Opening(None, why)
        event = Opened(secrets.token_hex(6), team, alias, wanted_target, person, channel, url)
        move = open_move(event, at=at, rules=self.rules)
        try:
            stored = await self._store.create(move, audit_entry(event, move, by=user))
        except AlreadyOpen as taken:
            existing = await self._store.load(taken.move_id)
            return Opening(existing.move if existing else None, "" if existing else _NO_SUCH_MOVE, was_open=True)
        metrics.MOVES_OPENED.inc()
        log.info("opened move=%s alias=%s by=%s channel=%s", move.id, alias, user, channel)
        await self._nudge(due_after(None, move, stored.now))
        return Opening(move, has_worker=has_worker)

    async def choose_target(self, press: Press, target: DistributionId) -> Answer:
        """From the menu on the card."""
        return await self._pressed(press, lambda person: TargetChosen(person, target), self._people.person)

    async def recheck(self, press: Press) -> Answer:
        """Somebody says that something has changed."""
        return await self._pressed(press, RecheckRequested, self._people.member)

    async def tell_of_hand_try(self, press: Press, *, was_tried: bool) -> Answer:
        """The requester answers whether the move was tried by hand before the record was there."""
        return await self._pressed(press, lambda person: HandTryTold(person, was_tried), self._people.person)

    async def owner_says_off(self, press: Press) -> Answer:
        """Somebody has heard from the owner of a holder that nobody here can read."""
        return await self._pressed(
            press, lambda person: OwnerSaysOff(person, press.digest, press.round), self._people.person
        )

    async def cancel(self, press: Press) -> Answer:
        """By the button on the card."""
        return await self._pressed(press, Cancelled, self._people.person)

    async def cancel_alias(self, alias: AliasName, *, user: str, team: str) -> Answer:
        """By the command."""
        stored = await self._store.find_open(alias)
        if stored is None:
            return Answer(f"There is no open move of `{alias}`, so there is nothing to cancel.")
        return await self._do(stored.move.id, Cancelled(await self._people.person(user, team)))

    async def review(self, press: Press, *, approve: bool) -> Review | Answer:
        """What the approve (or reject) modal shows; an Answer says why there is none."""
        stored = await self._store.load(press.move_id)
        if stored is None or stored.move.card != press.place:
            return Answer(_NOT_THE_CARD if stored else _NO_SUCH_MOVE)
        person = await self._people.person(press.user, press.team)
        deed: Deed = (
            Approved(person, press.digest, press.round) if approve else Rejected(person, press.digest, press.round, "")
        )
        if why := self._decider.what_if(stored, deed).ignored:
            return Answer(why, stored.move)
        kind = "approve" if approve else "reject"
        meaning = f"{kind} {stored.move.id} {press.digest} {press.round} {press.user}"
        return Review(stored.move, await self._store.new_nonce(meaning))

    async def review_source(self, press: Press) -> Review | Answer:
        """What the modal shows that disables the source; an Answer says why there is none."""
        stored = await self._store.load(press.move_id)
        if stored is None or stored.move.card != press.place:
            return Answer(_NOT_THE_CARD if stored else _NO_SUCH_MOVE)
        person = await self._people.person(press.user, press.team)
        source = source_off.to_disable(stored.move, self.rules)
        key, source_id = (source_off.key_of(source), source.id.text) if source else ("", "")
        if why := self._decider.what_if(stored, DisablingApproved(person, key, source_id)).ignored:
            return Answer(why, stored.move)
        meaning = f"disable {stored.move.id} {key} {source_id} {press.user}"
        return Review(stored.move, await self._store.new_nonce(meaning))

    async def disable_source(self, nonce: str, typed: str, *, user: str, team: str) -> Answer | Typo:
        """That modal was submitted."""
        meant = await self._meant(nonce, "disable", user)
        if meant is None:
            return Answer(_OLD_DIALOG)
        move_id, key, source_id = meant
        if why := source_off.why_not_typed(typed, DistributionId(source_id)):
            return Typo(why)
        person = await self._people.person(user, team)
        return await self._do(move_id, DisablingApproved(person, key, typed), nonce=nonce)

    async def enable_source(self, press: Press) -> Answer:
        """By the button on the card of a move that is over."""
        return await self._pressed(press, EnablingRequested, self._people.person)

    async def review_record(self, press: Press) -> Review | Answer:
        """What the modal shows that creates the record; an Answer says why there is none."""
        stored = await self._store.load(press.move_id)
        if stored is None or stored.move.card != press.place:
            return Answer(_NOT_THE_CARD if stored else _NO_SUCH_MOVE)
        person = await self._people.person(press.user, press.team)
        hosted = zone_record.to_create(stored.move, self.rules)
        key = zone_record.key_of(hosted) if hosted else ""
        if why := self._decider.what_if(stored, RecordApproved(person, key)).ignored:
            return Answer(why, stored.move)
        meaning = f"record {stored.move.id} {key} - {press.user}"
        return Review(stored.move, await self._store.new_nonce(meaning))

    async def create_record(self, nonce: str, *, user: str, team: str) -> Answer:
        """That modal was submitted."""
        meant = await self._meant(nonce, "record", user)
        if meant is None:
            return Answer(_OLD_DIALOG)
        move_id, key, _ = meant
        return await self._do(move_id, RecordApproved(await self._people.person(user, team), key), nonce=nonce)

    async def remove_record(self, press: Press) -> Answer:
        """By the button on the card of a move that is over."""
        return await self._pressed(press, RemovalRequested, self._people.person)

    async def read(self, press: Press) -> Answer:
        """The move as it is stored, for a full member who wants to read more than the card shows."""
        stored = await self._store.load(press.move_id)
        if stored is None or stored.move.card != press.place:
            return Answer(_NOT_THE_CARD if stored else _NO_SUCH_MOVE)
        person = await self._people.member(press.user, press.team)
        if why := approval.why_may_not_take_part(person):
            return Answer(why)
        return Answer("", stored.move)

    async def approve(self, nonce: str, *, user: str, team: str) -> Answer:
        """The approve modal was submitted."""
        return await self._submitted(nonce, "approve", user, team, reason="")

    async def reject(self, nonce: str, reason: str, *, user: str, team: str) -> Answer:
        """The reject modal was submitted."""
        return await self._submitted(nonce, "reject", user, team, reason=reason)

    async def status(self, alias: AliasName) -> Move | None:
        """The open move of an alias, else the newest that has ended."""
        stored = await self._store.find_open(alias)
        if stored is not None:
            return stored.move
        return next((one.move for one in await self._store.recent(200) if one.move.alias == alias), None)

    async def recent(self) -> tuple[Move, ...]:
        """Newest first."""
        return tuple(stored.move for stored in await self._store.recent(LISTED_MOVES))

    async def _submitted(self, nonce: str, kind: str, user: str, team: str, reason: str) -> Answer:
        meant = await self._meant(nonce, kind, user)
        if meant is None:
            return Answer(_OLD_DIALOG)
        move_id, digest, round_ = meant
        person = await self._people.person(user, team)
        deed: Deed = (
            Approved(person, digest, int(round_))
            if kind == "approve"
            else Rejected(person, digest, int(round_), reason)
        )
        return await self._do(move_id, deed, nonce=nonce)

    async def _meant(self, nonce: str, kind: str, user: str) -> tuple[str, str, str] | None:
        """What a dialog of this kind was opened for, by whoever submits it: move id and two more words."""
        words = (await self._store.read_nonce(nonce) or "").split(" ")
        if len(words) != 5 or words[0] != kind or words[4] != user:  # noqa: PLR2004 - as written in the reviews
            return None
        return words[1], words[2], words[3]

    async def _pressed(
        self,
        press: Press,
        deed_of: Callable[[Person], Deed | SwitchDeed | RecordDeed],
        who: Callable[[str, str], Awaitable[Person]],
    ) -> Answer:
        stored = await self._store.load(press.move_id)
        if stored is None or stored.move.card != press.place:
            # A look-alike card, posted with a stolen token or forged, may carry the id of any move.
            return Answer(_NOT_THE_CARD if stored else _NO_SUCH_MOVE)
        return await self._do(press.move_id, deed_of(await who(press.user, press.team)))

    async def _do(self, move_id: str, deed: Deed | SwitchDeed | RecordDeed, *, nonce: str = "") -> Answer:
        outcome = await self._decider.happened(move_id, deed, by=deed.by.id, nonce=nonce)
        if outcome is None:
            return Answer(_NO_SUCH_MOVE)
        return Answer(outcome.ignored, outcome.stored.move)
