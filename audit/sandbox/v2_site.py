"""Reading through API v2: spaces, permissions, roles, tasks, people, data policies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from audit.sandbox import views
from audit.sandbox.access import may_read, may_see_space, visible_space
from audit.sandbox.call import MAX_LIMIT, Call, Reply, bad_request, list_of, not_found
from audit.sandbox.paging import v2_list
from audit.sandbox.role_writes import ROLES
from audit.sandbox.routes import Route
from audit.sandbox.state import PAGE_LIKE, Content, Json, Kind
from audit.sandbox.v2_read import visible

_TASK = re.compile(r"<ac:task>(.*?)</ac:task>", re.DOTALL)
_ACCOUNT = re.compile(r'ri:account-id="([^"]+)"')


def spaces(call: Call) -> Reply:
    """Answer the visible spaces, narrowed by ids, keys, type, status and whose favourites they are."""
    ids, keys, kind, status = call.many("ids"), call.many("keys"), call.one("type"), call.one("status")
    somebody = call.one("favorited-by")
    found = (
        space
        for space in call.state.spaces.values()
        if may_see_space(call, space)
        and (not ids or space.id in ids)
        and (not keys or space.key in keys)
        and kind in {"", space.type}
        and status in {"", space.status}
        and (not somebody or somebody in call.state.favoured_by("space", space.key))
    )
    return v2_list(call, found, lambda space: views.space(call, space))


def one_space(call: Call) -> Reply:
    """Answer one space."""
    space = visible_space(call, call.parts["id"])
    shape = views.space(call, space)
    return Reply(200, {**shape, "_links": {"webui": f"/spaces/{space.key}", "base": f"{call.origin}/wiki"}})


def permissions(call: Call) -> Reply:
    """Answer the permissions of a space."""
    return v2_list(call, visible_space(call, call.parts["id"]).permissions, views.permission)


def role_mode(call: Call) -> Reply:
    """Answer whether permissions, roles or both are in use."""
    return Reply(200, {"mode": call.state.role_mode})


def roles(call: Call) -> Reply:
    """Answer the roles of the site."""
    return v2_list(
        call,
        ROLES,
        lambda role: {
            "id": role[0],
            "type": "SYSTEM",
            "name": role[1],
            "description": role[2],
            "spacePermissions": list(role[3]),
        },
    )


def space_properties(call: Call) -> Reply:
    """Answer the properties of a space."""
    space = visible_space(call, call.parts["id"])
    key = call.one("key")
    found = (p for p in call.state.properties_of(f"space:{space.id}") if not key or p.key == key)
    return v2_list(call, found, views.space_property)


def space_labels(call: Call) -> Reply:
    """Answer the labels of a space itself."""
    prefixes = call.many("prefix")
    labels = visible_space(call, call.parts["id"]).labels
    return v2_list(call, (label for label in labels if not prefixes or label.prefix in prefixes), views.label)


def content_labels(call: Call) -> Reply:
    """Answer the labels on the content of a space."""
    space = visible_space(call, call.parts["id"])
    contents = (c for c in call.state.of_kind(*PAGE_LIKE) if c.space == space.id)
    found = {label.id: label for content in visible(call, contents) for label in content.labels}
    return v2_list(call, found.values(), views.label)


def task_rows(call: Call) -> Iterator[tuple[Content, int, str]]:
    """Yield the tasks in visible pages and blog posts: content, number in it, source."""
    for content in visible_pages(call):
        if "<ac:task>" in content.now.body:
            for number, match in enumerate(_TASK.finditer(content.now.body), start=1):
                yield content, number, match.group(1)


def visible_pages(call: Call) -> Iterator[Content]:
    """Yield visible pages and blog posts without the filters of the query, which mean tasks here."""
    bare = Call(call.state, call.caller, call.method, call.path, call.parts, (), call.headers)
    return visible(bare, call.state.of_kind(Kind.PAGE, Kind.BLOGPOST))


def task(call: Call, row: tuple[Content, int, str]) -> Json:
    """Return a task as the API shows it. Only account ids make an assignee: legacy mentions assign nobody."""
    content, number, source = row
    state = "complete" if "<ac:task-status>complete<" in source else "incomplete"
    account = _ACCOUNT.search(source)
    shape: Json = {
        "id": str(int(content.id) * 100 + number),
        "localId": str(number),
        "spaceId": content.space,
        ("pageId" if content.kind is Kind.PAGE else "blogPostId"): content.id,
        "status": state,
        "createdBy": content.author,
        "createdAt": content.created_at,
        "updatedAt": content.now.created_at,
        "body": views.body(
            source.partition("<ac:task-body>")[2].partition("</ac:task-body>")[0], call.one("body-format")
        ),
    }
    if account:
        shape["assignedTo"] = account.group(1)
    if state == "complete":
        shape |= {"completedBy": content.now.author, "completedAt": content.now.created_at}
    return shape


def tasks(call: Call) -> Reply:
    """Answer the tasks of the site, narrowed by the documented parameters."""
    filters = {
        "space-id": "spaceId",
        "page-id": "pageId",
        "blogpost-id": "blogPostId",
        "status": "status",
        "task-id": "id",
        "created-by": "createdBy",
        "assigned-to": "assignedTo",
        "completed-by": "completedBy",
    }
    wanted = {field: call.many(name) for name, field in filters.items() if call.many(name)}
    shapes = (task(call, row) for row in task_rows(call))
    return v2_list(call, (s for s in shapes if all(s.get(f) in values for f, values in wanted.items())), lambda s: s)


def users_bulk(call: Call) -> Reply:
    """Answer the people behind account ids; ids without a person are absent from the answer."""
    ids = list_of(call.json_object(), "accountIds")
    if not 1 <= len(ids) <= MAX_LIMIT:
        raise bad_request("accountIds must hold 1 to 250 ids")
    if call.caller is None:
        raise not_found()
    found = [call.state.people[str(i)] for i in dict.fromkeys(ids) if str(i) in call.state.people]
    return Reply(200, {"results": [views.user(person) for person in found], "_links": {"base": f"{call.origin}/wiki"}})


def types_of_ids(call: Call) -> Reply:
    """Answer the type of each id; ids that are unknown or hidden have none."""
    found: Json = {}
    for identifier in map(str, list_of(call.json_object(), "contentIds")):
        content = call.state.contents.get(identifier) or call.state.contents.get(f"att{identifier}")
        shown = content is not None and may_read(call, content)
        found[identifier] = (content.type_key or content.kind.value) if content is not None and shown else None
    return Reply(200, {"results": found})


def data_policies(_call: Call) -> Reply:
    """Answer that no policy hides content from apps."""
    return Reply(200, {"anyContentBlocked": False})


ROUTES: Final = (
    Route("GET", "/spaces", spaces),
    Route("GET", "/spaces/{id}", one_space),
    Route("GET", "/spaces/{id}/permissions", permissions),
    Route("GET", "/spaces/{id}/properties", space_properties),
    Route("GET", "/spaces/{id}/labels", space_labels),
    Route("GET", "/spaces/{id}/content/labels", content_labels),
    Route("GET", "/space-role-mode", role_mode),
    Route("GET", "/space-roles", roles),
    Route("GET", "/tasks", tasks),
    Route("GET", "/data-policies/metadata", data_policies),
    Route("POST", "/users-bulk", users_bulk),
    Route("POST", "/content/convert-ids-to-types", types_of_ids),
)
"""Paths are relative to /wiki/api/v2."""
