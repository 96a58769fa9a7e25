"""Whether a report carries the findings of the master, format by format."""

from __future__ import annotations

import csv
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any, Final

from reports.bag.rows import (
    GRADED,
    LARGEST_BYTES,
    OTHER_GRADES,
    TEXTS,
    Graded,
    fingerprints,
    gap,
    parquet,
    parquet_totals,
    workbook,
)
from reports.formats.ocsf import CONFIDENCES, SEVERITIES
from reports.sarif import LEVELS, RANKS, SCORES
from rules.model import Severity

_ATTACHED: Final = re.compile(rb"/Type\s{0,9}/EmbeddedFile\b[^\r\n]{0,500}>>\s{0,9}stream\r?\n")
_OCSF_LABELS: Final = {
    name: {pair: level.label for level, pair in pairs.items()}
    for name, pairs in (("severity", SEVERITIES), ("confidence", CONFIDENCES))
}
"""Number and word of an OCSF event -> our label."""
_SARIF_LEVELS: Final = {severity.label: level for severity, level in LEVELS.items()}
_SARIF_GRADES: Final = {(LEVELS[severity], SCORES[severity]): severity.label for severity in Severity}
_SARIF_RANKS: Final = {confidence.label: rank for confidence, rank in RANKS.items()}


@dataclass(frozen=True, slots=True)
class Master:
    """What the other reports are compared with."""

    data: bytes
    """findings.json as it stands."""
    findings: Counter[Graded]
    digest: str
    """Of its data."""
    severities: Mapping[str, int]
    """Label of each severity -> number of findings."""
    rules: Mapping[str, str] | None = None
    """Id of each rule -> label of its severity; None where they are not compared."""


def differs(name: str, data: bytes, master: Master) -> str:
    """Return in what a report differs from findings.json, empty where it does not. `name` is one of `COMPARED`.

    Raises `ValueError`, `KeyError`, `TypeError` or `AttributeError` when the report is not of its form.
    """
    if name in SAME_DATA and not SAME_DATA[name](data, master):
        return "it is not about the data of findings.json"
    if name in FINDINGS and (why := _others(name, data, master.findings)):
        return why
    return "" if gap(name) else _inside(name, data, master)


def _others(name: str, data: bytes, master: Counter[Graded]) -> str:
    """Return in what the findings of a report differ, empty where they do not."""
    read, stated = FINDINGS[name]
    found, expected = Counter(read(data)), Counter[Graded]()
    for finding, count in master.items():
        expected[stated(finding)] += count
    if found.total() != expected.total():
        return f"it has {found.total()} findings, findings.json {expected.total()}"
    if fingerprints(found) != fingerprints(expected):
        return "its findings are others than those of findings.json"
    return "" if found == expected else OTHER_GRADES


def _inside(name: str, data: bytes, master: Master) -> str:
    """Return in what the rows and totals inside of a report differ, where it has any that can be looked into."""
    if name in ROWS and (why := ROWS[name](data, master.findings)):
        return why
    if name in TOTALS and {**dict.fromkeys(master.severities, 0), **TOTALS[name](data)} != dict(master.severities):
        return "its findings of each severity are not as many as those of findings.json"
    if name in RULES and master.rules is not None and RULES[name](data) != master.rules:
        return "its rules have another severity than those of findings.json"
    return ""


def graded(row: Mapping[str, str]) -> Graded:
    """Return what is compared of a row of findings.json or of the CSV."""
    return tuple(row[name] for name in GRADED)


def _json(data: bytes) -> list[Graded]:
    return [graded(row) for row in json.loads(data)["findings"]]


def _csv(data: bytes) -> list[Graded]:
    try:
        return [graded(row) for row in csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""))]
    except csv.Error as error:
        raise ValueError("it is no table") from error


def _sarif(data: bytes) -> list[Graded]:
    (run,) = json.loads(data)["runs"]
    return [
        (
            row["partialFingerprints"]["confluenceGdpr/v1"],
            row["level"],
            str(row["rank"]),
            row["properties"]["confidence"],
        )
        for row in run["results"]
    ]


