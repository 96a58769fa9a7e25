"""What belongs to the site through API v1: look and feel, the audit log, properties of users."""

from __future__ import annotations

from typing import Final

from audit.sandbox.access import may_see_space
from audit.sandbox.call import Call, Reply, v1_error
from audit.sandbox.paging import v1_links, v1_list
from audit.sandbox.routes import Route
from audit.sandbox.state import Json, Property

LOG_CAP: Final = 1000
KEY_CAP: Final = 25


def look(background: str) -> Json:
    """Return a whole look and feel with one background for the content."""
    plain: Json = {"color": "#42526e"}
    hover: Json = {"color": "#0052cc", "hoverOrFocus": {"backgroundColor": "#ebecf0", "color": "#0052cc"}}
    return {
        "headings": plain,
        "links": plain,
        "menus": {"color": "#42526e", "hoverOrFocus": {"backgroundColor": "#ebecf0"}},
        "header": {
            "backgroundColor": "#ffffff",
            "button": {"backgroundColor": "#0052cc", "color": "#ffffff"},
            "primaryNavigation": hover,
            "secondaryNavigation": hover,
            "search": {"backgroundColor": "#ffffff", "color": "#42526e"},
        },
        "content": {"screen": {"background": background}},
        "bordersAndDividers": plain,
    }


def look_and_feel(call: Call) -> Reply:
    """Answer the look and feel of the site, or of a space beside it."""
    key = call.one("spaceKey")
    space = call.state.space_by_key(key) if key else None
    if key and (space is None or not may_see_space(call, space)):
        raise v1_error(404, "NotFoundException", f"No space found with key : {key}")
    shared = look("#ffffff")
    own = call.state.looks.get(space.key) if space else None
    return Reply(200, {"selected": "custom" if own else "global", "global": shared, "custom": own or shared})


def audit_log(call: Call) -> Reply:
    """Answer the audit log, newest first, to administrators."""
    if not call.is_admin:
        raise v1_error(403, "PermissionException", "Only administrators read the audit log")
    return Reply(200, v1_list(call, call.state.audit_log, dict, default=LOG_CAP, cap=LOG_CAP))


def _user_properties(call: Call) -> list[Property]:
    account = call.parts["account"]
    if account not in call.state.people:
        raise v1_error(404, "NotFoundException", "No user found with the account id")
    return list(call.state.properties_of(f"user:{account}"))


def user_property_keys(call: Call) -> Reply:
    """Answer the keys of a user's properties."""
    return Reply(200, v1_list(call, _user_properties(call), lambda one: {"key": one.key}, default=5, cap=KEY_CAP))


def user_property(call: Call) -> Reply:
    """Answer one property of a user."""
    entry = next((one for one in _user_properties(call) if one.key == call.parts["key"]), None)
    if entry is None:
        raise v1_error(404, "NotFoundException", "No property found with the key")
    shape: Json = {
        "id": entry.id,
        "key": entry.key,
        "value": entry.value,
        "createdDate": entry.created_at,
        "lastModifiedDate": entry.created_at,
    }
    return Reply(200, {**shape, "_links": v1_links(call)})


ROUTES: Final = (
    Route("GET", "/settings/lookandfeel", look_and_feel),
    Route("GET", "/audit", audit_log),
    Route("GET", "/user/{account}/property", user_property_keys),
    Route("GET", "/user/{account}/property/{key}", user_property),
)
"""Paths are relative to /wiki/rest/api."""
