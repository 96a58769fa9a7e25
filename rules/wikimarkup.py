"""People named in wiki markup: `[~name]`, `[text|~name]`, `{mention:name}`, `{profile:user=name}`.

Bodies from before Confluence 4 and the macros that keep what could not be converted are wiki markup; elsewhere the same
characters are plain text that was pasted. `[~accountid:ID]` is the form of today.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rules.accounts import retired
from rules.identifiers import personal
from rules.macros import Form, forms, name_list, user_list
from rules.model import Personal
from rules.storage import MACROS, Storage

_PEOPLE_FORMS: Final = frozenset({Form.USER, Form.USERS, Form.USER_NAMES})
WIKI_MACROS: Final = frozenset({"unmigrated-wiki-markup", "unmigrated-inline-wiki-markup", "wiki-markup", "wiki"})
"""Macros whose plain-text body is wiki markup."""
NEEDLE: Final = re.compile(
    rb"[\[|]~|\{(?:mention|profile|blog-posts|content|network|recently-updated|status-list|tasks-report)"
)
"""What every piece of markup that names somebody holds."""

_NAME: Final = r"(?![0-9]{1,4}[A-Za-z%]{0,3}\\*[\]|}])[A-Za-z0-9][\w.@+-]{1,80}"
_PEOPLE: Final = re.compile(
    r"(?<!\\)(?:\[(?P<label>[^\[\]|\n]{1,200})\||(?<![A-Za-z0-9])\[)~(?!accountid:)(?P<linked>"
    + _NAME
    + r")(?P<page>:[^\]\n]{0,200})?\]"
    r"|(?<!\\)\{(?:mention|profile|profile-picture):(?:[Uu]ser(?:name)?=)?(?!accountid:)(?P<named>" + _NAME + r")[|}]"
)
_SOUGHT: Final = re.compile(r"\[~(?!accountid:)(?P<linked>" + _NAME + r")(?=\\*\])")
"""A link to a person as a query looks for it."""
_MACRO: Final = re.compile(r"(?<!\\)\{(?P<macro>[a-z][a-z-]{1,40}):(?P<values>[^{}\n]{1,500})\}")
_ONE_NAME: Final = re.compile(_NAME)
_READ: Final = frozenset({"mention", "profile", "profile-picture"})
"""Macros that `_PEOPLE` reads."""
_BLOCK: Final = re.compile(r"\{(code|noformat)(?:[:|][^{}\n]{0,500})?\}")


def is_wiki(storage: Storage, body: int) -> bool:
    """Return whether the plain-text body with this index belongs to a macro that holds wiki markup."""
    around = next((each for each in storage.ancestors(body) if each.name in MACROS), None)
    return around is not None and storage.value(around, "ac:name") in WIKI_MACROS


@dataclass(frozen=True, slots=True)
class Named:
    """One retired identifier: characters [start, end) of the text."""

    start: int
    end: int
    subject: Personal = field(repr=False)
    link: bool
    """It is a link to the person's profile and nothing more."""
    sample: bool
    """It stands in a block of code of the markup."""
    mark: tuple[int, int]
    """The characters of the whole mark, brackets included."""
    label: tuple[int, int] | None
    """The characters of the text that a link shows in place of the person; None where it has none."""


def named(text: str) -> Iterator[Named]:
    """Yield everybody whom wiki markup in `text` names by a retired identifier: in links, then in macros for lists."""
    blocks = _blocks(text)
    firsts = [first for first, _ in blocks]

    def is_sample(start: int) -> bool:
        block = bisect_right(firsts, start) - 1
        return block >= 0 and start < blocks[block][1]

    for found in _PEOPLE.finditer(text):
        group = "linked" if found["linked"] else "named"
        subject = retired(personal(found[group]))
        if subject is not None:
            start, end = found.span(group)
            link = found["linked"] is not None and found["page"] is None
            label = found.span("label") if found["label"] is not None else None
            yield Named(start, end, subject, link, is_sample(start), found.span(), label)
    for start, end, mark in _in_macros(text):
        subject = retired(personal(text[start:end]))
        if subject is not None:
            yield Named(start, end, subject, link=False, sample=is_sample(start), mark=mark, label=None)


def _in_macros(text: str) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Yield the characters of every name in a parameter that holds people, and those of its macro."""
    for found in _MACRO.finditer(text):
        if found["macro"] in _READ:
            continue
        for part in name_list(found["values"], "|"):
            name, equals, value = part.value.partition("=") if "=" in part.value else ("", "", part.value)
            base = found.start("values") + part.start + len(name) + len(equals)
            for one in user_list(value) if not _PEOPLE_FORMS.isdisjoint(forms(found["macro"], name)) else ():
                if _ONE_NAME.fullmatch(one.value) is not None:
                    yield base + one.start, base + one.end, found.span()


def sought(text: str) -> Iterator[Named]:
    """Yield everybody whose link a query looks for; a query may escape the brackets."""
    for found in _SOUGHT.finditer(text):
        subject = retired(personal(found["linked"]))
        if subject is not None:
            start, end = found.span("linked")
            yield Named(start, end, subject, link=True, sample=False, mark=found.span(), label=None)


def _blocks(text: str) -> tuple[tuple[int, int], ...]:
    """Return the blocks of code, from marker to marker; one that is not closed is none."""
    blocks: list[tuple[int, int]] = []
    opened: tuple[str, int] | None = None
    for marker in _BLOCK.finditer(text):
        if opened is None:
            opened = marker[1], marker.start()
        elif opened[0] == marker[1]:
            blocks.append((opened[1], marker.end()))
            opened = None
    return tuple(blocks)
