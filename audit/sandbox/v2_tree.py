"""Whiteboards, databases, folders and smart links through API v2: by their id only, as no listing has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from audit.sandbox import views
from audit.sandbox.access import readable
from audit.sandbox.call import Call, Reply
from audit.sandbox.routes import Handler, Route
from audit.sandbox.state import Kind
from audit.sandbox.v2_read import one_property, properties

NOUNS: Final = {
    "whiteboards": Kind.WHITEBOARD,
    "databases": Kind.DATABASE,
    "folders": Kind.FOLDER,
    "embeds": Kind.EMBED,
}
"""Names of classes in paths."""


def single(kind: Kind) -> Handler:
    """Return a handler that answers one of them."""

    def handler(call: Call) -> Reply:
        shape = views.tree_item(call, readable(call, call.parts["id"], kind))
        return Reply(200, {**shape, "_links": {**shape["_links"], "base": f"{call.origin}/wiki"}})  # type: ignore[dict-item]

    return handler


def _routes() -> Iterator[Route]:
    for noun, kind in NOUNS.items():
        yield Route("GET", f"/{noun}/{{id}}", single(kind))
        yield Route("GET", f"/{noun}/{{id}}/properties", properties(frozenset({kind})))
        yield Route("GET", f"/{noun}/{{id}}/properties/{{property}}", one_property(frozenset({kind})))


ROUTES: Final = tuple(_routes())
"""Paths are relative to /wiki/api/v2."""
