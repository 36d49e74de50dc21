"""Names as CloudFront and DNS spell them: parsed once at the edge, trusted afterwards.

This module must never guess. Text that is not clearly one alias is refused with a sentence that says why.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NewType, Self

import idna

AccountId = NewType("AccountId", str)
"""Twelve digits, or masked by AWS: `******112233`."""

RegistrableName = Callable[[str], str | None]
"""Gives the registrable name above (or equal to) a name, by the public suffix list: `www.example.co.uk` gives
`example.co.uk`; a public suffix itself gives None."""

MAX_TEXT_CHARACTERS = 3000
MAX_NAME_CHARACTERS = 253  # CloudFront's limit for an alias, and that of DNS
MAX_LABEL_CHARACTERS = 63
_SHOWN_CHARACTERS = 40

# Copying from a chat or a web page drags these along; nobody types them on purpose, and they change no meaning.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
# These reorder what a person sees; a name that reads differently from what it is must not be approved by anybody.
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SLACK_LINK = re.compile(r"<(?P<target>[^<>|]*)(?:\|[^<>]*)?>")
_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")
# ASCII alone: the upper case of `ß` is `SS`, and an id is not to be guessed.
_DISTRIBUTION_ID = re.compile(r"e[a-z0-9]{5,24}", re.ASCII | re.IGNORECASE)
# Unlike those of distributions, ids of tenants mean something else in another case.
_TENANT_ID = re.compile(r"dt_[A-Za-z0-9]{6,60}", re.ASCII)
_QUOTES = "`'\"\u2018\u2019\u201c\u201d"


class NotAName(ValueError):  # noqa: N818 - it names what was found, not that something failed
    """The text is no name of the wanted kind. `str(error)` is a sentence for the person who typed it."""


def clean_text(text: str) -> str:
    """What a person meant to type: without invisible characters, entities of Slack and surrounding space.

    Raises:
        NotAName: for text that is too long or holds control characters that change how it reads.
    """
    if len(text) > MAX_TEXT_CHARACTERS:
        raise NotAName(f"That is {len(text):,} characters long; I read at most {MAX_TEXT_CHARACTERS:,}.")
    if _BIDI_CONTROLS & set(text):
        raise NotAName("That text holds invisible characters that change its reading direction. Type the name by hand.")
    plain = text.translate(_INVISIBLE).replace("\u00a0", " ")
    # Slack sends these three as entities, and no others.
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _shown(text: str) -> str:
    """What was typed, short enough and clean enough to stand between backticks in a sentence."""
    start = "".join(one if one.isprintable() and one != "`" else "?" for one in text[:_SHOWN_CHARACTERS])
    return start if len(text) <= _SHOWN_CHARACTERS else f"{start}…"


def _inside_of_link(text: str) -> str:
    """The target of `<target|label>`; never the label, which anybody can choose freely."""
    if text.startswith("<"):
        link = _SLACK_LINK.fullmatch(text)
        if link is None:
            raise NotAName("I can't read that link. Type the name alone, like `www.example.com`.")
        if link["target"].startswith(("!", "@", "#")):
            raise NotAName("That is a mention, not a name. Type the name alone, like `www.example.com`.")
        return link["target"]
    return text


def _host_of_url(text: str) -> str:
    url = _URL.fullmatch(text)
    if url is not None:
        if url["scheme"].lower() not in {"http", "https"}:
            raise NotAName(f"I read http and https addresses only, not `{_shown(url['scheme'])}://`.")
        text = re.split(r"[/?#]", url["rest"], maxsplit=1)[0]
        if "@" in text:
            raise NotAName("That address holds a user name before an @. Type the name alone, like `www.example.com`.")
    else:
        text = text.split("/", 1)[0]
    return re.sub(r":[0-9]{1,5}$", "", text)


def _ascii_label(label: str) -> str:
    if label.isascii():
        if label.startswith("xn--"):
            _check_a_label(label)
        return label
    try:
        return idna.encode(label, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise NotAName(f"`{_shown(label)}` can't be written as an internationalised name (IDNA 2008).") from None


def _check_a_label(label: str) -> None:
    try:
        idna.decode(label)
    except idna.IDNAError:
        raise NotAName(f"`{_shown(label)}` looks like an encoded international name, but does not decode.") from None


@dataclass(frozen=True, slots=True, order=True)
class AliasName:
    """An alternate domain name of a distribution: lower case, A-labels, no trailing dot; `*.` in front for a wildcard.

    Shapes and limits: Amazon CloudFront Developer Guide, "Using custom URLs by adding alternate domain names".
    """

    text: str

    @classmethod
    def parse(cls, raw: str) -> Self:
        """The alias somebody typed, in any of the forms Slack sends it.

        Raises:
            NotAName: with a sentence that says what is wrong.
        """
        text = clean_text(raw).strip(_QUOTES).strip()
        text = _inside_of_link(text).strip()
        # Before the path is cut off: what stands behind a path may be a second name.
        if re.search(r"\s", text):
            raise NotAName("That is more than one word. Type one name, like `www.example.com`.")
        text = _host_of_url(text).strip(_QUOTES)
        if not text:
            raise NotAName("There is no name in that. Type one, like `www.example.com`.")
        # The other dots of IDNA are dots too.
        return cls(cls._checked(re.sub("[\u3002\uff0e\uff61]", ".", text).lower().removesuffix(".")))

    @staticmethod
    def _checked(name: str) -> str:
        star, rest = ("*.", name[2:]) if name.startswith("*.") else ("", name)
        if "*" in rest:
            raise NotAName("A `*` may stand only as the whole first part, like `*.example.com`.")
        labels = [_ascii_label(label) for label in rest.split(".")]
        if len(labels) < 2:  # noqa: PLR2004 - a name and its top level
            raise NotAName(f"`{_shown(name)}` is too short: an alias is a full name, like `www.example.com`.")
        for label in labels:
            _check_label(label)
        if labels[-1].isdigit():
            raise NotAName("That is an address made of numbers, not a name.")
        checked = star + ".".join(labels)
        if len(checked) > MAX_NAME_CHARACTERS:
            raise NotAName(f"That name has {len(checked)} characters; CloudFront takes at most {MAX_NAME_CHARACTERS}.")
        if checked.endswith(".cloudfront.net"):
            raise NotAName("That is a distribution's own name; I move alternate names, like `www.example.com`.")
        return checked

    @property
    def is_wildcard(self) -> bool:
        """Whether it is `*.something`."""
        return self.text.startswith("*.")

    def covers(self, other: Self) -> bool:
        """Whether this wildcard answers for `other` as long as nothing more specific does."""
        return self.is_wildcard and self != other and other.text.endswith(self.text[1:])

    def is_apex(self, registrable_name: RegistrableName) -> bool:
        """Whether it is a registrable name itself; a delegated `shop.example.com` is not."""
        # The list has wildcards of its own, and takes `*.co.uk` for a registrable name.
        return not self.is_wildcard and registrable_name(self.text) == self.text

    def __str__(self) -> str:
        return self.text


def _check_label(label: str) -> None:
    if not label:
        raise NotAName("There are two dots in a row, or one at the beginning.")
    if len(label) > MAX_LABEL_CHARACTERS:
        raise NotAName(f"`{_shown(label)}` has {len(label)} characters; a part of a name has at most 63.")
    if "@" in label:
        raise NotAName("That is an e-mail address; an alias is the name of a site, like `www.example.com`.")
    if not _LABEL.fullmatch(label):
        raise NotAName(f"`{_shown(label)}` holds a character that no name can have, or begins or ends with a hyphen.")


def is_masked_form(masked: str, whole: str) -> bool:
    """Whether the visible end is that of `whole`. AWS hides the first half behind as many stars, or nothing."""
    visible = masked.lstrip("*")
    return bool(visible) and len(masked) == len(whole) and whole.endswith(visible)


def certificate_name_covers(certificate_name: str, alias: AliasName) -> bool:
    """Whether a certificate's subject alternative name covers the alias.

    `*.example.com` covers one label: neither `example.com` nor `a.b.example.com`. A wildcard alias needs the same
    wildcard in the certificate.
    """
    name = certificate_name.lower().removesuffix(".")
    if name == alias.text:
        return True
    return name.startswith("*.") and not alias.is_wildcard and alias.text.split(".", 1)[1] == name[2:]


@dataclass(frozen=True, slots=True, order=True)
class DistributionId:
    """The id of a distribution, `E1A2B3C4D5E6F7`, or of a distribution tenant, `dt_…`. Never a masked one."""

    text: str

    @classmethod
    def parse(cls, raw: str) -> Self:
        """The id somebody typed.

        Raises:
            NotAName: with a sentence that says what an id looks like.
        """
        text = clean_text(raw).strip(_QUOTES)
        if _TENANT_ID.fullmatch(text):
            return cls(text)
        if not _DISTRIBUTION_ID.fullmatch(text):
            raise NotAName("The second word must be a distribution id, like `E1A2B3C4D5E6F7`, or a tenant's, `dt_…`.")
        return cls(text.upper())

    @property
    def is_tenant(self) -> bool:
        """Whether it is that of a distribution tenant."""
        return self.text.startswith("dt_")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class TxtRecord:
    """The TXT record by which AWS knows that whoever moves an alias also runs its zone.

    Source: CloudFront Developer Guide, "Move an alternate domain name", set up the target distribution. The wildcard
    form `_*.example.com` is the knowledge centre's; the guide does not mention it.
    """

    name: str
    """Fully qualified, no trailing dot: `_www.example.com`."""
    value: str
    """The target's own name: `d111111abcdef8.cloudfront.net`."""

    @classmethod
    def proving(cls, alias: AliasName, target_domain_name: str, registrable_name: RegistrableName) -> Self:
        """The record that lets `alias` move to the distribution with that own name."""
        # An apex takes underscore and dot. `_example.com` would lie outside the zone `example.com`.
        prefix = "_." if alias.is_apex(registrable_name) else "_"
        return cls(prefix + alias.text, target_domain_name.lower())

    @property
    def parent(self) -> str:
        """The name above the underscore label: where zone discovery starts, so that nobody asks for the name itself."""
        return self.name.split(".", 1)[1]
