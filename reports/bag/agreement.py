"""Whether the files of a bag tell the same story: counts, fingerprints, digests, coverage, plan and journal."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from reports.bag import names
from reports.bag.carried import COMPARED, Master, differs, graded
from reports.bag.chain import Chain, facts_of
from reports.bag.environment import other_rules
from reports.bag.figures import identities, labelled, miscounted
from reports.bag.manifest import sha256
from reports.bag.problems import Fault, Problem
from reports.bag.readback import not_as_planned, with_read_back
from reports.bag.rows import gap
from reports.bag.schema import COMPARED_APART, READ_BACK, STANDING, form, schema, too_new, unknown_form
from reports.bag.stated import misstated
from reports.bag.words import complete, of_today, other_words, surroundings, told
from reports.bag.writes import planned, written
from reports.document import DATA, canonical
from reports.standing import Fate, Standing

SHAPELESS: Final = (LookupError, ValueError, TypeError, AttributeError, RecursionError)
"""What reading a document of another shape than ours raises."""
STANDING_TOTALS: Final = {"accepted", *(one.value for one in Standing), *(one.value.replace("-", "_") for one in Fate)}
"""Figures about how findings stand."""
FOR_PEOPLE: Final = frozenset({"html", "md", "pdf", "xlsx"})
"""Formats with a verdict and sentences, which are written for people and not read back."""
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)?")
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
    bag = _Documents(files)
    problems = list(_basis(bag))
    if problems:
        return problems
    try:
        why = too_new(bag.read(names.FINDINGS))
    except SHAPELESS:
        why = ""  # what is wrong with it is told below
    if why:
        return [Problem(Fault.MALFORMED, names.FINDINGS, why)]
    if why := unknown_form(bag.read(names.RUN)):
        return [Problem(Fault.MALFORMED, names.RUN, why)]
    checks: tuple[tuple[str, Callable[[], Iterator[Problem]]], ...] = (
        (names.FINDINGS, lambda: _master(bag)),
        (names.FINDINGS, lambda: _standing(bag)),
        (names.ACCEPTED, lambda: _accepted(bag)),
        (names.COMPARISON, lambda: _comparison(bag)),
        (names.RUN, lambda: _run(bag, chain)),
        (names.ENVIRONMENT, lambda: _environment(bag)),
        (names.COVERAGE, lambda: _coverage(bag)),
        (names.FINDINGS, lambda: _formats(bag)),
        (names.FINDINGS, lambda: _stated(bag)),
        (names.CHANGES, lambda: _changes(bag, chain)),
        (names.PLAN, lambda: _plan(bag, chain)),
        (names.RUN, lambda: _words(bag)),
    )
    for path, check in checks:
        try:
            problems += check()
        except SHAPELESS as error:
            # Whatever is missing or of another shape: the bag is from outside, and this is its verdict.
            problems.append(_unfit(path, error, files))
    return problems


def _basis(bag: _Documents) -> Iterator[Problem]:
    """Yield which of the files, with which everything else is compared, is not there or no JSON object."""
    if names.JOURNAL not in bag.files:
        yield Problem(Fault.MISSING, names.JOURNAL, "the others cannot be compared without it")
    for path in (names.RUN, names.FINDINGS):
        try:
            bag.read(path)
        except SHAPELESS:
            fault = Fault.MALFORMED if path in bag.files else Fault.MISSING
            yield Problem(fault, path, "the others cannot be compared without it")


def _unfit(path: str, error: Exception, files: Mapping[str, bytes]) -> Problem:
    """Return why a comparison could not be made: a file is missing, or one is of another shape."""
    key = error.args[0] if isinstance(error, KeyError) else ""
    if isinstance(key, str) and key.startswith(names.PAYLOAD) and key not in files:
        return Problem(Fault.MISSING, key, "the others are compared with it")
    return Problem(Fault.MALFORMED, path, "a file that it is compared with lacks a field or a form")


def not_compared(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the reports of a bag whose findings are not compared with the others, sorted."""
    try:
        formats = _Documents(files).read(names.RUN)["formats"]
        return tuple(sorted(path for path, name in formats.items() if name not in COMPARED))
    except SHAPELESS:
        return ()


