"""Sentences that card, notices, modals and answers share: who holds the alias, who may approve, what is unchanged.

Pure functions of a move; each gives mrkdwn that is ready to be shown, unless it says otherwise.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bot.alias_move.approval import Rules, mentions
from bot.alias_move.findings import Distribution, Finding, Level
from bot.alias_move.mistakes import MistakeKind
from bot.alias_move.move import Move, MoveState, Obstacle
from bot.alias_move.owner_word import UNREADABLE
from bot.alias_move.switch import SwitchPhase
from bot.alias_move.transitions import waits_for_cloudfront
from bot.slack.hosted import state_line as record_line
from bot.slack.source import name_of, state_line
from bot.slack.text import NAME_CHARACTERS, SENTENCE_CHARACTERS, clip, clock, code, escape, in_words, person, plain

AccountNames = Mapping[str, str]
"""Account id to the name people know."""
NO_NAMES: AccountNames = MappingProxyType({})

MOST_ORIGINS = 3
_HEADLINE_ALIAS_CHARACTERS = 90
_HEADLINE_NAME_CHARACTERS = 30

NOBODY_CAN_APPROVE = "*Nobody can approve: APPROVERS is empty.* The operator has to name people or user groups in it."
SWITCHED_OFF = "*Moves are switched off* (MOVES_ENABLED=false)"


# Names


def short_alias(move: Move) -> str:
    """For headlines; plain text."""
    return clip(plain(move.alias.text), _HEADLINE_ALIAS_CHARACTERS)


def target_name(move: Move) -> str:
    """How people call the target: plain text, to be escaped by whoever puts it into mrkdwn."""
    target = move.inspection.target if move.inspection else None
    if target is not None:
        return clip(plain(target.comment), _HEADLINE_NAME_CHARACTERS) or target.id.text
    return move.wanted_target.text if move.wanted_target else "the target"


def source_name(move: Move) -> str:
    """How people call the holder before the move: plain text."""
    source = move.inspection.source if move.inspection else None
    if source is not None and not _is_target(move, source):
        return clip(plain(source.comment), _HEADLINE_NAME_CHARACTERS) or source.id.text
    return "the old distribution"


def _is_target(move: Move, one: Distribution) -> bool:
    return move.plan is not None and move.plan.target == one.id


# Where from, where to


def holder_line(move: Move, names: AccountNames) -> str:
    """Who holds the alias; empty before the first look."""
    if move.inspection is None or move.plan is None:
        return ""
    holder, source = move.plan.holder, move.inspection.source
    if source is not None:
        return f"Held by  {described(source, names)}"
    if holder is not None:
        return (
            f"Held by  distribution {code(holder.distribution_id)} in account {code(holder.account)},"
            " which I can't read"
        )
    return ""


def target_line(move: Move, names: AccountNames) -> str:
    """Where it would go; empty while that is open."""
    target = move.inspection.target if move.inspection else None
    return f"Target  {described(target, names)}" if target else ""


def described(one: Distribution, names: AccountNames) -> str:
    """Name, id, account, and whether it is on."""
    name = f"*{escape(one.comment, NAME_CHARACTERS)}* · " if plain(one.comment) else ""
    state = "enabled" if one.enabled else "disabled"
    tenancy = f" · tenant of {code(one.tenant_of.text)}" if one.tenant_of else ""
    return f"{name}{code(one.id.text)}{tenancy} · {account(one.account, names, one.account_name)} · {state}"


def account(account_id: str, names: AccountNames, known_as: str = "") -> str:
    """Its name before its number: the operator's, else the one that was found."""
    name = names.get(account_id) or known_as
    return f"{escape(name, NAME_CHARACTERS)} ({code(account_id)})" if name else f"account {code(account_id)}"


def origins(names: tuple[str, ...]) -> str:
    """What the target fetches from."""
    if not names:
        return "no origins known"
    shown = ", ".join(code(one, NAME_CHARACTERS * 2) for one in names[:MOST_ORIGINS])
    return shown + (f" and {len(names) - MOST_ORIGINS} more" if len(names) > MOST_ORIGINS else "")


def is_source_disabled(move: Move) -> bool:
    """Whether the holder was disabled when it was last looked at."""
    source = move.inspection.source if move.inspection else None
    return source is not None and not source.enabled and not _is_target(move, source)


def spreading(move: Move) -> str:
    """What visitors get until every edge has changed over; promises neither a moment nor an uninterrupted service."""
    if is_source_disabled(move):
        off = escape(source_name(move))
        return f"Edges change over one by one; until one has, visitors get errors there, since {off} is disabled."
    return "Edges change over one by one; for some minutes visitors get either distribution."


# Findings


