"""What CloudFront thinks about alias names: their form, overlaps, TXT record and masking. Pure; no state, no I/O."""

import re
from functools import cache

from publicsuffixlist import PublicSuffixList

_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_ALIAS = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})+")


def is_alias(text: str) -> bool:
    """Lower case, at least two labels, no trailing dot, a wildcard only as the whole first label."""
    return len(text) <= 253 and _ALIAS.fullmatch(text) is not None


def is_under(wildcard: str, name: str) -> bool:
    """Whether the alias `*.example.com` stands for this name; CloudFront's wildcard reaches every depth."""
    return wildcard.startswith("*.") and name != wildcard and name.endswith(wildcard.removeprefix("*"))


def conflicts(asked: str, held: str) -> bool:
    """Whether ListConflictingAliases names `held` when asked about `asked`."""
    if asked.startswith("*."):
        return held == asked or is_under(asked, held)
    return held == asked or is_under(held, asked)


def certificate_name_covers(certificate_name: str, alias: str) -> bool:
    """A certificate's wildcard stands for exactly one label: `*.example.com` covers no `a.b.example.com`."""
    if certificate_name == alias:
        return True
    first_label, _, rest = alias.partition(".")
    return bool(first_label) and certificate_name == f"*.{rest}"


def record_name(alias: str) -> str:
    """Where AssociateAlias looks for the TXT record: `_www.…`, `_.` before an apex, `_*.…` for a wildcard."""
    return f"_.{alias}" if _public_suffixes().privatesuffix(alias) == alias else f"_{alias}"


def masked(identifier: str) -> str:
    """The first half, rounded down, as stars; same-account ids are masked too."""
    hidden = len(identifier) // 2
    return "*" * hidden + identifier[hidden:]


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()
