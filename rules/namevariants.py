"""How one person's name is written: in full, surname first, with initials, without accents or with others for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from itertools import dropwhile, islice, product
from typing import Final

from rules.folding import fold, listed, transcribed
from rules.lexicons.common import COMMON, OFFICES
from rules.model import Confidence
from rules.phrases import COMMA, words_in

WORDS: Final = 7
"""Words of a name at most; longer ones are titles of something."""
_SPELLINGS: Final = 12
"""Ways at most in which the same words are spelled."""
_SURNAME: Final = 3
"""Letters of one of two surnames at least."""
_RARE: Final = 4
"""Letters that a word has at least to be looked for by itself."""
_TELLING: Final = 5
"""Letters of a surname behind others that make a username one that hardly another word is."""
_LONG: Final = 8
"""The same where nothing else is thinkable."""
_BESIDE: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\s[-–—|/]\s.*|\s@.*")
"""What people add to their names: a company, a role, pronouns."""
_TITLES: Final = listed(
    "dr prof mr mrs ms miss sir herr frau hr fr dipl ing mag msc bsc mba phd md jr sr ii iii iv med rer nat phil habil"
    " dott dottssa sig signora senor senora sra mme mlle m dhr mevr drs ir"
)
_AFTER: Final = _TITLES - {"m"}
"""Titles that may stand behind a name: a letter there is an initial."""
PARTICLES: Final = listed(
    "van von vom zu zum zur den der de del della dello di da das do dos du la le las los t ten ter te af av bin ibn al"
    " el mac mc st san santa"
)
"""Small words that a surname begins with."""
_JOINED: Final = frozenset({"o", "d", "l", "mac", "mc"})
"""Beginnings of a surname that are also written as one word with it: O'Connor, OConnor."""
_SPLIT: Final = re.compile(r"(Mac|Mc)([A-Z]\w{2,})")
"""Two words that are mostly written as one."""
_ARTICLE: Final = 2
"""Words of a particle with its article: van den."""
_SUBSTITUTE: Final = re.compile(r"(?<![aeiouyqg])([aou])e(?!l(?:l?[ae])?$)")
"""Two letters that may stand for one with two dots: Mueller and Goetz, not Bauer, Miguel, Michael and Manuela."""


class Form(IntEnum):
    """How a name is written, the surest form first."""

    FULL = 0
    INVERTED = 1
    """Surname, comma, first name."""
    SWAPPED = 2
    """Surname, first name."""
    SHORT = 3
    """Without a middle name or a second surname."""
    INITIAL = 4
    """With the first name as its initial."""
    CUT = 5
    """With the surname as its initial."""
    USERNAME = 6
    LOCAL = 7
    """What stands before the at sign of an address."""
    SURNAME = 8
    """The surname alone."""
    FIRST = 9
    """The first name alone."""
    GENITIVE = 10
    """In full, with an s behind it."""
    ADDRESSED = 11
    """The surname behind a form of address."""
    LISTED = 12
    """The surname alone as an entry of a list or behind a label."""
    MIDDLED = 13
    """In full, with an initial before the surname that the display name lacks."""


