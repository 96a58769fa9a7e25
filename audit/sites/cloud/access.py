"""Who may see and edit what: content restrictions in bulk, space permissions and role assignments.

Restrictions live in v1 only. `content/search` returns up to 200 objects with both lists expanded, so a site of 2,000
pages needs ten requests instead of 2,000. The search index may lag behind: every page and blog post that the v2
listings showed and the search did not is therefore read on its own, and what the search shows beyond them is looked up.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from itertools import islice

from audit.answers import converted
from audit.errors import BadAnswer, GoneError, Missing, NotAllowed, SiteError
from audit.http import Page
from audit.sites.base import Batch, Coverage, Failed, Known, SiteObject, Skipped, Unassessed, stops_the_run
from audit.sites.cloud import wire
from audit.sites.cloud.late import late_or_doubt, strangers
from audit.sites.cloud.scope import PAGE_SIZE, Scope, SpaceInfo, objects_of, one_by_one
from rules import acl
from rules.model import Kind, ObjectType, Part, Ref
from rules.permissions import ROLE

SEARCH_PAGE = "200"
"""Largest page that `content/search` was seen to give without bodies; the documents state no limit."""
EXPAND = ",".join(
    f"restrictions.{operation}.restrictions.{who}" for operation in ("read", "update") for who in ("user", "group")
)
EXPAND_ONE = "read.restrictions.user,read.restrictions.group,update.restrictions.user,update.restrictions.group"
LIST_PAGE = 200
OLD_ONES = 500
"""Archived and trashed objects of one run whose restrictions are read, one request each; the rest is not assessed."""
SWEEP = "individually"
"""Resume point of the second half, in which what the search did not show is read one by one."""


def restrictions(scope: Scope, space_ids: Sequence[str], known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the restrictions of every page and blog post of some spaces.

    What the search shows and no listing delivered is looked up, and yielded as well; see `crosscheck`.
    """
    return _restrictions(scope, space_ids, known, resume_from)


async def _restrictions(
    scope: Scope, space_ids: Sequence[str], known: Known, resume_from: str | None
) -> AsyncIterator[Batch]:
    names = {scope.spaces[space_id].shown for space_id in space_ids}
    here = {ref.id: ref for ref in known.content.values() if ref.space in names}
    wanted = {one: ref for one, ref in here.items() if ref.status == "current"}
    ids, done = set(known.content), set(known.restrictions)
    doubt: SiteError | None = None
    if resume_from != SWEEP:
        try:
            async for page in scope.api.pages(
                "/rest/api/content/search", search_params(scope, space_ids), resume_from=resume_from
            ):
                unlisted = {} if known.gaps or doubt else strangers(page, ids)
                if unlisted:
                    late, doubt = await late_or_doubt(scope, unlisted)
                    late = [one for one in late if one.ref.id not in ids]
                    ids.update(one.ref.id for one in late)
                    here |= {one.ref.id: one.ref for one in late if one.ref.status}
                    wanted |= {one.ref.id: one.ref for one in late if one.ref.status == "current"}
                    yield Batch(tuple(late), None if doubt else resume_from)
                ready = partial(_found, scope, wanted)
                batch = objects_of(page, wire.Found, ObjectType.RESTRICTION, ready, "/rest/api/content/search")
                done.update(item.ref.id for item in batch)
                resume_from = page.next or SWEEP
                # After a contradiction the chain starts anew on resume: behind it nothing would look for it again.
                yield Batch(batch, None if doubt else resume_from)
        except SiteError as error:
            if stops_the_run(error):
                raise
            # The bulk form is not documented to work everywhere: where it does not, one request a page does.
            yield Batch((), SWEEP, note=f"one request for each page, because the search did not answer: {error.why}")
    async for swept in _sweep(scope, known, [ref for one, ref in here.items() if one not in done]):
        yield Batch(swept, None if doubt else SWEEP)
    if doubt is not None:
        raise doubt


async def _sweep(scope: Scope, known: Known, rest: Sequence[Ref]) -> AsyncIterator[tuple[SiteObject, ...]]:
    """Yield the restrictions of what the search did not show: all that is current, of the rest up to a bound."""
    old = (ref.id for ref in known.content.values() if ref.status not in ("", "current"))
    bound = set(islice(old, OLD_ONES))
    readable = [ref for ref in rest if ref.status == "current" or ref.id in bound]
    async for batch in one_by_one(readable, None, partial(restriction_of, scope), lambda ref: ref.id):
        yield batch.objects
    yield tuple(_too_many(ref) for ref in rest if ref.status != "current" and ref.id not in bound)


