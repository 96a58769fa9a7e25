"""What faults do to the site's content and to answers. Each function changes state, or returns a changed body."""

from __future__ import annotations

import html
import itertools
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlencode

from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.paging import cursor, position
from audit.sandbox.people import PEOPLE
from audit.sandbox.state import ADF, Content, Json, State

HUMAN: Final = PEOPLE[5].account_id
"""Who edits when somebody edits."""
ADDED: Final = "<p>Edited by a colleague in the meantime.</p>"
_ID = re.compile(r"/(?:pages|blogposts|footer-comments|inline-comments|custom-content|content)/((?:att)?\d+)")
_TAG = re.compile(r"<([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)>")
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_KEPT: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})


def _edit(state: State, content: Content) -> None:
    state.revise(content, HUMAN, content.now.body + ADDED)


def _swap(state: State, content: Content) -> None:
    changed = replace(content.now, body=content.now.body + ADDED)
    state.put(replace(content, revisions=(*content.revisions[:-1], changed)))


def _status(status: str) -> Callable[[State, Content], None]:
    return lambda state, content: void(state.put(replace(content, status=status)))


def void(_: object) -> None:
    """Drop a result: the callers here want the change, not the record."""


ACTS: Final[dict[FaultKind, Callable[[State, Content], None]]] = {
    FaultKind.EDIT_BEFORE: _edit,
    FaultKind.EDIT_AFTER: _edit,
    FaultKind.TOUCH_BEFORE: lambda state, content: void(state.revise(content, HUMAN, content.now.body)),
    FaultKind.SWAP_BEFORE: _swap,
    FaultKind.TRASH_BEFORE: _status("trashed"),
    FaultKind.ARCHIVE_BEFORE: _status("archived"),
    FaultKind.PURGE_BEFORE: lambda state, content: state.drop(content.id),
    FaultKind.RETITLE_BEFORE: lambda state, content: void(
        state.revise(content, HUMAN, content.now.body, title=f"{content.title} (renamed)")
    ),
    FaultKind.DRAFT_BEFORE: lambda state, content: void(state.put(replace(content, draft=content.now.body + ADDED))),
}
"""What happens to the content of the path, before or after the request."""


def act(state: State, fault: Fault, path: str) -> None:
    """Let a fault change the content that the path or the fault names; nothing happens when there is none."""
    found = _ID.search(path)
    content = state.contents.get(fault.content or (found.group(1) if found else ""))
    if content is not None and fault.kind in ACTS:
        ACTS[fault.kind](state, content)


def on_save(state: State, fault: Fault, path: str, answer: bytes) -> bytes:
    """Rewrite the text that was just saved, as a site does that drops or normalises, and return the answer with it."""
    found = _ID.search(path)
    content = state.contents.get(found.group(1)) if found else None
    if content is None:
        return answer
    before = content.now.body
    anew = normalised_document if content.stored == ADF else normalised
    after = re.sub(fault.body, "", before) if fault.kind is FaultKind.STRIP_ON_SAVE else anew(before)
    changed = replace(content.now, body=after)
    state.put(replace(content, revisions=(*content.revisions[:-1], changed)))
    return answer.replace(
        json.dumps(before, ensure_ascii=False).encode(), json.dumps(after, ensure_ascii=False).encode()
    )


def normalised(storage: str) -> str:
    """Return the same text written anew: attributes sorted backwards, double quotes, characters for entities."""
    return "".join(
        piece if piece.startswith("<![CDATA[") else _entities(_TAG.sub(_tag, piece)) for piece in _CDATA.split(storage)
    )


def normalised_document(text: str) -> str:
    """Return the same document written anew: names sorted, with ids of the site's own."""
    numbers = itertools.count(1)

    def node(found: Json) -> Json:
        attributes = found.get("attrs")
        if not isinstance(attributes, dict):
            return found
        return found | {"attrs": {**attributes, "localId": f"site-{next(numbers)}"}}

    return json.dumps(json.loads(text, object_hook=node), sort_keys=True)


