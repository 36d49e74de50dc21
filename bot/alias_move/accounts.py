"""What it means in which accounts source and target are, and that some account could not be looked into.

Pure. A masked id that looks like one of ours is named as that and never taken for it: whoever made the evidence has
read that distribution again, and only what it lists counts.
"""

from collections.abc import Iterator

from bot.alias_move.evidence import Account, ConflictingAlias, Distribution, Evidence, Holder
from bot.alias_move.names import is_masked_form
from bot.alias_move.preflight import Finding, FindingCode, Level
from bot.alias_move.services import service_finding
from bot.alias_move.ways import Way, why_no_wildcard

_MOST_NAMES = 5


def account_findings(
    evidence: Evidence, holder: Holder | None, target: Distribution | None, way: Way | None
) -> Iterator[Finding]:
    """About the holder's account, and about accounts that may hide it."""
    yield from _unread(evidence, holder)
    if holder is None:
        return
    if not holder.is_ours:
        yield service_finding(evidence, holder) or _elsewhere(evidence, holder)
    elif target is not None:
        source = next(one for one in evidence.inventory if one.id.text == holder.distribution_id)
        if source.account != target.account:
            yield _between_accounts(evidence, source, target, way)


def target_unknown(evidence: Evidence) -> Finding:
    """Targets outside the accounts that can be read are refused, whatever AWS would say."""
    here = "the account I can read"
    looked = [account for account in evidence.accounts if not account.trouble]
    if looked:
        here = f"the {_counted(looked)} I can look into: {_listed([account.label for account in looked])}"
    unread = [account.label for account in evidence.unread]
    elsewhere = f" I could not look into {_listed(unread)}." if unread else ""
    return Finding(
        FindingCode.TARGET_UNKNOWN,
        Level.BLOCKS,
        f"There is no distribution {evidence.wanted_target} in {here}.{elsewhere}",
        "Check the id, or leave it out and I list the distributions that fit. I move names only to accounts I know.",
    )


def _unread(evidence: Evidence, holder: Holder | None) -> Iterator[Finding]:
    unread = evidence.unread
    if not unread:
        return
    level = _weight(evidence, holder)
    # What follows from it comes first: AWS's own words may be long, and a card cuts long sentences.
    sentence = (
        f"I looked into {len(evidence.accounts) - len(unread)} of {_counted(evidence.accounts)},"
        f" not into {_listed([account.label for account in unread])}."
        f"{_may_be_there(unread, holder)} {' '.join(account.trouble for account in unread)}"
    )
    remedy = "The operator repairs that, or takes the account out of AWS_ROLE_ARNS. Then look again."
    yield Finding(FindingCode.ACCOUNT_UNREAD, level, sentence, "" if level is Level.NOTES else remedy)


def _may_be_there(unread: tuple[Account, ...], holder: Holder | None) -> str:
    if holder is None:
        return " The holder may be there."
    if holder.is_ours:
        return ""
    alike = [account.label for account in unread if is_masked_form(holder.account, account.id)]
    if not alike:
        return " The holder may be there."
    return f" The holder may be there: the number of its account ends like that of {_listed(alike)}."


def _weight(evidence: Evidence, holder: Holder | None) -> Level:
    """What is held by one of ours is held by nobody else, so then it hides nothing."""
    if (holder is not None and holder.is_ours) or not any(account.was_named for account in evidence.unread):
        return Level.NOTES
    return Level.BLOCKS if holder is None else Level.WARNS


def _elsewhere(evidence: Evidence, holder: Holder) -> Finding:
    row = _row_of(evidence)
    what = "distribution tenant" if row.is_tenant else "distribution"
    return Finding(
        FindingCode.HOLDER_ELSEWHERE,
        Level.BLOCKS,
        f"{evidence.alias} is held by {what} {holder.distribution_id} in account {holder.account}, which I can't read."
        f"{_seeming(evidence, row)}"
        f" AWS moves it only while that {what} is disabled, and I can't see whether it is.",
        "Ask its owner to disable it, and say so here when they have. If it is still enabled then, AWS refuses the move"
        " and nothing changes. If nobody can be asked, only AWS Support can move it.",
    )


def _row_of(evidence: Evidence) -> ConflictingAlias:
    return next(row for row in evidence.conflicts or () if row.alias == evidence.alias.text)


def _seeming(evidence: Evidence, row: ConflictingAlias) -> str:
    """Ids that end like those of one of ours, which does not list the alias."""
    alike = [one for one in evidence.inventory if row.looks_like(one) and not row.is_tenant]
    if not alike:
        return ""
    named = _listed([f"{one.label} in {evidence.account(one.account).label}" for one in alike])
    return f" Its ids end like those of {named}, but that distribution does not list it, so it is another one."


def _between_accounts(evidence: Evidence, source: Distribution, target: Distribution, way: Way | None) -> Finding:
    here, there = evidence.account(source.account).label, evidence.account(target.account).label
    where = f"{source.label} is in {here}, and {target.label} in {there}."
    if not source.enabled and not source.deployed and evidence.off_before != source.id.text:
        return Finding(
            FindingCode.SOURCE_STILL_DISABLING,
            Level.BLOCKS,
            f"{where} {source.id} is disabled, and CloudFront is still disabling it.",
            "Nothing but wait: that takes CloudFront some minutes, and I look again by myself.",
        )
    if not source.enabled:
        waits = "" if source.deployed else " It is deploying again, and AWS may refuse until that is done."
        return Finding(
            FindingCode.HOLDER_IN_OTHER_ACCOUNT,
            Level.NOTES,
            f"{where} AWS moves a name between accounts only while its source is disabled, and {source.id} is.{waits}",
        )
    return Finding(
        FindingCode.HOLDER_IN_OTHER_ACCOUNT,
        Level.BLOCKS,
        f"{where} AWS moves a name between accounts only while {source.label} is disabled, and it is enabled.",
        f"Disable {source.id}. Every name it serves goes down with it: {_listed(sorted(source.aliases))}."
        f" {_instead(evidence, target, way)} Or choose a target in the same account.",
    )


def _instead(evidence: Evidence, target: Distribution, way: Way | None) -> str:
    """For those who may not disable it."""
    if way is Way.DISABLE_OR_STEPS:
        return "If it has to stay up, go by the six steps behind the button."
    return f"If it has to stay up, only AWS Support can do it. {why_no_wildcard(evidence, target)}"


def _counted(accounts: list[Account] | tuple[Account, ...]) -> str:
    return "1 account" if len(accounts) == 1 else f"{len(accounts)} accounts"


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else f"{shown} and {len(names) - _MOST_NAMES} more"
