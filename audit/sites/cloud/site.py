"""Confluence Cloud as a source: what there is to read, in which chains, and who is asking.

v2 is used for reading, v1 only for what v2 lacks (restrictions, drafts, templates, watches). Bodies arrive in storage
format with the listings themselves: the number of requests grows with the pages divided by 250, not with the pages.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from audit.answers import converted
from audit.errors import NotAuthenticated, SiteError, UsageError
from audit.http import Api
from audit.sites.base import Batch, Known, NotAssessed, Survey, Unit, stops_the_run
from audit.sites.cloud import access, content, crosscheck, extras, wire
from audit.sites.cloud.scope import PAGE_SIZE, Reader, Scope, SpaceInfo
from reports.evidence import HostFacts
from rules.masking import mask
from rules.model import ObjectType

INCLUDABLE: Mapping[str, ObjectType] = {
    "properties": ObjectType.CONTENT_PROPERTY,
    "versions": ObjectType.VERSION,
    "likes": ObjectType.LIKE,
    "watches": ObjectType.WATCH,
}
"""Names that `--include` takes: classes that cost one request for each object."""
CONVERT_PAGE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller asked to be read."""

    spaces: tuple[str, ...] = ()
    """Space keys; empty for the whole site."""
    include: frozenset[str] = frozenset()
    custom_content_types: tuple[str, ...] = ()

    @property
    def given(self) -> bool:
        """Return whether anything was asked for beyond the whole site."""
        return bool(self.spaces or self.include or self.custom_content_types)