def _too_many(ref: Ref) -> SiteObject:
    why = f"one request for each {ref.status} object, and {OLD_ONES} of them were read"
    return SiteObject(ref, coverage=Unassessed(why), counted_as=ObjectType.RESTRICTION)


def search_params(scope: Scope, space_ids: Sequence[str]) -> Mapping[str, str]:
    """Return the query that lists pages and blog posts of some spaces with both restriction lists."""
    keys = ", ".join(quoted(scope.spaces[space_id].key) for space_id in space_ids)
    return {"cql": f"space in ({keys}) and type in (page, blogpost)", "expand": EXPAND, "limit": SEARCH_PAGE}


def quoted(value: str) -> str:
    """Return a CQL string literal."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _found(scope: Scope, wanted: Mapping[str, Ref], item: wire.Found) -> SiteObject | None:
    """Return the restrictions of one search result, or None when it has to be read on its own."""
    ref = wanted.get(item.id)
    if ref is None or item.restrictions is None:
        return None
    both = item.restrictions
    if any(_cut(one.restrictions) for one in (both.read, both.update)):
        return None
    return restriction_object(scope, ref, {"read": both.read, "update": both.update})


def _cut(lists: wire.Lists) -> bool:
    """Return whether a list in an expanded answer may go on beyond what was sent."""
    return any(one.limit is not None and len(one.results) >= one.limit for one in (lists.user, lists.group))


def restriction_object(scope: Scope, ref: Ref, found: Mapping[str, wire.Restriction]) -> SiteObject:
    """Return one object that carries the restrictions of `ref` as a part of it."""
    lists = lists_of(found)
    restricted = bool(lists.read.users or lists.read.groups or lists.update.users or lists.update.groups)
    part = Part(ref, "restrictions", Kind.ACCESS, acl.encode(lists))
    return SiteObject(
        ref,
        url=scope.link(ref),
        parts=(part,) if restricted else (),
        counted_as=ObjectType.RESTRICTION,
        flags=tuple(
            flag
            for flag, access in (("read-restricted", lists.read), ("update-restricted", lists.update))
            if access.users or access.groups
        ),
    )


def lists_of(found: Mapping[str, wire.Restriction]) -> acl.Restrictions:
    """Return both access lists in the tool's own type."""
    return acl.Restrictions(read=_access(found["read"]), update=_access(found["update"]))


def _access(restriction: wire.Restriction) -> acl.Access:
    users = restriction.restrictions.user.results
    groups = restriction.restrictions.group.results
    return acl.Access(
        users=tuple(acl.Principal(one.account_id, one.username, one.user_key) for one in users),
        groups=tuple(acl.Group(one.id or "", one.name or "") for one in groups),
    )


async def restriction_of(scope: Scope, ref: Ref) -> SiteObject:
    """Return the restrictions of one object, read by its id, however long the lists are."""
    try:
        found = await fetch_restrictions(scope, ref)
    except (Missing, GoneError):
        return SiteObject(ref, coverage=_gone(ref.status), counted_as=ObjectType.RESTRICTION)
    except (NotAllowed, BadAnswer) as error:
        return SiteObject(ref, coverage=Failed(error.why), counted_as=ObjectType.RESTRICTION)
    return restriction_object(scope, ref, found)


def _gone(status: str) -> Coverage:
    """Return what it means that the site shows no restrictions of an object in this state."""
    match status:
        case "trashed" | "deleted":
            return Skipped(f"not restricted any more: {status}")
        case "archived":
            return Unassessed("archived: the site does not show its restrictions")
        case _:
            return Failed("gone between listing and reading")


