"""Writing relations through API v1, and people who came over from a server under their user keys only."""

from __future__ import annotations

from typing import Final

from audit.sandbox import v1_views
from audit.sandbox.access import may_read, may_see_space
from audit.sandbox.call import Call, Reply, v1_error
from audit.sandbox.paging import v1_links
from audit.sandbox.people import Person
from audit.sandbox.routes import Route
from audit.sandbox.state import Json, Relation

FAVOURITE: Final = "favourite"


def person_of(call: Call, account: str) -> Person | None:
    """Return the person behind an account id or, of somebody who came over, behind a user key."""
    found = call.state.people.get(account)
    return found or next((one for one in call.state.everybody if account and one.user_key == account), None)


def shown(call: Call, account: str, *, spelled_out: bool) -> Json:
    """Return the person behind an entry as lists have it: a user key stands where the account id should."""
    person = person_of(call, account)
    if person is None:
        raise v1_error(404, "NotFoundException", "No user found with the account id")
    shape = v1_views.watcher(call, person) if spelled_out else v1_views.user(call, person)
    return shape | {"accountId": account}


def retired(call: Call) -> str:
    """Return the user key that a request names by `key` or `username`; empty where it names nobody."""
    named = {call.one("key"), call.one("username")} - {""}
    return next((one.user_key for one in call.state.everybody if named & {one.user_key, one.username}), "")


def _require_favourite(call: Call, relation: Relation) -> None:
    """Refuse a favourite that is neither content nor a space, and one of somebody else removed by no administrator."""
    if relation.target_type not in {"content", "space"}:
        raise v1_error(400, "BadRequestException", "A favourite is content or a space")
    if call.method == "DELETE" and relation.source != call.account and not call.is_admin:
        raise v1_error(403, "PermissionException", "Only an administrator removes the favourites of others")


def write_relation(call: Call) -> Reply:
    """Set or remove a relation of a user to content or to a space."""
    parts = call.parts
    source = call.account if parts["source"] == "current" else parts["source"]
    person = person_of(call, source)
    content, space = call.state.contents.get(parts["target"]), call.state.space_by_key(parts["target"])
    seen = (content is not None and may_read(call, content)) or (space is not None and may_see_space(call, space))
    if parts["source_type"] != "user" or person is None or not seen:
        raise v1_error(404, "NotFoundException", "No such thing to relate")
    relation = Relation(parts["name"], "user", source, parts["target_type"], parts["target"])
    if relation.name == FAVOURITE:
        _require_favourite(call, relation)
    if call.method == "DELETE":
        if relation not in call.state.relations:
            raise v1_error(404, "NotFoundException", "No such relation")
        call.state.relations.remove(relation)
        return Reply(204)
    if source not in call.state.people:
        raise v1_error(400, "BadRequestException", "The source is no account")
    if relation not in call.state.relations:
        call.state.relations.append(relation)
    hidden = {"relationData": "", "source": "", "target": ""}
    return Reply(200, {"name": relation.name, "_expandable": hidden, "_links": v1_links(call)})


_PATH: Final = "/relation/{name}/from/{source_type}/{source}/to/{target_type}/{target}"
ROUTES: Final = (Route("PUT", _PATH, write_relation), Route("DELETE", _PATH, write_relation))
"""Paths are relative to /wiki/rest/api."""
