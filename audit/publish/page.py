"""A page that a run is published on: found or made, restricted and read back, filled with files, then written.

    look    who, where, which page, which files are there          nothing is written
    make    an empty page that only its maker sees                 where there is none
    close   restrictions written, read back and compared           before the first byte of anything personal
    attach  each file streamed, read back                          `audit.publish.attachments`
    write   the body with the summary, read back
    check   the restrictions read once more

Each step looks first and does nothing where its result is there: after a crash the same call goes on, and a second
call of a finished one writes nothing. Sources: Atlassian, Confluence Cloud REST API v2 "Create page" (`private`: only
its maker sees it), "Update page"; v1 "Update restrictions".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from audit.answers import Answer, converted
from audit.errors import Ambiguous, BadAnswer, Conflict, GuardError, Missing, Rejected, SiteError, UsageError
from audit.http import Api
from audit.publish.attachments import Attached, Attachment, attach, attachments, is_there, require_sendable, same_name
from audit.publish.explained import AGAIN
from audit.publish.readers import restricted_to, same
from audit.publish.sent import Sent
from audit.sites.base import Current
from audit.sites.cloud import wire
from audit.sites.cloud.site import caller
from audit.sites.cloud.target_restrictions import fetch_restrictions, replace_restrictions
from audit.uploads import LocalFile, Told, quiet
from rules import acl
from rules.model import ObjectType, Ref

OURS: Final = "confluence-gdpr publish"
"""What the version messages of published pages begin with."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be published, where, and for whom."""

    site: str
    space: str
    """Key of the space."""
    title: str
    run_id: str
    files: tuple[LocalFile, ...]
    body: str = field(repr=False)
    """Storage format."""
    readers: tuple[str, ...] = ()
    """`user:ID` and `group:NAME` beside the caller."""
    parent: str = ""
    """Id of the page above; empty: the home page of the space."""
    replace: bool = False
    """Write over a page of that title whose last version is not ours."""

    @property
    def message(self) -> str:
        """Return the message of the version that holds the body; the same body has the same message."""
        return f"{OURS} {self.run_id} {hashlib.sha256(self.body.encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Found:
    """What is there before anything is written."""

    account: str
    """The caller's."""
    space_id: str
    readers: acl.Restrictions
    page: wire.Editable | None
    """None: the page is to be made."""
    closed: bool = False
    """Whether exactly the wanted readers see it already."""
    attachments: Mapping[str, Attachment] = field(default_factory=dict)

    def waiting(self, wanted: Wanted) -> tuple[LocalFile, ...]:
        """Return the files that are to be sent."""
        return tuple(one for one in wanted.files if not is_there(self.attachments.get(same_name(one.name)), one))

    def is_written(self, wanted: Wanted) -> bool:
        """Return whether the body stands already."""
        return self.page is not None and self.page.version.message == wanted.message


@dataclass(frozen=True, slots=True)
class Published:
    """What stands on the site now."""

    page_id: str
    version: int
    made: bool
    closed: bool
    """Whether the restrictions were written in this call."""
    written: bool
    """Whether the body was written in this call."""
    files: tuple[Attached, ...]

    @property
    def sent(self) -> tuple[Sent, ...]:
        """Return the files that went to the site in this call."""
        return tuple(one.sent for one in self.files if one.sent is not None)


Progress = Callable[[LocalFile], Told]
"""Given the file whose turn it is, returns who is told of its bytes."""


def silent(_file: LocalFile) -> Told:
    """Tell nobody."""
    return quiet


async def look(api: Api, wanted: Wanted) -> Found:
    """Return what is there. Writes nothing.

    Raises `UsageError` for a file whose name the site would change and for a space that is not there, `GuardError` for
    readers that are not and for a page of that title that somebody else wrote, and what `Api.get` raises.
    """
    require_sendable(wanted.files)
    account = await caller(api)
    space_id = await _space(api, wanted.space)
    readers = await restricted_to(api, account, wanted.readers)
    page = await _page(api, space_id, wanted.title)
    if page is None:
        return Found(account, space_id, readers, None)
    if not (wanted.replace or await _is_ours(api, page, account)):
        raise GuardError(
            what="A page of that title is there, and its latest version is not of this tool",
            where=f"page {page.id}",
            why="somebody else wrote or edited it",
            fix="Give another --title, or --replace to write a new version over it. Nothing was published.",
        )
    closed = same(await _restrictions(api, wanted.site, page), readers)
    return Found(account, space_id, readers, page, closed, await attachments(api, page.id))