def _tag(match: re.Match[str]) -> str:
    pairs = sorted(_ATTRIBUTE.findall(match.group(2)), reverse=True)
    attributes = "".join(f' {name}="{_requoted(value)}"' for name, value in pairs)
    return f"<{match.group(1)}{attributes}{'/' if match.group(3) else ''}>"


def _requoted(value: str) -> str:
    return value[1:-1].replace('"', "&quot;")


def _entities(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        return match.group(0) if match.group(1) in _KEPT else html.unescape(match.group(0))

    return re.sub(r"&(\w+);", character, text)


SHAPES: Final[dict[str, Callable[[Json], object]]] = {
    "no-results": lambda body: {name: value for name, value in body.items() if name != "results"},
    "no-entries": lambda body: {**body, "results": [], "_links": {}},
    "results-null": lambda body: {**body, "results": None},
    "results-object": lambda body: {**body, "results": {"0": "?"}},
    "list": lambda body: [body],
    "null": lambda _body: None,
    "string": lambda _body: "ok",
    "version-null": lambda body: _each(body, "version", lambda _: None),
    "version-text": lambda body: _each(body, "version", lambda _: {"number": "seven"}),
    "id-number": lambda body: _each(body, "id", lambda value: int(str(value)) if str(value).isdigit() else 0),
    "id-missing": lambda body: _each(body, "id", lambda _: None),
    "unknown-status": lambda body: _each(body, "status", lambda _: "hibernating"),
    "nameless": lambda body: _each(body, "watcher", lambda _: {"type": "known", "displayName": "?"}),
    "labels-expandable": lambda body: {**body, "labels": [], "_expandable": {"labels": ""}},
    "space-null": lambda body: _each(body, "space", lambda _: None),
    "title-null": lambda body: _each(body, "title", lambda _: None),
    "versions-untitled": lambda body: _each(body, "page", lambda _: {"id": "0"}),
    "body-null": lambda body: _each(body, "body", lambda _: None),
}
"""Other forms of an answer, by name."""


def _each(body: Json, name: str, change: Callable[[object], object]) -> Json:
    rows = body.get("results")
    if isinstance(rows, list):
        return {
            **body,
            "results": [{**row, name: change(row.get(name))} if isinstance(row, dict) else row for row in rows],
        }
    return {**body, name: change(body.get(name))}


def reshape(fault: Fault, answer: bytes, path: str, query: str) -> tuple[bytes, str | None]:
    """Return a JSON answer in another form, and the `next` link for the Link header (None: as it was)."""
    try:
        body = json.loads(answer)
    except ValueError:
        return answer, None
    if not isinstance(body, dict):
        return answer, None
    following: str | None = None
    if fault.kind is FaultKind.WRONG_SHAPE:
        return json.dumps(SHAPES[fault.body or "no-results"](body), ensure_ascii=False).encode(), None
    if fault.kind is FaultKind.FOREIGN_NEXT:
        following = fault.link
    elif fault.kind is FaultKind.REPEATED_NEXT:
        following = f"{path.removeprefix('/wiki') if '/rest/api/' in path else path}?{query}"
    elif fault.kind is FaultKind.EMPTY_WITH_NEXT:
        following = _same_place(path, query)
        body["results"] = []
    links = body.get("_links")
    body["_links"] = {**(links if isinstance(links, dict) else {}), "next": following}
    return json.dumps(body, ensure_ascii=False).encode(), following


def _same_place(path: str, query: str) -> str:
    """Return a link to the same results under a cursor that was not seen before."""
    pairs = parse_qsl(query, keep_blank_values=True)
    v1 = "/rest/api/" in path
    present = next((value for name, value in pairs if name == "cursor"), "")
    start = position(present.removeprefix("_sa_")) if present else 0
    fresh = ("_sa_" if v1 else "") + cursor(start, salt=len(query) + 1)
    kept = [(name, value) for name, value in pairs if name != "cursor"]
    return f"{path.removeprefix('/wiki') if v1 else path}?{urlencode([*kept, ('cursor', fresh)])}"
