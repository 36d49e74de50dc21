"""Texts to send when the holder is somebody else's."""

from dataclasses import replace

import jmespath  # type: ignore[import-untyped] # the AWS CLI's own
import pytest

from bot.alias_move.findings import ConflictingAlias
from bot.alias_move.move import RefusalCause
from bot.alias_move.sightings import AnswerKind
from bot.slack.letters import has_letters, letters_modal, mail_to_owner, support_case
from bot.slack.messages import card
from playground.slack import plain_text
from playground.slack.block_kit import refusals_of_view
from tests.slack.made_moves import NASTY, RULES, World, a_distribution
from tests.slack.reading import buttons, read

MASKED = ConflictingAlias("www.example.com", "*******MEZWLBW", "******002099")
FOREIGN = World(inventory=World().inventory[1:], conflicts=(MASKED,))


@pytest.mark.parametrize("move", [FOREIGN.inspected(), FOREIGN.ready()], ids=["blocked", "awaiting approval"])
def test_a_card_about_a_foreign_holder_offers_the_texts(move):
    assert "move.letters" in buttons(move)


def test_a_blocked_card_about_a_foreign_holder_offers_them_too():
    disabled = a_distribution("E2GREEN4CLDFRNT", "green", enabled=False)

    assert "move.letters" in buttons(replace(FOREIGN, inventory=(disabled,)).inspected())


@pytest.mark.parametrize(
    "move",
    [
        World().inspected(),
        World().opened(),
        World(wanted=None).choosing(),
        FOREIGN.approved(),
        FOREIGN.cancelled(),
        replace(FOREIGN, inventory=(a_distribution("E9OTHER4CLDFRNT"),)).inspected(),
    ],
    ids=["ours", "not looked at", "choosing", "confirming", "cancelled", "without a target"],
)
def test_no_other_card_does(move):
    assert not has_letters(move)
    assert "move.letters" not in str(card(move, RULES).blocks)


def test_the_mail_says_whose_what_and_how_and_that_nothing_should_be_deleted():
    text = "\n".join(mail_to_owner(FOREIGN.inspected()))

    assert text.startswith("Subject: Please let go of www.example.com in CloudFront\n")
    assert "distribution *******MEZWLBW in AWS account ******002099." in text
    assert "E2GREEN4CLDFRNT (d111111abcdef8.cloudfront.net)" in text
    assert "1. Disable that distribution" in text
    assert "2. Or remove www.example.com from" in text
    assert "Please don't delete anything" in text


def test_the_mail_has_every_step_as_a_line_to_paste():
    lines = mail_to_owner(FOREIGN.inspected())

    query = next(line for line in lines if "list-distributions" in line).partition("--query ")[2].strip('"')
    listed = {"Items": [{"Id": "E7", "Enabled": True, "Aliases": {"Items": ["www.example.com"]}}, {"Aliases": {}}]}
    assert jmespath.search(query, {"DistributionList": listed}) == [["E7", True]]
    assert 'aws cloudfront get-distribution-config --id "$ID" > now.json' in lines
    assert "jq '.DistributionConfig | .Enabled = false' now.json > wanted.json" in lines
    assert any('.Aliases.Items -= ["www.example.com"]' in line for line in lines)
    assert any('--if-match "$(jq -r .ETag now.json)" --distribution-config file://wanted.json' in one for one in lines)
    assert 'aws cloudfront wait distribution-deployed --id "$ID"' in lines


def test_the_case_names_all_that_aws_asks_for():
    world = replace(FOREIGN, kinds=(AnswerKind.EXACT, AnswerKind.NOTHING))

    text = "\n".join(support_case(world.inspected()))

    assert "Alternate domain name: www.example.com" in text
    assert "Target distribution: E2GREEN4CLDFRNT (d111111abcdef8.cloudfront.net)" in text
    assert "Target account: 111122223333" in text
    assert "distribution *******MEZWLBW in AWS account ******002099" in text
    assert (
        'TXT record: _www.example.com TXT "d111111abcdef8.cloudfront.net", seen on 1 of 2 authoritative servers (20'
        in text
    )
    assert "AssociateAlias moves a name between accounts only while the source distribution is disabled." in text
    assert "we can neither disable it, nor take the name off it,\n  nor see whether it is disabled." in text
    assert "- That account looks like API Gateway in eu-west-1: then only the service can change" in text
    assert "told us" not in text


def test_the_case_tells_what_the_owner_has_said():
    text = "\n".join(support_case(FOREIGN.ready()))

    assert "- Its owner has told us that it is disabled (2025-11-22 14:03:0" in text


def test_a_refusal_is_quoted_with_its_request_id():
    refused = FOREIGN.refused(
        RefusalCause.SOURCE_ENABLED,
        "IllegalUpdate",
        "Alias move is not allowed since the source distribution is enabled.",
    )

    text = "\n".join(support_case(refused))

    assert (
        "- AWS answered our call with IllegalUpdate: Alias move is not allowed since the source distribution is"
        " enabled.\n  (request id 410c2a4b, 2025-11-22 14:03:0" in text
    )


def test_the_modal_shows_both_can_only_be_closed_and_says_what_the_account_looks_like():
    view = letters_modal(FOREIGN.inspected())

    text = read(view["blocks"])
    assert "submit" not in view
    assert "callback_id" not in view
    assert "That account looks like API Gateway in eu-west-1" in text
    assert "Subject: Please let go of www.example.com in CloudFront\n\nHello,\n" in text
    assert "Subject: Please move the alternate domain name www.example.com to our CloudFront distribution" in text
    assert refusals_of_view(view) == []


def test_hostile_text_of_aws_stays_text():
    conflicts = (replace(MASKED, distribution_id=NASTY, account=NASTY),)
    move = replace(FOREIGN, nasty=NASTY, conflicts=conflicts).refused(RefusalCause.OTHER)

    view = letters_modal(move)

    assert refusals_of_view(view) == []
    assert not plain_text.mentioned("", tuple(view["blocks"]))
    assert "looks like" not in read(letters_modal(World().foreign())["blocks"]).replace("looks like AWS Amplify", "")