def words_unread(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the reports for people, of which verdict, totals and sentences are not compared with the data, sorted."""
    try:
        formats = _Documents(files).read(names.RUN)["formats"]
        return tuple(sorted(path for path, name in formats.items() if name in FOR_PEOPLE))
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
    if set(covers) != set(DATA) & master.keys():
        yield Problem(Fault.COUNTS, names.RUN, "its digest of the data does not cover every part of them")
    if sha256(canonical({part: master[part] for part in covers}).encode()) != master["run"]["data_sha256"]:
        yield Problem(Fault.COUNTS, names.FINDINGS, "its data do not have the digest that it names")
    for why in miscounted(master):
        yield Problem(Fault.COUNTS, names.FINDINGS, why)


def _standing(bag: _Documents) -> Iterator[Problem]:
    """Yield where the totals about how findings stand are not those of the rows. Bags of schema 1.2 have none."""
    master = bag.read(names.FINDINGS)
    rows, totals, comparison = master["findings"], master["totals"], master.get("comparison")
    if schema(master) < STANDING:
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
    if {row["standing"] for row in rows} - ({"new", "unchanged", "reappeared"} if comparison else {""}):
        yield Problem(Fault.COUNTS, names.FINDINGS, "how its findings stand and what it was compared with disagree")
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


def _comparison(bag: _Documents) -> Iterator[Problem]:
    """Yield whether the comparison with an earlier run is not that of the report, or missing."""
    master = bag.read(names.FINDINGS)
    stated, there = master.get("comparison"), names.COMPARISON in bag.files
    if there != (stated is not None and schema(master) >= COMPARED_APART):
        yield Problem(Fault.COUNTS, names.COMPARISON, f"{names.FINDINGS} and the bag disagree whether there is one")
    elif there:
        kept = bag.read(names.COMPARISON)
        figures = {name: master["totals"][name] for name in kept["totals"]}
        if kept != {"comparison": stated, "totals": figures} or set(figures) != STANDING_TOTALS:
            yield Problem(Fault.COUNTS, names.COMPARISON, f"it is not the comparison of {names.FINDINGS}")


def _run(bag: _Documents, chain: Chain) -> Iterator[Problem]:
    """Yield where run.json is not what the report and the journal say."""
    run, master = bag.read(names.RUN), bag.read(names.FINDINGS)
    for name in ("purpose", "run", "totals", "plan"):
        if run[name] != master[name]:
            yield Problem(Fault.COUNTS, names.RUN, f"its {name} is not that of {names.FINDINGS}")
    if not _DAY.fullmatch(run["keep_until"]):
        yield Problem(Fault.MALFORMED, names.RUN, "the day until which to keep it is none")
    for why in _impossible(master):
        yield Problem(Fault.COUNTS, names.FINDINGS, why)
    if run["journal"] != facts_of(chain.links):
        yield Problem(Fault.CHAIN, names.JOURNAL, f"its number of records or its head is not what {names.RUN} names")
    there = {path for path in bag.files if path in run["formats"]}
    for path in sorted(run["formats"].keys() - there):
        yield Problem(Fault.MISSING, path, f"{names.RUN} names it as a report")


def _environment(bag: _Documents) -> Iterator[Problem]:
    """Yield where the surroundings are not those of the run."""
    run, environment = bag.read(names.RUN), bag.read(names.ENVIRONMENT)
    for name in ("rules_digest", "config_digest"):
        if environment[name] != run["run"][name]:
            yield Problem(Fault.COUNTS, names.ENVIRONMENT, f"its {name} is not that of the run")
    if form(run) >= READ_BACK:
        for why in other_rules(environment, bag.read(names.FINDINGS)):
            yield Problem(Fault.COUNTS, names.ENVIRONMENT, why)


def _impossible(master: Mapping[str, Any]) -> Iterator[str]:
    """Yield what no run can be: over before it began, reading without asking anybody, whole with a gap."""
    run = master["run"]
    if run["finished_at_utc"] and run["finished_at_utc"] < run["started_at_utc"]:
        yield "its run ended before it began"
    if not run["hosts"] and any(row["read"] for row in master["coverage"]):
        yield "its run read objects and names no host that it asked"
    if (run["status"] == "complete") == bool(run["incomplete"]):
        yield "its run is called complete with a reason why it is not, or incomplete without one"


def _coverage(bag: _Documents) -> Iterator[Problem]:
    """Yield where the arithmetic of the coverage does not come out."""
    coverage, master = bag.read(names.COVERAGE), bag.read(names.FINDINGS)
    rows = coverage["rows"]
    if rows != master["coverage"] or any(coverage[name] != master["run"][name] for name in ("status", "incomplete")):
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
    severities = labelled(report["findings"], "severity", report["totals"]["by_severity"])
    ran = (rule for rule in report["rules"] if rule.get("examined", True))
    rules = {rule["id"]: rule["severity"] for rule in ran} if schema(report) >= STANDING else None
    master = Master(bag.files[names.FINDINGS], findings, report["run"]["data_sha256"], severities, rules)
    for path, name in sorted(bag.read(names.RUN)["formats"].items()):
        if name in COMPARED and path in bag.files:
            try:
                why = differs(name, bag.files[path], master)
            except SHAPELESS:
                yield Problem(Fault.MALFORMED, path, "it is not of its form")
                continue
            if why:
                yield Problem(Fault.COUNTS, path, why)


def _stated(bag: _Documents) -> Iterator[Problem]:
    """Yield every report that says something else of the run than findings.json; bags in other words are left out."""
    run, master = bag.read(names.RUN), bag.read(names.FINDINGS)
    known = of_today(master) and not other_words(run)
    for path, name in sorted(run["formats"].items()) if known else ():
        try:
            for why in misstated(name, bag.files.get(path, b""), master) if path in bag.files else ():
                yield Problem(Fault.COUNTS, path, why)
        except SHAPELESS:
            yield Problem(Fault.MALFORMED, path, "it is not of its form")


def _changes(bag: _Documents, chain: Chain) -> Iterator[Problem]:
    """Yield where the changes are not those of the report, or the journal knows nothing of an applied one."""
    master = bag.read(names.FINDINGS)
    changes = bag.rows(names.CHANGES)
    plan = master["plan"]["digest"] if master["plan"] else ""
    read_back = form(bag.read(names.RUN)) >= READ_BACK
    if changes != (with_read_back(master["changes"], plan, chain.links) if read_back else master["changes"]):
        yield Problem(
            Fault.COUNTS, names.CHANGES, f"they are not the changes of {names.FINDINGS} with what {names.JOURNAL} read"
        )
    for action in not_as_planned(master["changes"], plan, chain.links):
        yield Problem(Fault.COUNTS, names.JOURNAL, f"{action}: something else was read back than was planned")
    stated = {"plan": master["plan"], "identities": identities(master)}
    if names.IDENTITIES in bag.files and bag.read(names.IDENTITIES) != stated:
        yield Problem(Fault.COUNTS, names.IDENTITIES, f"they are not the identities of {names.FINDINGS}")
    if master["plan"]:
        yield from written(changes, master["plan"], chain.links)


def _plan(bag: _Documents, chain: Chain) -> Iterator[Problem]:
    """Yield where the plan is not the one that the report is about."""
    master = bag.read(names.FINDINGS)
    stated = master["plan"]
    if (stated is None) != (names.PLAN not in bag.files):
        yield Problem(Fault.COUNTS, names.PLAN, f"{names.FINDINGS} and the bag disagree whether there is a plan")
    if stated is None or names.PLAN not in bag.files:
        return
    plan, run = bag.read(names.PLAN), bag.read(names.RUN)
    if (plan["id"], plan["digest"], plan["run_id"]) != (stated["id"], stated["digest"], run["run"]["id"]):
        yield Problem(Fault.COUNTS, names.PLAN, "its id, digest or run is not that of the report")
    known = stated | {"identities": identities(master)} if "identities" in master else plan
    if plan["mapping"] != stated["mapping"] or _people(plan) != _people(known):
        yield Problem(Fault.COUNTS, names.PLAN, f"its people are not those of {names.FINDINGS}")
    yield from planned(master, plan, chain.links)
    if chain.links and stated["digest"] not in {json.loads(link.entry)["op"]["plan"] for link in chain.links}:
        yield Problem(Fault.COUNTS, names.JOURNAL, "it knows nothing of the plan")


def _words(bag: _Documents) -> Iterator[Problem]:
    """Yield what a bag of the schema of today says of itself that its data do not give; `schema` names older ones."""
    if of_today(bag.read(names.FINDINGS)):
        run = bag.read(names.RUN)
        yield from complete(bag.files, run)
        yield from surroundings(bag.files, bag.read(names.SBOM), run)
        yield from told(bag.files, run, bag.read(names.COVERAGE))


def _people(plan: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return whom a plan resolved to whom, and what its reviewers said."""
    resolved = Counter(
        (
            (one["subject"]["hmac"], one["places"], one["account"] and one["account"]["hmac"]),
            (one["route"], one["witnessed_at_utc"], one["detail"], *one["witnesses"]),
        )
        for one in plan.get("identities", ())
    )
    decided = ("action", "accepted", "at_utc", "why")
    return resolved, [([one[name] for name in decided], one["by"]["hmac"]) for one in plan.get("decisions", ())]
