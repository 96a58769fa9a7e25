"""Confluence Cloud as a target: one object read by id, one object written with its version checked.

The version number is the only compare-and-swap that Confluence has; `version.message` is the only place where a write
can be recognised again. What a PUT has to carry besides the body (title, status) goes back as it was read a moment ago.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.answers import converted
from audit.errors import BadAnswer, Missing
from audit.http import Api
from audit.sites.base import Current, VersionFacts
from audit.sites.cloud import access, wire
from audit.sites.cloud.scope import PAGE_SIZE, Scope
from audit.sites.cloud.site import caller
from rules import acl
from rules.model import ObjectType, Ref

PATHS = {
    ObjectType.PAGE: "/api/v2/pages",
    ObjectType.BLOGPOST: "/api/v2/blogposts",
    ObjectType.FOOTER_COMMENT: "/api/v2/footer-comments",
    ObjectType.INLINE_COMMENT: "/api/v2/inline-comments",
    ObjectType.CUSTOM_CONTENT: "/api/v2/custom-content",
}
DRAFTS = frozenset({ObjectType.PAGE, ObjectType.BLOGPOST})
"""Kinds that can hold an unpublished draft beside the published text."""
TITLED = frozenset({ObjectType.PAGE, ObjectType.BLOGPOST, ObjectType.CUSTOM_CONTENT})


@dataclass(frozen=True, slots=True)
class CloudTarget:
    """The site as something that is written to."""

    api: Api
    origin: str

    async def caller(self) -> str:
        """Return the account id of the credentials."""
        return await caller(self.api)

    async def fetch(self, ref: Ref, part: str) -> Current:
        """Return the present state of a body or of the restrictions of an object.

        Raises `Missing` when the object is gone and `BadAnswer` when it has another shape than documented.
        """
        if part == "restrictions":
            return await self._fetch_restrictions(ref)
        if ref.type is ObjectType.TEMPLATE:
            return await self._fetch_template(ref)
        return await self._fetch_body(ref)

    async def replace(self, current: Current, data: bytes, op_token: str) -> None:
        """Write the part in one attempt, see `Target.replace`."""
        if current.part == "restrictions":
            await self._replace_restrictions(current, data)
            return
        ref = current.ref
        body = {"representation": "storage", "value": data.decode("utf-8", "surrogatepass")}
        version = {"number": (ref.version or 0) + 1, "message": op_token}
        payload: dict[str, object] = {"version": version, "body": body}
        if ref.type in TITLED:
            payload |= {"id": ref.id, "status": "current", "title": current.fields["title"]}
        if ref.type is ObjectType.CUSTOM_CONTENT:
            payload["type"] = current.fields["type"]
        await self.api.write("PUT", f"{PATHS[ref.type]}/{ref.id}", json=payload)

    async def history(self, ref: Ref) -> tuple[VersionFacts, ...]:
        """Return the versions of an object, newest first."""
        if ref.type not in PATHS:
            return ()
        path = f"{PATHS[ref.type]}/{ref.id}/versions"
        found = [
            converted(item, wire.Version, path)
            async for page in self.api.pages(path, {"limit": PAGE_SIZE})
            for item in page.results
        ]
        facts = (VersionFacts(one.number, one.message or "", one.author_id or "") for one in found)
        return tuple(sorted(facts, key=lambda one: -one.number))

    async def _fetch_body(self, ref: Ref) -> Current:
        path = f"{PATHS[ref.type]}/{ref.id}"
        answer = await self.api.get(path, {"body-format": "storage"})
        one = converted(answer.json, wire.Editable, path)
        data = _storage(one.body, path)
        fields = {name: value for name, value in (("title", one.title), ("type", one.type)) if value is not None}
        now = Ref(ref.type, ref.id, one.version.number, ref.space, one.status)
        draft = ref.type in DRAFTS and one.status == "current" and await self._draft_differs(path, data)
        return Current(now, "body", data, fields, has_draft=draft)

    async def _draft_differs(self, path: str, published: bytes) -> bool:
        try:
            answer = await self.api.get(path, {"body-format": "storage", "get-draft": "true"})
        except Missing:
            return False
        one = converted(answer.json, wire.Editable, path)
        return one.status == "draft" and _storage(one.body, path) != published

    async def _fetch_template(self, ref: Ref) -> Current:
        path = f"/rest/api/template/{ref.id}"
        answer = await self.api.get(path, {"expand": "body.storage"})
        one = converted(answer.json, wire.Template, path)
        now = Ref(ref.type, ref.id, None, ref.space, "current")
        return Current(now, "body", _storage(one.body, path), {"title": one.name})

    async def _fetch_restrictions(self, ref: Ref) -> Current:
        path = f"{PATHS[ref.type]}/{ref.id}"
        answer = await self.api.get(path)
        one = converted(answer.json, wire.Editable, path)
        found = await access.fetch_restrictions(Scope(self.api, self.origin, {}, whole_site=True), ref)
        now = Ref(ref.type, ref.id, one.version.number, ref.space, one.status)
        return Current(now, "restrictions", acl.encode(access.lists_of(found)), {})

    async def _replace_restrictions(self, current: Current, data: bytes) -> None:
        lists = acl.decode(data)
        payload = []
        for operation, one in (("read", lists.read), ("update", lists.update)):
            # Both lists are always sent: a PUT replaces all, and an operation left out would be opened to everyone.
            restrictions: dict[str, object] = {"user": [_user(user) for user in one.users]}
            if one.groups:
                restrictions["group"] = [{"type": "group", "id": group.id} for group in one.groups]
            payload.append({"operation": operation, "restrictions": restrictions})
        await self.api.write("PUT", f"/rest/api/content/{current.ref.id}/restriction", json=payload)


def _user(principal: acl.Principal) -> dict[str, str]:
    if principal.account_id is not None:
        return {"type": "known", "accountId": principal.account_id}
    # A list that still holds somebody unresolved is held back by the guards; should it come here, nothing is sent.
    raise BadAnswer(
        what="A restriction with an unresolved user was about to be sent",
        where="restrictions",
        why="every user of the list needs an account id",
        fix="Add the person to the mapping and plan again.",
    )


def _storage(body: wire.Body | None, path: str) -> bytes:
    if body is None or body.storage is None:
        raise BadAnswer(
            what="The site sent an object without its storage body",
            where=path,
            why="the field body.storage is missing",
            fix="The object is left alone; check that the account may view it.",
        )
    return body.storage.value.encode("utf-8", "surrogatepass")
