"""Whether the listings left something out: what parents, containers, homepages, the search and counts show of it.

Every answer of the site is a witness for or against the others. A healthy site pays two requests for this.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from audit.answers import converted
from audit.errors import GoneError, Missing, SiteError
from audit.sites.base import Batch, Failed, Known, SiteObject, stops_the_run
from audit.sites.cloud import wire
from audit.sites.cloud.access import quoted, restriction_of
from audit.sites.cloud.content import PATHS, container_of
from audit.sites.cloud.late import LOOK_UPS, PAGE_LIKE, contradiction, late_or_doubt
from audit.sites.cloud.scope import SPACES_A_LISTING, Scope
from rules.model import ObjectType, Ref

SEARCH = "/rest/api/content/search"
HANGING = (ObjectType.FOOTER_COMMENT, ObjectType.INLINE_COMMENT, ObjectType.ATTACHMENT)


async def cross_check(
    scope: Scope, estimate: int | None, known: Known, _resume_from: str | None
) -> AsyncIterator[Batch]:
    """Compare everything that was listed with what the site shows of itself elsewhere.

    Raises `BadAnswer` when the two contradict each other. Says nothing where a listing failed: that is known already.
    """
    if known.gaps:
        return
    if scope.whole_site and not scope.spaces:
        raise contradiction("the site lists no space at all; the account may be allowed to see none")
    doubts: list[str] = []
    missing = _named(scope, known)
    if missing:
        late, doubt = await late_or_doubt(scope, missing)
        new = [one for one in late if one.ref.id not in known.content]
        yield Batch(tuple(new), None)
        for one in new:
            if one.ref.status:
                yield Batch((await restriction_of(scope, one.ref),), None)
        doubts += [doubt.why] if doubt else []
    try:
        yield Batch(await _outside(scope), None)
        doubts += await _hanging(scope, known)
    except SiteError as error:
        if stops_the_run(error):
            raise
        yield Batch((), None, note=f"not compared with the search, because it did not answer: {error.why}")
    listed = sum(len(known.listed(kind, "current")) for kind in PAGE_LIKE)
    if estimate is not None and estimate > listed:
        counts = f"the index counts {estimate} current pages and blog posts, {listed} were listed"
        doubts += [counts] if estimate - listed > _tolerance(estimate) else []
        yield Batch((), None, note=counts)
    if doubts:
        raise contradiction("; ".join(doubts))


def _named(scope: Scope, known: Known) -> Mapping[str, ObjectType]:
    """Return pages and blog posts that are a parent, a container or a homepage, and were not listed."""
    pages = known.listed(ObjectType.PAGE, "")
    homes = (space.homepage_id for space in scope.spaces.values())
    return {**known.unlisted(), **{home: ObjectType.PAGE for home in homes if home and home not in pages}}


def _tolerance(total: int) -> int:
    """Return by how much the index, which lags behind, may count more than there is."""
    return max(5, total // 50)


async def _outside(scope: Scope) -> tuple[SiteObject, ...]:
    """Return spaces that hold content and that the listing of spaces left out, each as failed."""
    if not scope.whole_site or len(scope.spaces) > SPACES_A_LISTING:
        return ()  # The query would be too long; the counts are compared all the same.
    keys = ", ".join(quoted(space.key) for space in scope.in_order())
    params = {"cql": f"type in (page, blogpost) and space not in ({keys})", "expand": "space", "limit": "200"}
    answer = await scope.api.get(SEARCH, params)
    found = converted(answer.json, wire.FoundList, SEARCH).results
    ids = {str(one.space.id) for one in found if one.space is not None and one.space.id is not None}
    objects: list[SiteObject] = []
    for space in sorted(ids - scope.spaces.keys())[:LOOK_UPS]:
        try:
            await scope.api.get(f"/api/v2/spaces/{space}")
        except (Missing, GoneError):
            continue  # The index lags behind: the space is gone.
        why = "the listing of spaces left it out, though it is there and holds content"
        objects.append(SiteObject(Ref(ObjectType.SPACE, space), coverage=Failed(why)))
    return tuple(objects)


async def _hanging(scope: Scope, known: Known) -> list[str]:
    """Return what the search shows of comments and attachments and their listings left out."""
    keys = ", ".join(quoted(space.key) for space in scope.in_order())
    cql = "type in (comment, attachment)" + ("" if scope.whole_site else f" and space in ({keys})")
    path = "/rest/api/search"
    answer = await scope.api.get(path, {"cql": cql, "limit": "1"})
    total = converted(answer.json, wire.SearchTotal, path).total_size or 0
    if total <= sum(len(known.listed(kind, "current")) for kind in HANGING):
        return []
    # More than was listed: only now it pays to learn which ones.
    listed = {one for kind in HANGING for one in known.listed(kind, "")}
    missing: list[tuple[str, str]] = []
    async for page in scope.api.pages(SEARCH, {"cql": cql, "limit": "200"}):
        found = (converted(item, wire.Found, SEARCH) for item in page.results)
        missing += [(one.id, one.type) for one in found if one.id not in listed]
    there = [one for one, kind in missing[:LOOK_UPS] if await _hangs(scope, known, one, kind)]
    if there or len(missing) > LOOK_UPS:
        return [f"{len(missing)} comments or attachments of the search are in no listing, first {missing[0][0]}"]
    return []


async def _hangs(scope: Scope, known: Known, one: str, kind: str) -> bool:
    """Return whether a comment or an attachment in scope exists."""
    holders = (PATHS[ObjectType.FOOTER_COMMENT], PATHS[ObjectType.INLINE_COMMENT])
    for holder in holders if kind == "comment" else ("/api/v2/attachments",):
        path = f"{holder}/{one}"
        try:
            answer = await scope.api.get(path)
        except (Missing, GoneError):
            continue
        item = (
            converted(answer.json, wire.Comment, path)
            if kind == "comment"
            else converted(answer.json, wire.Attachment, path)
        )
        return scope.whole_site or container_of(item)[1] in known.content
    return False