def finding_lines(move: Move, *levels: Level) -> list[str]:
    """What was found, in the order of `levels`, each with what to do about it."""
    findings = move.inspection.findings if move.inspection else ()
    ordered = [finding for level in levels for finding in findings if finding.level is level]
    return finding_lines_of(move, ordered)


def finding_lines_of(move: Move, findings: list[Finding]) -> list[str]:
    """These alone, each with what to do about it."""
    return [line for finding in findings for line in _finding(finding, move)]


_MARKS = {Level.BLOCKS: "*In the way*  ", Level.WARNS: "*Careful*  ", Level.NOTES: "*Note*  "}


def _finding(finding: Finding, move: Move) -> list[str]:
    lines = [_MARKS[finding.level] + escape(finding.sentence, SENTENCE_CHARACTERS)]
    if finding.level is Level.WARNS and finding.code in UNREADABLE:
        return [*lines, owner_line(move)]  # what was to do has been done, as somebody says
    if finding.remedy:
        # A command in a remedy runs to its end, and has to survive copying.
        sentence, _, command = finding.remedy.partition(": aws ")
        lines.append("*To do*  " + escape(sentence, SENTENCE_CHARACTERS) + (":" if command else ""))
        if command:
            lines.append(code(f"aws {command}", SENTENCE_CHARACTERS))
    if finding.to_copy:
        lines.append(code(finding.to_copy, SENTENCE_CHARACTERS))
    return lines


def owner_line(move: Move) -> str:
    """Who said that a holder which can't be read is off, and what becomes of it if it is not; empty: nobody has."""
    word = move.owner_word
    if word is None:
        return ""
    return (
        f"{person(word.by)} said at {clock(word.at)} that its owner has switched it off. If it is not so, CloudFront"
        " refuses, and then nothing changes."
    )


# Who


def may_approve(move: Move, rules: Rules) -> str:
    """Who can approve, or that nobody can."""
    if not rules.approvers:
        return NOBODY_CAN_APPROVE
    if not rules.moves_enabled:
        return f"{SWITCHED_OFF}, so nobody can approve one now. The operator can switch them on."
    involved = list(dict.fromkeys(one for one in (move.requester, move.chosen_by) if one))
    if rules.allow_self_approval:
        return f"{mentions(rules.approvers)} can approve."
    if set(rules.approvers) <= set(involved):
        return f"*Nobody can approve this one:* {_asked_or_chose(involved)}, and APPROVERS names nobody else."
    able = mentions(tuple(one for one in rules.approvers if one not in involved))
    return f"{able} can approve. {_asked_or_chose(involved)}, and can't."


def _asked_or_chose(involved: list[str]) -> str:
    who = in_words([person(one) for one in involved], "and")
    return f"{who} asked for it" if len(involved) == 1 else f"{who} asked for it and chose its target"


def nobody_line(move: Move, rules: Rules) -> str:
    """Said from the first card on, so that nobody waits for an approval that can't come."""
    if not move.state.is_waiting:
        return ""
    if not rules.approvers:
        return NOBODY_CAN_APPROVE
    return "" if rules.moves_enabled else f"{SWITCHED_OFF}: I look and watch, and ask AWS for nothing."


def approved_by(move: Move) -> str:
    """`@joon at 14:33:02`; empty where no vote counts."""
    return in_words([f"{person(vote.by)} at {clock(vote.at)}" for vote in move.votes], "and")


# What is unchanged


def is_in_doubt(move: Move) -> bool:
    """Whether AWS was asked, and nobody has seen what came of it."""
    if move.asked is None or move.state is MoveState.MOVED:
        return False
    asked_at = move.asked.at
    if any(no is not None and no.at >= asked_at for no in (move.refusal, move.refused_without_record)):
        return False
    if move.state is MoveState.ASSOCIATING or move.obstacle is Obstacle.NOT_PROVED:
        return True
    # A later look that names a holder other than the target has answered the question.
    looked_later = move.inspection is not None and move.inspection.looked_at > asked_at
    return not (looked_later and move.plan is not None and move.plan.holder is not None)


def unchanged(move: Move) -> str:
    """What has not changed; or, honestly, that this is not known."""
    if is_in_doubt(move) and move.asked is not None:
        return (
            f"AWS was asked at {clock(move.asked.at)}, and I could not prove what came of it: look which distribution"
            f" lists {code(move.alias.text)} before you do anything else. {state_line(move)}"
        ).rstrip()
    if switched := state_line(move):
        if move.source_off is not None and move.source_off.phase is SwitchPhase.GONE:
            return switched
        return f"{code(move.alias.text)} is where it was. {switched}"
    if record_line(move):  # which the card says elsewhere
        return f"{code(move.alias.text)} is where it was."
    source = move.inspection.source if move.inspection else None
    if source is None or _is_target(move, source) or move.state.is_final or move.look_trouble:
        return "Nothing has changed."
    return f"Nothing has changed: {escape(source_name(move))} still holds it."


