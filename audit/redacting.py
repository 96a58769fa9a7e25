"""The site's own redaction of a present text: whether the site has it, what it would take, and the request for it.

API v2 redacts pages and blog posts on sites with Guard Premium. Only asking tells whether a site has it: the probe
names no place and a date long past, which the endpoint is documented to refuse with 400, so it changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol, runtime_checkable

from audit.drafting import part_of
from audit.errors import Missing, SiteError
from audit.guards import Refusal
from audit.jobs import Request
from audit.parts import BODY, DOCUMENT
from audit.records import Way
from audit.redacted import WITHOUT_REDACTION
from audit.sites.base import Current, Target, stops_the_run
from rules.model import Edit, HeldReason, ObjectType, Ref
from rules.pointers import Pointer
from rules.redactable import marked, redactable

REDACTED_TYPES: Final = frozenset({ObjectType.PAGE, ObjectType.BLOGPOST})
LONG_AGO: Final = "1970-01-01T00:00:00.000Z"
"""No object was last changed then, so a request with this date is refused."""
PROBES: Final = 3
"""Objects that are asked about before a refusal counts for the site: one of them may merely not be ours to edit."""
REFUSED: Final = 400
NOT_REDACTED: Final = "The site itself redacts nothing but the texts of pages and blog posts."
WITHOUT: Final = "The site has no redaction of its own, or not for this account."
UNWANTED: Final = "It was asked for with --splice."
OTHERWISE: Final = "the site's document of it is not the one that the plan was made for"


@dataclass(frozen=True, slots=True)
class Shown:
    """A present text in Atlassian's document format."""

    data: bytes = field(repr=False)
    version: int
    changed_at: str
    """When the object last changed, as the site writes it."""


class Asked(Protocol):
    """A site that may have redaction of its own."""

    async def redact(self, ref: Ref, changed_at: str, places: Sequence[Pointer]) -> None:
        """Have the site take characters out of the present text, in one attempt; older versions stay.

        Raises `Rejected` (400) when the object has changed since `changed_at`, `NotAllowed`, `Missing` or an error of
        status 501 where the site has no redaction, `Ambiguous` when it is not known whether it was accepted.
        """
        ...


@runtime_checkable
class Redacts(Asked, Protocol):
    """A site whose texts can be redacted by it, where it has redaction."""

    async def document(self, ref: Ref) -> Shown:
        """Return the present text of an object. Raises `Missing` when it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Probe:
    """Whether a site redacts, and how it answered when it was asked."""

    redacts: bool
    answer: str
    """Plain words; empty when nobody was asked."""


async def probe(site: Asked, refs: Sequence[Ref]) -> Probe:
    """Return whether the site redacts, asked about up to `PROBES` of `refs`; nothing of them changes.

    Raises the `SiteError` that would stop the run.
    """
    answer = ""
    for ref in refs[:PROBES]:
        try:
            await site.redact(ref, LONG_AGO, ())
        except SiteError as error:
            if stops_the_run(error):
                raise
            answer = f"it answered {error.status}" if error.status else f"it gave no answer ({type(error).__name__})"
            if error.status == REFUSED:
                return Probe(redacts=True, answer=answer)
            if error.status not in WITHOUT_REDACTION:
                break
        else:
            return Probe(redacts=True, answer="it took a request without places")
    return Probe(redacts=False, answer=answer)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which way one action goes, and why."""

    way: Way
    why: str
    """Why it is a splice; empty where the site redacts."""
    pointers: tuple[Pointer, ...] = ()
    edits: tuple[Edit, ...] = ()
    """Where the site redacts: the marks around each value, see `rules.redactable`."""


async def chosen_way(target: Target, answer: Probe, current: Current, edits: Sequence[Edit]) -> Chosen:
    """Return which way the masks of one part go: by the site where it redacts and every value has its place there.

    Raises `SiteError` when the document of the part cannot be read.
    """
    if current.ref.type not in REDACTED_TYPES or current.part not in {BODY, DOCUMENT}:
        return Chosen(Way.SPLICE, NOT_REDACTED)
    if not answer.redacts or not isinstance(target, Redacts):
        return Chosen(Way.SPLICE, WITHOUT if answer.answer else UNWANTED)
    shown = await target.document(current.ref)
    places = redactable(part_of(current), edits, shown.data)
    if isinstance(places, str):
        return Chosen(Way.SPLICE, places)
    return Chosen(Way.ENDPOINT, "", places, marked(edits))


async def redaction_of(
    target: Target, current: Current, edits: Sequence[Edit], planned: Sequence[Pointer]
) -> Request | Refusal:
    """Return the request for the planned redaction, or why the places planned are not those of the present text."""
    if not isinstance(target, Redacts):
        return Refusal(HeldReason.NO_REWRITER, WITHOUT)
    try:
        shown = await target.document(current.ref)
    except Missing:
        return Refusal(HeldReason.GONE, "the site does not find it")
    same = current.part != DOCUMENT or shown.data == current.data
    if shown.version != current.ref.version or not same or redactable(part_of(current), edits, shown.data) != planned:
        return Refusal(HeldReason.CHANGED, OTHERWISE)
    return partial(target.redact, current.ref, shown.changed_at, planned)
