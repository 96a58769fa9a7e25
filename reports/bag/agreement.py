"""Whether the files of a bag tell the same story: counts, fingerprints, digests, coverage, plan and journal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from reports.bag import names
from reports.bag.carried import COMPARED, Master, differs, graded
from reports.bag.chain import Chain, facts_of
from reports.bag.manifest import sha256
from reports.bag.problems import Fault, Problem
from reports.bag.rows import gap
from reports.document import canonical

SHAPELESS: Final = (LookupError, ValueError, TypeError, AttributeError, RecursionError)
"""What reading a document of another shape than ours raises."""
SUMS: Final = ("seen", "read", "skipped", "failed", "not_assessed")


class _Documents:
    """The files of a bag; what is JSON is parsed once, however many checks look at it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self._parsed: dict[str, dict[str, Any]] = {}

    def read(self, path: str) -> dict[str, Any]:
        """Return a JSON object. Raises `KeyError`, `ValueError` or `TypeError` when there is none."""
        if path not in self._parsed:
            found = json.loads(self.files[path])
            if not isinstance(found, dict):
                raise TypeError(path)
            self._parsed[path] = found
        return self._parsed[path]

    def rows(self, path: str) -> list[Any]:
        """Return JSON lines."""
        return [json.loads(line) for line in self.files[path].splitlines()]


def agreement(files: Mapping[str, bytes], chain: Chain) -> list[Problem]:
    """Return where the files of a bag contradict each other. `chain` is its journal as it was walked."""
    problems: list[Problem] = []
    bag = _Documents(files)
    checks: tuple[tuple[str, Callable[[], Iterator[Problem]]], ...] = (
        (names.FINDINGS, lambda: _master(bag)),
        (names.FINDINGS, lambda: _standing(bag)),
        (names.ACCEPTED, lambda: _accepted(bag)),
        (names.RUN, lambda: _run(bag, chain)),
        (names.COVERAGE, lambda: _coverage(bag)),
        (names.FINDINGS, lambda: _formats(bag)),
        (names.CHANGES, lambda: _changes(bag, chain)),
        (names.PLAN, lambda: _plan(bag, chain)),
    )
    for path, check in checks:
        try:
            problems += check()
        except SHAPELESS:
            # Whatever is missing or of another shape: the bag is from outside, and this is its verdict.
            problems.append(Problem(Fault.MALFORMED, path, "a file that it is compared with lacks a field or a form"))
    return problems


