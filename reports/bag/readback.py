"""What was read back after each write of a plan: beside its change in the bag, and taken from the journal again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reports.bag.chain import Link
from reports.evidence import Outcome
from reports.plain import Json

THERE: Final = frozenset({"apply", "rehearse"})
BACK: Final = frozenset({"rollback", "put-back"})
"""Purposes of the records that undo a write."""
FIELD: Final = "read_back"


def with_read_back(changes: Json, plan: str, links: Sequence[Link]) -> list[dict[str, Json]]:
    """Return each change with what the journal says was read back last, null where nothing was.

    `changes` are those of a report, `plan` is the digest of their plan. Raises `LookupError`, `ValueError` or
    `TypeError` when a record or a change is of another shape than ours.
    """
    found = _last(plan, links)
    rows = [change for change in changes if isinstance(change, dict)] if isinstance(changes, list) else []
    return [{**change, FIELD: found.get(str(change["action"]))} for change in rows]


def not_as_planned(changes: Sequence[Mapping[str, Any]], plan: str, links: Sequence[Link]) -> Iterator[str]:
    """Yield each action that counts as applied although something else was read back than was planned.

    Parts without versions are left out: lists are written entry by entry, beside the entries of others.
    """
    found = _last(plan, links)
    for change in changes:
        last = found.get(change["action"])
        applied = change["outcome"] == Outcome.APPLIED and change["base_version"] is not None
        if applied and last and last["purpose"] == "apply" and not last["as_planned"]:
            yield str(change["action"])


def _last(plan: str, links: Sequence[Link]) -> dict[str, dict[str, Json]]:
    """Return the last thing that was read back, by action."""
    planned: dict[str, str] = {}
    found: dict[str, dict[str, Json]] = {}
    for link in links:
        entry = json.loads(link.entry)
        op = entry["op"]
        if op["plan"] != plan or op["purpose"] not in THERE | BACK:
            continue
        if entry["state"] == "INTENT":
            planned[op["token"]] = entry["planned_hash"]
        if entry["read_hash"]:
            expected = planned.get(op["token"], "")
            found[op["action"]] = {
                "record": link.seq,
                "purpose": op["purpose"],
                "version": entry["version"],
                "planned_hash": expected,
                "read_hash": entry["read_hash"],
                "as_planned": entry["read_hash"] == expected,
            }
    return found
