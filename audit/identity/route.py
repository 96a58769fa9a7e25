"""What every route from a legacy identifier to an account offers, and how several are asked in order of trust."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rules.model import Account, HeldReason, Personal, Resolution, Unresolved

Resolve = Callable[[Personal], Resolution]


class Route(Protocol):
    """One way to find the account behind a legacy identifier. It answers exactly or not at all: it never guesses."""

    @property
    def name(self) -> str:
        """Return the word that reports use for accounts found this way, for example `csv`."""
        ...

    def resolve(self, personal: Personal) -> Resolution:
        """Return the one account of `personal`, or why there is none."""
        ...


def chain(routes: Sequence[Route]) -> Resolve:
    """Return a resolver that asks `routes` in order and takes the first account.

    A route that knows several accounts ends the search: a less trusted route must not decide what a more trusted
    one left open. Without any account the reason of the most trusted route is returned.
    """

    def resolve(personal: Personal) -> Resolution:
        first: Unresolved | None = None
        for route in routes:
            answer = route.resolve(personal)
            if isinstance(answer, Account) or answer.reason is not HeldReason.UNRESOLVED:
                return answer
            first = first or answer
        return first or Unresolved(HeldReason.UNRESOLVED, "there is no route to an account")

    return resolve
