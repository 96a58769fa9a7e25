"""Bodies as something that is written: pages, blog posts, comments, custom content, with their version checked.

The version number is the only compare-and-swap that Confluence has; `version.message` is the only place where a write
can be recognised again. What a PUT has to carry besides the body (title, status) goes back as it was read a moment ago,
and the body in the representation in which it was read.
"""

from __future__ import annotations

from collections.abc import Mapping

from audit.answers import converted
from audit.errors import Missing
from audit.http import Api
from audit.sites.base import Current
from audit.sites.cloud import wire
from audit.sites.cloud.bodies import ADF, STORAGE_FORMAT, Body, bodiless, stored
from rules.model import Kind, ObjectType, Ref

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
UNTITLED = "the site sent it without its title or type, and takes no change that does not repeat them"
OTHER_FORM = "its body is stored in another form than the audit found: audit again"


async def fetch_body(api: Api, ref: Ref, part: str) -> Current:
    """Return the body of an object as it is now, under the path that was asked for.

    A body that is written in something else than `part` stands for is fixed, and so is a raw one of no known kind.
    Raises `BadAnswer` when the site sends none.
    """
    path = f"{PATHS[ref.type]}/{ref.id}"
    one, body = await _read(api, path, {}, STORAGE_FORMAT)
    given = {"title": one.title, "type": one.type, "representation": body.representation}
    fields = {name: value for name, value in given.items() if value is not None}
    fixed = OTHER_FORM if body.part != part else RAW if body.kind is Kind.TEXT else _unnamed(ref, fields)
    now = Ref(ref.type, ref.id, one.version.number, ref.space, one.status)
    draft = ref.type in DRAFTS and one.status == "current" and await _draft_differs(api, path, body)
    return Current(now, part, body.data, fields, has_draft=draft, fixed=fixed)


def _unnamed(ref: Ref, fields: Mapping[str, str]) -> str:
    """Return why an object cannot be written whose name or type did not come with it; empty where both are there."""
    needed = {"title"} if ref.type in TITLED else set()
    needed |= {"type"} if ref.type is ObjectType.CUSTOM_CONTENT else set()
    return UNTITLED if needed - fields.keys() else ""


async def replace_body(api: Api, current: Current, data: bytes, op_token: str) -> None:
    """Write a body in one attempt with the next version number, in the representation in which it was read."""
    ref = current.ref
    body = {"representation": current.fields["representation"], "value": data.decode("utf-8", "surrogatepass")}
    version = {"number": (ref.version or 0) + 1, "message": op_token}
    payload: dict[str, object] = {"version": version, "body": body}
    if ref.type in TITLED:
        payload |= {"id": ref.id, "status": "current", "title": current.fields["title"]}
    if ref.type is ObjectType.CUSTOM_CONTENT:
        payload["type"] = current.fields["type"]
    await api.write("PUT", f"{PATHS[ref.type]}/{ref.id}", json=payload)


async def _draft_differs(api: Api, path: str, published: Body) -> bool:
    try:
        one, draft = await _read(api, path, {"get-draft": "true"}, published.representation)
    except Missing:
        return False
    return one.status == "draft" and draft.data != published.data


async def _read(api: Api, path: str, params: dict[str, str], first: str) -> tuple[wire.Editable, Body]:
    """Return an object and its body: in the form `first`, else as a document."""
    for form in dict.fromkeys((first, ADF)):
        one = converted((await api.get(path, {"body-format": form, **params})).json, wire.Editable, path)
        body = stored(one.body, one.type or "")
        if body is not None:
            return one, body
    raise bodiless(path)
