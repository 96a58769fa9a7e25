"""Issues of a Jira project, one a topic: made, brought up to date, closed when nothing is left, opened when it is back.

An issue is found by its labels. The search lags behind what was written, so the ids of issues that were made here are
kept in the workspace and asked for one by one where the search does not show them: a second call makes none twice.
Source: Atlassian, Jira Cloud REST API v3, "Search for issues using JQL enhanced search", "Create issue", "Edit issue",
"Get transitions", "Transition issue", "Get create metadata issue types for a project".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from audit.answers import converted
from audit.errors import (
    Ambiguous,
    GuardError,
    IncompleteError,
    Missing,
    Rejected,
    SiteError,
    UsageError,
    WorkspaceError,
)
from audit.files import write_whole
from audit.http import Api
from audit.publish.topics import MARK, Topic
from audit.sites.cloud import wire

ISSUE: Final = "/rest/api/3/issue"
SEARCH: Final = "/rest/api/3/search/jql"
PROJECT_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]{1,254}")
PARTS: Final = 1_000
"""Parts of one search at most."""
DONE: Final = "done"
OPEN: Final = ("new", "indeterminate")
"""Categories of states in which an issue is open, the one to open it into first."""


class _Category(wire.Wire, frozen=True):
    key: str


class _Status(wire.Wire, frozen=True):
    status_category: _Category


class _Fields(wire.Wire, frozen=True):
    labels: list[str]
    status: _Status


class _Mark(wire.Wire, frozen=True):
    key: str = ""
    digest: str = ""
    include: list[str] = []  # noqa: RUF012 - msgspec copies it


class _Properties(wire.Wire, frozen=True):
    mark: _Mark | None = msgspec.field(name=MARK, default=None)


class _Issue(wire.Wire, frozen=True):
    id: str
    key: str
    fields: _Fields
    properties: _Properties = _Properties()


class _Found(wire.Wire, frozen=True):
    issues: list[_Issue]
    next_page_token: str | None = None


class _Made(wire.Wire, frozen=True):
    id: str
    key: str


class _Transition(wire.Wire, frozen=True):
    id: str
    to: _Status


class _Transitions(wire.Wire, frozen=True):
    transitions: list[_Transition]


class _Type(wire.Wire, frozen=True):
    name: str
    subtask: bool = False


class _Types(wire.Wire, frozen=True):
    issue_types: list[_Type]


class Do(StrEnum):
    """What becomes of an issue."""

    MAKE = "make"
    UPDATE = "update"
    REOPEN = "reopen"
    CLOSE = "close"
    KEEP = "unchanged"
    UNKNOWN = "not examined"
    """Nothing was found of it, and the run does not show that nothing is left."""


@dataclass(frozen=True, slots=True)
class Action:
    """One issue and what becomes of it."""

    do: Do
    about: str
    """`page 123`, or the id of a rule."""
    topic: Topic | None = None
    issue: str = ""
    """Key of the issue; empty where there is none yet."""
    issue_id: str = ""
    include: frozenset[str] = frozenset()
    """Classes of objects that runs about the topic were told to read."""


Settled = Callable[[str, frozenset[str]], bool]
"""Given a topic without findings and the classes that earlier runs were told to read: whether nothing is left."""


class Known:
    """The ids of the issues that were made from this workspace, by fingerprint."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.ids = msgspec.json.decode(path.read_bytes(), type=dict[str, str]) if path.exists() else {}
        except msgspec.MsgspecError as error:
            raise WorkspaceError(
                what="The list of issues that were made cannot be read",
                where=str(path),
                why="the file is damaged",
                fix="Move it away: issues are then found by the search alone.",
            ) from error

    def add(self, fingerprint: str, issue_id: str) -> None:
        """Store one more, before anything else is sent."""
        self.ids[fingerprint] = issue_id
        write_whole(self.path, msgspec.json.encode(self.ids), force=True)


async def look(
    api: Api, project: str, label: str, wanted: Mapping[str, Topic], settled: Settled, known: Known
) -> tuple[Action, ...]:
    """Return what is to become of each issue. Writes nothing. Raises what `Api.post_root_read` does."""
    found = await _search(api, project, label)
    for fingerprint in [one for one in known.ids if one in wanted and one not in found]:
        issue = await _one(api, known.ids[fingerprint])
        if issue is not None:
            found[fingerprint] = issue
    actions = [_action(topic, found.get(fingerprint)) for fingerprint, topic in wanted.items()]
    for fingerprint, issue in found.items():
        if fingerprint not in wanted and not _is_done(issue):
            mark = issue.properties.mark or _Mark()
            about = mark.key
            do = Do.CLOSE if about and settled(about, frozenset(mark.include)) else Do.UNKNOWN
            actions.append(Action(do, about or fingerprint, None, issue.key, issue.id))
    return tuple(actions)


def _action(topic: Topic, issue: _Issue | None) -> Action:
    if issue is None:
        return Action(Do.MAKE, topic.key, topic)
    mark = issue.properties.mark or _Mark()
    do = Do.REOPEN if _is_done(issue) else Do.KEEP if mark.digest == topic.digest else Do.UPDATE
    return Action(do, topic.key, topic, issue.key, issue.id, frozenset(mark.include))


def _is_done(issue: _Issue) -> bool:
    return issue.fields.status.status_category.key == DONE


