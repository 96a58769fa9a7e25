"""Writing space permissions through API v1: one at a time, by account id or by the id of a group.

As documented: nothing is granted twice or to whoever may not read the space, removing the read permission removes every
permission of the same principal, and a space keeps an administrator. What a site does that goes by roles alone is
documented nowhere; this one refuses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from audit.sandbox.access import may_see_space
from audit.sandbox.call import Call, Refusal, Reply, v1_error
from audit.sandbox.paging import v1_links
from audit.sandbox.people import GROUPS, group_id
from audit.sandbox.routes import Route
from audit.sandbox.state import Json, Permission, Space

TARGETS: Final = {
    "create": {"page", "blogpost", "comment", "attachment"},
    "read": {"space"},
    "delete": {"page", "blogpost", "comment", "attachment", "space"},
    "export": {"space"},
    "administer": {"space"},
    "archive": {"page"},
    "restrict_content": {"space"},
}
ADMINISTER: Final = ("administer", "space")
READ: Final = ("read", "space")


def _refused(message: str) -> Refusal:
    return v1_error(400, "BadRequestException", message)


def _space(call: Call) -> Space:
    """Return the space of the path for somebody who administers it, or refuse with v1's 404 or 403."""
    space = call.state.space_by_key(call.parts["key"])
    if space is None or not may_see_space(call, space):
        raise v1_error(404, "NotFoundException", "No space found with the key")
    groups = map(group_id, call.caller.groups) if call.caller else ()
    mine = {call.account, *groups}
    administers = any(one.principal in mine and _operation(one) == ADMINISTER for one in space.permissions)
    if not (call.is_admin or administers):
        raise v1_error(403, "PermissionException", "The user does not administer the space")
    if call.state.role_mode == "ROLES":
        raise _refused("Access to spaces is given by roles")
    return space


def _operation(one: Permission) -> tuple[str, str]:
    return one.operation, one.target


def _asked(call: Call) -> Permission:
    """Return the permission that a request asks for, without an id; refuses what the documents do not name."""
    body = call.json_object()
    subject, operation = body.get("subject"), body.get("operation")
    if not isinstance(subject, dict) or not isinstance(operation, dict):
        raise _refused("A permission has a subject and an operation")
    kind, name = str(subject.get("type")), str(subject.get("identifier"))
    key, target = str(operation.get("key")), str(operation.get("target"))
    known = {"user": call.state.people.keys() | {"anonymous"}, "group": {*GROUPS, *map(group_id, GROUPS)}}
    if name not in known.get(kind, ()):
        raise _refused("No user or group found with the identifier")
    if target not in TARGETS.get(key, ()):
        raise _refused("The operation does not apply to the target")
    return Permission("", kind, group_id(name) if name in GROUPS else name, key, target)


def add(call: Call) -> Reply:
    """Grant one permission."""
    space, asked = _space(call), _asked(call)
    held = {_operation(one) for one in space.permissions if one.principal == asked.principal}
    if _operation(asked) in held:
        raise _refused("Permission already exists for the given user or group")
    if READ not in held | {_operation(asked)}:
        raise _refused("'read space' permission doesn't exist for the given user or group")
    made = replace(asked, id=call.state.new_id())
    call.state.spaces[space.id] = replace(space, permissions=(*space.permissions, made))
    shape: Json = {
        "id": int(made.id),
        "subject": {"type": made.principal_type, "identifier": made.principal},
        "operation": {"key": made.operation, "target": made.target},
        "_links": v1_links(call),
    }
    return Reply(200, shape)


def remove(call: Call) -> Reply:
    """Remove one permission; with the read permission everything goes that the same principal has."""
    space = _space(call)
    gone = next((one for one in space.permissions if one.id == call.parts["id"]), None)
    if gone is None:
        raise v1_error(404, "NotFoundException", "No permission found with the id")
    people = call.state.taken_for(gone.principal)
    left = tuple(
        one
        for one in space.permissions
        if one.principal not in people or (_operation(gone) != READ and _operation(one) != _operation(gone))
    )
    if not any(_operation(one) == ADMINISTER for one in left):
        raise _refused("All of the admin permissions cannot be removed from a space")
    call.state.spaces[space.id] = replace(space, permissions=left)
    return Reply(204)


def of_an_app(_call: Call) -> Reply:
    """Refuse permissions on custom content: only the app whose content it is may change them."""
    raise v1_error(403, "PermissionException", "Only apps can access this resource")


BASE: Final = "/space/{key}/permission"
ROUTES: Final = (
    Route("POST", BASE, add),
    Route("POST", f"{BASE}/custom-content", of_an_app),
    Route("DELETE", f"{BASE}/{{id}}", remove),
)
"""Paths are relative to /wiki/rest/api."""
