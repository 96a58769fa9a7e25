"""The media service: another host than the site, with credentials of its own. It takes files and answers their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.sandbox.app import multipart
from audit.sandbox.assets import CLIENT
from audit.sandbox.call import Reply
from audit.sandbox.services import Stored
from audit.sandbox.state import State

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

PATH: Final = "/file"


def media_app(state: State) -> Starlette:
    """Return the application over the files of a state."""
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    async def endpoint(request: Request) -> Response:
        reply = await _stored(state, request)
        return Response(reply.encoded(), reply.status, dict(reply.headers), reply.media_type)

    return Starlette(routes=[Route(PATH, endpoint, methods=["POST"])])


async def _stored(state: State, request: Request) -> Reply:
    """Store one file: 401 for a token that does not count, 403 for another client, 413 above the limit."""
    services = state.services
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or token not in services.tokens:
        return _refused(401, "The token has expired")
    if request.headers.get("x-client-id") != CLIENT:
        return _refused(403, "Another client than that of the token")
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return _refused(415, "Expected multipart/form-data")
    upload, _ = await multipart(request)
    if upload is None:
        return _refused(400, "No file")
    if len(upload.data) > services.largest_bytes:
        return _refused(413, "The file is too large")
    media_id = f"6e0f0000-0000-4000-8000-{len(services.media) + 1:012d}"
    services.media[media_id] = Stored(request.query_params.get("name", ""), upload.media_type, upload.data)
    return Reply(201, {"data": {"id": media_id, "mimeType": upload.media_type, "size": len(upload.data)}})


def _refused(status: int, text: str) -> Reply:
    return Reply(status, {"error": {"code": str(status), "title": text}})
