"""What became of a redaction that the site carries out itself, told by reading alone.

The endpoint takes no token, answers before it is done, and writes a marker that no document describes. So what counts
is the text: between the places that were named it is as before, at these places stands plain text without a piece of
the value and without personal data of its own, and the version that holds this is the one right after the base, made
by our account (or the base itself, should a site redact in place).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from typing import Final

from audit.canonical import canonical, keyed_hash
from audit.errors import BadAnswer, Missing
from audit.marks import lost
from audit.parts import DOCUMENT, kind_of
from audit.records import Entry
from audit.settle import Verdict
from audit.sites.base import Current, Target
from rules.model import Kind, Part, Personal
from rules.passage import unescaped
from rules.redactable import CLOSED, OPENED
from rules.registry import load
from rules.rule import Category, Rule
from rules.scan import scan

LOOKS: Final = 5
"""Times that an object is read after a redaction was sent, before nothing of it counts as not there yet."""
MARKER_BYTES: Final = 1_000
"""Most that a site may put in the place of one value."""
PIECE: Final = 3
"""Characters of a value in a row that may not stand in its place any more."""
UNSEEN: Final = "the site accepted the redaction and shows nothing of it yet: the same command looks again"
WITHOUT_REDACTION: Final = frozenset({403, 404, 501})
"""How a site answers that has no redaction, or no licence for it."""
_VALUE: Final = re.compile(re.escape(OPENED) + b"(.*?)" + re.escape(CLOSED), re.DOTALL)
_MARKER: Final = re.compile(r"\bredacted\b")
"""The one word in the place of a value that may share letters with it by chance."""


def taken_out(part: str, before: bytes, marked: bytes, now: bytes) -> bool:
    """Return whether `now` is `before` without the values, plain text without a piece of them there, in canonical form.

    `marked` is `before` with marks around the values, see `rules.redactable`.
    """
    pieces = _VALUE.split(canonical(part, marked))
    kept, values = pieces[::2], pieces[1::2]
    text = canonical(part, now)
    if not text.startswith(kept[0]) or lost(part, before, now, more=True) is not None:
        return False
    at = len(kept[0])
    for index, (value, piece) in enumerate(zip(values, kept[1:], strict=True), start=1):
        found = text.find(piece, at) if index < len(values) else max(at, len(text) - len(piece))
        if found < 0 or not text.startswith(piece, found) or not _replaces(part, value, text[at:found]):
            return False
        at = found + len(piece)
    return True


def _replaces(part: str, value: bytes, put: bytes) -> bool:
    """Return whether `put` is a short plain text without a piece of the value, both in canonical form."""
    if len(put) > MARKER_BYTES or (b'"' if part == DOCUMENT else b"<") in put:
        return False
    try:
        was, now = (_plain(part, each) for each in (value, put))
    except ValueError:
        return False
    rest = _MARKER.sub("\n", now)
    size = min(PIECE, len(was))
    return was != now and not any(was[at : at + size] in rest for at in range(len(was) - size + 1))


def _plain(part: str, data: bytes) -> str:
    """Return the text that a canonical piece stands for, casefolded. Raises `ValueError` where it is none."""
    text = str(json.loads(b'"' + data + b'"')) if part == DOCUMENT else unescaped(data)
    return text.casefold()


def stands(current: Current, before: bytes | None, marked: bytes | None) -> bool:
    """Return whether an object holds what a redaction was to leave; never where the images of it are lost."""
    if before is None or marked is None or not taken_out(current.part, before, marked, current.data):
        return False
    return not _personal(current, current.data) - _personal(current, before)


def _personal(current: Current, data: bytes) -> Counter[tuple[str, Personal]]:
    """Return how often each rule finds which personal data in `data`, taken for the text of an object."""
    part = Part(current.ref, current.part, kind_of(current.part) or Kind.TEXT, data)
    return Counter((match.rule, match.subject) for match in scan(part, _masked_by()).matches)


@lru_cache(maxsize=1)
def _masked_by() -> tuple[Rule, ...]:
    """Return the rules whose findings can be redacted."""
    return tuple(rule for rule in load() if rule.category is Category.PERSONAL)


async def settle_redaction(
    target: Target,
    intent: Entry,
    key: bytes,
    *,
    acked: bool,
    planned: bytes | None = None,
    before: bytes | None = None,
) -> tuple[Verdict, Current | None]:
    """Return the verdict on the redaction of `intent`, and what is there now (None when the object is missing).

    Confirmed (`acked`) or not, a version is ours only when the site names our account as its author and no message:
    the site answers before it is done, and somebody may save first.
    Raises `BadAnswer` when the version after the base is not listed, and `NotAuthenticated` where the object is
    missing because the site takes us for anonymous.
    """
    try:
        current = await target.fetch(intent.op.ref, intent.op.part)
    except Missing:
        await target.caller()
        return Verdict.GONE, None
    if current.ref.status != "current":
        return Verdict.GONE, current
    base, version = intent.base_version or 0, current.ref.version or 0
    done = stands(current, before, planned)
    if version == base and keyed_hash(key, current.data) == intent.base_hash:
        return Verdict.UNWRITTEN, current
    ours = version > base and await _is_ours(target, intent, base + 1)
    if ours and version > base + 1:
        verdict = Verdict.SUPERSEDED
    elif done and (ours or version == base):
        verdict = Verdict.WRITTEN
    else:
        verdict = Verdict.ALTERED if ours or (acked and version == base) else Verdict.OVERTAKEN
    return verdict, current


async def _is_ours(target: Target, intent: Entry, number: int) -> bool:
    """Return whether our account made a version, and no write with a token did."""
    history = await target.history(intent.op.ref)
    found = next((entry for entry in history if entry.number == number), None)
    if found is None:
        what = f"versions of {intent.op.ref.type.value} {intent.op.ref.id}"
        raise BadAnswer.shape(what, f"version {number} is not listed, so it is not known who wrote it")
    return found.author == await target.caller() and not found.message
