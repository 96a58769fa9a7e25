"""Numbers of published schemes in a text: which forms they are written in, how they are checked, what they are.

A scheme writes its forms as shapes: `9` stands for a digit, `A` for a Latin letter, the signs for themselves. A number
in a text is turned into its shape once and looked up, so that the cost does not grow with the number of schemes; check
digits are calculated only for what has the shape and the form of a scheme. One number that fits several schemes is one
hit, which names them; a label before it decides between them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache, partial
from typing import Final

from rules.commas import joined
from rules.hits import Anchor, Detector, Headed, Hit
from rules.labellines import line_before
from rules.model import Confidence
from rules.subjects import SubjectKind

RIGHT: Final = "the check digits are right"
FORM: Final = "the form is that of such a number"
PUBLISHED: Final = "a number that is published as an example"
TEST_RANGE: Final = "a range that is reserved for tests"
FILLER: Final = "it has two different digits only, as fillers have"
RUNNING: Final = "its digits follow one another, as in examples"


class Worth(Enum):
    """What a form of a scheme is worth without a label."""

    SURE = "sure"
    """Chance hardly writes it."""
    LIKELY = "likely"
    HOME = "home"
    """Likely where people of the site live in the country, otherwise nothing."""
    NOTHING = "nothing"
    """Chance passes the check too often."""


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """One scheme of numbers."""

    what: str
    """What such a number is, with a word before the place: `tax number`."""
    country: str
    """Whose it is, as a sentence names it: `Denmark`; empty where its form does not tell."""
    region: str
    """ISO 3166-1 alpha-2, upper case; empty for schemes of no country."""
    shapes: Mapping[str, Worth]
    form: re.Pattern[str]
    """What the number without its separators, in upper case, must match whole, dates included: cheaper than `valid`."""
    valid: Callable[[str], bool]
    """Whether the number without separators has the right check digits."""
    labels: frozenset[str]
    reason: str = RIGHT
    labelled: Confidence = Confidence.HIGH
    published: frozenset[str] = frozenset()
    """Numbers that documents show as examples."""
    issued: bool = True
    """Whether the published numbers may be somebody's all the same; otherwise they are for a human at most."""
    tests: re.Pattern[str] | None = field(default=None)
    """Numbers that are reserved for tests."""
    words: frozenset[str] = field(init=False)
    """The words of its labels."""

    def __post_init__(self) -> None:
        """Take the labels to words."""
        object.__setattr__(self, "words", _words_of(self.labels))

    @property
    def title(self) -> str:
        """Return what a number of the scheme is: `tax number of Austria`."""
        return f"{self.what} of {self.country}" if self.country else self.what

    def alone(self, shape: str, regions: frozenset[str]) -> Confidence | None:
        """Return how sure a number of this form is without a label, at a site whose people live in `regions`."""
        worth = self.shapes[shape]
        if worth is Worth.SURE:
            return Confidence.HIGH
        likely = worth is Worth.LIKELY or (worth is Worth.HOME and self.region in regions)
        return Confidence.MEDIUM if likely else None

    def doubt(self, number: str) -> str:
        """Return what speaks against a number that is right, empty where nothing does."""
        if number in self.published:
            return PUBLISHED
        if self.tests is not None and self.tests.fullmatch(number):
            return TEST_RANGE
        return RUNNING if _runs(number) else ""


def _runs(number: str) -> bool:
    """Return whether eight digits of the number follow one another: 12345678."""
    return any(run in number for run in ("12345678", "23456789", "87654321", "98765432"))


def words(text: str) -> frozenset[str]:
    """Return labels, listed with commas, in every way that they are joined: `tax-id`, `tax id`, `taxid`.

    A `…nummer` is one with `…nr` too.
    """
    labels = {each.strip() for each in text.split(",") if each.strip()}
    labels |= {f"{each.removesuffix('ummer')}r" for each in labels if each.endswith("nummer")}
    return frozenset(label.replace("-", joint) for label in labels for joint in ("-", " ", ""))


def listed(numbers: str) -> frozenset[str]:
    """Return numbers that are listed with blanks."""
    return frozenset(numbers.split())


