from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from types import ModuleType
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from reports.evidence import Evidence
from reports.format import Unavailable
from reports.formats import parquet
from reports.formats.csv import FORMAT as CSV
from reports.formats.json import FORMAT as JSON
from reports.tables import NUMBERS
from tests.reports import samples
from tests.reports.test_formats import worse


def table(evidence: Evidence) -> Any:
    return pq.read_table(io.BytesIO(parquet.render(evidence)))


def master(evidence: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(JSON.render(evidence))
    return found


@pytest.mark.parametrize("evidence", [samples.audit(), samples.migration(), samples.empty()], ids=["a", "m", "e"])
def test_the_table_has_the_rows_and_columns_of_the_csv(evidence: Evidence) -> None:
    found = table(evidence)
    lines = list(csv.reader(io.StringIO(CSV.render(evidence).decode("utf-8-sig"), newline="")))
    assert found.column_names == lines[0]
    assert found.num_rows == len(lines) - 1 == len(evidence.findings)


@pytest.mark.parametrize("evidence", [samples.audit(), samples.hostile(), worse()], ids=["audit", "hostile", "worse"])
def test_every_row_is_that_of_the_master_untouched(evidence: Evidence) -> None:
    for row, one in zip(table(evidence).to_pylist(), master(evidence)["findings"], strict=True):
        for name in ("fingerprint", "severity", "rule", "title", "url", "path", "line", "column", "excerpt", "reason"):
            assert row[name] == one[name]
        assert (row["start_byte"], row["end_byte"]) == (one["span"]["start"], one["span"]["end"])
        assert (row["rewritable"], row["articles"]) == (one["rewritable"], one["articles"])
        assert (row["space"], row["object_version"]) == (one["object"]["space"], one["object"]["version"])


def test_columns_have_types_and_few_texts_are_stored_once() -> None:
    schema = table(samples.migration()).schema
    number, word = pa.int64(), pa.dictionary(pa.int32(), pa.string())
    for name in NUMBERS:
        assert schema.field(name).type == number
    assert schema.field("rewritable").type == pa.bool_()
    assert schema.field("articles").type == schema.field("witnesses").type == pa.list_(pa.string())
    for name in ("severity", "rule", "space", "subject_mask", "account_state"):
        assert schema.field(name).type == word
    for name in parquet.SINGLE:
        assert schema.field(name).type == pa.string()


def test_a_version_that_an_object_does_not_have_is_null_and_a_lone_surrogate_stops_nothing() -> None:
    first = samples.audit().findings[0]
    odd = replace(first, ref=replace(first.ref, version=None), excerpt="half \ud83d")
    (row,) = table(replace(samples.audit(), findings=(odd,))).to_pylist()
    assert row["object_version"] is None
    assert row["excerpt"] == "half \ufffd"


def test_the_run_stands_in_the_metadata_as_in_the_master() -> None:
    evidence = samples.migration()
    found = {key.decode(): json.loads(value) for key, value in table(evidence).schema.metadata.items()}
    said = master(evidence)
    assert found == {f"confluence_gdpr.{part}": said[part] for part in parquet.METADATA}


def test_a_broken_installation_is_unavailable_and_says_what_to_do_instead() -> None:
    def load() -> ModuleType:
        raise OSError("libarrow.so: cannot open shared object file")

    with pytest.raises(Unavailable, match="CSV report holds the same rows"):
        parquet.engine(load)
