"""What every source of content offers: `Site` for reading, `Target` for writing back.

A source turns whatever its API or file says into our types at this border; no raw JSON leaves it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from audit.errors import NotAuthenticated, SiteError, Throttled, Unreachable
from reports.evidence import HostFacts
from rules.model import ObjectType, Part, Ref


@dataclass(frozen=True, slots=True)
class Read:
    """The object arrived whole."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """The object was seen and deliberately not read."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The object should have been read and was not. One of these makes the run incomplete."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unassessed:
    """The object is there and this run does not look at it; it is counted in a row of its own, never as read."""

    reason: str


Coverage = Read | Skipped | Failed | Unassessed


def none_listed(_object_class: ObjectType, _state: str) -> frozenset[str]:
    """Return that nothing was listed."""
    return frozenset()


def none_missing() -> Mapping[str, ObjectType]:
    """Return that nothing is missing."""
    return {}


@dataclass(frozen=True, slots=True)
class SiteObject:
    """One object of the site with everything that rules look at."""

    ref: Ref
    title: str = ""
    """Title as the site has it. It is masked before it is written anywhere."""
    url: str = ""
    """Link to this version, built from ids only."""
    parent: str = ""
    """`page 123`, or empty."""
    parts: tuple[Part, ...] = ()
    coverage: Coverage = field(default_factory=Read)
    counted_as: ObjectType | None = None
    """Class in the coverage table where it is not the type of the ref: the restrictions of a page count as
    `restriction` while their findings belong to the page."""
    author: str = ""
    """Account id of whoever wrote this version, empty where the source does not say; stored as a pseudonym."""
    flags: tuple[str, ...] = ()
    """Facts that the coverage table counts: `read-restricted`, `update-restricted`."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One chain of listings that can be read side by side with others and resumed on its own."""

    name: str
    """Unique in the run and stable between runs of the same scope: `pages/1`."""
    object_class: ObjectType
    after: tuple[str, ...] = ()
    """Names of units that must be finished before this one starts."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One answer of a listing, decoded."""

    objects: tuple[SiteObject, ...]
    resume_from: str | None
    """Where the chain goes on; None at its end."""
    note: str = ""
    """How this unit had to be read, when it is not the usual way; shown in the coverage table."""


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """A class of objects that this run does not look at, and why."""

    object_class: ObjectType
    note: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What a source will read, known before the crawl begins."""

    edition: str
    account_id: str
    """The caller; empty for files."""
    units: tuple[Unit, ...]
    not_assessed: tuple[NotAssessed, ...]
    notes: Mapping[ObjectType, str]
    """How a class is read, for the coverage table."""
    scope: tuple[str, ...] = ()
    """Ids of the spaces in scope: when they differ on resume, the listings start anew."""
    estimate: int | None = None
    """Pages and blog posts that the site's own index counts; None where it does not say."""


@dataclass(frozen=True, slots=True)
class Known:
    """Objects that earlier units of the run have seen; later units reconcile against them."""

    content: Mapping[str, Ref]
    """Id of each page and blog post -> its ref."""
    restrictions: frozenset[str]
    """Ids of the content whose restrictions were read before an interruption."""
    custom_containers: frozenset[str]
    """Ids of custom content that comments and attachments name as their container."""
    listed: Callable[[ObjectType, str], frozenset[str]] = none_listed
    """(class, state or empty for any) -> ids of what was listed of it. Asked only where it is needed."""
    unlisted: Callable[[], Mapping[str, ObjectType]] = none_missing
    """Returns pages and blog posts that others name as parent or container and that no listing showed."""
    gaps: bool = False
    """A chain that this one builds on failed: the run is incomplete, and what is missing is no contradiction."""


class Site(Protocol):
    """A place to audit."""

    async def survey(self) -> Survey:
        """Return what there is to read. Raises `SiteError` when the site or the credentials do not answer."""
        ...

    def read(self, unit: Unit, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
        """Yield the objects of one unit, batch by batch, from its start or from where an earlier run stopped."""
        ...

    async def confirm(self) -> None:
        """Check that the source still takes us for the same account. Raises `NotAuthenticated` otherwise."""
        ...

    def hosts(self) -> tuple[HostFacts, ...]:
        """Return every host that was contacted so far."""
        ...


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """One version in the history of an object."""

    number: int
    message: str
    author: str
    """Account id."""
    title: str | None = field(default=None, repr=False)
    """What the object was called then; None where the site does not say."""


@dataclass(frozen=True, slots=True)
class Current:
    """The present state of one part, read by id and never from a search index."""

    ref: Ref
    """Version and status as they are now."""
    part: str
    """Its path, see `audit.parts`."""
    data: bytes
    fields: Mapping[str, str]
    """What has to be sent back unchanged: title and the like. Never logged."""
    has_draft: bool = False
    """An unpublished draft that differs from the published text."""
    latest: VersionFacts | None = None
    """The present version, where the site tells of no others; None where there is a history or are no versions."""
    fixed: str = ""
    """Why it cannot be written whatever it holds, in plain words; empty where it can."""


class Target(Protocol):
    """A site that can be written to."""

    async def caller(self) -> str:
        """Return the account id of the credentials. Raises `NotAuthenticated` when the site takes us for anonymous."""
        ...

    async def fetch(self, ref: Ref, part: str) -> Current:
        """Return the present state of a part. Raises `Missing` when the object is gone."""
        ...

    async def replace(self, current: Current, data: bytes, op_token: str) -> None:
        """Write `data` with version `current.ref.version + 1` and `op_token` in the version message, in one attempt.

        Raises `Conflict` when another version is there, `Rejected` when the site refuses, `Ambiguous` when it is
        not known whether the write took place. What has no version takes no `op_token`.
        """
        ...

    async def history(self, ref: Ref) -> tuple[VersionFacts, ...]:
        """Return the versions of an object, newest first; empty for objects without versions."""
        ...


def stops_the_run(error: SiteError) -> bool:
    """Return whether no further call can succeed: nobody is there, we are not let in, or we have to wait for long.

    An endpoint that fails by itself (403, 404, 410, 5xx, another shape) costs its own objects only.
    """
    return isinstance(error, NotAuthenticated | Throttled) or (isinstance(error, Unreachable) and error.status is None)
