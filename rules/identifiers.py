"""What kind of user identifier a value is, told from its shape alone.

Real pages hold account ids in `ri:userkey` and user keys in `ri:account-id`, so the name of the attribute that a
value stands in proves nothing. Shapes as Atlassian documents and as exports show them: account ids are 24 lower-case
hex digits or `digits:` followed by letters, digits and dashes; portal customers have `qm:`; user keys are 32 hex
digits or `JIRAUSER` and a number. Everything else that is not a placeholder for a role is a username.
"""

from __future__ import annotations

import re
from typing import Final

from rules.model import Personal, SubjectKind

ACCOUNT_ID_LIMIT: Final = 128
"""Characters of an account id at most, as the personal data reporting API documents it."""

_ACCOUNT_ID: Final = re.compile(r"[0-9a-f]{24}|[0-9]+:[A-Za-z0-9-]+|qm:[A-Za-z0-9-]+:[A-Za-z0-9-]+")
_SURE: Final = re.compile(r"[0-9a-f]{24}|[0-9]{3,}:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DOCUMENTED_ODD: Final = frozenset({"5b10a2844c20165700ede21g"})
"""Ids of Atlassian's own documentation that break the general shape and are copied into real pages."""

_USER_KEY: Final = re.compile(r"[0-9a-fA-F]{32}|JIRAUSER[0-9]+")

_SURE_KEY: Final = re.compile(r"[0-9a-fA-F]{16}01[0-9a-fA-F]{14}|JIRAUSER[0-9]+")
"""User keys end in the time in milliseconds at which they were made, 12 hex digits, and a counter: real ones begin that
time with 01, as every time from 2004 to 2039 does."""
_LOGIN_NAME: Final = re.compile(r"(?=[^\W\d_])[\w.@+~-]{2,80}(?<!\.)")
_FILE_NAME: Final = re.compile(r".*\.(?:css|gif|html?|jpe?g|js|json|md|pdf|png|svg|ts|txt|xml|ya?ml)", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}", re.IGNORECASE)
"""Ids and hashes of any kind."""
_NOBODY: Final = frozenset(
    """
    account-id accountid admins all any anonymous array assignee auto automatic boolean current default
    disabled enabled everybody everyone false group groups id integer me name nil no nobody none null number object
    owner reporter self string system true unassigned undefined unknown user user-account-id user-id
    userid userkey username users yes
    """.split()  # noqa: SIM905 - a table of words reads better than one of quotes
)
"""Words that stand where a username could and are a setting or a type."""

_PSEUDO: Final = frozenset(
    {"@authenticated", "@anonymous", "@self", "@all", "@here", "@none", "@everyone", "currentuser()", "unknown"}
)
"""Words that stand for a role, for whoever looks at the page, or (`unknown`) for an account that is not shown.

They name nobody and pass through unchanged.
"""


def is_account_id(value: str) -> bool:
    """Return whether `value` has the shape of an Atlassian account id."""
    if len(value) > ACCOUNT_ID_LIMIT or (_SURE.fullmatch(value.lower()) and not _SURE.fullmatch(value)):
        return False  # sites write them in lower case, both those of 24 digits and those with a UUID
    return _ACCOUNT_ID.fullmatch(value) is not None or value in _DOCUMENTED_ODD


def is_surely_account_id(value: str) -> bool:
    """Return whether `value` has a shape that nothing but an account id has: 24 hex digits, or `digits:UUID`.

    Usernames such as `007:bond` or `12:34` have the general shape of an account id too. Where a username or a user
    key is expected, only this shape tells that an account id was put there.
    """
    return _SURE.fullmatch(value) is not None or value in _DOCUMENTED_ODD


def is_surely_user_key(value: str) -> bool:
    """Return whether `value` has the inner build of a user key, which a hash of 32 hex digits has only by chance."""
    return _SURE_KEY.fullmatch(value) is not None


def may_be_login(value: str) -> bool:
    """Return whether `value` is one word as usernames are, and none of those that settings and examples use."""
    return (
        _LOGIN_NAME.fullmatch(value) is not None
        and _FILE_NAME.fullmatch(value) is None
        and _TOKEN.fullmatch(value) is None
        and value.casefold() not in _NOBODY
        and classify(value) is SubjectKind.USERNAME
    )


def is_pseudo(value: str) -> bool:
    """Return whether `value` names nobody: it is empty, nothing but dots, or a word such as `@authenticated`."""
    folded = value.strip().casefold()
    return not folded.strip(".\u2026") or folded in _PSEUDO


def classify(value: str) -> SubjectKind | None:
    """Return ACCOUNT_ID, USER_KEY or USERNAME by the shape of `value`; None for a pseudo user.

    A username may be anything, an e-mail address included: it is what remains. Surrounding blanks are not part of
    an identifier.
    """
    value = value.strip()
    if is_pseudo(value):
        return None
    if is_account_id(value):
        return SubjectKind.ACCOUNT_ID
    if _USER_KEY.fullmatch(value):
        return SubjectKind.USER_KEY
    return SubjectKind.USERNAME


def personal(value: str) -> Personal | None:
    """Return `value` as a personal value of its kind, None for a pseudo user."""
    kind = classify(value)
    return None if kind is None else Personal(kind, value.strip())
