"""What is wrong with the value of a TXT record that should hold the target's own name, and where exactly.

Pure. What AWS tolerates (capitals, a final dot, quotes) it does not publish, so nothing but the exact value is right.
"""

import re
from difflib import SequenceMatcher
from enum import Enum

MOST_CHARACTERS = 300
"""Of a foreign value: a TXT record may hold 64 kB."""
FEWEST_OF_A_BEGINNING = 4
MOST_TYPOS = 2
ALIKE = 0.8

_QUOTES = "\"'`\\\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a"
_DISTRIBUTION = re.compile(r"d[0-9a-z]{4,30}\.cloudfront\.net")
_SCHEME = re.compile(r"(?:(?:[a-z][a-z0-9+.-]*:)?//)?")


class WrongValue(Enum):
    """Kinds of wrong values. The values are stored names."""

    QUOTES = "quotes"
    """Quotes or backslashes are part of it."""
    SPELLING = "spelling"
    """Capitals, a final dot, spaces or characters that nobody sees."""
    ADDRESS = "address"
    """`https://`, or a path."""
    WHOLE_LINE = "whole_line"
    """The right value, and more: the whole line of a zone file, `TXT=`."""
    CUT_OFF = "cut_off"
    """Only its beginning."""
    TYPO = "typo"
    """One or two characters."""
    WRONG_DISTRIBUTION = "wrong_distribution"
    """Another distribution's name."""
    OTHER_VALUE = "other_value"
    """Nothing like it."""


def wrongness(value: str, wanted: str) -> WrongValue:
    """What is wrong with a value that is not `wanted`."""
    seen = visible(value[:MOST_CHARACTERS])
    bare = seen.strip().strip(_QUOTES).strip().removesuffix(".").strip(_QUOTES).lower()
    if bare == wanted:
        return WrongValue.QUOTES if any(one in _QUOTES for one in seen) else WrongValue.SPELLING
    if wanted in bare:
        return WrongValue.ADDRESS if _is_address(bare, wanted) else WrongValue.WHOLE_LINE
    if len(bare) >= FEWEST_OF_A_BEGINNING and wanted.startswith(bare):
        return WrongValue.CUT_OFF
    if _differences(bare, wanted) <= MOST_TYPOS:
        return WrongValue.TYPO
    if _DISTRIBUTION.fullmatch(bare):
        return WrongValue.WRONG_DISTRIBUTION
    is_alike = SequenceMatcher(None, bare, wanted, autojunk=False).ratio() > ALIKE
    return WrongValue.TYPO if is_alike else WrongValue.OTHER_VALUE


def spelling_faults(value: str) -> list[str]:
    """What of spelling differs, in words: for values that are right but for that."""
    faults = {
        "capital letters": value != value.lower(),
        "a dot at the end": visible(value).strip().endswith("."),
        "spaces": visible(value) != visible(value).strip(),
        "invisible characters": any(not one.isprintable() for one in value),
    }
    return [words for words, is_so in faults.items() if is_so]


def is_about_cloudfront(value: str, wanted: str) -> bool:
    """Whether somebody has meant this value for a record of this kind; a zone's own name holds many others."""
    lower = visible(value[:MOST_CHARACTERS]).lower()
    return wanted in lower or _DISTRIBUTION.search(lower) is not None


def is_distribution(name: str) -> bool:
    """Whether it is a distribution's own name."""
    return _DISTRIBUTION.fullmatch(name.lower().removesuffix(".")) is not None


def visible(text: str) -> str:
    """Without characters that nobody sees; every space is a plain one."""
    return "".join(one if one.isprintable() else " " if one.isspace() else "" for one in text)


def revealed(text: str) -> str:
    """With those characters named, and letters that only look like the right ones: `<U+200B>`, `<U+0430>`."""
    return "".join(one if _is_plain(one) else f"<U+{ord(one):04X}>" for one in text)


def marks(found: str, wanted: str) -> str:
    """Carets to stand below `found` (as revealed) where it differs from `wanted`; empty where marking helps nobody.

    A missing piece is marked at the character before which it is missing.
    """
    matcher = SequenceMatcher(None, found, wanted, autojunk=False)
    if matcher.ratio() <= ALIKE / 2:
        return ""
    line = [" "] * (len(found) + 1)
    for kind, begin, end, _, _ in matcher.get_opcodes():
        if kind != "equal":
            line[begin : max(end, begin + 1)] = "^" * max(end - begin, 1)
    return "".join(line).rstrip()


def _is_plain(one: str) -> bool:
    return one.isprintable() and (one.isascii() or not one.isalnum())


def _is_address(bare: str, wanted: str) -> bool:
    before, _, after = bare.partition(wanted)
    return _SCHEME.fullmatch(before) is not None and after[:1] in {"", "/"}


def _differences(one: str, other: str) -> int:
    """How many characters were changed, added or left out."""
    opcodes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for kind, i1, i2, j1, j2 in opcodes if kind != "equal")
