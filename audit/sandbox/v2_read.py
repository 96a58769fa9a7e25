"""Reading through API v2: pages, blog posts, comments, attachments, custom content, versions, properties, likes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from audit.sandbox import views
from audit.sandbox.access import may_read, readable, visible_space
from audit.sandbox.call import Call, Reply, bad_request, not_found
from audit.sandbox.paging import v2_list
from audit.sandbox.routes import Handler, Route
from audit.sandbox.state import PAGE_LIKE, Content, Kind, Label

NOUNS: Final = {
    "pages": Kind.PAGE,
    "blogposts": Kind.BLOGPOST,
    "footer-comments": Kind.FOOTER_COMMENT,
    "inline-comments": Kind.INLINE_COMMENT,
    "attachments": Kind.ATTACHMENT,
    "custom-content": Kind.CUSTOM_CONTENT,
}
"""Names of classes in paths."""
LISTED: Final = {
    Kind.PAGE: ("current", "archived"),
    Kind.BLOGPOST: ("current",),
    Kind.ATTACHMENT: ("current", "archived"),
}
"""What a listing shows when no status is asked for."""
DEFAULT_LIMIT: Final = {Kind.ATTACHMENT: 50}


def visible(call: Call, contents: Iterable[Content]) -> Iterator[Content]:
    """Yield what the caller may see, narrowed by the query: status, id, space-id, title, type."""
    ids, spaces = set(call.many("id")), set(call.many("space-id"))
    states, title, type_key = set(call.many("status")), call.one("title"), call.one("type")
    names, media = call.one("filename"), call.one("mediaType")
    for content in contents:
        wanted = states or LISTED.get(content.kind, ("current",))
        if content.status not in wanted or (ids and content.id not in ids) or (spaces and content.space not in spaces):
            continue
        if (title and content.title != title) or (type_key and content.type_key != type_key):
            continue
        if (names and content.title != names) or (media and content.media_type != media):
            continue
        if _host_is_shown(call, content) and may_read(call, content):
            yield content


def _host_is_shown(call: Call, content: Content) -> bool:
    host = call.state.contents.get(content.container)
    return host is None or host.status in {"current", "archived"}


def _ordered(call: Call, contents: Iterable[Content]) -> Iterable[Content]:
    order = call.one("sort")
    if order.lstrip("-") in {"modified-date", "created-date", "title"}:
        keys = {
            "modified-date": lambda c: c.now.created_at,
            "created-date": lambda c: c.created_at,
            "title": lambda c: c.title,
        }
        return sorted(contents, key=keys[order.lstrip("-")], reverse=order.startswith("-"))
    return reversed(list(contents)) if order == "-id" else contents


def listing(kind: Kind) -> Handler:
    """Return a handler that lists one class of content of the whole site."""

    def handler(call: Call) -> Reply:
        if kind is Kind.CUSTOM_CONTENT and not call.one("type"):
            raise bad_request("'type' is required")
        found = _ordered(call, visible(call, call.state.of_kind(kind)))
        return v2_list(call, found, lambda c: views.any_content(call, c), default=DEFAULT_LIMIT.get(kind, 25))

    return handler


def in_space(kind: Kind) -> Handler:
    """Return a handler that lists one class of content of a space."""

    def handler(call: Call) -> Reply:
        space = visible_space(call, call.parts["id"])
        if kind is Kind.CUSTOM_CONTENT and not call.one("type"):
            raise bad_request("'type' is required")
        found = visible(call, (c for c in call.state.of_kind(kind) if c.space == space.id))
        if kind is Kind.PAGE and call.one("depth") == "root":
            found = (content for content in found if not content.parent)
        return v2_list(call, _ordered(call, found), lambda c: views.any_content(call, c))

    return handler


def single(kind: Kind) -> Handler:
    """Return a handler that answers one piece of content, in its draft or an earlier version if asked."""

    def handler(call: Call) -> Reply:
        content = readable(call, call.parts["id"], kind)
        states = call.many("status")
        if states and content.status not in states and not {"draft", "historical"} & set(states):
            raise not_found()
        text = None
        number = call.number("version", 0)
        if number:
            earlier = next((entry for entry in content.revisions if entry.number == number), None)
            if earlier is None:
                raise not_found()
            then = replace(content, revisions=(earlier,))
            shape = views.page(call, content, text=earlier.body) if kind in PAGE_LIKE else views.any_content(call, then)
            shape |= {"version": views.version(earlier), "title": earlier.title}
            if number != content.now.number and kind in PAGE_LIKE:
                shape["status"] = "historical"
        elif kind in PAGE_LIKE and call.one("get-draft") == "true" and content.draft is not None:
            shape = {**views.page(call, content, text=content.draft), "status": "draft"}
        else:
            shape = views.page(call, content, text=text) if kind in PAGE_LIKE else views.any_content(call, content)
        shape.pop("subtype", None)
        links = shape["_links"]
        shape["_links"] = {**(links if isinstance(links, dict) else {}), "base": f"{call.origin}/wiki"}
        return Reply(200, shape)

    return handler


def versions(kind: Kind) -> Handler:
    """Return a handler that lists the versions of a piece of content, newest first."""

    def handler(call: Call) -> Reply:
        content = readable(call, call.parts["id"], kind)
        return v2_list(call, reversed(content.revisions), lambda entry: views.past(call, content, entry))

    return handler


def one_version(kind: Kind) -> Handler:
    """Return a handler that answers one version in detail."""

    def handler(call: Call) -> Reply:
        content = readable(call, call.parts["id"], kind)
        entry = next((e for e in content.revisions if str(e.number) == call.parts["number"]), None)
        if entry is None:
            raise not_found()
        shape = {**views.version(entry), "contentTypeModified": False, "collaborators": [entry.author]}
        if entry.number > 1:
            shape["prevVersion"] = entry.number - 1
        return Reply(200, shape)

    return handler


def hanging(host: Kind, kind: Kind) -> Handler:
    """Return a handler that lists what hangs on a page or blog post; replies are listed under their comment."""

    def handler(call: Call) -> Reply:
        content = readable(call, call.parts["id"], host)
        if kind is Kind.CUSTOM_CONTENT and not call.one("type"):
            raise bad_request("'type' is required")
        found = visible(call, (c for c in call.state.hanging_on(content.id, kind) if not c.parent))
        if kind is Kind.INLINE_COMMENT and call.many("resolution-status"):
            wanted = call.many("resolution-status")
            found = (c for c in found if c.inline and c.inline.resolution in wanted)
        shape = views.any_content if kind in {Kind.ATTACHMENT, Kind.CUSTOM_CONTENT} else views.under
        return v2_list(call, found, lambda c: shape(call, c), default=DEFAULT_LIMIT.get(kind, 25))

    return handler


def replies(kind: Kind) -> Handler:
    """Return a handler that lists the replies to a comment."""

    def handler(call: Call) -> Reply:
        first = readable(call, call.parts["id"], kind)
        found = (c for c in call.state.hanging_on(first.container, kind) if c.parent == first.id)
        return v2_list(call, visible(call, found), lambda c: views.under(call, c))

    return handler


def children(call: Call) -> Reply:
    """Answer the pages directly below a page."""
    page = readable(call, call.parts["id"], Kind.PAGE)
    found = visible(call, (c for c in call.state.of_kind(Kind.PAGE) if c.parent == page.id))
    typed = call.path.endswith("/direct-children")

    def shape(content: Content) -> dict[str, object]:
        base: dict[str, object] = {
            "id": content.id,
            "status": content.status,
            "title": content.title,
            "spaceId": content.space,
            "childPosition": int(content.id) % 1000,
        }
        return {**base, "type": "page"} if typed else base

    return v2_list(call, found, shape)


def properties(kinds: frozenset[Kind]) -> Handler:
    """Return a handler that lists the properties of a piece of content."""

    def handler(call: Call) -> Reply:
        content = readable(call, call.parts["id"], *kinds)
        found = call.state.properties_of(f"content:{content.id}")
        key = call.one("key")
        return v2_list(call, (p for p in found if not key or p.key == key), views.content_property)

    return handler


def one_property(kinds: frozenset[Kind]) -> Handler:
    """Return a handler that answers one property."""

    def handler(call: Call) -> Reply:
        content = readable(call, call.parts["id"], *kinds)
        entry = call.state.properties.get(call.parts["property"])
        if entry is None or entry.owner != f"content:{content.id}":
            raise not_found()
        return Reply(200, views.content_property(entry))

    return handler


def labels_of(kind: Kind) -> Handler:
    """Return a handler that lists the labels of a piece of content."""

    def handler(call: Call) -> Reply:
        content = readable(call, call.parts["id"], kind)
        return v2_list(call, _labels(call, content.labels), views.label)

    return handler


def _labels(call: Call, labels: Iterable[Label]) -> Iterator[Label]:
    prefixes = call.many("prefix")
    return (label for label in labels if not prefixes or label.prefix in prefixes)


def all_labels(call: Call) -> Reply:
    """Answer every label on visible content."""
    found = {
        label.id: label for kind in PAGE_LIKE for c in visible(call, call.state.of_kind(kind)) for label in c.labels
    }
    return v2_list(call, _labels(call, (found[key] for key in sorted(found))), views.label)


def likes(kind: Kind) -> Handler:
    """Return a handler that lists who likes a piece of content, or counts them."""

    def handler(call: Call) -> Reply:
        content = readable(call, call.parts["id"], kind)
        if call.path.endswith("/count"):
            return Reply(200, {"count": len(content.likes)})
        return v2_list(call, content.likes, lambda account: {"accountId": account})

    return handler


def _routes() -> Iterator[Route]:
    for noun, kind in NOUNS.items():
        yield Route("GET", f"/{noun}", listing(kind))
        yield Route("GET", f"/{noun}/{{id}}", single(kind))
        yield Route("GET", f"/{noun}/{{id}}/versions", versions(kind))
        yield Route("GET", f"/{noun}/{{id}}/versions/{{number}}", one_version(kind))
        kinds = frozenset({kind})
        if not noun.endswith("comments"):
            yield Route("GET", f"/{noun}/{{id}}/properties", properties(kinds))
            yield Route("GET", f"/{noun}/{{id}}/properties/{{property}}", one_property(kinds))
            yield Route("GET", f"/{noun}/{{id}}/labels", labels_of(kind))
    comments = frozenset({Kind.FOOTER_COMMENT, Kind.INLINE_COMMENT})
    yield Route("GET", "/comments/{id}/properties", properties(comments))
    yield Route("GET", "/comments/{id}/properties/{property}", one_property(comments))
    for noun in ("pages", "blogposts"):
        for child in ("footer-comments", "inline-comments", "attachments", "custom-content"):
            yield Route("GET", f"/{noun}/{{id}}/{child}", hanging(NOUNS[noun], NOUNS[child]))
    yield Route("GET", "/custom-content/{id}/attachments", hanging(Kind.CUSTOM_CONTENT, Kind.ATTACHMENT))
    yield Route("GET", "/custom-content/{id}/footer-comments", hanging(Kind.CUSTOM_CONTENT, Kind.FOOTER_COMMENT))
    yield Route("GET", "/attachments/{id}/footer-comments", hanging(Kind.ATTACHMENT, Kind.FOOTER_COMMENT))
    for noun in ("footer-comments", "inline-comments"):
        yield Route("GET", f"/{noun}/{{id}}/children", replies(NOUNS[noun]))
    for noun in ("pages", "blogposts", "footer-comments", "inline-comments"):
        yield Route("GET", f"/{noun}/{{id}}/likes/users", likes(NOUNS[noun]))
        yield Route("GET", f"/{noun}/{{id}}/likes/count", likes(NOUNS[noun]))
    for noun in ("pages", "blogposts", "custom-content"):
        yield Route("GET", f"/spaces/{{id}}/{noun}", in_space(NOUNS[noun]))
    yield Route("GET", "/pages/{id}/children", children)
    yield Route("GET", "/pages/{id}/direct-children", children)
    yield Route("GET", "/labels", all_labels)


ROUTES: Final = tuple(_routes())
"""Paths are relative to /wiki/api/v2."""
