"""Queries that no grammar need read: a row of clauses over fields that hold no people, without parentheses around any.

Most queries in pages are of that kind. What is recognised here parses by the grammar of its language and names nobody;
about everything else nothing is said. Tests compare the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Final

LENGTH_LIMIT: Final = 4000
"""Characters of a query at most; the limits of the grammars lie far above."""

_BLANK: Final = r"[ \t\r\n]"
_END: Final = r"(?=[ \t\r\n,)]|\Z)"
_QUOTED: Final = r"(?:\"[^\"\\~\r\n]*+\"|'[^'\\~\r\n]*+')"
_WHEN: Final = rf"(?:now|(?:start|end)of(?:day|week|month|year))\({_QUOTED}\)"
"""The functions whose arguments are spans of time."""


class Plain:
    """The queries of one language that parse and name nobody, as far as one expression tells; compiled when needed."""

    def __init__(self, fields: str, people: Iterable[str], reserved: str, more: str = "") -> None:
        """Take what the language is made of; words of one text are separated by blanks.

        `fields` hold no people; those of `people` may be compared with a function without arguments, such as
        `currentUser()`. None of them is one of the words `reserved`, and no bare value may be. `more`: what else may
        stand behind a field.
        """
        self._fields: Final = fields
        self._people: Final = people
        self._reserved: Final = reserved
        self._more: Final = more

    def holds(self, text: str) -> bool:
        """Return whether a query parses and names nobody; False where only the grammar knows. Linear in time."""
        return len(text) <= LENGTH_LIMIT and self._pattern.fullmatch(text) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Return the expression. Values with `~`, as keys of personal spaces begin, and with escapes are left out."""
        word = rf"(?!(?:{'|'.join(self._reserved.split())})(?![\w.-]))[\w.-]++"
        call = rf"{word}\({_BLANK}*+\){_END}"
        value = rf"(?:{_QUOTED}|{_WHEN}|{word}(?:\({_BLANK}*+\))?+){_END}"
        listed = rf"\({_BLANK}*+{value}{_BLANK}*+(?:,{_BLANK}*+{value}{_BLANK}*+)*+\){_END}"
        field = _one_of(self._fields.split())
        compared = rf"{_BLANK}*+(?:[=~]|!=|!~|[<>]=?+){_BLANK}*+{value}"
        among = rf"{_BLANK}++(?:not{_BLANK}++)?+in(?:{_BLANK}*+{listed}|{_BLANK}++{call})"
        person = rf"{_one_of(self._people)}{_BLANK}*+!?+={_BLANK}*+{call}"
        clause = rf"(?:{field}(?:{compared}|{among}{self._more})|{person})"
        joined = rf"{_BLANK}++(?:and|or){_BLANK}++(?:not{_BLANK}++)*+{clause}"
        sort = rf"{field}(?:{_BLANK}++(?:asc|desc){_END})?+"
        order = rf"{_BLANK}++order{_BLANK}++by{_BLANK}++{sort}(?:{_BLANK}*+,{_BLANK}*+{sort})*+"
        return re.compile(rf"{_BLANK}*+{clause}(?:{joined})*+(?:{order})?+{_BLANK}*+", re.IGNORECASE | re.ASCII)


def _one_of(fields: Iterable[str]) -> str:
    return rf"(?:{'|'.join(map(re.escape, sorted(fields)))})(?![\w.-])"
