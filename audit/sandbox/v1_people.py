"""People, watches and relations through API v1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from audit.sandbox import cql, v1_views
from audit.sandbox.access import may_read, may_see_space
from audit.sandbox.call import Call, Refusal, Reply, v1_error
from audit.sandbox.member_writes import retired, shown
from audit.sandbox.paging import v1_links, v1_list
from audit.sandbox.people import GROUPS, Person, group_id
from audit.sandbox.routes import Handler, Route
from audit.sandbox.state import Json, Relation
from audit.sandbox.v1_restrictions import missing

BULK: Final = 100
"""Account ids that `user/bulk` looks at; more are ignored."""


def _person(call: Call, account: str) -> Person:
    person = call.state.people.get(account)
    if person is None:
        raise v1_error(404, "NotFoundException", "No user found with the account id")
    return person


def one_user(call: Call) -> Reply:
    """Answer a person by account id; usernames and keys are no longer taken."""
    if not call.one("accountId"):
        raise v1_error(400, "BadRequestException", "accountId is required")
    return Reply(200, v1_views.user(call, _person(call, call.one("accountId"))))


def current(call: Call) -> Reply:
    """Answer the caller; an anonymous one looks anonymous."""
    return anonymous(call) if call.caller is None else Reply(200, v1_views.user(call, call.caller))


def anonymous(call: Call) -> Reply:
    """Answer the anonymous user."""
    shape: Json = {
        "type": "anonymous",
        "profilePicture": v1_views.PICTURE,
        "displayName": "Anonymous",
        "operations": [],
    }
    return Reply(200, {**shape, "_expandable": {}, "_links": v1_links(call)})


def bulk(call: Call) -> Reply:
    """Answer up to 100 people."""
    found = [call.state.people[i] for i in call.many("accountId")[:BULK] if i in call.state.people]
    rows = [
        {**v1_views.user(call, person), "_expandable": {"operations": "", "details": "", "personalSpace": ""}}
        for person in found
    ]
    return Reply(200, {"results": rows, "start": 0, "limit": BULK, "size": len(rows), "_links": v1_links(call)})


def member_of(call: Call) -> Reply:
    """Answer the groups of a person."""
    names = _person(call, call.one("accountId")).groups
    return Reply(200, v1_list(call, names, lambda name: v1_views.group(call, name), default=200))


def one_group(call: Call) -> Reply:
    """Answer a group by its id."""
    name = next((name for name in GROUPS if group_id(name) == call.one("id")), None)
    if name is None:
        raise v1_error(404, "NotFoundException", "No group found with the id")
    return Reply(200, v1_views.group(call, name))


def group_picker(call: Call) -> Reply:
    """Answer the groups whose names hold the query, as the field for groups in the editor does."""
    found = [name for name in GROUPS if call.one("query").lower() in name]
    return Reply(200, v1_list(call, found, lambda name: v1_views.group(call, name), default=200))


def group_members(call: Call) -> Reply:
    """Answer the members of a group."""
    members = [p for p in call.state.people.values() if call.parts["group"] in map(group_id, p.groups)]
    return Reply(200, v1_list(call, members, lambda person: v1_views.user(call, person), default=200))


def search_user(call: Call) -> Reply:
    """Answer active people for a query over user fields."""
    test, _ = cql.parse(call.one("cql"))

    def fields(person: Person) -> cql.Fields:
        names = (person.display_name.lower(),)
        return {
            "type": ("user",),
            "user": (person.account_id,),
            "user.accountid": (person.account_id,),
            "user.fullname": names,
        }

    def shape(person: Person) -> Json:
        return {
            "user": v1_views.user(call, person),
            "title": person.display_name,
            "excerpt": "",
            "url": f"/people/{person.account_id}",
            "breadcrumbs": [],
            "entityType": "user",
            "iconCssClass": "aui-icon content-type-profile",
            "lastModified": "1970-01-01T00:00:00.000Z",
            "friendlyLastModified": "",
            "score": 0.0,
        }

    found = [p for p in call.state.people.values() if p.status == "active" and test(fields(p))]
    page = v1_list(call, found, shape)
    return Reply(200, {**page, "totalSize": len(found), "cqlQuery": call.one("cql"), "searchDuration": 2})


def page_watchers(call: Call) -> Reply:
    """Answer who watches a page."""
    content = call.state.contents.get(call.parts["id"])
    if content is None or not may_read(call, content):
        raise missing(call.parts["id"])
    accounts = [account for target, account in call.state.watches if target == f"content:{content.id}"]
    number = int(content.id.removeprefix("att"))

    def shape(account: str) -> Json:
        return {"type": "page", "watcher": shown(call, account, spelled_out=True), "contentId": number}

    return Reply(200, v1_list(call, accounts, shape, default=200))


def space_watchers(call: Call) -> Reply:
    """Answer who watches a space."""
    key = call.parts["key"]
    space = call.state.space_by_key(key)
    if space is None or not may_see_space(call, space):
        raise v1_error(404, "NotFoundException", f"No space found with key : {key}")
    accounts = [account for target, account in call.state.watches if target == f"space:{space.key}"]

    def shape(account: str) -> Json:
        return {"type": "space", "watcher": shown(call, account, spelled_out=True), "spaceKey": space.key}

    return Reply(200, v1_list(call, accounts, shape, default=200))


def watch(kind: str) -> Handler:
    """Return a handler that answers, sets or removes one person's watch."""

    def handler(call: Call) -> Reply:
        unguarded = call.method == "GET" or (kind, call.method) in {("content", "POST"), ("space", "DELETE")}
        if not unguarded and not call.headers.get("x-atlassian-token"):
            raise Refusal(Reply(403, content=b"XSRF check failed", media_type="text/plain"))
        account = call.one("accountId", call.account)
        if account != call.account and not call.is_admin:
            raise v1_error(403, "PermissionException", "Only administrators handle the watches of others")
        target = (f"{kind}:{call.parts['target']}", _person(call, account).account_id)
        # An identifier that is not taken any more leaves the request without a person: then it means the caller.
        imported = (target[0], retired(call))
        target = imported if imported in call.state.watches else target
        if call.method == "GET":
            return Reply(200, {"watching": target in call.state.watches})
        if call.method == "POST":
            call.state.watches[target] = None
        else:
            call.state.watches.pop(target, None)
        return Reply(204)

    return handler