async def _search(api: Api, project: str, label: str) -> dict[str, _Issue]:
    """Return the issues of a project with a label, by fingerprint; of several with one fingerprint the oldest."""
    found: dict[str, _Issue] = {}
    asked: dict[str, object] = {
        "jql": f'project = "{project}" AND labels = "{label}"',
        "fields": ["labels", "status"],
        "properties": [MARK],
        "maxResults": 100,
    }
    for _ in range(PARTS):
        page = converted((await api.post_root_read(SEARCH, asked)).json, _Found, SEARCH)
        for issue in page.issues:
            for name in issue.fields.labels:
                before = found.get(name)
                if _is_fingerprint(name) and (before is None or _age(issue) < _age(before)):
                    found[name] = issue
        if not page.next_page_token or page.next_page_token == asked.get("nextPageToken"):
            return found
        asked["nextPageToken"] = page.next_page_token
    return found


def _is_fingerprint(label: str) -> bool:
    return re.fullmatch(rf"{MARK}-[0-9a-f]{{16}}", label) is not None


def _age(issue: _Issue) -> tuple[int, str]:
    return len(issue.id), issue.id


async def _one(api: Api, issue_id: str) -> _Issue | None:
    path = f"{ISSUE}/{issue_id}"
    try:
        answer = await api.get_root(path, {"fields": "labels,status", "properties": MARK})
    except Missing:
        return None
    return converted(answer.json, _Issue, path)


async def issue_type(api: Api, project: str, chosen: str) -> str:
    """Return the type of new issues: the chosen one, else Task, else the first that is no sub-task.

    Raises `UsageError` when the project is not there or has no such type.
    """
    path = f"{ISSUE}/createmeta/{project}/issuetypes"
    try:
        found = converted((await api.get_root(path)).json, _Types, path).issue_types
    except (Missing, Rejected) as error:
        raise UsageError(
            what="The project is not there",
            where="--project",
            why="the site has no project of that key, or the account may not make issues in it",
            fix="Give the key that its issues begin with.",
        ) from error
    names = [one.name for one in found if not one.subtask]
    for name in (chosen,) if chosen else ("Task", *names):
        if name in names:
            return name
    raise UsageError(
        what="The project has no such type of issue",
        where="--issue-type",
        fix=f"It has {', '.join(names) or 'none that is no sub-task'}.",
    )


@dataclass(frozen=True, slots=True)
class Tracker:
    """Writes the issues of one project."""

    api: Api
    project: str
    kind: str
    """Type of new issues."""
    label: str
    include: frozenset[str]
    """Classes of objects that the run was told to read."""
    known: Known

    async def carry_out(
        self, actions: Sequence[Action], told: Callable[[Action, str], None], stop: Callable[[], bool]
    ) -> None:
        """Do what each action says, and tell its issue's key. Raises `IncompleteError` when asked to stop."""
        for number, action in enumerate(actions):
            if stop():
                raise IncompleteError(
                    what="Stopped on request",
                    where=f"project {self.project}",
                    why=f"{number} of {len(actions)} issues were looked after",
                    fix="Run the same command again: it goes on from there.",
                )
            try:
                told(action, await self._do(action))
            except Ambiguous as error:
                error.fix = (
                    "Wait some minutes, until the search of the site knows what was written, then run the same command"
                    " again: an issue that was made is found by its label."
                )
                raise
            except SiteError as error:
                error.fix = f"Issues before {action.about} are done. {error.fix} The same command goes on from there."
                raise

    async def _do(self, action: Action) -> str:
        match action.do:
            case Do.MAKE:
                return await self._make(action)
            case Do.UPDATE:
                await self._update(action)
            case Do.REOPEN:
                await self._move(action, OPEN)
                await self._update(action)
            case Do.CLOSE:
                await self._move(action, (DONE,))
            case Do.KEEP | Do.UNKNOWN:
                pass
        return action.issue

    async def _make(self, action: Action) -> str:
        if action.topic is None:
            raise ValueError("an issue is made about a topic")
        fields = {
            "project": {"key": self.project},
            "issuetype": {"name": self.kind},
            "summary": action.topic.summary,
            "description": action.topic.description,
            "labels": [MARK, self.label, action.topic.fingerprint],
        }
        answer = await self.api.write_root(
            "POST", ISSUE, {"fields": fields, "properties": self._mark(action, action.topic)}
        )
        made = converted(answer.json, _Made, f"POST {ISSUE}")
        self.known.add(action.topic.fingerprint, made.id)
        return made.key

    async def _update(self, action: Action) -> None:
        if action.topic is None:
            raise ValueError("an issue is brought up to date about a topic")
        fields = {"summary": action.topic.summary, "description": action.topic.description}
        payload = {"fields": fields, "properties": self._mark(action, action.topic)}
        await self.api.write_root("PUT", f"{ISSUE}/{action.issue_id}", payload)

    async def _move(self, action: Action, categories: Sequence[str]) -> None:
        """Move an issue into the first of the categories that its workflow offers."""
        path = f"{ISSUE}/{action.issue_id}/transitions"
        offered = converted((await self.api.get_root(path)).json, _Transitions, path).transitions
        for category in categories:
            for one in offered:
                if one.to.status_category.key == category:
                    await self.api.write_root("POST", path, {"transition": {"id": one.id}})
                    return
        raise GuardError(
            what="The workflow of an issue has no way there",
            where=action.issue,
            why=f"no transition leads to a state of the category {' or '.join(categories)}",
            fix="Move the issue by hand, then run the same command again.",
        )

    def _mark(self, action: Action, topic: Topic) -> list[dict[str, object]]:
        """Return the property by which an issue says what it is about, what it says, and what it rests on."""
        include = sorted(action.include | self.include)
        return [{"key": MARK, "value": {"key": topic.key, "digest": topic.digest, "include": include}}]
