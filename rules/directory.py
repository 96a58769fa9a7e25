"""The people of a site as one detector: their names in every usual spelling, their usernames, in free text.

Nothing is guessed: whoever is found stands in the directory that was given, and each finding says in which form. All
forms of one person are one value, the display name as the directory has it, so that they share one keyed hash.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from rules.folding import MARK, fold, listed, narrow
from rules.hits import Detector, Hit
from rules.lexicons.common import COMMON, OFFICES
from rules.model import Confidence
from rules.namecontext import (
    ELSEWHERE,
    NAMELESS,
    Worth,
    in_address,
    is_by_itself,
    login_worth,
    may_stand_alone,
    name_worth,
    surname_worth,
    word_before,
)
from rules.namescripts import UnspacedNames, unspaced
from rules.namevariants import PARTICLES, Form, Name, is_rare, parsed, told_by
from rules.phrases import JOINTS, Found, Phrases, words_in
from rules.subjects import SubjectKind
from rules.wordsearch import Chooser, Index, best, keys_of

RULE_ID: Final = "directory-name"
WHAT: Final = {
    Form.FULL: "full name",
    Form.INVERTED: "full name, surname first",
    Form.SWAPPED: "full name, surname first without a comma",
    Form.SHORT: "first name and surname",
    Form.INITIAL: "initial and surname",
    Form.CUT: "first name and initial",
    Form.USERNAME: "username",
    Form.LOCAL: "first part of an e-mail address",
    Form.SURNAME: "surname",
    Form.FIRST: "first name",
    Form.GENITIVE: "full name in the genitive",
    Form.ADDRESSED: "surname behind a form of address",
    Form.LISTED: "surname that stands as an entry by itself",
    Form.MIDDLED: "full name with one more initial",
}
OURS: Final = "of somebody of this site"
LEFT: Final = "of somebody who left"
TABLED: Final = "of somebody in the table of people"
ALIKE: Final = "of several people in the table of people"
SEVERAL: Final = "of several people of this site"
_SURE: Final = frozenset({Form.FULL, Form.INVERTED, Form.SWAPPED, Form.SHORT, Form.GENITIVE})
_LOGINS: Final = frozenset({Form.USERNAME, Form.LOCAL})
_LOGIN: Final = 4
"""Letters of a username at least."""
_INITIALS: Final = 3
"""Letters of initials at most that are written together."""
_SHORTEST: Final = 3
"""Letters of the words of a name in lower case at least."""
_CUT: Final = frozenset("vdt")
"""Letters of particles that are cut short: v.d."""
_SEARCHES: Final = 8
"""Words that are looked for one by one; more are looked up in one pass."""
_ADDRESSES: Final = listed(
    "herr herrn frau fraulein hr fr dr prof mr mrs ms miss sir monsieur madame mme mlle m senor senora sr sra signor"
    " signora sig dott dottoressa dottssa meneer mevrouw dhr mevr mw kollege kollegen kollegin colleague collega"
    " collegue companero companera"
)
"""Words before a surname that make it somebody's."""
_NAMED: Final = re.compile(
    r"(?:[^\W\d_]{1,11}(?:\.(?:ra|na|ssa|ri|lla|me))?\.?[ \u00a0]{1,2}){1,3}?"
    r"(?P<name>[^\W\d_]{1,40}(?:[-\u2010\u2011'\u2019. \u00a0]{1,2}[^\W\d_]{1,40}){0,4})"
)
"""Forms of address, one or more, and the words behind them."""
_GIVEN: Final = re.compile(r"([^\W\d_]{2,40})[ \u00a0]\Z")
"""The word before an initial."""
_JOINED_BEFORE: Final = re.compile(r"(?<![^\W_])([^\W\d_]{1,12})['\u2019`\u00b4]\Z")
"""What an apostrophe joins to the word behind it."""
_SEEN: Final = 42
"""Characters before a word that may hold either."""
_TURNED: Final = re.compile(r"[-\u2010\u2011'\u2019][^\W\d_]")
"""What joins one more word to a surname: it is another one."""
_BESIDE: Final = frozenset({" (", " [", " <", " / ", "/", ", ", " - ", " \u2013 "})
"""What stands between a name and the username of the same person."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a site. Nothing of it is ever shown."""

    name: str = field(default="", repr=False)
    """Display name."""
    usernames: tuple[str, ...] = field(default=(), repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    left: bool = False
    """Not among the active people of the site."""
    tabled: bool = False
    """Known from a table, with nothing to tell whether somebody is still active."""
    former: tuple[str, ...] = field(default=(), repr=False)
    """Other display names of the same person."""

    @property
    def kind(self) -> SubjectKind:
        """Return what that is."""
        if self.name:
            return SubjectKind.DISPLAY_NAME
        return SubjectKind.USERNAME if self.usernames else SubjectKind.EMAIL

    @property
    def value(self) -> str:
        """Return what findings are compared by: the display name, or else what there is."""
        return " ".join(self.name.split()) or next(iter((*self.usernames, *self.emails)), "")


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a phrase stands for."""

    form: Form
    people: tuple[int, ...]


_Phrase = Found[tuple[_Entry, ...]]


class Directory:
    """People, and where a text names them."""

    def __init__(self, people: Iterable[Person], engine: Chooser = best) -> None:
        """Prepare the search for some people; 10,000 take a second or two."""
        self._people: Final = tuple(people)
        names = [tuple(filter(None, map(parsed, (each.name, *each.former)))) for each in self._people]
        self._firsts: Final = {fold(word) for some in names for name in some for word in name.first}
        self._names: Final = tuple(tuple(name.doubled(self._firsts) for name in some) for some in names)
        self._logins: Final[dict[str, dict[str, Confidence | None]]] = defaultdict(dict)
        rare = {word for some in self._names for name in some for word, form in name.words() if form is Form.SURNAME}
        entries = self._entries(rare)
        self._phrases: Final = Phrases(entries, {_anchor(key, rare) for key in entries}, engine, initials=True)
        self._surnames: Final = self._by_surname()
        self._unspaced: Final = UnspacedNames([unspaced(each.name) for each in self._people])
        self._addresses: Final = engine(frozenset(key for word in _ADDRESSES for key in keys_of(word)))
        self.detector: Final = Detector(RULE_ID, (), _nothing, whole=self.hits)

    def __len__(self) -> int:
        return len(self._people)

    def __repr__(self) -> str:
        return f"Directory(<{len(self)} people>)"

    def _by_surname(self) -> dict[str, _Entry]:
        """Return who is meant by each surname behind a form of address."""
        found: defaultdict[str, dict[int, None]] = defaultdict(dict)
        for number, key in ((number, key) for number, some in enumerate(self._names) for key in _surnames(some)):
            found[key][number] = None
        return {key: _Entry(Form.ADDRESSED, tuple(numbers)) for key, numbers in found.items()}

    def _entries(self, rare: AbstractSet[str]) -> dict[str, tuple[_Entry, ...]]:
        """Return every phrase with the people that it may mean, by form, the surest first. `rare`: surnames."""
        found: defaultdict[str, dict[Form, dict[int, None]]] = defaultdict(dict)
        for number, (person, names) in enumerate(zip(self._people, self._names, strict=True)):
            forms = chain.from_iterable(name.forms() for name in names)
            alone = ((key, Form.LISTED) for key in _surnames(names) if not rare.isdisjoint(key.split(" ")))
            for key, form in (*forms, *alone, *self._login_forms(person, names)):
                found[key].setdefault(form, {})[number] = None
        return {key: tuple(_Entry(form, tuple(forms[form])) for form in sorted(forms)) for key, forms in found.items()}

    def _login_forms(self, person: Person, names: Sequence[Name]) -> Iterator[tuple[str, Form]]:
        """Yield the usernames and the first parts of the addresses, where they are no common words."""
        logins = [(each, Form.USERNAME) for each in person.usernames]
        for written, form in (*logins, *((each.partition("@")[0], Form.LOCAL) for each in person.emails)):
            words = tuple(map(fold, words_in(written)))
            key = " ".join(words)
            if (
                len(written) >= _LOGIN
                and not OFFICES.issuperset(words)
                and not "".join(words).isdigit()
                and is_rare(key)
            ):
                self._logins[key][written.casefold()] = told_by(written, names)
                yield key, form

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield everybody whom a text names, in its order; people named in full also by one of their names."""
        found = list(self._phrases.find(text, self._chosen))
        taken = {start for each, _ in found for start, _ in each.words}
        named = dict.fromkeys(number for _, entry in found if entry.form in _SURE for number in entry.people)
        hits = list(self._hits(text, found, named.keys()))
        hits += self._addressed(text, taken)
        hits += self._wide(text)
        hits += self._alone(text, named, taken)
        yield from sorted((hit for hit in hits if not in_address(text, hit.start, hit.end)), key=lambda hit: hit.start)

    def _wide(self, text: str) -> Iterator[Hit]:
        """Yield the names in scripts without blanks between words."""
        for start, end, form, people in self._unspaced.find(text):
            sure = Confidence.HIGH if form is Form.FULL else Confidence.MEDIUM
            yield self._made(text, (start, end), _Entry(form, people), Worth(sure, sure))

    def _addressed(self, text: str, taken: set[int]) -> Iterator[Hit]:
        """Yield the surnames behind a form of address; where they begin is added to `taken`."""
        for at in sorted(set(self._addresses.starts(narrow(text)))):
            named = _NAMED.match(text, at - 1)
            for place in () if named is None else _ends(text, *named.span("name")):
                key = " ".join(map(fold, words_in(text[slice(*place)])))
                entry = self._surnames.get(key) or self._surnames.get(key.removesuffix("s"))
                if entry is not None and taken.isdisjoint(range(*place)):
                    whole, meant = self._with_first(text, at - 1, place, entry)
                    taken.update(range(*whole))
                    yield self._made(text, whole, meant, Worth(Confidence.MEDIUM, Confidence.MEDIUM))
                    break

    def _with_first(
        self, text: str, start: int, place: tuple[int, int], entry: _Entry
    ) -> tuple[tuple[int, int], _Entry]:
        """Return a surname with the first name before it, where what looks like a form of address is an initial."""
        first = _GIVEN.search(text, max(0, start - _SEEN), start) if not text[start + 1].isalpha() else None
        called = tuple(
            number
            for number in entry.people
            if first and any(fold(first[1]) in map(fold, name.first) for name in self._names[number])
        )
        return ((first.start(), place[1]), _Entry(Form.MIDDLED, called)) if first and called else (place, entry)

    def _chosen(self, text: str, found: _Phrase) -> _Entry | None:
        """Return the surest form that a phrase is as it is written there."""
        if found.initial:
            return next(
                (_Entry(Form.MIDDLED, each.people) for each in found.payload if _is_middled(text, found, each)), None
            )
        return next((each for each in found.payload if self._is(text, found, each.form)), None)

    def _is(self, text: str, found: _Phrase, form: Form) -> bool:
        if form in _LOGINS:
            return text[found.start : found.end].casefold() in self._logins[found.key]
        if form is Form.LISTED:
            return may_stand_alone(text, found.start, found.end, found.words[-1][0])
        if form is Form.CUT:
            last = text[found.end - 1 : found.end + 1]
            return text[found.start].isupper() and last[0].isupper() and last[1:] == "."
        if form is not Form.INITIAL:
            return _is_written_as_name(text, found, form)
        surname = max(found.words, key=lambda word: word[1] - word[0])
        short = [text[start:end] for start, end in found.words if end - start <= _INITIALS]
        letters = [word for word in short if len(word) == 1 and word not in _CUT]
        if not text[surname[0]].isupper() or not any(map(str.isupper, short)) or not all(map(str.isupper, letters)):
            return False
        return is_rare(fold(text[slice(*surname)])) or "." in text[found.start : found.end + 1]

    def _hits(self, text: str, found: Iterable[tuple[_Phrase, _Entry]], named: AbstractSet[int]) -> Iterator[Hit]:
        """Yield what was found as it is worth where it stands; `named` are the people whose names stand in full."""
        end, people = 0, frozenset[int]()
        for each, entry in found:
            beside = text[end : each.start] in _BESIDE and not people.isdisjoint(entry.people)
            yield self._made(text, (each.start, each.end), entry, self._worth(text, each, entry, named, beside=beside))
            end, people = each.end, frozenset(entry.people)

    def _worth(self, text: str, found: _Phrase, entry: _Entry, named: AbstractSet[int], *, beside: bool) -> Worth:
        """Return how sure one form is; `beside`: another form of the same person stands directly before it."""
        if entry.form in _LOGINS:
            itself = self._logins[found.key][text[found.start : found.end].casefold()]
            return login_worth(text, found.start, found.end, Confidence.MEDIUM if beside else itself)
        if entry.form is Form.LISTED:
            return surname_worth(text, found.start, found.end, known=not named.isdisjoint(entry.people))
        if entry.form is Form.INITIAL and word_before(text, found.start) in self._firsts:
            return Worth(Confidence.MEDIUM, Confidence.MEDIUM, NAMELESS)
        return name_worth(text, entry.form, found.words[0], found.words[-1])

    def _made(self, text: str, place: tuple[int, int], entry: _Entry, worth: Worth) -> Hit:
        (start, end), people = place, entry.people
        values = {(self._people[number].kind, self._people[number].value) for number in people}
        as_written = SubjectKind.DISPLAY_NAME, " ".join(text[start:end].split())
        kind, value = values.pop() if len(values) == 1 else as_written
        return Hit(
            start=start,
            end=end,
            value=value,
            kind=kind,
            what=WHAT[entry.form],
            alone=worth.alone,
            labelled=worth.labelled,
            reason=self._whose(people),
            doubt=worth.doubt,
            labels=worth.labels,
        )

    def _whose(self, people: Sequence[int]) -> str:
        """Return whose name it is."""
        several = len(people) > 1
        if all(self._people[number].tabled for number in people):
            return ALIKE if several else TABLED
        gone = all(self._people[number].left for number in people)
        return SEVERAL if several else LEFT if gone else OURS

    def _alone(self, text: str, named: Iterable[int], taken: AbstractSet[int]) -> Iterator[Hit]:
        """Yield the rare surnames and first names of the people who are named in full, where they stand by themselves.

        What stands beside another capitalised word may be somebody else's.
        """
        words: dict[str, tuple[Form, dict[int, None]]] = {}
        for number in named:
            for word, form in chain.from_iterable(name.words() for name in self._names[number]):
                for written in (word, f"{word}s"):
                    words.setdefault(written, (form, {}))[1][number] = None
        data = narrow(text) if words else b""
        places: list[tuple[int, int, _Entry]] = []
        for at in _standing(data, words):
            start, end = at - 1, data.index(b" ", at) - 1
            form, numbers = words.get(fold(text[start:end]), (Form.FIRST, {}))
            if not numbers or start in taken or not text[start].isupper():
                continue
            entry = _Entry(form, tuple(numbers))
            start = self._grown(text, start, entry.people)
            if places and places[-1][2] == entry and text[places[-1][1] : start] in JOINTS:
                places[-1] = (places[-1][0], end, entry)
            elif is_by_itself(text, start, end, form):
                places.append((start, end, entry))
        for start, end, entry in places:
            yield self._made(text, (start, end), entry, Worth(Confidence.LOW, Confidence.LOW, ELSEWHERE))

    def _grown(self, text: str, start: int, people: Sequence[int]) -> int:
        """Return where a surname begins that a sign joins to the word at `start`: O'Leary, d'Alba."""
        before = _JOINED_BEFORE.search(text, max(0, start - _SEEN), start)
        names = chain.from_iterable(self._names[number] for number in people)
        return before.start() if before and any(fold(before[1]) in map(fold, name.last) for name in names) else start


def is_looked_for(display: str) -> bool:
    """Return whether a display name is looked for: not one word, and not that of an office or a test account."""
    return parsed(display) is not None or unspaced(display) is not None


def _surnames(names: Iterable[Name]) -> Iterator[str]:
    """Yield the surnames of somebody as they stand behind a form of address."""
    return chain.from_iterable(name.surnames() for name in names)


def _ends(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the places of one or more words from `start` on, the longest first, that may be a surname."""
    if not text[start].isupper() and not any(map(str.isupper, text[start:end])):
        return
    for last in range(end, start + 1, -1):
        if text[last - 1].isalpha() and not text[last : last + 1].isalpha() and not _TURNED.match(text, last):
            yield start, last


def _nothing(_text: str, _start: int, _end: int) -> Iterator[Hit]:
    """Yield nothing: the whole text is read at once."""
    return iter(())


def _is_middled(text: str, found: _Phrase, entry: _Entry) -> bool:
    """Return whether a name has an initial before its surname that the display name lacks."""
    return entry.form is Form.FULL and all(text[start].isupper() for start, _ in (found.words[0], found.words[-1]))


def _is_written_as_name(text: str, found: _Phrase, form: Form) -> bool:
    """Return whether the words of a whole name begin with capitals, or are no common words; one of two for a human."""
    words = [text[start:end] for start, end in found.words]
    while len(words) > 1 and words[-1].islower() and fold(words[-1]) in PARTICLES:
        words.pop()
    enough = any if form is Form.FULL else all
    ends = (fold(words[0]), fold(words[-1]))
    if (words[0][0].isupper() and words[-1][0].isupper()) or enough(map(is_rare, ends)):
        return True
    return form is Form.FULL and min(map(len, ends)) >= _SHORTEST and not COMMON.issuperset(ends)


def _anchor(key: str, rare: set[str]) -> str:
    """Return the word or the two words of a phrase that it is found by."""
    words = key.replace(",", "").split(" ")
    return next((word for word in words if word in rare), " ".join(words[:2]))


def _standing(data: bytes, words: Iterable[str]) -> list[int]:
    """Return where words begin in a narrow text. Cost: linear in the text, whatever their number."""
    keys = frozenset(key for word in words for key in keys_of(word))
    if len(keys) > _SEARCHES or MARK in data:
        return sorted(Index(keys).starts(data))
    return sorted(at for key in keys for at in _places(data, b" %b " % key))


def _places(data: bytes, key: bytes) -> Iterator[int]:
    at = data.find(key)
    while at >= 0:
        yield at + 1
        at = data.find(key, at + 1)
