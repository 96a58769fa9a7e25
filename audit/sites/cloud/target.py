"""Confluence Cloud as a target: which part of an object is read and written by what.

Each class of what is written has a module of its own beside this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from audit.answers import converted
from audit.http import Api
from audit.parts import PERMISSIONS, RESTRICTIONS, ROLES, TITLE, is_members, is_property, is_set
from audit.redacting import Shown
from audit.sites.base import Current, VersionFacts
from audit.sites.cloud import wire
from audit.sites.cloud.redaction import redact, shown
from audit.sites.cloud.scope import PAGE_SIZE
from audit.sites.cloud.site import caller
from audit.sites.cloud.target_bodies import DRAFTS, PATHS, fetch_body, replace_body
from audit.sites.cloud.target_members import fetch_members, replace_members
from audit.sites.cloud.target_permissions import fetch_permissions, replace_permissions
from audit.sites.cloud.target_properties import Places, UserProperties, fetch_property, replace_property
from audit.sites.cloud.target_restrictions import fetch_restrictions, replace_restrictions
from audit.sites.cloud.target_roles import fetch_roles, replace_roles
from audit.sites.cloud.target_templates import fetch_template, replace_template
from audit.sites.cloud.target_titles import fetch_title, replace_title
from rules.model import ObjectType, Ref
from rules.pointers import Pointer

__all__ = ["DRAFTS", "PATHS", "CloudTarget"]


@dataclass(frozen=True, slots=True)
class CloudTarget:
    """The site as something that is written to."""

    api: Api
    origin: str
    _places: Places = field(default_factory=Places, repr=False, compare=False)

    async def caller(self) -> str:
        """Return the account id of the credentials."""
        return await caller(self.api)

    async def fetch(self, ref: Ref, part: str) -> Current:
        """Return the present state of a part of an object.

        Raises `Missing` when the object is gone and `BadAnswer` when it has another shape than documented.
        """
        if is_set(part):
            return await self._fetch_set(ref, part)
        if ref.type is ObjectType.USER_PROPERTY:
            return await UserProperties(self.api, self._places).fetch(ref, part)
        if is_property(part):
            return await fetch_property(self.api, ref, part)
        if ref.type is ObjectType.TEMPLATE:
            return await fetch_template(self.api, ref)
        if part == TITLE:
            return await fetch_title(self.api, ref)
        return await fetch_body(self.api, ref, part)

    async def _fetch_set(self, ref: Ref, part: str) -> Current:
        if part == RESTRICTIONS:
            return await fetch_restrictions(self.api, self.origin, ref)
        if part == PERMISSIONS:
            return await fetch_permissions(self.api, ref)
        if part == ROLES:
            return await fetch_roles(self.api, ref)
        return await fetch_members(self.api, ref, part)

    async def replace(self, current: Current, data: bytes, op_token: str) -> None:
        """Write the part in one attempt, see `Target.replace`."""
        if current.part == RESTRICTIONS:
            await replace_restrictions(self.api, current, data)
        elif current.part == PERMISSIONS:
            await replace_permissions(self.api, current, data)
        elif current.part == ROLES:
            await replace_roles(self.api, current, data)
        elif is_members(current.part):
            await replace_members(self.api, current, data)
        elif current.ref.type is ObjectType.USER_PROPERTY:
            await UserProperties(self.api, self._places).replace(current, data)
        elif is_property(current.part):
            await replace_property(self.api, current, data, op_token)
        elif current.ref.type is ObjectType.TEMPLATE:
            await replace_template(self.api, current, data)
        elif current.part == TITLE:
            await replace_title(self.api, current, data, op_token)
        else:
            await replace_body(self.api, current, data, op_token)

    async def document(self, ref: Ref) -> Shown:
        """Return the present text of a page or blog post as a document."""
        return await shown(self.api, ref)

    async def redact(self, ref: Ref, changed_at: str, places: Sequence[Pointer]) -> None:
        """Have the site redact characters of the present text, see `Redacts.redact`."""
        await redact(self.api, ref, changed_at, places)

    async def history(self, ref: Ref) -> tuple[VersionFacts, ...]:
        """Return the versions of an object, newest first."""
        if ref.type not in PATHS:
            return ()
        path = f"{PATHS[ref.type]}/{ref.id}/versions"
        found = [
            converted(item, wire.TitledVersion, path)
            async for page in self.api.pages(path, {"limit": PAGE_SIZE})
            for item in page.results
        ]
        facts = (VersionFacts(one.number, one.message or "", one.author_id or "", one.title) for one in found)
        return tuple(sorted(facts, key=lambda one: -one.number))
