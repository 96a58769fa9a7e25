"""Issues of the one Jira project that the site has, with its three states and its search, which lags behind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from audit.sandbox.call import Call, Refusal, Reply
from audit.sandbox.routes import Route
from audit.sandbox.services import Issue, Json

PROJECT: Final = "GDPR"
PAGE: Final = 50
"""Issues of one part of a search at most."""
STATES: Final = {"To Do": ("1", "new"), "In Progress": ("2", "indeterminate"), "Done": ("3", "done")}
"""Name -> id and category; each can be reached from each other one."""
TYPES: Final = (("10001", "Epic", False), ("10002", "Task", False), ("10003", "Sub-task", True))
_QUERY: Final = re.compile(r'project = "([^"]*)" AND labels = "([^"]*)"')


def error(status: int, text: str) -> Refusal:
    """Return an error in the form of Jira."""
    return Refusal(Reply(status, {"errorMessages": [text], "errors": {}}))


def types(call: Call) -> Reply:
    """Answer the types of issues that can be made in a project."""
    if call.parts["project"] != PROJECT:
        raise error(400, "The project does not exist")
    rows = [{"id": one, "name": name, "subtask": sub, "self": call.origin} for one, name, sub in TYPES]
    return Reply(200, {"issueTypes": rows, "maxResults": 50, "startAt": 0, "total": len(rows)})


def search(call: Call) -> Reply:
    """Answer the issues of a project with a label, part by part."""
    body = call.json_object()
    asked = _QUERY.fullmatch(str(body.get("jql")))
    if asked is None:
        raise error(400, "The sandbox searches for a project and a label only")
    services = call.state.services
    newest = {one.id for one in list(services.issues.values())[len(services.issues) - services.unindexed :]}
    reconciled = body.get("reconcileIssues")
    known = {str(one) for one in reconciled} if isinstance(reconciled, list) else set()
    found = [
        one
        for one in services.issues.values()
        if asked[1] == PROJECT and asked[2] in one.labels and (one.id not in newest or one.id in known)
    ]
    start = int(str(body.get("nextPageToken") or "0"))
    part = found[start : start + PAGE]
    more = start + PAGE < len(found)
    tail: Json = {"nextPageToken": str(start + PAGE)} if more else {}
    return Reply(200, {"issues": [_shown(call, one) for one in part], "isLast": not more, **tail})


def _shown(call: Call, issue: Issue) -> Json:
    number, category = STATES[issue.status]
    status = {"id": number, "name": issue.status, "statusCategory": {"key": category}}
    return {
        "id": issue.id,
        "key": issue.key,
        "self": f"{call.origin}/rest/api/3/issue/{issue.id}",
        "fields": {"summary": issue.summary, "labels": list(issue.labels), "status": status},
        "properties": dict(issue.properties),
    }


def create(call: Call) -> Reply:
    """Make an issue."""
    body = call.json_object()
    fields = _object(body.get("fields"))
    if _object(fields.get("project")).get("key") != PROJECT:
        raise error(400, "The project does not exist")
    number = len(call.state.services.issues) + 1
    issue = Issue(str(20000 + number), f"{PROJECT}-{number}", "", None, (), {})
    call.state.services.issues[issue.id] = _filled(issue, body)
    return Reply(201, {"id": issue.id, "key": issue.key, "self": f"{call.origin}/rest/api/3/issue/{issue.id}"})


def _filled(issue: Issue, body: Mapping[str, object]) -> Issue:
    fields, given = _object(body.get("fields")), body.get("properties")
    rows = [_object(row) for row in given] if isinstance(given, list) else []
    properties = {str(row.get("key")): row.get("value") for row in rows}
    labels = fields.get("labels", list(issue.labels))
    return replace(
        issue,
        summary=str(fields.get("summary", issue.summary)),
        description=fields.get("description", issue.description),
        labels=tuple(map(str, labels)) if isinstance(labels, list) else issue.labels,
        properties={**issue.properties, **properties},
    )


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _issue(call: Call) -> Issue:
    found = call.state.services.issues.get(call.parts["issue"])
    if found is None:
        raise error(404, "The issue does not exist")
    return found


def one(call: Call) -> Reply:
    """Answer one issue."""
    return Reply(200, _shown(call, _issue(call)))


def change(call: Call) -> Reply:
    """Change fields and properties of an issue."""
    issue = _issue(call)
    call.state.services.issues[issue.id] = _filled(issue, call.json_object())
    return Reply(204)


def transitions(call: Call) -> Reply:
    """Answer where an issue can go from its state."""
    issue = _issue(call)
    rows = [
        {"id": number, "name": name, "hasScreen": False, "to": {"name": name, "statusCategory": {"key": category}}}
        for name, (number, category) in STATES.items()
        if name != issue.status
    ]
    return Reply(200, {"transitions": rows})


def move(call: Call) -> Reply:
    """Move an issue to another state."""
    issue = _issue(call)
    wanted = _object(call.json_object().get("transition")).get("id")
    name = next((name for name, (number, _) in STATES.items() if number == wanted and name != issue.status), None)
    if name is None:
        raise error(400, "That transition is not there")
    call.state.services.issues[issue.id] = replace(issue, status=name)
    return Reply(204)


_BASE: Final = "/rest/api/3/issue"
ROUTES: Final = (
    Route("GET", f"{_BASE}/createmeta/{{project}}/issuetypes", types),
    Route("POST", "/rest/api/3/search/jql", search),
    Route("POST", _BASE, create),
    Route("GET", f"{_BASE}/{{issue}}", one),
    Route("PUT", f"{_BASE}/{{issue}}", change),
    Route("GET", f"{_BASE}/{{issue}}/transitions", transitions),
    Route("POST", f"{_BASE}/{{issue}}/transitions", move),
)
"""Paths are absolute."""
