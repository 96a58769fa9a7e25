"""How API v1 shows people, content and restrictions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from audit.sandbox.call import Call
from audit.sandbox.people import Person, group_id
from audit.sandbox.state import ADF, Content, Json, Kind, RestrictedUser, Restriction
from audit.sandbox.views import webui

PICTURE: Json = {"path": "/wiki/aa-avatar/default", "width": 48, "height": 48, "isDefault": True}
OPERATIONS = ("read", "update")


def user(call: Call, person: Person) -> Json:
    """Return a person as v1 does: account id and public facts, no username and no user key."""
    closed = person.status == "closed"
    name = "Former user" if closed else person.display_name
    return {
        "type": "known",
        "accountId": person.account_id,
        "accountType": "atlassian",
        "email": "" if closed else person.email,
        "publicName": name,
        "displayName": name,
        "profilePicture": PICTURE,
        "isExternalCollaborator": False,
        "isGuest": False,
        "_expandable": {"operations": "", "personalSpace": ""},
        "_links": {"self": f"{call.origin}/wiki/rest/api/user?accountId={person.account_id}"},
    }


def watcher(call: Call, person: Person) -> Json:
    """Return a person as lists of watchers do, with the fields that they spell out."""
    shape = user(call, person)
    for name in ("_expandable", "_links"):
        shape.pop(name)
    return {**shape, "operations": [], "externalCollaborator": False, "personalSpace": None}


def restricted_user(call: Call, entry: RestrictedUser) -> Json:
    """Return a user of a restriction; imported ones show their username and user key, and no account id."""
    if entry.account_id in call.state.people:
        return user(call, call.state.people[entry.account_id])
    shape: Json = {
        "type": "known",
        "profilePicture": PICTURE,
        "displayName": "Unknown user",
        "_expandable": {},
        "_links": {},
    }
    named = {"accountId": entry.account_id, "username": entry.username, "userKey": entry.user_key}
    return shape | {name: value for name, value in named.items() if value}


def group(call: Call, name: str) -> Json:
    """Return a group."""
    return {
        "type": "group",
        "name": name,
        "id": group_id(name),
        "_links": {"self": f"{call.origin}/wiki/rest/api/group/by-id?id={group_id(name)}"},
    }


def restriction(call: Call, content_id: str, operation: str, wanted: Iterable[str] = ("user", "group")) -> Json:
    """Return one operation's restriction; sides that are not asked for stay in `_expandable`."""
    entry: Restriction = call.state.restriction(content_id, operation)
    start, limit = (call.number("start", 0), call.number("limit", 100)) if "/restriction" in call.path else (0, 200)
    limit = min(limit, call.state.restriction_page)
    own = f"/rest/api/content/{content_id}/restriction/byOperation/{operation}"
    sides: Json = {}
    hidden: Json = {}
    users = [restricted_user(call, user_entry) for user_entry in entry.users]
    groups = [group(call, name) for name in entry.groups]
    for name, rows in (("user", users), ("group", groups)):
        if name in wanted:
            window = rows[start : start + limit]
            sides[name] = {"results": window, "start": start, "limit": limit, "size": len(window)}
        else:
            hidden[name] = f"{own}/{name}"
    return {
        "operation": operation,
        "restrictions": {**sides, "_expandable": hidden},
        "_expandable": {"content": f"/rest/api/content/{content_id}"},
        "_links": {"self": f"{call.origin}/wiki{own}"},
    }


def restrictions(call: Call, content_id: str) -> Json:
    """Return both restrictions of a piece of content; empty lists mean everyone."""
    rows = [restriction(call, content_id, operation) for operation in OPERATIONS]
    digest = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
    return {
        "results": rows,
        "start": call.number("start", 0),
        "limit": call.number("limit", 100),
        "size": len(rows),
        "restrictionsHash": digest,
        "_links": {"self": f"{call.origin}{call.path}", "base": f"{call.origin}/wiki", "context": "/wiki"},
    }


def content(call: Call, entry: Content, expand: Sequence[str]) -> Json:
    """Return content as search and uploads do, with what was asked to be expanded."""
    kind = "comment" if entry.kind in {Kind.FOOTER_COMMENT, Kind.INLINE_COMMENT} else entry.kind.value
    own = f"/rest/api/content/{entry.id}"
    space = call.state.spaces[entry.space]
    shape: Json = {
        "id": entry.id,
        "type": entry.type_key or kind,
        "status": entry.status,
        "title": entry.title,
        "macroRenderedOutput": {},
        "extensions": {"mediaType": entry.media_type, "fileSize": len(entry.now.data)}
        if entry.kind is Kind.ATTACHMENT
        else {},
        "_links": {"self": f"{call.origin}/wiki{own}", "webui": webui(call, entry), "tinyui": f"/x/{entry.id}"},
    }
    hidden = {
        "container": f"/rest/api/space/{space.key}",
        "metadata": "",
        "restrictions": f"{own}/restriction/byOperation",
        "history": f"{own}/history",
        "body": "",
        "version": "",
        "ancestors": "",
        "space": f"/rest/api/space/{space.key}",
    }
    if any(name == "version" or name.startswith("version.") for name in expand):
        shape["version"] = {
            "number": entry.now.number,
            "when": entry.now.created_at,
            "message": entry.now.message,
            "minorEdit": False,
            "by": user(call, call.state.people[entry.now.author]),
            "friendlyWhen": entry.now.created_at[:10],
        }
        hidden.pop("version")
    if any(name.startswith("space") for name in expand):
        shape["space"] = {
            "id": int(space.id),
            "key": space.key,
            "name": space.name,
            "type": space.type,
            "status": space.status,
            "_expandable": {"homepage": ""},
            "_links": {"webui": f"/spaces/{space.key}"},
        }
        hidden.pop("space")
    if "body.storage" in expand and entry.stored != ADF:
        shape["body"] = {
            "storage": {"value": entry.now.body, "representation": "storage", "_expandable": {"content": own}}
        }
        hidden.pop("body")
    if any(name.startswith("restrictions") for name in expand):
        shape["restrictions"] = _restrictions(call, entry, expand)
        hidden.pop("restrictions")
    if "ancestors" in expand:
        shape["ancestors"] = [content(call, above, ()) for above in _ancestors(call, entry)]
        hidden.pop("ancestors")
    shape["_expandable"] = hidden
    return shape


def _restrictions(call: Call, entry: Content, expand: Sequence[str]) -> Json:
    shape: Json = {}
    for operation in OPERATIONS:
        head = f"restrictions.{operation}"
        if any(name.startswith(head) for name in expand):
            wanted = [side for side in ("user", "group") if f"{head}.restrictions.{side}" in expand]
            shape[operation] = restriction(call, entry.id, operation, wanted)
    base = f"/rest/api/content/{entry.id}/restriction/byOperation"
    rest = {operation: f"{base}/{operation}" for operation in OPERATIONS if operation not in shape}
    return {**shape, "_expandable": rest, "_links": {"self": f"{call.origin}/wiki{base}"}}


def _ancestors(call: Call, entry: Content) -> list[Content]:
    above: list[Content] = []
    at = call.state.contents.get(entry.parent)
    while at is not None and at not in above:
        above.insert(0, at)
        at = call.state.contents.get(at.parent)
    return above
