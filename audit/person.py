"""The person that a dossier is about: the identifiers that were asked for, in memory only.

They come from options, from a file or the standard input, or from questions at the terminal. A file has one identifier
a line, `email: ada@acme.example`; empty lines and those that begin with # count for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from audit.errors import UsageError
from rules.directory import Person as Named
from rules.identifiers import is_account_id
from rules.model import Personal, Subject, SubjectKind
from rules.namevariants import parsed, told_by

KINDS: Final[Mapping[str, SubjectKind]] = {
    "account-id": SubjectKind.ACCOUNT_ID,
    "email": SubjectKind.EMAIL,
    "name": SubjectKind.DISPLAY_NAME,
    "username": SubjectKind.USERNAME,
    "user-key": SubjectKind.USER_KEY,
}
"""Words of options and files -> kinds of identifiers, in the order in which they are asked for."""
SHORTEST: Final = 3
"""Characters of an identifier at least: shorter ones are in every text."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, by all that is known of them."""

    values: tuple[Personal, ...] = field(repr=False)
    """Each identifier once, in the order of `KINDS`."""

    def of(self, kind: SubjectKind) -> tuple[str, ...]:
        """Return the raw identifiers of a kind."""
        return tuple(value.reveal() for value in self.values if value.kind is kind)

    def subjects(self, key: bytes) -> tuple[Subject, ...]:
        """Return the identifiers as they may be written down."""
        return tuple(value.subject(key) for value in self.values)

    def pseudonyms(self, key: bytes) -> frozenset[str]:
        """Return the keyed hashes of all values that findings about this person have.

        Rules call an identifier by what it stands for: a username may be an address, and names in a text go by the
        name in the directory.
        """
        beside = (
            Personal(kind, value)
            for one in self.values
            for value in (one.reveal(),)
            for kind in (one.kind, *_ALSO.get(one.kind, ()))
        )
        return frozenset(each.pseudonym(key) for each in beside)

    def named(self) -> tuple[Named, ...]:
        """Return the entry of a directory, none where there is nothing to be called by.

        The first part of an address stands for the person only where its letters tell that it is a username: nobody@
        is no reason to look for the word. A username that is known is looked for whatever its letters.
        """
        name, *former = self.of(SubjectKind.DISPLAY_NAME) or ("",)
        names = tuple(filter(None, map(parsed, (name, *former))))
        usernames = self.of(SubjectKind.USERNAME)
        emails = tuple(
            each for each in self.of(SubjectKind.EMAIL) if told_by(each.partition("@")[0], names) is not None
        )
        return (Named(name, usernames, emails, former=tuple(former)),) if name or usernames or emails else ()

    def with_(self, more: Iterable[Personal]) -> Person:
        """Return the person with further identifiers."""
        return Person(tuple(dict.fromkeys((*self.values, *more))))


_ALSO: Final[Mapping[SubjectKind, tuple[SubjectKind, ...]]] = {
    SubjectKind.EMAIL: (SubjectKind.USERNAME, SubjectKind.DISPLAY_NAME),
    SubjectKind.USERNAME: (SubjectKind.DISPLAY_NAME, SubjectKind.EMAIL),
}


def person(given: Mapping[str, Iterable[str]], lines: Iterable[str] = ()) -> Person:
    """Return the person of options (`email` -> values) and of the lines of a file.

    Raises `UsageError` for a line or identifier of another form, without its value, and where there is none at all.
    """
    pairs = [(name, value, f"--{name}") for name, values in given.items() for value in values]
    pairs += [_pair(number, line) for number, line in enumerate(lines, 1) if line.strip()[:1] not in {"", "#"}]
    found = [(name, _identifier(name, value.strip(), place)) for name, value, place in pairs]
    if not found:
        raise UsageError(
            what="Nobody is named",
            where="subject",
            why="a dossier is about one person",
            fix="Give --email, --account-id, --name or --username, or a file with --person.",
        )
    order = list(KINDS)
    return Person(tuple(dict.fromkeys(value for _, value in sorted(found, key=lambda pair: order.index(pair[0])))))


def _pair(number: int, line: str) -> tuple[str, str, str]:
    name, _, value = line.partition(":")
    name, place = name.strip().lower().replace("_", "-"), f"line {number} of --person"
    if name not in KINDS or not value.strip():
        why = "it does not begin with one of " + ", ".join(f"`{each}:`" for each in KINDS)
        raise UsageError(what="A line is not understood", where=place, why=why, fix="Write one identifier a line.")
    return name, value, place


def _identifier(name: str, value: str, place: str) -> Personal:
    """Return an identifier; the case of an address says nothing."""
    checked = _checked(name, value, place)
    return Personal(KINDS[name], checked.lower() if KINDS[name] is SubjectKind.EMAIL else checked)


def _checked(name: str, value: str, place: str) -> str:
    why = ""
    if len(value) < SHORTEST or not value.isprintable():
        why = f"it has fewer than {SHORTEST} characters, or some that cannot be printed"
    elif name == "email" and ("@" not in value[1:-1] or " " in value):
        why = "it is no e-mail address"
    elif name == "account-id" and not is_account_id(value):
        why = "it has not the form of one"
    if why:
        raise UsageError(what=f"The {name} cannot be used", where=place, why=why, fix="Check it; it is not shown here.")
    return value
