"""Slack on a bad day: the answers that the next calls of a method get instead of the real one.

A fault never changes the workspace by itself; whether the call still takes effect is part of the fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

ANY_METHOD = "*"


class FaultKind(Enum):
    RATE_LIMITED = "429 with Retry-After"
    SERVER_ERROR = "500 in Slack's JSON"
    UNAVAILABLE = "503 with a page of the load balancer"
    HANG = "no answer until the caller gives up"
    CLOSED = "the connection is closed without an answer"


@dataclass(frozen=True, slots=True)
class Fault:
    kind: FaultKind
    after_effect: bool = False
    retry_after_seconds: int = 1


def rate_limited(retry_after_seconds: int = 1) -> Fault:
    return Fault(FaultKind.RATE_LIMITED, retry_after_seconds=retry_after_seconds)


def server_error() -> Fault:
    return Fault(FaultKind.SERVER_ERROR)


def unavailable() -> Fault:
    return Fault(FaultKind.UNAVAILABLE)


def hang(*, after_effect: bool = False) -> Fault:
    return Fault(FaultKind.HANG, after_effect)


def connection_closed(*, after_effect: bool = False) -> Fault:
    return Fault(FaultKind.CLOSED, after_effect)


@dataclass(slots=True)
class Faults:
    _planned: dict[str, list[Fault]] = field(default_factory=dict)

    def plan(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` calls of this method (`*`: of any method) meet the fault."""
        self._planned.setdefault(method, []).extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        for name in (method, ANY_METHOD):
            if self._planned.get(name):
                return self._planned[name].pop(0)
        return None

    def clear(self) -> None:
        self._planned.clear()
