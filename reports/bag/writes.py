"""Whether plan, changes and journal of a bag tell the same story: each change with its action and its records."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reports.anew import planned_anew
from reports.bag import names
from reports.bag.chain import Link
from reports.bag.problems import Fault, Problem
from reports.bag.readback import BACK, THERE
from reports.evidence import Outcome

_NOT_STANDING: Final = frozenset({
    Outcome.PLANNED, Outcome.HELD, Outcome.CONFLICT, Outcome.REJECTED, Outcome.DIVERGED, Outcome.REVERTED,
    Outcome.FAILED,
})  # fmt: skip
"""Outcomes that do not say that the site has what was planned."""
_OF_ACTION: Final = ("part", "base_version", "before_hash", "after_hash", "bytes_before", "bytes_after")
"""What an action and the change that became of it state in the same words."""


def written(changes: Sequence[Mapping[str, Any]], plan: Mapping[str, Any], links: Sequence[Link]) -> Iterator[Problem]:
    """Yield where the changes are not what the journal records of the plan, or leave out what it records as done.

    Raises `LookupError`, `ValueError` or `TypeError` when a record or a change is of another shape than ours.
    """
    courses = _courses(plan["digest"], links)
    for change in changes:
        action = change["action"]
        for why in _disagreements(change, courses.get(action, [])):
            yield Problem(Fault.COUNTS, names.JOURNAL, f"{action}: {why}")
    for action in sorted(courses.keys() - {change["action"] for change in changes}):
        if _ended(courses[action], {"apply"}):
            yield Problem(Fault.COUNTS, names.CHANGES, f"{names.JOURNAL} records {action} as done, and no change does")


def planned(master: Mapping[str, Any], plan: Mapping[str, Any], links: Sequence[Link]) -> Iterator[Problem]:
    """Yield where the plan is not one that these changes could come from, or says something else than the report.

    Raises as `written` does.
    """
    if plan["site"] != master["run"]["site"]:
        yield Problem(Fault.COUNTS, names.PLAN, "it is for another site than the run")
    if plan["counts"] != plan["counts"] | _counted(plan):
        yield Problem(Fault.COUNTS, names.PLAN, "its counts are not those of its actions and held places")
    actions = {action["id"]: action for action in plan["actions"]}
    for change in master["changes"]:
        action = actions.get(change["action"])
        if action is None:
            yield Problem(Fault.COUNTS, names.PLAN, f"it has no action {change['action']}, which has an outcome")
        elif _as_planned(action) != _as_changed(change):
            yield Problem(Fault.COUNTS, names.PLAN, f"its action {change['action']} is not the change of that name")
    for action in plan["actions"]:
        if {edit["view"]["rule"] for edit in action["edits"]} != set(action["rules"]):
            yield Problem(Fault.COUNTS, names.PLAN, f"the rules of {action['id']} are not those of its edits")
    courses = _courses(plan["digest"], links)
    # A rollback reports what it looked at: an action that was never written has no outcome of it.
    rolled_back = any(entry["op"]["purpose"] in BACK for course in courses.values() for entry in course)
    silent = actions.keys() - {change["action"] for change in master["changes"]}
    for name in () if rolled_back else sorted(silent):
        yield Problem(Fault.COUNTS, names.CHANGES, f"nothing says what became of {name} of the plan")
    if Counter(map(_held, plan["held"])) - Counter(map(_held, master["held"])):
        yield Problem(Fault.COUNTS, names.PLAN, f"{names.FINDINGS} does not have all places that it holds back")


def _courses(digest: str, links: Sequence[Link]) -> dict[str, list[dict[str, Any]]]:
    """Return what the journal records of each action of one plan, in order."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for link in links:
        entry = json.loads(link.entry)
        op = entry["op"]
        if op["plan"] == digest and op["action"] and op["purpose"] in THERE | BACK:
            found[op["action"]].append(entry)
    return found


def _ended(course: Sequence[Mapping[str, Any]], purposes: frozenset[str] | set[str]) -> list[Mapping[str, Any]]:
    """Return the last record of each write of some purposes that came to its end."""
    last = {entry["op"]["token"]: entry for entry in course if entry["op"]["purpose"] in purposes}
    return [entry for entry in last.values() if entry["state"] == "DONE"]


