"""Numbers of published schemes behind a label, in groups that nobody expects: `DE 136-695.976`, `10 04 87 44 732`.

`rules.numberforms` knows the usual forms and finds them fast. What is left is rare, so it is read only where a word of
a scheme's label stands before it in the line; the check digits decide, and the finding says what is odd about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from rules.commas import joined
from rules.hits import Anchor, Detector, Hit
from rules.labellines import line_before, plain
from rules.model import Confidence
from rules.numberforms import RIGHT, Scheme, words
from rules.subjects import SubjectKind

UNUSUAL: Final = "its groups are not the usual ones"

_GAP: Final = r"[ \u00a0./-]{1,2}"
_GROUP: Final = r"(?:(?=[A-Za-z]{0,3}[0-9])[0-9A-Za-z]{1,16}|[A-Za-z]{1,3}(?![A-Za-z]))"
"""Digits, perhaps with letters, or as many letters as a number may hold in a row: no word."""
_RUN: Final = re.compile(
    rf"(?<![\w+%$€£@~^*])(?<!\d[-./:])(?<![^\W_][-/])(?:(?P<letters>[A-Za-z]{{1,3}}){_GAP})?"
    rf"(?P<number>(?P<first>[A-Za-z]{{0,3}}[0-9][0-9A-Za-z]{{0,15}})(?:{_GAP}{_GROUP}){{1,11}})"
)
"""Groups of letters and digits; the letters of a country may stand before them."""
_BREAK: Final = re.compile(rf"(?P<gap>{_GAP})(?={_GROUP})")
_GOES_ON: Final = re.compile(r"[\w%@~^*]|[-./:'’]\d|[-/_][^\W_]")
_NOT_SIGN: Final = re.compile(r"[^0-9A-Za-z]+")
_WORD: Final = re.compile(r"[^\W\d_]+")
_VARIED: Final = 3
"""Different digits of a number at least: others are fillers."""
_TINY: Final = 2
"""Letters of a word that says nothing by itself, as `id`."""
_LOOK_BACK: Final = 80
_LONGEST: Final = 64
_AS_A_WORD: Final = re.compile(r"[a-z]{2} ")
"""The letters of a country in lower case, which look like a word: `rules.numberforms` leaves them alone."""
_LETTERS: Final = re.compile(r"[A-Z]{2}")
_ANCHORS: Final = (
    Anchor(
        rb"\b(?:[A-Za-z]{1,2})?[0-9]{3,9}[ ./-]{1,2}[0-9](?:[ ./-]{0,2}[0-9]){4}"
        rb"|\b(?:[A-Za-z]{1,2})?[0-9]{1,2}[ ./-]{1,2}[0-9](?:[ ./-]{0,2}[0-9]){6}"
        rb"|\b[0-9]{7,14}[ ./-]{1,2}[0-9]{1,5}\b",
        before=40,
    ),
)


def loosely(rule: str, kind: SubjectKind, schemes: Sequence[Scheme], labels: str = "") -> Detector:
    """Return the detector of what is written in unusual groups. `labels` are those of all schemes."""
    checked = tuple(each for each in schemes if each.labelled is Confidence.HIGH)
    reader = _Loose(kind, checked, words(labels))
    every = reader.labels.union(*(each.labels for each in checked))
    return Detector(rule=rule, anchors=_ANCHORS, find=reader.find, labels=every)


class _Loose:
    """Reads the numbers of some schemes in a text, where a word of their labels stands before them."""

    def __init__(self, kind: SubjectKind, schemes: tuple[Scheme, ...], labels: frozenset[str]) -> None:
        self._kind: Final = kind
        self._schemes: Final = schemes
        self.labels: Final = labels
        self._shared: Final = frozenset(word for label in labels for word in _WORD.findall(label) if len(word) > _TINY)
        self._own: Final = tuple((each, each.words - self._shared) for each in schemes)
        self._words: Final = self._shared.union(*(own for _, own in self._own))

    def find(self, text: str, start: int, end: int) -> Iterator[Hit]:
        """Yield the numbers that begin in the characters [start, end) of the text."""
        if self._words.isdisjoint(_words_in(text[max(0, start - _LOOK_BACK) : end])):
            return
        at = start
        while (found := _RUN.search(text, at, min(len(text), end + _LONGEST))) is not None and found.start() < end:
            at = found.end("first")
            number = found.start("number")
            line = line_before(text, number, _LOOK_BACK)
            before = _words_in(line)
            if self._words.isdisjoint(before):
                continue
            named, lettered = self._named(plain(line), before)
            if not named and not (lettered and text[found.start() : found.start() + 2].isalpha()):
                continue
            shape = _shape(found["number"])
            if not found["letters"] and any(shape in each.shapes for each in named or lettered):
                at = found.end()
                continue
            hit = _read(self._kind, named, lettered, self.labels, found)
            if hit is not None:
                yield hit
                at = hit.end

    def _named(self, line: str, before: frozenset[str]) -> tuple[Sequence[Scheme], Sequence[Scheme]]:
        """Return the schemes that the line before a number names, and those that its letters may name all the same."""
        named = [each for each, own in self._own if not own.isdisjoint(before)]
        if named or self._shared.isdisjoint(before):
            return named, ()
        among = (each for each in self._schemes if not each.words.isdisjoint(before))
        return [each for each in among if any(label in line for label in each.labels)], self._schemes


@lru_cache(maxsize=512)
def _words_in(text: str) -> frozenset[str]:
    """Return the words of a text in lower case; several detectors ask for the same ones in turn."""
    return frozenset(_WORD.findall(text.lower()))


def _read(
    kind: SubjectKind,
    named: Sequence[Scheme],
    lettered: Sequence[Scheme],
    common: frozenset[str],
    found: re.Match[str],
) -> Hit | None:
    """Return the longest number of a scheme that begins the groups, with the letters before them or without."""
    firsts = [found.start("number")]
    if found["letters"]:
        firsts.insert(0, found.start())
    for first in firsts:
        for end in _ends(found.string, first, found.end()):
            written = found.string[first:end]
            number = _NOT_SIGN.sub("", written).upper()
            schemes = lettered if lettered and _LETTERS.match(number) else named
            fitting = [each for each in schemes if _fits(each, number, written)]
            if fitting:
                checked = [each for each in fitting if each.reason == RIGHT]
                return _hit(kind, checked or fitting, common, number, (first, end))
    return None


def _ends(text: str, start: int, last: int) -> Iterator[int]:
    """Yield where a number that begins at `start` may end, the longest first, nowhere within one of more groups."""
    gaps = [(each.start(), each["gap"]) for each in _BREAK.finditer(text, start, last)]
    if not (_GOES_ON.match(text, last) or joined(text, start, last)):
        yield last
    for place in range(len(gaps) - 1, 0, -1):
        end, gap = gaps[place]
        inner = {each for _, each in gaps[:place]}
        if gap[-1].isspace() and (gap not in inner or not text[end + len(gap)].isdigit()):
            yield end


def _fits(scheme: Scheme, number: str, written: str) -> bool:
    return (
        scheme.form.fullmatch(number) is not None
        and (_shape(written) not in scheme.shapes or _AS_A_WORD.match(written) is not None)
        and (scheme.reason == RIGHT or len(set(_NOT_SIGN.findall(written))) == 1)
        and len(set(filter(str.isdigit, number))) >= _VARIED
        and scheme.valid(number)
    )


def _shape(written: str) -> str:
    return "".join("9" if sign.isdigit() else "A" if sign.isalpha() else sign for sign in written)


def _hit(
    kind: SubjectKind, fitting: Sequence[Scheme], common: frozenset[str], number: str, place: tuple[int, int]
) -> Hit:
    doubt = next(filter(None, (each.doubt(number) for each in fitting)), "")
    return Hit(
        *place,
        number,
        kind,
        " or ".join(dict.fromkeys(each.title for each in fitting)),
        alone=None,
        labelled=Confidence.MEDIUM if doubt else Confidence.HIGH,
        reason=fitting[0].reason,
        doubt=doubt or UNUSUAL,
        labels=common.union(*(each.labels for each in fitting)),
    )
