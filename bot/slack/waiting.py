"""What a card says between its headline and its buttons while a move waits: what is true, and who has to do what.

Pure; one function per state, none of which knows the time: everything with a time is a clock time.
"""

from collections.abc import Callable

from bot.alias_move import ways
from bot.alias_move.approval import Rules
from bot.alias_move.findings import Candidate, FindingCode, Level
from bot.alias_move.move import EffectKind, Move, MoveState, Obstacle, RefusalCause
from bot.alias_move.transitions import waits_for_cloudfront
from bot.alias_move.ways import Way
from bot.slack import buttons, caches, differences, hosted, record, refusals, situation, source
from bot.slack.blocks import Json, section
from bot.slack.mistakes import has_mistake, mistake_blocks
from bot.slack.situation import AccountNames
from bot.slack.text import SENTENCE_CHARACTERS, clock, code, day_and_clock, escape

MOST_LISTED = 5
_LABEL_CHARACTERS = 80
_WHY_CHARACTERS = 160


def inspecting(move: Move, _rules: Rules, names: AccountNames) -> list[Json]:
    """Before the first look, or after a target was chosen."""
    wanted = f"Target wanted: {code(move.wanted_target.text)}" if move.wanted_target else ""
    return section(
        [
            "Asking CloudFront who holds it. This takes a few seconds. Nothing is being changed.",
            situation.holder_line(move, names) or wanted,
            situation.trouble_line(move),
        ]
    )


def choosing(move: Move, _rules: Rules, names: AccountNames) -> list[Json]:
    """The targets that fit are in the menu; those that don't say why."""
    inspection = move.inspection
    if inspection is None:
        return section([situation.trouble_line(move)])
    fitting = tuple(one for one in inspection.candidates if not one.why_not)
    lines = [
        situation.holder_line(move, names),
        (
            f"*{len(fitting) + inspection.candidates_left_out} distributions could take it*, the best first. Somebody"
            f" has to choose one: <@{move.requester}> or an approver. {situation.unchanged(move)}"
        ),
        *_unfit_lines(move),
        _left_out(move, inspection.candidates_left_out),
        situation.trouble_line(move),
    ]
    return [*section(lines), *buttons.target_menu(move, fitting)]


def _unfit_lines(move: Move) -> list[str]:
    """Nearest first: those whose certificate would do stand before the others."""
    if move.inspection is None:
        return []
    unfit = [one for one in move.inspection.candidates if one.why_not]
    more = len(unfit) - MOST_LISTED + move.inspection.unfit_left_out
    return [*map(_does_not_fit, unfit[:MOST_LISTED]), f"{more} more don't fit." if more > 0 else ""]


def _does_not_fit(candidate: Candidate) -> str:
    return f"Doesn't fit: {escape(candidate.label, _LABEL_CHARACTERS)}. {escape(candidate.why_not, _WHY_CHARACTERS)}"


def _left_out(move: Move, count: int) -> str:
    if not count:
        return ""
    again = code(f"/cname-conflict {move.alias} <distribution id>")
    return f"*{count} more fit* than a menu holds. For one of those, cancel this move and type {again}."


def blocked(move: Move, rules: Rules, names: AccountNames) -> list[Json]:
    """What stands in the way, who can repair it, and the record if it is missing."""
    blocks = section([situation.holder_line(move, names), situation.target_line(move, names), _effect_line(move)])
    if move.obstacle is Obstacle.REFUSED:
        blocks += refusals.in_aws_words(move)
    # Findings may be long; what follows them must not be what a full section drops.
    blocks += section(situation.finding_lines(move, Level.BLOCKS, Level.WARNS, Level.NOTES))
    blocks += source.while_blocked(move, rules)
    if move.plan is not None and FindingCode.NO_TARGET_FITS in move.plan.blocking:
        blocks += section(_unfit_lines(move))
    blocks += section(differences.brief_lines(move))
    every = "few seconds" if waits_for_cloudfront(move) else "15 minutes"
    blocks += section(
        [
            *_obstacle_lines(move),
            situation.trouble_line(move),
            f"{situation.unchanged(move)} I look again every {every} until {day_and_clock(move.expires_at)}.",
            "If AWS Support moves it, I notice within a minute at first, within 15 minutes after half a day, and say so"
            " here: DNS has to be changed at once then."
            if move.has_effect(EffectKind.WATCH_TARGET)
            else "",
        ]
    )
    if move.plan is not None and move.plan.record is not None and not move.plan.record_is_live:
        blocks += section([_what_the_record_is_for(move)])
        blocks += section([situation.lost_line(move)])
        blocks += record.what_to_create(move)
        blocks += hosted.while_missing(move, rules)
        blocks += section(record.sighting_lines(move.sighting))
        blocks += mistake_blocks(move)
    return blocks


