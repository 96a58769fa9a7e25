"""Deleting an old version through API v1, and redaction through API v2 where the site has it."""

from __future__ import annotations

import html
import uuid
from dataclasses import replace
from typing import Final

from audit.sandbox.access import may_edit, may_read, readable
from audit.sandbox.call import (
    Call,
    Reply,
    bad_request,
    forbidden,
    list_of,
    not_found,
    object_of,
    text_of,
    v1_error,
)
from audit.sandbox.routes import Handler, Route
from audit.sandbox.state import Json, Kind
from audit.sandbox.v1_restrictions import missing
from audit.sandbox.views import as_document

POINTER: Final = "/content/0/content/0/text"
"""Where the sandbox's documents hold their text, see `views.as_document`."""

VERSIONED: Final = frozenset(
    {Kind.PAGE, Kind.BLOGPOST, Kind.FOOTER_COMMENT, Kind.INLINE_COMMENT, Kind.CUSTOM_CONTENT, Kind.ATTACHMENT}
)


def delete_version(call: Call) -> Reply:
    """Delete a version that is not the present one; the later ones are numbered anew, as Cloud does it."""
    content = call.state.contents.get(call.parts["id"])
    if content is None or content.kind not in VERSIONED or not may_read(call, content):
        raise missing(call.parts["id"])
    if not may_edit(call, content):
        raise v1_error(403, "PermissionException", "The user may not edit the content")
    number = call.parts["number"]
    index = next((at for at, entry in enumerate(content.revisions) if str(entry.number) == number), None)
    if index is None:
        raise v1_error(400, "BadRequestException", f"No version with number : {number}")
    if index == len(content.revisions) - 1:
        raise v1_error(400, "BadRequestException", "The current version cannot be deleted")
    left = content.revisions[:index] + content.revisions[index + 1 :]
    if call.state.renumbers:
        first = content.revisions[0].number
        left = tuple(replace(entry, number=first + at) for at, entry in enumerate(left))
    call.state.put(replace(content, revisions=left))
    return Reply(204)


def redact(kind: Kind) -> Handler:
    """Return a handler that takes words out of one version, in place. Its documents are one text each."""

    def handler(call: Call) -> Reply:
        if not call.state.guard_premium:
            raise forbidden("Redaction requires Atlassian Guard Premium")
        content = readable(call, call.parts["id"], kind)
        if not may_edit(call, content):
            raise forbidden("You do not have permission to update this content")
        body = call.json_object()
        if text_of(body, "createdAt") != content.now.created_at:
            raise bad_request("'createdAt' is out of date")
        number = body.get("versionNumber") or content.now.number
        entry = next((one for one in content.revisions if one.number == number), None)
        if entry is None:
            raise not_found()
        done: list[Json] = []
        text = entry.body
        shown = plain(entry.body)
        for row in list_of(object_of(body, "body"), "redactions"):
            if not isinstance(row, dict) or row.get("pointer") != POINTER or not shown[row["from"] : row["to"]]:
                raise bad_request("A JSON pointer is invalid")
            text = text.replace(html.escape(shown[row["from"] : row["to"]], quote=False), "REDACTED")
            done.append({**row, "redactionId": str(uuid.UUID(int=len(done) + 1))})
        revisions = tuple(replace(one, body=text) if one is entry else one for one in content.revisions)
        call.state.put(replace(content, revisions=revisions))
        return Reply(202, {"body": {"redactions": done}})

    return handler


def plain(storage: str) -> str:
    """Return the text that the document of a body shows."""
    words = as_document(storage)["content"]
    first = words[0]["content"] if isinstance(words, list) else []
    return str(first[0]["text"]) if first else ""


ROUTES: Final = (Route("DELETE", "/content/{id}/version/{number}", delete_version),)
"""Paths are relative to /wiki/rest/api."""
V2_ROUTES: Final = (
    Route("POST", "/pages/{id}/redact", redact(Kind.PAGE)),
    Route("POST", "/blogposts/{id}/redact", redact(Kind.BLOGPOST)),
)
"""Paths are relative to /wiki/api/v2."""
