"""Titles of pages and blog posts as something that is written: with the version checked, and the body as it was read.

A title has no endpoint with a version check of its own: it goes with the whole object, like a body. No two pages of a
space may share one.
"""

from __future__ import annotations

from audit.answers import converted
from audit.errors import Missing
from audit.http import Api
from audit.parts import BODY, TITLE
from audit.sites.base import Current
from audit.sites.cloud import wire
from audit.sites.cloud.target_bodies import DRAFTS, PATHS, UNTITLED, fetch_body, replace_body
from rules.model import Ref

_MANY = {"limit": "2"}
"""One other object decides, and the object itself may be among the first."""


async def fetch_title(api: Api, ref: Ref) -> Current:
    """Return the title of a page or blog post as it is now. Raises as `fetch_body` does."""
    whole = await fetch_body(api, ref, BODY)
    title = whole.fields.get("title")
    # The draft is another one when its title is, too: publishing it would bring the old title back.
    draft = whole.has_draft or (whole.ref.status == "current" and await _draft_is_renamed(api, ref, title))
    return Current(
        whole.ref,
        TITLE,
        (title or "").encode("utf-8", "surrogatepass"),
        {**whole.fields, BODY: whole.data.decode("utf-8", "surrogatepass")},
        has_draft=draft,
        fixed="" if title else UNTITLED,
    )


async def replace_title(api: Api, current: Current, data: bytes, op_token: str) -> None:
    """Write a title in one attempt with the next version number; the body goes back as it was read."""
    title = data.decode("utf-8", "surrogatepass")
    body = Current(current.ref, BODY, current.fields[BODY].encode("utf-8", "surrogatepass"), current.fields)
    await replace_body(api, Current(body.ref, BODY, body.data, {**body.fields, "title": title}), body.data, op_token)


async def title_taken(api: Api, ref: Ref, title: str) -> bool:
    """Return whether another object of the same class and space has exactly this title."""
    path = PATHS[ref.type]
    here = converted((await api.get(f"{path}/{ref.id}")).json, wire.InSpace, path)
    answer = await api.get(path, {"title": title, "space-id": here.space_id, **_MANY})
    found = converted(answer.json, wire.Namesakes, path).results
    return any(one.id != ref.id for one in found)


async def _draft_is_renamed(api: Api, ref: Ref, title: str | None) -> bool:
    if ref.type not in DRAFTS:
        return False
    path = f"{PATHS[ref.type]}/{ref.id}"
    try:
        one = converted((await api.get(path, {"get-draft": "true"})).json, wire.Editable, path)
    except Missing:
        return False
    return one.status == "draft" and one.title != title
