"""What a page must not lose when it is saved: anchors of inline comments, ids of macros, CDATA, attachments.

The canonical form leaves out the ids that a site assigns by itself and reads a CDATA section as its text. Whatever of
these stood in the text that was sent has to stand in the text that was stored; ids may only be added where none were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from audit.parts import kind_of
from rules.model import Kind
from rules.storage import Storage


def _anchors(body: Storage) -> tuple[object, ...]:
    return body.anchors()


def _cdata(body: Storage) -> tuple[object, ...]:
    return body.cdata()


def _attachments(body: Storage) -> tuple[object, ...]:
    return tuple(
        tuple(sorted((each.name, each.value) for each in body.attributes(element)))
        for element in body.named("ri:attachment")
    )


EXACT: Final[dict[str, Callable[[Storage], tuple[object, ...]]]] = {
    "the anchors of inline comments": _anchors,
    "CDATA sections": _cdata,
    "references to attachments": _attachments,
}
"""What has to be the same in the same order."""


def lost(part: str, sent: bytes, stored: bytes, *, more: bool = False) -> str | None:
    """Return which of the marks of `sent` are not those of `stored`, in words; None when all of them are there.

    With `more` the site may have added macros of its own.
    """
    if kind_of(part) is not Kind.STORAGE:
        return None
    before, after = Storage(sent), Storage(stored)
    for name, marks in EXACT.items():
        if marks(before) != marks(after):
            return f"{name} are not what was sent"
    ids, now = ([macro.id for macro in body.macros()] for body in (before, after))
    if more:
        return None if Counter(filter(None, ids)) <= Counter(now) else "the ids of macros are not all there"
    if len(ids) != len(now) or any(was and was != becomes for was, becomes in zip(ids, now, strict=True)):
        return "the ids of macros are not what was sent"
    return None
