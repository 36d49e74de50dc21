"""Slack's refusals about blocks, judged by the models of slack_sdk where these know a limit."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View

from playground.slack.block_kit import Surface, is_message_too_long, refusals_of_blocks, refusals_of_view, with_ids
from playground.slack.plain_text import mentioned, of_blocks
from tests.playground.slack_office import actions, button, modal, open_office, reason_input, refusal, section

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str, text: str = "One") -> Json:
    return {"text": plain(text), "value": value}


def select(**more: object) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": [option("1")], **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def rich_section(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def task(status: str, **more: object) -> Json:
    return {"type": "task_card", "task_id": "t1", "title": "Look up the record", "status": status, **more}


def plan(*tasks: Json) -> Json:
    return {"type": "plan", "title": "Progress", "tasks": list(tasks)}


CARD: list[Json] = [
    {"type": "header", "text": plain("www.example.com")},
    {**section("Held by *blue*"), "accessory": button("more")},
    {"type": "section", "fields": [{"type": "mrkdwn", "text": "Source"}, plain("Target")]},
    rich(
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "_www.example.com TXT"}]},
        rich_section({"type": "text", "text": "Create it", "style": {"bold": True}}, {"type": "user", "user_id": "U1"}),
        {"type": "rich_text_list", "style": "bullet", "elements": [rich_section({"type": "text", "text": "one"})]},
        rich_section({"type": "date", "timestamp": 1, "format": "{time}", "fallback": "14:00"}),
        rich_section({"type": "link", "url": "https://example.com"}, {"type": "usergroup", "usergroup_id": "S1"}),
    ),
    plan(task("complete"), {"task_id": "t2", "title": "Ask", "status": "pending"}),
    {"type": "divider"},
    actions(button("approve", style="primary", value="m1"), select(initial_option=option("1"))),
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "asked by <@U1>"}, plain("14:02")]},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]},
    {"type": "markdown", "text": "**bold**"},
]


def test_a_card_with_every_kind_of_block_is_shown():
    assert refusals_of_blocks(CARD, Surface.MESSAGE) == []


def test_a_modal_with_inputs_is_shown():
    view = modal(
        {"type": "alert", "level": "warning", "text": plain("Visitors notice")},
        section("Move `www.example.com`?"),
        reason_input(),
        {"type": "input", "label": plain("Sure?"), "element": {"type": "checkboxes", "options": [option("yes")]}},
        private_metadata="{}",
        notify_on_close=True,
    )

    assert refusals_of_view(view) == []


REFUSED: list[tuple[str, Json]] = [
    ("unsupported type: nope [json-pointer:/blocks/0/type]", {"type": "nope"}),
    ("missing required field: type [json-pointer:/blocks/0]", {"text": plain("x")}),
    ("unsupported type: alert [json-pointer:/blocks/0/type]", {"type": "alert", "text": plain("x")}),
    ("unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]", {"type": "header", "text": section("x")["text"]}),
    (
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        {"type": "header", "text": plain("x" * 151)},
    ),
    ("must be more than 0 characters [json-pointer:/blocks/0/text/text]", section("")),
    ("must be less than 3001 characters [json-pointer:/blocks/0/text/text]", section("x" * 3001)),
    ("missing required field: text or fields [json-pointer:/blocks/0]", {"type": "section"}),
    (
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
        {"type": "section", "fields": [plain("x" * 2001)]},
    ),
    (
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
        {"type": "section", "fields": [plain("x")] * 11},
    ),
    ("invalid additional property: colour [json-pointer:/blocks/0]", {**section("x"), "colour": "red"}),
    ("must be less than 256 characters [json-pointer:/blocks/0/block_id]", {**section("x"), "block_id": "b" * 256}),
    (
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        actions(*(button(f"b{number}") for number in range(26))),
    ),
    ("no fewer than 1 items allowed [json-pointer:/blocks/0/elements]", actions()),
    (
        "`action_id` go already exists for another element of this block [json-pointer:/blocks/0/elements]",
        actions(button("go"), button("go")),
    ),
    ("must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]", actions(button("b", "x" * 76))),
    (
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        actions(button("b", value="x" * 2001)),
    ),
    (
        "must be a valid enum value: primary, danger [json-pointer:/blocks/0/elements/0/style]",
        actions(button("b", style="green")),
    ),
    (
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
        actions({"type": "plain_text_input"}),
    ),
    (
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
        actions(select(options=[option(str(number)) for number in range(101)])),
    ),
    (
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
        actions(select(options=[option("1", "x" * 76)])),
    ),
    (
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
        actions(select(options=[option("x" * 151)])),
    ),
    (
        "initial option must be one of the options [json-pointer:/blocks/0/elements/0]",
        actions(select(initial_option=option("2"))),
    ),
    (
        "duplicate option values [json-pointer:/blocks/0/elements/0/options]",
        actions(select(options=[option("1"), option("1", "Two")])),
    ),
    (
        "must be a valid enum value: pending, in_progress, complete, error [json-pointer:/blocks/0/tasks/0/status]",
        plan(task("completed")),
    ),
    ("task_id must be unique within a plan [json-pointer:/blocks/0/tasks]", plan(task("complete"), task("pending"))),
    ("only a task of a plan may be pending [json-pointer:/blocks/0/status]", task("pending")),
    (
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
        rich(rich_section({"type": "text", "text": ""})),
    ),
    (
        "unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]",
        rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]}),
    ),
    (
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
        {"type": "context", "elements": [plain("x")] * 11},
    ),
    (
        "no more than 100 items allowed [json-pointer:/blocks/0/rows]",
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 101},
    ),
]


@pytest.mark.parametrize(("sentence", "block"), REFUSED, ids=[sentence[:60] for sentence, _ in REFUSED])
def test_a_block_that_slack_refuses_is_refused_with_its_place(sentence: str, block: Json):
    assert refusals_of_blocks([block], Surface.MESSAGE) == [sentence]


def test_a_message_takes_fifty_blocks_and_a_modal_a_hundred():
    assert refusals_of_blocks([section("x")] * 50, Surface.MESSAGE) == []
    assert refusals_of_blocks([section("x")] * 51, Surface.MESSAGE) == [
        "no more than 50 items allowed [json-pointer:/blocks]"
    ]
    assert refusals_of_view(modal(*[section("x")] * 100)) == []
    assert refusals_of_view(modal(*[section("x")] * 101)) == [
        "no more than 100 items allowed [json-pointer:/view/blocks]"
    ]


def test_two_blocks_may_not_share_an_id():
    same = [{**section("x"), "block_id": "b"}, {**section("y"), "block_id": "b"}]

    assert refusals_of_blocks(same, Surface.MESSAGE) == ["`block_id` b already exists [json-pointer:/blocks]"]


def test_two_blocks_may_share_an_action_id():
    same = [actions(button("go"), block_id="a"), actions(button("go"), block_id="b")]

    assert refusals_of_blocks(same, Surface.MESSAGE) == []


@pytest.mark.parametrize("block", [plan(), {"type": "markdown", "text": "x"}, task("complete")])
def test_what_belongs_in_messages_is_refused_in_a_modal(block: Json):
    assert refusals_of_view(modal(block)) == [f"unsupported type: {block['type']} [json-pointer:/view/blocks/0/type]"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"submit": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/submit/text]"),
        ({"close": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/close/text]"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        ({"callback_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/callback_id]"),
        ({"colour": "red"}, "invalid additional property: colour [json-pointer:/view]"),
        ({"type": "home"}, "unsupported type: home [json-pointer:/view/type]"),
    ],
)
def test_a_modal_that_slack_refuses_is_refused_with_its_place(wrong: Json, sentence: str):
    assert refusals_of_view(modal(section("x"), **wrong)) == [sentence]


def test_a_modal_with_inputs_needs_a_submit_button():
    view = modal(reason_input())
    del view["submit"]

    assert refusals_of_view(view) == ["missing required field: submit [json-pointer:/view]"]


def test_all_text_of_a_message_together_has_a_limit():
    assert not is_message_too_long([section("x" * 3000)] * 4)
    assert is_message_too_long([section("x" * 3000)] * 5)


def test_ids_are_made_up_only_where_the_app_gave_none():
    [named, unnamed] = with_ids([actions(button("go"), block_id="mine"), section("x")])

    assert (named["block_id"], named["elements"][0]["action_id"]) == ("mine", "go")
    assert unnamed["block_id"]


async def test_the_refusal_reaches_the_client_as_invalid_blocks():
    async with open_office() as office:
        call = office.client.chat_postMessage(channel=office.channel.id, text="x", blocks=[section("x" * 3001)])

        answer = await refusal(call)

    sentence = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert (answer["error"], answer["errors"]) == ("invalid_blocks", [sentence])
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {sentence}"]


SDK_REFUSES = [
    sdk.HeaderBlock(text="x" * 151),
    sdk.SectionBlock(text="x" * 3001),
    sdk.SectionBlock(),
    sdk.ActionsBlock(elements=[sdk.ButtonElement(text="x", action_id=f"b{number}") for number in range(26)]),
    sdk.ActionsBlock(elements=[sdk.ButtonElement(text="x", action_id="b", value="v" * 2001)]),
    sdk.ActionsBlock(elements=[sdk.ButtonElement(text="x" * 76, action_id="b")]),
    sdk.ContextBlock(elements=[sdk.PlainTextObject(text="x")] * 11),
    sdk.TaskCardBlock(task_id="t", title="x", status="completed"),
]


@pytest.mark.parametrize("block", SDK_REFUSES, ids=lambda block: block.type)
def test_what_the_sdk_refuses_is_refused_here(block: sdk.Block):
    with pytest.raises(SlackObjectFormationError):
        block.to_dict()

    assert refusals_of_blocks([unchecked(block)], Surface.MESSAGE)


def unchecked(block: sdk.Block) -> Json:
    """The JSON of a block without the SDK's own validation."""
    shown = {name: getattr(block, name) for name in block.attributes if getattr(block, name, None) is not None}
    return {name: _plain_json(value) for name, value in shown.items()}