def _what_the_record_is_for(move: Move) -> str:
    if move.plan is not None and FindingCode.HOLDER_IS_A_SERVICE in move.plan.blocking:
        return "*Only AWS Support would need this record*: what a service lets go of is simply added to the target."
    return "*The record will be needed too*, so it can be created meanwhile."


def _obstacle_lines(move: Move) -> list[str]:
    match move.obstacle:
        case Obstacle.REFUSED:
            return refusals.explained(move)
        case Obstacle.LOOKS_FAIL:
            return [
                "I have not been able to look for a quarter of an hour; an approval, if there was one, is void.",
                "*To do*  Repair what is named here, then press the button.",
            ]
        case Obstacle.NOT_PROVED:
            alias = code(move.alias.text)
            return [
                (
                    "*To do*  Somebody with access looks in CloudFront which distribution lists"
                    f" {alias}, and whether visitors get answers. Then press the button."
                )
            ]
        case Obstacle.WORKER_FAILS:
            return ["*To do*  The operator finds the reason in the worker's log. Then press the button."]
        case None:
            return []


def awaiting_txt(move: Move, rules: Rules, names: AccountNames) -> list[Json]:
    """The record to create, and what is seen of it."""
    return [
        *section([situation.holder_line(move, names), situation.target_line(move, names), way_line(move)]),
        *section([refusals.without_record(move), situation.lost_line(move)]),
        *record.what_to_create(move),
        *hosted.while_missing(move, rules),
        *section(record.sighting_lines(move.sighting)),
        *mistake_blocks(move),
        *section(situation.finding_lines(move, Level.WARNS)),
        *section(differences.brief_lines(move)),
        *section(
            [
                "" if has_mistake(move) else record.patience_line(move),
                situation.trouble_line(move),
                f"Open until {day_and_clock(move.expires_at)}. {situation.unchanged(move)}",
            ]
        ),
    ]


def awaiting_approval(move: Move, rules: Rules, names: AccountNames) -> list[Json]:
    """Everything an approver has to know, and who that is."""
    facts = [
        situation.holder_line(move, names),
        situation.target_line(move, names),
        f"Origins  {situation.origins(move.plan.target_origins)}" if move.plan else "",
        way_line(move),
        f"Effect  {traffic(move)}",
        _record_verified(move),
        *caches.lines(move),
        caches.wait_line(move),
    ]
    cautions = [*situation.finding_lines(move, Level.WARNS, Level.NOTES), _last_refusal(move)]
    cautions.append(refusals.without_record(move))
    asked = [situation.trouble_line(move), f"{situation.may_approve(move, rules)} {_open_until(move, rules)}"]
    visitors = [*differences.brief_lines(move), *differences.deploy_lines(move)]
    return [*section(facts), *section(visitors), *section(cautions), *section(asked), *caches.question(move)]


def traffic(move: Move) -> str:
    """What happens to visitors; promises neither a moment nor an uninterrupted service."""
    return escape(
        ways.traffic(_way(move), situation.source_name(move), situation.target_name(move)), SENTENCE_CHARACTERS
    )


def way_line(move: Move) -> str:
    """Which way the alias goes; empty where the findings tell it."""
    told = ways.explained(_way(move), situation.source_name(move), situation.target_name(move))
    return f"Way  {escape(told, SENTENCE_CHARACTERS)}" if told else ""


def _way(move: Move) -> Way | None:
    return move.inspection.way if move.inspection else None