def dated(before: str, date: str, behind: str) -> re.Pattern[str]:
    """Return the expression of a number with a date in it: `ymd`, `dmy`, `Ymd` (the year with its century).

    `before` and `behind` are expressions.
    """
    pieces = {"Y": "(?:1[89]|20)[0-9]{2}", "y": "[0-9]{2}", "m": "(?:0[1-9]|1[0-2])", "d": "(?:0[1-9]|[12][0-9]|3[01])"}
    return re.compile(before + "".join(pieces[each] for each in date) + behind, re.ASCII)


_SIGNS: Final = {
    **dict.fromkeys(range(ord("0"), ord("9") + 1), "9"),
    **dict.fromkeys((*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1)), "A"),
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-"),
}
"""Character -> its sign in a shape."""
_BORDER: Final = r"(?<![\w+%$€£@~^*])(?<!\d[-./:'’\u00a0\u2010-\u2015])(?<![^\W\d_][-/])"
"""Stands before what is no piece of something longer."""
_GOES_ON: Final = re.compile(r"[\w%@~^*]|[-./:'’\u2010-\u2015]\d|[-/_.][^\W_]")
"""What stands behind a number that is only a piece of something longer."""
_GROUP_BEFORE: Final = re.compile(r"(?<![\w.,/:-])([A-Z]{0,2}\d+)[ \u00a0]\Z")
_GROUP_BEHIND: Final = re.compile(r"[ \u00a0](\d+)(?![\w/:-]|[.,]\d)")
_WORD_BEFORE: Final = "AA "
"""Two letters and a blank: in lower case a word of its own, as the Spanish `es`."""
_SEPARATORS: Final = re.compile(r"[^0-9A-Za-z]")
_LOOK_BACK: Final = 80
"""Characters before a number that may hold a label."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_COMMON: Final = listed(
    "a b c d i id k l m n no nr nro num number nummer numero numéro número numer n t de di del la le der des of ue"
)
_EDGES: Final = frozenset({"", "\n", "\t", ";", ",", "|", '"'})
"""What stands on either side of a cell."""
_FIRST_GROUP: Final = re.compile(r"[9A]*")
_RUNS_OF_SIGNS: Final = re.compile(r"9+|A+|[^9A]")
_BYTES: Final = {
    " ": r"(?: |\xc2\xa0|\xe2\x80[\x87\x89\xaf])",
    "-": r"(?:-|\xe2\x80[\x90-\x93]|\xe2\x88\x92)",
    "9": "[0-9]",
    "A": "[A-Za-z]",
}
"""Sign of a shape -> the bytes it stands for."""
_WIDEST_SIGN: Final = 3
"""Bytes of a separator at most."""


def shapes(sure: str = "", likely: str = "", home: str = "", nothing: str = "") -> Mapping[str, Worth]:
    """Return shapes by what they are worth; each argument lists some, with `|` between them."""
    worths = ((sure, Worth.SURE), (likely, Worth.LIKELY), (home, Worth.HOME), (nothing, Worth.NOTHING))
    return {shape: worth for text, worth in worths for shape in text.split("|") if shape}


def anchors(forms: Iterable[str]) -> tuple[Anchor, ...]:
    """Return the anchor of some shapes: it matches once for each number that has one of them."""
    ordered = sorted(set(forms))
    expression = r"\b(?:" + "|".join(map(_expression, ordered)) + r")\b"
    widest = max(sum(1 if sign in "9A" else _WIDEST_SIGN for sign in form) for form in ordered)
    return (Anchor(expression.encode("ascii"), before=widest),)


def _expression(shape: str) -> str:
    return "".join(_repeated(run[0]) for run in _RUNS_OF_SIGNS.finditer(shape))


def _repeated(run: str) -> str:
    sign = _BYTES.get(run[0], re.escape(run[0]))
    return f"{sign}{{{len(run)}}}" if len(run) > 1 else sign


def detector(
    rule: str,
    kind: SubjectKind,
    schemes: Sequence[Scheme],
    regions: frozenset[str],
    labels: str = "",
) -> Detector:
    """Return the detector of some schemes. `labels` are those of all of them."""
    reader = _Reader(kind, schemes, regions, words(labels))
    forms = [shape for scheme in schemes for shape in scheme.shapes]
    every = reader.labels.union(*(scheme.labels for scheme in schemes))
    return Detector(rule=rule, anchors=anchors(forms), find=reader.find, labels=every, told=reader.find)


@dataclass(frozen=True, slots=True)
class _Row:
    """The schemes of one shape."""

    all: tuple[Scheme, ...]
    alone: tuple[Scheme, ...]
    """Those that need no label."""
    own: tuple[tuple[Scheme, frozenset[str]], ...]
    """Each with the words of its labels that are not those of all."""
    words: frozenset[str]
    """All of these words."""


class _Reader:
    """Reads the numbers of some schemes in a text."""

    def __init__(
        self,
        kind: SubjectKind,
        schemes: Sequence[Scheme],
        regions: frozenset[str],
        labels: frozenset[str],
    ) -> None:
        by_shape: defaultdict[str, list[Scheme]] = defaultdict(list)
        for scheme in schemes:
            for shape in scheme.shapes:
                by_shape[shape].append(scheme)
        self._words: Final = _words_of(labels)
        self._by_shape: Final = {shape: self._row(shape, listed, regions) for shape, listed in by_shape.items()}
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for shape in by_shape:
            lengths[_first_group(shape)].add(len(shape))
        self._lengths: Final = {group: sorted(each, reverse=True) for group, each in lengths.items()}
        self._longest: Final = max(map(len, by_shape))
        self._starts: Final = _starts(by_shape)
        self._kind: Final = kind
        self._regions: Final = regions
        self.labels: Final = labels

    def _row(self, shape: str, schemes: Sequence[Scheme], regions: frozenset[str]) -> _Row:
        alone = tuple(each for each in schemes if each.alone(shape, regions) is not None)
        own = tuple((each, each.words - self._words) for each in schemes)
        return _Row(
            all=tuple(schemes),
            alone=alone,
            own=own,
            words=frozenset[str]().union(*(theirs for _, theirs in own)),
        )

    def find(self, text: str, start: int, end: int, headed: Headed | None = None) -> Iterator[Hit]:
        """Yield the numbers that begin in the characters [start, end) of the text.

        `headed` tells the words over a cell; where nobody knows, any of them may stand there.
        """
        done = start
        for first in self._starts.finditer(text, start, end + self._longest):
            if first.start() >= end:
                break
            at = first.start()
            if at < done:
                continue
            shape = text[at : at + self._longest].translate(_SIGNS)
            for length in self._lengths.get(_first_group(shape), ()):
                row = self._by_shape.get(shape[:length])
                hit = self._hit(text, at, shape[:length], row, headed) if row else None
                if hit is not None:
                    yield hit
                    done = hit.end
                    break

    def _hit(self, text: str, at: int, shape: str, row: _Row, headed: Headed | None) -> Hit | None:
        named, others = self._named(text, at, at + len(shape), row, headed)
        if not (named or others) or _is_piece(text, at, at + len(shape), shape):
            return None
        if self._kind is SubjectKind.VAT_ID and shape.startswith(_WORD_BEFORE) and text[at : at + 2].islower():
            return None
        written = _SEPARATORS.sub("", text[at : at + len(shape)])
        number = written.upper()
        filler = len({*filter(str.isdigit, number)}) < 3  # noqa: PLR2004 - 0000000000, 1111111111, 1010101010
        fits = partial(_fits, number=number, filler=filler)
        fitting = tuple(filter(fits, named)) or tuple(filter(fits, others))
        poor = not fitting and len({*filter(str.isdigit, number)}) == 2  # noqa: PLR2004 - 1111111117
        if poor:
            fitting = tuple(each for each in named if _fits(each, number, filler=False))
        if not fitting:
            return None
        nobodys = any(number in each.published and not each.issued for each in fitting)
        most = Confidence.LOW if poor else Confidence.MEDIUM if nobodys else Confidence.HIGH
        alone = self._alone(shape, fitting) if written == number and not poor else None
        return Hit(
            start=at,
            end=at + len(shape),
            value=number,
            kind=self._kind,
            what=" or ".join(dict.fromkeys(each.title for each in fitting)),
            alone=alone if alone is None else min(alone, most),
            labelled=min(max(each.labelled for each in fitting), most),
            reason=next((RIGHT for each in fitting if each.reason == RIGHT), FORM),
            doubt=FILLER if poor else next(filter(None, (each.doubt(number) for each in fitting)), ""),
            labels=_labels(self.labels, fitting),
        )

    def _named(
        self, text: str, start: int, end: int, row: _Row, headed: Headed | None
    ) -> tuple[Sequence[Scheme], Sequence[Scheme]]:
        """Return the schemes that a label before the number may name, and those that it may be of all the same."""
        before = _words_at(line_before(text, start, _LOOK_BACK))
        named = () if row.words.isdisjoint(before) else [each for each, own in row.own if not own.isdisjoint(before)]
        if not self._words.isdisjoint(before):
            return named, row.all
        if not _fills_cell(text, start, end):
            return named, row.alone
        over = headed(start) if headed else None
        if over is None or not self._words.isdisjoint(over):
            return named, row.all
        if row.words.isdisjoint(over):
            return named, row.alone
        told = (each for each, own in row.own if each not in row.alone and not own.isdisjoint(over))
        return named, (*row.alone, *told)

    def _alone(self, shape: str, fitting: Iterable[Scheme]) -> Confidence | None:
        sure = [alone for each in fitting if (alone := each.alone(shape, self._regions)) is not None]
        return max(sure, default=None)


def _fits(scheme: Scheme, number: str, *, filler: bool) -> bool:
    """Return whether a number is one of the scheme; a filler (0000000000) only where documents show it."""
    if filler and number not in scheme.published:
        return False
    return scheme.form.fullmatch(number) is not None and scheme.valid(number)


@cache
def _labels(common: frozenset[str], schemes: tuple[Scheme, ...]) -> frozenset[str]:
    return common.union(*(each.labels for each in schemes))


def _words_of(labels: Iterable[str]) -> frozenset[str]:
    """Return the words that labels are made of, without those that stand before numbers of every kind."""
    return frozenset(word for label in labels for word in _WORD.findall(label)) - _COMMON


def _starts(shapes: Iterable[str]) -> re.Pattern[str]:
    """Return the expression of where numbers may begin: what stands before their first digit is that of a shape."""
    classes = {"A": "[A-Za-z]", " ": r"[ \u00a0\u2007\u2009\u202f]", "-": r"[-\u2010-\u2013\u2212]"}
    before = sorted({shape.partition("9")[0] for shape in shapes}, key=lambda each: (-len(each), each))
    written = ("".join(classes.get(sign, re.escape(sign)) for sign in each) for each in before)
    return re.compile(rf"{_BORDER}(?=(?:{'|'.join(written)})[0-9])")


@lru_cache(maxsize=256)
def _words_at(line: str) -> tuple[str, ...]:
    """Return the words of what stands before a number, in lower case: every reader asks for those of the same one."""
    return tuple(_WORD.findall(line.lower()))


def _first_group(shape: str) -> str:
    """Return the digits and letters that a shape begins with."""
    found = _FIRST_GROUP.match(shape)
    return found[0] if found else ""


def _fills_cell(text: str, start: int, end: int) -> bool:
    """Return whether nothing else stands in the line or cell: what it is may be said by a heading or a key."""
    return text[end : end + 1] in _EDGES and text[max(0, start - 1) : start] in _EDGES


def _is_piece(text: str, start: int, end: int, shape: str) -> bool:
    """Return whether a number goes on behind its end, or is some groups of a longer one."""
    if _GOES_ON.match(text, end) or joined(text, start, end):
        return True
    if " " not in shape:
        return False
    before = _GROUP_BEFORE.search(text, max(0, start - len(shape)), start)
    behind = _GROUP_BEHIND.match(text, end)
    first, last = shape.partition(" ")[0], shape.rpartition(" ")[2]
    return (before is not None and len(before[1]) <= len(first)) or (behind is not None and len(behind[1]) <= len(last))