def _plain_json(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain_json(one) for one in value]
    if isinstance(value, sdk.BlockElement | sdk.TextObject):
        attributes = {*value.attributes, "type"}
        told = {name: getattr(value, name, None) for name in attributes}
        return {name: _plain_json(one) for name, one in told.items() if one is not None}
    return value


def test_what_the_sdk_builds_is_shown():
    built = [
        sdk.HeaderBlock(text="www.example.com"),
        sdk.SectionBlock(text="Held by *blue*", fields=["a", "b"]),
        sdk.ActionsBlock(elements=[sdk.ButtonElement(text="Go", action_id="go", value="1", style="primary")]),
        sdk.RichTextBlock(
            elements=[
                sdk.RichTextPreformattedElement(elements=[sdk.RichTextElementParts.Text(text="_www TXT")]),
                sdk.RichTextSectionElement(elements=[sdk.RichTextElementParts.User(user_id="U1")]),
            ]
        ),
        sdk.PlanBlock(title="Progress", tasks=[sdk.TaskCardBlock(task_id="t", title="x", status="pending").to_dict()]),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="asked")]),
    ]

    assert refusals_of_blocks([block.to_dict() for block in built], Surface.MESSAGE) == []


def test_a_modal_that_the_sdk_builds_is_shown():
    view = View(
        type="modal",
        title="Reject",
        submit="Reject",
        callback_id="reject",
        blocks=[sdk.InputBlock(label="Reason", element=sdk.PlainTextInputElement(action_id="reason"))],
    )

    assert refusals_of_view(view.to_dict()) == []


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value inside."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, content in inside for place in places(content, (*path, key)))]


