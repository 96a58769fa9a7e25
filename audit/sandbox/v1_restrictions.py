"""Content restrictions through API v1. PUT replaces all of them; callers may lock themselves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from audit.sandbox import v1_views
from audit.sandbox.access import may_edit, may_read
from audit.sandbox.call import Call, Refusal, Reply, v1_error
from audit.sandbox.people import GROUPS, group_id
from audit.sandbox.routes import Route
from audit.sandbox.state import PAGE_LIKE, Content, RestrictedUser, Restriction


def missing(content_id: str) -> Refusal:
    """Return v1's 404 for content that does not exist or is hidden."""
    return v1_error(404, "NotFoundException", f"No content found with id : ContentId{{id={content_id}}}")


def target(call: Call, *, write: bool = False) -> Content:
    """Return the page of the path, or refuse with v1's 404 or 403."""
    content = call.state.contents.get(call.parts["id"])
    if content is None or content.kind not in PAGE_LIKE or not may_read(call, content):
        raise missing(call.parts["id"])
    if write and not may_edit(call, content):
        raise v1_error(403, "PermissionException", "Could not update restrictions: the user may not edit the content")
    return content


def both(call: Call) -> Reply:
    """Answer the restrictions of a page."""
    return Reply(200, v1_views.restrictions(call, target(call).id))


def by_operation(call: Call) -> Reply:
    """Answer the restrictions as an object keyed by operation."""
    content = target(call)
    return Reply(200, {name: v1_views.restriction(call, content.id, name) for name in v1_views.OPERATIONS})


def operation(call: Call) -> str:
    """Return the operation in the path, or refuse with 400."""
    name = call.parts["operation"]
    if name not in v1_views.OPERATIONS:
        raise v1_error(400, "BadRequestException", f"Operation {name} is not supported for content")
    return name


def one_operation(call: Call) -> Reply:
    """Answer the restriction of one operation."""
    return Reply(200, v1_views.restriction(call, target(call).id, operation(call)))


def _rows(call: Call) -> list[Mapping[str, object]]:
    body = call.json_body()
    rows = body.get("results") if isinstance(body, dict) else body
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise v1_error(400, "BadRequestException", "Expected a list of restrictions")
    return rows


def _users(value: object, present: Restriction, call: Call) -> tuple[RestrictedUser, ...]:
    rows = value.get("results") if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise v1_error(400, "BadRequestException", "'user' must be a list")
    return tuple(_user(row, present, call) for row in rows)


def _user(row: object, present: Restriction, call: Call) -> RestrictedUser:
    """Return one user; without an account id only somebody who already stands in the list is accepted."""
    fields = row if isinstance(row, dict) else {}
    account = fields.get("accountId")
    if fields.get("type") in {"known", "user", "unknown"} and isinstance(account, str) and account:
        if account not in call.state.people:
            raise v1_error(400, "BadRequestException", "No user found for an accountId in the restrictions")
        return RestrictedUser(account_id=account)
    for entry in present.users:
        same = {"username": entry.username, "userKey": entry.user_key}
        given = {name: fields[name] for name in same if fields.get(name)}
        if not entry.account_id and given and all(same[name] == value for name, value in given.items()):
            return entry
    raise v1_error(400, "BadRequestException", "Each user in a restriction needs a type and an accountId")


def _groups(value: object) -> tuple[str, ...]:
    rows = value.get("results") if isinstance(value, dict) else value
    ids = {group_id(name): name for name in GROUPS} | {name: name for name in GROUPS}
    names: list[str] = []
    for row in rows if isinstance(rows, list) else []:
        name = ids.get(str(row.get("id") or row.get("name"))) if isinstance(row, dict) else None
        if name is None:
            raise v1_error(400, "BadRequestException", "No group found for an id in the restrictions")
        names.append(name)
    return tuple(names)


def write(call: Call) -> Reply:
    """Replace all restrictions (PUT) or add to them (POST)."""
    content = target(call, write=True)
    planned: dict[str, Restriction] = {}
    for row in _rows(call):
        name, sides = row.get("operation"), row.get("restrictions")
        if name not in v1_views.OPERATIONS or not isinstance(sides, dict):
            raise v1_error(400, "BadRequestException", "Each row needs an operation and restrictions")
        present = call.state.restriction(content.id, str(name))
        users, groups = _users(sides.get("user", []), present, call), _groups(sides.get("group", []))
        if call.method == "POST":
            users, groups = (*present.users, *users), (*present.groups, *groups)
        planned[str(name)] = Restriction(tuple(dict.fromkeys(users)), tuple(dict.fromkeys(groups)))
    for name in v1_views.OPERATIONS:
        if name in planned or call.method == "PUT":
            call.state.restrictions[content.id, name] = planned.get(name, Restriction())
    return Reply(200, v1_views.restrictions(call, content.id))


def remove_all(call: Call) -> Reply:
    """Remove all restrictions: everyone who sees the space then sees the page."""
    content = target(call, write=True)
    for name in v1_views.OPERATIONS:
        call.state.restrictions.pop((content.id, name), None)
    return Reply(200, v1_views.restrictions(call, content.id))


def _named(call: Call) -> RestrictedUser:
    person = next(
        (
            p
            for p in call.state.everybody
            if (call.one("accountId") and p.account_id == call.one("accountId"))
            or (call.one("username") and p.username == call.one("username"))
            or (call.one("key") and p.user_key == call.one("key"))
        ),
        None,
    )
    if person is None:
        raise v1_error(404, "NotFoundException", "No user found")
    if person.account_id:
        return RestrictedUser(account_id=person.account_id)
    return RestrictedUser(username=person.username, user_key=person.user_key)


def _is(entry: RestrictedUser, user: RestrictedUser) -> bool:
    if entry.account_id:
        return entry.account_id == user.account_id
    return bool(entry.user_key) and entry.user_key == user.user_key


def user(call: Call) -> Reply:
    """Say by status whether a user is listed; add or remove one."""
    content = target(call, write=call.method != "GET")
    name = operation(call)
    present, named = call.state.restriction(content.id, name), _named(call)
    listed = any(_is(entry, named) for entry in present.users)
    if call.method == "GET":
        if not listed:
            raise v1_error(404, "NotFoundException", "The user is not restricted")
        return Reply(200)
    rest = tuple(entry for entry in present.users if not _is(entry, named))
    users = (*rest, named) if call.method == "PUT" else rest
    call.state.restrictions[content.id, name] = replace(present, users=users)
    return Reply(200)


BASE: Final = "/content/{id}/restriction"
ROUTES: Final = (
    Route("GET", BASE, both),
    Route("PUT", BASE, write),
    Route("POST", BASE, write),
    Route("DELETE", BASE, remove_all),
    Route("GET", f"{BASE}/byOperation", by_operation),
    Route("GET", f"{BASE}/byOperation/{{operation}}", one_operation),
    Route("GET", f"{BASE}/byOperation/{{operation}}/user", user),
    Route("PUT", f"{BASE}/byOperation/{{operation}}/user", user),
    Route("DELETE", f"{BASE}/byOperation/{{operation}}/user", user),
)
"""Paths are relative to /wiki/rest/api."""
