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
from rules.model import Personal
from rules.storage import MACROS, Storage

WIKI_MACROS: Final = frozenset({"unmigrated-wiki-markup", "unmigrated-inline-wiki-markup", "wiki-markup", "wiki"})
"""Macros whose plain-text body is wiki markup."""
NEEDLE: Final = re.compile(rb"[\[|]~|\{(?:mention|profile)")
"""What every piece of markup that names somebody holds."""

_NAME: Final = r"(?![0-9]{1,4}[A-Za-z%]{0,3}[\]|}])[A-Za-z0-9][\w.@+-]{1,80}"
_PEOPLE: Final = re.compile(
    r"(?<!\\)(?:\[(?P<label>[^\[\]|\n]{1,200})\||(?<![A-Za-z0-9])\[)~(?!accountid:)(?P<linked>"
    + _NAME
    + r")(?P<page>:[^\]\n]{0,200})?\]"
    r"|(?<!\\)\{(?:mention|profile|profile-picture):(?:[Uu]ser(?:name)?=)?(?!accountid:)(?P<named>" + _NAME + r")[|}]"
)
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
    """Yield everybody whom wiki markup in `text` names by a retired identifier, in order."""
    blocks = _blocks(text)
    firsts = [first for first, _ in blocks]
    for found in _PEOPLE.finditer(text):
        group = "linked" if found["linked"] else "named"
        subject = retired(personal(found[group]))
        if subject is not None:
            start, end = found.span(group)
            block = bisect_right(firsts, start) - 1
            sample = block >= 0 and start < blocks[block][1]
            link = found["linked"] is not None and found["page"] is None
            label = found.span("label") if found["label"] is not None else None
            yield Named(start, end, subject, link, sample, found.span(), label)


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