@dataclass(frozen=True, slots=True)
class Name:
    """A display name in its words, as they are written."""

    first: tuple[str, ...]
    middle: tuple[str, ...]
    last: tuple[str, ...]
    second: bool = False
    """Whether the middle word is a surname as well: García Márquez."""

    def doubled(self, firsts: AbstractSet[str]) -> Name:
        """Return the name with its middle word as a surname, where that is nobody's first name."""
        alone = self.middle[0] if len(self.middle) == 1 else ""
        return replace(self, second=True) if len(alone) >= _SURNAME and fold(alone) not in firsts else self

    def forms(self) -> Iterator[tuple[str, Form]]:
        """Yield the folded forms, some more than once."""
        given, last = self._halves()
        for each in _written(last):
            yield from _keys((*given, *each), (), Form.FULL)
            yield from ((f"{key}s", Form.GENITIVE) for key, _ in _keys((*given, *each), (), Form.GENITIVE))
        if len(self.first) > 1:
            yield from _keys(("".join(self.first), *self.middle, *self.last), (), Form.FULL)
        if self.middle:
            yield from _keys((*self.first, *self.last), (), Form.SHORT)
            yield from _keys(self.last, self.first, Form.SHORT, COMMA)
        for surname in self.singles() if len(last) > 1 else ():
            yield from _keys((*self.first, surname), (), Form.SHORT)
            yield from _keys((self.first[0][0], surname), (), Form.INITIAL)
        for some, surnames in self._divisions():
            yield from _turned(some, surnames)
        yield from _keys((*self.first, last[0][0]), (), Form.CUT)

    def _divisions(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """Return the first names and the surnames; a middle word may be one of either."""
        plain = (*self.first, *self.middle), self.last
        return (self._halves(), plain) if self.second else (plain,)

    def surnames(self) -> Iterator[str]:
        """Yield what stands behind a form of address, folded: all surnames, without particles, one of two."""
        for _, last in self._divisions():
            whole = (last, _bare(last), *((word,) for word in self.singles()))
            for each in dict.fromkeys(way for some in whole if some for way in _written(some)):
                yield from (key for key, _ in _keys(each, (), Form.ADDRESSED))

    def _halves(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the first names and the surnames."""
        if self.second:
            return self.first, (*self.middle, *self.last)
        return (*self.first, *self.middle), self.last

    def words(self) -> Iterator[tuple[str, Form]]:
        """Yield the surnames and the first name in each spelling, none that is a common word."""
        yield from ((word, Form.SURNAME) for surname in self.singles() for word in _rare(surname))
        if len(self.first) == 1:
            yield from ((word, Form.FIRST) for word in _rare(self.first[0]))

    def singles(self) -> tuple[str, ...]:
        """Return the words of the surnames, without particles."""
        return tuple(word for word in self._halves()[1] if len(word) >= _SURNAME and fold(word) not in PARTICLES)


def _written(last: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the words of a surname in the ways they are typed: OConnor, Mac Allister, v.d. Berg."""
    ways = [last]
    if len(last) > 1 and fold(last[0]) in _JOINED:
        ways.append((last[0] + last[1], *last[2:]))
    parts = _SPLIT.fullmatch(last[0])
    if parts is not None:
        ways.append((*parts.groups(), *last[1:]))
    if len(last) > _ARTICLE and fold(last[0]) in {"van", "von"} and fold(last[1]) in PARTICLES:
        ways.append((last[0][0], last[1][0], *last[2:]))
    return tuple(ways)


def _bare(last: Sequence[str]) -> tuple[str, ...]:
    """Return a surname without the particles that it begins with."""
    return tuple(dropwhile(lambda word: fold(word) in PARTICLES, last))


def _turned(given: tuple[str, ...], surnames: tuple[str, ...]) -> Iterator[tuple[str, Form]]:
    """Yield the forms with the surname first, and those with initials."""
    initials = tuple(word[0] for word in given)
    firsts = dict.fromkeys(filter(None, (initials[:1], initials, ("".join(initials),) if len(initials) > 1 else ())))
    for last in _written(surnames):
        yield from _keys(last, given, Form.INVERTED, COMMA)
        yield from _keys(last, given, Form.SWAPPED)
        for some in firsts:
            yield from _keys((*some, *last), (), Form.INITIAL)
            yield from _keys(last, some, Form.INITIAL, COMMA)
    bare = _bare(surnames)
    particles = surnames[: len(surnames) - len(bare)]
    if bare and particles:
        yield from _keys(bare, (*given, *particles), Form.INVERTED, COMMA)
        yield from _keys(bare, (*initials, *particles), Form.INITIAL, COMMA)


def _rare(word: str) -> tuple[str, ...]:
    """Return the spellings of a word, none where it is common."""
    spelled = spellings(word)
    return spelled if is_rare(spelled[0]) else ()


def _keys(words: Sequence[str], behind: Sequence[str], form: Form, between: str = " ") -> Iterator[tuple[str, Form]]:
    """Yield the spellings of a form whose last words stand behind a comma or a blank."""
    spelled = product(*(spellings(word) for word in (*words, *behind)))
    for each in islice(spelled, _SPELLINGS):
        key = " ".join(each[: len(words)])
        yield (key + between + " ".join(each[len(words) :]) if behind else key), form


@lru_cache(maxsize=1 << 14)
def spellings(word: str) -> tuple[str, ...]:
    """Return a word folded, in each of the ways in which letters with dots are written."""
    plain = fold(word)
    ways = (plain, transcribed(word), _SUBSTITUTE.sub(r"\1", plain))
    return tuple(dict.fromkeys(ways))


def is_rare(folded: str) -> bool:
    """Return whether a folded word is long and rare enough to be looked for by itself."""
    return len(folded) >= _RARE and folded not in COMMON and not folded.isdigit()


def told_by(login: str, names: Iterable[Name]) -> Confidence | None:
    """Return how sure a username of somebody is by its letters: signs or digits in it, or letters before a surname.

    None: other words may have the same letters, as those that inflect a surname have.
    """
    if not login.isalpha():
        return Confidence.MEDIUM
    letters = fold(login)
    words = {spelled for name in names for surname in name.singles() for spelled in spellings(surname)}
    longest = max((len(word) for word in words if word in letters[1:]), default=0)
    return Confidence.MEDIUM if longest >= _LONG else Confidence.LOW if longest >= _TELLING else None


def parsed(display: str) -> Name | None:
    """Return a display name in its words; None where it is no name: one word, too many, or those of an office only."""
    bare = _BESIDE.sub("", display).strip()
    before, comma, behind = bare.partition(",")
    if comma and _units(behind):
        last, first = tuple(word for unit in _units(before) for word in unit), _units(behind)
    else:
        first, last = _divided(_units(before))
    words = [word for unit in first for word in unit] + list(last)
    if not first or not last or len(words) > WORDS or any(word.isdigit() for word in words):
        return None
    middle = tuple(word for unit in first[1:] for word in unit)
    return None if {fold(word) for word in words} <= OFFICES else Name(first[0], middle, last)


def _units(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of a text, those that a hyphen or an apostrophe joins together, without titles at its ends."""
    units = list(filter(None, map(words_in, text.split())))
    while units and _TITLES.issuperset(map(fold, units[0])):
        del units[0]
    while units and _AFTER.issuperset(map(fold, units[-1])):
        del units[-1]
    return tuple(units)


def _divided(units: tuple[tuple[str, ...], ...]) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return the first names and the surname of a name without a comma."""
    shouted = [unit for unit in units if "".join(unit).isupper() and len("".join(unit)) > 1]
    if 0 < len(shouted) < len(units) and any(not "".join(unit).isupper() for unit in units):
        return tuple(unit for unit in units if unit not in shouted), tuple(word for unit in shouted for word in unit)
    particles = (n for n, unit in enumerate(units[:-1]) if n and fold(unit[0]) in PARTICLES)
    start = next(particles, len(units) - 1)
    return units[:start], tuple(word for unit in units[start:] for word in unit)