def not_compared(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the reports of a bag whose findings are not compared with the others, sorted."""
    try:
        formats = _Documents(files).read(names.RUN)["formats"]
        return tuple(sorted(path for path, name in formats.items() if name not in COMPARED))
    except SHAPELESS:
        return ()


def not_looked_into(files: Mapping[str, bytes]) -> tuple[tuple[str, str], ...]:
    """Return each report whose rows nobody can look into on this machine, with the reason, sorted."""
    try:
        formats = _Documents(files).read(names.RUN)["formats"]
        return tuple(sorted((path, why) for path, name in formats.items() if (why := gap(name))))
    except SHAPELESS:
        return ()


def _master(bag: _Documents) -> Iterator[Problem]:
    """Yield where the totals of findings.json are not those of its own rows."""
    master, covers = bag.read(names.FINDINGS), bag.read(names.RUN)["data_covers"]
    if sha256(canonical({part: master[part] for part in covers}).encode()) != master["run"]["data_sha256"]:
        yield Problem(Fault.COUNTS, names.FINDINGS, "its data do not have the digest that it names")
    rows, totals = master["findings"], master["totals"]
    counted = {
        "findings": len(rows),
        "by_severity": _counts(rows, "severity", totals["by_severity"]),
        "by_confidence": _counts(rows, "confidence", totals["by_confidence"]),
        "objects": len({(row["object"]["type"], row["object"]["id"]) for row in rows}),
        "subjects": len({(row["subject"]["kind"], row["subject"]["hmac"]) for row in rows}),
        "rewritable": sum(row["rewritable"] for row in rows),
        "changes": len(master["changes"]),
        "replacements": sum(len(change["edits"]) for change in master["changes"]),
        "held": len(master["held"]),
        "identities": len(master["identities"]),
    }
    for name, count in counted.items():
        if totals[name] != count:
            yield Problem(Fault.COUNTS, names.FINDINGS, f"its total of {name} is not that of its rows")


def _standing(bag: _Documents) -> Iterator[Problem]:
    """Yield where the totals about how findings stand are not those of the rows. Bags of schema 1.2 have none."""
    master = bag.read(names.FINDINGS)
    rows, totals, comparison = master["findings"], master["totals"], master.get("comparison")
    if "accepted" not in master:
        return
    gone = Counter(one["fate"] for one in comparison["gone"]) if comparison else Counter()
    standings = Counter(row["standing"] for row in rows)
    counted = {
        "accepted": sum(row["accepted"] is not None for row in rows),
        "new": standings["new"],
        "unchanged": standings["unchanged"],
        "reappeared": standings["reappeared"],
        "fixed": gone["fixed"],
        "not_examined": gone["not-examined"],
        "groups": len(master["groups"]),
    }
    for name, count in counted.items():
        if totals[name] != count:
            yield Problem(Fault.COUNTS, names.FINDINGS, f"its total of {name} is not that of its rows")
    of_entry = Counter(row["accepted"] for row in rows)
    for number, entry in enumerate(master["accepted"]):
        if of_entry[number] != (entry["findings"] if entry["validity"] == "in-force" else 0):
            yield Problem(Fault.COUNTS, names.FINDINGS, f"entry {number + 1} of its accepted findings is miscounted")
    for group in master["groups"]:
        held = [rows[place]["subject"]["hmac"] for place in group["places"]]
        if set(held) != {group["subject"]["hmac"]} or len(held) != group["findings"]:
            yield Problem(Fault.COUNTS, names.FINDINGS, "a group of it does not have the places of its value")


def _accepted(bag: _Documents) -> Iterator[Problem]:
    """Yield whether the list of accepted findings is not that of the report, or missing."""
    stated = bag.read(names.FINDINGS).get("accepted") or None
    there = bag.read(names.ACCEPTED)["accepted"] if names.ACCEPTED in bag.files else None
    if stated != there:
        yield Problem(Fault.COUNTS, names.ACCEPTED, f"it does not hold the accepted findings of {names.FINDINGS}")


def _counts(rows: list[dict[str, Any]], field: str, labels: Mapping[str, int]) -> dict[str, int]:
    found = Counter(row[field] for row in rows)
    return {label: found[label] for label in sorted({*labels, *found})}


def _run(bag: _Documents, chain: Chain) -> Iterator[Problem]:
    """Yield where run.json is not what the report and the journal say."""
    run, master = bag.read(names.RUN), bag.read(names.FINDINGS)
    for name in ("purpose", "run", "totals", "plan"):
        if run[name] != master[name]:
            yield Problem(Fault.COUNTS, names.RUN, f"its {name} is not that of {names.FINDINGS}")
    if run["journal"] != facts_of(chain.links):
        yield Problem(Fault.CHAIN, names.JOURNAL, f"its number of records or its head is not what {names.RUN} names")
    there = {path for path in bag.files if path in run["formats"]}
    for path in sorted(run["formats"].keys() - there):
        yield Problem(Fault.MISSING, path, f"{names.RUN} names it as a report")
    environment = bag.read(names.ENVIRONMENT)
    for name in ("rules_digest", "config_digest"):
        if environment[name] != run["run"][name]:
            yield Problem(Fault.COUNTS, names.ENVIRONMENT, f"its {name} is not that of the run")


def _coverage(bag: _Documents) -> Iterator[Problem]:
    """Yield where the arithmetic of the coverage does not come out."""
    coverage, master = bag.read(names.COVERAGE), bag.read(names.FINDINGS)
    rows = coverage["rows"]
    if rows != master["coverage"] or coverage["status"] != master["run"]["status"]:
        yield Problem(Fault.COVERAGE, names.COVERAGE, f"it is not the coverage of {names.FINDINGS}")
    sums: Counter[str] = Counter(dict.fromkeys(SUMS, 0))
    for row in rows:
        skipped, failed = sum(row["skipped"].values()), sum(row["failed"].values())
        where = f"{row['object_class']} {row['state']}".strip()
        if row["seen"] != row["read"] + skipped + failed or min(row["read"], skipped, failed) < 0:
            yield Problem(Fault.COVERAGE, names.COVERAGE, f"{where}: seen is not read + skipped + failed")
        if not row["assessed"] and row["seen"]:
            yield Problem(Fault.COVERAGE, names.COVERAGE, f"{where}: it was not assessed, and yet something was seen")
        sums.update(
            seen=row["seen"], read=row["read"], skipped=skipped, failed=failed, not_assessed=int(not row["assessed"])
        )
    if coverage["totals"] != dict(sums):
        yield Problem(Fault.COVERAGE, names.COVERAGE, "its totals are not the sums of its rows")
    if coverage["status"] == "complete" and (sums["failed"] or coverage["incomplete"]):
        yield Problem(Fault.COVERAGE, names.COVERAGE, "the run is called complete although something was not read")


def _formats(bag: _Documents) -> Iterator[Problem]:
    """Yield every report that does not carry the findings of findings.json, each as often."""
    report = bag.read(names.FINDINGS)
    findings = Counter(graded(row) for row in report["findings"])
    severities = _counts(report["findings"], "severity", report["totals"]["by_severity"])
    master = Master(bag.files[names.FINDINGS], findings, report["run"]["data_sha256"], severities)
    for path, name in sorted(bag.read(names.RUN)["formats"].items()):
        if name in COMPARED and path in bag.files:
            try:
                why = differs(name, bag.files[path], master)
            except SHAPELESS:
                yield Problem(Fault.MALFORMED, path, "it is not of its form")
                continue
            if why:
                yield Problem(Fault.COUNTS, path, why)


def _changes(bag: _Documents, chain: Chain) -> Iterator[Problem]:
    """Yield where the changes are not those of the report, or the journal knows nothing of an applied one."""
    master = bag.read(names.FINDINGS)
    changes = bag.rows(names.CHANGES)
    if changes != master["changes"]:
        yield Problem(Fault.COUNTS, names.CHANGES, f"they are not the changes of {names.FINDINGS}")
    if names.IDENTITIES in bag.files:
        identities = bag.read(names.IDENTITIES)
        if identities != {"plan": master["plan"], "identities": master["identities"]}:
            yield Problem(Fault.COUNTS, names.IDENTITIES, f"they are not the identities of {names.FINDINGS}")
    plan = master["plan"]["digest"] if master["plan"] else ""
    done = set()
    for link in chain.links:
        entry = json.loads(link.entry)
        if entry["op"]["plan"] == plan and entry["state"] == "DONE":
            done.add(entry["op"]["action"])
    for change in changes:
        if change["outcome"] == "applied" and change["action"] not in done:
            yield Problem(Fault.COUNTS, names.JOURNAL, f"it has no end of {change['action']}, which counts as applied")


def _plan(bag: _Documents, chain: Chain) -> Iterator[Problem]:
    """Yield where the plan is not the one that the report is about."""
    stated = bag.read(names.FINDINGS)["plan"]
    if (stated is None) != (names.PLAN not in bag.files):
        yield Problem(Fault.COUNTS, names.PLAN, f"{names.FINDINGS} and the bag disagree whether there is a plan")
    if stated is None or names.PLAN not in bag.files:
        return
    plan, run = bag.read(names.PLAN), bag.read(names.RUN)
    if (plan["id"], plan["digest"], plan["run_id"]) != (stated["id"], stated["digest"], run["run"]["id"]):
        yield Problem(Fault.COUNTS, names.PLAN, "its id, digest or run is not that of the report")
    if plan["counts"]["actions"] != len(plan["actions"]) or plan["counts"]["held"] != len(plan["held"]):
        yield Problem(Fault.COUNTS, names.PLAN, "its counts are not those of its actions and held places")
    if chain.links and stated["digest"] not in {json.loads(link.entry)["op"]["plan"] for link in chain.links}:
        yield Problem(Fault.COUNTS, names.JOURNAL, "it knows nothing of the plan")
