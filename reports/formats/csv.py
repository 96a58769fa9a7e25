"""One row a finding, for spreadsheets; of a plan with who its person is."""

from __future__ import annotations

from typing import Final

from reports.evidence import Evidence
from reports.format import Format
from reports.tables import findings_csv


def render(evidence: Evidence) -> bytes:
    """Return UTF-8 with a byte-order mark and LF line ends; see `reports.tables.findings_csv`."""
    return findings_csv(evidence)


FORMAT: Final = Format(name="csv", suffix=".csv", media_type="text/csv", render=render)
