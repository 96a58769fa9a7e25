"""Who has which role in a space, through API v2: one role for each principal, assigned and removed in one request.

As documented: an entry with a role assigns it, one without removes what is assigned, and 200 means that all of it took
place. Only people with an account can be given a role; whoever came over from a server can only lose one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from audit.sandbox.access import visible_space
from audit.sandbox.call import Call, Refusal, Reply, bad_request, not_found, text_of
from audit.sandbox.paging import v2_list
from audit.sandbox.people import GROUPS, STAFF, group_id
from audit.sandbox.routes import Route
from audit.sandbox.state import Json, Space, State

ROLES: Final = (
    ("4f2a7c10-0000-4000-8000-000000000001", "Viewer", "Can read", ("read/space",)),
    ("4f2a7c10-0000-4000-8000-000000000002", "Collaborator", "Can read and write", ("read/space", "create/page")),
    ("4f2a7c10-0000-4000-8000-000000000003", "Manager", "Can do everything", ("administer/space",)),
)
VIEWER, COLLABORATOR, MANAGER = (role[0] for role in ROLES)


@dataclass(frozen=True, slots=True)
class Assigned:
    """One principal and its role."""

    kind: str
    """`USER`, `GROUP` or `ACCESS_CLASS`."""
    principal: str
    role: str


def assigned(state: State, space: Space) -> tuple[Assigned, ...]:
    """Return the roles of a space: until somebody changes them, staff reads and its maker manages."""
    made = {("GROUP", group_id(STAFF)): VIEWER, ("USER", space.author): MANAGER}
    rows = state.roles.setdefault(space.id, made)
    return tuple(Assigned(kind, principal, role) for (kind, principal), role in rows.items())


def role_assignments(call: Call) -> Reply:
    """Answer the roles of a space."""
    return _listed(call, assigned(call.state, visible_space(call, call.parts["id"])))


def _listed(call: Call, rows: tuple[Assigned, ...]) -> Reply:
    return v2_list(call, rows, _shape)


def _shape(row: Assigned) -> Json:
    return {"principal": {"principalType": row.kind, "principalId": row.principal}, "roleId": row.role}


def set_roles(call: Call) -> Reply:
    """Assign and remove roles, all that a request names or nothing of it."""
    space = visible_space(call, call.parts["id"])
    manages = any(one.principal == call.account and one.role == MANAGER for one in assigned(call.state, space))
    if not (call.is_admin or manages):
        raise not_found()
    left = {(one.kind, one.principal): one.role for one in assigned(call.state, space)}
    for entry in _entries(call):
        who, role = _asked(entry)
        if role:
            _require_known(call.state, who, role)
            left[who] = role
        else:
            for name in call.state.taken_for(who[1]):
                left.pop((who[0], name), None)
    if MANAGER not in left.values():
        raise bad_request("A space keeps somebody who manages it")
    call.state.roles[space.id] = left
    return _listed(call, assigned(call.state, space))


def _entries(call: Call) -> list[Json]:
    body = call.json_body()
    if not isinstance(body, list) or not all(isinstance(entry, dict) for entry in body):
        raise bad_request("A list of role assignments is expected")
    return body


def _asked(entry: Json) -> tuple[tuple[str, str], str]:
    """Return principal and role of an entry, the role empty where it is to be removed."""
    principal = entry.get("principal")
    if not isinstance(principal, dict):
        raise bad_request("'principal' is required")
    role = entry.get("roleId")
    return (text_of(principal, "principalType"), text_of(principal, "principalId")), str(role) if role else ""


def _require_known(state: State, who: tuple[str, str], role: str) -> None:
    kind, name = who
    known = {"USER": state.people.keys(), "GROUP": set(map(group_id, GROUPS))}
    if name not in known.get(kind, ()) or role not in {one[0] for one in ROLES}:
        raise _unknown()


def _unknown() -> Refusal:
    return bad_request("No such principal or role")


PATH: Final = "/spaces/{id}/role-assignments"
ROUTES: Final = (Route("GET", PATH, role_assignments), Route("POST", PATH, set_roles))
"""Paths are relative to /wiki/api/v2."""
