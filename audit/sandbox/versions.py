"""Deleting an old version through API v1, and redaction through API v2 where the site has it."""

from __future__ import annotations

import html
import json
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
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
from audit.sandbox.state import ADF, Json, Kind
from audit.sandbox.v1_restrictions import missing

POINTER: Final = "/content/0/content/0/text"
"""Where the sandbox's documents hold their text, see `views.as_document`."""

MARKER: Final = "REDACTED"
_TAG: Final = re.compile(r"<[^>]*>")
_PIECE: Final = re.compile(r"<[^>]*>|&[#\w]+;|.", re.DOTALL)
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
    """Return a handler that takes characters out of one version.

    Of the present version it makes a new one, without a message; an older one is changed in place. Where the history is
    to be cleaned, the versions before the present one that hold a redacted text go.
    """

    def handler(call: Call) -> Reply:
        if not call.state.guard_premium:
            raise forbidden("Redaction requires Atlassian Guard Premium")
        content = readable(call, call.parts["id"], kind)
        if content.status != "current":
            raise not_found()
        if not may_edit(call, content):
            raise forbidden("You do not have permission to update this content")
        body = call.json_object()
        if text_of(body, "createdAt") != content.now.created_at:
            raise bad_request("'createdAt' is out of date")
        number = body.get("versionNumber") or content.now.number
        entry = next((one for one in content.revisions if one.number == number), None)
        if entry is None:
            raise not_found()
        rows = list_of(object_of(body, "body"), "redactions")
        text, words, done = _without(entry.body, content.stored, rows)
        if not done:
            return Reply(202, {"body": {"redactions": []}})
        if entry is content.now:
            content = call.state.revise(content, call.account, text)
        else:
            changed = tuple(replace(one, body=text) if one is entry else one for one in content.revisions)
            content = call.state.put(replace(content, revisions=changed))
        if body.get("cleanHistory") is True:
            kept = (
                one for one in content.revisions if one is content.now or not any(word in one.body for word in words)
            )
            call.state.put(replace(content, revisions=tuple(kept)))
        return Reply(202, {"body": {"redactions": done}})

    return handler


def _without(stored: str, form: str, rows: Sequence[object]) -> tuple[str, list[str], list[Json]]:
    """Return a text without the characters that `rows` name, what these were, and the answer for each row.

    A link around them loses them too: it would tell what was redacted.
    """
    found: list[tuple[int, int]] = []
    done: list[Json] = []
    for row in rows:
        span = _place(stored, form, row) if isinstance(row, dict) else None
        if span is None or not isinstance(row, dict):
            raise bad_request("A JSON pointer is invalid")
        found.append(span)
        done.append({**row, "redactionId": str(uuid.UUID(int=len(done) + 1))})
    text, words = stored, [stored[start:end] for start, end in found]
    for start, end in sorted(set(found), reverse=True):
        text = text[:start] + MARKER + text[end:]
    for word in words if form != ADF else ():
        text = _TAG.sub(partial(_unnamed, word), text)
    return text, words, done


def _unnamed(word: str, tag: re.Match[str]) -> str:
    return tag[0].replace(word, MARKER)


def _place(stored: str, form: str, row: dict[str, object]) -> tuple[int, int] | None:
    """Return where in the stored text the characters of one row stand, None where there are none."""
    first, last = row.get("from"), row.get("to")
    if not isinstance(first, int) or not isinstance(last, int) or not 0 <= first < last:
        return None
    if form == ADF:
        return _in_document(stored, str(row.get("pointer")), first, last)
    shown = tuple(_shown(stored))
    if row.get("pointer") != POINTER or last > len(shown):
        return None
    return shown[first][1], shown[last - 1][2]


def _in_document(stored: str, pointer: str, first: int, last: int) -> tuple[int, int] | None:
    """Return where characters of a text node stand in a document. The documents here escape no letter of a text."""
    node: object = json.loads(stored)
    for step in pointer.split("/")[1:]:
        if isinstance(node, list):
            node = node[int(step)] if step.isdigit() and int(step) < len(node) else None
        else:
            node = node.get(step) if isinstance(node, dict) else None
    if not isinstance(node, str) or last > len(node) or stored.count(json.dumps(node, ensure_ascii=False)) != 1:
        return None
    start = stored.index(json.dumps(node, ensure_ascii=False)) + 1
    return start + first, start + last


def _shown(storage: str) -> Iterator[tuple[str, int, int]]:
    """Yield the characters that the document of a body shows, each with its place: see `views.as_document`."""
    waiting: tuple[str, int, int] | None = None
    begun = False
    for piece in _PIECE.finditer(storage):
        text = " " if piece[0].startswith("<") else html.unescape(piece[0])
        for letter in text:
            if letter.isspace():
                waiting = waiting or (" ", piece.start(), piece.end())
                continue
            if waiting and begun:
                yield waiting
            waiting, begun = None, True
            yield letter, piece.start(), piece.end()


ROUTES: Final = (Route("DELETE", "/content/{id}/version/{number}", delete_version),)
"""Paths are relative to /wiki/rest/api."""
V2_ROUTES: Final = (
    Route("POST", "/pages/{id}/redact", redact(Kind.PAGE)),
    Route("POST", "/blogposts/{id}/redact", redact(Kind.BLOGPOST)),
)
"""Paths are relative to /wiki/api/v2."""
