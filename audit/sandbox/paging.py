"""Listings as the vendor cuts them: opaque cursors and Link headers in v2, start and limit in v1."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TypeVar
from urllib.parse import urlencode

from audit.sandbox.call import MAX_LIMIT, Call, Reply, bad_request
from audit.sandbox.state import Json

Item = TypeVar("Item")


def cursor(after: int, salt: int = 2) -> str:
    """Return an opaque cursor that says how many items were given."""
    return base64.urlsafe_b64encode(json.dumps({"after": after, "v": salt}).encode()).decode()


def position(text: str) -> int:
    """Return the position in a cursor, or refuse with 400."""
    try:
        value = json.loads(base64.urlsafe_b64decode(text.encode()))
        return int(value["after"])
    except (ValueError, KeyError, TypeError) as error:
        raise bad_request("Provided value for 'cursor' is not valid") from error


def v2_list(call: Call, items: Iterable[Item], shape: Callable[[Item], Json], *, default: int = 25) -> Reply:
    """Return one page of a v2 listing. Items after the cut are not even looked at, except the first of them."""
    limit = call.number("limit", default, low=1, high=MAX_LIMIT)
    text = call.one("cursor")
    start = position(text) if text else 0
    window = list(islice(items, start, start + limit + 1))
    links: Json = {"base": f"{call.origin}/wiki"}
    headers: tuple[tuple[str, str], ...] = ()
    if len(window) > limit:
        kept = [(key, value) for key, value in call.query if key != "cursor"]
        following = f"{call.path}?{urlencode([*kept, ('cursor', cursor(start + limit))])}"
        links["next"] = following
        headers = (("Link", f'<{following}>; rel="next"'),)
    return Reply(200, {"results": [shape(item) for item in window[:limit]], "_links": links}, headers)


def v1_links(call: Call) -> Json:
    """Return the `_links` of every v1 answer: base and context, so that relative links can be joined."""
    own = call.path.removeprefix("/wiki")
    return {"base": f"{call.origin}/wiki", "context": "/wiki", "self": f"{call.origin}/wiki{own}"}


def v1_list(
    call: Call, items: Sequence[Item], shape: Callable[[Item], Json], *, default: int = 25, cap: int = 200
) -> Json:
    """Return one page of a v1 listing with start and limit; more than the cap is silently cut to it."""
    start = call.number("start", 0)
    limit = min(call.number("limit", default), cap)
    window = items[start : start + limit]
    links = v1_links(call)
    if start + limit < len(items) and limit:
        kept = [(key, value) for key, value in call.query if key not in {"start", "limit"}]
        query = urlencode([*kept, ("limit", str(limit)), ("start", str(start + limit))])
        links["next"] = f"{call.path.removeprefix('/wiki')}?{query}"
    return {
        "results": [shape(item) for item in window],
        "start": start,
        "limit": limit,
        "size": len(window),
        "_links": links,
    }


def v1_search(call: Call, items: Sequence[Item], shape: Callable[[Item], Json], *, cap: int = 200) -> Json:
    """Return one page of a v1 search: the cursor hides in `_links.next`, which starts without /wiki."""
    limit = max(1, min(call.number("limit", 25), cap))
    text = call.one("cursor")
    start = position(text.removeprefix("_sa_")) if text else call.number("start", 0)
    window = items[start : start + limit]
    links = v1_links(call)
    if start + limit < len(items):
        kept = [(key, value) for key, value in call.query if key not in {"cursor", "limit", "start", "next"}]
        tail = [("next", "true")] if call.path.endswith("/rest/api/search") else []
        query = urlencode([*tail, ("cursor", f"_sa_{cursor(start + limit)}"), *kept, ("limit", str(limit))])
        links["next"] = f"{call.path.removeprefix('/wiki')}?{query}"
    return {
        "results": [shape(item) for item in window],
        "start": start,
        "limit": limit,
        "size": len(window),
        "_links": links,
    }
