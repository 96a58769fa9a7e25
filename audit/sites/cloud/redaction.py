"""Redaction through API v2, which sites with Guard Premium have: the document of a text, and words taken out of it."""

from __future__ import annotations

from collections.abc import Sequence

from audit.answers import converted
from audit.errors import BadAnswer, Rejected, SiteError
from audit.http import Api
from audit.redacting import Shown
from audit.sites.cloud import wire
from audit.sites.cloud.target_bodies import PATHS
from rules.model import Ref
from rules.pointers import Pointer

REASON = "personal data that was removed from the present version"
PRESENT = "personal data"
NOT_IMPLEMENTED = 501


async def shown(api: Api, ref: Ref, number: int | None = None) -> Shown:
    """Return a version of an object as an ADF document, the present one without a `number`."""
    path = f"{PATHS[ref.type]}/{ref.id}"
    version = {} if number is None else {"version": str(number)}
    one = converted((await api.get(path, {"body-format": "atlas_doc_format", **version})).json, wire.Editable, path)
    document = one.body.atlas_doc_format if one.body is not None else None
    if document is None or number not in {None, one.version.number}:
        raise BadAnswer.shape(path, "the document that was asked for is missing")
    data = document.value.encode("utf-8", "surrogatepass")
    return Shown(data, one.version.number, one.version.created_at)


async def redact(
    api: Api, ref: Ref, changed_at: str, places: Sequence[Pointer], number: int | None = None, reason: str = PRESENT
) -> None:
    """Redact characters of one version in one attempt, of the present one without a `number`."""
    words = [{"pointer": place.pointer, "from": place.first, "to": place.last, "reason": reason} for place in places]
    version: dict[str, object] = {} if number is None else {"versionNumber": number}
    payload = {
        "createdAt": changed_at,
        **version,
        "cleanHistory": False,  # what older versions hold is listed, confirmed and redacted one by one
        "body": {"redactions": words},
    }
    path = f"{PATHS[ref.type]}/{ref.id}/redact"
    try:
        await api.write("POST", path, json=payload)
    except SiteError as error:
        if error.status != NOT_IMPLEMENTED:
            raise
        raise Rejected(what="The site has no redaction", where=path, status=error.status) from error
