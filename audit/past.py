"""What a source offers beside the present state of an object: its old versions, its draft, and their deletion."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from audit.canonical import keyed_hash
from rules.model import Ref
from rules.pointers import Pointer


@dataclass(frozen=True, slots=True)
class OldVersion:
    """One entry of the history of an object, as it was listed."""

    number: int
    """Confluence Cloud numbers the later ones anew when a version is deleted, so this names a version only as long as
    nothing was deleted below it."""
    created_at: str
    author: str = field(repr=False)
    """Account id."""
    message: str = field(repr=False)
    data: bytes | None = field(default=None, repr=False)
    """The text, where it was asked for and sent."""
    title: str | None = field(default=None, repr=False)
    """None where the site does not tell it."""

    def identity(self, key: bytes) -> str:
        """Return what names this version whatever its number: a keyed hash of when, by whom and why it was made."""
        text = f"{self.created_at}\x00{self.author}\x00{self.message}"
        return keyed_hash(key, text.encode("utf-8", "surrogatepass"))[:16]


class Past(Protocol):
    """The history of a site's objects, its drafts and its trash."""

    def versions(self, ref: Ref, *, bodies: bool) -> AsyncIterator[OldVersion]:
        """Yield all versions of an object, the present one included, in no promised order."""
        ...

    async def version_body(self, ref: Ref, number: int) -> bytes:
        """Return the text of one version. Raises `Missing` when there is none of that number."""
        ...

    async def draft(self, ref: Ref) -> bytes:
        """Return the unpublished text of an object. Raises `Missing` when there is none."""
        ...

    async def resting(self, ref: Ref) -> bytes:
        """Return the text of an object that is not current, in the state that `ref.status` names.

        Raises `Missing` when it is not in that state any more.
        """
        ...

    async def delete_version(self, ref: Ref, number: int) -> None:
        """Delete a version that is not the present one, for good, in one attempt.

        Raises `Rejected`, `NotAllowed` or `Missing` when the site refuses, `Ambiguous` when nobody knows.
        """
        ...

    async def document(self, ref: Ref, number: int) -> bytes:
        """Return one version in Atlassian's document format."""
        ...

    async def redact_version(self, ref: Ref, number: int, changed_at: str, places: Sequence[Pointer]) -> None:
        """Have the site take words out of one version, in one attempt. `changed_at` is when the object last changed.

        Raises `NotAllowed`, `Missing` or an error of status 501 where the site has no redaction.
        """
        ...

    async def redact(self, ref: Ref, changed_at: str, places: Sequence[Pointer]) -> None:
        """Have the site take characters out of the present text, see `audit.redacting.Redacts`."""
        ...
