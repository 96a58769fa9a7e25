"""The totals of findings.json, counted anew from its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from reports.bag.schema import PEOPLE_ONLY, STANDING, schema
from reports.persons import of_person
from rules.model import SubjectKind

Master: TypeAlias = Mapping[str, Any]
"""findings.json."""


def miscounted(master: Master) -> Iterator[str]:
    """Yield in which figures a report is not what its own rows give; reports of older schemas may state fewer.

    Raises `LookupError`, `ValueError` or `TypeError` when a row is of another shape than ours.
    """
    totals, newer = master["totals"], schema(master) >= STANDING
    unknown = set() if newer or "identities" in master else OF_IDENTITIES
    for name, count in COUNTS.items():
        if (newer or name in totals.keys() - unknown) and totals[name] != count(master):
            yield f"its total of {name} is not that of its rows"
    if newer and not _plausible(totals):
        yield "its totals of changed_authors and changed_unattributed are more or fewer than its changed objects allow"
    yield from _left(master)


def _plausible(totals: Mapping[str, Any]) -> bool:
    """Return whether so many authors can have written the objects that are changed. No row says who wrote one."""
    objects: int = totals["changed_objects"]
    authors: int = totals["changed_authors"]
    known: int = objects - totals["changed_unattributed"]
    return 0 <= known <= objects and min(known, 1) <= authors <= known


def _left(master: Master) -> Iterator[str]:
    """Yield in what the figures about residue are not those of its objects."""
    residue = master.get("residue")
    if not residue:
        return
    objects = residue["objects"]
    places = Counter(place for one in objects for place in one["places"])
    versions = sum(len(one["versions"]) for one in objects)
    stated = {place: (facts["objects"], facts["places"]) for place, facts in residue["places"].items()}
    if stated != {place: (count, versions if place == "version" else count) for place, count in places.items()}:
        yield "its counts of places of residue are not those of its objects"
    if residue["unread"] != sum(bool(one["unread"]) for one in objects) or residue["looked_into"] < len(objects):
        yield "its counts of objects that were looked into for residue are not those of its rows"


def labelled(rows: list[dict[str, Any]], field: str, labels: Mapping[str, int]) -> dict[str, int]:
    """Return how many rows have each label in a field, labels without rows included."""
    found = Counter(row[field] for row in rows)
    return {label: found[label] for label in sorted({*labels, *found})}


def identities(master: Master) -> list[Any]:
    """Return who is who; a report of an older schema may have no such part."""
    return list(master.get("identities", ()))


def _subjects(master: Master) -> int:
    everything = schema(master) < PEOPLE_ONLY
    people = [row["subject"] for row in master["findings"]]
    return len({(one["kind"], one["hmac"]) for one in people if everything or of_person(SubjectKind(one["kind"]))})


def _objects(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["object"]["type"], row["object"]["id"]) for row in rows}


def _declined(master: Master) -> int:
    plan = master["plan"]
    return sum(not one["accepted"] for one in plan.get("decisions", ())) if plan else 0


def _residue(master: Master) -> int:
    residue = master["residue"]
    return len(residue["objects"]) if residue else 0


OF_IDENTITIES: Final = {"identities", "resolved"}
"""Totals of a part that reports of early schemas are without."""
COUNTS: Final[Mapping[str, Callable[[Master], Any]]] = {
    "findings": lambda master: len(master["findings"]),
    "by_severity": lambda master: labelled(master["findings"], "severity", master["totals"]["by_severity"]),
    "by_confidence": lambda master: labelled(master["findings"], "confidence", master["totals"]["by_confidence"]),
    "needs_review": lambda master: sum(row["confidence"] == "low" for row in master["findings"]),
    "objects": lambda master: len(_objects(master["findings"])),
    "subjects": _subjects,
    "rewritable": lambda master: sum(row["rewritable"] for row in master["findings"]),
    "changes": lambda master: len(master["changes"]),
    "replacements": lambda master: sum(len(change["edits"]) for change in master["changes"]),
    "changed_objects": lambda master: len(_objects(master["changes"])),
    "changed_spaces": lambda master: len({row["object"]["space"] for row in master["changes"]} - {""}),
    "largest_change": lambda master: max((len(change["edits"]) for change in master["changes"]), default=0),
    "by_outcome": lambda master: dict(Counter(change["outcome"] for change in master["changes"])),
    "declined": _declined,
    "residue": _residue,
    "held": lambda master: len(master["held"]),
    "identities": lambda master: len(identities(master)),
    "resolved": lambda master: sum(one["account"] is not None for one in identities(master)),
}
"""Name of a total -> how its rows give it."""
