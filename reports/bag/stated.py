"""What the formats for programs say of the run, of their own form and of each finding beside its weight."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from uuid import uuid5

from reports.formats import ocsf, oscal
from reports.plain import shown
from reports.sarif import SCHEMA
from reports.text import moment

Facts = Mapping[str, Any]
SARIF: Final = "2.1.0"
CONSTANTS: Final = (SCHEMA, SARIF, ocsf.VERSION, ocsf.CATEGORY, ocsf.CREATE, oscal.VERSION, str(oscal.NAMESPACE))
"""What the checks here rely on: a version that writes others writes bags in other words, too."""
_CLASSES: Final = {ocsf.COMPLIANCE: "Compliance Finding", ocsf.DATA_SECURITY: "Data Security Finding"}
_ELSEWHERE: Final = frozenset({
    "action", "articles", "confidence", "fingerprint", "object", "remedy", "rule", "severity", "title", "url",
})  # fmt: skip
"""Fields of a finding that an event of OCSF may leave out of `unmapped`: it has attributes of its own for them."""


def misstated(name: str, data: bytes, master: Facts) -> Iterator[str]:
    """Yield in what a report of the format `name` says something else of the run than findings.json.

    Raises `LookupError`, `ValueError`, `TypeError` or `AttributeError` when one of them is of another shape than ours.
    """
    yield from _CHECKS[name](data, master) if name in _CHECKS else ()


def _sarif(data: bytes, master: Facts) -> Iterator[str]:
    log = json.loads(data)
    driver, run = log["runs"][0]["tool"]["driver"], log["runs"][0]
    if (log["$schema"], log["version"], run["columnKind"]) != (SCHEMA, SARIF, "unicodeCodePoints"):
        yield "it is not of the form of SARIF that is written here"
    if (driver["name"], driver["version"]) != ("confluence-gdpr", master["run"]["tool_version"]):
        yield "it names another tool than the run"


def _ocsf(data: bytes, master: Facts) -> Iterator[str]:
    for event, row in zip((json.loads(line) for line in data.splitlines()), master["findings"], strict=True):
        if why := _of_the_run(event, master) or _of_the_finding(event, row, master):
            yield why
            return


def _of_the_run(event: Facts, master: Facts) -> str:
    run, kind = master["run"], event["class_uid"]
    word = _CLASSES[kind]
    form = (event["class_name"], event["type_uid"], event["type_name"], event["category_uid"], event["activity_id"])
    if form != (word, kind * 100 + ocsf.CREATE, f"{word}: Create", ocsf.CATEGORY, ocsf.CREATE):
        return "an event of it is of no class that is written here"
    about = event["metadata"]
    said = (about["version"], about["product"]["version"], about["correlation_uid"], about["log_name"])
    if said != (ocsf.VERSION, run["tool_version"], run["id"], master["purpose"]):
        return "an event of it is of another run or tool"
    times = (("time", "finished_at_utc"), ("end_time", "finished_at_utc"), ("start_time", "started_at_utc"))
    if any(run[name] and event[field] != int(moment(run[name]).timestamp() * 1000) for field, name in times):
        return "an event of it has another time than the run"
    same = event["unmapped"]["run"] == {"id": run["id"], "status": run["status"], "audience": run["masking"]}
    return "" if same else "an event of it is of another run or audience"


def _of_the_finding(event: Facts, row: Facts, master: Facts) -> str:
    expected = {**row, "accepted": None if row["accepted"] is None else master["accepted"][row["accepted"]]}
    expected = json.loads(json.dumps(shown(expected)))
    found = event["unmapped"]["finding"]
    if not expected.keys() - _ELSEWHERE <= found.keys() or any(expected[name] != one for name, one in found.items()):
        return "an event of it says something else of its finding than findings.json"
    (resource,), here = event["resources"], row["object"]
    if (resource["uid"], resource["type"]) != (shown(f"{here['type']}/{here['id']}"), here["type"]):
        return "an event of it is about another object"
    told = event["message"].endswith(str(shown(f"{row['subject']['mask']} in {row['path']}")))
    return "" if told else "an event of it tells another value or place"


def _oscal(data: bytes, master: Facts) -> Iterator[str]:
    found, run = json.loads(data)["assessment-results"], master["run"]
    about, (result,), (plan,) = found["metadata"], found["results"], found["back-matter"]["resources"]
    if (about["version"], about["oscal-version"]) != (run["id"], oscal.VERSION):
        yield "it is of another run, or not of the form of OSCAL that is written here"
    props = {one["name"]: one["value"] for one in (*about["props"], *plan["props"])}
    named = ("tool_version", "masking", "rules_digest", "config_digest", "data_sha256")
    if any(props.get(name.replace("_", "-"), run[name]) != run[name] for name in named):
        yield "its run was made otherwise, or its data are others"
    uuids = (found["uuid"], result["uuid"], plan["uuid"], found["import-ap"]["href"])
    first, second, third = (
        str(uuid5(oscal.NAMESPACE, f"{master['purpose']} {run['id']} {name}"))
        for name in ("assessment-results", "result", "plan")
    )
    if uuids != (first, second, third, f"#{third}"):
        yield "its identifiers are not those of the run"
    times = ((result["start"], run["started_at_utc"]), (result["end"], run["finished_at_utc"]))
    if any(at_utc and moment(said) != moment(at_utc) for said, at_utc in times):
        yield "its run began or ended at another time"


_CHECKS: Final[Mapping[str, Callable[[bytes, Facts], Iterator[str]]]] = {
    "ocsf": _ocsf,
    "oscal": _oscal,
    "sarif": _sarif,
}
