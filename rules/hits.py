"""What detectors of personal data are, and what they see in a text before its surroundings are weighed.

A detector knows one kind of value: where it may stand (anchors, found in one pass for all detectors together), how it
is written, and how it is checked. It reads no files and keeps nothing. What a value is worth where it stands, beside a
label, in a table, in code, is decided afterwards and for all kinds alike (`rules.weighing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rules.model import Confidence
from rules.subjects import SubjectKind


@dataclass(frozen=True, slots=True)
class Hit:
    """One value in a text. The value is kept out of its representation."""

    start: int
    end: int
    """Characters [start, end) of the text: the value alone, without its label."""
    value: str = field(repr=False)
    """As it is compared with others: a number without separators, a name as it is written."""
    kind: SubjectKind
    what: str
    """In plain words, without anything of the value: `IBAN of Germany`, `mobile number of France`."""
    alone: Confidence | None
    """How sure it is without any label near; None: without one it is no finding."""
    labelled: Confidence = Confidence.HIGH
    """How sure it is behind a label, or in a cell under one."""
    reason: str = ""
    """Why it fired: `the check digits are right`."""
    doubt: str = ""
    """What speaks against it, in plain words: `a number that is published for tests`. It lowers the confidence."""
    labels: frozenset[str] = frozenset()
    """Words, folded, that make it likelier where they stand before it; empty: those of the detector."""


Find = Callable[[str, int, int], Iterable[Hit]]
"""Yields the hits that begin in the characters [start, end) of a text, in order; it may read on both sides of them.
Its cost must be linear in end - start, whatever the text."""

Headed = Callable[[int], frozenset[str]]
"""Returns the words, in lower case, of the headings and keys over the place of a character."""
FindTold = Callable[[str, int, int, Headed], Iterable[Hit]]
"""Does what `Find` does, and leaves out what fills a cell and only another heading could explain."""


@dataclass(frozen=True, slots=True)
class Anchor:
    r"""Bytes that every value of a kind holds, as an expression over UTF-8 that hyperscan and `re` read alike.

    Allowed are classes, groups, alternatives, bounded repetitions and `\b` (of ASCII words); no look-around, no
    references, no flags but `(?i)` at the beginning. The bytes always end with a line break.

    Each end of a match costs a call, a third of a microsecond: an expression should end at one place for each place
    where it begins, and not at every byte of a long run. So it closes with what cannot go on, `\b` or a class such as
    `[^0-9]`: `[0-9]{6}` fires for each further digit, `\b[0-9]{6,15}\b` once. A blank that may stand between digits
    goes before a digit, never behind: `[0-9](?:[ -]?[0-9]){5,20}[^0-9]`.
    """

    expression: bytes
    before: int
    """A value begins at most so many bytes before the end of what the expression matched."""
    after: int = 1
    """The window that `find` is asked about ends so many bytes behind the end of what the expression matched."""


@dataclass(frozen=True, slots=True, eq=False)
class Detector:
    """One kind of personal data: where to look, how to read it, which words go before it."""

    rule: str
    """Id of the rule that reports what it finds; several detectors may share one."""
    anchors: tuple[Anchor, ...]
    find: Find
    labels: frozenset[str] = frozenset()
    """Words, in lower case, that stand before such a value or above its column, in any of the languages."""
    in_links: bool = False
    """Whether it also reads the targets of links, where numbers are mostly those of pages."""
    in_code: bool = True
    """Whether it also reads blocks of code, with less confidence."""
    at_home_in_code: bool = False
    """Whether a value counts in a block of code as much as elsewhere."""
    whole: Callable[[str], Iterable[Hit]] | None = None
    """Reads the whole text in the place of anchors and `find`, in linear time: for lists of thousands of names."""
    told: FindTold | None = None
    """The same as `find` where headings are known: saves checks of what fills a cell under another one."""
    first: bool = False
    """What it is wholly sure of holds no other number: no detector of numbers is asked about what ends inside it."""
    beside: bool = False
    """A hit counts only with a person near it in the same block: a name, an address, a mention."""
