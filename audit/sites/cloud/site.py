"""Confluence Cloud as a source: what there is to read, in which chains, and who is asking.

v2 is used for reading, v1 only for what v2 lacks (restrictions, drafts, templates, watches). Bodies arrive in storage
format with the listings themselves: the number of requests grows with the pages divided by 250, not with the pages.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from audit.answers import converted
from audit.errors import NotAuthenticated, SiteError, UsageError
from audit.http import Api
from audit.identity.opening import host_facts
from audit.sites.base import Batch, Known, Survey, Unit, stops_the_run
from audit.sites.cloud import access, wire
from audit.sites.cloud.filecontents import Files
from audit.sites.cloud.options import CONTENTS, INCLUDABLE, check_relations, not_assessed, notes
from audit.sites.cloud.scope import PAGE_SIZE, Reader, Scope, SpaceInfo
from audit.sites.cloud.units import Wanted, plan_units
from reports.evidence import HostFacts
from rules.masking import mask
from rules.model import ObjectType

__all__ = ["INCLUDABLE", "CloudSite", "Wanted", "caller"]


class CloudSite:
    """One Confluence Cloud site, as far as one account sees it."""

    def __init__(self, api: Api, origin: str, wanted: Wanted, files: Files | None = None) -> None:
        self._api = api
        self._origin = origin
        self._wanted = wanted if files else replace(wanted, include=wanted.include - {CONTENTS})
        self._files = files
        self._readers: dict[str, Reader] = {}
        self._account_id = ""

    async def survey(self) -> Survey:
        """Return who we are and what there is to read. Three requests for a site of up to 250 spaces."""
        check_relations(self._wanted.relations)
        self._account_id = await caller(self._api)
        scope = await self.scope()
        estimate = await self._estimate(scope)
        roles = await self._has_roles()
        units, self._readers = plan_units(scope, self._wanted, self._files, roles=roles, estimate=estimate)
        return Survey(
            edition="Confluence Cloud",
            account_id=self._account_id,
            units=units,
            not_assessed=not_assessed(self._wanted.include, self._wanted.relations),
            notes=self._notes(),
            scope=tuple(space.id for space in scope.in_order()),
            estimate=estimate,
        )

    async def scope(self) -> Scope:
        """Return the spaces in scope as they are now. One request for each 250 of them."""
        spaces, wanted = await self._spaces(), self._wanted
        return Scope(self._api, self._origin, spaces, whole_site=not wanted.spaces, people=wanted.people)

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
        files = host_facts("files of attachments", self._files.signed, everywhere=True) if self._files else ()
        return (*host_facts("Confluence REST API", self._api), *files)

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
            ObjectType.ATTACHMENT: "names and comments",
            ObjectType.CUSTOM_CONTENT: f"types of the configuration ({types}) and types that hold comments or files",
            ObjectType.TASK: "who created, does and completed them; their text is part of the page",
            **notes(self._wanted.include),
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
