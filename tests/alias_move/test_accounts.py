"""Which account source and target are in, and what it means that one could not be looked into."""

from dataclasses import replace

import pytest

from bot.alias_move.findings import (
    Account,
    ConflictingAlias,
    Distribution,
    Evidence,
    FindingCode,
    Inspection,
    Level,
    inspect,
)
from bot.alias_move.names import AccountId, DistributionId
from tests.alias_move.evidence import ALIAS, BLUE, GREEN, OURS, START, TEAL, distribution, registrable_name, sighting

LEGACY = AccountId("444455556666")
PRODUCTION = Account(OURS, "production")
AGENCY = Account(LEGACY, "old agency")
SILENT = replace(AGENCY, trouble="CloudFront did not answer ListDistributions in time.")
HOLDER = distribution(BLUE, aliases=(ALIAS.text, "shop.example.com"), comment="blue")
FIT = distribution(GREEN)


def look(
    *inventory: Distribution,
    accounts: tuple[Account, ...] = (PRODUCTION, AGENCY),
    conflicts: tuple[ConflictingAlias, ...] = (),
    wanted: DistributionId | None = GREEN,
) -> Inspection:
    seen = Evidence(ALIAS, START, wanted, inventory, conflicts, sighting(), accounts)
    return inspect(seen, registrable_name)


def masked(one: DistributionId, account: AccountId) -> ConflictingAlias:
    return ConflictingAlias(ALIAS.text, "*" * 7 + one.text[7:], "*" * 6 + account[6:])


# Source and target


def test_source_and_target_know_what_their_accounts_are_called():
    found = look(replace(HOLDER, account=LEGACY, enabled=False), FIT)

    assert found.source is not None
    assert found.target is not None
    assert (found.source.account_name, found.target.account_name) == ("old agency", "production")


def test_an_enabled_source_in_another_account_has_to_be_disabled_and_takes_its_other_names_along():
    found = look(replace(HOLDER, account=LEGACY), FIT)

    [finding] = found.findings
    assert finding.code is FindingCode.HOLDER_IN_OTHER_ACCOUNT
    assert finding.sentence == (
        "blue (E1BLUE4CLDFRNT) is in old agency (444455556666), and E2GREEN4CLDFRNT in production (111122223333)."
        " AWS moves a name between accounts only while blue (E1BLUE4CLDFRNT) is disabled, and it is enabled."
    )
    assert "goes down with it: shop.example.com, www.example.com." in finding.remedy
    assert "If it has to stay up, go by the six steps behind the button." in finding.remedy
    assert found.plan.blocking == (FindingCode.HOLDER_IN_OTHER_ACCOUNT,)
    assert found.plan.record is not None


def test_a_disabled_source_in_another_account_does_not_stand_in_the_way():
    found = look(replace(HOLDER, account=LEGACY, enabled=False), FIT)

    [finding] = found.findings
    assert (finding.code, finding.level) == (FindingCode.HOLDER_IN_OTHER_ACCOUNT, Level.NOTES)
    assert finding.sentence.endswith("only while its source is disabled, and E1BLUE4CLDFRNT is.")
    assert found.plan.blocking == ()


def test_a_source_that_is_still_being_disabled_blocks_and_needs_nobody():
    found = look(replace(HOLDER, account=LEGACY, enabled=False, deployed=False), FIT)

    [finding] = found.findings
    assert (finding.code, finding.level) == (FindingCode.SOURCE_STILL_DISABLING, Level.BLOCKS)
    assert "E1BLUE4CLDFRNT is disabled, and CloudFront is still disabling it." in finding.sentence
    assert finding.remedy.startswith("Nothing but wait")


def test_a_source_that_was_off_everywhere_before_does_not_block_again_while_it_deploys():
    deploying = replace(HOLDER, account=LEGACY, enabled=False, deployed=False)
    seen = Evidence(
        ALIAS, START, GREEN, (deploying, FIT), (), sighting(), (PRODUCTION, AGENCY), off_before=HOLDER.id.text
    )

    found = inspect(seen, registrable_name)

    assert found.plan.blocking == ()
    assert "It is deploying again, and AWS may refuse until that is done." in found.findings[0].sentence


@pytest.mark.parametrize(("can_take", "can_switch"), [(True, True), (False, False)])
def test_a_source_can_be_switched_where_there_is_a_role_to_change_it_with(can_take: bool, can_switch: bool):  # noqa: FBT001
    accounts = (PRODUCTION, replace(AGENCY, can_take=can_take))

    found = look(replace(HOLDER, account=LEGACY), FIT, accounts=accounts)

    assert found.can_switch_source is can_switch


def test_source_and_target_in_one_account_are_nothing_to_speak_of():
    assert look(HOLDER, FIT).findings == ()


def test_a_target_in_an_account_without_a_move_role_does_not_fit():
    elsewhere = replace(distribution(TEAL), account=LEGACY)

    found = look(HOLDER, FIT, elsewhere, accounts=(PRODUCTION, replace(AGENCY, can_take=False)), wanted=None)

    assert found.plan.target == GREEN
    assert [one.why_not for one in found.candidates] == [
        "",
        "I have no role with which to move a name to a distribution of old agency (444455556666).",
    ]