async def publish(
    api: Api, wanted: Wanted, found: Found, on_sent: Callable[[Sent], None], progress: Progress = silent
) -> Published:
    """Carry out what `look` has found missing, and return what stands then. Each file that was taken is told at once.

    Raises `GuardError` when the page could not be closed to others: then not a byte of a file or of the summary was
    sent. Raises the error of a refusal, which says what was published before it, and `Ambiguous` when nobody knows.
    """
    page = found.page or await _made(api, wanted, found)
    if not found.closed:
        await _close(api, wanted, found, page)
    files: list[Attached] = []
    for file in wanted.files:
        before = found.attachments.get(same_name(file.name))
        one = await attach(api, page.id, file, before, f"confluence-gdpr run {wanted.run_id}", progress(file))
        if one.sent is not None:
            on_sent(one.sent)
        files.append(one)
    written = not found.is_written(wanted)
    version = await _written(api, wanted, page) if written else page.version.number
    if not same(await _restrictions(api, wanted.site, page), found.readers):
        raise GuardError(
            what="The page was opened to others while it was published",
            where=f"page {page.id}",
            why="its restrictions are not those that were set and read back before",
            fix="Look at its restrictions at once; the same command sets them again.",
        )
    return Published(page.id, version, found.page is None, not found.closed, written, tuple(files))


async def _space(api: Api, key: str) -> str:
    async for page in api.pages("/api/v2/spaces", {"keys": key}):
        for item in page.results:
            found = converted(item, wire.Space, "/api/v2/spaces")
            if found.key.casefold() == key.casefold():
                return found.id
    raise UsageError(
        what="The space is not there",
        where="--space",
        why="the site has no space of that key, or hides it from the account",
        fix="Give the key of the space as it stands in the addresses of its pages. Nothing was published.",
    )


async def _page(api: Api, space_id: str, title: str) -> wire.Editable | None:
    params = {"space-id": space_id, "title": title, "status": ("current", "archived"), "body-format": "storage"}
    async for page in api.pages("/api/v2/pages", params):
        for item in page.results:
            found = converted(item, wire.Editable, "/api/v2/pages")
            if found.title != title:
                continue
            if found.status != "current":
                raise GuardError(
                    what="A page of that title is archived",
                    where=f"page {found.id}",
                    fix="Give another --title, or restore the page first. Nothing was published.",
                )
            return found
    return None


async def _is_ours(api: Api, page: wire.Editable, account: str) -> bool:
    """Return whether the current version is ours; an empty first one of the same account is what a crash leaves."""
    if (page.version.message or "").startswith(f"{OURS} "):
        return True
    first = page.version.number == 1 and page.version.author_id == account
    return first and (await _read(api, page.id)).body in (None, wire.Body(), _EMPTY)


_EMPTY: Final = wire.Body(storage=wire.Text("", "storage"))


async def _read(api: Api, page_id: str) -> wire.Editable:
    path = f"/api/v2/pages/{page_id}"
    return converted((await api.get(path, {"body-format": "storage"})).json, wire.Editable, path)


async def _restrictions(api: Api, site: str, page: wire.Editable) -> acl.Restrictions:
    return acl.decode((await fetch_restrictions(api, site, _ref(page))).data)


def _ref(page: wire.Editable) -> Ref:
    return Ref(ObjectType.PAGE, page.id, page.version.number, "", page.status)