def refusal_text(move: Move) -> str:
    """AWS's own words: plain text."""
    refusal = move.refusal
    return plain(f"{refusal.code}: {refusal.text}", 1000) if refusal else ""


def request_id_line(move: Move) -> str:
    """By which AWS Support finds the call."""
    refusal = move.refusal
    return f"AWS request id {code(refusal.request_id, NAME_CHARACTERS)}, {clock(refusal.at)}" if refusal else ""


def trouble_line(move: Move) -> str:
    """Why the newest look failed."""
    trouble = move.look_trouble or move.watch_trouble
    if not trouble or not (move.state.is_waiting or move.state is MoveState.ASSOCIATING):
        return ""
    return f"I could not look just now: {escape(trouble, SENTENCE_CHARACTERS)} Trying again."


# The record


def lost_line(move: Move) -> str:
    """That the record was there before, and since when it is not; empty where it was not, or is back."""
    if move.lost is None or (move.sighting is not None and move.sighting.is_live):
        return ""
    now = "has gone again" if _has_gone(move) else "is not verified any more"
    return f"The record was verified at {clock(move.lost.live_since)}, and {now}, as I saw at {clock(move.lost.at)}."


def _has_gone(move: Move) -> bool:
    """From all servers; where they only fall silent, nobody knows."""
    denied = move.sighting is not None and move.sighting.is_denied and not move.sighting.seen_on
    return denied and move.lost is not None


# In one line


def headline(move: Move) -> str:
    """What is true now, in a few words: plain text. Says that an alias has moved only where it has."""
    alias = short_alias(move)
    match move.state:
        case MoveState.INSPECTING:
            return f"{alias}: having a look"
        case MoveState.CHOOSING_TARGET:
            return f"{alias}: where should it go?"
        case MoveState.BLOCKED:
            return f"{alias}: {_source_headline(move) or _obstacle(move)}"
        case MoveState.AWAITING_TXT:
            return _record_headline(move)
        case MoveState.AWAITING_APPROVAL:
            return f"{alias} → {target_name(move)}: waiting for an approval"
        case MoveState.CONFIRMING:
            return f"{alias}: approved, {_before_asking(move)}"
        case MoveState.ASSOCIATING:
            return f"{alias}: asking AWS" if move.asked is None else f"{alias}: AWS has been asked"
        case MoveState.MOVED:
            return f"{alias} has moved to {target_name(move)}"
        case MoveState.NOTHING_TO_MOVE:
            on_target = move.plan is not None and move.plan.is_on_target
            if move.moved_by_others:
                return f"{alias} is on {target_name(move)} now: change DNS"
            return f"{alias} is on {target_name(move)} already" if on_target else f"{alias}: I find nobody who holds it"
        case MoveState.REJECTED:
            return f"{alias}: rejected"
        case MoveState.CANCELLED:
            return f"{alias}: cancelled"
        case MoveState.EXPIRED:
            return f"{alias}: expired"


_OBSTACLES = {
    Obstacle.REFUSED: "AWS said no",
    Obstacle.LOOKS_FAIL: "I can't look at it",
    Obstacle.NOT_PROVED: "AWS was asked, and the result is not proved",
    Obstacle.WORKER_FAILS: "my own look keeps failing",
}


def _source_headline(move: Move) -> str:
    off = move.source_off
    if off is not None and off.phase is SwitchPhase.DISABLING:
        return f"disabling {name_of(off)}"
    if waits_for_cloudfront(move):
        return f"waiting until {source_name(move)} is disabled everywhere"
    return ""


def _obstacle(move: Move) -> str:
    return _OBSTACLES[move.obstacle] if move.obstacle else f"it can't go to {target_name(move)} yet"


def _record_headline(move: Move) -> str:
    alias, sighting = short_alias(move), move.sighting
    if sighting is not None and sighting.seen_on:
        return f"{alias}: the record is on {sighting.seen_on} of {len(sighting.answers)} servers"
    if sighting is not None and not sighting.other_values and _is_misplaced(move):
        return f"{alias}: I found a record, in the wrong place"
    if sighting is not None and sighting.other_values:
        return f"{alias}: I found a record with another value"
    if _has_gone(move):
        return f"{alias}: the DNS record has gone again"
    return f"{alias} needs one DNS record"


def _is_misplaced(move: Move) -> bool:
    mistakes = move.diagnosis.mistakes if move.diagnosis else ()
    return any(one.kind in {MistakeKind.MISPLACED, MistakeKind.WRONG_ZONE} for one in mistakes)


def _before_asking(move: Move) -> str:
    return "waiting before I ask AWS" if move.asks_at > move.updated_at else "looking once more"
