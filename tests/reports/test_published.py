"""The page that a run is published on: well formed, escaped, and without a value of anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from reports.evidence import Evidence, RunStatus
from reports.published import PublishedFile, page_body
from tests.reports import samples

HOSTILE = "<b>\"&'\u202e]]>.html"
SHA = "0" * 64
WRAPPER = '<body xmlns:ac="urn:ac" xmlns:ri="urn:ri">%s</body>'


def parsed(evidence: Evidence, *names: str) -> ET.Element:
    files = [PublishedFile(name, 1_500, SHA) for name in names]
    return ET.fromstring(WRAPPER % page_body(evidence, files))  # noqa: S314 - our own text


@pytest.mark.parametrize("sample", [samples.audit, samples.migration, samples.empty])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_is_well_formed_and_the_same_each_time(sample: Callable[[], Evidence], language: str) -> None:
    evidence = replace(sample(), language=language)
    parsed(evidence, "audit.html")
    assert page_body(evidence, ()) == page_body(evidence, ())


def test_each_file_is_linked_with_its_size_and_digest() -> None:
    page = parsed(samples.audit(), "audit.html", "audit.pdf")
    links = [one.get("{urn:ri}filename") for one in page.iter("{urn:ri}attachment")]
    assert links == ["audit.html", "audit.pdf"]
    text = "".join(page.itertext())
    assert text.count(SHA) == 2
    assert "1.5 kB" in text


def test_nothing_that_came_from_outside_becomes_markup() -> None:
    sample = samples.audit()
    evidence = replace(sample, run=replace(sample.run, site=HOSTILE, edition=HOSTILE))
    page = parsed(evidence, HOSTILE)
    assert not list(page.iter("b"))
    assert [one.get("{urn:ri}filename") for one in page.iter("{urn:ri}attachment")] == [
        HOSTILE.replace("\u202e", "[U+202E]")
    ]


def test_the_page_counts_and_shows_neither_masks_nor_hashes() -> None:
    evidence = samples.audit()
    body = page_body(evidence, ())
    assert str(len(evidence.findings)) in body
    for finding in evidence.findings:
        assert finding.subject.hmac not in body
        assert finding.excerpt not in body or not finding.excerpt
        assert finding.subject.mask not in body or len(finding.subject.mask) < 4


def test_an_incomplete_run_says_so_at_the_top() -> None:
    sample = samples.migration()
    evidence = replace(sample, run=replace(sample.run, status=RunStatus.INCOMPLETE))
    assert "unknown, not clean" in page_body(evidence, ())
    assert "no other server" not in page_body(evidence, ())
