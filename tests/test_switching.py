"""A worker dies while it disables a source: whoever comes next finishes it, and never disables it by surprise."""

from collections.abc import AsyncIterator
from typing import cast

import pytest

from bot.alias_move.events import DisablingApproved, EnablingRequested, SourceRead, SwitchDelayed, SwitchSent
from bot.alias_move.move import EffectKind, Move, MoveState
from bot.alias_move.names import AccountId, DistributionId
from bot.alias_move.source_off import key_of
from bot.alias_move.switch import SourceOff, SwitchPhase
from bot.deciding import Decider, audit_entry
from bot.performing import MOST_ATTEMPTS
from bot.ports import Aws, Due, Gone, NotPermitted, Switch, TryAgainLater
from bot.switching import switch_source
from tests.alias_move.evidence import APPROVER, PACE, RULES
from tests.alias_move.walks import disabling
from tests.dying_workers import Moment, PowerFailure, Workers, no_nudge, store_with

pytestmark = pytest.mark.wide


class OneSource:
    """CloudFront, with one distribution that is switched, and moments at which the worker dies."""

    def __init__(self) -> None:
        self.enabled = True
        self.changes = 0
        self.is_gone = False
        self.dies: Moment | None = None
        self.trouble: Exception | None = None
        self.now = 0.0
        """Seconds, on the worker's monotonic clock."""

    async def switch(self, wanted: Switch) -> None:
        if self.dies is Moment.BEFORE_EFFECT:
            raise PowerFailure
        if self.is_gone:
            raise Gone("It does not exist any more.")
        if self.enabled is not wanted.enabled:
            if self.now >= wanted.send_before:
                raise TryAgainLater("It took too long.")
            self.enabled, self.changes = wanted.enabled, self.changes + 1
        if self.dies is Moment.AFTER_EFFECT:
            raise PowerFailure

    async def is_enabled(self, _distribution: DistributionId, _account: AccountId) -> bool:
        if self.trouble:
            raise self.trouble
        if self.is_gone:
            raise Gone("It does not exist any more.")
        return self.enabled


@pytest.fixture
def cloudfront() -> OneSource:
    return OneSource()


@pytest.fixture
async def workers(redis_url: str, cloudfront: OneSource) -> AsyncIterator[Workers]:
    async with store_with(redis_url, disabling().move) as store:
        yield Workers(store, cloudfront, EffectKind.DISABLE_SOURCE, PACE)


def off(move: Move) -> SourceOff:
    assert move.source_off is not None
    return move.source_off


@pytest.mark.parametrize("moment", Moment)
async def test_the_next_worker_finishes_what_a_dead_one_began(workers: Workers, cloudfront: OneSource, moment: Moment):
    cloudfront.dies = moment
    with pytest.raises(PowerFailure):
        await workers.perform()

    cloudfront.dies = None
    after = await workers.perform()

    assert off(after).phase is SwitchPhase.DISABLED
    assert (cloudfront.enabled, cloudfront.changes) == (False, 1)
    assert after.has_effect(EffectKind.LOOK)


@pytest.mark.parametrize(
    ("moment", "phase"),
    [(Moment.BEFORE_EFFECT, SwitchPhase.DISABLING), (Moment.AFTER_EFFECT, SwitchPhase.DISABLED)],
)
async def test_a_move_that_was_cancelled_meanwhile_is_only_told_what_is_true(
    workers: Workers, cloudfront: OneSource, moment: Moment, phase: SwitchPhase
):
    cloudfront.dies = moment
    with pytest.raises(PowerFailure):
        await workers.perform()
    await workers.cancel()
    changes = cloudfront.changes

    cloudfront.dies = None
    after = await workers.perform()

    # Still enabled so soon after it was asked proves nothing yet: it is read again.
    assert (after.state, off(after).phase) == (MoveState.CANCELLED, phase)
    assert cloudfront.changes == changes


@pytest.mark.parametrize("stopped_s", [25.0, 900.0])
async def test_a_worker_that_was_stopped_before_it_could_ask_changes_nothing(
    workers: Workers, cloudfront: OneSource, stopped_s: float
):
    async def stop(due: tuple[Due, ...]) -> None:
        """The nudge comes between the commit and what it permits."""
        await no_nudge(due)
        cloudfront.now += stopped_s

    move, effect = await workers.move(), await workers.change()
    decider = Decider(workers.store, stop, RULES, PACE)

    result = await switch_source(cast("Aws", cloudfront), decider, move, effect, lambda: cloudfront.now)

    assert result == SwitchDelayed(effect.id, "It took too long.", is_unclear=False)
    assert (cloudfront.enabled, off(await workers.move()).sent_at is None) == (True, False)


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_a_source_that_is_gone_is_called_gone(
    workers: Workers,
    cloudfront: OneSource,
    is_cancelled: bool,  # noqa: FBT001
):
    if is_cancelled:
        await workers.cancel()
    cloudfront.is_gone = True

    after = await workers.perform()

    assert off(after).phase is SwitchPhase.GONE
    assert not after.has_effect(EffectKind.DISABLE_SOURCE)


async def test_what_can_not_be_read_is_read_later(workers: Workers, cloudfront: OneSource):
    await workers.cancel()
    cloudfront.trouble = NotPermitted("My AWS credentials don't allow cloudfront:GetDistribution.")

    after = await workers.perform()

    assert off(after).why == str(cloudfront.trouble)
    assert after.has_effect(EffectKind.DISABLE_SOURCE)
    assert cloudfront.changes == 0


async def test_a_worker_that_dies_every_time_ends_with_a_sentence(workers: Workers, cloudfront: OneSource):
    cloudfront.dies = Moment.BEFORE_EFFECT
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(PowerFailure):
            await workers.perform()

    after = await workers.perform()

    assert off(after).phase is SwitchPhase.UNKNOWN
    assert "its log says why" in off(after).why
    assert cloudfront.enabled


def test_the_history_names_what_goes_down_once_with_the_approval():
    move = disabling().move
    source = move.inspection.source if move.inspection else None
    assert source is not None
    approval = DisablingApproved(APPROVER, key_of(source), source.id.text)

    words = audit_entry(approval, move, by=APPROVER.id).words

    assert words.endswith(f", {key_of(source)}: disabling; shop.example.com, www.example.com")
    for later in (SwitchSent("m1.9"), SourceRead("m1.9", is_enabled=False), EnablingRequested(APPROVER)):
        said = audit_entry(later, move, by="worker").words
        assert key_of(source) in said
        assert "example.com" not in said