def _disagreements(change: Mapping[str, Any], course: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield in what a change is not what the journal records of it."""
    there, back = _ended(course, {"apply"}), _ended(course, BACK)
    outcome, version = change["outcome"], change["new_version"]
    if outcome == Outcome.REVERTED:
        if not back:
            yield "it counts as rolled back, and no record says so"
        ends = [*there, *back]
    elif outcome not in _NOT_STANDING:
        if not there:
            yield f"it has no end there, and counts as {outcome}"
        elif back and outcome != Outcome.ALREADY:
            yield f"it was put back, and counts as {outcome}"
        ends = [*there, *back] if outcome == Outcome.ALREADY else there
    else:
        # A rollback that left a write alone says why it did, not that the write stands.
        if there and not back and not _left_alone(course, there):
            yield f"it was done, and counts as {outcome}"
        ends = list(course)
        if version is None:
            ends = []
    if ends and version not in [entry["version"] for entry in ends]:
        yield f"version {version} is not the one that was read back"
    if version is not None and not course:
        yield f"version {version} is not known to it"
    yield from _begun(change, course)


def _left_alone(course: Sequence[Mapping[str, Any]], ends: Sequence[Mapping[str, Any]]) -> bool:
    tried = any(entry["op"]["purpose"] in BACK for entry in course)
    return tried or any(entry["outcome"] == Outcome.SUPERSEDED for entry in ends)


def _begun(change: Mapping[str, Any], course: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield in what the object, the text and the version before are not those that were about to be written."""
    here = change["object"]
    for entry in course:
        ref = entry["op"]["ref"]
        if (ref["type"], ref["id"], entry["op"]["part"]) != (here["type"], here["id"], change["part"]):
            yield "it was about another object or part"
            return
    rehearsed = any(entry["op"]["purpose"] == "rehearse" for entry in course)
    begun = [one for one in course if one["state"] == "INTENT" and one["op"]["purpose"] == "apply"]
    for entry in begun:
        if entry["base_hash"] != change["before_hash"]:
            yield "the text before is not the one that was there"
        # A rehearsal that was put back leaves the same text under a later number.
        planned, there = change["base_version"], entry["base_version"]
        if there != planned and not rehearsed and not planned_anew(entry["note"], planned, there):
            yield f"version {planned} is not the one that was there before"


def _as_planned(action: Mapping[str, Any]) -> list[Any]:
    ref = action["ref"]
    edits = [edit["view"] for edit in action["edits"]]
    return [ref["type"], ref["id"], ref["space"], ref["version"], *_stated(action, edits)]


def _as_changed(change: Mapping[str, Any]) -> list[Any]:
    here = change["object"]
    return [here["type"], here["id"], here["space"], here["version"], *_stated(change, change["edits"])]


def _stated(one: Mapping[str, Any], edits: Sequence[Mapping[str, Any]]) -> list[Any]:
    shown = [
        (edit["rule"], edit["path"], edit["line"], edit["subject"]["hmac"], edit["before"], edit["after"])
        for edit in edits
    ]
    return [*(one[name] for name in _OF_ACTION), shown]


def _held(item: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what tells one held place from another, as it stands in a plan and in a report."""
    about = item["ref"] if "ref" in item else item["object"]
    hmac = item["subject"]["hmac"] if item["subject"] else ""
    return about["type"], about["id"], item["part"], item["path"], item["rule"], item["reason"], hmac


def _counted(plan: Mapping[str, Any]) -> dict[str, int]:
    """Return those counts of a plan that its own rows give."""
    edits = [edit["view"]["rule"] for action in plan["actions"] for edit in action["edits"]]
    counts = Counter({"actions": len(plan["actions"]), "edits": len(edits), "held": len(plan["held"])})
    counts.update(f"edits/{rule}" for rule in edits)
    counts.update(f"held/{item['reason']}" for item in plan["held"])
    return dict(counts)
