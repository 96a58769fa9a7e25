"""Writing through API v2: the version number is the only lock, and trash restores without the new text."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from audit.sandbox import views
from audit.sandbox.access import may_edit, may_write_space, readable, visible_space
from audit.sandbox.call import Call, Reply, bad_request, forbidden, not_found, object_of, text_of, v2_error
from audit.sandbox.routes import Handler, Route
from audit.sandbox.state import ADF, Content, Json, Kind, RestrictedUser, Restriction, Revision
from audit.sandbox.v2_read import NOUNS


def well_formed(storage: str) -> bool:
    """Return whether a storage body parses; named entities and undeclared prefixes are part of the format."""
    parser = ParserCreate()
    parser.UseForeignDTD(True)  # noqa: FBT003 - expat takes it by position only
    parser.SkippedEntityHandler = lambda _name, _parameter: None
    try:
        parser.ParseFile(io.BytesIO(f"<body>{storage}</body>".encode(errors="surrogatepass")))
    except ExpatError:
        return False
    return True


def is_document(text: str) -> bool:
    """Return whether a text is a document of the newer format, as far as its root tells."""
    try:
        root = json.loads(text)
    except ValueError:
        return False
    return isinstance(root, dict) and root.get("type") == "doc" and isinstance(root.get("content"), list)


def new_text(body: Mapping[str, object], stored: str) -> str:
    """Return the text of a body, in either of the two documented forms, or refuse with 400."""
    inner = object_of(body, "body")
    if "representation" not in inner and len(inner) == 1:
        inner = object_of(inner, next(iter(inner)))
    representation, value = text_of(inner, "representation"), text_of(inner, "value")
    if representation not in {"storage", "raw"} and representation != stored:
        raise bad_request("This sandbox converts nothing: a body is written in the representation that it has")
    if stored == "storage" and not well_formed(value):
        raise bad_request("Error parsing xhtml: the body is not well-formed")
    if stored == ADF and not (representation == stored and is_document(value)):
        raise bad_request("The body is no document")
    return value


def next_version(body: Mapping[str, object], current: int, what: str) -> str:
    """Return the message of the new version when its number is the next one; refuse with 409 otherwise."""
    version = object_of(body, "version")
    number, message = version.get("number"), version.get("message", "")
    if not isinstance(number, int) or isinstance(number, bool):
        raise bad_request("'version.number' must be a number")
    if number != current + 1:
        seen = f"Current Version: [{current}]. Provided version: [{number}]"
        raise v2_error(409, "CONFLICT", f"Version must be incremented when updating a {what}. {seen}")
    return message if isinstance(message, str) else ""


def editable(call: Call, kind: Kind) -> Content:
    """Return content that the caller may change, or refuse: 404 for what is hidden, 403 for what is only readable."""
    content = readable(call, call.parts["id"], kind)
    if not may_edit(call, content):
        raise forbidden("You do not have permission to update this content")
    return content


def _require_free(call: Call, content: Content, title: str) -> None:
    """Refuse a title that another object of the class has in the space."""
    others = (one for one in call.state.of_kind(content.kind) if one.id != content.id and one.space == content.space)
    if title != content.title and any(one.title == title and one.status in {"current", "archived"} for one in others):
        raise bad_request(f"A page with this title already exists: {title}")


def put_page(kind: Kind) -> Handler:
    """Return a handler that saves a page or blog post."""

    def handler(call: Call) -> Reply:
        content = editable(call, kind)
        body = call.json_object()
        title, status = text_of(body, "title"), text_of(body, "status")
        if text_of(body, "id") != content.id:
            raise bad_request("The id in the body differs from the id in the path")
        if str(body.get("spaceId", content.space)) != content.space:
            raise bad_request("Moving between spaces is not supported")
        if status not in {"current", "draft"}:
            raise bad_request("'status' must be current or draft")
        text = new_text(body, content.stored)
        if status == "draft":
            saved = call.state.put(replace(content, draft=text))
            return Reply(200, {**_shown(call, saved, text), "status": "draft"})
        if content.status == "archived":
            raise bad_request("Archived content cannot be updated")
        message = next_version(body, content.now.number, "page" if kind is Kind.PAGE else "blog post")
        if content.status == "trashed":  # restores, and drops the new text: documented behaviour
            return Reply(200, _shown(call, call.state.put(replace(content, status="current"))))
        content = _moved(call, content, body)
        _require_free(call, content, title)
        if text == content.now.body and title == content.title and content.status == "current":
            return Reply(200, _shown(call, content))
        saved = call.state.revise(replace(content, status="current"), call.account, text, title=title, message=message)
        return Reply(200, _shown(call, saved))

    return handler


def _moved(call: Call, content: Content, body: Mapping[str, object]) -> Content:
    if content.kind is not Kind.PAGE:
        return content
    parent = body.get("parentId")
    if parent is not None:
        above = readable(call, str(parent), Kind.PAGE)
        if above.space != content.space:
            raise bad_request("The parent is in another space")
        content = replace(content, parent=above.id)
    owner = body.get("ownerId")
    return call.state.put(replace(content, owner=str(owner)) if owner is not None else content)


def _shown(call: Call, content: Content, text: str | None = None) -> Json:
    asked = replace(call, query=(("body-format", content.stored),))
    shape = (
        views.page(asked, content, text=text)
        if content.kind in {Kind.PAGE, Kind.BLOGPOST}
        else views.any_content(asked, content)
    )
    shape.pop("subtype", None)
    links = shape["_links"]
    base = {} if content.kind is Kind.FOOTER_COMMENT else {"base": f"{call.origin}/wiki"}
    return {**shape, "_links": {**(links if isinstance(links, dict) else {}), **base}}


def put_comment(kind: Kind) -> Handler:
    """Return a handler that saves a comment."""

    def handler(call: Call) -> Reply:
        content = editable(call, kind)
        body = call.json_object()
        text = new_text(body, content.stored) if "body" in body else content.now.body
        message = next_version(body, content.now.number, "comment")
        if content.inline and isinstance(body.get("resolved"), bool):
            resolution = "resolved" if body["resolved"] else "reopened"
            content = call.state.put(
                replace(content, inline=replace(content.inline, resolution=resolution, resolver=call.account))
            )
        elif text == content.now.body:
            return Reply(200, _shown(call, content))
        return Reply(200, _shown(call, call.state.revise(content, call.account, text, message=message)))

    return handler


def put_custom(call: Call) -> Reply:
    """Save custom content."""
    content = editable(call, Kind.CUSTOM_CONTENT)
    body = call.json_object()
    if text_of(body, "id") != content.id or text_of(body, "type") != content.type_key:
        raise bad_request("'id' and 'type' must be those of the content")
    text = new_text(body, content.stored)
    message = next_version(body, content.now.number, "custom content")
    if text == content.now.body and text_of(body, "title") == content.title:
        return Reply(200, _shown(call, content))
    saved = call.state.revise(content, call.account, text, title=text_of(body, "title"), message=message)
    return Reply(200, _shown(call, saved))


def put_property(kinds: frozenset[Kind]) -> Handler:
    """Return a handler that saves a property of a piece of content."""

    def handler(call: Call) -> Reply:
        content = readable(call, call.parts["id"], *kinds)
        if not may_edit(call, content):
            raise forbidden("You do not have permission to update this property")
        entry = call.state.properties.get(call.parts["property"])
        if entry is None or entry.owner != f"content:{content.id}":
            raise not_found()
        body = call.json_object()
        if text_of(body, "key") != entry.key or "value" not in body:
            raise bad_request("'key' must stay the same and 'value' is required")
        message = next_version(body, entry.number, "property")
        saved = replace(
            entry,
            value=body["value"],
            number=entry.number + 1,
            author=call.account,
            created_at=call.state.stamp(),
            message=message,
        )
        call.state.properties[entry.id] = saved
        return Reply(200, views.content_property(saved))

    return handler


def post_page(call: Call) -> Reply:
    """Create a page or a draft. Titles are unique in a space."""
    body = call.json_object()
    space = visible_space(call, text_of(body, "spaceId"))
    if not may_write_space(call, space):
        raise forbidden("You do not have permission to create a page in this space")
    title, status = text_of(body, "title"), str(body.get("status", "current"))
    if any(c.title == title and c.space == space.id and c.status == "current" for c in call.state.of_kind(Kind.PAGE)):
        raise bad_request(f"A page with this title already exists: {title}")
    text = new_text(body, "storage") if "body" in body else ""
    now = call.state.stamp()
    parent = str(body.get("parentId", space.homepage))
    page = Content(
        id=call.state.new_id(),
        kind=Kind.PAGE,
        space=space.id,
        author=call.account,
        owner=call.account,
        created_at=now,
        status=status,
        parent=parent,
        revisions=(Revision(1, call.account, now, title, text),),
    )
    call.state.add(page)
    if call.one("private") == "true":
        only = Restriction((RestrictedUser(account_id=call.account),))
        call.state.restrictions |= {(page.id, operation): only for operation in ("read", "update")}
    return Reply(200, _shown(call, page))


def delete_page(kind: Kind) -> Handler:
    """Return a handler that moves content to the trash, or purges what is in it."""

    def handler(call: Call) -> Reply:
        content = editable(call, kind)
        if call.one("draft") == "true":
            if content.status == "draft":
                call.state.drop(content.id)
            else:
                call.state.put(replace(content, draft=None))
        elif call.one("purge") == "true":
            if content.status != "trashed":
                raise bad_request("Only trashed content can be purged")
            call.state.drop(content.id)
        else:
            call.state.put(replace(content, status="trashed"))
        return Reply(204)

    return handler


def _routes() -> Iterator[Route]:
    for noun in ("pages", "blogposts"):
        yield Route("PUT", f"/{noun}/{{id}}", put_page(NOUNS[noun]))
        yield Route("DELETE", f"/{noun}/{{id}}", delete_page(NOUNS[noun]))
    for noun in ("footer-comments", "inline-comments"):
        yield Route("PUT", f"/{noun}/{{id}}", put_comment(NOUNS[noun]))
    yield Route("PUT", "/custom-content/{id}", put_custom)
    yield Route("POST", "/pages", post_page)
    for noun in ("pages", "blogposts", "attachments", "custom-content"):
        yield Route("PUT", f"/{noun}/{{id}}/properties/{{property}}", put_property(frozenset({NOUNS[noun]})))
    comments = frozenset({Kind.FOOTER_COMMENT, Kind.INLINE_COMMENT})
    yield Route("PUT", "/comments/{id}/properties/{property}", put_property(comments))


ROUTES: Final = tuple(_routes())
"""Paths are relative to /wiki/api/v2."""
