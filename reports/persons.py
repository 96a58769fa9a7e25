"""Whose data a value is: the categories of data subjects that a program can tell, from the kind of the value alone."""

from __future__ import annotations

from typing import Final

from rules.model import Subject, SubjectKind

HOLDER: Final = "holder of an account"
"""Of the site: an employee, a partner or a guest, now or once."""
NAMED: Final = "person named in the content"
"""With or without an account: a customer, an applicant, a contact."""
NOBODY: Final = "nobody: a retired interface"

_TAG: Final = 8
"""Hex digits of a keyed hash that stand beside a mask."""
_ACCOUNTS: Final = frozenset({
    SubjectKind.USERNAME, SubjectKind.USER_KEY, SubjectKind.ACCOUNT_ID, SubjectKind.DIRECTORY_ID,
    SubjectKind.IP_ADDRESS, SubjectKind.LABEL, SubjectKind.ROLE,
})  # fmt: skip
"""Kinds that only somebody with an account has on a site."""


def of_person(kind: SubjectKind) -> bool:
    """Return whether a value of a kind belongs to somebody: the name of a retired interface does not."""
    return kind is not SubjectKind.INTERFACE


def tag(subject: Subject) -> str:
    """Return the few characters that tell two values with one mask apart: the beginning of the keyed hash.

    In a public report, where a value has a number of the report in place of its hash, it is that number.
    """
    first = subject.hmac[:_TAG]
    return first if first.strip("0") else f"{int(subject.hmac or '0', 16)}"


def data_subject(kind: SubjectKind) -> str:
    """Return the category of persons that values of a kind belong to. What else they are, only people know."""
    if not of_person(kind):
        return NOBODY
    return HOLDER if kind in _ACCOUNTS else NAMED