def test_candidates_are_told_with_their_account_where_there_are_several():
    found = look(HOLDER, FIT, replace(distribution(TEAL), account=AccountId("777788889999")), wanted=None)

    assert [one.label for one in found.candidates] == ["E2GREEN4CLDFRNT, production", "E3TEAL4CLDFRNT, 777788889999"]


# A target that is nowhere


@pytest.mark.parametrize(
    ("accounts", "where"),
    [
        ((), "in the account I can read."),
        ((PRODUCTION,), "in the 1 account I can look into: production (111122223333)."),
        (
            (PRODUCTION, AGENCY),
            "in the 2 accounts I can look into: production (111122223333), old agency (444455556666).",
        ),
        (
            (PRODUCTION, SILENT),
            (
                "in the 1 account I can look into: production (111122223333)."
                " I could not look into old agency (444455556666)."
            ),
        ),
    ],
    ids=["not known", "one", "several", "one is silent"],
)
def test_a_target_outside_the_known_accounts_is_refused_with_where_it_was_looked_for(
    accounts: tuple[Account, ...], where: str
):
    found = look(HOLDER, accounts=accounts, wanted=TEAL)

    [refused] = [one for one in found.findings if one.code is FindingCode.TARGET_UNKNOWN]
    assert refused.sentence == f"There is no distribution E3TEAL4CLDFRNT {where}"
    assert "only to accounts I know" in refused.remedy


# An account that could not be looked into


def test_an_alias_that_nobody_holds_may_be_held_in_an_account_that_did_not_answer():
    found = look(FIT, accounts=(PRODUCTION, SILENT))

    [finding] = found.findings
    assert (finding.code, finding.level) == (FindingCode.ACCOUNT_UNREAD, Level.BLOCKS)
    assert finding.sentence == (
        "I looked into 1 of 2 accounts, not into old agency (444455556666). The holder may be there."
        " CloudFront did not answer ListDistributions in time."
    )
    assert "AWS_ROLE_ARNS" in finding.remedy


def test_a_masked_holder_whose_account_ends_like_the_silent_one_is_told_with_it():
    found = look(FIT, accounts=(PRODUCTION, SILENT), conflicts=(masked(TEAL, LEGACY),))

    [unread] = [one for one in found.findings if one.code is FindingCode.ACCOUNT_UNREAD]
    assert unread.level is Level.WARNS
    assert "may be there: the number of its account ends like that of old agency (444455556666)." in unread.sentence
    assert found.plan.blocking == (FindingCode.HOLDER_ELSEWHERE,)


def test_a_masked_holder_in_a_third_account_may_still_be_anywhere():
    found = look(FIT, accounts=(PRODUCTION, SILENT), conflicts=(masked(TEAL, AccountId("777788889999")),))

    [unread] = [one for one in found.findings if one.code is FindingCode.ACCOUNT_UNREAD]
    assert "The holder may be there. CloudFront did not answer" in unread.sentence


def test_what_one_of_ours_holds_can_be_hidden_nowhere():
    found = look(HOLDER, FIT, accounts=(PRODUCTION, SILENT))

    [finding] = found.findings
    assert (finding.code, finding.level, finding.remedy) == (FindingCode.ACCOUNT_UNREAD, Level.NOTES, "")
    assert "The holder may be there" not in finding.sentence


def test_credentials_that_may_only_become_other_roles_stand_in_nobodys_way():
    found = look(FIT, accounts=(PRODUCTION, Account(AccountId(""), "", "Not allowed.", was_named=False)))

    [finding] = found.findings
    assert finding.level is Level.NOTES
    assert "not into the account of my own credentials." in finding.sentence
    assert found.plan.blocking == ()


# A masked holder


def test_ids_that_only_end_like_those_of_ours_are_told_and_not_believed():
    found = look(FIT, replace(distribution(TEAL), comment="shop"), conflicts=(masked(TEAL, OURS),))

    [finding] = found.findings
    assert finding.code is FindingCode.HOLDER_ELSEWHERE
    assert (
        "Its ids end like those of shop (E3TEAL4CLDFRNT) in production (111122223333), but that distribution does not"
        " list it, so it is another one."
    ) in finding.sentence
    assert found.plan.holder is not None
    assert not found.plan.holder.is_ours


def test_a_tenant_elsewhere_is_called_a_tenant():
    found = look(FIT, conflicts=(replace(masked(GREEN, OURS), is_tenant=True),))

    assert "is held by distribution tenant *******4CLDFRNT in account ******223333" in found.findings[0].sentence
    assert "Its ids end like" not in found.findings[0].sentence


def test_many_names_are_cut_short():
    holder = replace(HOLDER, account=LEGACY, aliases=(ALIAS.text, *(f"n{number}.example.com" for number in range(7))))

    found = look(holder, FIT)

    assert "n3.example.com, n4.example.com and 3 more." in found.findings[0].remedy
