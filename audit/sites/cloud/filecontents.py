"""What is in attachments: each file is fetched, read in a process of its own, and forgotten.

The site answers with a file, or with an address at which its media service has it. That address is asked without
credentials, and only where it lies on the site's own host or on the configured media host. Source: Confluence Cloud
REST API v1, "Get URI to download attachment", which answers 302.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import parse_qs, urljoin, urlsplit

from audit.answers import converted
from audit.attachments import contents as reading
from audit.attachments.standing import Standing
from audit.auth import origin
from audit.bounded import each
from audit.errors import BadAnswer, ConfigError, ForeignLink, GoneError, Missing, NotAllowed
from audit.http import Api
from audit.pictured import flags_of
from audit.sites.base import Batch, Failed, Known, Read, SiteObject, Skipped
from audit.sites.cloud import wire
from audit.sites.cloud.content import attachment_object, container_of
from audit.sites.cloud.options import CONTENTS, INCLUDABLE
from audit.sites.cloud.scope import SIDE_BY_SIDE, Scope
from rules.model import ObjectType, Part

PATH: Final = "/api/v2/attachments"
PAGE: Final = 50
"""Files between two points at which an interrupted run goes on."""
_ONLY_PICTURES: Final = "text in pictures: OCR is off"
Reader = Callable[[str, str, bytes], Awaitable[reading.Contents]]
"""(file name, media type, content) -> what could be read of it."""


@dataclass(frozen=True, slots=True)
class Files:
    """How files are fetched and read."""

    signed: Api
    """Without credentials: `place.api_base` is the media host, `place.root_base` the site."""
    read: Reader
    limit_bytes: int
    """Larger files are not fetched."""
    standing: Callable[[], Standing | None]
    """Returns which protections stand while files are read, None before the first one."""

    @property
    def note(self) -> str:
        """Return how files were read, empty where none was so far."""
        stands = self.standing()
        return "" if stands is None else f"{INCLUDABLE[CONTENTS].extent}; {stands.said}"

    async def fetch(self, site: Api, container: str, attachment: str, version: int) -> bytes:
        """Return a file. Raises `ForeignLink` for an address that is on neither host, and what `Api.get` raises."""
        path = f"/rest/api/content/{container}/child/attachment/{attachment}/download"
        found = await site.download(path, {"version": str(version)})
        if isinstance(found, str):
            found = await self._follow(found)
        if isinstance(found, str):
            raise _elsewhere("it is said to lie elsewhere once more")
        return found

    async def _follow(self, address: str) -> bytes | str:
        place = self.signed.place
        address = urljoin(f"{place.root_base}/", address)
        parts = urlsplit(address)
        try:
            host = origin(address)
        except ConfigError:
            raise _elsewhere("its address is no plain https address") from None
        if host not in {origin(place.api_base), origin(place.root_base)}:
            raise _elsewhere(f"its address is on {parts.hostname}, which the configuration does not name")
        query = parse_qs(parts.query, keep_blank_values=True)
        return await self.signed.download(parts.path, query, root=host == origin(place.root_base))


def _elsewhere(why: str) -> ForeignLink:
    return ForeignLink(
        what="The file is not fetched",
        where="download of an attachment",
        why=why,
        fix="If it is the media host of your site, set `media` (CONFLUENCE_GDPR_MEDIA).",
    )


async def contents(scope: Scope, files: Files, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield what is in every file that stands in scope and is not in the trash: one download each."""
    params = {"status": ["current", "archived"], "limit": str(PAGE)}
    async for page in scope.api.pages(PATH, params, resume_from=resume_from):
        items = [converted(result, wire.Attachment, PATH) for result in page.results]
        objects = await each(items, partial(_content, scope, files, known), SIDE_BY_SIDE)
        yield Batch(tuple(one for one in objects if one is not None), page.next, files.note)


async def _content(scope: Scope, files: Files, known: Known, item: wire.Attachment) -> SiteObject | None:
    """Return one file with its texts, None for one outside of the scope."""
    listed = attachment_object(scope, known, item)
    if listed is None:
        return None
    made = partial(SiteObject, listed.ref, url=listed.url, parent="", counted_as=ObjectType.ATTACHMENT_CONTENT)
    if item.file_size is not None and item.file_size > files.limit_bytes:
        return made(coverage=Skipped(f"larger than {files.limit_bytes} bytes"))
    _, container = container_of(item)
    try:
        data = await files.fetch(scope.api, container, item.id, item.version.number)
    except (NotAllowed, Missing, GoneError, BadAnswer) as error:
        return made(coverage=Failed(error.why))
    found = await files.read(item.title, item.media_type or "", data)
    if not isinstance(found, reading.Texts):
        return made(coverage=(Skipped if isinstance(found, reading.Skipped) else Failed)(found.reason))
    parts = tuple(Part(listed.ref, piece.path, piece.kind, piece.text) for piece in found.pieces)
    beside = () if found.is_only_pictures else flags_of(found.passed)
    return made(title=listed.title, parts=parts, coverage=_coverage(found), flags=beside)


def _coverage(found: reading.Texts) -> Read | Skipped | Failed:
    """Return how far a file was read; of one that holds nothing but pictures only the metadata was."""
    if found.gaps:
        return Failed(f"read in part: {'; '.join(found.gaps)}")
    return Skipped(_ONLY_PICTURES) if found.is_only_pictures else Read()
