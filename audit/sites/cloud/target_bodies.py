"""Bodies as something that is written: pages, blog posts, comments, custom content, with their version checked.

The version number is the only compare-and-swap that Confluence has; `version.message` is the only place where a write
can be recognised again. What a PUT has to carry besides the body (title, status) goes back as it was read a moment ago.
"""

from __future__ import annotations

from audit.answers import converted
from audit.errors import BadAnswer, Missing
from audit.http import Api
from audit.sites.base import Current
from audit.sites.cloud import wire
from rules.model import ObjectType, Ref

PATHS = {
    ObjectType.PAGE: "/api/v2/pages",
    ObjectType.BLOGPOST: "/api/v2/blogposts",
    ObjectType.FOOTER_COMMENT: "/api/v2/footer-comments",
    ObjectType.INLINE_COMMENT: "/api/v2/inline-comments",
    ObjectType.CUSTOM_CONTENT: "/api/v2/custom-content",
}
DRAFTS = frozenset({ObjectType.PAGE, ObjectType.BLOGPOST})
"""Kinds that can hold an unpublished draft beside the published text."""
TITLED = frozenset({ObjectType.PAGE, ObjectType.BLOGPOST, ObjectType.CUSTOM_CONTENT})
RAW = "its body is stored raw, and only the app that made it knows what it is"


async def fetch_body(api: Api, ref: Ref) -> Current:
    """Return the storage body of an object as it is now. A raw one is fixed: it is the app's own format."""
    path = f"{PATHS[ref.type]}/{ref.id}"
    answer = await api.get(path, {"body-format": "storage"})
    one = converted(answer.json, wire.Editable, path)
    fields = {name: value for name, value in (("title", one.title), ("type", one.type)) if value is not None}
    now = Ref(ref.type, ref.id, one.version.number, ref.space, one.status)
    if one.body is not None and one.body.raw is not None and one.body.storage is None:
        return Current(now, "body", one.body.raw.value.encode("utf-8", "surrogatepass"), fields, fixed=RAW)
    data = _storage(one.body, path)
    draft = ref.type in DRAFTS and one.status == "current" and await _draft_differs(api, path, data)
    return Current(now, "body", data, fields, has_draft=draft)


async def replace_body(api: Api, current: Current, data: bytes, op_token: str) -> None:
    """Write a body in one attempt with the next version number."""
    ref = current.ref
    body = {"representation": "storage", "value": data.decode("utf-8", "surrogatepass")}
    version = {"number": (ref.version or 0) + 1, "message": op_token}
    payload: dict[str, object] = {"version": version, "body": body}
    if ref.type in TITLED:
        payload |= {"id": ref.id, "status": "current", "title": current.fields["title"]}
    if ref.type is ObjectType.CUSTOM_CONTENT:
        payload["type"] = current.fields["type"]
    await api.write("PUT", f"{PATHS[ref.type]}/{ref.id}", json=payload)


async def _draft_differs(api: Api, path: str, published: bytes) -> bool:
    try:
        answer = await api.get(path, {"body-format": "storage", "get-draft": "true"})
    except Missing:
        return False
    one = converted(answer.json, wire.Editable, path)
    return one.status == "draft" and _storage(one.body, path) != published


def _storage(body: wire.Body | None, path: str) -> bytes:
    if body is None or body.storage is None:
        raise BadAnswer(
            what="The site sent an object without its storage body",
            where=path,
            why="the field body.storage is missing",
            fix="The object is left alone; check that the account may view it.",
        )
    return body.storage.value.encode("utf-8", "surrogatepass")
