"""Pages and blog posts that no listing delivered although something else of the site names them.

A listing that answers 200 with less than there is looks like a complete one. An id that another answer names is
therefore looked up. Gone is fine; present means that its space is listed once more, and when the listing leaves it
out again, the run is incomplete.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from audit.answers import converted
from audit.errors import BadAnswer, GoneError, Missing, NotAllowed, SiteError
from audit.http import Page
from audit.sites.base import Failed, Known, SiteObject, Skipped, stops_the_run
from audit.sites.cloud import wire
from audit.sites.cloud.bodies import ADF, STORAGE_FORMAT, lacks_body
from audit.sites.cloud.content import PATHS, STATES, content, content_object
from audit.sites.cloud.scope import PAGE_SIZE, SPACES_A_LISTING, Scope
from rules.model import ObjectType, Ref

LOOK_UPS = 200
"""Most objects that one chain looks up one by one; beyond them the run is incomplete."""
BULK = 250
"""Ids that one listing takes."""
PAGE_LIKE = (ObjectType.PAGE, ObjectType.BLOGPOST)
NOTHING_KNOWN = Known(content={}, restrictions=frozenset(), custom_containers=frozenset())


def strangers(page: Page, ids: set[str]) -> Mapping[str, ObjectType]:
    """Return the current pages and blog posts of a search answer that no listing delivered."""
    kinds = {kind.value: kind for kind in PAGE_LIKE}
    return {
        str(item["id"]): kinds[str(item.get("type"))]
        for item in page.results
        if item.get("type") in kinds and item.get("status") == "current" and str(item.get("id") or "") not in {*ids, ""}
    }


async def late_content(scope: Scope, missing: Mapping[str, ObjectType]) -> AsyncIterator[tuple[SiteObject, ...]]:
    """Yield pages and blog posts that are there although no listing delivered them, and what else their spaces hold.

    Raises `BadAnswer` at its end when the site shows an object by its id and leaves it out of its listing again, or
    when more are missing than are looked up.
    """
    spaces = await _spaces_of(scope, missing)
    found: set[str] = set()
    for start in range(0, len(spaces), SPACES_A_LISTING):
        for kind in PAGE_LIKE:
            async for batch in content(scope, kind, spaces[start : start + SPACES_A_LISTING], NOTHING_KNOWN, None):
                found.update(one.ref.id for one in batch.objects)
                yield batch.objects
    rest = [(one, kind) for one, kind in missing.items() if one not in found]
    there = 0
    for one, kind in rest[:LOOK_UPS]:
        late = await _by_id(scope, one, kind)
        there += late is not None and not isinstance(late.coverage, Skipped)
        yield () if late is None else (late,)
    if there or len(rest) > LOOK_UPS:
        asked = f"{there} of {min(len(rest), LOOK_UPS)} that were looked up by id are there"
        more = f"; {len(rest) - LOOK_UPS} more were not looked up" if len(rest) > LOOK_UPS else ""
        raise contradiction(f"{len(rest)} pages or blog posts that the site names are in no listing: {asked}{more}")


async def late_or_doubt(scope: Scope, missing: Mapping[str, ObjectType]) -> tuple[list[SiteObject], SiteError | None]:
    """Return what was found of objects that no listing showed, and the error that says why there may be more."""
    late: list[SiteObject] = []
    try:
        async for some in late_content(scope, missing):
            late += some
    except SiteError as error:
        if stops_the_run(error):
            raise
        return late, error
    return late, None


def contradiction(why: str) -> BadAnswer:
    """Return the error of a site whose answers do not fit together."""
    return BadAnswer(
        what="The listings leave out what the site itself shows",
        where="cross-check",
        why=why,
        fix="What was read is kept. Audit again; if it stays so, tell the vendor of the site.",
    )


async def _spaces_of(scope: Scope, missing: Mapping[str, ObjectType]) -> tuple[str, ...]:
    """Return the spaces in scope in which missing objects stand, as far as listing them by id tells."""
    spaces: set[str] = set()
    for kind in PAGE_LIKE:
        ids = [one for one, its in missing.items() if its is kind]
        for start in range(0, len(ids), BULK):
            params: dict[str, str | Sequence[str]] = {
                "id": ids[start : start + BULK],
                "status": list(STATES[kind]),
                "limit": PAGE_SIZE,
            }
            async for page in scope.api.pages(PATHS[kind], params):
                spaces.update(str(item.get("spaceId")) for item in page.results)
    return tuple(space for space in scope.all_ids() if space in spaces)


async def _by_id(scope: Scope, one: str, kind: ObjectType) -> SiteObject | None:
    """Return an object read by its id: skipped when it is gone, None when it is outside the scope."""
    found = await _in_form(scope, one, kind, STORAGE_FORMAT)
    return await _in_form(scope, one, kind, ADF) if found is not None and lacks_body(found) else found


async def _in_form(scope: Scope, one: str, kind: ObjectType, form: str) -> SiteObject | None:
    path = f"{PATHS[kind]}/{one}"
    try:
        answer = await scope.api.get(path, {"body-format": form})
        item = converted(answer.json, wire.Content, path)
        if item.space_id not in scope.spaces and not scope.whole_site:
            return None
        return content_object(scope, kind, item)
    except (Missing, GoneError):
        return SiteObject(Ref(kind, one), coverage=Skipped("named by others, yet gone or not shown to this account"))
    except (NotAllowed, BadAnswer) as error:
        return SiteObject(Ref(kind, one), coverage=Failed(error.why))
