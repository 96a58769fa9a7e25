"""Known people in texts that nobody describes: one of them, a list of them, or one behind a sign or a label.

Nothing but the value says that it is somebody, so that a text in which prose stands is not taken for a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from rules.macros import ListTerm

LENGTH_LIMIT: Final = 4096
"""Characters of a list at most; longer texts are not looked at."""
_ENTRY: Final = re.compile(r"[^,;|\r\n]+")
_WORD: Final = re.compile(r"\S+")
_WORDS: Final = 3
"""Words of an entry at most: names of people have no more."""
_LABEL: Final = re.compile(r"\s*(?:[+~@!-]|[A-Za-z]\w{0,40}[:=](?!//)){1,2}\s*")
"""Signs before a person, as lists of permissions and of macros have them, and what the person is."""


def may_be_list(text: str) -> bool:
    """Return whether no entry of a text is prose."""
    return len(text) <= LENGTH_LIMIT and all(len(each[0].split()) <= _WORDS for each in _ENTRY.finditer(text))


def known_people(text: str, known: AbstractSet[str]) -> Iterator[ListTerm]:
    """Yield the entries of a list that are somebody of `known`, in lower case; words where all of them are."""
    if len(text) > LENGTH_LIMIT:
        return
    for entry in _ENTRY.finditer(text):
        whole = tuple(_terms(text, entry.start(), entry.end(), known))
        yield from whole or _words(text, entry.start(), entry.end(), known)


def _terms(text: str, start: int, end: int, known: AbstractSet[str]) -> Iterator[ListTerm]:
    """Yield an entry as a whole, or without what stands before the person in it."""
    label = _LABEL.match(text, start, end)
    for behind in (start,) if label is None else (start, label.end()):
        value = text[behind:end].strip()
        if value.lower() in known:
            first = text.index(value, behind)
            yield ListTerm(first, first + len(value), value)
            return


def _words(text: str, start: int, end: int, known: AbstractSet[str]) -> Iterator[ListTerm]:
    """Yield the words of an entry, nothing where one of them is nobody."""
    words = [ListTerm(*each.span(), each[0]) for each in _WORD.finditer(text, start, end)]
    if all(each.value.lower() in known for each in words):
        yield from words