class CloudSite:
    """One Confluence Cloud site, as far as one account sees it."""

    def __init__(self, api: Api, origin: str, wanted: Wanted) -> None:
        self._api = api
        self._origin = origin
        self._wanted = wanted
        self._readers: dict[str, Reader] = {}
        self._account_id = ""

    async def survey(self) -> Survey:
        """Return who we are and what there is to read. Three requests for a site of up to 250 spaces."""
        self._account_id = await caller(self._api)
        scope = Scope(self._api, self._origin, await self._spaces(), whole_site=not self._wanted.spaces)
        estimate = await self._estimate(scope)
        units, self._readers = plan_units(scope, self._wanted, roles=await self._has_roles(), estimate=estimate)
        return Survey(
            edition="Confluence Cloud",
            account_id=self._account_id,
            units=units,
            not_assessed=tuple(
                NotAssessed(object_class, f"one request for each object: read with --include {name}")
                for name, object_class in INCLUDABLE.items()
                if name not in self._wanted.include
            ),
            notes=self._notes(),
            scope=tuple(space.id for space in scope.in_order()),
            estimate=estimate,
        )

    def read(self, unit: Unit, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
        """Yield the objects of one unit of the survey."""
        return self._readers[unit.name](known, resume_from)

    async def confirm(self) -> None:
        """Check that the site still takes us for the same account: expired credentials may answer 200 with less."""
        now = await caller(self._api)
        if now != self._account_id:
            raise NotAuthenticated(
                what="The site takes us for another account than at the start",
                where="/rest/api/user/current",
                why="the credentials were changed while the audit ran",
                fix="What was read so far is kept; audit again with one account.",
            )

    def hosts(self) -> tuple[HostFacts, ...]:
        """Return every host that was contacted, with what went there."""
        return tuple(
            HostFacts(origin, "Confluence REST API", one.requests, one.received_bytes, one.sent_bytes)
            for origin, one in sorted(self._api.traffic.items())
        )

    async def _spaces(self) -> dict[str, SpaceInfo]:
        params: dict[str, str | Sequence[str]] = {"limit": PAGE_SIZE, "description-format": "plain"}
        if self._wanted.spaces:
            params["keys"] = list(self._wanted.spaces)
        found: dict[str, SpaceInfo] = {}
        async for page in self._api.pages("/api/v2/spaces", params):
            for item in page.results:
                one = converted(item, wire.Space, "/api/v2/spaces")
                plain = one.description.plain.value if one.description and one.description.plain else ""
                found[one.id] = SpaceInfo(
                    one.id, one.key, one.name, one.status, plain, one.author_id or "", one.homepage_id or ""
                )
        missing = set(self._wanted.spaces) - {space.key for space in found.values()}
        if missing:
            # The key of a personal space is a name.
            keys = (f"~{mask('username', key[1:])}" if key.startswith("~") else key for key in sorted(missing))
            raise UsageError(
                what=f"There is no space with the key {', '.join(keys)}",
                where=self._origin,
                why="it does not exist, or the account cannot see it",
                fix="Check the key (it stands in the address of the space, in capitals), or ask for access to it.",
            )
        return found

    async def _has_roles(self) -> bool:
        """Return whether the site assigns roles in spaces. Without an answer to that the roles are asked for."""
        try:
            answer = await self._api.get("/api/v2/space-role-mode")
        except SiteError as error:
            if stops_the_run(error):
                raise
            return True
        return converted(answer.json, wire.RoleMode, "/api/v2/space-role-mode").mode != "PRE_ROLES"

    async def _estimate(self, scope: Scope) -> int | None:
        """Return how many pages and blog posts the site's index counts; None where it does not say."""
        where = "" if scope.whole_site else f"space in ({', '.join(map(access.quoted, self._wanted.spaces))}) and "
        try:
            answer = await self._api.get("/rest/api/search", {"cql": f"{where}type in (page, blogpost)", "limit": "1"})
        except SiteError as error:
            if stops_the_run(error):
                raise
            return None
        return converted(answer.json, wire.SearchTotal, "/rest/api/search").total_size

    def _notes(self) -> dict[ObjectType, str]:
        types = ", ".join(self._wanted.custom_content_types) or "none"
        return {
            ObjectType.RESTRICTION: "in bulk through content/search, the rest one by one",
            ObjectType.ATTACHMENT: "names and comments; what is in the files is not read",
            ObjectType.CUSTOM_CONTENT: f"types of the configuration ({types}) and types that hold comments or files",
            ObjectType.TASK: "who created, does and completed them; their text is part of the page",
        }


async def caller(api: Api) -> str:
    """Return the account id of the credentials. Raises `NotAuthenticated` when the site takes us for anonymous."""
    answer = await api.get("/rest/api/user/current")
    user = converted(answer.json, wire.User, "/rest/api/user/current")
    if user.type == "anonymous" or not user.account_id:
        raise NotAuthenticated(
            what="The site takes us for an anonymous visitor",
            where="/rest/api/user/current",
            why="the credentials were not accepted, though the site answers",
            fix="Check CONFLUENCE_GDPR_EMAIL and CONFLUENCE_GDPR_TOKEN: the token may have expired or been revoked.",
        )
    return user.account_id


class _Units:
    """Collects the chains of a crawl and what reads each of them."""

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self.readers: dict[str, Reader] = {}

    def add(self, name: str, object_class: ObjectType, reader: Reader, after: Sequence[str] = ()) -> str:
        self.units.append(Unit(name, object_class, tuple(after)))
        self.readers[name] = reader
        return name


def plan_units(
    scope: Scope, wanted: Wanted, *, roles: bool, estimate: int | None
) -> tuple[tuple[Unit, ...], dict[str, Reader]]:
    """Return the chains of a crawl and what reads each of them."""
    plan = _Units()
    plan.add("spaces", ObjectType.SPACE, partial(extras.spaces, scope))
    first = _content_units(plan, scope, wanted)
    for number, ids in enumerate(scope.groups(), 1):
        plan.add(f"task/{number}", ObjectType.TASK, partial(extras.tasks, scope, ids))
    # Last of all that names pages, so that whatever one of them names was listed, or is missing.
    seen = tuple(unit.name for unit in plan.units)
    plan.add("cross-check", ObjectType.PAGE, partial(crosscheck.cross_check, scope, estimate), seen)
    plan.add("space-permission", ObjectType.SPACE_PERMISSION, partial(access.permissions, scope))
    if roles:
        plan.add("space-role", ObjectType.SPACE_ROLE, partial(access.roles, scope))
    plan.add("space-property", ObjectType.SPACE_PROPERTY, partial(extras.space_properties, scope))
    for kind in ("page", "blueprint"):
        if scope.whole_site:
            plan.add(f"template/{kind}", ObjectType.TEMPLATE, partial(extras.templates, scope, kind, None))
        for space in scope.in_order():
            reader = partial(extras.templates, scope, kind, space.id)
            plan.add(f"template/{kind}/{space.id}", ObjectType.TEMPLATE, reader)
    if scope.whole_site:
        plan.add("label", ObjectType.LABEL, partial(extras.labels, scope))
    costly: Mapping[str, Reader] = {
        "properties": partial(extras.content_properties, scope),
        "versions": partial(extras.versions, scope),
        "likes": partial(extras.likes, scope),
        "watches": partial(extras.watches, scope),
    }
    for name, object_class in INCLUDABLE.items():
        if name in wanted.include:
            plan.add(object_class.value, object_class, costly[name], first)
    return tuple(plan.units), plan.readers


def _content_units(plan: _Units, scope: Scope, wanted: Wanted) -> list[str]:
    """Add the chains of everything that has a body, and return those that show pages and blog posts."""
    first = [
        plan.add(f"{kind.value}/{number}", kind, partial(content.content, scope, kind, ids))
        for kind, groups in ((ObjectType.PAGE, scope.groups()), (ObjectType.BLOGPOST, scope.hundreds()))
        for number, ids in enumerate(groups, 1)
    ]
    plan.add("draft", ObjectType.PAGE, partial(content.drafts, scope))
    # The search that brings the restrictions may show pages that the listings left out. In some spaces only, a
    # comment counts where its page is known, so comments wait for that.
    restrictions = [
        plan.add(f"restriction/{number}", ObjectType.RESTRICTION, partial(access.restrictions, scope, ids), first)
        for number, ids in enumerate(scope.groups(), 1)
    ]
    if not scope.whole_site:
        first = [*first, *restrictions]
    holders = [
        plan.add(kind.value, kind, partial(content.comments, scope, kind), first)
        for kind in (ObjectType.FOOTER_COMMENT, ObjectType.INLINE_COMMENT)
    ]
    holders.append(plan.add("attachment", ObjectType.ATTACHMENT, partial(content.attachments, scope), first))
    for content_type in wanted.custom_content_types:
        for number, some in enumerate(scope.hundreds(), 1):
            reader = partial(content.custom_content, scope, content_type, some)
            plan.add(f"custom-content/{content_type}/{number}", ObjectType.CUSTOM_CONTENT, reader)
    discovered = partial(discovered_custom_content, scope, frozenset(wanted.custom_content_types))
    plan.add("custom-content", ObjectType.CUSTOM_CONTENT, discovered, holders)
    return [*first, *restrictions]


async def discovered_custom_content(
    scope: Scope, configured: frozenset[str], known: Known, resume_from: str | None
) -> AsyncIterator[Batch]:
    """Yield custom content of the types that comments and attachments point at and nobody configured.

    No endpoint lists the types of a site; `convert-ids-to-types` names the type of an id that is known.
    """
    found: set[str] = set()
    ids = sorted(known.custom_containers)
    path = "/api/v2/content/convert-ids-to-types"
    for start in range(0, len(ids), CONVERT_PAGE):
        answer = await scope.api.post_read(path, {"contentIds": ids[start : start + CONVERT_PAGE]})
        types = converted(answer.json, wire.TypesOfIds, path).results.values()
        found.update(one for one in types if one is not None and ":" in one)
    for content_type in sorted(found - configured):
        if resume_from is not None and content_type <= resume_from:
            continue
        for space_ids in scope.hundreds():
            async for batch in content.custom_content(scope, content_type, space_ids, known, None):
                yield Batch(batch.objects, resume_from)
        resume_from = content_type