def _relation(call: Call, relation: Relation) -> Json:
    shape: Json = {
        "name": relation.name,
        "_expandable": {"relationData": "", "source": "", "target": ""},
        "_links": v1_links(call),
    }
    for side, kind, key in (
        ("source", relation.source_type, relation.source),
        ("target", relation.target_type, relation.target),
    ):
        if side in call.many("expand") and kind == "user":
            shape[side] = shown(call, key, spelled_out=False)
        elif side in call.many("expand") and kind == "content":
            shape[side] = v1_views.content(call, call.state.contents[key], ())
    return shape


def relations(call: Call) -> Reply:
    """Answer the relations from or to one thing, or whether there is one between two.

    `favourite` and `like` cannot be listed (501, as measured); whether a favourite stands between two can be asked.
    """
    parts = call.parts
    between = "source" in parts and "target" in parts
    if parts["name"] == "like" or (parts["name"] == "favourite" and not between):
        raise v1_error(501, "NotImplementedServiceException", f"Finding {parts['name']} relations is not supported")
    wanted = {name: parts[name] for name in ("source_type", "source", "target_type", "target") if name in parts}
    if wanted.get("source") == "current":
        wanted["source"] = call.account
    found = [
        relation
        for relation in call.state.relations
        if relation.name == parts["name"] and all(getattr(relation, name) == value for name, value in wanted.items())
    ]
    if between:
        if not found:
            raise v1_error(404, "NotFoundException", "No such relation")
        return Reply(200, _relation(call, found[0]))
    return Reply(200, v1_list(call, found, lambda relation: _relation(call, relation)))


def _routes() -> Iterator[Route]:
    yield Route("GET", "/user", one_user)
    yield Route("GET", "/user/current", current)
    yield Route("GET", "/user/anonymous", anonymous)
    yield Route("GET", "/user/bulk", bulk)
    yield Route("GET", "/user/memberof", member_of)
    yield Route("GET", "/group/by-id", one_group)
    yield Route("GET", "/group/picker", group_picker)
    yield Route("GET", "/group/{group}/membersByGroupId", group_members)
    yield Route("GET", "/search/user", search_user)
    yield Route("GET", "/content/{id}/notification/child-created", page_watchers)
    yield Route("GET", "/space/{key}/watch", space_watchers)
    for kind in ("content", "space", "label"):
        for method in ("GET", "POST", "DELETE"):
            yield Route(method, f"/user/watch/{kind}/{{target}}", watch(kind))
    yield Route("GET", "/relation/{name}/from/{source_type}/{source}/to/{target_type}", relations)
    yield Route("GET", "/relation/{name}/from/{source_type}/{source}/to/{target_type}/{target}", relations)
    yield Route("GET", "/relation/{name}/to/{target_type}/{target}/from/{source_type}", relations)


ROUTES: Final = tuple(_routes())
"""Paths are relative to /wiki/rest/api."""
