"""What belongs to the site rather than to its content: properties of users, look and feel, the audit log."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from urllib.parse import quote

import msgspec

from audit.answers import converted
from audit.errors import BadAnswer, GoneError, Missing, NotAllowed
from audit.http import Api
from audit.sites.base import Batch, Failed, Known, SiteObject
from audit.sites.cloud import wire
from audit.sites.cloud.each import space_ref, stored_parts
from audit.sites.cloud.scope import SIDE_BY_SIDE, Scope, SpaceInfo, json_part, one_by_one
from rules.masking import mask
from rules.model import ObjectType, Ref

USERS = "/rest/api/search/user"
USER_PAGE = "200"
KEY_PAGE = "25"
"""Largest page of the keys of a user's properties (document of v1)."""
LOOK = "/rest/api/settings/lookandfeel"
LOG = "/rest/api/audit"
LOG_PAGE = "1000"


async def user_properties(scope: Scope, _known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the properties of every active user. A property is an object; its title is the user's masked id.

    Account ids are in no resume point: that is the link to the next page of the search.
    """
    here, number = resume_from, 0
    params = {"cql": "type = user", "sitePermissionTypeFilter": "all", "limit": USER_PAGE}
    async for page in scope.api.pages(USERS, params, resume_from=resume_from):
        found = [converted(item, wire.FoundUser, USERS).user.account_id or "" for item in page.results]
        users = [(number + index, account) for index, account in enumerate(found) if account]
        number += len(found)
        for start in range(0, len(users), SIDE_BY_SIDE):
            some = users[start : start + SIDE_BY_SIDE]
            groups = await asyncio.gather(*(properties_of(scope.api, at, account) for at, account in some))
            yield Batch(tuple(one for group in groups for one in group), here)
        here = page.next
        yield Batch((), here)


async def properties_of(api: Api, number: int, account: str) -> tuple[SiteObject, ...]:
    """Return the properties of one user, and a failed object where they cannot be read; `number` names that one."""
    title = f"property of {mask('account_id', account)}"
    path = f"/rest/api/user/{quote(account, safe=':')}/property"
    found: list[SiteObject] = []
    try:
        keys = [
            converted(item, wire.PropertyKey, "user property").key
            async for page in api.pages(path, {"limit": KEY_PAGE})
            for item in page.results
        ]
        for key in keys:
            answer = await api.get(f"{path}/{quote(key, safe='')}")
            one = converted(answer.json, wire.UserProperty, "user property")
            ref = Ref(ObjectType.USER_PROPERTY, one.id, None, "", "current")
            found.append(SiteObject(ref, title=title, parts=stored_parts(ref, one.key, one.value)))
    except (NotAllowed, Missing, GoneError, BadAnswer) as error:
        ref = Ref(ObjectType.USER_PROPERTY, f"of user {number}")
        return (*found, SiteObject(ref, title=title, coverage=Failed(error.why)))
    return tuple(found)


def look_and_feel(scope: Scope, _known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the look and feel of every space and of the site. What a space inherits is read once, at the site."""

    async def fetch(space: SpaceInfo | None) -> SiteObject:
        ref = space_ref(space) if space else Ref(ObjectType.SITE, "site", None, "", "current")
        try:
            answer = await scope.api.get(LOOK, {"spaceKey": space.key} if space else {})
            settings = converted(answer.json, wire.LookAndFeel, LOOK)
        except (NotAllowed, Missing, GoneError, BadAnswer) as error:
            return SiteObject(ref, coverage=Failed(error.why), counted_as=ObjectType.LOOK_AND_FEEL)
        own = {"custom": settings.custom, "theme": settings.theme} | ({} if space else {"global": settings.shared})
        part = json_part(ref, "look and feel", {name: value for name, value in own.items() if value is not None})
        return SiteObject(ref, parts=(part,), counted_as=ObjectType.LOOK_AND_FEEL)

    wanted = (*((None,) if scope.whole_site else ()), *scope.in_order())
    return one_by_one(wanted, resume_from, fetch, lambda space: space.id if space else "site")


async def audit_log(scope: Scope, _known: Known, _resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the records of the audit log, newest first. The log belongs to the site, whatever spaces were named.

    Records have no id and pages shift when one is added: a record that comes a second time is left out, and an
    interrupted chain starts anew.
    """
    seen: set[bytes] = set()
    numbers: Counter[int] = Counter()
    async for page in scope.api.pages(LOG, {"limit": LOG_PAGE}):
        found: list[SiteObject] = []
        for item in page.results:
            digest = hashlib.sha256(msgspec.json.encode(item, order="sorted")).digest()
            if digest in seen:
                continue
            seen.add(digest)
            try:
                made = converted(item, wire.AuditRecord, LOG).creation_date
            except BadAnswer as error:
                ref = Ref(ObjectType.AUDIT_RECORD, f"record {len(seen)}")
                found.append(SiteObject(ref, coverage=Failed(error.why)))
                continue
            numbers[made] += 1
            ref = Ref(ObjectType.AUDIT_RECORD, f"{made}-{numbers[made]}", None, "", "current")
            found.append(SiteObject(ref, parts=(json_part(ref, "record", item),)))
        yield Batch(tuple(found), None)
