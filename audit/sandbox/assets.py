"""Attachments of Assets objects, in the two steps of the site, and the workspace that they are in.

Atlassian documents the workspaces; that of attachments is what public tools do.
"""

from __future__ import annotations

from typing import Final

from audit.sandbox.call import Call, Refusal, Reply, list_of
from audit.sandbox.routes import Route
from audit.sandbox.services import Json

CLIENT: Final = "sandbox-media-client"
"""Under which the service of Assets is known to the media service."""


def error(status: int, text: str) -> Refusal:
    """Return an error in the form of Assets."""
    return Refusal(Reply(status, {"errorMessages": [text], "errors": {}}))


def workspaces(call: Call) -> Reply:
    """Answer the workspaces of the site."""
    rows = [{"workspaceId": one} for one in call.state.services.workspaces]
    links = {"base": f"{call.origin}/rest/servicedeskapi", "context": ""}
    return Reply(
        200,
        {
            "_expands": [],
            "size": len(rows),
            "start": 0,
            "limit": 50,
            "isLastPage": True,
            "_links": links,
            "values": rows,
        },
    )


def _attached(call: Call) -> list[Json]:
    """Return the attachments of the object in the path; refuse when workspace, object or permission are wrong."""
    services = call.state.services
    rows = services.objects.get(call.parts["object"])
    if call.parts["workspace"] not in services.workspaces or rows is None:
        raise error(404, "The object was not found")
    return rows


def credentials(call: Call) -> Reply:
    """Answer what opens the media service for a while."""
    _attached(call)
    services = call.state.services
    return Reply(200, {"clientId": CLIENT, "mediaBaseUrl": services.media_base, "mediaJwtToken": services.new_token()})


def attachments(call: Call) -> Reply:
    """Answer what is attached to an object."""
    rows = _attached(call)
    if not call.state.services.lists_attachments:
        raise error(404, "No such resource")
    return Reply(200, {"attachments": rows})


def link(call: Call) -> Reply:
    """Attach files that are in the media service. The same file twice is attached twice."""
    rows, services = _attached(call), call.state.services
    if not call.headers.get("content-type", "").startswith("application/json"):
        raise error(415, "Unsupported media type")
    made: list[Json] = []
    for given in list_of(call.json_object(), "attachments"):
        row = given if isinstance(given, dict) else {}
        if row.get("mediaId") not in services.media:
            raise error(400, "The file is not in the media service")
        kept = {name: row.get(name) for name in ("contentType", "filename", "mediaId", "size", "comment")}
        made.append({"id": str(len(rows) + len(made) + 1), **kept})
    rows += made
    return Reply(200, {"attachments": made})


_BASE: Final = "/jsm/assets/workspace/{workspace}/v1/attachments/object/{object}"
ROUTES: Final = (
    Route("GET", "/rest/servicedeskapi/assets/workspace", workspaces),
    Route("GET", f"{_BASE}/credentials", credentials),
    Route("GET", _BASE, attachments),
    Route("POST", _BASE, link),
)
"""Paths are absolute."""
