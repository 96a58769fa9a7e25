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
from typing import Final

from reports.bag.rows import LARGEST_BYTES, TEXTS, gap, parquet, parquet_totals, workbook
from rules.model import Severity

_ATTACHED: Final = re.compile(rb"/Type\s{0,9}/EmbeddedFile\b[^\r\n]{0,500}>>\s{0,9}stream\r?\n")
_OCSF_WORDS: Final = {"informational": "info"}
"""Words of OCSF for severities that are called otherwise here."""


@dataclass(frozen=True, slots=True)
class Master:
    """What the other reports are compared with."""

    data: bytes
    """findings.json as it stands."""
    fingerprints: Counter[str]
    digest: str
    """Of its data."""
    severities: Mapping[str, int]
    """Label of each severity -> number of findings."""


def differs(name: str, data: bytes, master: Master) -> str:
    """Return in what a report differs from findings.json, empty where it does not. `name` is one of `COMPARED`.

    Raises `ValueError`, `KeyError`, `TypeError` or `AttributeError` when the report is not of its form.
    """
    if name in SAME_DATA and not SAME_DATA[name](data, master):
        return "it is not about the data of findings.json"
    if name in FINGERPRINTS:
        found, expected = Counter(FINGERPRINTS[name](data)), master.fingerprints
        if found.total() != expected.total():
            return f"it has {found.total()} findings, findings.json {expected.total()}"
        if found != expected:
            return "its findings are others than those of findings.json"
    return "" if gap(name) else _inside(name, data, master)


def _inside(name: str, data: bytes, master: Master) -> str:
    """Return in what the rows and totals inside of a report differ, where it has any that can be looked into."""
    if name in ROWS and (why := ROWS[name](data, master.fingerprints)):
        return why
    if name in TOTALS and {**dict.fromkeys(master.severities, 0), **TOTALS[name](data)} != dict(master.severities):
        return "its findings of each severity are not as many as those of findings.json"
    return ""


def _json(data: bytes) -> list[str]:
    return [row["fingerprint"] for row in json.loads(data)["findings"]]


def _csv(data: bytes) -> list[str]:
    try:
        return [row["fingerprint"] for row in csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""))]
    except csv.Error as error:
        raise ValueError("it is no table") from error


def _sarif(data: bytes) -> list[str]:
    (run,) = json.loads(data)["runs"]
    return [row["partialFingerprints"]["confluenceGdpr/v1"] for row in run["results"]]


def _ocsf(data: bytes) -> list[str]:
    return [json.loads(line)["finding_info"]["uid"] for line in data.splitlines()]


def _oscal(data: bytes) -> list[str]:
    (result,) = json.loads(data)["assessment-results"]["results"]
    proofs = [proof for observation in result["observations"] for proof in observation.get("relevant-evidence", ())]
    props = [prop for proof in proofs for prop in proof["props"]]
    return [prop["value"] for prop in props if prop["name"] == "fingerprint"]


def _ocsf_totals(data: bytes) -> Mapping[str, int]:
    words = (str(json.loads(line)["severity"]).lower() for line in data.splitlines())
    return Counter(_OCSF_WORDS.get(word, word) for word in words)


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


FINGERPRINTS: Final[Mapping[str, Callable[[bytes], list[str]]]] = {
    "csv": _csv,
    "json": _json,
    "ocsf": _ocsf,
    "oscal": _oscal,
    "sarif": _sarif,
}
SAME_DATA: Final[Mapping[str, Callable[[bytes, Master], bool]]] = {
    "html": _prints_digest,
    "md": _prints_digest,
    "parquet": _prints_digest,
    "pdf": _attaches,
    "xlsx": _workbook,
}
ROWS: Final[Mapping[str, Callable[[bytes, Counter[str]], str]]] = {"parquet": parquet, "xlsx": workbook}
TOTALS: Final[Mapping[str, Callable[[bytes], Mapping[str, int]]]] = {
    "ocsf": _ocsf_totals,
    "oscal": _oscal_totals,
    "parquet": parquet_totals,
}
COMPARED: Final = frozenset({*FINGERPRINTS, *SAME_DATA})
"""Formats whose contents are compared with the master; the others are covered by digest and signature alone."""
