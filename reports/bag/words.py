"""Whether what a bag says of itself is what its data give: bag-info.txt, README, the set of its files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files as resources
from typing import Any, Final

from reports.bag import names
from reports.bag.build import NOBODY, information
from reports.bag.integrity import information as fields_of
from reports.bag.manifest import digests_of, merkle_root
from reports.bag.problems import Fault, Problem
from reports.bag.readme import CONTENTS, readme, words
from reports.bag.sbom import serial
from reports.bag.schema import NEWEST, READ_BACK, form, schema
from reports.registry import formats

Facts = Mapping[str, Any]
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def told(files: Mapping[str, bytes], run: Facts, coverage: Facts) -> Iterator[Problem]:
    """Yield where bag-info.txt or the README is not what `data/run.json` and the coverage give.

    A README in other words than those of this version is not compared; `other_words` says so.
    Raises `LookupError`, `ValueError` or `TypeError` when these are of another shape than ours.
    """
    payload = {path: data for path, data in files.items() if path.startswith(names.PAYLOAD)}
    root = merkle_root(digests_of(payload, payload))
    info = fields_of(files.get(names.INFO, b""))
    key = info.get("Signed-By", NOBODY)
    key = "" if key == NOBODY else key
    if files.get(names.INFO) != information(payload, run, root, key):
        yield Problem(Fault.COUNTS, names.INFO, f"it is not what {names.RUN} gives")
    if form(run) >= READ_BACK and not _SHA256.fullmatch(run.get("words", "")):
        yield Problem(Fault.MALFORMED, names.RUN, "what it names as the digest of the words of the README is none")
    elif not other_words(run) and files.get(names.README) != _readme(run, coverage, sorted(payload), root, key):
        yield Problem(Fault.COUNTS, names.README, f"it is not what {names.RUN} and {names.COVERAGE} give")


def other_words(run: Facts) -> str:
    """Return why the README cannot be compared with what the data give, empty where it can."""
    said = run.get("words")
    if said == words():
        return ""
    which = f"in other words ({str(said)[:12]})" if said else "in words that it does not name"
    return f"it is written {which} than those of this version ({words()[:12]}): its digest alone was checked"


def _readme(run: Facts, coverage: Facts, paths: list[str], root: str, key: str) -> bytes:
    """Return the README of a bag. Raises `ValueError` when its data are of another shape than ours."""
    from jinja2 import TemplateError

    try:
        return readme(run, coverage, paths, root, key).encode()
    except (TemplateError, ArithmeticError) as error:
        raise ValueError("nothing can be written from these data") from error


def complete(files: Mapping[str, bytes], run: Facts) -> Iterator[Problem]:
    """Yield each file of the payload that no bag has, and each report that is neither there nor said to be left out."""
    for path in sorted(files):
        if path.startswith(names.PAYLOAD) and path not in CONTENTS and path not in run["formats"]:
            yield Problem(Fault.EXTRA, path, f"{names.RUN} does not name it as a report, and no bag has such a file")
    if run["formats"].get(names.FINDINGS) != "json":
        yield Problem(Fault.COUNTS, names.RUN, f"it does not name {names.FINDINGS} as a report")
    known = () if other_words(run) else formats().keys()
    for name in sorted(set(known) - {*run["formats"].values(), *run["left_out"]}):
        yield Problem(Fault.COUNTS, names.RUN, f"the report as {name} is neither there nor said to be left out")


def surroundings(files: Mapping[str, bytes], bill: Facts, run: Facts) -> Iterator[Problem]:
    """Yield whether the schema or the bill of materials is not that of this tool. Raises as `told` does."""
    if files[names.SCHEMA] != resources("reports").joinpath("schema", "report.schema.json").read_bytes():
        yield Problem(Fault.COUNTS, names.SCHEMA, "it is not the schema of that version")
    tool = bill["metadata"]["component"]["name"]
    at_utc = bill["metadata"].get("timestamp", "")
    if (bill["bomFormat"], tool, at_utc) != ("CycloneDX", "confluence-gdpr", run["run"]["finished_at_utc"]):
        yield Problem(Fault.COUNTS, names.SBOM, "it is not the bill of this tool for that run")
    if bill["serialNumber"] != serial({name: part for name, part in bill.items() if name != "serialNumber"}):
        yield Problem(Fault.COUNTS, names.SBOM, "its serial number is not that of its contents")


def not_remade(files: Mapping[str, bytes]) -> tuple[tuple[str, str], ...]:
    """Return why the README was not compared with the data, by file; empty where it was or nothing can be read."""
    try:
        master, run = json.loads(files[names.FINDINGS]), json.loads(files[names.RUN])
        why = other_words(run) if of_today(master) else f"it is that of a bag of schema {master['schema_version']}"
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return ()
    return ((names.README, why),) if why else ()


def of_today(master: Facts) -> bool:
    """Return whether a bag is of the schema that this version writes: only then its words can be made anew."""
    return schema(master) == NEWEST
