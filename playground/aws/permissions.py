"""What a caller may do: the actions of a role, narrowed by the session policy its session was opened with.

Only what the playground needs of IAM's language: Effect, Action, Resource, and conditions that all values of a key of
the request are among those named. Anything else in a policy is refused when the session is opened, since a condition
that nobody evaluates would allow too much. Pure.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from playground.aws.refusals import Refusal

_UNDERSTOOD = {"Sid", "Effect", "Action", "Resource", "Condition"}
_ALL_AMONG = "ForAllValues:StringEquals"

About = Mapping[str, tuple[str, ...]]
"""The values of the condition keys that a request has."""
_NOTHING_MORE: About = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy; `*` and `?` in actions and resources stand for any characters."""

    allows: bool
    """False: the effect is Deny."""
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    among: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """By condition key: the values of a request that it is about."""

    def is_about(self, action: str, resource: str, about: About) -> bool:
        named = any(_fits(each.lower(), action.lower()) for each in self.actions)
        fits = all(set(about.get(key, ())) <= set(values) for key, values in self.among)
        return named and fits and any(_fits(each, resource) for each in self.resources)


@dataclass(frozen=True, slots=True)
class Permissions:
    """None stands for no limit at all."""

    role_actions: tuple[str, ...] | None = None
    session_policy: tuple[Statement, ...] | None = None

    def why_not(self, action: str, resource: str, about: About = _NOTHING_MORE) -> str | None:
        """The end of AWS's sentence about a denial; None: allowed."""
        if self.session_policy is not None and _is_denied(self.session_policy, action, resource, about):
            return "with an explicit deny in a session policy"
        if self.role_actions is not None and not any(_fits(each.lower(), action.lower()) for each in self.role_actions):
            return f"because no identity-based policy allows the {action} action"
        if self.session_policy is not None and not _is_allowed(self.session_policy, action, resource, about):
            return f"because no session policy allows the {action} action"
        return None


EVERYTHING = Permissions()


def read_policy(text: str) -> tuple[Statement, ...]:
    """The statements of a policy document, or a Refusal as STS words it."""
    try:
        document = json.loads(text)
        statements = document["Statement"]
        return tuple(_read_statement(each) for each in _listed(statements))
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(400, "MalformedPolicyDocument", f"The policy is not in the valid JSON format: {error}") from error


def _read_statement(statement: dict[str, Any]) -> Statement:
    if unknown := set(statement) - _UNDERSTOOD:
        raise ValueError(f"the playground evaluates no {', '.join(sorted(unknown))}")
    if statement["Effect"] not in {"Allow", "Deny"}:
        raise ValueError("Effect must be Allow or Deny")
    actions, resources = (tuple(str(each) for each in _listed(statement[name])) for name in ("Action", "Resource"))
    return Statement(
        statement["Effect"] == "Allow", actions, resources, _read_condition(statement.get("Condition", {}))
    )


def _read_condition(condition: dict[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if unknown := set(condition) - {_ALL_AMONG}:
        raise ValueError(f"the playground evaluates no {', '.join(sorted(unknown))}")
    named = condition.get(_ALL_AMONG, {})
    return tuple((key, tuple(str(each) for each in _listed(values))) for key, values in named.items())


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - a policy may hold one or a list wherever it holds some
    return value if isinstance(value, list) else [value]


def _is_denied(policy: Iterable[Statement], action: str, resource: str, about: About) -> bool:
    return any(not each.allows and each.is_about(action, resource, about) for each in policy)


def _is_allowed(policy: Iterable[Statement], action: str, resource: str, about: About) -> bool:
    return any(each.allows and each.is_about(action, resource, about) for each in policy)


def _fits(pattern: str, text: str) -> bool:
    parts = ({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None