MORE: list[Json] = [
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a chart", "title": plain("Chart")},
    {"type": "card", "title": plain("t"), "body": plain("b"), "actions": [button("c")]},
    task("error", details=rich(rich_section({"type": "emoji", "name": "eyes"})), sources=[]),
    actions(
        {"type": "overflow", "action_id": "o", "options": [option("1")]},
        {"type": "radio_buttons", "action_id": "r", "options": [option("1")]},
        select(options=None, option_groups=[{"label": plain("g"), "options": [option("1")]}]),
        block_id="more",
    ),
    {"type": "table", "rows": [[{"type": "raw_number", "value": 1}, rich(rich_section())]]},
    {**reason_input(), "hint": plain("h")},
    {"type": "context", "elements": [{"type": "image", "image_url": "https://example.com", "alt_text": "i"}]},
    {**section("x"), "accessory": {"type": "image", "image_url": "https://example.com", "alt_text": "i"}},
]
del MORE[3]["elements"][2]["options"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["type", "text", "x"]), inner),
    max_leaves=4,
)


@settings(max_examples=150)
@given(st.sampled_from(places(CARD + MORE)[1:]), ANYTHING)
def test_whatever_is_sent_is_either_refused_or_can_be_read(place: tuple[Any, ...], value: object):
    blocks: Any = deepcopy(CARD + MORE)
    around = blocks
    for key in place[:-1]:
        around = around[key]
    around[place[-1]] = value

    if not refusals_of_blocks(blocks, Surface.MESSAGE):
        of_blocks(tuple(with_ids(blocks)), str)
        mentioned("", tuple(blocks))


def test_the_rarer_blocks_are_shown_too():
    assert refusals_of_blocks(MORE, Surface.MESSAGE) == []
