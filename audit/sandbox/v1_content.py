"""Search, attachments and removed reads of API v1."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from audit.sandbox import cql, v1_views
from audit.sandbox.access import lineage, may_edit, may_read
from audit.sandbox.call import Call, Refusal, Reply, v1_error
from audit.sandbox.paging import v1_search
from audit.sandbox.routes import Route
from audit.sandbox.state import COMMENTS, Content, Json, Kind, Revision
from audit.sandbox.v1_restrictions import missing
from audit.sandbox.views import webui

BODY_CAP: Final = 50
"""Of search results with bodies: the vendor cuts silently."""


def gone(_call: Call) -> Reply:
    """Refuse a read that API v1 no longer has."""
    raise v1_error(410, "GoneException", "This deprecated endpoint has been removed.")


def fields(call: Call, content: Content) -> cql.Fields:
    """Return what the search index knows about a piece of content."""
    space = call.state.spaces[content.space]
    kind = "comment" if content.kind in COMMENTS else content.kind.value
    above = tuple(entry.id for entry in lineage(call, content))[1:]
    raw: dict[str, tuple[str, ...]] = {
        "space": (space.key, space.id),
        "space.key": (space.key,),
        "space.type": (space.type,),
        "type": (content.type_key or kind,),
        "id": (content.id,),
        "content": (content.id,),
        "title": (content.title,),
        "label": tuple(label.name for label in content.labels),
        "creator": (content.author,),
        "contributor": tuple(revision.author for revision in content.revisions),
        "favourite": call.state.favoured_by("content", content.id),
        "created": (content.created_at,),
        "lastmodified": (content.now.created_at,),
        "ancestor": above,
        "parent": (content.parent,),
        "text": (content.title, content.now.body),
        "sitesearch": (content.title, content.now.body),
    }
    return {name: tuple(value.lower() for value in values) for name, values in raw.items()}


def found(call: Call) -> list[Content]:
    """Return the visible content that matches the query, from the index, which may lag behind."""
    query = call.one("cql")
    if not query.strip():
        raise cql.malformed(query, "empty")
    test, (order, descending) = cql.parse(query)
    states = _statuses(call)
    key = (query, *states, "lagging" if call.search_view else "")
    if key not in call.state.searches:
        index = call.search_view or call.state.contents
        call.state.searches[key] = [c for c in index.values() if _indexed(call, c, states) and test(fields(call, c))]
    matching = [content for content in call.state.searches[key] if may_read(call, content)]
    if order in {"created", "lastmodified", "title"}:
        keys = {
            "created": lambda c: c.created_at,
            "lastmodified": lambda c: c.now.created_at,
            "title": lambda c: c.title,
        }
        matching.sort(key=keys[order], reverse=descending)
    return matching


def _indexed(call: Call, content: Content, states: Sequence[str]) -> bool:
    host = call.state.contents.get(content.container)
    return content.status in states and (host is None or host.status == "current")


def _statuses(call: Call) -> Sequence[str]:
    text = call.one("cqlcontext")
    if not text:
        return ("current",)
    try:
        context = json.loads(text)
    except ValueError as error:
        raise v1_error(400, "BadRequestException", "Could not parse cqlcontext") from error
    statuses = context.get("contentStatuses") if isinstance(context, dict) else None
    return [str(status) for status in statuses] if isinstance(statuses, list) else ("current",)


def content_search(call: Call) -> Reply:
    """Answer content for a query, with expansions."""
    expand = call.many("expand")
    cap = BODY_CAP if any(name.startswith("body.") for name in expand) else 200
    return Reply(200, v1_search(call, found(call), lambda c: v1_views.content(call, c, expand), cap=cap))


def search(call: Call) -> Reply:
    """Answer search results for a query; content of archived spaces only when asked for."""
    matching = found(call)
    if call.one("includeArchivedSpaces") != "true":
        matching = [c for c in matching if call.state.spaces[c.space].status == "current"]

    def shape(content: Content) -> Json:
        space = call.state.spaces[content.space]
        return {
            "content": v1_views.content(call, content, ()),
            "title": content.title,
            "excerpt": "",
            "url": webui(call, content),
            "resultGlobalContainer": {"title": space.name, "displayUrl": f"/spaces/{space.key}"},
            "breadcrumbs": [],
            "entityType": "content",
            "iconCssClass": "aui-icon content-type-page",
            "lastModified": content.now.created_at,
            "friendlyLastModified": content.now.created_at[:10],
            "score": 0.0,
        }

    body = v1_search(call, matching, shape)
    return Reply(200, {**body, "totalSize": len(matching), "cqlQuery": call.one("cql"), "searchDuration": 3})


def _host(call: Call) -> Content:
    host = call.state.contents.get(call.parts["id"])
    if host is None or not may_read(call, host):
        raise missing(call.parts["id"])
    return host


def upload(call: Call) -> Reply:
    """Store a file: POST makes a new attachment, PUT a new version when the name is there already."""
    if call.headers.get("x-atlassian-token", "").lower() not in {"no-check", "nocheck"}:
        raise Refusal(Reply(403, content=b"XSRF check failed", media_type="text/plain"))
    host = _host(call)
    if not may_edit(call, host):
        raise v1_error(403, "PermissionException", "Could not attach the file: no permission")
    if call.upload is None:
        raise v1_error(400, "BadRequestException", "At least one file must be provided")
    name, state = call.upload.name, call.state
    if len(call.upload.data) > state.services.largest_bytes:  # documented as a 404
        raise v1_error(404, "NotFoundException", "The attachment exceeds the maximum configured attachment size")
    present = next((c for c in state.hanging_on(host.id, Kind.ATTACHMENT) if c.title == name), None)
    if present is not None and call.method == "POST":
        text = f"Cannot add a new attachment with same file name as an existing attachment: {name}"
        raise v1_error(400, "BadRequestException", text, authorized=True)
    now, comment = state.stamp(), call.fields.get("comment", "")
    if present is None:
        number = int(state.new_id())
        first = Revision(1, call.account, now, name, message=comment, data=call.upload.data)
        stored = state.add(
            Content(
                id=f"att{number}",
                kind=Kind.ATTACHMENT,
                space=host.space,
                author=call.account,
                created_at=now,
                container=host.id,
                revisions=(first,),
                media_type=call.upload.media_type,
                file_id=f"7f3c9a10-0000-4000-8000-{number:012d}",
            )
        )
    else:
        again = Revision(present.now.number + 1, call.account, now, name, message=comment, data=call.upload.data)
        stored = state.put(replace(present, revisions=(*present.revisions, again)))
    shape = v1_views.content(call, stored, ("version",))
    return Reply(200, {"results": [shape], "size": 1, "_links": {"base": f"{call.origin}/wiki", "context": "/wiki"}})


def signature(content: Content, number: int) -> str:
    """Return the token of a signed download address."""
    return hashlib.sha256(f"sandbox {content.id} {number}".encode()).hexdigest()[:40]


def download(call: Call) -> Reply:
    """Redirect to a signed address on the same host."""
    host = _host(call)
    content = call.state.contents.get(call.parts["attachment"])
    if content is None or content.container != host.id:
        raise missing(call.parts["attachment"])
    number = call.number("version", content.now.number)
    where = f"/wiki/download/signed/{content.id}/{number}/{quote(content.title)}?token={signature(content, number)}"
    return Reply(302, headers=(("Location", f"{call.origin}{where}"),))


def signed_file(call: Call) -> Reply:
    """Answer the file behind a signed address; no credentials are needed, only the right token."""
    content = call.state.contents.get(call.parts["attachment"])
    number = int(call.parts["number"]) if call.parts["number"].isdigit() else 0
    if content is None or call.one("token") != signature(content, number):
        raise v1_error(404, "NotFoundException", "No such file")
    data = next((entry.data for entry in content.revisions if entry.number == number), None)
    if data is None:
        raise v1_error(404, "NotFoundException", "No such version")
    return Reply(200, content=data, media_type=content.media_type)


def plain_file(call: Call) -> Reply:
    """Answer the file behind an attachment's `downloadLink`."""
    host = _host(call)
    content = next((c for c in call.state.hanging_on(host.id, Kind.ATTACHMENT) if c.title == call.parts["name"]), None)
    if content is None:
        raise missing(call.parts["name"])
    return Reply(200, content=content.now.data, media_type=content.media_type)


