"""How deep a conversation with AWS was: the most requests of which each began after the one before had ended.

It is counted where the requests arrive, so it knows nothing of how a caller arranges its work. Pure.
"""

from collections.abc import Iterable
from dataclasses import replace

from playground.aws.endpoint import LoggedRequest


def in_a_row(requests: Iterable[LoggedRequest]) -> int:
    """The longest chain of round trips one after another; those without an answer yet are left out.

    Every answer should be delayed by more than the callers' own work takes, or what ran side by side may look as if it
    had run in a row.
    """
    chain, free_at = 0, float("-inf")
    for request in sorted((each for each in requests if each.ended is not None), key=_ended):
        if request.began >= free_at:
            chain, free_at = chain + 1, _ended(request)
    return chain


def walks_as_one(requests: Iterable[LoggedRequest], operation: str) -> list[LoggedRequest]:
    """The same log with all pages of an answer as one request, per account: only the page before names the next one."""
    walks: dict[str | None, LoggedRequest] = {}
    others: list[LoggedRequest] = []
    for request in requests:
        if request.operation != operation or request.ended is None:
            others.append(request)
        elif (walk := walks.get(request.account)) is None:
            walks[request.account] = request
        else:
            began, ended = min(walk.began, request.began), max(_ended(walk), request.ended)
            walks[request.account] = replace(walk, began=began, ended=ended)
    return [*others, *walks.values()]


def _ended(request: LoggedRequest) -> float:
    return request.ended if request.ended is not None else float("inf")
