"""Writing properties of spaces (API v2, by version) and of users (API v1, whoever writes last wins)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from audit.sandbox import views
from audit.sandbox.access import visible_space
from audit.sandbox.call import Call, Reply, bad_request, forbidden, not_found, object_of, text_of, v1_error
from audit.sandbox.routes import Route
from audit.sandbox.state import Property
from audit.sandbox.v2_write import next_version


def _of_space(call: Call) -> Property:
    space = visible_space(call, call.parts["id"])
    entry = call.state.properties.get(call.parts["property"])
    if entry is None or entry.owner != f"space:{space.id}":
        raise not_found()
    return entry


def space_property(call: Call) -> Reply:
    """Answer one property of a space."""
    return Reply(200, views.space_property(_of_space(call)))


def put_space_property(call: Call) -> Reply:
    """Save a property of a space."""
    entry = _of_space(call)
    if not call.is_admin:
        raise forbidden("You do not have permission to update this property")
    body = call.json_object()
    if text_of(body, "key") != entry.key or "value" not in body:
        raise bad_request("'key' must stay the same and 'value' is required")
    message = next_version(body, entry.number, "property")
    now = call.state.stamp()
    saved = replace(
        entry,
        value=body["value"],
        number=entry.number + 1,
        author=call.account,
        created_at=now,
        message=message,
    )
    call.state.properties[entry.id] = saved
    return Reply(200, views.space_property(saved))


def put_user_property(call: Call) -> Reply:
    """Save a property of a user. There is no version."""
    owner = f"user:{call.parts['account']}"
    entry = next((one for one in call.state.properties_of(owner) if one.key == call.parts["key"]), None)
    if entry is None:
        raise v1_error(404, "NotFoundException", "No property found with the key")
    if not call.is_admin and call.account != call.parts["account"]:
        raise v1_error(403, "PermissionException", "Only administrators write the properties of others")
    call.state.properties[entry.id] = replace(entry, value=object_of(call.json_object(), "value"))
    return Reply(204)


V2_ROUTES: Final = (
    Route("GET", "/spaces/{id}/properties/{property}", space_property),
    Route("PUT", "/spaces/{id}/properties/{property}", put_space_property),
)
"""Paths are relative to /wiki/api/v2."""
V1_ROUTES: Final = (Route("PUT", "/user/{account}/property/{key}", put_user_property),)
"""Paths are relative to /wiki/rest/api."""
