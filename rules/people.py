"""People in the plain text of parameters: which characters name somebody, and what takes their place.

Usernames may hold blanks, and blanks separate the entries of a list. Where a piece of a list as a whole is somebody who
is known, it is read as one name; where its words are all known too, nobody can say which is meant. Nor can anybody
where only some of the words are known: the others may belong to their names.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from rules.accounts import account, retired
from rules.adf import ROLES
from rules.identifiers import personal
from rules.macros import Form, ListPart, ListTerm, name_list, user_parts
from rules.model import Account, Edit, HeldReason, Hold, Match, Named, Personal, Span, Unresolved
from rules.parameters import MENTION, Parameter, may_be_user
from rules.rule import Change, Resolver
from rules.view import View

PEOPLE: Final = frozenset({Form.USER, Form.USERS, Form.USER_NAMES})
"""Forms of parameters that hold people as text."""
_TWO_WAYS: Final = Unresolved(
    HeldReason.AMBIGUOUS, "the whole is a known name with a blank or comma in it, and so is each of its parts a name"
)
_IN_PART: Final = Unresolved(
    HeldReason.AMBIGUOUS, "only some of the words between two separators are known: they may be one name with blanks"
)

Known = Callable[[str], bool]
"""Tells whether a name is somebody's."""
Reading = tuple[ListTerm, Unresolved | None]
"""One name of a list, and why it stays where the list can be read in another way too."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One retired identifier in a parameter."""

    parameter: Parameter
    term: ListTerm
    subject: Personal
    doubt: Unresolved | None = None
    """Why it stays whoever it names: it can be read in more than one way."""

    @property
    def span(self) -> Span:
        """Return the bytes of the identifier."""
        return self.parameter.text.span(self.term.start, self.term.end)


def named(view: View) -> Iterator[Entry]:
    """Yield the usernames and user keys in parameters that hold people as text; known is whom the run has met."""
    return _entries(view, _met(view))


def _met(view: View) -> Known:
    known = view.context.known
    return lambda name: name.lower() in known


def _entries(view: View, known: Known) -> Iterator[Entry]:
    met = _met(view)
    for parameter in view.parameters_of(PEOPLE):
        for term, doubt in _terms(parameter, met, known):
            named_role = parameter.macro == MENTION and term.value in ROLES
            subject = retired(personal(term.value)) if may_be_user(term.value) and not named_role else None
            if subject is not None:
                yield Entry(parameter, term, subject, doubt)


def _terms(parameter: Parameter, met: Known, known: Known) -> Iterator[Reading]:
    """Yield the names in a parameter."""
    text = parameter.text.text
    if Form.USERS in parameter.forms:
        yield from _readings(text, user_parts(text), met, known)
    elif Form.USER_NAMES in parameter.forms:
        parts = tuple(ListPart(term, (term,), (term,)) for term in name_list(text))
        yield from _readings(text, parts, met, known)
    elif Form.USER in parameter.forms:
        yield from ((term, None) for term in name_list(text, "\n"))


def _readings(text: str, parts: tuple[ListPart, ...], met: Known, known: Known) -> Iterator[Reading]:
    """Yield the names of a list: all of it where the run has met it as one name, else those of each part.

    A part is one name where that is `known`.
    """
    joined = _known_name(_joined(text, parts), met, known) if len(parts) > 1 else None
    if joined is not None:
        yield joined
        return
    for part in (each for one in parts for each in _apart(one, known)):
        name = _known_name(part, known, known)
        doubt = _IN_PART if name is None and _is_known_in_part(part, known) else None
        yield from ((term, doubt) for term in part.terms) if name is None else (name,)


def _apart(part: ListPart, known: Known) -> tuple[ListPart, ...]:
    """Return a part of a list as it is, or each of its words where all of them are names and the whole is nobody's."""
    if len(part.words) == 1 or _known_name(part, known, known) or not all(known(word.value) for word in part.words):
        return (part,)
    return tuple(ListPart(word, (word,), (word,)) for word in part.words)


def _is_known_in_part(part: ListPart, known: Known) -> bool:
    """Return whether a part is read as words of which some are names and others nobody's; roles are neither."""
    names = [known(term.value) for term in part.terms if personal(term.value) is not None]
    return any(names) and not all(names)


def _joined(text: str, parts: tuple[ListPart, ...]) -> ListPart:
    start, end = parts[0].whole.start, parts[-1].whole.end
    terms = tuple(term for part in parts for term in part.terms)
    return ListPart(ListTerm(start, end, text[start:end]), terms, terms)


def _known_name(part: ListPart, whole: Known, single: Known) -> Reading | None:
    """Return a part of several words as one name, where it is one that is known; any blanks count as one."""
    if len(part.words) == 1:
        return None
    place, value = part.whole, part.whole.value
    name = next((each for each in (value, " ".join(value.split())) if whole(each)), None)
    if name is None:
        return None
    doubt = _TWO_WAYS if all(single(word.value) for word in part.words) else None
    return ListTerm(place.start, place.end, name), doubt


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return every identifier of `matches` by its account id; prefixes, separators and quotes around it stay.

    A name with blanks that only `resolve` knows is found as several matches and changes as one; people whom only
    `resolve` tells apart are found as one match and change together.
    """
    edits: list[Edit] = []
    holds: list[Hold] = []
    for entries, found in _with_matches(view, matches, resolve):
        answers = [(each, _answer(each, resolve)) for each in entries]
        why = next((answer for _, answer in answers if isinstance(answer, Unresolved)), None)
        if why is not None:
            holds += [Hold(one.rule, one.span, one.subject, why.reason, why.detail, one.where) for one in found]
            continue
        edits += [
            Edit(each.span, each.span.of(view.data), each.parameter.text.write(answer), found[0].rule)
            for each, answer in answers
            if isinstance(answer, str)
        ]
    return Change(tuple(edits), tuple(holds))


def _answer(entry: Entry, resolve: Resolver) -> str | Unresolved:
    """Return the account id of an entry, or why it stays."""
    fixed = entry.parameter.text.fixed
    if fixed:
        return Unresolved(HeldReason.NO_REWRITER, fixed)
    return entry.doubt or account(entry.subject, resolve)


def _with_matches(
    view: View, matches: tuple[Match, ...], resolve: Resolver
) -> Iterator[tuple[tuple[Entry, ...], tuple[Match, ...]]]:
    """Yield the entries as `resolve` tells them apart, in order, with the matches that lie in them.

    Several come together where one match covers them.
    """
    met = _met(view)
    waiting = deque(sorted(matches, key=lambda match: match.span))
    entries: list[Entry] = []
    found: list[Match] = []
    for each in sorted(_entries(view, lambda name: met(name) or _is_known(name, resolve)), key=_place):
        if found and found[-1].span.end <= each.span.start:
            yield tuple(entries), tuple(found)
            entries, found = [], []
        while waiting and waiting[0].span.start < each.span.end:
            found.append(waiting.popleft())
        if found:
            entries.append(each)
    if found:
        yield tuple(entries), tuple(found)


def _place(entry: Entry) -> Span:
    return entry.span


def _is_known(name: str, resolve: Resolver) -> bool:
    """Return whether somebody answers to a name: with an account, or with a reason why it is not given."""
    subject = retired(personal(name))
    if subject is None:
        return False
    answer = resolve(subject)
    return isinstance(answer, Account | Named) or answer.reason is not HeldReason.UNRESOLVED
