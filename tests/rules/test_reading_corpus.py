"""Every body and document of the shared corpus is read: one text in both ways, and a place for what stands in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules.model import Kind
from rules.peopletables import is_column
from rules.readingstorage import StorageReading
from tests.rules.test_corpus import bodies
from tests.rules.test_reading import read, seen

ROOT = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
STEP = 211
"""Every so many characters one is asked for its place."""

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason="the shared corpus is not beside this checkout")


def places(name: str, data: bytes, kind: Kind) -> int:
    found = read(data, kind)
    if isinstance(found, StorageReading):
        assert found.text == "".join(seen(found._locate(each)._passage.text) for each in found._pieces), name
    for at in range(0, len(found.text), STEP):
        assert found.span(at, at + 1).end <= len(data), name
        assert found.around(at).block[0] <= at, name
    fields = [field for grid in found.tables(is_column) for row in grid for field in row if field.text]
    assert all(field.span().end <= len(data) for field in fields), name
    return len(found.text)


def test_every_body_has_one_text_in_both_ways_and_places_for_it() -> None:
    sizes = [places(name, data, Kind.STORAGE) for name, data in bodies()]
    assert len(sizes) > 1000
    assert sum(sizes) > 100_000


def test_every_document_has_a_text_and_places_for_it() -> None:
    sizes: list[int] = []
    for path in sorted((ROOT / "adf").rglob("*.json")):
        data = path.read_bytes()
        try:
            json.loads(data)
        except ValueError:
            continue
        sizes.append(places(path.name, data, Kind.ADF))
    assert len(sizes) > 100
    assert sum(sizes) > 5_000
