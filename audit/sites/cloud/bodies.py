"""Bodies as the site stores them: in storage format, as a document (ADF), or raw as an app left them.

Storage format is asked for first, for most bodies have it. Where the site gives none, the document is read and later
written in the same form: a conversion there and back would change more than a person (OpenAPI document of v2:
`body-format` answers "if available"; custom content that is raw comes as `raw`, whatever was asked for).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from audit.answers import converted
from audit.errors import BadAnswer, GoneError, Missing, NotAllowed
from audit.parts import BODY, DOCUMENT, RAW
from audit.sites.base import Batch, Failed, SiteObject
from audit.sites.cloud import wire
from audit.sites.cloud.scope import SIDE_BY_SIDE, Scope
from rules.model import Kind, ObjectType, Part, Ref
from rules.sniff import sniff

STORAGE_FORMAT: Final = "storage"
ADF: Final = "atlas_doc_format"
NO_BODY: Final = "the site sent no body in storage format and no document"
"""Why an object without any body is failed: missing is not empty."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Body:
    """One body in the form in which it is stored."""

    representation: str
    """As the API calls it: `storage`, `atlas_doc_format` or `raw`."""
    part: str
    """Path of the part, see `audit.parts`."""
    kind: Kind
    """TEXT for a raw body that is nothing this tool reads."""
    data: bytes = field(repr=False)

    def of(self, ref: Ref, prefix: str = "") -> Part:
        """Return the body as a part of an object; `prefix` begins the path of what is no part to be written."""
        return Part(ref, f"{prefix}{self.part}", self.kind, self.data)


def stored(body: wire.Body | None, content_type: str = "") -> Body | None:
    """Return the body that an answer holds, None where it holds none. Raw ones are told by their contents."""
    if body is None:
        return None
    if body.storage is not None:
        return Body(STORAGE_FORMAT, BODY, Kind.STORAGE, _bytes(body.storage))
    if body.raw is not None:
        return _raw(_bytes(body.raw), content_type)
    if body.atlas_doc_format is not None:
        return Body(ADF, DOCUMENT, Kind.ADF, _bytes(body.atlas_doc_format))
    return None


def _raw(data: bytes, content_type: str) -> Body:
    kind = sniff("", data)
    if kind is Kind.STORAGE:
        return Body("raw", BODY, kind, data)
    if kind is Kind.ADF:
        return Body("raw", DOCUMENT, kind, data)
    # What begins like JSON and is none is not read as prose: then it counts as unreadable.
    if data.lstrip()[:1] in {b"{", b"["}:
        return Body("raw", f"{RAW}{content_type}", Kind.JSON, data)
    return Body("raw", BODY, Kind.TEXT, data)


def _bytes(text: wire.Text) -> bytes:
    return text.value.encode("utf-8", "surrogatepass")


def body_part(ref: Ref, body: wire.Body | None, prefix: str = "", content_type: str = "") -> tuple[Part, ...]:
    """Return the body as a part. Raises `BadAnswer` when the site sent none, with `NO_BODY` as the reason."""
    found = stored(body, content_type)
    if found is None:
        raise bodiless(f"{ref.type.value} {ref.id}")
    return (found.of(ref, prefix),)


def bodiless(where: str) -> BadAnswer:
    """Return the error of an answer that holds no body in any form."""
    return BadAnswer(
        what="The site sent an object without its body",
        where=where,
        why=NO_BODY,
        fix="Check that the account may view it; it is left alone and counts as not assessed.",
    )


def lacks_body(one: SiteObject) -> bool:
    """Return whether an object failed only because its body came in no form that was asked for."""
    return one.coverage == Failed(NO_BODY)


async def with_documents(
    scope: Scope,
    batches: AsyncIterator[Batch],
    shape: type[T],
    build: Callable[[ObjectType, T], SiteObject | None],
    paths: Mapping[ObjectType, str],
    params: Mapping[str, str | Sequence[str]],
) -> AsyncIterator[Batch]:
    """Yield the batches of a listing; what came without its body is read again by its id, as a document.

    `shape` is what such an answer looks like, `build` makes an object of it or leaves it out, `paths` lead to it.
    Costs a request for each such object.
    """

    async def again(one: SiteObject) -> SiteObject | None:
        path = f"{paths[one.ref.type]}/{one.ref.id}"
        try:
            answer = await scope.api.get(path, {**params, "body-format": ADF})
            return build(one.ref.type, converted(answer.json, shape, path))
        except (NotAllowed, Missing, GoneError, BadAnswer) as error:
            return SiteObject(one.ref, coverage=Failed(error.why))

    async for batch in batches:
        missing = [one for one in batch.objects if lacks_body(one)]
        whole = [one for one in batch.objects if not lacks_body(one)]
        for start in range(0, len(missing), SIDE_BY_SIDE):
            found = await asyncio.gather(*(again(one) for one in missing[start : start + SIDE_BY_SIDE]))
            whole += [one for one in found if one is not None]
        yield replace(batch, objects=tuple(whole)) if missing else batch
