"""What a bag says of itself, made anew with other words: bag-info.txt, README, the set of its files, its surroundings."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from reports.bag import names
from reports.bag.build import DECLARATION, bag
from reports.bag.manifest import digests_of, manifest
from reports.bag.payload import Payload
from reports.bag.problems import Fault
from reports.document import canonical
from tests.reports.bag.samples import faults, judged
from tests.reports.bag.test_schema import sample


def tagged(files: Mapping[str, bytes], changes: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return an unsigned bag with other tag files, its manifest of them made anew."""
    made = {**files, **changes}
    tags = [path for path in made if not path.startswith(names.PAYLOAD) and path != names.TAGS]
    return {**made, names.TAGS: manifest(digests_of(made, tags))}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Source-Organization: https://wiki.example.org", "Source-Organization: https://x.example"),
        ("External-Identifier: R-20261120-7f3a", "External-Identifier: R-other"),
        ("Bagging-Date: 2026-11-20", "Bagging-Date: 2020-01-01"),
        ("Payload-Oxum", "Keep-Until: 2099-01-01\nPayload-Oxum"),
    ],
)
def test_each_field_of_the_bag_is_that_of_the_run(old: str, new: str) -> None:
    files = bag(sample(), None)
    told = files[names.INFO].decode()
    assert old in told
    found = faults(judged(tagged(files, {names.INFO: told.replace(old, new).encode()})))
    assert found == {(Fault.COUNTS, names.INFO)}


@pytest.mark.parametrize(
    ("old", "new"),
    [("21 findings", "2 findings"), ("credentials: basic", "credentials: none"), ("**UNSIGNED.**", "Signed.")],
)
def test_each_word_of_the_readme_is_that_of_the_data(old: str, new: str) -> None:
    files = bag(sample(), None)
    told = files[names.README].decode()
    assert old in told
    found = faults(judged(tagged(files, {names.README: told.replace(old, new).encode()})))
    assert found == {(Fault.COUNTS, names.README)}
    assert tagged(files, {names.BAGIT: DECLARATION}) == files


def remade(changes: Mapping[str, bytes | None], facts: Mapping[str, object]) -> set[tuple[Fault, str]]:
    """Return the faults of a bag with other payload files and other facts of the run, made anew."""
    run = {**sample().facts, **facts}
    files = {**sample().files, names.RUN: f"{canonical(run)}\n".encode(), **changes}
    kept = {path: data for path, data in files.items() if data is not None}
    return faults(judged(bag(Payload(kept, sample().facts, sample().coverage), None)))


def test_naming_no_reports_does_not_switch_their_checks_off() -> None:
    csv = "data/findings.csv"
    assert (Fault.EXTRA, csv) in remade({}, {"formats": {names.FINDINGS: "json"}, "left_out": {}})
    assert (Fault.COUNTS, names.RUN) in remade({csv: None}, {"formats": {names.FINDINGS: "json"}})


def test_a_digest_of_the_data_that_covers_less_is_named() -> None:
    assert (Fault.COUNTS, names.RUN) in remade({}, {"data_covers": ["findings"]})


def test_another_schema_or_bill_of_materials_is_named() -> None:
    assert (Fault.COUNTS, names.SCHEMA) in remade({names.SCHEMA: b"{}\n"}, {})
    bill = json.loads(sample().files[names.SBOM])
    bill["metadata"]["component"]["name"] = "another-tool"
    assert (Fault.COUNTS, names.SBOM) in remade({names.SBOM: f"{canonical(bill)}\n".encode()}, {})


@pytest.mark.parametrize("path", [names.FINDINGS, names.RUN, names.COVERAGE, names.JOURNAL])
def test_a_file_that_is_missing_is_the_only_thing_told(path: str) -> None:
    files = {name: data for name, data in bag(sample(), None).items() if name != path}
    assert faults(judged(files)) == {(Fault.MISSING, path)}
