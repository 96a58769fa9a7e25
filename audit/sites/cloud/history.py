"""Confluence Cloud's history: versions with their texts, drafts, what is in the trash, and versions deleted for good.

Versions are read through API v2, which lists them with bodies. They are deleted through API v1, the only one that can:
the numbers of the later versions may move down by one, so nothing here takes a number for a name.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Self

from audit.answers import converted
from audit.errors import BadAnswer, Missing
from audit.http import Api
from audit.past import OldVersion
from audit.sites.base import Target
from audit.sites.cloud import wire
from audit.sites.cloud.bodies import ADF, STORAGE_FORMAT, stored
from audit.sites.cloud.redaction import REASON, redact, shown
from audit.sites.cloud.target import DRAFTS, PATHS, CloudTarget
from rules.model import Ref
from rules.pointers import Pointer

WITH_BODIES = "25"
"""Versions of one answer that carries texts: the vendor's default, so that an answer stays within bounds."""
WITHOUT = "250"


class Versioned(wire.Wire, frozen=True):
    """An entry of a list of versions; the text stands under the name of its class."""

    number: int
    created_at: str
    message: str | None = None
    author_id: str | None = None
    page: wire.OldContent | None = None
    blogpost: wire.OldContent | None = None
    comment: wire.OldContent | None = None
    custom: wire.OldContent | None = None


@dataclass(frozen=True, slots=True)
class CloudPast:
    """The history of a site, see `Past`."""

    api: Api

    @classmethod
    def of(cls, target: Target) -> Self:
        """Return the history of the site that a target writes to."""
        if not isinstance(target, CloudTarget):
            raise TypeError("this target is not a Confluence Cloud")
        return cls(target.api)

    async def versions(self, ref: Ref, *, bodies: bool) -> AsyncIterator[OldVersion]:
        """Yield every version that the site lists; none for objects that keep no history."""
        if ref.type not in PATHS:
            return
        path = f"{PATHS[ref.type]}/{ref.id}/versions"
        params = {"limit": WITH_BODIES, "body-format": "storage"} if bodies else {"limit": WITHOUT}
        async for page in self.api.pages(path, params):
            for item in page.results:
                one = converted(item, Versioned, path)
                old = one.page or one.blogpost or one.comment or one.custom
                title = old.title if old is not None else None
                yield OldVersion(one.number, one.created_at, one.author_id or "", one.message or "", _text(old), title)

    async def version_body(self, ref: Ref, number: int) -> bytes:
        """Return the text of one version."""
        return await self._body(ref, {"version": str(number)})

    async def draft(self, ref: Ref) -> bytes:
        """Return the unpublished text beside a published one, or of a page that was never published."""
        if ref.type not in DRAFTS:
            raise Missing(what="Objects of this class have no drafts", where=f"{ref.type.value} {ref.id}")
        return await self._body(ref, {"get-draft": "true"}, status="draft")

    async def resting(self, ref: Ref) -> bytes:
        """Return the text of a draft, or of what is archived or in the trash."""
        if ref.status == "draft":
            return await self.draft(ref)
        states = {"status": ref.status} if ref.type in DRAFTS else {}
        return await self._body(ref, states, status=ref.status)

    async def delete_version(self, ref: Ref, number: int) -> None:
        """Delete one version through v1, in one attempt."""
        await self.api.write("DELETE", f"/rest/api/content/{ref.id}/version/{number}")

    async def document(self, ref: Ref, number: int) -> bytes:
        """Return one version as an ADF document."""
        return (await shown(self.api, ref, number)).data

    async def redact_version(self, ref: Ref, number: int, changed_at: str, places: Sequence[Pointer]) -> None:
        """Redact words of one version through v2, which sites with Guard Premium have, in one attempt."""
        await redact(self.api, ref, changed_at, places, number, REASON)

    async def redact(self, ref: Ref, changed_at: str, places: Sequence[Pointer]) -> None:
        """Redact words of the present version in one attempt."""
        await redact(self.api, ref, changed_at, places)

    async def _body(self, ref: Ref, params: dict[str, str], *, status: str = "") -> bytes:
        path = f"{PATHS[ref.type]}/{ref.id}"
        for form in (STORAGE_FORMAT, ADF):
            answer = await self.api.get(path, {"body-format": form, **params})
            one = converted(answer.json, wire.Editable, path)
            if status and one.status != status:
                raise Missing(what=f"It is not in the state {status} any more", where=path, status=404)
            text = _text(wire.OldContent(one.body))
            if text is not None and ("version" not in params or one.version.number == int(params["version"])):
                return text
        raise BadAnswer.shape(path, "the text that was asked for is missing")


def _text(content: wire.OldContent | None) -> bytes | None:
    body = stored(content.body) if content is not None else None
    return body.data if body is not None else None