def _sarif_rules(data: bytes) -> Mapping[str, str]:
    """Return the severity of each rule; empty where its level and its score are not those of one severity."""
    (run,) = json.loads(data)["runs"]
    return {
        rule["id"]: _SARIF_GRADES.get(
            (rule["defaultConfiguration"]["level"], rule["properties"]["security-severity"]), ""
        )
        for rule in run["tool"]["driver"]["rules"]
    }


def _stated_in_sarif(finding: Graded) -> Graded:
    fingerprint, severity, confidence = finding
    return (fingerprint, _SARIF_LEVELS[severity], str(_SARIF_RANKS[confidence]), confidence)


def _ocsf(data: bytes) -> list[Graded]:
    events = [json.loads(line) for line in data.splitlines()]
    return [(event["finding_info"]["uid"], *(_ocsf_label(event, name) for name in _OCSF_LABELS)) for event in events]


def _ocsf_label(event: Mapping[str, Any], name: str) -> str:
    return _OCSF_LABELS[name].get((event[f"{name}_id"], event[name]), "")


def _oscal(data: bytes) -> list[Graded]:
    (result,) = json.loads(data)["assessment-results"]["results"]
    proofs = [proof for observation in result["observations"] for proof in observation.get("relevant-evidence", ())]
    props = [prop for proof in proofs for prop in proof["props"]]
    return [(prop["value"],) for prop in props if prop["name"] == "fingerprint"]


def _oscal_totals(data: bytes) -> Mapping[str, int]:
    (result,) = json.loads(data)["assessment-results"]["results"]
    stated = {prop["name"]: prop["value"] for prop in result["props"]}
    labels = (severity.label for severity in Severity)
    return {label: int(stated[f"findings-{label}"]) for label in labels}


def _prints_digest(data: bytes, master: Master) -> bool:
    """Return whether a report has the digest of the data in it, as text or as uncompressed metadata."""
    return master.digest.encode() in data


def _attaches(pdf: bytes, master: Master) -> bool:
    """Return whether findings.json is attached to a PDF, byte for byte."""
    found = _ATTACHED.search(pdf)
    if found is None:
        return False
    try:
        return zlib.decompressobj().decompress(pdf[found.end() :], len(master.data) + 1) == master.data
    except zlib.error:
        return False


def _workbook(data: bytes, master: Master) -> bool:
    """Return whether a workbook prints the digest of the data in one of its texts."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as book, book.open(TEXTS) as texts:
            return master.digest.encode() in texts.read(LARGEST_BYTES)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, NotImplementedError, EOFError, OSError):
        return False


FINDINGS: Final[Mapping[str, tuple[Callable[[bytes], list[Graded]], Callable[[Graded], Graded]]]] = {
    "csv": (_csv, tuple),
    "json": (_json, tuple),
    "ocsf": (_ocsf, tuple),
    "oscal": (_oscal, lambda finding: finding[:1]),
    "sarif": (_sarif, _stated_in_sarif),
}
"""How the findings of a format are read, and how it states one of findings.json."""
SAME_DATA: Final[Mapping[str, Callable[[bytes, Master], bool]]] = {
    "html": _prints_digest,
    "md": _prints_digest,
    "parquet": _prints_digest,
    "pdf": _attaches,
    "xlsx": _workbook,
}
ROWS: Final[Mapping[str, Callable[[bytes, Counter[Graded]], str]]] = {"parquet": parquet, "xlsx": workbook}
TOTALS: Final[Mapping[str, Callable[[bytes], Mapping[str, int]]]] = {
    "oscal": _oscal_totals,
    "parquet": parquet_totals,
}
RULES: Final[Mapping[str, Callable[[bytes], Mapping[str, str]]]] = {"sarif": _sarif_rules}
"""How the severity of each rule is read from a format that states it."""
COMPARED: Final = frozenset({*FINDINGS, *SAME_DATA})
"""Formats whose contents are compared with the master; the others are covered by digest and signature alone."""
