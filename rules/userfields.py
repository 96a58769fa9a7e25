"""Fields of stored JSON that hold a person by themselves, without a user object around: what their names say.

Names are compared without regard to case, dashes and underscores. A user key is known by its build, so that the many
fields that may hold a person are looked at; a word is taken for a username only where the field holds nothing else.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_MARKS: Final = str.maketrans("", "", "-_")

_ROLES: Final = """
    account approver assignee author contact contributor creator delegate editor fromuser lasteditor lastmodifier
    lastowner lead liker manager member mentioned moderator modifier owner participant person principal recipient
    reporter requester requestor responsible reviewer sender subject submitter substitute targetuser touser updater user
    voter watcher
    """.split()  # noqa: SIM905 - a table of words reads better than one of quotes
_ACTS: Final = """
    approvedby archivedby assignedby assignedto closedby completedby createdby deletedby editedby importedby
    lasteditedby lastmodifiedby lastupdatedby modifiedby publishedby reportedby requestedby resolvedby reviewedby sentby
    sharedby signedby submittedby updatedby uploadedby watchedby
    """.split()  # noqa: SIM905 - as above
_IDS: Final = ("", "id", "userid", "accountid", "useraccountid", "atlassianid")
_KEYS: Final = ("key", "userkey", "name", "username")

_PEOPLE: Final = frozenset(word + end for word in (*_ROLES, *_ACTS) for end in _IDS) | {
    "aaid",
    "atlassianaccountid",
    "atlassianid",
}
_NAMED: Final = frozenset(word + end for word in _ROLES for end in _KEYS)
"""Fields whose own name says that they hold a key or a name."""
_ELSEWHERE: Final = frozenset({"account", "principal", "recipient", "sender", "user"})
"""Roles in which a username may as well be the login of another system."""
_USERNAMES: Final = frozenset(f"{word}username" for word in _ROLES if word not in _ELSEWHERE)
"""Fields whose own name says that they hold a username: `assigneeUsername`."""
_LOGINS: Final = frozenset({"usernames", "loginnames"})
_GROUPS: Final = frozenset({"approvers", "users", "watchers"})
_ISSUE: Final = frozenset({"duedate", "issuekey", "issuetype", "priority", "project", "summary"})
"""Fields that stand beside the people of an issue or a task."""


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """Return the name of a field as names are compared here."""
    return name.casefold().translate(_MARKS)


def _single(name: str) -> str:
    """Return the name of one entry of a list: `userKeys` holds a `userKey` each."""
    return name.removesuffix("s")


def holds_person(name: str, *, listed: bool = False) -> bool:
    """Return whether a user key in the field is certainly a person."""
    own = folded(name)
    return any(each in _PEOPLE or each in _NAMED for each in ({own, _single(own)} if listed else {own}))


def says_what_it_holds(name: str, *, listed: bool = False) -> bool:
    """Return whether the name of the field would be wrong once an account id stood in it."""
    own = folded(name)
    return any(each in _NAMED or each in _LOGINS for each in ({own, _single(own)} if listed else {own}))


def holds_username(name: str) -> bool:
    """Return whether the field says of itself that it holds the username of a person."""
    return folded(name) in _USERNAMES


def lists_logins(name: str) -> bool:
    """Return whether every word in a list of this name may be a username."""
    own = folded(name)
    return own in _LOGINS or own in _GROUPS or own == "username"


def lists_keys(name: str) -> bool:
    """Return whether every entry of a list of this name is a user key."""
    return folded(name) in {"userkey", "userkeys"}


def is_ticket_person(name: str, beside: frozenset[str]) -> bool:
    """Return whether a word in the field is the username of an issue's person; `beside` are the fields around it."""
    own = folded(name)
    return own in {"assignee", "reporter"} and (
        own == "assignee" or not beside.isdisjoint(_ISSUE) or "assignee" in beside
    )
