"""What became of a redaction that the site carries out itself, told by reading alone.

The endpoint takes no token, answers before it is done, and writes a marker that no document describes. So what counts
is the text: between the places that were named it is as before, at these places the value is gone, and the version
that holds this is the one right after the base (or the base itself, should a site redact in place).
"""

from __future__ import annotations

import re
from typing import Final

from audit.canonical import canonical, keyed_hash
from audit.errors import BadAnswer, Missing
from audit.marks import lost
from audit.records import Entry
from audit.settle import Verdict
from audit.sites.base import Current, Target
from rules.redactable import CLOSED, OPENED

LOOKS: Final = 5
"""Times that an object is read after a redaction was sent, before nothing of it counts as not there yet."""
MARKER_BYTES: Final = 1_000
"""Most that a site may put in the place of one value."""
UNSEEN: Final = "the site accepted the redaction and shows nothing of it yet: the same command looks again"
WITHOUT_REDACTION: Final = frozenset({403, 404, 501})
"""How a site answers that has no redaction, or no licence for it."""
_VALUE: Final = re.compile(re.escape(OPENED) + b"(.*?)" + re.escape(CLOSED), re.DOTALL)


def taken_out(part: str, before: bytes, marked: bytes, now: bytes) -> bool:
    """Return whether `now` is `before` without the values, whatever stands in their places, in canonical form.

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
        if found < 0 or not text.startswith(piece, found) or found - at > MARKER_BYTES or value in text[at:found]:
            return False
        at = found + len(piece)
    return True


def stands(current: Current, before: bytes | None, marked: bytes | None) -> bool:
    """Return whether an object holds what a redaction was to leave; never where the images of it are lost."""
    return before is not None and marked is not None and taken_out(current.part, before, marked, current.data)


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

    Without the site's confirmation (`acked`) a version is ours only when the site names our account as its author.
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
    confirmed = acked and version in {base, base + 1}
    ours = version > base and await _is_ours(target, intent, base + 1)
    if ours and version > base + 1:
        verdict = Verdict.SUPERSEDED
    elif done and (confirmed or ours or version == base):
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
