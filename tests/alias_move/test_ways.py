"""The decision table: which way an alias can go, row by row, and what is said of visitors."""

from dataclasses import replace

import pytest

from bot.alias_move.findings import (
    ConflictingAlias,
    Distribution,
    Evidence,
    FindingCode,
    Inspection,
    Level,
    Operation,
    Way,
    inspect,
)
from bot.alias_move.names import AccountId, AliasName, DistributionId
from bot.alias_move.ways import explained, traffic
from tests.alias_move.evidence import (
    ALIAS,
    BLUE,
    GREEN,
    START,
    TEAL,
    certificate,
    distribution,
    record_for,
    registrable_name,
    sighting,
)

ELSEWHERE = AccountId("444455556666")
APEX = AliasName("example.com")
WILDCARD = AliasName("*.example.com")
ALL_NAMES = certificate("example.com", "*.example.com", "www.example.com")
GREEN_FITS = distribution(GREEN, attached=ALL_NAMES)


def blue(alias: AliasName = ALIAS, **changes: object) -> Distribution:
    return replace(distribution(BLUE, aliases=(alias.text,)), **changes)  # type: ignore[arg-type] # its fields


def found(
    *inventory: Distribution, alias: AliasName = ALIAS, conflicts: tuple[ConflictingAlias, ...] = ()
) -> Inspection:
    live = sighting(record_for(GREEN, alias))
    return inspect(Evidence(alias, START, GREEN, inventory, conflicts, live), registrable_name)


def blocking(inspection: Inspection) -> list[FindingCode]:
    return [one.code for one in inspection.blocking]


def remedy(inspection: Inspection) -> str:
    return next(one.remedy for one in inspection.findings if one.code is FindingCode.HOLDER_IN_OTHER_ACCOUNT)


@pytest.mark.parametrize("alias", [ALIAS, APEX, WILDCARD], ids=str)
def test_inside_one_account_any_name_moves_with_the_record_while_its_source_serves(alias: AliasName):
    inspection = found(blue(alias), GREEN_FITS, alias=alias)

    assert inspection.way is Way.SAME_ACCOUNT
    assert inspection.plan.operation is Operation.ASSOCIATE_ALIAS
    assert inspection.plan.record == record_for(GREEN, alias)
    assert blocking(inspection) == []
    assert "people report that this call is refused without it" in explained(inspection.way, "blue", "green")


@pytest.mark.parametrize("alias", [ALIAS, APEX, WILDCARD], ids=str)
def test_between_accounts_a_disabled_source_lets_any_name_go_with_the_record(alias: AliasName):
    inspection = found(blue(alias, account=ELSEWHERE, enabled=False), GREEN_FITS, alias=alias)

    assert inspection.way is Way.OTHER_ACCOUNT
    assert inspection.plan.operation is Operation.ASSOCIATE_ALIAS
    assert inspection.plan.record == record_for(GREEN, alias)
    assert blocking(inspection) == []
    assert "while blue is disabled" in explained(inspection.way, "blue", "green")
    assert "visitors get errors there, since blue is disabled" in traffic(inspection.way, "blue", "green")


def test_a_source_that_has_to_stay_up_leaves_six_steps_with_a_wildcard():
    inspection = found(blue(account=ELSEWHERE), GREEN_FITS)

    assert inspection.way is Way.DISABLE_OR_STEPS
    assert inspection.steps is not None
    assert blocking(inspection) == [FindingCode.HOLDER_IN_OTHER_ACCOUNT]
    assert "six steps" in remedy(inspection)
    assert "it guarantees nothing" in traffic(inspection.way, "blue", "green")


@pytest.mark.parametrize(
    ("alias", "others", "why"),
    [
        (APEX, (), "No wildcard can stand in for example.com: it would answer for names below it only."),
        (WILDCARD, (), "No wildcard can stand in for *.example.com, which is one itself."),
        (
            ALIAS,
            (distribution(TEAL, aliases=("*.example.com",)),),
            "No wildcard can stand in for www.example.com, since *.example.com is in use elsewhere.",
        ),
    ],
    ids=["apex", "wildcard", "wildcard in use"],
)
def test_where_no_wildcard_can_stand_in_only_support_keeps_it_up(
    alias: AliasName, others: tuple[Distribution, ...], why: str
):
    inspection = found(blue(alias, account=ELSEWHERE), GREEN_FITS, *others, alias=alias)

    assert inspection.way is Way.DISABLE_OR_SUPPORT
    assert inspection.steps is None
    assert blocking(inspection) == [FindingCode.HOLDER_IN_OTHER_ACCOUNT]
    assert f"If it has to stay up, only AWS Support can do it. {why}" in remedy(inspection)
    assert "TLS may fail until DNS names green" in traffic(inspection.way, "blue", "green")


def test_a_wildcard_that_somebody_unknown_uses_is_in_use_too():
    used = ConflictingAlias("*.example.com", "*******FOREIGN", "******445566")

    inspection = found(blue(account=ELSEWHERE), GREEN_FITS, conflicts=(used,))

    assert inspection.way is Way.DISABLE_OR_SUPPORT


def test_the_targets_own_wildcard_is_not_in_use_elsewhere():
    masked = ConflictingAlias("*.example.com", "*******CLDFRNT", "******223333")
    holds_it = replace(GREEN_FITS, aliases=("*.example.com",))

    inspection = found(blue(account=ELSEWHERE), holds_it, conflicts=(masked,))

    assert inspection.way is Way.DISABLE_OR_STEPS