async def _made(api: Api, wanted: Wanted, found: Found) -> wire.Editable:
    """Return a new page without a text, which nobody but its maker sees. Made at most once: titles are unique."""
    payload: dict[str, object] = {
        "spaceId": found.space_id,
        "status": "current",
        "title": wanted.title,
        "body": {"representation": "storage", "value": ""},
    }
    if wanted.parent:
        payload["parentId"] = wanted.parent
    try:
        answer: Answer = await api.write("POST", "/api/v2/pages", payload, params={"private": "true"})
    except Ambiguous as doubt:
        there = await _page(api, found.space_id, wanted.title)
        if there is None or not await _is_ours(api, there, found.account):
            doubt.fix = f"Nothing was published. {AGAIN}"
            raise
        return there
    except Missing as error:
        error.fix = "Check --space and --parent, and whether the account may add pages there. Nothing was published."
        raise
    except Rejected as error:
        error.fix = "A page of that title may be there that the account does not see. Nothing was published."
        raise
    return converted(answer.json, wire.Editable, "POST /api/v2/pages")


async def _close(api: Api, wanted: Wanted, found: Found, page: wire.Editable) -> None:
    """Restrict the page, read it back and compare. A page made for this is taken away again where that fails."""
    try:
        current = await fetch_restrictions(api, wanted.site, _ref(page))
        if not same(acl.decode(current.data), found.readers):
            await _restrict(api, wanted, found, page, current)
    except (GuardError, SiteError) as error:
        left = (
            await _take_away(api, page)
            if found.page is None
            else "The page was there before: look at its restrictions."
        )
        raise GuardError(
            what="The page could not be restricted, so nothing was published",
            where=f"page {page.id}",
            why=error.why or error.what,
            fix=f"{left} Check that the account may restrict pages in the space, then run the same command again.",
        ) from error


async def _restrict(api: Api, wanted: Wanted, found: Found, page: wire.Editable, current: Current) -> None:
    with suppress(Ambiguous):  # what is read back decides
        await replace_restrictions(api, current, acl.encode(found.readers))
    if not same(await _restrictions(api, wanted.site, page), found.readers):
        raise GuardError(what="The restrictions are not those that were set", why="reading them back showed others")


async def _take_away(api: Api, page: wire.Editable) -> str:
    """Move an empty page of ours to the trash and say what is left."""
    try:
        await api.write("DELETE", f"/api/v2/pages/{page.id}")
    except SiteError:
        return f"The empty page {page.id} is left; delete it by hand."
    return f"The empty page {page.id} that had been made is in the trash."


async def _written(api: Api, wanted: Wanted, page: wire.Editable, *, again: bool = True) -> int:
    """Write the body as the next version, read it back and return its number.

    A write of unknown outcome is sent `again` once, after reading has shown that it left nothing.
    """
    path, number, doubt = f"/api/v2/pages/{page.id}", page.version.number + 1, None
    payload = {
        "id": page.id,
        "status": "current",
        "title": wanted.title,
        "body": {"representation": "storage", "value": wanted.body},
        "version": {"number": number, "message": wanted.message},
    }
    try:
        await api.write("PUT", path, payload)
    except Ambiguous as error:
        error.fix = f"The files hang on page {page.id}. {AGAIN}"
        doubt = error
    except Conflict as error:
        error.fix = f"The files hang on page {page.id}. Run the same command again: it reads the page anew."
        raise
    except SiteError as error:
        error.fix = f"The files hang on page {page.id}, its text is as it was. {error.fix}"
        raise
    now = await _read(api, page.id)
    if now.version.message == wanted.message:
        return now.version.number
    if doubt is None or now.version.number != page.version.number:
        raise BadAnswer(
            what="The page does not hold the text that was sent",
            where=f"page {page.id}",
            why="its latest version has another message: somebody edited it, or the site dropped the text",
            fix="The files hang on it. Look at its history, then run the same command again.",
        )
    if not again:
        raise doubt
    return await _written(api, wanted, page, again=False)


def require_distinct(files: Sequence[LocalFile]) -> None:
    """Return when no two files would have the same name there. Raises `UsageError` otherwise."""
    names = [same_name(one.name).casefold() for one in files]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise UsageError(
                what="Two files have the same name",
                where=str(files[index].path),
                why="one would become a version of the other",
                fix="Rename one of them.",
            )
