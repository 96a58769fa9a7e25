"""Rows of a mapping with an identifier that no page can be resolved by, said by line and without values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from audit.identity.ledger import Row
from rules.identifiers import is_pseudo, is_surely_account_id

SHOWN: Final = 10
"""Most lines that are named for one reason."""
VISITOR: Final = "anonymous"
"""What the site calls everybody without an account."""


def idle_rows(name: str, rows: Iterable[tuple[int, Row]]) -> str:
    """Return how many rows of the file `name` have such an identifier, which and why; empty where none has.

    `rows` are line numbers and people.
    """
    lines: dict[str, list[int]] = {}
    for line, row in rows:
        for column, value in (("username", row.username), ("user_key", row.user_key)):
            why = _why(value)
            if why:
                lines.setdefault(f"the {column} {why}", []).append(line)
    if not lines:
        return ""
    count = len({line for some in lines.values() for line in some})
    reasons = "; ".join(f"{why} ({_named(some)})" for why, some in lines.items())
    what = f"1 row of {name} is" if count == 1 else f"{count} rows of {name} are"
    return f"{what} not usable as written: {reasons}"


def _why(value: str) -> str:
    if is_surely_account_id(value):
        return "is an account id itself"
    if value and (is_pseudo(value) or value.casefold() == VISITOR):
        return "is a word that stands for no person"
    return ""


def _named(lines: list[int]) -> str:
    shown = ", ".join(str(line) for line in lines[:SHOWN])
    more = f" and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    return f"line{'s' if len(lines) > 1 else ''} {shown}{more}"
