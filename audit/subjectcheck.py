"""Whether the identifiers that somebody typed are those of one person, as far as the site shows it.

A dossier of two people would tell one of them about the other (Art. 15(4) GDPR): it is not made unless somebody says
that the site is out of date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from audit.errors import UsageError
from audit.person import Person
from audit.subjectindex import Shown
from rules.folding import fold
from rules.masking import mask
from rules.model import SubjectKind

OPTION: Final = "--same-person"
OTHER_EMAIL: Final = (
    "The site has another e-mail address for the account than the one that was asked for: this may be about two people."
)
OTHER_NAME: Final = (
    "The site has another name for the account than the one that was asked for: this may be about two people."
)
OTHER_ACCOUNT: Final = "The accounts have different names on the site: this may be about two people."
UNCHECKED: Final = (
    "The site does not show the e-mail address of an account: that the address and the account are those of one person"
    " was not checked."
)
_WORD: Final = re.compile(r"\w+")


def agreed(person: Person, shown: Sequence[Shown], *, allowed: bool) -> tuple[str, ...]:
    """Return what the site says against this being one person. Raises `UsageError` for that unless it is `allowed`."""
    found = dict(_against(person, shown))
    if found and not allowed:
        raise UsageError(
            what="The identifiers seem to belong to different people",
            where="subject",
            why="; ".join(found.values()),
            fix=f"Check them. Add {OPTION} when you know that it is one person, who changed name or address.",
        )
    return (*found, *_unchecked(person, shown))


def _against(person: Person, shown: Sequence[Shown]) -> Iterator[tuple[str, str]]:
    """Yield a sentence for the dossier and the same with masks for an error."""
    emails, names = person.of(SubjectKind.EMAIL), person.of(SubjectKind.DISPLAY_NAME)
    for one in shown:
        if emails and one.email and one.email not in emails:
            mine, other = mask(SubjectKind.EMAIL, one.email), mask(SubjectKind.EMAIL, emails[0])
            yield OTHER_EMAIL, f"the account has the address {mine} on the site, and {other} was asked for"
        if names and one.name and not any(_alike(one.name, each) for each in names):
            mine, other = mask(SubjectKind.DISPLAY_NAME, one.name), mask(SubjectKind.DISPLAY_NAME, names[0])
            yield OTHER_NAME, f"the account has the name {mine} on the site, and {other} was asked for"
    called = [one.name for one in shown if one.name]
    if called and not all(_alike(called[0], each) for each in called):
        yield OTHER_ACCOUNT, "the accounts have different names on the site"


def _unchecked(person: Person, shown: Sequence[Shown]) -> Iterator[str]:
    if person.of(SubjectKind.EMAIL) and not all(one.email for one in shown):
        yield UNCHECKED


def _alike(one: str, other: str) -> bool:
    """Return whether two names share a word: a marriage changes one of them."""
    return not _words(one).isdisjoint(_words(other))


def _words(name: str) -> set[str]:
    return set(_WORD.findall(fold(name)))
