"""Attachments of a page: streamed up in one request each, read back, and left alone where they are there already.

The digest stands in the comment of each version, so that a second call knows without a download what is there.
Source: Atlassian, Confluence Cloud REST API v1, "Create or update attachment" (PUT makes a new version where the name
exists; a file above the site's limit is a 404), and API v2, "Get attachments for page".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from audit.answers import converted
from audit.auth import origin
from audit.errors import Ambiguous, BadAnswer, SiteError, UsageError
from audit.http import Api
from audit.publish.explained import UPLOAD, refused
from audit.publish.sent import Sent
from audit.sites.cloud import wire
from audit.uploads import LocalFile, Multipart, Told, quiet

NO_CHECK: Final = {"X-Atlassian-Token": "no-check"}
"""Without it the site takes a multipart request for a forged one."""
SENDINGS: Final = 2
"""Of one file at most: the second only after reading showed that the first one left nothing."""
LIMIT: Final = "250"
_UNSENDABLE: Final = re.compile(r'["\\\x00-\x1f\x7f]|%(?:22|0[aAdD])')
_STAYS: Final = "What was published before stays."
_DIGEST: Final = re.compile(r"\bSHA-256 ([0-9a-f]{64})$")


class Attachment(wire.Wire, frozen=True):
    """One attachment of a page, as the site lists it."""

    id: str
    title: str
    version: wire.Version
    comment: str | None = None
    file_size: int | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that hangs on the page now."""

    file: LocalFile
    version: int
    sent: Sent | None
    """None where it was there already and nothing was sent."""


def comment_for(file: LocalFile, words: str) -> str:
    """Return the comment of an attachment; what it ends in is read again by the next call."""
    return f"{words}; SHA-256 {file.sha256}"


def is_there(found: Attachment | None, file: LocalFile) -> bool:
    """Return whether the current version of an attachment is this file, by the digest in its comment and its size."""
    if found is None or found.file_size != file.size_bytes:
        return False
    digest = _DIGEST.search(found.comment or "")
    return digest is not None and digest[1] == file.sha256


async def attachments(api: Api, page_id: str) -> Mapping[str, Attachment]:
    """Return the current attachments of a page by their names."""
    path = f"/api/v2/pages/{page_id}/attachments"
    found: dict[str, Attachment] = {}
    async for page in api.pages(path, {"status": "current", "limit": LIMIT}):
        for item in page.results:
            one = converted(item, Attachment, path)
            found[same_name(one.title)] = one
    return found


def require_sendable(files: Sequence[LocalFile]) -> None:
    """Return when every file would have its own name on a page. Raises `UsageError` for one that would have another.

    What stands between the quotes of a multipart header cannot hold a quote, a backslash or a control character.
    Browsers write `%22`, `%0D` and `%0A` for some of them, and servers do not agree on whether to read that back.
    """
    for file in files:
        if _UNSENDABLE.search(file.name):
            raise UsageError(
                what="The name of a file cannot be sent to a page as it is",
                where=file.shown,
                why="it holds a quotation mark, a backslash, a control character, %22, %0A or %0D, which sites change",
                fix="Rename it. Nothing was published.",
            )


def same_name(name: str) -> str:
    """Return a name as sites compare it: one form of each accented letter."""
    return unicodedata.normalize("NFC", name)


async def attach(
    api: Api, page_id: str, file: LocalFile, before: Attachment | None, words: str, told: Told = quiet
) -> Attached:
    """Make a file the current version of an attachment and return what the site says about it afterwards.

    `before` is what the page had under that name. An upload of unknown outcome is settled by reading; only where that
    shows nothing new it is sent once more. Raises the error of a refusal, `Ambiguous` when the second one is cut as
    well, and `BadAnswer` when the site holds something else than was sent.
    """
    if before is not None and is_there(before, file):
        return Attached(file, before.version.number, None)
    upload = Multipart(file, {"comment": comment_for(file, words), "minorEdit": "true"}, told)
    path = f"/rest/api/content/{page_id}/child/attachment"
    found: Attachment | None = None
    for sending in range(1, SENDINGS + 1):
        doubt: Ambiguous | None = None
        try:
            await api.upload("PUT", path, upload, NO_CHECK)
        except Ambiguous as error:
            doubt = error
        except SiteError as error:
            raise refused(error, UPLOAD, f"The file {file.shown} was not taken", _STAYS) from error
        found = (await attachments(api, page_id)).get(same_name(file.name))
        if doubt is None or is_there(found, file):
            break
        if sending == SENDINGS:
            raise refused(doubt, UPLOAD, "", _STAYS) from doubt
    if found is None or not is_there(found, file):
        raise BadAnswer(
            what="The attachment is not what was sent",
            where=f"page {page_id}",
            why=f"name, size or comment of {file.shown} differ from those of the upload",
            fix="Look at the attachments of the page: an app or a person may have changed it. Then run again.",
        )
    return Attached(file, found.version.number, Sent.of(origin(api.place.api_base), file, upload.size_bytes))