def _removed() -> Iterator[Route]:
    for path in (
        "/content",
        "/content/{id}",
        "/content/{id}/child",
        "/content/{id}/child/{type}",
        "/content/{id}/history",
        "/content/{id}/label",
        "/content/{id}/property",
        "/content/{id}/version",
        "/space",
        "/space/{key}",
        "/space/{key}/content",
        "/space/{key}/property",
        "/inlinetasks/search",
    ):
        yield Route("GET", path, gone)
    yield Route("PUT", "/content/{id}", gone)
    yield Route("POST", "/content", gone)


ATTACHMENTS: Final = "/content/{id}/child/attachment"
ROUTES: Final = (
    Route("GET", "/content/search", content_search),
    Route("GET", "/search", search),
    Route("POST", ATTACHMENTS, upload),
    Route("PUT", ATTACHMENTS, upload),
    Route("GET", f"{ATTACHMENTS}/{{attachment}}/download", download),
    *_removed(),
)
"""Paths are relative to /wiki/rest/api."""
DOWNLOADS: Final = (
    Route("GET", "/wiki/download/signed/{attachment}/{number}/{name}", signed_file),
    Route("GET", "/wiki/download/attachments/{id}/{name}", plain_file),
)
"""Paths are absolute; the first needs no credentials."""
