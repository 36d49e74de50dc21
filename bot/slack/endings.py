"""What a card says when all is over: what is true now, and what is left for people to do.

Pure. Promises nothing about visitors that AWS does not: edges change over one by one, and caches begin cold.
"""

from collections.abc import Callable

from bot.alias_move.move import Move, MoveState
from bot.alias_move.names import TxtRecord
from bot.slack import situation
from bot.slack.blocks import Json, section
from bot.slack.text import clock, code, day_and_clock, escape, person

_REASON_CHARACTERS = 500


def moved(move: Move) -> list[Json]:
    """It has moved; the rest is housekeeping with a deadline."""
    done = [
        (
            f"{code(move.alias.text)} has *moved*: CloudFront lists it on {escape(situation.target_name(move))}"
            f" since {clock(move.state_since)}, as read back from it."
        ),
        "Edges change over one by one; for some minutes visitors get either distribution.",
    ]
    return [*section(done), *section(["*What to do next*", *_next_steps(move)]), *section([_who(move)])]


def _next_steps(move: Move) -> list[str]:
    plan = move.plan
    target = escape(situation.target_name(move))
    own_name = code(plan.target_domain_name) if plan and plan.target_domain_name else "the target's own name"
    steps = [
        f"At once: point DNS at {own_name}: the A, AAAA and HTTPS alias records, or the CNAME.",
        _keep_old(move),
        f"Before the next deploy: write the alias into the infrastructure code of {target}, and out of the old one's.",
        _remove_record(plan.record if plan else None),
    ]
    return [f"{number}. {step}" for number, step in enumerate([step for step in steps if step], 1)]


def _keep_old(move: Move) -> str:
    holder = move.plan.holder if move.plan else None
    if holder is not None and not holder.is_ours:
        return "The old distribution is somebody else's: ask its owner to keep it until the TTL of the old DNS is over."
    old = escape(situation.source_name(move))
    return f"Keep {old} enabled until DNS is changed and the TTL of its old records is over."


def _remove_record(record: TxtRecord | None) -> str:
    return f"Remove the TXT record {code(record.name)}; it has done its work." if record else ""


def _who(move: Move) -> str:
    approved = f", approved by {situation.approved_by(move)}" if move.votes else ""
    return f"Asked for by {person(move.requester)}{approved}."


def nothing_to_move(move: Move) -> list[Json]:
    """Already there, or held by nobody we can find: two different truths."""
    plan = move.plan
    target = escape(situation.target_name(move))
    if plan is not None and plan.is_on_target:
        return section(
            [f"{code(move.alias.text)} is on {target} already. There is nothing to do, and nothing was done."]
        )
    own_name = code(plan.target_domain_name) if plan and plan.target_domain_name else "the target's own name"
    return section(
        [
            (
                f"No distribution that I can ask about holds {code(move.alias.text)}, so there is nothing to move."
                + (f" AWS was asked at {clock(move.call.at)}." if move.call else " Nothing was changed.")
            ),
            (
                "If AWS still answers `CNAMEAlreadyExists` when you add it, the cause is DNS and no holder: the name"
                f" points at another distribution. Point DNS at {own_name} first, then add the name."
            ),
        ]
    )


def rejected(move: Move) -> list[Json]:
    """Who, when and why."""
    reason = f": “{escape(move.closing_words, _REASON_CHARACTERS)}”" if move.closing_words else "."
    return section(
        [
            f"{code(move.alias.text)} was *rejected* by {person(move.closed_by)} at {clock(move.state_since)}{reason}",
            *_left_behind(move),
        ]
    )


def cancelled(move: Move) -> list[Json]:
    """By a person, or because Slack has no place for the card."""
    who = f" by {person(move.closed_by)}" if move.closed_by else ""
    why = f" {escape(move.closing_words, _REASON_CHARACTERS)}" if move.closing_words else ""
    return section(
        [
            f"The move of {code(move.alias.text)} was *cancelled*{who} at {clock(move.state_since)}.{why}",
            *_left_behind(move),
        ]
    )


def expired(move: Move) -> list[Json]:
    """Nobody finished it, or nobody answered the request for approval."""
    why = (
        f"It was open since {day_and_clock(move.opened_at)}, and nobody finished it."
        if move.state_since >= move.expires_at
        else "It waited for an approval, and nobody answered in time."
    )
    return section(
        [
            f"The move of {code(move.alias.text)} has *expired* at {clock(move.state_since)}. {why}",
            *_left_behind(move),
        ]
    )


def _left_behind(move: Move) -> list[str]:
    record = move.plan.record if move.plan else None
    target = f" {move.wanted_target}" if move.wanted_target else ""
    lines = [situation.unchanged(move)]
    if record is not None and move.sighting is not None and move.sighting.seen_on:
        lines.append(f"The TXT record {code(record.name)} is still there; remove it if you won't try again.")
    lines.append(f"To ask again: {code(f'/cname-conflict {move.alias}{target}')}")
    return lines


ENDINGS: dict[MoveState, Callable[[Move], list[Json]]] = {
    MoveState.MOVED: moved,
    MoveState.NOTHING_TO_MOVE: nothing_to_move,
    MoveState.REJECTED: rejected,
    MoveState.CANCELLED: cancelled,
    MoveState.EXPIRED: expired,
}
