"""The permissions of a space one by one: which can move to an account, in which order, and proof that nobody gains.

The site keeps one permission for each operation of each principal. What API v1 grants, that it grants nothing to
whoever may not read the space, and that whoever loses reading loses everything:
https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-space-permissions/.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from rules.acl import Permission
from rules.identifiers import is_account_id, personal
from rules.model import HeldReason, SubjectKind, Unresolved

READ: Final = "read/space"
GRANTABLE: Final = frozenset(
    """
    create/page create/blogpost create/comment create/attachment read/space export/space administer/space
    delete/page delete/blogpost delete/comment delete/attachment delete/space archive/page restrict_content/space
    """.split()  # noqa: SIM905 - a table of words reads better than one of quotes
)
"""Operations and targets that the API takes; v2 also lists others, which nothing but the site's own pages grants."""

ROLE: Final = "role/"
"""Start of the operation that stands for a role in a space: its id follows. A principal has one role there."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission without the id that the site gives it: what two lists are compared by."""

    operation: str
    principal_type: str
    """Lower case."""
    principal_id: str = field(repr=False)


def grant_of(permission: Permission) -> Grant:
    """Return what a permission grants to whom."""
    return Grant(permission.operation, permission.principal_type.lower(), permission.principal_id)


def grants(permissions: Iterable[Permission]) -> frozenset[Grant]:
    """Return what a list grants to whom, each once."""
    return frozenset(map(grant_of, permissions))


def retired(principal_type: str, principal_id: str) -> bool:
    """Return whether a principal is a person under something other than an account id."""
    subject = personal(principal_id) if principal_type.lower() == "user" else None
    return subject is not None and subject.kind is not SubjectKind.ACCOUNT_ID


def is_role(operation: str) -> bool:
    """Return whether an operation stands for a role."""
    return operation.startswith(ROLE)


def obstacle(operations: AbstractSet[str], standing: AbstractSet[str]) -> Unresolved | None:
    """Return why an account cannot be granted `operations`, None when it can; `standing` it has already.

    A person moves with every permission or with none.
    """
    if any(map(is_role, operations)):
        return _role_obstacle(operations | standing)
    if operations - standing - GRANTABLE:
        return Unresolved(HeldReason.NO_REWRITER, "the person has a permission of a kind that the API cannot grant")
    if READ not in operations | standing:
        return Unresolved(
            HeldReason.WOULD_WIDEN,
            "the person has no permission to read the space, and the site grants none without it",
        )
    return None


def _role_obstacle(roles: AbstractSet[str]) -> Unresolved | None:
    """Return why an account cannot take over a role: assigning it would take away another one."""
    if len(roles) == 1:
        return None
    return Unresolved(
        HeldReason.WOULD_WIDEN,
        "the account has another role in the space, which the role of the person would replace",
    )


def exceeds(before: tuple[Permission, ...], after: tuple[Permission, ...]) -> str | None:
    """Return why `after` is not `before` with some people under their accounts, None when it is.

    Each entry keeps its place, its id and its operation. Only people without an account id may change, each into one
    account and with every entry: so an account gains what the entries of its person grant, and nothing else.
    """
    if len(before) != len(after):
        return "permissions were added or dropped"
    became: dict[tuple[str, str], str] = {}
    for old, new in zip(before, after, strict=True):
        if (old.id, old.operation, old.principal_type) != (new.id, new.operation, new.principal_type):
            return "a permission became another one"
        if old != new and not (retired(old.principal_type, old.principal_id) and is_account_id(new.principal_id)):
            return "a permission went to somebody else"
        if became.setdefault((old.principal_type, old.principal_id), new.principal_id) != new.principal_id:
            return "a person was moved with some permissions only, or to two accounts"
    return None


def gaining(before: Iterable[Permission], after: Iterable[Permission]) -> frozenset[str]:
    """Return the principals to whom entries of `after` go that stood under others in `before`, place by place."""
    return frozenset(
        new.principal_id for old, new in zip(before, after, strict=False) if old.principal_id != new.principal_id
    )


def additions(now: Iterable[Permission], planned: Iterable[Permission]) -> tuple[Grant, ...]:
    """Return what has to be granted, reading first: without it the site grants nothing else."""
    missing = grants(planned) - grants(now)
    return tuple(sorted(missing, key=lambda one: (one.operation != READ, one.operation, one.principal_id)))


def removals(now: Iterable[Permission], planned: Iterable[Permission]) -> tuple[Permission, ...]:
    """Return what has to be removed, reading last: with it goes everything else of the same principal."""
    kept = grants(planned)
    left = [one for one in now if grant_of(one) not in kept]
    return tuple(sorted(left, key=lambda one: (one.operation == READ, one.operation, one.id)))
