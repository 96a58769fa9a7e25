"""Faults as data: which requests they strike and what happens then.

A fault is matched by method and a regular expression over the path, counts its matching requests and strikes the
`nth` one, then `times` in a row (0: for ever), or every `every`-th one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from audit.sandbox.state import Content, State


class FaultKind(StrEnum):
    """What can go wrong."""

    STATUS = "status"
    """Answer `status` with `headers` and `body`; the request is not carried out."""
    STATUS_AFTER = "status-after"
    """Carry the request out, then answer `status`."""
    RESET_BEFORE = "reset-before"
    RESET_AFTER = "reset-after"
    """Cut the connection before or after the request is carried out; nothing is answered."""
    HOLD_BEFORE = "hold-before"
    HOLD_AFTER = "hold-after"
    """Answer nothing until the client goes away, before or after carrying the request out."""
    CUT_BODY = "cut-body"
    """Announce the whole length, send half, cut."""
    CUT_CHUNKED = "cut-chunked"
    """Send half of the JSON in a chunked answer that ends as it should."""
    DRIP = "drip"
    """Send one byte every `seconds`."""
    STALL = "stall"
    """Send half, then nothing until the client goes away."""
    LOGIN_PAGE = "login-page"
    """200 with an HTML page."""
    REDIRECT = "redirect"
    """302 to `link`."""
    REPEATED_NEXT = "repeated-next"
    """`next` is the link that was just asked."""
    FOREIGN_NEXT = "foreign-next"
    """`next` is `link`."""
    EMPTY_WITH_NEXT = "empty-with-next"
    """No results, and a `next` that leads to them."""
    SHORT_PAGE = "short-page"
    """A third of the results that were asked for, with a right `next`."""
    WRONG_SHAPE = "wrong-shape"
    """Valid JSON of another form: `body` names it (see `gate.misshape`)."""
    WRONG_TYPE = "wrong-type"
    """Right JSON as `body` (a media type)."""
    BOM = "bom"
    UTF16 = "utf-16"
    GZIP_BOMB = "gzip-bomb"
    HUGE = "huge"
    """`size` bytes of JSON, compressed or not."""
    ANONYMOUS = "anonymous"
    """The credentials count for nothing: 200 with the public subset."""
    UNAUTHORIZED = "unauthorized"
    """401."""
    EDIT_BEFORE = "edit-before"
    EDIT_AFTER = "edit-after"
    """Somebody edits the content of the path (or `content`)."""
    TOUCH_BEFORE = "touch-before"
    """A new version with the same text."""
    SWAP_BEFORE = "swap-before"
    """Another text under the same version number."""
    TRASH_BEFORE = "trash-before"
    ARCHIVE_BEFORE = "archive-before"
    PURGE_BEFORE = "purge-before"
    RETITLE_BEFORE = "retitle-before"
    DRAFT_BEFORE = "draft-before"
    STRIP_ON_SAVE = "strip-on-save"
    """What matches the expression in `body` disappears from the text that was saved."""
    NORMALISE_ON_SAVE = "normalise-on-save"
    """The saved text is written anew: attributes in another order, entities as characters, tags closed otherwise."""
    INDEX_LAG = "index-lag"
    """Search answers what was true when the fault was added."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; what a field means depends on the kind."""

    kind: FaultKind
    method: str = ""
    """Empty for any."""
    path: str = ""
    """Regular expression that is searched in the path; empty for any API path."""
    nth: int = 1
    times: int = 1
    every: int = 0
    status: int = 503
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    link: str = ""
    content: str = ""
    size: int = 50_000_000
    seconds: float = 1.0


@dataclass(slots=True)
class _Armed:
    fault: Fault
    seen: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Count a matching request and return whether it is struck."""
        fault = self.fault
        if fault.method not in {"", method} or not re.search(fault.path, path):
            return False
        self.seen += 1
        if fault.every:
            return self.seen % fault.every == 0
        return self.seen >= fault.nth and (fault.times == 0 or self.seen < fault.nth + fault.times)


class FaultScript:
    """The faults of one sandbox, in the order in which they were added."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._armed: list[_Armed] = []
        self.index: Mapping[str, Content] = {}
        """The search index as it was; empty while it keeps up."""

    def add(self, *faults: Fault) -> None:
        """Arm faults."""
        for fault in faults:
            re.compile(fault.path)
            if fault.kind is FaultKind.INDEX_LAG:
                self.index = dict(self._state.contents)
            else:
                self._armed.append(_Armed(fault))

    def clear(self) -> None:
        """Disarm everything."""
        self._armed.clear()
        self.index = {}

    def striking(self, method: str, path: str) -> tuple[Fault, ...]:
        """Return the faults that strike this request. Each call counts as one request."""
        return tuple(armed.fault for armed in list(self._armed) if armed.strikes(method, path))


def decode(rows: object) -> tuple[Fault, ...]:
    """Return faults from their JSON form: a list of objects with the fields of `Fault`. Raises ValueError."""
    if not isinstance(rows, list):
        raise ValueError("faults are a list of objects")  # noqa: TRY004 - one error for everything that is not a fault
    return tuple(_fault(row) for row in rows)


_NUMBERS: Final = frozenset({"nth", "times", "every", "status", "size"})


def _fault(row: object) -> Fault:
    if not isinstance(row, dict) or not set(row) <= {entry.name for entry in fields(Fault)} or "kind" not in row:
        raise ValueError(f"a fault is an object with a kind and fields of {[entry.name for entry in fields(Fault)]}")
    values: dict[str, object] = {
        name: value for name, value in row.items() if name not in {"kind", "headers", "seconds"}
    }
    for name, value in values.items():
        if not isinstance(value, int if name in _NUMBERS else str) or isinstance(value, bool):
            raise ValueError(f"field {name} has the wrong type")  # noqa: TRY004 - as above
    seconds = row.get("seconds", 1.0)
    if not isinstance(seconds, (int, float)):
        raise ValueError("field seconds has the wrong type")  # noqa: TRY004 - as above
    headers = _headers(row.get("headers", {}))
    return Fault(kind=FaultKind(row["kind"]), headers=headers, seconds=float(seconds), **values)  # type: ignore[arg-type]


def _headers(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise ValueError("headers are an object")  # noqa: TRY004 - as above
    return tuple((str(name), str(entry)) for name, entry in value.items())


def kinds(faults: Iterable[Fault]) -> str:
    """Return the kinds of faults for the log."""
    return "+".join(fault.kind.value for fault in faults)