def _effect_line(move: Move) -> str:
    """For a move that waits for people outside Slack: what they do is what visitors feel."""
    # Once somebody has chosen to disable the source, the card tells of that.
    return f"Effect  {traffic(move)}" if _way(move) and move.source_off is None else ""


def _record_verified(move: Move) -> str:
    if move.plan is None or move.plan.record is None:
        return ""
    return f"Record  {code(move.plan.record.name)} verified. {record.seen_line(move.sighting)}"


def _last_refusal(move: Move) -> str:
    if move.refusal is None:
        return ""
    return f"Last time AWS said no, {clock(move.refusal.at)}: {code(situation.refusal_text(move))}"


def _open_until(move: Move, rules: Rules) -> str:
    deadlines = [one.not_before for one in move.effects if one.kind is EffectKind.EXPIRE_APPROVAL]
    until = min([*deadlines, move.expires_at]) if deadlines else move.state_since + rules.approval_deadline_s
    return f"Open until {day_and_clock(until)}. {situation.unchanged(move)}"


def confirming(move: Move, rules: Rules, names: AccountNames) -> list[Json]:
    """Approved, and not asked yet."""
    lines = [
        situation.holder_line(move, names),
        situation.target_line(move, names),
        f"Approved by {situation.approved_by(move)}." if move.votes else "",
        *caches.lines(move),
        _when_asked(move, rules),
        situation.trouble_line(move),
    ]
    return [*refusals.in_aws_words(move), *section(lines), *caches.question(move)]


def _when_asked(move: Move, rules: Rules) -> str:
    if not rules.moves_enabled:
        return "On hold until the operator switches moves on. The approval still counts if nothing else changes."
    if move.asks_at <= move.updated_at:
        return "I look at everything once more; if it is still what was approved, I ask AWS."
    when = f"I ask at {clock(move.asks_at)}. The approval still counts if nothing else changes."
    return f"{why_later(move)} {when}".lstrip()


def why_later(move: Move) -> str:
    """Why AWS is not asked at once after an approval; empty where only its own "slower" is the reason."""
    if move.caches_agree_at > move.ask_not_before:
        why = "somebody asked it too early" if move.tried_by_hand else "some resolvers do"
        return f"AWS may remember that there was no such record, since {why}."
    if caches.looked_too_early(move):
        return caches.LOOKED_TOO_EARLY
    if move.refusal is not None and move.refusal.cause is RefusalCause.RECORD_NOT_SEEN:
        return "The record is right; AWS most likely remembers an earlier “no such record”."
    if move.refusal is not None and move.refusal.cause is RefusalCause.CHANGED_MEANWHILE:
        target = escape(situation.target_name(move))
        return f"Somebody changed {target} at the same moment, so AWS changed nothing. I look again first."
    return ""


def associating(move: Move, _rules: Rules, names: AccountNames) -> list[Json]:
    """AWS is being asked, or has been."""
    return section(
        [
            situation.holder_line(move, names),
            situation.target_line(move, names),
            f"Approved by {situation.approved_by(move)}." if move.votes else "",
            *_call_lines(move),
            situation.trouble_line(move),
            "Please don't change it by hand meanwhile.",
        ]
    )


def _call_lines(move: Move) -> list[str]:
    if move.asked is None:
        return ["Everything is still as it was approved. Asking AWS now."]
    if move.asked.accepted:
        return [f"AWS was asked at {clock(move.asked.at)} and said yes. I read both sides until the target has it."]
    return [
        f"AWS was asked at {clock(move.asked.at)}. No answer yet is normal for a few seconds.",
        "I never ask twice without looking first which side has it.",
    ]


WAITING: dict[MoveState, Callable[[Move, Rules, AccountNames], list[Json]]] = {
    MoveState.INSPECTING: inspecting,
    MoveState.CHOOSING_TARGET: choosing,
    MoveState.BLOCKED: blocked,
    MoveState.AWAITING_TXT: awaiting_txt,
    MoveState.AWAITING_APPROVAL: awaiting_approval,
    MoveState.CONFIRMING: confirming,
    MoveState.ASSOCIATING: associating,
}
