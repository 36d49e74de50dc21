"""What a card says when all is over: what is true now, and what is left for people to do.

Pure. Promises nothing about visitors that AWS does not: edges change over one by one, and caches begin cold.
"""

from collections.abc import Callable

from bot.alias_move.findings import FindingCode
from bot.alias_move.hosting import RecordPhase
from bot.alias_move.move import Move, MoveState
from bot.alias_move.names import TxtRecord
from bot.alias_move.switch import SwitchPhase
from bot.slack import hosted, situation, steps
from bot.slack.blocks import Json, section
from bot.slack.source import name_of, state_line
from bot.slack.text import clock, code, day_and_clock, escape, person

_REASON_CHARACTERS = 500
BY_OTHERS = "I did not move it: AWS Support or somebody else did. Change DNS now."


def moved(move: Move) -> list[Json]:
    """It has moved; the rest is housekeeping with a deadline."""
    done = [
        (
            f"{code(move.alias.text)} has *moved*: CloudFront lists it on {escape(situation.target_name(move))}"
            f" since {clock(move.state_since)}, as read back from it."
        ),
        situation.spreading(move),
    ]
    return [*section(done), *section(["*What to do next*", *_next_steps(move)]), *section([_who(move)])]


def _next_steps(move: Move) -> list[str]:
    plan = move.plan
    target = escape(situation.target_name(move))
    to_do = [
        f"At once: {_point_dns(move)}",
        _keep_old(move),
        f"Before the next deploy: write the alias into the infrastructure code of {target}, and out of the old one's.",
        _remove_record(move, plan.record if plan else None),
    ]
    return _numbered(to_do)


def _numbered(steps: list[str]) -> list[str]:
    return [f"{number}. {step}" for number, step in enumerate([step for step in steps if step], 1)]


def _point_dns(move: Move) -> str:
    return f"point DNS at {own_name(move)}: the A, AAAA and HTTPS alias records, or the CNAME."


def own_name(move: Move) -> str:
    """What DNS has to point at."""
    plan = move.plan
    name = code(plan.target_domain_name) if plan and plan.target_domain_name else "the target's own name"
    is_tenant = plan is not None and plan.target is not None and plan.target.is_tenant
    return f"{name}, the endpoint of its connection group" if is_tenant else name


def _keep_old(move: Move) -> str:
    holder = move.plan.holder if move.plan else None
    off = move.source_off
    if off is not None and off.phase is SwitchPhase.GONE:
        return f"Leave no DNS record that names {escape(name_of(off))}: it does not exist any more."
    if off is not None and off.may_be_off:
        return f"Leave no DNS record that names {escape(name_of(off))}: it is disabled."
    if holder is not None and not holder.is_ours:
        return "The old distribution is somebody else's: ask its owner to keep it until the TTL of the old DNS is over."
    old = escape(situation.source_name(move))
    if off is None and holder is not None and situation.is_source_disabled(move):
        return f"Leave no DNS record that names {old}: it is disabled."
    return f"Keep {old} enabled until DNS is changed and the TTL of its old records is over."


def _remove_record(move: Move, record: TxtRecord | None) -> str:
    if move.zone_record is not None and move.zone_record.phase is not RecordPhase.NOT_CREATED:
        return ""  # the lines about that record say it
    return f"Remove the TXT record {code(record.name)}; it has done its work." if record else ""


def _who(move: Move) -> str:
    approved = f", approved by {situation.approved_by(move)}" if move.votes else ""
    return f"Asked for by {person(move.requester)}{approved}."


def moved_by_others(move: Move) -> list[Json]:
    """It is where it should be, and nobody was told when: what visitors get now depends on DNS."""
    record, target = move.sighting.record if move.sighting else None, escape(situation.target_name(move))
    steps = [
        f"Now: {_point_dns(move)}",
        f"Before the next deploy: write the alias into the infrastructure code of {target}.",
        _remove_record(move, record),
    ]
    return [
        *section([by_others_line(move), *_asked_before(move)]),
        *section(["*What to do next*", *_numbered(steps)]),
        *section([_who(move)]),
    ]


def by_others_line(move: Move) -> str:
    """For card and notice."""
    target = escape(situation.target_name(move))
    return f"CloudFront now shows {code(move.alias.text)} on {target}, seen at {clock(move.state_since)}. {BY_OTHERS}"


def _asked_before(move: Move) -> list[str]:
    return [f"I had asked AWS for it at {clock(move.call.at)}, and AWS had refused."] if move.call else []


def nothing_to_move(move: Move) -> list[Json]:
    """Already there, or held by nobody we can find: two different truths."""
    if move.moved_by_others:
        return moved_by_others(move)
    plan = move.plan
    target = escape(situation.target_name(move))
    if plan is not None and plan.is_on_target and move.inspection is not None and move.inspection.steps is not None:
        done = f"{code(move.alias.text)} is on {target} now, put there by hand, step by step; I changed nothing."
        return [*section([done, "*What is left*"]), *steps.left_over(move.inspection.steps)]
    if plan is not None and plan.is_on_target:
        return section(
            [f"{code(move.alias.text)} is on {target} already. There is nothing to do{_and_nothing_done(move)}."]
        )
    return section(
        [
            (
                f"No distribution that I can ask about holds {code(move.alias.text)}, so there is nothing to move."
                + (f" AWS was asked at {clock(move.call.at)}." if move.call else _nothing_changed(move))
            ),
            *_why_aws_may_refuse(move),
        ]
    )


def _why_aws_may_refuse(move: Move) -> list[str]:
    findings = move.inspection.findings if move.inspection else ()
    elsewhere = [one for one in findings if one.code is FindingCode.DNS_POINTS_ELSEWHERE]
    if elsewhere:
        return situation.finding_lines_of(move, elsewhere)
    target = move.plan.target if move.plan else None
    where = f"{escape(situation.target_name(move))} ({own_name(move)})" if target else own_name(move)
    return [
        (
            "If AWS still answers `CNAMEAlreadyExists` when you add it, the cause is DNS and no holder: the name"
            f" points at another distribution. Point DNS at {where} first, then add the name."
        )
    ]


def _and_nothing_done(move: Move) -> str:
    return "" if _has_changed(move) else ", and nothing was done"


def _nothing_changed(move: Move) -> str:
    return "" if _has_changed(move) else " Nothing was changed."


def _has_changed(move: Move) -> bool:
    """Whether the source or the zone of the record has been touched, or may have been."""
    return bool(state_line(move) or hosted.state_line(move))


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
    is_ours = move.zone_record is not None and move.zone_record.phase is not RecordPhase.NOT_CREATED
    if record is not None and move.sighting is not None and move.sighting.seen_on and not is_ours:
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
