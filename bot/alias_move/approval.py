"""Who may do what with a move, and what an approval is bound to.

Pure: whoever calls has looked people up. Every refusal is a sentence for the person; an empty string means "may".
Slack ids here come from signed requests; nothing a button carries is believed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Slack, as Slack itself describes them at this moment."""

    id: str
    is_full_member: bool
    """False for guests, bots, deactivated people and people of other workspaces."""
    is_approver: bool = False
    """Named in APPROVERS, directly or through a user group."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One approval: of exactly this plan, in this round."""

    by: str
    at: float
    """Unix seconds."""
    digest: str
    round: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator decided. Times in seconds."""

    approvers: tuple[str, ...] = ()
    """User and user-group ids, for mentioning; empty means that nobody can approve."""
    allow_self_approval: bool = False
    moves_enabled: bool = True
    disable_source: bool = False
    """Whether approvers may have a source in another account disabled, from the card."""
    same_account_without_record: bool = False
    route53_records: bool = False
    """Whether approvers may have the record created in a hosted zone of ours, from the card."""
    move_deadline_s: float = 30 * 24 * 3600.0
    approval_deadline_s: float = 24 * 3600.0
    approvals_needed: int = 1


def why_may_not_take_part(person: Person) -> str:
    """Opening and rechecking: any full member."""
    if person.is_full_member:
        return ""
    return "Only full members of this workspace can do that: not guests, bots or people of other organisations."


def why_may_not_steer(person: Person, requester: str) -> str:
    """Choosing a target and cancelling: the requester, or an approver."""
    if why := why_may_not_take_part(person):
        return why
    if person.id == requester or person.is_approver:
        return ""
    return f"Only <@{requester}>, who asked for this move, or an approver can do that."


def why_may_not_approve(person: Person, involved: tuple[str | None, ...], rules: Rules) -> str:
    """Approving: an approver who neither opened the move nor chose its target."""
    if why := why_may_not_reject(person, rules):
        return why
    if person.id in involved and not rules.allow_self_approval:
        others = mentions(tuple(one for one in rules.approvers if one != person.id))
        return "You can't approve this one: you asked for it or chose its target. " + (
            f"{others} can." if others else "Somebody else must be named in APPROVERS first."
        )
    return ""


def why_may_not_reject(person: Person, rules: Rules) -> str:
    """Rejecting: an approver."""
    if why := why_may_not_take_part(person):
        return why
    if person.is_approver:
        return ""
    if not rules.approvers:
        return "Nobody can approve moves yet: the operator has not named anyone in APPROVERS."
    return f"Only approvers can do that: {mentions(rules.approvers)}."


def mentions(ids: tuple[str, ...]) -> str:
    """People and groups as Slack mentions: `<@U1>, <!subteam^S1>`."""
    return ", ".join(f"<!subteam^{one}>" if one.startswith("S") else f"<@{one}>" for one in ids)