def test_names_that_overlap_do_not_stand_in_the_way():
    shop = distribution(TEAL, aliases=("*.example.com",))

    inspection = found(blue(), GREEN_FITS, shop)

    assert inspection.way is Way.SAME_ACCOUNT
    assert [(one.code, one.level) for one in inspection.findings] == [(FindingCode.OVERLAP, Level.NOTES)]


def test_a_holder_that_nobody_here_can_read_is_for_its_owner_or_support():
    masked = ConflictingAlias(ALIAS.text, "*******FOREIGN", "******445566")

    inspection = found(GREEN_FITS, conflicts=(masked,))

    assert inspection.way is Way.OWNER_OR_SUPPORT
    assert inspection.plan.operation is Operation.ASSOCIATE_ALIAS
    assert "Once its owner has disabled it" in traffic(inspection.way, "the old distribution", "green")


SHOP = DistributionId("dt_2wjDZi3hD1ivOXf6rpZJO1AB3vs")


def tenant(alias: AliasName | None = None, **changes: object) -> Distribution:
    """Of a multi-tenant distribution."""
    names = (alias.text,) if alias else ()
    made = distribution(SHOP, aliases=names, attached=ALL_NAMES, comment="shop")
    return replace(made, tenant_of=DistributionId("E5SITES4CLDFRNT"), **changes)  # type: ignore[arg-type] # its fields


def found_for_tenant(*inventory: Distribution, record_demanded: bool = False) -> Inspection:
    seen = Evidence(ALIAS, START, SHOP, inventory, (), record_demanded=record_demanded)
    return inspect(seen, registrable_name)


@pytest.mark.parametrize(
    ("inventory", "wanted"),
    [((blue(), tenant()), SHOP), ((tenant(ALIAS), GREEN_FITS), GREEN)],
    ids=["to a tenant", "from a tenant"],
)
def test_inside_one_account_a_tenant_needs_no_record_whatever_the_operator_has_set(
    inventory: tuple[Distribution, ...], wanted: DistributionId
):
    inspection = inspect(Evidence(ALIAS, START, wanted, inventory, ()), registrable_name)

    assert inspection.way is Way.SAME_ACCOUNT_TENANT
    assert (inspection.plan.operation, inspection.plan.record) == (Operation.WITHOUT_RECORD, None)
    assert blocking(inspection) == []
    assert "it is not proved yet" in explained(inspection.way, "blue", "shop")


def test_a_tenant_that_aws_wants_the_record_for_gets_it_by_the_only_call_there_is():
    inspection = found_for_tenant(blue(), tenant(), record_demanded=True)

    assert inspection.plan.operation is Operation.TENANT_WITH_RECORD
    assert inspection.plan.record is not None
    assert inspection.plan.record.value == tenant().domain_name


def test_between_accounts_a_tenant_takes_a_name_from_a_disabled_source_with_the_record():
    inspection = found_for_tenant(blue(account=ELSEWHERE, enabled=False), tenant())

    assert inspection.way is Way.OTHER_ACCOUNT
    assert inspection.plan.operation is Operation.TENANT_WITH_RECORD


def test_no_wildcard_keeps_a_name_up_on_its_way_from_or_to_a_tenant():
    inspection = found_for_tenant(blue(account=ELSEWHERE), tenant())

    assert inspection.way is Way.DISABLE_OR_SUPPORT
    assert "a tenant is on one side here." in remedy(inspection)


def test_a_tenant_that_nobody_here_can_read_moves_by_the_call_for_tenants():
    masked = ConflictingAlias(ALIAS.text, "***************ohWzv1b9It8JABC", "******445566", is_tenant=True)

    inspection = found(GREEN_FITS, conflicts=(masked,))

    assert inspection.way is Way.OWNER_OR_SUPPORT
    assert inspection.plan.operation is Operation.TENANT_WITH_RECORD


def test_a_tenant_is_a_target_only_where_somebody_names_it():
    unasked = inspect(Evidence(ALIAS, START, None, (blue(), tenant(), GREEN_FITS), ()), registrable_name)

    assert unasked.plan.target == GREEN
    assert [one.id for one in unasked.candidates] == [GREEN]
    assert found_for_tenant(blue(), tenant()).plan.target == SHOP


def test_a_tenant_is_called_by_its_name_its_id_and_its_distribution():
    assert tenant().label == "tenant shop (dt_2wjDZi3hD1ivOXf6rpZJO1AB3vs) of E5SITES4CLDFRNT"


def test_where_nothing_is_to_be_moved_there_is_no_way():
    assert found(replace(GREEN_FITS, aliases=(ALIAS.text,))).way is None
    assert found(GREEN_FITS).way is None
    assert found(blue()).way is None


@pytest.mark.parametrize("way", [None, *Way])
def test_no_sentence_promises_what_aws_does_not(way: Way | None):
    said = f"{explained(way, 'blue', 'green')} {traffic(way, 'blue', 'green')}".lower()

    assert not [
        word for word in ("zero downtime", "no gap", "instant", "without interruption", "moved") if word in said
    ]
    assert traffic(way, "blue", "green").endswith(".")
