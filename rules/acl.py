"""Who may read or edit: restrictions and permissions as canonical JSON, and the comparison that never lets more in.

The canonical form is `{"read":{"group":[{"id":..,"name":..}],"user":[{"accountId":..}]},"update":{..}}`: sorted
names, no blanks, lists in the order of the server, ids that the server did not give left out. Empty means everyone.
Read restrictions bind a page and everything below it, update restrictions their page alone, and whoever edits has to be
able to read: https://support.atlassian.com/confluence-cloud/docs/add-or-remove-page-restrictions/.
Space permissions are `{"permissions":[{"id":..,"operation":"read/space","principal":{"id":..,"type":"user"}}]}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rules.identifiers import is_account_id
from rules.jsontree import Array, Node, Object, Text, parse
from rules.model import Unreadable

OPERATIONS: Final = ("read", "update")
_USER_FIELDS: Final = {"account_id": "accountId", "user_key": "userKey", "username": "username"}


@dataclass(frozen=True, slots=True)
class Principal:
    """One person on a list, by whichever identifiers the server gave."""

    account_id: str | None = field(default=None, repr=False)
    username: str | None = field(default=None, repr=False)
    user_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Group:
    """One group on a list."""

    id: str
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do one thing. Both lists empty: everyone who may see the space."""

    users: tuple[Principal, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def everyone(self) -> bool:
        """Return whether nobody is kept out."""
        return not self.users and not self.groups


@dataclass(frozen=True, slots=True)
class Restrictions:
    """The restrictions of one object."""

    read: Access = Access()
    update: Access = Access()


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission of a space."""

    id: str
    operation: str
    """Operation and target, for example `read/space`."""
    principal_type: str
    principal_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UserEntry:
    """One user object of an encoded restriction, with its bytes."""

    operation: str
    index: int
    node: Object
    principal: Principal


def encode(restrictions: Restrictions) -> bytes:
    """Return the canonical JSON of `restrictions`: equal restrictions are equal bytes."""
    return _canonical({name: _encode_access(getattr(restrictions, name)) for name in OPERATIONS})


def encode_user(principal: Principal) -> bytes:
    """Return the canonical JSON of one user object."""
    return _canonical(_encode_user(principal))


def encode_permissions(permissions: tuple[Permission, ...]) -> bytes:
    """Return the canonical JSON of the permissions of a space, in the order given."""
    return _canonical(
        {
            "permissions": [
                {
                    "id": each.id,
                    "operation": each.operation,
                    "principal": {"id": each.principal_id, "type": each.principal_type},
                }
                for each in permissions
            ]
        }
    )


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def _encode_user(principal: Principal) -> dict[str, str]:
    fields = {name: getattr(principal, own) for own, name in _USER_FIELDS.items()}
    return {name: value for name, value in fields.items() if value is not None}


def _encode_access(access: Access) -> dict[str, list[dict[str, str]]]:
    return {
        "user": [_encode_user(each) for each in access.users],
        "group": [{"id": each.id, "name": each.name} for each in access.groups],
    }


def decode(data: bytes) -> Restrictions:
    """Return the restrictions that `data` holds. Raises ValueError, without contents, for any other shape."""
    tree = _tree(data)
    users = entries(tree)
    found = {
        name: Access(
            users=tuple(each.principal for each in users if each.operation == name),
            groups=tuple(
                Group(_text(each, "id"), _text(each, "name")) for each in _objects(_member(tree, name), "group")
            ),
        )
        for name in OPERATIONS
    }
    return Restrictions(**found)


def decode_permissions(data: bytes) -> tuple[Permission, ...]:
    """Return the permissions that `data` holds. Raises ValueError, without contents, for any other shape."""
    return tuple(
        Permission(
            id=_text(each, "id"),
            operation=_text(each, "operation"),
            principal_type=_text(_member(each, "principal"), "type"),
            principal_id=_text(_member(each, "principal"), "id"),
        )
        for each in _objects(_tree(data), "permissions")
    )


def entries(tree: Node) -> tuple[UserEntry, ...]:
    """Return the user objects of an encoded restriction in order. Raises ValueError for any other shape."""
    return tuple(
        UserEntry(name, index, node, Principal(**{own: _optional(node, key) for own, key in _USER_FIELDS.items()}))
        for name in OPERATIONS
        for index, node in enumerate(_objects(_member(tree, name), "user"))
    )


def principals(tree: Node) -> Iterator[tuple[int, Object, str]]:
    """Yield index, principal object and operation of every permission. Raises ValueError for other shapes."""
    for index, each in enumerate(_objects(tree, "permissions")):
        yield index, _member(each, "principal"), _text(each, "operation")


def listed(tree: Node) -> Iterator[tuple[str, Object]]:
    """Yield operation and object of every person and group of an encoded restriction. Raises ValueError otherwise."""
    for name in OPERATIONS:
        for who in ("user", "group"):
            yield from ((name, node) for node in _objects(_member(tree, name), who))


def _tree(data: bytes) -> Node:
    tree = parse(data)
    if isinstance(tree, Unreadable):
        raise ValueError(tree.reason)  # noqa: TRY004 - the value is wrong, not its type
    return tree


def _member(node: Node, name: str) -> Object:
    found = node.get(name) if isinstance(node, Object) else None
    if not isinstance(found, Object):
        raise ValueError(f"not an access list: `{name}` is no object")  # noqa: TRY004 - the same
    return found


def _objects(node: Node, name: str) -> list[Object]:
    found = node.get(name) if isinstance(node, Object) else None
    items = found.items if isinstance(found, Array) else (None,)
    objects = [item for item in items if isinstance(item, Object)]
    if len(objects) != len(items):
        raise ValueError(f"not an access list: `{name}` is no list of objects")
    return objects


def _text(node: Object, name: str) -> str:
    found = _optional(node, name)
    if found is None:
        raise ValueError(f"not an access list: `{name}` is missing")
    return found


def _optional(node: Object, name: str) -> str | None:
    found = node.get(name)
    if found is not None and not isinstance(found, Text):
        raise ValueError(f"not an access list: `{name}` is no string")
    return found.value if found is not None else None


def widened(before: Restrictions, after: Restrictions, same: Callable[[Principal], str | None]) -> str | None:
    """Return why `after` does not let in exactly the people and groups of `before`, None when it does.

    `same` names the account of a person that carries no account id, None where it is not known. A list that became
    empty lets everyone in, and is named first. Entries that are the same person count once; the order is kept.
    """
    for operation in OPERATIONS:
        old: Access = getattr(before, operation)
        new: Access = getattr(after, operation)
        reason = _difference(old, new, same)
        if reason is not None:
            return f"{operation}: {reason}"
    return None


def _difference(old: Access, new: Access, same: Callable[[Principal], str | None]) -> str | None:
    if new.everyone and not old.everyone:
        return "the list became empty, which lets everyone in"
    if old.groups != new.groups:
        return "the groups changed"
    known = _people(old, same)
    people = _people(new, same)
    if not set(people) <= set(known):
        return "somebody was let in who was not on the list"
    if people != known:
        return "somebody was dropped from the list or moved in it"
    return None


def _people(access: Access, same: Callable[[Principal], str | None]) -> list[Principal]:
    """Return the people of a list, each once, by account where it is known."""
    return list(dict.fromkeys(_identity(each, same) for each in access.users))


def _identity(principal: Principal, same: Callable[[Principal], str | None]) -> Principal:
    own = principal.account_id
    account = own if own is not None and is_account_id(own) else same(principal)
    return principal if account is None else Principal(account_id=account)


@dataclass(frozen=True, slots=True)
class Placed:
    """One object of a tree with its own restrictions."""

    own: Restrictions = Restrictions()
    parent: str = ""
    """Id of the page above; empty directly below the space."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The objects of one space by their ids.

    An object above that is not in it, and a space whose lists are empty, keep nobody out: what is not known can only
    make a comparison stricter.
    """

    objects: Mapping[str, Placed]
    space: Restrictions = Restrictions()
    """Who may read and who may edit by the permissions of the space."""


@dataclass(frozen=True, slots=True)
class Wider:
    """An object that somebody could read or edit who could not before."""

    id: str
    operation: str
    reason: str
    """Plain words without names."""


def demands(tree: Tree, object_id: str, operation: str) -> tuple[Access, ...]:
    """Return the lists that a person has to be on, each of them, to read or update an object."""
    found = [tree.space.read]
    seen: set[str] = set()
    at = object_id
    while at in tree.objects and at not in seen:
        seen.add(at)
        found.append(tree.objects[at].own.read)
        at = tree.objects[at].parent
    if operation == "update":
        found += [tree.space.update, tree.objects[object_id].own.update]
    return tuple(access for access in found if not access.everyone)


def admitted(lists: Sequence[Access], person: Principal, groups: frozenset[str]) -> bool:
    """Return whether a person in `groups` is on each of `lists`."""
    return all(access.everyone or person in access.users or bool(groups & _groups(access)) for access in lists)


def newcomer(before: Sequence[Access], after: Sequence[Access], same: Callable[[Principal], str | None]) -> str | None:
    """Return why somebody who fails one list of `before` may pass all of `after`, None when nobody can.

    Exact for any number of people in any groups. Groups only let people in, so the person to look at fails one list
    and is in every group that is not on it: then only lists without a further group can keep that person out.
    """
    for wall in before:
        if wall.everyone:
            continue
        inside, groups = set(_people(wall, same)), _groups(wall)
        left = [set(_people(one, same)) for one in after if not one.everyone and _groups(one) <= groups]
        if not left:
            return "people who are not on the list could come in"
        if set.intersection(*left) - inside:
            return "somebody was let in who was kept out"
    return None


def wider(before: Tree, after: Tree, same: Callable[[Principal], str | None]) -> tuple[Wider, ...]:
    """Return every object of `after` that somebody could read or edit who could not in `before`.

    An object that was not there before was closed to nobody.
    """
    found = (
        (name, operation, newcomer(demands(before, name, operation), demands(after, name, operation), same))
        for name in after.objects
        if name in before.objects
        for operation in OPERATIONS
    )
    return tuple(Wider(name, operation, reason) for name, operation, reason in found if reason is not None)


def credited(before: Restrictions, after: Restrictions) -> Restrictions:
    """Return `before` with its people without an account as the accounts that are new in `after`, list by list.

    So a list may let in as many new accounts as it had people without one, and not one more.
    """
    return Restrictions(_credited(before.read, after.read), _credited(before.update, after.update))


def _credited(old: Access, new: Access) -> Access:
    unnamed = [user for user in old.users if not is_account_id(user.account_id or "")]
    present = set(old.users) - set(unnamed)
    fresh = [user for user in new.users if user not in present]
    taken = dict(zip(unnamed, fresh, strict=False))
    return Access(tuple(taken.get(user, user) for user in old.users), old.groups)


def _groups(access: Access) -> frozenset[str]:
    return frozenset(group.id or group.name for group in access.groups)
