"""What somebody typed after the command, parsed once into a value or refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alias_move.names import AliasName, DistributionId, NotAName
from handlers.cname_conflict import Cancel, Command, Help, ListMoves, OpenMove, Status, parse

WWW = AliasName("www.example.com")
TARGET = DistributionId("E1A2B3C4D5E6F7")

UNDERSTOOD: dict[str, Command] = {
    "": Help(),
    "   ": Help(),
    "help": Help(),
    "Help": Help(),
    "\u200bhelp": Help(),
    "list": ListMoves(),
    "LIST ": ListMoves(),
    "www.example.com": OpenMove(WWW, None),
    "  WWW.Example.com.  ": OpenMove(WWW, None),
    "<http://www.example.com|www.example.com>": OpenMove(WWW, None),
    "<https://www.example.com/path|click here now>": OpenMove(WWW, None),
    "&lt;http://www.example.com&gt;": OpenMove(WWW, None),
    "www.example.com E1A2B3C4D5E6F7": OpenMove(WWW, TARGET),
    "www.example.com\u00a0e1a2b3c4d5e6f7": OpenMove(WWW, TARGET),
    "`www.example.com` `E1A2B3C4D5E6F7`": OpenMove(WWW, TARGET),
    "status www.example.com": Status(WWW),
    "STATUS <http://www.example.com|www.example.com>": Status(WWW),
    "cancel www.example.com": Cancel(WWW),
    "help.example.com": OpenMove(AliasName("help.example.com"), None),
    "list.example.com": OpenMove(AliasName("list.example.com"), None),
    "*.example.com": OpenMove(AliasName("*.example.com"), None),
}

REFUSED = {
    "status": "exactly one alias, like `/cname-conflict status www.example.com`; you gave none",
    "cancel www.example.com now": "exactly one alias, like `/cname-conflict cancel www.example.com`; you gave 2",
    "www.example.com E1A2B3C4D5E6F7 now": "more than I can read",
    "www.example.com green": "distribution id",
    "www.example.com shop.example.com": "distribution id",
    "status help": "too short",
    "<!channel>": "a mention",
    "<#C0PLAY00001|cdn>": "a mention",
    "cancel <@U0PLAY00002>": "a mention",
    "www.\u202emoc.elpmaxe": "reading direction",
    "help \u2066me": "reading direction",
    "x" * 3001: "3,001 characters",
}


@pytest.mark.parametrize(("text", "command"), UNDERSTOOD.items(), ids=map(repr, UNDERSTOOD))
def test_it_is_understood(text: str, command: Command) -> None:
    try:
        understood: Command | str = parse(text)
    except NotAName as why:
        understood = str(why)

    assert understood == command


@pytest.mark.parametrize(("text", "why"), REFUSED.items(), ids=[repr(each[:40]) for each in REFUSED])
def test_it_is_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(NotAName) as refused:
        parse(text)

    assert why in str(refused.value)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_a_command_or_a_refusal_with_a_sentence(text: str) -> None:
    said: Command | str
    try:
        said = parse(text)
    except NotAName as why:
        said = str(why)

    assert said.endswith(".") if isinstance(said, str) else isinstance(said, Command)