async def fetch_restrictions(scope: Scope, ref: Ref) -> Mapping[str, wire.Restriction]:
    """Return the read and update restrictions of one object. Raises `BadAnswer` when an operation is missing."""
    path = f"/rest/api/content/{ref.id}/restriction"
    merged: dict[str, wire.Restriction] = {}
    earlier: Sequence[wire.Restriction] = ()
    start = 0
    while True:
        params = {"expand": EXPAND_ONE, "start": str(start), "limit": str(LIST_PAGE)}
        page = await scope.api.get(path, params)
        answer = converted(page.json, wire.RestrictionArray, path)
        if start and answer.results == earlier:
            raise BadAnswer(
                what="The site sent the same restrictions twice",
                where=path,
                why="the answer to a later part of the lists is the one to an earlier part",
                fix="It counts as not assessed; audit again.",
            )
        earlier = answer.results
        for one in answer.results:
            merged[one.operation] = _joined(merged.get(one.operation), one)
        # The site may give fewer at a time than it was asked for: its own limit says whether a list goes on.
        full = [len(each.results) for one in answer.results for each in _lists(one) if _full(each)]
        if not full:
            break
        start += min(full)
    if not {"read", "update"} <= merged.keys():
        raise BadAnswer(
            what="The site sent the restrictions of an object only in part",
            where=path,
            why="the operations read and update are expected, also on open pages",
            fix="It counts as not assessed; audit again.",
        )
    return merged


def _lists(one: wire.Restriction) -> tuple[wire.UserList, wire.GroupList]:
    return one.restrictions.user, one.restrictions.group


def _full(one: wire.UserList | wire.GroupList) -> bool:
    return len(one.results) >= (one.limit or LIST_PAGE)


def _joined(earlier: wire.Restriction | None, later: wire.Restriction) -> wire.Restriction:
    if earlier is None:
        return later
    users = [*earlier.restrictions.user.results, *later.restrictions.user.results]
    groups = [*earlier.restrictions.group.results, *later.restrictions.group.results]
    return wire.Restriction(later.operation, wire.Lists(wire.UserList(users), wire.GroupList(groups)))


Entries = Callable[[Page, str], tuple[acl.Permission, ...]]


def permissions(scope: Scope, _known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the permissions of every space in scope, one request a space."""
    return _per_space(scope, "permissions", ObjectType.SPACE_PERMISSION, permission_entries, resume_from)


def roles(scope: Scope, _known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the role assignments of every space in scope, one request a space."""
    return _per_space(scope, "role-assignments", ObjectType.SPACE_ROLE, role_entries, resume_from)


def permission_entries(page: Page, path: str) -> tuple[acl.Permission, ...]:
    """Return the permissions that one answer lists, in its order."""
    found = (converted(item, wire.Permission, path) for item in page.results)
    return tuple(
        acl.Permission(one.id, f"{one.operation.key}/{one.operation.target_type}", one.principal.type, one.principal.id)
        for one in found
    )


def role_entries(page: Page, path: str) -> tuple[acl.Permission, ...]:
    """Return the roles that one answer lists, in its order; a role stands in the place of the operation."""
    found = (converted(item, wire.RoleAssignment, path) for item in page.results)
    return tuple(
        acl.Permission(
            one.role_id, f"{ROLE}{one.role_id}", one.principal.principal_type.lower(), one.principal.principal_id
        )
        for one in found
    )


async def permissions_of(
    scope: Scope, space: SpaceInfo, name: str, counted_as: ObjectType, entries: Entries
) -> SiteObject:
    """Return one list of who may do what in a space, read whole."""
    ref = Ref(ObjectType.SPACE, space.id, None, space.shown, space.status)
    path = f"/api/v2/spaces/{space.id}/{name}"
    try:
        found = [entry async for page in scope.api.pages(path, {"limit": PAGE_SIZE}) for entry in entries(page, path)]
    except (NotAllowed, Missing, GoneError, BadAnswer) as error:
        return SiteObject(ref, coverage=Failed(error.why), counted_as=counted_as)
    part = Part(ref, name, Kind.PERMISSIONS, acl.encode_permissions(tuple(found)))
    return SiteObject(ref, parts=(part,), counted_as=counted_as)


async def _per_space(
    scope: Scope, name: str, counted_as: ObjectType, entries: Entries, resume_from: str | None
) -> AsyncIterator[Batch]:
    async def fetch(space: SpaceInfo) -> SiteObject:
        return await permissions_of(scope, space, name, counted_as, entries)

    async for batch in one_by_one(scope.in_order(), resume_from, fetch, lambda space: space.id):
        yield batch
